"""Whether two answers come to the same: rows after an action, rows on screen after a screen or a patch.

Spelling does not count: ids, titles, labels and the reason of a refusal may differ.
"""
import json

QUERY = "source"


def _rows_after(facts, statement):
    facts.db.execute("SAVEPOINT compared")
    try:
        facts.run(statement)
        return facts.dump()
    finally:
        facts.db.execute("ROLLBACK TO compared")
        facts.db.execute("RELEASE compared")


def _contents(facts, components):
    """What each component shows, in order."""
    out = []
    for component in components:
        if QUERY in component:
            names, rows = facts.query(component[QUERY])
            out.append((component["type"], names if component.get("actions") else len(names), rows))
        else:
            rest = {k: v for k, v in component.items() if k not in ("id", "title", "submit")}
            out.append((component["type"], json.dumps(rest, sort_keys=True)))
    return out


def edited(components, ops):
    """The components after a patch whose paths are /components/{id}[/member] or /components/-."""
    parts = [dict(c) for c in components]
    for op in ops:
        path = op["path"].split("/")[2:]
        if path == ["-"]:
            parts.append(op["value"])
            continue
        part = next(p for p in parts if p["id"] == path[0])
        if len(path) == 1 and op["op"] == "remove":
            parts.remove(part)
        else:
            part[path[1]] = op["value"]
    return parts


def same(session, expected, text):
    """(right kind?, right effect?) of what a model wrote, in a session that stands before the turn."""
    try:
        answer = json.loads(text)
        kind = answer["kind"]
    except (ValueError, KeyError, TypeError):
        return False, False
    if kind != expected["kind"]:
        return False, False
    facts = session.facts
    on_screen = [p.json for p in session.screen.parts]
    try:
        if kind in ("refuse", "undo", "redo"):
            return True, True
        if kind == "sql":
            return True, _rows_after(facts, answer["sql"]) == _rows_after(facts, expected["sql"])
        if kind == "patch":
            before, after = edited(on_screen, expected["ops"]), edited(on_screen, answer["ops"])
        else:
            before, after = expected["components"], answer["components"]
        return True, _contents(facts, before) == _contents(facts, after)
    except Exception:  # whatever a model can write that SQLite or the shape does not take
        return True, False
