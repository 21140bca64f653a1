"""From the queries of an effect to the components of an answer (compile.py)."""
from . import said
from .expressions import Cannot
from .parse import parse
from .text import PLAINLY, compared, is_path, plain
from .values import all_of, check_conditions, check_total, need, plain_like

WIDE = 8               # columns of a table that are shown without being asked for
EXACT = {"edit of the screen"}
STOP = set("the and for with all any are was has have not but his her its our their this that them those these from"
           " into out off who what when where which how many much show list give get find look see make set put"
           " mark change add new now just only please can could would will still yet one two".split())


def _columns(table, select, exact):
    """What a table shows: all of it, or of a wide one what was asked for and what comes first."""
    wanted = [i[1] for i in select["items"]]
    if exact:
        return wanted + [k for k in table.keys if k not in wanted and table.readable(k)]
    asked = set(wanted) | set(compared(select["where"])) | {c for _, c, _ in select["order"]}
    reached = [c for c in dict.fromkeys(wanted) if is_path(c)]
    shown = table.shown
    if len(shown) > WIDE:
        kept = [c for c in shown if c in table.keys] + [c for c in shown if c not in table.keys]
        kept = set(kept[:WIDE - 1]) | asked
        shown = [c for c in shown if c in kept]
    return shown[:12 - len(reached)] + reached


def _described(context, table, select):
    """Rows by words of the sentence rather than by keys that nobody said."""
    if len(select["where"]) != 1:
        return None
    name, op, _ = select["where"][0]
    if op not in ("=", "IN") or not (table.column(name).key or table.column(name).refers):
        return None
    query = f"{all_of(table)}{{}} ORDER BY 1"
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
    if select["having"]:
        check_total(context, select["having"][3])
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
    if tree.joins:
        raise Cannot("a chart through a key")
    first, second = (table.column(e[2]).name for e, _ in tree.items)
    select = dict(part["select"], items=[["", first, "x"], ["", second, "y"]])
    if not tree.order:
        select["order"] = [["", first, False]]
    return {"role": "chart", "select": select}


def candidates(context, tree):
    """The rows that could be meant, all of which have to be on screen."""
    select = context.shaper.select(tree)
    table = context.app.tables[select["table"]]
    if not table.keys or select["group"] or any(i[0] for i in select["items"]):
        raise Cannot("candidates without a key")
    select["items"] += [["", k, None] for k in table.keys if k not in [i[1] for i in select["items"]]]
    for row in context.rows(plain(dict(select, items=[["", table.keys[0], None]]), context.app)):
        need(context, table, table.column(table.keys[0]), row[0])
    return select
