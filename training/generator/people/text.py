"""Statements of shapes.py as text: for SQLite with the app's own names, for the model with those of a session."""
from .. import sql
from .expressions import Named


class Names:
    """The app's own names and values."""

    def table(self, table):
        return table

    def column(self, _table, column):
        return column

    def link(self, _table, name):
        return name

    def value(self, _table, _column, value):
        return value["span"] if isinstance(value, dict) else value


PLAIN = Names()
PATTERNS = {"LIKE": ("%", "%"), "BEGINS": ("", "%"), "ENDS": ("%", "")}      # what stands around the text


def literal(value):
    if isinstance(value, Named):
        value = sql.Named(value.name, None)
    elif isinstance(value, dict) and "named" in value:
        value = sql.Named(value["named"], None)
    return sql.literal(value)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Writer:
    """`name`: how a name is written; what only SQLite reads has all of them in quotes."""

    def __init__(self, names=PLAIN, name=sql.name):
        self.names, self.name = names, name

    def column(self, table, column):
        if column.startswith("count("):
            return f"count({self.name(self.names.link(table, column[6:-1]))})"
        if "." in column:
            link, last = column.split(".", 1)
            return f"{self.name(self.names.link(table, link))}.{self.name(self.names.column(None, last))}"
        return "*" if column == "*" else self.name(self.names.column(table, column))

    def value(self, table, column, value):
        named = isinstance(value, Named) or isinstance(value, dict) and "named" in value
        return literal(value if named else self.names.value(table, column, value))

    def condition(self, table, column, op, value):
        if op == "OR":
            return f"({' OR '.join(self.condition(table, *c) for c in value)})"
        name = self.column(table, column)
        if op.startswith("IS"):
            return f"{name} {op}"
        if op == "IN":
            return f"{name} IN ({', '.join(self.value(table, column, v) for v in value)})"
        if op in PATTERNS:
            before, behind = PATTERNS[op]
            return f"{name} LIKE {literal(before + self.names.value(table, column, value) + behind)}"
        if isinstance(value, dict) and "column" in value:
            return f"{name} {op} {self.column(table, value['column'])}"
        return f"{name} {op} {self.value(table, column, value)}"

    def where(self, statement):
        table = statement["table"]
        parts = [self.condition(table, *c) for c in statement["where"]]
        return " WHERE " + " AND ".join(parts) if parts else ""

    def expression(self, table, function, column):
        name = self.column(table, column)
        if function == "distinct":
            return f"count(DISTINCT {name})"
        if function.startswith("round"):
            return f"round(avg({name}), {function[5:]})"
        return f"{function}({name})" if function else name

    def item(self, table, function, column, name):
        return self.expression(table, function, column) + (f" AS {name}" if name else "")

    def select(self, s):
        table = s["table"]
        out = (f"SELECT {', '.join(self.item(table, *i) for i in s['items'])}"
               f" FROM {self.source(s)}{self.where(s)}")
        if s["group"]:
            out += " GROUP BY " + ", ".join(self.column(table, g) for g in s["group"])
        if s.get("having"):
            function, column, op, value = s["having"]
            out += f" HAVING {self.expression(table, function, column)} {op} {literal(value)}"
        if s["order"]:
            named = {(i[0], i[1]): i[2] for i in s["items"] if i[2]}
            out += " ORDER BY " + ", ".join(
                (named.get((f, c)) or self.expression(table, f, c)) + (" DESC" if down else "")
                for f, c, down in s["order"])
        return out + (f" LIMIT {s['limit']}" if s["limit"] else "")

    def source(self, s):
        return self.name(self.names.table(s["table"]))

    def moved(self, day, sign, interval):
        return f"{day} {sign} INTERVAL '{interval}'"

    def text(self, s):
        if s["verb"] == "select":
            return self.select(s)
        table = s["table"]
        name = self.name(self.names.table(table))
        if s["verb"] == "delete":
            return f"DELETE FROM {name}{self.where(s)}"
        if s["verb"] == "insert":
            columns = ", ".join(self.column(table, c) for c, _ in s["values"])
            values = ", ".join(self.value(table, c, v) for c, v in s["values"])
            return f"INSERT INTO {name} ({columns}) VALUES ({values})"
        sets = []
        for column, sign, value in s["set"]:
            own = self.column(table, column)
            if isinstance(value, dict) and "interval" in value:
                sets.append(f"{own} = {self.moved(own, sign, value['interval'])}")
                continue
            sets.append(f"{own} = " + ("" if sign == "=" else f"{own} {sign} ") + self.value(table, column, value))
        return f"UPDATE {name} SET {', '.join(sets)}{self.where(s)}"


def is_path(column):
    return "." in column or column.startswith("count(")


def each(where):
    """Every condition, also of a choice."""
    return [c for condition in where for c in (condition[2] if condition[1] == "OR" else [condition])]


def compared(where):
    """Columns that conditions speak of."""
    found = each(where)
    return [c[0] for c in found] + [c[2]["column"] for c in found if isinstance(c[2], dict) and "column" in c[2]]


def paths(s):
    """Columns of a select that are at the end of one."""
    named = [i[1] for i in s["items"]] + compared(s["where"]) + list(s["group"]) + [o[1] for o in s["order"]]
    named += [s["having"][1]] if s.get("having") else []
    return [n for n in dict.fromkeys(named) if is_path(n)]


class Plain(Writer):
    """For SQLite: a path is a join, or a query inside (host/sql/paths.cpp)."""

    def __init__(self, app=None):
        super().__init__(name=quoted)
        self.app, self.joined = app, None

    def column(self, table, column):
        if column.startswith("count("):
            link = self._link(table, column[6:-1])
            return f"(SELECT count(*) FROM {quoted(link.table)} AS {quoted(link.name)} WHERE {self._on(table, link)})"
        if column == "*" or "." in column or not self.joined:
            return super().column(table, column)
        return f"{quoted(table)}.{quoted(column)}"

    def _link(self, table, name):
        return self.app.tables[table].link(name)

    def moved(self, day, sign, interval):
        number, unit = interval.split()
        if unit.startswith("week"):
            number, unit = 7 * int(number), "days"
        return f"CASE WHEN length({day}) = 10 THEN date({day}, '{sign}{number} {unit}') ELSE datetime({day}, '{sign}{number} {unit}') END"

    @staticmethod
    def _on(table, link):
        return " AND ".join(f"{quoted(link.name)}.{quoted(b)} = {quoted(table)}.{quoted(a)}" for a, b in link.columns)

    def source(self, s):
        out = quoted(s["table"])
        for name in dict.fromkeys(p.split(".", 1)[0] for p in paths(s) if "." in p):
            link = self._link(s["table"], name)
            out += f" LEFT JOIN {quoted(link.table)} AS {quoted(name)} ON {self._on(s['table'], link)}"
        return out

    def select(self, s):
        self.joined = bool(paths(s))
        try:
            return super().select(s)
        finally:
            self.joined = False


PLAINLY = Writer(name=quoted)


def plain(s, app=None):
    return Plain(app).text(s)
