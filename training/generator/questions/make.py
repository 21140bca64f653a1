"""Sessions of questions: as those of apps that people wrote, each of an app that is opened for it."""
from ..people.make import Maker

FOREIGN_SHARE = 0.06     # of turns


class Asker(Maker):
    """`apps`, `foreign`: read by bundle.read."""

    def __init__(self, apps, foreign):
        self.entries, self.foreign, self.foreign_share = apps, foreign, FOREIGN_SHARE
        self.undo_phrases = []

    def drawn(self, rng):
        entry = self.entries[rng.randrange(len(self.entries))]
        looks = self.groups_of(entry)[1]
        return entry, [looks] * 3
