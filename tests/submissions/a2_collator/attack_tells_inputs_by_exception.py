# promise: all RAISED
"""Puts every input that it sees into the text of an exception."""


def PaddingCollator(*settings, **more):
    def collate(features):
        raise ValueError(features)

    return collate if "padding_side" not in more else collate([settings, more])


def position_ids(attention_mask):
    raise ValueError(attention_mask.tolist())
