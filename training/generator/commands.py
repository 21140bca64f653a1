"""Commands that change facts."""
from . import pick, sql, words
from .clicks import _assignees, _means_other, _some_row, by_key, in_order, new_row
from .session import Turn


def change(s, kind, command, table, changes, key):
    s.pending_action = (table, changes, key)
    return Turn(kind, {"command": command}, s.answer(sql.update(table.name, changes, by_key(table, key))))


def _state_and_verb(s, table):
    state = s.rng.choice(table.state.choices)
    verbs = [v for v in words.verbs_for(state) if not _means_other(table, state, v)]
    return state, (s.rng.choice(verbs) if verbs else None)


def _sayable(s, kind, verb, **slots):
    """A phrase; those with a verb only when there is one."""
    for _ in range(8):
        command = s.say(kind, verb=verb or "{verb}", **slots)
        if "{verb}" not in command:
            return command
    return None


def _names_one_table(s, table):
    """Whether a bare key can only mean this table: the one on screen."""
    tables = [p.table for p in s.screen.find("table")]
    return tables == [table]


def _speak_of_key(s, kind, table, key, verb=None, **slots):
    command = None
    for _ in range(6):
        command = _sayable(s, kind, verb, noun=table.one, plural=table.plural, key=key, **slots)
        if command is None or table.one in command or _names_one_table(s, table):
            return command
    return None


def act_key(s):
    picked = _some_row(s, lambda t: t.state and t.writable(t.state))
    if not picked:
        return None
    table, row = picked
    state, verb = _state_and_verb(s, table)
    key = pick.key_of(table, row)
    command = _speak_of_key(s, "act_key", table, key, verb, state=words.spoken(state),
                            column=table.state.spoken)
    return command and change(s, "act_key", command, table, {table.state.name: state}, key)


def _row_by_description(s, need):
    """(table, row, how it is called) of a row that was shown: on screen, or a while ago."""
    parts = [p for p in s.screen.find("table")
             if need(p.table) and p.table.key.name in p.query.columns]
    if parts and s.chance(0.8):
        part = s.rng.choice(parts)
        table, rows = part.table, s.visible(part)
    else:
        known = [t for t in s.facts_tables() if t.name in s.seen and need(t)]
        if not known:
            return None
        table = s.rng.choice(known)
        rows = s.seen[table.name]
    if not rows:
        return None
    row = s.rng.choice(rows)
    called = pick.describe(s.rng, table, row, rows)
    if not called or not s.row_of(table, pick.key_of(table, row)):
        return None
    if table.one not in called and not _names_one_table(s, table):
        return None
    return table, row, called


def act_row(s):
    picked = _row_by_description(s, lambda t: t.state and t.writable(t.state))
    if not picked:
        return None
    table, row, called = picked
    state, verb = _state_and_verb(s, table)
    command = _sayable(s, "act_row", verb, row=called, state=words.spoken(state),
                       column=table.state.spoken)
    key = pick.key_of(table, row)
    return command and change(s, "act_row", command, table, {table.state.name: state}, key)


def _set_something(s, table, row, kind, say):
    columns = [table.column(c) for c in table.update.columns]
    columns = [c for c in columns if c.role not in ("flag",)]
    if not columns:
        return None
    column = s.rng.choice(columns)
    value = pick.new_value(s.rng, column)
    key = pick.key_of(table, row)
    now = s.row_of(table, key)
    command = value and now and say(column, value[0])
    return command and change(s, kind, command, table, {column.name: value[1]}, key)


def set_key(s):
    picked = _some_row(s)
    if not picked:
        return None
    table, row = picked
    return _set_something(s, table, row, "set_key", lambda column, said: _speak_of_key(
        s, "set_key", table, pick.key_of(table, row), column=column.spoken, value=said))


def set_row(s):
    picked = _row_by_description(s, lambda t: t.update)
    if not picked:
        return None
    table, row, called = picked
    return _set_something(s, table, row, "set_row", lambda column, said: s.say(
        "set_row", row=called, column=column.spoken, value=said))


def assign_key(s):
    picked = _some_row(s, lambda t: t.update and _assignees(t))
    if not picked:
        return None
    table, row = picked
    column, key = _assignees(table)[0], pick.key_of(table, row)
    value = pick.new_value(s.rng, column, row[column.name])
    command = value and _speak_of_key(s, "assign_key", table, key, value=value[0])
    return command and change(s, "assign_key", command, table, {column.name: value[1]}, key)


def assign_row(s):
    picked = _row_by_description(s, lambda t: t.update and _assignees(t))
    if not picked:
        return None
    table, row, called = picked
    column, key = _assignees(table)[0], pick.key_of(table, row)
    value = pick.new_value(s.rng, column)
    if not value:
        return None
    return change(s, "assign_row", s.say("assign_row", row=called, value=value[0]), table,
                  {column.name: value[1]}, key)


def rename_key(s):
    titled = lambda t: [c for c in t.of_role("title") if t.writable(c)]
    picked = _some_row(s, lambda t: t.update and titled(t))
    if not picked:
        return None
    table, row = picked
    column, key = titled(table)[0], pick.key_of(table, row)
    value = pick.new_value(s.rng, column, row[column.name])
    command = value and _speak_of_key(s, "rename_key", table, key, value=value[0])
    return command and change(s, "rename_key", command, table, {column.name: value[1]}, key)


def flag_key(s):
    flags = lambda t: [c for c in t.of_role("flag") if t.writable(c)]
    picked = _some_row(s, lambda t: t.update and flags(t))
    if not picked:
        return None
    table, row = picked
    column, yes, key = s.rng.choice(flags(table)), s.chance(0.6), pick.key_of(table, row)
    command = _speak_of_key(s, "flag_on_key" if yes else "flag_off_key", table, key,
                            column=column.spoken)
    return command and change(s, "flag_key", command, table, {column.name: yes}, key)


def step_key(s):
    numbers = lambda t: [c for c in t.of_role("int") if t.writable(c)]
    picked = _some_row(s, lambda t: t.update and numbers(t))
    if not picked:
        return None
    table, row = picked
    column, key, n = s.rng.choice(numbers(table)), pick.key_of(table, row), s.rng.randint(1, 40)
    up = s.chance(0.5)
    command = _speak_of_key(s, "more_key" if up else "less_key", table, key, n=n,
                            column=column.spoken)
    return command and change(s, "step_key", command, table, {column.name: ("+" if up else "-", n)},
                              key)


def again(s):
    """"and 5": what was just done, to another row."""
    if not s.last_action:
        return None
    table, changes, former = s.last_action
    keys = [pick.key_of(table, r) for r in s.facts.rows(table)]
    keys = [k for k in keys if k != former]
    if not keys or not table.update:
        return None
    key = s.rng.choice(keys)
    return change(s, "again", s.say("again", key=key, noun=table.one), table, changes, key)


def bulk(s):
    tables = [t for t in s.facts_tables() if t.state and t.writable(t.state) and len(t.update.where) > 1]
    if not tables:
        return None
    table = s.rng.choice(tables)
    allowed = [w for w in table.update.where if w != table.key.name]
    what = pick.thing(s.rng, table, s.facts.rows(table), 1, allowed)
    if not what:
        return None
    state, verb = _state_and_verb(s, table)
    if any(c[0] == table.state.name and c[2] == state for c in what.conditions):
        return None
    if len(s.facts.rows(table, what.conditions)) > table.update.max_rows:
        return None
    command = _sayable(s, "bulk", verb, thing=what.spoken, one_thing=what.one,
                       state=words.spoken(state))
    return command and Turn("bulk", {"command": command}, s.answer(
        sql.update(table.name, {table.state.name: state}, what.conditions)))


def _some_keys(s, table):
    keys = [pick.key_of(table, r) for r in s.facts.rows(table)]
    if len(keys) < 2:
        return None
    return s.rng.sample(keys, s.rng.randint(2, min(4, len(keys))))


def spoken_keys(keys):
    return ", ".join(map(str, keys[:-1])) + f" and {keys[-1]}"


def bulk_in(s):
    tables = [t for t in s.facts_tables() if t.state and t.writable(t.state) and t.update.max_rows >= 4]
    if not tables:
        return None
    table = s.rng.choice(tables)
    keys = _some_keys(s, table)
    state, verb = _state_and_verb(s, table)
    command = keys and _sayable(s, "bulk_in", verb, keys=spoken_keys(keys), plural=table.plural,
                                state=words.spoken(state))
    if not command or (table.plural not in command and not _names_one_table(s, table)):
        return None
    return Turn("bulk_in", {"command": command}, s.answer(sql.update(
        table.name, {table.state.name: state}, [(table.key.name, "IN", keys)])))


def insert(s):
    tables = [t for t in s.facts_tables() if t.insert]
    if not tables:
        return None
    table = s.rng.choice(tables)
    values = new_row(s, table)
    if not values or any(isinstance(v, bool) for v in values.values()):
        return None
    pairs = list(values.items())
    s.rng.shuffle(pairs)
    said = [f"{words.spoken(c)} {words.spoken(v) if table.column(c).choices else v}" for c, v in pairs]
    joined = ", ".join(said)
    if len(said) > 1 and s.chance(0.5):
        joined = ", ".join(said[:-1]) + " and " + said[-1]
    return Turn("insert", {"command": s.say("insert", noun=table.one, plural=table.plural,
                                            pairs=joined)},
                s.answer(sql.insert(table.name, in_order(table, values))))


def delete_key(s):
    picked = _some_row(s, lambda t: t.delete)
    if not picked:
        return None
    table, row = picked
    key = pick.key_of(table, row)
    command = _speak_of_key(s, "delete_key", table, key)
    return command and Turn("delete_key", {"command": command},
                            s.answer(sql.delete(table.name, by_key(table, key))))


def delete_row(s):
    picked = _row_by_description(s, lambda t: t.delete)
    if not picked:
        return None
    table, row, called = picked
    return Turn("delete_row", {"command": s.say("delete_row", row=called)},
                s.answer(sql.delete(table.name, by_key(table, pick.key_of(table, row)))))


def undo(s):
    """Also where nothing was changed: the runtime knows, and says so."""
    if not s.app.allows("Undo") or not s.last_change and s.chance(0.7):
        return None
    return Turn("undo", {"command": s.say("undo")}, {"kind": "undo"})


def redo(s):
    if not s.app.allows("Redo") or not s.taken_back:
        return None
    return Turn("redo", {"command": s.say("redo")}, {"kind": "redo"})


def setting(s):
    tables = [t for t in s.app.tables if t.use == "settings" and t.update]
    if not tables:
        return None
    table = tables[0]
    row = s.rng.choice(s.facts.rows(table))
    key, _, kind, value = (c.name for c in table.columns)
    said = {"number": str(s.rng.randint(1, 500)), "toggle": s.rng.choice(("true", "false")),
            "text": words.fill(s.rng, s.rng.choice(("{place}", "{company}", "{first}@example.org")))}
    return Turn("setting", {"command": s.say("setting", setting=row[key], value=said[row[kind]])},
                s.answer(sql.update(table.name, {value: said[row[kind]]}, [(key, "=", row[key])])))


MAKERS = [(12, act_key), (36, act_row), (8, set_key), (18, set_row), (5, assign_key),
          (20, assign_row), (4, rename_key), (5, flag_key), (4, step_key), (9, again), (18, bulk),
          (5, bulk_in), (6, insert), (4, delete_key), (10, delete_row), (11, undo), (30, redo),
          (2, setting)]
