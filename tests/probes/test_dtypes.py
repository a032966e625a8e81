import torch

from autograder.probes import dtypes


def test_function_is_called_with_the_dtype_of_that_name():
    def cast(x, y, dtype):
        return (x + y).to(dtype)

    result = dtypes.call(cast, torch.ones(1), torch.ones(1), dtype="bfloat16")

    assert result.dtype == torch.bfloat16
