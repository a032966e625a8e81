# promise: all RAISED
"""Raises groups of exceptions, inside each other and of every kind."""

import asyncio


def group(depth):
    inner = group(depth - 1) if depth else SystemExit(0)
    return BaseExceptionGroup(
        "g", [inner, KeyboardInterrupt(), asyncio.CancelledError()]
    )


def PaddingCollator(*settings, **more):
    raise group(50)


def position_ids(attention_mask):
    raise group(50)
