"""Patterns of Ant, as Jenkins' publishers use them. https://ant.apache.org/manual/dirtasks.html#patterns

`*` stays within a name and takes a leading dot, `**` stands for any number of folders, and a pattern that ends with a slash is for all
below it. A pattern is written `+…` for what is taken and `-…` for what is left out. Of what is left out by default nothing is a config
file.
"""

from __future__ import annotations

from .segments import matches


def passes(patterns: tuple[str, ...], path: str) -> bool:
    """Whether an inclusion is for the file, and no exclusion."""
    names = path.split("/")
    return any(applies(one[1:], names) for one in patterns if one[0] == "+") and not any(
        applies(one[1:], names) for one in patterns if one[0] == "-"
    )


def applies(pattern: str, names: list[str]) -> bool:
    """Whether one pattern is for the path."""
    said = pattern.replace("\\", "/")
    return matches((said + "**" if said.endswith("/") else said).split("/"), names, escapes=False)
