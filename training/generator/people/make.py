"""Whole sessions of apps that people wrote (generator/make.py has those of made-up ones)."""
import random

from .play import Play

AFRESH_SHARE = 0.12
BESIDE_SHARE = 0.25                            # of sessions with tables of another app beside
CHANGES, LOOKS, NEITHER = 0.5, 0.32, 0.18      # shares of what people want
UNDO_SHARE = 0.06                              # of changes that are taken back at once
REDO_SHARE = 0.3                               # of undos that are taken back
FOREIGN_SHARE = 0.015                          # of turns that are about something else altogether
PATIENCE = 5                                   # events that are passed over for one about what is on screen


def group_of(turns):
    """What an event comes to in the end."""
    answers = [t["answer"] for t in turns]
    if any("do" in a or "by_app" in a for a in answers):
        return 0
    return 1 if any("show" in a for a in answers) else 2


class Maker:
    """`entries`: read by bundle.read; `foreign`: what is said to other machines (generator/questions/foreign.py)."""

    def __init__(self, entries, foreign=None):
        self.entries, self.foreign, self.foreign_share = entries, foreign, FOREIGN_SHARE
        self.undo_phrases = sorted({t["say"] for e in entries for event in e.events for t in event["turns"]
                                    if "undo" in t["answer"] and "say" in t and len(t["say"]) < 60})
        self.groups = [self.groups_of(e) for e in entries]

    @staticmethod
    def groups_of(entry):
        out = ([], [], [])
        for number, event in enumerate(entry.events):
            if event["turns"]:
                out[group_of(event["turns"])].append(number)
        return out

    def _next(self, play, groups):
        """The number of an event that was not played yet, rather one that needs no other screen."""
        group = play.rng.choices(groups, (CHANGES, LOOKS, NEITHER))[0]
        left = [n for n in group if n not in play.played]
        if not left:
            play.played.difference_update(group)
            left = group
        for _ in range(PATIENCE):
            number = play.rng.choice(left)
            event = play.entry.events[number]
            if not event["ways"] and play.needs_screen(event["turns"]) in (None, play.named):
                break
        return number

    def step(self, play, groups):
        rng, entry = play.rng, play.entry
        if play.before is not None and rng.random() < UNDO_SHARE:
            play.ask_undo()
            if rng.random() < REDO_SHARE:
                play.ask_redo()
            return
        if self.foreign and rng.random() < self.foreign_share:
            turn = self.foreign.turn(rng, entry)
            if turn:
                play.turn(turn)
                return
        for _ in range(40):
            number = self._next(play, groups)
            event, at = entry.events[number], len(play.lines)
            play.played.add(number)
            if not play.sayable(event["turns"]):
                continue
            if event["ways"]:
                play.way(rng.choice(event["ways"])) and play.event_here(event["turns"])
            else:
                play.event(event["turns"])
            if len(play.lines) > at:
                return

    def drawn(self, rng):
        """(an app, the numbers of its events by what they come to)"""
        at = rng.randrange(len(self.entries))
        return self.entries[at], [g or self.groups[at][1] for g in self.groups[at]]

    def session(self, seed, size):
        """Lines of a session of at least `size` bytes, a function of the seed."""
        rng = random.Random(seed)
        entry, groups = self.drawn(rng)
        beside = rng.choices(self.entries, k=rng.choice((1, 1, 1, 2, 4))) if rng.random() < BESIDE_SHARE else ()
        play = Play(rng, entry, self.undo_phrases, beside)
        play.open()
        if rng.random() < AFRESH_SHARE:
            for _ in range(rng.randint(2, 10)):
                self.step(play, groups)
            play.begin_afresh(rng.randint(200, 1500))
        total, at = 0, 0
        while total < size:
            total += sum(len(line.body) for line in play.lines[at:])
            at = len(play.lines)
            self.step(play, groups)
        play.close()
        return play.lines
