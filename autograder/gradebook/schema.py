"""Lays out the gradebook's file: SQLite with a write-ahead log, version 1.

runs        one row for each time that grading was asked for; `ended` is null while it
            is under way, and stays so where it was killed.  `plan` is a digest of what
            was to be graded and how: the same plan again goes on with the run.
            `asked` says in words what was asked, `rules` ([score] by assignment) and
            `roster` (students in order) are JSON, `total` counts its grades to be.
grades      one row for each submission, attempt and assignment of a run.  `place` is
            its place in the plan, `key` a digest of what determines its score, `origin`
            the run in which it was graded, which is an earlier one where nothing had
            changed.  `report` is JSON of schema `autograder.report`.
overrides   what persons decided or remarked, never changed and never deleted; the last
            word on a subject counts.  `check_id` is empty where it is the whole score,
            `points` null where it is a comment.

Rows of `runs` and `grades` are added and never changed, but for a run's end.  Times are
UTC in ISO format.  The version is SQLite's `user_version`.
"""

from __future__ import annotations

import sqlite3

VERSION = 1
TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    asked TEXT NOT NULL,
    rules TEXT NOT NULL,
    roster TEXT NOT NULL,
    keep TEXT NOT NULL,
    total INTEGER NOT NULL,
    began TEXT NOT NULL,
    ended TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS grades (
    run INTEGER NOT NULL REFERENCES runs (id),
    place INTEGER NOT NULL,
    student TEXT NOT NULL,
    submission TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    assignment TEXT NOT NULL,
    key TEXT NOT NULL,
    origin INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT;
CREATE INDEX IF NOT EXISTS grades_by_key ON grades (key);
CREATE TABLE IF NOT EXISTS overrides (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    author TEXT NOT NULL,
    student TEXT NOT NULL,
    assignment TEXT NOT NULL,
    check_id TEXT NOT NULL,
    points TEXT,
    reason TEXT NOT NULL
) STRICT;
"""


def prepare(connection: sqlite3.Connection) -> int:
    """Makes the tables where there are none; returns the version that there is."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if not version(connection):
        statements = f"BEGIN IMMEDIATE;{TABLES}PRAGMA user_version = {VERSION};COMMIT;"
        connection.executescript(statements)
    return version(connection)


def version(connection: sqlite3.Connection) -> int:
    """The schema's version; 0 where there are no tables yet."""
    [found] = connection.execute("PRAGMA user_version").fetchone()
    return int(found)
