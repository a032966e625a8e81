"""The command line: reads what was asked and runs the command.

A command is imported when it runs, so that `autograder --help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from autograder.arguments import parser
from autograder.errors import AutograderError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status.

    0: done; 1: a gate did not pass; 2: wrong use; 3: our fault; 130: interrupted.
    """
    asked = parser().parse_args(arguments)
    # A scheduler's way to say Ctrl-C: what is begun is ended, and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        command = import_module(f"autograder.commands.{asked.command}")
        return int(command.run(asked))
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
