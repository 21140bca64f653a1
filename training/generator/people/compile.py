"""From an effect (training/apps/README.md) to the answer that the model must write.

What an answer holds must be known from what was read: a key that nobody said is a need, which the screen must
show when the turn is played; a text stands in the sentence, on the screen or among the few values of its
column. What comes out is run beside the effect and has to come to the same.
"""
import re
import sqlite3

from . import days, said
from ..schema import FUNCTIONS
from .parse import Cannot, Change, Named, parse
from .shapes import Shaper, fixes
from .text import PLAINLY, plain

FEW = 50               # distinct values of a column that the runtime knows by heart
WIDE = 8               # columns of a table that are shown without being asked for
MOST_STATEMENTS = 5
_CALL = re.compile(r"\b([A-Za-z_]+) *\(")
EXACT = {"edit of the screen"}
STOP = set("the and for with all any are was has have not but his her its our their this that them those these from"
           " into out off who what when where which how many much show list give get find look see make set put"
           " mark change add new now just only please can could would will still yet one two".split())


class Context:
    """The app, its facts while a turn is compiled, and what was said so far."""

    def __init__(self, app, db):
        self.app, self.db = app, db
        self.shaper = Shaper(app, self.look_up)
        self.heard = ""        # this turn and those before it in the same talk
        self.needs = []
        self.values = None     # what a click or a submit brings

    def rows(self, text):
        return self.db.execute(text).fetchall()

    def look_up(self, select, column):
        inner = plain(self.shaper.select(select))
        return [r[0] for r in self.rows(inner)]

    def few(self, table, column):
        """The column's values, when they are few."""
        found = [r[0] for r in self.rows(f'SELECT DISTINCT "{column}" FROM "{table}" LIMIT {FEW + 1}')]
        return [v for v in found if isinstance(v, str)] if len(found) <= FEW else []


# --- values ---

def _key_table(table, column):
    """The table whose rows a value of this column tells apart."""
    if column.refers:
        return column.refers[0]
    return table.name if column.key and len(table.keys) == 1 else None


def _need(context, table, column, value):
    need = [_key_table(table, column) or table.name, value]
    if need not in context.needs:
        context.needs.append(need)


def _referred(context, table, column, value):
    """A value that names a row: said, or on screen."""
    known = said.holds_number(context.heard, value, exactly=True) if column.is_number else \
        said.span(context.heard, str(value)) is not None
    if not known:
        _need(context, table, column, value)
    return value


def _text(context, table, column, value, written):
    stands = said.span(context.heard, value)
    known = context.few(table.name, column.name)
    if value in known and (stands or said.alludes(context.heard, value)):
        return value
    if stands is not None:
        same = next((v for v in known if v.lower() == value.lower()), None)
        return same or {"span": stands}
    if value in known and not written:
        _need_text(context, table, column, value)
        return value
    raise Cannot("a text that nobody said")


def _need_text(context, table, column, value):
    need = [table.name, value, column.name]
    if need not in context.needs:
        context.needs.append(need)


def check_value(context, table, column, value, written=False):
    """The value as the model writes it; Cannot when it can come from nowhere."""
    if value is None or isinstance(value, bool):
        return value
    if column.choices and not column.is_number:
        if value not in column.choices:
            raise Cannot("no such choice")
        return value
    if (column.refers or column.key and not written) and not column.is_day:
        return _referred(context, table, column, value)
    if column.is_number:
        if value in (0, 1) or said.holds_number(context.heard + " " + context.app.prompt, value):
            return value
        raise Cannot("a number that nobody said")
    if column.is_day or column.is_time:
        if days.known(context.heard, context.app.prompt, value):
            return value
        known = context.few(table.name, column.name)
        if value in known and not written:
            _need_text(context, table, column, value)
            return value
        raise Cannot("a day that nobody said")
    return _text(context, table, column, value, written)


def check_conditions(context, table, where):
    out = []
    for name, op, value in where:
        column = table.column(name)
        if op == "IN":
            value = [check_value(context, table, column, v) for v in value]
        elif op == "LIKE":
            stands = said.span(context.heard, value)
            value = {"span": stands or _like_span(context, table, column, value)}
        elif not op.startswith("IS"):
            value = check_value(context, table, column, value)
        out.append([name, op, value])
    return out


def _like_span(context, table, column, value):
    """A stretch of what was said that finds the same rows as the pattern."""
    wanted = context.rows(f"{_ALL(table)} WHERE {plain_like(table, column.name, value)}")
    for text in said.spans_of(context.heard, 3):
        if len(text) > 2 and (value.lower().startswith(text.lower()[:3])) and \
                context.rows(f"{_ALL(table)} WHERE {plain_like(table, column.name, text)}") == wanted:
            return text
    raise Cannot("a pattern that nobody said")


def _ALL(table):
    return f'SELECT * FROM "{table.name}"'


def plain_like(table, column, value):
    return PLAINLY.condition(table.name, column, "LIKE", value)


# --- changes ---

def _by_keys(context, table, statement):
    """The rows of a change, which the policy lets be named in another way, by their keys: one statement,
    or one for each row where a key has several columns."""
    names = ", ".join(f'"{k}"' for k in table.keys)
    found = context.rows(f'SELECT {names} FROM "{table.name}"{PLAINLY.where(statement)}') if names else []
    if not 1 <= len(found) <= 16:
        raise Cannot("which rows is not said by the columns of the policy")
    if len(table.keys) > 1:
        return [dict(statement, where=[[k, "=", v] for k, v in zip(table.keys, row)]) for row in found]
    values = [row[0] for row in found]
    key = table.keys[0]
    return [dict(statement, where=[[key, "=", values[0]] if len(values) == 1 else [key, "IN", values]])]


def _steps(context, table, statement):
    """"ten more" adds ten: what was said is the difference."""
    for assigned in statement["set"]:
        column, sign, value = table.column(assigned[0]), *assigned[1:]
        if sign != "=" or not column.is_number or column.key or column.refers or isinstance(value, bool) \
                or value is None or said.holds_number(context.heard, value, exactly=True):
            continue
        rows = context.rows(f'SELECT "{column.name}" FROM "{table.name}"{PLAINLY.where(statement)}')
        steps = {value - r[0] for r in rows if isinstance(r[0], (int, float))}
        if len(steps) == 1 and len(rows) and table.readable(column.name):
            step = round(steps.pop(), 6)
            step = int(step) if step == int(step) else step
            if step and said.holds_number(context.heard, abs(step)):
                assigned[1:] = ["+" if step > 0 else "-", abs(step)]


def command_change(context, tree):
    statement = context.shaper.change(tree)
    table = context.app.tables[statement["table"]]
    if "where" in statement:
        several = [statement] if fixes(table, statement) else _by_keys(context, table, statement)
        if not fixes(table, several[0]):
            raise Cannot("which rows is not said by the columns of the policy")
        if len(several) > 1:
            return [s for one in several for s in _said(context, table, one)]
        statement = several[0]
    return _said(context, table, statement)


def _said(context, table, statement):
    if "set" in statement:
        statement["set"] = [list(s) for s in statement["set"]]
        _steps(context, table, statement)
    if "where" in statement:
        statement["where"] = check_conditions(context, table, statement["where"])
    if "set" in statement:
        statement["set"] = [[c, sign, check_value(context, table, table.column(c), v, True)]
                            for c, sign, v in statement["set"]]
    if "values" in statement:
        statement["values"] = [[c, check_value(context, table, table.column(c), v, True)]
                               for c, v in statement["values"] if not _numbered(context, table.column(c), v)]
    return [statement]


def _numbered(context, column, value):
    """A key that the database gives, and nobody named."""
    return column.key and column.type == "integer" and not column.needed and \
        not said.holds_number(context.heard, value, exactly=True)


def _same(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right or (isinstance(left, (bool, int)) and isinstance(right, (bool, int)) and left == right)
    return str(left) == str(right)


def _named(context, column, value, used, must):
    """The event's value in place of the literal."""
    if isinstance(value, (Named, dict)):
        name = value.name if isinstance(value, Named) else value["named"]
        if name not in context.values:
            raise Cannot("the event has no such value")
        return {"named": name}
    found = [n for n, v in context.values.items() if _same(v, value)]
    found.sort(key=lambda n: (n != column.name, n in used))
    if found:
        used.add(found[0])
        return {"named": found[0]}
    small = column.is_number and not isinstance(value, bool) and value is not None and 0 <= value <= 999
    if must or not (value is None and column.nullable or isinstance(value, bool) or small or
                    (column.choices and value in column.choices)):
        raise Cannot("a value that the event does not bring")
    return value


def event_change(context, tree):
    statement = context.shaper.change(tree)
    table = context.app.tables[statement["table"]]
    used = set()
    if "where" in statement:
        if not fixes(table, statement):
            raise Cannot("which rows is not said by the columns of the policy")
        statement["where"] = [
            [c, op, [_named(context, table.column(c), v, used, table.column(c).key) for v in value]
             if op == "IN" else None if op.startswith("IS") else
             _named(context, table.column(c), value, used, table.column(c).key)]
            for c, op, value in statement["where"]]
    if "set" in statement:
        statement["set"] = [[c, sign, _named(context, table.column(c), v, used, False)]
                            for c, sign, v in statement["set"]]
    if "values" in statement:
        statement["values"] = [[c, _named(context, table.column(c), v, used, False)]
                               for c, v in statement["values"]]
    return [statement]


def changes(context, texts):
    texts = [texts] if isinstance(texts, str) else list(texts)
    one = event_change if context.values is not None else command_change
    found = _together(context, [s for t in texts for s in one(context, _change(parse(t)))])
    if len(found) > MOST_STATEMENTS:
        raise Cannot("more than five statements")
    return {"do": found}


def _together(context, statements):
    """Rows that are changed alike, one after the other, are changed at once."""
    out = []
    for s in statements:
        last = out[-1] if out else None
        if last and s["verb"] != "insert" and _alike(last, s):
            (name, _, before), (_, _, value) = last["where"][0], s["where"][0]
            values = (before if isinstance(before, list) else [before]) + (value if isinstance(value, list) else [value])
            most = int(context.app.tables[s["table"]].policy[s["verb"]].get("max_rows", 1))
            if len(values) <= min(most, 16):
                last["where"] = [[name, "IN", values]]
                continue
        out.append(s)
    return out


def _alike(one, other):
    return all(one.get(k) == other.get(k) for k in ("verb", "table", "set")) and all(
        len(s["where"]) == 1 and s["where"][0][1] in ("=", "IN") for s in (one, other)) and \
        one["where"][0][0] == other["where"][0][0]


def _change(tree):
    if not isinstance(tree, Change):
        raise Cannot("no change")
    return tree


# --- looks ---

def _columns(table, select, exact):
    """What a table shows: all of it, or of a wide one what was asked for and what comes first."""
    wanted = [i[1] for i in select["items"]]
    if exact:
        return wanted + [k for k in table.keys if k not in wanted and table.readable(k)]
    asked = set(wanted) | {c for c, _, _ in select["where"]} | {c for _, c, _ in select["order"]}
    shown = table.shown
    if len(shown) > WIDE:
        kept = [c for c in shown if c in table.keys] + [c for c in shown if c not in table.keys]
        kept = set(kept[:WIDE - 1]) | asked
        shown = [c for c in shown if c in kept]
    return shown[:12]


def _described(context, table, select):
    """Rows by words of the sentence rather than by keys that nobody said."""
    keyed = [c for c in select["where"] if table.column(c[0]).key or table.column(c[0]).refers]
    if len(keyed) != 1 or len(select["where"]) != 1:
        return None
    name, op, value = keyed[0]
    if op not in ("=", "IN"):
        return None
    query = f"{_ALL(table)}{{}} ORDER BY 1"
    wanted = context.rows(query.format(PLAINLY.where(select)))
    texts = [c for c in table.columns if c.is_words and table.readable(c.name) and not c.refers]
    for text in said.spans_of(context.heard, 3):
        if len(text) < 3 or text.lower() in STOP:
            continue
        for column in texts:
            if context.rows(query.format(" WHERE " + plain_like(table, column.name, text))) == wanted:
                return [[column.name, "LIKE", {"span": text}]]
    return None


def look(context, text, exact=False, number=False):
    """[{"role", "select"}] of one SELECT."""
    select = context.shaper.select(parse(text))
    table = context.app.tables[select["table"]]
    before = list(context.needs)
    select["where"] = check_conditions(context, table, select["where"])
    if context.needs != before:
        described = _described(context, table, select)
        if described:
            context.needs[:] = before
            select["where"] = described
    totals = [i for i in select["items"] if i[0]]
    if totals and not select["group"] or number:
        return [{"role": "metric", "select": dict(select, items=[i[:2] + ["value" if i[0] else None]])}
                for i in select["items"]]
    if select["group"]:
        return [_grouped(table, select)]
    select["items"] = [["", c, None] for c in _columns(table, select, exact)]
    if not select["order"]:
        select["order"] = [["", k, False] for k in table.keys if table.readable(k)]
    return [{"role": "table", "select": select}]


def _grouped(table, select):
    plain_items = [i for i in select["items"] if not i[0]]
    totals = [i for i in select["items"] if i[0]]
    if not select["order"]:
        select["order"] = [["", g, False] for g in select["group"]]
    if len(select["group"]) == 1 and len(totals) == 1:
        select["items"] = [["", plain_items[0][1], "x"], totals[0][:2] + ["y"]]
        ordered = {(f, c) for f, c, _ in select["order"]}
        if len(ordered) == 1:
            return {"role": "chart", "select": select}
    select["items"] = [i[:2] + [None] for i in plain_items + totals]
    return {"role": "table", "select": select}


def looks(context, effect, turn):
    texts = effect.get("show", effect.get("number"))
    texts = [texts] if isinstance(texts, str) else list(texts)
    also = effect.get("also", [])
    parts = []
    for text in texts:
        parts += look(context, text, turn["kind"] in EXACT, "number" in effect)
    for text in [also] if isinstance(also, str) else also:
        parts += look(context, text)
    if turn["kind"] == "form":
        for part in parts:
            part["role"] = "form"
            part["select"]["items"] = [["", c, None] for c in _form_columns(context.app, part["select"])]
            part["select"]["order"] = []
    if turn["kind"] == "chart":
        parts = [_chart(context.app, p, text) for p, text in zip(parts, texts)]
    return {"show": parts}


def _form_columns(app, select):
    table = app.tables[select["table"]]
    return table.shown[:12]


def _chart(app, part, text):
    """What a person wants drawn: two columns."""
    if part["role"] != "table":
        return part
    tree = parse(text)
    table = app.tables[part["select"]["table"]]
    if tree.group or len(tree.items) != 2:
        raise Cannot("a chart of more than two columns")
    first, second = (table.column(e[2]).name for e, _ in tree.items)
    select = dict(part["select"], items=[["", first, "x"], ["", second, "y"]])
    if not tree.order:
        select["order"] = [["", first, False]]
    return {"role": "chart", "select": select}


# --- whole turns ---

def _compiled(context, effect, turn):
    if "refuse" in effect:
        return {"refuse": effect["refuse"]}
    if effect.get("undo"):
        return {"undo": True}
    if "choose" in effect:
        return {"choose": _candidates(context, parse(effect["choose"]))}
    if "do" in effect:
        return changes(context, effect["do"])
    return looks(context, effect, turn)


def _candidates(context, tree):
    """The rows that could be meant, all of which have to be on screen."""
    select = context.shaper.select(tree)
    table = context.app.tables[select["table"]]
    if not table.keys or select["group"] or any(i[0] for i in select["items"]):
        raise Cannot("candidates without a key")
    select["items"] += [["", k, None] for k in table.keys if k not in [i[1] for i in select["items"]]]
    for row in context.rows(plain(dict(select, items=[["", table.keys[0], None]]))):
        _need(context, table, table.column(table.keys[0]), row[0])
    return select


def _folded(rows):
    return sorted(repr([v.lower() if isinstance(v, str) else v for v in r]) for r in rows)


def _dump(db, app):
    return {t.name: _folded(db.execute(f'SELECT * FROM "{t.name}"')) for t in app.tables.values()}


def bound(text, values):
    from .. import sql
    return sql.bound(text, {k: v for k, v in (values or {}).items()})


def _check_effect(context, effect, answer):
    """Runs both, as if alone."""
    db, app = context.db, context.app
    if "do" in answer:
        outcomes = []
        for texts in ([plain(s) for s in answer["do"]],
                      [effect["do"]] if isinstance(effect["do"], str) else effect["do"]):
            db.execute("SAVEPOINT tried")
            for text in texts:
                db.execute(*bound(text, context.values))
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
    if tree.group or select["group"]:
        found = context.rows(plain(select))
        if len(found) != len(wanted):
            raise Cannot("other rows")
        return
    table = context.app.tables[select["table"]]
    items = [["", table.column(e[2]).name, None] for e, _ in tree.items if e[0] == "column"]
    if len(items) != len(tree.items):
        return
    found = context.rows(plain(dict(select, items=items)))
    if found != wanted if tree.order and not tree.distinct else _folded(set(found)) != _folded(set(wanted)):
        raise Cannot("other rows")


def _play(context, effect):
    """The facts go on from what the turn was meant to do."""
    if "do" in effect:
        for text in [effect["do"]] if isinstance(effect["do"], str) else effect["do"]:
            context.db.execute(text)


def _event(context, turn):
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
