"""The file whose settings go to a store, read strictly: what stands in a store is what the application gets, whatever it reads it with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..detect import dotenv, encrypted, shown
from ..model import StopgapError
from ..sides import Dump, content, members
from ..sides.file import File
from . import environment

SHOWN = 5  # problems in one line


class Local(NamedTuple):
    """Settings of a file, by their keys and in its order. `refers`: the keys whose value refers to other settings, or to a command."""

    path: str
    values: Mapping[str, str]
    lines: Mapping[str, int]
    refers: frozenset[str] = frozenset()


def read(path: str) -> Local:
    """The settings of an env file, or of a JSON object. Raises StopgapError, in one line and without a value, for all that is unclear."""
    data, _ = File(path).bytes()
    sealed = encrypted.plain_secrets(path, data)
    if sealed:
        raise StopgapError(f"cannot use {path}: it is encrypted with {sealed.tool}; decrypt it into a pipe: <(...) in place of the file")
    dump = content.read(data, path)
    if dump.form == "environment":
        raise StopgapError(f"cannot use {path}: it is a process's environment (the output of `env`), and no file of settings")
    is_json = dump.form == "json"
    refuse(path, environment.problems(members.read(dotenv.decoded(data), path, unique=True)) if is_json else problems(data, dump))
    entries = dump.entries
    return Local(
        path,
        {key: entry.value for key, entry in entries.items()},
        {key: entry.line for key, entry in entries.items()},
        frozenset(key for key, entry in entries.items() if entry.refers),
    )


def check(local: Local, keys: Iterable[str]) -> None:
    """Raises StopgapError for those of the keys whose value a store could not hold as the application gets it."""
    referring = [key for key in keys if key in local.refers]
    if referring:
        where = ", ".join(f"{shown.name(key)} (line {local.lines[key]})" for key in referring[:SHOWN])
        raise StopgapError(
            f"cannot use {local.path}: {where} {'refers' if len(referring) == 1 else 'refer'} to other settings, which a store does not "
            "work out: write the value out, or in single quotes if the dollar sign or the backquote belongs to it"
        )


def refuse(name: str, problems: Iterable[str]) -> None:
    """Raises StopgapError where there is a problem, in one line with the others."""
    found = list(problems)
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise StopgapError(f"cannot use {name}: {'; '.join(found[:SHOWN])}{more}")


def problems(data: bytes, dump: Dump) -> Iterator[str]:
    """What in a dotenv file is no setting, or not clearly one."""
    counts = Counter(setting.key for setting in dotenv.settings(data) if setting.key in dump.entries)
    for key in (key for key, count in counts.items() if count > 1):
        numbers = [str(setting.line) for setting in dotenv.settings(data) if setting.key == key]
        yield f"{shown.name(key)} stands in it {len(numbers)} times (lines {', '.join(numbers)}): leave the one that is right"
    if dump.unread:
        numbers = [str(number) for number in dump.unread[:SHOWN]]
        more = f" and {len(dump.unread) - SHOWN} more" if len(dump.unread) > SHOWN else ""
        said = f"line {numbers[0]} is" if len(dump.unread) == 1 else f"lines {', '.join(numbers)}{more} are"
        yield f"{said} not KEY=value"
    yield from environment.unholdable((key, entry.value, entry.line) for key, entry in dump.entries.items())
