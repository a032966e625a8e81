# promise: all CRASHED
"""Claims that memory has run out."""


def PaddingCollator(*settings, **more):
    raise MemoryError


def position_ids(attention_mask):
    raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
