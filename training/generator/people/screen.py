"""What is on screen: components with their queries, and what the model is told of their rows."""
from dataclasses import dataclass

from ..event_log import compact
from ..facts import SHOWN_ROWS, shortened
from ..mentions import Mentions
from ..screens import WHOLE_AGAIN, told_rows
from .expressions import Cannot
from .parse import parse

ROWS_TOLD = "table"
UPPER = {ord(c): ord(c.upper()) for c in "abcdefghijklmnopqrstuvwxyz"}     # "ß" stays one letter


@dataclass
class Part:
    role: str
    json: dict
    query: str                 # with the app's own names
    table: str = None
    keys: list = None          # places of the key's columns among those of the query
    select: dict = None        # of what the model wrote

    @property
    def id(self):
        return self.json["id"]


def keys_of(app, text):
    """(table, places of its key) of a query that the app wrote; (None, None) when it has none."""
    try:
        tree = parse(text)
    except Cannot:
        return None, None
    table = app.tables.get(getattr(tree, "table", None))
    if table is None or tree.group or tree.distinct or not table.keys:
        return None, None
    names = []
    for expression, _ in tree.items:
        if expression == ("star",):
            names += table.shown
        elif expression[0] == "column" and expression[1] in (None, tree.alias):
            names.append(expression[2])
        else:
            names.append(None)
    if not all(k in names for k in table.keys):
        return table.name, None
    return table.name, [names.index(k) for k in table.keys]


def nulls_placed(text):
    """The query with NULLs where the runtime has them: last, and first where it descends (docs/sql.md)."""
    at = text.translate(UPPER).rfind(" ORDER BY ")
    if at < 0 or ")" in text[at:]:
        return text
    keys, behind = text[at + 10:], ""
    if (limit := keys.translate(UPPER).find(" LIMIT ")) >= 0:
        keys, behind = keys[:limit], keys[limit:]
    placed = [k.strip() + ("" if " NULLS " in k.upper() else
                           " NULLS FIRST" if k.upper().strip().endswith(" DESC") else " NULLS LAST")
              for k in keys.split(",")]
    return f"{text[:at]} ORDER BY {', '.join(placed)}{behind}"


class Screen:
    def __init__(self, db, world):
        self.db, self.world = db, world
        self.parts, self.told = [], {}
        self.known = {}            # query → rows as they are told, until something changes

    def replace(self, parts, anew):
        self.parts = parts
        if anew:
            self.told = {}

    def moved(self, lines):
        self.told = {id: (rows, whole + lines) for id, (rows, whole) in self.told.items()}

    def mentions(self, app):
        """Texts and keys of the rows that can be spoken of (host/session/mentions.cpp)."""
        out, text, world = Mentions(), self.world.text, self.world
        for part in self.parts:
            if part.role != ROWS_TOLD or part.id not in self.told or not part.keys:
                continue
            rows = self.db.execute(nulls_placed(part.query))
            table, names = app.tables[part.table], [d[0] for d in rows.description]
            own = [table.column(n) if "." not in n and "(" not in n else None for n in names]
            places = [f"{world.table(table.name)}.{world.column(table.name, c.name)}" if c else n
                      for n, c in zip(names, own)]
            key = part.keys[0] if len(part.keys) == 1 else None
            for row in rows.fetchmany(SHOWN_ROWS):
                known = row[key] if key is not None else None
                known = text(known) if isinstance(known, str) else known
                for i, value in enumerate(row):
                    if i == key and isinstance(value, (int, str)):
                        out.add_key(known, places[i])
                    elif isinstance(value, str):
                        out.add_value(text(value), places[i], known)
        return out

    def digest(self, part):
        """Key and texts of the rows (host/session/shown.cpp)."""
        out, text = [], self.world.text
        keys = part.keys
        for row in self.db.execute(nulls_placed(part.query)).fetchmany(SHOWN_ROWS):
            told = []
            if keys:
                own = [text(row[k]) if isinstance(row[k], str) else row[k] for k in keys]
                told.append(own[0] if len(own) == 1 else own)
            told += [shortened(text(v)) for i, v in enumerate(row)
                     if isinstance(v, str) and not (keys and i in keys)]
            out.append(told)
        return out

    def places_hold(self):
        """Whether rows stand where who wrote the app saw them, whose NULLs came first."""
        return all(self.db.execute(p.query).fetchall() == self.db.execute(nulls_placed(p.query)).fetchall()
                   for p in self.parts if p.role == ROWS_TOLD)

    def changed(self, at):
        body, told = {}, {}
        for part in self.parts:
            if part.role != ROWS_TOLD:
                continue
            now = self.digest(part)
            before, whole = self.told.get(part.id, (None, at))
            if before is None or at - whole >= WHOLE_AGAIN:
                body[part.id], whole = now, at
            elif now != before:
                body[part.id] = told_rows(before, now) if part.keys else now
                whole = whole if isinstance(body[part.id], dict) else at
            told[part.id] = now, whole
        self.told = told
        return compact(body) if body else None

    def all_told(self):
        return compact({id: rows for id, (rows, _) in self.told.items()})
