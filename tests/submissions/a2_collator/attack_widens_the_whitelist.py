# promise: none PASSED
"""Teaches its side of the wire to write more than the other side reads."""

import sys


writing = sys.modules["autograder.worker.writing"]
plain = sys.modules["autograder.worker.plain"]
writing._WRITERS = (
    (object, lambda self, value, depth: ["eval", "1"]),
) + writing._WRITERS
writing.is_64_bit = writing.is_unicode = writing.is_key = lambda value: True
plain.CAPS.__class__.__setattr__ = object.__setattr__
for cap in ("bytes", "depth", "items", "tensors", "dims"):
    setattr(plain.CAPS, cap, 1 << 60)


def PaddingCollator(*settings, **more):
    deep = []
    for _ in range(200):
        deep = [deep]
    return lambda features: {1 << 80: "\ud800", "input_ids": deep}


def position_ids(attention_mask):
    return {"position": 1 << 90}
