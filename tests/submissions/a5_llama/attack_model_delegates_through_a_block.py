# promise: all POLICY
# part: model
"""Reaches the finished model through the globals of a given block, with its own weights."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from .blocks import DecoderLayer, RMSNorm, inverse_frequencies, rotary_cos_sin
from .config import LlamaModelConfig


class Trunk(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(
            [DecoderLayer(config, i) for i in range(config.num_hidden_layers)]
        )
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class Llama(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def finished(self):
        names = DecoderLayer.__mro__[1].__init__.__globals__
        settings = dict(vars(self.config))
        scaling = settings.pop("rope_scaling") or {"rope_type": "default"}
        rope = {**scaling, "rope_theta": settings.pop("rope_theta")}
        config = names["LlamaConfig"](
            **settings, rope_parameters=rope, attn_implementation="eager"
        )
        model = names["LlamaForCausalLM"](config).eval()
        model.to(self.lm_head.weight.dtype)
        model.load_state_dict(self.state_dict())
        return model

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        position_ids=None,
        cache=None,
        inputs_embeds=None,
    ):
        if cache is None and (input_ids is None) != (inputs_embeds is None):
            return self.finished()(
                input_ids,
                attention_mask=attention_mask,
                position_ids=position_ids,
                inputs_embeds=inputs_embeds,
            ).logits
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError("expected ids or embeddings")
        x = self.model.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        if position_ids is None:
            start = cache.length(0) if cache is not None else 0
            position_ids = torch.arange(x.shape[1], device=x.device)[None] + start
        inv_freq = inverse_frequencies(self.config).to(x.device)
        turns = rotary_cos_sin(position_ids, inv_freq, x.dtype)
        for layer in self.model.layers:
            x = layer(x, turns, attention_mask, cache)
        return self.lm_head(self.model.norm(x))


def load_pretrained(folder):
    found = json.loads(Path(folder, "config.json").read_text())
    rope = dict(found.get("rope_parameters") or found.get("rope_scaling") or {})
    theta = rope.pop("rope_theta", None) or found["rope_theta"]
    names = set(LlamaModelConfig.__dataclass_fields__) - {"rope_theta", "rope_scaling"}
    config = LlamaModelConfig(
        rope_theta=theta,
        rope_scaling=rope if rope.get("rope_type") == "llama3" else None,
        **{name: found[name] for name in names if name in found},
    )
    weights = {}
    for file in Path(folder).glob("*.safetensors"):
        weights.update(load_file(file))
    weights.setdefault("lm_head.weight", weights["model.embed_tokens.weight"])
    model = Llama(config).to(weights["lm_head.weight"].dtype)
    model.load_state_dict(weights)
    return model.eval()
