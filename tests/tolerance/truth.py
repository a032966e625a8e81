"""The oracle: every part once more, in float64 and by other formulas.

The names are as in `plain`.  Everything comes in as float64.
"""

import math

import torch


def rms_norm(x, weight, eps):
    root = torch.sqrt(torch.einsum("...h,...h->...", x, x) / x.shape[-1] + eps)
    return x / root[..., None] * weight


def rotary(q, k, positions, theta):
    return _rotated(q, positions, theta), _rotated(k, positions, theta)


def _rotated(x, positions, theta):
    half = x.shape[-1] // 2
    columns = [None] * (2 * half)
    for i in range(half):
        angle = positions.double()[:, None] * math.exp(-math.log(theta) * i / half)
        one, other = x[..., i], x[..., i + half]
        columns[i] = one * angle.cos() - other * angle.sin()
        columns[i + half] = other * angle.cos() + one * angle.sin()
    return torch.stack(columns, -1)


def attention(x, weights, positions, mask, heads):
    b, s, _ = x.shape
    group = heads.n_h // heads.n_kv
    q, k, v = (
        torch.einsum("bsh,oh->bso", x, weights[name]).reshape(b, s, -1, heads.h_d)
        for name in ("q_proj", "k_proj", "v_proj")
    )
    q, k = (_rotated(t.permute(0, 2, 1, 3), positions, heads.theta) for t in (q, k))
    outputs = []
    for head in range(heads.n_h):
        scores = torch.einsum("bid,bjd->bij", q[:, head], k[:, head // group])
        order = torch.arange(s)
        seen = (order[None, :] <= order[:, None]) & mask[:, None, :]
        # A query without a key is not compared; it only has to stay finite.
        scores = torch.where(seen, scores / math.sqrt(heads.h_d), -1e9)
        power = (scores - scores.amax(-1, keepdim=True).detach()).exp()
        share = power / power.sum(-1, keepdim=True)
        outputs.append(torch.einsum("bij,bjd->bid", share, v[:, :, head // group]))
    return torch.cat(outputs, -1) @ weights["o_proj"].T


def mlp(x, weights):
    gate = torch.einsum("bsh,oh->bso", x, weights["gate_proj"])
    up = torch.einsum("bsh,oh->bso", x, weights["up_proj"])
    return torch.einsum(
        "bso,ho->bsh", gate / (1 + torch.exp(-gate)) * up, weights["down_proj"]
    )


def layer(x, weights, positions, mask, heads):
    normed = rms_norm(x, weights["input_layernorm"], heads.eps)
    middle = x + attention(normed, weights, positions, mask, heads)
    normed = rms_norm(middle, weights["post_attention_layernorm"], heads.eps)
    return middle + mlp(normed, weights)


def loss(logits, labels, ignore_index, n, smoothing, z):
    total, n_counted = logits.sum() * 0, 0
    for row, row_labels in zip(logits, labels, strict=True):
        for position, label in enumerate(row_labels[1:].tolist()):
            if label != ignore_index:
                words = row[position]
                most = words.max().detach()
                log_sum = most + (words - most).exp().sum().log()
                target = (1 - smoothing) * words[label] + smoothing * words.mean()
                total = total + log_sum - target + z * log_sum**2
                n_counted += 1
    return total / (max(n_counted, 1) if n is None else n)
