"""Where the values of an answer come from: the sentence, the screen, the few values of a column."""
from .. import said_days
from ..facts import SHOWN_ROWS
from . import said
from .expressions import Cannot
from .shapes import Shaper
from .text import PATTERNS, PLAINLY, plain

FEW = 50               # distinct values of a column that the runtime knows by heart


class Context:
    """The app, its facts while a turn is compiled, and what was said so far."""

    def __init__(self, app, db):
        self.app, self.db = app, db
        self.shaper = Shaper(app, self.look_up)
        self.heard = ""        # this turn and those before it in the same talk
        self.screen = "home"   # on which the event begins
        self.near = {}         # days on the app's screens, by their names
        self.known_days = {}   # by what was heard
        self.needs = []
        self.values = None     # what a click or a submit brings

    def rows(self, text):
        return self.db.execute(text).fetchall()

    def days(self):
        """Those that a statement may hold: what was said, and today."""
        if self.heard not in self.known_days:
            spans = [s for text in self.heard.split(" \n ") for s in said_days.days_of(text, self.app.today, self.on_screen())]
            self.known_days[self.heard] = said_days.writable(spans) | {self.app.today}
        return self.known_days[self.heard]

    def on_screen(self):
        if self.screen not in self.near:
            rows = [r for part in self.app.screens.get(self.screen, ()) for r in self.rows(part["source"])[:SHOWN_ROWS]]
            self.near[self.screen] = {d for row in rows for v in row if (d := said_days.day_in(v))}
        return self.near[self.screen]

    def look_up(self, select, column):
        inner = plain(self.shaper.select(select), self.app)
        return [r[0] for r in self.rows(inner)]

    def few(self, table, column):
        """The column's values, when they are few."""
        table, column = self.app.tables[table].place(column)
        found = [r[0] for r in self.rows(f'SELECT DISTINCT "{column}" FROM "{table}" LIMIT {FEW + 1}')]
        return [v for v in found if isinstance(v, str)] if len(found) <= FEW else []


def _key_table(table, column):
    """The table whose rows a value of this column tells apart."""
    if column.refers:
        return column.refers[0]
    return table.name if column.key and len(table.keys) == 1 else None


def need(context, table, column, value):
    """A row that has to be on screen when the turn is played."""
    row = [_key_table(table, column) or table.name, value]
    if row not in context.needs:
        context.needs.append(row)


def _referred(context, table, column, value):
    """A value that names a row: said, or on screen."""
    known = said.holds_number(context.heard, value, exactly=True) if column.is_number else \
        said.span(context.heard, str(value)) is not None
    if not known:
        need(context, table, column, value)
    return value


def _text(context, table, column, value, written):
    stands = said.span(context.heard, value)
    if stands is None and len(value) == 10 and said_days.day_in(value) in context.days():
        return value
    known = context.few(table.name, column.name)
    if value in known and (stands or said.alludes(context.heard, value)):
        return value
    if stands is not None:
        same = next((v for v in known if v.lower() == value.lower()), None)
        return same or {"span": stands}
    if value in known and not written:
        _need_text(context, table, column, value)
        return value
    raise Cannot("a text that nobody said")


def _need_text(context, table, column, value):
    there, name = table.place(column.name)
    row = [there, value, name]
    if row not in context.needs:
        context.needs.append(row)


def check_total(context, value):
    if value in (0, 1) or said.holds_number(context.heard + " " + context.app.prompt, value):
        return value
    raise Cannot("a number that nobody said")


def check_value(context, table, column, value, written=False):
    """The value as the model writes it; Cannot when it can come from nowhere."""
    if value is None or isinstance(value, bool):
        return value
    if column.choices and not column.is_number:
        if value not in column.choices:
            raise Cannot("no such choice")
        return value
    if (column.refers or column.key and not written) and not column.is_day:
        return _referred(context, table, column, value)
    if column.is_number:
        return check_total(context, value)
    if column.is_day or column.is_time:
        day = said_days.day_in(value)
        if day in context.days() or column.is_time and (not day or written and day in context.on_screen()):
            return value                        # another time of a day that is shown
        known = context.few(table.name, column.name)
        if value in known and not written:
            _need_text(context, table, column, value)
            return value
        raise Cannot("a day that nobody said")
    return _text(context, table, column, value, written)


def check_conditions(context, table, where):
    out = []
    for name, op, value in where:
        if op == "OR":
            out.append([None, op, check_conditions(context, table, value)])
            continue
        column = table.column(name)
        if isinstance(value, dict) and "column" in value:
            pass
        elif op == "IN":
            value = [check_value(context, table, column, v) for v in value]
        elif op in PATTERNS:
            stands = said.span(context.heard, value)
            value = {"span": stands or _like_span(context, table, column, op, value)}
        elif not op.startswith("IS"):
            value = check_value(context, table, column, value)
        out.append([name, op, value])
    return out


def _like_span(context, table, column, op, value):
    """A stretch of what was said that finds the same rows as the pattern."""
    there, name = table.place(column.name)
    table, column = context.app.tables[there], context.app.tables[there].column(name)
    wanted = context.rows(f"{all_of(table)} WHERE {plain_like(table, column.name, value, op)}")
    for text in said.spans_of(context.heard, 3):
        if len(text) > 2 and (value.lower().startswith(text.lower()[:3])) and \
                context.rows(f"{all_of(table)} WHERE {plain_like(table, column.name, text, op)}") == wanted:
            return text
    raise Cannot("a pattern that nobody said")


def all_of(table):
    return f'SELECT * FROM "{table.name}"'


def plain_like(table, column, value, op="LIKE"):
    return PLAINLY.condition(table.name, column, op, value)
