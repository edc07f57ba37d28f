"""The same with `--delete-excluded`, which makes an exclusion one of the sender's side alone: only a `P` rule protects. rsync(1)."""

from __future__ import annotations

from .rsync import is_out


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the receiver deletes its own file, as the sender has none."""
    return not is_out(patterns, path, "P", "R")
