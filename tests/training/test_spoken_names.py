"""Names as the host has them (host/sql/spoken_names.h)."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
from generator.people.spoken_names import spoken_columns, spoken_name, spoken_tables  # noqa: E402


class Spoken(unittest.TestCase):
    def test_a_name_is_as_the_file_says(self):
        lines = (ROOT / "tests/cases/sql/spoken_names.txt").read_text(encoding="utf-8").splitlines()
        pairs = [line.split("\t") for line in lines if not line.startswith("#")]
        self.assertGreaterEqual(len(pairs), 30)
        self.assertEqual([(a, spoken_name(a)) for a, _ in pairs], [tuple(p) for p in pairs])

    def test_what_says_only_that_it_is_a_table_is_left_out(self):
        self.assertEqual(spoken_tables(["tblCustomers", "tbl_orders"]), {"tblCustomers": "customers", "tbl_orders": "orders"})
        self.assertEqual(spoken_tables(["shop_item", "shop_order", "shop_user_"]),
                         {"shop_item": "item", "shop_order": "shop_order", "shop_user_": "shop_user"})

    def test_names_that_would_be_alike_stay(self):
        self.assertEqual(list(spoken_columns(["First Name", "first_name", "firstName", "LastName"]).values()),
                         ["First Name", "first_name", "firstName", "last_name"])


if __name__ == "__main__":
    unittest.main()
