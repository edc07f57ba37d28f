"""The steps of one deploy file whose commands run here and on servers: what they send, and what a later one puts over it.

`git pull && cp ~/shared/.env .env`: the server's own file wins, so that the copy does not overwrite it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from . import place, tools
from .copy import Copy, Filter
from .run import Run
from .shell.commands import Command, Script, Unreadable, commands
from .tools import options
from .tree import Tree

MOST = 4000  # steps of one file
REPLACED = 200  # files that one copy is said to have replaced
SERVER = "server"  # a host whose name does not matter
# What a program says that runs where the application does: it starts it again, or waits for a git host to call.
SERVES = re.compile(
    r"\b(?:systemctl|supervisorctl|pm2|gunicorn|uwsgi|passenger|flask|fastapi|bottle|aiohttp|http\.server|express|createServer|createHandler)\b"
    r"|docker[ -]compose up",
    re.IGNORECASE,
)
# Commands that write their last operand, on a server.
WRITERS = frozenset(("cp", "mv", "ln", "install", "tee"))
TEMPLATE = re.compile(r"(?i)[.-](?:example|sample|dist|template|tmpl|stub)(?:[.-]|\Z)")
# Repositories that are installed on a server as tools: a clone of one is none of ours.
FOREIGN = re.compile(
    r"(?i)(?:oh-?my-?zsh|zsh-[\w-]+|nvm|n?odenv|pyenv[\w-]*|rbenv|ruby-build|phpenv|asdf|acme\.sh|certbot|letsencrypt|powerlevel10k|vundle(?:\.vim)?|fzf)(?:\.git)?/?\Z"
)


class Steps:
    """The copies that a file's steps made so far, and where on the server each put the root of its source.

    `text` is that of a program whose own commands may run on the server.
    """

    def __init__(self, tree: Tree, path: str, text: str = "") -> None:
        self.run = Run(tree, path)
        self.run.server = SERVES.search(text) is not None or "webhook" in path.lower()
        self.path = path
        self.copies: list[Copy] = []
        self.places: list[str] = []
        self.left = MOST

    def spend(self) -> None:
        """One step more is looked at. Raises Unreadable where there are more than can be followed."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("its steps are more than can be followed")

    def add(self, copy: Copy, at: str = "") -> None:
        """One copy; `at` is where its source lies on the server then, "" where that does not matter."""
        self.copies.append(copy)
        self.places.append(at)

    def found(self) -> Iterator[Copy]:
        """All copies, each once."""
        yield from dict.fromkeys(self.copies)

    def sent(
        self, source: str, line: int, mechanism: str, target: str, filters: Sequence[Filter] = (), *, at: str = "", made: Copy | None = None
    ) -> None:
        """A file or a folder that lies at a place here goes to a server."""
        like = made or Copy("", self.path, line)
        for copy in self.run.sent(source, tuple(filters), like._replace(mechanism=mechanism, path=self.path, line=line, target=target)):
            self.add(copy, at)

    def shell(self, source: str, line: int, *, cwd: str = place.ROOT, host: str = "", folder: str = "", shell: str = "sh") -> None:
        """The commands of a piece of shell, on a server where `host` names one."""
        if not source.strip():
            return
        self.spend()
        for command in commands(Script(source, line, cwd, folder or cwd, shell, host=host)):
            self.command(command)

    def command(self, command: Command) -> None:
        """One command: what it copies, then what it writes on a server."""
        if is_foreign(command):
            return
        for copy in tools.read([command], self.run):
            self.add(copy, checkout_place(command) if copy.kind == "checkout" else "")
        if command.host or self.run.on_server(command.cwd):
            for at in written(command):
                self.replace(at)

    def replace(self, at: str) -> None:
        """A file on the server is written now, whatever was sent there before."""
        for number, (copy, root) in enumerate(zip(self.copies, self.places, strict=True)):
            if root and at.startswith(root.rstrip("/") + "/"):
                inner = at[len(root.rstrip("/")) + 1 :]
                file = "/".join(part for part in (copy.source, inner) if part)
                if file not in copy.replaced and len(copy.replaced) < REPLACED:
                    self.copies[number] = copy._replace(replaced=(*copy.replaced, file))


def is_foreign(command: Command) -> bool:
    """`git clone` of what is installed on servers as a tool, or to a hidden folder of the home."""
    texts = command.texts()
    return (
        command.name == "git"
        and "clone" in texts
        and any(FOREIGN.search(one) or one.startswith(("~/.", "$HOME/.", f"{place.HOME}/.")) for one in texts)
    )


def checkout_place(command: Command) -> str:
    """The folder into which a git command writes."""
    texts = command.texts()
    for number, said in enumerate(texts):
        if said.startswith("--work-tree="):
            return place.joined(command.cwd, said.partition("=")[2])
        if said in ("-C", "--work-tree") and number + 1 < len(texts):
            return place.joined(command.cwd, texts[number + 1])
    if "clone" in texts:
        named = [one for one in texts[texts.index("clone") + 1 :] if not one.startswith("-")]
        name = named[-1] if named else "."
        return place.joined(command.cwd, name.rstrip("/").rpartition("/")[2].removesuffix(".git") if "://" in name or "@" in name else name)
    return command.cwd


def written(command: Command) -> list[str]:
    """The places that a command on a server writes: a file, or one of that name in a folder. A template is not put over anything."""
    found = [command.output] if command.output else []
    if command.name not in WRITERS:
        return found
    line = options.line(command.arguments, ("--target-directory",), short="tmog" if command.name != "ln" else "t")
    names = [word.text for word in line.operands]
    if line.has("-n", "--no-clobber") and command.name in ("cp", "mv"):
        return found
    if command.name == "tee":
        return [*found, *(place.joined(command.cwd, name) for name in names)]
    if len(names) < 2 or any(TEMPLATE.search(name) for name in names[:-1]):
        return found
    at = place.joined(command.cwd, names[-1])
    return [*found, at, *(place.joined(at, name.rstrip("/").rpartition("/")[2]) for name in names[:-1])]
