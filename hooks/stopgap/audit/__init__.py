"""What was ever in history, as plain data: config files and the values in them, and secrets anywhere. It holds no value, no hash of one."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..model import Confidence, Fact
from ..model import Moment as Moment

# in-use: the same value is in HEAD, the index or an untracked env file here; replaced: its key has another one there; gone: no such key
Use = Literal["in-use", "replaced", "gone"]
# what the ledger says of a value; "" where it says nothing
Account = Literal["", "rotated", "revoked", "not-a-secret", "accepted"]
Deed = Literal["added", "changed", "removed", "renamed"]


class Event(NamedTuple):
    """What one commit did to a file. `source`: the path that it was renamed from, else ""."""

    deed: Deed
    moment: Moment
    path: str
    source: str = ""


class File(NamedTuple):
    """The life of a config file, under all the names that it had; `path` is the first of them that is a config file's.

    `refs` reach a commit that holds it; of these `public` are tags and remote branches: others could have seen it. `here`: HEAD has it.
    `commits`: those whose tree holds it.
    """

    path: str
    why: str
    events: tuple[Event, ...]
    refs: tuple[str, ...]
    public: tuple[str, ...]
    here: bool
    commits: int = 0


class Value(NamedTuple):
    """The life of one value: of a key in a config file, or of a secret anywhere, where `key` is its rule.

    `blob` is the first that held it: with path and key it names the value in the ledger. `commits`: those whose tree holds it at that path.
    `used` says where it is still in use. `secret`: whether it looks like one, or only stands in a config file. `blobs`: all that hold it
    at that path. A secret is one for all paths: `paths` has them, `path` is the first, and `commits` and `blobs` are those of all.
    """

    kind: Literal["setting", "secret"]
    path: str
    key: str
    blob: str
    line: int
    first: Moment
    last: Moment
    commits: int
    use: Use
    used: tuple[str, ...] = ()
    secret: bool = True
    confidence: Confidence = "high"
    what: str = ""
    provider: str = ""
    rotate: str = ""
    refs: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    account: Account = ""
    reason: str = ""
    blobs: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Audit(NamedTuple):
    """Both inventories, what could not be looked at, and what was left out by design."""

    files: tuple[File, ...]
    values: tuple[Value, ...]
    commits: int
    blobs: int
    refs: int
    incomplete: tuple[Fact, ...] = ()
    skipped: tuple[Fact, ...] = ()
