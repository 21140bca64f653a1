#!/usr/bin/env python3
"""Makes of apps with what is said to them such in which the right answer is that nothing is there.

    state-runtime eval configs/alerts.yaml tests/eval/people/dev --json right.json
    python3 training/nothing_there.py OUT --apps tests/eval/people/dev --right right.json
    state-runtime eval configs/alerts.yaml OUT

Of each turn that was right and asked to see rows of conditions, one app: the same, without the rows that
the query finds. So what a model reads rightly stays what it has to read, and an empty screen is right.
"""
import argparse
import json
import re
import sqlite3
from pathlib import Path

import yaml

QUERY = re.compile(r"SELECT .*? FROM (?P<source>(?P<table>\"?\w+\"?)(?: AS)?(?: (?P<alias>\w+))?.*?)"
                   r"(?: ORDER BY .*)?$", re.S)
NOT_AN_ALIAS = {"WHERE", "JOIN", "LEFT", "ORDER"}
OTHER_FORMS = ("GROUP BY", " LIMIT ", "(SELECT", "DISTINCT")


class Loader(yaml.SafeLoader):
    """As the product reads YAML: `on` is a key, and a day is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def literal(value):
    if value is None:
        return "NULL"
    return repr(value) if isinstance(value, (int, float)) else "'" + value.replace("'", "''") + "'"


def without_rows(app, query):
    """The seed of the app without what the query finds; None where that cannot be done."""
    found = QUERY.match(query)
    if not found or "WHERE" not in query or any(form in query for form in OTHER_FORMS):
        return None
    table, alias = found["table"], found["alias"]
    if alias is None or alias.upper() in NOT_AN_ALIAS:
        alias = table
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(app["schema"])
        db.executescript(app["seed"])
        gone = db.execute(f"DELETE FROM {table} WHERE rowid IN "
                          f"(SELECT {alias}.rowid FROM {found['source']})").rowcount
        while lost := db.execute("PRAGMA foreign_key_check").fetchall():
            if any(row[1] is None for row in lost):
                return None  # a table without rowids
            for row in lost:
                db.execute(f'DELETE FROM "{row[0]}" WHERE rowid = ?', (row[1],))
        if gone == 0 or db.execute(query).fetchall():
            return None
    except sqlite3.Error:
        return None  # written for PostgreSQL
    seed = ""
    for name in re.findall(r'CREATE TABLE ("?\w+"?)', app["schema"]):
        rows = db.execute(f"SELECT * FROM {name}").fetchall()
        if rows:
            seed += f"INSERT INTO {name} VALUES " + ", ".join(
                "(" + ", ".join(map(literal, row)) + ")" for row in rows) + ";\n"
    return seed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--apps", type=Path, required=True)
    parser.add_argument("--right", type=Path, required=True, help="what eval wrote of them with --json")
    args = parser.parse_args()
    turns = json.loads(args.right.read_text(encoding="utf-8"))["spoken"]["turns"]
    right = {(turn["app"], turn["said"]) for turn in turns if turn["right"] and turn["of"] == 1}
    args.out.mkdir(parents=True, exist_ok=True)
    made = 0
    for path in sorted(args.apps.glob("*.yaml")):
        app = yaml.load(path.read_text(encoding="utf-8"), Loader)
        for place, event in enumerate(app["events"]):
            query = event.get("show")
            if query is None or "or" in event or (app["app"], event.get("say")) not in right:
                continue
            seed = without_rows(app, query)
            if seed is None:
                continue
            name = f"{app['app']}_{place}"
            (args.out / f"{name}.yaml").write_text(
                yaml.safe_dump({**app, "app": name, "seed": seed, "events": [event]}, allow_unicode=True,
                               sort_keys=False, width=100000), encoding="utf-8")
            made += 1
    print(f"{made} apps in which nothing is there")


if __name__ == "__main__":
    main()
