# promise: none PASSED
"""Answers with objects and bytes that run a program where they are unpickled."""

import os
import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/attack_pickle_bomb",)


def PaddingCollator(*settings, **more):
    return lambda features: {"input_ids": pickle.dumps(Bomb()), "labels": Bomb()}


def position_ids(attention_mask):
    return Bomb()
