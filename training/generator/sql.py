"""SQL exactly as the model writes it (docs/sql.md, "What the model writes")."""
import re
from dataclasses import dataclass, field, replace

_BARE = re.compile(r"[a-z_][a-z0-9_]*\Z")
# Words that do not stand bare as a name (host/sql/grammar/names.cpp).
KEYWORDS = frozenset("""all analyse analyze and any array as asc asymmetric authorization between
binary both by case cast check collate collation column concurrently
constraint create cross current_catalog current_date current_role
current_schema current_time current_timestamp current_user default
deferrable delete desc distinct do else end except exists false fetch for
foreign freeze from full grant group having ilike in initially inner insert
intersect into is isnull join lateral leading left like limit localtime
localtimestamp natural not notnull null offset on only or order outer
overlaps placing primary references returning right select session_user set
similar some symmetric system_user table tablesample then to trailing true
union unique update user using values variadic verbose when where window
with""".split())

# Words that one of the databases would read as its own: nothing made up is called so.
SQLITE_WORDS = frozenset("""all and any array as asc between both by case cast check collate column
constraint create cross current_date current_time default delete desc distinct do else end except
exists false fetch for foreign from full grant group having in inner insert intersect into is join
left like limit natural not null offset on only or order outer primary references returning right
select set some table then to true union unique update user using values when where window
with abort action add after alter always analyze attach autoincrement before begin cascade commit
conflict current database deferrable deferred detach drop each escape exclude exclusive explain fail
filter first following generated glob groups if ignore immediate index indexed initially instead isnull
key last match materialized no nothing notnull nulls of offset others over partition plan pragma
preceding query raise range recursive regexp reindex release rename replace restrict rollback row rows
savepoint temp temporary ties transaction trigger unbounded vacuum view virtual without""".split())


def name(text):
    if _BARE.match(text) and text not in KEYWORDS:
        return text
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True)
class Named:
    """A value that the event brings: the statement says its name."""
    name: str
    value: object


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def literal(value):
    if isinstance(value, Named):
        return ":" + (value.name if _PLAIN.match(value.name) else '"' + value.name.replace('"', '""') + '"')
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"


def condition(column, op, value=None):
    """("status", "=", "open"), ("id", "IN", [1, 2]), ("owner", "IS NULL"), …"""
    if op in ("IS NULL", "IS NOT NULL"):
        return f"{name(column)} {op}"
    if op == "IN":
        return f"{name(column)} IN ({', '.join(literal(v) for v in value)})"
    return f"{name(column)} {op} {literal(value)}"


def where(conditions):
    return " WHERE " + " AND ".join(condition(*c) for c in conditions) if conditions else ""


def update(table, changes, conditions):
    """`changes`: column → value, or ("+" or "-", number) for a step."""
    sets = []
    for column, value in changes.items():
        if isinstance(value, tuple):
            sets.append(f"{name(column)} = {name(column)} {value[0]} {literal(value[1])}")
        else:
            sets.append(f"{name(column)} = {literal(value)}")
    return f"UPDATE {name(table)} SET {', '.join(sets)}{where(conditions)}"


def insert(table, values):
    columns = ", ".join(name(c) for c in values)
    return f"INSERT INTO {name(table)} ({columns}) VALUES ({', '.join(map(literal, values.values()))})"


def delete(table, conditions):
    return f"DELETE FROM {name(table)}{where(conditions)}"


_PART = re.compile(r"""'(?:[^']|'')*'|:"((?:[^"]|"")+)"|"(?:[^"]|"")*"|:([A-Za-z_][A-Za-z0-9_]*)""")


def bound(text, values):
    """The statement with a mark in the place of each name, and the values for them."""
    found = []

    def mark(part):
        named = part[1].replace('""', '"') if part[1] else part[2]
        if named is None:
            return part[0]
        found.append(values[named])
        return "?"
    return _PART.sub(mark, text), found


@dataclass(frozen=True)
class Select:
    table: str
    items: tuple          # as they are written
    conditions: tuple = ()
    group: tuple = ()
    order: tuple = ()     # (what is written, descending?)
    limit: int = 0
    columns: tuple = field(default=(), compare=False)  # of plain columns: their names

    def text(self):
        out = f"SELECT {', '.join(self.items)} FROM {name(self.table)}{where(self.conditions)}"
        if self.group:
            out += " GROUP BY " + ", ".join(self.group)
        if self.order:
            out += " ORDER BY " + ", ".join(o + " DESC" if d else o for o, d in self.order)
        if self.limit:
            out += f" LIMIT {self.limit}"
        return out

    def filtered(self, column, op, value=None):
        """With this condition in place of the column's former ones."""
        kept = tuple(c for c in self.conditions if c[0] != column)
        added = (column, op) if op.startswith("IS") else (column, op, value)
        return replace(self, conditions=kept + (added,))


def plain(table, columns, **parts):
    return Select(table, tuple(name(c) for c in columns), columns=tuple(columns), **parts)
