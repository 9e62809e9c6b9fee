"""The exit statuses of `levelboard.py`."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command returns; the last two are how a shell reports SIGINT and SIGPIPE."""

    OK = 0
    UNUSABLE = 1  # a ticker failed, or the whole run did
    MISUSE = 2
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class CannotContinue(Exception):
    """Ends the command with `UNUSABLE`; the message is the whole sentence that the user reads."""
