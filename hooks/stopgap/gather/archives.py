"""What is packed in an archive, as fragments: zip files of every name (jar, whl, docx), tar files, and what gzip, bzip2 and xz compress.

Everything happens in memory and nothing is written to disk, so a member's name can do no harm: it is only shown. An archive in an archive
is looked into, one in that is not. What is damaged, encrypted or too much is said, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from ..detect.text import decoder
from ..model import INSIDE, Fragment
from . import tarred, zipped
from .compared import OVERLAP
from .inflating import MIB, PIECE, Budget, TooMuch, Unreadable, inflated
from .reading import BINARY

SNIFF = 512  # bytes by which one knows an archive
LARGEST, LARGEST_INNER = 64 * MIB, 16 * MIB  # bytes of an archive that is looked into, and of one in it
MEMBERS = 20_000  # of an archive, with those of the archives in it
NAMED = 20  # members that are named with what is wrong with them
LONGEST_NAME = 500
ZIP_SIGN = b"PK\3\4"
SIGNS = (
    ("zip", (ZIP_SIGN, b"PK\5\6")),
    ("gzip", (b"\x1f\x8b\x08",)),
    ("xz", (b"\xfd7zXZ\0",)),
    ("7z", (b"7z\xbc\xaf\x27\x1c",)),
    ("rar", (b"Rar!\x1a\x07",)),
    ("zstd", (b"\x28\xb5\x2f\xfd",)),
)
BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
ZIP_NAMES = (".zip", ".jar", ".war", ".ear", ".whl", ".egg", ".pyz", ".apk", ".nupkg", ".xpi")  # a line for the shell may stand before it
UNKNOWN = ("7z", "rar", "zstd")
ENDINGS = re.compile(r"\.(?:gz|bz2|xz|t[gbx]z2?)\Z", re.IGNORECASE)


class Facts(NamedTuple):
    """What is to be said of an archive's members: by path, what was left out by design, and what could not be looked at."""

    skipped: dict[str, str]
    incomplete: dict[str, str]


def kind(first: bytes, path: str) -> str:
    """What sort of archive a file is that begins so; "" for none."""
    for name, signs in SIGNS:
        if first.startswith(signs):
            return name
    if BZIP2.match(first):
        return "bzip2"
    if tarred.is_tar(first):
        return "tar"
    return "zip" if ZIP_SIGN in first and path.lower().endswith(ZIP_NAMES) else ""


class Archive:
    """One file that is an archive, with all that is packed in it. What it cannot look at it puts down in `facts`."""

    def __init__(self, path: str, data: bytes, facts: Facts, commit: str = "", is_excluded: Callable[[str], bool] | None = None) -> None:
        self._path = path
        self._data = data
        self._facts = facts
        self._commit = commit
        self._is_excluded = is_excluded or (lambda path: False)
        self._budget = Budget(len(data))
        self._members = self._unnamed = 0

    def fragments(self) -> Iterator[Fragment]:
        """The texts in it; paths are `archive.zip!/folder/member`."""
        try:
            if len(self._data) > LARGEST:
                raise TooMuch(f"an archive of more than {LARGEST // MIB} MiB: not looked into")
            yield from self._inside(self._path, self._data, is_inner=False)
        except TooMuch as problem:
            self._facts.incomplete[self._path] = str(problem)
        if self._unnamed:
            so_far = self._facts.incomplete.get(self._path)
            more = f"{self._unnamed} more members could not be looked at"
            self._facts.incomplete[self._path] = f"{so_far}; {more}" if so_far else more

    def _inside(self, path: str, data: bytes, *, is_inner: bool) -> Iterator[Fragment]:
        """The texts of an archive in memory. Raises TooMuch."""
        try:
            for member, pieces in self._contents(path, data):
                self._members += 1
                if self._members > MEMBERS:
                    raise TooMuch(f"more than {MEMBERS} members: the rest was not looked at")
                yield from self._member(member, grouped(pieces), is_inner=is_inner)
        except TooMuch:
            raise
        except Unreadable as problem:
            self._note(path, str(problem))

    def _contents(self, path: str, data: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The members with their content, which is to be read one after the other."""
        sort = kind(data[:SNIFF], path)
        if sort in UNKNOWN:
            self._facts.skipped[path] = f"{sort}, which is not unpacked"
        elif sort == "zip":
            for packed in zipped.members(data):
                self._budget.spend(len(packed.name) + 1)
                member = inside(path, packed.name)
                if packed.problem:
                    self._members += 1
                    self._note(member, packed.problem)
                else:
                    yield member, inflated(packed.kind, packed.data, self._budget)
        else:
            pieces = inflated("stored" if sort == "tar" else sort, memoryview(data), self._budget)
            first, pieces = begun(pieces)
            if tarred.is_tar(first):
                for filed in tarred.members(pieces):
                    yield inside(path, filed.name), filed.pieces
            else:
                yield inside(path, ENDINGS.sub("", path.rpartition("/")[2]).encode("utf-8", "surrogateescape")), pieces

    def _member(self, path: str, pieces: Iterator[bytes], *, is_inner: bool) -> Iterator[Fragment]:
        """The text of a member, or of what is packed in it."""
        if self._is_excluded(path):
            self._facts.skipped[path] = "excluded by the configuration"
            return
        try:
            first = next(pieces, b"")
            if kind(first[:SNIFF], path):
                yield from self._packed(path, first, pieces, is_inner=is_inner)
            else:
                yield from self._texts(path, chain((first,), pieces))
        except TooMuch:
            raise
        except Unreadable as problem:
            self._note(path, str(problem))

    def _packed(self, path: str, first: bytes, pieces: Iterator[bytes], *, is_inner: bool) -> Iterator[Fragment]:
        """The texts of an archive in an archive."""
        if is_inner:
            self._note(path, "an archive two archives deep: not looked into")
            return
        data, size = [first], len(first)
        for piece in pieces:
            data.append(piece)
            size += len(piece)
            if size > LARGEST_INNER:
                self._note(path, f"an archive of more than {LARGEST_INNER // MIB} MiB in an archive: not looked into")
                return
        yield from self._inside(path, b"".join(data), is_inner=True)

    def _texts(self, path: str, pieces: Iterator[bytes]) -> Iterator[Fragment]:
        """A member's text in overlapping pieces; a binary is counted as skipped."""
        line, carried, text, decode = 1, b"", b"", None
        for piece in pieces:
            line, carried = line + text.count(b"\n"), (carried + text)[-OVERLAP:]
            decode = decode or decoder(piece)
            decoded = decode(piece)
            if decoded is None and line == 1 and not carried:
                self._facts.skipped[path] = BINARY
                return
            text = piece if decoded is None else decoded  # what begins as text is text, whatever lies in it
            yield Fragment(path, carried + text, line - carried.count(b"\n"), commit=self._commit)

    def _note(self, path: str, problem: str) -> None:
        """Puts down why something could not be looked at; of many only how many they are."""
        if path == self._path or len(self._facts.incomplete) < NAMED:
            self._facts.incomplete[path] = problem
        else:
            self._unnamed += 1


def inside(path: str, name: bytes) -> str:
    """The path of a member as it is shown. No part of it means another folder: `../../etc/passwd` is no path of this repository."""
    text = name[:LONGEST_NAME].decode("utf-8", "surrogateescape").replace("\\", "/").lstrip("/")
    parts = [part.replace(".", "%2E") if part in (".", "..") else part for part in text.split("/") if part]
    return path + INSIDE + "/".join(parts)


def begun(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """As much of a stream's beginning as says what it is, and the stream, that beginning too."""
    first = b""
    try:
        while len(first) < SNIFF and (piece := next(pieces, b"")):
            first += piece
    except Unreadable as problem:
        return first, failing(first, problem)
    return first, chain((first,), pieces)


def failing(first: bytes, problem: Unreadable) -> Iterator[bytes]:
    """What could be read before the damage, and then that."""
    if first:  # nothing would be taken for the end
        yield first
    raise problem


def grouped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about a MiB, cut after a line where there is one. What comes before damage comes first."""
    parts: list[bytes] = []
    size = 0
    problem = None
    while True:
        try:
            piece = next(pieces, b"")
        except Unreadable as error:
            piece, problem = b"", error
        parts.append(piece)
        size += len(piece)
        if size and (size >= PIECE or not piece):
            whole = b"".join(parts)
            cut = (whole.rfind(b"\n") + 1 or len(whole)) if piece else len(whole)
            yield whole[:cut]
            parts, size = [whole[cut:]], len(whole) - cut
        if problem:
            raise problem
        if not piece:
            return
