"""Public checks of the MLP.  In shapes, h is the hidden and m the intermediate size."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.kit.allowance import OutputAllowance
from autograder.kit.calling import call
from autograder.kit.compare import assert_parity, assert_type

SIZES = st.tuples(st.integers(1, 4), st.integers(2, 6))
SEEDS = st.integers(0, 99)
NAMES = ("gate_proj", "up_proj", "down_proj")


def normal(seed, *shape):
    """Return a float32 tensor of normal numbers, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def configured(submission, probes, h, m):
    """Return a configuration of these sizes."""
    settings = {
        "hidden_size": h,
        "intermediate_size": m,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
        "head_dim": 2,
    }
    return probes.modules.made(submission.MLP, "config.DecoderConfig", settings)


def build(submission, probes, gate, up, down):
    """Return an MLP of the submission with these weights, as `nn.Linear` has them."""
    config = configured(submission, probes, gate.shape[1], gate.shape[0])
    values = zip(NAMES, (gate, up, down), strict=True)
    weights = {f"{name}.weight": value for name, value in values}
    return probes.modules.built(submission.MLP, config, weights=weights)


def swish(x):
    """Return `x * sigmoid(x)` in float64."""
    return x.double() / (1 + torch.exp(-x.double()))


def assert_close(actual, expected, what="output"):
    """Compare with a float64 tensor, as far as rounding it to float32 goes."""
    allowance = OutputAllowance(honest=expected.float())
    assert_parity(actual, expected, what, within=allowance)


@pytest.mark.points(1)
@given(sizes=SIZES)
@example(sizes=(3, 5))
def test_has_three_projections_without_biases(submission, probes, sizes):
    """Two go from h to m, one goes back, and there is nothing else to load."""
    h, m = sizes
    config = configured(submission, probes, h, m)

    state = probes.modules.state(probes.modules.built(submission.MLP, config))

    assert_type(state, dict, "the state dict")
    for name, value in state.items():
        assert_type(value, torch.Tensor, f"the weight {name}")
    shapes = {name: list(value.shape) for name, value in state.items()}
    assert_parity(
        shapes,
        {
            "gate_proj.weight": [m, h],
            "up_proj.weight": [m, h],
            "down_proj.weight": [h, m],
        },
        "the shapes in the state dict",
    )


@pytest.mark.points(1)
@given(gate=st.sampled_from([1.0, -1.0, 3.0, 0.5]), up=st.sampled_from([2.0, -2.0]))
@example(gate=1.0, up=2.0)
@example(gate=-1.0, up=-2.0)
def test_one_feature_goes_through_gate_and_up(submission, probes, gate, up):
    """With one feature of 1, all that is left is `silu(gate) * up * down`."""
    weights = torch.tensor([[gate]]), torch.tensor([[up]]), torch.tensor([[10.0]])

    output = call(build(submission, probes, *weights), torch.ones(1, 1, 1))

    expected = swish(torch.tensor([[[gate]]])) * up * 10
    assert_close(output, expected)


@pytest.mark.points(1)
@given(up=st.lists(st.sampled_from([1.0, -2.0, 0.5]), min_size=2, max_size=3))
@example(up=[1.0, -2.0, 0.5])
def test_gate_decides_what_passes(submission, probes, up):
    """A gate of 6 lets its feature pass, one of -6 hardly and one of 0 not at all."""
    m = len(up)
    gates = torch.tensor([[6.0], [-6.0], [0.0]][:m])  # [m, 1]
    for passing in range(m):
        down = torch.eye(m)[passing : passing + 1]  # [1, m]
        mlp = build(submission, probes, gates, torch.tensor(up).view(m, 1), down)

        output = call(mlp, torch.ones(2, 1))

        expected = swish(gates[passing]) * up[passing]  # [1]
        assert_close(output, expected.expand(2, 1), f"output through gate {passing}")


@pytest.mark.points(1)
@given(sizes=SIZES, rows=st.integers(1, 3), seed=SEEDS)
@example(sizes=(3, 5), rows=2, seed=1)
@example(sizes=(4, 2), rows=3, seed=2)
def test_agrees_with_the_formula(submission, probes, sizes, rows, seed):
    """`down_proj(silu(gate_proj(x)) * up_proj(x))`, for every token."""
    h, m = sizes
    x = normal(seed, rows, 2, h)
    gate, up = normal(seed + 1, m, h), normal(seed + 2, m, h)
    down = normal(seed + 3, h, m)

    output = call(build(submission, probes, gate, up, down), x)

    inside = swish(x.double() @ gate.double().T) * (x.double() @ up.double().T)
    silu = torch.nn.functional.silu
    honest = (silu(x @ gate.T) * (x @ up.T)) @ down.T
    allowance = OutputAllowance(honest=honest)
    assert_parity(output, inside @ down.double().T, "output", within=allowance)
