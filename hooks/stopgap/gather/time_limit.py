"""A bound of time for work that must end, and that must not pass for done when it did not."""

from __future__ import annotations

import signal
import time
from types import FrameType

AGAIN = 5.0  # seconds after which the signal comes once more, should the first have come where exceptions get lost


class OutOfTimeError(Exception):
    """The time is over. No StopgapError: what handles one of these must not go on, or wait for git."""


class TimeLimit:
    """A context in which OutOfTimeError is raised when the time is over, whatever is being done; `check` raises it too.

    Systems without alarms (Windows) have `check` only.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def __enter__(self) -> TimeLimit:
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, over)
            signal.setitimer(signal.ITIMER_REAL, self._seconds, AGAIN)
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def check(self) -> None:
        """Raises OutOfTimeError when the time is over."""
        if time.monotonic() > self._end:
            raise OutOfTimeError


def over(number: int, frame: FrameType | None) -> None:
    raise OutOfTimeError
