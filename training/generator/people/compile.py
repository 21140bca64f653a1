"""From an effect (training/apps/README.md) to the answer that the model must write.

What an answer holds must be known from what was read: a key that nobody said is a need, which the screen must
show when the turn is played; a text stands in the sentence, on the screen or among the few values of its
column. What comes out is run beside the effect and has to come to the same.
"""
import re
import sqlite3

from .. import sql
from ..schema import FUNCTIONS
from .changes import changes
from .expressions import Cannot
from .looks import candidates, looks
from .parse import parse
from .text import PLAINLY, plain
from .values import Context

_CALL = re.compile(r"\b([A-Za-z_]+) *\(")


def _compiled(context, effect, turn):
    if "refuse" in effect:
        return {"refuse": effect["refuse"]}
    if effect.get("undo"):
        return {"undo": True}
    if "choose" in effect:
        return {"choose": candidates(context, parse(effect["choose"]))}
    if "do" in effect:
        if "say" in turn and not re.search(r"[^\W\d_]{2,}", turn["say"]):
            raise Cannot("a change without a word")       # host/turn/mood.h
        return changes(context, effect["do"])
    return looks(context, effect, turn)


def _folded(rows):
    return sorted(repr([v.lower() if isinstance(v, str) else v for v in r]) for r in rows)


def _dump(db, app):
    return {t.name: _folded(db.execute(f'SELECT * FROM "{t.name}"')) for t in app.tables.values()}


def _check_effect(context, effect, answer):
    """Runs both, as if alone."""
    db, app = context.db, context.app
    if "do" in answer:
        outcomes = []
        for texts in ([plain(s) for s in answer["do"]],
                      [effect["do"]] if isinstance(effect["do"], str) else effect["do"]):
            db.execute("SAVEPOINT tried")
            for text in texts:
                db.execute(*sql.bound(text, context.values))
            outcomes.append(_dump(db, app))
            db.execute("ROLLBACK TO tried")
            db.execute("RELEASE tried")
        if outcomes[0] != outcomes[1] and not all(s["verb"] == "insert" for s in answer["do"]):
            raise Cannot("another effect")
    if "show" in answer:
        texts = effect.get("show", effect.get("number"))
        for part, text in zip(answer["show"], [texts] if isinstance(texts, str) else texts):
            if part["role"] == "metric":
                continue
            _check_rows(context, part["select"], parse(text), text)


def _check_rows(context, select, tree, text):
    wanted = context.rows(text)
    if select["group"]:
        found = context.rows(plain(select, context.app))
        if len(found) != len(wanted):
            raise Cannot("other rows")
        return
    if not tree.group and any(e[0] != "column" for e, _ in tree.items):
        return
    items = context.shaper.select(tree)["items"]
    found = context.rows(plain(dict(select, items=items), context.app))
    if found != wanted if tree.order and not tree.distinct else _folded(set(found)) != _folded(set(wanted)):
        raise Cannot("other rows")


def _play(context, effect):
    """The facts go on from what the turn was meant to do."""
    if "do" in effect:
        for text in [effect["do"]] if isinstance(effect["do"], str) else effect["do"]:
            context.db.execute(text)


def _event(context, turn):
    context.screen = turn.get("on") or context.screen
    if "say" in turn:
        context.heard += " \n " + turn["say"]
        context.values = None
        return {"say": turn["say"]}
    if "click" in turn:
        context.values = {k: v for k, v in turn["click"].items() if k != "user_action"}
        return {"click": dict(turn["click"])}
    values = dict(_row_of_form(context, turn), **turn["submit"]["values"])
    context.values = values
    return {"submit": {"component": turn["submit"]["component"], "values": values}}


def _row_of_form(context, turn):
    """A form sends the key of the row that it shows with what was typed."""
    for part in context.app.screens.get(turn.get("on") or "home", ()):
        if part["id"] != turn["submit"]["component"]:
            continue
        try:
            tree = parse(part["source"])
            table = context.shaper.table(tree.table)
            where = PLAINLY.where({"table": table.name, "where": context.shaper.conditions(table, tree.where)})
        except Cannot:
            return {}
        names = ", ".join(f'"{k}"' for k in table.keys)
        rows = context.rows(f'SELECT {names} FROM "{table.name}"{where}') if names else []
        if len(rows) == 1:
            return dict(zip(table.keys, rows[0]))
    return {}


def _declared(context, turn):
    """The statements of the app's own action, which are better than what came of them."""
    action = context.app.actions.get(turn.get("click", {}).get("user_action"))
    if not action or "sql" not in action:
        return None
    return [action["sql"]] if isinstance(action["sql"], str) else action["sql"]


def _by_app(context, texts):
    """What the app does by itself, and beside it how a model would do it where it can."""
    out = {"by_app": texts}
    try:
        return dict(out, **changes(context, texts))
    except Cannot:
        called = {f.lower() for text in texts for f in _CALL.findall(re.sub(r"INTO \w+ *\(", "", text))}
        called -= {"in", "values", "and", "or", "then", "when", "else"}
        if not called <= set(FUNCTIONS):
            raise
        return out


def _alternatives(turn):
    other = turn.get("or", [])
    return [turn] + (other if isinstance(other, list) else [other])


def compile_turn(context, turn):
    """The turn, ready to be played; Cannot says why not."""
    event = _event(context, turn)
    why = None
    for effect in _alternatives(turn):
        context.needs = []
        try:
            declared = _declared(context, turn) if "do" in effect else None
            answer = _by_app(context, declared) if declared else _compiled(context, effect, turn)
            _check_effect(context, effect, answer)
            return dict(event, kind=turn["kind"], on=turn.get("on"), answer=answer,
                        needs=list(context.needs)), effect
        except sqlite3.Error as error:
            why = why or Cannot(f"runs not: {error}")
        except Cannot as reason:
            why = why or reason
    raise why


def compile_event(app, seed, event):
    """([compiled turns], [(kind, why it was dropped)]): a talk goes on as far as it can."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    seed.backup(db)
    context = Context(app, db)
    out, dropped = [], []
    turns = event.get("talk", [event])
    before = None
    for i, turn in enumerate(turns):
        try:
            compiled, effect = compile_turn(context, turn)
        except Cannot as reason:
            dropped += [(t["kind"], str(reason) if t is turn else "behind one of these") for t in turns[i:]]
            break
        state = _state(db, app)
        if effect.get("undo") and before:
            _restore(db, app, before)
        else:
            _play(context, effect)
        before = state
        out.append(compiled)
    db.close()
    return out, dropped


def _state(db, app):
    return {t.name: db.execute(f'SELECT * FROM "{t.name}"').fetchall() for t in app.tables.values() if not t.view}


def _restore(db, app, state):
    db.execute("PRAGMA foreign_keys = OFF")
    for name, rows in state.items():
        db.execute(f'DELETE FROM "{name}"')
        if rows:
            db.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
    db.execute("PRAGMA foreign_keys = ON")
