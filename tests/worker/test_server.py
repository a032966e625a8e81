"""What a worker does before it says hello."""

import socket

import torch

from autograder.worker.server import serve
from autograder.worker.wire import decode, receive_frame


def test_torch_is_ready_for_threads_before_the_hello(monkeypatch):
    ours, workers = socket.socketpair()
    order = {"folder": ".", "assignment": "assignment", "part": "part", "given": []}
    order |= {"device": "cpu", "visible": None}
    order |= {"forbidden": [], "forbidden_names": []}
    asked = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    with ours, workers:
        ours.shutdown(socket.SHUT_WR)

        serve(workers, order, ())

        assert decode(receive_frame(ours))["threads"] == 1
    assert asked == [1]
