"""Writes a model as a Hugging Face folder: config.json, bf16 shards under 15 MiB, tokenizer.json.

    python3 training/export.py CHECKPOINT TOKENIZER.json FOLDER
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from model import Config, Model

SHARD = 14_500_000  # bytes
# Twice the rows of training: a host begins a fresh sequence when one is half full.
POSITIONS = 8192


def config_json(config, newline=None):
    kinds = ["full_attention" if i in config.attention_at else "linear_attention"
             for i in range(config.layers)]
    return {
        "architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid",
        "dtype": "bfloat16", "vocab_size": config.vocabulary, "hidden_size": config.hidden,
        "num_hidden_layers": config.layers, "layer_types": kinds,
        "num_attention_heads": config.heads, "num_key_value_heads": config.kv_heads,
        "attention_bias": False, "attention_dropout": 0.0,
        "attention_multiplier": (config.hidden // config.heads) ** -0.5,
        "position_embedding_type": None, "max_position_embeddings": POSITIONS,
        "hidden_act": "silu", "intermediate_size": config.mlp,
        "shared_intermediate_size": config.mlp, "num_local_experts": 0, "num_experts_per_tok": 0,
        "mamba_n_heads": config.inner // config.head_dim, "mamba_d_head": config.head_dim,
        "mamba_d_state": config.state, "mamba_n_groups": 1, "mamba_d_conv": config.conv,
        "mamba_expand": 2, "mamba_chunk_size": 256, "mamba_conv_bias": True,
        "mamba_proj_bias": False, "rms_norm_eps": config.epsilon,
        "embedding_multiplier": config.embedding_multiplier, "residual_multiplier": 1.0,
        "logits_scaling": 1.0, "initializer_range": 0.02, "tie_word_embeddings": True,
        "pad_token_id": 0, "bos_token_id": None, "eos_token_id": newline, "use_cache": True,
        "output_router_logits": False, "router_aux_loss_coef": 0.0,
        "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
    }


def config_of(folder):
    """Our Config from a folder's config.json."""
    read = json.loads((Path(folder) / "config.json").read_text())
    at = tuple(i for i, kind in enumerate(read["layer_types"]) if kind == "full_attention")
    return Config(read["vocab_size"], read["hidden_size"], read["num_hidden_layers"], at,
                  read["num_attention_heads"], read["num_key_value_heads"],
                  read["shared_intermediate_size"], read["mamba_d_head"], read["mamba_d_state"],
                  read["mamba_d_conv"], epsilon=read["rms_norm_eps"],
                  embedding_multiplier=read["embedding_multiplier"])


def save(model, folder, tokenizer=None):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    newline = None
    if tokenizer:
        from tokenizers import Tokenizer
        newline = Tokenizer.from_file(str(tokenizer)).encode("\n").ids[0]
        if Path(tokenizer).resolve() != (folder / "tokenizer.json").resolve():
            shutil.copy(tokenizer, folder / "tokenizer.json")
    (folder / "config.json").write_text(json.dumps(config_json(model.config, newline), indent=2) + "\n")
    shards, size = [{}], 0
    for name, p in model.state_dict().items():
        # Vectors are few and matter much: they stay float32.
        tensor = p.detach().cpu().to(torch.bfloat16 if p.dim() == 2 else torch.float32).contiguous()
        bytes_ = tensor.numel() * tensor.element_size()
        if size + bytes_ > SHARD:
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += bytes_
    for old in folder.glob("*.safetensors*"):
        old.unlink()
    if len(shards) == 1:
        save_file(shards[0], folder / "model.safetensors", {"format": "pt"})
        return
    names = [f"model-{i + 1:05d}-of-{len(shards):05d}.safetensors" for i in range(len(shards))]
    for name, shard in zip(names, shards):
        save_file(shard, folder / name, {"format": "pt"})
    total = sum(t.numel() * t.element_size() for s in shards for t in s.values())
    index = {"metadata": {"total_size": total},
             "weight_map": {t: n for n, s in zip(names, shards) for t in s}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def load(folder):
    """A model in float32 from an exported folder."""
    model = Model(config_of(folder))
    state = {}
    for file in sorted(Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as shard:
            state |= {name: shard.get_tensor(name).float() for name in shard.keys()}
    model.load_state_dict(state)
    return model


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("checkpoint", type=Path)
    arguments.add_argument("tokenizer", type=Path)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=False)
    model = Model(state["config"])
    model.load_state_dict(state["model"])
    save(model, options.folder, options.tokenizer)


if __name__ == "__main__":
    main()
