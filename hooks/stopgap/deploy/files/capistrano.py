"""Capistrano: a release is what git has, with the linked files and folders of `shared` over it.

https://capistranorb.com/documentation/getting-started/structure/ and /configuration/; version 2: https://github.com/capistrano/capistrano/wiki
`scm :copy` is the gem capistrano-scm-copy, which packs `include_dir` ("*" by default: no dot files) of the working folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import place
from ..code.given import Call
from ..code.statements import statements
from ..code.values import Program
from ..copy import Copy, Filter
from ..shell.commands import Command
from ..shell.words import Word
from ..steps import SERVER, Steps
from ..tools import options, rsync
from ..tree import Tree
from ..yamls import Text

RELEASE = "/=release="
RELEASES = re.compile(r"\$\{(?:release_path|current_path|latest_release|current_release)\}")
DEPLOYS = ("repo_url", "repository", "scm", "deploy_to", "linked_files", "linked_dirs")
MINA = re.compile(r"require\s+['\"]mina\b")
RUNS = ("execute", "run", "sudo", "invoke_command", "try_sudo")


class Settings(NamedTuple):
    """What a file sets: by name the values and the line of each; and the commands of its tasks."""

    values: dict[str, list[Any]]
    lines: dict[str, int]
    tasks: list[Call]

    def texts(self, name: str) -> list[str]:
        """The texts of a setting, those of lists in it too."""
        return list(flat(self.values.get(name, [])))

    def one(self, name: str) -> str:
        """A setting that is one text."""
        return next(iter(self.texts(name)), "")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of a `deploy.rb`, or of a file of tasks. What its stages (`deploy/production.rb`) link is linked."""
    if MINA.search(text):
        return
    settings = settings_of(text, path)
    steps = Steps(tree, path)
    is_release = path.endswith(".rb") and any(name in settings.values for name in DEPLOYS)
    if not is_release and (path.endswith(".rb") or not settings.tasks):
        return
    for stage in sorted(stages(path, tree)):
        more = settings_of(tree.text(stage) or "", stage)
        for name in ("linked_files", "linked_dirs"):
            settings.values.setdefault(name, []).extend(more.values.get(name, []))
    if is_release:
        steps.add(linked(release(settings, path, tree), settings), RELEASE)
    for call in settings.tasks:
        task(call, steps)
    yield from steps.found()


def stages(path: str, tree: Tree) -> Iterator[str]:
    """The files of the stages beside `config/deploy.rb`."""
    folder = path.removesuffix(".rb") + "/"
    return (name for name in tree.names if name.startswith(folder) and name.endswith(".rb") and "/" not in name[len(folder) :])


def flat(values: Any) -> Iterator[str]:
    """The texts of a value."""
    for one in values if isinstance(values, list) else [values]:
        if isinstance(one, list):
            yield from flat(one)
        elif isinstance(one, str):
            yield str(one)


def settings_of(text: str, path: str) -> Settings:
    """What `set` and `append` say, and the tasks' commands."""
    found = Settings({}, {}, [])
    for call in statements(Program(text, "ruby", place.joined(place.ROOT, path.rpartition("/")[0] or "."))):
        if call.name in ("set", "append", "set_default", "set_if_empty") and call.text(0):
            held = found.values.setdefault(call.text(0), [])
            before = list(held)
            if call.name == "set":
                held.clear()
            if call.name in ("set", "append") or not before:
                # `fetch(:linked_files, [])` of itself is what was there
                held.extend([*before, *call.arguments[1:]] if call.name == "set" and refers(call) else call.arguments[1:])
            found.lines[call.text(0)] = call.line
        elif call.name in (*RUNS, "upload!", "upload"):
            found.tasks.append(call)
    return found


def refers(call: Call) -> bool:
    """Whether a setting is made out of what it was: its value holds `${name}` of itself."""
    return any("${" + call.text(0) + "}" in one for one in flat(call.arguments[1:]))


def linked(made: Copy, settings: Settings) -> Copy:
    """The copy with what is linked over it; names that the file does not say make it unknown."""
    names = settings.texts("linked_files")
    dirs = tuple(name.strip("/") for name in settings.texts("linked_dirs"))
    made = made._replace(replaced=tuple(f"{made.source}/{name}".strip("/") for name in names))
    if dirs:
        made = made._replace(filters=(*made.filters, Filter("within", dirs)))
    if any(name.startswith("${") and name.endswith("}") and "linked" not in name for name in names) and not made.unknown:
        made = made._replace(unknown="the names of the linked files come from outside of this file")
    return made


def release(settings: Settings, path: str, tree: Tree) -> Copy:
    """The copy that makes a release, by the strategy that is set."""
    line = next((settings.lines[name] for name in ("linked_files", "repo_url", "repository", "scm") if name in settings.lines), 1)
    made = Copy("capistrano", path, line, target=settings.one("deploy_to"), follows_git=True)
    if "rsync_options" in settings.values or settings.one("scm") == "rsync":
        words = tuple(Word(word) for word in settings.texts("rsync_options"))
        command = Command("rsync", words, line, place.ROOT)
        given = options.line(words, rsync.VALUED, short=rsync.SHORT)
        rules, unknown = rsync.filters(given, command, Steps(tree, path).run)
        return made._replace(filters=(Filter("rsync", rules),), unknown=unknown)
    if settings.one("scm") == "copy":
        tar = Filter("tar", tuple(settings.texts("exclude_dir")))
        return made._replace(follows_git=False, filters=(Filter("shell", tuple(settings.texts("include_dir")) or ("*",)), tar))
    if settings.one("deploy_via") == "copy":
        own = (Filter("tar", tuple(settings.texts("copy_exclude"))),)
        return made._replace(filters=own, follows_git=settings.one("scm") != "none")
    if settings.one("scm") in ("none", "passthrough"):
        return made._replace(follows_git=False)
    return made._replace(source=settings.one("repo_tree").strip("/"))


def task(call: Call, steps: Steps) -> None:
    """A command of a task: `execute`, version 2's `run`, `upload!`."""
    texts = [RELEASES.sub(RELEASE, str(one)) for one in call.arguments if isinstance(one, Text)]
    if call.name in RUNS and texts:
        steps.shell(" ".join(texts), call.line, cwd=RELEASE, host=SERVER)
    elif call.name in ("upload!", "upload") and len(texts) > 1:
        steps.sent(place.joined(place.ROOT, texts[0]), call.line, "capistrano upload", texts[1])
        steps.replace(place.joined(RELEASE, texts[1]))
