"""Commands that edit the screen: patches that name components by id."""
from dataclasses import replace

from . import pick, screens, sql, words
from .views import count_part


def _list_on_screen(s):
    parts = s.screen.find("table")
    return parts[0] if len(parts) == 1 and parts[0].query.columns else None


def _with_query(s, kind, command, part, query):
    """The list on screen with another query."""
    text = query.text()
    if text == part.json["source"]:
        return None
    after = replace(part, json=dict(part.json, source=text), query=query)
    parts = [after if p is part else p for p in s.screen.parts]
    ops = [{"op": "replace", "path": f"/components/{part.id}/source", "value": text}]
    return s.edit(kind, command, ops, parts)


def _newest(table):
    days = table.of_role("day")
    if days:
        return sql.name(days[0].name)
    return sql.name(table.key.name) if table.key.type == "integer" else None


def order(s):
    part = _list_on_screen(s)
    if not part:
        return None
    table = part.table
    if s.chance(0.4):
        column, down = _newest(table), s.chance(0.6)
        if not column:
            return None
        command = s.say("newest" if down else "oldest")
    else:
        columns = [c for c in table.columns if c.name in part.query.columns]
        down = s.chance(0.5)
        picked = s.rng.choice(columns)
        command = s.say("sort_down" if down else "sort_up", column=picked.spoken)
        if picked.role not in ("int", "real") and not any(
                w in command.lower() for w in ("sort", "order", " by ", "sequence")):
            return None
        column = sql.name(picked.name)
    return _with_query(s, "order", command, part, replace(part.query, order=((column, down),)))


def _value_said(s, table):
    """A value of one column only: (column, value, how it is said)."""
    columns = table.of_role("state", "kind")
    pairs = [(c, v) for c in columns for v in c.choices
             if sum(v in d.choices for d in columns) == 1]
    if not pairs:
        return None
    column, value = s.rng.choice(pairs)
    return column, value, words.spoken(value)


def only(s):
    part = _list_on_screen(s)
    if not part:
        return None
    table = part.table
    people = table.of_role("person")
    if len(people) == 1 and s.chance(0.3):
        rows = s.facts.rows(table)
        who = rows and s.rng.choice(rows)[people[0].name]
        if not who:
            return None
        return _with_query(s, "only", s.say("only_who", value=who), part,
                           part.query.filtered(people[0].name, "=", who))
    picked = _value_said(s, table)
    if not picked:
        return None
    column, value, said = picked
    query = part.query.filtered(column.name, "=", value)
    if s.chance(0.2) and (newest := _newest(table)):
        return _with_query(s, "only", s.say("only_newest", value=said), part,
                           replace(query, order=((newest, True),)))
    return _with_query(s, "only", s.say("only", value=said), part, query)


def hide(s):
    part = _list_on_screen(s)
    picked = part and _value_said(s, part.table)
    if not picked:
        return None
    column, value, said = picked
    kept = tuple(c for c in part.query.conditions if c[0] != column.name or c[1] == "<>")
    hidden = (column.name, "<>", value)
    if hidden in kept:
        return None
    return _with_query(s, "hide", s.say("hide", value=said), part,
                       replace(part.query, conditions=kept + (hidden,)))


def first_n(s):
    part = _list_on_screen(s)
    n = s.rng.choice((1, 2, 3, 5, 10))
    return part and _with_query(s, "first_n", s.say("first_n", n=n), part,
                                replace(part.query, limit=n))


def unfilter(s):
    part = _list_on_screen(s)
    if not part or not (part.query.conditions or part.query.limit):
        return None
    return _with_query(s, "unfilter", s.say("unfilter"), part,
                       replace(part.query, conditions=(), limit=0))


def with_title(json, title):
    """Members stand in the order of the component's properties."""
    return {**{k: json[k] for k in ("type", "id")}, "title": title, **{k: v for k, v in json.items()
                                                                     if k not in ("type", "id", "title")}}


def retitle(s):
    if not s.screen.parts or s.screen.parts[0].role in ("metric", "toast") or (
            len(s.screen.parts) > 1 and s.screen.parts[0].role != "table"):
        return None
    part = s.screen.parts[0]
    title = words.capital(s.rng.choice((
        f"{s.rng.choice(words.POOLS['mood'])} {s.rng.choice(words.POOLS['product'])}",
        f"{part.table.plural if part.table else 'list'} of {s.rng.choice(words.POOLS['place'])}",
        f"{words.made_up(s.rng)} {s.rng.randint(1, 99)}", s.rng.choice(words.POOLS["song"]))))
    after = replace(part, json=with_title(part.json, title))
    return s.edit("retitle", s.say("retitle", title=title),
                  [{"op": "replace" if "title" in part.json else "add",
                    "path": f"/components/{part.id}/title", "value": title}],
                  [after] + s.screen.parts[1:])


def remove_part(s):
    if len(s.screen.parts) < 2:
        return None
    part = s.rng.choice(s.screen.parts)
    titles = [p.title for p in s.screen.parts]
    if titles.count(part.title) != 1 or not part.title:
        return None
    said = part.title if s.chance(0.5) else part.title.lower()
    return s.edit("remove_part", s.say("remove_part", part=said),
                  [{"op": "remove", "path": f"/components/{part.id}"}],
                  [p for p in s.screen.parts if p is not part])


def _added(s, kind, command, part):
    return s.edit(kind, command, [{"op": "add", "path": "/components/-", "value": part.json}],
                  s.screen.parts + [part])


def add_count(s):
    if not s.screen.parts or len(s.screen.parts) > 6:
        return None
    table = s.rng.choice(s.facts_tables())
    what = pick.thing(s.rng, table, s.facts.rows(table), 1)
    if not what:
        return None
    return _added(s, "add_count", s.say("add_count", thing=what.spoken),
                  count_part(s.app, table, what, s.screen.parts))


def add_table(s):
    on_screen = [p.table for p in s.screen.find("table")]
    tables = [t for t in s.facts_tables() if t not in on_screen]
    if not tables or not s.screen.parts or len(s.screen.parts) > 5:
        return None
    table = s.rng.choice(tables)
    return _added(s, "add_table", s.say("add_table", plural=table.plural),
                  screens.table_part(s.app, table, parts=s.screen.parts))


MESSAGES = ("Lunch is ready", "Back in ten minutes", "Good work", "The line is down",
            "Shift ends at six", "Meeting in room 4", "Call {first}", "Wait for {company}",
            "{place} is closed today", "Thank you all")


def toast(s):
    if s.screen.find("toast") or not s.screen.parts:
        return None
    message = words.fill(s.rng, s.rng.choice(MESSAGES))
    return _added(s, "toast", s.say("toast", message=message),
                  screens.toast_part(s.app, message, s.screen.parts))


def no_list(s):
    """An edit of a list where there is none."""
    if s.screen.find("table"):
        return None
    kind = s.rng.choice(("newest", "oldest", "unfilter", "first_n", "hide", "only"))
    tables = [t for t in s.facts_tables() if t.state]
    if kind in ("hide", "only") and not tables:
        return None
    value = words.spoken(s.rng.choice(s.rng.choice(tables).state.choices)) if tables else ""
    return s.refuse("no_list", s.say(kind, n=s.rng.choice((1, 3, 5)), value=value),
                    "unknown")


MAKERS = [(6, order), (9, only), (7, hide), (3, first_n), (5, unfilter), (3, retitle),
          (8, remove_part), (4, add_count), (4, add_table), (2, toast), (3, no_list)]
