# promise: all RAISED
"""Raises exceptions whose text has ten megabytes."""


def PaddingCollator(*settings, **more):
    raise ValueError("x" * (10 << 20))


def position_ids(attention_mask):
    raise ValueError("y\n" * (5 << 20))
