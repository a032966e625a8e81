"""All behaviours of the contract, in the order in which they are judged."""

from autograder.errors import UsageError
from autograder.selftest import border, endings, files, honest, knowledge, processes
from autograder.selftest.behaviour import Behaviour

BEHAVIOURS = (
    *honest.BEHAVIOURS,
    *knowledge.BEHAVIOURS,
    *files.BEHAVIOURS,
    *processes.BEHAVIOURS,
    *border.BEHAVIOURS,
    *endings.BEHAVIOURS,
)


def chosen(text: str) -> tuple[Behaviour, ...]:
    """The behaviours whose name holds a text.

    Raises:
        UsageError: if there is none.
    """
    found = tuple(b for b in BEHAVIOURS if text.casefold() in b.name.casefold())
    if not found:
        raise UsageError(f"no behaviour has {text!r} in its name")
    return found
