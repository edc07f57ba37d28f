"""A configuration file as a table: YAML, JSON or TOML, of any origin. Nothing in it is executed, and no message quotes it."""

from __future__ import annotations

from typing import Any

from .. import files
from ..model import StopgapError


def load(data: bytes, where: str) -> dict[str, Any]:
    """A file of YAML, JSON or TOML as a table. Raises StopgapError that gives the place and never quotes the text."""
    document = files.toml(data, where) if where.endswith(".toml") else from_yaml(data, where)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise StopgapError(f"{where}: not a configuration: its top level is no table")
    return document


def from_yaml(data: bytes, where: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise StopgapError(f"{where}{place}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # bad bytes; a date such as 2026-13-45; brackets without end
        raise StopgapError(f"{where}: not YAML ({type(error).__name__})") from None
