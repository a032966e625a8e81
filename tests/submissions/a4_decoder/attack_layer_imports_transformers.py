# promise: all POLICY
# part: decoder_layer
"""Imports the layer that it should be, inside a method."""

from torch import nn


class DecoderLayer(nn.Module):
    def __init__(self, config, layer_idx):
        super().__init__()
        from transformers.models.llama.modeling_llama import LlamaDecoderLayer

        self.layer = LlamaDecoderLayer(config, layer_idx)

    def forward(self, hidden_states, position_embeddings, attention_mask=None, cache=None):
        return self.layer(hidden_states, position_embeddings=position_embeddings)
