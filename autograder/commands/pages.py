"""The site as a format of results, with what the catalog knows of mistakes."""

from __future__ import annotations

import argparse
from functools import partial

from autograder.catalog import read_catalog
from autograder.commands.around import solutions_above
from autograder.gradebook.outputs import Writer
from autograder.site.bank import read_bank
from autograder.site.writing import site
from autograder.wording.language import preferred


def site_of(asked: argparse.Namespace) -> dict[str, Writer]:
    """The format `site`; with the mistakes' patches where their folder is.

    Its pages for those who teach are in the language that these ask for.
    """
    folder = asked.solutions or solutions_above()
    language = asked.lang or preferred()
    bank = read_bank(read_catalog(folder)) if folder else {}
    return {"site": partial(site, bank=bank, language=language)}
