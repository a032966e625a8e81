"""What a check asks is recorded, and a call can be told with what made its parts."""

import pytest

from autograder.message import Words
from autograder.model import Check, Visibility
from autograder.submission import transcript as module
from autograder.submission.standin import Confined
from autograder.submission.transcript import Raised, Transcript

SOURCE = """\
class Box:
    def __init__(self, value):
        self.value = value

    def __call__(self, other):
        return self.value + other


def pair():
    return [Box(1), Box(2)]


def add(box, other):
    if other < 0:
        raise ValueError("negative")
    return box.value + other
"""
CHECK = Check(
    part="adder",
    name="test_x",
    points=1,
    visibility=Visibility.PUBLIC,
    lesson=Words(en="x"),
)


@pytest.fixture
def opened(sandbox, tiny, request):
    folder = sandbox.folder / "submissions" / request.node.name / tiny.id
    folder.mkdir(parents=True)
    (folder / "adder.py").write_text(SOURCE)
    with Confined(sandbox, tiny, folder).open(CHECK) as opened:
        yield opened


def told(exchanges):
    return [(each.op, each.what.get("name")) for each in exchanges]


def test_transcript_holds_what_was_asked_and_what_came(opened):
    opened.module.add(opened.module.Box(1), 2)

    *_, last = opened.transcript
    assert last.op == "call"
    assert last.what["args"][1] == 2
    assert last.outcome == 3


def test_transcript_holds_the_built_in_classes_of_what_was_raised(opened):
    box = opened.module.Box(1)

    with pytest.raises(Exception, match="negative"):
        opened.module.add(box, -1)

    *_, last = opened.transcript
    assert isinstance(last.outcome, Raised)
    assert last.outcome.bases[0] == "ValueError"


def test_last_call_comes_with_what_made_its_parts_alone(opened):
    opened.module.pair()
    box = opened.module.Box(1)
    opened.module.Box(5)
    box(7)

    calls = opened.transcript.last_call()

    assert told(calls) == [("get", "Box"), ("call", None), ("call", None)]
    assert [each.what.get("args") for each in calls] == [None, [1], [7]]


def test_last_call_finds_an_object_inside_an_answer(opened):
    _, second = opened.module.pair()
    second(7)

    calls = opened.transcript.last_call()

    assert told(calls) == [("get", "pair"), ("call", None), ("call", None)]


def test_last_call_leaves_out_names_asked_for_after_it(opened):
    opened.module.Box(1)
    _ = opened.module.add

    assert told(opened.transcript.last_call()) == [("get", "Box"), ("call", None)]


def test_last_call_is_none_before_there_is_one(opened):
    assert opened.transcript.last_call() is None


def test_transcript_forgets_the_oldest_where_it_is_too_much(opened, monkeypatch):
    monkeypatch.setattr(module, "MOST_EXCHANGES", 3)
    box = opened.module.Box(1)
    exchanges = list(opened.transcript)
    box(1)
    full = Transcript()

    for exchange in [*exchanges, *opened.transcript]:
        full.note(exchange)

    assert len(full) == 3
    assert not full.is_complete
