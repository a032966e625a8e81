from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from autograder.probes import device

HERE = Path(__file__).name


class Attention(nn.Module):
    """A right one, whose steps a test replaces."""

    def __init__(self):
        super().__init__()
        self.q_proj = nn.Linear(8, 8, bias=False)
        self.register_buffer("two", torch.tensor([2.0]))
        self.left = torch.ones(8)

    def causal(self, x):
        ones = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
        return ones.tril()

    def project(self, x):
        return self.q_proj(x) * self.two

    def fill(self, scores, allowed):
        return scores.masked_fill(~allowed, torch.finfo(scores.dtype).min)

    def forward(self, x, mask):
        q = self.project(x)
        allowed = self.causal(x) & (mask[:, None] != 0)
        return self.fill(q @ q.mT, allowed).softmax(-1) @ q


def with_step(name, step):
    return type("Changed", (Attention,), {name: step})()


def run(module, **options):
    x, mask = torch.randn(2, 3, 8), torch.ones(2, 3, dtype=torch.long)
    return device.left_behind(module, x, mask, **options)


def line_of(error):
    lines = [entry for entry in error.traceback if Path(entry.path).name == HERE]
    return str(lines[-1].statement).strip()


RIGHT = {
    "as it is": ("causal", Attention.causal),
    "a scalar on the CPU": (
        "fill",
        lambda _, scores, allowed: torch.where(
            allowed, scores, torch.tensor(float("-inf"))
        ),
    ),
    "an index on the CPU": (
        "project",
        lambda self, x: self.q_proj(x)[:, torch.arange(x.shape[1])],
    ),
    "arange on the device": (
        "causal",
        lambda _, x: (
            torch.arange(x.shape[1], device=x.device)
            <= torch.arange(x.shape[1], device=x.device)[:, None]
        ),
    ),
    "fused attention": (
        "project",
        lambda self, x: F.scaled_dot_product_attention(
            *[self.q_proj(x)[:, None]] * 3, attn_mask=self.causal(x)
        )[:, 0],
    ),
    "a fill by a mask": (
        "project",
        lambda self, x: self.q_proj(x).masked_fill(x > 0, 0.0),
    ),
}
WRONG = {
    "arange": (
        "causal",
        lambda _, x: torch.arange(x.shape[1]) <= torch.arange(x.shape[1])[:, None],
    ),
    "ones": ("causal", lambda _, x: torch.ones(x.shape[1:2], dtype=torch.bool)),
    "full": (
        "fill",
        lambda _, scores, allowed: scores + torch.full(allowed.shape[1:], -1e9).triu(1),
    ),
    "a plain attribute": ("project", lambda self, x: self.q_proj(x) * self.left),
    "a detour by the CPU": ("project", lambda self, x: self.q_proj(x).cpu() * self.two),
    "numpy": (
        "project",
        lambda self, x: torch.from_numpy(self.q_proj(x).detach().numpy()) * self.two,
    ),
}


@pytest.mark.parametrize(("name", "step"), RIGHT.values(), ids=RIGHT)
def test_right_module_leaves_nothing_behind(name, step):
    module = with_step(name, step)

    assert run(module) == []


@pytest.mark.parametrize(("name", "step"), WRONG.values(), ids=WRONG)
def test_wrong_module_raises_at_its_own_line(name, step):
    module = with_step(name, step)

    with pytest.raises(RuntimeError, match="CPU") as caught:
        run(module)

    assert "left_behind" not in line_of(caught)


def test_result_on_the_cpu_is_named():
    assert device.left_behind(lambda x: [x, x.cpu()], torch.ones(2)) == ["result[1]"]


def test_call_that_wants_values_is_not_judged():
    def halved(x):
        return x / 2 if x.sum() > 0 else torch.ones(2) + x

    assert device.left_behind(halved, torch.ones(2)) == []


def test_call_that_starts_threads_is_not_judged():
    def doubled(x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: x @ x.mT).result()

    assert device.left_behind(doubled, torch.ones(2, 2)) == []


def test_untouched_stub_is_told_as_such():
    def unwritten(_):
        raise NotImplementedError("write me")

    with pytest.raises(NotImplementedError, match="write me"):
        device.left_behind(unwritten, torch.ones(2))


def test_module_itself_stays_as_it_was():
    module = Attention()
    before = {name: value.clone() for name, value in module.state_dict().items()}

    run(module)

    assert all(torch.equal(module.state_dict()[name], before[name]) for name in before)


@pytest.mark.parametrize(
    "name",
    [
        "cpu",
        pytest.param(
            "cuda",
            marks=pytest.mark.skipif(
                not torch.cuda.is_available(), reason="there is no GPU here"
            ),
        ),
    ],
)
def test_right_module_leaves_nothing_behind_on_a_device_that_is_there(name):
    assert run(Attention(), device=name) == []
