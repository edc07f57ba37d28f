"""What a store holds, as variables of a process, and the process's own environment beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from ..detect import shown
from ..model import StopgapError
from ..sides import members as objects

SHOWN = 5  # problems in one line
# the locale that Python puts in place of the locale C (PEP 538), for itself and, as it stays in the environment, for all it starts
COERCED = (b"C.UTF-8", b"C.utf8", b"UTF-8")
STARTED_WITH = "/proc/self/environ"  # what execve(2) was given, whatever the process has made of it (proc(5))


def variables(members: Mapping[str, object], store: str, prefix: str = "") -> dict[str, str]:
    """Each member under its variable's name: a text as it is, a number or a boolean as it is written, what is nested as JSON text.

    Raises StopgapError for what no environment can hold; `store` is how the message calls the place.
    """
    wrong = list(problems(members))
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise StopgapError(f"cannot start from {store}: {'; '.join(wrong[:SHOWN])}{more}")
    return {prefix + key: objects.plain(value) for key, value in members.items()}


def problems(members: Mapping[str, object]) -> Iterator[str]:
    """Which members of a JSON object are no settings that a command could be started with."""
    yield from (f"{shown.name(key)} is null: it needs a value, or has to go" for key, value in members.items() if value is None)
    yield from unholdable((key, objects.plain(value), 0) for key, value in members.items())


def unholdable(settings: Iterable[tuple[str, str, int]]) -> Iterator[str]:
    """Names and values, each with its line or 0, that no process's environment can hold (environ(7): `name=value`, ended by a NUL)."""
    for key, value, line in settings:
        at = f" (line {line})" if line else ""
        if not key or "=" in key or "\0" in key:  # it may be a whole setting, and is not shown
            yield f"a key{at} is no name that the environment can hold: {'it has = or NUL in it' if key else 'it is empty'}"
        elif "\0" in value:
            yield f"the value of {shown.name(key)}{at} has a NUL in it, which the environment cannot hold"
        elif not is_text(key):
            yield f"a key{at} is not UTF-8"
        elif not is_text(value):
            yield f"the value of {shown.name(key)}{at} is not UTF-8"


def is_text(string: str) -> bool:
    r"""Whether it can be UTF-8: JSON can hold half of a surrogate pair, `"\ud800"`."""
    return not any("\ud800" <= sign <= "\udfff" for sign in string)


def own() -> dict[bytes, bytes]:
    """This process's environment, without what Python itself put there. Where the system has no /proc, that stays."""
    found = dict(os.environb)
    started = started_with() if found.get(b"LC_CTYPE") in COERCED else None
    if started is not None and started.get(b"LC_CTYPE") != found[b"LC_CTYPE"]:
        del found[b"LC_CTYPE"]
        found.update({key: value for key, value in started.items() if key == b"LC_CTYPE"})
    return found


def started_with() -> dict[bytes, bytes] | None:
    """The environment that the system keeps of this process's start, or None."""
    try:
        with open(STARTED_WITH, "rb") as file:
            parts = [part.partition(b"=") for part in file.read().split(b"\0") if part]
    except OSError:
        return None
    return {key: value for key, _, value in parts}


def differing(given: Mapping[bytes, bytes], wanted: Mapping[str, str]) -> list[str]:
    """The names of the variables that are set already, and to something else."""
    return [name for name, value in wanted.items() if given.get(name.encode(), value.encode()) != value.encode()]


def merged(given: Mapping[bytes, bytes], wanted: Mapping[str, str]) -> dict[bytes, bytes]:
    """The environment to start with: what was given, and over it what the store holds, as UTF-8 whatever the locale is."""
    return {**given, **{name.encode(): value.encode() for name, value in wanted.items()}}
