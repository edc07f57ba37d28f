"""git as a deploy: a checkout on the server, a push to a platform that builds from it, git-ftp, git archive. git-pull(1), git-archive(1).

git overwrites a tracked `.env` wherever it checks out, and removes it there with the commit that untracks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import place, platforms
from ..copy import Copy, Filter
from ..filters.export_ignore import nested
from ..run import Run
from ..shell.commands import Command
from . import options
from .archive import tar_line
from .local import is_server

VALUED = ("--git-dir", "--work-tree", "--depth", "--branch", "--format", "--output", "--prefix", "--remote", "--separate-git-dir")
CHECKOUTS = frozenset(("pull", "reset", "checkout", "clone", "switch", "restore", "merge", "rebase"))
# A push to one of these builds or runs what is pushed.
PLATFORMS = re.compile(
    r"(?i)(?:heroku|dokku|piku|gigalixir|clever|scalingo|platform|azure|production|staging|deploy|live|server|vps)[\w-]*\Z"
    r"|(?:dokku|git)@[\w.-]+:[\w-]+\Z|https://git\.heroku\.com/|ssh://"
)
# What a script does behind a pull where the application runs.
RUNS = frozenset(
    ["pm2", "systemctl", "supervisorctl", "service", "forever", "nginx", "apachectl", "apache2ctl", "passenger-config", "a2ensite"]
)


def read(command: Command, run: Run) -> Iterator[Copy]:
    """The copies of one git command."""
    line = options.line(command.arguments, VALUED, short="Cbmco")
    words = [word.text for word in line.operands]
    if not words:
        return
    verb, rest = words[0], words[1:]
    for folder in line.values("-C"):
        command = command._replace(cwd=place.joined(command.cwd, folder))
    made = Copy("git", run.path, command.line, follows_git=True)
    if verb in CHECKOUTS and is_for_server(command, line, verb, rest, run):
        if overwrites(verb, line.has("--hard", "--merge", "--keep"), line.has("-b", "-B"), rest):
            yield made._replace(mechanism=f"git {verb}", kind="checkout", target=command.host or command.cwd)
    elif command.host:
        return
    elif verb == "push" and rest and PLATFORMS.search(rest[0]):
        yield made._replace(mechanism="git push", kind="artifact", target=rest[0], filters=slug(rest[0], run))
    elif verb == "ftp" and rest[:1] and rest[0] in ("push", "init", "catchup"):
        yield from ftp(command, run, made)
    elif verb == "archive":
        yield from archive(command, line, rest, run, made)


def is_for_server(command: Command, line: options.Line, verb: str, rest: list[str], run: Run) -> bool:
    """Whether the work tree is the one that an application runs from."""
    trees = [place.joined(command.cwd, one) for one in line.values("--work-tree")]
    trees += [place.joined(command.cwd, rest[-1])] if verb == "clone" and rest else []
    return bool(command.host) or run.on_server(command.cwd) or any(is_server("", tree) for tree in trees)


def slug(remote: str, run: Run) -> tuple[Filter, ...]:
    """Heroku removes what `.slugignore` names from what it runs; other platforms do not."""
    return platforms.taken(platforms.PLATFORMS["heroku"], "", run.tree).filters if "heroku" in remote.lower() else ()


def overwrites(verb: str, hard: bool, new: bool, rest: list[str]) -> bool:
    """Whether the command writes tracked files into the work tree; a fetch, a new branch and a soft reset do not."""
    if verb == "reset":
        return hard
    if verb == "clone":
        return bool(rest)  # without a repository it only says how it is used
    if verb == "checkout":
        return not new
    return verb in ("pull", "switch", "restore", "merge", "rebase")


def ftp(command: Command, run: Run, made: Copy) -> Iterator[Copy]:
    """git-ftp sends what is tracked, less what .git-ftp-ignore names; what a diff deletes goes there too. https://github.com/git-ftp/git-ftp"""
    text = run.tree.text(".git-ftp-ignore") or ""
    root = next(iter(options.line(command.arguments, ("--syncroot",), short="upkDPb").values("--syncroot")), "").strip("/")
    yield made._replace(mechanism="git-ftp", source=root, filters=(Filter("git_ftp", patterns(text)),), deletes="recorded", target="FTP")


def patterns(text: str) -> tuple[str, ...]:
    """The lines of .git-ftp-ignore; `#` begins a comment."""
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def archive(command: Command, line: options.Line, rest: list[str], run: Run, made: Copy) -> Iterator[Copy]:
    """git archive packs what is tracked, without what an attribute `export-ignore` names, and only the paths that are given."""
    made = made._replace(mechanism="git archive")
    folder = next(iter(line.values("--prefix")), "").strip("/")
    name = next(iter(line.values("-o", "--output")), "") or next((one.output for one in (command, *command.then) if one.output), "")
    tree = rest[0].partition(":")[2] if rest else ""  # `HEAD:folder`
    top = place.joined(command.cwd, tree) if tree else command.cwd if place.inside(command.cwd) is not None else place.ROOT
    remote = next((one for one in command.then if one.host or one.name == "ssh"), None)
    local = next((one for one in command.then if one.name in ("tar", "gtar", "bsdtar")), None)
    for path in rest[1:] or ["."]:
        source = place.joined(top, path)
        own = (Filter("export_ignore", attributes(top, run), before(source, top, run)),)
        if remote is not None:
            yield from run.sent(source, own, made._replace(target=remote.host))
        elif local is not None:
            goal = place.joined(place.joined(local.cwd, next(iter(tar_line(local).values("--directory", "-C")), ".")), folder)
            run.stage(source, goal, own, follows_git=True)
            if is_server(goal, goal):
                yield from run.sent(source, own, made._replace(target=goal))
        elif name:
            at = place.joined(command.cwd, name)
            run.stage(source, at, own, follows_git=True)
            run.archives.add(at)


def before(source: str, top: str, run: Run) -> str:
    """What stands before the paths of a source, as attributes are those of paths from the root of what is packed."""
    inner, root = place.inside(source) or "", place.inside(top) or ""
    folder = inner.rpartition("/")[0] if inner in run.tree.names else inner
    folder = folder.removeprefix(root).strip("/")
    return folder + "/" if folder else ""


def attributes(top: str, run: Run) -> tuple[str, ...]:
    """The lines of every .gitattributes from the root of what is packed on, those of higher folders first."""
    root = (place.inside(top) or "") + "/" if place.inside(top) else ""
    found = (name for name in run.tree.names if name.startswith(root) and name.rpartition("/")[2] == ".gitattributes")
    names = sorted(found, key=lambda name: (name.count("/"), name))
    return tuple(line for name in names for line in nested(name[len(root) :].rpartition("/")[0], (run.tree.text(name) or "").splitlines()))
