"""What crosses the border: plain data unchanged, and nothing that was made to lie."""

from __future__ import annotations

from autograder.kit.failures import SubmissionLost
from autograder.selftest.behaviour import (
    TRUE,
    Behaviour,
    Seen,
    crashed,
    raised,
    returned,
    timed_out,
)

FORGED = "the code wrote to the grader's channel"
SEND = """\
import os, socket
from autograder.worker.wire import encode, send_frame
own = socket.socket(fileno=os.dup(3))
"""
ANSWER = "return True"
CAP = 4096
"""Bytes of output that are kept here."""


def next_request_is_lost(seen: Seen) -> str:
    """What is wrong unless the true reply, now a second one, ends the conversation."""
    try:
        value = seen.conversation.request("get", target=None, name="act")
    except SubmissionLost as end:
        return "" if FORGED in str(end.reason) else f"then came {end.reason}"
    return f"the next request was answered: {value!r}"


def next_request_is_answered(seen: Seen) -> str:
    """What is wrong unless the worker goes on."""
    try:
        seen.conversation.request("get", target=None, name="act")
    except SubmissionLost as end:
        return f"then came {end.reason}"
    return ""


def text_is_short(seen: Seen) -> str:
    """What is wrong unless the exception's text was cut."""
    length = len(seen.came.text)
    return "" if 0 < length <= CAP else f"a text of {length} characters"


def output_is_cut(seen: Seen) -> str:
    """What is wrong unless the flood's start was kept, and its length told."""
    seen.worker.end()
    kept, _, rest = seen.worker.output.partition("\n")
    if kept == "x" * CAP and rest.endswith("more bytes]"):
        return ""
    return f"kept {len(kept)} characters, then {rest[:80]!r}"


def output_is_clean(seen: Seen) -> str:
    """What is wrong unless control characters were replaced."""
    return _output_is(seen, "\N{REPLACEMENT CHARACTER}[2Jshown\n")


def output_is_kept(seen: Seen) -> str:
    """What is wrong unless what was printed before the death is there."""
    return _output_is(seen, "last words\n")


def _output_is(seen: Seen, expected: str) -> str:
    seen.worker.end()
    got = seen.worker.output
    return "" if got == expected else f"expected output {expected!r}, got {got!r}"


CHANNEL = (
    Behaviour(
        name="a reply to no request is refused",
        act=SEND + "send_frame(own, encode({'id': 99, 'returned': True}))",
        expected=crashed(FORGED),
        control=ANSWER,
    ),
    Behaviour(
        name="a reply sent ahead of the true one ends the next request",
        # The import, the name and the call: requests 0, 1 and 2.
        act=SEND + "send_frame(own, encode({'id': 2, 'returned': 'forged'}))",
        expected=returned("forged"),
        control=ANSWER,
        after=next_request_is_lost,
    ),
    Behaviour(
        name="a worker answers more than once",
        act=ANSWER,
        expected=TRUE,
        is_honest=True,
        after=next_request_is_answered,
    ),
    Behaviour(
        name="garbage on the channel is refused",
        act="import os\nos.write(3, b'\\xff' * 64)",
        expected=crashed(FORGED),
        control=ANSWER,
    ),
    Behaviour(
        name="an empty frame is refused",
        act="import os\nos.write(3, bytes(8))",
        expected=crashed(FORGED),
        control=ANSWER,
    ),
    Behaviour(
        name="a frame without end is refused",
        act="import os\nos.write(3, (1 << 60).to_bytes(8, 'little'))",
        expected=crashed(FORGED),
        control=ANSWER,
    ),
    Behaviour(
        name="a frame of brackets without end is refused",
        act="import os\ntext = b'[' * 80_000\n"
        "body = len(text).to_bytes(8, 'little') + text\n"
        "os.write(3, len(body).to_bytes(8, 'little') + body)",
        expected=crashed(FORGED),
        control=ANSWER,
    ),
    Behaviour(
        name="half a frame and silence is TIMED_OUT",
        act="import os, time\nos.write(3, (64).to_bytes(8, 'little') + bytes(9))\n"
        "time.sleep(60)",
        expected=timed_out("wall-clock limit of 2 s"),
        seconds=2.0,
        control=ANSWER,
    ),
    Behaviour(
        name="a closed channel is CRASHED",
        act="import os\nos.close(3)\nreturn True",
        expected=crashed("exit status 1"),
        control=ANSWER,
    ),
)
ANSWERS = (
    Behaviour(
        name="an object that is no data is RAISED with its type's name",
        act="return {1}",
        expected=raised("TypeError", text="returned a set"),
        control="return list({1}) == [1]",
    ),
    Behaviour(
        name="a subclass of Tensor is not taken for a tensor",
        act="import torch\nreturn torch.nn.Parameter(torch.ones(1))",
        expected=raised("TypeError", text="returned a Parameter"),
        control="import torch\nreturn type(torch.ones(1)) is torch.Tensor",
    ),
    Behaviour(
        name="a list that holds itself is RAISED",
        act="answer = []\nanswer.append(answer)\nreturn answer",
        expected=raised("TypeError", text="nested deeper"),
        control=ANSWER,
    ),
    Behaviour(
        name="an exception whose text raises is RAISED",
        act="class Odd(ValueError):\n    def __str__(self): raise OSError\nraise Odd",
        expected=raised("ValueError"),
        control="try: raise ValueError\nexcept ValueError: return True",
    ),
    Behaviour(
        name="an exception's text is cut",
        act="raise ValueError('x' * 10_000_000)",
        expected=raised("ValueError"),
        control="return len('x' * 10_000_000) > 0",
        after=text_is_short,
    ),
    Behaviour(
        name="a stdout flood is cut",
        act="print('x' * 10_000_000)\nreturn True",
        expected=TRUE,
        is_honest=True,
        after=output_is_cut,
    ),
    Behaviour(
        name="control characters are stripped from stdout",
        act="print('\\x1b[2Jshown')\nreturn True",
        expected=TRUE,
        is_honest=True,
        after=output_is_clean,
    ),
    Behaviour(
        name="what was printed before a death is kept",
        act="import os\nprint('last words')\nos._exit(1)",
        expected=crashed("exit status 1"),
        control="return print('words') is None",
        after=output_is_kept,
    ),
)
BEHAVIOURS = (*CHANNEL, *ANSWERS)
