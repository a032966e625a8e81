"""Imports run one way, and what is dangerous happens in few places."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "autograder"
FILES = sorted(ENGINE.rglob("*.py"))

# From the bottom up: a module imports only from the floors below its own.  A package
# is one name here, and its modules may import each other.
FLOORS = (
    {"__init__"},
    {
        "errors",
        "table",
        "gradebook_arguments",
        "slurm_options",
        "drawing",
        "drawn",
        "cause",
        "kit",
        "probes",
        "pages",
    },
    {"accelerator", "message", "lessons", "locating", "roster", "intake_arguments"}
    | {"archive", "signatures"},
    {"model", "wording", "arguments"},
    {"rules", "check_files"},
    {"score"},
    {"letter"},
    {"catalog", "report", "feedback", "policy", "libraries"}
    | {"interpreter", "worker"},
    {"supervision"},
    {"forking", "spawning", "explanation", "scoreboard", "intake"}
    | {"provenance", "durations"},
    {"sandbox", "verdict"},
    {"grading", "submission", "release", "isolation", "gradebook", "live"},
    {"run", "snippet"},
    {"diagnosis"},
    {"plugin"},
    {"official"},
    {"batch", "otter", "doctor", "selftest", "pack", "site", "similarity"},
    {"executors"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def module_name(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in FILES}


def unit(name):
    """The name that stands on a floor: `autograder.kit.compare` is of `kit`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def nodes(file):
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


@cache
def imported(file):
    """Absolute names of what a file imports, wherever in it the import stands."""
    package = module_name(file).split(".")
    if file.name != "__init__.py":
        package = package[:-1]
    names = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                names.add(full if full in MODULES else base)
    return names


def ours(file):
    return {name for name in imported(file) if name.split(".")[0] == "autograder"}


def top_level(file):
    return {name.split(".")[0] for name in imported(file)}


def calls(file):
    """Dotted names of what a file calls."""
    for node in nodes(file):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def engine_files(*, but=()):
    return [
        pytest.param(file, id=module_name(file))
        for file in FILES
        if not any(file.is_relative_to(ENGINE / name) for name in but)
    ]


every_file = pytest.mark.parametrize("file", engine_files())


@every_file
def test_module_has_a_floor(file):
    assert unit(module_name(file)) in FLOOR


@every_file
def test_module_imports_only_from_below(file):
    home = unit(module_name(file))

    above = {
        name
        for name in ours(file)
        if unit(name) != home and FLOOR[unit(name)] >= FLOOR[home]
    }

    assert not above


def test_floors_name_only_what_there_is():
    there = {unit(name) for name in MODULES}

    assert FLOOR.keys() <= there


def test_no_imports_make_a_circle():
    graph = {
        name: {other for other in ours(file) if other in MODULES} - {name}
        for name, file in MODULES.items()
    }

    order = list(TopologicalSorter(graph).static_order())  # raises CycleError

    assert graph.keys() <= set(order)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, id=str(file.relative_to(ROOT)))
        for file in (
            *ROOT.glob("solutions/*/*.py"),
            *ROOT.glob("solutions/*/accepted/**/*.py"),
        )
        if file.name != "mistakes.py"
    ],
)
def test_reference_imports_nothing_of_ours(file):
    assert "autograder" not in top_level(file)


@pytest.mark.parametrize(
    "file", [pytest.param(f, id=f.stem) for f in ENGINE.glob("probes/*.py")]
)
def test_probe_imports_only_probes_of_ours(file):
    assert {unit(name) for name in ours(file)} <= {"probes"}


@pytest.mark.parametrize(
    "file", [pytest.param(f, id=f.stem) for f in ENGINE.glob("worker/*.py")]
)
def test_worker_imports_only_itself_and_probes(file):
    assert {unit(name) for name in ours(file)} <= {"worker", "probes"}


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, id=str(file.relative_to(ROOT)))
        for pattern in (
            "*/public/*.py",
            "*/hidden/*.py",
            "*/mistakes.py",
            "*/mistakes/*.py",
        )
        for file in ROOT.glob(f"solutions/{pattern}")
    ],
)
def test_check_imports_only_the_kit_of_ours(file):
    names = {name for name in imported(file) if name.startswith("autograder")}

    assert all(name.startswith("autograder.kit.") for name in names)


@pytest.mark.parametrize("file", engine_files(but=["plugin.py"]))
def test_only_the_plugin_imports_pytest(file):
    if module_name(file) == "autograder.otter.plugin":
        # Otter's own plugin interface; it must not be pytest's.
        assert "otter" in top_level(file)
    assert not top_level(file) & {"pytest", "_pytest"}


# What may start processes, and which. Only two of them are for student code.
STARTERS = {
    "autograder.forking": "starts the zygotes, and nothing else does",
    "autograder.spawning": "workers where no zygote can be: practice, never a grade",
    "autograder.sandbox": "the trial of confinement, without student code",
    "autograder.batch": "graders, which hold no student code",
    "autograder.executors.programs": "Slurm's own, which hold no student code",
    "autograder.otter.bundle": "Otter's own program, on our own files",
    "autograder.otter.judge": "the judge, which grades apart from Otter's process",
    "autograder.pack.trying": "a student's own parts and checks, on their own machine",
    "autograder.release.published": "git, asked for the history of our own release",
    "autograder.probes.loading": "a DataLoader's, inside a worker's confinement",
}
PROCESSES = {"subprocess", "multiprocessing", "concurrent", "pty"}


@every_file
def test_processes_are_started_in_few_places(file):
    if module_name(file) in STARTERS:
        assert top_level(file) & PROCESSES
    else:
        assert not top_level(file) & PROCESSES


FORKING = {"autograder.worker.zygote", "autograder.worker.namespaces"}


@every_file
def test_processes_are_forked_by_the_worker_side_alone(file):
    forks = {
        name
        for name in calls(file)
        if name.startswith(("os.fork", "os.exec", "os.spawn", "os.posix", "os.popen"))
    }

    assert not forks or module_name(file) in FORKING | {"autograder.otter.judge"}


# Otter's container reads what its entry prints; training a tokenizer is a script.
PRINTERS = {"autograder.cli", "autograder.commands", "autograder.otter.run_otter"}


@every_file
def test_only_the_command_line_prints(file):
    name = module_name(file)

    assert "print" not in calls(file) or {name, name.rpartition(".")[0]} & PRINTERS


DANGEROUS = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


@every_file
def test_nothing_unpickles_or_evaluates_data(file):
    asked = set(calls(file))

    assert not top_level(file) & DANGEROUS
    assert not asked & {
        "eval",
        "exec",
        "compile",
        "torch.load",
        "numpy.load",
        "np.load",
    }


@every_file
def test_first_line_of_a_module_says_its_job(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith('"""')
    assert len(first) > len('"""""".')


LIGHT = (
    *("cli", "catalog", "plugin", "intake", "report", "sandbox"),
    *("gradebook.session", "gradebook.verbs", "pack"),
)


def run_python(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_light_modules_import_neither_torch_nor_hypothesis():
    names = [f"autograder.{name}" for name in LIGHT]
    heavy = (
        "{'torch', 'numpy', 'transformers', 'hypothesis', 'libcst', 'otter',"
        " 'matplotlib', 'jinja2'}"
    )

    done = run_python(
        "import sys\nfrom importlib import import_module\n"
        f"for name in {names}:\n    import_module(name)\n"
        f"    assert not {heavy} & sys.modules.keys(), name\n"
    )

    assert done.returncode == 0, done.stderr


# Otter's packages warn when they are imported; these two run only inside of it.
UNDER_OTTER = ("autograder.otter.plugin", "autograder.otter.run_otter")


def test_every_module_imports_alone_without_a_warning():
    """The libraries come first, with their own warnings; then each of ours, afresh."""
    names = [name for name in MODULES if not name.endswith("__main__")]
    names = [name for name in names if name not in UNDER_OTTER]

    done = run_python(
        "import sys, warnings\nfrom importlib import import_module\n"
        "with warnings.catch_warnings():\n"
        "    warnings.simplefilter('ignore')\n"
        "    import torch, numpy, hypothesis, libcst, pytest\n"
        f"for name in {names}:\n"
        "    for known in [n for n in sys.modules if n.startswith('autograder')]:\n"
        "        del sys.modules[known]\n"
        "    import_module(name)\n"
    )

    assert done.returncode == 0, done.stderr
