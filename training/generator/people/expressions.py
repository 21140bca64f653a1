"""Expressions of the SQL of an app's effects (training/apps/README.md), as trees.

An expression is a tuple: ("column", table or None, name), ("value", v), ("call", name, arguments),
(operator, left, right), ("in", e, [values]), ("null", e), ("not", e), ("select", Select), ("exists", Select).
"""
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"""\s*(?:
    (?P<text>'(?:[^']|'')*') | (?P<number>\d+(?:\.\d+)?) | (?P<quoted>"(?:[^"]|"")*")
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*) | (?P<named>:[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign><>|!=|<=|>=|\|\||==|[-+*/%(),.<>=;]))""", re.X)


class Cannot(Exception):
    """Why a statement cannot be written as the model writes SQL."""


@dataclass
class Named:
    name: str


class Expressions:
    """`select` reads an inner query; parse.py has it."""

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
        if self.take("exists"):
            self.need("(")
            out = ("exists", self.select())
            self.need(")")
            return out
        if self.take("case", "cast"):
            raise Cannot("case or cast")
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
