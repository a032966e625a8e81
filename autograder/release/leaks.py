"""Finds in what is to be published what must stay private.

What must stay private are the files of some folders, the statements of reference
bodies, the names of hidden checks and the release's secret.  All but the folders are
looked for as runs of tokens, so that layout, comments and the kind of file change
nothing: code, a docstring, a handout, the output of a notebook, a member of an archive.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autograder.catalog import Assignment, Catalog
from autograder.model import Visibility
from autograder.release import known

FEWEST_TOKENS = 12
"""Shorter statements anybody would write: `return loss`."""
COMPILED = (".pyc", ".pyo", ".so", ".pyd")
IMPORTS = (ast.Import, ast.ImportFrom)
MOST_BYTES = 64 << 20
DEEPEST = 4
_PRIVATE_FOLDER = re.compile(r"(?:^|[/ ])(solutions|tests/submissions)/")
"""Folders that never leave; `pre-push` looks for the same ones."""
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something private in something public.

    Attributes:
        place: the file, and the member in it.
        what: what it gives away, in words.
    """

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """What must not be published: runs of tokens, each with what it gives away."""

    runs: Mapping[str, str]

    def in_text(self, text: str) -> Iterator[str]:
        """What `text` gives away, in words."""
        tokens = _run(text)
        for run, what in self.runs.items():
            if run in tokens:
                yield what


def private(catalog: Catalog) -> Private:
    """What no published file may hold."""
    runs = {_run(catalog.release.secret): "the release's secret"}
    for assignment in catalog:
        for check in assignment.checks:
            if check.visibility is Visibility.HIDDEN:
                runs[_run(check.name)] = f"the name of a hidden check, {check.id}"
        runs |= _statements(assignment)
    return Private(runs=runs)


def leaks(files: Iterable[tuple[str, bytes]], secrets: Private) -> Iterator[Leak]:
    """Yields what `files`, names with contents, give away."""
    for name, content in files:
        yield from _leaks(name, content, secrets, DEEPEST)


def _statements(assignment: Assignment) -> dict[str, str]:
    """The statements of references that no stub and no given file has."""
    public = {part: s for (_, part), s in known.stub(assignment).files.items()}
    public |= assignment.given_sources()
    there = " ".join(_run(source.decode()) for source in public.values())
    found = {}
    for (_, part), source in known.reference(assignment).files.items():
        for statement in _simple(ast.parse(source)):
            run = _run(ast.unparse(statement))
            if run.count(" ") > FEWEST_TOKENS and run not in there:
                where = f"{assignment.id}/{part}.py:{statement.lineno}"
                found[run] = f"a statement of the reference, {where}"
    return found


def _simple(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements below `tree` that compute something and hold no others."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or isinstance(node, IMPORTS):
            continue
        value = getattr(node, "value", node)  # of an assignment, a return, a docstring
        is_plain = value is None or isinstance(value, ast.Constant)
        if not is_plain and not hasattr(node, "body"):
            yield node


def _leaks(place: str, content: bytes, secrets: Private, levels: int) -> Iterator[Leak]:
    if folder := _PRIVATE_FOLDER.search(place):
        yield Leak(place=place, what=f"a file of {folder[1]}/, which never leaves")
    if place.endswith(COMPILED):
        yield Leak(place=place, what="a compiled file, which nobody can read")
        return
    try:
        members = list(_members(content)) if levels else []
    except (OSError, ValueError, zlib.error, zipfile.BadZipFile, tarfile.TarError):
        yield Leak(place=place, what="an archive that cannot be read")
        return
    for name, member in members:
        yield from _leaks(f"{place}/{name}", member, secrets, levels - 1)
    for what in secrets.in_text(_text(place, content)):
        yield Leak(place=place, what=what)


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of an archive's files; none, where it is no archive."""
    file = io.BytesIO(content)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield entry.filename, _bounded(archive.read(entry))
    elif content.startswith(b"\x1f\x8b") or b"ustar" in content[257:265]:
        try:
            with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                for member in tar:
                    if member.isfile() and (data := tar.extractfile(member)):
                        yield member.name, _bounded(data.read(MOST_BYTES + 1))
        except tarfile.ReadError:
            yield "content", _bounded(zlib.decompress(content, wbits=31))


def _bounded(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise ValueError(f"expected at most {MOST_BYTES} bytes, got more")
    return content


def _text(place: str, content: bytes) -> str:
    """All that a file says; of a notebook or another JSON file, its strings."""
    text = content.decode("utf-8", errors="replace")
    if place.endswith((".ipynb", ".json")):
        try:
            return "\n".join(_strings(json.loads(text)))
        except ValueError:
            pass
    return text


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            if all(isinstance(item, str) for item in value):
                yield "".join(value)  # lines of a cell
            else:
                yield from _each(value)
        case dict():
            yield from _each(value.keys())
            yield from _each(value.values())


def _each(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from _strings(value)


def _run(text: str) -> str:
    """The tokens of `text`, each between two spaces."""
    return f" {' '.join(_TOKEN.findall(text))} "
