"""What the parts of a workflow share: expressions, conditions, the order of its jobs, and the ways in which a matrix runs one.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re

from .. import place
from ..yamls import Map, Text

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
VARIANTS = 8  # ways of a matrix that are looked at


def in_order(jobs: Map) -> list[Map]:
    """The jobs, each behind those that it needs; what needs itself stands last."""
    left = {name: job for name, job in jobs.items() if isinstance(job, Map)}
    found: list[Map] = []
    while left:
        ready = [name for name, job in left.items() if not any(need in left for need in job.texts("needs"))] or list(left)
        found += [left.pop(name) for name in ready]
    return found


def runs(what: Map) -> bool:
    """Whether a job or a step can run at all; any other condition than a plain no is taken to hold."""
    return what.text("if").strip().lower() not in ("false", "${{ false }}", "${{false}}")


def variants(job: Map) -> list[dict[str, str]]:
    """What `matrix.NAME` stands for, in each way in which the job runs.

    https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/running-variations-of-jobs-in-a-workflow
    """
    matrix = job.map("strategy").map("matrix")
    more = [
        {f"matrix.{key}": str(value) for key, value in one.items() if isinstance(value, Text)}
        for one in matrix.list("include")
        if isinstance(one, Map)
    ]
    ways: list[dict[str, str]] = [{}]
    for name in matrix:
        held = [str(value) for value in matrix.list(name) if isinstance(value, Text)] if name not in ("include", "exclude") else []
        ways = [{**way, f"matrix.{name}": value} for way in ways for value in held or [""] if value][:VARIANTS] or ways
    return [*(ways if ways != [{}] or not more else []), *more][:VARIANTS]


def environment(around: Map, values: dict[str, str]) -> dict[str, str]:
    """`env:` of a workflow, a job or a step: what is known of it."""
    said = {name: filled(value, values) for name, value in around.map("env").items() if isinstance(value, Text)}
    return {f"env.{name}": value for name, value in said.items() if place.is_known(value)}


def filled(text: str, values: dict[str, str]) -> str:
    """A text with its expressions replaced by what is known of them; any other becomes a variable that nothing sets."""

    def said(found: re.Match[str]) -> str:
        return values[found[1]] if found[1] in values else "${" + re.sub(r"\W+", "_", found[1]) + "}"

    return EXPRESSION.sub(said, text)
