"""The model: granitemoehybrid, dense. Mamba-2 layers with a few of NoPE attention, a gated MLP in each.

Parameters have the names and shapes of transformers' GraniteMoeHybridForCausalLM, so a state dict is
a checkpoint. The recurrence runs in chunks as matrix products (Dao and Gu, "Transformers are SSMs",
2024, section 6). Attention sees the pinned first tokens and the last `window` ones, as in the runtime.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

CHUNK = 128


@dataclass
class Config:
    vocabulary: int = 4096
    hidden: int = 320
    layers: int = 10
    attention_at: tuple = (2, 5, 8)
    heads: int = 10            # of attention
    kv_heads: int = 2
    mlp: int = 768
    head_dim: int = 64         # of the recurrence
    state: int = 64
    conv: int = 4
    window: int = 2048
    epsilon: float = 1e-5
    embedding_multiplier: float = 12.0

    @property
    def inner(self):
        return 2 * self.hidden


class Norm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x):
        x32 = x.float()
        x32 = x32 * torch.rsqrt(x32.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return (self.weight * x32).to(x.dtype)


class GatedNorm(Norm):
    def forward(self, x, gate):
        return super().forward(x.float() * F.silu(gate.float())).to(x.dtype)


def recurrence(x, dt, a, b, c):
    """x (batch, t, heads, p), dt (batch, t, heads), a (heads), b and c (batch, t, n); t in chunks."""
    batch, t, heads, p = x.shape
    n, count = b.shape[-1], t // CHUNK
    kind = x.dtype
    x = x.view(batch, count, CHUNK, heads, p).permute(0, 1, 3, 2, 4)      # (batch, c, h, l, p)
    dt = dt.view(batch, count, CHUNK, heads).permute(0, 1, 3, 2)          # (batch, c, h, l)
    b = b.view(batch, count, 1, CHUNK, n)
    c = c.view(batch, count, 1, CHUNK, n)
    s = (dt * a[:, None]).cumsum(-1)
    causal = torch.ones(CHUNK, CHUNK, dtype=torch.bool, device=x.device).tril()
    decay = (s[..., :, None] - s[..., None, :]).masked_fill(~causal, -math.inf).exp()
    mixed = (c @ b.transpose(-1, -2)).float() * decay * dt[..., None, :]
    y = mixed.to(kind) @ x
    # What each chunk adds to the state, and the state that enters each chunk.
    weight = (s[..., -1:] - s).exp() * dt
    states = (x.float() * weight[..., None]).to(kind).transpose(-1, -2) @ b   # (batch, c, h, p, n)
    total = s[..., -1].permute(0, 2, 1)                                       # (batch, h, c)
    ends = total.cumsum(-1)
    earlier = torch.ones(count, count, dtype=torch.bool, device=x.device).tril(-1)
    carry = ((ends - total)[..., :, None] - ends[..., None, :]).masked_fill(~earlier, -math.inf).exp()
    flat = states.float().permute(0, 2, 1, 3, 4).reshape(batch, heads, count, p * n)
    entering = (carry @ flat).view(batch, heads, count, p, n).permute(0, 2, 1, 3, 4).to(kind)
    y = y + ((c @ entering.transpose(-1, -2)).float() * s.exp()[..., None]).to(kind)
    return y.permute(0, 1, 3, 2, 4).reshape(batch, t, heads, p)


class Mamba(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        inner, state = config.inner, config.state
        self.heads = inner // config.head_dim
        self.channels = inner + 2 * state
        self.in_proj = nn.Linear(config.hidden, inner + self.channels + self.heads, bias=False)
        self.conv1d = nn.Conv1d(self.channels, self.channels, config.conv, groups=self.channels)
        dt = torch.exp(torch.linspace(math.log(1e-3), math.log(0.1), self.heads))
        self.dt_bias = nn.Parameter(dt + torch.log(-torch.expm1(-dt)))
        self.A_log = nn.Parameter(torch.linspace(1, 16, self.heads).log())
        self.D = nn.Parameter(torch.ones(self.heads))
        self.norm = GatedNorm(inner, config.epsilon)
        self.out_proj = nn.Linear(inner, config.hidden, bias=False)

    def forward(self, h, mask):
        batch, t, _ = h.shape
        inner, state, width = self.config.inner, self.config.state, self.config.conv
        gate, x, dt = self.in_proj(h).split([inner, self.channels, self.heads], -1)
        padded = F.pad(x, (0, 0, width - 1, 0)).float()
        taps = self.conv1d.weight[:, 0].float()
        mixed = sum(padded[:, k:k + t] * taps[:, k] for k in range(width)) + self.conv1d.bias.float()
        x, b, c = F.silu(mixed).to(x.dtype).split([inner, state, state], -1)
        x = x.view(batch, t, self.heads, self.config.head_dim)
        dt = F.softplus(dt.float() + self.dt_bias.float())
        y = recurrence(x, dt, -self.A_log.float().exp(), b, c)
        y = y + x * self.D.to(x.dtype)[:, None]
        return self.out_proj(self.norm(y.reshape(batch, t, inner), gate))


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.kv_heads = config.heads, config.kv_heads
        self.size = config.hidden // config.heads
        self.q_proj = nn.Linear(config.hidden, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(config.hidden, self.kv_heads * self.size, bias=False)
        self.v_proj = nn.Linear(config.hidden, self.kv_heads * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, config.hidden, bias=False)

    def forward(self, h, mask):
        batch, t, _ = h.shape
        q = self.q_proj(h).view(batch, t, self.heads, self.size).transpose(1, 2)
        k = self.k_proj(h).view(batch, t, self.kv_heads, self.size).transpose(1, 2)
        v = self.v_proj(h).view(batch, t, self.kv_heads, self.size).transpose(1, 2)
        scale = self.size ** -0.5
        if isinstance(mask, torch.Tensor):
            groups = self.heads // self.kv_heads
            k, v = (x.repeat_interleave(groups, 1) for x in (k, v))
            scores = (q @ k.transpose(-1, -2)).float() * scale
            y = scores.masked_fill(~mask[:, None], -math.inf).softmax(-1).to(v.dtype) @ v
        else:
            from torch.nn.attention.flex_attention import flex_attention
            y = flex_attention(q, k, v, block_mask=mask, scale=scale, enable_gqa=True)
        return self.o_proj(y.transpose(1, 2).reshape(batch, t, -1))


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.input_linear = nn.Linear(config.hidden, 2 * config.mlp, bias=False)
        self.output_linear = nn.Linear(config.mlp, config.hidden, bias=False)

    def forward(self, h):
        gate, up = self.input_linear(h).chunk(2, -1)
        return self.output_linear(F.silu(gate) * up)


class Block(nn.Module):
    def __init__(self, config, attention):
        super().__init__()
        self.input_layernorm = Norm(config.hidden, config.epsilon)
        self.post_attention_layernorm = Norm(config.hidden, config.epsilon)
        if attention:
            self.self_attn = Attention(config)
        else:
            self.mamba = Mamba(config)
        self.shared_mlp = Mlp(config)
        self.attention = attention
        self.dropout = 0.0         # while it is trained, of what is added

    def forward(self, h, mask):
        mixer = self.self_attn if self.attention else self.mamba
        h = h + F.dropout(mixer(self.input_layernorm(h), mask), self.dropout, self.training)
        return h + F.dropout(self.shared_mlp(self.post_attention_layernorm(h)), self.dropout, self.training)


class Trunk(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocabulary, config.hidden)
        self.layers = nn.ModuleList(Block(config, i in config.attention_at)
                                    for i in range(config.layers))
        self.norm = Norm(config.hidden, config.epsilon)


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        for name, p in self.named_parameters():
            if name.endswith(("_proj.weight", "_linear.weight")):
                nn.init.normal_(p, std=p.shape[1] ** -0.5)
                if "out_proj" in name or "o_proj" in name or "output_linear" in name:
                    p.data *= (2 * config.layers) ** -0.5
        nn.init.normal_(self.model.embed_tokens.weight, std=0.02)

    def hidden(self, ids, mask):
        h = self.model.embed_tokens(ids) * self.config.embedding_multiplier
        if torch.is_autocast_enabled():
            h = h.to(torch.bfloat16)
        for layer in self.model.layers:
            h = layer(h, mask)
        return self.model.norm(h)

    def logits(self, h):
        return F.linear(h, self.model.embed_tokens.weight)

    def forward(self, ids, mask):
        return self.logits(self.hidden(ids, mask))


def loss(hidden, embedding, targets, weights):
    """Sum over the weighted tokens of -log p, in float32."""
    logits = F.linear(hidden, embedding).float()
    each = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return (each * weights.flatten()).sum()


def visible(q, k, pinned, window):
    return (k <= q) & ((q - k < window) | (k < pinned))


def dense_mask(t, pinned, window, device):
    """(batch, t, t), for short texts and machines without a fused kernel."""
    at = torch.arange(t, device=device)
    return visible(at[None, :, None], at[None, None, :], pinned[:, None, None], window)


def block_mask(t, pinned, window, compiled=True):
    from torch.nn.attention.flex_attention import create_block_mask

    def keep(b, h, q, k):
        return visible(q, k, pinned[b], window)

    return create_block_mask(keep, pinned.shape[0], None, t, t, device=pinned.device,
                             _compile=compiled)
