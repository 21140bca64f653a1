"""Questions that people wrote, as apps: which are kept, what rows are made up, and what sessions they make. No corpus is needed.

    python3 -m unittest discover tests/training -p 'test_questions.py'
"""
import collections
import json
import lzma
import random
import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))
import questions_bundle  # noqa: E402
from generator.people.play import Play  # noqa: E402
from generator.questions import bundle, foreign, names, read, values  # noqa: E402
from generator.questions.make import Asker  # noqa: E402

FERRIES = ["ferry", "harbour", "seats", "built", "last inspection date"]
COOKS = ["cook", "dish", "minutes", "price ($)"]


def asked(table, columns, question, select, where, aggregate=None):
    return {"table": table, "columns": columns, "question": question, "select": select, "aggregate": aggregate, "where": where}


def ferry(*rest):
    return asked("1-1", FERRIES, *rest)


def cook(*rest):
    return asked("2-1", COOKS, *rest)


RECORDS = [
    ferry("Which harbour does the ferry Blue Heron sail from?", "harbour", [["ferry", "=", "blue heron"]]),
    ferry("which harbour is the ferry Sea Otter in", "harbour", [["ferry", "=", "Sea Otter"]]),
    ferry("What ferry has its harbour in Oban?", "ferry", [["harbour", "=", "oban"]]),
    ferry("Which ferry in Largs harbour was built after 1990?", "ferry", [["harbour", "=", "Largs"], ["built", ">", "1990"]]),
    ferry("How many ferries have more than 1,200 seats?", "ferry", [["seats", ">", "1,200"]], "COUNT"),
    ferry("What is the highest number of seats of a ferry built in 1988?", "seats", [["built", "=", "1988"]], "MAX"),
    ferry("Which ferry had its last inspection date on May 3, 2004?", "ferry", [["last inspection date", "=", "May 3, 2004"]]),
    cook("Which cook made the dish \"Leek Pie\"?", "cook", [["dish", "=", "\"leek pie\""]]),
    cook("what dish does cook Ines Prat make", "dish", [["cook", "=", "Ines Prat"]]),
    cook("how many minutes does the dish Plum Soup take?", "minutes", [["dish", "=", "Plum Soup"]], "COUNT"),
    cook("What is the average price of what cook Bo Lind makes?", "price ($)", [["cook", "=", "Bo Lind"]], "AVG"),
    cook("Which dish takes less than 40 minutes at a price of 7.5?", "dish", [["minutes", "<", "40"], ["price ($)", "=", "7.5"]])]
DROPPED = (
    (ferry("Which harbour does the ferry Grey Seal sail from?", "harbour", [["ferry", "=", "blue heron"]]), "a value that nobody said"),
    (ferry("Which ferry is not in Oban harbour?", "ferry", [["harbour", "=", "Oban"]]), "a negation, which no condition has"),
    (ferry("Which ferry with more than 300 seats is in Oban harbour?", "ferry", [["harbour", "=", "Oban"], ["seats", "=", "300"]]),
     "a comparison that the answer has not"),
    (ferry("Which ferry in Oban harbour has 12 crew?", "ferry", [["harbour", "=", "Oban"]]), "a number that the answer has no use for"),
    (ferry("Which ferry is in Oban harbour?", "seats", [["harbour", "=", "Oban"]], "SUM"), "a total that nobody asked for"),
    (ferry("Which one is Oban and Largs harbour?", "ferry", [["harbour", "=", "Oban"], ["harbour", "=", "Largs"]]),
     "conditions that contradict each other"),
    (cook("Which cook has the lowest price?", "price ($)", [], "MIN"), "a row, where the answer is a number"),
    (cook("Who has a thing of 40", "cook", [["minutes", "=", "40"]]), "a column that nobody named"),
    (cook("which dish, " + "very " * 40 + "Bo Lind", "dish", [["cook", "=", "Bo Lind"]]), "more than 40 words"),
    (ferry("Which ferry has 300 seats or more?", "ferry", [["seats", ">", "300"]]), "at least, at most or between"))
UTTERANCES = ["banking77\tcard_arrival\tmy new debit card is still not here", "banking77\tcard_arrival\twhen will my debit card come",
              "hwu64\tplay_music\tplay some jazz in the kitchen", "hwu64\tplay_music\tput on that song by the cook",
              "clinc150\ttell_joke\tdo you know any good jokes", "clinc150\tcancel\tplease cancel that again", "clinc150\toos\tcall him back"]


def written(folder, name, lines):
    path = Path(folder) / name
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return path


class Kept(unittest.TestCase):
    def test_questions_whose_answer_cannot_be_known_are_dropped(self):
        for record, why in DROPPED:
            with self.assertRaises(read.Dropped, msg=record["question"]) as found:
                read.checked(record, record["columns"])
            self.assertEqual(str(found.exception), why, record["question"])

    def test_texts_are_as_they_were_said(self):
        found = read.checked(RECORDS[0], FERRIES)
        self.assertEqual(found["where"], [["ferry", "=", "Blue Heron"]])
        self.assertEqual(read.checked(RECORDS[7], COOKS)["where"], [["dish", "=", "Leek Pie"]])

    def test_files_of_wikisql_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.jsonl"
            path.write_text(json.dumps({"phase": 1, "table_id": "1-1", "question": "Which ferry in Oban was built after 1990?",
                                        "sql": {"sel": 0, "agg": 0, "conds": [[1, 0, "Oban"], [3, 1, 1990]]}}) + "\n")
            path.with_name("train.tables.jsonl").write_text(json.dumps({"id": "1-1", "header": [c.title() for c in FERRIES]}) + "\n")
            self.assertEqual(list(read.records(path)), [ferry("Which ferry in Oban was built after 1990?", "ferry",
                                                              [["harbour", "=", "Oban"], ["built", ">", "1990"]])])

    def test_names(self):
        for column, name in (("price ($)", "price"), ("school/club team", "school_club_team"), ("pick #", "pick_no"),
                             ("2010", "year_2010"), ("u.s. viewers", "us_viewers"), ("% of votes", "pct_of_votes")):
            self.assertEqual(names.styled(names.column_words(column), "snake"), name)
        self.assertEqual(names.styled(["home", "team"], "camel"), "homeTeam")
        self.assertIn("fixtures", names.table_nouns(["home team", "away team", "crowd"], {}))
        self.assertIsNone(names.column_names(["no.", "no"], "snake", random.Random(1)))

    def test_values(self):
        self.assertEqual(values.titled("isle of mull (north)"), "Isle of Mull (North)")
        self.assertEqual([read.number(t) for t in ("1,200", "7.5", "12", "4-4", "")], [1200, 7.5, 12, None, None])
        self.assertEqual([read.day(t) for t in ("May 3, 2004", "3 may 2004", "may 3", "2004")], ["2004-05-03", "2004-05-03", None, None])


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lost = collections.Counter()
        cls.made = questions_bundle.compiled([*RECORDS, *(r for r, _ in DROPPED)], 1, cls.lost, values.Pools())
        cls.folder = tempfile.TemporaryDirectory()
        heard = foreign.chosen(written(cls.folder.name, "heard.xz", UTTERANCES), random.Random(1))
        cls.path = Path(cls.folder.name) / "questions.xz"
        bundle.write(cls.path, [*cls.made, dict(cls.made[0], held_out=True)], heard)
        cls.apps, cls.foreign = bundle.read(cls.path)
        cls.asker = Asker(cls.apps, cls.foreign)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def answers(self):
        return {t["say"]: t["answer"] for a in self.apps for e in a.events for t in e["turns"]}

    def test_what_is_kept_and_how_it_is_answered(self):
        found = self.answers()
        self.assertEqual(set(found), {r["question"] for r in RECORDS}, self.lost)
        self.assertEqual(found["How many ferries have more than 1,200 seats?"]["show"][0]["select"]["items"], [["count", "*", "value"]])
        whole = found["Which ferry in Largs harbour was built after 1990?"]["show"][0]["select"]["where"]
        self.assertEqual([c[1:] for c in whole], [["=", "Largs"], [">", 1990]])
        day = found["Which ferry had its last inspection date on May 3, 2004?"]["show"][0]["select"]["where"]
        self.assertEqual(day[0][2], "2004-05-03")
        self.assertEqual(found["how many minutes does the dish Plum Soup take?"]["show"][0]["role"], "table")

    def test_every_condition_finds_some_rows(self):
        for app in self.apps:
            for event in app.events:
                play = Play(None, app)
                self.assertTrue(play.holds(event["turns"][0]["answer"]), event)
                play.close()

    def test_sessions(self):
        self.assertEqual(self.asker.session(3, 5000), self.asker.session(3, 5000))
        kinds = collections.Counter()
        for seed in range(60):
            heard = ""
            for line in self.asker.session(seed, 5000):
                body = json.loads(line.body)
                if line.tag == "event":
                    heard = body.get("command", heard)
                if line.learn and line.kind not in ("another world", "chatter"):
                    for value in re.findall(r"'((?:[^']|'')*)'", json.dumps(body)):
                        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                            self.assertTrue(value in heard or value.lower() in heard.lower(), (value, heard))
                kinds[line.kind] += line.learn
        self.assertGreater(kinds["filter"], 100)
        self.assertGreater(kinds["chatter"] + kinds["another world"], 10)

    def test_what_is_said_is_copied_as_it_is_typed(self):
        app = next(a for a in self.apps if any("Blue Heron" in t["say"] for e in a.events for t in e["turns"]))
        event = next(e for e in app.events if "Blue Heron" in e["turns"][0]["say"])
        play = Play(None, app)
        play.open()
        turn = dict(event["turns"][0], say=event["turns"][0]["say"].upper())
        self.assertTrue(play.turn(turn))
        emitted, shown = play.lines[-2].body, play.lines[-1].body
        self.assertIn("= 'BLUE HERON'", emitted)
        self.assertIn("Blue Heron", shown)
        play.close()

    def test_another_world_shares_no_word_with_the_app(self):
        self.assertEqual({i for _, _, i in foreign.chosen(self.heard_again(), random.Random(1))["said"]},
                         {"banking77 card_arrival", "hwu64 play_music", "clinc150 tell_joke"})
        cooks = next(a for a in self.apps if "Ines Prat" in a.written["seed"])
        whole = foreign.Foreign(foreign.chosen(self.heard_again(), random.Random(1)))
        whole.said = [[t, k, i] for t, k, i in foreign.chosen(self.heard_again(), random.Random(1))["said"]]
        rng, heard = random.Random(1), collections.Counter()
        for _ in range(200):
            turn = whole.turn(rng, cooks)
            heard[turn["say"], turn["answer"]["refuse"]] += bool(turn)
        self.assertNotIn("put on that song by the cook", {t for t, _ in heard})
        self.assertIn(("do you know any good jokes", "nothing_to_do"), heard)
        self.assertIn(("when will my debit card come", "unknown"), heard)

    def heard_again(self):
        return written(self.folder.name, "again.xz", UTTERANCES)

    def test_what_is_kept_out(self):
        kept, _ = bundle.read(self.path, held_out=True)
        self.assertEqual((len(self.apps), len(kept)), (len(self.made), 1))
        self.assertEqual(kept[0].app.name, self.apps[0].app.name)


if __name__ == "__main__":
    unittest.main()
