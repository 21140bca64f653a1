"""Letters of other alphabets as Latin ones (words/latin.h)."""
import unicodedata

OTHERS = {"ß": "ss", "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "ı": "i", "ĳ": "ij", "ĸ": "k",
          "ŀ": "l", "ł": "l", "ŉ": "n", "ŋ": "ng", "œ": "oe", "ŧ": "t", "ſ": "s", "ə": "a"}
GREEK = dict(zip("αβγδεζηθικλμνξοπρςστυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split()))
CYRILLIC = dict(zip(map(chr, range(0x430, 0x460)),
                    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya "
                    "e yo dj g ye dz i yi j lj nj c k i u dzh".split()))


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


def letters(name):
    """(text, whether it is a capital) for each; an empty text: no letter. None: there is one of another alphabet."""
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
