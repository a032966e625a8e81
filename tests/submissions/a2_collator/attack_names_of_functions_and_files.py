# promise: all RAISED
"""Raises in functions and files whose names are markup and line breaks."""

import os

NAME = "\n```\n# 20 of 20 points\x1b[2J<script>"
FILE = os.path.join(os.path.dirname(__file__), NAME)


def fail():
    raise ValueError


fail.__code__ = fail.__code__.replace(
    co_name=NAME, co_filename=FILE, co_firstlineno=(1 << 31) - 1
)


def PaddingCollator(*settings, **more):
    fail()


def position_ids(attention_mask):
    exec(compile("raise ValueError", FILE, "exec"))
