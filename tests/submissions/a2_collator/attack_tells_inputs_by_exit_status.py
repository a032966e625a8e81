# promise: none PASSED
"""Ends its process with a status that is an input."""

import os


def PaddingCollator(*settings, **more):
    def collate(features):
        os._exit(int(features[0]["input_ids"][0]) & 255 if features else 1)

    return collate if "padding_side" not in more else os._exit(len(more))


def position_ids(attention_mask):
    os._exit(int(attention_mask.sum()))
