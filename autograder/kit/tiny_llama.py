"""The embedded model: a LLaMA of a few hundred kilobytes for `from_pretrained`.

Its weights are arithmetic, not draws: they are the same on every machine and with every
version of every library.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from autograder.kit.tokenizer import (
    BOS,
    BOS_ID,
    CHAT_TEMPLATE,
    EOS,
    EOS_ID,
    PAD,
    PAD_ID,
    PATH,
    VOCAB_SIZE,
)

WEIGHTS = "model.safetensors"

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": BOS_ID,
    "dtype": "float32",
    "eos_token_id": EOS_ID,
    "head_dim": 8,
    "hidden_act": "silu",
    "hidden_size": 32,
    "intermediate_size": 64,
    "max_position_embeddings": 512,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "pad_token_id": PAD_ID,
    "rms_norm_eps": 1e-5,
    "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
    "tie_word_embeddings": False,
    "vocab_size": VOCAB_SIZE,
}
TOKENIZER = {
    "bos_token": BOS,
    "clean_up_tokenization_spaces": False,
    "eos_token": EOS,
    "model_max_length": 512,
    "pad_token": PAD,
    "tokenizer_class": "PreTrainedTokenizerFast",
}


def files(
    config: Mapping[str, Any] | None = None, tokenizer: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what is in the folder: the text of each file, and the weights by name.

    Args:
        config: What differs from `CONFIG`; the weights follow it.
        tokenizer: What differs from `TOKENIZER`; a value of None is left out.
    """
    of_model = CONFIG | dict(config or {})
    of_tokenizer = TOKENIZER | dict(tokenizer or {})
    named = {name: value for name, value in of_tokenizer.items() if value is not None}
    return {
        "config.json": _json(of_model),
        "tokenizer.json": PATH.read_text(encoding="utf-8"),
        "tokenizer_config.json": _json(named),
        "chat_template.jinja": CHAT_TEMPLATE,
        WEIGHTS: weights(of_model),
    }


def weights(config: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """Return the state dict of a `LlamaForCausalLM` of this configuration."""
    dtype = getattr(torch, config["dtype"])
    return {name: _spread(name, shape).to(dtype) for name, shape in _shapes(config)}


def logits_without_layers(
    weights: Mapping[str, torch.Tensor], ids: torch.Tensor, eps: float = 1e-5
) -> torch.Tensor:
    """Return the logits of a LLaMA of no layer: each token is all that tells the next.

    Args:
        weights: Its state dict, in the dtype to compute in.
        ids: LongTensor `[b, s]`.
        eps: The configuration's `rms_norm_eps`.

    Returns:
        `[b, s, v]`, with a path back to the weights.
    """
    x = weights["model.embed_tokens.weight"][ids]  # [b, s, h]
    x = x * (x.square().mean(-1, keepdim=True) + eps).rsqrt()
    return x * weights["model.norm.weight"] @ weights["lm_head.weight"].T


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Write what `files` returns."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in content.items():
        if isinstance(value, str):
            (folder / name).write_text(value, encoding="utf-8", newline="\n")
        else:
            save_file(value, folder / name, metadata={"format": "pt"})


def folder(cache: Path | None = None) -> Path:
    """Return the folder of the embedded model, made the first time it is asked for.

    Args:
        cache: Where to keep it; None: with this user's cached files.
    """
    content = files()
    found = (cache or _user_cache()) / f"tiny-llama-{_digest(content)}"
    if not found.is_dir():
        found.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=found.parent) as new:
            made = Path(new) / "made"
            write(made, content)
            try:
                made.rename(found)
            except OSError:
                # Somebody else made it meanwhile, and it is the same.
                if not found.is_dir():
                    raise
    return found


def _shapes(config: Mapping[str, Any]) -> list[tuple[str, tuple[int, ...]]]:
    h, v = config["hidden_size"], config["vocab_size"]
    inner = config["intermediate_size"]
    queries = config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    layer = {
        "input_layernorm": (h,),
        "self_attn.q_proj": (queries, h),
        "self_attn.k_proj": (keys, h),
        "self_attn.v_proj": (keys, h),
        "self_attn.o_proj": (h, queries),
        "post_attention_layernorm": (h,),
        "mlp.gate_proj": (inner, h),
        "mlp.up_proj": (inner, h),
        "mlp.down_proj": (h, inner),
    }
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens": (v, h)}
    for index in range(config["num_hidden_layers"]):
        of_layer = {f"model.layers.{index}.{name}": layer[name] for name in layer}
        shapes |= of_layer
    shapes |= {"model.norm": (h,), "lm_head": (v, h)}
    return [(f"{name}.weight", shape) for name, shape in shapes.items()]


def _spread(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Return values that look random, as wide as a model's are before it learns.

    Each is the hash of its place, by the steps of SplitMix64.
    """
    start = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    place = np.arange(math.prod(shape), dtype=np.uint64)
    x = place * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    even = (x >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    values = torch.from_numpy(even).view(shape)  # in [-1, 1), of variance 1/3
    if len(shape) == 1:
        return 1 + values / 4
    width = 1.0 if "embed" in name else (3 / shape[-1]) ** 0.5
    return torch.mul(values, width)


def _digest(content: Mapping[str, Any]) -> str:
    digest = hashlib.sha256()
    for name, value in content.items():
        digest.update(name.encode())
        if isinstance(value, str):
            digest.update(value.encode())
        else:
            for tensor in value.values():
                digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:12]


def _user_cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "llm-course-autograder"


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=2, sort_keys=True) + "\n"
