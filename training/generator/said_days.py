"""Days that a text speaks of, as words/days.h finds them: held to tests/cases/words/days.txt.

A day is written out ("3 june 2026", "2026-06-03", "3/6/26"), lacks a year ("3 june", "the 14th") or counts from
today ("tomorrow", "next friday", "two weeks ago"). Months, quarters, weeks and years are spans of days.
"""
import datetime
import re
from dataclasses import dataclass

MOST_DAYS, MOST_READ = 4, 16       # that are told, and that are read of one text
MOST_NEAR, MOST_IN_LIST = 100, 8
SURE = 45                  # days by which the nearest year is away at most, so that no other is meant
DAY = datetime.timedelta(days=1)
MONTHS = ("january february march april may june july august september october november december").split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
SHORT_WEEKDAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
                  "sun": 6}
# Months that are other words, too: only beside a number, or behind one of these.
ALSO_WORDS = {"may", "mar", "jan"}
BEHIND_MAY = set("i we you he she they it be have not as well the a this that".split())
BEHIND_YEAR = {"", ",", ".", ";", ")", "?", "!"}     # behind two digits that are one
FURTHEST_YEAR = 20         # ahead, that two digits mean
BEFORE_MONTH = set("in of since until till by before after from to this last next during for through early mid late and".split())
BEFORE_YEAR = set("in since of before after from until till to year during for through by and than between".split())
# Before several numbers that are days of one month; before others the first is something else: "booking 5 to 31 august".
BEFORE_LIST = {""} | set("from between on the of by for until till".split())
BEFORE_WEEKDAY = set("on by until till from to since before after for of and every this".split())
# What stands in some place of a list, and is no day of a month.
BEHIND_PLACE = set("one ones row rows line lines entry item floor time place grade class year form team bed street avenue"
                   " round lap edition person name".split())
ORDINALS = {w: i for i, w in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth".split(), 1)} | {"thirtieth": 30}
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30,
          "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "couple": 2}
NOW = set("today todays tonight tonite now overdue late expired expires expiring due upcoming outstanding past soon already yet lapsed"
          " recent recently coming future still".split())
UNITS = {"day", "week", "fortnight", "weekend", "month", "quarter", "year"}
RANGES = {"-", "to", "until", "till", "through", "thru", "and", ",", "or", "&", "/"}
_TOKEN = re.compile("[a-z\u0080-\U0010ffff]+|[0-9]+|[^a-z0-9\\s]")
_SIGNS = {"\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u00a0": " "} | dict.fromkeys(
    "\u201c\u201d\u201e\u2026\u00ab\u00bb", '"')
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)} | {ord(k): v for k, v in _SIGNS.items()}


WRITTEN = {"iso", "in_numbers", "day_of_month", "month_and_day", "whole_month"}


@dataclass(frozen=True)
class Span:
    """From the first day to before the other one."""
    first: datetime.date
    after: datetime.date

    @property
    def is_day(self):
        return self.after == self.first + DAY


def date(year, month, day):
    """Nothing where there is no such day, or none behind it."""
    try:
        return datetime.date(year, month, day) if year < 9999 else None
    except ValueError:
        return None


def one(day):
    return Span(day, day + DAY) if day else None


def of_month(year, month):
    return Span(date(year, month, 1), datetime.date(year + month // 12, month % 12 + 1, 1)) if 1 <= year < 9999 else None


def moved_months(day, months):
    """The same day of another month, or that one's last."""
    at = day.year * 12 + day.month - 1 + months
    if not 12 <= at < 12 * 9999:
        return None
    return date(at // 12, at % 12 + 1, day.day) or of_month(at // 12, at % 12 + 1).after - DAY


class Reader:
    def __init__(self, text, today, near):
        text = text.translate(_LOWER)
        self.tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
        self.today = today
        self.near = sorted(set(near))[:MOST_NEAR]
        self.impossible = False        # whether it speaks of a day that there is not

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

    # --- what may begin at a token: ([spans], next) ---

    def iso(self, i):
        year = self.number(i, 4)
        if year is None or len(self.word(i)) != 4 or self.word(i + 1) not in ("-", "/", ".") or \
                not (self.glued(i + 1) and self.glued(i + 2)):
            return None
        month, sign = self.number(i + 2, 2), self.word(i + 1)
        if month is None or not 1 <= month <= 12 or not 1 <= year < 9999:
            return None
        day = self.number(i + 4, 2)
        if self.word(i + 3) == sign and self.glued(i + 3) and self.glued(i + 4) and day is not None:
            found = one(date(year, month, day))
            return self.there([found] if found else [], i + 5)
        return ([of_month(year, month)], i + 3) if sign == "-" and len(self.word(i + 2)) == 2 else None

    def in_numbers(self, i):
        """3/6/2026, 3.6.26, 3-6-2026, 3/6."""
        day, month, sign = self.number(i, 2), self.number(i + 2, 2), self.word(i + 1)
        if day is None or month is None or sign not in ("/", ".", "-") or not (self.glued(i + 1) and self.glued(i + 2)) or \
                self.glued(i) and (self.word(i - 1) in ("/", ".", "-") or self.word(i - 1).isalpha()):
            return None
        year, j = None, i + 3
        if self.word(j) == sign and self.glued(j):
            digits = self.word(j + 1) if self.glued(j + 1) else ""
            if self.number(j + 1) is not None and len(digits) in (2, 4):
                year, j = self.century(int(digits)) if len(digits) == 2 else int(digits), j + 2
            elif sign != "." or digits.isdigit():
                return None
            else:
                j += 1
        elif sign != "/":
            return None
        pairs = [(day, month)] + ([(month, day)] if sign == "/" and day != month else [])
        found = [s for d, m in pairs for s in self.in_year(year, lambda y, m=m, d=d: one(date(y, m, d)))]
        return self.there(found, j) if found or year is not None else None

    def day_of_month(self, i):
        days = self.day_numbers(i)
        if not days:
            return None
        days, j = days
        while self.word(j) in ("of", "o", "'", "-"):
            j += 1
        month = self.month(j)
        return self._days(days, *month) if month else None

    def month_and_day(self, i):
        month = self.month(i)
        if not month:
            return None
        j = month[1]
        while self.word(j) in ("the", "-"):
            j += 1
        days = self.day_numbers(j)
        if not days:
            return None
        return self._days(days[0], month[0], days[1])

    def _days(self, days, month, j):
        year = self.year(j)
        if year:
            year, j = year
        each = [self.in_year(year, lambda y, d=d: one(date(y, month, d))) for d in days]
        first = [s[0] for s in each if s]
        self.listed = len(first)
        return self.there([] if len(first) < len(days) else first + [s for found in each for s in found[1:]], j)

    def there(self, found, j):
        """Days that were read, or that there are no such."""
        self.impossible = self.impossible or not found
        return found, j

    def whole_month(self, i):
        month = self.month(i)
        if not month:
            return None
        year = self.year(month[1])
        asks = self.word(i) in ALSO_WORDS and not year and self.word(i - 1) not in BEFORE_MONTH
        if asks and (i > 0 or self.word(i + 1) in BEHIND_MAY):
            return None
        found = self.in_year(year and year[0], lambda y: of_month(y, month[0]))
        return (found, year[1] if year else month[1]) if found else None

    def whole_year(self, i):
        year = self.number(i, 4)
        if year is None or self.word(i - 1) not in BEFORE_YEAR and abs(year - self.today.year) > 10:
            return None
        if not 1900 <= year <= 2099 or self.glued(i) or \
                self.glued(i + 1) and self.word(i + 1) not in (",", ".", "?", "!", "'", ")", ";", ":"):
            return None
        return [Span(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))], i + 1

    def quarter(self, i):
        if self.word(i) == "q" and self.glued(i + 1) and self.number(i + 1, 1) in (1, 2, 3, 4):
            number, j = self.number(i + 1), i + 2
        else:
            said = self.day_number(i)
            if not said or not said[2] or said[0] > 4 or self.word(said[1]) != "quarter":
                return None
            number, j = said[0], said[1] + 1
        year = self.year(j)
        found = self.in_year(year and year[0], lambda y: Span(of_month(y, 3 * number - 2).first, of_month(y, 3 * number).after))
        return (found, year[1] if year else j) if found else None

    def ordinal(self, i):
        """"by the 14th": of the month that was written before, or the next; else of the one in which it is nearest to today, and the next."""
        found = self.day_number(i)
        if not found or not found[2] or self.word(found[1]) in BEHIND_PLACE:
            return None
        if self.number(i) is None and not (
                self.word(i - 1) == "the" and (self.written or self.word(i - 2) in BEFORE_WEEKDAY)):
            return None
        if self.written:
            said = self.written[0].first
            months = [said.replace(day=1), moved_months(said.replace(day=1), 1)]
            if self.written[0].is_day and found[0] < said.day:
                months.reverse()                    # "from 28 july to the 2nd"
            elif not self.written[0].is_day:
                months = [f.first for f in self.written if f.first.day == 1]
            spans = [s for m in months[:2] if m and (s := one(date(m.year, m.month, found[0])))]
            return (spans, found[1]) if spans else None
        months = [moved_months(self.today.replace(day=1), n) for n in (1, 0, -1)]
        spans = [s for m in months if m and (s := one(date(m.year, m.month, found[0])))]
        nearest = sorted(spans, key=lambda s: abs((s.first - self.today).days))[:1]
        coming = [s for s in reversed(spans) if s.first >= self.today][:1]
        return (nearest + [s for s in coming if s not in nearest], found[1]) if nearest else None

    # --- from today ---

    def plain(self, i):
        word, two = self.word(i), (self.word(i), self.word(i + 1))
        if word == "day" and self.word(i + 2) in ("tomorrow", "yesterday") and self.word(i + 1) in ("after", "before"):
            return [one(self.today + (2 if self.word(i + 1) == "after" else -2) * DAY)], i + 3
        if word in ("tomorrow", "tomorrows", "tmrw", "tmr", "tomorow", "tommorow", "tommorrow", "tomoz"):
            return [one(self.today + DAY)], i + 1
        if word in ("yesterday", "yesterdays", "yday") or two == ("last", "night"):
            return [one(self.today - DAY)], i + (2 if word == "last" else 1)
        if word == "this" and self.word(i + 1) in ("morning", "afternoon", "evening"):
            return [one(self.today)], i + 2
        if word in NOW and not (word == "late" and self.month(i + 1)):
            return [one(self.today)], i + 1
        return None

    def count(self, i):
        """(so many, next): "3", "three", "a", "a couple of"."""
        number = self.number(i, 3)
        j = i + 1
        if number is None:
            if self.word(i) == "a" and self.word(j) in ("couple", "few"):
                i, j = j, j + 1
            number = COUNTS.get(self.word(i))
            if self.word(j) == "of":
                j += 1
        return (number, j) if number is not None else None

    def unit(self, i):
        word = self.word(i).removesuffix("s")
        return word if word in UNITS else None

    def later(self, number, unit, day=None):
        day = day or self.today
        if unit in ("month", "quarter", "year"):
            return moved_months(day, number * {"month": 1, "quarter": 3, "year": 12}[unit])
        return day + number * {"day": 1, "week": 7, "fortnight": 14}.get(unit, 7) * DAY

    def counted(self, i):
        """"two weeks ago", "in 3 days", "the last 30 days"."""
        lead = self.word(i)
        j = i + 1 if lead in ("in", "within", "last", "past", "next", "coming") else i
        counted = self.count(j)
        if not counted or not (unit := self.unit(counted[1])):
            return None
        number, k = counted[0], counted[1] + 1
        if lead in ("last", "past"):
            first = self.later(-number, unit)
            return ([Span(first, self.today + DAY)], k) if first else None
        if lead in ("next", "coming"):
            last = self.later(number, unit)
            return ([Span(self.today, last + DAY)], k) if last else None
        if beside := self.beside(number, unit, k):
            return beside
        ago = self.word(k) in ("ago", "back", "earlier")
        hence = self.word(k) == "from" and self.word(k + 1) in ("now", "today")
        if not ago and not hence and lead not in ("in", "within") and self.word(i - 1) != "than":
            return None
        on = hence or lead in ("in", "within") and not ago
        day = self.later(number if on else -number, unit)
        return ([one(day)], k + (2 if hence else int(ago))) if day else None

    def beside(self, number, unit, k):
        """"two weeks from tomorrow", "3 days before 3 june", "a week on friday"."""
        sign = {"from": 1, "after": 1, "on": 1, "before": -1}.get(self.word(k), 0)
        if not sign or self.word(k) == "from" and self.word(k + 1) in ("now", "today"):
            return None
        k += 1
        while self.word(k) == "the":
            k += 1
        for rule in (self.iso, self.in_numbers, self.of_week, self.day_of_month, self.month_and_day, self.plain, self.ordinal):
            if found := rule(k):
                self.listed = 1
                days = [self.later(sign * number, unit, s.first) for s in found[0] if s.is_day]
                return [one(d) for d in days if d and one(d)], found[1]
        return None

    def named_span(self, i):
        """"this week", "last month", "next year", "the weekend"."""
        lead, unit = self.word(i), self.unit(i + 1)
        step = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}.get(lead)
        if lead == "the" and (unit == "weekend" or unit and self.word(i - 1) == "of"):
            step = 0
        if step is None or not unit or unit in ("day", "fortnight") or self.word(i + 1).endswith("s"):
            return None
        if unit in ("week", "weekend"):
            monday = self.today - self.today.weekday() * DAY + 7 * step * DAY
            return [Span(monday + (5 * DAY if unit == "weekend" else 0 * DAY), monday + 7 * DAY)], i + 2
        if unit == "year":
            year = self.today.year + step
            return [Span(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))], i + 2
        month = self.today.replace(day=1)
        if unit == "quarter":
            month = month.replace(month=(month.month - 1) // 3 * 3 + 1)
            return [Span(moved_months(month, 3 * step), moved_months(month, 3 * step + 3))], i + 2
        return [Span(moved_months(month, step), moved_months(month, step + 1))], i + 2

    def of_week(self, i):
        """"friday", "next friday", "friday 3 june"."""
        lead = self.word(i) if self.word(i) in ("this", "last", "next", "coming", "past") else ""
        j = i + 1 if lead else i
        weekday = self.weekday(j)
        if weekday is None:
            return None
        k = j + 1
        while self.word(k) in (",", ".", "the", "-") and k < j + 4:
            k += 1
        for rule in (self.iso, self.in_numbers, self.day_of_month, self.month_and_day):
            if found := rule(k):
                return found                   # the weekday of a day that is written out
        if found := self.weekday_and_day(weekday, k):
            return found
        if not lead and self.word(j) in ("sun", "sat", "wed") and self.word(i - 1) not in BEFORE_WEEKDAY:
            return None
        ahead = (weekday - self.today.weekday()) % 7
        if lead in ("last", "past"):
            return [one(self.today + (ahead - 7) * DAY)], j + 1
        if lead == "this":
            of_this_week = one(self.today + (weekday - self.today.weekday()) * DAY)
            return [of_this_week] + ([one(self.today + ahead * DAY)] if of_this_week.first < self.today else []), j + 1
        coming = one(self.today + (ahead or 7) * DAY) if lead else one(self.today + ahead * DAY)
        if lead == "next":
            monday = self.today - self.today.weekday() * DAY + 7 * DAY
            other = one(monday + weekday * DAY)
            return [coming] + ([other] if other != coming else []), j + 1
        return [coming] + ([one(coming.first - 7 * DAY)] if not lead else []), j + 1

    def weekday_and_day(self, weekday, k):
        """"monday the 3rd", "fri 31": of the nearest month in which it is so."""
        said = self.day_number(k)
        if not said or not said[2] and (self.word(said[1])[:1].isalpha() or self.word(said[1])[:1].isdigit()):
            return None
        months = [moved_months(self.today.replace(day=1), n) for n in (0, 1, -1, 2, -2, 3, 4, 5, 6)]
        days = [d for m in months if m and (d := date(m.year, m.month, said[0])) and d.weekday() == weekday]
        days.sort(key=lambda d: abs((d - self.today).days))
        return ([one(days[0])], said[1]) if days else None

    # The first that reads something at a token.
    RULES = ("iso", "in_numbers", "of_week", "day_of_month", "month_and_day", "quarter", "counted", "named_span", "plain",
             "whole_month", "ordinal", "whole_year")

    def run(self):
        self.written, i = [], 0         # days and months that were written out
        firsts, others = [], []          # as they are read first, and else
        while i < len(self.tokens) and len(firsts) < MOST_READ:
            self.listed = 1              # so many of what is read are first readings
            for rule in self.RULES:
                if found := getattr(self, rule)(i):
                    firsts, others = firsts + found[0][:self.listed], others + found[0][self.listed:]
                    if rule in WRITTEN and found[0]:
                        self.written = found[0]
                    i = found[1]
                    break
            else:
                i += 1
        return list(dict.fromkeys(firsts + others))[:MOST_READ]


def days_of(text, today, near=()):
    """The spans that a text speaks of, in its order; `near`: days beside it, which say what year is meant."""
    return Reader(text, today, near).run()


def day_in(text):
    """The day that a text begins with, as databases write it, or None."""
    if not isinstance(text, str) or not re.match(r"\d{4}-\d\d-\d\d(?![0-9])", text, re.ASCII):
        return None
    return date(int(text[:4]), int(text[5:7]), int(text[8:10]))


def told(spans):
    """As mentions: a day, or its first and the one behind its last."""
    return [[s.first.isoformat(), "day"] if s.is_day else [s.first.isoformat(), "days", s.after.isoformat()]
            for s in spans[:MOST_DAYS]]


def writable(spans):
    """Days that a statement may hold: those, the ones behind them and the last ones."""
    return {d for s in spans for d in (s.first, s.after, s.after - DAY)}


def without_today(prompt):
    return re.sub(r"\s*\bToday is [^.]*\d{4}[^.]*\.", "", prompt)


def today_of(prompt, seed=""):
    """The day that an app's prompt says it is; else one from the middle of those in its rows."""
    some = datetime.date(2026, 1, 1)
    at = prompt.lower().find("today")
    said = [s.first for text in (prompt[at + 5:] if at >= 0 else "", prompt) for s in days_of(text, some) if s.is_day and s.first != some]
    found = sorted(d for m in re.finditer(r"'(\d{4}-\d\d-\d\d)", seed, re.ASCII) if (d := day_in(m[1])))
    return said[0] if said else found[len(found) // 2] if found else some
