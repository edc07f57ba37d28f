"""The lines that the root's `.gitignore` needs so that git does not take untracked files in again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..checks import gitignore as checks
from ..checks.gitignore import Probe
from ..checks.untrack import Draft
from ..detect import names
from ..git import ignore
from ..git.ignore import NAME, Rule
from ..git.index import SUBMODULE
from ..git.process import bytes_of
from ..git.repository import Repository
from ..model import StopgapError
from . import worktree
from .untrack_template import apart

if TYPE_CHECKING:
    from .untracking import Known

# The content of an ignore file with lines that it lacks, in front of the line of that number, or at its end for 0.
Insert = Callable[[bytes, Sequence[str], int], bytes]


class Asked(NamedTuple):
    """Paths to ask git about: to be ignored, their templates, which are not to be, and those whose state may not change. `insert` makes the
    content to try.
    """

    paths: tuple[str, ...]
    templates: tuple[str, ...]
    others: tuple[str, ...]
    insert: Insert

    def everything(self) -> tuple[str, ...]:
        return (*self.paths, *self.templates, *self.others)


def draft(
    repository: Repository, paths: Sequence[str], templates: Iterable[str], known: Known, insert: Insert
) -> tuple[Draft | None, tuple[str, ...]]:
    """What `.gitignore` becomes, None where it does already, and notes. Raises StopgapError where no line of the root can do it."""
    if not paths:
        return None, ()
    if any("\n" in path for path in paths):
        raise StopgapError("no line of .gitignore can name a path with a newline in it: rename the file first")
    files = ignore.ignore_files(repository.top, (one for one in known.tracked.values() if one.mode != SUBMODULE), ignore.untracked())
    wanted = tuple(templates)
    ours = {*paths, *wanted}
    asked = Asked(tuple(paths), wanted, tuple(path for path in known.tracked if path not in ours), insert)
    made = needed(files.here, asked)
    if made is not None:
        check_writable(repository, known)
        new = NAME not in files.here
        made = made._replace(new=new, apart=apart(NAME, new, known))
    return made, tuple(notes(files, made, asked))


def check_writable(repository: Repository, known: Known) -> None:
    """Raises StopgapError where `.gitignore` is no file that lies here."""
    place = worktree.located(repository.top, NAME)
    if os.path.lexists(place) and (os.path.islink(place) or not os.path.isfile(place)):
        raise StopgapError(f"{NAME} is no regular file: git does not follow a link there, and nothing was changed")
    if NAME in known.tracked and not os.path.lexists(place):
        raise StopgapError(f"{NAME} is tracked and not in the work tree: check it out first; nothing was changed")


def needed(here: Mapping[str, bytes], asked: Asked) -> Draft | None:
    """The draft: the lines of the usual family where they do no more than they should, else the paths one by one."""
    before = ignore.decide(here, asked.everything())
    bare = [path for path in asked.paths if not is_ignored(before, path)]
    if not bare and not hidden(asked, before, before):
        return None
    first = min(
        (rule.line for path in (*bare, *asked.templates) if (rule := before.get(path)) and rule.negated and rule.source == NAME), default=0
    )
    family = checks.lines_for(Probe(path, "error", "missing", generated=False) for path in bare)
    single = ["/" + checks.escaped(path) for path in bare]
    after: Mapping[str, Rule] = before
    for lines, at in ((family, first), (single, 0)):
        made, after = tried(here, asked, before, lines, at)
        newly = any(is_ignored(after, path) and not is_ignored(before, path) for path in (*asked.others, *asked.templates))
        if made is not None and not newly and all(is_ignored(after, path) for path in asked.paths):
            return made
    stuck = next((path for path in asked.paths if not is_ignored(after, path)), "")
    if not stuck:
        return None  # only a template that is hidden all the same: said in a note
    rule = after.get(stuck)
    where = (
        f"{rule.source}:{rule.line} (`{rule.pattern}`) lets it in again: delete that line first" if rule else "git ignores it by no line"
    )
    raise StopgapError(f"{stuck} cannot be ignored from {NAME}: {where}; nothing was changed")


def tried(
    here: Mapping[str, bytes], asked: Asked, before: Mapping[str, Rule], lines: Sequence[str], at: int
) -> tuple[Draft | None, Mapping[str, Rule]]:
    """The content with these lines, and with others that let templates in; None where it has them all. And git's decisions by it."""
    old = here.get(NAME, b"")
    content = asked.insert(old, lines, at)
    after = ignore.decide({**here, NAME: content}, asked.everything())
    sparing = checks.lines_sparing(Probe(path, "template", "covered") for path in hidden(asked, before, after))
    if sparing:
        spared = asked.insert(content, sparing, 0)
        later = ignore.decide({**here, NAME: spared}, asked.everything())
        helps = [path for path in hidden(asked, before, after) if not is_ignored(later, path)]
        sparing = checks.lines_sparing(Probe(path, "template", "covered") for path in helps)  # in an ignored folder nothing is let in
        content = asked.insert(content, sparing, 0)
        after = ignore.decide({**here, NAME: content}, asked.everything())
    if content == old:
        return None, after
    there = old.splitlines()
    added = tuple(line for line in dict.fromkeys((*lines, *sparing)) if bytes_of(line) not in there)
    appended = content == old + b"".join(bytes_of(line) + b"\n" for line in added)
    return Draft(NAME, content, added, new=False, appended=appended), after


def hidden(asked: Asked, before: Mapping[str, Rule], after: Mapping[str, Rule]) -> list[str]:
    """The templates that the root's rules ignore: those that are wanted, and others that were not ignored so far."""
    among = (*asked.templates, *(path for path in asked.others if is_ignored(after, path) and not is_ignored(before, path)))
    return [path for path in among if is_ignored(after, path) and after[path].source == NAME and names.is_template(path)]


def is_ignored(rules: Mapping[str, Rule], path: str) -> bool:
    return path in rules and not rules[path].negated


def notes(files: ignore.IgnoreFiles, made: Draft | None, asked: Asked) -> Iterable[str]:
    """What is left to people: rules that nobody else gets, and a template that a rule of another file hides."""
    here = {**files.here, NAME: made.data} if made else files.here
    shared = {**files.shared, NAME: made.data} if made and not made.apart else files.shared
    rules, everybody = ignore.decide(here, (*asked.paths, *asked.templates)), ignore.decide(shared, asked.paths)
    for source in dict.fromkeys(rules[path].source for path in asked.paths if not is_ignored(everybody, path)):
        if made is None or source != NAME:
            yield f"you: stage {source} too: what git has of it does not ignore the file for anybody else"
    for path in asked.templates:
        if is_ignored(rules, path):
            rule = rules[path]
            yield f"you: narrow {rule.source}:{rule.line} (`{rule.pattern}`), which ignores {path}: teammates need it"
