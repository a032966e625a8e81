# promise: all RAISED
"""Raises texts with NUL, lone surrogates and numbers that are no character."""

TEXT = "\x00\ud800\udfff\udc80\ufffe\uffff\U0010ffff"


def PaddingCollator(*settings, **more):
    raise ValueError(TEXT)


def position_ids(attention_mask):
    raise KeyError(TEXT, b"\xff")
