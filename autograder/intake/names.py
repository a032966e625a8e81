"""Says which names of files are refused, whoever gave them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

LONGEST_PART = 255
LONGEST_NAME = 1024
MARKS_OF_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e") | {
    *"\u2066\u2067\u2068\u2069"
}
RESERVED = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)
SAFE = re.compile(r"[^\w .,'@+=-]")
LONGEST_SAFE = 80


def objection(name: str) -> str:
    """What is wrong with a relative name; empty if nothing is."""
    return next(_objections(name), "")


def _objections(name: str) -> Iterator[str]:
    for character in name:
        if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
            yield f"has the control character U+{ord(character):04X} in its name"
        if character in MARKS_OF_DIRECTION:
            yield f"has U+{ord(character):04X} in its name, which reverses text"
    if "\\" in name:
        yield "has a backslash in its name: expected / between folders"
    if name.startswith("/") or ":" in name:
        yield "has a name with a root or a drive: expected a relative one"
    if len(name) > LONGEST_NAME:
        yield f"has a name of {len(name)} characters, over {LONGEST_NAME}"
    for part in name.split("/"):
        yield from _objections_to_part(part)


def _objections_to_part(part: str) -> Iterator[str]:
    if part == "..":
        yield "has a name that leads out of the archive"
    elif RESERVED.fullmatch(part) or (part != "." and part.endswith((" ", "."))):
        yield f"has {part!r} in its name, which some systems reserve"
    elif len(part.encode()) > LONGEST_PART:
        yield f"has {len(part.encode())} bytes in one name, over {LONGEST_PART}"


def colliding(names: Iterable[str]) -> set[str]:
    """Names that a system which ignores case would take for one another."""
    listed = list(names)
    count = Counter(map(folded, listed))
    return {name for name in listed if count[folded(name)] > 1}


def folded(name: str) -> str:
    """`name` as a system knows it that ignores case."""
    return unicodedata.normalize("NFC", name).casefold()


def safe(text: str) -> str:
    """`text` as the name of a file, wherever it came from."""
    kept = SAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" .")
    kept = kept[:LONGEST_SAFE].rstrip(" .")
    return f"_{kept}" if not kept or RESERVED.fullmatch(kept) else kept
