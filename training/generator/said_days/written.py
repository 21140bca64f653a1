"""Days that are written out, as words/days/written.cpp.

What may begin at a token gives ([spans], next); no spans: a day that there is not.
"""
import datetime

from .calendar import Span, date, moved_months, of_month, one
from .reader import BEFORE_DAY, Reader

# Months that are other words, too: only beside a number, or behind one of these.
ALSO_WORDS = {"may", "mar", "jan"}
BEHIND_MAY = set("i we you he she they it be have not as well the a this that".split())
BEFORE_MONTH = set("in of since until till by before after from to this last next during for through early mid late and".split())
BEFORE_YEAR = set("in since of before after from until till to year during for through by and than between".split())
# What stands in some place of a list, and is no day of a month.
BEHIND_PLACE = set("one ones row rows line lines entry item floor time place grade class year form team bed street avenue"
                   " round lap edition person name".split())


class Written(Reader):
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
            return [found] if found else [], i + 5
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
        return (found, j) if found or year is not None else None

    def day_and_month(self, i):
        days = self.day_numbers(i)
        if not days:
            return None
        days, j = days
        while self.word(j) in ("of", "o", "'", "-"):
            j += 1
        month = self.month(j)
        return self.of_days(days, *month) if month else None

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
        return self.of_days(days[0], month[0], days[1])

    def of_days(self, days, month, j):
        year = self.year(j)
        if year:
            year, j = year
        each = [self.in_year(year, lambda y, d=d: one(date(y, month, d))) for d in days]
        first = [s[0] for s in each if s]
        self.listed = len(first)
        return [] if len(first) < len(days) else first + [s for found in each for s in found[1:]], j

    def month_alone(self, i):
        month = self.month(i)
        if not month:
            return None
        year = self.year(month[1])
        asks = self.word(i) in ALSO_WORDS and not year and self.word(i - 1) not in BEFORE_MONTH
        if asks and (i > 0 or self.word(i + 1) in BEHIND_MAY):
            return None
        found = self.in_year(year and year[0], lambda y: of_month(y, month[0]))
        return (found, year[1] if year else month[1]) if found else None

    def year_alone(self, i):
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
                self.word(i - 1) == "the" and (self.written or self.word(i - 2) in BEFORE_DAY)):
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
