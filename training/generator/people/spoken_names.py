"""What tables and columns are called in place of what the database calls them (host/sql/spoken/names.h)."""
from ..latin import letters as letters_of
from ..sql import KEYWORDS

SYSTEM = set("rowid _rowid_ oid ctid xmin xmax cmin cmax tableoid information_schema".split())
TABLE_WORDS = ("t", "tb", "tbl", "tab", "table")
LONGEST = 63
# As in host/sql/spoken/abbreviations.cpp.
ABBREVIATIONS = dict(pair.split("=") for pair in """
    acct=account addr=address amt=amount appt=appointment bal=balance ccy=currency cntry=country ctry=country cust=customer
    dept=department descr=description dob=date_of_birth dt=date emp=employee fname=first_name hrs=hours lang=language
    lname=last_name loc=location lvl=level mfr=manufacturer mgr=manager mins=minutes msg=message nbr=number num=number
    pct=percent pmt=payment prio=priority qty=quantity rcvd=received recd=received rmk=remark rmks=remarks rsn=reason
    sev=severity src=source sts=status svc=service tkt=ticket txn=transaction typ=type wt=weight yr=year""".split())
ABBREVIATIONS_OF_TEXTS = {"desc": "description", "nm": "name"}


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
    letters, out = letters_of(name), ""
    for i, (text, _) in enumerate(letters or ()):
        if (not text or _begins_word(letters, i)) and out and not out.endswith("_"):
            out += "_"
        out += text
    out = out.rstrip("_")
    if out in KEYWORDS:
        out += "_"
    return out if _free(out) else name


def spelt_out(name, text=True):
    words = {**ABBREVIATIONS, **(ABBREVIATIONS_OF_TEXTS if text else {})}
    given = name.removesuffix("_")
    whole = "_".join(words.get(w, w) for w in given.split("_"))
    return whole if whole != given and _free(whole) else name


def _short_for(word, table):
    if table.startswith(word) or "_" + word in table:
        return True
    letters = iter(table)
    return len(word) <= 3 and table[0] == word[0] and all(c in letters for c in word)


def _shared_prefix(names, table):
    """`names`: those that point at no other table."""
    first = {n.partition("_")[0] if "_" in n else "" for n in names}
    if len(names) < 3 or len(first) != 1:
        return ""
    [word] = first
    return word if not table or _short_for(word, table) else ""


def _without_prefixes(names, own, table=""):
    shared, out = _shared_prefix(own, table), []
    for name in names:
        word, found, rest = name.partition("_")
        drop = found and word and (word == shared or (not table and word in TABLE_WORDS))
        rest += "_" if rest in KEYWORDS else ""
        out.append(rest if drop and _free(rest) else name)
    return out


def told_apart(stored, names):
    """What two would be called, or what another is called in the database, nobody is called."""
    taken = {}
    for own, name in zip(stored, names):
        for n in {own.lower(), name}:
            taken[n] = taken.get(n, 0) + 1
    return [own if taken[name] > 1 else name for own, name in zip(stored, names)]


def spoken_tables(stored):
    names = [spelt_out(spoken_name(n), False) for n in stored]
    return dict(zip(stored, told_apart(stored, _without_prefixes(names, names))))


def spoken_columns(stored, table, texts=(), foreign=()):
    """`texts`, `foreign`: those of them that hold texts, that point at other tables."""
    names = [spelt_out(spoken_name(n), n in texts) for n in stored]
    own = [name for n, name in zip(stored, names) if n not in foreign]
    return dict(zip(stored, told_apart(stored, _without_prefixes(names, own, table))))
