"""docker, podman and kubectl: images that are built, and files that are put into running containers.

https://docs.docker.com/reference/cli/docker/, https://kubernetes.io/docs/reference/kubectl/generated/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..docker import lines
from ..run import Run
from ..shell.commands import Command, Unreadable
from ..shell.words import Word
from . import options
from .local import named

# Options that stand before the command: of docker, of docker compose, of kubectl.
OPTIONS = (
    "--config --context --host --log-level --tlscacert --tlscert --tlskey -c -H -l -f --file -p --project-name --env-file --profile"
    " --project-directory -n --namespace --kubeconfig --cluster --user -s --server --as --request-timeout"
)
GLOBAL = frozenset(OPTIONS.split())
GROUPS = ("buildx", "image", "builder", "compose", "container")
# `container:path` and `namespace/pod:path`; what begins with a dot or a slash is a path of its own.
INSIDE = re.compile(r"(?![./~])[^\s:]+:")
FROM_FILES = ("--from-file", "--from-env-file")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command. What runs on another machine builds from what is there."""
    if command.host:
        return
    verbs, rest = split(list(command.arguments))
    if command.name in ("kubectl", "oc"):
        if verbs == ["cp"]:
            yield from put(command, rest, f"{command.name} cp", run)
        elif verbs == ["create"]:
            yield from handed(command, rest, run)
    elif verbs[-1:] == ["cp"]:
        yield from put(command, rest, "docker cp", run)
    elif verbs[-1:] in (["build"], ["bud"]) and "compose" not in verbs and command.name != "docker-compose":
        yield from image(command, rest, run)


def split(words: list[Word]) -> tuple[list[str], list[Word]]:
    """The command's own words, `buildx build` or `compose cp`, and what stands behind them."""
    verbs: list[str] = []
    while words and (not verbs or verbs[-1] in GROUPS):
        word = words.pop(0)
        if not word.text.startswith("-"):
            verbs.append(word.text)
        elif word.text in GLOBAL and words:
            words.pop(0)
    return verbs, words


def image(command: Command, words: list[Word], run: Run) -> Iterator[Copy]:
    """`docker build`: the copies of its Dockerfile; a context from a pipe or an address is none of the repository's."""
    from ..files import dockerfile  # only where an image is built

    line = options.line(words, lines.VALUED, short=lines.SHORT)
    context = line.operands[-1].text if line.operands else "." if command.name in ("podman", "buildah") else "-"
    if context == "-" or lines.ELSEWHERE.match(context):
        return
    at, target = place.joined(command.cwd, context), next(reversed(line.values("--target")), "")
    name = next(reversed(line.values("-f", "--file")), "")
    if name == "-":
        try:
            yield from dockerfile.of_text(command.stdin, at, run, command.line + 1, target=target)
        except Unreadable:
            return  # what it is fed is not in the file
    elif not lines.ELSEWHERE.match(name):
        file = place.joined(command.cwd, name) if name else ""
        yield from dockerfile.of_context(at, file, run.tree, run.path, command.line, target=target, run=run)


def put(command: Command, words: list[Word], mechanism: str, run: Run) -> Iterator[Copy]:
    """`docker cp dir container:/app`, `kubectl cp dir pod:/app`: whole folders, nothing left out."""
    line = options.line(words, ("--container", "--retries", "--namespace", "--index", "--context"), short="cn")
    if len(line.operands) != 2:
        return
    source, target = line.operands
    if source.text == "-" or INSIDE.match(source.text) or not INSIDE.match(target.text):
        return
    where, own, _ = named(command, source)
    yield from run.sent(where, own, Copy(mechanism, run.path, command.line, target=target.text))


def handed(command: Command, words: list[Word], run: Run) -> Iterator[Copy]:
    """`kubectl create secret generic x --from-env-file=.env`: somebody names a file to hand it over, so that it is meant.

    `--dry-run` alone shows it; with a pipe behind, it is how a set is replaced. Of a folder its files are taken, and none below them.
    """
    line = options.line(words, (*FROM_FILES, "--from-literal", "--type", "--namespace", "--context", "-o", "--output"), short="no")
    if line.has("--dry-run") and not command.then and not command.output:
        return
    for said in line.values(*FROM_FILES):
        where = place.joined(command.cwd, said.partition("=")[2] or said)
        inner = place.inside(where)
        if inner is None:
            continue
        files = tuple(name for name in run.tree.names if name == inner or name.rpartition("/")[0] == inner)
        made = Copy("kubectl create", run.path, command.line, target=" ".join(one.text for one in line.operands), written=files)
        yield from run.sent(where, (Filter("flat"),), made)
