"""Words: pools to draw from, names made up on the spot, and what people call things.

Everything is a function of the random generator that is handed in.
"""
import re
from pathlib import Path

DATA = Path(__file__).parent / "data"


def _read_pools():
    pools, columns, at = {}, {}, None
    for line in (DATA / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= column "):
            at = columns.setdefault(line[9:], [])
        elif line.startswith("= "):
            at = pools.setdefault(line[2:], [])
        elif line and not line.startswith("#"):
            at.extend(word.strip() for word in line.split(","))
    return pools, columns


def _read_verbs():
    verbs = {}
    for line in (DATA / "verbs.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            state, words = line.split(": ")
            verbs[state] = [word.strip() for word in words.split(",")]
    return verbs


POOLS, COLUMN_NAMES = _read_pools()
VERBS = _read_verbs()


def person(rng):
    return f"{rng.choice(POOLS['first'])} {rng.choice(POOLS['last'])}"


def code(rng):
    return f"{''.join(rng.choices('abcdefghkmprstwx', k=rng.choice((1, 2))))}-{rng.randint(1, 999)}"


def fill(rng, pattern):
    """"[hot|cold] tea for {person}" with choices made and pools drawn from."""
    text = re.sub(r"\[([^\]]*)\]", lambda m: rng.choice(m.group(1).split("|")), pattern)

    def pool(match):
        name = match.group(1)
        if name == "person":
            return person(rng)
        if name == "code":
            return code(rng)
        if name == "n":
            return str(rng.randint(1, 60))
        return rng.choice(POOLS[name])

    return re.sub(r"\{(\w+)\}", pool, text)


def made_up(rng):
    """A word that nobody has seen: "floren"."""
    word = rng.choice(POOLS["root"])
    for _ in range(rng.choice((1, 1, 2))):
        word += rng.choice(POOLS["tail"])
    return word


def past(verb):
    """"flor" → "flored", the state that a made-up verb leads to."""
    if verb.endswith("e"):
        return verb + "d"
    return verb + "ed"


def spoken(name):
    """A name as people say it: "unit_price" → "unit price"."""
    return name.replace("_", " ")


def capital(text):
    return text[:1].upper() + text[1:]


def plural_of(noun):
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    return noun + "s"


MADE_UP_VERBS = {past(root + end): root + end
                 for root in POOLS["root"] for end in ("", "en", "ix", "ock", "e")}


def verbs_for(state):
    """How to bring something into a state; the first verb names the button."""
    if state in MADE_UP_VERBS:
        return [MADE_UP_VERBS[state]]
    return VERBS.get(state, [])


def button_verb(state):
    """The verb of a button's user_action: "resolve", or "mark_late" where no verb is known."""
    verbs = verbs_for(state)
    return verbs[0].replace(" ", "_") if verbs else f"mark_{state}"
