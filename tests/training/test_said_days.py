"""What days a text speaks of is the same for the product and for the training."""
import datetime
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
from generator import said_days  # noqa: E402
from generator.said_days import from_today, reader, written  # noqa: E402

TODAY = datetime.date(2026, 7, 22)


class TheCases(unittest.TestCase):
    def test_each(self):
        for line in (ROOT / "tests/cases/words/days.txt").read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            text, _, wanted = line.rpartition(" =>")
            near, bar, said = text.rpartition(" | ")
            spans = said_days.days_of(said, TODAY, [said_days.day_in(near)] if bar else [])
            found = " ".join(f"{s.first}" if s.is_day else f"{s.first}..{s.after}" for s in spans)
            self.assertEqual(found, wanted.strip(), text)


class Words(unittest.TestCase):
    def test_are_those_of_the_product(self):
        source = "".join((ROOT / "words/days" / f).read_text(encoding="utf-8") for f in (
            "reader.h", "reader.cpp", "written.cpp", "from_today.cpp"))
        for name, here in (("kBeforeDay", reader.BEFORE_DAY), ("kBeforeList", reader.BEFORE_LIST - {""}),
                           ("kBehindYear", reader.BEHIND_YEAR - {""}), ("kBetween", reader.RANGES),
                           ("kBeforeMonth", written.BEFORE_MONTH), ("kBehindMay", written.BEHIND_MAY),
                           ("kBeforeYear", written.BEFORE_YEAR), ("kBehindPlace", written.BEHIND_PLACE),
                           ("kNow", from_today.NOW), ("kUnits", from_today.UNITS)):
            there = re.search(rf'{name} =((?:\s*"[^"]*")+);', source)[1]
            self.assertEqual(set("".join(re.findall('"([^"]*)"', there)).split()), set(here), name)


class Apps(unittest.TestCase):
    def test_what_day_it_is(self):
        for prompt, seed, wanted in (
                ("You keep loans. Today is Wednesday 2026-07-01.", "", "2026-07-01"),
                ("The register of 2024-01-01, as at 14 May 2026 today: 15 May 2026.", "", "2026-05-15"),
                ("You keep loans.", "VALUES (1, '2026-02-01'), (2, '2026-02-03'), (3, '2026-09-09 10:00')", "2026-02-03"),
                ("You keep loans.", "", "2026-01-01")):
            self.assertEqual(said_days.today_of(prompt, seed).isoformat(), wanted)

    def test_a_prompt_without_it(self):
        self.assertEqual(said_days.without_today("You keep loans. Today is 2026-07-01, a Wednesday. Fees are in pence."),
                         "You keep loans. Fees are in pence.")


if __name__ == "__main__":
    unittest.main()
