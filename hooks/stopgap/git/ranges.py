"""What the commits of a range add, each of which is answered: of a long one by several gits at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from ..model import StopgapError
from .diff import PATCH, Item, nowhere, per_commit, section
from .stream import Stream

ADDED = ("diff-tree", "--stdin", "-r", "--root", "--always", *PATCH)  # --always: what has no change is named too, so that none is missing
LONG = 1000  # commits that take longer than to start another git
AT_ONCE = 3  # gits for them at the most: one process reads what they say
PORTION = 128  # commits after which another git is read
Answers = Generator["tuple[str, Stream]", None, None]


def committed(commits: Sequence[str], git_dir: Path, cores: int = 1) -> Iterator[Item]:
    """What each of these commits, none of them a merge, adds to its parent. A long range comes with the newest first, as git stores it.

    Raises StopgapError where git fails, or does not answer for each of them.
    """
    is_long = len(commits) >= LONG
    asked, count = (commits[::-1], min(cores, AT_ONCE)) if is_long else (commits, 1)
    answers = in_turn((*nowhere(git_dir), *ADDED), asked, count)
    for commit, stream in answers:
        try:
            yield from section(stream, commit)
        except StopgapError as error:
            answers.throw(error)


def in_turn(argv: tuple[str, ...], commits: Sequence[str], count: int) -> Answers:
    """As per_commit does it, with `count` gits: while one portion is read, the gits of the next ones go ahead by what their pipes hold.

    Whoever finds an answer wrong is to throw that in here: where its git has failed, this says better why.
    """
    portions = [commits[at : at + PORTION] for at in range(0, len(commits), PORTION)]
    with ExitStack() as ends:
        gits = [
            ends.enter_context(closing(per_commit(argv, [name for portion in portions[place::count] for name in portion])))
            for place in range(count)
        ]
        for place, portion in enumerate(portions):
            for name in portion:
                commit, stream = next(gits[place % count], ("", None))
                if commit != name or stream is None:
                    raise StopgapError("git diff-tree did not answer for every commit that it was asked for")
                try:
                    yield commit, stream
                except StopgapError as error:
                    gits[place % count].throw(error)
        for answers in gits:
            if next(answers, None):  # each ends, or says what was wrong
                raise StopgapError("git diff-tree answered more than it was asked")
