# promise: all RAISED
"""Was handed in half-typed."""


class PaddingCollator:
    def __init__(self, pad_token_id, padding_side="right"
        self.pad_token_id = pad_token_id
