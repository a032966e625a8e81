"""Fills a template: everything is escaped, and what a page may load is said in it.

`'self'` is what browsers match files beside a page by when it is opened from a file:
Chromium and Firefox load `site.css` and `site.js` then, and nothing inline.  A page
that leaves the folder alone has its style inside, allowed by its hash, and no script.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'"
BESIDE = f"{SHUT}; script-src 'self'; style-src 'self'"
"""For pages beside `site.css` and `site.js`."""


def filled(template: Path, **values: object) -> str:
    """The page that `template` makes of `values`, for a folder with `assets()`."""
    return _filled(template, policy=BESIDE, style=None, **values)


def filled_alone(template: Path, **values: object) -> str:
    """The same as one file, which has no script and needs no other file."""
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"{SHUT}; style-src 'sha256-{digest}'"
    # Our own text, which the hash is of: escaped it would be another.
    return _filled(template, policy=policy, style=Markup(style), **values)  # noqa: S704


def assets() -> dict[str, str]:
    """The files beside the pages, by name."""
    style, wide, script = (
        (FOLDER / name).read_text(encoding="utf-8")
        for name in ("page.css", "tables.css", "site.js")
    )
    return {"site.css": style + wide, "site.js": script}


def plain(value: object) -> object:
    """`value` without what could move a cursor or turn the direction of text."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value)


def _filled(template: Path, **values: object) -> str:
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, FOLDER / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
