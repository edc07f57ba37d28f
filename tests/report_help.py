"""Made-up lives of config files and their values, for the tests of reports."""

from __future__ import annotations

from typing import Any

from stopgap.model import Deed, Finding, History, Moment, Report, Scope

DAY = 86400
NOW = 1_795_420_000  # 2026-11-23
SCOPE = Scope("history", 2, commits=900, note="7 versions of config files, 3 names of commits")
PAGE = "https://docs.example.com/rotate?key=a&b=c"


def moment(day: int, mark: str = "c") -> Moment:
    """A commit that many days before NOW."""
    return Moment((mark * 40)[:40], NOW - day * DAY)


def value(key: str = "DB_PASSWORD", path: str = "deploy/.env", **changes: Any) -> Finding:
    """A value that was replaced. What is no field of a finding is one of its history."""
    told = History(key, moment(1000, "a"), moment(400, "b"), 14, "replaced", blob="3f" * 20, refs=("refs/heads/main",))
    told = told._replace(**{name: changes.pop(name) for name in History._fields if name in changes and name != "key"})
    severity = "error" if told.state == "in-use" else "warning"
    plain = Finding("audit-history", "history-secret", severity, path, f"{key} has another value here now; first", "revoke it", line=3)
    return plain._replace(**{"commit": told.first.commit, "fingerprint": "f1a9c2d4e5b60718", "key": key, "history": told, **changes})


def file(path: str = "deploy/.env", state: str = "here", *events: Deed, **changes: Any) -> Finding:
    """A config file's own line."""
    told = events or (Deed("added", moment(1000, "a"), path), Deed("changed", moment(390, "d"), path))
    history = History("", told[0].moment, told[-1].moment, 40, state, events=told, refs=("refs/heads/main",))
    plain = Finding("audit-history", "history-file", "note", path, "a config file in 40 commits: an env file", history=history)
    return plain._replace(**changes)


def report(*findings: Finding, **changes: Any) -> Report:
    return Report(findings, SCOPE)._replace(**changes)


def many(count: int) -> Report:
    """That many values in ten files, each in one of three states."""
    states = ("in-use", "replaced", "gone")
    made = [
        value(
            f"KEY_{number}",
            f"app{number % 10}/.env",
            state=states[number % 3],
            first=moment(number % 2500 + 50),
            last=moment(20),
            line=number + 1,
        )
        for number in range(count)
    ]
    return report(*made, *(file(f"app{number}/.env") for number in range(min(count, 10))))
