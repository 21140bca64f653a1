"""What people say to other machines: to a bank, a coffee bar, a loudspeaker. An app that has nothing to do with it refuses."""
import collections
import hashlib
import re

from ..people.said import words_of
from .names import STOP, stem
from .read import opened

CHATTER = set("greeting goodbye thank_you how_old_are_you are_you_a_bot tell_joke what_is_your_name meaning_of_life fun_fact"
              " do_you_have_pets where_are_you_from who_made_you who_do_you_work_for what_are_your_hobbies general_joke"
              " general_praise".split())
# What could be meant for any app: taking back, agreeing, lists, settings, what day it is.
LEFT_OUT = set("cancel cancel_reservation repeat yes no maybe what_can_i_ask_you reset_settings change_language change_user_name"
               " change_ai_name change_speed change_accent user_name sync_device order_status calendar_update reminder_update"
               " date time timezone todo_list todo_list_update shopping_list shopping_list_update definition calculator"
               " spelling transactions spending_history update_playlist application_status oos accept_reservations"
               " confirm_reservation general_affirm general_commandstop general_confirm general_dontcare general_explain"
               " general_negate general_repeat general_quirky lists_createoradd lists_query lists_remove datetime_query"
               " datetime_convert qa_maths qa_definition qa_factoid email_addcontact calendar_remove calendar_query calendar_set"
               " calendar alarm_remove whisper_mode takeaway_query edit_personal_details meeting_schedule"
               " schedule_meeting".split())
COMMON = STOP | set("i me my you your we us our it its he she they them this that these those be is are was were am do does did"
                    " have has had can could will would should may might must please what when where which who why how many much"
                    " tell show give get got let want need like know find go make put set there here if so but or not no yes"
                    " any some all one now new today up down out just about an also more than hi hello hey ok okay".split())
SAID_OF = 12             # words by which a whole intent is known
LEAST_WORDS, MOST_WORDS = 3, 22
KEPT_OUT = 8             # one utterance of so many is only for tests
TRIES = 12


def content(text):
    """Stems of the words that say what it is about."""
    return {stem(w) for w in words_of(text.lower()) if w not in COMMON and len(w) > 2}


def chosen(path, rng, most=200):
    """[[what was said, kind, its intent]] and {intent: its own words}"""
    by_intent = collections.defaultdict(list)
    with opened(path) as file:
        for line in file:
            source, intent, text = line.rstrip("\n").split("\t")
            text = re.sub(r"\s+", " ", text).strip()
            low = intent.lower()
            if low in LEFT_OUT or not text.isascii() or not LEAST_WORDS <= len(text.split()) <= MOST_WORDS:
                continue
            if low == "order" and not re.search(r"coffee|latte|tea\b|milk|espresso|mocha|macchiato|cappuccino|americano|cortado",
                                                text, re.I):
                continue
            if source == "taskmaster4" and re.match(r"(?:no|yes|oh|actually|wait|yup|that)\b", text, re.I):
                continue
            by_intent[f"{source} {low}"].append(text)
    out, known = [], {}
    for intent, texts in sorted(by_intent.items()):
        kind = "chatter" if intent.split()[1] in CHATTER else "another world"
        texts = sorted(set(texts))
        count = collections.Counter(w for t in texts for w in content(t))
        known[intent] = [w for w, n in count.most_common(SAID_OF) if n > len(texts) * 0.08]
        out += [[t, kind, intent] for t in rng.sample(texts, min(len(texts), most)) if len(content(t)) > 1]
    return {"said": out, "known": known}


def _kept_out(text):
    return hashlib.sha256(text.encode()).digest()[0] % KEPT_OUT == 0


class Foreign:
    """`pool`: as `chosen` gives it, or nothing."""

    def __init__(self, pool, held_out=False):
        pool = pool or {"said": [], "known": {}}
        self.said = [s for s in pool["said"] if _kept_out(s[0]) == held_out]
        self.known = {intent: set(words) for intent, words in pool["known"].items()}

    def words(self, entry):
        """Stems of everything the app speaks of."""
        if entry.about is None:
            app = entry.app
            texts = [app.prompt, app.name.replace("_", " ")] + [str(a) for a in app.actions.values()]
            for table in app.tables.values():
                texts += [table.name] + [c.name for c in table.columns]
                texts += [str(v) for row in entry.seed.execute(f'SELECT * FROM "{table.name}"') for v in row]
            split = re.sub(r"([a-z])([A-Z])", r"\1 \2", "\n".join(texts)).replace("_", " ")
            entry.about = content(split)
        return entry.about

    def turn(self, rng, entry):
        """A turn about something else altogether; None when none was found."""
        own = self.words(entry)
        for _ in range(TRIES if self.said else 0):
            text, kind, intent = rng.choice(self.said)
            if content(text) & own or kind != "chatter" and self.known.get(intent, set()) & own:
                continue
            reason = "nothing_to_do" if kind == "chatter" else "unknown"
            return {"say": text, "kind": kind, "on": None, "answer": {"refuse": reason}, "needs": []}
        return None
