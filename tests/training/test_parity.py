"""What parity.py does without PyTorch: sessions out of stores, and logits held against those of a reference.

    python3 -m unittest discover tests/training -p 'test_parity.py'
"""
import array
import json
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import parity  # noqa: E402

PROGRAM = """#!/bin/sh
echo '{"ids":[7,300,9],"weights":"f32","logits":['
echo '[0.5,-1,2],'
echo '[1,3,-2],'
echo '[0.25,0,-0.5]]}'
"""


class Sessions(unittest.TestCase):
    def test_tokens_of_each_session_up_to_its_first_fresh_sequence(self):
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "facts.db"
            database = sqlite3.connect(store)
            database.execute("CREATE TABLE sr_log (id INTEGER PRIMARY KEY, kind TEXT, tokens BLOB)")
            for session, kind, tokens in ((1, "app", [1, 127, 128]), (1, "event", [4095]), (1, "paint", None),
                                          (2, "app", [9, 9]), (1, "rebase", None), (1, "event", [5]),
                                          (2, "shown", [16384])):
                packed = None if tokens is None else b"".join(self.packed(t) for t in tokens)
                seq = database.execute("SELECT count(*) FROM sr_log").fetchone()[0]
                database.execute("INSERT INTO sr_log VALUES (?, ?, ?)", (session * 2**32 + seq, kind, packed))
            database.commit()
            database.close()
            self.assertEqual(parity.sessions_of(store), [{"pinned": 3, "ids": [1, 127, 128, 4095]},
                                                         {"pinned": 2, "ids": [9, 9, 16384]}])

    def packed(self, token):
        out = []
        while token >= 0x80:
            out.append(token & 0x7F | 0x80)
            token >>= 7
        return bytes(out + [token])


class Runtime(unittest.TestCase):
    def compare(self, kept, best):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            program = out / "state-runtime"
            program.write_text(PROGRAM)
            program.chmod(0o755)
            (out / "logits.f32").write_bytes(array.array("f", kept).tobytes())
            (out / "reference.json").write_text(json.dumps(
                {"window": 2048, "sessions": [{"at": [0, 2], "best": best}]}))
            return parity.runtime(str(program), "model", [{"pinned": 1, "ids": [7, 300, 9]}], out, "f32")

    def test_equal_logits(self):
        largest, tokens, same = self.compare([0.5, -1, 2, 0.25, 0, -0.5], [2, 1, 0])
        self.assertEqual((largest, tokens, same), (0, 3, 3))

    def test_a_difference_is_told_relative_to_the_spread(self):
        kept = [0.5, -1, 2, 0.25, 0, -1.5]
        largest, tokens, same = self.compare(kept, [2, 0, 0])
        mean = sum(kept) / len(kept)
        self.assertAlmostEqual(largest, (sum((k - mean) ** 2 for k in kept) / len(kept)) ** -0.5, places=6)
        self.assertEqual((tokens, same), (3, 2))

    def test_positions_are_spread_over_a_session_and_end_with_its_last(self):
        at = parity.spread_over(1000)
        self.assertEqual((at[0], at[-1], len(at)), (0, 999, parity.POSITIONS + 1))
        self.assertEqual(parity.spread_over(3), [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
