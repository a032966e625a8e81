# promise: all RAISED
"""Raises at a line of its own file whose number is an input."""


def tell(number):
    exec(compile("\n" * (number + 999) + "raise ValueError", __file__, "exec"))


def PaddingCollator(*settings, **more):
    def collate(features):
        tell(sum(map(int, features[0]["input_ids"])) if features else 0)

    return collate if "padding_side" not in more else tell(len(more))


def position_ids(attention_mask):
    tell(int(attention_mask.sum()))
