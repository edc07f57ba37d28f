"""`stopgap store push`: writes the secrets of an env file to a store, and proves that they arrived."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from . import cli
from .checks import store_push as push
from .checks.store_push import Change, Facts, Known
from .checks.untrack_plan import lines
from .gather import exposed as history
from .gather.exposed import Exposed
from .gather.store_keys import chosen
from .git import index
from .git.repository import Repository
from .model import StopgapError
from .report.escape import visible
from .sides.file import PIPES
from .sides.members import plain
from .store import Described, Store, Version, Written, environment, local, store
from .store.digests import digests
from .store.local import Local

DESCRIPTION = """Plans what the secrets of an env file become in a store, one JSON object, and with --apply writes them: a new version,
which is read back and compared before it becomes current, on the condition that nobody has written meanwhile. Keys that are there stay
as they are, the version before is kept, and the file is left alone. A key that has another value there is refused, and so is a value
that stands in the repository's history."""
EXITS = """exit status: 0 planned, or done; 1 refused, nothing is written; 2 could not be done; 3 a crash (a bug of stopgap);
130 interrupted"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("store push", DESCRIPTION, reports=False)
    parser.epilog = EXITS
    parser.add_argument("file", metavar="FILE", help="an env file, or a JSON object")
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="aws-sm://REGION/NAME; aws-sm:///NAME leaves the region to AWS' SDK")
    parser.add_argument("--apply", action="store_true", help="write it")
    parser.add_argument("--only", action="append", default=[], metavar="KEY", help="only the secrets that this glob matches (repeatable)")
    parser.add_argument("--also", action="append", default=[], metavar="KEY", help="these keys too, although they look plain (repeatable)")
    parser.add_argument("--ignore", action="append", default=[], metavar="KEY", help="not the keys that this glob matches (repeatable)")
    parser.add_argument("--replace", action="append", default=[], metavar="KEY", help="write the file's value over another (repeatable)")
    parser.add_argument("--accept-exposed", action="store_true", help="write values although the repository's history holds them")
    args = parser.parse_args(argv)
    return cli.guarded(lambda: run(args))


class Looked(NamedTuple):
    """What there is: the file, the store and what it held then, and what follows of both. `known`: what the history has of the values."""

    read: Local
    target: Store
    seen: Version | None
    described: Described | None
    known: Exposed
    facts: Facts


def run(args: Namespace) -> int:
    looked = look(args)
    facts, writes = looked.facts, bool(looked.facts.change.written)
    why = [*push.refusals(facts, accepted=args.accept_exposed), *underway(looked.described, facts.target)]
    unknown = looked.known.incomplete if writes and not args.accept_exposed else ()
    stop = bool(why or unknown)
    written = write(looked) if args.apply and writes and not stop else None
    show(facts, headline(facts.change, written, stop), written, applied=args.apply and not stop)
    for line in (*remarks(looked, written, args), *why):
        cli.say(f"stopgap: {line}")
    for line in unknown:
        cli.say(f"stopgap: cannot tell whether these values stand in the history: {line}; or go on with --accept-exposed")
    return cli.UNCHECKED if unknown else cli.FOUND if why else cli.CLEAN


def look(args: Namespace) -> Looked:
    """Reads all there is, and last what the store says of a rotation, as that changes most. Raises StopgapError."""
    read = local.read(args.file)
    path = Path(os.path.abspath(args.file))
    repository = history.repository_here()
    keys = chosen(read.values, args.only, args.also, args.ignore, repository)
    checked(read, keys.secrets, args.replace)
    target = store(args.to)
    seen = target.current()
    change = compared(read, keys.secrets, seen, args.replace, target.name)
    found = history.exposed(repository, {key: read.values[key] for key in keys.private})
    described = target.describe() if seen and change.written else None
    facts = Facts(
        "" if args.file.startswith(PIPES) else args.file,
        target.name,
        change,
        tuple(Known(one.key, one.path, one.commit, one.day) for one in found.found),
        keys.plain,
        keys.left,
        keys.asked,
        is_tracked(repository, path),
        bool(described and described.rotation.enabled),
    )
    return Looked(read, target, seen, described, found, facts)


def checked(read: Local, keys: Sequence[str], replace: Iterable[str]) -> None:
    """Raises StopgapError where there is nothing to push, or the arguments name what is not pushed."""
    if not keys:
        raise StopgapError(f"nothing of {read.path} goes to a store: none of its settings looks like a secret (--also KEY takes one along)")
    local.check(read, keys)
    for key in replace:
        if key not in keys:
            raise StopgapError(f"--replace {push.named([key])}: this key is not among those of {read.path} that go to the store")


def compared(read: Local, keys: Sequence[str], seen: Version | None, replace: Sequence[str], name: str) -> Change:
    """What differs, by hashes under a key of this run. Raises StopgapError for a target that no command could be started from."""
    secret = os.urandom(32)
    there = None
    if seen is not None:
        local.refuse(name, environment.problems({key: value for key, value in seen.members.items() if key not in replace}))
        there = digests(secret, {key: plain(value) for key, value in seen.members.items()})
    return push.change(digests(secret, {key: read.values[key] for key in keys}), there, replace)


def write(looked: Looked) -> Written:
    """The members that are there with ours among them."""
    ours = {key: looked.read.values[key] for key in looked.facts.change.written}
    return looked.target.write({**(looked.seen.members if looked.seen else {}), **ours}, looked.seen)


def is_tracked(repository: Repository | None, path: Path) -> bool:
    """Whether git tracks the file."""
    return repository is not None and repository.top in path.parents and bool(index.entries(path.relative_to(repository.top).as_posix()))


def underway(described: Described | None, name: str) -> Iterable[str]:
    """A rotation that runs began with the version before this push, and ends by making its own current: without what is pushed now."""
    if described and described.rotation.underway:
        yield (
            f"a rotation of {name} is under way, and would take back what is written now: wait until it has ended; one that has failed "
            f"is ended by: {described.rotation.ending}"
        )


def headline(change: Change, written: Written | None, stop: bool) -> str:
    """The first line: what has happened."""
    if written:
        return f"done: version {written.id} is current; it was read back, and is what was sent"
    if not change.written and not stop:
        return "nothing to write: all of it is there already, with the same values"
    return "refused, nothing is written" if stop else "a plan, nothing is written; --apply does it"


def show(facts: Facts, first: str, written: Written | None, *, applied: bool) -> None:
    """Prints what was decided, in UTF-8 whatever the locale is. Commands go out as they are: an escape in one would be another name."""
    out = [f"stopgap store push: {first}"]
    if written and written.back:
        out += ["  to go back to the version before, which is kept:", f"    {written.back}"]
    out += [line if is_command else visible(line) for line, is_command in lines(push.parts(facts, applied=applied))]
    sys.stdout.flush()
    sys.stdout.buffer.write("".join(f"{line}\n" for line in out).encode("utf-8"))
    sys.stdout.buffer.flush()


def remarks(looked: Looked, written: Written | None, args: Namespace) -> Iterator[str]:
    """What is to be known beside it."""
    known, facts = looked.known, looked.facts
    if known.note:
        yield known.note
    elif known.weak:
        yield f"too plain to be looked for in all of the history, only its env files were: {push.named(known.weak)}"
    accepted = [one.key for one in facts.known if one.key in facts.change.written] if args.accept_exposed else []
    if accepted:
        yield f"accepted although the history holds the values: {push.named(accepted)}"
    if known.incomplete and args.accept_exposed:
        yield f"accepted although the history could not be read whole: {'; '.join(known.incomplete)}"
    if facts.rotating and facts.change.replace:
        yield f"{facts.target} is rotated by the store itself: what it has set for {push.named(facts.change.replace)} is replaced"
    if written and written.note:
        yield written.note
