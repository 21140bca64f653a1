"""Commands that make no sense, or that the policy does not allow: the reason, no SQL."""
from . import pick, words
from .clicks import _some_row
from .commands import _sayable, _some_keys, _speak_of_key, _state_and_verb, spoken_keys
from .schema import APPS, Table


def nonsense(s):
    return s.refuse("nonsense", s.say("nonsense"), "not_understood")


def injection(s):
    table = s.rng.choice(s.app.tables)
    command = s.say("injection", table=table.name, plural=table.plural,
                    column=s.rng.choice(table.columns).name)
    return s.refuse("injection", command, "not_allowed")


def _foreign_table(s):
    """A table of another app, or of none, that this one does not have."""
    ours = {w for t in s.app.tables for w in (t.name, t.noun, t.plural, t.one)}
    table = s.rng.choice(s.rng.choice([a for a in APPS if not a[4]])[3])
    if s.chance(0.5):
        noun = s.rng.choice(words.NOUNS)
        table = Table(words.plural_of(noun), noun, table.columns)
    if {table.name, table.noun, table.plural, table.one} & ours:
        return None
    if any(table.one in w or w in table.one for w in ours):
        return None
    return table


def unknown_table(s):
    table = _foreign_table(s)
    if not table:
        return None
    if s.chance(0.5):
        command = s.say("show", plural=table.plural)
        if command.strip(" .!?").lower() == table.plural:
            return None
    else:
        kind = s.rng.choice(("act_key", "delete_key"))
        state = table.state and s.rng.choice(table.state.choices)
        if kind == "act_key" and not state:
            return None
        verbs = words.verbs_for(state) if state else []
        command = _sayable(s, kind, verbs[0] if verbs else None, noun=table.one, plural=table.plural,
                           key=s.rng.randint(1, 60), state=words.spoken(state or ""),
                           column="status")
        if not command or table.one not in command:
            return None
    return s.refuse("unknown_table", command, "unknown")


def no_delete(s):
    tables = [t for t in s.facts_tables() if not t.delete and t.rows]
    if not tables:
        return None
    table = s.rng.choice(tables)
    if table.state and table.update and any(v in ("delete", "erase", "remove", "throw out", "get rid of")
                                            for c in table.state.choices for v in words.verbs_for(c)):
        return None
    rows = s.facts.rows(table)
    if not rows:
        return None
    key = pick.key_of(table, s.rng.choice(rows))
    command = _speak_of_key(s, "delete_key", table, key)
    return command and s.refuse("no_delete", command, "not_allowed")


def no_column(s):
    columns = [(t, c) for t in s.facts_tables() for c in t.columns
               if c.role != "key" and t.readable(c) and not t.writable(c) and t.rows]
    if not columns:
        return None
    table, column = s.rng.choice(columns)
    rows = s.facts.rows(table)
    if not rows:
        return None
    key = pick.key_of(table, s.rng.choice(rows))
    if column.role == "flag":
        command = _speak_of_key(s, "flag_on_key", table, key, column=column.spoken)
    else:
        value = pick.new_value(s.rng, column)
        if not value:
            return None
        if column is table.state and s.chance(0.5):
            state, verb = _state_and_verb(s, table)
            command = _speak_of_key(s, "act_key", table, key, verb, state=words.spoken(state),
                                    column=column.spoken)
        else:
            command = _speak_of_key(s, "set_key", table, key, column=column.spoken, value=value[0])
    return command and s.refuse("no_column", command, "not_allowed")


def no_insert(s):
    tables = [t for t in s.facts_tables() if not t.insert]
    if not tables:
        return None
    table = s.rng.choice(tables)
    pairs = []
    for column in s.rng.sample(table.columns, min(2, len(table.columns))):
        value = pick.new_value(s.rng, column)
        if value:
            pairs.append(f"{column.spoken} {value[0]}")
    if not pairs:
        return None
    return s.refuse("no_insert", s.say("insert", noun=table.one, plural=table.plural,
                                        pairs=", ".join(pairs)),
                    "not_allowed")


def bad_value(s):
    picked = _some_row(s, lambda t: t.state and t.writable(t.state))
    if not picked:
        return None
    table, row = picked
    value = s.rng.choice((words.made_up(s.rng), s.rng.choice(list(words.VERBS)), "banana", "blue"))
    if value in table.state.choices:
        return None
    command = _speak_of_key(s, "set_key", table, pick.key_of(table, row), column=table.state.spoken,
                            value=words.spoken(value))
    return command and s.refuse("bad_value", command, "unknown")


def no_match(s):
    """A description that fits no row on screen."""
    parts = [p for p in s.screen.find("table") if p.table.state and p.table.writable(p.table.state)]
    if len(parts) != 1:
        return None
    table = parts[0].table
    word = s.rng.choice((words.made_up(s.rng), "giraffe", "umbrella", "piano", "volcano",
                         s.rng.choice(words.POOLS["product"]).split()[0]))
    everything = " ".join(t for r in s.visible(parts[0]) for t in pick.texts(r, table)).lower()
    if word in everything or word in f"{table.one} {table.plural}":
        return None
    state, verb = _state_and_verb(s, table)
    command = _sayable(s, "act_row", verb, row=f"the {word} {table.one}", state=words.spoken(state),
                       column=table.state.spoken)
    return command and s.refuse("no_match", command, "unknown")


def several_match(s):
    parts = [p for p in s.screen.find("table") if p.table.state and p.table.writable(p.table.state)]
    if len(parts) != 1:
        return None
    table, rows = parts[0].table, s.visible(parts[0])
    counts = {}
    for row in rows:
        titles = [row[c.name] for c in table.of_role("title") if c.name in row and row[c.name]]
        for word in {w.lower() for t in titles for w in pick.words_in(t) if len(w) > 3}:
            counts[word] = counts.get(word, 0) + 1
    many = sorted(w for w, n in counts.items() if n > 1)
    if not many:
        return None
    word = s.rng.choice(many)
    state, verb = _state_and_verb(s, table)
    command = _sayable(s, "act_row", verb, row=f"the {word} {table.one}", state=words.spoken(state),
                       column=table.state.spoken)
    return command and s.refuse("several_match", command, "ambiguous")


def too_many(s):
    """More rows than one action may change."""
    tables = [t for t in s.facts_tables() if t.state and t.writable(t.state) and t.update.max_rows == 1]
    if not tables:
        return None
    table = s.rng.choice(tables)
    state, verb = _state_and_verb(s, table)
    if s.chance(0.5):
        keys = _some_keys(s, table)
        command = keys and _sayable(s, "bulk_in", verb, keys=spoken_keys(keys), plural=table.plural,
                                    state=words.spoken(state))
        if not command or table.plural not in command:
            return None
    else:
        command = _sayable(s, "bulk", verb, thing=table.plural, one_thing=table.one,
                           state=words.spoken(state))
    return command and s.refuse("too_many", command, "not_allowed")


def no_undo(s):
    """An app that takes nothing back."""
    if s.app.allows("Undo"):
        return None
    return s.refuse("no_undo", s.say("undo"), "not_allowed")


def no_action(s):
    """Commands of this app never change facts."""
    if s.app.allows("DatabaseAction"):
        return None
    picked = _some_row(s, lambda t: t.state and t.writable(t.state))
    if not picked:
        return None
    table, row = picked
    state, verb = _state_and_verb(s, table)
    command = _speak_of_key(s, "act_key", table, pick.key_of(table, row), verb,
                            state=words.spoken(state), column=table.state.spoken)
    return command and s.refuse("no_action", command, "not_allowed")


MAKERS = [(6, nonsense), (9, injection), (7, unknown_table), (4, no_delete), (9, no_column),
          (4, no_insert), (5, bad_value), (9, no_match), (18, several_match), (6, too_many),
          (4, no_undo), (16, no_action)]
