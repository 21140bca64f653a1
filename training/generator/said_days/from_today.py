"""Days that count from today, as words/days/from_today.cpp; and all rules together."""
import datetime

from .calendar import DAY, Span, date, moved_months, one
from .reader import BEFORE_DAY
from .written import Written

MOST_READ = 16             # of one text
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30,
          "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "couple": 2}
NOW = set("today todays tonight tonite now overdue late expired expires expiring due upcoming outstanding past soon already yet lapsed"
          " recent recently coming future still".split())
UNITS = {"day", "week", "fortnight", "weekend", "month", "quarter", "year"}
WRITTEN = {"iso", "in_numbers", "day_and_month", "month_and_day", "month_alone"}


class Spoken(Written):
    def near_today(self, i):
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
        for rule in (self.iso, self.in_numbers, self.of_week, self.day_and_month, self.month_and_day, self.near_today, self.ordinal):
            if found := rule(k):
                self.listed = 1
                days = [self.later(sign * number, unit, s.first) for s in found[0] if s.is_day]
                return [one(d) for d in days if d and one(d)], found[1]
        return None

    def named(self, i):
        """"this week", "last month", "next year", "the weekend"."""
        lead, unit = self.word(i), self.unit(i + 1)
        step = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}.get(lead)
        if lead == "the" and (unit == "weekend" or unit and self.word(i - 1) == "of") or \
                lead == "of" and self.word(i - 1) in ("end", "start", "beginning"):
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
        for rule in (self.iso, self.in_numbers, self.day_and_month, self.month_and_day):
            if found := rule(k):
                return found                   # the weekday of a day that is written out
        if found := self.weekday_and_day(weekday, k):
            return found
        if not lead and self.word(j) in ("sun", "sat", "wed") and self.word(i - 1) not in BEFORE_DAY:
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
    RULES = ("iso", "in_numbers", "of_week", "day_and_month", "month_and_day", "quarter", "counted", "named", "near_today",
             "month_alone", "ordinal", "year_alone")

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
