"""What check-drift looks at: the settings of the tracked files, the keys of the templates, and what the code reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..checks.drift import Facts
from ..config import Config, Globs
from ..deploy.names import Names
from ..detect.allowed import Allowed
from ..detect.text import to_utf8
from ..drift import kinds, places
from ..drift.setting import Held, Read, Template
from ..git import grep, index
from ..git.blobs import Blobs
from ..git.index import LINK, SUBMODULE, Entry
from ..git.repository import Repository
from ..model import Fact, Fragment

LARGEST = 1 << 20  # bytes of a file that holds settings; one more is read, to see that there are more
GIVEN = re.compile(rb"[=:][ \t]{0,8}[\"']?[^\s\"'#]")  # a value, in a comment too
CODE_FILES = 5_000  # files whose reads are looked for


class Drifting(NamedTuple):
    """The facts, how many tracked files were looked at by their names, and how many of them held settings."""

    facts: Facts
    names: int
    read: int


class Begun(NamedTuple):
    """What the names of the index say: the files to read, and git's search in the code, which goes on beside."""

    entries: dict[str, Entry]
    wanted: tuple[str, ...]
    search: grep.Search | None


def begin(settings: Config, entries: dict[str, Entry], known: Names, named: Iterable[str]) -> Begun:
    """Starts what takes git a while: the search in the code, only where there is a template to compare it with.

    `known` are the names of the entries, and `named` those that may hold settings.
    """
    excluded = Globs(settings.exclude)
    wanted = tuple(path for path in named if entries[path].mode not in (SUBMODULE, LINK) and path not in excluded)
    if not any(map(is_template, wanted)):
        return Begun(entries, wanted, None)
    from ..drift import reads

    endings = known.written(ending[1:] for ending in reads.ENDINGS)
    return Begun(entries, wanted, grep.Search(reads.MARKS, endings) if endings else None)


def is_template(path: str) -> bool:
    """An env file's model."""
    return kinds.kind(path) == "env_file" and places.is_template(path)


def look(repository: Repository, settings: Config, allowed: Allowed) -> Drifting:
    """Goes by the names of the index, and opens only what can hold settings, and code that may read them."""
    entries = {entry.path: entry for entry in index.entries()}
    known = Names(entries)
    begun = begin(settings, entries, known, kinds.among(known))
    with Blobs() as blobs:
        return end(repository, settings, allowed, begun, blobs)


def end(repository: Repository, settings: Config, allowed: Allowed, begun: Begun, blobs: Blobs) -> Drifting:
    """What the files give."""
    from ..drift import files
    from ..drift.keys import matcher

    own, ignored = matcher(settings.drift_keys), matcher(settings.drift_ignore)
    given = {path: files.settings(path, blobs.read(begun.entries[path].name, LARGEST + 1), own) for path in begun.wanted}
    templates = [path for path in given if is_template(path)]
    reads = [read for one in given.values() for read in one.reads]
    real = list(held(repository, settings, allowed, {path: blobs.read(begun.entries[path].name, LARGEST) for path in templates}))
    if begun.search:
        named = [name for path, one in given.items() if kinds.kind(path) != "env_file" for name in one.given]
        reads += in_code(blobs, named, [begun.entries[path] for path in begun.search.paths() if path in begun.entries], settings)
    facts = Facts(
        tuple(setting for one in given.values() for setting in one.settings),
        tuple(Template(path, given[path].names) for path in templates),
        tuple(real),
        tuple(reads),
        tuple(Fact(path, one.unknown) for path, one in given.items() if one.unknown),
        ignored,
    )
    return Drifting(facts, len(begun.entries), sum(bool(one.names) for one in given.values()))


def in_code(blobs: Blobs, named: Iterable[str], entries: Iterable[Entry], settings: Config) -> list[Read]:
    """The reads of the code that have no default anywhere, of keys that no other file of settings gives."""
    from ..drift import reads
    from ..drift.keys import normal

    given, excluded = frozenset(named), Globs(settings.exclude)
    found: list[Read] = []
    optional: set[str] = set()
    code = [entry for entry in dict.fromkeys(entries) if reads.is_code(entry.path) and entry.path not in excluded]
    for entry in code[:CODE_FILES]:
        if not places.is_aside(entry.path) and not reads.is_tool(entry.path):
            there, without = reads.read(entry.path, text_of(blobs, entry, reads.LARGEST))
            found += there
            optional |= without
    return [one for one in found if one.key not in optional and normal(one.key) not in given]


def text_of(blobs: Blobs, entry: Entry, largest: int) -> str:
    """A file's text, "" for one that is larger."""
    data = blobs.read(entry.name, largest + 1)
    return "" if len(data) > largest else data.decode("utf-8", "replace")


def held(repository: Repository, settings: Config, allowed: Allowed, templates: dict[str, bytes]) -> Iterator[Held]:
    """The values in templates that detection takes for real ones; what a comment beside them, or an entry, allows is none."""
    templates = {path: data for path, data in templates.items() if GIVEN.search(to_utf8(data) or b"")}
    if not templates:
        return  # mostly: a template has names and no values, and a detector takes time to begin
    from ..detect.engine import Detector
    from .rule_set import rule_set

    known = rule_set(repository.top, settings)
    detector = Detector(known.rules, allowed, known.others, known.off)
    for path, data in templates.items():
        for match in detector.scan(Fragment(path, to_utf8(data) or b"")):
            if match.confidence != "low":
                yield Held(match.key or match.rule, path, match.line, match.column, match.what)
