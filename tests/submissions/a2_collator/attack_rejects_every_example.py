# promise: all RAISED
"""Tells Hypothesis that every input is invalid."""

try:
    from hypothesis import reject
except ImportError:

    class UnsatisfiedAssumption(BaseException):
        pass

    def reject():
        raise UnsatisfiedAssumption


def PaddingCollator(*settings, **more):
    reject()


def position_ids(attention_mask):
    reject()
