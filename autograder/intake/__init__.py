"""Reads what students handed in, from wherever it lies, and runs none of it.

An archive is never extracted: the parts' files are read from it, by name, and nothing
else in it is looked at.  A part is recognised as `assignments/<assignment>/<part>.py`,
`<assignment>/<part>.py` or `<part>.py`, also inside one wrapping folder.
"""

from autograder.intake.archives import MOST_MEMBERS
from autograder.intake.find import Asked, Found, find_submissions, take_in
from autograder.intake.parts import LONGEST_FILE
from autograder.intake.roster_file import read_roster
from autograder.intake.submission import Submission, Work, plan

__all__ = [
    "LONGEST_FILE",
    "MOST_MEMBERS",
    "Asked",
    "Found",
    "Submission",
    "Work",
    "find_submissions",
    "plan",
    "read_roster",
    "take_in",
]
