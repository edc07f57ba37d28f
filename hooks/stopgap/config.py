"""`[tool.stopgap]` in pyproject.toml, or stopgap.toml, to a Config. What is not known is an error, with the nearest known name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from . import files, globs
from .model import CONFIDENCES, Confidence, StopgapError


class Config(NamedTuple):
    """The project's settings. Globs are those of .gitignore, without negation, against paths from the repository's root."""

    allow_files: tuple[str, ...] = ()
    extra_files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    env_policy: str = "names"
    push_scope: str = "push"
    min_confidence: Confidence = "medium"
    strict: bool = False
    own_values: bool = True
    rules_disable: tuple[str, ...] = ()
    rules_extra: tuple[str, ...] = ()
    second_opinion: tuple[str, ...] = ()
    gitignore_extra: tuple[str, ...] = ()
    drift_keys: tuple[str, ...] = ()
    drift_ignore: tuple[str, ...] = ()
    source: str = ""


OWN, PROJECT = "stopgap.toml", "pyproject.toml"
CHOICES = {"env_policy": ("names", "values"), "push_scope": ("push", "all"), "min_confidence": CONFIDENCES}
GLOBS = ("allow_files", "extra_files", "exclude")
NAMES = ("gitignore_extra",)
# the key as it is written in TOML, and the field it sets
TOP = {
    "allow-files": "allow_files",
    "extra-files": "extra_files",
    "exclude": "exclude",
    "env-policy": "env_policy",
    "push-scope": "push_scope",
    "min-confidence": "min_confidence",
    "strict": "strict",
}
TABLES = {
    "rules": {"disable": "rules_disable", "extra": "rules_extra"},
    "scan-diff": {"own-values": "own_values", "detect-secrets": "second_opinion"},
    "check-gitignore": {"extra": "gitignore_extra"},
    "check-drift": {"keys": "drift_keys", "ignore": "drift_ignore"},
}


def load(root: Path) -> Config:
    """The configuration of the repository at `root`; the defaults where it has none. Raises StopgapError for one that is wrong."""
    return load_from(partial(files.read_inside, root))


def load_from(read: files.Inside) -> Config:
    """The same of a repository whose files are read by `read`: as a commit has them, say."""
    own, project = read(OWN), read(PROJECT)
    own_table = files.toml(own, OWN) if own is not None else None
    # it need not be parsed where it says nothing of us, as most do
    shared = files.toml(project, PROJECT).get("tool", {}) if project is not None and b"stopgap" in project else {}
    project_table = shared.get("stopgap") if isinstance(shared, dict) else None
    if own_table is not None and project_table is not None:
        raise StopgapError("stopgap.toml and [tool.stopgap] in pyproject.toml both exist: keep one")
    if own_table is not None:
        return parse(own_table, OWN)
    if project_table is None:
        return Config()
    where = f"{PROJECT} [tool.stopgap]"
    if not isinstance(project_table, dict):
        raise StopgapError(f"{where}: it is a table")
    return parse(project_table, where)


def read_toml(path: str | Path, name: str) -> dict[str, Any]:
    """A TOML file, wherever it lies, as a dictionary. Raises StopgapError that names the file and the place."""
    return files.toml(files.read(path, name), name)


def parse(table: Mapping[str, Any], where: str) -> Config:
    """A table of settings to a Config. Raises StopgapError for an unknown key or a value of the wrong kind."""
    fields: dict[str, Any] = {"source": where}
    for key, value in table.items():
        if key in TABLES:
            if not isinstance(value, dict):
                raise StopgapError(f"{where}: {key!r} is a table")
            for inner, inner_value in value.items():
                field = known(TABLES[key], inner, f"{where}: [{key}]")
                fields[field] = checked(field, inner_value, f"{where}: [{key}] {inner}")
        else:
            field = known({**TOP, **dict.fromkeys(TABLES, "")}, key, where)
            fields[field] = checked(field, value, f"{where}: {key}")
    return Config(**fields)


def known(names: Mapping[str, str], key: str, where: str, what: str = "key") -> str:
    """The field that `key` sets. Raises StopgapError with the nearest name for a key that nothing reads."""
    if key in names:
        return names[key]
    import difflib

    near = difflib.get_close_matches(key, names, 1, 0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(names))}"
    raise StopgapError(f"{where}: unknown {what} {key!r}; {hint}")


def checked(field: str, value: Any, where: str) -> Any:
    """`value` as the field's type. Raises StopgapError where it is of another."""
    default = Config._field_defaults[field]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise StopgapError(f"{where}: true or false")
        return value
    if isinstance(default, str):
        if value not in CHOICES[field]:
            raise StopgapError(f"{where}: one of {', '.join(CHOICES[field])}")
        return value
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise StopgapError(f"{where}: a list of strings")
    if field in GLOBS:
        for glob in value:
            if problem := globs.problem(glob):
                raise StopgapError(f"{where}: bad glob {glob!r}: {problem}")
    if field in NAMES:
        for name in value:
            if "/" in name or not name.strip():
                raise StopgapError(f"{where}: {name!r} is no name of a file; a folder has no place in it")
    return tuple(value)


class Globs:
    """A set of checked globs; `path in globs` answers as .gitignore would."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns

    def __contains__(self, path: str) -> bool:
        return bool(self._patterns) and any(globs.matches(glob, path) for glob in self._patterns)
