"""Which blobs are there, and what leads to them."""

from __future__ import annotations

from collections.abc import Collection

from .process import Complaints, failure, git, start

REACHED = ("rev-list", "--objects", "--no-object-names", "--missing=print", "--all", "--reflog")


def missing(blobs: Collection[str]) -> set[str]:
    """Those of the blobs that git does not have."""
    asked = sorted(blobs)
    if not asked:
        return set()
    out = git("cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in asked).encode("ascii"))
    return {name for name, line in zip(asked, out.splitlines(), strict=True) if line.endswith(b" missing")}


def unreached(blobs: Collection[str]) -> set[str]:
    """Those of the blobs that no ref and no reflog leads to, also where git still has them; none in a clone without the whole history.

    Raises StopgapError for a damaged repository.
    """
    if git("rev-parse", "--is-shallow-repository").strip() == b"true":
        return set()
    process = start(*REACHED)
    complaints = Complaints(process)
    assert process.stdout
    left = {blob.encode("ascii") + b"\n" for blob in blobs}
    partial = False
    for line in process.stdout:
        left.discard(line)
        partial |= line.startswith(b"?")
    if process.wait():
        raise failure(REACHED, process.returncode, complaints.said())
    return set() if partial else {line.decode("ascii").strip() for line in left}


def blob_at(commit: str, path: str) -> str:
    """The blob of a file in a commit; "" where the commit, or the file in it, is not there."""
    words = git("ls-tree", "-z", "--full-tree", commit, "--", path, ok=(0, 128)).split(b"\t")[0].split()
    return words[2].decode("ascii") if words[1:2] == [b"blob"] else ""
