"""What changed, as git's plumbing tells it: raw records for the paths, patches for the added lines.

Paths come from the raw records (gitdiffcore(7), git-diff-index(1), "raw output format"), never from a patch's headers, and an added
line that itself reads `+++ b/x` or `@@` is only ever inside a hunk, where each line has a marker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import NamedTuple

from ..model import Fragment, StopgapError
from .index import LINK, SUBMODULE
from .process import Complaints, failure, path_of, start, widen
from .stream import Body, Stream

# --text: an attribute can hide a diff. --no-ext-diff, --no-textconv: an attribute can run a program.
PATCH = (
    *(
        "--raw",
        "-p",
        "-z",
        "-U3",
        "--full-index",
        "-M",
        "-l2000",
        "--text",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--no-relative",
    ),
    *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=dirty", "--inter-hunk-context=0"),
    "--diff-algorithm=myers",
)
HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,\d+)? @@")
HEX = frozenset(b"%x" % digit for digit in range(16))
# a file's patch up to its first hunk, as nearly all begin
HEADER = re.compile(rb"""
    diff\ --git\ [^\n]*\n  (?:(?:old|new|new\ file|deleted\ file)\ mode\ [0-7]+\n)*
    index\ [^\n]*\n  ---\ [^\n]*\n  \+\+\+\ [^\n]*\n  (?=@@\ )
""", re.VERBOSE)  # fmt: skip
RECORD = re.compile(rb":([0-7]{6} [0-7]{6} [0-9a-f]{40,64} [0-9a-f]{40,64} [AMDT])\0([^\0]+)\0")
NO_NEWLINE = b"\n\\ No newline at end of file\n"
MANY = 100  # commits for which a larger pipe is worth while
CONTEXT = 4096  # of a long hunk's last piece, repeated before the next so that a match may lie across the cut


class Change(NamedTuple):
    """One path that changed. `status` is git's letter (A, M, R, C, T, D, U); `old` and `new` are blobs; `mode` is the new mode.

    `size` is how many bytes a file of the work tree has; 0 where that is not known.
    """

    status: str
    path: str
    source: str
    mode: str
    old: tuple[str, ...]
    new: str
    commit: str = ""
    size: int = 0

    @property
    def is_link(self) -> bool:
        return self.mode == LINK

    @property
    def is_submodule(self) -> bool:
        return self.mode == SUBMODULE


class Upcoming(NamedTuple):
    """The paths that the changes after it will be about.

    `beside`: where it is known what lies in their folders and git does not track, that (see `index.Others`); to be asked late, as git
    may still be looking. `more`: how many paths another will name, which is on its way.
    """

    paths: tuple[str, ...]
    beside: Callable[[], Sequence[str]] | None = None
    more: int = 0


Item = Change | Fragment | Upcoming


def staged(base: str, git_dir: Path) -> Iterator[Item]:
    """What the index adds to `base` (a tree-ish): each Change, followed by the Fragments with its added lines."""
    argv = (*nowhere(git_dir), "diff-index", "--cached", *PATCH, base, "--")
    with reading(start(*argv), argv) as stream:
        yield from section(stream, "")


def nowhere(git_dir: Path) -> tuple[str, ...]:
    """Options of git: without a work tree. Where a file of it seems to be the one in the index, git reads that in place of the blob, also
    where the blob is missing or damaged. So it stands where no such file is: in the repository's own folder.
    """
    return "-C", str(git_dir), f"--git-dir={git_dir}", f"--work-tree={git_dir}"


def staged_changes(base: str) -> list[Change]:
    """The paths in which the index differs from `base`, without content."""
    argv = ("diff-index", "--cached", "--raw", "-z", "--full-index", "-M", "-l2000", "--ignore-submodules=dirty", base, "--")
    with reading(start(*argv), argv) as stream:
        return list(records(stream, ""))


def merged(merges: Sequence[str]) -> Iterator[Change]:
    """The paths of merge commits that differ from every parent; `old` holds the parents' blobs."""
    argv = ("diff-tree", "--stdin", "-r", "-c", "--raw", "-z", "--full-index", "--no-renames")
    for commit, stream in per_commit(argv, merges):
        yield from combined_records(stream, commit)


def per_commit(argv: tuple[str, ...], commits: Sequence[str]) -> Generator[tuple[str, Stream], None, None]:
    """Runs one `git diff-tree --stdin` for all commits; the stream stands behind each commit's name."""
    from tempfile import TemporaryFile

    # a file and no pipe: git answers while it still reads, and a forked worker must not hold the end that git waits for
    with TemporaryFile() as names:
        names.write(b"".join(commit.encode("ascii") + b"\n" for commit in commits))
        names.seek(0)
        process = start(*argv, stdin=names)
        if len(commits) >= MANY:
            widen(process)
        with reading(process, argv) as stream:
            while stream.peek():
                yield stream.until(b"\0").decode("ascii", "replace"), stream


@contextmanager
def reading(process: Popen[bytes], argv: tuple[str, ...]) -> Iterator[Stream]:
    """The output of a git to read to its end. Raises StopgapError where git failed: what it printed until then is not the whole."""
    assert process.stdout is not None
    complaints = Complaints(process)
    with process.stdout:
        try:
            yield Stream(process.stdout)
        except StopgapError:
            process.stdout.close()
            if process.wait() > 0:  # git says better why its output is not as it should be
                raise failure(argv, process.returncode, complaints.said()) from None
            raise
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.wait() != 0:
            raise failure(argv, process.returncode, complaints.said())


def records(stream: Stream, commit: str) -> Iterator[Change]:
    """The raw records that come next."""
    while stream.peek() == b":":
        if simple := stream.matched(RECORD):  # nearly all of them
            old_mode, mode, old, new, letter = simple[1].decode("ascii").split(" ")
            yield Change(letter, path_of(simple[2]), "", mode if letter != "D" else old_mode, (old,), new, commit)
            continue
        old_mode, mode, old, new, status = stream.until(b"\0")[1:].decode("ascii", "replace").split(" ")
        source = path_of(stream.until(b"\0"))
        path = path_of(stream.until(b"\0")) if status[0] in "RC" else source
        yield Change(status[0], path, source if path != source else "", mode if status[0] != "D" else old_mode, (old,), new, commit)


def combined_records(stream: Stream, commit: str) -> Iterator[Change]:
    """The records of a merge: `::mode mode mode name name name MM`, one column a parent and the last for the result."""
    while stream.peek() == b":":
        head = stream.until(b"\0").decode("ascii", "replace")
        parents = len(head) - len(head.lstrip(":"))
        fields = head[parents:].split(" ")
        modes, names = fields[: parents + 1], fields[parents + 1 : 2 * parents + 2]
        path = path_of(stream.until(b"\0"))
        status = "D" if set(names[-1]) == {"0"} else "A" if all(set(name) == {"0"} for name in names[:-1]) else "M"
        yield Change(status, path, "", modes[-1], tuple(names[:-1]), names[-1], commit)


def section(stream: Stream, commit: str) -> Iterator[Item]:
    """Raw records and the patches that belong to them, as one sequence in which each Change leads its Fragments."""
    changes = list(records(stream, commit))
    if stream.peek() == b"\0":
        stream.take(1)
    yield Upcoming(tuple(change.path for change in changes))
    for change in changes:
        yield change
        # a change of type is shown as a deletion and a creation; an unmerged path as one line
        for _ in range(2 if change.status == "T" else 1):
            yield from patch(stream, change)
    if stream.peek(11) == b"diff --git ":
        raise StopgapError("git's patch holds more files than its list of changes")


def patch(stream: Stream, change: Change) -> Iterator[Fragment]:
    """The added lines of one file's patch."""
    if not stream.matched(HEADER):
        header = stream.until(b"\n")
        if header.startswith(b"* Unmerged path "):
            return
        if not header.startswith(b"diff --git "):
            raise StopgapError("git's patch does not follow its list of changes")
    while (ahead := stream.peek(11)) and ahead != b"diff --git " and not ahead.startswith(b"* Unmerged") and not starts_commit(stream):
        line = stream.until(b"\n")
        hunk = HUNK.match(line)
        if hunk:
            yield from hunk_fragments(stream, change, int(hunk[2]))


def starts_commit(stream: Stream) -> bool:
    """Whether a commit's name follows: no line of a patch is 40 or 64 hexadecimal digits and a NUL."""
    if stream.peek() not in HEX:
        return False
    ahead = stream.peek(65)
    return any(ahead[size : size + 1] == b"\0" and re.fullmatch(rb"[0-9a-f]+", ahead[:size]) for size in (40, 64))


def hunk_fragments(stream: Stream, change: Change, line: int) -> Iterator[Fragment]:
    """The Fragments of one hunk: one, or several overlapping ones where it is long."""
    carried = b""
    for body in stream.hunk():
        data, added = new_side(body, line)
        if added:
            yield Fragment(change.path, carried + data, line - carried.count(b"\n"), added, change.commit)
        line += data.count(b"\n")
        carried = (carried + data)[-CONTEXT:]


def new_side(body: Body, line: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """The text of a hunk's new side, and which of its lines, numbered from `line`, are added."""
    raw = body.data.removesuffix(NO_NEWLINE[1:])
    if len(raw) != len(body.data):
        raw = raw.removesuffix(b"\n")
    breaks = raw.count(b"\n") - raw.endswith(b"\n")
    if raw[:1] == b"+" and raw.count(b"\n+") == breaks:
        return raw[1:].replace(b"\n+", b"\n"), ((line, line + breaks),)
    kept: list[bytes] = []
    added: list[tuple[int, int]] = []
    for text in raw.split(b"\n"):
        marker = text[:1]
        if marker == b"+":
            if added and added[-1][1] == line - 1:
                added[-1] = (added[-1][0], line)
            else:
                added.append((line, line))
        if marker in (b"+", b" "):
            kept.append(text[1:])
            line += 1
    return b"\n".join(kept) + (b"\n" if raw.endswith(b"\n") else b""), tuple(added)
