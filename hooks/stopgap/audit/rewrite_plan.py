"""`--rewrite-plan`: how to take what was leaked out of the history, as a script for bash that a person reads and runs. Nothing is run here.

The text holds no secret: the values to be replaced are read from the repository when it is run, into a file that only its owner can read.
All that is prose is a comment without a sign that a shell acts on, so the whole can be pasted, or saved and run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ..quoting import word
from . import Audit, File, Value
from .accounts import CLAIMS
from .ledger import NAME

LISTED = 6  # names in a sentence
STAYS = ("not-a-secret", "accepted")  # what the ledger says may stay where it is
TOOL = "git filter-repo 2.47 or newer: pip install git-filter-repo"
ORIGIN = '"$(git remote get-url origin 2>/dev/null || pwd)"'  # it can hold a password, so the text does not
TOP = 'cd "$(git rev-parse --show-toplevel 2>/dev/null || git rev-parse --absolute-git-dir)"'


def plan(audit: Audit, tracked: Collection[str], options: Sequence[str] = ()) -> Iterator[str]:
    """The script, a line each, safe to print as it is. `tracked`: the paths that HEAD has. `options`: those of the audit, to repeat it."""
    paths, kept = to_drop(audit, tracked)
    values = [value for value in audit.values if is_to_replace(value)]
    if not paths and not values:
        yield from comments(("There is nothing to take out of the history.", *first(audit.values, kept)))
        return
    counts = f"{number(len(paths), 'path')} to drop, {number(len(values), 'value')} to replace in all others"
    yield from comments(
        (
            f"How to take secrets out of the history: {counts}.",
            "Nothing of this has been run. It does not make a secret safe that somebody has seen: only rotating does.",
            "",
            *numbered((*first(audit.values, kept), *before(), f"Run this. It works on a fresh copy and needs {TOOL}")),
        )
    )
    yield from recipe(paths, options, replaces=bool(values))
    yield from comments(("", *after(audit.files)))


def is_to_replace(value: Value) -> bool:
    """Whether a value is to be replaced in all files: one that is still in use would be replaced there too."""
    return is_open(value) and value.use != "in-use"


def is_open(value: Value) -> bool:
    """Whether a value is a secret that is not to stay where it is."""
    return value.secret and value.account not in STAYS


def to_drop(audit: Audit, tracked: Collection[str]) -> tuple[list[str], list[str]]:
    """The names of config files that no commit is to have, and those that stay as HEAD has them still, or a folder of that name."""
    known: dict[str, list[Value]] = {}
    for value in audit.values:
        for path in {value.path, *value.paths}:
            known.setdefault(path, []).append(value)
    names = {name for file in audit.files if not stays(file, known) for name in names_of(file)}
    present = {"/".join(parts[:end]) for parts in (path.split("/") for path in tracked) for end in range(1, len(parts) + 1)}
    return sorted(names - present), sorted(names & present)  # filter-repo takes a path for a folder too


def stays(file: File, known: dict[str, list[Value]]) -> bool:
    """Whether the ledger says of everything in a file that it may stay."""
    values = [value for name in names_of(file) for value in known.get(name, ())]
    return bool(values) and all(value.account in STAYS for value in values)


def names_of(file: File) -> set[str]:
    """All names that a file had: its content is in the history under each of them."""
    return {file.path, *(name for event in file.events for name in (event.path, event.source) if name)}


def first(values: Sequence[Value], kept: Sequence[str]) -> Iterator[str]:
    """What comes before a rewrite, and what the recipe leaves out until then."""
    used = [f"{word(value.key)} of {word(value.path)}" for value in values if is_open(value) and value.use == "in-use"]
    if used:
        yield f"Rotate first. {listed(used)}: still in use, so not replaced below, or a server would lose it. Ask for the plan again then"
    unsaid = [value for value in values if is_to_replace(value) and value.account not in CLAIMS]
    if unsaid:
        yield f"Rotate first. Of {number(len(unsaid), 'value')} below {NAME} does not say that it was rotated or revoked"
    if kept:
        yield (
            f"Untrack first. {listed([word(path) for path in kept])}: HEAD has it, so it is left out of this. stopgap untrack plans how it "
            "stays on servers and with teammates. Ask for the plan again then"
        )


def before() -> Iterator[str]:
    """What others are told before their history is another one."""
    yield "Tell everybody with a clone, stop pushes and deploys, and merge or close the open pull requests: they keep the old commits alive"


def recipe(paths: Sequence[str], options: Sequence[str], *, replaces: bool) -> Iterator[str]:
    """The commands. They end at the first that fails, without the shell they are pasted into, and the values are removed in any case."""
    yield "rewrite=$(mktemp -d) && ("
    yield "  set -e; umask 077"
    yield "  git filter-repo --version >/dev/null"
    yield f"  {TOP}"
    if replaces:
        yield """  trap 'rm -f "$rewrite/expressions"' EXIT"""
        yield f'  {" ".join(("stopgap audit-history", *map(word, options)))} --expressions "$rewrite/expressions"'
    yield f'  git clone --quiet --mirror --no-local {ORIGIN} "$rewrite/repository.git"'
    yield '  cd "$rewrite/repository.git"'
    arguments = [f"--path={word(path)}" for path in paths]
    if paths:
        arguments.append("--invert-paths")
    if replaces:
        arguments += ["--replace-text=../expressions", "--replace-message=../expressions"]
    yield "  git filter-repo --sensitive-data-removal \\"
    yield from (f"    {argument} \\" for argument in arguments[:-1])
    yield f"    {arguments[-1]}"
    yield ")"


def after(files: Iterable[File]) -> Iterator[str]:
    """What is left to do, and what a rewrite does not reach."""
    public = sorted({ref for file in files for ref in file.public})
    seen = f" Others could fetch it from {listed([word(ref) for ref in public])}." if public else ""
    yield 'Look at the copy in "$rewrite/repository.git", also with stopgap audit-history: a value goes from code in HEAD too.'
    yield "Commits that changed nothing else are gone, and with them branches and tags that had no others."
    yield "Then push it, which cannot be undone:"
    yield '  git -C "$rewrite/repository.git" push --force --mirror origin'
    yield "The host may refuse its own refs, such as refs/pull of GitHub: all others must go through."
    yield ""
    yield f"What the push does not reach.{seen}"
    yield "- Every clone: delete it and clone anew. One push from an old clone brings everything back."
    yield "- Open pull requests and their refs: the host keeps them until its support removes them."
    yield "- Tags and releases: they move, signatures on tags and commits are gone, and whoever fetched a tag keeps the old one."
    yield "- Forks: they keep the old history, and on some hosts show it to everybody."
    yield "- Caches: views of old commits at the host, CI caches and artifacts, images, packages, mirrors, backups."
    yield "- Binary files, archives, UTF-16 and values too short to be replaced everywhere: only a dropped path takes these along."
    yield "- Values in another spelling, such as one whose lines a program joins: stopgap audit-history in the copy shows the most of them."
    yield ""
    yield f"In a new clone carry {NAME} over and commit it, then remove the copy:"
    yield '  stopgap audit-history --remap "$rewrite/repository.git/filter-repo/commit-map"'
    yield '  rm -rf "$rewrite"'


def comments(lines: Iterable[str]) -> Iterator[str]:
    """Lines of prose, as comments."""
    return (f"# {line}".rstrip() for line in lines)


def numbered(steps: Iterable[str]) -> Iterator[str]:
    """Steps with their numbers."""
    return (f"{place}. {step}." for place, step in enumerate(steps, 1))


def listed(names: Sequence[str]) -> str:
    """Some names, and how many more."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")


def number(count: int, noun: str) -> str:
    """`1 path`, `3 paths`."""
    return f"{count} {noun if count == 1 else noun + 's'}"
