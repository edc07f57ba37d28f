"""How far long work has come, for people: a line that moves on a terminal, a line every few seconds in CI, nothing for a program.

On a terminal it is shown with rich where that is installed, and else drawn here. Nothing of it goes to standard output.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

AFTER = 1.0  # seconds of work after which it is shown
EVERY, IN_CI = 0.1, 5.0  # seconds between two looks at it
WIDE = 20  # characters of the bar
FIRST = "reading the history"


class Progress:
    """Shows what `tell` is told; a context manager. Interrupted, it says how far the work came.

    An alarm looks at the time, where the system has one: what takes long may have nothing to tell for seconds.
    """

    def __init__(self, shown: bool) -> None:
        """`shown`: False for output that a program reads, where nothing is said but after Ctrl-C."""
        self._terminal = shown and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._lines = shown and not self._terminal and bool(os.environ.get("CI"))
        self._begun = self._looked = monotonic()
        self._what, self._done, self._total = "", 0, 0
        self._bar: Any = None
        self._drawn = False
        self._alarm = self._looking = False

    def __enter__(self) -> Progress:
        is_main = threading.current_thread() is threading.main_thread()  # no other is given signals
        if (self._terminal or self._lines) and hasattr(signal, "setitimer") and is_main:
            self._alarm = True
            signal.signal(signal.SIGALRM, self._ring)
            signal.setitimer(signal.ITIMER_REAL, AFTER if self._terminal else IN_CI)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._alarm:
            self._alarm = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if self._bar is not None:
            self._bar.stop()
        elif self._drawn:
            write("\r\x1b[K")
        if kind is KeyboardInterrupt:
            write(f"stopgap: stopped {f'after {self._said()}' if self._total else f'while {FIRST}'}\n")

    def tell(self, what: str, done: int, total: int) -> None:
        """Says how much is done of something, and of how much: `commits searched`, 4000, 18000."""
        self._what, self._done, self._total = what, done, total
        now = monotonic()
        if now - self._begun >= AFTER and now - self._looked >= (EVERY if self._terminal else IN_CI):
            self._look(now)

    def _ring(self, *_: object) -> None:
        """The alarm, which is set again only behind it: it may take longer than until the next, as importing rich does."""
        if not self._looking:  # nor does it come in the midst of the drawing
            self._look(monotonic())
        if self._alarm:
            signal.setitimer(signal.ITIMER_REAL, EVERY if self._terminal else IN_CI)

    def _look(self, now: float) -> None:
        """Shows how far it has come."""
        self._looked, self._looking = now, True
        going = pace(self._done, self._total, now - self._begun)
        if self._terminal:
            self._draw(going)
        elif self._lines:
            write(f"stopgap: {self._said()}{going}\n")
        self._looking = False

    def _said(self) -> str:
        return said(self._what, self._done, self._total) if self._total else FIRST

    def _draw(self, going: str) -> None:
        if self._bar is None and not self._drawn:
            self._bar = rich_bar()
        if self._bar is not None:
            self._bar.show(self._said(), self._done, self._total, going)
            return
        self._drawn = True
        full = WIDE * self._done // max(self._total, 1)
        line = f"{'#' * full}{'.' * (WIDE - full)} {self._said()}{going}"
        write(f"\r{line[: columns() - 1]}\x1b[K")


class RichBar:
    """The same by rich."""

    def __init__(self, make: Callable[..., Any], columns: tuple[Any, ...], console: Any) -> None:
        self._progress = make(*columns, console=console, transient=True, auto_refresh=False)  # whoever forks has no other thread
        self._progress.start()
        self._task = self._progress.add_task("", total=None, pace="")

    def show(self, what: str, done: int, total: int, pace: str) -> None:
        pace = pace.removeprefix(", ")
        self._progress.update(self._task, description=what, completed=done, total=total or None, pace=pace, refresh=True)

    def stop(self) -> None:
        self._progress.stop()


def rich_bar() -> RichBar | None:
    """A bar on standard error; None where rich is not installed."""
    from importlib import import_module

    try:
        rich = import_module("rich.progress")
    except ImportError:
        return None
    columns = (rich.BarColumn(WIDE), rich.TextColumn("{task.description}"), rich.TextColumn("{task.fields[pace]}"))
    return RichBar(rich.Progress, columns, import_module("rich.console").Console(stderr=True))


def said(what: str, done: int, total: int) -> str:
    """`4,000 of 18,000 commits searched`."""
    return f"{done:,} of {total:,} {what}"


def pace(done: int, total: int, seconds: float) -> str:
    """`, 2,100 a second, 7 s left`; "" as long as nothing can be said."""
    if not done or seconds <= 0:
        return ""
    rate = done / seconds
    left = (total - done) / rate
    time = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
    return f", {rate:,.0f} a second, {time} left"


def columns() -> int:
    """The terminal's width in characters."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def write(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(text)
        sys.stderr.flush()
