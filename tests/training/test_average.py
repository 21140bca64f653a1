"""Weights between others. Needs NumPy:

    python3 -m unittest discover tests/training -p 'test_average.py'
"""
import json
import struct
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import numpy
except ImportError:
    raise unittest.SkipTest("needs NumPy")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import average  # noqa: E402


def shard(path, norm, matrix):
    """Two float32 numbers and two of bf16, which are given by their upper halves."""
    header = json.dumps({"norm": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                         "matrix": {"dtype": "BF16", "shape": [2], "data_offsets": [8, 12]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + numpy.array(norm, "<f4").tobytes() +
                     numpy.array(matrix, "<u2").tobytes())


class Mean(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.paths = [self.folder / "a", self.folder / "b"]

    def mean(self):
        data = average.mean(self.paths)[-12:]
        return list(numpy.frombuffer(data[:8], "<f4")), list(numpy.frombuffer(data[8:], "<u2"))

    def test_lies_between_them(self):
        shard(self.paths[0], [1, -2], [0x3F80, 0x4000])           # 1 and 2
        shard(self.paths[1], [2, 4], [0x4040, 0xC000])            # 3 and -2
        self.assertEqual(self.mean(), ([1.5, 1.0], [0x4000, 0]))  # 2 and 0

    def test_is_rounded_to_the_nearest_that_bf16_has(self):
        shard(self.paths[0], [0, 0], [0x3F80, 0x3F81])
        shard(self.paths[1], [0, 0], [0x3F81, 0x3F82])            # halfway: to the even one
        self.assertEqual(self.mean()[1], [0x3F80, 0x3F82])

    def test_is_of_the_same_tensors(self):
        shard(self.paths[0], [0, 0], [0, 0])
        header = b'{"other":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
        self.paths[1].write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
        with self.assertRaisesRegex(SystemExit, "b has other tensors than .*a"):
            average.mean(self.paths)


if __name__ == "__main__":
    unittest.main()
