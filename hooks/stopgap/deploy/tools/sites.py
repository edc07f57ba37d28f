"""Commands that publish a folder as a web site: `netlify deploy`, surge, gh-pages.

https://cli.netlify.com/commands/deploy/, https://surge.sh/help/ignoring-files-and-directories, https://github.com/tschaub/gh-pages
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..run import Run
from ..shell.commands import Command
from . import options

NETLIFY = ("--dir", "--site", "--auth", "--message", "--alias", "--functions", "--filter", "--timeout", "--context")


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one command."""
    if not command.host:
        readers = {"netlify": netlify, "ntl": netlify, "surge": surge, "gh-pages": gh_pages}
        yield from readers[command.name](command, run)


def netlify(command: Command, run: Run) -> Iterator[Copy]:
    """`netlify deploy --dir=…` publishes the folder without names that begin with a dot."""
    line = options.line(command.arguments, NETLIFY, short="dsamf")
    if [word.text for word in line.operands[:1]] == ["deploy"] and (given := line.values("--dir", "-d")):
        yield from published("netlify", given[0], command, run)


def surge(command: Command, run: Run) -> Iterator[Copy]:
    """`surge [folder]`: it leaves out names that begin with a dot. https://surge.sh/help/ignoring-files-and-directories"""
    line = options.line(command.arguments, ("--project", "--domain"), short="pd")
    yield from published("surge", (line.values("--project", "-p") or [word.text for word in line.operands] or ["."])[0], command, run)


def gh_pages(command: Command, run: Run) -> Iterator[Copy]:
    """`gh-pages -d dist`; `--dotfiles` takes names that begin with a dot. https://github.com/tschaub/gh-pages"""
    line = options.line(
        command.arguments, ("--dist", "--branch", "--message", "--repo", "--dest", "--src", "--user", "--cname"), short="dbmresu"
    )
    given = line.values("-d", "--dist")
    if given:
        yield from published("gh-pages", given[0], command, run, dots=line.has("-t", "--dotfiles"))


def published(mechanism: str, folder: str, command: Command, run: Run, dots: bool = False) -> Iterator[Copy]:
    """A folder that becomes a web site."""
    filters = () if dots else (Filter("gitignore", (".*", "node_modules")),)
    yield from run.sent(place.joined(command.cwd, folder), filters, Copy(mechanism, run.path, command.line, kind="artifact"))
