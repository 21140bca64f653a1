"""Names as the host has them (host/sql/spoken/names.h)."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
from generator.people.spoken_names import (  # noqa: E402
    ABBREVIATIONS, ABBREVIATIONS_OF_TEXTS, spelt_out, spoken_columns, spoken_name, spoken_tables)


class Spoken(unittest.TestCase):
    def test_a_name_is_as_the_file_says(self):
        lines = (ROOT / "tests/cases/sql/spoken_names.txt").read_text(encoding="utf-8").splitlines()
        pairs = [line.split("\t") for line in lines if not line.startswith("#")]
        self.assertGreaterEqual(len(pairs), 30)
        self.assertEqual([(a, spoken_name(a)) for a, _ in pairs], [tuple(p) for p in pairs])

    def test_what_says_only_that_it_is_a_table_is_left_out(self):
        self.assertEqual(spoken_tables(["tblCustomers", "tbl_orders"]), {"tblCustomers": "customers", "tbl_orders": "orders"})
        self.assertEqual(spoken_tables(["shop_item", "shop_order", "shop_user_"]),
                         {"shop_item": "item", "shop_order": "order_", "shop_user_": "user_"})

    def test_names_that_would_be_alike_stay(self):
        self.assertEqual(list(spoken_columns(["First Name", "first_name", "firstName", "LastName"], "t").values()),
                         ["First Name", "first_name", "firstName", "last_name"])

    def test_abbreviations_are_those_of_the_file(self):
        lines = (ROOT / "tests/cases/sql/abbreviations.txt").read_text(encoding="utf-8").splitlines()
        lines = [line.split("\t") for line in lines if not line.startswith("#")]
        self.assertEqual({short: whole for short, whole, *_ in lines}, {**ABBREVIATIONS, **ABBREVIATIONS_OF_TEXTS})
        for short, whole, *texts in lines:
            self.assertEqual(spelt_out(f"a_{short}"), f"a_{whole}")
            self.assertEqual(spelt_out(f"{short}_b", False), f"{short}_b" if texts else f"{whole}_b")
        self.assertEqual([spelt_out(name) for name in ("desc_", "order_")], ["description", "order_"])

    def test_what_all_columns_begin_with_is_left_out(self):
        self.assertEqual(list(spoken_columns(["c_custkey", "c_name", "c_nationkey", "c_from"], "customers").values()),
                         ["custkey", "name", "nationkey", "from_"])
        self.assertEqual(list(spoken_columns(["OL_NO", "OL_QTY", "OL_PRICE", "ART_NO"], "order_lines", (), {"ART_NO"}).values()),
                         ["no", "quantity", "price", "art_no"])
        self.assertEqual(list(spoken_columns(["ps_partkey", "ps_order", "ps_qty"], "partsupp").values()),
                         ["partkey", "order_", "quantity"])
        self.assertEqual(list(spoken_columns(["temp_low", "temp_high", "temp_mean"], "readings").values()),
                         ["temp_low", "temp_high", "temp_mean"])


if __name__ == "__main__":
    unittest.main()
