import sys
from types import ModuleType

from autograder.probes import parts


def test_named_is_what_the_file_beside_the_part_defines(monkeypatch):
    part, beside = ModuleType("packed.part"), ModuleType("packed.beside")
    beside.Sum = int
    package = ModuleType("packed")
    package.__path__ = []
    modules = {"packed": package, "packed.part": part, "packed.beside": beside}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    exec("def neighbour(): pass", part.__dict__)  # noqa: S102 - a function of the part

    assert parts.named(part.neighbour, "beside.Sum") is int
