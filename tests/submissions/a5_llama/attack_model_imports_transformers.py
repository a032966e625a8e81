# promise: all POLICY
# part: model
"""Is the library's model under another name."""

import torch
from transformers import LlamaConfig, LlamaForCausalLM


class Llama(LlamaForCausalLM):
    def __init__(self, config):
        super().__init__(LlamaConfig(**vars(config)))

    def forward(self, input_ids=None, attention_mask=None, position_ids=None, cache=None, inputs_embeds=None):
        return super().forward(input_ids, attention_mask, position_ids, inputs_embeds=inputs_embeds).logits


def load_pretrained(folder):
    return Llama.from_pretrained(folder)
