# part: model
"""No class for the trunk, functions for modules, tensors loaded one by one."""

import json
from dataclasses import fields
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn.functional import embedding, linear

from . import blocks
from .config import LlamaModelConfig


class Llama(nn.Module):
    """A LLaMA whose forward pass is one loop."""

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.config = config
        layers = [
            blocks.DecoderLayer(config, index)
            for index in range(config.num_hidden_layers)
        ]
        self.model = nn.ModuleDict(
            {
                "embed_tokens": nn.Embedding(config.vocab_size, config.hidden_size),
                "layers": nn.ModuleList(layers),
                "norm": blocks.RMSNorm(config.hidden_size, config.rms_norm_eps),
            }
        )
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.model["embed_tokens"].weight = self.lm_head.weight

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        cache: blocks.KVCache | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Return logits `[b, s, v]`."""
        match input_ids, inputs_embeds:
            case None, Tensor():
                x = inputs_embeds
            case Tensor(), None:
                x = embedding(input_ids, self.model["embed_tokens"].weight)
            case _:
                raise ValueError("give ids or embeddings, and not both")
        b, s, _ = x.shape
        if position_ids is None:
            counted = torch.ones(b, s, dtype=torch.long, device=x.device).cumsum(1) - 1
            position_ids = counted + (cache.length(0) if cache else 0)
        frequencies = blocks.inverse_frequencies(self.config).to(x.device)
        turns = blocks.rotary_cos_sin(position_ids, frequencies, x.dtype)
        for layer in self.model["layers"]:
            x = layer(
                hidden_states=x,
                cache=cache,
                position_embeddings=turns,
                attention_mask=attention_mask,
            )
        return linear(self.model["norm"](x), self.lm_head.weight)


def load_pretrained(folder: str | Path) -> Llama:
    """Load a folder of the library's, tensor by tensor."""
    with Path(folder, "config.json").open(encoding="utf-8") as file:
        found = json.load(file)
    names = {field.name for field in fields(LlamaModelConfig)}
    known = {name: value for name, value in found.items() if name in names}
    if "rope_parameters" in found:
        rope = dict(found["rope_parameters"])
        known["rope_theta"] = rope.pop("rope_theta")
        known["rope_scaling"] = rope if rope["rope_type"] != "default" else None
    model = Llama(LlamaModelConfig(**known))
    parameters = dict(model.named_parameters(remove_duplicate=False))
    with torch.no_grad():
        for path in Path(folder).iterdir():
            if path.suffix != ".safetensors":
                continue
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 - it is no dict
                    tensor = file.get_tensor(name)
                    parameters[name].data = parameters[name].data.to(tensor.dtype)
                    parameters[name].copy_(tensor)
    return model.train(mode=False)
