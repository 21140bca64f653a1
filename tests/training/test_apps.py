"""The apps that people wrote hold, and mistakes in them are found."""
import re
import sys
import tempfile
import textwrap
import unittest
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
import apps_check  # noqa: E402

APP = """
    app: {name}
    trade: a kennel
    voice: short
    prompt: You run a kennel.
    schema: |
      CREATE TABLE dogs (tag INTEGER PRIMARY KEY, name TEXT NOT NULL, pen TEXT,
                         state TEXT NOT NULL CHECK (state IN ('in', 'out')));
    seed: |
      INSERT INTO dogs VALUES (1, 'Rex', 'A', 'in'), (2, 'Bo', 'B', 'out');
    policy:
      dogs: {{ select: all, update: {{ columns: [state], where: [tag], max_rows: 1 }} }}
    screens:
      home: [ {{ type: table, id: dogs, source: "SELECT tag, name, state FROM dogs" }} ]
    events:
{events}
"""
LOOK = "{ say: who is in, kind: filter, show: \"SELECT tag FROM dogs WHERE state = 'in'\" }"


def mistakes_of(*events, file="kennel.yaml"):
    plain = [f"{{ say: dogs please {i}, kind: look, show: SELECT tag FROM dogs }}" for i in range(10)]
    lines = "".join(f"      - {event}\n" for event in [*plain, *events])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_text(textwrap.dedent(APP).format(name="kennel", events=lines), encoding="utf-8")
        found, _ = apps_check.check(path)
        return [line.removeprefix(f"{path}:") for line in found]


class Mistakes(unittest.TestCase):
    def finds(self, words, *events):
        found = mistakes_of(*events)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])
        self.assertRegex(found[0], r"^\d+: ")

    def test_none(self):
        self.assertEqual(mistakes_of(LOOK), [])

    def test_names_of_files(self):
        self.assertIn("called cats.yaml", mistakes_of(file="cats.yaml")[0])

    def test_statements_run(self):
        self.finds("no such column: nmae", "{ say: a, kind: look, show: SELECT nmae FROM dogs }")

    def test_looks_never_write(self):
        self.finds("a look must not", "{ say: a, kind: look, show: DELETE FROM dogs }")
        self.finds("do not never changes", "{ say: a, kind: do not, do: \"UPDATE dogs SET state = 'in' WHERE tag = 2\" }")

    def test_empty_screens_are_meant(self):
        empty = "say: a, kind: filter, show: SELECT tag FROM dogs WHERE tag = 9"
        self.finds("no rows", f"{{ {empty} }}")
        self.assertEqual(mistakes_of(f"{{ {empty}, empty: true }}"), [])

    def test_changes_change_something_and_may(self):
        self.finds("changes no row", "{ say: a, kind: change by key, do: \"UPDATE dogs SET state = 'in' WHERE tag = 9\" }")
        self.finds("sets dogs.name", "{ say: a, kind: change by key, do: \"UPDATE dogs SET name = 'x' WHERE tag = 1\" }")
        self.finds("changes 2 rows", "{ say: a, kind: several rows, do: \"UPDATE dogs SET state = 'in'\" }")
        self.finds("deletes dogs", "{ say: a, kind: delete, do: DELETE FROM dogs WHERE tag = 1 }")

    def test_one_effect(self):
        self.finds("0 effects", "{ say: a, kind: look }")
        self.finds("2 effects", "{ say: a, kind: look, show: SELECT tag FROM dogs, refuse: unknown }")

    def test_kinds_and_reasons(self):
        self.finds("'lok'", "{ say: a, kind: lok, show: SELECT tag FROM dogs }")
        self.finds("refuse is one of", "{ say: a, kind: forbidden, refuse: never }")

    def test_the_same_words_stand_once(self):
        self.finds("stands twice: who is in", LOOK, LOOK)

    def test_other_ways_to_say_it(self):
        ways = "{ say: who is in, says: %s, kind: filter, show: \"SELECT tag FROM dogs WHERE state = 'in'\" }"
        self.assertEqual(mistakes_of(ways % "[anyone in, in please]"), [])
        self.finds("stands twice: anyone in", ways % "[anyone in, anyone in]")
        self.finds("says is a list", ways % "anyone in")
        self.finds("what is said is text", ways % "[12]")

    def test_talks_go_on_from_each_other(self):
        out = "{ say: rex is off, kind: change by description, do: \"UPDATE dogs SET state = 'out' WHERE tag = 1\" }"
        nobody = "{ say: who is in, kind: filter, empty: true, show: \"SELECT tag FROM dogs WHERE state = 'in'\" }"
        undo = "{ say: no wait, kind: undo, undo: true }"
        again = "{ say: and now, kind: filter, show: \"SELECT tag FROM dogs WHERE state = 'in'\" }"
        self.assertEqual(mistakes_of(f"{{ talk: [ {out}, {nobody} ] }}"), [])
        self.assertEqual(mistakes_of(f"{{ talk: [ {out}, {undo}, {again} ] }}"), [])
        self.finds("nothing to undo", f"{{ talk: [ {LOOK}, {undo} ] }}")

    def test_what_may_be_done_instead_is_tried_on_the_facts_of_its_turn(self):
        out = "{ say: rex is off, kind: change by description, do: \"UPDATE dogs SET state = 'out' WHERE tag = 1\" }"
        back = ("{ say: hm, kind: correction, do: \"UPDATE dogs SET state = 'in' WHERE tag = 1\","
                " or: { do: \"UPDATE dogs SET state = 'in' WHERE tag = 1 AND state = 'out'\" } }")
        self.assertEqual(mistakes_of(f"{{ talk: [ {out}, {back} ] }}"), [])


TRAINING = sorted((ROOT / "training" / "apps").glob("*.yaml"))
EVALUATION = sorted((ROOT / "tests" / "eval" / "people").glob("*/*.yaml"))


def said_in(path):
    """What is said in an app, in plain words; a single word is nobody's own."""
    app = apps_check.load(path)
    turns = [turn for event in app["events"] for turn in event.get("talk", [event])]
    words = (re.sub(r"\W+", " ", text.lower()).strip()
             for turn in turns for text in [turn.get("say", ""), *turn.get("says", ())])
    return {text for text in words if " " in text}


def mistakes_in(path):
    return apps_check.check(path)[0]


def of_each(ask, paths):
    """Pairs of a path and what is found there; they are many, and reading one takes a third of a second."""
    with ProcessPoolExecutor() as pool:
        yield from zip(paths, pool.map(ask, paths, chunksize=8))


class Written(unittest.TestCase):
    def test_all_apps_hold(self):
        for path, found in of_each(mistakes_in, TRAINING + EVALUATION):
            with self.subTest(path.name):
                self.assertEqual(found, [])

    def test_what_is_evaluated_is_not_trained_on(self):
        names = [path.name for path in TRAINING + EVALUATION]
        self.assertEqual(len(names), len(set(names)), "two apps have one name")
        trained = set().union(*(said for _, said in of_each(said_in, TRAINING)))
        for path, said in of_each(said_in, EVALUATION):
            with self.subTest(path.name):
                self.assertEqual(said & trained, set())


if __name__ == "__main__":
    unittest.main()
