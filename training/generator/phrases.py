"""How people say it: data/phrases.txt, with small words around it and slips of the keyboard."""
import re

from . import words

PROBABLE = 12     # times that the phrase with the most variants is likelier than a plain one


def _variants(pattern):
    """About how many ways there are to write a pattern."""
    count = 1
    for group in re.findall(r"\[([^\[\]]*)\]", pattern):
        count *= len(group.split("|"))
    return count * (20 if re.search(r"<\w+>", pattern) else 1)


def _read():
    kinds, macros, at = {}, {}, None
    for line in (words.DATA / "phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            at = kinds.setdefault(line[2:], ([], []))
        elif line.startswith("@ "):
            name, choices = line[2:].split(": ", 1)
            macros[name] = choices.split("|")
        elif line and not line.startswith("#"):
            at[1 if line.startswith("* ") else 0].append(line.removeprefix("* ").strip())
    return kinds, macros


PHRASES, MACROS = _read()  # kind → (phrases to train on, phrases kept out)
WEIGHTS = {kind: [min(PROBABLE, 1 + _variants(p) ** 0.5) if _variants(p) > 1 else 1 for p in known]
           for kind, (known, _) in PHRASES.items()}


def _plain(text):
    return " " + " ".join(re.findall(r"\{\w+\}|[a-z']+|[^a-z'\s{}]+", text.lower())) + " "


KEPT_OUT = {kind: [_plain(p) for p in kept_out] for kind, (_, kept_out) in PHRASES.items()}


def is_kept_out(kind, pattern):
    """Whether a phrase that is kept out stands in this one."""
    plain = _plain(pattern)
    return any(p in plain for p in KEPT_OUT[kind])


def _expanded(rng, pattern):
    pattern = re.sub(r"<(\w+)>", lambda m: rng.choice(MACROS[m.group(1)]), pattern)
    while "[" in pattern:
        pattern = re.sub(r"\[([^\[\]]*)\]", lambda m: rng.choice(m.group(1).split("|")), pattern)
    return re.sub(r" +([,:;.!?]|$)", r"\1", re.sub(" {2,}", " ", pattern)).strip()


def choose(rng, kind, held_out):
    known, kept_out = PHRASES[kind]
    if held_out and kept_out:
        return rng.choice(kept_out)
    while True:
        pattern = _expanded(rng, rng.choices(known, WEIGHTS[kind])[0])
        if pattern and not is_kept_out(kind, pattern):
            return pattern


def _slip(rng, word):
    at = rng.randrange(1, len(word) - 1)
    return rng.choice((word[:at] + word[at + 1:], word[:at] + word[at] + word[at:],
                       word[:at] + word[at + 1] + word[at] + word[at + 2:]))


FILLERS = ("just", "now", "maybe", "please", "quickly", "again", "then", "so", "well", "right away",
           "for me", "for us", "if possible", "today")
FREE_TEXT = ("{title}", "{message}", "{value}", "{pairs}")    # what follows would read as part of it


def _loosen(rng, text):
    """One word too many, or an article too few."""
    parts = text.split(" ")
    articles = [i for i, p in enumerate(parts) if p in ("the", "a", "an", "me", "all")]
    if articles and rng.random() < 0.5:
        del parts[rng.choice(articles)]
    else:
        parts.insert(0 if text.endswith(FREE_TEXT) else rng.choice((0, len(parts))),
                     rng.choice(FILLERS))
    return " ".join(parts)


def _with_slips(rng, text):
    if rng.random() < 0.1:
        parts = re.split(r"(\{\w+\}|[^a-z{]+)", text)
        long = [i for i, p in enumerate(parts) if len(p) > 4 and p.isalpha()]
        if long:
            at = rng.choice(long)
            parts[at] = _slip(rng, parts[at])
            text = "".join(parts)
    return _loosen(rng, text) if rng.random() < 0.12 else text


def say(rng, kind, held_out=False, noise=True, **slots):
    """A command of this kind in somebody's words."""
    pattern = choose(rng, kind, held_out)
    if noise:
        loose = _with_slips(rng, pattern)
        pattern = loose if held_out or not is_kept_out(kind, loose) else pattern
    text = re.sub(r"\{(\w+)\}", lambda m: str(slots.get(m.group(1), m.group(0))), pattern)
    if not noise:
        return text
    if rng.random() < 0.2:
        text = choose(rng, "prefix", held_out) + " " + text
    elif not pattern.startswith("{") and rng.random() < 0.2:
        text = words.capital(text)
    if rng.random() < 0.2:
        suffix = choose(rng, "suffix", held_out)
        if suffix[0] == "," or not pattern.endswith(FREE_TEXT):
            text += suffix if suffix[0] in ",.!?;" else " " + suffix
    return text
