# promise: all RAISED
"""Raises exceptions whose classes have the names of built-in ones and of markup."""


def kinds():
    names = ("ValueError", "<b>20</b>", "a\n# 20 of 20", "NotImplementedError", "")
    return [type(name, (BaseException,), {"__module__": "builtins"}) for name in names]


def PaddingCollator(*settings, **more):
    raise kinds()[len(more) % 5]("a2_collator: implemented")


def position_ids(attention_mask):
    raise kinds()[attention_mask.shape[1] % 5]("a2_collator: implemented")
