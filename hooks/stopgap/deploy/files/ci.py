"""CI systems whose jobs are lists of commands: GitLab CI, Bitbucket Pipelines, CircleCI, Azure Pipelines, Travis, Drone, CodeBuild, cPanel.

Between the commands stand pipes, tasks, orbs and plugins, which actions.toml knows. A job starts from a clean checkout, and its
commands run one behind the other. The keys are those of the systems' own references: https://docs.gitlab.com/ci/yaml/,
https://support.atlassian.com/bitbucket-cloud/docs/step-options/, https://circleci.com/docs/configuration-reference/,
https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/,
https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html,
https://docs.cpanel.net/knowledge-base/web-services/guide-to-git-deployment/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import action_steps, actions, place, scripts
from ..copy import Copy
from ..run import Run
from ..tree import Tree
from ..yamls import DEEPEST, MOST, Map, Text, Unreadable, documents

SCRIPTS = ("before_script", "script", "commands", "tasks", "before_install", "install", "before_deploy", "deploy_script", "after_success")
STEPS = ("run", "script", "bash", "sh", "command")
# Azure's own variables that are folders; any other of them is a name.
PREDEFINED = re.compile(r"\$\((?P<space>Build|System|Agent|Pipeline)\.(?P<name>\w+(?:\.\w+)*)\)", re.IGNORECASE)
CHECKOUTS = frozenset(("sourcesdirectory", "defaultworkingdirectory", "repository.localpath"))
REFERENCE = re.compile(r"\$(?:\{(?P<curly>[A-Za-z_]\w*)\}|\((?P<round>[A-Za-z_][\w.-]*)\)|(?P<bare>[A-Za-z_]\w*))")
CLONE = ("BITBUCKET_CLONE_DIR", "DRONE_WORKSPACE", "CIRCLE_WORKING_DIRECTORY")
FOLDERS = ("working_directory", "working-directory", "workingDirectory")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all jobs. A job is a mapping that has commands, or steps that have; each is a run of its own."""
    for document in documents(PREDEFINED.sub(predefined, text)):
        if not isinstance(document, Map):
            continue
        steps = [MOST]
        shared = variables(document)
        first = scripts.of_texts(document.list("before_script")) if "before_script" in document else []
        for job in jobs(document, steps):
            run = Run(tree, path)
            known = {**shared, **variables(job)}
            yield from of_job(job, run, known, steps, [] if "before_script" in job or job is document else first)


def predefined(found: re.Match[str]) -> str:
    """What one of Azure's own variables stands for. https://learn.microsoft.com/azure/devops/pipelines/build/variables"""
    name = found["name"].lower()
    if name in CHECKOUTS:
        return place.ROOT
    return f"{place.TEMPORARY}/{name}" if name.endswith("directory") or name == "workspace" else f"{found['space']}.{found['name']}"


def jobs(value: Any, steps: list[int], depth: int = 0) -> Iterator[Map]:
    """Every mapping that is a job, outermost first; what lies in a job is read with it. Raises Unreadable for more than `steps`."""
    steps[0] -= 1
    if steps[0] < 0:
        raise Unreadable("its aliases repeat too much")
    if depth > DEEPEST:
        return
    if isinstance(value, Map):
        if any(key in value for key in (*SCRIPTS, "steps")):
            yield value
            return
        for one in value.values():
            yield from jobs(one, steps, depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from jobs(one, steps, depth + 1)


def of_job(
    job: Map, run: Run, known: dict[str, list[str]], steps: list[int], first: list[tuple[int, str]], depth: int = 0
) -> Iterator[Copy]:
    """The copies of one job: its lists of commands, then its steps in their order. Raises Unreadable for a job within itself."""
    if depth > DEEPEST:
        raise Unreadable("it is nested too deeply")
    cwd = place.joined(place.ROOT, job.text(*FOLDERS) or ".")
    listed = [part for key in SCRIPTS for part in scripts.of_texts(items(job.get(key)))]
    yield from scripts.read(sorted({*listed}) if not first else [*first, *listed], run, cwd, known)
    for key in SCRIPTS:
        for item in items(job.get(key)):
            if isinstance(item, Map):
                yield from of_step(item, run, known, cwd)
    for step in job.list("steps"):
        if isinstance(step, Map):
            yield from of_step(step, run, known, cwd)
    for name, inner in job.items():
        if name not in (*SCRIPTS, "steps"):
            for one in jobs(inner, steps):
                yield from of_job(one, Run(run.tree, run.path), {**known, **variables(one)}, steps, [], depth + 1)


def of_step(step: Map, run: Run, known: dict[str, list[str]], cwd: str) -> Iterator[Copy]:
    """One step: a command, a list of commands, what runs them, or what actions.toml knows."""
    here = place.joined(cwd, step.text(*FOLDERS) or ".")
    yield from of_action(step, run, known)
    for key, value in step.items():
        if key in STEPS and isinstance(value, Text):
            yield from scripts.read(scripts.of_texts([value]), run, here, known)
        elif key in ("run", "step") and isinstance(value, Map):
            yield from of_step(value, run, known, here)
        elif key in SCRIPTS and isinstance(value, list):
            yield from scripts.read(scripts.of_texts(value), run, here, known)


def of_action(step: Map, run: Run, known: dict[str, list[str]]) -> Iterator[Copy]:
    """`pipe:` of Bitbucket, `task:` of Azure, `image:` with `settings:` of Drone, `orb/command:` of CircleCI."""
    for key, value in step.items():
        if key == "pipe" and isinstance(value, Text):
            yield from known_action("bitbucket", *value.partition(":")[::2], value.line, step.map("variables"), run, known)
        elif key == "task" and isinstance(value, Text):
            yield from known_action("azure", *value.partition("@")[::2], value.line, step.map("inputs"), run, known)
        elif key == "image" and isinstance(value, Text) and "settings" in step:
            yield from known_action("drone", *value.partition(":")[::2], value.line, step.map("settings"), run, known)
        elif "/" in key and isinstance(value, Map):
            yield from known_action("circleci", key, "", value.line, value, run, known)


def known_action(system: str, name: str, version: str, line: int, given: Map, run: Run, known: dict[str, list[str]]) -> Iterator[Copy]:
    """The copies of an action with its inputs, their variables replaced."""
    texts = {key.lower(): value for key, value in given.items() if isinstance(value, Text)}
    texts |= {key.lower(): ",".join(map(str, value)) for key, value in given.items() if type(value) is list and value}  # type: ignore[misc]
    inputs = {key: REFERENCE.sub(lambda found: reference(found, known), value) for key, value in texts.items()}
    lines = {key: value.first for key, value in texts.items() if isinstance(value, Text)}
    yield from action_steps.read(actions.Step(system, name.strip(), version.strip(), inputs, line, lines=lines), run)


def reference(found: re.Match[str], known: dict[str, list[str]]) -> str:
    """What a variable in an input stands for; one that nothing here sets stays one."""
    name = found["curly"] or found["round"] or found["bare"]
    if name in CLONE:
        return place.ROOT
    return known[name][0] if name in known else "${" + re.sub(r"\W", "_", name) + "}"


def items(value: Any) -> list[Any]:
    """A list, or the one that stands for it."""
    return value if isinstance(value, list) else [value] if isinstance(value, (Text, Map)) else []


def variables(where: Map) -> dict[str, list[str]]:
    """`variables:` or `environment:` of a file or a job."""
    found = {**where.map("variables"), **where.map("environment"), **where.map("env")}
    return {name: [str(value)] for name, value in found.items() if isinstance(value, Text) and "$" not in value}
