"""What a part reaches for while it runs is forbidden as what stands in its source."""

import pytest

from autograder.grading import grade
from autograder.intake import Submission
from autograder.model import Verdict
from autograder.official import run_checks

SETTINGS = """\
title = "Sums"
title_zh = "求和"
parts = ["adder"]
given = ["page"]
profile = "torch"

[imports]
forbid = ["jinja2", "numpy", "page"]

[names]
forbid = ["torch.nn.RMSNorm", "torch.nn.functional.rms_norm", "torch.nn.NotThere"]
"""
GIVEN = '''\
"""Writes a page by a library that parts do without."""


def write(number):
    """Return the number as text."""
    from jinja2 import Template

    return Template("{{ number }}").render(number=number)


def ask(function):
    """Call a function from inside the library."""
    from jinja2 import Template

    Template("{{ function() }}").render(function=function)
'''
IMPORTS = {
    "built-in": "__import__('jin' + 'ja2')",
    "library for it": "import importlib\nimportlib.import_module('jin' + 'ja2')",
    "module inside": "import importlib\nimportlib.import_module('jin' + 'ja2.utils')",
    "code made at run time": "exec('import jin' + 'ja2')",
    "name that is looked up": "import pkgutil\npkgutil.resolve_name('jin' + 'ja2')",
    "patch": "from unittest import mock\nmock.patch('jin' + 'ja2.Template').start()",
    "thread that calls nothing else": """\
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as pool:
    pool.submit(__import__, 'jin' + 'ja2').exception()""",
    "pickle": "import pickle\npickle.loads(b'cjin' + b'ja2\\nTemplate\\n.')",
    "no finder": "import sys\nsys.meta_path.pop(0)\n__import__('jin' + 'ja2')",
    "error swallowed": """\
try:
    __import__('jin' + 'ja2')
except BaseException:
    pass""",
    "thread": """\
import threading
thread = threading.Thread(target=lambda: __import__('jin' + 'ja2'))
thread.start(); thread.join()""",
}
LOADED = {
    "built-in": "__import__('num' + 'py')",
    "library for it": "import importlib\nimportlib.import_module('num' + 'py')",
    "code made at run time": "exec('from num' + 'py import array')",
}
HOME = "import torch\nfrom pathlib import Path\n"
HOME += "file = Path(torch.__file__).parents[1] / ('jin' + 'ja2') / 'utils.py'\n"
READS = {
    "open": HOME + "open(file)",
    "path": HOME + "file.read_text()",
    "bytes": HOME + "import os\nopen(os.fsencode(file))",
    "relative": HOME + "import os\nos.chdir(file.parent)\nopen(file.name)",
    "detour": HOME + 'open(f\'{torch.__path__[0]}/../{"jin" + "ja2"}/utils.py\')',
    "loader": """\
import torch
torch.__loader__.get_data(torch.__file__.replace('torch', 'jin' + 'ja2'))""",
    "line cache": HOME + "import linecache\nlinecache.getlines(str(file))",
}
USES = {
    "class": "from torch import nn\ngetattr(nn, 'RMS' + 'Norm')(2)",
    "subclass": """\
from torch import nn
type('Norm', (getattr(nn, 'RMS' + 'Norm'),), {})(2)""",
    "function": """\
import torch
getattr(torch.nn.functional, 'rms_' + 'norm')(torch.ones(2), [2])""",
}
HONEST = {
    "given file": "from .page import write\nassert write(a) == str(a)",
    "what the part shows of itself": "import inspect\ninspect.getsource(add)",
    "traceback": """\
import traceback
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()""",
    "what calls it": "import inspect\nfrom .page import ask\nask(inspect.stack)",
    "own name": "from . import page",
    "library nobody forbids": "__import__('markupsafe')",
    "other norm": "import torch\ntorch.nn.LayerNorm(2)(torch.ones(2))",
}


@pytest.fixture(scope="module")
def judge(write_catalog, tmp_path_factory, sandbox):
    """Grade an adder that does something before it adds."""
    changed = {"{id}/assignment.toml": SETTINGS, "{id}/page.py": GIVEN}
    folder = tmp_path_factory.mktemp("solutions")
    catalog = write_catalog(folder, name="a1_reach", **changed)

    def judge_body(body):
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        head = "def twice(a):\n    return 2 * a\n\n\ndef add(a, b):\n"
        source = f"{head}{lines}    return a + b\n".encode()
        return grade(
            Submission(name="alice", files={("a1_reach", "adder"): source}),
            catalog["a1_reach"],
            release=catalog.release,
            sandbox=sandbox,
            run_checks=run_checks,
        )

    return judge_body


def sentences(report):
    """What every check of a report says, with the verdict."""
    return {
        (result.finding.verdict, str(result.finding.message.headline))
        for result in report.results
    }


@pytest.mark.parametrize("body", IMPORTS.values(), ids=IMPORTS)
def test_import_by_a_name_put_together_is_policy_in_every_check(judge, body):
    report = judge(body)

    [(verdict, said)] = sentences(report)
    assert (verdict, said.split(" imports ")[1]) == (
        Verdict.POLICY,
        "'jinja2', which this assignment asks you to do without",
    )


@pytest.mark.parametrize("body", LOADED.values(), ids=LOADED)
def test_import_of_what_is_loaded_already_is_policy(judge, body):
    report = judge(body)

    [(verdict, said)] = sentences(report)
    assert (verdict, " imports 'numpy'" in said) == (Verdict.POLICY, True)


@pytest.mark.parametrize("body", READS.values(), ids=READS)
def test_source_of_a_forbidden_module_that_is_read_is_policy(judge, body):
    report = judge(body)

    [(verdict, said)] = sentences(report)
    assert (verdict, " reads the source of 'jinja2'" in said) == (Verdict.POLICY, True)


@pytest.mark.parametrize("body", USES.values(), ids=USES)
def test_forbidden_name_that_is_used_is_policy(judge, body):
    report = judge(body)

    [(verdict, said)] = sentences(report)
    assert (verdict, " uses 'torch.nn." in said) == (Verdict.POLICY, True)


def test_policy_of_a_hidden_check_shows_nothing_that_it_printed(judge):
    report = judge("if b == 7000:\n    print('told', b)\n    __import__('jin' + 'ja2')")

    public, *hidden = report.results
    assert public.finding.verdict is Verdict.POLICY
    assert (public.finding.output, "told" in hidden[0].finding.output) == ("", True)


def test_message_names_the_line_that_reached(judge):
    report = judge("pass\n__import__('jin' + 'ja2')")

    [(_, said)] = sentences(report)
    assert said.startswith("adder.py:7 imports")


@pytest.mark.parametrize("body", HONEST.values(), ids=HONEST)
def test_honest_code_is_not_taken_for_reaching(judge, body):
    report = judge(body)

    assert {result.finding.verdict for result in report.results} == {Verdict.PASSED}


def test_worker_cannot_put_words_into_a_message(judge):
    report = judge("""\
import os, sys
wire = sys.modules["autograder.worker.wire"]
told = {"deed": "shows 4711", "name": "4711", "line": 4711}
body = b"".join(wire.encode({"id": 2, "forbidden": told}))
os.write(3, len(body).to_bytes(8, "little") + body)""")

    [(verdict, said)] = sentences(report)
    assert (verdict, said.split(",")[0]) == (Verdict.POLICY, "adder.py uses '…'")
