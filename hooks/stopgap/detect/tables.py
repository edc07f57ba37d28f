"""The tables of this folder: rules.toml, names.toml, words.toml.

They are TOML, which people read and change. Parsing them takes longer than a small commit's whole scan, so the build (setup.py) writes each
as a Python literal too, which an installed stopgap imports; a checkout has none of these, and reads the TOML.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def table(name: str) -> dict[str, Any]:
    """The table of NAME.toml. Raises no error for a table that comes with stopgap."""
    return built(name) or parsed(name)


def built(name: str) -> dict[str, Any]:
    """What the build wrote under this name; nothing in a checkout."""
    try:
        found: dict[str, Any] = import_module(f"._{name}_table", __package__).TABLE
    except ModuleNotFoundError:
        return {}
    return found


def parsed(name: str) -> dict[str, Any]:
    """The same, from the TOML."""
    import os

    import tomli

    with open(os.path.join(os.path.dirname(__file__), f"{name}.toml"), "rb") as file:
        return tomli.load(file)
