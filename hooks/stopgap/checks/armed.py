"""Whether the hooks are armed: from what is installed and what is configured to one line for each thing that was checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ..model import Finding, Report, Scope, Severity
from .installed import Hook

CHECK = "doctor"
State = Literal["ok", "note", "FAIL", "ERROR"]  # ERROR: it could not be checked
SEVERITY: dict[State, Severity] = {"note": "note", "FAIL": "error", "ERROR": "error"}

# what to write into a hook of one's own, and what is missed where nothing of ours runs
BY_HAND = {
    "pre-commit": "stopgap check",
    "pre-merge-commit": "stopgap check",
    "pre-push": 'stopgap check --pre-push "$@"',
    "commit-msg": 'stopgap scan-message "$1"',
}
# lefthook hands the hook's arguments on as {1}, {2}
BY_LEFTHOOK = {**BY_HAND, "pre-push": "stopgap check --pre-push {1} {2}", "commit-msg": "stopgap scan-message {1}"}
MISSED = {
    "pre-commit": "commits are not looked at",
    "pre-merge-commit": "what a merge brings in is not looked at",
    "pre-push": "what was committed with --no-verify, or before the hooks were there, is pushed unseen",
    "commit-msg": "commit messages are not looked at",
}


class Line(NamedTuple):
    """One thing that was checked. `about` makes the rule id, `path` is the file that it is about, if any."""

    state: State
    about: str
    text: str
    fix: str = ""
    path: str = ""


class Place(NamedTuple):
    """Where git looks for hooks: `core.hooksPath` ("" where it is not set), the folder, and the hooks lying where git does not look."""

    setting: str
    folder: str
    unused: tuple[str, ...] = ()


def place_line(place: Place, hooks: Iterable[Hook]) -> Line:
    """Whether git looks where the hooks are."""
    if place.unused and not all(hook.runs for hook in hooks if hook.name in place.unused):
        text = f"git looks for hooks in {place.folder} (core.hooksPath) and never runs {listed(place.unused)} in its own hooks folder"
        return Line("FAIL", "hooks-path", text, "`git config --unset-all core.hooksPath`, or let the hooks in that folder run stopgap")
    return Line("ok", "hooks-path", f"git looks for hooks in {place.folder}{' (core.hooksPath)' if place.setting else ''}")


def hook_lines(hooks: Iterable[Hook], place: Place, installer: str) -> Iterator[Line]:
    """One line for each git hook. `installer` is the client that would install it, "" for none."""
    for hook in hooks:
        fix = install(hook, place, installer)
        if hook.state == "off" and hook.runs:
            yield Line("FAIL", "hook", f"{hook.name}: not executable, so git does not run it", f"chmod +x {hook.path}", hook.path)
        elif missing := hook.wanted - hook.runs:
            why = f"{hook.path} does not run {pronoun(missing)}" if hook.state == "ready" else "no hook is installed"
            yield Line(
                "FAIL", "hook", f"{hook.name}: {listed(missing)} {'is' if len(missing) == 1 else 'are'} configured for it, but {why}", fix
            )
        elif hook.runs:
            yield Line("ok", "hook", f"{hook.name}: runs {listed(hook.runs)} ({hook.tool or hook.path})")
        else:
            state: State = "FAIL" if hook.name == "pre-commit" else "note"
            yield Line(state, "hook", f"{hook.name}: stopgap does not run: {MISSED[hook.name]}", fix)


def install(hook: Hook, place: Place, installer: str) -> str:
    """How the hook gets to run us."""
    by_hand = f"let {hook.path} run `{BY_HAND[hook.name]}`"
    if installer == "lefthook":
        return f"give {hook.name} in lefthook's configuration a command that runs `{BY_LEFTHOOK[hook.name]}`, then `lefthook install`"
    if not installer or (hook.state == "ready" and hook.tool not in ("pre-commit", "prek")):
        return by_hand
    if not hook.wanted:
        return f"add {'scan-message' if hook.name == 'commit-msg' else 'stopgap'} to the client's configuration, or {by_hand}"
    command = f"{installer} install --hook-type {hook.name}"
    if place.setting and installer == "pre-commit":
        unset = "pre-commit installs nothing while core.hooksPath is set: `git config --unset-all core.hooksPath`"
        return f"{unset} and `{command}`, or {by_hand}"
    return command


def switched_off(hooks: Collection[Hook], environ: Mapping[str, str]) -> Iterator[Line]:
    """Variables with which a client runs nothing from this shell."""
    if environ.get("LEFTHOOK") in ("0", "false") and any(hook.tool == "lefthook" for hook in hooks):
        yield Line("FAIL", "skip", "the environment variable LEFTHOOK is off: from this shell lefthook runs nothing", "unset LEFTHOOK")
    if environ.get("HUSKY") == "0" and any(".husky" in hook.path.split("/") for hook in hooks):
        yield Line("FAIL", "skip", "the environment variable HUSKY is 0: from this shell husky runs nothing", "unset HUSKY")


def listed(words: Collection[str]) -> str:
    """`a, b`, in order."""
    return ", ".join(sorted(words))


def pronoun(words: Collection[str]) -> str:
    return "it" if len(words) == 1 else "them"


def status(lines: Iterable[Line]) -> int:
    """0 armed, 1 not armed, 2 could not check."""
    states = {line.state for line in lines}
    return 2 if "ERROR" in states else 1 if "FAIL" in states else 0


def verdict(lines: Collection[Line]) -> str:
    """The last line, for people."""
    failed, broken, notes = (sum(line.state == state for line in lines) for state in ("FAIL", "ERROR", "note"))
    if broken:
        return f"not known whether the hooks are armed: {broken} of {len(lines)} checks could not be made, {failed} failed"
    if failed:
        return f"not armed: {failed} of {len(lines)} checks failed"
    return "armed" + (f", with {notes} {'note' if notes == 1 else 'notes'}" if notes else "")


def text(lines: Collection[Line]) -> Iterator[str]:
    """One line for each check, with its fix below it, and the verdict."""
    for line in lines:
        yield f"{line.state:5} {line.text}"
        if line.fix:
            yield f"      fix: {line.fix}"
    yield verdict(lines)


def report(lines: Iterable[Line]) -> Report:
    """What is not ok, as findings: for scripts."""
    kept = [line for line in lines if line.state in SEVERITY]
    return Report(
        tuple(Finding(CHECK, f"doctor-{line.about}", SEVERITY[line.state], line.path, line.text, line.fix) for line in kept), Scope(CHECK)
    )
