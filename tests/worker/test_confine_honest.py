"""Honest code works in the confinement that forbids the rest."""

import errno
import signal
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("confines on Linux only", allow_module_level=True)

HONEST = {
    "reads_an_allowed_file": (
        "answer = open(args['place'] + '/allowed/data').read()",
        "content",
    ),
    "imports_an_allowed_package_late": (
        (
            "import sys; sys.path.insert(0, args['place'] + '/allowed')\n"
            "import lazy_package; answer = lazy_package.VALUE"
        ),
        7,
    ),
    "lists_a_listable_folder": (
        "import os; answer = 'shown' in os.listdir(args['place'] + '/listed')",
        True,
    ),
    "writes_temporary_files": (
        (
            "import tempfile\n"
            "with tempfile.NamedTemporaryFile('w+') as file:\n"
            "    file.write('x'); file.seek(0); answer = [file.name, file.read()]\n"
            "answer[0] = answer[0].startswith(args['place'] + '/scratch/')"
        ),
        [True, "x"],
    ),
    "makes_and_moves_folders": (
        "import os; os.makedirs('a/b'); os.rename('a/b', 'c'); answer = os.listdir()",
        ["a", "c"],
    ),
    "runs_threads": (
        (
            "import threading; found = []\n"
            "start = lambda i: threading.Thread(target=found.append, args=[i])\n"
            "threads = [start(i) for i in range(8)]\n"
            "[t.start() for t in threads]; [t.join() for t in threads]\n"
            "answer = sorted(found)"
        ),
        list(range(8)),
    ),
    "signals_itself": (
        (
            "import signal; answer = 0\n"
            "def note(number, frame):\n    global answer; answer = number\n"
            "signal.signal(signal.SIGUSR1, note); signal.raise_signal(signal.SIGUSR1)"
        ),
        signal.SIGUSR1,
    ),
    "writes_to_null": ("answer = open('/dev/null', 'w').write('gone')", 4),
    "reads_randomness": ("answer = len(open('/dev/urandom', 'rb').read(8))", 8),
    "reads_its_own_size": ("answer = open('/proc/self/statm').read() > ''", True),
    "allocates_within_the_budget": ("answer = len(bytearray(2 ** 28))", 2**28),
    "knows_its_home": (
        (
            "import os; p = args['place'] + '/scratch'\n"
            "answer = [os.getcwd() == p, os.environ['HOME'] == p, len(os.environ)]"
        ),
        [True, True, 9],
    ),
}


@pytest.mark.parametrize("act", HONEST)
def test_honest_code_works_when_confined(confined, act):
    code, expected = HONEST[act]

    told = confined(code)

    answer = told.get("answer", told)
    assert (sorted(answer) if act.startswith("makes") else answer) == expected


def test_honest_tensors_work_when_confined(confined):
    code = (
        "import numpy, torch\n"
        "x = torch.arange(6.0).reshape(2, 3).requires_grad_()\n"
        "(x @ x.T).sum().backward()\n"
        "answer = [x.grad.tolist(), numpy.eye(4).sum().item() * 2]"
    )

    told = confined(code, preload=["numpy", "torch"])

    assert told.get("answer", told) == [[[6, 10, 14], [6, 10, 14]], 8.0]


def test_environment_of_the_zygote_is_gone(confined, monkeypatch):
    monkeypatch.setenv("SECRET", "42")

    told = confined("import os; answer = [os.getenv('SECRET'), os.environ['LANG']]")

    assert told["answer"] == [None, "C.UTF-8"]


def test_chmod_outside_is_answered_but_not_done(confined, place):
    told = confined("import os; os.chmod(args['place'] + '/allowed/data', 0o600)")

    assert "error" not in told
    assert (place / "allowed/data").stat().st_mode & 0o777 == 0o666


def test_private_root_shows_only_what_is_readable(confined):
    if confined.tier != "full":
        pytest.skip("the root is private in tier full only")

    told = confined(
        "import os; answer = [os.listdir(args['place'] + '/listed'),"
        " os.path.exists(args['place'] + '/outside'), os.path.exists('/etc')]"
    )

    assert told["answer"] == [["shown"], False, False]


def test_private_scratch_is_capped(confined):
    if confined.tier != "full":
        pytest.skip("scratch is private in tier full only")

    told = confined(
        "for i in range(3): open(f'f{i}', 'wb').write(bytes(2 ** 22 * 2))",
    )

    assert told.get("errno") == errno.ENOSPC


HIDDEN = "allowed/packages"
INSIDE = {
    "beside_what_is_hidden": ("allowed/data", True),
    "what_is_hidden": (f"{HIDDEN}/closed", False),
    "what_is_named_inside": (f"{HIDDEN}/shown/data", True),
}


@pytest.mark.parametrize("which", INSIDE)
def test_hidden_folder_inside_a_readable_one_shows_only_what_is_named(
    confined, place, which
):
    name, can_read = INSIDE[which]
    (place / HIDDEN / "shown").mkdir(parents=True)
    for file in (place / HIDDEN / "closed", place / HIDDEN / "shown" / "data"):
        file.write_text("content")

    told = confined(
        f"answer = open(args['place'] + '/{name}').read()",
        readable=["/usr", "/lib", f"{place}/allowed", f"{place}/{HIDDEN}/shown"],
        hidden=[f"{place}/{HIDDEN}"],
    )

    assert (told.get("answer") == "content") is can_read
