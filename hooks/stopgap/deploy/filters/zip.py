"""zip's `-x` and `-i`: wildcards cross slashes and take leading dots, and a pattern is compared with the whole name. zip(1).

A pattern is written `-…` for what is left out, `+…` for what alone is taken, and `R…` for what `-R` takes: it is compared with as many
names at
the end of the path as it has itself.
"""

from __future__ import annotations

from . import wild


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether the file goes into the archive. `./` and `/` before a pattern mean nothing, as zip drops them of names too."""

    def some(sign: str) -> bool:
        return any(matches(pattern[1:], path, sign == "R") for pattern in patterns if pattern.startswith(sign))

    signs = {pattern[:1] for pattern in patterns}
    return not some("-") and ("+" not in signs or some("+")) and ("R" not in signs or some("R"))


def matches(pattern: str, path: str, tail: bool) -> bool:
    """Whether one pattern is for the file."""
    while pattern.startswith(("./", "/")):
        pattern = pattern[2:] if pattern.startswith("./") else pattern[1:]
    name = "/".join(path.split("/")[-pattern.count("/") - 1 :]) if tail else path
    return wild.matches(wild.compiled(pattern, True), name)
