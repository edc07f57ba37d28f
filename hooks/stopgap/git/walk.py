"""The commits that some tips reach: parents, author times, and which names reach each.

git walks the graph. Where it cannot, as an object is missing or damaged, the commits are read one by one, and what is lost is named.
"""

from __future__ import annotations

import sys
from array import array
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from selectors import EVENT_READ, DefaultSelector
from subprocess import DEVNULL
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, NamedTuple

from .blobs import Blobs
from .commits import boundary
from .packed import NONE, Names, Parents
from .process import git, start, widen
from .stored import carefully, content, time_of
from .tips import Tip

LISTED = ("rev-list", "--parents", "--topo-order", "--reverse", "--format=@%at", "--stdin")
PATIENCE = 0.02  # seconds
LARGEST = 1 << 63  # git keeps times in 64 bits without a sign, and a commit can say anything


class Graph(NamedTuple):
    """Commits by number, parents before children. `times`: the author's, in seconds since 1970 UTC. `masks`: one bit for each of `names`.

    `trees` are the numbers of those that are no commit but a tree that a tag names, with "", or a file's content, with the tag's name, its
    path. `lost` are commits that could not be read. The first
    `known` were known before.
    """

    commits: Names
    parents: Parents
    times: array[int]
    masks: list[int]
    names: tuple[str, ...]
    trees: Mapping[int, str] = MappingProxyType({})
    lost: tuple[str, ...] = ()
    known: int = 0

    def reached(self, name: str) -> int:
        """The bit of a name; 0 for one that is none of the tips'."""
        return 1 << self.names.index(name) if name in self.names else 0


class Made:
    """Commits as they come in, parents before children. Those that are there already are given with their names, parents and times."""

    def __init__(self, names: Names | None = None, parents: Parents | None = None, times: array[int] | None = None) -> None:
        self.names, self.parents, self.times = names or Names(), parents or Parents(), times or array("q")
        self.number = {raw: number for number, raw in enumerate(in_pieces(*self.names.raw(len(self.times))))}

    def heads(self) -> list[str]:
        """The commits that are nobody's parent."""
        parents = {number for several in self.parents for number in several}
        return [name for number, name in enumerate(self.names) if number not in parents]

    def add(self, name: bytes, parents: Iterable[bytes], time: int) -> None:
        """Takes the next one. A parent that is not among those before it is not here."""
        known = self.number
        self.parents.add(tuple([known[parent] for parent in parents if parent in known]))
        known[name] = len(self.times)
        self.names.add(name)
        self.times.append(max(-LARGEST, min(time, LARGEST - 1)))


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Pieces of so many bytes."""
    return (data[at : at + size] for at in range(0, len(data), size))


def graph(tips: Sequence[Tip], shallow: bool, before: Made | None = None, meanwhile: Callable[[], None] | None = None) -> Graph:
    """All that the tips reach. `before`: commits that were known before, to which these are added; they stay in it though nothing reaches
    them any more. `meanwhile` is called where git takes long, while it does. Raises StopgapError where git cannot be run.
    """
    roots = list(dict.fromkeys(tip.object for tip in tips if tip.kind == "commit"))
    known = len(before.times) if before else 0
    made, lost = before or Made(), set[str]()
    if not quickly(roots, made, meanwhile):
        made, known = Made(), 0
        found, lost = carefully(roots, boundary() if shallow else frozenset())
        for commit in found:
            made.add(bytes.fromhex(commit.name), map(bytes.fromhex, commit.parents), commit.time)
    trees = {tip.object: "" if tip.kind == "tree" else tip.name for tip in reversed(tips) if tip.kind != "commit"}
    begin = len(made.names)
    for name in trees:
        made.add(bytes.fromhex(name), (), 0)
    names = tuple(dict.fromkeys(tip.name for tip in tips))
    masks = spread(made.parents, marked(tips, names, made.number))
    return Graph(made.names, made.parents, made.times, masks, names, dict(enumerate(trees.values(), begin)), tuple(sorted(lost)), known)


def quickly(roots: Sequence[str], made: Made, meanwhile: Callable[[], None] | None) -> bool:
    """Adds what `rev-list` tells of commits that are not known, parents first. False where it fails."""
    begins = [name for name in roots if bytes.fromhex(name) not in made.number]
    if not begins:
        return True
    ends = stored(made.heads()) if made.number else []
    with TemporaryFile() as asked:
        asked.write("".join([*(f"{name}\n" for name in begins), *(f"^{name}\n" for name in ends)]).encode("ascii"))
        asked.seek(0)
        process = start(*LISTED, stdin=asked, stderr=DEVNULL)
    widen(process)
    assert process.stdout
    with process.stdout:
        if meanwhile and thinks(process.stdout):
            meanwhile()
        try:
            undated = listed(process.stdout, made)
        except ValueError:  # git was ended in the middle of a line
            process.kill()
            process.wait()
            return False
    if process.wait():
        return False
    with Blobs() as blobs:  # git prints nothing for a time before 1970
        for number in undated:
            made.times[number] = max(-LARGEST, min(time_of(content(blobs, made.names[number])), LARGEST - 1))
    return True


def listed(pipe: IO[bytes], made: Made) -> list[int]:
    """Adds what git lists. Returns the numbers of those without a time. Raises ValueError for a line that is cut."""
    undated = []
    for head in pipe:
        time = pipe.readline()[1:].strip()  # behind an `@`
        name, *parents = map(unhexlify, head.split()[1:])  # `commit NAME PARENT…`
        if name in made.number:
            continue  # behind a commit that is gone
        if not time.isdigit():
            undated.append(len(made.times))
        made.add(name, parents, int(time) if time.isdigit() else 0)
    return undated


def stored(names: Sequence[str]) -> list[str]:
    """Those of some commits that are here."""
    asked = "".join(f"{name}\n" for name in names).encode("ascii")
    said = [line.split() for line in git("cat-file", "--batch-check", stdin=asked).decode("ascii", "replace").splitlines()]
    return [words[0] for words in said if words[1:2] == ["commit"]]


def thinks(pipe: IO[bytes]) -> bool:
    """Whether git says nothing for a while, as it has a long history to sort. Not known on Windows, where a pipe cannot be waited for."""
    if sys.platform == "win32":
        return False
    with DefaultSelector() as selector:
        selector.register(pipe, EVENT_READ)
        return not selector.select(PATIENCE)


def marked(tips: Iterable[Tip], names: Sequence[str], number: dict[bytes, int]) -> list[int]:
    """The bits of the names at the commits that they stand for."""
    bit = {name: 1 << place for place, name in enumerate(names)}
    masks = [0] * len(number)
    for tip in tips:
        place = number.get(bytes.fromhex(tip.object))
        if place is not None:
            masks[place] |= bit[tip.name]
    return masks


def spread(parents: Parents, masks: list[int]) -> list[int]:
    """The bits of each commit, and of all that are behind it. Equal ones are one object: most commits have those of their child."""
    firsts, several = parents.firsts, parents.several
    for number in range(len(firsts) - 1, -1, -1):
        mask = masks[number]
        for parent in several[number] if number in several else (firsts[number],):
            if parent != NONE:
                both = masks[parent] | mask
                masks[parent] = mask if both == mask else both
    return masks
