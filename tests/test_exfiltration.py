"""What a submission sees of hidden inputs reaches no text that its student may see."""

import re

import pytest

from autograder.feedback import feedback
from autograder.grading import grade
from autograder.intake import Submission
from autograder.model import Verdict, Visibility
from autograder.official import run_checks

HIDDEN = '''\
"""Hidden checks of the adder."""

import pytest

from autograder.kit.compare import assert_parity


@pytest.mark.points(2)
def test_adds_anything(submission):
    """Sums are right for all numbers."""
    assert_parity(submission.add(47110815, 1), 47110816, "the sum")
'''
PUBLIC = HIDDEN.replace("anything", "small_numbers").replace("4711081", "2323004")
WAYS = {
    "exception text": "raise ValueError(text)",
    "exception note": "e = ValueError()\ne.add_note(text)\nraise e",
    "exception cause": "raise ValueError from KeyError(text)",
    "exception group": "raise ExceptionGroup(text, [KeyError(text)])",
    "class name": "raise type('ValueError' + text, (ValueError,), {})",
    "class name alone": "raise type('V' * a, (ValueError,), {})",
    "stub's text": "raise NotImplementedError('a1_told: implement ' + text)",
    "memory error": "raise MemoryError(text)",
    "allocator's text": "raise RuntimeError('can\\'t allocate memory ' + text)",
    "syntax error": "exec('(' + text)",
    "attribute": "getattr(a, 'x' + text)",
    "missing module": "__import__('x' + text)",
    "standard output": "print(text)\nreturn 0",
    "standard error": "import sys\nsys.stderr.write(text)\nreturn 0",
    "line number": "exec(compile('\\n' * int(text[:4]) + '1 / 0', __file__, 'exec'))",
    "function name": "exec(f'def f{text}(): 1 / 0\\nf{text}()')",
    "file name": "exec(compile('1 / 0', __file__ + text, 'exec'))",
    "value": "return a",
    "text": "return text",
    "key": "return {text: a}",
    "shape": "import torch\nreturn torch.zeros(0, a)",
    "type": "return type('T' + text, (), {})()",
    "set": "return {text}",
    "deep path": "return {text: {text: {1, 2}}}",
    "exit status": "import os\nos._exit(int(text[:2]))",
    "signal": "import os\nos.kill(os.getpid(), 1 + int(text[:2]))",
    "channel": "import os\nos.write(3, bytes(8) + text.encode())",
    "forged reply": """\
import os, sys
wire = sys.modules["autograder.worker.wire"]
raised = {"class": "ValueError", "bases": ["ValueError"], "message": text}
raised["frames"] = [["adder.py", a, text], [text, 1, text], ["adder.py", a, ""]]
body = b"".join(wire.encode({"id": 2, "raised": raised}))
os.write(3, len(body).to_bytes(8, "little") + body)""",
}
"""Bodies of `add(a, b)` that tell `a`, which `text` holds in decimal."""


@pytest.fixture(scope="module")
def tell(write_catalog, tmp_path_factory, sandbox):
    """Grade a submission that tells what it sees in a public and a hidden check."""
    checks = {"{id}/public/test_adder.py": PUBLIC, "{id}/hidden/test_adder.py": HIDDEN}
    # Under a name of its own: pytest imports a check's module once a process.
    folder = tmp_path_factory.mktemp("solutions")
    catalog = write_catalog(folder, name="a1_told", **checks)

    def grade_body(body):
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        source = f"def add(a, b):\n    text = str(a)\n{lines}".encode()
        return grade(
            Submission(name="alice", files={("a1_told", "adder"): source}),
            catalog["a1_told"],
            release=catalog.release,
            sandbox=sandbox,
            run_checks=run_checks,
        )

    return grade_body


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_feedback_does_not_tell_the_input_of_a_hidden_check(tell, body):
    report = tell(body)

    verdicts = {result.finding.verdict for result in report.results}
    assert not re.search("4711|0815|4[78]", feedback(report))
    assert not verdicts & {Verdict.PASSED, Verdict.GRADER_ERROR}


@pytest.mark.parametrize(
    "way", ["exception text", "standard output", "value", "forged reply"]
)
def test_feedback_shows_what_was_told_of_a_public_check(tell, way):
    report = tell(WAYS[way])

    assert "23230045" in feedback(report)


def test_line_of_the_part_itself_is_told_of_a_hidden_check(tell):
    report = tell("\n\nraise ValueError(text)")

    [told] = [
        result.finding.message
        for result in report.results
        if result.check.visibility is Visibility.HIDDEN
    ]
    assert told.where == "a1_told/adder.py:5"
