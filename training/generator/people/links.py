"""Foreign keys as names that a path can take (host/sql/relations.h, paths.h): `member.name`, `count(loans)`."""
from dataclasses import dataclass

from ..mentions import singular

ENDINGS = ("_id", "_no", "_nr", "_num", "_number", "_key", "_code", "_ref", "_fk")
# What the grammar offers (host/sql/grammar/binding.cpp): links of a table, columns of each, columns to group by of
# the table itself and of all it leads to.
MOST, MOST_COLUMNS, MOST_GROUPS, MOST_LINKED_GROUPS = 6, 10, 12, 8


@dataclass
class Link:
    name: str
    table: str                 # where it leads
    columns: list              # [(of this table, of that one)]
    many: bool                 # rows of that table, each of which points at a row of this one


def spoken(name):
    out = ""
    for i, c in enumerate(name):
        upper = "A" <= c <= "Z"
        if upper and i and "a" <= name[i - 1] <= "z":
            out += "_"
        if upper or "a" <= c <= "z" or c == "_" or out and "0" <= c <= "9":
            out += c.lower()
        elif out and not out.endswith("_"):
            out += "_"
    return out.rstrip("_")


def _stem(name):
    return next((name[:-len(e)] for e in ENDINGS if name.endswith(e) and len(name) > len(e)), name)


def _name(target, columns, table, column):
    to = singular(spoken(table(target)))
    if len(columns) != 1:
        return to
    own, other = columns[0]
    called = spoken(column(own))
    stem = _stem(called)
    return to if stem == called and own == other else stem


def _add(links, link, other):
    taken = {x.name for x in links} | {""}
    if link.name in taken:
        link.name = other
    if link.name not in taken:
        links.append(link)


def links_of(tables, table=lambda n: n, column=lambda n: n):
    """By the app's own name of a table; `table` and `column` say how a name is written in a session. `tables`: of one
    database, also where they are of several apps; a key counts where the table that it leads to is there, too."""
    out = {}
    for t in sorted(tables.values(), key=lambda t: table(t.name).encode()):
        place = {c.name: i for i, c in enumerate(t.columns)}
        keys = [f for f in t.foreign if f[0] in tables and tables[f[0]].app is t.app]
        for target, columns in sorted(keys, key=lambda f: min(place[own] for own, _ in f[1])):
            name, back = _name(target, columns, table, column), spoken(table(t.name))
            _add(out.setdefault(t.name, []), Link(name, target, columns, False),
                 f"{name}_{singular(spoken(table(target)))}")
            _add(out.setdefault(target, []), Link(back, t.name, [(b, a) for a, b in columns], True), f"{back}_{name}")
    return out
