"""Apps in which nothing is there keep what is said and lose what it asks for."""
import sqlite3
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import nothing_there  # noqa: E402

APP = {"schema": "CREATE TABLE car (reg TEXT PRIMARY KEY, colour TEXT);"
                 "CREATE TABLE job (id INTEGER PRIMARY KEY, reg TEXT REFERENCES car (reg), fault TEXT);",
       "seed": "INSERT INTO car VALUES ('A', 'red'), ('B', NULL);"
               "INSERT INTO job VALUES (1, 'A', 'won''t start'), (2, 'B', 'brakes');"}


class NothingThere(unittest.TestCase):
    def left(self, query):
        db = sqlite3.connect(":memory:")
        db.executescript(APP["schema"] + nothing_there.without_rows(APP, query))
        self.assertEqual(db.execute(query).fetchall(), [])
        return [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("car", "job")]

    def test_the_rows_that_are_found_are_gone_and_what_points_at_them(self):
        self.assertEqual(self.left("SELECT reg FROM car WHERE colour = 'red' ORDER BY reg"),
                         [[("B", None)], [(2, "B", "brakes")]])
        self.assertEqual(self.left("SELECT j.id FROM job j JOIN car c ON c.reg = j.reg WHERE c.colour IS NULL"),
                         [[("A", "red"), ("B", None)], [(1, "A", "won't start")]])

    def test_other_queries_are_left_out(self):
        for query in ("SELECT reg FROM car", "SELECT colour, count(*) FROM car WHERE reg = 'A' GROUP BY colour",
                      "SELECT reg FROM car WHERE colour = 'blue'", "SELECT nothing FROM nowhere WHERE x = 1"):
            self.assertIsNone(nothing_there.without_rows(APP, query), query)


if __name__ == "__main__":
    unittest.main()
