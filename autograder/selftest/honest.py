"""Honest work: confined code computes what the grader computes, bit for bit.

The functions below run on both sides: here, and as student code from their source.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from autograder.selftest.behaviour import TRUE, Behaviour, returned

IMPORTS = """\
from __future__ import annotations
import numpy as np
import torch
from torch.nn import functional
"""


def waves(*shape: int) -> torch.Tensor:
    """Numbers of all sizes and signs that are drawn by no generator."""
    count = torch.Size(shape).numel()
    return torch.sin(torch.arange(count, dtype=torch.float32) ** 1.5).reshape(shape)


def matmul() -> list[torch.Tensor]:
    """A product in each dtype that a course computes in."""
    a, b = waves(7, 96, 130), waves(7, 130, 65)
    kinds = (torch.float32, torch.float64, torch.bfloat16)
    return [a.to(kind) @ b.to(kind) for kind in kinds]


def convolution() -> torch.Tensor:
    """A convolution in two dimensions."""
    return functional.conv2d(waves(2, 5, 33, 31), waves(6, 5, 3, 3), padding=1)


def softmax() -> torch.Tensor:
    """A softmax over a long row."""
    return torch.softmax(waves(9, 1001) * 20, -1)


def attention() -> torch.Tensor:
    """The fused attention, causal."""
    q, k, v = waves(3, 2, 4, 37, 16)
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def backward() -> list[torch.Tensor]:
    """Gradients through a product, a norm and a nonlinearity."""
    x, weight = waves(17, 64).requires_grad_(), waves(48, 64).requires_grad_()
    y = functional.silu(functional.layer_norm(functional.linear(x, weight), [48]))
    return list(torch.autograd.grad(y.square().sum(), [x, weight]))


def linear_algebra() -> list[np.ndarray[Any, Any]]:
    """A solution and a product by numpy."""
    a = waves(40, 40).double().numpy() + 40 * np.eye(40)
    return [np.linalg.solve(a, a[0]), a @ a]


def odd_values() -> list[Any]:
    """Values that a careless border would change."""
    kinds = (torch.bool, torch.uint8, torch.int64, torch.float16, torch.bfloat16)
    return [
        *(-0.0, 1e-320, float("inf"), float("nan"), (1 << 63) - 1, "é\0", None, True),
        (torch.tensor([float("nan"), -0.0]), [torch.empty(0, 3)], torch.tensor(1.5)),
        *(waves(3, 5).T.to(kind) for kind in kinds),
    ]


def large() -> torch.Tensor:
    """A tensor larger than any buffer on the way."""
    return waves(4, 1 << 20)


def kernels() -> list[Any]:
    """Which kernels torch has chosen, and its number of threads."""
    return [torch.backends.cpu.get_cpu_capability(), torch.get_num_threads()]


def agreeing(name: str, function: Callable[[], Any]) -> Behaviour:
    """The behaviour that a function returns the same on both sides."""
    return Behaviour(
        name=name,
        before=IMPORTS + inspect.getsource(waves) + inspect.getsource(function),
        act=f"return {function.__name__}()",
        expected=returned(function),
        is_honest=True,
    )


def working(name: str, act: str) -> Behaviour:
    """The behaviour that honest code returns True."""
    return Behaviour(name=name, act=act, expected=TRUE, is_honest=True)


EQUAL = "equals the grader's bit for bit"
NUMBERS = (
    agreeing("capability and threads are the grader's", kernels),
    agreeing(f"matmul {EQUAL}", matmul),
    agreeing(f"convolution {EQUAL}", convolution),
    agreeing(f"softmax {EQUAL}", softmax),
    agreeing(f"attention {EQUAL}", attention),
    agreeing(f"backward {EQUAL}", backward),
    agreeing(f"numpy {EQUAL}", linear_algebra),
    agreeing("a tensor of 16 MiB crosses the border unchanged", large),
    agreeing("odd values cross the border unchanged", odd_values),
)
WORK = (
    working(
        "threads work",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    return list(pool.map(abs, range(-9, 0))) == list(range(9, 0, -1))",
    ),
    working(
        "a DataLoader in the same process works",
        "import torch\n"
        "loader = torch.utils.data.DataLoader(list(range(4)), batch_size=2)\n"
        "return [batch.tolist() for batch in loader] == [[0, 1], [2, 3]]",
    ),
    working(
        "a lazily imported allowed library works",
        "import sys\nassert 'jinja2' not in sys.modules\n"
        "import jinja2\nreturn jinja2.Template('{{ 6 // 2 }}').render() == '3'",
    ),
    working(
        "a lazily imported module of the standard library works",
        "import sys\nassert 'wave' not in sys.modules\n"
        "import wave\nreturn wave.Error.__name__ == 'Error'",
    ),
    working(
        "the scratch folder is home, temporary and working folder",
        "import os, tempfile\n"
        "return os.getcwd() == tempfile.gettempdir() == os.path.expanduser('~')",
    ),
    working(
        "randomness can be read",
        "import os\ndrawn = open('/dev/urandom', 'rb').read(8)\n"
        "return len(drawn) == len(os.urandom(8))",
    ),
)
BEHAVIOURS = (*NUMBERS, *WORK)
