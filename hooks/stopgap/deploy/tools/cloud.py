"""Object stores: `aws s3 sync`, `aws s3 cp --recursive`, s3cmd. What they leave out, and what they delete.

https://docs.aws.amazon.com/cli/latest/reference/s3/: patterns begin at the source's folder, `*` crosses slashes, and the last that matches
counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place
from ..copy import Copy, Deletes, Filter
from ..run import Run
from ..shell.commands import Command
from . import options
from .local import named
from .options import Line

AWS = frozenset(
    [
        "--exclude",
        "--include",
        "--profile",
        "--region",
        "--acl",
        "--cache-control",
        "--endpoint-url",
        "--storage-class",
        "--content-type",
        "--content-disposition",
        "--sse",
        "--sse-kms-key-id",
        "--sse-c",
        "--sse-c-key",
        "--metadata",
        "--metadata-directive",
        "--expires",
        "--content-encoding",
        "--content-language",
        "--grants",
        "--output",
        "--query",
        "--page-size",
        "--source-region",
        "--website-redirect",
        "--ca-bundle",
        "--cli-read-timeout",
        "--cli-connect-timeout",
        "--color",
        "--expected-size",
        "--request-payer",
        "--checksum-algorithm",
        "--checksum-mode",
        "--copy-props",
        "--source",
        "--s3-location",
        "--application-name",
        "--description",
    ]
)
S3CMD = frozenset(
    [
        "--exclude",
        "--include",
        "--rexclude",
        "--rinclude",
        "--exclude-from",
        "--include-from",
        "--rexclude-from",
        "--rinclude-from",
        "--config",
        "--add-header",
        "--mime-type",
        "--region",
        "--access_key",
        "--secret_key",
        "--host",
        "--host-bucket",
        "--acl-grant",
        "--storage-class",
        "--bucket-location",
        "--cache-file",
        "--limit-rate",
    ]
)
REMOTE = re.compile(r"(?:s3|gs|az|b2|r2|oss|cos|spaces)://|\$\{[^}]*\}")
STORE = re.compile(r"[a-z0-9]+://")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if command.host:
        return
    words = [word.text for word in command.arguments]
    if command.name == "aws" and "s3" in words:
        yield from aws(command, run)
    elif command.name == "aws" and "deploy" in words and "push" in words:
        yield from revision(command, run)
    elif command.name == "s3cmd":
        yield from s3cmd(command, run)


def aws(command: Command, run: Run) -> Iterator[Copy]:
    """`aws s3 sync SOURCE TARGET`, `aws s3 cp --recursive`, `aws s3 cp FILE TARGET`."""
    line = options.line(command.arguments, AWS)
    words = list(line.operands)
    while words and words.pop(0).text != "s3":
        pass
    if len(words) < 3 or words[0].text not in ("sync", "cp", "mv") or line.has("--dryrun"):
        return
    verb, source, target = words[0].text, words[1].text, words[2].text
    if STORE.match(source) or not REMOTE.match(target):
        return
    patterns = signed(line)
    made = Copy(
        "aws s3", run.path, command.line, target=target, unknown=unset(patterns), deletes=deleting(verb == "sync" and line.has("--delete"))
    )
    where = place.joined(command.cwd, source)
    inner = place.inside(where)
    if verb != "sync" and not line.has("--recursive") and inner is not None and inner in run.tree.folders:
        return  # the CLI refuses a folder
    yield from stored(where, (Filter("s3", patterns),), made, run)


def stored(where: str, filters: tuple[Filter, ...], made: Copy, run: Run) -> Iterator[Copy]:
    """A place that is sent to a store. An archive stays one there; what a zip holds is said where the zip is made."""
    if where in run.archives:
        if not where.endswith(".zip"):
            yield from run.sent(where, (), made._replace(kind="artifact"))
        return
    yield from run.sent(where, filters, made)


def signed(line: Line) -> tuple[str, ...]:
    """`--exclude` and `--include` in their order, as the filters read them."""
    return tuple(
        f"{'-' if option.name == '--exclude' else '+'}{option.value}"
        for option in line.options
        if option.name in ("--exclude", "--include")
    )


def unset(patterns: tuple[str, ...]) -> str:
    """Why the patterns cannot be known, "" where they can."""
    return next((f"it leaves out {place.told(text[1:])}, which nothing here sets" for text in patterns if not place.is_known(text)), "")


def deleting(said: bool) -> Deletes:
    """What the command deletes in the store."""
    return "extraneous" if said else ""


def revision(command: Command, run: Run) -> Iterator[Copy]:
    """`aws deploy push` packs a folder as CodeDeploy's revision. https://docs.aws.amazon.com/cli/latest/reference/deploy/push.html"""
    line = options.line(command.arguments, AWS)
    filters = (Filter("gitignore", (".*",)),) if line.has("--ignore-hidden-files") else ()
    for source in line.values("--source") or ["."]:
        yield from run.sent(place.joined(command.cwd, source), filters, Copy("CodeDeploy", run.path, command.line, kind="artifact"))


def s3cmd(command: Command, run: Run) -> Iterator[Copy]:
    """`s3cmd sync`: a file is left out if any exclusion matches it and no inclusion does. https://s3tools.org/s3cmd-sync"""
    line = options.line(command.arguments, S3CMD, short="cm")
    words = line.operands
    if len(words) < 3 or words[0].text not in ("sync", "put") or line.has("--dry-run", "-n") or not REMOTE.match(words[-1].text):
        return
    listed, why = from_files(line, command, run)
    patterns = (*signed(line), *listed)
    by_expression = line.has("--rexclude", "--rinclude", "--rexclude-from", "--rinclude-from")
    unknown = "it leaves out what expressions say" if by_expression else why or unset(patterns)
    made = Copy("s3cmd", run.path, command.line, target=words[-1].text, unknown=unknown, deletes=deleting(line.has("--delete-removed")))
    for source in words[1:-1]:
        where, own, _ = named(command, source)
        whole = source.pattern or source.text.endswith("/") or source.text == "."
        own = (*own, Filter("s3cmd", patterns, "" if whole else where.rpartition("/")[2] + "/"))
        if words[0].text == "put" and not line.has("-r", "--recursive"):
            own = (*own, Filter("flat"))
        yield from stored(where, own, made, run)


def from_files(line: Line, command: Command, run: Run) -> tuple[list[str], str]:
    """The patterns of `--exclude-from` and `--include-from`, one a line; `#` begins a comment. And why they cannot be known."""
    found: list[str] = []
    for name in ("--exclude-from", "--include-from"):
        for value in line.values(name):
            inner = place.inside(place.joined(command.cwd, value))
            text = run.tree.text(inner) if inner is not None else None
            if text is None:
                return [], f"the file of patterns {place.told(value)} is not in the repository"
            sign = "-" if name == "--exclude-from" else "+"
            found += [sign + each.strip() for each in text.splitlines() if each.strip() and not each.startswith("#")]
    return found, ""
