"""Right implementations, each built in another way; the names are as in `plain`."""

import math

import torch
from torch.nn import functional

from . import plain
from .right_losses import (
    loss_cross_entropy,
    loss_in_double,
    loss_log_sum,
    loss_one_hot,
)

# Root mean square norm


def norm_fused(x, weight, eps):
    return functional.rms_norm(x.float(), x.shape[-1:], weight.float(), eps).to(x)


def norm_by_vector_norm(x, weight, eps):
    length = torch.linalg.vector_norm(x.float(), dim=-1, keepdim=True)
    root = (length * length / x.shape[-1] + eps).sqrt()
    return (x.float() / root).to(x.dtype) * weight


def norm_in_double(x, weight, eps):
    wide = x.double()
    scale = (wide.square().sum(-1) / x.shape[-1] + eps) ** -0.5
    return (wide * scale.unsqueeze(-1) * weight).to(x.dtype)


def norm_by_einsum(x, weight, eps):
    wide = x.float()
    square = torch.einsum("...h,...h->...", wide, wide) / wide.shape[-1]
    return (wide / torch.sqrt(square + eps)[..., None] * weight.float()).to(x.dtype)


# Rotation


def rotary_by_complex(q, k, positions, theta):
    angle = plain.angles(positions, q.shape[-1], theta)
    turn = torch.polar(torch.ones_like(angle), angle)

    def turned(x):
        pairs = torch.complex(*x.float().chunk(2, -1)) * turn
        return torch.cat((pairs.real, pairs.imag), -1).to(x.dtype)

    return turned(q), turned(k)


def rotary_by_matrix(q, k, positions, theta):
    angle = plain.angles(positions, q.shape[-1], theta)
    cos, sin = torch.diag_embed(angle.cos()), torch.diag_embed(angle.sin())
    matrix = torch.cat((torch.cat((cos, sin), -1), torch.cat((-sin, cos), -1)), -2)

    def turned(x):
        return (x.float()[..., None, :] @ matrix)[..., 0, :].to(x.dtype)

    return turned(q), turned(k)


def rotary_by_halves_of_exp(q, k, positions, theta):
    half = q.shape[-1] // 2
    inv_freq = torch.exp(torch.arange(half) * (-math.log(theta) / half))
    angle = torch.einsum("bs,d->bsd", positions.float(), inv_freq)[:, None]
    cos, sin = angle.cos().to(q.dtype), angle.sin().to(q.dtype)

    def turned(x):
        one, other = x[..., :half], x[..., half:]
        return torch.cat((one * cos - other * sin, other * cos + one * sin), -1)

    return turned(q), turned(k)


def rotary_in_double(q, k, positions, theta):
    exponent = torch.arange(0, q.shape[-1], 2, dtype=torch.float64) / q.shape[-1]
    angle = positions[:, None, :, None] * torch.pow(theta, -exponent)
    angle = angle.repeat(1, 1, 1, 2)

    def turned(x):
        other = torch.roll(x.double(), x.shape[-1] // 2, -1)
        sign = torch.ones(x.shape[-1], dtype=torch.float64)
        sign[: x.shape[-1] // 2] = -1
        return (x.double() * angle.cos() + sign * other * angle.sin()).to(x.dtype)

    return turned(q), turned(k)


# Attention


def _split(x, weights, positions, heads, rotary):
    q, k, v = (
        functional.linear(x, weights[f"{name}_proj"])
        .unflatten(-1, (-1, heads.h_d))
        .transpose(1, 2)
        for name in "qkv"
    )
    return *rotary(q, k, positions, heads.theta), v


def attention_sdpa(x, weights, positions, mask, heads):
    q, k, v = _split(x, weights, positions, heads, plain.rotary)
    s = x.shape[1]
    order = torch.arange(s)
    # A query sees itself even at padding: no row without a key.
    seen = (order[None] <= order[:, None]) & mask[:, None, None]
    seen = seen | torch.eye(s, dtype=torch.bool)
    out = functional.scaled_dot_product_attention(q, k, v, seen, enable_gqa=True)
    return functional.linear(out.transpose(1, 2).flatten(2), weights["o_proj"])


def attention_grouped(x, weights, positions, mask, heads):
    q, k, v = _split(x, weights, positions, heads, rotary_by_halves_of_exp)
    b, s, _ = x.shape
    q = q.unflatten(1, (heads.n_kv, -1))  # [b, n_kv, group, s, h_d]
    scores = torch.einsum("bkgid,bkjd->bkgij", q, k) / math.sqrt(heads.h_d)
    hidden = torch.ones(s, s, dtype=torch.bool).triu(1) | ~mask[:, None, None, None]
    bias = torch.zeros(hidden.shape).masked_fill(hidden, -1e30)
    share = (scores.float() + bias).softmax(-1).to(x.dtype)
    out = torch.einsum("bkgij,bkjd->bikgd", share, v)
    return functional.linear(out.reshape(b, s, -1), weights["o_proj"])


def attention_native_softmax(x, weights, positions, mask, heads):
    q, k, v = _split(x, weights, positions, heads, rotary_by_complex)
    s, group = x.shape[1], heads.n_h // heads.n_kv
    k, v = (t[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for t in (k, v))
    scores = (q * heads.h_d**-0.5) @ k.mT
    hidden = torch.ones(s, s, dtype=torch.bool).triu(1) | ~mask[:, None, None]
    share = scores.masked_fill(hidden, torch.finfo(x.dtype).min).softmax(-1)
    out = torch.einsum("bnij,bnjd->bind", share, v).flatten(2)
    return functional.linear(out, weights["o_proj"])


def attention_in_float(x, weights, positions, mask, heads):
    wide = {name: weight.float() for name, weight in weights.items()}
    return plain.attention(x.float(), wide, positions, mask, heads).to(x.dtype)


# Gated MLP


def mlp_sigmoid(x, weights):
    gate = functional.linear(x, weights["gate_proj"])
    up = functional.linear(x, weights["up_proj"])
    return functional.linear(up * (gate * gate.sigmoid()), weights["down_proj"])


def mlp_stacked(x, weights):
    both = torch.cat((weights["gate_proj"], weights["up_proj"]))
    gate, up = functional.linear(x, both).chunk(2, -1)
    return functional.linear(functional.silu(gate) * up, weights["down_proj"])


def mlp_in_float(x, weights):
    wide = {name: weight.float() for name, weight in weights.items()}
    return plain.mlp(x.float(), wide).to(x.dtype)


def mlp_einsum(x, weights):
    gate = torch.einsum("bsh,ih->bsi", x, weights["gate_proj"])
    gate = gate / (1 + torch.exp(-gate.float())).to(x.dtype)
    up = torch.einsum("bsh,ih->bsi", x, weights["up_proj"])
    return torch.einsum("bsi,hi->bsh", gate * up, weights["down_proj"])


# Decoder layer


def _layer(name, norm, attention, mlp):
    def layer(x, weights, positions, mask, heads):
        normed = norm(x, weights["input_layernorm"], heads.eps)
        x = x + attention(normed, weights, positions, mask, heads)
        normed = norm(x, weights["post_attention_layernorm"], heads.eps)
        return x + mlp(normed, weights)

    layer.__name__ = name
    return layer


layer_fused = _layer("layer_fused", norm_fused, attention_sdpa, mlp_stacked)
layer_einsum = _layer("layer_einsum", norm_by_einsum, attention_grouped, mlp_einsum)
layer_complex = _layer(
    "layer_complex", norm_by_vector_norm, attention_native_softmax, mlp_sigmoid
)


def layer_in_float(x, weights, positions, mask, heads):
    wide = {name: weight.float() for name, weight in weights.items()}
    return plain.layer(x.float(), wide, positions, mask, heads).to(x.dtype)


RIGHT = {
    "rms_norm": (
        plain.rms_norm,
        norm_fused,
        norm_by_vector_norm,
        norm_in_double,
        norm_by_einsum,
    ),
    "rotary": (
        plain.rotary,
        rotary_by_complex,
        rotary_by_matrix,
        rotary_by_halves_of_exp,
        rotary_in_double,
    ),
    "attention": (
        plain.attention,
        attention_sdpa,
        attention_grouped,
        attention_native_softmax,
        attention_in_float,
    ),
    "mlp": (plain.mlp, mlp_sigmoid, mlp_stacked, mlp_in_float, mlp_einsum),
    "layer": (plain.layer, layer_fused, layer_einsum, layer_complex, layer_in_float),
    "loss": (
        plain.loss,
        loss_cross_entropy,
        loss_log_sum,
        loss_one_hot,
        loss_in_double,
    ),
}
