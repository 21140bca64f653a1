"""Makes the tiny random checkpoints in tests/fixtures/models and the logits beside them.

    python3 tests/plugins/backends/hybrid/make_fixtures.py OUT_DIR [NAME ...]

Needs torch and transformers 5.17. Each checkpoint is a folder as `save_pretrained` writes it, plus
expected.safetensors: `ids` (tokens) int64 and `logits` (tokens, vocabulary) float32, from one pass
over the whole prompt in float32 on the CPU. Every norm weight, bias, A, D and dt bias is random,
so that a forgotten one cannot hide at one or zero.
"""

import os
import sys

import torch
import transformers
from safetensors.torch import save_file

TOKENS = 29
VOCABULARY = 96

ROPE = {"rope_type": "default", "rope_theta": 10000.0}
ATTENTION = dict(num_attention_heads=4, num_key_value_heads=2)
MAMBA2 = dict(mamba_n_heads=8, mamba_d_head=8, mamba_n_groups=2, mamba_d_state=16, mamba_d_conv=4,
              mamba_expand=2, mamba_chunk_size=8)
GRANITE = dict(num_hidden_layers=4, intermediate_size=24, shared_intermediate_size=48, **ATTENTION,
               **MAMBA2, layer_types=["mamba", "attention", "mamba", "mamba"],
               embedding_multiplier=3.0, logits_scaling=2.5, residual_multiplier=0.7,
               attention_multiplier=0.21)
MAMBA1 = dict(num_hidden_layers=3, state_size=8, conv_kernel=4, expand=2, time_step_rank=5)

# name: (class, configuration, extra arguments of save_pretrained)
FIXTURES = {
    "granite_dense": ("GraniteMoeHybrid", dict(GRANITE, num_local_experts=0, tie_word_embeddings=True), {}),
    "granite_moe": ("GraniteMoeHybrid", dict(GRANITE, num_local_experts=4, num_experts_per_tok=2,
                                             position_embedding_type="rope", rope_parameters=ROPE,
                                             attention_bias=True, mamba_proj_bias=True), {}),
    "llama": ("Llama", dict(num_hidden_layers=3, intermediate_size=56, **ATTENTION, attention_bias=True,
                            mlp_bias=True, rope_parameters=ROPE), {}),
    "llama3_rope": ("Llama", dict(num_hidden_layers=2, intermediate_size=56, **ATTENTION, head_dim=16,
                                  tie_word_embeddings=True, max_position_embeddings=256,
                                  rope_parameters={"rope_type": "llama3", "rope_theta": 500.0,
                                                   "factor": 8.0, "low_freq_factor": 1.0,
                                                   "high_freq_factor": 4.0,
                                                   "original_max_position_embeddings": 64}), {}),
    "mamba2": ("Mamba2", dict(num_hidden_layers=3, num_heads=8, head_dim=8, state_size=16, n_groups=2,
                              expand=2, chunk_size=8, use_bias=True), {}),
    "mamba": ("Mamba", dict(MAMBA1, use_bias=True), {}),
    "falcon_mamba": ("FalconMamba", dict(MAMBA1, tie_word_embeddings=False), {}),
    "jamba_dense": ("Jamba", dict(num_hidden_layers=4, intermediate_size=56, num_experts=1,
                                  num_attention_heads=4, num_key_value_heads=1, attn_layer_period=4,
                                  attn_layer_offset=1, mamba_d_state=8, mamba_dt_rank=5,
                                  tie_word_embeddings=True, use_mamba_kernels=False),
                    {"max_shard_size": "60KB"}),
    "jamba_moe": ("Jamba", dict(num_hidden_layers=4, intermediate_size=40, num_experts=4,
                                num_experts_per_tok=2, **ATTENTION, attn_layer_period=2,
                                attn_layer_offset=1, expert_layer_period=2, expert_layer_offset=1,
                                mamba_d_state=8, mamba_dt_rank=5, mamba_proj_bias=True,
                                use_mamba_kernels=False), {}),
    "bamba": ("Bamba", dict(num_hidden_layers=3, intermediate_size=56, **ATTENTION, **MAMBA2,
                            attn_layer_indices=[1], rope_parameters=ROPE), {}),
    "falcon_h1": ("FalconH1", dict(num_hidden_layers=2, intermediate_size=56, **ATTENTION, **MAMBA2,
                                   mamba_d_ssm=64, head_dim=16, rope_parameters=ROPE, mamba_rms_norm=True,
                                   mamba_norm_before_gate=False, mlp_multipliers=[0.8, 0.6],
                                   lm_head_multiplier=0.4, embedding_multiplier=2.0, key_multiplier=0.7,
                                   attention_out_multiplier=0.9, attention_in_multiplier=1.2,
                                   ssm_multipliers=[0.7, 0.8, 0.9, 1.1, 1.2], ssm_in_multiplier=1.3,
                                   ssm_out_multiplier=0.6), {}),
    "falcon_h1_plain": ("FalconH1", dict(num_hidden_layers=2, intermediate_size=56, **ATTENTION, **MAMBA2,
                                         mamba_d_ssm=64, head_dim=16, rope_parameters=ROPE,
                                         mamba_rms_norm=False, projectors_bias=True), {}),
    "nemotron_h": ("NemotronH", dict(layers_block_type=["linear_attention", "moe", "full_attention", "mlp",
                                                        "linear_attention"],
                                     num_hidden_layers=5, intermediate_size=56, **ATTENTION, head_dim=16,
                                     ssm_state_size=16, mamba_num_heads=8, mamba_head_dim=8, n_groups=2,
                                     chunk_size=8, n_routed_experts=4, n_shared_experts=1,
                                     moe_intermediate_size=24, moe_shared_expert_intermediate_size=40,
                                     num_experts_per_tok=2, routed_scaling_factor=1.7, n_group=1,
                                     topk_group=1, use_mamba_kernels=False), {}),
    "qwen3_next": ("Qwen3Next", dict(num_hidden_layers=4, intermediate_size=56, **ATTENTION, head_dim=16,
                                     linear_key_head_dim=8, linear_value_head_dim=8,
                                     linear_num_key_heads=2, linear_num_value_heads=4,
                                     linear_conv_kernel_dim=4, moe_intermediate_size=24,
                                     shared_expert_intermediate_size=40, num_experts=4,
                                     num_experts_per_tok=2, mlp_only_layers=[1],
                                     layer_types=["linear_attention", "full_attention",
                                                  "linear_attention", "full_attention"],
                                     rope_parameters=dict(ROPE, partial_rotary_factor=0.25)), {}),
    "lfm2": ("Lfm2", dict(num_hidden_layers=3, intermediate_size=84, block_multiple_of=8, **ATTENTION,
                          conv_L_cache=3, layer_types=["conv", "full_attention", "conv"], conv_bias=True,
                          rope_parameters=ROPE), {}),
}


def randomise(model, generator):
    """Values that are neither ones nor zeros, and small enough to keep the logits tame."""

    def normal(parameter, scale):
        return torch.randn(parameter.shape, generator=generator) * scale

    def uniform(parameter, low, high):
        return torch.rand(parameter.shape, generator=generator) * (high - low) + low

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            leaf = name.split(".")[-1]
            if leaf == "A_log":
                value = uniform(parameter, -1.0, 1.5)
            elif leaf == "D":
                value = uniform(parameter, 0.3, 1.7)
            elif leaf == "dt_bias" or name.endswith("dt_proj.bias"):
                value = uniform(parameter, -3.0, 1.0)
            elif "norm" in name and parameter.dim() == 1:
                zero_centred = "Qwen3Next" in type(model).__name__ and "linear_attn.norm" not in name
                value = uniform(parameter, -0.5, 0.5) if zero_centred else uniform(parameter, 0.4, 1.6)
            elif parameter.dim() == 1:
                value = normal(parameter, 0.3)
            elif "conv" in name and parameter.dim() == 3 and parameter.shape[1] == 1:
                value = normal(parameter, 0.5)
            elif "embed" in name:
                value = normal(parameter, 0.7)
            else:
                value = normal(parameter, 1.2 / parameter.shape[-1] ** 0.5)
            parameter.copy_(value)
        for name, buffer in model.named_buffers():
            if name.endswith("e_score_correction_bias"):
                buffer.copy_(normal(buffer, 0.2))


def make(name, out, seed):
    kind, settings, saving = FIXTURES[name]
    settings = dict({"hidden_size": 32, "vocab_size": VOCABULARY, "bos_token_id": 1, "eos_token_id": 2,
                     "pad_token_id": 0}, **settings)
    config = getattr(transformers, kind + "Config")(**settings)
    config._attn_implementation = "eager"
    generator = torch.Generator().manual_seed(seed)
    model = getattr(transformers, kind + "ForCausalLM")(config).to(torch.float32).eval()
    randomise(model, generator)
    model.tie_weights()
    ids = torch.randint(3, VOCABULARY, (1, TOKENS), generator=generator)
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits[0].float().contiguous()
    folder = os.path.join(out, name)
    model.save_pretrained(folder, **saving)
    extra = os.path.join(folder, "generation_config.json")
    if os.path.exists(extra):
        os.remove(extra)
    save_file({"ids": ids[0], "logits": logits}, os.path.join(folder, "expected.safetensors"))
    print(f"{name}: spread {logits.std():.3f}, last row {logits[-1, :3].tolist()}")


if __name__ == "__main__":
    wanted = sys.argv[2:] or list(FIXTURES)
    for fixture in wanted:
        make(fixture, sys.argv[1], 1000 + list(FIXTURES).index(fixture))
