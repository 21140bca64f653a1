"""Words: pools to draw from, names made up on the spot, and what people call things.

Everything is a function of the random generator that is handed in.
"""
import re
from pathlib import Path

from .sql import SQLITE_WORDS

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

    text = re.sub(r"\{(\w+)\}", pool, text)
    if rng.random() < 0.3:
        parts = text.split(" ")
        at = rng.randrange(len(parts))
        word = made_up(rng)
        parts[at] = capital(word) if parts[at][:1].isupper() else word
        text = " ".join(parts)
    return text


_ONSETS = "b c d f g h j k l m n p r s t v w z br ch cl cr dr fl gr kn pl pr sc sh sk sl sp st str th tr wh".split()
_VOWELS = "a e i o u ai au ea ee ie oa oo ou".split()
_CODAS = " b ck d ft g l ld ll m mp n nd ng nk nt p r rd rk rm rn rt s sh ss st t th x".split(" ")


def _apps(kept_out):
    """The lines of apps.txt about the apps that are kept out of training, or about the others."""
    out, starred = [], False
    for line in (DATA / "apps.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            starred = line.split(" | ")[0].rstrip().endswith("*")
        if starred == kept_out and not line.startswith("#"):
            out.append(line)
    return "\n".join(out).lower()


def _known_words():
    """Lower-case words to take names from, whole or in pieces; none that only apps kept out have."""
    texts = [_apps(False)] + [(DATA / f"{n}.txt").read_text(encoding="utf-8") for n in ("verbs", "words")]
    known = {w for text in texts for w in re.findall(r"[a-z]+", text.lower())}
    foreign = set(re.findall(r"[a-z]+", _apps(True))) - set(re.findall(r"[a-z]+", texts[0]))
    return sorted(w for w in known - foreign if len(w) > 3 and w not in SQLITE_WORDS)


KNOWN_WORDS = _known_words()
NOUNS = sorted(set(POOLS["noun"]) & set(KNOWN_WORDS))
ADJECTIVES = sorted(set(POOLS["adjective"]) & set(KNOWN_WORDS))


def made_up(rng):
    """A word that nobody has seen in this place: "floren", "shipkery", "qzxv", "lantern"."""
    style = rng.random()
    if style < 0.08:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 8)))
    if style < 0.25:
        return rng.choice(KNOWN_WORDS)
    if style < 0.4:
        return rng.choice(NOUNS)
    if style < 0.7:
        head, tail = rng.choice(KNOWN_WORDS), rng.choice(KNOWN_WORDS)
        return head[:rng.randint(2, min(5, len(head)))] + tail[-rng.randint(2, min(6, len(tail))):]
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)
                   for _ in range(rng.choice((1, 2, 2, 3))))


def person_column(rng):
    """A name that tells that people stand in a column: "owner", "spare_driver", "florner"."""
    style = rng.random()
    if style < 0.5:
        return rng.choice(POOLS["person_column"])
    if style < 0.6:
        return f"{made_up(rng)}_{rng.choice(POOLS['person_column'])}"
    return made_up(rng).rstrip("aeiou") + rng.choice(("er", "er", "or", "ier", "ist"))


def day_column(rng):
    """A name that tells that days stand in a column."""
    if rng.random() < 0.6:
        return rng.choice(POOLS["day_column"])
    return made_up(rng) + rng.choice(("_day", "_date", "_on"))


def state_column(rng, names):
    """A name that tells that a column holds the life cycle; `names` are the plain ones."""
    name = rng.choice(names)
    return name if rng.random() < 0.75 else f"{made_up(rng)}_{name}"


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


def verbs_for(state):
    """How to bring something into a state; the first verb names the button."""
    if state in VERBS:
        return VERBS[state]
    return [state[:-2]] if state.endswith("ed") and len(state) > 4 and "_" not in state else []


def button_verb(state):
    """The verb of a button's user_action: "resolve", or "mark_late" where no verb is known."""
    verbs = verbs_for(state)
    return verbs[0].replace(" ", "_") if verbs else f"mark_{state}"
