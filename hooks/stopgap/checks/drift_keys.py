"""Which keys does code or CI read that no template names? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..drift.keys import nature, normal
from ..drift.setting import Read, Template
from ..model import Finding, Severity

CHECK = "check-drift"
SHOWN = 5  # keys that one note names


def check(templates: Sequence[Template], reads: Iterable[Read]) -> Iterator[Finding]:
    """A warning for each secret or connection without which the program stops, and one note for all other keys of a template."""
    folders: dict[str, list[Template]] = {}
    for template in templates:
        folders.setdefault(template.path.rpartition("/")[0], []).append(template)
    missing: dict[str, dict[str, Read]] = {}
    for read in sorted(reads, key=lambda read: (not read.hard, read.path, read.line)):
        over = [folder for folder in above(read.path)[: 1 if read.beside else None] if folder in folders]
        if over and not any(normal(read.key) in template.names for folder in over for template in folders[folder]):
            missing.setdefault(over[0], {}).setdefault(read.key, read)
    for folder, by_key in missing.items():
        yield from of_template(folders[folder][0].path, list(by_key.values()))


def above(path: str) -> list[str]:
    """The folders that a file lies in, from the nearest to the root."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:size]) for size in range(len(parts), -1, -1)]


def of_template(template: str, reads: list[Read]) -> Iterator[Finding]:
    """What one template lacks."""
    fix = "add {} to " + template + " with an empty value, or give the reading a default"
    for read in reads:
        if read.hard and nature(read.key):
            message = (
                f"{read.key} is read here and has no default, and {template} does not name it: whoever sets up from the template lacks it"
            )
            yield found("warning", read, message, fix.format(f"`{read.key}=`"), read.key)
    others = [read for read in reads if not (read.hard and nature(read.key))]
    if others:
        more = len(others) - SHOWN
        keys = ", ".join(read.key for read in others[:SHOWN]) + (f" and {more} more" if more > 0 else "")
        message = f"{template} does not name what is read without a default: {keys}"
        yield found(
            "note", others[0], message, fix.format("the key" if len(others) == 1 else "the keys"), others[0].key if len(others) == 1 else ""
        )


def found(severity: Severity, at: Read, message: str, fix: str, key: str) -> Finding:
    """A finding at the place that reads."""
    return Finding(CHECK, "drift-missing-key", severity, at.path, message, fix, "medium", at.line, end_line=at.line, key=key)
