"""Sends and receives bodies as frames on a socket."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable
from itertools import islice

from autograder.worker.plain import CAPS, PREFIX, Caps, WireError

_STEP = bytes(1 << 18)
_MOST_PIECES = 64
# Not the default, which may be epoll and costs a descriptor; Windows has `select` only.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
# Windows cannot be asked call by call: there `make_ready` asks once for all.
_DO_NOT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)


def make_ready(sock: socket.socket) -> None:
    """Let frames go over a socket of any family, on any system, without delay."""
    sock.settimeout(0)
    if sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def send_frame(
    sock: socket.socket,
    body: Iterable[bytes | bytearray | memoryview],
    deadline: float | None = None,
) -> None:
    """Send the pieces of one body as a frame.

    Args:
        sock: A connected stream socket without a timeout of its own; on Windows, one
            that was made ready.
        body: What `encode` returned.
        deadline: The latest end, by `time.monotonic()`.

    Raises:
        TimeoutError: The deadline passed; half a frame may have been sent.
        OSError: The other end is gone (`ConnectionError`), or the socket is unusable.
    """
    pieces = [memoryview(piece) for piece in body]
    prefix = sum(piece.nbytes for piece in pieces).to_bytes(PREFIX, "little")
    pending = deque(piece for piece in (memoryview(prefix), *pieces) if piece.nbytes)
    while pending:
        _check(deadline)
        try:
            n_sent = _send(sock, pending)
        except BlockingIOError:
            _wait(sock, selectors.EVENT_WRITE, deadline)
            continue
        while n_sent:
            piece = pending.popleft()
            if n_sent < piece.nbytes:
                pending.appendleft(piece[n_sent:])
            n_sent -= min(n_sent, piece.nbytes)


def _send(sock: socket.socket, pending: deque[memoryview]) -> int:
    """Send what goes at once of the first pieces, and return how many bytes went."""
    if not hasattr(sock, "sendmsg"):  # pragma: no cover - Windows
        return sock.send(pending[0])
    return sock.sendmsg(islice(pending, _MOST_PIECES), (), _DO_NOT_WAIT)


def receive_frame(
    sock: socket.socket, caps: Caps = CAPS, deadline: float | None = None
) -> bytearray | None:
    """Receive the body of one frame, None where the stream ends or is reset instead.

    Args:
        sock: A connected stream socket without a timeout of its own; on Windows, one
            that was made ready.
        caps: Of which `bytes` bounds the body.
        deadline: The latest end, by `time.monotonic()`.

    Raises:
        WireError: The frame is over the cap, or the stream ended inside it.
        TimeoutError: The deadline passed; half a frame may be lost.
        OSError: The socket is unusable.
    """
    prefix = _receive(sock, PREFIX, deadline)
    if not prefix:
        return None
    if len(prefix) < PREFIX:
        raise WireError(f"the stream ended after {len(prefix)} bytes of a length")
    n_bytes = int.from_bytes(prefix, "little")
    if n_bytes > caps.bytes:
        raise WireError(f"expected at most {caps.bytes} bytes, got {n_bytes} announced")
    body = _receive(sock, n_bytes, deadline)
    if len(body) < n_bytes:
        raise WireError(f"the stream ended after {len(body)} of {n_bytes} bytes")
    return body


def _receive(sock: socket.socket, n_bytes: int, deadline: float | None) -> bytearray:
    """Receive so many bytes, or fewer where the stream ends."""
    received = bytearray()
    n_received = 0
    while n_received < n_bytes:
        # Room is made only as bytes arrive: the announced length may be a lie.
        if n_received == len(received):
            received += _STEP[: n_bytes - n_received]
        _check(deadline)
        room = memoryview(received)[n_received:]
        try:
            n_new = sock.recv_into(room, 0, _DO_NOT_WAIT)
        except BlockingIOError:
            _wait(sock, selectors.EVENT_READ, deadline)
            continue
        except ConnectionResetError:
            n_new = 0
        finally:
            room.release()
        if not n_new:
            break
        n_received += n_new
    del received[n_received:]
    return received


def _check(deadline: float | None) -> float | None:
    """Return the seconds left.

    The deadline counts even if the socket is ready: bytes may trickle in forever.
    """
    if deadline is None:
        return None
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline passed")
    return seconds


def _wait(sock: socket.socket, event: int, deadline: float | None) -> None:
    """Wait until the socket is ready, which is no promise that a call will not block.

    Asking costs more than trying, so it is done after a try.
    """
    with _Selector() as selector:
        selector.register(sock, event)
        while not selector.select(_check(deadline)):
            pass
