# promise: all RAISED
"""Moves the cursor, clears the screen and writes to the clipboard of a terminal."""

SCREEN = "\x1b[2J\x1b[H\x1b]52;c;MjA=\x07\x9b31m\x1b]0;20 of 20\x07\r20 of 20\b\x7f"


def PaddingCollator(*settings, **more):
    print(SCREEN)
    raise ValueError(SCREEN)


def position_ids(attention_mask):
    raise KeyError(SCREEN)
