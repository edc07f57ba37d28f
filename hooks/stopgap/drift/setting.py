"""The facts that flow from the readers to the check: a setting as it is read, and the same without its value."""

from __future__ import annotations

from typing import Literal, NamedTuple

# What a key says of its value. own: the project's settings name the key.
Nature = Literal["secret", "connection", "own", ""]
# Where a connection leads: to the same machine, to a name without a dot (of a container, a service), anywhere else, or nobody can tell.
Reach = Literal["loopback", "label", "remote", ""]

MOST = 20_000  # settings of one file


class Raw(NamedTuple):
    """A setting as a reader gives it. `value` is None where the file has the key and no literal: a reference, a secret of CI's.

    `unit` is the part of the application that it is for ("" for all of it): a service, a container. `environment` is what the file itself
    says of that. `layer`: a default that other places are meant to replace. `unit_is_path`: the unit is a folder of the repository.
    """

    key: str
    value: str | None
    line: int
    unit: str = ""
    environment: str = ""
    layer: bool = False
    unit_is_path: bool = False


class Setting(NamedTuple):
    """A literal value under a key, less the value.

    `name` is the key in the one spelling by which it is compared; `digest` is equal where values are, and tells nothing else: its key is
    made for the run. `sample`: a value that everybody has, such as `postgres`. `kind`: the module that read it.
    """

    key: str
    name: str
    nature: Nature
    path: str
    line: int
    kind: str
    environment: str
    owner: tuple[str, ...]
    digest: bytes
    reach: Reach = ""
    sample: bool = False
    layer: bool = False
    template: bool = False


class Template(NamedTuple):
    """An env file's model: every key that it names, in a comment too."""

    path: str
    names: frozenset[str]


class Held(NamedTuple):
    """A value in a template that detection takes for a real one."""

    key: str
    path: str
    line: int
    column: int
    what: str


class Read(NamedTuple):
    """A place that reads a setting and has no default for it. `hard`: it stops where there is none.

    `beside`: it reads the env file of its own folder, so that no other template counts.
    """

    key: str
    path: str
    line: int
    hard: bool
    beside: bool = False
