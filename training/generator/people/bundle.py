"""Apps that people wrote, compiled: what training/apps_bundle.py writes and sessions are made of."""
import hashlib
import json
import re
from dataclasses import dataclass, field

from . import said
from .compile import compile_event
from .expressions import Cannot
from .found import values_of
from .invent import candidates_in, unsaid
from .load import app_of
from .parse import parse
from .play import ALL, Play
from .screen import keys_of
from .shapes import Shaper

KEPT = ("app", "prompt", "schema", "seed", "policy", "actions", "screens")
SCREENS = ("look", "sort", "filter", "join", "edit of the screen")
MOST_WAYS = 4
NO_NAMES = set("mr mrs ms miss dr prof sir the and for from with not new old north south east west monday tuesday"
               " wednesday thursday friday saturday sunday january february march april may june july august september"
               " october november december road street lane house hall church school".split())


@dataclass
class Entry:
    """An app, its facts, and its events ready to be played: [{"turns", "ways"}]."""
    written: dict
    events: list
    names: dict = None
    app: object = None
    seed: object = None
    keys: dict = field(default_factory=dict)       # (screen, component) → what keys_of says
    values: dict = field(default_factory=dict)     # (table, column) → its values, as far as they were asked for
    selects: dict = field(default_factory=dict)    # and its query as a statement of shapes.py, or None
    copies: bool = False                           # texts of an answer are copied as they were said, whatever their case
    found: dict = field(default_factory=dict)      # table → what stands in it, as far as it was asked for
    about: object = None                           # words of the app, as far as they were asked for

    def __post_init__(self):
        self.app = app_of(self.written)
        self.seed = self.app.database()
        for name, parts in self.app.screens.items():
            for part in parts:
                self.keys[name, part["id"]] = keys_of(self.app, part["source"])
                self.selects[name, part["id"]] = _shaped(self.app, part["source"])

    def texts(self, table):
        """Texts of the seed (found.py)."""
        if table.name not in self.found:
            self.found[table.name] = values_of(self.seed, table)
        return self.found[table.name]


def _shaped(app, text):
    try:
        return Shaper(app).select(parse(text))
    except (Cannot, AttributeError):
        return None


def names_in(entry):
    """Names in the facts that can be others: no sentence plays with them."""
    app, texts, known = entry.app, set(), set()
    for table in app.tables.values():
        known |= {p.lower() for n in [table.name] + [c.name for c in table.columns] for p in re.findall(r"[A-Za-z]+", n)}
        for column in table.columns:
            known |= {w.lower() for c in column.choices or () for w in said.words_of(str(c))}
            if column.is_words:
                texts |= {r[0] for r in entry.seed.execute(f'SELECT "{column.name}" FROM "{table.name}"')
                          if isinstance(r[0], str)}
    heard = " ".join(t.get("say", "") for e in entry.events for t in e["turns"]) + " " + app.prompt
    spoken = {w.lower() for w in re.findall(r"[^\W\d_]+", heard)}
    found = {w for t in texts for w in re.findall(r"[^\W\d_]+", t)}
    everything = spoken | {w.lower() for w in found} | known
    capital = {w for w in found if len(w) > 2 and w[0].isupper() and w[1:].islower() and w.isascii()}
    small = {w.lower() for w in re.findall(r"\b[a-z][a-z]+\b", " ".join(texts))}
    out = []
    for name in sorted(capital):
        low = name.lower()
        if low in NO_NAMES or low in known or low in small or low in app.prompt.lower():
            continue
        if any(o != low and (o.startswith(low[:4]) or low.startswith(o[:4]) and len(o) > 3) for o in spoken):
            continue
        out.append(name)
    return {"some": out, "all": sorted(everything)}


def _playable(entry, turns, steps):
    """Whether all of it can be played behind these steps."""
    play = Play(None, entry)
    play.open()
    try:
        if not steps:
            return bool(play.event(turns)) and play.whole
        return bool(play.way(steps) and play.event_here(turns) and play.whole)
    finally:
        play.close()


def ways_to(entry, turns, looks):
    """What must be on screen before: [] as it stands, else lists of steps (Play.way); None: nothing would do."""
    if _playable(entry, turns, []):
        return []
    on = turns[0].get("on") or "home"
    tables = list(dict.fromkeys(n[0] for t in turns for n in t["needs"] if entry.app.tables[n[0]].shown))
    every = [ALL + t for t in tables]
    tries = [[n] for n in entry.app.screens if n != on] + [[number] for number, event in looks if event is not turns]
    tries += [every[:1] + [on], every, every + [on], every[::-1]]
    tries += [[n, m] for n in entry.app.screens for m in entry.app.screens if n != m]
    found = []
    for steps in tries:
        if len(found) < MOST_WAYS and steps and steps not in found and _playable(entry, turns, steps):
            found.append(steps)
    return found or None


def wordings(event):
    """The event as it was said first, and in each of the other ways (`says`); a talk's turns go on together."""
    turns = event.get("talk", [event])
    for number in range(1 + max(len(t.get("says", ())) for t in turns)):
        said = [dict(t, say=t["says"][number - 1]) if 0 < number <= len(t.get("says", ())) else t for t in turns]
        yield {"talk": said} if "talk" in event else said[0]


def compiled(written):
    """(entry, how many turns of each kind hold, [(kind, why it was dropped)])"""
    entry = Entry({k: written[k] for k in KEPT if written.get(k)}, [])
    dropped, all_turns = [], []
    for event in written["events"]:
        for worded in wordings(event):
            turns, out = compile_event(entry.app, entry.seed, worded)
            dropped += out
            if turns:
                all_turns.append(turns)
    entry.events = [{"turns": t, "ways": []} for t in all_turns]
    looks = [(i, t) for i, t in enumerate(all_turns) if len(t) == 1 and t[0]["kind"] in SCREENS]
    ways = [ways_to(entry, turns, looks) for turns in all_turns]
    for event, found in zip(entry.events, ways):
        if found is None:
            dropped += [(t["kind"], "no screen shows the row") for t in event["turns"]]
            event["turns"] = []
        event["ways"] = found or []
    entry.names = dict(names_in(entry), **candidates_in(entry))
    for event in entry.events:
        for turn in event["turns"]:
            if found := unsaid(entry, turn, entry.names):
                turn["unsaid"] = found
    return entry, dropped


def place_of(name):
    """Apps are taken in this order, so that fewer of them are a part of more."""
    return hashlib.sha256(name.encode()).hexdigest()


def write(entries, path):
    """`entries`: mappings of written, events, names."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, separators=(",", ":"))


def read(path, apps=None):
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    found.sort(key=lambda e: place_of(e["written"]["app"]))
    return [Entry(e["written"], e["events"], dict(e["names"], all=set(e["names"]["all"]))) for e in found[:apps]]
