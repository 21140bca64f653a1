"""Makes the checkpoint tests/fixtures/models/llama_yarn and the logits beside it, in plain Python.

    python3 tests/plugins/backends/hybrid/make_yarn.py tests/fixtures/models

The weights and tokens are those of llama3_rope; positions are stretched with yarn instead. The
logits are those of the model written down here, in double precision, with the formulas of
arXiv 2309.00071 (sections 3.1 to 3.4; both the query and the key grow by the attention factor).
First the same code computes llama and llama3_rope, whose logits transformers made
(make_fixtures.py), and ends with an error when it is not near them.
"""

import array
import json
import math
import os
import struct
import sys

YARN = {"rope_type": "yarn", "rope_theta": 500.0, "factor": 4.0,
        "original_max_position_embeddings": 64, "beta_fast": 8.0, "beta_slow": 0.5}
TYPES = {"F32": "f", "I64": "q"}


def read_tensors(path):
    """{name: (shape, flat list of numbers)}"""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    out = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            first, last = tensor["data_offsets"]
            numbers = array.array(TYPES[tensor["dtype"]], data[first:last])
            out[name] = (tensor["shape"], list(numbers))
    return out


def write_expected(path, ids, logits):
    parts = [("ids", "I64", [len(ids)], array.array("q", ids).tobytes()),
             ("logits", "F32", [len(logits), len(logits[0])],
              array.array("f", [x for row in logits for x in row]).tobytes())]
    header, data = {}, b""
    for name, kind, shape, raw in parts:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def frequencies(rope, size, context):
    """Of each pair of a head's numbers, and by how much rotated numbers grow."""
    theta, factor = rope["rope_theta"], rope.get("factor", 1.0)
    plain = [theta ** (-i / size) for i in range(0, size, 2)]
    original = rope.get("original_max_position_embeddings", context)
    if rope["rope_type"] == "llama3":
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        turns = [original * f / (2 * math.pi) for f in plain]
        keep = [min(1.0, max(0.0, (t - low) / (high - low))) for t in turns]
        return [f * (k + (1 - k) / factor) for f, k in zip(plain, keep)], 1.0
    if rope["rope_type"] == "yarn":
        def pair(turns):
            return size * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(theta))
        first = max(math.floor(pair(rope["beta_fast"])), 0)
        last = min(math.ceil(pair(rope["beta_slow"])), size - 1)
        slow = [min(1.0, max(0.0, (i - first) / (last - first))) for i in range(len(plain))]
        return [f * (1 - s + s / factor) for f, s in zip(plain, slow)], 0.1 * math.log(factor) + 1
    return plain, 1.0


class Llama:
    def __init__(self, folder, rope=None):
        with open(os.path.join(folder, "config.json")) as file:
            self.config = json.load(file)
        self.config["rope_parameters"] = rope or self.config["rope_parameters"]
        self.tensors = read_tensors(os.path.join(folder, "model.safetensors"))

    def linear(self, name, x):
        (rows, columns), w = self.tensors[name + ".weight"]
        _, bias = self.tensors.get(name + ".bias", (None, [0.0] * rows))
        return [bias[r] + sum(a * b for a, b in zip(w[r * columns:(r + 1) * columns], x))
                for r in range(rows)]

    def norm(self, name, x):
        scale = 1 / math.sqrt(sum(v * v for v in x) / len(x) + self.config["rms_norm_eps"])
        return [v * scale * w for v, w in zip(x, self.tensors[name + ".weight"][1])]

    def attend(self, at, rows):
        c = self.config
        size, heads, shared = c["head_dim"], c["num_attention_heads"], c["num_key_value_heads"]
        slow, grown = frequencies(c["rope_parameters"], size, c["max_position_embeddings"])

        def turned(x, position):
            half, out = size // 2, list(x)
            for i, f in enumerate(slow):
                cos, sin = grown * math.cos(position * f), grown * math.sin(position * f)
                out[i] = x[i] * cos - x[i + half] * sin
                out[i + half] = x[i + half] * cos + x[i] * sin
            return out

        def split(x, count, position=None):
            parts = [x[h * size:(h + 1) * size] for h in range(count)]
            return parts if position is None else [turned(part, position) for part in parts]

        keys, values, out = [], [], []
        for position, x in enumerate(rows):
            queries = split(self.linear(at + ".q_proj", x), heads, position)
            keys.append(split(self.linear(at + ".k_proj", x), shared, position))
            values.append(split(self.linear(at + ".v_proj", x), shared))
            mixed = []
            for h, query in enumerate(queries):
                of = h // (heads // shared)
                scores = [sum(a * b for a, b in zip(query, key[of])) / math.sqrt(size) for key in keys]
                weights = [math.exp(s - max(scores)) for s in scores]
                mixed += [sum(w * v[of][d] for w, v in zip(weights, values)) / sum(weights)
                          for d in range(size)]
            out.append(self.linear(at + ".o_proj", mixed))
        return out

    def feed(self, at, x):
        gate, up = self.linear(at + ".gate_proj", x), self.linear(at + ".up_proj", x)
        return self.linear(at + ".down_proj", [g / (1 + math.exp(-g)) * u for g, u in zip(gate, up)])

    def logits(self, ids):
        (_, hidden), table = self.tensors["model.embed_tokens.weight"]
        rows = [table[i * hidden:(i + 1) * hidden] for i in ids]
        for layer in range(self.config["num_hidden_layers"]):
            at = f"model.layers.{layer}"
            mixed = self.attend(at + ".self_attn", [self.norm(at + ".input_layernorm", x) for x in rows])
            rows = [[a + b for a, b in zip(x, y)] for x, y in zip(rows, mixed)]
            fed = [self.feed(at + ".mlp", self.norm(at + ".post_attention_layernorm", x)) for x in rows]
            rows = [[a + b for a, b in zip(x, y)] for x, y in zip(rows, fed)]
        head = "model.embed_tokens" if self.config["tie_word_embeddings"] else "lm_head"
        return [self.linear(head, self.norm("model.norm", x)) for x in rows]


def expected(folder):
    tensors = read_tensors(os.path.join(folder, "expected.safetensors"))
    return tensors["ids"][1], tensors["logits"][1]


def main(models):
    for name in ("llama", "llama3_rope"):
        folder = os.path.join(models, name)
        ids, wanted = expected(folder)
        got = [x for row in Llama(folder).logits(ids) for x in row]
        worst = max(abs(a - b) for a, b in zip(got, wanted)) / math.dist(wanted, [0] * len(wanted)) \
            * math.sqrt(len(wanted))
        print(f"{name}: {worst:.1e} from transformers, relative to the root of the mean square")
        if worst > 2e-5:
            sys.exit(f"{name} is not what transformers computes")
    folder, out = os.path.join(models, "llama3_rope"), os.path.join(models, "llama_yarn")
    ids, _ = expected(folder)
    model = Llama(folder, YARN)
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "config.json"), "w") as file:
        json.dump(model.config, file, indent=2)
        file.write("\n")
    with open(os.path.join(folder, "model.safetensors"), "rb") as source, \
            open(os.path.join(out, "model.safetensors"), "wb") as copy:
        copy.write(source.read())
    write_expected(os.path.join(out, "expected.safetensors"), ids, model.logits(ids))


if __name__ == "__main__":
    main(sys.argv[1])
