# promise: all CRASHED
"""Dies of a segmentation fault in every call."""

import ctypes


def PaddingCollator(*settings, **more):
    ctypes.string_at(0)


def position_ids(attention_mask):
    ctypes.string_at(0)
