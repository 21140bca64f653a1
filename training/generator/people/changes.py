"""From the statements of an effect to those of an answer (compile.py)."""
import re

from .. import said_days
from . import said
from .expressions import Cannot, Named
from .parse import Change, parse
from .shapes import fixes
from .text import PLAINLY
from .values import check_conditions, check_value

MOST_STATEMENTS = 5
PERCENT = re.compile(r"%|\b(?:percent|per cent|pct)\b", re.I)
MULTIPLIED = re.compile(PERCENT.pattern + r"|\b(?:doubl\w+|twice|half|times)\b", re.I)


def _by_keys(context, table, statement):
    """The rows of a change, which the policy lets be named in another way, by their keys: one statement,
    or one for each row where a key has several columns."""
    names = ", ".join(f'"{k}"' for k in table.keys)
    found = context.rows(f'SELECT {names} FROM "{table.name}"{PLAINLY.where(statement)}') if names else []
    if not 1 <= len(found) <= 16:
        raise Cannot("which rows is not said by the columns of the policy")
    if len(table.keys) > 1:
        return [dict(statement, where=[[k, "=", v] for k, v in zip(table.keys, row)]) for row in found]
    values = [row[0] for row in found]
    key = table.keys[0]
    return [dict(statement, where=[[key, "=", values[0]] if len(values) == 1 else [key, "IN", values]])]


def _steps(context, table, statement):
    """"ten more" adds ten and "double" takes it twice: what was said is the difference, or the factor."""
    for assigned in statement["set"]:
        column, sign, value = table.column(assigned[0]), *assigned[1:]
        if sign == "=" and (column.is_day or column.is_time) and (interval := _interval(context, table, statement, column, value)):
            assigned[1:] = interval
            continue
        if sign != "=" or not column.is_number or column.key or column.refers or isinstance(value, bool) \
                or value is None or said.holds_number(context.heard, value, exactly=True):
            continue
        rows = context.rows(f'SELECT "{column.name}" FROM "{table.name}"{PLAINLY.where(statement)}')
        factor = _common_factor(rows, value)
        if factor and MULTIPLIED.search(context.heard) and table.readable(column.name) and \
                (column.type == "real" or factor == int(factor)) and _is_factor(context, factor):
            assigned[1:] = ["*", factor]
            continue
        steps = {value - r[0] for r in rows if isinstance(r[0], (int, float))}
        if len(steps) == 1 and len(rows) and table.readable(column.name):
            step = round(steps.pop(), 6)
            step = int(step) if step == int(step) else step
            if step and said.holds_number(context.heard, abs(step)):
                assigned[1:] = ["+" if step > 0 else "-", abs(step)]


def _interval(context, table, statement, column, value):
    """"a week later": by how much each row's day is moved; None where the day itself was said, or no such thing."""
    day = said_days.day_in(value)
    if not day or day in context.days() or column.key or not table.readable(column.name):
        return None
    rows = context.rows(f'SELECT "{column.name}" FROM "{table.name}"{PLAINLY.where(statement)}')
    before = {r[0] for r in rows}
    old = said_days.day_in(before.pop()) if len(before) == 1 else None
    if not old or len(value) not in (10, 19) or len(rows[0][0]) != len(value) or rows[0][0][10:] != value[10:]:
        return None
    days, heard = (day - old).days, context.heard.split(" \n ")[-1].lower()
    months = (day.year - old.year) * 12 + day.month - old.month
    for unit, number in (("fortnight", abs(days) / 14), ("week", abs(days) / 7),
                         ("month", abs(months) if said_days.moved_months(old, months) == day else 0), ("day", abs(days))):
        if number and number == int(number) and (unit in heard or unit == "day" and "night" in heard) and \
                said.holds_number(heard, number, exactly=True):
            number, unit = (2 * int(number), "week") if unit == "fortnight" else (int(number), unit)
            return ["+" if days > 0 else "-", {"interval": f"{number} {unit}{'' if number == 1 else 's'}"}]
    return None


def _common_factor(rows, value):
    """What the number of each row is multiplied by; None when nothing does it exactly."""
    found = {round(value / r[0], 6) for r in rows if isinstance(r[0], (int, float)) and r[0]}
    factor = found.pop() if len(found) == 1 else 0
    return factor if factor > 0 and factor != 1 and all(r[0] and r[0] * factor == value for r in rows) else None


def _is_factor(context, value):
    """Said, or so many percent more or less (host/sql/said.h)."""
    share = round(abs(value - 1) * 100, 6)
    return said.holds_number(context.heard, value, exactly=True) or \
        bool(PERCENT.search(context.heard)) and said.holds_number(context.heard, share, exactly=True)


def _factor(context, value):
    if not _is_factor(context, value):
        raise Cannot("a number that nobody said")
    return int(value) if value == int(value) else value


def command_change(context, tree):
    statement = context.shaper.change(tree)
    table = context.app.tables[statement["table"]]
    if "where" in statement:
        several = [statement] if fixes(table, statement) else _by_keys(context, table, statement)
        if not fixes(table, several[0]):
            raise Cannot("which rows is not said by the columns of the policy")
        if len(several) > 1:
            return [s for one in several for s in _said(context, table, one)]
        statement = several[0]
    return _said(context, table, statement)


def _said(context, table, statement):
    if "set" in statement:
        statement["set"] = [list(s) for s in statement["set"]]
        _steps(context, table, statement)
    if "where" in statement:
        statement["where"] = check_conditions(context, table, statement["where"])
    if "set" in statement:
        statement["set"] = [[c, sign, _factor(context, v) if sign == "*" else
                             v if isinstance(v, dict) and "interval" in v else check_value(context, table, table.column(c), v, True)]
                            for c, sign, v in statement["set"]]
    if "values" in statement:
        statement["values"] = [[c, check_value(context, table, table.column(c), v, True)]
                               for c, v in statement["values"] if not _numbered(context, table.column(c), v)]
    return [statement]


def _numbered(context, column, value):
    """A key that the database gives, and nobody named."""
    return column.key and column.type == "integer" and not column.needed and \
        not said.holds_number(context.heard, value, exactly=True)


def _same(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right or (isinstance(left, (bool, int)) and isinstance(right, (bool, int)) and left == right)
    return str(left) == str(right)


def _named(context, column, value, used, must):
    """The event's value in place of the literal."""
    if isinstance(value, (Named, dict)):
        name = value.name if isinstance(value, Named) else value["named"]
        if name not in context.values:
            raise Cannot("the event has no such value")
        return {"named": name}
    found = [n for n, v in context.values.items() if _same(v, value)]
    found.sort(key=lambda n: (n != column.name, n in used))
    if found:
        used.add(found[0])
        return {"named": found[0]}
    small = column.is_number and not isinstance(value, bool) and value is not None and 0 <= value <= 999
    if must or not (value is None and column.nullable or isinstance(value, bool) or small or
                    (column.choices and value in column.choices)):
        raise Cannot("a value that the event does not bring")
    return value


def event_change(context, tree):
    statement = context.shaper.change(tree)
    table = context.app.tables[statement["table"]]
    used = set()
    if "where" in statement:
        if not fixes(table, statement):
            raise Cannot("which rows is not said by the columns of the policy")
        statement["where"] = [
            [c, op, [_named(context, table.column(c), v, used, table.column(c).key) for v in value]
             if op == "IN" else None if op.startswith("IS") else
             _named(context, table.column(c), value, used, table.column(c).key)]
            for c, op, value in statement["where"]]
    if "set" in statement:
        statement["set"] = [[c, sign, _named(context, table.column(c), v, used, False)]
                            for c, sign, v in statement["set"]]
    if "values" in statement:
        statement["values"] = [[c, _named(context, table.column(c), v, used, False)]
                               for c, v in statement["values"]]
    return [statement]


def changes(context, texts):
    texts = [texts] if isinstance(texts, str) else list(texts)
    one = event_change if context.values is not None else command_change
    found = _together(context, [s for t in texts for s in one(context, _change(parse(t)))])
    if len(found) > MOST_STATEMENTS:
        raise Cannot("more than five statements")
    return {"do": found}


def _together(context, statements):
    """Rows that are changed alike, one after the other, are changed at once."""
    out = []
    for s in statements:
        last = out[-1] if out else None
        if last and s["verb"] != "insert" and _alike(last, s):
            (name, _, before), (_, _, value) = last["where"][0], s["where"][0]
            values = (before if isinstance(before, list) else [before]) + (value if isinstance(value, list) else [value])
            most = int(context.app.tables[s["table"]].policy[s["verb"]].get("max_rows", 1))
            if len(values) <= min(most, 16):
                last["where"] = [[name, "IN", values]]
                continue
        out.append(s)
    return out


def _alike(one, other):
    return all(one.get(k) == other.get(k) for k in ("verb", "table", "set")) and all(
        len(s["where"]) == 1 and s["where"][0][1] in ("=", "IN") for s in (one, other)) and \
        one["where"][0][0] == other["where"][0][0]


def _change(tree):
    if not isinstance(tree, Change):
        raise Cannot("no change")
    return tree
