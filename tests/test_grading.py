"""Grading one submission, in real workers: every end has its verdict."""

import os
import signal
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import SandboxError
from autograder.feedback import feedback
from autograder.grading import grade
from autograder.intake import Submission
from autograder.kit.compare import assert_parity
from autograder.kit.failures import SubmissionLost, SubmissionRaised
from autograder.model import Verdict, Visibility
from autograder.official import run_checks
from autograder.sandbox import Sandbox
from autograder.submission.conversation import Conversation
from autograder.submission.standin import Confined
from autograder.verdict import conclude
from autograder.wording.lines import text

RIGHT = "def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return 2 * a\n"
STUB = """
def add(a, b):
    raise NotImplementedError("a1_tiny: implement add")
def twice(a):
    raise NotImplementedError("a1_tiny: implement twice")
"""


def adding(body, before=""):
    """A submission whose `add` has that body; the rest of it is right."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{before}\ndef add(a, b):\n{lines}\ndef twice(a):\n    return 2 * a\n"


@pytest.fixture
def graded(catalog, tiny, sandbox):
    def grade_source(source, assignment=tiny, within=sandbox):
        files = {} if source is None else {(assignment.id, "adder"): source.encode()}
        return grade(
            Submission(name="alice", files=files),
            assignment,
            release=catalog.release,
            sandbox=within,
            run_checks=run_checks,
        )

    return grade_source


def verdicts(report):
    return {result.check.name: result.finding.verdict for result in report.results}


def of_add(report):
    """What the checks that call `add` came to; `twice` is the control."""
    found = verdicts(report)
    assert found.pop("test_doubles") is Verdict.PASSED
    return set(found.values())


def test_right_answer_gets_full_marks(graded):
    report = graded(RIGHT)

    assert (report.score, report.max_score) == (6, 6)


def test_report_records_what_the_score_depends_on(graded, tiny):
    report = graded(RIGHT)

    assert report.release == "test-release"
    assert report.isolation in ("full", "standard", "partial", "none")
    assert report.versions.keys() == {
        "autograder",
        "python",
        "hypothesis",
        "numpy",
        "pytest",
        "torch",
        "transformers",
    }
    assert report.digest != graded(RIGHT + "\n").digest
    assert [r.check.id for r in report.results] == [c.id for c in tiny.checks]


def test_stub_is_not_attempted(graded):
    report = graded(STUB)

    assert set(verdicts(report).values()) == {Verdict.NOT_ATTEMPTED}
    assert report.score == 0


def test_stub_of_another_assignment_counts_as_raising(graded):
    report = graded(STUB.replace("a1_tiny", "a9_other"))

    assert set(verdicts(report).values()) == {Verdict.RAISED}


def test_missing_file_is_not_attempted(graded):
    report = graded(None)

    assert set(verdicts(report).values()) == {Verdict.NOT_ATTEMPTED}
    assert text(report.results[0].finding.message) == (
        "expected adder.py; found no Python file"
    )


def test_forbidden_import_is_policy_and_names_the_line(graded):
    report = graded("import math\nimport numpy\n" + RIGHT)

    assert set(verdicts(report).values()) == {Verdict.POLICY}
    said = text(report.results[0].finding.message)
    assert said.startswith("adder.py:2 imports 'numpy'")


def test_forbidden_name_is_policy_and_names_the_line(graded, tiny):
    strict = replace(tiny, forbidden_names=("torch.nn.Linear",))

    report = graded("import torch\ntorch.nn.Linear\n" + RIGHT, strict)

    said = text(report.results[0].finding.message)
    assert said.startswith("adder.py:2 uses 'torch.nn.Linear'")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("raise ValueError('no')\n" + RIGHT, id="raises"),
        pytest.param("def add(:\n", id="syntax_error"),
        pytest.param("x = '\0'\n", id="nul"),
        pytest.param("import no_such_module\n" + RIGHT, id="missing_module"),
        pytest.param("import autograder.grading\n" + RIGHT, id="our_own_module"),
        pytest.param("raise SystemExit\n" + RIGHT, id="system_exit"),
        pytest.param("raise KeyboardInterrupt\n" + RIGHT, id="keyboard_interrupt"),
        pytest.param("raise NotImplementedError\n" + RIGHT, id="not_implemented"),
    ],
)
def test_module_that_cannot_be_imported_raises_in_every_check(graded, source):
    report = graded(source)

    assert set(verdicts(report).values()) == {Verdict.RAISED}


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        pytest.param("while True: pass", Verdict.TIMED_OUT, id="hangs"),
        pytest.param("import os; os._exit(0)", Verdict.CRASHED, id="exits"),
    ],
)
def test_module_that_is_lost_while_it_is_imported_is_lost_in_every_check(
    graded, source, verdict
):
    report = graded(source)

    assert set(verdicts(report).values()) == {verdict}


ENDS = {
    "wrong_value": ("return a - b", Verdict.FAILED),
    "wrong_type": ("return str(a + b)", Verdict.FAILED),
    "true": ("return True", Verdict.FAILED),
    "none": ("return None", Verdict.FAILED),
    "raises": ("raise KeyError(a)", Verdict.RAISED),
    "raises_a_group": ("raise ExceptionGroup('g', [ValueError()])", Verdict.RAISED),
    "wrong_signature": ("return missing_name", Verdict.RAISED),
    "recursion": ("return add(a, b)", Verdict.RAISED),
    "sleeps": ("import time\ntime.sleep(60)", Verdict.TIMED_OUT),
    "spins": ("while True: pass", Verdict.TIMED_OUT),
    "exits_with_0": ("import os\nos._exit(0)", Verdict.CRASHED),
    "segfault": ("import ctypes\nctypes.string_at(0)", Verdict.CRASHED),
    "named_signal": ("import signal\nsignal.raise_signal(15)", Verdict.CRASHED),
    "unnamed_signal": ("import signal\nsignal.raise_signal(40)", Verdict.CRASHED),
    "memory": ("return len(bytearray(1 << 30))", Verdict.CRASHED),
    "tensor_memory": ("import torch\ntorch.ones(1 << 28)", Verdict.CRASHED),
    "closes_the_socket": ("import os\nos.close(3)\nreturn a + b", Verdict.CRASHED),
    "garbage_frame": ("import os\nos.write(3, b'\\xff' * 64)", Verdict.CRASHED),
    "empty_frame": ("import os\nos.write(3, bytes(8))\nreturn a + b", Verdict.CRASHED),
    "endless_frame": (
        "import os\nos.write(3, (1 << 62).to_bytes(8, 'little'))",
        Verdict.CRASHED,
    ),
    "reply_to_another_request": (
        """\
import socket
from autograder.worker.wire import encode, send_frame
own = socket.socket(fileno=3)
send_frame(own, encode({'id': 99, 'returned': a + b}))""",
        Verdict.CRASHED,
    ),
    "raises_unprintable": (
        "class Odd(Exception):\n    def __str__(self): raise OSError\nraise Odd",
        Verdict.RAISED,
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_end_has_its_verdict_and_costs_only_the_checks_that_meet_it(graded, end):
    body, verdict = ENDS[end]

    report = graded(adding(body))

    assert of_add(report) == {verdict}
    assert report.score == 3


KINDS = {
    "object": "object()",
    "set": "{1}",
    "bytes": "b'3'",
    "complex": "3j",
    "generator": "(x for x in ())",
    "function_in_a_list_of_bytes": "[b'']",
    "module": "__import__('math')",
    "subclass_of_int": "__import__('http').HTTPStatus.OK",
    "subclass_of_list": "__import__('collections').UserList()",
    "named_tuple": "__import__('sys').version_info",
    "wide_int": "1 << 64",
    "huge_int": "10 ** 5000",
    "lone_surrogate": "chr(0xD800)",
    "deep_list": "__import__('functools').reduce(lambda x, _: [x], range(99), 0)",
    "own_cycle": "(lambda x: x.append(x) or x)([])",
    "parameter": "torch.nn.Parameter(torch.ones(1))",
    "sparse_tensor": "torch.ones(2).to_sparse()",
    "meta_tensor": "torch.ones(2, device='meta')",
    "complex_tensor": "torch.ones(2, dtype=torch.complex64)",
    "long_text": "'x' * (65 << 20)",
}


DTYPES = (
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64"),
)
GARBAGE = {
    **{f"tensor_of_{name}": f"torch.ones(2, dtype=torch.{name})" for name in DTYPES},
    "tensor_of_nan": "torch.tensor(float('nan'))",
    "empty_tensor": "torch.empty(0, 3)",
    "tensor_with_gradient": "torch.ones(1, requires_grad=True)",
    "nan": "float('nan')",
    "infinity": "float('inf')",
    "nested_lists": "[[[], [None]], [{}]]",
    "tuple": "(3,)",
    "dict_of_tuples": "{(1, 'x'): torch.ones(1)}",
    "text_with_controls": "'\\x1b[2J\\r\\n`````'",
    "long_text": "'x' * 100_000",
    "function": "add",
    "class": "Own",
    "own_object": "Own()",
    "list_of_own_objects": "[Own()]",
}


@pytest.fixture(scope="module")
def verdict_on(sandbox, tiny):
    """The verdict on a check whose submission answers with an expression's value."""
    source = "import torch\nclass Own: pass\ndef add(a, b): return eval(a)\n"
    folder = sandbox.folder / "submissions" / "answers" / tiny.id
    folder.mkdir(parents=True)
    (folder / "adder.py").write_text(source)
    check = tiny.checks[0]
    # One worker answers for many tests.
    limits = replace(tiny.limits, seconds=300.0, cpu_seconds=120)
    patient = replace(tiny, limits=limits)
    with Confined(sandbox, patient, folder).open(check) as opened:

        def verdict(expression, expected):
            try:
                assert_parity(opened.module.add(expression, 0), expected)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
                found = conclude(error, check, assignment=tiny, official=True)
                return found.verdict
            return Verdict.PASSED

        yield verdict


@pytest.mark.parametrize("kind", KINDS)
def test_answer_that_may_not_cross_the_border_counts_as_raised(verdict_on, kind):
    assert verdict_on(KINDS[kind], 3) is Verdict.RAISED


EXPECTED = {
    "int": 3,
    "text": "3",
    "none": None,
    "list": [3],
    "tuple": (3, 4),
    "dict": {"a": [3]},
    "int_tensor": torch.tensor([3, 4]),
    "float_tensor": torch.tensor([0.5]),
    "bool_tensor": torch.tensor([True]),
    "empty_tensor": torch.empty(0),
}


@pytest.mark.parametrize("expected", EXPECTED)
@pytest.mark.parametrize("kind", GARBAGE)
def test_answer_of_another_kind_is_the_students_failure(verdict_on, kind, expected):
    assert verdict_on(GARBAGE[kind], EXPECTED[expected]) is Verdict.FAILED


ANSWERS = st.recursive(
    st.sampled_from([*GARBAGE.values(), KINDS["generator"], KINDS["meta_tensor"]]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda texts: f"[{', '.join(texts)}]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda t: f"({', '.join(t)},)"),
        inner.map(lambda text: f"{{'a': {text}}}"),
    ),
    max_leaves=6,
)


@settings(deadline=None, database=None, derandomize=True)
@given(answer=ANSWERS, expected=st.sampled_from(sorted(EXPECTED)))
def test_garbage_is_never_our_fault_and_never_passes(verdict_on, answer, expected):
    verdict = verdict_on(answer, EXPECTED[expected])

    assert verdict in (Verdict.FAILED, Verdict.RAISED)


@pytest.mark.parametrize("expected", EXPECTED)
def test_answer_of_the_kind_expected_passes(verdict_on, expected):
    value = EXPECTED[expected]
    is_tensor = isinstance(value, torch.Tensor)
    text = f"torch.{value!r}" if is_tensor else repr(value)

    assert verdict_on(text, value) is Verdict.PASSED


@pytest.mark.parametrize("kind", ["ValueError", "'other'"])
def test_answer_that_changes_on_replay_is_the_students_failure(graded, kind):
    end = "raise ValueError" if kind == "ValueError" else "return 'other'"
    body = f"calls.append(a)\nif len(calls) == 5: {end}\nreturn a + b"

    report = graded(adding(body, before="calls = []"))

    found = verdicts(report)
    expected = Verdict.RAISED if kind == "ValueError" else Verdict.FAILED
    assert found["test_adds_anything"] is expected


def test_missing_name_is_named(graded):
    report = graded("def twice(a):\n    return 2 * a\n")

    assert of_add(report) == {Verdict.RAISED}
    assert "adder.py does not define 'add'" in text(report.results[0].finding.message)


def test_hidden_check_says_nothing_that_the_worker_made_up(graded):
    forged = """\
from autograder.worker import executor
frames = [[f"SECRET{a}.py", 1, "SECRET"], ["adder.py", 1, "SECRET\\nSECRET"]]
told = {"class": f"SECRET{a}", "bases": [f"SECRET{a}"], "message": "SECRET"}
executor.Executor._describe = lambda self, error: told | {"frames": frames}
print("SECRET")
raise ValueError"""

    report = graded(adding(forged))

    public, hidden = report.results[:2]
    assert "SECRET" in text(public.finding.message)
    assert hidden.check.visibility is Visibility.HIDDEN
    assert "SECRET" not in repr(hidden.finding.message)
    _, _, shown = feedback(report).partition("## adds anything")
    assert shown
    assert "SECRET" not in shown


def test_hidden_check_shows_neither_input_nor_expected_value(graded):
    report = graded(adding("return -5"))

    message = repr(report.results[1].finding.message)
    assert "7000" not in message
    assert "-5" not in message


def test_public_check_shows_what_the_code_printed(graded):
    report = graded(adding("print('said', a)\nreturn -1"))

    assert "said 1" in feedback(report)


def test_output_is_capped_and_says_how_much_was_left_out(graded):
    report = graded(adding("print('x' * 1_000_000)\nreturn a + b"))

    output = report.results[0].finding.output
    assert of_add(report) == {Verdict.PASSED}
    assert output.startswith("x" * 4096 + "\n[")
    assert output.endswith("more bytes]")


def test_output_is_whole_however_late_it_was_printed(graded):
    body = "print(''.join('x' for _ in range(4000)))\nreturn a + b"

    reports = [graded(adding(body)) for _ in range(5)]

    outputs = {report.results[0].finding.output for report in reports}
    assert outputs == {"x" * 4000 + "\n"}


def test_output_holds_no_control_characters(graded):
    report = graded(adding("print('\\x1b[2J\\u202e\\rhi')\nreturn a + b"))

    output = report.results[0].finding.output
    assert output == "�[2J��hi\n"


@pytest.fixture(scope="module")
def control(catalog, tiny, sandbox):
    """What a submission comes to that does nothing but what it was asked."""
    source = adding("return a + b").encode()
    handed_in = Submission(name="control", files={(tiny.id, "adder"): source})
    report = grade(
        handed_in,
        tiny,
        release=catalog.release,
        sandbox=sandbox,
        run_checks=run_checks,
    )
    assert report.score == 6
    return verdicts(report)


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param("os.unlink(__file__)", id="deletes_itself"),
        pytest.param("open(__file__, 'w').close()", id="empties_itself"),
        pytest.param("open(os.path.dirname(__file__) + '/x', 'w')", id="adds_a_file"),
        pytest.param("os.fork()", id="forks"),
        pytest.param("socket.socket()", id="opens_a_socket"),
        pytest.param("subprocess.run(['/bin/true'])", id="runs_a_program"),
        pytest.param("os.listdir('/root')", id="lists_the_home"),
        pytest.param("open('/etc/passwd')", id="reads_the_system"),
        pytest.param("os.kill(os.getppid(), 9)", id="kills_the_zygote"),
    ],
)
def test_attack_is_refused_and_the_answer_still_counts(graded, control, attack):
    before = f"""\
import os, socket, subprocess
try:
    {attack}
except OSError:
    refused = True
else:
    refused = False"""

    report = graded(adding("return a + b if refused else 'done'", before=before))

    assert verdicts(report) == control


def test_reading_the_checks_is_refused_where_reading_itself_is_not(graded, tiny):
    def reads(file):
        return adding("return a + b", before=f"open({str(file)!r}).read()")

    secret = tiny.folder / "hidden" / "test_adder.py"
    assert secret.is_file()

    assert set(verdicts(graded(reads(secret))).values()) == {Verdict.RAISED}
    own = adding("return a + b", before="open(__file__).read()")
    assert graded(own).score == 6


def test_module_may_leave_the_table_of_modules(graded):
    report = graded("import sys\ndel sys.modules[__name__]\n" + RIGHT)

    assert report.score == 6


def test_grading_twice_gives_the_same_report_but_for_time_and_memory(graded):
    body = "print(a)\nreturn a + b if a < 9 else None"

    first, second = (graded(adding(body)) for _ in range(2))

    assert timeless(first) == timeless(second)


def timeless(report):
    results = tuple(
        replace(result, finding=replace(result.finding, seconds=0.0, peak_bytes=0))
        for result in report.results
    )
    return replace(report, results=results, seconds=0.0, graded_at="")


def test_memory_is_that_of_the_check_that_took_it(graded):
    greedy = adding("return a + b", before="import torch") + (
        "\n_twice = twice\ndef twice(a):\n"
        "    torch.ones(1 << 26)\n    return _twice(a)\n"
    )

    peaks = {r.check.name: r.finding.peak_bytes for r in graded(greedy).results}

    taken = peaks.pop(max(peaks, key=peaks.get))
    assert 0 < max(peaks.values()) < taken - (1 << 27)


def test_draws_are_the_same_for_every_submission(graded):
    """What a right answer prints, it was given."""
    one = graded(adding("print(a)\nreturn a + b"))
    other = graded(adding("print(a)\nreturn b + a", before="# another student"))

    assert drawn(one) == drawn(other)
    assert len(set(drawn(one))) > 5


def drawn(report):
    return report.results[1].finding.output.split()


def test_draws_differ_in_another_release(graded, catalog, tiny, sandbox):
    source = adding("print(a)\nreturn a + b")
    release = replace(catalog.release, secret="another")  # noqa: S106 - a test's own
    handed_in = Submission(name="a", files={(tiny.id, "adder"): source.encode()})

    there = grade(
        handed_in, tiny, release=release, sandbox=sandbox, run_checks=run_checks
    )

    assert drawn(there) != drawn(graded(source))


def test_module_state_does_not_reach_the_next_check(graded):
    source = """
import builtins
seen = hasattr(builtins, "seen")
builtins.seen = True
def add(a, b):
    return "seen" if seen else a + b
def twice(a):
    return "seen" if seen else 2 * a
"""

    report = graded(source)

    assert report.score == 6


def test_module_state_lasts_within_a_check(graded):
    body = "calls.append(a)\nreturn 'again' if len(calls) > 1 else a + b"

    found = verdicts(graded(adding(body, before="calls = []")))

    assert found["test_adds_small_numbers"] is Verdict.PASSED
    assert found["test_adds_anything"] is Verdict.FAILED


FAULTY = '''
"""Checks that end otherwise than by passing or failing."""
import pytest
from hypothesis import assume, given, strategies as st


@pytest.mark.points(1)
def test_skips(submission):
    """Skips."""
    pytest.skip("no")


@pytest.mark.points(1)
@pytest.mark.skipif(True, reason="no")
def test_is_skipped(submission):
    """Is skipped."""


@pytest.mark.points(1)
def test_gives_up(submission):
    """Gives up."""
    pytest.xfail("no")


@pytest.mark.points(1)
@pytest.mark.xfail(strict=False)
def test_is_expected_to_fail_and_does(submission):
    """Fails."""
    assert False


@pytest.mark.points(1)
@pytest.mark.xfail(strict=False)
def test_is_expected_to_fail_and_passes(submission):
    """Passes."""


@pytest.mark.points(1)
@pytest.mark.parametrize("x", [])
def test_has_no_case(submission, x):
    """Has no case."""


@pytest.mark.points(1)
@given(x=st.integers())
def test_draws_nothing(submission, x):
    """Draws nothing."""
    assume(False)


@pytest.mark.points(1)
def test_has_a_bug(submission):
    """Has a bug."""
    [][0]


@pytest.mark.points(1)
def test_asks_for_an_unknown_fixture(submission, nothing):
    """Asks for more."""


@pytest.mark.points(1)
def test_sends_what_cannot_be_sent(submission):
    """Sends an object."""
    submission.add(object(), 1)


if True:
    test_is_replaced = None


@pytest.mark.points(1)
def test_is_replaced(submission):
    """Is replaced."""


test_is_replaced = None


@pytest.mark.points(1)
def test_is_an_honest_control(submission):
    """Adds."""
    assert submission.add(1, 2) == 3
'''


@pytest.fixture(scope="module")
def faulty(write_catalog, tmp_path_factory):
    changed = {"{id}/public/test_adder.py": FAULTY}
    root = tmp_path_factory.mktemp("faulty")
    return write_catalog(root, "a5_faulty", **changed)["a5_faulty"]


def test_check_that_does_not_decide_is_our_fault(graded, faulty):
    report = graded(RIGHT, faulty)

    found = verdicts(report)
    passed = {name for name, verdict in found.items() if verdict is Verdict.PASSED}
    hidden = {"test_adds_anything", "test_doubles"}
    assert passed == {"test_is_an_honest_control", *hidden}
    assert set(found.values()) == {Verdict.PASSED, Verdict.GRADER_ERROR}
    assert report.score is None


def test_check_file_that_cannot_be_imported_is_our_fault(
    graded, write_catalog, tmp_path
):
    check = '@__import__("pytest").mark.points(1)\ndef test_x(submission):\n    "X."\n'
    changed = {"{id}/public/test_adder.py": f"{check}\nraise ValueError\n"}
    broken = write_catalog(tmp_path, "a6_broken", **changed)["a6_broken"]

    report = graded(RIGHT, broken)

    assert verdicts(report)["test_x"] is Verdict.GRADER_ERROR
    assert report.score is None


def test_assignments_may_share_the_name_of_a_part(graded, write_catalog, tmp_path):
    changed = {
        "{id}/public/test_adder.py": (
            "import pytest\n\n\n"
            "@pytest.mark.points(1)\n"
            "def test_of_its_own(submission):\n"
            '    """One."""\n'
            "    assert submission.add(1, 2) == 4\n"
        )
    }
    other = write_catalog(tmp_path, "a7_other", **changed)["a7_other"]
    assert graded(RIGHT).score == 6

    report = graded(RIGHT, other)

    assert verdicts(report)["test_of_its_own"] is Verdict.FAILED


def test_submission_that_used_up_its_time_is_stopped_check_by_check(graded, tiny):
    spent = replace(tiny, limits=replace(tiny.limits, submission_seconds=0.0))

    report = graded(RIGHT, spent)

    assert set(verdicts(report).values()) == {Verdict.TIMED_OUT}


def started(sandbox, tiny, source, tmp_path):
    """A worker that may read `source` and has not imported it."""
    folder = sandbox.folder / "submissions" / tmp_path.name / tiny.id
    folder.mkdir(parents=True)
    (folder / "adder.py").write_text(source)
    for made in (folder.parent, folder):
        made.chmod(0o755)
    return sandbox.fork(tiny, "adder", folder)


@contextmanager
def conversing(sandbox, tiny, source, tmp_path):
    """A conversation with a worker that holds `source`."""
    worker = started(sandbox, tiny, source, tmp_path)
    try:
        conversation = Conversation(worker, tiny.limits)
        conversation.request("import")
        yield conversation, worker
    finally:
        worker.end()


@pytest.mark.parametrize("end", ["sleeps", "exits_with_0", "garbage_frame"])
def test_end_of_a_worker_is_every_further_answer(sandbox, tiny, tmp_path, end):
    source = adding(ENDS[end][0])
    with conversing(sandbox, tiny, source, tmp_path) as (conversation, _):
        add = conversation.request("get", target=None, name="add")
        with pytest.raises(SubmissionLost) as first:
            conversation.request("call", target=add, args=[1, 2], kwargs={})

        with pytest.raises(SubmissionLost) as second:
            conversation.request("get", target=None, name="twice")

    assert second.value is first.value


def test_answer_that_may_not_cross_is_no_error_that_a_check_may_expect(
    sandbox, tiny, tmp_path
):
    source = adding("return [(x for x in ())]")
    with conversing(sandbox, tiny, source, tmp_path) as (conversation, _):
        add = conversation.request("get", target=None, name="add")

        with pytest.raises(SubmissionRaised) as caught:
            conversation.request("call", target=add, args=[1, 2], kwargs={})

    assert caught.value.bases == ()
    assert caught.value.message == "returned a generator at [0]"


def test_worker_that_is_ended_leaves_no_process_and_no_scratch(sandbox, tiny, tmp_path):
    there = set((sandbox.folder / "scratch").iterdir())
    with conversing(sandbox, tiny, RIGHT, tmp_path) as (_, worker):
        assert Path(f"/proc/{worker.pid}").exists()

    assert not Path(f"/proc/{worker.pid}").exists()
    assert set((sandbox.folder / "scratch").iterdir()) == there


def zygote_of(sandbox):
    [zygote] = sandbox._zygotes._started  # noqa: SLF001 - to kill it
    return zygote


def output_has_ended(worker):
    """Whether nobody holds the end that student code prints to."""
    draining = worker.printed._thread  # noqa: SLF001 - no other way to ask
    draining.join(10)
    return not draining.is_alive()


def test_next_check_goes_on_when_a_zygote_was_killed(graded):
    with Sandbox.create() as own:
        before = graded(RIGHT, within=own)
        zygote = zygote_of(own)
        os.kill(zygote.pid, signal.SIGKILL)
        zygote.wait()

        after = graded(RIGHT, within=own)

    assert (before.score, after.score) == (6, 6)


def test_death_of_the_zygote_is_our_fault_and_ends_its_workers(tiny, tmp_path):
    with Sandbox.create() as own:
        worker = started(own, tiny, RIGHT, tmp_path)
        zygote = zygote_of(own)

        os.kill(zygote.pid, signal.SIGKILL)

        with pytest.raises(SandboxError, match="the zygote of worker"):
            worker.end()
        assert output_has_ended(worker)


def test_closed_sandbox_leaves_no_process_and_no_file(tiny, tmp_path):
    with Sandbox.create() as own, ExitStack() as stack:
        worker = started(own, tiny, RIGHT, tmp_path)
        stack.callback(worker.conversation.close)
        stack.callback(worker.process.control.close)
        stack.callback(worker.printed.close)
        pids = [worker.pid, zygote_of(own).pid]
        assert all(Path(f"/proc/{pid}").exists() for pid in pids)

        own.close()

        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
        assert output_has_ended(worker)
    assert not own.folder.exists()


def test_nothing_of_a_submission_stays_in_the_sandbox(graded, sandbox):
    there = set((sandbox.folder / "submissions").iterdir())

    graded(RIGHT)

    assert set((sandbox.folder / "submissions").iterdir()) == there
