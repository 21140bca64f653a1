"""What stands in a sentence: words, numbers, days; and whether a value of an answer can come from it."""
import difflib
import re

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\W_]+", re.U)
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?")
_UNITS = {w: i for i, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen".split())}
_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ORDINALS = {w: i for i, w in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(), 1)}
_OTHER = {"a": 1, "an": 1, "another": 1, "couple": 2, "both": 2, "pair": 2, "dozen": 12, "half": 0.5, "once": 1,
          "twice": 2, "double": 2, "tenner": 10, "fiver": 5, "fortnight": 14, "week": 7, "zero": 0, "none": 0,
          "no": 0, "nil": 0, "empty": 0, "free": 0, "top": 1, "nought": 0, "single": 1, "grand": 1000, "k": 1000,
          "quarter": 0.25, "score": 20, "solo": 1}

_TIMES = {"hundred": 100, "thousand": 1000, "dozen": 12, "weeks": 7, "week": 7, "grand": 1000, "hours": 60, "score": 20}
_SCALES = (1, 10, 100, 1000, 60, 0.01, 0.001)


def words_of(text):
    return [m[0] for m in _WORD.finditer(text)]


def numbers_of(text):
    """Every number that the text may name."""
    out, low = set(), text.lower()
    for m in _NUMBER.finditer(low):
        digits = m[0].replace(" ", "")
        for form in {digits.replace(",", ""), digits.replace(",", ".")}:
            if form.count(".") <= 1:
                out.add(float(form))
    for m in re.finditer(r"\d+", low):
        out.add(float(m[0]))
    for m in re.finditer(r"(\d+(?:\.\d+)?)\s*(?:k|thousand|m|million)\b", low):
        out.add(float(m[1]) * (1000 if m[0][-1] in "kd" else 1e6))
    total, before = 0, None
    for word in re.findall(r"[a-z]+", low) + [""]:
        if word in _UNITS or word in _TENS or word in ("hundred", "thousand"):
            value = _UNITS.get(word, _TENS.get(word, 0))
            total = (total or 1) * (100 if word == "hundred" else 1000) if word.endswith(("dred", "sand")) \
                else total + value if before != "unit" else value
            before = "unit" if word in _UNITS else "ten"
            out |= {float(total), float(value)}
        elif word not in ("and", "a"):
            total, before = 0, None
        if word in _OTHER:
            out.add(float(_OTHER[word]))
        if word in _ORDINALS:
            out.add(float(_ORDINALS[word]))
    return out | _together(low)


def _small(word):
    """A number below a hundred in one word or in digits."""
    if word.isdigit() and len(word) < 3:
        return int(word)
    return _UNITS.get(word, _TENS.get(word))


def _together(low):
    """What two numbers beside each other may be: "nineteen thirty eight", "12 euros 50", "two dozen", "six and a half"."""
    out = set()
    pieces = re.findall(r"[a-z]+|\d+", re.sub(r"(?<=ty)[ -](?=(?:one|two|three|four|five|six|seven|eight|nine)\b)", "", low))
    values = [next((t + u for t_word, t in _TENS.items() for u_word, u in _UNITS.items()
                    if w == t_word + u_word and 0 < u < 10), _small(w)) for w in pieces]
    for i, value in enumerate(values):
        if value is None:
            continue
        out.add(float(value))
        behind = [w for w in pieces[i + 1:i + 5] if w not in ("and", "a", "an")]
        if behind[:1] and behind[0] in _TIMES:
            out.add(float(value * _TIMES[behind[0]]))
        if behind[:1] == ["half"]:
            out |= {value + 0.5, (value + 0.5) * 1000} if "thousand" in behind else {value + 0.5}
        for other in values[i + 1:i + 3]:
            if other is not None:
                out |= {float(value * 100 + other), value + other / 100}
                break
    return out


def holds_number(text, value, exactly=False):
    found = numbers_of(text)
    if float(value) in found:
        return True
    return not exactly and any(abs(abs(value) - n * scale) < 1e-6 for n in found for scale in _SCALES)


def _lower(text):
    """Letter by letter: İ stays one."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def span(text, value):
    """Where the value stands in the text, between edges of words and however its case: as it stands there."""
    low, value = _lower(text), _lower(value)
    at = low.find(value)
    while at >= 0:
        end = at + len(value)
        cut = (at > 0 and text[at - 1].isalnum() and text[at].isalnum()) or (
            end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
        if not cut:
            return text[at:end]
        at = low.find(value, at + 1)
    return None


def alludes(text, value):
    """Whether a word of the text could mean the value: begins alike, or is nearly written alike."""
    said = [w.lower() for w in words_of(text)]
    for word in words_of(value.lower()):
        for other in said:
            least = min(len(word), len(other), 4)
            if least >= 3 and word[:least] == other[:least] or word == other:
                return True
            if len(word) > 3 and len(other) > 3 and difflib.SequenceMatcher(None, word, other).ratio() > 0.75:
                return True
    return False


def spans_of(text, most=4):
    """Stretches of words, longest first."""
    found = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    out = []
    for count in range(min(most, len(found)), 0, -1):
        for i in range(len(found) - count + 1):
            out.append(text[found[i][0]:found[i + count - 1][1]])
    return out
