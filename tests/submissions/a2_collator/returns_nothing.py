# promise: none PASSED
"""Forgets every return."""


class PaddingCollator:
    def __init__(self, pad_token_id, *settings, **more):
        self.pad_token_id = pad_token_id

    def __call__(self, features):
        pass


def position_ids(attention_mask):
    pass
