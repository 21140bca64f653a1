"""Several processes that train as one. Needs PyTorch:

    python3 -m unittest discover tests/training -p 'test_ranks.py'
"""
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import torch
except ImportError:
    raise unittest.SkipTest("needs PyTorch")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import ranks  # noqa: E402

COUNT = 3


def work(ranks, folder):
    """Each process has its own weights and gradients, and writes down what it has afterwards."""
    parameters = [torch.nn.Parameter(torch.full(shape, float(ranks.rank))) for shape in ((2, 3), (4,))]
    for p in parameters:
        (p * (ranks.rank + 1)).sum().backward()
    ranks.average_gradients(parameters)
    gradients = [p.grad for p in parameters]
    ranks.take_weights_of_first(parameters)
    clock = ranks.number_of_first(10.0 + ranks.rank)
    torch.save((ranks.first, gradients, [p.data for p in parameters], clock),
               Path(folder) / str(ranks.rank))


class SeveralProcesses(unittest.TestCase):
    def found(self, count):
        with tempfile.TemporaryDirectory() as folder:
            ranks.run(work, count, folder, device="cpu")
            return [torch.load(file) for file in sorted(Path(folder).iterdir())]

    def test_they_have_the_mean_gradient_and_the_weights_and_clock_of_the_first(self):
        found = self.found(COUNT)
        self.assertEqual([first for first, *_ in found], [True, False, False])
        for _, gradients, weights, clock in found:
            self.assertEqual([g.shape for g in gradients], [(2, 3), (4,)])
            self.assertTrue(all((g == 2.0).all() for g in gradients))
            self.assertTrue(all((w == 0.0).all() for w in weights))
            self.assertEqual(clock, 10.0)

    def test_one_process_is_left_as_it_is(self):
        [(first, gradients, weights, clock)] = self.found(1)
        self.assertTrue(first)
        self.assertTrue(all((g == 1.0).all() for g in gradients))
        self.assertEqual(clock, 10.0)


if __name__ == "__main__":
    unittest.main()
