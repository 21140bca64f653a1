"""Trees of parse.py → statements as the model's grammar has them (docs/sql.md), or Cannot.

A statement is a mapping: {"verb", "table", …} with "items" [[function, column, name]], "where"
[[column, operator, value]], "group" [column], "having" [function, column, operator, value] or None, "order"
[[function, column, descending?]], "limit" of a select, "set" [[column, "=", "+", "-" or "*", value]] of an update,
"values" [[column, value]] of an insert. A condition may be [None, "OR", [conditions]], its value {"column": other};
what is added to a day {"interval": "2 weeks"}.
"""
from .conditions import FLIPPED, Conditions
from .expressions import Cannot, Named
from .links import MOST_COLUMNS, MOST_GROUPS, MOST_LINKED_GROUPS
from .parse import Change
from .text import compared, is_path

TOTALS = {"count", "sum", "avg", "min", "max"}


class Shaper(Conditions):
    def item(self, table, expression, name=None):
        if expression[0] == "call":
            function, arguments = expression[1], expression[2]
            if function == "coalesce" and len(arguments) == 2 and arguments[1] == ("value", 0):
                return self.item(table, arguments[0], name)
            if function == "round" and arguments[0][:2] == ("call", "avg"):
                inner = self.item(table, arguments[0], name)
                digits = arguments[1][1] if len(arguments) > 1 else 0
                return [f"round{digits}", inner[1], name]
            if function == "round" and arguments[0][0] == "call":
                return self.item(table, arguments[0], name)
            if function not in TOTALS:
                raise Cannot("function")
            if function == "count" and len(arguments) == 2 and arguments[0] == ("distinct",):
                return ["distinct", self._own(table, arguments[1]).name, name]
            if arguments == ["*"]:
                return ["count", "*", name]
            if len(arguments) != 1:
                raise Cannot("function")
            column = self.column(table, arguments[0])
            if function == "count":
                return ["count", column.name if column.nullable else "*", name]
            if function in ("sum", "avg") and not column.is_number or column.type == "boolean":
                raise Cannot("total of a text")
            if is_path(column.name) and self._sort(table, column) != "numbers":
                raise Cannot("total of a path")
            return [function, column.name, name]
        return ["", self.column(table, expression).name, name]

    def _own(self, table, expression):
        column = self.column(table, expression)
        if is_path(column.name):
            raise Cannot("total of a path")
        return column

    def select(self, tree):
        return Shaper(self.app, self.look_up)._select(tree)

    def _select(self, tree):
        if not tree.table:
            raise Cannot("several numbers at once")
        table = self.rooted(tree)
        if self.counted:
            return self._counts(table, tree)
        items = []
        for expression, name in tree.items:
            if expression == ("star",):
                items += [["", c, None] for c in table.shown]
            else:
                items.append(self.item(table, expression, name))
        where = self.conditions(table, self.joins.conditions() if self.joins else tree.where)
        group = [self._group_key(table, g, tree) for g in tree.group]
        totals = [i for i in items if i[0]]
        plain = [i[1] for i in items if not i[0]]
        if self.joins and totals and plain and set(plain) < set(group):
            group = plain                        # beside the name, its key says nothing more
        if not group and totals and len(totals) < len(items):
            raise Cannot("totals beside columns")
        for item in totals:      # count(c) is of those rows that have one
            if item[0] == "count" and item[1] != "*":
                if len(items) > 1 and (len(totals) > 1 or not group):
                    raise Cannot("count of a column")
                where = where + [[item[1], "IS NOT NULL", None]]
                item[1] = "*"
        if tree.distinct and not group:
            group = [i[1] for i in items] if not totals else []
            keys = [k for k in table.keys if k in group]
            if keys and (keys == table.keys or len(group) > 2):
                group = []
        self._check_group(table, group, items)
        order = [self._order(table, e, down, tree, group) for e, down in tree.order]
        if totals and not group:
            order = []
        if tree.having and not group:
            raise Cannot("having")
        return {"verb": "select", "table": table.name, "items": items, "where": where, "group": group,
                "having": tree.having and self._having(table, tree), "order": order, "limit": tree.limit}

    def _having(self, table, tree):
        """A total of each group beside a number."""
        sign, left, right = self._totals_beside(tree)
        function, column, _ = self.item(table, left)
        number = column == "*" or table.column(column).is_number
        counts = function == "count" and column != "*"
        if function not in TOTALS or not number or counts or right[0] != "value" or \
                isinstance(right[1], (str, bool)) or right[1] is None:
            raise Cannot("having")
        return [function, column, sign, right[1]]

    def _totals_beside(self, tree):
        """(sign, total, number) of HAVING."""
        sign, left, right = tree.having if tree.having[0] in FLIPPED else ("", None, None)
        if not sign:
            raise Cannot("having")
        if left[0] == "value":
            sign, left, right = FLIPPED[sign], right, left
        return sign, self._meant(tree, left), right

    def _counts(self, table, tree):
        """Rows with how many of another table point at each."""
        if self.counted[2] not in self.offered(table):
            raise Cannot("a path that the grammar has not")
        items = [["", self._counted(table, e), None] for e, _ in tree.items]
        order = [["", self._counted(table, self._meant(tree, e)), down] for e, down in tree.order]
        where = self.conditions(table, self.joins.conditions())
        if tree.having:
            sign, total, number = self._totals_beside(tree)
            if sign == "<>" or number[0] != "value" or not isinstance(number[1], int) or total[0] != "call":
                raise Cannot("having")
            where = where + [[self._counted(table, total), sign, number[1]]]
        return {"verb": "select", "table": table.name, "items": items, "where": where, "group": [], "having": None,
                "order": order, "limit": tree.limit}

    def _counted(self, table, expression):
        """A column of the table, or how many rows point at its row."""
        _, there, link = self.counted
        if expression[0] != "call":
            return self.column(table, expression).name
        argument = expression[2][0] if expression[1] == "count" and len(expression[2]) == 1 else None
        if argument == "*" or argument and argument[0] == "column" and self.joins.owner(argument) == there:
            return f"count({link.name})"
        raise Cannot("function")

    @staticmethod
    def _meant(tree, expression):
        """What ORDER BY says by its place or its name among the items."""
        if expression[0] == "value" and isinstance(expression[1], int):
            return tree.items[expression[1] - 1][0]
        if expression[0] == "column" and expression[1] is None:
            return next((e for e, n in tree.items if n == expression[2]), expression)
        return expression

    def _group_key(self, table, expression, tree):
        if expression[0] == "value" and isinstance(expression[1], int):
            expression = tree.items[expression[1] - 1][0]
        return self.column(table, expression).name

    @staticmethod
    def _groups(table, column):
        """A part of a key, and no whole one."""
        return column.type != "real" and not (column.key and len(table.keys) == 1)

    def _grouped_by(self, table):
        """Paths that the grammar groups by."""
        own = [c for c in map(table.column, table.shown) if self._groups(table, c)][:MOST_GROUPS]
        out = []
        for link in self.offered(table):
            there = self.app.tables[link.table]
            for column in map(there.column, () if link.many else there.shown[:MOST_COLUMNS]):
                if column.is_words or column.choices:
                    out.append(f"{link.name}.{column.name}")
        return out[:MOST_GROUPS + MOST_LINKED_GROUPS - len(own)]

    def _check_group(self, table, group, items):
        if len(group) > 2:
            raise Cannot("groups of three columns")
        for name in group:
            column = table.column(name)
            if not self._groups(table, column):
                raise Cannot("group by a key or a real number")
            if is_path(name) and name not in self._grouped_by(table):
                raise Cannot("group by a path that the grammar has not")
        plain = [i[1] for i in items if not i[0]]
        if group and (sorted(plain) != sorted(group)):
            raise Cannot("group")

    def _order(self, table, expression, down, tree, group):
        item = self.item(table, self._meant(tree, expression))
        if bool(item[0]) and not group or not item[0] and group and item[1] not in group:
            raise Cannot("order")
        return [item[0], item[1], down]

    def change(self, tree):
        table = self.table(tree.table)
        if tree.verb not in table.policy:
            raise Cannot("verb")
        places = {c.name: i for i, c in enumerate(table.columns)}
        if tree.verb == "insert":
            names = [c or table.columns[i].name for i, (c, _) in enumerate(tree.values)]
            values = []
            for name, (_, expression) in zip(names, tree.values):
                column = self.column(table, ("column", None, name), read=False)
                if expression[0] == "select":
                    found = self._looked_up(expression[1], column)
                    expression = ("value", found[0] if len(found) == 1 else Named(""))
                values.append([column.name, self.value(column, expression)])
            given = {c for c, _ in values}
            if any(c.needed and c.name not in given for c in table.columns):
                raise Cannot("a column is missing")
            if not all(table.may("insert", c) for c in given):
                raise Cannot("column not writable")
            values.sort(key=lambda v: places[v[0]])
            return {"verb": "insert", "table": table.name, "values": values}
        where = self.conditions(table, tree.where)
        if any(map(is_path, compared(where))):
            raise Cannot("a path in a change")
        if any(op == "OR" for _, op, _ in where):
            raise Cannot("or")
        if len(compared(where)) > len(where):
            raise Cannot("column against column")
        out = {"verb": tree.verb, "table": table.name, "where": where}
        if tree.verb == "update":
            out["set"] = sorted((self._assigned(table, *v) for v in tree.values), key=lambda s: places[s[0]])
        return out

    def _assigned(self, table, name, expression):
        column = self.column(table, ("column", None, name), read=False)
        if not table.may("update", column.name):
            raise Cannot("column not writable")
        if expression[0] in ("+", "-", "*") and column.is_number:
            return [column.name, expression[0], self._step(table, column, *expression)]
        if expression[0] == "select":
            found = self._looked_up(expression[1], column)
            if len(found) == 1:
                return [column.name, "=", found[0]]
        if expression[0] != "value":
            raise Cannot("computed value")
        return [column.name, "=", self.value(column, expression)]

    def _step(self, table, column, sign, left, right):
        """By how much the column's own value is changed."""
        if sign == "*" and left[0] == "value":
            left, right = right, left
        if left[0] != "column" or table.column(left[2]) is not column:
            raise Cannot("computed value")
        value = self.value(column, right)
        if sign == "*" and not isinstance(value, Named) and (
                value is None or value <= 0 or column.type == "integer" and value != int(value)):
            raise Cannot("computed value")
        return value

    def shape(self, tree):
        return self.change(tree) if isinstance(tree, Change) else self.select(tree)


def fixes(table, statement):
    """Whether WHERE says which rows are meant, by a column that the policy lists."""
    rule = table.policy[statement["verb"]]
    listed = rule["where"]
    fixed = {c for c, op, _ in statement["where"] if op in ("=", "IN")}
    joint = table.keys if len(table.keys) > 1 and set(table.keys) <= set(listed) else []
    if joint and all(any(c == k and op == "=" for c, op, _ in statement["where"]) for k in joint):
        return True
    return any(c in fixed and c not in joint for c in listed)
