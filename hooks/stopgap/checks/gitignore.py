"""What the `.gitignore` files let in: from names that were asked about, and the rule that decides on each, to findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ..model import Finding, Severity
from .env_files import quoted as quoted_path

CHECK = "check-gitignore"
ROOT = ".gitignore"
DOTENV_LINE = ".env*"
FIXER = "`stopgap check-gitignore --fix` does it"
SHOWN = 8  # names or folders in one message

# "template": a name that must not be ignored; of the others none may be let in
Kind = Literal["error", "note", "template"]
# covered: a rule that everybody has ignores it. negated: a `!` rule lets it in. personal: only a rule of this machine ignores it.
# unstaged, untracked: a rule would that is not in the index yet. missing: no rule at all.
State = Literal["covered", "missing", "negated", "personal", "unstaged", "untracked"]


class Probe(NamedTuple):
    """A name, what git does with it, and the rule that is the reason. `lies`: such a file, not tracked, is in the work tree.

    `generated` is False where no probe was made of it, only the file is there. `source`, `line` and `pattern` are of the deciding rule.
    """

    path: str
    kind: Kind
    state: State
    lies: bool = False
    generated: bool = True
    source: str = ROOT
    line: int = 1
    pattern: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """ "" for the root, else with a slash at its end."""
        return self.path[: len(self.path) - len(self.name)]


def check(probes: Iterable[Probe]) -> list[Finding]:
    """One finding for all names and folders that have one reason and one remedy."""
    wrong = [probe for probe in probes if (probe.state == "covered") == (probe.kind == "template")]
    in_root = {probe.name for probe in wrong if probe.kind == "note" and not probe.folder}
    groups: dict[tuple[object, ...], dict[str, list[Probe]]] = {}
    for probe in wrong:
        if probe.kind != "note" or not probe.folder or probe.name not in in_root:  # the root's line would do for all folders
            folders = groups.setdefault(reason(probe), {})
            folders.setdefault(probe.folder, []).append(probe)
    return [finding(alike) for folders in groups.values() for alike in same_names(folders.values())]


def reason(probe: Probe) -> tuple[object, ...]:
    """What two probes must share to stand in one finding."""
    line = probe.line if probe.state in ("covered", "negated", "personal") else 0
    return (severity(probe), probe.kind == "template", probe.state, probe.source, line, probe.generated)


def severity(probe: Probe) -> Severity:
    if probe.kind == "template":
        return "warning" if probe.lies else "note"
    return "error" if probe.lies or probe.kind == "error" else "note"


def same_names(folders: Iterable[list[Probe]]) -> list[list[Probe]]:
    """The probes of all folders in which the same names are concerned, together."""
    alike: dict[tuple[str, ...], list[Probe]] = {}
    for probes in folders:
        alike.setdefault(tuple(probe.name for probe in probes), []).extend(probes)
    return list(alike.values())


def finding(probes: Sequence[Probe]) -> Finding:
    """The finding for probes that differ in name and folder only."""
    one = probes[0]
    names = listed([probe.name for probe in probes])
    what = f"{names} {folders(probes)}"
    place = f"{one.source}:{one.line} (`{one.pattern}`)"
    lines = quoted(with_template(lines_for(probes)))
    path, line = (ROOT, 1) if one.state in ("missing", "personal") else (one.source, one.line)
    match one.kind, one.state:
        case "template", _:
            rule = "ignore-template"
            message = f"`{one.pattern}` ignores {what} too: a template has to reach teammates"
            fix = f"add below that line of {one.source}: {quoted(lines_sparing(probes))}"
        case _, "negated":
            rule, message = "ignore-negated", f"`{one.pattern}` lets in {what} again"
            fix = f"delete line {one.line} of {one.source}, or name the file in allow-files if it is meant to be committed"
        case _, "personal":
            rule, message = "ignore-personal", f"only {place} on this machine ignores {what}: no teammate has that rule"
            fix = f"add to .gitignore: {lines} ({FIXER})"
        case _, "untracked":
            rule, message = "ignore-untracked", f"{one.source} is not tracked, so it covers nobody: git would take {what}"
            fix = f"git add {quoted_path(one.source)}"
        case _, "unstaged":
            rule, message = "ignore-unstaged", f"{one.source} as it is in the index does not cover {what}; the work tree's would"
            fix = f"git add {quoted_path(one.source)}"
        case _:
            rule, message = "ignore-missing", f"nothing ignores {what}"
            fix = f"add to .gitignore: {lines} ({FIXER})" if severity(one) == "error" else f"add to .gitignore what could turn up: {lines}"
    return Finding(CHECK, rule, severity(one), path, message + lying(probes), fix, line=line, end_line=line)


def lying(probes: Sequence[Probe]) -> str:
    """What makes it urgent: files that `git add .` would take, or would not take."""
    there = [probe.path for probe in probes if probe.lies]
    if not there:
        return ""
    return f"; there now: {listed(there)}"


def listed(words: Iterable[str]) -> str:
    """`a, b, c`, each once, and how many more there are."""
    unique = list(dict.fromkeys(words))
    more = f" and {len(unique) - SHOWN} more" if len(unique) > SHOWN else ""
    return ", ".join(unique[:SHOWN]) + more


def folders(probes: Iterable[Probe]) -> str:
    return "in " + listed(probe.folder or "the root" for probe in probes)


def quoted(lines: Iterable[str]) -> str:
    return ", ".join(f"`{line}`" for line in lines)


def lines_for(probes: Iterable[Probe]) -> list[str]:
    """The lines of the root's `.gitignore` that would ignore these, each once."""
    return list(dict.fromkeys(line for probe in probes if (line := line_for(probe))))


def with_template(lines: list[str]) -> list[str]:
    """The lines, and the one that keeps a template out of the reach of `.env*`."""
    return [*lines, "!.env.example"] if DOTENV_LINE in lines else lines


def lines_sparing(probes: Iterable[Probe]) -> list[str]:
    """The lines that let these templates in again, each once."""
    return list(dict.fromkeys("!" + escaped(probe.name) for probe in probes if "\n" not in probe.name))


def line_for(probe: Probe) -> str:
    """The line that covers one probe: of a family of names the whole family; "" for a name that no line can say."""
    if "\n" in probe.path:
        return ""
    if probe.name.startswith(".env"):
        return DOTENV_LINE
    if ".tfstate" in probe.name:
        return "*.tfstate*"
    return escaped(probe.name) if probe.generated else "/" + escaped(probe.path)


def escaped(path: str) -> str:
    """A path as a pattern that matches it alone (gitignore(5))."""
    pattern = re.sub(r"([\\*?\[])", r"\\\1", path)
    pattern = re.sub(r" (?= *$)", r"\\ ", pattern)
    return "\\" + pattern if pattern[:1] in ("#", "!") else pattern
