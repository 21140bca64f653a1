"""Tables with made-up rows that hold what the questions name, and rows that do not."""
import re
from dataclasses import dataclass, field

from . import read
from .names import names_rows, table_nouns
from .values import kind_of, other_day, other_number

COUNTED = re.compile(r"^(?:year|season|week|game|round|rank|episode|district|race|heat|lane|pick|place|position|date|day|stage|match|"
                     r"no|number|#|no in series|no in season|pick #|no overall|game #|race number)$")
LEAST_ROWS, MOST_ROWS = 6, 14
CHECKED = 0.15           # of columns whose values rows share: a list of them is in the schema
CODES = re.compile(r"\b(?:code|no|number|id|#|callsign|call sign|serial)\b")


@dataclass
class Table:
    """`columns`: names as the questions have them; `kinds`: what each holds."""
    source: str
    columns: list
    kinds: dict
    questions: list
    nouns: list
    rows: list = field(default_factory=list)
    choices: dict = field(default_factory=dict)
    key: str = None            # one of the columns, or None: a number of its own


def meant(question, kinds):
    """The question as its table's types have it, or Dropped."""
    column, total = question["select"], question["aggregate"]
    kind = kinds.get(column)
    if kind is None:
        raise read.Dropped("a column of which nothing is known")
    where = [[c, op, _value(kinds.get(c), op, v)] for c, op, v in question["where"]]
    if total in ("SUM", "AVG", "MAX", "MIN") and kind != "number":
        raise read.Dropped("a total of a text")
    asked = question["question"].lower()
    plainly = column.replace(".", "").lower()
    many = re.search(r"how (?:many|much)|number of|amount of", asked)
    if total == "COUNT" and kind == "number" and not COUNTED.match(plainly):
        if not read.names_column(asked, column) or re.search(r"number of|times|different|total", asked) or \
                any(op != "=" for _, op, _ in where):
            raise read.Dropped("a count that could be a sum")
        total = None
    elif total is None and many and kind != "number" and "number" not in plainly:
        raise read.Dropped("a count that the answer has not")
    if total is None and not where:
        raise read.Dropped("no condition")
    return dict(question, aggregate=total, where=where)


def _value(kind, op, value):
    if kind == "date":
        found = read.day(value)
        if found is None:
            raise read.Dropped("a part of a date")
        return found
    if kind == "number":
        found = read.number(value)
        if found is None:
            raise read.Dropped("a text among numbers")
        return found
    if kind is None:
        raise read.Dropped("a column of which nothing is known")
    if op != "=":
        raise read.Dropped("a text compared by size")
    return value


def alike_elsewhere(question, questions, kinds):
    """Whether a value of a column that the question does not name could stand in another one, too."""
    for column, _, value in question["where"]:
        if read.names_column(question["question"], column):
            continue
        others = {c for q in questions for c, _, v in q["where"] if str(v).lower() == str(value).lower()} - {column}
        if others or not isinstance(value, str) and sum(k == "number" for k in kinds.values()) > 2 and \
                not re.match(r"(?:19|20)\d\d$", str(value)):
            return True
    return False


PARTLY = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.? \d|\d (?:january|february|march|april|may|june|"
                    r"july|august|september|october|november|december)", re.I)


def _kind(column, questions, pools):
    """None where no rows could be made up."""
    kind = kind_of(column, questions, pools)
    if kind != "text":
        return kind
    own = [v for q in questions for c, _, v in q["where"] if c == column]
    if own and sum(bool(PARTLY.search(v)) for v in own) > len(own) / 2:
        return "date"
    return kind if pools.text_values(column)[0] or len({v.lower() for v in own}) > 1 else None


def table_of(source, questions, columns, pools, lost):
    """A table with those of its questions that can be answered, or None. `lost` counts why others cannot."""
    left = questions
    while True:
        kinds = {c: _kind(c, left, pools) for c in columns}
        kept, still = [], []
        for question in left:
            try:
                found = meant(question, kinds)
                if alike_elsewhere(found, questions, kinds):
                    raise read.Dropped("a value that could stand in another column")
                kept.append(found)
                still.append(question)
            except read.Dropped as why:
                lost[str(why)] += 1
        if len(still) == len(left):
            break
        left = still
    columns = [c for c in columns if kinds[c]]
    if not kept or len(columns) < 2:
        lost["a table of one column"] += len(kept)
        return None
    return Table(source, columns, {c: kinds[c] for c in columns}, kept, table_nouns(columns, kinds))


# --- rows ---

class Rows:
    def __init__(self, rng, table, pools):
        self.rng, self.table, self.pools = rng, table, pools
        self.known = {c: [] for c in table.columns}
        self.sized, self.pool = set(), {}
        for q in table.questions:
            for column, op, value in q["where"]:
                self.sized |= {column} if op != "=" else set()
                if isinstance(value, str) and table.kinds[column] == "text":
                    value = pools.spelling(value)
                if value not in self.known[column]:
                    self.known[column].append(value)
        for column in table.columns:
            if table.kinds[column] == "date" and not self.known[column]:
                self.known[column] = [other_day(rng, None)]
            if table.kinds[column] == "text":
                self.pool[column] = self._texts(column)

    def _texts(self, column):
        """A few values of a column: its own and others."""
        found, shared = self.pools.text_values(column)
        own = self.known[column]
        if shared:
            others = self.rng.sample(found, min(len(found), self.rng.randint(3, 6)))
        else:
            others = self.rng.sample(found, min(len(found), MOST_ROWS))
        names = [o for o in others if o.lower() not in {x.lower() for x in own}]
        return own, list(dict.fromkeys(names)), shared

    def other(self, column, used):
        """A value of the column for a row of which nothing asks for one."""
        rng, kind = self.rng, self.table.kinds[column]
        if kind == "number":
            return other_number(rng, column, self.known[column], self.pools.number_values(column), column in self.sized)
        if kind == "date":
            return other_day(rng, self.known[column])
        own, others, shared = self.pool[column]
        fresh = [v for v in others if v not in used[column]]
        if shared and (own or others):
            return rng.choice(own + others)
        return rng.choice(fresh or others or own)

    def asked(self, question):
        """What a row that the question finds holds."""
        row, bounds = {}, {}
        for column, op, value in question["where"]:
            if op == "=":
                row[column] = self.pools.spelling(value) if self.table.kinds[column] == "text" else value
            else:
                bounds.setdefault(column, {})[op] = value
        for column, ends in bounds.items():
            row[column] = self._within(column, ends.get(">"), ends.get("<"))
        return row

    def _within(self, column, above, below):
        rng = self.rng
        if self.table.kinds[column] == "date":
            days = [other_day(rng, [above or below]) for _ in range(40)]
            return next((d for d in days if (not above or d > above) and (not below or d < below)), None)
        if above is not None and below is not None:
            return rng.randint(int(above) + 1, max(int(above) + 1, int(below) - 1))
        if above is not None:
            step = max(1, abs(int(above)) // 3)
            whole = int(above) + rng.randint(1, min(step, 6) if 1800 < above < 2030 else step)
            return whole if isinstance(above, int) or rng.random() < 0.4 else round(above + rng.uniform(0.1, step), 1)
        least = 0 if below > 0 else int(below) - 5
        near = int(below) - rng.randint(1, 8)
        return max(least, near if 1800 < below < 2030 or rng.random() < 0.4 else rng.randint(least, max(least, int(below) - 1)))

    def make(self):
        rng, table = self.rng, self.table
        rows, used = [], {c: set() for c in table.columns}
        fixed = [self.asked(q) for q in rng.sample(table.questions, len(table.questions))]
        for one in fixed:
            into = next((r for r in rows if all(r.get(c, v) == v for c, v in one.items())
                         and any(c in r for c in one)), None)
            if into is None or len(rows) < LEAST_ROWS and rng.random() < 0.7:
                rows.append(dict(one))
            else:
                into.update(one)
        rows = rows[:MOST_ROWS]
        rows += [{} for _ in range(max(1, rng.randint(LEAST_ROWS, MOST_ROWS - 2) - len(rows)))]
        for row in rows:
            for column, value in row.items():
                used[column].add(value)
        for row in rows:
            for column in table.columns:
                if row.get(column) is None:
                    row[column] = self.other(column, used)
                    used[column].add(row[column])
        rng.shuffle(rows)
        return rows


def filled(rng, table, pools):
    """Rows, key and lists of values of the table."""
    table.rows = Rows(rng, table, pools).make()
    compared = {c for q in table.questions for c, op, _ in q["where"] if op != "="}
    for column in table.columns:
        values = [r[column] for r in table.rows]
        if table.kinds[column] == "text":
            folded = {v.lower(): v for v in values}
            for row in table.rows:
                row[column] = folded[row[column].lower()]
            if 1 < len(folded) <= 7 and len(folded) < len(values) and pools.text_values(column)[1] and \
                    rng.random() < CHECKED:
                table.choices[column] = sorted(folded.values())
        distinct = len({str(v).lower() for v in values}) == len(values)
        whole = all(isinstance(v, int) for v in values)
        if table.key is None and distinct and column not in compared and rng.random() < 0.6 and (
                CODES.search(column.lower()) or column in table.columns[:2] and names_rows(column)) and (
                whole and min(values) > 0 or table.kinds[column] == "text"):
            table.key = column
    return table
