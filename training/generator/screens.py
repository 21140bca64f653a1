"""Screens: components in the canonical form that the model writes, and edits of them."""
from dataclasses import dataclass

from . import sql, words
from .facts import shown, table_digest


@dataclass
class Part:
    """One component: its JSON as written, and the query behind it."""
    role: str
    json: dict
    query: object = None
    table: object = None

    @property
    def id(self):
        return self.json["id"]

    @property
    def title(self):
        return self.json.get("title") or self.json.get("label") or ""


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
    json = {"type": app.components["table"], "id": fresh_id(parts, table.name),
            "title": title or words.capital(table.plural), "source": query.text()}
    actions = buttons(app, table, all_buttons)
    if actions and table.key.name in query.columns and table.state.name in query.columns:
        json["actions"] = actions
    return Part("table", json, query, table)


def metric_part(app, table, id_, label, query, parts=(), unit=None):
    json = {"type": app.components["metric"], "id": fresh_id(parts, id_), "label": label,
            "source": query.text()}
    if unit:
        json["unit"] = unit
    return Part("metric", json, query, table)


def chart_part(app, table, id_, title, query, parts=(), unit=None):
    json = {"type": app.components["chart"], "id": fresh_id(parts, id_), "title": title,
            "source": query.text()}
    if unit:
        json["unit"] = unit
    return Part("chart", json, query, table)


def form_part(app, table):
    key, label, kind, value = table.columns
    items = tuple(sql.name(c.name) if c.name == wanted else f"{sql.name(c.name)} AS {wanted}"
                  for c, wanted in zip((key, label, kind, value), ("name", "label", "kind", "value")))
    query = sql.Select(table.name, items, order=((sql.name(key.name), False),))
    return Part("form", {"type": app.components["form"], "id": table.name,
                         "title": words.capital(table.plural), "source": query.text(),
                         "submit": "Save"}, query, table)


def entry_part(app, table):
    return Part("entry", {"type": app.components["entry"], "id": f"new_{table.noun}",
                          "title": f"New {table.one}", "fields": list(table.insert.columns),
                          "submit": "Add"}, None, table)


def toast_part(app, message, parts=()):
    return Part("toast", {"type": app.components["toast"], "id": fresh_id(parts, "toast"),
                          "level": "info", "message": message})


class Screen:
    """What is on screen now, and what the model was last shown of it."""

    def __init__(self, facts):
        self.facts = facts
        self.parts = []
        self.last = ""

    def find(self, role):
        return [p for p in self.parts if p.role == role]

    def rows(self, part):
        return self.facts.query(part.query.text())

    def digest(self):
        out = {}
        for part in self.parts:
            if part.role == "table":
                names, rows = self.rows(part)
                out[part.id] = table_digest(names, rows, part.table.key.name)
        return shown(out)

    def changed(self):
        """The `shown` body when what is on screen reads differently now, else None."""
        digest = self.digest()
        if digest == self.last:
            return None
        self.last = digest
        return digest
