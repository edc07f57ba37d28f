"""`npm publish` of npm, yarn and pnpm: the package of the folder where they run. https://docs.npmjs.com/cli/commands/npm-publish"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy
from ..files import npm_package
from ..run import Run
from ..shell.commands import Command
from . import options

VALUED = (
    "--tag",
    "--access",
    "--registry",
    "--otp",
    "--workspace",
    "--prefix",
    "--cwd",
    "--dir",
    "--new-version",
    "--provenance-file",
    "--userconfig",
)


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copy of one command. A package that says itself that it is published is reported where it says so."""
    line = options.line(command.arguments, VALUED, short="wC")
    words = [word.text for word in line.operands if word.text != "npm"]  # `yarn npm publish`
    if (
        command.host
        or words[:1] != ["publish"]
        or line.has("--dry-run", "-w", "--workspace", "--workspaces", "-r", "--recursive", "--filter")
    ):
        return
    folder = place.joined(command.cwd, (line.values("--prefix", "--cwd", "-C", "--dir") or ["."])[0])
    inner = place.inside(place.joined(folder, (words[1:] or ["."])[0]))
    name = f"{inner}/package.json".lstrip("/")
    text = run.tree.text(name) if inner is not None else None
    said = npm_package.loaded(text) if text is not None else {}
    if text is not None and not said.get("private") and not npm_package.is_published(said):
        yield npm_package.packed(name, text, run.tree, said)._replace(path=run.path, line=command.line)
