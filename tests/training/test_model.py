"""The model's parts against plain arithmetic. Needs PyTorch:

    python3 -m unittest discover tests/training -p 'test_model.py'
"""
import sys
import unittest
from pathlib import Path

try:
    import torch
except ImportError:
    raise unittest.SkipTest("needs PyTorch")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
import model  # noqa: E402
from muon import Muon, orthogonal  # noqa: E402


class Recurrence(unittest.TestCase):
    def test_chunks_equal_one_step_after_the_other(self):
        torch.manual_seed(0)
        batch, t, heads, p, n = 2, 3 * model.CHUNK, 3, 4, 5
        x, dt = torch.randn(batch, t, heads, p), torch.rand(batch, t, heads)
        a, b, c = -torch.rand(heads), torch.randn(batch, t, n), torch.randn(batch, t, n)
        state, expected = torch.zeros(batch, heads, p, n), []
        for i in range(t):
            state = state * (dt[:, i] * a).exp()[..., None, None]
            state = state + (dt[:, i, :, None] * x[:, i])[..., None] * b[:, i, None, None, :]
            expected.append((state * c[:, i, None, None, :]).sum(-1))
        found = model.recurrence(x, dt, a, b, c)
        self.assertLess((torch.stack(expected, 1) - found).abs().max(), 1e-4)


class Mask(unittest.TestCase):
    def test_pinned_tokens_and_the_window_are_visible(self):
        mask = model.dense_mask(8, torch.tensor([2]), 3, "cpu")[0]
        self.assertEqual(mask[7].tolist(), [True, True, False, False, False, True, True, True])
        self.assertEqual(mask[1].tolist(), [True, True] + [False] * 6)


class Whole(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        self.config = model.Config(vocabulary=64, hidden=64, layers=3, attention_at=(1,), heads=4,
                                   kv_heads=2, mlp=96, head_dim=32, state=16)
        self.model = model.Model(self.config)

    def test_later_tokens_change_nothing_before_them(self):
        ids = torch.randint(0, 64, (1, model.CHUNK))
        mask = model.dense_mask(model.CHUNK, torch.tensor([4]), 2048, "cpu")
        first = self.model(ids, mask)
        ids[0, 100:] = 5
        second = self.model(ids, mask)
        self.assertLess((first[:, :100] - second[:, :100]).abs().max(), 1e-5)
        self.assertGreater((first[:, 100:] - second[:, 100:]).abs().max(), 1e-2)

    def test_a_few_steps_learn_a_text_by_heart(self):
        ids = torch.randint(0, 64, (2, model.CHUNK + 1))
        mask = model.dense_mask(model.CHUNK, torch.tensor([4, 4]), 2048, "cpu")
        named = list(self.model.named_parameters())
        matrices = [p for n, p in named if p.dim() == 2 and "embed" not in n]
        others = [p for n, p in named if p.dim() != 2 or "embed" in n]
        muon, adam = Muon(matrices), torch.optim.AdamW(others, lr=1e-2)
        losses = []
        for _ in range(25):
            hidden = self.model.hidden(ids[:, :-1], mask)
            total = model.loss(hidden, self.model.model.embed_tokens.weight, ids[:, 1:],
                               torch.ones(2, model.CHUNK))
            losses.append(total.item() / (2 * model.CHUNK))
            self.model.zero_grad()
            total.backward()
            adam.step()
            muon.step(1e-2)
        self.assertLess(losses[-1], 0.5 * losses[0])

    def test_muon_makes_matrices_orthogonal(self):
        found = orthogonal(torch.randn(2, 24, 40)).float()
        singular = torch.linalg.svdvals(found)
        self.assertGreater(singular.min(), 0.5)
        self.assertLess(singular.max(), 1.5)


if __name__ == "__main__":
    unittest.main()
