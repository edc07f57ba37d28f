"""`stopgap store rotation`: is a secret rotated, and does the repository's history still hold one of its values?"""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence

from . import cli
from .checks import store_rotation as check
from .checks.store_push import Known, named
from .gather import exposed as history
from .gather.exposed import Exposed
from .gather.store_keys import chosen
from .model import Fact, Report, Scope, StopgapError
from .sides.members import plain
from .store import Rotation, store

DESCRIPTION = """Says whether a store rotates a secret by itself, when it last did and has to, and what switching that on takes; and looks
for the secret's values in the history of the repository that we are in: one that stands there was never rotated. No value is shown in
any format, and nothing is changed."""
ANY = "aws-sm:///"  # the region is then the SDK's own


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("store rotation", DESCRIPTION)
    parser.add_argument("name", metavar="ADDRESS", help="aws-sm://REGION/NAME; a bare NAME or ARN is one of AWS, the region the SDK's own")
    args = parser.parse_args(argv)
    return cli.run(lambda: rotation(args), args)


def rotation(args: Namespace) -> Report:
    target = store(args.name if "://" in args.name else f"{ANY}{args.name}")
    described = target.describe()
    if described is None:
        raise StopgapError(f"cannot read {target.name}: there is no such secret in this region")
    version = target.current()
    values = dict(flat(version.members)) if version else {}
    secrets = chosen(values).private if values else ()
    found = history.exposed(history.repository_here(), {key: values[key] for key in secrets})
    known = [Known(one.key, one.path, one.commit, one.day) for one in found.found]
    facts = of_rotation(target.name, described.rotation, version.created if version else None)
    scope = Scope(
        "rotation",
        found.contents,
        bytes=found.bytes,
        incomplete=tuple(Fact("", f"the history: {reason}") for reason in found.incomplete),
        note=summed_up(len(secrets), len(values), found),
    )
    # history that could not be read whole is not "rotated"
    return Report(tuple(check.findings(facts, known)), scope, warnings=(found.note,) if found.note and secrets else (), strict=True)


def flat(members: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Each value with its key; those of an inner object with both names."""
    for key, value in members.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        elif value is not None:
            yield f"{before}{key}", plain(value)


def of_rotation(name: str, told: Rotation, written: int | None) -> check.Facts:
    """What the store tells, and the time."""
    now = int(time.time())
    return check.Facts(name, now, told.enabled, told.last, told.due, told.every, told.by, written, told.underway, told.ending, told.needs)


def summed_up(secrets: int, values: int, found: Exposed) -> str:
    """How much was looked for, and where."""
    if found.note:
        return f"no history to look for {'a value' if secrets == 1 else 'values'} in"
    said = f"looked for {secrets} of {values} {'value' if values == 1 else 'values'} in the history, those that are secrets"
    if found.weak:
        said += f"; {named(found.weak)} only in its env files, as too plain to be found elsewhere"
    return said
