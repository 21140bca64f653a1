"""A text token by token, and the parts of a day, as words/days/reader.cpp."""
import re

MOST_NEAR, MOST_IN_LIST = 100, 8
SURE = 45                  # days by which the nearest year is away at most, so that no other is meant
MONTHS = ("january february march april may june july august september october november december").split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
SHORT_WEEKDAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
                  "sun": 6}
BEHIND_YEAR = {"", ",", ".", ";", ")", "?", "!"}     # behind two digits that are one
FURTHEST_YEAR = 20         # ahead, that two digits mean
# Before several numbers that are days of one month; before others the first is something else: "booking 5 to 31 august".
BEFORE_LIST = {""} | set("from between on the of by for until till".split())
BEFORE_DAY = set("on by until till from to since before after for of and every this".split())
ORDINALS = {w: i for i, w in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth".split(), 1)} | {"thirtieth": 30}
RANGES = {"-", "to", "until", "till", "through", "thru", "and", ",", "or", "&", "/"}
_TOKEN = re.compile("[a-z\u0080-\U0010ffff]+|[0-9]+|[^a-z0-9\\s]")
_SIGNS = {"\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u00a0": " "} | dict.fromkeys(
    "\u201c\u201d\u201e\u2026\u00ab\u00bb", '"')
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)} | {ord(k): v for k, v in _SIGNS.items()}


class Reader:
    def __init__(self, text, today, near):
        text = text.translate(_LOWER)
        self.tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
        self.today = today
        self.near = sorted(set(near))[:MOST_NEAR]

    def word(self, i):
        return self.tokens[i][0] if 0 <= i < len(self.tokens) else ""

    def glued(self, i):
        """Whether nothing stands before this token and the one before."""
        return 0 < i < len(self.tokens) and self.tokens[i - 1][2] == self.tokens[i][1]

    def number(self, i, most=9):
        word = self.word(i)
        return int(word) if word.isdigit() and word.isascii() and len(word) <= most else None

    # --- parts: each gives what it read, and where it goes on ---

    def month(self, i):
        word = self.word(i)
        if len(word) < 3 or not word.isalpha():
            return None
        for number, name in enumerate(MONTHS, 1):
            if word == name or word == name[:3] or word == "sept" and number == 9:
                return number, i + (2 if self.word(i + 1) == "." and self.glued(i + 1) else 1)
        return None

    def weekday(self, i):
        word = self.word(i)
        if word in WEEKDAYS:
            return WEEKDAYS.index(word)
        return SHORT_WEEKDAYS.get(word)

    def day_number(self, i):
        """(1 to 31, next, whether it says which one)."""
        number = self.number(i, 2)
        if number is not None:
            if self.glued(i + 1) and self.word(i + 1) in ("st", "nd", "rd", "th"):
                return (number, i + 2, True) if 1 <= number <= 31 else None
            if self.glued(i + 1) and self.word(i + 1)[:1] in (":", "%") or self.glued(i) and self.word(i - 1) in (":", ".", "#", "'"):
                return None
            return (number, i + 1, False) if 1 <= number <= 31 else None
        word = self.word(i)
        if word in ORDINALS:
            return ORDINALS[word], i + 1, True
        if word in ("twenty", "thirty"):
            j = i + 2 if self.word(i + 1) == "-" else i + 1
            number = (20 if word == "twenty" else 30) + ORDINALS.get(self.word(j), 99)
            if number <= 31:
                return number, j + 1, True
        return None

    def day_numbers(self, i):
        """One or several, "3", "3-7", "3rd and 5th"."""
        found = self.day_number(i)
        if not found:
            return None
        out, j = [found[0]], found[1]
        several = found[2] or self.word(i - 1) in BEFORE_LIST or self.weekday(i - 1) is not None or \
            self.month(i - 1) or self.word(j) == "-" and self.glued(j) and self.glued(j + 1)
        while several and self.word(j) in RANGES and len(out) < MOST_IN_LIST:
            k = j + 1
            while self.word(k) in ("the", "and"):
                k += 1
            other = self.day_number(k)
            if not other:
                break
            out.append(other[0])
            j = other[1]
        return out, j

    def year(self, i):
        if self.word(i) in (",", "of") or self.word(i) == "-" and self.glued(i):
            i += 1
        if self.word(i) == "'" and self.glued(i + 1) and self.number(i + 1, 2) is not None and len(self.word(i + 1)) == 2:
            return self.century(self.number(i + 1)), i + 2
        number = self.number(i, 4)
        if number is not None and len(self.word(i)) == 2 and self.word(i + 1) in BEHIND_YEAR and not self.glued(i):
            return self.century(number), i + 1
        return (number, i + 1) if number is not None and 1000 <= number <= 2999 else None

    def century(self, number):
        """Of two digits."""
        return 2000 + number - (100 if 2000 + number > self.today.year + FURTHEST_YEAR else 0)

    def nearest(self, choices):
        """The one that is nearest to today, the next where that is far away, and the nearest to what is near."""
        choices = sorted((c for c in choices if c), key=lambda s: -s.first.toordinal())
        def apart(span, day):
            return (span.first - day).days if day < span.first else max(0, (day - span.after).days + 1)
        def by(days):
            return sorted(choices, key=lambda s: min(apart(s, d) for d in days))
        order = by([self.today])
        out = order[:1 if order and apart(order[0], self.today) <= SURE else 2]
        return out + [s for s in by(self.near)[:1] if s not in out] if self.near else out

    def years(self):
        return {r.year + n for r in [self.today, *self.near] for n in range(-3, 4)}

    def in_year(self, year, make):
        """What `make` gives for the year, or for the nearest where none was said."""
        return [s for s in [make(year)] if s] if year is not None else self.nearest([make(y) for y in self.years()])
