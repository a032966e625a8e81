"""What may go wrong outside student code, drawn as a tree.

AutograderError             one line that names the value and the way out
├── UsageError              the command was used wrongly (exit status 2)
├── CatalogError            an assignment's folder is not what it should be (2)
├── GateError               a gate did not pass, such as a stale release (1)
├── ClusterError            a cluster did not do what it was asked for: ours (3)
└── SandboxError            a worker could not be had: ours, never the student's (3)
"""


class AutograderError(Exception):
    """Base of every error that the command line prints as one line."""

    exit_status = 2


class UsageError(AutograderError):
    """The command was used wrongly."""


class CatalogError(AutograderError):
    """An assignment's folder is not what it should be."""


class GateError(AutograderError):
    """A gate did not pass: something is stale, not proved or not caught."""

    exit_status = 1


class ClusterError(AutograderError):
    """A cluster gave no reports: our fault, and the same command goes on."""

    exit_status = 3


class SandboxError(AutograderError):
    """A worker could not be started, confined or understood: our fault."""

    exit_status = 3
