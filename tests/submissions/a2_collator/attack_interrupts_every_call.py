# promise: all RAISED
"""Raises what a person at the keyboard would."""


def PaddingCollator(*settings, **more):
    raise KeyboardInterrupt


def position_ids(attention_mask):
    raise KeyboardInterrupt
