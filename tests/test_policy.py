import pytest

from autograder.policy import Violation, violations

FORBIDDEN = ("transformers", "datasets")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import transformers", id="import"),
        pytest.param("import os, transformers as t", id="among_others"),
        pytest.param("import transformers.trainer", id="submodule"),
        pytest.param("from transformers import Trainer", id="from"),
        pytest.param("from transformers.trainer import Trainer", id="from_submodule"),
        pytest.param("def f():\n  import transformers", id="late"),
        pytest.param("if 0: import transformers", id="never_run"),
        pytest.param("__import__('transformers')", id="dunder"),
        pytest.param("import_module('transformers.x')", id="import_module"),
        pytest.param("importlib.import_module('transformers')", id="by_attribute"),
        pytest.param("__import__('transformers', {}, {})", id="more_arguments"),
    ],
)
def test_violations_find_a_forbidden_import(source):
    found = violations(source.encode(), FORBIDDEN)

    assert [v.name.split(".")[0] for v in found] == ["transformers"]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import torch", id="another"),
        pytest.param("import transformers_x", id="longer_name"),
        pytest.param("from . import transformers", id="relative"),
        pytest.param("from .transformers import x", id="relative_module"),
        pytest.param("import mine.transformers", id="submodule_of_another"),
        pytest.param("# import transformers", id="comment"),
        pytest.param("'import transformers'", id="text"),
        pytest.param("open('transformers')", id="argument_of_another"),
        pytest.param("import_module(name)", id="computed"),
        pytest.param("transformers = 1", id="variable"),
    ],
)
def test_violations_find_nothing_in_what_is_allowed(source):
    assert violations(source.encode(), FORBIDDEN) == ()


def test_violation_names_the_line():
    source = b"import os\n\n\nfrom datasets.x import y\n"

    assert violations(source, FORBIDDEN) == (Violation(name="datasets.x", line=4),)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"import transformers\ndef f(:", id="syntax_error"),
        pytest.param(b"\0", id="nul"),
        pytest.param(b"\xff\xfe", id="not_text"),
        pytest.param(b"# coding: no-such-codec\n", id="unknown_codec"),
        pytest.param(b"(" * 5000, id="deep"),
        pytest.param(b"-" * 100_000 + b"1", id="very_deep"),
        pytest.param(b"", id="empty"),
    ],
)
def test_violations_leave_what_does_not_parse_to_its_import(source):
    assert violations(source, FORBIDDEN) == ()


def test_violations_follow_the_declared_encoding():
    source = b"# coding: utf-16\nimport transformers"

    assert violations(source, FORBIDDEN) == ()
    assert violations(b"# coding: latin-1\nimport transformers", FORBIDDEN)


NAMES = ("torch.nn.RMSNorm", "torch.nn.functional.rms_norm")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import torch\ntorch.nn.RMSNorm(4)", id="in_full"),
        pytest.param("from torch import nn\nclass N(nn.RMSNorm): ...", id="base"),
        pytest.param("from torch.nn import Linear, RMSNorm as R", id="from"),
        pytest.param("import torch.nn as nn\nnn.RMSNorm", id="as"),
        pytest.param(
            "import torch.nn.functional as F\ndef f(x):\n return F.rms_norm(x)",
            id="function",
        ),
        pytest.param("import torch\ntorch.rms_norm", id="elsewhere"),
        pytest.param("import torch\ntorch.ops.aten.rms_norm.default", id="operator"),
        pytest.param("import torch\ngetattr(torch.nn, 'RMSNorm')", id="getattr"),
        pytest.param("import torch\nlib = torch.nn\nlib.RMSNorm", id="assigned"),
    ],
)
def test_violations_find_a_forbidden_name(source):
    [first, *_] = violations(source.encode(), (), NAMES)

    assert (first.deed, first.line) == ("uses", source.count("\n") + 1)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("class RMSNorm: ...\nRMSNorm()", id="own"),
        pytest.param("from .rms_norm import RMSNorm\nRMSNorm()", id="sibling"),
        pytest.param("from . import rms_norm\nrms_norm.RMSNorm()", id="sibling_module"),
        pytest.param("import torch\ntorch.nn.Linear", id="another"),
        pytest.param("import numpy as np\nnp.rms_norm", id="another_library"),
        pytest.param("from torch import nn\n# nn.RMSNorm\n'nn.RMSNorm'", id="text"),
        pytest.param("self.rms_norm", id="attribute_of_something"),
    ],
)
def test_violations_leave_names_alone_that_are_not_the_librarys(source):
    assert violations(source.encode(), (), NAMES) == ()
