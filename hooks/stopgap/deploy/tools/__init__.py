"""Commands that copy, one module each: `read(command, run)` gives the copies that a command makes, and notes what it puts elsewhere
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Protocol, cast

from ..copy import Copy
from ..run import Run
from ..shell.commands import Command

# the command, and its module
TOOLS = {
    "rsync": "rsync",
    "cp": "local",
    "mv": "local",
    "install": "local",
    "mkdir": "local",
    "ln": "local",
    "rm": "local",
    "scp": "scp",
    "pscp": "scp",
    "sftp": "scp",
    "psftp": "scp",
    "lftp": "lftp",
    "tar": "archive",
    "gtar": "archive",
    "bsdtar": "archive",
    "zip": "zip",
    "unzip": "zip",
    "git": "git",
    "docker": "docker",
    "docker-compose": "docker",
    "podman": "docker",
    "nerdctl": "docker",
    "buildah": "docker",
    "kubectl": "docker",
    "oc": "docker",
    "aws": "cloud",
    "s3cmd": "cloud",
    "gsutil": "google",
    "gcloud": "google",
    "eb": "platforms",
    "vercel": "platforms",
    "vc": "platforms",
    "func": "platforms",
    "netlify": "sites",
    "ntl": "sites",
    "surge": "sites",
    "gh-pages": "sites",
    "az": "platforms",
    "npm": "npm",
    "yarn": "npm",
    "pnpm": "npm",
    "python": "python_sdist",
    "python3": "python_sdist",
    "py": "python_sdist",
    "hatch": "python_sdist",
    "uv": "python_sdist",
    "pdm": "python_sdist",
    "flit": "python_sdist",
    "poetry": "python_sdist",
    "pyproject-build": "python_sdist",
}


class Tool(Protocol):
    """What each module here offers."""

    def read(self, command: Command, run: Run) -> Iterator[Copy]: ...


def read(commands: Iterable[Command], run: Run) -> Iterator[Copy]:
    """The copies that a script's commands make, in order."""
    for command in commands:
        module = TOOLS.get(command.name)
        if module:
            yield from cast(Tool, import_module(f".{module}", __package__)).read(command, run)
        if command.output and not command.host:
            run.write(command.output)
