"""Subtle mistakes, each a patch of one place in the plain implementation."""

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from .wrong_losses import LOSS


class Wrong(NamedTuple):
    """One mistake: the part that it is judged by, and its patch of `plain`."""

    part: str
    name: str
    old: str
    new: str


NORM = (
    (
        "eps_outside_the_root",
        "torch.rsqrt(mean_square + eps)",
        "(mean_square.rsqrt() + eps)",
    ),
    ("eps_off_by_ten", "mean_square + eps", "mean_square + 10 * eps"),
    ("eps_forgotten", "mean_square + eps", "mean_square + 0 * eps"),
    ("eps_fixed", "mean_square + eps", "mean_square + 1e-5"),
    ("no_upcast", "wide = x.float()", "wide = x"),
    (
        "variance",
        "wide.pow(2).mean(-1, keepdim=True)",
        "wide.var(-1, keepdim=True, correction=0)",
    ),
    ("sum_for_mean", "wide.pow(2).mean(", "wide.pow(2).sum("),
    ("mean_over_all", "wide.pow(2).mean(-1, keepdim=True)", "wide.pow(2).mean()"),
    ("one_plus_weight", "return weight * normed", "return (1 + weight) * normed"),
    ("weight_forgotten", "return weight * normed", "return normed"),
    ("bf16_detour", "normed.to(x.dtype)", "normed.bfloat16().to(x.dtype)"),
)
ROTARY = (
    ("theta_slightly_off", "1.0 / theta**", "1.0 / (1.0001 * theta)**"),
    ("theta_fixed", "1.0 / theta**", "1.0 / 10000.0**"),
    (
        "position_off_by_one",
        "positions[:, None, :, None].float()",
        "(positions[:, None, :, None].float() + 1)",
    ),
    (
        "positions_from_zero",
        "positions[:, None, :, None].float()",
        "torch.arange(positions.shape[1])[None, None, :, None].float()",
    ),
    (
        "low_precision_angles",
        "cos, sin = angle.cos()",
        "angle = angle.to(q.dtype)\n    cos, sin = angle.cos()",
    ),
    ("bf16_frequencies", "* inv_freq", "* inv_freq.bfloat16()"),
    (
        "exponent_not_doubled",
        "torch.arange(0, h_d, 2).float() / h_d",
        "torch.arange(h_d // 2).float() / h_d",
    ),
    ("no_minus", "torch.cat((-second, first), -1)", "torch.cat((second, first), -1)"),
    ("sine_negated", "rotate_half(q) * sin, k", "rotate_half(q) * -sin, k"),
    ("keys_not_rotated", "k * cos + rotate_half(k) * sin", "k"),
    (
        "halves_swapped",
        "torch.cat((-second, first), -1)",
        "torch.cat((first, -second), -1)",
    ),
    ("interleaved", "torch.cat((angle, angle), -1)", "angle.repeat_interleave(2, -1)"),
    (
        "interleaved_halves",
        "first, second = x.chunk(2, -1)\n    return torch.cat((-second, first), -1)",
        "return torch.stack((-x[..., 1::2], x[..., ::2]), -1).flatten(-2)",
    ),
)
ATTENTION = (
    ("scale_one_over_d", "heads.h_d**-0.5", "heads.h_d**-1"),
    ("no_scale", " * heads.h_d**-0.5", ""),
    ("scale_of_hidden", "heads.h_d**-0.5", "x.shape[-1]**-0.5"),
    (
        "keys_repeated_in_turn",
        "k = k.repeat_interleave(heads.n_h // heads.n_kv, 1)",
        "k = k.repeat(1, heads.n_h // heads.n_kv, 1, 1)",
    ),
    (
        "values_repeated_in_turn",
        "v = v.repeat_interleave(heads.n_h // heads.n_kv, 1)",
        "v = v.repeat(1, heads.n_h // heads.n_kv, 1, 1)",
    ),
    ("diagonal_one_too_high", "torch.ones(s, s).tril()", "torch.ones(s, s).tril(1)"),
    ("diagonal_one_too_low", "torch.ones(s, s).tril()", "torch.ones(s, s).tril(-1)"),
    ("not_causal", "torch.ones(s, s).tril()", "torch.ones(s, s)"),
    ("padding_ignored", " & mask[:, None, None, :]", ""),
    ("mask_on_queries", "mask[:, None, None, :]", "mask[:, None, :, None]"),
    (
        "mask_after_softmax",
        (
            "scores = scores.float().masked_fill("
            "~seen, torch.finfo(torch.float32).min)\n    share = scores.softmax(-1)"
        ),
        "share = (scores.float().softmax(-1) * seen)",
    ),
    ("softmax_over_queries", "scores.softmax(-1)", "scores.softmax(-2)"),
    (
        "values_rotated",
        "q, k = rotary(q, k,",
        "v = rotary(q, v, positions, heads.theta)[1]\n    q, k = rotary(q, k,",
    ),
    ("not_rotated", "q, k = rotary(q, k, positions, heads.theta)", "q, k = q, k"),
    ("heads_not_put_back", "(share @ v).transpose(1, 2)", "(share @ v)"),
    (
        "bf16_detour",
        "share = scores.softmax(-1)",
        "share = scores.softmax(-1).bfloat16()",
    ),
    ("mask_of_minus_ten", "torch.finfo(torch.float32).min", "-10.0"),
)
MLP = (
    ("gelu", "functional.silu(", "functional.gelu("),
    (
        "quick_gelu",
        'functional.silu(x @ weights["gate_proj"].T)',
        '(x @ weights["gate_proj"].T)\n    gate = gate * (1.702 * gate).sigmoid()',
    ),
    ("relu", "functional.silu(", "functional.relu("),
    ("sigmoid_alone", "functional.silu(", "torch.sigmoid("),
    (
        "silu_on_up",
        (
            'functional.silu(x @ weights["gate_proj"].T)\n'
            '    return (gate * (x @ weights["up_proj"].T))'
        ),
        (
            'x @ weights["gate_proj"].T\n'
            '    return (gate * functional.silu(x @ weights["up_proj"].T))'
        ),
    ),
    ("added", "(gate * (x @", "(gate + (x @"),
    (
        "bf16_detour",
        '(gate * (x @ weights["up_proj"].T))',
        '(gate * (x @ weights["up_proj"].T)).bfloat16().to(x.dtype)',
    ),
)
LAYER = (
    (
        "no_first_norm",
        'normed = rms_norm(x, weights["input_layernorm"], heads.eps)',
        "normed = x",
    ),
    (
        "no_second_norm",
        'normed = rms_norm(x, weights["post_attention_layernorm"], heads.eps)',
        "normed = x",
    ),
    (
        "norms_swapped",
        'rms_norm(x, weights["input_layernorm"]',
        'rms_norm(x, weights["post_attention_layernorm"]',
    ),
    ("residual_of_the_normed", "x = x + attention(", "x = normed + attention("),
    ("no_residual", "return x + mlp(", "return mlp("),
    ("second_residual_of_the_normed", "return x + mlp(", "return normed + mlp("),
    ("keys_detached", "k = k.repeat_interleave(", "k = k.detach().repeat_interleave("),
    (
        "softmax_detached",
        "share = scores.softmax(-1)",
        "share = scores.detach().softmax(-1)",
    ),
    (
        "root_detached",
        "torch.rsqrt(mean_square + eps)",
        "torch.rsqrt(mean_square + eps).detach()",
    ),
    (
        "eps_outside_the_root",
        "torch.rsqrt(mean_square + eps)",
        "(mean_square.rsqrt() + eps)",
    ),
    ("theta_slightly_off", "1.0 / theta**", "1.0 / (1.0001 * theta)**"),
    ("gelu", "functional.silu(", "functional.gelu("),
    (
        "keys_repeated_in_turn",
        "k = k.repeat_interleave(heads.n_h // heads.n_kv, 1)",
        "k = k.repeat(1, heads.n_h // heads.n_kv, 1, 1)",
    ),
)
WRONG = tuple(
    Wrong(part, *mistake)
    for part, mistakes in (
        ("rms_norm", NORM),
        ("rotary", ROTARY),
        ("attention", ATTENTION),
        ("mlp", MLP),
        ("layer", LAYER),
        ("loss", LOSS),
    )
    for mistake in mistakes
)
PLAIN = Path(__file__).with_name("plain.py")


@cache
def implementation(wrong):
    """The part's function with the mistake in it."""
    source = PLAIN.read_text(encoding="utf-8")
    if source.count(wrong.old) != 1:
        raise ValueError(f"{wrong.name}: {source.count(wrong.old)} times in {PLAIN}")
    module = ModuleType(wrong.name)
    patched = source.replace(wrong.old, wrong.new)
    exec(compile(patched, wrong.name, "exec"), vars(module))  # noqa: S102 - our own
    return getattr(module, wrong.part)
