"""Words of an app that can be any other word in a session, because sentences say them as they are written:
values of a column, names of columns, words of texts. Who reads must then find them in the schema and on screen."""
import re

from .text import compared, each, is_path

PLAIN_WORDS = set("yes no not been how why who where when what first second third last next total week day month year"
                  " name number open opened closed done same time list none left right high low new old date note text"
                  " kind type one two three four five six ten the and for are was has had have all any asked ask said say"
                  " get got put set make take give come came back out off over under more less most least each every per"
                  " sum count average highest lowest top bottom row rows column table screen show only also just now today"
                  " tomorrow yesterday morning evening night can will would should must may might does did".split())
MOST = 12              # of each kind in one app
DESCRIBED = {"change by description", "question about a row", "several things", "several columns", "several rows", "delete",
             "insert", "arithmetic", "ambiguous", "asking, not telling", "nothing to do"}
LEAST_SAID = 2         # sentences that say it


def _spoken(name):
    """A name of one plain word, as it is said."""
    return name.lower() if re.fullmatch(r"[A-Za-z]?[a-z]{2,}|[A-Z]{3,}", name) else None


def _used(answer):
    """(columns, texts) that an answer speaks of."""
    columns, texts = set(), set()
    for s in answer.get("do", []) + [p["select"] for p in answer.get("show", [])] + (
            [answer["choose"]] if "choose" in answer else []):
        values = [(c, v) for c, _, v in each(s.get("where", ()))]
        columns |= set(compared(s.get("where", ()))) | ({s["having"][1]} if s.get("having") else set())
        values += [(v[0], v[-1]) for v in s.get("set", s.get("values", ()))]
        for column, value in values:
            columns.add(column)
            texts |= {v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)}
        columns |= {c for _, c, _ in s.get("order", ())} | set(s.get("group", ()))
        columns |= {i[1] for i in s.get("items", ()) if i[0] or len(s["items"]) < 3}
    reached = {part for c in columns if is_path(c) for part in re.findall(r"\w+", c)}
    return columns | reached, texts


def _needed(entry, turn, candidates):
    """Words of the rows that the sentence means without naming them."""
    if not candidates["words"] or turn["kind"] not in DESCRIBED:
        return set()
    found = set()
    for name, value, *_ in turn["needs"]:
        table = entry.app.tables[name]
        keys = " OR ".join(f'"{k}" = :v' for k in table.keys)
        for row in entry.seed.execute(f'SELECT * FROM "{name}" WHERE {keys}', {"v": value}) if keys else ():
            found |= {w.lower() for v in row if isinstance(v, str) for w in re.findall(r"[^\W\d_]+", v)}
    return found & set(candidates["words"])


def unsaid(entry, turn, candidates):
    """Of the candidates those that the answer needs although the sentence does not say them."""
    words = _needed(entry, turn, candidates)
    columns, texts = _used(turn["answer"])
    if "by_app" in turn["answer"] or "say" not in turn:
        return sorted((columns & set(candidates["columns"])) | (texts & set(candidates["choices"])))
    heard = {w.lower() for w in re.findall(r"[^\W\d_]+", turn["say"])}
    return sorted(words - heard | {c for c in columns if c in candidates["columns"] and c.lower() not in heard} |
                  {t for t in texts if t in candidates["choices"] and t.lower() not in heard})


def candidates_in(entry):
    """{"columns", "choices", "words"}: words that sentences say exactly, or not at all."""
    turns = [t for e in entry.events for t in e["turns"] if "say" in t]
    heard = [{w.lower() for w in re.findall(r"[^\W\d_]+", t["say"])} for t in turns]
    everything = set().union(*heard) if heard else set()
    tables = entry.app.tables.values()
    values = {v for t in tables for c in t.columns for v in c.choices or () if not c.is_number}
    for table in tables:
        for column in table.columns:
            if column.is_words and not column.key:
                found = [r[0] for r in entry.seed.execute(f'SELECT DISTINCT "{column.name}" FROM "{table.name}" LIMIT 9')]
                values |= {v for v in found if isinstance(v, str)} if len(found) < 9 else set()
    names = {c.name for t in tables for c in t.columns}
    own = {n.lower() for n in names} | {t.name.lower() for t in tables}

    def clear(word, least=LEAST_SAID):
        alike = [o for o in everything if o != word and (o[:4] == word[:4] and len(o) > 3 or o[:3] == word)]
        return word not in PLAIN_WORDS and not alike and sum(word in h for h in heard) >= least

    choices = [v for v in sorted(values) if _spoken(v) and len(v) > 2 and v.lower() not in own and clear(v.lower())]
    columns = [n for n in sorted(names) if _spoken(n) and len(n) > 2 and clear(n.lower())
               and n.lower() not in {v.lower() for v in values} | {t.name.lower() for t in tables}]
    known = own | {v.lower() for v in choices} | {w for v in values for w in v.lower().split()}
    texts = {w for t in tables for c in t.columns if c.is_words for v, in entry.seed.execute(
        f'SELECT "{c.name}" FROM "{t.name}"') if isinstance(v, str) for w in re.findall(r"\b[a-z]{4,}\b", v)}
    words = [w for w in sorted(texts - known) if clear(w, 1)]
    return {"choices": choices[:MOST], "columns": columns[:MOST], "words": words[:2 * MOST]}
