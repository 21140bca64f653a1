"""Questions that people wrote about tables (WikiSQL, by way of text2sql-data), and which of them can be answered."""
import collections
import datetime
import json
import lzma
import re

from .. import said_days
from ..people import said
from .names import LIKELY, stem, stems_of

MOST_WORDS, LEAST_WORDS = 40, 3
_ODD = re.compile(r"[^\x20-\x7e\u00c0-\u024f\u2013\u2014\u2018\u2019\u201c\u201d£€°½]")
_NOT = re.compile(r"\b(?:not|no one|nobody|never|without|except|excluding|other than|neither|nor|besides)\b|n't\b", re.I)
_MORE = re.compile(r"\b(?:more|over|greater|above|larger|higher|after|later|bigger|exceed\w*|better|past|since|than|longer|"
                   r"newer|taller|heavier|beyond|upwards|top\w*|surpass\w*|from)\b|>", re.I)
_LESS = re.compile(r"\b(?:less|under|below|fewer|before|smaller|lower|prior|earlier|shorter|than|younger|older|lighter|"
                   r"beneath|until|up to|worse|lesser|within)\b|<", re.I)
_COMPARED = re.compile(r"\b(?:more|less|greater|larger|smaller|higher|lower|bigger|fewer|later|earlier|better|worse|longer|"
                       r"shorter|older|newer) than\b|\b(?:over|under|above|below|exceeding) \$?\d|"
                       r"\b(?:before|after|prior to|since) (?:the )?(?:year )?\d{4}\b", re.I)
_ENDS = re.compile(r"\b(?:at least|at most|or (?:more|less|fewer|higher|lower|greater|later|earlier|above|below|better|older)|"
                   r"no (?:more|less|fewer|later|earlier) than|minimum of|maximum of|between)\b", re.I)
_CUES = {"COUNT": r"how many|number of|how often|count\b|total|amount of|how much",
         "SUM": r"total|sum\b|altogether|combined|in all|added",
         "AVG": r"average|mean\b|avg",
         "MAX": r"highest|most|max\w*|largest|greatest|latest|last|top|best|biggest|longest|newest|tallest|heaviest|high\b|"
                r"recent|oldest|upper",
         "MIN": r"lowest|least|min\b|minimum|smallest|fewest|earliest|first|shortest|lightest|low\b|worst|youngest|oldest|less"}
_CUES = {k: re.compile(rf"\b(?:{v})", re.I) for k, v in _CUES.items()}
_TOTALS = re.compile(r"\b(?:how many|number of|average|mean|total|sum|highest|lowest|most|least|largest|smallest|fewest|"
                     r"earliest|latest|maximum|minimum|greatest|biggest|how often)\b", re.I)
_ROW = re.compile(r"^who\b|\b(?:which|what(?:'s| is| was| are| were)?(?: the)?) ([\w ]{2,30}?) (?:with|has|had|have|having|that ha[sd]|"
                  r"won|scored|got) (?:the |an? )?(?:highest|lowest|most|least|largest|smallest|fewest|greatest|biggest|earliest|"
                  r"latest|best|worst)\b", re.I)
_MONTHS = {m.lower() for m in "January February March April May June July August September October November December".split()}
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\Z|-?\.\d+\Z")


class Dropped(Exception):
    """Why a question cannot be used."""


def number(text):
    """The number that a text is as a whole, or None."""
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    value = float(text.replace(",", ""))
    return int(value) if value == int(value) and "." not in text else value


SOME_DAY = datetime.date(2000, 1, 1)       # from which no question counts


def day(text):
    """The ISO day that a text is as a whole, or None."""
    found = [s.first for s in said_days.days_of(text, SOME_DAY) if s.is_day and re.search(r"\d{4}", text)]
    rest = re.sub(r"[\d\s,./-]|st\b|nd\b|rd\b|th\b|of\b|[A-Za-z]+", "", text)
    return found.pop().isoformat() if len(found) == 1 and not rest and len(text) < 22 and len(text.split()) < 5 else None


TOTALS = (None, "MAX", "MIN", "COUNT", "SUM", "AVG")     # as WikiSQL numbers them
SIGNS = ("=", ">", "<")


def opened(path):
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else open(path, encoding="utf-8")


def records(path):
    """A question a line, as questions_bundle.py describes it, or as WikiSQL itself has it, with its tables beside:
    of train.jsonl train.tables.jsonl."""
    headers = None
    with opened(path) as file:
        for line in file:
            found = json.loads(line)
            if "sql" in found:
                headers = headers or _headers(path)
                found = _record(found, headers[found["table_id"]])
            yield found


def _headers(path):
    name, dot, rest = path.name.partition(".")
    with opened(path.with_name(f"{name}.tables.{rest}")) as file:
        return {table["id"]: [c.lower() for c in table["header"]] for table in map(json.loads, file)}


def _record(found, columns):
    query = found["sql"]
    return {"table": found["table_id"], "columns": columns, "question": found["question"], "select": columns[query["sel"]],
            "aggregate": TOTALS[query["agg"]],
            "where": [[columns[c], SIGNS[op], str(value)] for c, op, value in query["conds"] if op < len(SIGNS)]}


def by_table(found):
    """{table: its records}"""
    out = collections.OrderedDict()
    for record in found:
        out.setdefault(record["table"], []).append(record)
    return out


def _words(question, where):
    count = len(question.split())
    if count > MOST_WORDS:
        raise Dropped("more than 40 words")
    if count < LEAST_WORDS:
        raise Dropped("fewer than three words")
    if _ODD.search(question + " ".join(v for _, _, v in where)):
        raise Dropped("odd letters")
    if _NOT.search(question):
        raise Dropped("a negation, which no condition has")


def _said_number(question, value, amount):
    """Whether the grammar can write it: its digits stand there, or it is a small one in a word."""
    if isinstance(amount, float) and repr(amount) != value.replace(",", ""):
        raise Dropped("a number that is written otherwise")
    forms = {value, str(amount), f"{amount:,}"}
    if any(re.search(rf"(?<![\w.,]){re.escape(f)}(?![\d]|[.,]\d)", question) for f in forms):
        return value
    return value if abs(amount) <= 100 and amount == int(amount) and said.holds_number(question, amount, exactly=True) else None


def bare(value):
    """Without the quotes that stand around a title."""
    value = re.sub(r"\s+", " ", value.strip())
    inner = value[1:-1].strip()
    return inner if value[:1] == value[-1:] == '"' and inner else value


def _values(question, where):
    """Conditions whose values stand in the question: texts as they stand there."""
    out = []
    for column, op, value in where:
        value = bare(value)
        amount, date = number(value), day(value)
        if not value or len(value) > 60:
            raise Dropped("a value that is empty or long")
        if re.match(r'[^"]*[^\s"(]"', value) and value.count('"') != 1:
            raise Dropped("several titles in one value")
        if op != "=" and amount is None and date is None:
            raise Dropped("a text compared by size")
        if date is not None and said_days.day_in(date) in said_days.writable(said_days.days_of(question, SOME_DAY)):
            out.append([column, op, value])
            continue
        if amount is None:
            stands = said.span(question, value)
        else:
            stands = _said_number(question, value, amount)
        if stands is None:
            raise Dropped("a value that nobody said")
        out.append([column, op, stands if op == "=" and amount is None else value])
    return out


def _together(record, where):
    equal = [c for c, op, _ in where if op == "="]
    if len(set(equal)) < len(equal) or len({(c, op) for c, op, _ in where}) < len(where):
        raise Dropped("conditions that contradict each other")
    if any(c in equal for c, op, _ in where if op != "="):
        raise Dropped("conditions that contradict each other")
    if record["select"] in equal and not record["aggregate"] == "COUNT":
        raise Dropped("what is asked stands in the question")
    if len(where) > 6 or not where and not record["aggregate"]:
        raise Dropped("no condition")


def _compared(question, where):
    ops = {op for _, op, _ in where}
    if ">" in ops and not _MORE.search(question) or "<" in ops and not _LESS.search(question):
        raise Dropped("a comparison that nobody said")
    if ops <= {"="} and _COMPARED.search(question):
        raise Dropped("a comparison that the answer has not")
    if _ENDS.search(question):
        raise Dropped("at least, at most or between")


def _numbers_used(question, columns, where):
    """A number that is no value and no part of a column's name is a condition that is missing."""
    rest = question.lower()
    for _, _, value in sorted(where, key=lambda w: -len(w[2])):
        rest = rest.replace(value.lower(), " ")
        amount = number(value)
        if amount is not None:
            rest = rest.replace(f"{amount:,}", " ").replace(str(amount), " ")
        if day(value):
            rest = re.sub(r"\d+", " ", rest)
    known = " ".join(columns).lower()
    if any(n not in known for n in re.findall(r"\d+", rest)):
        raise Dropped("a number that the answer has no use for")


def names_column(question, column):
    """Whether the question speaks of the column."""
    return bool(stems_of(column) & {stem(w) for w in said.words_of(question.lower())})


def _named(question, record, where):
    for column, _, _ in where:
        if not names_column(question, column) and not LIKELY.search(column):
            raise Dropped("a column that nobody named")
    if record["aggregate"] in ("SUM", "AVG", "MAX", "MIN") and not names_column(question, record["select"]):
        if not LIKELY.search(record["select"]) or record["aggregate"] in ("SUM", "AVG"):
            raise Dropped("a column that nobody named")


def _total(question, record, where):
    """The total that is meant, of those that the words allow."""
    wanted, column = record["aggregate"], record["select"]
    named = re.sub("|".join(re.escape(w) for w in [column] + [c for c, _, _ in where] + [v for _, _, v in where]), " ",
                   question, flags=re.I)
    if wanted is None:
        if _TOTALS.search(named) and not re.search(r"how many", named, re.I):
            raise Dropped("a total that the answer has not")
        return wanted
    if not _CUES[wanted].search(named):
        raise Dropped("a total that nobody asked for")
    row = _ROW.search(question)
    if wanted != "COUNT" and row and not (row[1] and stems_of(row[1]) & stems_of(column)):
        raise Dropped("a row, where the answer is a number")
    if re.search(r"\b(?:each|every|per)\b", named, re.I):
        raise Dropped("a total for each of several")
    others = [k for k in ("AVG", "MAX", "MIN") if k != wanted and _CUES[k].search(named)]
    if wanted in ("COUNT", "SUM") and others:
        raise Dropped("a total that could be another")
    return wanted


def frame(question):
    """What is asked, whatever it is asked about."""
    out = question["question"].lower()
    for _, _, value in sorted(question["where"], key=lambda w: -len(w[2])):
        out = out.replace(value.lower(), "…")
    return re.sub(r"[^a-z…]+", " ", out), question["select"], tuple(c for c, _, _ in question["where"])


def checked(record, columns):
    """{"question", "select", "aggregate", "where"}, or Dropped."""
    question = re.sub(r"\s+", " ", record["question"]).strip()
    where = [[c, op, v] for c, op, v in dict.fromkeys(map(tuple, record["where"]))]
    _words(question, where)
    if {record["select"], *(c for c, _, _ in where)} & _MONTHS:
        raise Dropped("a column that is called like a month")
    _together(record, where)
    where = _values(question, where)
    _compared(question, where)
    _numbers_used(question, columns, where)
    total = _total(question, record, where)
    _named(question, record, where)
    return {"question": question, "select": record["select"], "aggregate": total, "where": where}
