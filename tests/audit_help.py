"""Histories for the tests of audit-history, and what the real command says of them."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from stopgap import audit_history

from .conftest import Repo

DAY = 86_400
EPOCH = 1_600_000_000 // DAY * DAY  # 2020-09-13


class Line(NamedTuple):
    """One value as the report has it: days count from the first commit's."""

    path: str
    key: str
    first: int
    last: int
    commits: int
    state: str


class Dated:
    """Commits, each on the next day."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.day = -1
        self.days: dict[str, int] = {}

    def commit(self, **files: str | bytes | None) -> str:
        """A commit of these files; None takes one away. In a name `__` stands for a dot, `_S_` for a slash."""
        for name, content in files.items():
            path = name.replace("_S_", "/").replace("__", ".")
            if content is None:
                self.repo.git("rm", "-q", "-f", "--", path)
            else:
                self.repo.write(path, content)
                self.repo.add(path)
        return self.record()

    def record(self, *argv: str) -> str:
        """A commit of what is staged."""
        self.day += 1
        when = f"@{EPOCH + self.day * DAY} +0000"
        name = self.repo.commit(f"day {self.day}", *argv, env={"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when})
        self.days[name] = self.day
        return name


def report(repo: Repo, *argv: str, status: int | None = None) -> dict[str, Any]:
    """The JSON report of the command, in this process: a start of Python takes longer than such a history."""
    out, here = repo.path.parent / "report.json", os.getcwd()
    os.chdir(repo.path)
    try:
        code = audit_history.main(["--format", "json", "--output", str(out), *argv])
    finally:
        os.chdir(here)
    assert code == status if status is not None else code in (0, 1)
    return dict(json.loads(out.read_bytes()))


def values(dated: Dated, *argv: str, status: int | None = None) -> list[Line]:
    """Every value line of the report, sorted."""
    found = report(dated.repo, *argv, status=status)["findings"]
    lives = [(one["path"], one["history"]) for one in found if one["rule"] != "history-file"]
    return sorted(
        Line(path, life["key"], dated.days[life["first"]["commit"]], dated.days[life["last"]["commit"]], life["commits"], life["state"])
        for path, life in lives
    )


def files(dated: Dated, *argv: str) -> dict[str, str]:
    """What is said of each file."""
    return {one["path"]: one["message"] for one in report(dated.repo, *argv)["findings"] if one["rule"] == "history-file"}
