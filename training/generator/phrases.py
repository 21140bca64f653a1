"""How people say it: data/phrases.txt, with small words around it and slips of the keyboard."""
import re

from . import words


def _read():
    kinds, at = {}, None
    for line in (words.DATA / "phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            at = kinds.setdefault(line[2:], ([], []))
        elif line and not line.startswith("#"):
            at[1 if line.startswith("* ") else 0].append(line.removeprefix("* ").strip())
    return kinds


PHRASES = _read()  # kind → (phrases to train on, phrases kept out)


def choose(rng, kind, held_out):
    known, kept_out = PHRASES[kind]
    return rng.choice(kept_out if held_out and kept_out else known)


def _slip(rng, word):
    at = rng.randrange(1, len(word) - 1)
    return rng.choice((word[:at] + word[at + 1:], word[:at] + word[at] + word[at:],
                       word[:at] + word[at + 1] + word[at] + word[at + 2:]))


FILLERS = ("just", "now", "maybe", "please", "quickly", "again", "then", "so", "well", "right away",
           "for me", "for us", "if possible", "today")


def _loosen(rng, text):
    """One word too many, or an article too few."""
    parts = text.split(" ")
    articles = [i for i, p in enumerate(parts) if p in ("the", "a", "an", "me", "all")]
    if articles and rng.random() < 0.5:
        del parts[rng.choice(articles)]
    else:
        parts.insert(rng.choice((0, len(parts))), rng.choice(FILLERS))
    return " ".join(parts)


def say(rng, kind, held_out=False, noise=True, **slots):
    """A command of this kind in somebody's words."""
    text = choose(rng, kind, held_out)
    opens_with_slot = text.startswith("{")
    if noise and rng.random() < 0.1:
        parts = re.split(r"(\{\w+\}|[^a-z{]+)", text)
        long = [i for i, p in enumerate(parts) if len(p) > 4 and p.isalpha()]
        if long:
            at = rng.choice(long)
            parts[at] = _slip(rng, parts[at])
            text = "".join(parts)
    if noise and rng.random() < 0.12:
        text = _loosen(rng, text)
    text = re.sub(r"\{(\w+)\}", lambda m: str(slots.get(m.group(1), m.group(0))), text)
    if not noise:
        return text
    if rng.random() < 0.2:
        text = choose(rng, "prefix", held_out) + " " + text
    elif not opens_with_slot and rng.random() < 0.2:
        text = words.capital(text)
    if rng.random() < 0.2:
        suffix = choose(rng, "suffix", held_out)
        text += suffix if suffix[0] in ",.!?" else " " + suffix
    return text
