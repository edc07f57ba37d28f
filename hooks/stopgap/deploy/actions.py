"""Steps of CI systems that copy, by what actions.toml says of them: GitHub's actions, Bitbucket's pipes, Azure's tasks, Drone's plugins."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from . import place

VERSION = re.compile(r"v?(\d+(?:\.\d+)*)\Z")
NEWEST = (1 << 20,)
YES = frozenset(("true", "yes", "1", "on"))
MOST = 200  # values of one input


class Step(NamedTuple):
    """A step that names an action. `version` stands behind the name, "" where nothing does; `lines` is where each input's text begins."""

    system: str
    name: str
    version: str
    inputs: dict[str, str]
    line: int
    workspace: str = place.ROOT
    lines: dict[str, int] = {}  # noqa: RUF012 -- never changed

    def has(self, name: str) -> bool:
        """Whether an input says yes."""
        return self.inputs.get(name.lower(), "").strip().lower() in YES


@cache
def rows() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The rows of actions.toml by system and name. An installed stopgap has them as a Python literal, as TOML takes longer to read."""
    try:
        table = import_module("._actions_table", __package__).TABLE
    except ModuleNotFoundError:
        import tomli

        with open(os.path.join(os.path.dirname(__file__), "actions.toml"), "rb") as file:
            table = tomli.load(file)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in table["action"]:
        for name in row["names"]:
            found.setdefault((row.get("system", "github"), name.lower()), []).append(row)
    return found


def rows_of(system: str, name: str, version: str) -> list[dict[str, Any]]:
    """What is known of an action in this version, nothing where it is not in the table."""
    number = numbers(version)
    return [
        row
        for row in rows().get((system, name.lower()), [])
        if bound(row.get("from", "0")) <= number < (bound(row["below"]) if "below" in row else (*NEWEST, 1))
    ]


def numbers(version: str) -> tuple[int, ...]:
    """`v4.3.5` as numbers; `v4` is the newest of its kind, and a branch or a commit the newest of all."""
    found = VERSION.match(version)
    if found is None:
        return NEWEST
    return (*bound(found[1]), *(() if found[1].count(".") > 1 else NEWEST))


def bound(version: str) -> tuple[int, ...]:
    """`4.4` as numbers."""
    return tuple(int(part[:9]) for part in version.split("."))


def words(name: str) -> str:
    """What to add so that a file stays behind, "" where the name is none of an action."""
    return next((row["words"] for (_, known), held in rows().items() if known == name.lower() for row in held if "words" in row), "")


def parted(value: str, between: str) -> list[str]:
    """The values of an input that holds several."""
    if between == "blank":
        found = value.split()
    else:
        found = [one.strip() for one in (value.splitlines() if between == "line" else value.split(between))]
    return [one for one in found if one][:MOST]
