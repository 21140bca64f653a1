"""Reads the SQL of an app's effects (training/apps/README.md) into trees.

An expression is a tuple: ("column", table or None, name), ("value", v), ("call", name, arguments),
(operator, left, right), ("in", e, [values]), ("null", e), ("not", e), ("select", Select), ("case",).
"""
import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"""\s*(?:
    (?P<text>'(?:[^']|'')*') | (?P<number>\d+(?:\.\d+)?) | (?P<quoted>"(?:[^"]|"")*")
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*) | (?P<named>:[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign><>|!=|<=|>=|\|\||==|[-+*/%(),.<>=;]))""", re.X)
_END = {"where", "group", "order", "limit", "having", "join", "left", "inner", "cross", "on", "union", "set",
        "intersect", "except", "values", "offset", "returning", "natural", "as", "using"}


class Cannot(Exception):
    """Why a statement cannot be written as the model writes SQL."""


@dataclass
class Named:
    name: str


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


class Parser:
    def __init__(self, text):
        self.tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            m = _TOKEN.match(text, at)
            if not m:
                raise Cannot("sign")
            self.tokens.append((m.lastgroup, m[m.lastgroup]))
            at = m.end()
        if self.tokens and self.tokens[-1][1] == ";":
            self.tokens.pop()
        self.at = 0

    def peek(self, *words):
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return kind != "quoted" and kind != "text" and text.lower() in words

    def take(self, *words):
        if self.peek(*words):
            self.at += 1
            return self.tokens[self.at - 1][1].lower()
        return None

    def need(self, word):
        if not self.take(word):
            raise Cannot("syntax")

    def name(self):
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind not in ("word", "quoted"):
            raise Cannot("syntax")
        self.at += 1
        return text[1:-1].replace('""', '"') if kind == "quoted" else text

    # --- expressions ---

    def expression(self):
        left = self.conjunction()
        while self.take("or"):
            left = ("or", left, self.conjunction())
        return left

    def conjunction(self):
        left = self.negation()
        while self.take("and"):
            left = ("and", left, self.negation())
        return left

    def negation(self):
        return ("not", self.negation()) if self.take("not") else self.comparison()

    def comparison(self):
        left = self.sum()
        negated = bool(self.take("not"))
        if sign := self.take("=", "==", "<>", "!=", "<", "<=", ">", ">="):
            out = ({"==": "=", "!=": "<>"}.get(sign, sign), left, self.sum())
        elif self.take("is"):
            no = bool(self.take("not"))
            right = self.sum()
            out = ("null", left) if right == ("value", None) else ("=", left, right)
            out = ("not", out) if no else out
        elif self.take("in"):
            self.need("(")
            out = ("in", left, [("select", self.select())] if self.peek("select") else self.list())
            self.need(")")
        elif self.take("between"):
            low = self.sum()
            self.need("and")
            out = ("and", (">=", left, low), ("<=", left, self.sum()))
        elif self.take("like"):
            out = ("like", left, self.sum())
        else:
            return left
        return ("not", out) if negated else out

    def list(self):
        out = [self.expression()]
        while self.take(","):
            out.append(self.expression())
        return out

    def sum(self):
        left = self.product()
        while sign := self.take("+", "-", "||"):
            left = (sign, left, self.product())
        return left

    def product(self):
        left = self.primary()
        while sign := self.take("*", "/", "%"):
            left = (sign, left, self.primary())
        return left

    def primary(self):
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if self.take("("):
            out = ("select", self.select()) if self.peek("select") else self.expression()
            self.need(")")
            return out
        if self.take("-"):
            out = self.primary()
            return ("value", -out[1]) if out[0] == "value" else ("-", ("value", 0), out)
        if self.take("case", "exists", "cast"):
            raise Cannot("case, exists or cast")
        self.at += 1
        if kind == "text":
            return ("value", text[1:-1].replace("''", "'"))
        if kind == "number":
            return ("value", float(text) if "." in text else int(text))
        if kind == "named":
            return ("value", Named(text[1:]))
        if kind == "word" and text.lower() in ("null", "true", "false"):
            return ("value", {"null": None, "true": True, "false": False}[text.lower()])
        if kind not in ("word", "quoted"):
            raise Cannot("syntax")
        self.at -= 1
        name = self.name()
        if self.take("("):
            if self.take("*"):
                arguments = ["*"]
            else:
                arguments = [] if self.peek(")") else [("distinct",)] * bool(self.take("distinct")) + self.list()
            self.need(")")
            if self.peek("over", "filter"):
                raise Cannot("window")
            return ("call", name.lower(), arguments)
        if self.take("."):
            return ("column", name, self.name())
        return ("column", None, name)

    # --- statements ---

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
