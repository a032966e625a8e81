"""Grades the submission of a grading container, laid out as on Gradescope.

A complete failing result is written first and replaced whole at the end, so whatever
goes wrong between leaves no stale, partial or missing one.  Otter works in a folder of
its own, into which no name comes that it would trip over.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

# In words of its own: what failed may be the import of the engine.
FAILED = {
    "score": 0,
    "output": "The grader failed, and that is not your code's fault: nothing was"
    " graded, and this 0 is no score.  The submission has to be graded again.",
    "tests": [{"name": "the grader failed", "status": "failed"}],
}


def main(root: Path) -> None:
    """Writes `root/results/results.json` for what lies in `root/submission`."""
    results = root / "results"
    results.mkdir(exist_ok=True)
    _write(results / "results.json", FAILED)
    for folder in (root / "source", results):
        folder.chmod(0o700)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        stage = Path(scratch)
        _lay_out(root, stage)
        _write(results / "results.json", _graded(stage))


def _lay_out(root: Path, stage: Path) -> None:
    submission = root / "submission"

    def trips_otter(folder: str, names: list[str]) -> set[str]:
        if Path(folder) != submission:
            return set()
        reserved = ("tests", "__init__.py")
        return {n for n in names if n in reserved or n.endswith(".ipynb")}

    shutil.copytree(submission, stage / "submission", symlinks=True, ignore=trips_otter)
    (stage / "source").symlink_to(root / "source")
    (stage / "results").mkdir()
    metadata = _read(root / "submission_metadata.json")
    _write(stage / "submission_metadata.json", metadata)


def _graded(stage: Path) -> dict[str, object]:
    from otter.run.run_autograder import main as run_otter  # noqa: PLC0415 - may fail

    run_otter(str(stage))
    results = _read(stage / "results" / "results.json")
    if not results.get("tests"):
        raise RuntimeError(f"expected a test in Otter's results, got {results}")
    return results


def _read(file: Path) -> dict[str, object]:
    """The JSON object in `file`; an empty one where there is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(file: Path, content: dict[str, object]) -> None:
    new = file.with_name(f".{file.name}.new")
    new.write_text(json.dumps(content, indent=1), encoding="utf-8")
    new.replace(file)


if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent)
