"""What `git diff-tree` says of many commits, each by one git of a few: where one ends at a damaged object, another goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from subprocess import DEVNULL
from tempfile import TemporaryFile
from typing import TypeVar

from ..model import StopgapError
from .process import start, widen
from .stream import Stream

PORTION = 4000  # commits of one git, whose memory grows with them
One = TypeVar("One")


def answers(argv: tuple[str, ...], asked: Sequence[One], line: Callable[[One], str], tries: int) -> Iterator[tuple[One, Stream | None]]:
    """Each question with the stream of a `diff-tree --stdin`, behind the commit's name: read its records before you go on.

    `line` is how git is asked. None for a commit at which git ended; another git goes on behind it, but not for ever: after so many tries
    None for all that are left.
    """
    at = 0
    while at < len(asked) and tries > 0:
        end = min(at + PORTION, len(asked))
        for stream in of_one(argv, [line(one) for one in asked[at:end]]):
            yield asked[at], stream
            at += 1
        if at < end:
            yield asked[at], None
            at, tries = at + 1, tries - 1
    yield from ((one, None) for one in asked[at:])


def of_one(argv: tuple[str, ...], lines: Sequence[str]) -> Iterator[Stream]:
    """The answers of one git, fewer than there are lines where it ended early. Raises StopgapError where somebody ended it."""
    with TemporaryFile() as names:  # and no pipe: git answers while it still reads
        names.write("".join(f"{line}\n" for line in lines).encode("ascii"))
        names.seek(0)
        process = start(*argv, stdin=names, stderr=DEVNULL)
    widen(process)
    assert process.stdout
    stream = Stream(process.stdout)
    try:
        for line in lines:
            if not stream.peek():
                break
            header = stream.until(b"\0").decode("ascii", "replace")
            if header != line.partition(" ")[0]:
                raise StopgapError("git diff-tree answered out of order")
            if not stream.peek() and process.wait():
                break  # with several parents git says the name first, and then finds that it cannot go on
            yield stream
        if not stream.peek() and process.wait() < 0:
            raise StopgapError("git diff-tree was ended by a signal, in the middle of an answer perhaps")
    finally:
        process.kill()
        process.communicate()
