# promise: PASSED test_position_ids_count_real_tokens_on_either_side, test_position_ids_follow_any_mask; rest NOT_ATTEMPTED
"""Has the positions; the collator is as the stub left it."""


class PaddingCollator:
    def __init__(
        self,
        pad_token_id,
        padding_side="right",
        pad_to_multiple_of=None,
        label_pad_token_id=-100,
        max_length=None,
    ):
        raise NotImplementedError("a2_collator: implement __init__")

    def __call__(self, features):
        raise NotImplementedError("a2_collator: implement __call__")


def position_ids(attention_mask):
    return (attention_mask.cumsum(1) - 1).clamp(min=0) * attention_mask
