"""What a sentence can speak of beside what is on screen, in the words of a session (generator/found.py)."""
from .. import found
from ..mentions import Mentions


def values_of(db, table):
    """[(column, value, key of the row it stands alone in, or None)] of the texts of a table."""
    key = table.keys[0] if len(table.keys) == 1 and table.readable(table.keys[0]) else None
    out = []
    for name in table.shown:
        column = table.column(name)
        if column.choices:
            out += [(name, value, None) for value in column.choices if isinstance(value, str)]
        elif column.type == "text":
            out += [(name, *told) for told in found.texts_of(db, table.name, name, key)]
    return out


def found_in(stage):
    tables = {t.name: t for t in stage.app.tables.values() if t.shown}
    texts = {name: stage.entry.texts(table) for name, table in tables.items()}     # at first those of the seed

    def told(table):
        return _told(stage.world, table, texts.pop(table.name, None) or values_of(stage.db, table))
    return found.Found(tables, told, _names(stage.world, tables.values()))


def _told(world, table, values):
    out = Mentions()
    name, columns = world.table(table.name), {c: world.column(table.name, c) for c in table.shown}
    for column, value, key in values:
        out.add_value(world.text(value), f"{name}.{columns[column]}", world.text(key) if isinstance(key, str) else key)
    return out


def _names(world, tables):
    out = Mentions()
    for table in tables:
        name = world.table(table.name)
        out.add_table(name)
        for column in table.shown:
            out.add_column(name, world.column(table.name, column))
    return out
