"""Muon (Jordan 2024; scaled as in Liu et al. 2025): momentum whose matrices are made orthogonal.

Matrices of one shape are handled in one batch. For everything that is no matrix there is AdamW.
"""
import torch


def orthogonal(g):
    """Newton-Schulz steps towards the nearest matrices with orthogonal rows or columns."""
    x = g.bfloat16()
    flip = x.shape[-2] > x.shape[-1]
    if flip:
        x = x.transpose(-1, -2)
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        s = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * s + 2.0315 * s @ s) @ x
    return x.transpose(-1, -2) if flip else x


class Muon:
    def __init__(self, parameters, momentum=0.95, decay=0.1):
        self.momentum, self.decay = momentum, decay
        shapes = {}
        for p in parameters:
            shapes.setdefault(tuple(p.shape), []).append(p)
        self.groups = list(shapes.values())
        self.velocity = [torch.zeros(len(g), *g[0].shape, device=g[0].device) for g in self.groups]

    @torch.no_grad()
    def step(self, rate):
        for group, velocity in zip(self.groups, self.velocity):
            gradient = torch.stack([p.grad for p in group])
            velocity.lerp_(gradient, 1 - self.momentum)
            update = orthogonal(torch.lerp(gradient, velocity, self.momentum)).float()
            scale = rate * 0.2 * max(group[0].shape) ** 0.5
            torch._foreach_mul_(group, 1 - rate * self.decay)
            torch._foreach_add_(group, list((update * -scale).unbind(0)))

    def state_dict(self):
        return self.velocity

    def load_state_dict(self, state):
        for mine, theirs in zip(self.velocity, state):
            mine.copy_(theirs)
