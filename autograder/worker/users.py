"""Gives every worker a user that nothing else on the machine runs as.

Linux counts the processes of a user, and keeps apart what users own; two zygotes that
gave the same uid would have a bomb in one batch starve a worker of another.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Collection, Sequence

UIDS = range(64001, 65534)
"""Those to give: nobody's by custom, and within what containers map."""


class Users:
    """The uids that this process has claimed, for as long as it lives.

    Args:
        uids: those that may be claimed.
    """

    def __init__(self, uids: Sequence[int] = UIDS) -> None:
        self._uids = uids
        self._claimed: list[int] = []

    def free(self, taken: Collection[int | None]) -> int | None:
        """A uid that is none of `taken`, nor anybody else's.

        None, where there is no right to give one, or all are claimed.

        Raises:
            OSError: if nothing can be claimed at all.
        """
        if os.geteuid() != 0:
            return None
        for uid in self._claimed:
            if uid not in taken:
                return uid
        return next(filter(self._claim, self._uids), None)

    def _claim(self, uid: int) -> bool:
        """Whether the uid was nobody's, and is ours now.

        The claim is a name that only one socket can have; it ends with its process.
        """
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0autograder-uid-{uid}")
        except OSError as error:
            claim.close()
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        claim.detach()
        self._claimed.append(uid)
        return True
