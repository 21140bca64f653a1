"""Conditions and values of an effect's SQL, as the model's grammar has them (docs/sql.md), or Cannot."""
import datetime

from .expressions import Cannot
from .reach import Reach

NEGATED = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST_CONDITIONS, MOST_ALTERNATIVES = 6, 3
_DAY = datetime.timedelta(days=1)


def _day(text, days=0):
    return (datetime.date.fromisoformat(text) + days * _DAY).isoformat()


def month(text):
    """"2026-06" → its first day and the day behind its last."""
    year, number = map(int, text.split("-"))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return f"{year:04}-{number:02}-01", f"{after[0]:04}-{after[1]:02}-01"


def whole_months(table, conditions):
    """From the first day of a month to the last of one: before the day behind it."""
    out = []
    for name, op, value in conditions:
        if op == "<=" and table.column(name).is_day and isinstance(value, str) and len(value) == 10 \
                and _day(value, 1).endswith("-01") and any(
                    c == name and o == ">=" and isinstance(v, str) and v.endswith("-01") for c, o, v in conditions):
            op, value = "<", _day(value, 1)
        out.append([name, op, value])
    return out


class Conditions(Reach):
    """`look_up` runs an inner SELECT on the facts and gives its values."""

    def __init__(self, app, look_up=None):
        super().__init__(app)
        self.look_up = look_up

    def value(self, column, expression):
        if expression[0] != "value":
            raise Cannot("expression as a value")
        value = expression[1]
        if column.type == "boolean" and value in (0, 1) and not isinstance(value, bool):
            return bool(value)
        if column.type in ("integer", "real") and isinstance(value, bool):
            return int(value)
        if column.type == "text" and isinstance(value, (int, float)):
            raise Cannot("number for a text")
        if column.type in ("integer", "real") and isinstance(value, str):
            raise Cannot("text for a number")
        return value

    # --- conditions ---

    def conditions(self, table, tree):
        if tree is None:
            return []
        out = whole_months(table, self._conditions(table, tree))
        if len(out) > MOST_CONDITIONS:
            raise Cannot("more than six conditions")
        if sum(op == "OR" for _, op, _ in out) > 1:
            raise Cannot("or")
        return out

    def _conditions(self, table, tree):
        kind = tree[0]
        if kind == "and":
            return self._conditions(table, tree[1]) + self._conditions(table, tree[2])
        if kind == "or":
            return [self._either([self._conditions(table, part) for part in tree[1:]])]
        if kind == "not":
            return self._negated(table, tree[1])
        if kind in FLIPPED:
            return self._compared(table, kind, tree[1], tree[2])
        if kind == "null":
            return [[self.column(table, tree[1]).name, "IS NULL", None]]
        if kind == "in":
            column = self.column(table, tree[1])
            if tree[2][0][0] == "select":
                return [[column.name, "IN", self._looked_up(tree[2][0][1], column)]]
            return [[column.name, "IN", [self.value(column, v) for v in tree[2]]]]
        if kind == "like":
            return self._like(table, tree)
        if kind == "exists":
            return [self._pointed_at(table, tree[1], ">")]
        column = self.column(table, tree)
        if column.type != "boolean":
            raise Cannot("condition")
        return [[column.name, "=", True]]

    @staticmethod
    def _either(parts):
        """One condition that is a choice between others; values of one column are a list."""
        out = []
        for part in parts:
            if len(part) != 1:
                raise Cannot("or")
            for name, op, value in part[0][2] if part[0][1] == "OR" else part:
                listed = op in ("=", "IN") and not isinstance(value, dict)
                same = listed and next((c for c in out if c[0] == name and c[1] == "IN"), None)
                if same:
                    same[2] += value if op == "IN" else [value]
                else:
                    out.append([name, "IN", list(value) if op == "IN" else [value]] if listed else [name, op, value])
        out = [[c, "=", v[0]] if op == "IN" and len(v) == 1 else [c, op, v] for c, op, v in out]
        if len(out) > MOST_ALTERNATIVES:
            raise Cannot("or")
        return out[0] if len(out) == 1 else [None, "OR", out]

    def _negated(self, table, tree):
        kind = tree[0]
        if kind == "or":
            return [c for part in tree[1:] for c in self._negated(table, part)]
        if kind == "and":
            return [self._either([self._negated(table, part) for part in tree[1:]])]
        if kind == "null":
            return [[self.column(table, tree[1]).name, "IS NOT NULL", None]]
        if kind == "exists":
            return [self._pointed_at(table, tree[1], "=")]
        if kind == "in" and tree[2][0][0] == "select":
            return [self._none_of(table, tree[1], tree[2][0][1])]
        if kind == "in":
            column = self.column(table, tree[1])
            return [[column.name, "<>", self.value(column, v)] for v in tree[2]]
        if kind in NEGATED:
            return self._compared(table, NEGATED[kind], tree[1], tree[2])
        if kind == "not":
            return self._conditions(table, tree[1])
        if kind == "column":
            column = self.column(table, tree)
            if column.type == "boolean":
                return [[column.name, "=", False]]
        raise Cannot("not")

    def _none_of(self, table, key, inner):
        """Rows that no row of another table points at."""
        if self.joins or inner.joins or inner.group or inner.having or len(inner.items) != 1 or key[0] != "column":
            raise Cannot("not")
        pointing = inner.items[0][0]
        others = ("not", ("null", pointing))
        for link in self.offered(table):
            if link.many and link.table.lower() == inner.table.lower() and pointing[0] == "column" and \
                    link.columns == [(key[2], pointing[2])] and inner.where in (None, others):
                return [f"count({link.name})", "=", 0]
        raise Cannot("not")

    def _pointed_at(self, table, inner, op):
        """Rows that some, or no, row of another table points at."""
        where = inner.where
        if self.joins or inner.joins or inner.group or not where or where[0] != "=" or \
                where[1][0] != "column" or where[2][0] != "column":
            raise Cannot("exists")
        for own, other in ((where[1], where[2]), (where[2], where[1])):
            within = other[1] is None or other[1].lower() == inner.alias.lower()
            if not within or own[1] is None or own[1].lower() == inner.alias.lower():
                continue
            for link in self.offered(table):
                if link.many and link.table.lower() == inner.table.lower() and link.columns == [(own[2], other[2])]:
                    return [f"count({link.name})", op, 0]
        raise Cannot("exists")

    def _compared(self, table, sign, left, right):
        if right[0] not in ("value", "select"):
            if left[0] != "value":
                return [self._beside(table, sign, left, right)]
            left, right, sign = right, left, FLIPPED[sign]
        if left[0] == "-" and right == ("value", 0):
            return [self._beside(table, sign, left[1], left[2])]
        if left[0] == "call" and left[1] in ("substr", "strftime", "date"):
            return self._part_of_day(table, sign, left, right)
        column = self.column(table, left)
        if right[0] == "select":
            values = self._looked_up(right[1], column)
            if len(values) != 1:
                raise Cannot("subquery")
            return [[column.name, sign, values[0]]]
        value = self.value(column, right)
        if value is None:
            raise Cannot("compared with NULL")
        if column.type == "boolean" and sign == "<>":
            sign, value = "=", not value
        if sign not in ("=", "<>") and (column.type == "boolean" or (column.choices and not column.is_number)):
            raise Cannot("order of choices")
        return [[column.name, sign, value]]

    def _beside(self, table, sign, left, right):
        """Two columns of one sort."""
        one, other = self.column(table, left), self.column(table, right)
        sort = self._sort(table, one)
        if sort is None or sort != self._sort(table, other) or sort == "texts" and sign not in ("=", "<>"):
            raise Cannot("column against column")
        return [one.name, sign, {"column": other.name}]

    def _sort(self, table, column):
        """host/sql/grammar/where.cpp: sort_of."""
        if column.name.startswith("count("):
            return None
        there, name = table.place(column.name)
        column = self.app.tables[there].column(name)
        if column.choices or column.key or column.refers:
            return None
        if column.is_number:
            return "numbers"
        if column.is_time:
            return "moments" if column.declared.lower().startswith(("timestamp", "datetime")) else None
        return "days" if column.is_day else "texts" if column.is_words else None

    def _part_of_day(self, table, sign, call, right):
        arguments = call[2]
        wanted = right[1] if right[0] == "value" else None
        name = next((a for a in arguments if isinstance(a, tuple) and a[0] == "column"), None)
        if name is None or sign != "=" or not isinstance(wanted, str):
            raise Cannot("part of a day")
        column = self.column(table, name)
        if call[1] == "date" and len(arguments) == 1 and len(wanted) == 10:
            return [[column.name, ">=", wanted], [column.name, "<", _day(wanted, 1)]]
        if len(wanted) == 7 and wanted[4:5] == "-":
            first, after = month(wanted)
            return [[column.name, ">=", first], [column.name, "<", after]]
        raise Cannot("part of a day")

    def _like(self, table, tree):
        column = self.column(table, tree[1])
        pattern = tree[2]
        if pattern[0] == "call" and pattern[1] == "lower":
            pattern = pattern[2][0]
        if pattern[0] != "value" or not isinstance(pattern[1], str):
            raise Cannot("pattern")
        core = pattern[1].strip("%")
        if not core or "%" in core or "_" in core:
            raise Cannot("pattern")
        if column.is_day or column.is_time:
            if len(core) == 7 and core[4] == "-":
                first, after = month(core)
                return [[column.name, ">=", first], [column.name, "<", after]]
            if len(core) == 10:
                return [[column.name, ">=", core], [column.name, "<", _day(core, 1)]]
            raise Cannot("pattern of a day")
        if not column.is_words:
            raise Cannot("pattern of a choice")
        begins, ends = not pattern[1].startswith("%"), not pattern[1].endswith("%")
        return [[column.name, "LIKE" if begins == ends else "BEGINS" if begins else "ENDS", core]]

    def _looked_up(self, select, column):
        if self.look_up is None:
            raise Cannot("subquery")
        return self.look_up(select, column)
