"""Checks apps that people wrote (training/apps/README.md) by running what they say should happen.

    python3 training/apps_check.py training/apps/*.yaml

Every schema, row, screen and effect is run in an SQLite database in memory, with the rights that the
app's policy gives. Prints each mistake as `file:line: what is wrong`; the exit status is 1 when there is one.
Needs PyYAML.
"""
import collections
import re
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

LOOKS = {
    "look", "filter", "range", "negation in a filter", "top n", "sort", "search", "date", "empty value",
    "join", "count", "sum", "group", "chart", "question about a row", "open question",
    "edit of the screen", "form"}
CHANGES = {
    "click", "submit", "change by key", "change by description", "change by position",
    "change by reference", "several rows", "several columns", "insert", "delete", "arithmetic",
    "several things", "correction", "undo"}
NEITHER = {
    "asking, not telling", "do not", "forbidden", "unknown thing", "another world", "chatter",
    "not understood", "injection", "ambiguous", "nothing to do"}
KINDS = LOOKS | CHANGES | NEITHER
REASONS = {"not_allowed", "unknown", "nothing_to_do", "not_understood"}
EFFECTS = ("show", "number", "do", "choose", "undo", "refuse")
SPEECH = ("say", "click", "submit")
COMPONENTS = {"table", "metric", "chart", "form"}
TABLES = range(1, 9)      # real databases of more tables are a case of their own
EVENTS = range(10, 400)


@dataclass
class Report:
    file: str
    mistakes: list = field(default_factory=list)

    def add(self, node, text):
        self.mistakes.append(f"{self.file}:{getattr(node, 'line', 1)}: {text}")


class Mapping(dict):
    """A mapping that knows the line where it begins."""
    line = 1


class Loader(yaml.SafeLoader):
    pass


def _mapping(loader, node):
    out = Mapping()
    out.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in out:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} stands twice", key_node.start_mark)
        out[key] = loader.construct_object(value_node, deep=True)
    return out


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# Days stay texts, and `on` and `no` words: of YAML's ways to write a boolean only these two.
Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] not in ("timestamp", "bool")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


class Database:
    """An app's facts, seeded; statements run with the policy's rights, or as the owner."""

    def __init__(self, schema, seed, policy):
        self.policy = policy
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(schema)
        self.db.executescript(seed)
        self.denied = None

    def copy(self):
        """The same facts, to try another effect on."""
        out = Database("", "", self.policy)
        self.db.backup(out.db)
        out.db.execute("PRAGMA foreign_keys = ON")
        return out

    def tables(self):
        rows = self.db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
                               " AND name NOT LIKE 'sqlite_%'")
        return [name for name, in rows]

    def columns(self, table):
        return [row[1] for row in self.db.execute(f'PRAGMA table_xinfo("{table}")')]

    def facts(self):
        return {t: sorted(self.db.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr)
                for t in self.tables()}

    def read(self, sql, parameters=()):
        return self._run(sql, parameters, writes=False)

    def write(self, sql, parameters=()):
        """How many rows it changed."""
        verb = sql.split(None, 1)[0].lower()
        before = self.db.total_changes
        self._run(sql, parameters, writes=True)
        changed = self.db.total_changes - before
        table = self.written
        most = int((self.policy.get(table) or {}).get(verb, {}).get("max_rows", 1 << 30)
                   if verb != "insert" else 1 << 30)
        if changed > most:
            raise Denied(f"changes {changed} rows of {table}; its policy allows {most}")
        return changed

    def _run(self, sql, parameters, writes):
        self.denied, self.written = None, None
        self.db.set_authorizer(self._authorizer(writes))
        try:
            return self.db.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise Denied(self.denied or str(error)) from None
        finally:
            self.db.set_authorizer(None)

    def _authorizer(self, writes):
        verbs = {sqlite3.SQLITE_INSERT: "insert", sqlite3.SQLITE_UPDATE: "update",
                 sqlite3.SQLITE_DELETE: "delete"}

        def allowed(action, first, second, _database, within):
            if within:                  # a view, a trigger or a foreign key does it
                return sqlite3.SQLITE_OK
            if action == sqlite3.SQLITE_READ:
                rule = (self.policy.get(first) or {})
                columns = rule.get("select")
                where = [c for verb in ("update", "delete") for c in rule.get(verb, {}).get("where", [])]
                if columns == "all" or second == "" or second in (columns or []) or second in where:
                    return sqlite3.SQLITE_OK
                self.denied = f"reads {first}.{second}, which the policy does not let be read"
                return sqlite3.SQLITE_DENY
            if action in verbs:
                verb = verbs[action]
                rule = (self.policy.get(first) or {}).get(verb)
                if not writes or rule is None:
                    self.denied = f"{verb}s {first}, which " + (
                        "a look must not" if not writes else "the policy does not allow")
                    return sqlite3.SQLITE_DENY
                self.written = first
                columns = rule.get("columns", "all")
                if verb == "update" and columns != "all" and second not in columns:
                    self.denied = f"sets {first}.{second}, which the policy does not allow"
                    return sqlite3.SQLITE_DENY
            return sqlite3.SQLITE_OK
        return allowed


class Denied(Exception):
    pass


def statements(value):
    return [value] if isinstance(value, str) else list(value)


def alternatives(turn):
    """What is right, too: `or` is one effect or a list of them."""
    value = turn.get("or", [])
    return value if isinstance(value, list) else [value]


def check_policy(report, app, db):
    for table, rules in app["policy"].items():
        if table not in db.tables():
            report.add(app["policy"], f"policy: there is no table {table}")
            continue
        names = set(db.columns(table))
        for verb, rule in (rules or {}).items():
            if verb not in ("select", "insert", "update", "delete"):
                report.add(rules, f"policy of {table}: {verb} is none of select, insert, update, delete")
                continue
            listed = rule if verb == "select" else rule.get("columns", "all")
            used = [] if listed == "all" else list(listed)
            used += [] if verb == "select" else rule.get("where", [])
            for name in used:
                if name not in names:
                    report.add(rules, f"policy of {table}: there is no column {name}")
            if verb in ("update", "delete") and not rule.get("where"):
                report.add(rules, f"policy of {table}: {verb} needs where")


def check_actions(report, app, db):
    for name, action in (app.get("actions") or {}).items():
        table = action.get("on")
        if table not in db.tables():
            report.add(action, f"action {name}: there is no table {table}")
            continue
        try:
            if "when" in action:
                db.read(f'SELECT count(*) FROM "{table}" WHERE {action["when"]}')
            if "sql" in action:
                names = collections.defaultdict(int)
                db.db.execute("SAVEPOINT action")
                db.write(action["sql"], Named(names))
                db.db.execute("ROLLBACK TO action")
        except (Denied, sqlite3.Error) as error:
            report.add(action, f"action {name}: {error}")


class Named(dict):
    """Any named parameter is NULL: what runs is only whether the statement may."""

    def __missing__(self, _key):
        return None


def check_screens(report, app, db):
    screens = app.get("screens") or {}
    if "home" not in screens:
        report.add(app, "screens: there is no screen home")
    for name, components in screens.items():
        for component in components:
            if component.get("type") not in COMPONENTS:
                report.add(component, f"screen {name}: type is one of {', '.join(sorted(COMPONENTS))}")
            try:
                db.read(component["source"])
            except (KeyError, Denied) as error:
                report.add(component, f"screen {name}, {component.get('id')}: {error}")


def check_effect(report, turn, db, before):
    """Runs what a turn says should happen; `before` are the facts before the turn before it."""
    effects = [e for e in EFFECTS if e in turn]
    if len(effects) != 1:
        report.add(turn, f"has {len(effects)} effects; one of {', '.join(EFFECTS)} is wanted")
        return
    effect, value = effects[0], turn[effects[0]]
    kind = turn.get("kind")
    if effect in ("show", "number", "choose"):
        for sql in statements(value) + statements(turn.get("also", [])):
            rows = db.read(sql)
            if not rows and not turn.get("empty"):
                report.add(turn, f"{effect} has no rows; correct it or say empty: true")
            if effect == "choose" and len(rows) < 2:
                report.add(turn, "choose needs two candidates at least")
        if kind in CHANGES and effect != "choose":
            report.add(turn, f"{kind} is a change, and {effect} is a look")
    elif effect == "do":
        if kind not in CHANGES:
            report.add(turn, f"{kind} never changes anything")
        for sql in statements(value):
            if db.write(sql) == 0:
                report.add(turn, f"changes no row: {sql}")
    elif effect == "undo":
        if before is None or before == db.facts():
            report.add(turn, "there is nothing to undo: the turn before it in a talk must be a change")
    elif value not in REASONS:
        report.add(turn, f"refuse is one of {', '.join(sorted(REASONS))}")


def restore(db, facts):
    db.db.execute("PRAGMA foreign_keys = OFF")
    for table, rows in facts.items():
        kind, = db.db.execute("SELECT type FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        if kind == "view":
            continue
        db.db.execute(f'DELETE FROM "{table}"')
        for row in rows:
            db.db.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row)
    db.db.execute("PRAGMA foreign_keys = ON")


def check_words(report, turn, said, alone):
    """`says` are other ways to say the same."""
    if "says" in turn and ("say" not in turn or not isinstance(turn["says"], list)):
        report.add(turn, "says is a list, beside say")
        return
    ways = [turn["say"]] if "say" in turn else []
    for words in ways + turn.get("says", []):
        if not isinstance(words, str):
            report.add(turn, f"what is said is text: write {words!r} in quotes")
        elif alone:
            if words in said:
                report.add(turn, f"stands twice: {words}")
            said.add(words)


def check_turns(report, app, turns, said):
    db = Database(app["schema"], app["seed"], app["policy"])
    before = None
    for turn in turns:
        speech = [s for s in SPEECH if s in turn]
        if len(speech) != 1:
            report.add(turn, f"one of {', '.join(SPEECH)} is wanted")
            continue
        if turn.get("kind") not in KINDS:
            report.add(turn, f"kind {turn.get('kind')!r} is none of those in training/apps/README.md")
            continue
        if turn.get("on") and turn["on"] not in (app.get("screens") or {}):
            report.add(turn, f"there is no screen {turn['on']}")
        check_words(report, turn, said, alone=len(turns) == 1)
        facts, as_before = db.facts(), db.copy()
        try:
            check_effect(report, turn, db, before)
            for alternative in alternatives(turn):
                other = Mapping(alternative, kind=turn["kind"])
                other.line = turn.line
                check_effect(report, other, as_before.copy(), before)
        except Denied as error:
            report.add(turn, str(error))
        if turn.get("undo") and before is not None:
            restore(db, before)
        before = facts


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader)


def check(path):
    """Its mistakes, and how many turns of each kind it has."""
    report, kinds = Report(str(path)), collections.Counter()
    try:
        app = load(path)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        report.mistakes.append(f"{path}:{mark.line + 1 if mark else 1}: {error}")
        return report.mistakes, kinds
    for key in ("app", "trade", "voice", "prompt", "schema", "seed", "policy", "screens", "events"):
        if key not in app:
            report.add(app, f"{key} is missing")
    if report.mistakes:
        return report.mistakes, kinds
    if app["app"] != Path(path).stem:
        report.add(app, f"app is {app['app']}, but the file is called {Path(path).name}")
    try:
        db = Database(app["schema"], app["seed"], app["policy"])
    except sqlite3.Error as error:
        report.add(app, f"schema or seed: {error}")
        return report.mistakes, kinds
    if len(db.tables()) not in TABLES:
        report.add(app, f"has {len(db.tables())} tables; {TABLES.start} to {TABLES.stop - 1} are wanted")
    check_policy(report, app, db)
    check_actions(report, app, db)
    check_screens(report, app, db)
    said = set()
    for event in app["events"]:
        turns = event["talk"] if "talk" in event else [event]
        if "talk" in event and len(turns) < 2:
            report.add(event, "a talk has two turns at least")
        check_turns(report, app, turns, said)
        kinds.update(turn.get("kind") for turn in turns)
    if sum(kinds.values()) not in EVENTS:
        report.add(app, f"has {sum(kinds.values())} turns; {EVENTS.start} at least are wanted")
    return report.mistakes, kinds


def main(paths):
    mistakes, kinds, turns = [], collections.Counter(), 0
    for path in paths:
        found, of_kind = check(path)
        mistakes += found
        kinds.update(of_kind)
    for line in mistakes:
        print(line)
    turns = sum(kinds.values())
    print(f"{len(paths)} apps, {turns} turns of {len(kinds)} kinds, {len(mistakes)} mistakes")
    for kind in sorted(KINDS):
        print(f"  {kinds[kind]:6} {kind}")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
