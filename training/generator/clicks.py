"""Clicks and submits: one statement each."""
from . import pick, sql, words
from .session import Turn

PARAMS = ("{noun}_id", "{noun}_id", "{noun}_id", "id", "{key}", "{noun}", "{noun}_{key}")


def in_order(table, values):
    """Columns in the order of the catalog."""
    return {c.name: values[c.name] for c in table.columns if c.name in values}


def by_key(table, key):
    return [(table.key.name, "=", key)]


def by_value(table, param, key):
    """By the key that the event brings."""
    return [(table.key.name, "=", sql.Named(param, key))]


def named(values):
    return {column: sql.Named(column, value) for column, value in values.items()}


def param_of(rng, table):
    return rng.choice(PARAMS).replace("{noun}", table.noun).replace("{key}", table.key.name)


def click(s, kind, payload, text):
    return Turn(kind, payload, s.answer(text), event="click")


def _some_row(s, need=lambda t: t.update):
    """A table whose rows may be changed, and one of its rows; on screen if possible."""
    tables = [t for t in s.facts_tables() if need(t)]
    if not tables:
        return None
    on_screen = [p for p in s.screen.find("table") if p.table in tables and p.query.columns]
    if on_screen and s.chance(0.75):
        table = s.rng.choice(on_screen).table
    else:
        table = s.rng.choice(tables)
    rows = s.facts.rows(table)
    return (table, s.rng.choice(rows)) if rows else None


def press_button(s):
    """A button of a table on screen."""
    parts = [p for p in s.screen.find("table") if p.json.get("actions")]
    if not parts:
        return None
    part = s.rng.choice(parts)
    action = s.rng.choice(part.json["actions"])
    table = part.table
    rows = [r for r in s.visible(part) if "when" not in action or
            r[action["when"]["column"]] == action["when"]["equals"]]
    rows = rows if rows and s.chance(0.9) else s.visible(part)
    states = [c for c in table.state.choices
              if f"{words.button_verb(c)}_{table.noun}" == action["user_action"]]
    if not rows or len(states) != 1:
        return None
    row = s.rng.choice(rows)
    key = pick.key_of(table, row)
    text = sql.update(table.name, {table.state.name: states[0]}, by_value(table, action["param"], key))
    return click(s, "click_button", {"user_action": action["user_action"], action["param"]: key}, text)


def state_click(s):
    """A verb that no button on screen has."""
    picked = _some_row(s, lambda t: t.state and t.writable(t.state))
    if not picked:
        return None
    table, row = picked
    state = s.rng.choice(table.state.choices)
    verbs = words.verbs_for(state)
    verb = s.rng.choice(verbs).replace(" ", "_") if verbs and s.chance(0.85) else f"mark_{state}"
    key = pick.key_of(table, row)
    param = param_of(s.rng, table)
    action = f"{verb}_{table.noun}" if s.chance(0.85) else verb
    if verb.startswith("mark_") and s.chance(0.5):
        action = f"mark_{table.noun}_{state}"
    if _means_other(table, state, verb):
        return None
    text = sql.update(table.name, {table.state.name: state}, by_value(table, param, key))
    return click(s, "click_state", {"user_action": action, param: key}, text)


def _means_other(table, state, verb):
    """Whether the verb could mean another state of the table as well."""
    verb = verb.replace("_", " ")
    return any(verb in words.verbs_for(other) for other in table.state.choices if other != state)


def set_click(s):
    picked = _some_row(s)
    if not picked:
        return None
    table, row = picked
    column = table.column(s.rng.choice(table.update.columns))
    value = pick.new_value(s.rng, column)
    if not value:
        return None
    key = pick.key_of(table, row)
    action = s.rng.choice((f"set_{column.name}", f"change_{column.name}",
                           f"set_{table.noun}_{column.name}", f"update_{column.name}"))
    member = column.name if s.chance(0.6) else "value"
    param = param_of(s.rng, table)
    if param == member:
        return None
    return click(s, "click_set", {"user_action": action, param: key, member: value[1]},
                 sql.update(table.name, {column.name: sql.Named(member, value[1])},
                            by_value(table, param, key)))


def assign_click(s):
    picked = _some_row(s, lambda t: t.update and _assignees(t))
    if not picked:
        return None
    table, row = picked
    column = _assignees(table)[0]
    value = pick.new_value(s.rng, column, row[column.name])
    if not value:
        return None
    key = pick.key_of(table, row)
    param, member = param_of(s.rng, table), s.rng.choice((column.name, "to", "person"))
    if param == member:
        return None
    return click(s, "click_assign", {"user_action": f"assign_{table.noun}", param: key, member: value[1]},
                 sql.update(table.name, {column.name: sql.Named(member, value[1])},
                            by_value(table, param, key)))


def _assignees(table):
    people = table.of_role("person")
    return people if len(people) == 1 and table.writable(people[0]) else []


def step_click(s):
    numbers = lambda t: [c for c in t.of_role("int") if t.writable(c)]
    picked = _some_row(s, lambda t: t.update and numbers(t))
    if not picked:
        return None
    table, row = picked
    column = s.rng.choice(numbers(table))
    key = pick.key_of(table, row)
    up = s.chance(0.5)
    verb = s.rng.choice(("increment", "increase", "raise", "add") if up else
                        ("decrement", "decrease", "lower", "reduce"))
    param = param_of(s.rng, table)
    payload = {"user_action": f"{verb}_{column.name}", param: key}
    by = step = 1
    if s.chance(0.5):
        by, member = s.rng.randint(2, 20), s.rng.choice(("by", "amount", "step"))
        if member == param:
            return None
        payload[member] = by
        step = sql.Named(member, by)
    change = ("+" if up else "-", step)
    return click(s, "click_step", payload,
                 sql.update(table.name, {column.name: change}, by_value(table, param, key)))


def flag_click(s):
    flags = lambda t: [c for c in t.of_role("flag") if t.writable(c)]
    picked = _some_row(s, lambda t: t.update and flags(t))
    if not picked:
        return None
    table, row = picked
    column = s.rng.choice(flags(table))
    key = pick.key_of(table, row)
    yes = s.chance(0.6)
    action = s.rng.choice((f"mark_{column.name}", f"set_{column.name}", f"mark_{table.noun}_{column.name}")
                          if yes else (f"unmark_{column.name}", f"clear_{column.name}",
                                       f"unset_{column.name}"))
    param = param_of(s.rng, table)
    return click(s, "click_flag", {"user_action": action, param: key},
                 sql.update(table.name, {column.name: yes}, by_value(table, param, key)))


def new_row(s, table):
    """Values for a row that may be inserted, in the order of the catalog; None if a key is taken."""
    values = {}
    for name in table.insert.columns:
        column = table.column(name)
        if column.role == "key":
            key = words.code(s.rng)
            if s.row_of(table, key):
                return None
            values[name] = key
            continue
        if column.role not in ("title",) and s.chance(0.35):
            continue
        value = (None, s.chance(0.5)) if column.role == "flag" else pick.new_value(s.rng, column)
        if not value:
            return None
        values[name] = value[1]
    return in_order(table, values) if values else None


def insert_click(s):
    tables = [t for t in s.facts_tables() if t.insert]
    if not tables:
        return None
    table = s.rng.choice(tables)
    values = new_row(s, table)
    if not values:
        return None
    shuffled = list(values.items())
    if s.chance(0.4):
        s.rng.shuffle(shuffled)
    verb = s.rng.choice(("add", "create", "new", "insert"))
    return click(s, "click_insert", {"user_action": f"{verb}_{table.noun}", **dict(shuffled)},
                 sql.insert(table.name, named(values)))


def delete_click(s):
    picked = _some_row(s, lambda t: t.delete)
    if not picked:
        return None
    table, row = picked
    if table.state and any("remove" in words.verbs_for(c) for c in table.state.choices):
        return None
    key = pick.key_of(table, row)
    verb = s.rng.choice(("delete", "delete", "remove", "erase"))
    param = param_of(s.rng, table)
    return click(s, "click_delete", {"user_action": f"{verb}_{table.noun}", param: key},
                 sql.delete(table.name, by_value(table, param, key)))


def submit_settings(s):
    tables = [t for t in s.app.tables if t.use == "settings" and t.update]
    if not tables:
        return None
    table = tables[0]
    row = s.rng.choice(s.facts.rows(table))
    key, _, kind, value = (c.name for c in table.columns)
    new = {"number": lambda: str(s.rng.randint(1, 500)),
           "toggle": lambda: s.rng.choice(("true", "false")),
           "text": lambda: words.fill(s.rng, s.rng.choice(
               ("{first}@example.org", "{place}", "{company}", "{n}:{n}", "{product}")))}
    said = new[row[kind]]()
    payload = {"submit": table.name, "values": {row[key]: said}}
    return Turn("submit", payload, s.answer(sql.update(table.name, {value: sql.Named(row[key], said)},
                                                       [(key, "=", row[key])])), event="submit")


def submit_entry(s):
    """The form for a new row, which an earlier command put on screen."""
    parts = s.screen.find("entry")
    if not parts:
        return None
    table = parts[0].table
    values = new_row(s, table)
    if not values:
        return None
    return Turn("submit_entry", {"submit": parts[0].id, "values": values},
                s.answer(sql.insert(table.name, named(values))), event="submit")


MAKERS = [(30, press_button), (12, state_click), (6, set_click), (4, assign_click), (4, step_click),
          (3, flag_click), (4, insert_click), (4, delete_click), (9, submit_settings),
          (60, submit_entry)]
