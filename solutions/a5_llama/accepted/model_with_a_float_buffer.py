# part: model
"""Frequencies in a buffer that is never cast; shards by the index; weights assigned."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor, nn

from .blocks import DecoderLayer, KVCache, RMSNorm, inverse_frequencies, rotary_cos_sin
from .config import LlamaModelConfig


class Positions(nn.Module):
    """The rotation of positions, as a module without a state."""

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        inv_freq = inverse_frequencies(config)
        self.register_buffer("inv_freq", inv_freq, persistent=False)

    def _apply(self, *arguments: Any) -> "Positions":
        exact = self.inv_freq
        super()._apply(*arguments)
        self.inv_freq = exact.to(self.inv_freq.device)
        return self

    def forward(self, position_ids: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """Return cos and sin in the dtype of `like`."""
        return rotary_cos_sin(position_ids, self.inv_freq.to(like.device), like.dtype)


class Trunk(nn.Module):
    """Embedding, layers, norm."""

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.norm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.layers = nn.ModuleList()
        for i in range(config.num_hidden_layers):
            self.layers.append(DecoderLayer(config, layer_idx=i))
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)


class Llama(nn.Module):
    """A LLaMA."""

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.positions = Positions(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.model = Trunk(config)
        if config.tie_word_embeddings:
            self.model.embed_tokens.weight = self.lm_head.weight

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        cache: KVCache | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Return logits `[b, s, v]`."""
        given = [each for each in (input_ids, inputs_embeds) if each is not None]
        if len(given) != 1:
            raise ValueError(f"expected one input, got {len(given)}")
        x = inputs_embeds
        if x is None:
            x = self.model.embed_tokens(input_ids)
        if position_ids is None:
            position_ids = torch.arange(x.shape[1], device=x.device).unsqueeze(0)
            if cache is not None:
                position_ids = position_ids + cache.length(0)
        turns = self.positions(position_ids, x)
        for i in range(len(self.model.layers)):
            x = self.model.layers[i](x, turns, attention_mask, cache)
        return self.lm_head(self.model.norm(x))


def load_pretrained(folder: str) -> Llama:
    """Load a folder of the library's by its index, where it has one."""
    config = json.loads(Path(folder, "config.json").read_bytes())
    index = Path(folder, "model.safetensors.index.json")
    files = {"model.safetensors"}
    if index.exists():
        files = set(json.loads(index.read_bytes())["weight_map"].values())
    state = {}
    for name in files:
        state.update(load(Path(folder, name).read_bytes()))
    rope = config.get("rope_parameters") or dict(config.get("rope_scaling") or {})
    rope.setdefault("rope_theta", config.get("rope_theta"))
    model = Llama(
        LlamaModelConfig(
            rope_theta=rope["rope_theta"],
            rope_scaling=rope if "factor" in rope else None,
            **{
                name: config[name]
                for name in (
                    "vocab_size",
                    "hidden_size",
                    "intermediate_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "num_key_value_heads",
                    "head_dim",
                    "rms_norm_eps",
                    "tie_word_embeddings",
                )
            },
        )
    )
    for tensor in state.values():
        model = model.to(tensor.dtype)
    missing, unexpected = model.load_state_dict(state, strict=False)
    allowed = {"lm_head.weight"} if config["tie_word_embeddings"] else set()
    if unexpected or set(missing) - allowed:
        raise ValueError(f"missing {missing}, unexpected {unexpected}")
    model.eval()
    return model
