"""What the host finds in the store for sentences to speak of (host/session/known_columns.h): texts that stand in
columns, and the key of the row in which one stands alone."""
import re

LONGEST = 64             # bytes of a text
MOST = 2000              # texts of a column; one that has more is not found
SHARED = 2               # a column whose texts stand in so many rows each tells no rows
_CHANGED = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE)\s+"?(\w+)', re.I)


def texts_of(db, table, column, key):
    """[(text, key of its row or None)]; `key`: the column of the table's key, or None."""
    told = f'min("{key}")' if key and key != column else "NULL"
    rows = db.execute(f'SELECT "{column}", count(*), {told} FROM "{table}" WHERE "{column}" IS NOT NULL'
                      f' GROUP BY 1 LIMIT {MOST + 1}').fetchall()
    if len(rows) > MOST:
        return []
    shared = sum(count for _, count, _ in rows) >= SHARED * len(rows)
    return [(text, row if count == 1 and not shared else None) for text, count, row in rows
            if isinstance(text, str) and text and len(text.encode()) <= LONGEST]


class Found:
    """`tables`: {name: table}; `texts(table)` makes its Mentions, which is asked for again after a change."""

    def __init__(self, tables, texts, names):
        self.tables, self.texts, self.names = tables, texts, names
        self.told = self.seeded = {name: texts(table) for name, table in tables.items()}
        self.stale = set()

    def now(self):
        if self.stale:
            self.told = {n: self.texts(t) if n in self.stale else self.told[n] for n, t in self.tables.items()}
            self.stale = set()
        return [*self.told.values(), self.names]

    def as_seeded(self):
        self.told, self.stale = self.seeded, set()

    def changed(self, statement=""):
        """By this one; without it, or where other tables may go along, everything."""
        found = _CHANGED.match(statement)
        self.stale |= {n for n in self.tables if not found or n.lower() == found[1].lower()}
