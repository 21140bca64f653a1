"""Commands that bring up another screen."""
from . import pick, screens, sql, words
from .clicks import in_order

AGGREGATES = {"average": "avg", "mean": "avg", "total": "sum", "highest": "max", "largest": "max",
              "lowest": "min", "smallest": "min"}


def home(app):
    """The screen that a session opens with."""
    return [screens.table_part(app, app.home)]


def go_home(s):
    return s.show("home", s.say("home"), home(s.app))


def _table(s):
    return s.rng.choice(s.facts_tables())


def _listing(s, kind, command, table, query=None, title=None):
    return s.show(kind, command, [screens.table_part(s.app, table, query, title)])


def show(s):
    table = _table(s)
    return _listing(s, "show", s.say("show", plural=table.plural), table)


def _order_said(s, table):
    """("newest first", order) to say behind a list."""
    key = (sql.name(table.key.name), True)
    days = table.of_role("day")
    numbers = table.of_role("int", "real")
    options = [("newest first", days[0].name if days else None, True)] if days or (
        table.key.type == "integer") else []
    for column in numbers[:2]:
        options += [(f"sorted by {column.spoken}", column.name, False),
                    (f"highest {column.spoken} first", column.name, True)]
    if not options:
        return None
    said, column, down = s.rng.choice(options)
    return said, ((sql.name(column), down),) if column else (key,)


def show_thing(s):
    table = _table(s)
    what = pick.thing(s.rng, table, s.facts.rows(table))
    if not what or not what.conditions:
        return None
    query = sql.plain(table.name, screens.columns_on_screen(table), conditions=what.conditions,
                      order=((sql.name(table.key.name), False),))
    command = s.say("show_thing", thing=what.spoken)
    ordered = _order_said(s, table) if s.chance(0.25) else None
    if ordered:
        command = command.rstrip(".!?") + f", {ordered[0]}"
        query = sql.plain(table.name, screens.columns_on_screen(table), conditions=what.conditions,
                          order=ordered[1])
    return _listing(s, "show_thing", command, table, query, what.title)


def ranked(s):
    table = _table(s)
    numbers = table.of_role("int", "real")
    if not numbers:
        return None
    column, n, top = s.rng.choice(numbers), s.rng.choice((1, 2, 3, 5, 10)), s.chance(0.6)
    query = sql.plain(table.name, screens.columns_on_screen(table),
                      order=((sql.name(column.name), top),), limit=n)
    command = s.say("top" if top else "bottom", plural=table.plural, n=n, column=column.spoken)
    title = f"{'Top' if top else 'Bottom'} {n} {table.plural}"
    return _listing(s, "ranked", command, table, query, title)


def manage(s):
    tables = [t for t in s.facts_tables() if screens.buttons(s.app, t)]
    if not tables:
        return None
    table = s.rng.choice(tables)
    return s.show("manage", s.say("manage", plural=table.plural),
                  [screens.table_part(s.app, table, all_buttons=True)])


def count_part(app, table, what, parts=()):
    query = sql.Select(table.name, ("count(*) AS value",), what.conditions)
    return screens.metric_part(app, table, f"count_{table.name}", what.title, query, parts)


def count(s):
    table = _table(s)
    what = pick.thing(s.rng, table, s.facts.rows(table))
    if not what:
        return None
    return s.show("count", s.say("count", thing=what.spoken), [count_part(s.app, table, what)])


def _aggregated(function, column):
    return f"round(avg({sql.name(column)}), 2)" if function == "avg" else f"{function}({sql.name(column)})"


def aggregate(s):
    table = _table(s)
    numbers = table.of_role("int", "real")
    what = pick.thing(s.rng, table, s.facts.rows(table), 1)
    if not numbers or not what:
        return None
    column, said = s.rng.choice(numbers), s.rng.choice(list(AGGREGATES))
    query = sql.Select(table.name, (_aggregated(AGGREGATES[said], column.name) + " AS value",),
                       what.conditions)
    part = screens.metric_part(s.app, table, f"{AGGREGATES[said]}_{column.name}",
                               words.capital(f"{said} {column.spoken}"), query)
    return s.show("aggregate", s.say("aggregate", agg=said, column=column.spoken, thing=what.spoken),
                  [part])


def per(s):
    """Counts or aggregates per value of a column: a chart."""
    table = _table(s)
    groups = table.of_role("state", "kind", "person")
    what = pick.thing(s.rng, table, s.facts.rows(table), 1)
    if not groups or not what:
        return None
    group = s.rng.choice(groups)
    if any(c[0] == group.name for c in what.conditions):
        return None
    numbers = table.of_role("int", "real")
    if numbers and s.chance(0.35):
        column, said = s.rng.choice(numbers), s.rng.choice(list(AGGREGATES))
        value = _aggregated(AGGREGATES[said], column.name)
        command = s.say("agg_per", agg=said, column2=column.spoken, column=group.spoken,
                        thing=what.spoken)
        title = words.capital(f"{said} {column.spoken} per {group.spoken}")
    else:
        value = "count(*)"
        command = s.say("per", thing=what.spoken, column=group.spoken)
        title = f"{what.title} per {group.spoken}"
    name = sql.name(group.name)
    query = sql.Select(table.name, (f"{name} AS x", f"{value} AS y"), what.conditions,
                       group=(name,), order=((name, False),))
    return s.show("per", command, [screens.chart_part(s.app, table, f"{table.name}_per_{group.name}",
                                                      title, query)])


def overview(s):
    table = s.app.home
    if not table.state:
        return None
    named = s.chance(0.6)
    command = s.say("overview", plural=table.plural)
    if not named and table.plural in command:
        return None
    parts = []
    for value in table.state.choices[:3]:
        label = words.capital(f"{words.spoken(value)} {table.plural}")
        query = sql.Select(table.name, ("count(*) AS value",), ((table.state.name, "=", value),))
        parts.append(screens.metric_part(s.app, table, f"{value}_{table.name}", label, query))
    parts.append(screens.table_part(s.app, table))
    return s.show("overview", command, parts)


def _series_names(table, facts):
    column = table.columns[1]
    if column.choices:
        return column.choices
    return [r[0] for r in facts.query(
        f"SELECT {sql.name(column.name)} FROM {table.name} GROUP BY 1 ORDER BY min(id)")[1]]


def _latest(table, series):
    _, name, at, value = (c.name for c in table.columns)
    return sql.Select(table.name, (sql.name(value),), ((name, "=", series),),
                      order=((sql.name(at), True),), limit=1)


def _over_time(table, series):
    _, name, at, value = (c.name for c in table.columns)
    return sql.Select(table.name, (f"{sql.name(at)} AS x", f"{sql.name(value)} AS y"),
                      ((name, "=", series),), order=((sql.name(at), False),))


def demo_metrics(app, table):
    """Of the alerts app: three numbers and two charts, as configs/apps/alerts expects them."""
    card = lambda id_, label, query, unit=None: screens.metric_part(app, table, id_, label, query,
                                                                    unit=unit)
    average = sql.Select("metrics", ("round(avg(value), 2) AS value",), (("name", "=", "query_ms"),))
    return [card("connections_now", "Connections", _latest(table, "connections")),
            card("query_time", "Average query time", average, "ms"),
            card("cache_hit_rate", "Cache hit rate", _latest(table, "cache_hits"), "%"),
            screens.chart_part(app, table, "connections_chart", "Connections",
                               _over_time(table, "connections")),
            screens.chart_part(app, table, "query_time_chart", "Query time",
                               _over_time(table, "query_ms"), unit="ms")]


def samples(s):
    tables = [t for t in s.app.tables if t.use == "samples"]
    if not tables:
        return None
    table = tables[0]
    if s.app.demo:
        parts = demo_metrics(s.app, table)
    else:
        series = _series_names(table, s.facts)
        parts = [screens.metric_part(s.app, table, f"{name}_now", words.capital(words.spoken(name)),
                                     _latest(table, name)) for name in series[:3]]
        parts += [screens.chart_part(s.app, table, f"{name}_chart", words.capital(words.spoken(name)),
                                     _over_time(table, name)) for name in series[:2]]
    return s.show("samples", s.say("samples", plural=table.plural), parts)


def series(s):
    tables = [t for t in s.app.tables if t.use == "samples"]
    if not tables:
        return None
    table = tables[0]
    name = s.rng.choice(_series_names(table, s.facts))
    return s.show("series", s.say("series", series=words.spoken(name)),
                  [screens.chart_part(s.app, table, f"{name}_chart",
                                      words.capital(words.spoken(name)), _over_time(table, name))])


def settings(s):
    tables = [t for t in s.app.tables if t.use == "settings"]
    if not tables:
        return None
    return s.show("settings", s.say("settings", plural=tables[0].plural),
                  [screens.form_part(s.app, tables[0])])


def new_form(s):
    tables = [t for t in s.facts_tables() if t.insert]
    if "entry" not in s.app.components or not tables:
        return None
    table = s.rng.choice(tables)
    table.insert.columns = list(in_order(table, dict.fromkeys(table.insert.columns)))
    return s.show("new_form", s.say("new_form", noun=table.one), [screens.entry_part(s.app, table)])


MAKERS = [(2, go_home), (8, show), (16, show_thing), (4, ranked), (3, manage), (6, count), (4, aggregate), (7, per),
          (2, overview), (2, samples), (3, series), (2, settings), (7, new_form)]
