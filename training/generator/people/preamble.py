"""The body of the `app` entry of an app that people wrote (host/app/preamble.cpp)."""
from .. import schema
from ..event_log import compact
from .links import links_of
from .world import World as Names

UNDO = True        # whether commands may take the last change back
CHOOSE = False     # whether commands may be answered with a question back


def _columns(world, rule):
    return "all" if rule == "all" else [world.column(None, c) for c in rule]


def policy_of(table, world):
    """The table's policy without what the session takes away."""
    out = {}
    for verb, rule in (table.policy or {}).items():
        if (verb, table.name, None) in world.denied:
            continue
        lost = {c for v, t, c in world.denied if v == verb and t == table.name}
        if lost:
            kept = [c.name for c in table.columns if table.may(verb, c.name) and c.name not in lost]
            rule = dict(rule, columns=kept)
        out[verb] = rule
    return out


def _table(table, world, links):
    policy = policy_of(table, world)
    seen, select = set(), policy.get("select")
    for verb in ("insert", "update", "delete"):
        rule = policy.get(verb)
        if rule is None:
            continue
        columns = rule.get("columns", "all" if verb == "insert" else [])
        seen |= {c.name for c in table.columns} if columns == "all" else set(columns)
        seen |= set(rule.get("where", ()))
    seen |= {c.name for c in table.columns} if select == "all" else set(select or ())
    columns = {world.column(table.name, c.name): {"one_of": [world.text(v) for v in c.choices]} if c.choices else c.type
               for c in table.columns if c.name in seen}
    if not columns:
        return None
    out = {"columns": columns}
    keys = [world.column(table.name, c.name) for c in table.columns if c.key and c.name in seen]
    if keys:
        out["key"] = keys
    if select is not None:
        out["select"] = _columns(world, select)
    for verb in ("insert", "update", "delete"):
        if verb in policy:
            rule, told = policy[verb], {}
            if verb != "delete":
                told["columns"] = _columns(world, rule.get("columns", "all"))
            if verb != "insert":
                told["where"] = _columns(world, rule["where"])
            told["max_rows"] = rule.get("max_rows", 1)
            out[verb] = told
    if select is not None:
        _tell_links(table, world, links, out)
    return out


def _tell_links(table, world, links, out):
    """Where a query may go on from a row: "of", to one of another table; "has", to many."""
    for link in links.get(table.name, ()):
        if "select" in (table.app.tables[link.table].policy or {}):
            out.setdefault("has" if link.many else "of", {})[link.name] = world.table(link.table)


def routes(rng):
    command = ["UIStateManifest", "DatabaseAction", "UIPatch", "Refusal"]
    if rng and rng.random() < 0.4:
        command.remove("UIPatch")
    command += ["Undo", "Redo"] * UNDO + ["Choice"] * CHOOSE
    return {"open": ["UIStateManifest"], "click": ["DatabaseAction", "Refusal"],
            "submit": ["DatabaseAction", "Refusal"], "command": command}


def preamble(app, world, components, functions, routes, beside=(), prompt=None):
    """`beside`: tables of other apps that nobody speaks of; `prompt`: in place of the app's."""
    others = links_of({t.name: t for t in beside})
    told = {t.name: _table(t, Names(), others) for t in beside}
    for table in app.tables.values():
        if table.policy is not None:
            told[world.table(table.name)] = _table(table, world, world.links or app.links)
    shown = {}
    for role, name in components.items():
        _, about, properties = schema.COMPONENTS[role]
        shown[name] = {"about": about, "properties": properties}
    out = {"app": app.name, "prompt": world.phrase(app.prompt if prompt is None else prompt),
           "tables": {n: told[n] for n in sorted(told, key=lambda n: n.encode()) if told[n]},
           "functions": functions, "components": shown}
    if app.actions:
        out["actions"] = {}
        for name, action in app.actions.items():
            entry = out["actions"][name] = {"on": world.table(action["on"])}
            if action.get("about"):
                entry["about"] = action["about"]
            if action.get("when"):
                entry["when"] = world.sql(action["when"])
    out["routes"] = routes
    return compact(out)
