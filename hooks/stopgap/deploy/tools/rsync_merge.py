"""rsync's merge files, put in where the rules name them: `--filter=':- .gitignore'`. rsync(1), MERGE-FILE FILTER RULES.

A file that is looked for in every folder (`:`) holds for what lies below its own folder, that of a deeper folder before those above it.
What is not read here stays a rule that merges, and the filter says that it is unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..filters.rsync import matches
from ..tree import Tree

RULE = re.compile(r"(?P<kind>:|\.|dir-merge|merge),?(?P<modifiers>[-+e]*)[ _](?P<name>[^/\s]+)\Z")


def merged(rules: tuple[str, ...], where: str, before: str, tree: Tree) -> tuple[str, ...]:
    """The rules with those of merge files in their places. `where` is the folder that is sent, `before` what the paths begin with."""
    root = place.inside(where)
    if root is None:
        return rules
    return tuple(one for rule in rules for one in of_rule(rule, root, before, tree))


def of_rule(rule: str, root: str, before: str, tree: Tree) -> list[str]:
    """One rule, or those of the files that it merges."""
    found = RULE.match(rule)
    if found is None or found["kind"] in (".", "merge"):
        return [rule]
    made = [f"- {found['name']}"] if "e" in found["modifiers"] else []
    for folder, text in files(found["name"], root, tree):
        for line in text.splitlines():
            if not line.strip() or line[0] in "#;":
                continue
            sign, pattern = signed(line, found["modifiers"])
            if not sign or any(letter in folder for letter in "*?[\\"):
                return [rule]
            made += [f"{sign} {one}" for one in placed(pattern, before + folder)]
    return made


def files(name: str, root: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """The files of that name at and below the root, each with its folder (`web/`) seen from there, the deepest first."""
    above = root + "/" if root else ""
    found = [one for one in tree.names if one.startswith(above) and one.rpartition("/")[2] == name]
    for one in sorted(found, key=lambda one: (-one.count("/"), one)):
        yield one[len(above) : len(one) - len(name)], tree.text(one) or ""


def signed(line: str, modifiers: str) -> tuple[str, str]:
    """The sign of a line and its pattern; "" for a rule of another kind."""
    if "-" in modifiers or "+" in modifiers:
        return ("" if line == "!" else "-" if "-" in modifiers else "+"), line
    return (line[0], line[2:]) if line[:2] in ("- ", "+ ") else ("", "")


def placed(pattern: str, folder: str) -> list[str]:
    """A pattern as those of the whole transfer's: anchored at the file's folder, or for all that lies below it.

    One with a slash is held against the end of the whole path, so that its first parts may be the folder's own last ones.
    """
    if pattern.startswith("/"):
        return [f"/{folder}{pattern[1:]}"]
    if not folder:
        return [pattern]
    plain = pattern.removeprefix("**/")
    parts, above = plain.split("/"), folder.rstrip("/").split("/")
    rests = ["/".join(parts[size:]) for size in range(1, len(parts)) if is_end(parts[:size], above)]
    return [f"/{folder}{plain}", f"/{folder}**/{plain}", *(f"/{folder}{rest}" for rest in rests if rest)]


def is_end(parts: list[str], above: list[str]) -> bool:
    """Whether these parts of a pattern match the last of the folders."""
    last = above[-len(parts) :]
    return len(last) == len(parts) and all(matches(part, name, is_folder=True) for part, name in zip(parts, last, strict=True))
