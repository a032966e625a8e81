# promise: all RAISED
"""Needs a file that only its author has."""

from pathlib import Path

VOCABULARY = Path("/home/student/vocabulary.txt").read_text()
