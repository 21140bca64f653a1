"""What one session makes of an app: other names, other people, rights taken away. The facts keep the app's own
names; only what the model reads and writes has the others."""
import re

from .. import sql, words
from . import said
from .links import links_of
from .spoken_names import spoken_columns, spoken_tables

_SQL = re.compile(r"""('(?:[^']|'')*')|("(?:[^"]|"")*")|(:?[A-Za-z_][A-Za-z0-9_]*)""")
_LETTERS = re.compile(r"[^\W\d_]+")
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SYNONYMS = {
    "id": ["no", "number", "key"], "no": ["number", "id", "num"], "num": ["no", "number"], "nr": ["no", "number"],
    "name": ["title", "nm", "called"], "nm": ["name"], "qty": ["quantity", "amount", "count"], "tel": ["phone"],
    "phone": ["tel", "telephone"], "state": ["status", "stage"], "status": ["state", "stat"], "stat": ["status"],
    "st": ["status", "state"], "due": ["due_on", "due_date"], "notes": ["remarks", "note"], "note": ["remark"],
    "date": ["day", "on"], "day": ["date"], "price": ["cost", "rate"], "descr": ["description", "text"],
    "desc": ["description"], "code": ["id", "ref"], "ref": ["code", "id"], "addr": ["address"], "mech": ["mechanic"],
    "cust": ["customer", "client"], "customer": ["client", "cust"], "emp": ["employee"], "dept": ["department"],
    "amt": ["amount"], "amount": ["amt", "sum"], "kind": ["type", "sort"], "type": ["kind"], "loc": ["location"],
    "place": ["location"], "town": ["city"], "city": ["town"], "who": ["person"], "owner": ["held_by"]}


def _cased(pattern, word):
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word.lower()


def _folded(text):
    """As the product compares: whatever the case of ASCII letters."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def pieces(name):
    return [p.lower() for p in _PIECES.findall(name)]


def _camel(parts):
    return "".join(p.capitalize() for p in parts)


STYLES = (lambda p: "_".join(p), lambda p: "_".join(p), _camel, lambda p: "_".join(p).upper(),
          lambda p: p[0] + _camel(p[1:]), lambda p: "".join(p))


class World:
    """Names and values of a session (text.py writes by them)."""

    def __init__(self, rng=None, entry=None, plain=False):
        self.idents, self.names, self.choices, self.denied = {}, {}, {}, set()
        self.invented = set()      # columns and values that have to be said, since they are called otherwise
        self.heard, self.app, self.links = "", entry and entry.app, None
        self.copies = bool(entry) and entry.copies
        self._told, self._lower = {}, {}
        if plain or rng is None:
            return
        if rng.random() < 0.5:
            self._rename(rng, entry.app)
        if entry.names and rng.random() < (0.25 if self.copies else 0.7):
            self._people(rng, entry.names)
        if rng.random() < 0.25:
            self._choices(rng, entry.app)
        elif entry.names and rng.random() < (0.3 if self.copies else 0.5):
            self._invent(rng, entry.names)
        self._speak(entry.app)

    # --- drawing ---

    def _rename(self, rng, app):
        taken, style = set(), rng.choice(STYLES)
        prefix = rng.choice(("",) * 5 + ("tbl", "t", "app"))
        own = {n.lower() for t in app.tables.values() for n in [t.name] + [c.name for c in t.columns]}
        for table in app.tables.values():
            for name in [table.name] + [c.name for c in table.columns]:
                if name in self.idents:
                    continue
                parts = [rng.choice(SYNONYMS[p]) if p in SYNONYMS and rng.random() < 0.4 else p
                         for p in pieces(name)] or [name.lower()]
                if name == table.name and prefix and parts[0] != prefix:
                    parts = [prefix] + parts
                new = style([q for p in parts for q in p.split("_")])
                if new.lower() in taken or new.lower() in own and new.lower() != name.lower() or new[0].isdigit():
                    new = name
                if new.lower() in taken:
                    continue
                taken.add(new.lower())
                self.idents[name] = new
        if not self._linked():
            self.idents = {}
        self._lower = {k.lower(): v for k, v in self.idents.items()}

    def _speak(self, app):
        """What the host calls them, whatever the database does; a name that would be two things stays."""
        before, said = dict(self.idents), {}
        called = spoken_tables([self.table(name) for name in app.tables])
        for table in app.tables.values():
            said.setdefault(table.name, set()).add(called[self.table(table.name)])
            here = {c.name: self.column(None, c.name) for c in table.columns}
            columns = spoken_columns(list(here.values()), called[self.table(table.name)],
                                     {here[c.name] for c in table.columns if c.type == "text"},
                                     {here[c.name] for c in table.columns if c.refers})
            for column in table.columns:
                said.setdefault(column.name, set()).add(columns[self.column(None, column.name)])
        self.idents = {name: new for name, (new, *others) in ((n, sorted(s)) for n, s in said.items())
                       if not others and new != name}
        if not self._linked():
            self.idents = before
            self._linked()
        self._lower = {k.lower(): v for k, v in self.idents.items()}

    def _linked(self):
        """Names the links by those of tables and columns; False when one is left without a name."""
        links = links_of(self.app.tables, self.table, lambda c: self.column(None, c))
        if any(len(links[t]) != len(own) for t, own in self.app.links.items()):
            return False
        self.links = links
        return True

    def _people(self, rng, names):
        pool = list(dict.fromkeys(words.POOLS["first"] + words.POOLS["last"]))
        pool = [w for w in pool if w.isalpha() and w.lower() not in names["all"]]
        rng.shuffle(pool)
        for name in names["some"]:
            if rng.random() < 0.6:
                new = pool.pop() if pool and rng.random() < 0.85 else words.capital(words.made_up(rng))
                if new.lower() not in names["all"] and new.lower() not in {v.lower() for v in self.names.values()}:
                    self.names[name.lower()] = new

    def _invent(self, rng, names):
        """Some values and columns are other words, real or made up, also where they are said."""
        for kind, most in (("choices", 3), ("columns", 3), ("words", 6)):
            some = [n for n in names[kind] if n.lower() not in self.names and n not in self.idents]
            for old in rng.sample(some, min(len(some), rng.randint(0, most))):
                new = rng.choice(words.NOUNS + words.ADJECTIVES) if rng.random() < 0.6 else words.made_up(rng)
                taken = names["all"] | {v.lower() for v in self.names.values()} | {v.lower() for v in self.idents.values()}
                if new in taken or not new.isalpha() or new in sql.SQLITE_WORDS:
                    continue
                if kind == "columns":
                    self.idents[old] = _cased(old, new)
                    if not self._linked():
                        del self.idents[old]
                        continue
                self.names[old.lower()] = new
                self.invented.add(old)
        self._lower = {k.lower(): v for k, v in self.idents.items()}

    def _choices(self, rng, app):
        """The same values, spelt in another way."""
        style = rng.choice((str.upper, str.lower, str.capitalize, lambda v: re.sub(r"[ -]", "_", v),
                            lambda v: re.sub(r"[ _]", "-", v), lambda v: re.sub(r"[_-]", " ", v)))
        known = {v for t in app.tables.values() for c in t.columns for v in c.choices or () if not c.is_number}
        new = {v: style(v) for v in known if len(v) > 2}
        if len(set(new.values()) | (known - set(new))) == len(known):
            self.choices = new

    # --- names for text.py ---

    def table(self, table):
        return self.idents.get(table, table)

    def column(self, _table, column):
        return self.idents.get(column, column)

    def link(self, table, name):
        """The link in the session's words."""
        if not self.links:
            return name
        own = next(x for x in self.app.links[table] if x.name == name)
        return next(x.name for x in self.links[table]
                    if (x.table, x.columns, x.many) == (own.table, own.columns, own.many))

    def called(self, table, column):
        """For ids, also of what a path leads to."""
        if column.startswith("count("):
            return self.link(table, column[6:-1])
        link, _, last = column.rpartition(".")
        return (self.link(table, link) + "_" if link else "") + self.column(None, last)

    def value(self, table, column, value):
        if isinstance(value, dict):
            return self._said(self.phrase(value["span"]))
        if self.copies and isinstance(value, str):
            column = self.app.tables[table].column(column)
            if not (column.choices or column.is_day):
                return self._said(self.phrase(value))
        return self.text(value) if isinstance(value, str) else value

    def _said(self, text):
        """As it stands in the sentence."""
        found = said.span(self.heard, text)
        if found is None or self.copies and _folded(found) != _folded(text):
            raise LookupError(text)
        return found

    # --- whole texts ---

    def text(self, text):
        """A value of a row."""
        return self.choices[text] if text in self.choices else self.phrase(text)

    def phrase(self, text):
        """What is said, and everything else that may hold names."""
        if not self.names or not text:
            return text
        known = self._told.get(text)
        if known is None:
            known = self._told[text] = _LETTERS.sub(
                lambda m: _cased(m[0], self.names[m[0].lower()]) if m[0].lower() in self.names else m[0], text)
        return known

    def given(self, values):
        return {k: self.text(v) if isinstance(v, str) else v for k, v in values.items()}

    def sql(self, text):
        """SQL that the app wrote."""
        if not (self.idents or self.names or self.choices):
            return text

        def one(m):
            if m[1]:
                return sql.literal(self.text(m[1][1:-1].replace("''", "'")))
            name = m[2][1:-1].replace('""', '"') if m[2] else m[3]
            if name.startswith(":"):
                return name
            new = self.idents.get(name) or (self._lower.get(name.lower()) if self.idents else None)
            if new is None or not m[2] and text[m.end():m.end() + 1] == "(":
                return m[0]
            return sql.name(new)
        return _SQL.sub(one, text)
