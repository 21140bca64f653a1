"""The generator of training sessions. Needs nothing but Python:

    python3 -m unittest discover tests/training -p 'test_generator.py'
"""
import json
import random
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))
import effects  # noqa: E402
import eval_cases  # noqa: E402
from generator import event_log, make, phrases, schema, screens, sql, words  # noqa: E402

CASES = ROOT / "tests" / "cases" / "event_log"


def is_of_rows(line):
    """Not of mentions, which are told under the same tag."""
    return line.tag == "shown" and line.body.startswith("{")


class EventLog(unittest.TestCase):
    def rendered(self, special):
        log = json.loads((CASES / "golden.json").read_text(encoding="utf-8"))
        found = (event_log.tag_and_body(e["kind"], e["body"]) for e in log)
        return "".join(event_log.line(*tb, special) for tb in found if tb)

    def test_plain_tags_as_the_host_renders_them(self):
        self.assertEqual(self.rendered(False), (CASES / "golden.txt").read_text(encoding="utf-8"))

    def test_special_tags_as_the_host_renders_them(self):
        self.assertEqual(self.rendered(True),
                         (CASES / "golden.special.txt").read_text(encoding="utf-8"))

    def test_preamble_of_the_alerts_app_as_the_host_logs_it(self):
        expected = (Path(__file__).parent / "alerts.preamble.json").read_text(encoding="utf-8")
        self.assertEqual(schema.preamble(schema.demo(random.Random(1))) + "\n", expected)


class Sessions(unittest.TestCase):
    def test_a_seed_makes_the_same_session_again(self):
        first = [(x.tag, x.body) for x in make.session(5, 9000)]
        self.assertEqual(first, [(x.tag, x.body) for x in make.session(5, 9000)])
        self.assertNotEqual(first, [(x.tag, x.body) for x in make.session(6, 9000)])

    def test_every_answer_runs_and_comes_to_its_own_effect(self):
        wrong = []

        def before(session, turn):
            if effects.same(session, turn.answer, json.dumps(turn.answer)) != (True, True):
                wrong.append((turn.kind, turn.answer))

        for seed in range(120):
            make.session(seed, 5000, before, held_out_app=seed % 2 == 1,
                         held_out_phrases=seed % 3 == 0)
        self.assertEqual(wrong, [])

    def test_what_is_kept_out_never_occurs(self):
        kept_out = {f'"app":"{a[0]}"' for a in schema.APPS if a[4]}
        self.assertEqual(len(kept_out), 10)
        self.assertGreaterEqual(len(schema.APPS) - len(kept_out), 60)
        said = [p for known, held in phrases.PHRASES.values() for p in held if "{" not in p]
        for seed in range(150):
            text = "\n".join(x.body for x in make.session(seed, 5000))
            self.assertFalse([a for a in kept_out if a in text])
            self.assertFalse([p for p in said if len(p) > 20 and p in text])
        for known, held in phrases.PHRASES.values():
            self.assertFalse(set(known) & set(held))

    def test_an_answer_with_another_effect_is_told_apart(self):
        found = []

        def before(session, turn):
            if turn.answer["kind"] == "sql" and turn.answer["sql"].startswith("UPDATE settings"):
                other = dict(turn.answer, sql="UPDATE settings SET value = 'elsewhere'")
                found.append(effects.same(session, turn.answer, json.dumps(other)))

        for seed in range(60):
            make.session(seed, 5000, before)
        self.assertTrue(found)
        self.assertEqual(set(found), {(True, False)})

    def test_shown_holds_key_and_texts_of_twenty_rows(self):
        for seed in range(60):
            for line in make.session(seed, 4000):
                if is_of_rows(line):
                    for told in json.loads(line.body).values():
                        rows = told.get("rows", []) if isinstance(told, dict) else told
                        self.assertLessEqual(len(rows), 20)

    def test_a_reader_of_shown_knows_what_is_on_screen(self):
        differences = 0
        for seed in range(60):
            rng = random.Random(seed)
            session = make.open_session(rng)
            known, at = {}, 0
            for turn in range(40):
                make.step(session)
                if turn == 25 and seed % 2:
                    session.begin_afresh(900)
                    at = 0
                for line in session.lines[at:]:
                    if line.tag == "emit" and json.loads(line.body)["kind"] == "manifest":
                        known = {}
                    if not is_of_rows(line):
                        continue
                    for id, told in json.loads(line.body).items():
                        if isinstance(told, list):
                            known[id] = {json.dumps(row[:1]) + str(i): row for i, row in enumerate(told)}
                            continue
                        differences += 1
                        rows = {json.dumps(row[0]): row for row in known[id].values()}
                        for key in told.get("gone", []):
                            del rows[json.dumps(key)]
                        rows |= {json.dumps(row[0]): row for row in told.get("rows", [])}
                        known[id] = rows
                at = len(session.lines)
                for id, (rows, _) in session.screen.told.items():
                    self.assertEqual(list(known[id].values()), rows)
        self.assertGreater(differences, 200)

    def test_a_fresh_sequence_begins_with_preamble_screen_last_events_and_what_is_shown(self):
        for seed in range(40):
            session = make.open_session(random.Random(seed))
            for _ in range(12):
                make.step(session)
            before = list(session.lines)
            session.begin_afresh(700)
            lines = session.lines
            self.assertEqual(lines[0], before[0])
            self.assertEqual(json.loads(lines[1].body), session.manifest(session.screen.parts))
            shown = lines.pop() if is_of_rows(lines[-1]) else None
            self.assertEqual(json.loads(shown.body) if shown else {},
                             {id: rows for id, (rows, _) in session.screen.told.items()})
            recent = [(x.tag, x.body) for x in lines[2:]]
            self.assertLessEqual(sum(len(body) for _, body in recent), 700)
            self.assertIn(recent[:1], ([], [("event", recent and recent[0][1])]))
            kept = [(x.tag, x.body) for x in before[1:] if not is_of_rows(x)
                    and not x.body.startswith(('{"kind":"manifest"', '{"kind":"patch"'))]
            self.assertEqual(kept[len(kept) - len(recent):], recent)
            self.assertFalse([x for x in lines if x.learn])
            session.facts.close()

    def test_differences_as_the_host_tells_them(self):
        for case in json.loads((CASES / "shown.json").read_text(encoding="utf-8")):
            self.assertEqual(screens.told_rows(case["before"], case["after"]), case["told"], case["name"])


class Sql(unittest.TestCase):
    def test_spelling(self):
        self.assertEqual(sql.update("orders", {"status": "it's", "n": ("+", 2)}, [("id", "=", 3)]),
                         "UPDATE orders SET status = 'it''s', n = n + 2 WHERE id = 3")
        self.assertEqual(sql.insert("t", {"a": 1, "b": True, "c": None}),
                         "INSERT INTO t (a, b, c) VALUES (1, TRUE, NULL)")
        self.assertEqual(sql.delete("t", [("k", "IN", ["x", "y"])]),
                         "DELETE FROM t WHERE k IN ('x', 'y')")
        self.assertEqual(sql.name("Order Day"), '"Order Day"')
        query = sql.plain("t", ["a", "b"], conditions=(("a", "IS NULL"),), order=(("b", True),), limit=3)
        self.assertEqual(query.text(), "SELECT a, b FROM t WHERE a IS NULL ORDER BY b DESC LIMIT 3")

    def test_made_up_names_can_be_written_bare(self):
        database = sqlite3.connect(":memory:")
        rng = random.Random(4)
        for name in {words.made_up(rng) for _ in range(3000)}:
            database.execute(f"CREATE TABLE {sql.name(name)} ({sql.name(name)} TEXT)")
            database.execute(f"DROP TABLE {sql.name(name)}")


class Evaluation(unittest.TestCase):
    def test_tests_eval_is_what_the_program_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            sys.argv = ["eval_cases.py", folder]
            eval_cases.main()
            written = sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())
            kept = ROOT / "tests" / "eval"
            self.assertEqual(written, sorted(p for p in (f.relative_to(kept) for f in kept.rglob("*") if f.is_file())
                                             if p.parts[0] != "people"))
            for path in written:
                self.assertEqual((out / path).read_text(), (kept / path).read_text(), path)

    def test_enough_cases_and_injections(self):
        text = "".join(p.read_text() for p in (ROOT / "tests" / "eval").glob("*.yaml"))
        self.assertGreaterEqual(text.count("  - name: "), 400)
        self.assertGreaterEqual(text.count('kind: "injection"'), 50)


if __name__ == "__main__":
    unittest.main()
