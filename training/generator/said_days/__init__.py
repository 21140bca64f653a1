"""Days that a text speaks of, as words/days.h finds them: held to tests/cases/words/days.txt.

A day is written out ("3 june 2026", "2026-06-03", "3/6/26"), lacks a year ("3 june", "the 14th") or counts from
today ("tomorrow", "next friday", "two weeks ago"). Months, quarters, weeks and years are spans of days.
"""
import datetime
import re

from .calendar import DAY, date, moved_months  # noqa: F401
from .from_today import Spoken

MOST_TOLD = 4              # of those that one text speaks of


def days_of(text, today, near=()):
    """The spans that a text speaks of, in its order; `near`: days beside it, which say what year is meant."""
    return Spoken(text, today, near).run()


def day_in(text):
    """The day that a text begins with, as databases write it, or None."""
    if not isinstance(text, str) or not re.match(r"\d{4}-\d\d-\d\d(?![0-9])", text, re.ASCII):
        return None
    return date(int(text[:4]), int(text[5:7]), int(text[8:10]))


def told(spans):
    """As mentions: a day, or its first and the one behind its last."""
    return [[s.first.isoformat(), "day"] if s.is_day else [s.first.isoformat(), "days", s.after.isoformat()]
            for s in spans[:MOST_TOLD]]


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
