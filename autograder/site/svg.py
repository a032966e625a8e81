"""Turns a figure into SVG that stands inside a page and follows its colours.

The library writes colours and fonts as inline style, which the page's policy forbids
and which knows no dark mode.  Here they become attributes and classes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure

INK, QUIET, RULE, BAR, MARK = (f"#00000{number}" for number in range(1, 6))
"""Stand-ins for colours; the style sheet says what each is."""
NAMES = {INK: "ink", QUIET: "quiet", RULE: "rule", BAR: "bar", MARK: "mark"}
SETTINGS: Any = {  # the library lists every name there is in a type of its own
    "svg.fonttype": "none",
    "svg.hashsalt": "autograder",
    "font.size": 9,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
}
NO_DATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
KEPT = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "text-anchor",
)
"""What of an inline style is an attribute, too, and of use here."""

REFERRED = ("clipPath", "path")
"""What other elements name by its id, which is of its content."""


def to_svg(figure: Figure, label: str, words: Mapping[str, str]) -> Markup:
    """`figure` as an `svg` element that is named `label`.

    Args:
        figure: what is drawn; its texts have letters of the library's own font.
        label: what a reader hears who does not see it.
        words: what stands in the page for texts of the figure, in the page's font.
    """
    file = io.StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(file, format="svg", metadata=NO_DATA)
    root = ET.fromstring(file.getvalue())  # noqa: S314 - the library wrote it just now
    _drop(root)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.tail = element.tail and "\n"
        _restyle(element)
        element.text = words.get(element.text or "", element.text)
    root.attrib = {
        "viewBox": root.get("viewBox", ""),
        "role": "img",
        "aria-label": label,
        "class": "chart",
    }
    # Numbers and labels of ours, which the library has escaped.
    return Markup(ET.tostring(root, encoding="unicode").strip())  # noqa: S704


def _drop(root: ET.Element) -> None:
    """Takes away what a page has no use for: metadata, styles, the background."""
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.rpartition("}")[2]
            if name in ("metadata", "style") or child.get("id") in (
                "patch_1",
                "patch_2",
            ):
                parent.remove(child)


def _restyle(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    parts = (part.partition(":") for part in style.split(";"))
    found = {name.strip(): value.strip() for name, _, value in parts if value}
    for name, value in list(element.attrib.items()):
        if name.endswith("}href"):
            del element.attrib[name]
            element.set("href", value)
        elif name == "id" and element.tag not in REFERRED:
            del element.attrib[name]
    if size := re.search(
        r"([\d.]+)px", found.get("font", "") + found.get("font-size", "")
    ):
        element.set("font-size", size[1])
    classes = []
    for name, value in found.items():
        if name in ("fill", "stroke") and value in NAMES:
            classes.append(f"{name}-{NAMES[value]}")
        elif name in KEPT:
            element.set(name, value)
    if classes:
        element.set("class", " ".join(classes))
    if element.tag == "text" and not any(c.startswith("fill-") for c in classes):
        element.set("class", " ".join([*classes, "fill-ink"]))
