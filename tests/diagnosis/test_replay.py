"""Code that is asked again answers as the same code answered in a worker."""

from contextlib import suppress

import pytest
import torch

from autograder.diagnosis.agreement import agree
from autograder.diagnosis.replay import Code, Unknown, contained
from autograder.kit.failures import SubmissionRaised
from autograder.message import Words
from autograder.model import Check, Visibility
from autograder.submission.standin import Confined

SOURCE = """\
import torch

SIZE = 3


class Box:
    def __init__(self, value):
        self.value = value

    def __call__(self, other):
        return self.value + other


def pair():
    return {"both": [Box(1), Box(2)]}


def grow(items):
    items.append(1)
    return torch.ones(2) * len(items)


def fail(a):
    raise KeyError(a)


def some_set():
    return {1}
"""


def ask_for_a_probe(part, probes):
    return probes.calls.arguments_after(part.grow, [5])


WAYS = {
    "get data": lambda part, _: part.SIZE,
    "get an object": lambda part, _: part.Box,
    "get what is missing": lambda part, _: part.gone,
    "get of an object": lambda part, _: part.Box(4).value,
    "call": lambda part, _: part.grow([1, 2]),
    "call with a tensor": lambda part, _: part.Box(torch.ones(2))(torch.ones(2)),
    "call an object inside": lambda part, _: part.pair()["both"][1](5),
    "call that raises": lambda part, _: part.fail(1),
    "call with a wrong signature": lambda part, _: part.fail(),
    "call whose answer may not cross": lambda part, _: part.some_set(),
    "probe": ask_for_a_probe,
}
CHECK = Check(
    part="adder",
    name="test_x",
    points=1,
    visibility=Visibility.PUBLIC,
    lesson=Words(en="x"),
)


@pytest.fixture
def asked(sandbox, tiny, tmp_path):
    """What was asked of the source in a worker, in one way."""

    def ask(way):
        folder = sandbox.folder / "submissions" / tmp_path.name / tiny.id
        folder.mkdir(parents=True)
        (folder / "adder.py").write_text(SOURCE)
        with (
            Confined(sandbox, tiny, folder).open(CHECK) as opened,
            suppress(SubmissionRaised),
        ):
            way(opened.module, opened.probes)
        return [(exchange, exchange.outcome) for exchange in opened.transcript]

    return ask


def answers(source, exchanges, folder):
    code = Code({"adder": source.encode()}, part="adder", folder=folder / "code")
    with contained():
        return list(code.outcomes(exchanges))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_replay_answers_as_the_worker_did(asked, tmp_path, way):
    exchanges = asked(way)

    outcomes = answers(SOURCE, exchanges, tmp_path)

    assert len(exchanges) > 1
    assert all(
        agree(got, outcome)
        for (_, got), outcome in zip(exchanges, outcomes, strict=True)
    )


def test_object_that_there_is_only_in_the_submission_is_not_asked(asked, tmp_path):
    exchanges = asked(WAYS["call an object inside"])

    *_, last = answers(
        SOURCE.replace('return {"both"', 'raise KeyError\n    return {"both"'),
        exchanges,
        tmp_path,
    )

    assert isinstance(last, Unknown)
