"""An app that people wrote, as the runtime's catalog and policy tell of it."""
import dataclasses
import re
import sqlite3
from dataclasses import dataclass, field

from .. import said_days
from .links import links_of

VERBS = ("insert", "update", "delete")
_CHECK = re.compile(r"\"?(\w+)\"?\s+IN\s*\(([^()]*)\)", re.I)      # only a CHECK has IN
_CHOICE = re.compile(r"'((?:[^']|'')*)'|(-?\d+)")


def type_of(declared):
    """docs/stores/sqlite.md: what a declared type holds."""
    text = declared.lower()
    if text in ("boolean", "bool"):
        return "boolean"
    if "int" in text:
        return "integer"
    if any(p in text for p in ("char", "clob", "text")):
        return "text"
    if "blob" in text:
        return "blob"
    if any(p in text for p in ("real", "floa", "doub", "num", "dec")):
        return "real"
    return "text"


@dataclass
class Column:
    name: str
    declared: str
    type: str
    key: bool
    needed: bool               # NOT NULL without a default: every INSERT names it
    nullable: bool
    choices: list = None
    refers: list = None        # [table, column]

    @property
    def is_day(self):
        return self.declared.lower().startswith("date") and not self.declared.lower().startswith("datetime")

    @property
    def is_time(self):
        return self.declared.lower().startswith(("timestamp", "datetime", "time"))

    @property
    def is_words(self):
        return self.type == "text" and not (self.is_day or self.is_time or self.choices)

    @property
    def is_number(self):
        return self.type in ("integer", "real")


@dataclass
class Table:
    name: str
    columns: list
    policy: dict = None
    view: bool = False
    foreign: list = field(default_factory=list)    # [(table, [(own column, its column)])]
    app: object = None

    @property
    def keys(self):
        return [c.name for c in self.columns if c.key]

    def column(self, name):
        """Also of a path: "member.name", "count(loans)"."""
        if name.startswith("count("):
            return Column(name, "INTEGER", "integer", False, False, False) if self.link(name[6:-1]) else None
        if "." in name:
            return self._reached(*name.split(".", 1))
        return next((c for c in self.columns if c.name == name),
                    next((c for c in self.columns if c.name.lower() == name.lower()), None))

    def link(self, name):
        return next((x for x in self.app.links.get(self.name, ()) if x.name == name), None) if self.app else None

    def _reached(self, name, column):
        link = self.link(name)
        found = self.app.tables[link.table].column(column) if link and not link.many else None
        return found and dataclasses.replace(found, name=f"{name}.{found.name}", key=False, refers=None)

    def place(self, name):
        """(table, column) where the values of a column stand, also at the end of a path."""
        if "." not in name or name.startswith("count("):
            return self.name, name
        link, column = name.split(".", 1)
        return self.link(link).table, column

    def readable(self, name):
        rule = (self.policy or {}).get("select")
        return rule == "all" or name in (rule or ())

    def may(self, verb, name):
        rule = (self.policy or {}).get(verb)
        if rule is None:
            return False
        columns = rule.get("columns", "all")
        return columns == "all" or name in columns

    @property
    def shown(self):
        return [c.name for c in self.columns if self.readable(c.name) and c.type != "blob"]


@dataclass
class App:
    name: str
    prompt: str
    schema: str
    seed: str
    policy: dict
    actions: dict
    screens: dict
    tables: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    today: object = None       # a day: that its prompt says, or one from the middle of its rows

    def database(self):
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        db.executescript(self.schema)
        db.executescript(self.seed)
        return db


def _choices(sql):
    out = {}
    for name, values in _CHECK.findall(sql):
        found = [m[1].replace("''", "'") if m[0].startswith("'") else m[2] for m in _CHOICE.finditer(values)]
        out[name.lower()] = found
    return out


def _table(db, name, sql, kind, policy):
    rows = db.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
    choices = _choices(sql) if kind == "table" else {}
    refers, foreign = {}, {}
    for row in db.execute(f'PRAGMA foreign_key_list("{name}")').fetchall():
        refers[row[3].lower()] = [row[2], row[4] or row[3]]
        foreign.setdefault(row[0], (row[2], []))[1].append((row[3], row[4]))
    keys = sum(bool(r[5]) for r in rows)
    columns = []
    for _, column, declared, not_null, default, key, hidden in rows:
        if hidden == 1:
            continue
        rowid = keys == 1 and key and declared.lower() == "integer"
        columns.append(Column(column, declared, type_of(declared), bool(key),
                              bool(not_null or key) and default is None and not rowid and hidden == 0,
                              not not_null and not key, choices.get(column.lower()), refers.get(column.lower())))
    return Table(name, columns, policy, kind == "view", list(foreign.values()))


def app_of(written):
    """`written`: the mapping that a file holds (training/apps/README.md)."""
    app = App(written["app"], written["prompt"].strip(), written["schema"], written["seed"], written["policy"],
              written.get("actions") or {}, written["screens"])
    db = app.database()
    found = db.execute("SELECT name, sql, type FROM sqlite_schema WHERE type IN ('table', 'view')"
                       " AND name NOT LIKE 'sqlite_%'").fetchall()
    names = {n.lower(): n for n, _, _ in found}
    policy = {names.get(t.lower(), t): rules or {} for t, rules in app.policy.items()}
    app.tables = {name: _table(db, name, sql, kind, policy.get(name)) for name, sql, kind in found}
    for table in app.tables.values():
        table.app = app
        table.foreign = [_foreign(app, table, *f) for f in table.foreign]
    app.links = links_of(app.tables)
    app.today = said_days.today_of(app.prompt, app.seed)
    return app


def _foreign(app, table, target, columns):
    """As the catalog spells it; without columns it means the key."""
    there = next(t for n, t in app.tables.items() if n.lower() == target.lower())
    return there.name, [(table.column(own).name, there.column(other or there.keys[i]).name)
                        for i, (own, other) in enumerate(columns)]
