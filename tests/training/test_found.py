"""Rows that a sentence reaches although they are not on screen, as the host tells of them
(tests/host/session/known_columns_test.cpp has the same rows)."""
import random
import sqlite3
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))
import apps_check  # noqa: E402
import yaml  # noqa: E402
from generator import found  # noqa: E402
from generator.people import bundle, refill  # noqa: E402
from generator.people.play import Play  # noqa: E402

MEMBERS = """
  CREATE TABLE members (member_no INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT);
  INSERT INTO members VALUES (501, 'Ada Brandt', 'Leith'), (502, 'Jo Okafor', 'Leith'), (503, 'Jo Tanaka', 'Dalkeith'),
                             (504, 'Mei Tanaka', 'Dalkeith');
"""
CLUB = """
  app: club
  prompt: You run the desk of a club.
  schema: |
    CREATE TABLE members (member_no INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT);
    CREATE TABLE loans (loan_no INTEGER PRIMARY KEY, member_no INTEGER NOT NULL REFERENCES members (member_no), tool TEXT NOT NULL);
  seed: |
    INSERT INTO members VALUES (501, 'Ada Brandt', 'Leith'), (502, 'Jo Okafor', 'Leith'), (503, 'Mei Tanaka', 'Dalkeith');
    INSERT INTO loans VALUES (10, 501, 'belt sander');
  policy:
    members: { select: all, update: { columns: [town], where: [member_no], max_rows: 1 } }
    loans: { select: all, insert: { columns: all } }
  screens:
    home: [ { type: table, id: loans, source: "SELECT loan_no, tool FROM loans ORDER BY loan_no" } ]
  events:
    - { say: Tanaka has moved to Leith, kind: change by description, do: "UPDATE members SET town = 'Leith' WHERE member_no = 503" }
    - { say: a long ladder for Okafor, kind: insert, do: "INSERT INTO loans (member_no, tool) VALUES (502, 'long ladder')" }
"""


def club():
    entry, dropped = bundle.compiled(yaml.load(CLUB, apps_check.Loader))
    assert not dropped, dropped
    return entry


class Texts(unittest.TestCase):
    def setUp(self):
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(MEMBERS)

    def texts(self, column):
        return dict(found.texts_of(self.db, "members", column, "member_no"))

    def test_the_row_in_which_a_text_stands_alone(self):
        self.assertEqual(self.texts("name")["Ada Brandt"], 501)

    def test_no_row_of_a_text_that_rows_share(self):
        self.assertEqual(self.texts("town"), {"Leith": None, "Dalkeith": None})
        self.db.execute("INSERT INTO members VALUES (505, 'Bo', 'Cramond')")
        self.assertEqual(self.texts("town"), {"Leith": None, "Dalkeith": None, "Cramond": 505})

    def test_nothing_of_a_column_that_has_too_many(self):
        self.db.executemany("INSERT INTO members (name) VALUES (?)", [(f"Member {i}",) for i in range(found.MOST)])
        self.assertEqual(self.texts("name"), {})


class Sessions(unittest.TestCase):
    def test_a_row_that_is_not_on_screen_is_reached_by_its_name(self):
        entry = club()
        self.assertEqual([e["ways"] for e in entry.events], [[], []])
        play = Play(None, entry)
        play.open()
        play.event(entry.events[0]["turns"])
        told = [line.body for line in play.lines if line.tag == "shown" and line.body.startswith("[")]
        self.assertEqual(told, ['[["Mei Tanaka","members.name",503],["Leith","members.town"]]'])

    def test_what_is_told_is_what_stands_there_before_the_change(self):
        entry = club()
        play = Play(None, entry)
        play.open()
        play.event(entry.events[1]["turns"])
        self.assertFalse(any("long ladder" in line.body for line in play.lines if line.tag == "shown" and line.body[0] == "["))

    def test_another_row_takes_the_place_of_one_that_is_named_by_a_text(self):
        entry = club()
        play = Play(random.Random(1), entry)
        play.open()
        said = {}
        for seed in range(40):
            turn = refill.refilled(random.Random(seed), play, entry.events[1]["turns"][0])
            row = dict(turn["answer"]["do"][0]["values"])["member_no"]
            said.setdefault(row, set()).add(next(w for w in ("Ada", "Brandt", "Jo", "Okafor", "Mei", "Tanaka") if w in turn["say"]))
            self.assertEqual(turn["needs"], [["members", row]])
        self.assertEqual(set(said), {501, 502, 503})
        self.assertTrue(said[501] <= {"Ada", "Brandt"} and said[503] <= {"Mei", "Tanaka"}, said)


if __name__ == "__main__":
    unittest.main()
