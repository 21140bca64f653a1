"""One session of an app that people wrote: their sentences in any order, the facts and the screen follow."""
import sqlite3

from .. import phrases
from ..event_log import compact
from ..session import Line, recent_lines
from . import phrase
from .looks import WIDE
from .preamble import CHOOSE, UNDO
from .refill import refilled
from .screen import Part
from .stage import Stage
from .text import plain
from .world import pieces

ON_SCREEN = {"change by position", "change by reference", "change by description", "several rows", "several things",
             "several columns", "edit of the screen", "ambiguous", "correction", "click", "submit", "delete",
             "question about a row", "arithmetic", "insert", "nothing to do", "do not", "asking, not telling"}
ALL = "all of "            # a step that lists a whole table
PREFIXES = {"t", "tb", "tbl", "tab", "app"}
SHOW = ("show {}", "show me the {}", "all {}", "{}", "list the {}", "list {}", "{} please", "the whole {} list",
        "open {}", "let me see the {}", "everything in {}", "go to {}", "bring up {}", "I want the {}")
AS_SEEDED = ON_SCREEN - {"edit of the screen", "insert"} | {"unknown thing", "change by key"}
REFILLED = 0.6            # of sentences about things that can be others


class Play(Stage):
    """`turn` plays one answer, `event` a turn or a talk with what has to be on screen before."""

    def restore(self):
        """As if others had put everything back."""
        self.entry.seed.backup(self.db)
        if self.found:
            self.found.as_seeded()
        self.dirty, self.before, self.undone = False, None, None
        self.repaint()

    def way(self, steps):
        """What has to be on screen before an event."""
        for step in steps:
            if isinstance(step, int):
                turns = self.entry.events[step]["turns"]
                if not self.sayable(turns) or not self.event(turns):
                    return False
            elif step.startswith(ALL):
                self.turn(self._everything(step.removeprefix(ALL)))
            elif self.named != step:
                self.show_declared(step, {"screen": step})
        return True

    def _everything(self, name):
        """A list of a whole table."""
        table = self.app.tables[name]
        columns = table.shown[:WIDE]
        select = {"verb": "select", "table": name, "items": [["", c, None] for c in columns], "where": [], "group": [],
                  "order": [["", k, False] for k in table.keys if table.readable(k)], "limit": 0}
        spoken = " ".join(p for p in pieces(self.world.table(name)) if p not in PREFIXES) or name
        say = self.rng.choice(SHOW).replace("{}", spoken) if self.rng else f"show {spoken}"
        return {"say": say, "kind": "look", "needs": [], "answer": {"show": [{"role": "table", "select": select}]}}

    def turn(self, turn):
        """Plays it; False when it does not hold as things stand."""
        answer = turn["answer"]
        if not self.visible(turn["needs"], self.world.phrase(turn.get("say", ""))):
            return False
        if not self.knows_days(turn):
            return False
        if turn["kind"] == "nothing to do" and "say" in turn and not self._spoken_of(turn):
            return False
        if turn["kind"] == "change by position" and not self.screen.places_hold():
            return False
        if "refuse" in answer or "choose" in answer:
            return self._refusal(turn, answer)
        if "undo" in answer:
            return self._undo(turn, self.payload(turn))
        if "show" in answer:
            return self._look(turn, answer["show"])
        return self._change(turn, answer)

    def _refusal(self, turn, answer):
        reason = answer.get("refuse", "ambiguous")
        self.add("event", self.payload(turn))
        if "choose" in answer and CHOOSE:
            self.add("emit", {"kind": "choose", "source": self.writer.text(answer["choose"])}, True, turn["kind"])
        else:
            self.add("emit", {"kind": "refuse", "reason": reason}, True, turn["kind"])
        return True

    def _undo(self, turn, payload):
        if self.before is None or not UNDO:
            return False
        self.add("event", payload)
        self.add("emit", {"kind": "undo"}, "command" in payload, turn["kind"])
        self.before, self.undone = None, self._put_back(self.before)
        return True

    def _put_back(self, kept):
        """Facts as they were; how they are now is what could be put back in turn."""
        now = sqlite3.connect(":memory:")
        self.db.backup(now)
        kept[0].backup(self.db)
        if self.found:
            self.found.changed()
        self.add("result", {"changed": kept[1]})
        self.repaint()
        return now, kept[1]

    def _answered(self, turn, write):
        """(payload, what the model writes), also where the sentence as it was typed spoils it."""
        payload = self.payload(turn)
        try:
            return payload, write()
        except LookupError:
            payload = self.payload(turn, typed=False)
            return payload, write()

    def _change(self, turn, answer):
        ours = "by_app" not in answer or self.decided and "do" in answer
        if not ours:
            texts = answer["by_app"]
            payload, written = self.payload(turn), [self.world.sql(t) for t in texts]
        else:
            texts = [plain(s) for s in answer["do"]]
            payload, written = self._answered(turn, lambda: [self.writer.text(s) for s in answer["do"]])
        kept = sqlite3.connect(":memory:") if "say" in turn or self.chance(0.3) else None
        if kept:
            self.db.backup(kept)
        if self.denied(answer.get("do", ())):
            self.add("event", payload)
            self.add("emit", {"kind": "refuse", "reason": "not_allowed"}, True, "forbidden")
            return None
        changed = self.run(texts, self.values(turn))
        if not changed:
            return False
        self.add("event", payload)
        for text in texts if self.found else ():
            self.found.changed(text)                   # from now on
        action = {"kind": "sql", "sql": written[0]}
        if len(written) > 1:
            action["then"] = written[1:]
        self.add("emit", action, ours, turn["kind"])
        self.add("result", {"changed": changed})
        self.dirty, self.before, self.undone = True, (kept, changed) if kept else None, None
        self.repaint()
        return True

    def _look(self, turn, wanted):
        edited = self._edited(turn, wanted)
        if edited is not None and edited.select:
            wanted = [dict(wanted[0], select=_as_edit(self.app, edited.select, wanted[0]["select"]))]
        payload, texts = self._answered(turn, lambda: [self.writer.text(w["select"]) for w in wanted])
        if edited is not None and "UIPatch" in self.routes["command"]:
            return self._patch(turn, payload, edited, wanted[0]["select"], texts[0])
        parts = []
        for one, text in zip(wanted, texts):
            parts.append(self._part(one["role"], one["select"], text, parts))
        self.add("event", payload)
        self.add("emit", self.manifest(parts), True, turn["kind"])
        self.screen.replace(parts, True)
        self.named = None
        self.repaint()
        return True

    def _part(self, role, select, text, parts):
        table = self.app.tables[select["table"]]
        name, item = self.world.table(table.name), select["items"][0]
        called = self.world.called(table.name, item[1])
        wanted = {"metric": f"{item[0] or called}_{name}", "chart": f"{name}_by_{called}"}.get(role, name)
        taken, id, number = {p.id for p in parts}, wanted, 2
        while id in taken:
            id, number = f"{wanted}_{number}", number + 1
        names = [i[1] for i in select["items"]]
        keys = [names.index(k) for k in table.keys] if not select["group"] and table.keys and \
            all(k in names for k in table.keys) else None
        return Part(role, {"type": self.components[role], "id": id, "source": text}, plain(select, self.app), table.name,
                    keys, select)

    def _edited(self, turn, wanted):
        """The component that an edit is about: the only one with rows of the table."""
        if turn["kind"] != "edit of the screen" or len(wanted) != 1 or wanted[0]["role"] != "table":
            return None
        table = wanted[0]["select"]["table"]
        of_table = [p for p in self.screen.parts if p.role == "table" and (p.select or {"table": p.table})["table"] == table]
        return of_table[0] if len(of_table) == 1 else None

    def _patch(self, turn, payload, part, select, text):
        if text == part.json["source"]:
            return False
        new = self._part("table", select, text, ())
        new.json = dict(part.json, source=text)
        self.add("event", payload)
        self.add("emit", {"kind": "patch", "ops": [{"op": "replace", "path": f"/components/{part.id}/source",
                                                     "value": text}]}, True, turn["kind"])
        self.screen.replace([new if p is part else p for p in self.screen.parts], False)
        self.named = None
        self.repaint()
        return True

    def sayable(self, turns):
        """Whether the sentences say what is called otherwise in this session."""
        return not any(self.world.invented.intersection(t.get("unsaid", ())) for t in turns)

    def needs_screen(self, turns):
        """The app's screen that the event begins with; None when it may be any."""
        first = turns[0]
        bound = first.get("on") or {t["kind"] for t in turns} & ON_SCREEN or first["needs"] or len(turns) > 1
        return first.get("on") or "home" if bound else None

    # --- a whole event: one turn, or a talk ---

    def event(self, turns):
        """False when nothing of it could be played."""
        if self.dirty and {t["kind"] for t in turns} & AS_SEEDED:
            self.restore()
        wanted = self.needs_screen(turns)
        if wanted and self.named != wanted:
            self.show_declared(wanted, {"screen": wanted})
        return self.event_here(turns)

    def event_here(self, turns):
        """On the screen as it stands."""
        self.heard, self.before, self.undone, self.whole = "", None, None, True
        self._see()
        if len(turns) == 1 and self.chance(REFILLED):
            turns = [refilled(self.rng, self, turns[0])]
        for i, turn in enumerate(turns):
            if i and turn.get("on") and self.named != turn["on"]:
                self.show_declared(turn["on"], {"screen": turn["on"]})
            played = self.turn(turn)
            if played is not True:
                self.whole = False
                return played is None or i > 0
            self.heard = turn.get("say", "") and self.world.phrase(turn["say"]) + " \n " + self.heard
        return True

    def ask_undo(self):
        """"undo that", or the button for it, after any change."""
        payload = {"undo": "last"} if self.chance(0.15) else {
            "command": phrase.typed(self.rng, self.world.phrase(self.rng.choice(self.undo_phrases)), ())}
        self._undo({"kind": "undo"}, payload)

    def ask_redo(self):
        self.add("event", {"command": phrase.typed(self.rng, phrases.choose(self.rng, "redo", False), ())})
        self.add("emit", {"kind": "redo"}, True, "redo")
        self.before, self.undone = self._put_back(self.undone), None

    def begin_afresh(self, room):
        """Where a host has begun a fresh sequence (docs/event-log.md, "Rebase")."""
        recent = recent_lines(self.lines, room)
        before = len(self.lines)
        self.lines[1:] = [Line("emit", compact(self.manifest(self.screen.parts)))] + recent
        shown = self.screen.all_told()
        if shown != "{}":
            self.lines.append(Line("shown", shown))
        self.screen.moved(len(self.lines) - before)
        self.before = None


def _as_edit(app, before, after):
    """Who wants other rows keeps the columns, and who wants other columns keeps the rows."""
    if all(before[k] == after[k] for k in ("where", "order", "limit")):
        return after
    columns = [i[1] for i in before["items"]]
    added = [i[1] for i in after["items"] if i[1] not in columns and i[1] not in app.tables[after["table"]].keys]
    return dict(after, items=[["", c, None] for c in columns + added])
