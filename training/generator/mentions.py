"""What a command speaks of (host/session/mentions.h): tables and columns by their names, values that stand in
them, rows on screen. Held to tests/cases/event_log/mentions.json."""
import functools
import itertools
import re
from dataclasses import dataclass

from . import latin, said_days
from .event_log import compact

MENTIONS = True            # whether sessions have them
MOST, MOST_OF_WORD, LONGEST_VALUE, PART_OF_VALUE, PART_OF_KEY, SHORTEST_NAME = 8, 3, 256, 4, 2, 3
PREFIXES = {"t", "tb", "tbl", "tab", "app"}
COMMON = set("""about above after again all also another any been before below both cancel change delete does done each every
first from give have into just last less like list make many more most much need never next none number only open other over
please same show since some such than that their them then there these they this under want were what when where which
with""".split())
# Words of two letters at most that stand in any sentence: a value that is one of them is meant where it is written so.
SHORT = set("a i an as at be by do go he if in is it me my no of on or so to up us we".split())
_WORD = re.compile("[A-Za-z0-9\u0080-\U0010ffff]+")
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
_SIGNS = re.compile("[\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u00a0\u00ab\u00bb]")     # as they are typeset
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")


def singular(word):
    """As host/base/words.cpp."""
    if len(word.encode()) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _folded(word):
    """"Müller" as people type it who have no ü; a word of another alphabet stays."""
    return word if word.isascii() else "".join(text for text, _ in latin.letters(word) or ()) or word


@functools.lru_cache(1 << 16)
def words_of(text):
    return tuple(singular(_folded(w.translate(_LOWER))) for w in _WORD.findall(_SIGNS.sub(" ", text)))


def in_words(name):
    return _HUMP.sub(" ", name.replace("_", " "))


def _has_letter(word):
    return not (word.isascii() and word.isdigit())


@dataclass
class Thing:
    words: tuple
    told: list
    row: object = None
    value: bool = False
    key: bool = False


class Mentions:
    """What could be spoken of."""

    def __init__(self):
        self.values, self.first, self.within, self.days = {}, {}, {}, set()

    def _add(self, thing):
        if not thing.words or not thing.value and len("".join(thing.words).encode()) < SHORTEST_NAME:
            return
        self.first.setdefault(thing.words[0], []).append(thing)
        if thing.value and len(thing.words) > 1:
            for word in set(thing.words):
                self.within.setdefault(word, []).append(thing)

    def add_table(self, table):
        words = words_of(in_words(table))
        self._add(Thing(words[1:] if len(words) > 1 and words[0] in PREFIXES else words, [table]))

    def add_column(self, table, column):
        self._add(Thing(words_of(in_words(column)), [f"{table}.{column}"]))

    def add_value(self, value, place, row=None):
        if not value or len(value.encode()) > LONGEST_VALUE:
            return
        known = self.values.get((value, place))
        if known:
            if row is not None and known.row != row:
                known.row = None
            return
        if day := said_days.day_in(value):
            self.days.add(day)
        words = words_of(value)
        thing = Thing(words if any(map(_has_letter, words)) else (), [value, place], row, True)
        self.values[value, place] = thing
        self._add(thing)

    def add_key(self, key, place):
        text = str(key)
        if text and len(text.encode()) <= LONGEST_VALUE and (text, place) not in self.values:
            thing = self.values[text, place] = Thing(words_of(text), [key, place], None, True, True)
            self._add(thing)


def _whole(words, things):
    """(begin, end, thing): all words of a thing, but for those within a longer one."""
    found = []
    for begin, word in enumerate(words):
        for thing in things(word):
            end = begin + len(thing.words)
            if words[begin:end] == thing.words and not any(t is thing for _, _, t in found):
                found.append((begin, end, thing))
    return [m for m in found if not any(o[0] <= m[0] and m[1] <= o[1] and o[1] - o[0] > m[1] - m[0] for o in found)]


def _by_chance(thing, text):
    """"a" is no initial of a name."""
    return thing.value and len(thing.words) == 1 and thing.words[0] in SHORT and str(thing.told[0]) not in text


def mentioned_days(text, today, screen):
    """What it says of days, beside a screen."""
    return said_days.told(said_days.days_of(text, today, screen.days))


def mentioned(text, *known):
    """What a text speaks of but for days; of several Mentions the first that has a value says in which row it stands."""
    def things(word, index):
        for i, one in enumerate(known):
            for thing in getattr(one, index).get(word, ()):
                if not (thing.value and any((str(thing.told[0]), thing.told[1]) in k.values for k in known[:i])):
                    yield thing

    words = words_of(text)
    matches = [m for m in _whole(words, lambda word: things(word, "first")) if not _by_chance(m[2], text)]
    taken = {i for begin, end, _ in matches for i in range(begin, end)}
    for i, word in enumerate(words):
        number = not _has_letter(word)
        if i in taken or len(word.encode()) < (PART_OF_KEY if number else PART_OF_VALUE) or word in COMMON:
            continue
        found = [t for t in things(word, "within") if t.key or not number]
        if len(found) <= MOST_OF_WORD:
            matches += [(i, i + 1, thing) for thing in found]
    def order(match):
        return match[0], not match[2].value, compact(match[2].told).encode()

    def rank(match):
        """Of more than are told: values as they are written first, then those whose row is known."""
        thing = match[2]
        return 4 if not thing.value else (0 if str(thing.told[0]) in text else 2) + (thing.row is None)

    out = []
    for _, same in itertools.groupby(sorted(matches, key=order), lambda m: m[0]):
        same = list(same)
        if len(same) > MOST_OF_WORD:
            same = sorted(sorted(same, key=rank)[:MOST_OF_WORD], key=order)
        for _, _, thing in same:
            told = thing.told + ([thing.row] if thing.row is not None else [])
            if told not in out and len(out) < MOST:
                out.append(told)
    return out
