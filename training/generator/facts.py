"""The facts of a session: an SQLite database in memory, run by what the generator or a model wrote."""
import sqlite3

from . import sql

SHOWN_ROWS = 20
SHOWN_TEXT = 120  # bytes of one text
_TYPES = {"integer": "INTEGER", "text": "TEXT", "real": "REAL", "boolean": "BOOLEAN"}


def _bucket(at, width):
    return at - (at % width + width) % width


class Facts:
    def __init__(self, app):
        self.app = app
        self.given = {}     # the values of the event that is being answered, by name
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.create_function("bucket", 2, _bucket)
        for table in app.tables:
            columns = ", ".join(
                sql.name(c.name) + " " + _TYPES[c.type] + (" PRIMARY KEY" if c.role == "key" else "")
                for c in table.columns)
            self.db.execute(f"CREATE TABLE {sql.name(table.name)} ({columns})")
            if table.rows:
                marks = ", ".join("?" * len(table.columns))
                self.db.executemany(f"INSERT INTO {sql.name(table.name)} VALUES ({marks})",
                                    table.rows)

    def close(self):
        self.db.close()

    def run(self, text):
        """How many rows an action changed; what it names are the values of the event."""
        return self.db.execute(*sql.bound(text, self.given)).rowcount

    def kept(self):
        """All facts as they are, for put_back."""
        out = sqlite3.connect(":memory:")
        self.db.backup(out)
        return out

    def put_back(self, kept):
        kept.backup(self.db)

    def query(self, text, limit=500):
        """(names of the columns, rows)"""
        cursor = self.db.execute(text)
        return [d[0] for d in cursor.description], cursor.fetchmany(limit)

    def rows(self, table, conditions=()):
        """Rows as dictionaries, by key."""
        names, rows = self.query(f"SELECT * FROM {sql.name(table.name)}{sql.where(conditions)} "
                                 f"ORDER BY {sql.name(table.key.name)}")
        return [dict(zip(names, row)) for row in rows]

    def dump(self):
        """Everything, to compare two databases."""
        return {t.name: sorted(map(repr, self.query(f"SELECT * FROM {sql.name(t.name)}", 100000)[1]))
                for t in self.app.tables}


def shortened(text):
    data = text.encode()
    if len(data) <= SHOWN_TEXT:
        return text
    return data[:SHOWN_TEXT].decode(errors="ignore") + "…"


def table_digest(names, rows, key):
    """Rows of one table on screen as `shown` holds them (host/session/shown.cpp)."""
    out = []
    for row in rows[:SHOWN_ROWS]:
        values = [row[names.index(key)]] if key in names else []
        values += [shortened(v) for n, v in zip(names, row) if n != key and isinstance(v, str)]
        out.append(values)
    return out
