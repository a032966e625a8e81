"""Ends of checks that students meet, each made as it is made in earnest."""

import signal
from dataclasses import replace

import torch

from autograder.catalog import Limits
from autograder.cause import Cause
from autograder.kit.allowance import GradientAllowance, OutputAllowance
from autograder.kit.compare import assert_parity
from autograder.kit.failures import (
    Frame,
    Sentence,
    SubmissionLost,
    SubmissionRaised,
)
from autograder.kit.purity import assert_no_changes, assert_unchanged
from autograder.kit.tokens import assert_tokens
from autograder.submission.conversation import reason
from autograder.submission.inprocess import missing_name
from autograder.supervision import Exit

LIMITS = Limits(seconds=2, cpu_seconds=1, memory_bytes=256 << 20)
TRUE = torch.tensor([[0.5, -0.25, 1.0], [2.0, 0.125, -1.5]], dtype=torch.float64)
AXES = ("row", "feature")
TEXTS = {5: "<|end|>", 7: " cat", 8: " dog", 9: "The"}
CAUSE = Cause(
    mistakes=("pads_with_zero",),
    hint="rows are padded with 0 instead of the pad's id",
    hint_zh="用 0 而不是 pad 的 id 来填充",
    agreed=12,
    of=12,
)
SNIPPET = "from assignments.a1_tiny.adder import add\n\nprint(add(1, 2))\n"


def decode(ids):
    return "".join(TEXTS[token] for token in ids)


def ids(*rows):
    return torch.tensor(rows)


def computed(got):
    """Compare with what was computed exactly, as one compares a layer's output."""
    assert_parity(
        got, TRUE, "output", within=OutputAllowance(honest=TRUE.float()), axes=AXES
    )


def gradient(got):
    assert_parity(
        got, TRUE, "weight.grad", within=GradientAllowance(honest=TRUE.float())
    )


def drawn(error, *arguments):
    """`error` with the note that Hypothesis leaves on it."""
    lines = "".join(f"    {argument},\n" for argument in arguments)
    error.add_note(f"Falsifying example: test_adds_small_numbers(\n{lines})")
    raise error


def wrong_ids():
    try:
        assert_parity(
            ids([9, 7, 5], [9, 0, 0]),
            ids([9, 7, 5], [9, 2, 2]),
            "batch['input_ids']",
            axes=("row", "position"),
        )
    except AssertionError as error:
        drawn(error, "submission=<adder of the submission>", "rows=[[9, 7, 5], [9]]")


def lost(status, cpu_seconds=0.0):
    """End a worker with a wait status."""
    ended = Exit(status=status, cpu_seconds=cpu_seconds, peak_bytes=0)
    said, timed_out = reason(ended, LIMITS)
    raise SubmissionLost(said, timed_out=timed_out)


def end(template, *, timed_out=False, **values):
    raise SubmissionLost(Sentence(template, values), timed_out=timed_out)


def raised(name, text, *frames, bases=None):
    told = tuple(Frame(file=f, line=n, function=where) for f, n, where in frames)
    bases = (name, "Exception") if bases is None else bases
    raise SubmissionRaised(name, text, bases=bases, frames=told)


def plain_assert():
    """Fail as a check's own assert does, whose file is named like a check's."""
    source = "assert 42 == 41, '42 is not 41'"
    exec(compile(source, "test_adder.py", "exec"))  # noqa: S102 - our own line


def name_is_missing():
    raise missing_name("adder", "add")


def grader_error():
    raise IndexError("list index out of range")


IN_CALL = (("adder.py", 1, "add"), ("adder.py", 2, "_check"))

PUBLIC = {
    "wrong values, ints": wrong_ids,
    "wrong values, floats": lambda: computed(TRUE.float() + ids([0, 0, 0], [0, 1, 0])),
    "wrong values, sign": lambda: computed(-TRUE.float()),
    "wrong values, factor": lambda: computed(3 * TRUE.float()),
    "wrong values, zero": lambda: computed(0 * TRUE.float()),
    "wrong values, other order": lambda: computed(TRUE.float().flip(1)),
    "wrong values, square transposed": lambda: assert_parity(
        ids([1, 3], [2, 4]), ids([1, 2], [3, 4]), "scores"
    ),
    "wrong value": lambda: assert_parity(4, 3, "add(1, 2)"),
    "wrong shape": lambda: computed(TRUE[:1].float()),
    "wrong shape, dimensions": lambda: computed(TRUE[0].float()),
    "wrong shape, transposed": lambda: computed(TRUE.float().T),
    "wrong dtype": lambda: computed(TRUE),
    "wrong type": lambda: assert_parity([1, 2], ids(1, 2), "position_ids"),
    "missing key": lambda: assert_parity({"a": 1}, {"a": 1, "b": 2}, "the batch"),
    "extra key": lambda: assert_parity({"a": 1, "c": 2}, {"a": 1}, "the batch"),
    "wrong length": lambda: assert_parity([1, 2], [1, 2, 3], "input_ids[0]"),
    "wrong tokens": lambda: assert_tokens([9, 8, 5], [9, 7, 5], "input_ids[0]", decode),
    "missing token": lambda: assert_tokens([9, 7], [9, 7, 5], "input_ids[0]", decode),
    "extra token": lambda: assert_tokens([9, 5, 5], [9, 5], "input_ids[0]", decode),
    "not finite": lambda: computed(TRUE.float().masked_fill(TRUE > 1, float("nan"))),
    "wrong device": lambda: computed(TRUE.float().to("meta")),
    "gradient missing": lambda: gradient(None),
    "gradient zero": lambda: gradient(torch.zeros(2, 3)),
    "gradient wrong": lambda: gradient(TRUE.float() + 0.125),
    "input changed": lambda: assert_unchanged([[1, 2, 0]], [[1, 2]], "the arguments"),
    "global state changed": lambda: assert_no_changes(["torch's random numbers"]),
    "missing name": name_is_missing,
    "wrong signature": lambda: raised(
        "TypeError", "add() got an unexpected keyword argument 'side'"
    ),
    "raised at import": lambda: raised(
        "ModuleNotFoundError",
        "No module named 'panda'",
        ("adder.py", 3, "<module>"),
    ),
    "raised in a call": lambda: raised("KeyError", "'labels'", *IN_CALL),
    "raised SyntaxError": lambda: raised(
        "SyntaxError", "invalid syntax (adder.py, line 1)"
    ),
    "may not cross": lambda: raised(
        "TypeError", "returned a generator at [0]", bases=()
    ),
    "plain assert": plain_assert,
    "timed out, wall": lambda: end(
        "no answer: wall-clock limit of {seconds} s", timed_out=True, seconds="2"
    ),
    "timed out, cpu": lambda: lost(signal.SIGXCPU, cpu_seconds=1.0),
    "memory": lambda: end(
        "the process ended: memory limit of {mebibytes} MiB", mebibytes="256"
    ),
    "too many processes": lambda: end(
        "the process ended: limit of processes and threads"
    ),
    "signal": lambda: lost(signal.SIGSEGV),
    "exit status": lambda: lost(3 << 8),
    "not attempted": lambda: raised("NotImplementedError", "a1_tiny: implement add"),
    "our fault": grader_error,
    "hostile text": lambda: raised("E", "<script>alert('1')</script> & \"x\""),
}
HIDDEN = {
    "hidden, wrong": wrong_ids,
    "hidden, raised": lambda: raised("KeyError", "SECRET", *IN_CALL),
    "hidden, own exception": lambda: raised("MyError", "SECRET", *IN_CALL),
    "hidden, exit status": lambda: lost(203 << 8),
}
CHANGED = {
    "with a cause": lambda message: replace(message, cause=CAUSE, searched=True),
    "without a known cause": lambda message: replace(message, searched=True),
    "with a snippet": lambda message: replace(message, snippet=SNIPPET),
}
"""What official grading adds to the message for wrong ids."""
