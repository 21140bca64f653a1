"""Apps out of tables with their questions, in the form of an app that people wrote (generator/people)."""
import hashlib
import random
import re
import sqlite3

from .. import sql
from ..people import compile as people
from ..people.bundle import Entry
from ..people.text import quoted
from . import read
from .names import STYLES, column_names, plural, singular, stem, styled
from .tables import filled

SIZES = (2, 3, 3, 4, 4, 5, 5)        # tables of an app
ENOUGH = 6                           # questions of a table that may stand alone
LEAST_EVENTS = 4
LISTS = {stem(w) for w in "list table results entries listing of schedule season".split()}
OPEN = 60                            # apps that are being filled at a time
MOST_SHARED = 2                      # columns that two tables of an app have in common
EDITED, INSERTED, DELETED = 0.4, 0.25, 0.15    # of tables whose rows may be changed
PROMPTS = (
    "You show {}.", "You keep {}.", "You answer questions about {}.", "You run the reference desk: {}.",
    "Tables of {}, for looking things up.", "You help readers of an almanac find {}.", "An archive of {}.",
    "You serve a small data room with {}.", "Statistics: {}.", "Look-ups in {}.", "You look after a collection of {}.",
    "You are the assistant of a fact desk. It has {}.", "{} of a fan site.", "Read what is asked and show it. There are {}.",
    "You show what people ask for.", "A page of lists.")
APPS = ("almanac", "desk", "facts", "lookup", "archive", "stats", "reference", "lists", "data", "records", "browser", "board")
TITLES = ("{}", "{}", "All {}", "List of {}", None)


def rng_of(*what):
    return random.Random(" ".join(map(str, what)))


def place(name):
    return hashlib.sha256(name.encode()).hexdigest()


def words(name):
    return " ".join(p.lower() for p in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)) or name


def unlike(one, other):
    """Whether both can stand in one app: every question then means one of them."""
    if len(set(one.columns) & set(other.columns)) > MOST_SHARED:
        return False
    for a, b in ((one, other), (other, one)):
        for q in a.questions:
            if {q["select"], *(c for c, _, _ in q["where"])} <= set(b.columns):
                return False
    return True


def _noun_words(noun):
    found = {stem(w) for w in noun.split("_")}
    return found - LISTS or found


def noun_for(table, group):
    """The place of a noun that no other table of the group is called by."""
    taken = set().union(*(_noun_words(t.nouns[0]) for t in group))
    return next((i for i, n in enumerate(table.nouns[:-2]) if not _noun_words(n) & taken), None)


def grouped(tables, seed):
    """Lists of tables, each of which becomes an app."""
    rng, done, filling = random.Random(seed), [], []
    for table in sorted(tables, key=lambda t: place(t.source)):
        rng.shuffle(table.nouns[:3])
        for at, (size, group) in enumerate(filling):
            noun = noun_for(table, group)
            if noun is not None and all(unlike(table, other) for other in group):
                table.nouns = table.nouns[noun:]
                group.append(table)
                if len(group) >= size:
                    done.append(filling.pop(at)[1])
                break
        else:
            alone = len(table.questions) >= ENOUGH and rng.random() < 0.3
            filling.append((1 if alone else rng.choice(SIZES), [table]))
            if filling[-1][0] == 1 or len(filling) > OPEN:
                done.append(filling.pop(-1 if filling[-1][0] == 1 else 0)[1])
    return done + [group for _, group in filling]


# --- as SQL ---

class Written:
    """The app of a group of tables, and its questions as events with the effect that people would write."""

    def __init__(self, group, pools, seed):
        self.rng = rng = rng_of(seed, *(t.source for t in group))
        self.group = [filled(rng, t, pools) for t in group]
        self.style = rng.choices([s for _, s in STYLES], [n for n, _ in STYLES])[0]
        self.names, self.columns, self.keys = {}, {}, {}
        for table in list(self.group):
            names = column_names(table.columns, self.style, rng)
            if names is None:
                self.group.remove(table)
                continue
            self._name(table, names)

    def _name(self, table, names):
        rng, noun = self.rng, table.nouns[0]
        if rng.random() < 0.2:
            noun = singular(noun)
        style = "snake" if self.style in ("short", "spoken") else self.style
        name = styled(noun.split("_"), style)
        taken = {n.lower() for n in names.values()}
        if name.lower() in taken or name.lower() in sql.SQLITE_WORDS | sql.KEYWORDS:
            name = styled((noun + "_list").split("_"), style)
        self.names[id(table)], self.columns[id(table)] = name, names
        if table.key:
            self.keys[id(table)] = names[table.key]
            return
        tries = [styled(p.split("_"), style) for p in ("id", "id", rng.choice(("entry_no", "row_id", "ref", "entry_id")), "record_key")]
        rng.random() < 0.3 and tries.insert(0, styled([*singular(noun).split("_"), "id"], style))
        self.keys[id(table)] = next(t for t in tries if t.lower() not in taken)

    def _type(self, table, column):
        if table.kinds[column] == "date":
            return "DATE"
        if table.kinds[column] == "number":
            values = [r[column] for r in table.rows]
            return "INTEGER" if all(isinstance(v, int) for v in values) else self.rng.choice(("NUMERIC", "REAL", "DECIMAL(12,3)"))
        return "TEXT COLLATE NOCASE"

    def schema(self):
        out = []
        for table in self.group:
            names, key = self.columns[id(table)], self.keys[id(table)]
            lines = [] if table.key else [f"{quoted(key)} INTEGER PRIMARY KEY"]
            for column in table.columns:
                line = f"{quoted(names[column])} {self._type(table, column)}"
                line += " PRIMARY KEY" if column == table.key else " NOT NULL"
                if column in table.choices:
                    line += f" CHECK ({quoted(names[column])} IN ({', '.join(map(sql.literal, table.choices[column]))}))"
                lines.append(line)
            out.append(f"CREATE TABLE {quoted(self.names[id(table)])} ({', '.join(lines)})")
        return ";\n".join(out) + ";"

    def seed(self):
        out = []
        for table in self.group:
            first = self.rng.choice((1, 1, 1, 11, 101))
            rows = []
            for number, row in enumerate(table.rows):
                own = [] if table.key else [str(first + number)]
                rows.append(f"({', '.join(own + [sql.literal(row[c]) for c in table.columns])})")
            out.append(f"INSERT INTO {quoted(self.names[id(table)])} VALUES {', '.join(rows)}")
        return ";\n".join(out) + ";"

    def policy(self):
        out = {}
        for table in self.group:
            rng, names = self.rng, self.columns[id(table)]
            rules = out[self.names[id(table)]] = {"select": "all"}
            where = [self.keys[id(table)]]
            others = [names[c] for c in table.columns if c != table.key]
            if others and rng.random() < EDITED:
                columns = [c for c in others if rng.random() < 0.5] or others[:1]
                rules["update"] = {"columns": columns, "where": where, "max_rows": rng.choice((1, 1, 5, 20))}
            if rng.random() < INSERTED:
                rules["insert"] = {"columns": "all"}
            if rng.random() < DELETED:
                rules["delete"] = {"where": where, "max_rows": 1}
        return out

    def screens(self):
        rng, home = self.rng, []
        for table in rng.sample(self.group, min(len(self.group), rng.choice((1, 1, 1, 2)))):
            name, key = self.names[id(table)], self.keys[id(table)]
            columns = [key] + [c for c in self.columns[id(table)].values() if c != key][:rng.randint(2, 7)]
            source = f"SELECT {', '.join(map(sql.name, columns))} FROM {sql.name(name)} ORDER BY {sql.name(key)}"
            part = {"type": "table", "id": words(name).replace(" ", "_")}
            title = rng.choice(TITLES)
            if title:
                part["title"] = title.format(words(name)).capitalize()
            home.append(dict(part, source=source + rng.choice(("", "", " LIMIT 10"))))
        return {"home": home}

    def written(self):
        rng = self.rng
        spoken = [words(self.names[id(t)]) for t in self.group]
        spoken = [w if w.endswith("s") else plural(w) for w in spoken]
        every = spoken[0] if len(spoken) == 1 else ", ".join(spoken[:-1]) + " and " + spoken[-1]
        prompt = rng.choice(PROMPTS).format(every)
        name = f"{words(self.names[id(self.group[0])]).replace(' ', '_')}_{rng.choice(APPS)}"
        return {"app": name, "prompt": prompt[:1].upper() + prompt[1:], "schema": self.schema(), "seed": self.seed(),
                "policy": self.policy(), "screens": self.screens()}

    def events(self):
        for table in self.group:
            names, name = self.columns[id(table)], quoted(self.names[id(table)])
            for q in table.questions:
                listed = {c: {v.lower(): v for v in table.choices.get(c, ())} for c, _, _ in q["where"]}
                where = " AND ".join(f"{quoted(names[c])} {op} {sql.literal(listed[c].get(str(v).lower(), v))}"
                                     for c, op, v in q["where"])
                where = f" WHERE {where}" if where else ""
                column, total = quoted(names[q["select"]]), q["aggregate"]
                sized = any(op != "=" for _, op, _ in q["where"])
                event = {"say": q["question"], "kind": "range" if sized else "filter"}
                if total:
                    value = "COUNT(*)" if total == "COUNT" else f"{total}({column})"
                    yield table, dict(event, kind="count" if total == "COUNT" else "sum",
                                      number=f"SELECT {value} FROM {name}{where}")
                else:
                    yield table, dict(event, show=f"SELECT {column} FROM {name}{where}")


def _finds(db, table, event):
    """Whether the question's conditions hold for some rows and not for all."""
    text = event.get("show") or event["number"]
    behind = text[text.index(" FROM "):]
    count, = db.execute(f"SELECT count(*){behind}").fetchone()
    if not count:
        raise read.Dropped("finds no row")
    if " WHERE " in behind and count == len(table.rows):
        raise read.Dropped("finds every row")


def made(group, pools, seed, lost):
    """{"written", "events"} of a group of tables, or None."""
    whole = Written(group, pools, seed)
    if not whole.group:
        lost["two columns of one name"] += sum(len(t.questions) for t in group)
        return None
    written = whole.written()
    try:
        entry = Entry(written, [])
    except sqlite3.Error:
        lost["a schema that cannot be"] += sum(len(t.questions) for t in group)
        return None
    for table in group:
        if table not in whole.group:
            lost["two columns of one name"] += len(table.questions)
    events, heard = [], set()
    for table, event in whole.events():
        try:
            if event["say"].lower() in heard:
                raise read.Dropped("said twice")
            _finds(entry.seed, table, event)
        except read.Dropped as why:
            lost[str(why)] += 1
            continue
        turns, dropped = people.compile_event(entry.app, entry.seed, event)
        for _, why in dropped:
            lost[f"compiled: {re.sub(r': .*', '', why)}"] += 1
        if turns and turns[0]["needs"]:
            lost["compiled: a value that is on no screen"] += 1
        elif turns:
            heard.add(event["say"].lower())
            events.append({"turns": turns, "ways": []})
    entry.seed.close()
    if len(events) < LEAST_EVENTS:
        lost["an app of few questions"] += len(events)
        return None
    return {"written": written, "events": events}
