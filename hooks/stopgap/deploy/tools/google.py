"""Google Cloud: what `gcloud` builds of a folder, and its object store, `gcloud storage` and gsutil.

https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore, https://cloud.google.com/storage/docs/gsutil/commands/rsync
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..files import app_yaml
from ..run import Run
from ..shell.commands import Command
from ..shell.words import Word
from . import options
from .cloud import REMOTE, STORE, deleting, stored
from .local import named
from .platforms import sent

GCLOUD = frozenset(
    [
        "--source",
        "--ignore-file",
        "--project",
        "--region",
        "--image",
        "--platform",
        "--runtime",
        "--entry-point",
        "--tag",
        "--config",
        "--version",
        "--substitutions",
        "--appyaml",
        "--memory",
        "--trigger-topic",
        "--trigger-event",
        "--trigger-bucket",
        "--service-account",
        "--set-env-vars",
        "--env-vars-file",
        "--update-secrets",
        "--set-secrets",
        "--timeout",
        "--account",
        "--verbosity",
        "--format",
        "--function",
        "--gcs-source-staging-dir",
        "--machine-type",
        "--gcs-log-dir",
        "--max-instances",
        "--min-instances",
        "--cpu",
        "--port",
        "--vpc-connector",
        "--concurrency",
        "--labels",
        "--bucket",
        "--service",
    ]
)


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if not command.host:
        yield from gcloud(command, run) if command.name == "gcloud" else store(command, run)


def gcloud(command: Command, run: Run) -> Iterator[Copy]:
    """`gcloud app deploy`, `functions deploy --source`, `run deploy --source`, `builds submit`; `gcloud storage` is an object store's."""
    line = options.line(command.arguments, GCLOUD)
    words = [word.text for word in line.operands if word.text not in ("beta", "alpha")]
    if "storage" in words[:1]:
        yield from store(command, run)
        return
    source, file = (line.values("--source") or [""])[0], (line.values("--ignore-file") or [""])[0]
    if words[:2] == ["app", "deploy"]:
        files = [word for word in words[2:] if word.endswith((".yaml", ".yml"))] or ["app.yaml"]
        for folder in dict.fromkeys(place.joined(command.cwd, name.rpartition("/")[0] or ".") for name in files):
            yield from app(folder, files[0].rpartition("/")[2], command, run, file)
    elif words[:2] == ["builds", "submit"] and not line.has("--no-source"):
        yield from of_source((words[2:] or [source or "."])[0], command, run, file)
    elif words[:2] == ["functions", "deploy"] or (words[:2] == ["run", "deploy"] and source):
        yield from of_source(source or ".", command, run, file)


def of_source(source: str, command: Command, run: Run, file: str) -> Iterator[Copy]:
    """A folder that is built there; one in a bucket, or in a repository of Google's, is none of this one."""
    if not source.startswith(("gs://", "https://")) and not source.endswith((".tgz", ".tar.gz", ".zip")):
        yield from sent("gcloud", place.joined(command.cwd, source), command, run, file)


def app(folder: str, name: str, command: Command, run: Run, file: str) -> Iterator[Copy]:
    """App Engine: as the app.yaml of the folder says."""
    inner = place.inside(folder)
    filters = app_yaml.filters(f"{inner}/{name}".lstrip("/"), run.tree, file) if inner is not None else ()
    yield from run.sent(folder, filters, Copy("gcloud app deploy", run.path, command.line, kind="artifact"))


def store(command: Command, run: Run) -> Iterator[Copy]:
    """`gsutil rsync -x REGEX`, `gcloud storage rsync --exclude=REGEX`: matched from the beginning of the path. `cp -r` takes all.

    https://cloud.google.com/storage/docs/gsutil/commands/rsync, https://cloud.google.com/sdk/gcloud/reference/storage/rsync
    """
    line = options.line(command.arguments, ("--exclude", "--project"), short="xjJhoiu")
    words = [word for word in line.operands if word.text != "storage"]
    if len(words) < 3 or words[0].text not in ("rsync", "cp", "mv") or line.has("-n", "--dry-run") or not REMOTE.match(words[-1].text):
        return
    made = Copy(f"gsutil {words[0].text}", run.path, command.line, target=words[-1].text)
    whole = line.has("-r", "-R", "--recursive")
    if words[0].text != "rsync":
        for source in words[1:-1]:
            yield from copied(command, source, whole, made, run)
        return
    made = made._replace(deletes=deleting(line.has("-d", "--delete-unmatched-destination-objects")))
    own: tuple[Filter, ...] = (Filter("expression", tuple(line.values("-x", "--exclude"))),)
    yield from run.sent(place.joined(command.cwd, words[1].text), own if whole else (*own, Filter("flat")), made)


def copied(command: Command, source: Word, whole: bool, made: Copy, run: Run) -> Iterator[Copy]:
    """One source of `cp`; a folder without `-r` is left out."""
    where, own, _ = named(command, source)
    inner = place.inside(where)
    if STORE.match(source.text) or (not whole and not source.pattern and inner is not None and inner in run.tree.folders):
        return
    yield from stored(where, own if whole else (*own, Filter("flat")), made, run)
