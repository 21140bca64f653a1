"""What tables and columns are called in place of what the database calls them (host/sql/spoken_names.h)."""
import unicodedata

from ..sql import KEYWORDS

OTHERS = {"ß": "ss", "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "ı": "i", "ĳ": "ij", "ĸ": "k",
          "ŀ": "l", "ł": "l", "ŉ": "n", "ŋ": "ng", "œ": "oe", "ŧ": "t", "ſ": "s", "ə": "a"}
GREEK = dict(zip("αβγδεζηθικλμνξοπρςστυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split()))
CYRILLIC = dict(zip(map(chr, range(0x430, 0x460)),
                    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya "
                    "e yo dj g ye dz i yi j lj nj c k i u dzh".split()))
SYSTEM = set("rowid _rowid_ oid ctid xmin xmax cmin cmax tableoid information_schema".split())
TABLE_WORDS = ("t", "tb", "tbl", "tab", "table")
LONGEST = 63


def _lower(c):
    low = c.lower()
    return low if len(low) == 1 else unicodedata.normalize("NFD", low)[0]


def _letter(low):
    """None: of another alphabet."""
    if low in CYRILLIC:
        return CYRILLIC[low].strip("-")
    base = unicodedata.normalize("NFD", low)[0]
    if "a" <= base <= "z":
        return base
    return OTHERS.get(base, GREEK.get(base))


def _letters(name):
    out = []
    for c in name:
        category = unicodedata.category(c)
        if "0" <= c <= "9":
            out.append((c, False))
        elif category[0] == "L":
            letter = _letter(_lower(c))
            if letter is None:
                return None
            if letter:
                out.append((letter, _lower(c) != c))
        elif category[0] != "M":
            out.append(("", False))
    return out


def _begins_word(letters, at):
    if not at or not letters[at][1]:
        return False
    before, upper = letters[at - 1]
    if not upper:
        return bool(before)
    after = letters[at + 1] if at + 1 < len(letters) else ("", False)
    if after[1] or not after[0] or after[0].isdigit():
        return False
    behind = letters[at + 2] if at + 2 < len(letters) else ("", False)
    return not (after[0] == "s" and (behind[1] or not behind[0]))


def _free(name):
    return (bool(name) and len(name) <= LONGEST and not name[0].isdigit() and name not in KEYWORDS
            and name not in SYSTEM and not name.startswith(("pg_", "sqlite_", "sr_")))


def spoken_name(name):
    letters, out = _letters(name), ""
    for i, (text, _) in enumerate(letters or ()):
        if (not text or _begins_word(letters, i)) and out and not out.endswith("_"):
            out += "_"
        out += text
    out = out.rstrip("_")
    if out in KEYWORDS:
        out += "_"
    return out if _free(out) else name


def _without_prefixes(names):
    first = {n.partition("_")[0] if "_" in n else "" for n in names}
    shared = len(names) >= 3 and len(first) == 1 and first != {""}
    out = []
    for name in names:
        word, _, rest = name.partition("_")
        out.append(rest if (shared or word in TABLE_WORDS) and _free(rest) else name)
    return out


def told_apart(stored, names):
    """What two would be called, or what another is called in the database, nobody is called."""
    taken = {}
    for own, name in zip(stored, names):
        for n in {own.lower(), name}:
            taken[n] = taken.get(n, 0) + 1
    return [own if taken[name] > 1 else name for own, name in zip(stored, names)]


def spoken_tables(stored):
    return dict(zip(stored, told_apart(stored, _without_prefixes([spoken_name(n) for n in stored]))))


def spoken_columns(stored):
    return dict(zip(stored, told_apart(stored, [spoken_name(n) for n in stored])))
