# promise: all POLICY
# part: mlp
"""Has a LLaMA of the library's do the work."""

from importlib import import_module

from torch import nn

library = import_module("transformers.models.llama.modeling_llama")


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        config.hidden_act, config.mlp_bias = "silu", False
        self.work = library.LlamaMLP(config)

    def forward(self, x):
        return self.work(x)
