"""Writes tests/eval: the apps kept out of training as folders, and cases about them as data.

    python3 training/eval_cases.py tests/eval [--seed 11]

What a case expects is the effect (docs/evaluation.md): rows in the database, keys or numbers on screen,
or a refusal that changes nothing. OUT/long holds cases that come after many turns of other work. A
function of the seed.
"""
import argparse
import copy
import functools
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generator import clicks, commands, edits, mentions, refusals, schema, sql, views  # noqa: E402
from generator.session import Session, Turn  # noqa: E402

COMPONENTS = "../../../../configs/apps/alerts/components"
# (what is counted by, makers of the turns before, maker of the turn that counts, cases an app)
PLANS = [
    ("click", [], clicks.press_button, 5), ("click", [], clicks.state_click, 2),
    ("click", [], clicks.set_click, 1), ("click", [], clicks.delete_click, 1),
    ("submit", [views.settings], clicks.submit_settings, 3),
    ("command: change", [], commands.act_key, 2), ("command: change", [], commands.set_key, 1),
    ("command: change", [], commands.bulk, 1), ("command: change", [], commands.insert, 1),
    ("command: change", [commands.act_key], commands.again, 1),
    ("command: change", [clicks.press_button], commands.undo, 1),
    ("command: row by description", [], commands.act_row, 4),
    ("command: row by description", [], commands.set_row, 1),
    ("command: screen", [], views.show, 2), ("command: screen", [], views.show_thing, 4),
    ("command: screen", [], views.ranked, 1), ("command: screen", [], views.count, 2),
    ("command: screen", [], views.aggregate, 1), ("command: screen", [], views.per, 1),
    ("command: edit", [], edits.only, 2), ("command: edit", [], edits.hide, 1),
    ("command: edit", [], edits.order, 1), ("command: edit", [edits.only], edits.unfilter, 1),
    ("refusal", [], refusals.nonsense, 1), ("refusal", [], refusals.unknown_table, 1),
    ("refusal", [], refusals.no_column, 1), ("refusal", [], refusals.no_match, 1),
    ("injection", [], refusals.injection, 5),
]
OTHER_WORK = [clicks.press_button, clicks.press_button, clicks.state_click, clicks.set_click,
              commands.act_key, commands.set_key]
LONG = 200      # turns of other work
LONG_PLANS = [("row after many turns", commands.act_row, 2)]


def app_of(rng, kept_out):
    name, title, prompt, tables, _ = kept_out
    tables = copy.deepcopy(tables)
    for table in tables:
        schema._rights(rng, table)
        while len(table.rows) < 4:
            table.rows.clear()
            schema._rows(rng, table)
        table.rows = table.rows[:12]
    home = next(t for t in tables if t.state)
    home.update = home.update or schema.Rule([home.state.name], [home.key.name], 1)
    if home.state.name not in home.update.columns:
        home.update.columns.append(home.state.name)
    settings = schema._settings(rng, True)
    schema._rows(rng, settings)
    prompt += f" The first screen shows the {home.plural}."
    components = {r: schema.COMPONENTS[r][0] for r in ("table", "metric", "chart", "form", "toast")}
    routes = {"open": ["UIStateManifest"], "click": ["DatabaseAction", "Refusal"],
              "submit": ["DatabaseAction", "Refusal"],
              "command": ["UIStateManifest", "DatabaseAction", "UIPatch", "Refusal", "Undo", "Redo"]}
    return schema.App(name, prompt, tables + [settings], components, schema.FUNCTIONS, routes, title,
                      home.name)


def _flow(value):
    return json.dumps(value, ensure_ascii=False)


def _rule(rule):
    return _flow(rule.told())


def write_app(app, folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["version: 1", f"name: {app.name}", f"title: {_flow(app.title)}",
             f"prompt: {_flow(app.prompt)}", "schema: schema.sql", "seed: seed.sql", "components:"]
    lines += [f"  {name}: {COMPONENTS}/{name}.json" for name in app.components.values()]
    lines.append("routes:")
    lines += [f"  {kind}: {{ targets: [{', '.join(t)}] }}" for kind, t in app.routes.items()]
    lines += [f"mentions: {str(mentions.MENTIONS).lower()}", "policy:", f"  functions: [{', '.join(app.functions)}]", "  tables:"]
    for table in app.tables:
        lines += [f"    {table.name}:", f"      select: {_flow(table.select)}"]
        for verb in ("insert", "update", "delete"):
            if getattr(table, verb):
                lines.append(f"      {verb}: {_rule(getattr(table, verb))}")
    (folder / "app.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    types = {"integer": "INTEGER", "text": "TEXT", "real": "REAL", "boolean": "BOOLEAN"}
    tables, rows = [], []
    for table in app.tables:
        columns = []
        for c in table.columns:
            text = f"  {sql.name(c.name)} {types[c.type]}" + (" PRIMARY KEY" if c.role == "key" else "")
            if c.choices:
                text += f" CHECK ({sql.name(c.name)} IN ({', '.join(map(sql.literal, c.choices))}))"
            columns.append(text)
        tables.append(f"CREATE TABLE {sql.name(table.name)} (\n" + ",\n".join(columns) + "\n);\n")
        values = ",\n".join("  (" + ", ".join(map(sql.literal, row)) + ")" for row in table.rows)
        rows.append(f"INSERT INTO {sql.name(table.name)} VALUES\n{values};\n")
    (folder / "schema.sql").write_text("\n".join(tables), encoding="utf-8")
    (folder / "seed.sql").write_text("\n".join(rows), encoding="utf-8")


def _step(turn):
    if turn.event == "click":
        return f"click: {{ payload: {_flow(turn.payload)} }}"
    if turn.event == "submit":
        return f"submit: {{ componentId: {turn.payload['submit']}, values: {_flow(turn.payload['values'])} }}"
    return f"command: {_flow(turn.payload['command'])}"


def _values(table, columns, rows):
    flags = [bool(table.column(c) and table.column(c).role == "flag") for c in columns]
    return [[bool(v) if f and v is not None else v for f, v in zip(flags, row)] for row in rows]


def _changed_table(app, statement):
    words = statement.split(" ")
    return app.table((words[1] if words[0] == "UPDATE" else words[2]).strip('"'))


SO_ALREADY = ["error: not_allowed", 'says: ["is so already"]', "facts: unchanged"]


def expectations(session, turns, whole):
    """Lines of what must hold after turns that have been played, in the `whole` table or its cell."""
    if turns[-1].told_so:
        return SO_ALREADY
    kind = turns[-1].answer["kind"]
    out = [f"target: {kind}"] if kind != "undo" else []
    if kind == "refuse":
        return out + ["facts: unchanged"]
    if kind in ("sql", "undo"):
        table = _changed_table(session.app, [t.answer["sql"] for t in turns if "sql" in t.answer][-1])
        columns = [c.name for c in table.columns if table.readable(c)]
        row = []
        if not whole:
            table, changes, key = session.pending_action
            columns, row = list(changes), [(table.key.name, "=", key)]
        query = f"SELECT {', '.join(map(sql.name, columns))} FROM {sql.name(table.name)}" \
                f"{sql.where(row)} ORDER BY {sql.name(table.key.name)}"
        rows = session.facts.query(query, 1000)[1]
        return out + ["rows:", f"  {_flow(query)}: {_flow(_values(table, columns, rows))}"]
    part = session.screen.parts[0]
    rows = session.screen.rows(part)[1]
    if part.role == "metric":
        return out + [f"numbers: {_flow([rows[0][0]])}"]
    if part.role == "chart":
        points = [{"x": x, "y": y} for x, y in rows]
        return out + ["view:", f"  /components/0/points: {_flow(points)}"]
    at = part.query.columns.index(part.table.key.name)
    keys = [row[at] for row in rows]
    plain = part.query.order == ((sql.name(part.table.key.name), False),)
    if not plain and len({row[part.query.columns.index(o.strip('"'))] for row in rows
                          for o, _ in part.query.order}) < len(rows):
        plain = True    # equal rows may come in any order
    return out + [f"{'any_keys' if plain else 'keys'}: {_flow(keys)}"]


def case(app, rng, before, maker, whole=True):
    """(turns before, the turn, expectations), or None when the maker finds nothing to do."""
    session = Session(rng, copy.deepcopy(app), held_out=True, noise=False)
    parts = views.home(session.app)
    session.play(Turn("open", {"open": app.name}, session.manifest(parts), parts, event="open"))
    done = []
    for make in before + [maker]:
        session.pending_action = None
        turn = make(session)
        if turn is None:
            return None
        before_it = session.facts.dump()
        session.play(turn)
        # The host tells a command that leaves everything as it was so (docs/protocol.md, `not_allowed`).
        turn.told_so = turn.event == "command" and turn.answer["kind"] == "sql" and session.facts.dump() == before_it
        session.last_action = session.pending_action
        done.append(turn)
    told = expectations(session, done, whole)
    session.facts.close()
    if "null" in told[-1]:
        return None
    return done[:-1], done[-1], told


def long_case(app, rng, maker):
    """As `case`, after LONG turns of other work about what is on screen. What went wrong in those does
    not count."""
    found = case(app, rng, [busy] * LONG, maker, whole=False)
    return None if found and found[1].told_so else found     # which hangs on all that went before


def busy(session):
    while True:
        turn = session.rng.choice(OTHER_WORK)(session)
        if turn:
            return turn


def write_cases(app, rng, file, folder, plans, tries, may_fail=False):
    lines = ["# Made by training/eval_cases.py; this app and these phrases are kept out of training.",
             f"app: {folder}/{app.name}", "cases:"]
    count, said = 0, set()
    for kind, wanted, make in plans:
        for _ in range(wanted):
            for _ in range(tries):
                found = make(app, rng)
                if found and (text := str([t.payload for t in found[0]] + [found[1].payload])) not in said:
                    break
            else:
                continue
            said.add(text)
            count += 1
            earlier, turn, told = found
            lines += [f"  - name: {_flow(f'{app.name} {count}: {turn.kind}')}", f"    kind: {_flow(kind)}",
                      "    steps:", "      - open:"]
            for t in earlier:
                lines += [f"      - {_step(t)}"] + ["        error: any"] * (may_fail or t.told_so)
            lines += [f"      - {_step(turn)}"] + [f"        {line}" for line in told]
    if count == 0:
        return 0
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return count


def plans(table):
    """(kind, cases an app, maker of a case)"""
    return [(kind, wanted, functools.partial(case, before=before, maker=maker))
            for kind, before, maker, wanted in table]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--seed", type=int, default=11)
    options = arguments.parse_args()
    total = 0
    for number, kept_out in enumerate(a for a in schema.APPS if a[4]):
        rng = random.Random(options.seed * 1000 + number)
        app = app_of(rng, kept_out)
        write_app(app, options.folder / "apps" / app.name)
        total += write_cases(app, rng, options.folder / f"{app.name}.yaml", "apps", plans(PLANS), 200)
        total += write_cases(app, random.Random(rng.random()), options.folder / "long" / f"{app.name}.yaml",
                             "../apps", [(kind, wanted, functools.partial(long_case, maker=maker))
                                         for kind, maker, wanted in LONG_PLANS], 12,
                             may_fail=True)
    print(f"{total} cases about {number + 1} apps")


if __name__ == "__main__":
    main()
