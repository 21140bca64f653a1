"""Reads the SQL of an app's effects (training/apps/README.md): a Select or a Change."""
from dataclasses import dataclass, field

from .expressions import Cannot, Expressions

_END = {"where", "group", "order", "limit", "having", "join", "left", "inner", "cross", "on", "union", "set",
        "intersect", "except", "values", "offset", "returning", "natural", "as", "using"}


@dataclass
class Select:
    items: list                 # (expression, name or None)
    table: str = None
    alias: str = None
    joins: list = field(default_factory=list)
    where: object = None
    group: list = field(default_factory=list)
    having: object = None
    order: list = field(default_factory=list)    # (expression, descending?)
    limit: int = 0
    distinct: bool = False


@dataclass
class Change:
    verb: str
    table: str
    values: list                # (column, expression)
    where: object = None


class Parser(Expressions):
    def select(self):
        self.need("select")
        distinct, items = bool(self.take("distinct")), []
        while not items or self.take(","):
            if self.take("*"):
                items.append((("star",), None))
                continue
            value = self.expression()
            items.append((value, self.name() if self.take("as") else None))
        out = Select(items, distinct=distinct)
        if self.take("from"):
            if self.peek("("):
                raise Cannot("subquery in FROM")
            out.table, out.alias = self.table()
            self.joins(out)
        out.where = self.expression() if self.take("where") else None
        if self.take("group"):
            self.need("by")
            out.group = self.list()
        out.having = self.expression() if self.take("having") else None
        if self.take("order"):
            self.need("by")
            while not out.order or self.take(","):
                value = self.expression()
                down = self.take("desc", "asc") == "desc"
                if self.take("nulls"):
                    self.take("first", "last")
                out.order.append((value, down))
        if self.take("limit"):
            kind, text = self.tokens[self.at]
            self.at += 1
            out.limit = int(text)
        if self.peek("union", "intersect", "except", "offset"):
            raise Cannot("union or offset")
        return out

    def table(self):
        name = self.name()
        self.take("as")
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        alias = self.name() if kind == "word" and text.lower() not in _END else name
        return name, alias

    def joins(self, out):
        while True:
            if self.take(","):
                out.joins.append(self.table() + (None,))
                continue
            outer = self.take("left", "inner", "cross", "natural")
            if not (outer or self.peek("join")):
                return
            self.take("outer")
            self.need("join")
            if self.peek("("):
                raise Cannot("subquery in FROM")
            name, alias = self.table()
            on = None
            if self.take("on"):
                on = self.expression()
            elif self.take("using"):
                self.need("(")
                on = ("using", self.list())
                self.need(")")
            out.joins.append((name, alias, on))

    def statement(self):
        if self.peek("select"):
            out = self.select()
        elif self.peek("with"):
            raise Cannot("with")
        else:
            out = self.change()
        if self.at < len(self.tokens):
            raise Cannot("syntax")
        return out

    def change(self):
        verb = self.take("update", "insert", "delete")
        if verb == "insert":
            self.need("into")
            table, columns = self.name(), []
            if self.take("("):
                columns = [c[2] for c in self.list()]
                self.need(")")
            self.need("values")
            self.need("(")
            values = self.list()
            self.need(")")
            if self.peek(","):
                raise Cannot("several rows inserted")
            return Change(verb, table, list(zip(columns or [None] * len(values), values)))
        if verb == "delete":
            self.need("from")
            return Change(verb, self.name(), [], self.expression() if self.take("where") else None)
        if verb != "update":
            raise Cannot("syntax")
        table, values = self.name(), []
        self.need("set")
        while not values or self.take(","):
            column = self.name()
            self.need("=")
            values.append((column, self.sum()))
        return Change(verb, table, values, self.expression() if self.take("where") else None)


def parse(text):
    """A Select or a Change; Cannot when it is something else."""
    try:
        return Parser(text).statement()
    except IndexError:
        raise Cannot("syntax") from None
