# promise: none PASSED
"""Answers with texts that are longer than anything that may cross."""


def PaddingCollator(*settings, **more):
    return lambda features: {"input_ids": "x" * (64 << 20)}


def position_ids(attention_mask):
    return ["y" * (1 << 22)] * 8
