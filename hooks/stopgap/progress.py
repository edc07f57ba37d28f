"""How far long work has come, for people: a line that moves on a terminal, a line every few seconds in CI, nothing for a program.

On a terminal it is shown with rich where that is installed, and else drawn here. Nothing of it goes to standard output.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

AFTER = 1.0  # seconds of work after which it is shown
EVERY, IN_CI = 0.1, 5.0  # seconds between two looks at it
WIDE = 20  # characters of the bar


class Progress:
    """Shows what `tell` is told; a context manager. Interrupted, it says how far the work came."""

    def __init__(self, shown: bool) -> None:
        """`shown`: False for output that a program reads, where nothing is said but after Ctrl-C."""
        self._terminal = shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._lines = shown and not self._terminal and bool(os.environ.get("CI"))
        self._begun = self._looked = monotonic()
        self._what, self._done, self._total = "", 0, 0
        self._bar: Any = None
        self._drawn = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self._drawn:
            write("\r\x1b[K")
        if kind is KeyboardInterrupt and self._total:
            write(f"stopgap: stopped after {said(self._what, self._done, self._total)}\n")

    def tell(self, what: str, done: int, total: int) -> None:
        """Says how much is done of something, and of how much: `commits searched`, 4000, 18000."""
        self._what, self._done, self._total = what, done, total
        now = monotonic()
        if now - self._begun < AFTER or now - self._looked < (EVERY if self._terminal else IN_CI):
            return
        self._looked = now
        if self._terminal:
            self._draw(now - self._begun)
        elif self._lines:
            write(f"stopgap: {said(what, done, total)}{pace(done, total, now - self._begun)}\n")

    def _draw(self, seconds: float) -> None:
        if self._bar is None and not self._drawn:
            self._bar = rich_bar()
        if self._bar is not None:
            self._bar.show(self._what, self._done, self._total, pace(self._done, self._total, seconds))
            return
        self._drawn = True
        full = WIDE * self._done // max(self._total, 1)
        line = f"{'#' * full}{'.' * (WIDE - full)} {said(self._what, self._done, self._total)}{pace(self._done, self._total, seconds)}"
        write(f"\r{line[: columns() - 1]}\x1b[K")


class RichBar:
    """The same by rich."""

    def __init__(self, make: Callable[..., Any], columns: tuple[Any, ...], console: Any) -> None:
        self._progress = make(*columns, console=console, transient=True)
        self._progress.start()
        self._task = self._progress.add_task("", total=None, pace="")

    def show(self, what: str, done: int, total: int, pace: str) -> None:
        self._progress.update(self._task, description=said(what, done, total), completed=done, total=total, pace=pace.removeprefix(", "))

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
    sys.stderr.write(text)
    sys.stderr.flush()
