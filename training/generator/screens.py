"""Screens: components in the canonical form that the model writes, and edits of them."""
from dataclasses import dataclass

from . import sql, words
from .event_log import compact
from .facts import table_digest


@dataclass
class Part:
    """One component: its JSON as written, the query behind it, and what a person calls it."""
    role: str
    json: dict
    query: object = None
    table: object = None
    called: str = ""

    @property
    def id(self):
        return self.json["id"]

    @property
    def title(self):
        return self.json.get("title") or self.called


def columns_on_screen(table):
    names = [c.name for c in table.columns if table.readable(c)]
    if len(names) <= 6:
        return names
    kept = names[:6]
    return kept if table.key.name in kept else [table.key.name] + names[:5]


def list_query(table):
    return sql.plain(table.name, columns_on_screen(table),
                     order=((sql.name(table.key.name), False),))


def button(app, table, state, before):
    verb = words.button_verb(state)
    out = {"user_action": f"{verb}_{table.noun}", "label": words.capital(words.spoken(verb)),
           "param": f"{table.noun}_id"}
    if before is not None:
        out["when"] = {"column": table.state.name, "equals": before}
    return out


def buttons(app, table, all_of_them=False):
    """The ways forward through the life cycle; all of them lead back to its start, too."""
    state = table.state
    if state is None or not table.writable(state):
        return []
    if app.demo and not all_of_them:
        return [button(app, table, "resolved", "open")]
    choices = state.choices
    steps = list(zip(choices[1:], choices))
    if not all_of_them:
        return [button(app, table, after, before) for after, before in steps[:2]]
    if app.demo:
        return [button(app, table, "resolved", "open"), button(app, table, "acknowledged", "open"),
                button(app, table, "open", "resolved")]
    return [button(app, table, after, before) for after, before in steps[:3]] + (
        [button(app, table, choices[0], choices[-1])] if len(choices) > 2 else [])


def fresh_id(parts, wanted):
    taken = {p.id for p in parts}
    out, number = wanted, 2
    while out in taken:
        out, number = f"{wanted}_{number}", number + 1
    return out


def table_part(app, table, query=None, title=None, all_buttons=False, parts=()):
    query = query or list_query(table)
    json = {"type": app.components["table"], "id": fresh_id(parts, table.name), "source": query.text()}
    actions = buttons(app, table, all_buttons)
    if actions and table.key.name in query.columns and table.state.name in query.columns:
        json["actions"] = actions
    return Part("table", json, query, table, title or words.capital(table.plural))


def metric_part(app, table, id_, label, query, parts=(), unit=None):
    json = {"type": app.components["metric"], "id": fresh_id(parts, id_), "source": query.text()}
    if unit:
        json["unit"] = unit
    return Part("metric", json, query, table, label)


def chart_part(app, table, id_, title, query, parts=(), unit=None):
    json = {"type": app.components["chart"], "id": fresh_id(parts, id_), "source": query.text()}
    if unit:
        json["unit"] = unit
    return Part("chart", json, query, table, title)


def form_part(app, table):
    key, label, kind, value = table.columns
    items = tuple(sql.name(c.name) if c.name == wanted else f"{sql.name(c.name)} AS {wanted}"
                  for c, wanted in zip((key, label, kind, value), ("name", "label", "kind", "value")))
    query = sql.Select(table.name, items, order=((sql.name(key.name), False),))
    return Part("form", {"type": app.components["form"], "id": table.name, "source": query.text(),
                         "submit": "Save"}, query, table, words.capital(table.plural))


def entry_part(app, table):
    return Part("entry", {"type": app.components["entry"], "id": f"new_{table.noun}",
                          "fields": list(table.insert.columns), "submit": "Add"}, None, table,
                f"New {table.one}")


def toast_part(app, message, parts=()):
    return Part("toast", {"type": app.components["toast"], "id": fresh_id(parts, "toast"),
                          "level": "info", "message": message})


WHOLE_AGAIN = 52    # lines after which a table is told whole again; 64 entries of a log


def difference(before, after):
    """Rows that keep their order, with some changed, some gone and new ones at the end; else None."""
    places = {compact(row[0]): i for i, row in enumerate(after)}
    if len(places) < len(after):
        return None
    rows, gone, at = [], [], 0
    for row in before:
        place = places.get(compact(row[0]))
        if place is None:
            gone.append(row[0])
            continue
        if place != at:
            return None
        if after[at] != row:
            rows.append(after[at])
        at += 1
    rows += after[at:]
    return {name: value for name, value in (("rows", rows), ("gone", gone)) if value}


def told_rows(before, after):
    """How `after` is told to a model that knows `before` (host/session/shown.h)."""
    changes = difference(before, after)
    if changes is None or len(compact(changes).encode()) >= len(compact(after).encode()):
        return after
    return changes


class Screen:
    """What is on screen now, and what the model was last told of it."""

    def __init__(self, facts):
        self.facts = facts
        self.parts = []
        self.told = {}      # component's id → (rows, line that told all of them)

    def find(self, role):
        return [p for p in self.parts if p.role == role]

    def rows(self, part):
        return self.facts.query(part.query.text())

    def replace(self, parts, anew):
        self.parts = parts
        if anew:
            self.told = {}

    def moved(self, lines):
        """Lines of the log were taken away or put before what comes."""
        self.told = {id: (rows, whole + lines) for id, (rows, whole) in self.told.items()}

    def changed(self, at):
        """The `shown` body, as line `at`, that tells what the model does not know; None if it does."""
        body, told = {}, {}
        for part in self.find("table"):
            names, rows = self.rows(part)
            key = part.table.key.name
            now = table_digest(names, rows, key)
            before, whole = self.told.get(part.id, (None, at))
            if before is None or at - whole >= WHOLE_AGAIN:
                body[part.id], whole = now, at
            elif now != before:
                body[part.id] = told_rows(before, now) if key in names else now
                whole = whole if isinstance(body[part.id], dict) else at
            told[part.id] = now, whole
        self.told = told
        return compact(body) if body else None
