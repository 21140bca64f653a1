"""The same sentence about something else: a key, a number or a value that stands in it and in its answer is
replaced in both by another of the same column, or a row that it names by a text by another row."""
import copy
import re

from . import said
from .text import each

KINDS = {"change by key", "several columns", "arithmetic", "delete", "filter", "range", "top n", "search", "count",
         "sum", "form", "negation in a filter", "look", "change by description", "insert", "question about a row",
         "change by position", "sort", "group", "several things"}
_DATE = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{4}-\d\d|\d[:/.]\d|\d(?:st|nd|rd|th)\b",
                   re.I)
TRIES = 6


def _slots(answer):
    """Places of values: (statement, column, list or tuple that holds the value, its index there)."""
    for s in answer.get("do", []) + [p["select"] for p in answer.get("show", [])]:
        for condition in each(s.get("where", ())):
            if isinstance(condition[2], dict) and "column" in condition[2]:
                continue
            if isinstance(condition[2], list):
                for i in range(len(condition[2])):
                    yield s, condition[0], condition[2], i
            elif not condition[1].startswith("IS"):
                yield s, condition[0], condition, 2
        for assigned in s.get("set", s.get("values", ())):
            yield s, assigned[0], assigned, len(assigned) - 1
        if s.get("having"):
            yield s, s["having"][1], s["having"], 3


def _values(answer):
    return [holder[i] for _, _, holder, i in _slots(answer)]


def _once(text, part):
    """Where the part stands in the text, as a word of its own, when it does so only once."""
    found = [m for m in re.finditer(rf"(?<![\w.,-]){re.escape(part)}(?![\w-]|[.,]\d)", text, re.I)]
    return found[0] if len(found) == 1 else None


def _other_number(rng, value):
    if isinstance(value, float) and value != int(value):
        return round(value * rng.uniform(0.4, 1.8), 1)
    value = int(value)
    if value < 10:
        return rng.choice([n for n in range(2, 13) if n != value])
    step = 10 ** max(0, len(str(value)) - 2)
    return max(step, int(value * rng.uniform(0.4, 1.9)) // step * step)


def _number(rng, turn, holder, i):
    """A number that is written with digits, alone or so many times as large in the answer."""
    value = holder[i]
    if value in (0, 1) or _DATE.search(turn["say"]):
        return None
    for scale in (1, 100):
        if value % scale:
            continue
        shown = value // scale if isinstance(value, int) else value / scale
        shown = int(shown) if shown == int(shown) else shown
        place = _once(turn["say"], str(shown))
        if place and sum(v == value for v in _values(turn["answer"])) == 1:
            other = _other_number(rng, shown)
            return place, str(other), other * scale
    return None


def _cased(play, place, other):
    """In small letters where what it replaces is; what is copied is found again whatever the case of ASCII letters."""
    small = place[0].islower() and (other.isascii() or not play.entry.copies)
    return other.lower() if small else other


def _text(rng, play, turn, s, column, value):
    """A value of the column that stands in the sentence as it is."""
    place = _once(turn["say"], value)
    if not place or sum(v == value for v in _values(turn["answer"])) != 1:
        return None
    choices = column.choices or play.few(s["table"], column.name)
    choices = [c for c in choices if c != value and isinstance(c, str) and "\n" not in c and len(c) < 40]
    if not choices:
        return None
    other = rng.choice(choices)
    return place, _cased(play, place, other), other


def _span(rng, play, turn, s, column, value):
    """New text out of the sentence: any other that could stand there."""
    place = _once(turn["say"], value["span"])
    choices = [c for c in play.few(s["table"], column.name) if isinstance(c, str) and 2 < len(c) < 60]
    if not place or len(choices) < 2:
        return None
    other = rng.choice(choices)
    if len(other.split()) > 1 and rng.random() < 0.4:
        other = " ".join(rng.choice(choices).split()[:1] + other.split()[1:])
    if "'" in other and rng.random() < 0.8:
        return None
    return place, other, {"span": other}


def _key(rng, play, turn, s, column, value):
    text = str(value)
    place = _once(turn["say"], text)
    if not place or sum(v == value for v in _values(turn["answer"])) != 1:
        return None
    keys = [k for k in play.few(s["table"], column.name, all_of_them=True) if k != value and str(k) not in turn["say"]]
    if not keys:
        return None
    other = rng.choice(keys)
    return place, _cased(play, place, str(other)), other


def _named_by(say, texts, value):
    """(column, text, its word or None, where it is said) of the row with this key, named by a text, or by a word that no other has."""
    for column, text, key in texts:
        if key != value:
            continue
        if place := _once(say, text):
            return column, text, None, place
        others = " ".join(t for c, t, k in texts if c == column and k != value).lower()
        for number, word in enumerate(text.split()):
            if len(word) > 3 and word.isalpha() and word.lower() not in others and (place := _once(say, word)):
                return column, text, number, place
    return None


def _row(rng, play, turn, s, column, value):
    """Another row, under its own text; the needs and all keys of the answer follow."""
    table = play.app.tables[column.refers[0] if column.refers else s["table"]]
    if len(table.keys) != 1 or value is None:
        return None
    texts = play.entry.texts(table)
    named = _named_by(turn["say"], texts, value)
    if not named:
        return None
    column_of_text, _, number, place = named
    others = [(t, k) for c, t, k in texts if c == column_of_text and k not in (None, value) and len(t) < 40]
    if number is not None:
        words = [(t.split()[number], k) for t, k in others if number < len(t.split())]
        every = [w for t, _ in others for w in t.lower().split()]
        others = [(w, k) for w, k in words if len(w) > 3 and w.isalpha() and every.count(w.lower()) == 1]
    others = [(t, k) for t, k in others if t.lower() not in turn["say"].lower()]
    if not others:
        return None
    shown, other = rng.choice(others)
    turn["needs"] = [[n[0], other] if n[:2] == [table.name, value] and len(n) == 2 else n for n in turn["needs"]]
    for statement, name, holder, i in _slots(turn["answer"]):
        found = play.app.tables[statement["table"]].column(name)
        of_table = found and (found.refers[0] == table.name if found.refers else
                              found.key and statement["table"] == table.name)
        if of_table and holder[i] == value:
            holder[i] = other
    return place, _cased(play, place, shown), other


def _one(rng, play, turn):
    slots = list(_slots(turn["answer"]))
    if not slots:
        return False
    s, name, holder, i = rng.choice(slots)
    column, value = play.app.tables[s["table"]].column(name), holder[i]
    if column is None or value is None or isinstance(value, bool) or column.is_day or column.is_time:
        return False
    where = i == 2 and holder in s.get("where", ()) or holder not in s.get("set", s.get("values", ()))
    if isinstance(value, dict):
        found = _span(rng, play, turn, s, column, value) if "span" in value and s["verb"] != "select" else None
    elif column.key or column.refers:
        found = where and _key(rng, play, turn, s, column, value) or _row(rng, play, turn, s, column, value)
    elif column.is_number and play.entry.copies:
        found = _key(rng, play, turn, s, column, value)
    elif column.is_number:
        total = turn["kind"] == "arithmetic" and holder[1] == "="     # of which the sentence says the sum, too
        found = None if total else _number(rng, turn, holder, i)
    else:
        found = _text(rng, play, turn, s, column, value)
    if not found:
        return False
    place, shown, other = found
    turn["say"] = turn["say"][:place.start()] + shown + turn["say"][place.end():]
    holder[i] = other
    return True


def refilled(rng, play, turn):
    """Another turn, or the same where nothing can be replaced."""
    if turn["kind"] not in KINDS or "say" not in turn:
        return turn
    out = dict(turn, answer=copy.deepcopy(turn["answer"]))
    changed = 0
    for _ in range(TRIES):
        changed += _one(rng, play, out)
        if changed >= 2:
            break
    spans = [v["span"] for v in _values(out["answer"]) if isinstance(v, dict) and "span" in v]
    right = all(said.span(out["say"], text) for text in spans)
    right = right and play.visible(out["needs"], play.world.phrase(out["say"]))
    return out if changed and right and play.holds(out["answer"]) else turn
