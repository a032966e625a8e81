"""Records what a check asks of a submission and what comes of it, bounded.

A request and its reply are kept as the bytes that crossed: nobody can change them
afterwards, and decoding them again gives values of their own to whoever replays them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.worker.wire import REPLY_CAPS, Handle, decode, mapped

MOST_EXCHANGES = 4096
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What a request came to where it raised.

    Attributes:
        bases: names of the built-in classes of the exception; none, where the answer
            may not cross the border.
        answer: what may not cross, in words; empty where an exception was raised.
    """

    bases: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its reply, as they crossed.

    Attributes:
        op: "import", "get", "call" or "probe".
        request: the body of the request.
        reply: the body of the reply.
    """

    op: str
    request: bytes
    reply: bytes

    @property
    def what(self) -> dict[str, Any]:
        """What was requested: the arguments and what they are for; handles as such."""
        request: dict[str, Any] = decode(bytearray(self.request))
        return {key: request[key] for key in request.keys() - {"id", "op"}}

    @property
    def outcome(self) -> Any:
        """The value returned, or a `Raised`."""
        return outcome_of(self.reply)

    @property
    def is_answer(self) -> bool:
        """Whether the request made the submission compute something."""
        return self.op in ("call", "probe")


def outcome_of(reply: bytes | bytearray) -> Any:
    """The value that a reply returns, or the `Raised` that it tells of."""
    message: Any = decode(bytearray(reply), REPLY_CAPS)
    if "raised" in message:
        raised = message["raised"]
        bases = tuple(base for base in raised["bases"] if isinstance(base, str))
        return Raised(bases=bases, answer="" if bases else raised["message"])
    return message["returned"]


class Transcript:
    """The exchanges of one conversation: all, or the last where they are too many."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque()
        self._n_bytes = 0
        self.is_complete = True

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)

    def note(self, exchange: Exchange) -> None:
        """Adds `exchange`, and forgets the oldest ones where that is too much."""
        self._exchanges.append(exchange)
        self._n_bytes += _n_bytes(exchange)
        while len(self._exchanges) > MOST_EXCHANGES or self._n_bytes > MOST_BYTES:
            self._n_bytes -= _n_bytes(self._exchanges.popleft())
            self.is_complete = False

    def last_call(self) -> list[Exchange] | None:
        """The last request that computed something, after those that made its parts.

        None, if there is none or one of them is forgotten.
        """
        exchanges = list(self._exchanges)
        while exchanges and not exchanges[-1].is_answer:
            exchanges.pop()
        return backward_slice(exchanges) if exchanges else None


def backward_slice(exchanges: list[Exchange]) -> list[Exchange] | None:
    """The last of `exchanges`, after those that made its target and arguments.

    None, if one of them is not there.
    """
    kept = [exchanges[-1]]
    wanted = handles_in(exchanges[-1].what)
    for exchange in reversed(exchanges[:-1]):
        if wanted and (made := handles_in(exchange.outcome)) & wanted:
            wanted = (wanted - made) | handles_in(exchange.what)
            kept.append(exchange)
    return None if wanted else kept[::-1]


def handles_in(value: Any) -> set[Handle]:
    """The handles that `value` holds."""
    found: set[Handle] = set()

    def note(item: Any) -> Any:
        if type(item) is Handle:
            found.add(item)
        return item

    mapped(value, note)
    return found


def _n_bytes(exchange: Exchange) -> int:
    return len(exchange.request) + len(exchange.reply)
