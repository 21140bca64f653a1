"""What a person may mean: rows by a description, groups of rows, values to set."""
import re
from dataclasses import dataclass

from . import words
from .schema import _value as value_of


def key_of(table, row):
    return row[table.key.name]


def texts(row, table):
    return [v for n, v in row.items() if isinstance(v, str) and n != table.key.name]


def words_in(text):
    return re.findall(r"[A-Za-z][a-z]+(?:'[a-z]+)?", text)


def is_unique(word, row, rows, table):
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    hits = [r for r in rows if any(pattern.search(t) for t in texts(r, table))]
    return len(hits) == 1 and hits[0] is row


def describe(rng, table, row, rows):
    """"the disk alert": words that only this one of the rows fits; None when there are none."""
    titles = [c for c in table.of_role("title", "text") if c.name in row and row[c.name]]
    people = [c for c in table.of_role("person") if c.name in row and row[c.name]]
    named = [c for c in titles if c.pattern == "{person}"]
    if (people or named) and rng.random() < 0.35:
        who = row[rng.choice(people or named).name]
        who = who.split(" ")[0] if rng.random() < 0.5 else who
        if is_unique(who, row, rows, table):
            return rng.choice((f"{who}'s {table.one}", f"the {table.one} of {who}"))
        return None
    if not titles:
        return None
    text = row[rng.choice(titles).name]
    found = [w for w in words_in(text) if len(w) > 2 and w.lower() not in ("the", "for", "and", "with")]
    if not found:
        return None
    style = rng.random()
    if style < 0.2:
        word = text
    elif style < 0.4 and len(found) > 1:
        at = rng.randrange(len(found) - 1)
        word = f"{found[at]} {found[at + 1]}"
        if word not in text:
            return None
    else:
        word = rng.choice(found)
    if not is_unique(word, row, rows, table):
        return None
    if style >= 0.2 and rng.random() < 0.8:
        word = word.lower()
    return rng.choice((f"the {word} {table.one}", f"the {word} {table.one}", f"the {word} {table.one}",
                       f"that {word} {table.one}", f"the {word} one", f"the {table.one} with {word}",
                       f"the {table.one} about {word}", f"the {table.one} that says {word}",
                       f"the one with {word}"))


@dataclass
class Thing:
    """A group of rows: how it is called, in the plural and as "every …", and its conditions."""
    spoken: str
    one: str
    conditions: tuple
    title: str


def _enum_conditions(rng, table):
    """A value that belongs to one column only."""
    columns = table.of_role("state", "kind")
    pairs = [(c, v) for c in columns for v in c.choices]
    alone = [(c, v) for c, v in pairs if sum(v in d.choices for d in columns) == 1]
    return rng.choice(alone) if alone else None


def thing(rng, table, rows, most=2, only=None):
    """Some of a table's rows. `only`: columns that may decide."""
    plural, one = table.plural, table.one
    kinds = ["enum", "enum", "enum", "person", "flag", "number", "word", "pair", "all"]
    for _ in range(6):
        kind = rng.choice(kinds)
        if kind == "all" and only is None:
            return Thing(plural, one, (), words.capital(plural))
        if kind == "enum" and (picked := _enum_conditions(rng, table)):
            column, value = picked
            if only is not None and column.name not in only:
                continue
            said = words.spoken(value)
            named = rng.choice((f"{plural} with {column.spoken} {said}", f"{plural} in {column.spoken} {said}",
                                f"{plural} whose {column.spoken} is {said}"))
            style = rng.random()
            spoken = (f"{said} {plural}" if style < 0.55 else named if style < 0.8 else
                      f"{plural} that are {said}" if style < 0.93 else f"{plural} which are {said}")
            return Thing(spoken, f"{said} {one}", ((column.name, "=", value),),
                         words.capital(f"{said} {plural}"))
        if kind == "person":
            people = table.of_role("person")
            people = [c for c in people if only is None or c.name in only]
            if not people or not rows:
                continue
            column = rng.choice(people)
            who = rng.choice(rows)[column.name]
            if not who:
                continue
            named = (f"{plural} with {column.spoken} {who}", f"{plural} whose {column.spoken} is {who}")
            spoken = rng.choice(named if len(table.of_role("person")) > 1 else
                                (f"{who}'s {plural}", f"{plural} of {who}") + named)
            return Thing(spoken, f"{one} of {who}", ((column.name, "=", who),),
                         words.capital(f"{plural} of {who}"))
        if kind == "flag" and only is None and (flags := table.of_role("flag")):
            column = rng.choice(flags)
            yes = rng.random() < 0.6
            spoken = f"{column.spoken} {plural}" if yes else f"{plural} that are not {column.spoken}"
            title = spoken if yes else f"{plural} not {column.spoken}"
            return Thing(spoken, spoken, ((column.name, "=", yes),), words.capital(title))
        if kind == "number" and only is None and (numbers := table.of_role("int", "real")):
            column = rng.choice(numbers)
            n = rng.randint(int(column.low), max(int(column.low), int(column.high)))
            said, op = rng.choice((("over", ">"), ("above", ">"), ("under", "<"), ("below", "<"),
                                   ("at least", ">="), ("at most", "<="), ("more than", ">"),
                                   ("less than", "<"), ("of", "=")))
            spoken = f"{plural} with {column.spoken} {said} {n}"
            if op != "=":
                spoken = rng.choice((spoken, f"{plural} with {said} {n} {column.spoken}",
                                     f"{plural} whose {column.spoken} is {said} {n}"))
            return Thing(spoken, spoken, ((column.name, op, n),),
                         words.capital(f"{plural} with {column.spoken} {op} {n}"))
        if kind == "word" and only is None and rows:
            titles = table.of_role("title")
            found = words_in(rng.choice(rows)[titles[0].name] or "") if titles else []
            found = [w.lower() for w in found if len(w) > 3 and "'" not in w]
            if not found:
                continue
            word = rng.choice(found)
            spoken = rng.choice((f"{plural} about {word}", f"{plural} with {word} in the "
                                 f"{titles[0].spoken}", f"{plural} that mention {word}",
                                 f"{plural} mentioning {word}"))
            return Thing(spoken, spoken, ((titles[0].name, "LIKE", f"%{word}%"),),
                         words.capital(f"{plural} about {word}"))
        if kind == "pair" and most > 1:
            picked = _enum_conditions(rng, table)
            inner = thing(rng, table, rows, 1, only)
            if not picked or not inner or not inner.conditions:
                continue
            column, value = picked
            if inner.conditions[0][0] == column.name or (only is not None and column.name not in only):
                continue
            said = words.spoken(value)
            return Thing(f"{said} {inner.spoken}", f"{said} {inner.one}",
                         ((column.name, "=", value),) + inner.conditions,
                         words.capital(f"{said} {inner.title[:1].lower()}{inner.title[1:]}"))
    return None


def new_value(rng, column, old=None):
    """(how it is said, value), or None."""
    if column.choices:
        value = rng.choice(column.choices)
        return (words.spoken(value), value) if value != old else None
    if column.role in ("flag", "key"):
        return None
    value = value_of(rng, column)
    if column.role == "real" and rng.random() < 0.4:
        value = float(int(value))
    if value == old or (isinstance(value, str) and any(c in value for c in "();{")):
        return None
    return (str(value), value)
