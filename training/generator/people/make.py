"""Whole sessions of apps that people wrote (generator/make.py has those of made-up ones)."""
import random

from .play import Play

AFRESH_SHARE = 0.12


class Maker:
    """`entries`: read by bundle.read."""

    def __init__(self, entries):
        self.entries = entries
        self.undo_phrases = sorted({t["say"] for e in entries for event in e.events for t in event["turns"]
                                    if "undo" in t["answer"] and "say" in t and len(t["say"]) < 60})

    def step(self, play):
        rng, entry = play.rng, play.entry
        for _ in range(40):
            if play.before is not None and rng.random() < 0.06:
                play.ask_undo()
                return
            number = rng.randrange(len(entry.events))
            event = entry.events[number]
            if not event["turns"] or number in play.played:
                continue
            screen = play.needs_screen(event["turns"])
            if (event["ways"] or screen not in (None, play.named)) and rng.random() < 0.6:
                continue
            at = len(play.lines)
            if event["ways"]:
                played = play.way(rng.choice(event["ways"])) and play.event_here(event["turns"])
            else:
                played = play.event(event["turns"])
            if played or len(play.lines) > at:
                play.played.add(number)
                return
        play.played.clear()

    def session(self, seed, size):
        """Lines of a session of at least `size` bytes, a function of the seed."""
        rng = random.Random(seed)
        play = Play(rng, rng.choice(self.entries), self.undo_phrases)
        play.open()
        if rng.random() < AFRESH_SHARE:
            for _ in range(rng.randint(2, 10)):
                self.step(play)
            play.begin_afresh(rng.randint(200, 1500))
        total, at = 0, 0
        while total < size:
            total += sum(len(line.body) for line in play.lines[at:])
            at = len(play.lines)
            self.step(play)
        play.close()
        return play.lines
