"""What a command speaks of is the same for the product and for the training."""
import json
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
from generator import mentions, said_days  # noqa: E402


class TheCases(unittest.TestCase):
    def test_each(self):
        for case in json.loads((ROOT / "tests/cases/event_log/mentions.json").read_text(encoding="utf-8")):
            known = mentions.Mentions()
            for value in case.get("values", ()):
                known.add_value(*value)
            for key in case.get("keys", ()):
                known.add_key(*key)
            for table in case.get("tables", ()):
                known.add_table(table)
            for column in case.get("columns", ()):
                known.add_column(*column)
            with self.subTest(case["name"]):
                today = said_days.day_in(case.get("today"))
                days = mentions.mentioned_days(case["says"], today, known) if today else []
                self.assertEqual(days + mentions.mentioned(case["says"], known), case["mentions"])

    def test_short_words_are_those_of_the_product(self):
        text = (ROOT / "host/session/mentions.cpp").read_text(encoding="utf-8")
        found = text.partition("kShort = {")[2].partition("}")[0]
        self.assertEqual({w.strip(' "\n') for w in found.split(",")}, mentions.SHORT)

    def test_common_words_are_those_of_the_product(self):
        text = (ROOT / "host/session/mentions.cpp").read_text(encoding="utf-8")
        found = text.partition("kCommon = {")[2].partition("}")[0]
        self.assertEqual({w.strip(' "\n') for w in found.split(",")}, mentions.COMMON)


if __name__ == "__main__":
    unittest.main()
