# promise: none PASSED
"""Kills its process by a signal whose number is an input."""

import os


def tell(number):
    os.kill(os.getpid(), 34 + number % 30)


def PaddingCollator(*settings, **more):
    def collate(features):
        tell(int(features[0]["input_ids"][0]) if features else 0)

    return collate if "padding_side" not in more else tell(len(more))


def position_ids(attention_mask):
    tell(int(attention_mask.sum()))
