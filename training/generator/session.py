"""One session: events come in, the right answers go out, the facts and the screen follow.

A Session is the world that the makers of turns (clicks.py, commands.py, edits.py, refusals.py) look
at. `play` applies an answer as the runtime would and appends what the model reads to `lines`.
"""
import datetime
import re
import zlib
from dataclasses import dataclass, field

from . import found, mentions, phrases, said_days, sql
from .event_log import compact
from .facts import Facts
from .screens import Screen
from .schema import preamble

MAKES_SCREEN = re.compile(r'\{"kind":"(manifest|patch)"')


@dataclass
class Turn:
    kind: str                 # which maker made it
    payload: dict             # of the event
    answer: dict              # what the model must write
    parts: list = None        # the screen afterwards, for manifests and patches
    event: str = "command"    # open, click, submit, command
    told_so: bool = False     # a command that left everything as it was (eval_cases.py)

    @property
    def values(self):
        """What an answer may name (docs/event-log.md)."""
        if self.event == "submit":
            return self.payload["values"]
        return {k: v for k, v in self.payload.items() if k != "user_action"} if self.event == "click" else {}


@dataclass
class Line:
    tag: str
    body: str
    learn: bool = False       # does the model have to write it?
    kind: str = ""


def recent_lines(lines, room):
    """The last events in `room` bytes with what came of them, without screens."""
    recent, used, begin = [], 0, 0
    for line in reversed(lines[1:]):
        if line.tag == "shown" and not line.body.startswith("[") or (line.tag == "emit" and MAKES_SCREEN.match(line.body)):
            continue
        used += len(line.body)
        if used > room:
            break
        recent.append(Line(line.tag, line.body))
        begin = len(recent) if line.tag == "event" else begin
    return recent[begin - 1::-1] if begin else []


@dataclass
class Session:
    rng: object
    app: object
    held_out: bool = False    # phrases that are kept out of training
    noise: bool = True
    lines: list = field(default_factory=list)
    seen: dict = field(default_factory=dict)   # table → rows as last shown, as dictionaries
    last_change: tuple = None                  # (facts before the last change, how many rows it changed)
    taken_back: tuple = None                   # the same of the last undo, until something else is changed
    last_action: tuple = None                  # (table, changes) of the last change by key

    def __post_init__(self):
        self.facts = Facts(self.app)
        self.screen = Screen(self.facts)
        self.found = self._found() if mentions.MENTIONS else None
        self.today = datetime.date(2020, 1, 1) + zlib.crc32(self.app.prompt.encode()) % 3650 * said_days.DAY     # some day
        self.lines.append(Line("app", preamble(self.app)))

    def say(self, kind, **slots):
        return phrases.say(self.rng, kind, self.held_out, self.noise, **slots)

    def chance(self, probability):
        return self.rng.random() < probability

    # --- what the makers look at ---

    def facts_tables(self):
        return [t for t in self.app.tables if t.use == "facts"]

    def visible(self, part):
        """The rows of a table on screen that the model was shown, as dictionaries."""
        names, rows = self.screen.rows(part)
        return [dict(zip(names, row)) for row in rows[:20]]

    def row_of(self, table, key):
        return next(iter(self.facts.rows(table, [(table.key.name, "=", key)])), None)

    # --- turns ---

    def answer(self, text):
        return {"kind": "sql", "sql": text}

    def refuse(self, kind, command, reason, event="command"):
        return Turn(kind, {"command": command}, {"kind": "refuse", "reason": reason}, event=event)

    def manifest(self, parts):
        return {"kind": "manifest", "components": [p.json for p in parts]}

    def show(self, kind, command, parts):
        return Turn(kind, {"command": command}, self.manifest(parts), parts)

    def edit(self, kind, command, ops, parts):
        """A patch, or the whole screen anew where the app's commands may not patch."""
        if not self.app.allows("UIPatch"):
            return self.show(kind, command, parts)
        return Turn(kind, {"command": command}, {"kind": "patch", "ops": ops}, parts)

    def play(self, turn, failed=None):
        """`failed`: (what the model wrote first, why the runtime refused it)."""
        self.facts.given = turn.values
        self.lines.append(Line("event", compact(turn.payload)))
        self._mention(turn.payload.get("command", ""))
        if failed:
            self.lines.append(Line("emit", compact(failed[0])))
            self.lines.append(Line("refused", compact(failed[1])))
        self.lines.append(Line("emit", compact(turn.answer), True, turn.kind))
        kind = turn.answer["kind"]
        if kind == "refuse":
            return
        if kind == "sql":
            before = self.facts.kept()
            changed = self.facts.run(turn.answer["sql"])
            if self.found:
                self.found.changed(turn.answer["sql"])
            self.lines.append(Line("result", compact({"changed": changed})))
            self.last_change, self.taken_back = (before, changed) if changed else None, None
        elif kind in ("undo", "redo"):
            return self.reverse(kind)
        else:
            self.screen.replace(turn.parts, anew=kind == "manifest")
        self.repaint()

    def _mention(self, command):
        """What a command speaks of (docs/event-log.md, "Mentions")."""
        if not mentions.MENTIONS or not command:
            return
        spoken = mentions.Mentions()
        for part in self.screen.find("table"):
            key = part.table.key.name if part.table.key.name in part.query.columns else None
            for row in self.visible(part) if key else ():
                for name, value in row.items():
                    place = f"{part.table.name}.{name}"
                    if name == key:
                        spoken.add_key(value, place)
                    elif isinstance(value, str):
                        spoken.add_value(value, place, row[key])
        if told := mentions.mentioned_days(command, self.today, spoken) + mentions.mentioned(command, spoken, *self.found.now()):
            self.lines.append(Line("shown", compact(told)))

    def _found(self):
        names, tables = mentions.Mentions(), {}
        for table in self.app.tables:
            readable = [c for c in table.columns if table.readable(c)]
            if readable:
                tables[table.name] = table
                names.add_table(table.name)
            for column in readable:
                names.add_column(table.name, column.name)
        return found.Found(tables, self._texts, names)

    def _texts(self, table):
        out = mentions.Mentions()
        key = table.key.name if table.readable(table.key) else None
        for column in table.columns:
            if not table.readable(column) or column.type != "text":
                continue
            texts = [(c, None) for c in column.choices] if column.choices else \
                found.texts_of(self.facts.db, table.name, column.name, key)
            for text, row in texts:
                out.add_value(text, f"{table.name}.{column.name}", row)
        return out

    def reverse(self, kind):
        """Takes the last change back, or the last undo."""
        last = self.last_change if kind == "undo" else self.taken_back
        self.last_change = self.taken_back = self.last_action = None
        if last is None:
            self.lines.append(Line("refused", compact(
                {"by": "undo", "rule": "nothing", "why": f"there is nothing to {kind}"})))
            return
        now = self.facts.kept(), last[1]
        self.facts.put_back(last[0])
        if self.found:
            self.found.changed()
        self.last_change, self.taken_back = (None, now) if kind == "undo" else (now, None)
        self.lines.append(Line("result", compact({"changed": last[1]})))
        self.repaint()

    def begin_afresh(self, room):
        """What a host has a fresh sequence read in place of a long log (docs/event-log.md, "Rebase"):
        the preamble, the screen, the last events in `room` bytes, what is shown."""
        recent = recent_lines(self.lines, room)
        changed = [line.body for line in self.lines if line.body.startswith('{"kind":"sql"')][-1:]
        if not any(line.body in changed for line in recent):
            self.last_action = self.last_change = self.taken_back = None
        shown = compact({id: rows for id, (rows, _) in self.screen.told.items()})
        before = len(self.lines)
        self.lines[1:] = [Line("emit", compact(self.manifest(self.screen.parts)))] + recent
        if shown != "{}":
            self.lines.append(Line("shown", shown))
        self.screen.moved(len(self.lines) - before)
        self.seen.clear()
        self.see()

    def repaint(self):
        body = self.screen.changed(len(self.lines))
        if body is None:
            return
        self.lines.append(Line("shown", body))
        self.see()

    def see(self):
        for part in self.screen.find("table"):
            if part.table.key.name in part.query.columns:
                self.seen[part.table.name] = self.visible(part)

    def somebody_else(self):
        """Another session changes a row; this one is repainted."""
        tables = [t for t in self.facts_tables() if t.state and t.writable(t.state)]
        if not tables:
            return
        table = self.rng.choice(tables)
        rows = self.facts.rows(table)
        if not rows:
            return
        row = self.rng.choice(rows)
        self.facts.run(sql.update(table.name, {table.state.name: self.rng.choice(table.state.choices)},
                                  [(table.key.name, "=", row[table.key.name])]))
        self.last_change = self.taken_back = None
        self.repaint()
