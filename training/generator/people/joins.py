"""Joins of an effect's SELECT as paths from the table whose rows they are."""
from .expressions import Cannot


def _conjuncts(tree):
    if tree is None:
        return []
    return _conjuncts(tree[1]) + _conjuncts(tree[2]) if tree[0] == "and" else [tree]


def _joined(parts):
    out = None
    for part in parts:
        out = part if out is None else ("and", out, part)
    return out


class Joins:
    """`tables`: alias → table, of all that stands in FROM."""

    def __init__(self, tree, table):
        self.tree = tree
        self.tables = {tree.alias: table(tree.table)}
        self.pairs, self.rest = [], []          # column = column; what else ON says
        for name, alias, on in tree.joins:
            if alias in self.tables:
                raise Cannot("one table twice under one name")
            self.tables[alias] = table(name)
            if on and on[0] == "using":
                self.pairs += [(("column", a, c[2]), ("column", alias, c[2])) for c in on[1]
                               for a in list(self.tables)[:-1] if self.tables[a].column(c[2])][:1]
            else:
                self._split(_conjuncts(on), self.rest)
        self.where = []
        self._split(_conjuncts(tree.where), self.where)

    def _split(self, conditions, others):
        for c in conditions:
            if c[0] == "=" and c[1][0] == c[2][0] == "column" and self.owner(c[1]) != self.owner(c[2]):
                self.pairs.append((c[1], c[2]))
            else:
                others.append(c)

    def owner(self, column):
        """The alias of the table that a column is of."""
        if column[1] is not None:
            found = [a for a in self.tables if a.lower() == column[1].lower()]
        else:
            found = [a for a, t in self.tables.items() if t.column(column[2])]
        if len(found) != 1:
            raise Cannot("column")
        return found[0]

    def _leads(self, here, there, link):
        """Whether these tables are joined by this link."""
        if link.table != self.tables[there].name:
            return False
        wanted = {(own.lower(), other.lower()) for own, other in link.columns}
        found = set()
        for left, right in self.pairs:
            ends = {self.owner(left): left[2].lower(), self.owner(right): right[2].lower()}
            if set(ends) == {here, there}:
                found.add((ends[here], ends[there]))
        return wanted == found

    def _one(self, here, there, many):
        found = [x for x in self.tables[here].app.links.get(self.tables[here].name, ())
                 if x.many is many and self._leads(here, there, x)]
        return found[0] if len(found) == 1 else None

    def root(self):
        """(alias, {alias: path}) of the table from which each other is one link away."""
        for here in self.tables:
            paths = {here: ""}
            for there in self.tables:
                link = here != there and self._one(here, there, False)
                if link:
                    paths[there] = link.name + "."
            if len(paths) == len(self.tables):
                return here, paths
        raise Cannot("tables that are further apart")

    def counted(self):
        """(alias, alias, link) where the rows of one table are shown with how many of another point at them."""
        if len(self.tables) != 2 or not self.tree.group or self.rest or self.where and any(
                self._speaks_of(c, list(self.tables)[1]) for c in self.where):
            return None
        here, there = self.tables
        link = self._one(here, there, True)
        keys = [g for g in self.tree.group if g[0] == "column" and self.owner(g) == here and
                self.tables[here].column(g[2]).key]
        return (here, there, link) if link and keys else None

    def _speaks_of(self, tree, alias):
        if tree[0] == "column":
            return self.owner(tree) == alias
        return any(isinstance(part, tuple) and self._speaks_of(part, alias) for part in tree[1:]) or any(
            isinstance(part, list) and any(isinstance(p, tuple) and self._speaks_of(p, alias) for p in part)
            for part in tree[1:])

    def conditions(self):
        return _joined(self.rest + self.where)
