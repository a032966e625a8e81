"""The plainest right implementation of every part; the mistakes are patches of it.

b batch, s sequence, h hidden, n_h heads, n_kv key/value heads, h_d head dim, v words.
"""

import torch
from torch.nn import functional


def rms_norm(x, weight, eps):
    wide = x.float()
    mean_square = wide.pow(2).mean(-1, keepdim=True)
    normed = wide * torch.rsqrt(mean_square + eps)
    return weight * normed.to(x.dtype)


def angles(positions, h_d, theta):
    exponent = torch.arange(0, h_d, 2).float() / h_d
    inv_freq = 1.0 / theta**exponent
    return positions[:, None, :, None].float() * inv_freq  # [b, 1, s, h_d/2]


def rotate_half(x):
    first, second = x.chunk(2, -1)
    return torch.cat((-second, first), -1)


def rotary(q, k, positions, theta):
    angle = angles(positions, q.shape[-1], theta)
    angle = torch.cat((angle, angle), -1)  # [b, 1, s, h_d]
    cos, sin = angle.cos().to(q.dtype), angle.sin().to(q.dtype)
    return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin


def attention(x, weights, positions, mask, heads):
    b, s, _ = x.shape
    q = (x @ weights["q_proj"].T).view(b, s, heads.n_h, heads.h_d).transpose(1, 2)
    k = (x @ weights["k_proj"].T).view(b, s, heads.n_kv, heads.h_d).transpose(1, 2)
    v = (x @ weights["v_proj"].T).view(b, s, heads.n_kv, heads.h_d).transpose(1, 2)
    q, k = rotary(q, k, positions, heads.theta)
    k = k.repeat_interleave(heads.n_h // heads.n_kv, 1)
    v = v.repeat_interleave(heads.n_h // heads.n_kv, 1)
    scores = q @ k.transpose(-1, -2) * heads.h_d**-0.5  # [b, n_h, s, s]
    seen = torch.ones(s, s).tril().bool() & mask[:, None, None, :]
    scores = scores.float().masked_fill(~seen, torch.finfo(torch.float32).min)
    share = scores.softmax(-1).to(x.dtype)
    out = (share @ v).transpose(1, 2).reshape(b, s, -1)
    return out @ weights["o_proj"].T


def mlp(x, weights):
    gate = functional.silu(x @ weights["gate_proj"].T)
    return (gate * (x @ weights["up_proj"].T)) @ weights["down_proj"].T


def layer(x, weights, positions, mask, heads):
    normed = rms_norm(x, weights["input_layernorm"], heads.eps)
    x = x + attention(normed, weights, positions, mask, heads)
    normed = rms_norm(x, weights["post_attention_layernorm"], heads.eps)
    return x + mlp(normed, weights)


def loss(logits, labels, ignore_index, n, smoothing, z):
    logits = logits[:, :-1].float()
    targets = labels[:, 1:]
    counted = targets != ignore_index
    logits, targets = logits[counted], targets[counted]
    log_p = logits.log_softmax(-1)
    nll = -log_p.gather(-1, targets[:, None])[:, 0]
    smooth = -log_p.mean(-1)
    each = (1 - smoothing) * nll + smoothing * smooth
    each = each + z * logits.logsumexp(-1).square()
    if n is None:
        n = max(len(targets), 1)
    return (each.sum() / n).float()
