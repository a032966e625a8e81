"""The wire: plain values as safetensors bodies, bodies as frames on a socket.

A frame is a little-endian u64 length and a body. A body is a safetensors blob:
`__metadata__["message"]` holds the value as JSON, the tensors and numpy arrays are the
entries "0", "1", ... in the order in which the message names them.

In the message None, bool, int and str stand for themselves; everything else is a list
with its tag first: `["list", ...]`, `["tuple", ...]`, `["dict", [key, value], ...]`,
`["float", hex]`, `["tensor", index, device, requires_grad]`, `["array", index]` and
`["handle", id, type_name]`.

Not kept: strides, two tensors being one object or sharing memory, the NaN bits of a
float (a tensor keeps its own). Not covered: a value that changes while it is written,
and crafted string keys where PYTHONHASHSEED is fixed.
"""

from autograder.worker.frames import make_ready, receive_frame, send_frame
from autograder.worker.plain import (
    CAPS,
    REPLY_CAPS,
    Caps,
    Decoded,
    Handle,
    Origin,
    Unsendable,
    WireError,
    mapped,
    type_name,
)
from autograder.worker.reading import decode, decode_with_origins
from autograder.worker.writing import encode

__all__ = [
    "CAPS",
    "REPLY_CAPS",
    "Caps",
    "Decoded",
    "Handle",
    "Origin",
    "Unsendable",
    "WireError",
    "decode",
    "decode_with_origins",
    "encode",
    "make_ready",
    "mapped",
    "receive_frame",
    "send_frame",
    "type_name",
]
