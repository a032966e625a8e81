# promise: none PASSED
"""Raises exceptions whose text is no text, or one that lies about its length."""


class Text(str):
    def __getitem__(self, where):
        return self

    def __len__(self):
        return 1

    def encode(self, *arguments):
        return b"x" * (30 << 20)


class Foreign(Exception):
    def __str__(self):
        return Text("x" * 5000)


def PaddingCollator(*settings, **more):
    raise Foreign


def position_ids(attention_mask):
    raise type("Bytes", (Exception,), {"__str__": lambda self: b"bytes"})
