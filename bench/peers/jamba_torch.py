"""The peer of the cuda backend: one decode step of a Jamba shape as a user would write it by hand in
PyTorch, bfloat16 with float32 state, by torch.compile and a CUDA graph, or eagerly with a graph.

    python3 bench/peers/jamba_torch.py bench/models/jamba-3b/config.json 1,8,64

Random weights; prints milliseconds a step (the median of replays) and what the weights take to read.
"""

import json
import statistics
import sys

import torch
import torch.nn.functional as F

DEVICE, CONTEXT = "cuda", 512


def weight(*shape):
    return torch.randn(*shape, device=DEVICE, dtype=torch.bfloat16) * shape[-1] ** -0.5


def rms(x, w, eps):
    y = x.float()
    return (y * torch.rsqrt(y.square().mean(-1, keepdim=True) + eps)).to(x.dtype) * w


class Mlp:
    def __init__(self, hidden, size):
        self.gate_up, self.down = weight(2 * size, hidden), weight(hidden, size)

    def __call__(self, x):
        gate, up = F.linear(x, self.gate_up).chunk(2, -1)
        return F.linear(F.silu(gate) * up, self.down)


class Mamba:
    def __init__(self, c, batch):
        hidden, self.inner = c["hidden_size"], c["hidden_size"] * c["mamba_expand"]
        self.state, self.rank, self.eps = c["mamba_d_state"], c["mamba_dt_rank"], c["rms_norm_eps"]
        self.in_proj, self.out_proj = weight(2 * self.inner, hidden), weight(hidden, self.inner)
        self.x_proj = weight(self.rank + 2 * self.state, self.inner)
        self.dt_proj = weight(self.inner, self.rank)
        self.dt_bias = torch.rand(self.inner, device=DEVICE) - 4
        self.conv, self.conv_bias = weight(self.inner, c["mamba_d_conv"]), weight(self.inner)
        self.a = -torch.rand(self.inner, self.state, device=DEVICE) * 15 - 1
        self.d = torch.ones(self.inner, device=DEVICE)
        self.norms = [torch.ones(n, device=DEVICE, dtype=torch.bfloat16)
                      for n in (self.rank, self.state, self.state)]
        self.window = torch.zeros(batch, self.inner, c["mamba_d_conv"], device=DEVICE,
                                  dtype=torch.bfloat16)
        self.h = torch.zeros(batch, self.inner, self.state, device=DEVICE)

    def __call__(self, x):
        u, gate = F.linear(x, self.in_proj).chunk(2, -1)
        self.window.copy_(torch.cat([self.window[..., 1:], u.unsqueeze(-1)], -1))
        u = F.silu((self.window * self.conv).sum(-1) + self.conv_bias)
        parts = F.linear(u, self.x_proj).split([self.rank, self.state, self.state], -1)
        dt, b, c = (rms(p, w, self.eps) for p, w in zip(parts, self.norms))
        dt = F.softplus(F.linear(dt, self.dt_proj).float() + self.dt_bias)
        keep = torch.exp(dt.unsqueeze(-1) * self.a)
        self.h.copy_(self.h * keep + (dt * u.float()).unsqueeze(-1) * b.float().unsqueeze(1))
        y = (self.h * c.float().unsqueeze(1)).sum(-1) + self.d * u.float()
        return F.linear(y.to(x.dtype) * F.silu(gate), self.out_proj)


class Attention:
    def __init__(self, c, batch):
        hidden = c["hidden_size"]
        self.heads, self.kv = c["num_attention_heads"], c["num_key_value_heads"]
        self.dim = hidden // self.heads
        self.q, self.o = weight(self.heads * self.dim, hidden), weight(hidden, self.heads * self.dim)
        self.k, self.v = (weight(self.kv * self.dim, hidden) for _ in range(2))
        self.keys, self.values = (torch.zeros(batch, self.kv, CONTEXT, self.dim, device=DEVICE,
                                              dtype=torch.bfloat16) for _ in range(2))

    def __call__(self, x):
        batch = x.shape[0]
        self.keys[:, :, -1] = F.linear(x, self.k).view(batch, self.kv, self.dim)
        self.values[:, :, -1] = F.linear(x, self.v).view(batch, self.kv, self.dim)
        q = F.linear(x, self.q).view(batch, self.heads, 1, self.dim)
        y = F.scaled_dot_product_attention(q, self.keys, self.values, enable_gqa=True)
        return F.linear(y.reshape(batch, -1), self.o)


class Model:
    def __init__(self, c, batch):
        self.eps, hidden = c["rms_norm_eps"], c["hidden_size"]
        self.embedding = weight(c["vocab_size"], hidden)
        self.layers = []
        for i in range(c["num_hidden_layers"]):
            attention = i % c["attn_layer_period"] == c["attn_layer_offset"]
            norms = [torch.ones(hidden, device=DEVICE, dtype=torch.bfloat16) for _ in range(2)]
            mixer = Attention(c, batch) if attention else Mamba(c, batch)
            self.layers.append((norms, mixer, Mlp(hidden, c["intermediate_size"])))
        self.norm = torch.ones(hidden, device=DEVICE, dtype=torch.bfloat16)

    def __call__(self, ids):
        x = self.embedding[ids]
        for norms, mixer, mlp in self.layers:
            x = x + mixer(rms(x, norms[0], self.eps))
            x = x + mlp(rms(x, norms[1], self.eps))
        return F.linear(rms(x, self.norm, self.eps), self.embedding).argmax(-1)


def replays(step, ids):
    """Milliseconds of one step, by replays of a CUDA graph; the median of 20 times 20."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(4):
            step(ids)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step(ids)
    times = []
    for _ in range(20):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for _ in range(20):
            graph.replay()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) / 20)
    return statistics.median(times)


def main():
    config = json.load(open(sys.argv[1]))
    batches = [int(b) for b in (sys.argv[2] if len(sys.argv) > 2 else "1,8,64").split(",")]
    kinds = (sys.argv[3] if len(sys.argv) > 3 else "compiled,eager").split(",")
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}")
    for batch in batches:
        with torch.inference_mode():
            model = Model(config, batch)
            ids = torch.randint(config["vocab_size"], (batch,), device=DEVICE)
            for kind in kinds:
                step = torch.compile(model.__call__, fullgraph=True) if kind == "compiled" else model
                ms = replays(step, ids)
                print(f"batch {batch:4d} {kind:9s} {ms:7.3f} ms {1e3 * batch / ms:9.0f} tokens/s",
                      flush=True)
        del model
        torch.compiler.reset()


if __name__ == "__main__":
    main()
