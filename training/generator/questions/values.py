"""What columns of questions hold, and values that could stand in them."""
import collections
import datetime
import re

from . import read
from .names import column_words

DATE_LIKE = re.compile(r"\b(?:date|dates|air ?date|aired|released|birthday|born|died|launched|commissioned|laid down|completed)\b", re.I)
NUMBER_LIKE = re.compile(r"^(?:points|rank|year|wins|losses|lost|gold|silver|bronze|total|attendance|crowd|laps|grid|week|round|pick|"
                         r"goals|games|played|drawn|draws|capacity|enrollment|population|height|weight|number|floors|votes|against|"
                         r"difference|season|game|lane|overall|founded|established|built|starts|poles|podiums|races|episode number)$"
                         r"|^(?:no|number of|total|year)\b", re.I)
SMALL = {"of", "the", "and", "in", "de", "at", "on", "vs", "to", "a", "for", "by", "from", "von", "van", "la", "le", "del", "da", "def"}
SHORTENED = re.compile(r"[ivx]{2,5}|[bcdfghjklmnpqrstvwxz]{2,4}|ucla|usa|uk|usc|lsu|byu|tcu|nba|nhl|uae|abc|ucf|unlv")
LEAST, FEWEST = 5, 3     # values that a pool has to have, and one of columns of the same name


def titled(text):
    """A text that was stored in small letters as it would stand in a table."""
    if text != text.lower():
        return text
    parts = re.split(r"([\s(/-])", text)
    return "".join(p if i and p in SMALL else p.upper() if SHORTENED.fullmatch(p) else p[:1].upper() + p[1:]
                   for i, p in enumerate(parts))


class Pools:
    """Values that questions name, by column, by its last word and its first."""

    def __init__(self):
        self.spelt = {}
        self.by_name, self.by_word = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
        self.texts, self.numbers = {}, {}

    def add(self, tables):
        """Those of {table: its questions}."""
        for found in tables.values():
            for q in found:
                for _, _, value in q["where"]:
                    if value != value.lower():
                        self.spelt.setdefault(value.lower(), value)
        for found in tables.values():
            for q in found:
                for column, _, value in q["where"]:
                    value = self.spelling(value)
                    self.by_name[column][value] += 1
                    words = [w for w in column_words(column) if w.isalpha()]
                    for word in words[-1:]:
                        self.by_word[word][value] += 1
        self.texts, self.numbers = {}, {}
        return self

    def spelling(self, value):
        return titled(self.spelt.get(value.lower(), value))

    def _of(self, column):
        words = [w for w in column_words(column) if w.isalpha()]
        yield self.by_name.get(column, {})
        for word in words[-1:] + words[:1]:
            yield self.by_word.get(word, {})

    def kind(self, column):
        """What other tables have in such a column: "date", "number", "text" or None."""
        if DATE_LIKE.search(column):
            return "date"
        for pool in self._of(column):
            if len(pool) >= LEAST:
                numbers = sum(read.number(v) is not None for v in pool)
                dates = sum(read.day(v) is not None for v in pool)
                return "number" if numbers > 0.8 * len(pool) else "date" if dates > 0.5 * len(pool) else "text"
        return "number" if NUMBER_LIKE.search(column) else None

    def text_values(self, column):
        """[value], and whether rows share them."""
        if column not in self.texts:
            self.texts[column] = [], False
            for pool in self._of(column):
                found = {v: n for v, n in pool.items() if read.number(v) is None and read.day(v) is None and len(v) <= 40}
                if len(found) >= (FEWEST if pool is self.by_name.get(column) else LEAST):
                    shared = len(found) < 0.35 * sum(found.values()) and len(found) < 60
                    self.texts[column] = [v for v in found for _ in range(min(found[v], 6) if shared else 1)], shared
                    break
        return self.texts[column]

    def number_values(self, column):
        if column not in self.numbers:
            self.numbers[column] = []
            for pool in self._of(column):
                found = [n for n in map(read.number, pool) if n is not None]
                if len(found) >= LEAST:
                    self.numbers[column] = found
                    break
        return self.numbers[column]


def kind_of(column, questions, pools):
    """"date", "number" or "text"; None when nothing tells."""
    own = [v for q in questions for c, _, v in q["where"] if c == column]
    sized = any(c == column and op != "=" for q in questions for c, op, _ in q["where"]) or \
        any(q["select"] == column and q["aggregate"] in ("SUM", "AVG", "MIN", "MAX") for q in questions)
    if own:
        if all(read.day(v) for v in own):
            return "date"
        if all(read.number(v) is not None for v in own):
            coded = any(re.match(r"0\d", v) for v in own)
            return "text" if coded and not sized else "number"
        return "text"
    return "number" if sized and pools.kind(column) != "date" else pools.kind(column)


def other_number(rng, column, known, pool, sized):
    """A number that could stand beside those of the column."""
    if known and (rng.random() < 0.6 or sized or not pool):
        base = rng.choice(known)
        decimals = max((len(str(k).split(".")[1]) for k in known if isinstance(k, float)), default=0)
        if isinstance(base, int) and 1800 <= base <= 2030:
            return min(base + rng.choice((-9, -5, -3, -2, -1, 1, 2, 3, 4, 6)), 2025)
        if decimals:
            return round(base * rng.uniform(0.3, 1.9) + rng.choice((0, 0, 1)), decimals)
        if -20 < base < 20:
            return max(base + rng.choice((-4, -3, -2, -1, 1, 2, 3, 5)), min(0, base))
        return int(base * rng.uniform(0.3, 1.9)) + rng.randint(0, 3)
    if pool:
        alike = [v for v in pool if not known or isinstance(v, int) == all(isinstance(k, int) for k in known)]
        return rng.choice(alike or pool)
    low = column.lower()
    if "year" in low or re.search(r"founded|established|built|opened", low):
        return rng.randint(1890, 2014)
    return rng.randint(1, rng.choice((12, 40, 120, 900)))


def other_day(rng, known):
    if known:
        base = datetime.date.fromisoformat(rng.choice(known))
        return (base + datetime.timedelta(days=rng.choice((-40, -21, -14, -7, -3, -1, 1, 4, 7, 14, 28, 45)))).isoformat()
    return datetime.date(rng.randint(1990, 2012), rng.randint(1, 12), rng.randint(1, 28)).isoformat()


