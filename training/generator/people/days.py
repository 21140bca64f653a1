"""Whether a day can be known from a sentence and from the day that the app's prompt says it is."""
import datetime
import re

from .said import numbers_of

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "mon tue wed thu fri sat sun".split()
_NAMED = "|".join(m + "[a-z]*" for m in MONTHS)
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_SPELT = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? ({_NAMED}) (\d{{4}})\b|\b({_NAMED}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b")
_BACK_AND_FORTH = {"today": 0, "tonight": 0, "now": 0, "just": 0, "this morning": 0, "yesterday": -1, "last night": -1,
                   "tomorrow": 1, "week": 7, "fortnight": 14, "weekend": 5}


def days_in(text):
    """Whole dates that are written out."""
    low, out = text.lower(), set()
    found = [(y, m, d) for y, m, d in _ISO.findall(low)]
    found += [(c or f, MONTHS.index((b or d)[:3]) + 1, a or e) for a, b, c, d, e, f in _SPELT.findall(low)]
    for parts in found:
        try:
            out.add(datetime.date(*map(int, parts)))
        except ValueError:
            pass                 # no such day
    return out


def _ends(day):
    """Whether it begins a month, or ends one."""
    return day.day == 1 or (day + datetime.timedelta(days=1)).day == 1


def _month_named(low, day):
    """The month that the day is of, or the one that it bounds."""
    months = [day.month] + ([(day - datetime.timedelta(days=1)).month] if day.day == 1 else [])
    return any(re.search(rf"\b{MONTHS[m - 1]}[a-z]*\b", low) for m in months) or \
        any(re.search(rf"\b0?{m}[/.]{str(day.year)[2:]}|{day.year}-{m:02}", low) for m in months)


def ends_known(heard, prompt, value):
    """Whether the day before it is known, at whose end it stands."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d(?: 00:00(?::00)?)?", value):
        return False
    try:
        before = datetime.date.fromisoformat(value[:10]) - datetime.timedelta(days=1)
    except ValueError:
        return False
    return known(heard, prompt, before.isoformat())


def known(heard, prompt, value):
    try:
        day = datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    low = heard.lower()
    if day in days_in(heard) or re.search(rf"\b0?{day.month}[./-]0?{day.day}\b|\b0?{day.day}[./-]0?{day.month}\b", low):
        return True
    said_day = day.day > 1 and float(day.day) in numbers_of(low) or re.search(r"\b0?1(?:st)?\b|\bfirst\b", low) and day.day == 1
    if _month_named(low, day) and (said_day or _ends(day)):
        return True
    if _ends(day) and (day.month, day.day) in ((1, 1), (12, 31)) and re.search(rf"\b{day.year}\b|\b{day.year - 1}\b|\byear\b", low):
        return True
    for today in days_in(prompt):
        apart = (day - today).days
        if any(word in low and abs(apart) in (n, abs(n)) for word, n in _BACK_AND_FORTH.items()):
            return True
        if abs(apart) <= 8 and re.search(rf"\b{WEEKDAYS[day.weekday()]}[a-z]*\b", low):
            return True
        if abs(apart) <= 62 and (said_day or "month" in low and _ends(day)):
            return True
        if apart == 0 and not days_in(heard):
            return True
    return False
