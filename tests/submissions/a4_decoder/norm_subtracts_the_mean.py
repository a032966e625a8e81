# promise: PASSED test_starts_with_weights_of_one_and_keeps_the_shape, test_returns_the_dtype_that_it_was_given, test_norms_every_vector_by_itself, test_leaves_no_trace_and_reads_any_memory, test_exchanges_its_weights_with_a_llama; rest FAILED
# part: rms_norm
"""A layer norm without a bias, by whoever remembers LayerNorm."""

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, hidden_size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.eps = eps

    def forward(self, hidden_states):
        x = hidden_states.float()
        x = x - x.mean(-1, keepdim=True)
        variance = x.pow(2).mean(-1, keepdim=True)
        x = x * torch.rsqrt(variance + self.eps)
        return (self.weight * x).to(hidden_states.dtype)
