"""Which columns a statement may name: those of its table, and of a SELECT what foreign keys lead to."""
from .expressions import Cannot
from .joins import Joins
from .links import MOST, MOST_COLUMNS


class Reach:
    """`rooted` begins a SELECT; until then nothing is reached but the table itself."""

    def __init__(self, app):
        self.app = app
        self.joins, self.paths, self.counted = None, {}, None

    def table(self, name):
        found = self.app.tables.get(name) or next(
            (t for n, t in self.app.tables.items() if n.lower() == name.lower()), None)
        if not found or not found.policy:
            raise Cannot("table")
        return found

    def column(self, table, expression, read=True):
        if expression[0] == "call" and expression[1] in ("lower", "upper", "trim") and len(expression[2]) == 1:
            expression = expression[2][0]
        if expression[0] != "column":
            raise Cannot("expression")
        found = table.column(self._path(table, expression))
        if not found:
            raise Cannot("column")
        if "." in found.name:
            self._check_path(table, found.name)
            return found
        if read and not table.readable(found.name) and not any(
                found.name in table.policy.get(v, {}).get("where", ()) for v in ("update", "delete")):
            raise Cannot("column not readable")
        return found

    def _path(self, table, column):
        """The name of a column as it is reached from the table."""
        if not self.joins:
            return column[2]
        alias = self.joins.owner(column)
        path, name = self.paths.get(alias), column[2]
        if path is None:
            raise Cannot("a column of many rows")
        link = table.link(path[:-1]) if path else None
        own = link and next((own for own, other in link.columns if other.lower() == name.lower()), None)
        return own or path + name

    def offered(self, table):
        """The table's links that the grammar offers."""
        return [x for x in self.app.links.get(table.name, ())
                if "select" in (self.app.tables[x.table].policy or {})][:MOST]

    def _check_path(self, table, name):
        link, column = name.split(".", 1)
        there = self.app.tables[table.link(link).table]
        if table.link(link) not in self.offered(table) or column not in there.shown[:MOST_COLUMNS]:
            raise Cannot("a path that the grammar has not")

    def rooted(self, tree):
        """The table whose rows a SELECT finds; its other tables are reached by paths."""
        if not tree.joins:
            return self.table(tree.table)
        self.joins = Joins(tree, self.table)
        if any("select" not in t.policy for t in self.joins.tables.values()):
            raise Cannot("table")
        self.counted = self.joins.counted()
        if self.counted:
            alias, self.paths = self.counted[0], {self.counted[0]: ""}
        else:
            alias, self.paths = self.joins.root()
        return self.joins.tables[alias]
