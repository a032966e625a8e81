"""Reads what is known of an assignment's answers: reference, mistakes and variants."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from autograder.catalog import Assignment
from autograder.errors import CatalogError
from autograder.intake import Submission
from autograder.kit.mistake import Mistake
from autograder.release.stub import make_stub


def reference(assignment: Assignment) -> Submission:
    """The reference as if it were handed in."""
    return _submission(assignment, "reference", _sources(assignment))


def stub(assignment: Assignment) -> Submission:
    """The untouched stub as if it were handed in.

    Raises:
        CatalogError: if a reference cannot be turned into a stub.
    """
    try:
        stubs = {
            part: make_stub(source, assignment=assignment.id)
            for part, source in _sources(assignment).items()
        }
    except ValueError as error:
        raise CatalogError(str(error)) from error
    return _submission(assignment, "stub", stubs)


def mistakes(assignment: Assignment) -> list[Mistake]:
    """The known mistakes of `assignment`.

    Raises:
        CatalogError: if there is no file of them, or two share a name.
    """
    files = mistake_files(assignment)
    if not files:
        raise CatalogError(f"{assignment.id} has no mistakes.py")
    found = [mistake for file in files for mistake in _mistakes_in(file)]
    names = [mistake.name for mistake in found]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise CatalogError(f"{assignment.id}: two mistakes are named {doubled.pop()!r}")
    return found


def mistake_files(assignment: Assignment) -> list[Path]:
    """The files of known mistakes: `mistakes.py`, or `mistakes/<part>.py` of parts."""
    together = assignment.folder / "mistakes.py"
    apart = [assignment.folder / "mistakes" / f"{p}.py" for p in assignment.parts]
    return [file for file in (together, *apart) if file.is_file()]


def _mistakes_in(file: Path) -> list[Mistake]:
    spec = spec_from_file_location(f"mistakes_of_{file.parent.name}_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise CatalogError(f"{file} cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.MISTAKES)


def mistaken(assignment: Assignment, mistake: Mistake) -> Submission:
    """The reference with `mistake` in it.

    Raises:
        CatalogError: if the mistake's patch does not fit the reference.
    """
    sources = _sources(assignment)
    try:
        sources[mistake.part] = mistake.apply(sources[mistake.part])
    except (KeyError, ValueError) as error:
        raise CatalogError(f"{assignment.id}: {error}") from error
    return _submission(assignment, mistake.name, sources)


def accepted(assignment: Assignment) -> list[Submission]:
    """Every accepted variant: the reference with one part in another form.

    A variant is a file, which stands for the only part or for the one that its first
    line names (`# part: rope`), or a folder with the parts that it changes.
    """
    found = []
    for entry in sorted((assignment.folder / "accepted").iterdir()):
        if entry.is_dir() and not entry.name.startswith("_"):
            changed = {
                p.stem: p.read_text(encoding="utf-8") for p in entry.glob("*.py")
            }
        elif entry.suffix == ".py":
            source = entry.read_text(encoding="utf-8")
            changed = {_part(assignment, source): source}
        else:
            continue
        sources = _sources(assignment) | changed
        found.append(_submission(assignment, entry.stem, sources))
    return found


def changed_parts(case: Submission, reference: Submission) -> list[str]:
    """The parts that `case` has in another form than the reference, in order."""
    return [
        part
        for (assignment, part), source in reference.files.items()
        if case.files[assignment, part] != source
    ]


def _part(assignment: Assignment, source: str) -> str:
    first = source.splitlines()[0] if source else ""
    if first.startswith("# part: "):
        return first.removeprefix("# part: ").strip()
    return assignment.parts[0]


def _sources(assignment: Assignment) -> dict[str, str]:
    files: list[tuple[str, Path]] = [
        (part, assignment.module_file(part)) for part in assignment.parts
    ]
    return {part: file.read_text(encoding="utf-8") for part, file in files}


def _submission(
    assignment: Assignment, name: str, sources: dict[str, str]
) -> Submission:
    files = {(assignment.id, part): text.encode() for part, text in sources.items()}
    return Submission(name=name, files=files)
