"""The file of questions (training/questions_bundle.py): an app a line, xz; opened one by one, when a session is made of it."""
import json
import lzma

from ..people.bundle import Entry, names_in
from ..people.invent import candidates_in, unsaid
from .foreign import Foreign


def write(path, apps, utterances):
    """`apps`: mappings of written, events, held_out."""
    with lzma.open(path, "wt", encoding="utf-8", preset=6) as file:
        for one in [{"utterances": utterances}, *apps]:
            file.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n")


def opened(line):
    """The app of a line, ready to be played."""
    found = json.loads(line)
    entry = Entry(found["written"], found["events"], copies=True)
    entry.names = dict(names_in(entry), **candidates_in(entry))
    entry.names["all"] = set(entry.names["all"])
    for event in entry.events:
        for turn in event["turns"]:
            if words := unsaid(entry, turn, entry.names):
                turn["unsaid"] = words
    return entry


class Apps:
    """As a list of entries, of which each is made when it is asked for. What stays in memory is their text."""

    def __init__(self, lines):
        self.lines = lines

    def __len__(self):
        return len(self.lines)

    def __getitem__(self, at):
        return opened(self.lines[at])


def read(path, held_out=False):
    """(apps, utterances of other worlds): those that are trained with, or those kept out."""
    with lzma.open(path, "rb") as file:
        head, *lines = file.read().splitlines()
    mark = b'"held_out":true'
    return (Apps([line for line in lines if line[-40:].count(mark) == held_out]),
            Foreign(json.loads(head)["utterances"], held_out))
