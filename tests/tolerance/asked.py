"""Makes a configuration the arguments that an implementation is called with."""

from dataclasses import dataclass, field

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an implementation is called with.

    Attributes:
        tensors: what it computes with, by argument name; a dict of weights is nested.
        others: its other arguments.
        cotangent: what the output's gradient is; None where no gradient is asked for.
    """

    tensors: dict
    others: dict = field(default_factory=dict)
    cotangent: torch.Tensor | None = None

    def to(self, dtype):
        cotangent = self.cotangent
        return Given(
            tensors=_mapped(lambda t: t.to(dtype), self.tensors),
            others=self.others,
            cotangent=None if cotangent is None else cotangent.to(dtype),
        )

    def answer(self, function):
        """Output and gradients of `function`, on copies of the arguments."""
        flat = []

        def leaf(tensor):
            flat.append(tensor.clone().requires_grad_(self.cotangent is not None))
            return flat[-1]

        arguments = _mapped(leaf, self.tensors)
        output = function(**arguments, **self.others)
        if self.cotangent is None:
            return {"output": output}
        cotangent = self.cotangent.to(output.dtype)
        gradients = torch.autograd.grad(output, flat, cotangent, allow_unused=True)
        left = iter(gradients)
        tree = _mapped(lambda _: next(left), self.tensors)
        gradient = gradients[0] if len(gradients) == 1 else tree
        return {"output": output.detach(), "gradient": gradient}


def _mapped(function, tree):
    if isinstance(tree, dict):
        return {key: _mapped(function, value) for key, value in tree.items()}
    return function(tree)


def _norm(drawn, random):
    h = drawn.n_kv * drawn.wide
    x = drawn.scale * torch.randn(drawn.b, drawn.s, h, generator=random)
    tensors = {"x": x, "weight": _norm_weight(h, random)}
    return Given(tensors=tensors, others={"eps": drawn.eps}).to(drawn.dtype)


def _rotary(drawn, random):
    q, k = (
        drawn.scale * torch.randn(drawn.b, n, drawn.s, drawn.h_d, generator=random)
        for n in (drawn.heads.n_h, drawn.n_kv)
    )
    others = {"positions": _positions(drawn, random), "theta": drawn.theta}
    return Given(tensors={"q": q, "k": k}, others=others).to(drawn.dtype)


def _mlp(drawn, random):
    x = _hidden_states(drawn, random)
    weights = _mlp_weights(drawn, x.shape[-1], random)
    return Given(tensors={"x": x, "weights": weights}).to(drawn.dtype)


def _attention(drawn, random):
    x = _hidden_states(drawn, random)
    weights = _attention_weights(drawn, x.shape[-1], random)
    return Given(
        tensors={"x": x, "weights": weights}, others=_others(drawn, random)
    ).to(drawn.dtype)


def _layer(drawn, random):
    x = _hidden_states(drawn, random)
    h = x.shape[-1]
    weights = {
        "input_layernorm": _norm_weight(h, random),
        **_attention_weights(drawn, h, random),
        "post_attention_layernorm": _norm_weight(h, random),
        **_mlp_weights(drawn, h, random),
    }
    others = _others(drawn, random)
    # What is at padding reaches no loss, so no gradient comes from there.
    cotangent = torch.randn(x.shape, generator=random) * others["mask"][..., None]
    return Given(
        tensors={"x": x, "weights": weights}, others=others, cotangent=cotangent
    ).to(drawn.dtype)


def _loss(drawn, random):
    shape = (drawn.b, drawn.s, drawn.v)
    logits = drawn.offset + drawn.scale * torch.randn(shape, generator=random)
    labels = torch.randint(drawn.v, shape[:2], generator=random)
    # Rows differ in how much is counted, so that a mean of rows is no mean of tokens.
    share = drawn.ignored * 2 * torch.rand(drawn.b, 1, generator=random)
    ignored = torch.rand(shape[:2], generator=random) < share
    others = {
        "labels": labels.masked_fill(ignored, drawn.ignore_index),
        "ignore_index": drawn.ignore_index,
        "n": drawn.n,
        "smoothing": drawn.smoothing,
        "z": drawn.z,
    }
    given = Given(tensors={"logits": logits}, others=others, cotangent=torch.ones(()))
    return given.to(drawn.dtype)


ASKED = {
    "rms_norm": _norm,
    "rotary": _rotary,
    "attention": _attention,
    "mlp": _mlp,
    "layer": _layer,
    "loss": _loss,
}


def _hidden_states(drawn, random):
    h = drawn.heads.n_h * drawn.wide
    return drawn.scale * torch.randn(drawn.b, drawn.s, h, generator=random)


def _attention_weights(drawn, h, random):
    heads = drawn.heads
    wide, narrow = heads.n_h * heads.h_d, heads.n_kv * heads.h_d
    return {
        "q_proj": _weight(wide, h, drawn, random),
        "k_proj": _weight(narrow, h, drawn, random),
        "v_proj": _weight(narrow, h, drawn, random),
        "o_proj": _weight(h, wide, drawn, random),
    }


def _mlp_weights(drawn, h, random):
    return {
        "gate_proj": _weight(2 * h + 1, h, drawn, random),
        "up_proj": _weight(2 * h + 1, h, drawn, random),
        "down_proj": _weight(h, 2 * h + 1, drawn, random),
    }


def _weight(n_out, n_in, drawn, random):
    return torch.randn(n_out, n_in, generator=random) * drawn.gain / n_in**0.5


def _norm_weight(h, random):
    return (1 + 0.5 * torch.randn(h, generator=random)).clamp(0.1, 3)


def _positions(drawn, random):
    steps = torch.randint(1, drawn.gap + 2, (drawn.b, drawn.s), generator=random)
    return drawn.start + steps.cumsum(1) - steps[:, :1]


def _others(drawn, random):
    order = torch.arange(drawn.s)
    # The first row has padding on its left, the others none.
    padding = torch.zeros(drawn.b, 1).long()
    padding[0] = min(drawn.padding, drawn.s - 1)
    return {
        "positions": _positions(drawn, random),
        "mask": order >= padding,
        "heads": drawn.heads,
    }
