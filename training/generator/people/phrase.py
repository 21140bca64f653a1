"""Small differences in how a sentence is typed; what the answer takes out of it stays as it is."""
import re

from .. import phrases

_ARTICLES = ("the", "a", "an")


def _slip(rng, text, kept):
    parts = re.split(r"([^\W\d_]+)", text)
    long = [i for i, p in enumerate(parts) if len(p) > 4 and p.isalpha() and p.lower() not in kept]
    if not long:
        return text
    at = rng.choice(long)
    parts[at] = phrases._slip(rng, parts[at])
    return "".join(parts)


def _shorter(rng, text, kept):
    parts = text.split(" ")
    found = [i for i, p in enumerate(parts) if p.lower() in _ARTICLES and p.lower() not in kept]
    if found and len(parts) > 3:
        del parts[rng.choice(found)]
    return " ".join(parts)


BEFORE = ("please ", "hey, ", "ok, ", "right, ", "so ", "hi, ", "now, ", "erm, ", "and ", "ok so ", "hello, ")
BEHIND = (" please", " pls", ", please", " thanks", ", ta", " thx", "!", "...", ", cheers", " if you would", " :)")


def _polite(rng, text, _kept):
    if rng.random() < 0.5:
        return rng.choice(BEFORE) + text
    return text if text.endswith("?") else text.rstrip(".!") + rng.choice(BEHIND)


def _unpunctuated(_rng, text, _kept):
    return re.sub(r"[,;]", "", text).rstrip(".!?")


WAYS = ((5, _slip), (4, _shorter), (3, _polite), (5, _unpunctuated), (6, lambda r, t, k: t.lower()),
        (2, lambda r, t, k: t.upper()), (3, lambda r, t, k: t[:1].upper() + t[1:]),
        (2, lambda r, t, k: t + "."))


def typed(rng, text, kept):
    """`kept`: words, in small letters, that the answer repeats."""
    if rng.random() < 0.55:
        return text
    out = rng.choices([w for _, w in WAYS], [n for n, _ in WAYS])[0](rng, text, kept)
    if rng.random() < 0.15:
        out = _slip(rng, out, kept)
    return out or text
