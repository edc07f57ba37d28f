"""The reading of the files that hold settings: the module of each kind is imported when the first such file is met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from ..deploy.yamls import LARGEST, Unreadable
from ..detect.text import to_utf8
from . import places
from .keys import nature, normal
from .kinds import kind
from .setting import MOST, Nature, Raw, Read, Setting

# What a file without the Kubernetes reader's words in it need not be decoded for.
MANIFEST = re.compile(rb"(?m)^[ \t-]{0,20}kind:|Generator:")
# Kinds of which a name that says more makes a variant of its own (`compose.mysql.yml`, `eu.tfvars`), and those of which it names a part of
# the application (`.env.redis`, `fly.worker.toml`). The names of all others say nothing.
VARIANTS, PARTS = frozenset(("compose", "helm", "terraform")), frozenset(("env_file", "dockerfile", "platforms"))
DEPLOYS = re.compile(r"(?i)deploy|release|publish|prod|cd\.ya?ml")  # workflows that do more than try things out
NAME = re.compile(r"[A-Za-z_][\w.-]{0,199}\Z")
READERS = frozenset(("workflow", "compose"))  # kinds that read settings too


class Reader(Protocol):
    """What each module here offers."""

    def read(self, path: str, text: str) -> Iterator[Raw]: ...

    def reads(self, path: str, text: str) -> Iterator[Read]: ...  # those of READERS


class Given(NamedTuple):
    """What one file gives: its literals that are compared, what it reads, and why it could not be read.

    `names` are all that are in it, `given` those that have a literal.
    """

    settings: tuple[Setting, ...] = ()
    names: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    reads: tuple[Read, ...] = ()
    unknown: str = ""


def settings(path: str, data: bytes, own: Callable[[str], bool]) -> Given:
    """What one file gives. `own`: whether the project's settings ask for a key."""
    module = kind(path)
    if module == "kubernetes" and not MANIFEST.search(data):
        return Given()
    if len(data) > LARGEST:
        return Given(unknown="it is larger than a MiB")
    utf8 = to_utf8(data)
    if utf8 is None:
        return Given(unknown="it is binary")
    reader = cast(Reader, import_module(f".{module}", __package__))
    text = utf8.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    found: list[Setting] = []
    named: set[str] = set()
    given: set[str] = set()
    try:
        for count, raw in enumerate(reader.read(path, text)):
            if count >= MOST:
                raise Unreadable(f"it holds more than {MOST} settings")
            if not NAME.match(raw.key):
                continue
            named.add(normal(raw.key))
            given.update(() if raw.value is None else (normal(raw.key),))
            one = judged(path, module, raw, nature(raw.key) or ("own" if own(raw.key) else ""))
            found += [one] if one else []
        reads = tuple(reader.reads(path, text)) if module in READERS else ()
        if places.is_template(path) and module == "env_file":
            named.update(map(normal, import_module(".env_file", __package__).commented(text)))
    except Unreadable as error:
        return Given(unknown=str(error))
    return Given(tuple(found), frozenset(named), frozenset(given), reads)


def judged(path: str, module: str, raw: Raw, nature: Nature) -> Setting | None:
    """The setting without its value. None: it is not compared, or there is no literal."""
    if not nature or raw.value is None or not raw.value.strip():
        return None  # most settings: what judges a value takes time to begin
    from ..detect import shown
    from . import values

    if not values.is_literal(raw.key, raw.value, nature):
        return None
    nature = values.nature_with(nature, raw.value)
    where = places.place(path)
    environment = raw.environment or where.environment
    if module in VARIANTS and where.rest and not path.lower().endswith(".tf"):
        environment = f"{environment}+{where.rest}".lstrip("+")
    return Setting(
        shown.name(raw.key),
        normal(raw.key),
        nature,
        path,
        raw.line,
        module,
        environment,
        owner(path, module, raw, nature, (*where.owner, where.rest) if module in PARTS and where.rest else where.owner),
        values.digest(raw.value, nature),
        values.reach(raw.value, nature) if nature != "own" else "",
        values.is_sample(
            raw.value, weak=places.is_template(path) or (module == "workflow" and not environment and not DEPLOYS.search(path))
        ),
        raw.layer,
        places.is_template(path),
    )


def owner(path: str, module: str, raw: Raw, nature: Nature, file: tuple[str, ...]) -> tuple[str, ...]:
    """Whose the setting is: its file's place, and the unit in it. Workflows share their secrets; a connection is each workflow's own."""
    if module == "workflow":
        return file if nature == "secret" else (*file, f"={path.rpartition('/')[2]}")
    if raw.unit_is_path:
        return places.folder(raw.unit)  # one of the repository's own folders, whatever the file is called
    return (*file, *(part for part in raw.unit.lower().split("/")[: places.DEEPEST] if part))
