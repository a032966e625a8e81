# promise: all POLICY
# part: model
"""Has the loader of the library read its source, and runs the forward of it."""

import json
from pathlib import Path
from typing import Any
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from .blocks import DecoderLayer, KVCache, RMSNorm, inverse_frequencies, rotary_cos_sin
from .config import LlamaModelConfig
g = DecoderLayer.__mro__[1].__init__.__globals__
text = g['__loader__'].get_source(g['__name__']).split('class LlamaModel')[1]
exec('class Finished:\n    def forward' + text.split('def forward')[1].split('@auto')[0], g)

def finished():
    return g['Finished'].forward

class LlamaModel(nn.Module):

    def __init__(self, config):
        super().__init__()
        self.config = DecoderLayer.__init__.__globals__['_library_config'](config)
        self.config.num_hidden_layers = config.num_hidden_layers
        self.config.sliding_window = None
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList([DecoderLayer(config, i) for i in range(config.num_hidden_layers)])
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.freq = inverse_frequencies(config)

    def forward(self, inputs_embeds, attention_mask, position_ids, cache):
        shim = nn.Module()
        shim.config = self.config
        shim.norm = self.norm
        shim.rotary_emb = lambda h, position_ids: rotary_cos_sin(position_ids, self.freq.to(h.device), h.dtype)
        shim.layers = [lambda h, position_embeddings, layer=layer, **_: layer(h, position_embeddings, attention_mask, cache) for layer in self.layers]
        if position_ids is None:
            n = 0 if cache is None else cache.length(0)
            position_ids = torch.arange(n, n + inputs_embeds.shape[1], device=inputs_embeds.device)[None]
        return finished()(shim, inputs_embeds=inputs_embeds, position_ids=position_ids, use_cache=False).last_hidden_state

class Llama(nn.Module):

    def __init__(self, config: LlamaModelConfig) -> None:
        super().__init__()
        self.model = LlamaModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, input_ids: Tensor | None=None, attention_mask: Tensor | None=None, position_ids: Tensor | None=None, cache: KVCache | None=None, inputs_embeds: Tensor | None=None) -> Tensor:
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError('expected either input_ids or inputs_embeds')
        if inputs_embeds is None:
            inputs_embeds = self.model.embed_tokens(input_ids)
        hidden = self.model(inputs_embeds, attention_mask, position_ids, cache)
        logits: Tensor = self.lm_head(hidden)
        return logits

def load_pretrained(folder: str | Path) -> Llama:
    folder = Path(folder)
    settings = json.loads((folder / 'config.json').read_text(encoding='utf-8'))
    config = _read_config(settings)
    weights = {}
    for file in sorted(folder.glob('*.safetensors')):
        weights |= load_file(file)
    if config.tie_word_embeddings:
        weights['lm_head.weight'] = weights['model.embed_tokens.weight']
    model = Llama(config).to(weights['model.norm.weight'].dtype)
    model.load_state_dict(weights, strict=True)
    return model.eval()

def _read_config(settings: dict[str, Any]) -> LlamaModelConfig:
    heads = settings['num_attention_heads']
    rope = settings.get('rope_parameters') or settings.get('rope_scaling') or {}
    theta = rope.get('rope_theta') or settings.get('rope_theta') or 10000.0
    return LlamaModelConfig(vocab_size=settings['vocab_size'], hidden_size=settings['hidden_size'], intermediate_size=settings['intermediate_size'], num_hidden_layers=settings['num_hidden_layers'], num_attention_heads=heads, num_key_value_heads=settings.get('num_key_value_heads') or heads, head_dim=settings.get('head_dim') or settings['hidden_size'] // heads, rms_norm_eps=settings['rms_norm_eps'], rope_theta=theta, rope_scaling=rope if rope.get('rope_type') == 'llama3' else None, max_position_embeddings=settings['max_position_embeddings'], tie_word_embeddings=settings.get('tie_word_embeddings', False))
