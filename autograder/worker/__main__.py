"""Starts a zygote: `python -P -s -S .../__main__.py SOCKET PROFILE ROOT FOLDERS...`.

As `trial FOLDER FEATURES` it tries how far confinement gets on this machine instead;
as `spawned FOLDERS...` it is one worker, unconfined, with its order on standard input.
Run by path, never by `-m`: the interpreter starts without the folder that holds this
package, so that neither the rest of it nor anything beside it can be imported.
"""

import sys
from pathlib import Path
from types import ModuleType


def _make_packages(engine_folder: Path) -> None:
    """Makes `autograder.worker` and `autograder.probes`, and nothing beside them."""
    engine = ModuleType("autograder")
    engine.__path__ = []
    sys.modules["autograder"] = engine
    for name in ("worker", "probes"):
        package = ModuleType(f"autograder.{name}")
        package.__path__ = [str(engine_folder / name)]
        sys.modules[package.__name__] = package
        setattr(engine, name, package)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    sys.argv = sys.orig_argv = ["worker"]
    _make_packages(Path(__file__).resolve().parent.parent)
    if what == "trial":
        from autograder.worker.trial import main as try_confinement

        try_confinement(*rest)
    elif what == "spawned":
        sys.path += rest
        from autograder.worker.spawned import main as serve_one

        serve_one()
    else:
        profile, shared_root, *libraries = rest
        sys.path += libraries
        from autograder.worker.zygote import main

        main(what, profile, shared_root)
