# promise: all RAISED
"""Reverses and hides text by characters that are not seen."""

TURNED = "\u202e02/02\u202c\u2066\u2069\u200b\u200f\ufeff\u2028\u2029\U000e0041"


def PaddingCollator(*settings, **more):
    print(TURNED)
    raise ValueError(TURNED)


def position_ids(attention_mask):
    raise ValueError(TURNED)
