"""Workflows of GitHub Actions: `run:` steps are shell, `uses:` steps are actions (`actions.toml`), artifacts carry files from job to job.

https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .. import action_steps, actions, place, tools
from ..copy import Copy
from ..run import Run
from ..shell.commands import Script, commands
from ..tree import Tree
from ..yamls import Map, Text, document
from . import artifacts
from .workflow import environment, filled, in_order, runs, variants

WORKSPACE = ("github.workspace", "runner.workspace")
EMPTY = "/=workspace="  # the folder of a job that checks nothing out
SHELLS = ("", "bash", "sh")  # of those that a step may name; what PowerShell and Python run is not read
ELSEWHERE = re.compile(r"\w+://|git@|\{\{")  # a context that is no folder
DEEPEST = 4  # composite actions within one another


class Job(NamedTuple):
    """What the steps of a job share. `values`: what expressions stand for. `line`: of the step that names a composite action, else 0."""

    run: Run
    workspace: str
    values: dict[str, str]
    folder: str = ""
    line: int = 0
    depth: int = 0


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all jobs, each a run of its own: a job begins with nothing but what it checks out, and what it downloads of others."""
    workflow = document(text)
    held = artifacts.Store()
    told: set[tuple[object, ...]] = set()
    for job in in_order(workflow.map("jobs")):
        for copy in of_job(path, job, workflow, tree, held) if runs(job) else ():
            # an archive that one step makes and another one sends is told once, where it is made
            what = (copy.source, copy.filters, copy.kind)
            if copy.kind != "artifact" or copy.path != path or what not in told:
                told.add(what)
                yield copy


def of_job(path: str, job: Map, workflow: Map, tree: Tree, held: artifacts.Store) -> Iterator[Copy]:
    """The copies of one job's steps, once for each way in which its matrix runs them."""
    before = held.copy()
    for variant in variants(job):
        run = Run(tree, path)
        before.bring(run)
        yield from of_variant(job, workflow, variant, run)
        held.keep(run)


def of_variant(job: Map, workflow: Map, variant: dict[str, str], run: Run) -> Iterator[Copy]:
    """The copies of the steps as they run once."""
    steps = [step for step in job.list("steps") if isinstance(step, Map)]
    workspace = place.ROOT if any(is_checkout(step) and not where(step) for step in steps) else EMPTY
    folder = job.map("defaults").map("run").text("working-directory") or workflow.map("defaults").map("run").text("working-directory")
    values = {**dict.fromkeys(WORKSPACE, workspace), "runner.temp": place.TEMPORARY}
    values |= variant
    shared = Job(run, workspace, {**values, **environment(workflow, values)}, folder)
    shared = shared._replace(values={**shared.values, **environment(job, shared.values)})
    for step in steps:
        yield from of_step(step, shared)


def is_checkout(step: Map) -> bool:
    """Whether a step checks out this repository, on the branch that is looked at."""
    given = step.map("with")
    ours = not given.text("repository") or "github.repository" in given.text("repository")
    return step.text("uses").startswith("actions/checkout@") and ours and given.text("ref") not in ("gh-pages", "gh_pages")


def where(step: Map) -> str:
    """The folder of a checkout, "" for the workspace itself."""
    said = step.map("with").text("path").strip().removeprefix("./").rstrip("/")
    return "" if said == "." else said


def of_step(step: Map, job: Job) -> Iterator[Copy]:
    """The copies of one step."""
    if not runs(step):
        return
    job = job._replace(values={**job.values, **environment(step, job.values)})
    script, uses = step.get("run"), step.text("uses").strip()
    if isinstance(script, Text) and step.text("shell").split(" ")[0] in SHELLS:
        yield from of_script(step, script, job)
    elif is_checkout(step) and where(step):
        job.run.stage(place.ROOT, place.joined(job.workspace, filled(where(step), job.values)))
    elif uses.startswith("./"):
        yield from of_composite(step, uses, job)
    elif uses:
        yield from of_action(step, uses, job)


def of_script(step: Map, script: Text, job: Job) -> Iterator[Copy]:
    """A step that runs commands."""
    cwd = place.joined(job.workspace, filled(step.text("working-directory") or job.folder, job.values) or ".")
    known = {name[4:]: [value] for name, value in job.values.items() if name.startswith("env.")}
    known |= {"GITHUB_WORKSPACE": [job.workspace], "RUNNER_TEMP": [place.TEMPORARY]}
    shell = "sh" if step.text("shell").split(" ")[0] == "sh" else "bash"
    source = filled(script, job.values)
    for copy in tools.read(commands(Script(source, script.first, cwd, cwd, shell, known)), job.run):
        yield copy._replace(line=job.line) if job.line and copy.path == job.run.path else copy


def of_action(step: Map, uses: str, job: Job) -> Iterator[Copy]:
    """A step that names an action; its inputs may stand under `env:` too, as some actions read them there."""
    name, _, version = uses.partition("@")
    given = {**step.map("env"), **step.map("with")}
    texts = {key.lower(): value for key, value in given.items() if isinstance(value, Text)}
    inputs = {key: filled(value, job.values) for key, value in texts.items()}
    line = job.line or line_of(step, "uses")
    lines = dict.fromkeys(texts, job.line) if job.line else {key: value.first for key, value in texts.items()}
    made = actions.Step("github", name, version.split(" ")[0], inputs, line, job.workspace, lines)
    if name.lower() in artifacts.STEPS:
        artifacts.read(made, job.run)
    elif name.lower() == "docker/build-push-action":
        yield from of_image(made, job)
    else:
        yield from action_steps.read(made, job.run)


def of_image(step: actions.Step, job: Job) -> Iterator[Copy]:
    """An image that is built; without a context from a clone of its own. https://github.com/docker/build-push-action#git-context"""
    from . import dockerfile  # only where an image is built

    given = step.inputs
    at = place.joined(job.workspace, given["context"]) if given.get("context") else place.ROOT
    file = place.joined(job.workspace if given.get("context") else at, given["file"]) if given.get("file") else ""
    if not ELSEWHERE.match(given.get("context", "")):
        run = job.run if given.get("context") else Run(job.run.tree, job.run.path)
        yield from dockerfile.of_context(at, file, run.tree, run.path, step.line, target=given.get("target", ""), run=run)


def of_composite(step: Map, uses: str, job: Job) -> Iterator[Copy]:
    """An action of the repository itself: its steps, as if they stood here. https://docs.github.com/en/actions/sharing-automations/creating-actions"""
    folder = place.inside(place.joined(place.ROOT, uses))
    text = next((found for name in ("action.yml", "action.yaml") if (found := job.run.tree.text(f"{folder}/{name}")) is not None), None)
    if text is None or job.depth >= DEEPEST:
        return
    action = document(text)
    inputs = {name: said.text("default") for name, said in action.map("inputs").items() if isinstance(said, Map)}
    inputs |= {name: value for name, value in step.map("with").items() if isinstance(value, Text)}
    values = {f"inputs.{name}": filled(value, job.values) for name, value in inputs.items()}
    inner = job._replace(values={**job.values, **values}, folder="", line=job.line or line_of(step, "uses"), depth=job.depth + 1)
    for one in action.map("runs").list("steps"):
        if isinstance(one, Map):
            yield from of_step(one, inner)


def line_of(step: Map, key: str) -> int:
    """The line of a key's value."""
    value = step.get(key)
    return value.line if isinstance(value, Text) else step.line
