"""A LLaMA: token ids in, a score for every possible next token out.

In shapes, `b` is the batch, `s` the new tokens, `total` cached and new tokens together,
`h` the hidden size and `v` the size of the vocabulary.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from .blocks import DecoderLayer, KVCache, RMSNorm, inverse_frequencies, rotary_cos_sin
from .config import LlamaModelConfig


class LlamaModel(nn.Module):
    """All of a LLaMA but its head: from tokens to normed features.

    Args:
        config: The sizes and settings of the model.

    Attributes:
        embed_tokens: From ids to features, `[v, h]`.
        layers: The decoder layers, in their order.
        norm: Norms what the last layer gives.
    """

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(
            DecoderLayer(config, layer_idx)
            for layer_idx in range(config.num_hidden_layers)
        )
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        # No buffer: a model in bfloat16 keeps its frequencies in float32.
        self.inv_freq = inverse_frequencies(config)  # [h_d/2]

    def forward(
        self,
        inputs_embeds: Tensor,
        attention_mask: Tensor | None,
        position_ids: Tensor | None,
        cache: KVCache | None,
    ) -> Tensor:
        """Return the normed features of the new tokens, `[b, s, h]`."""
        hidden = inputs_embeds  # [b, s, h]
        if position_ids is None:
            start = 0 if cache is None else cache.length(0)
            end = start + hidden.shape[1]
            positions = torch.arange(start, end, device=hidden.device)
            position_ids = positions[None]  # [1, s]: the same in every row
        inv_freq = self.inv_freq.to(hidden.device)
        position_embeddings = rotary_cos_sin(position_ids, inv_freq, hidden.dtype)
        for layer in self.layers:
            hidden = layer(hidden, position_embeddings, attention_mask, cache)
        normed: Tensor = self.norm(hidden)
        return normed


class Llama(nn.Module):
    """A LLaMA; its parameters have the names of `LlamaForCausalLM`'s.

    Args:
        config: The sizes and settings of the model.

    Attributes:
        model: Everything but the head, with `embed_tokens`, `layers` and `norm`.
        lm_head: From features to logits, without a bias; with `tie_word_embeddings`
            its weight is the one of `model.embed_tokens`.
    """

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.model = LlamaModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        cache: KVCache | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Return the logits of the token after each of the new tokens.

        Args:
            input_ids: The new tokens, LongTensor `[b, s]`.
            attention_mask: LongTensor `[b, total]`, 1 at real tokens and 0 at padding,
                over cached and new tokens; None: all are real.
            position_ids: LongTensor `[b, s]`; None: the new tokens follow those of the
                cache.
            cache: What holds the tokens before; the new ones are added to it.
            inputs_embeds: The new tokens' features, `[b, s, h]`, in place of ids.

        Returns:
            `[b, s, v]`.

        Raises:
            ValueError: Both of `input_ids` and `inputs_embeds` are given, or neither.
        """
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError("expected either input_ids or inputs_embeds")
        if inputs_embeds is None:
            inputs_embeds = self.model.embed_tokens(input_ids)  # [b, s, h]
        hidden = self.model(inputs_embeds, attention_mask, position_ids, cache)
        logits: Tensor = self.lm_head(hidden)  # [b, s, v]
        return logits


def load_pretrained(folder: str | Path) -> Llama:
    """Load a model that `LlamaForCausalLM.save_pretrained` wrote.

    Args:
        folder: What holds `config.json` and one or more `*.safetensors`.

    Returns:
        The model in the dtype of the files, ready to evaluate.
    """
    folder = Path(folder)
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config = _read_config(settings)
    weights = {}
    for file in sorted(folder.glob("*.safetensors")):
        weights |= load_file(file)
    if config.tie_word_embeddings:
        # A parameter that two modules share is written once.
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    model = Llama(config).to(weights["model.norm.weight"].dtype)
    model.load_state_dict(weights, strict=True)
    return model.eval()


def _read_config(settings: dict[str, Any]) -> LlamaModelConfig:
    """Return the configuration that a `config.json` holds, new or old."""
    heads = settings["num_attention_heads"]
    # Newer files have all about the rotation in one place.
    rope = settings.get("rope_parameters") or settings.get("rope_scaling") or {}
    theta = rope.get("rope_theta") or settings.get("rope_theta") or 10000.0
    return LlamaModelConfig(
        vocab_size=settings["vocab_size"],
        hidden_size=settings["hidden_size"],
        intermediate_size=settings["intermediate_size"],
        num_hidden_layers=settings["num_hidden_layers"],
        num_attention_heads=heads,
        num_key_value_heads=settings.get("num_key_value_heads") or heads,
        head_dim=settings.get("head_dim") or settings["hidden_size"] // heads,
        rms_norm_eps=settings["rms_norm_eps"],
        rope_theta=theta,
        rope_scaling=rope if rope.get("rope_type") == "llama3" else None,
        max_position_embeddings=settings["max_position_embeddings"],
        tie_word_embeddings=settings.get("tie_word_embeddings", False),
    )
