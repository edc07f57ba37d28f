"""GitHub's workflows and GitLab's pipelines: `env` and `variables` of the whole, of jobs and of steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..deploy.yamls import Map, Text, Unreadable, document
from .pairs import pairs
from .places import of_word
from .setting import MOST, Raw, Read

WRITES = re.compile(r"(?:echo|printf)[ \t]{1,9}[\"']?(?P<key>[A-Z][A-Z0-9_]{1,99})=[^\n]{0,500}>>?[ \t]{0,9}[\"']?[^\s\"']{0,200}\.env\b")


def read(path: str, text: str) -> Iterator[Raw]:
    """What the workflow itself gives; a key that it gives several values varies on purpose, and is left out. Raises Unreadable."""
    found: dict[tuple[str, str], list[Raw]] = {}
    for count, one in enumerate(listed(document(text))):
        if count >= MOST:
            raise Unreadable(f"it holds more than {MOST} settings")
        found.setdefault((one.environment, one.key), []).append(one)
    for several in found.values():
        if len({one.value for one in several if one.value is not None}) < 2:
            yield from several


def listed(whole: Map) -> Iterator[Raw]:
    """All of them. docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (env), docs.gitlab.com/ci/yaml/#variables"""
    yield from given(whole.get("env"), "")
    yield from given(whole.get("variables"), "")
    jobs = whole.map("jobs") or whole
    for job in jobs.values():
        if not isinstance(job, Map):
            continue
        environment = environment_of(job.get("environment"))
        yield from given(job.get("env"), environment)
        yield from given(job.get("variables"), environment)
        for step in job.list("steps"):
            if isinstance(step, Map):
                yield from given(step.get("env"), environment)


def environment_of(said: Any) -> str:
    """A job's `environment`: a name, or a mapping with one."""
    name = said.text("name") if isinstance(said, Map) else said if isinstance(said, Text) else ""
    return of_word(name) if "$" not in name else ""


def given(held: Any, environment: str) -> Iterator[Raw]:
    """The literals of one `env`; GitLab's `{value: …, description: …}` is one too."""
    if isinstance(held, Map):
        flat = Map({key: value.get("value") if isinstance(value, Map) else value for key, value in held.items()})
        flat.line, flat.twice = held.line, held.twice
        held = flat
    for key, value, line in pairs(held):
        yield Raw(key, None if value is None or "$" in value else value, line, environment=environment)


def reads(path: str, text: str) -> Iterator[Read]:
    """The keys that a step writes into an env file: `echo "DB_PASSWORD=…" >> .env`."""
    for number, line in enumerate(text.split("\n"), 1):
        if ".env" in line and not line.lstrip().startswith("#"):
            for found in WRITES.finditer(line[:4096]):
                yield Read(found["key"], path, number, hard=False)
