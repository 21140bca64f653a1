"""Where a session of an app that people wrote is played: facts, screen, lines, and what the session is like."""
import sqlite3

from .. import mentions, said_days, schema, sql
from ..event_log import compact
from ..session import Line
from . import phrase, said
from .found import found_in
from .preamble import preamble, routes
from .screen import Part, Screen
from .text import Writer, each, plain
from .values import FEW
from .world import World, pieces

REMEMBERED = 40           # lines after which a row that was shown is forgotten
AS_SAID = {"not understood", "chatter", "injection"}     # typed as it is written


def texts_of(answer):
    """The texts that its statements hold."""
    out = []
    for s in answer.get("do", []) + [p["select"] for p in answer.get("show", [])]:
        values = [c[2] for c in each(s.get("where", ()))] + [v[-1] for v in s.get("set", s.get("values", ()))]
        for value in values:
            found = [v.get("span", "") if isinstance(v, dict) else v for v in (value if isinstance(value, list) else [value])]
            out += [v for v in found if isinstance(v, str)]
    return out


class Stage:
    """`entry`: a bundled app (bundle.py); `beside`: others, of which tables may stand beside its own. Without `rng`
    everything is as the app says."""

    def __init__(self, rng, entry, undo_phrases=(), beside=()):
        self.rng, self.entry, self.app = rng, entry, entry.app
        self.undo_phrases = undo_phrases
        self.world = World(rng, entry)
        self.writer = Writer(self.world)
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        entry.seed.backup(self.db)
        self.screen = Screen(self.db, self.world)
        self.played = set()                      # numbers of events, each of which comes once before all came
        self.named, self.dirty = None, False     # the app's screen that is on; whether facts were changed
        self.before = self.undone = None         # (facts, rows changed) before the last change; before the last undo
        self.seen = []                           # (line, table, key, row) of rows shown a while ago
        components = schema._components(rng) if rng else {r: c[0] for r, c in schema.COMPONENTS.items()}
        self.components = {r: n for r, n in components.items() if r != "entry" or rng and rng.random() < 0.5}
        functions = list(schema.FUNCTIONS)
        self.routes = routes(rng)
        self.heard, self.whole = "", True        # said before in this talk; whether all of the last event was played
        if rng:
            self._take_rights()
        self.spoken = mentions.Mentions()                # of rows on screen
        self.found = found_in(self) if mentions.MENTIONS else None
        self.decided = bool(rng) and rng.random() < 0.7    # clicks on declared actions are the model's
        self.lines = [Line("app", preamble(self.app, self.world, self.components, functions, self.routes,
                                           self._beside(beside), self._prompt()))]

    def _prompt(self):
        """Often without the day: what a sentence says of days is told with it."""
        return said_days.without_today(self.app.prompt) if self.chance(0.5) else None

    def close(self):
        self.db.close()

    def chance(self, probability):
        return self.rng is not None and self.rng.random() < probability

    def _take_rights(self):
        """A table that may not be changed, now and then, or a column of it."""
        if self.rng.random() > 0.2:
            return
        used = " ".join(str(a.get("sql", "")) for a in self.app.actions.values()).lower()
        found = [(v, t) for t in self.app.tables.values() for v in ("insert", "update", "delete")
                 if v in (t.policy or {}) and t.name.lower() not in used]
        if not found:
            return
        verb, table = self.rng.choice(found)
        columns = [c.name for c in table.columns if table.may(verb, c.name)] if verb == "update" else []
        column = self.rng.choice(columns) if len(columns) > 1 and self.rng.random() < 0.7 else None
        self.world.denied.add((verb, table.name, column))

    def _beside(self, entries):
        own = {w for t in self.app.tables.values() for name in (t.name, self.world.table(t.name)) for w in pieces(name)}
        out = []
        for entry in entries:
            found = [t for t in entry.app.tables.values() if t.policy is not None and not own & set(pieces(t.name))]
            out += self.rng.sample(found, min(len(found), self.rng.randint(1, 3)))
            own |= {w for t in out for w in pieces(t.name)}
        return out

    def denied(self, statements):
        for s in statements:
            for verb, table, column in self.world.denied:
                if s["verb"] == verb and s["table"] == table and (
                        column is None or any(a[0] == column for a in s.get("set", ()))):
                    return True
        return False

    # --- lines ---

    def add(self, tag, value, learn=False, kind=""):
        self.lines.append(Line(tag, value if isinstance(value, str) else compact(value), learn, kind))
        if mentions.MENTIONS and tag == "event" and "command" in value:
            if found := self.mentioned(value["command"]):
                self.lines.append(Line("shown", compact(found)))
                self.seen += [(len(self.lines), table, key, ()) for table, key in self._rows_of(found)]

    def mentioned(self, text):
        if not self.found:
            return []
        return mentions.mentioned_days(text, self.app.today, self.spoken) + mentions.mentioned(text, self.spoken, *self.found.now())

    def _days(self, text):
        return said_days.days_of(text, self.app.today, self.spoken.days)

    def knows_days(self, turn):
        """Whether every day of the answer was said, is today or stands on screen."""
        known = said_days.writable(self._days(self.world.phrase(turn.get("say", "")))) | self.spoken.days | {self.app.today}
        days = {d for value in texts_of(turn["answer"]) if (d := said_days.day_in(value))}
        return "say" not in turn or not self.found or days <= known

    def _rows_of(self, found):
        """(table, key) of the rows that what is mentioned stands in, or is the key of."""
        names, out = {self.world.table(t): t for t in self.app.tables}, []
        for told in found:
            name, _, column = told[1].partition(".") if len(told) > 1 and "." in told[1] else ("", "", "")
            table = self.app.tables.get(names.get(name))
            if table and len(told) > 2:
                out.append((table.name, told[2]))
            elif table and len(table.keys) == 1 and self.world.column(table.name, table.keys[0]) == column:
                out.append((table.name, told[0]))
        return out

    def repaint(self):
        body = self.screen.changed(len(self.lines))
        if body is not None:
            self.add("shown", body)
        if mentions.MENTIONS:
            self.spoken = self.screen.mentions(self.app)
        self._see()

    def _see(self):
        at = len(self.lines)
        self.seen = [row for row in self.seen if at - row[0] < REMEMBERED]
        for part in self.screen.parts:
            if part.role != "table" or part.id not in self.screen.told:
                continue
            for row in self.screen.told[part.id][0]:
                self.seen.append((at, part.table, row[0] if part.keys else None, row))

    # --- screens that the app declares ---

    def declared(self, name):
        parts = []
        for c in self.app.screens[name]:
            table, keys = self.entry.keys[name, c["id"]]
            json = {"type": self.components[c["type"]], "id": c["id"]}
            for member, value in c.items():
                if member == "title":
                    json["label" if c["type"] == "metric" else "title"] = self.world.phrase(str(value))
                elif member == "source":
                    json["source"] = self.world.sql(value)
            parts.append(Part(c["type"], json, c["source"], table, keys, self.entry.selects[name, c["id"]]))
        return parts

    def show_declared(self, name, payload):
        parts = self.declared(name)
        self.add("event", payload)
        self.add("emit", self.manifest(parts))
        self.screen.replace(parts, True)
        self.named = name
        self.repaint()

    def open(self):
        self.show_declared("home", {"open": self.app.name})

    @staticmethod
    def manifest(parts):
        return {"kind": "manifest", "components": [p.json for p in parts]}

    def visible(self, needs, heard=""):
        """Whether the model knows of these rows: from screens, or since the text speaks of them."""
        told = [(t, k, ()) for t, k in self._rows_of(self.mentioned(heard))] if needs and heard else []
        told += [row[1:] for row in self.seen]
        for table, value, *column in needs:
            known = self.world.text(value) if isinstance(value, str) else value
            if column:
                if not any(known in row for _, _, row in told):
                    return False
            elif not any(t == table and (k == known or isinstance(k, list) and known in k) for t, k, _ in told):
                return False
        return True

    def _spoken_of(self, turn):
        """Whether the sentence speaks of a row that was shown."""
        heard = self.world.phrase(turn["say"])
        numbers = {w for w in said.words_of(heard) if any(c.isdigit() for c in w)}
        return any(isinstance(v, str) and said.alludes(heard, v) or str(v) in numbers
                   for _, _, _, row in self.seen for v in row)

    def payload(self, turn, typed=True):
        if "say" in turn:
            text = self.world.phrase(turn["say"])
            if typed and self.rng and turn["kind"] not in AS_SAID:
                as_typed = phrase.typed(self.rng, text, self._kept(turn["answer"]))
                same = self._days(as_typed) == self._days(text)
                text = as_typed if same and self.visible(turn["needs"], as_typed) else text
            self.world.heard = text + " \n " + self.heard
            return {"command": text}
        if "click" in turn:
            return {"user_action": turn["click"]["user_action"],
                    **self.world.given({k: v for k, v in turn["click"].items() if k != "user_action"})}
        return {"submit": turn["submit"]["component"], "values": self.world.given(turn["submit"]["values"])}

    def _kept(self, answer):
        """Words that the answer takes out of the sentence."""
        return {w.lower() for t in texts_of(answer) for w in said.words_of(self.world.text(t))}

    def values(self, turn):
        if "click" in turn:
            return {k: v for k, v in turn["click"].items() if k != "user_action"}
        return turn["submit"]["values"] if "submit" in turn else {}

    def run(self, texts, values):
        """How many rows they change; the facts are as before when one of them changes none."""
        self.db.execute("SAVEPOINT action")
        try:
            changed = [self.db.execute(*sql.bound(t, values)).rowcount for t in texts]
            right = all(n > 0 for n in changed)
        except (sqlite3.Error, LookupError):
            right = False
        if not right:
            self.db.execute("ROLLBACK TO action")
        self.db.execute("RELEASE action")
        return sum(changed) if right else 0

    def few(self, table, column, all_of_them=False):
        """The column's values, when they are few."""
        table, column = self.app.tables[table].place(column)
        known = self.entry.values.get((table, column))
        if known is None:
            known = self.entry.values[table, column] = [r[0] for r in self.entry.seed.execute(
                f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 200')]
        return known if all_of_them or len(known) <= FEW else []

    def holds(self, answer):
        """Whether it changes rows, and shows some."""
        if "show" in answer:
            found = (self.db.execute(plain(p["select"], self.app)).fetchone() for p in answer["show"])
            return all(row not in (None, (None,)) for row in found)
        self.db.execute("SAVEPOINT tried")
        try:
            return all(self.db.execute(plain(s)).rowcount > 0 for s in answer["do"])
        except sqlite3.Error:
            return False
        finally:
            self.db.execute("ROLLBACK TO tried")
            self.db.execute("RELEASE tried")
