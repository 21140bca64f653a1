"""Makes the checkpoint tests/fixtures/models/mamba2_grouped and the logits beside it, in plain Python.

    python3 tests/plugins/backends/hybrid/make_grouped.py tests/fixtures/models

The weights and tokens are those of mamba2; the norm behind the gate goes over each of the groups by
itself, as in the models that mamba_ssm trained. The logits are those of the model written down
here, in double precision (arXiv 2405.21060, section 7). First the same code computes mamba2 itself
with one norm over all channels, whose logits transformers made (make_fixtures.py), and ends with an
error when it is not near them.
"""

import json
import math
import os
import sys

from make_yarn import expected, read_tensors, write_expected


def silu(x):
    return x / (1 + math.exp(-x))


def softplus(x):
    return x if x > 30 else math.log1p(math.exp(x))


class Mamba2:
    def __init__(self, folder, norm_groups):
        with open(os.path.join(folder, "config.json")) as file:
            self.config = json.load(file)
        self.norm_groups = norm_groups
        self.tensors = read_tensors(os.path.join(folder, "model.safetensors"))

    def vector(self, name):
        return self.tensors[name][1]

    def linear(self, name, x):
        (rows, columns), w = self.tensors[name + ".weight"]
        _, bias = self.tensors.get(name + ".bias", (None, [0.0] * rows))
        return [bias[r] + sum(a * b for a, b in zip(w[r * columns:(r + 1) * columns], x))
                for r in range(rows)]

    def norm(self, name, x, groups=1):
        weight, size, out = self.vector(name + ".weight"), len(x) // groups, []
        for first in range(0, len(x), size):
            part = x[first:first + size]
            scale = 1 / math.sqrt(sum(v * v for v in part) / size + self.config["layer_norm_epsilon"])
            out += [v * scale * w for v, w in zip(part, weight[first:first + size])]
        return out

    def convolve(self, at, rows):
        (channels, _, kernel), w = self.tensors[at + ".conv1d.weight"]
        bias, out = self.vector(at + ".conv1d.bias"), []
        for t in range(len(rows)):
            row = []
            for c in range(channels):
                value = bias[c]
                for k in range(kernel):
                    if t - kernel + 1 + k >= 0:
                        value += w[c * kernel + k] * rows[t - kernel + 1 + k][c]
                row.append(silu(value))
            out.append(row)
        return out

    def mix(self, at, rows):
        c = self.config
        heads, size, groups, state = c["num_heads"], c["head_dim"], c["n_groups"], c["state_size"]
        inner = heads * size
        parts = [self.linear(at + ".in_proj", x) for x in rows]
        mixed = self.convolve(at, [p[inner:2 * inner + 2 * groups * state] for p in parts])
        decay = [-math.exp(a) for a in self.vector(at + ".A_log")]
        skip, dt_bias = self.vector(at + ".D"), self.vector(at + ".dt_bias")
        cells = [[[0.0] * state for _ in range(size)] for _ in range(heads)]
        out = []
        for part, u in zip(parts, mixed):
            y = []
            for h in range(heads):
                dt = softplus(part[-heads + h] + dt_bias[h])
                group = h // (heads // groups)
                b = u[inner + group * state:inner + (group + 1) * state]
                read = u[inner + (groups + group) * state:inner + (groups + group + 1) * state]
                keep = math.exp(dt * decay[h])
                for p in range(size):
                    x, cell = u[h * size + p], cells[h][p]
                    for n in range(state):
                        cell[n] = keep * cell[n] + dt * x * b[n]
                    y.append(sum(s * r for s, r in zip(cell, read)) + skip[h] * x)
            gated = [v * silu(z) for v, z in zip(y, part[:inner])]
            out.append(self.linear(at + ".out_proj", self.norm(at + ".norm", gated, self.norm_groups)))
        return out

    def logits(self, ids):
        (_, hidden), table = self.tensors["backbone.embeddings.weight"]
        rows = [table[i * hidden:(i + 1) * hidden] for i in ids]
        for layer in range(self.config["num_hidden_layers"]):
            at = f"backbone.layers.{layer}"
            mixed = self.mix(at + ".mixer", [self.norm(at + ".norm", x) for x in rows])
            rows = [[a + b for a, b in zip(x, y)] for x, y in zip(rows, mixed)]
        return [self.linear("lm_head", self.norm("backbone.norm_f", x)) for x in rows]


def main(models):
    folder, out = os.path.join(models, "mamba2"), os.path.join(models, "mamba2_grouped")
    ids, wanted = expected(folder)

    def distance(logits):
        got = [x for row in logits for x in row]
        return max(abs(a - b) for a, b in zip(got, wanted)) / math.dist(wanted, [0] * len(wanted)) \
            * math.sqrt(len(wanted))

    worst = distance(Mamba2(folder, 1).logits(ids))
    print(f"mamba2: {worst:.1e} from transformers, relative to the root of the mean square")
    if worst > 2e-5:
        sys.exit("mamba2 is not what transformers computes")
    model = Mamba2(folder, Mamba2(folder, 1).config["n_groups"])
    logits = model.logits(ids)
    print(f"mamba2_grouped: {distance(logits):.1e} from that")
    os.makedirs(out, exist_ok=True)
    # As the published checkpoints of mamba_ssm's models have it; its value means nothing.
    model.config["norm_before_gate"] = True
    with open(os.path.join(out, "config.json"), "w") as file:
        json.dump(model.config, file, indent=2, sort_keys=True)
        file.write("\n")
    with open(os.path.join(folder, "model.safetensors"), "rb") as source, \
            open(os.path.join(out, "model.safetensors"), "wb") as copy:
        copy.write(source.read())
    write_expected(os.path.join(out, "expected.safetensors"), ids, logits)


if __name__ == "__main__":
    main(sys.argv[1])
