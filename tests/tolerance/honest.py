"""The honest computation: Hugging Face's modules, in the submission's dtype."""

import torch
from torch.func import functional_call
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaAttention,
    LlamaDecoderLayer,
    LlamaMLP,
    LlamaRMSNorm,
    LlamaRotaryEmbedding,
    apply_rotary_pos_emb,
)


def rms_norm(x, weight, eps):
    module = LlamaRMSNorm(x.shape[-1], eps=eps)
    return functional_call(module, {"weight": weight}, (x,))


def rotary(q, k, positions, theta):
    cos, sin = _cos_sin(q, positions, q.shape[-1], theta)
    return apply_rotary_pos_emb(q, k, cos, sin)


def attention(x, weights, positions, mask, heads):
    config = _config(x, weights, heads)
    with torch.device("meta"):
        module = LlamaAttention(config, layer_idx=0)
    named = {f"{n}_proj.weight": weights[f"{n}_proj"] for n in "qkvo"}
    output, _ = functional_call(
        module, named, (x,), _of_positions(x, positions, mask, heads)
    )
    return output


def mlp(x, weights):
    config = LlamaConfig(
        hidden_size=x.shape[-1],
        intermediate_size=weights["up_proj"].shape[0],
        num_attention_heads=1,
        head_dim=2,  # not used, but must be even
    )
    with torch.device("meta"):
        module = LlamaMLP(config)
    return functional_call(module, {f"{n}.weight": w for n, w in weights.items()}, (x,))


def layer(x, weights, positions, mask, heads):
    config = _config(x, weights, heads)
    with torch.device("meta"):
        module = LlamaDecoderLayer(config, layer_idx=0)
    ending = {name.split(".")[-2]: name for name, _ in module.named_parameters()}
    named = {ending[name]: weight for name, weight in weights.items()}
    return functional_call(
        module, named, (x,), _of_positions(x, positions, mask, heads)
    )


def _config(x, weights, heads):
    config = LlamaConfig(
        # It only has to be a multiple of the heads; weights bring their own sizes.
        hidden_size=x.shape[-1],
        intermediate_size=weights["up_proj"].shape[0] if "up_proj" in weights else 1,
        num_attention_heads=heads.n_h,
        num_key_value_heads=heads.n_kv,
        head_dim=heads.h_d,
        rms_norm_eps=heads.eps,
        rope_theta=heads.theta,
    )
    config._attn_implementation = "eager"  # noqa: SLF001 - no public way to set it late
    return config


def _of_positions(x, positions, mask, heads):
    s = x.shape[1]
    seen = torch.ones(s, s).tril().bool() & mask[:, None, None, :]
    added = torch.zeros(seen.shape, dtype=x.dtype)
    # The softmax is in float32, where float64's least number is infinite and a query
    # without a key becomes NaN.
    least = max(torch.finfo(x.dtype).min, torch.finfo(torch.float32).min)
    return {
        "position_embeddings": _cos_sin(x, positions, heads.h_d, heads.theta),
        "attention_mask": added.masked_fill(~seen, least),
    }


def _cos_sin(x, positions, h_d, theta):
    config = LlamaConfig(
        hidden_size=h_d, num_attention_heads=1, head_dim=h_d, rope_theta=theta
    )
    return LlamaRotaryEmbedding(config)(x, positions)
