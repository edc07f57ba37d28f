"""What a client's configuration takes away from our hooks: ids that are none, stages, skips, and patterns that hide env files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .armed import Line, listed
from .clients import Client, Entry
from .ours import IDS, TOGETHER

PARTS = ("block-env-files", "scan-diff", "check-gitignore")  # scan-message is missed at commit-msg, where a line of its own says so
# a tag has a number or a commit's name; `main`, `HEAD` and `stable` have none
PINNED = re.compile(r"\d|^[0-9a-fA-F]{7,64}$")
INSTALL = "default_install_hook_types"
SKIPS = ("SKIP", "PREK_SKIP")


def lines(client: Client, tracked: bool, skip: Sequence[str]) -> Iterator[Line]:
    """The lines about one configuration. `tracked`: git has the file; `skip`: ids that the environment's SKIP names."""
    yield from known(client)
    if not tracked and client.entries:
        yield Line(
            "note", "config", f"{client.path} is not tracked: teammates and CI do not have it", f"git add {client.path}", client.path
        )
    for entry in client.entries:
        yield from entry_lines(entry, client, skip)
    yield from stages(client)


def known(client: Client) -> Iterator[Line]:
    """Which of our ids it runs, and names that look like them."""
    for source in sorted({(entry.repo, entry.rev) for entry in client.entries}):
        ids = [entry.id for entry in client.entries if (entry.repo, entry.rev) == source]
        yield Line(
            "ok", "config", f"{client.path} runs {', '.join(dict.fromkeys(ids))}: {' at '.join(filter(None, source))}", path=client.path
        )
        if source[0] != "local" and source[1] and not PINNED.search(source[1]):
            text = f"rev {source[1]!r} is a branch: the client keeps what it first fetched, another machine gets other code"
            yield Line("note", "rev", text, "name a tag or a commit", client.path)
    for id in client.unknown:
        near = difflib.get_close_matches(id, IDS, 1, 0.4)
        yield Line(
            "FAIL", "id", f"stopgap has no hook {id!r}", f"did you mean {near[0]!r}?" if near else f"known: {listed(IDS)}", client.path
        )


def entry_lines(entry: Entry, client: Client, skip: Sequence[str]) -> Iterator[Line]:
    """What keeps one of our hooks from doing its work."""
    for name in entry.called:
        if name in skip:
            yield Line(
                "FAIL", "skip", f"the environment variable SKIP names {name}: from this shell the client does not run it", "unset SKIP"
            )
        if name in client.skipped and "pre-commit" in entry.stages:  # pre-commit.ci runs no other stage
            yield Line("FAIL", "skip", f"`ci: skip` names {name}: pre-commit.ci does not run it", "take it out of the list", client.path)
    for reason in entry.hidden:
        yield Line("FAIL", "names", f"{reason}: it would be clean without having looked", "let the client pass that name", client.path)
    if entry.command:
        yield Line("FAIL", "entry", f"`entry` of {entry.id} runs another command", "delete the line `entry`", client.path)
    if not entry.always:
        text = f"{entry.id} is not always run: a push that adds a secret and takes it away again names no file"
        yield Line("note", "entry", text, "`always_run: true`", client.path)


def stages(client: Client) -> Iterator[Line]:
    """Git hooks that no entry with the same check is meant for any more, and those that `install` leaves out."""
    for id in dict.fromkeys(entry.id for entry in client.entries):
        dropped = [stage for stage in IDS[id] if not parts([id]) <= parts(entry.id for entry in client.entries if stage in entry.stages)]
        if dropped:
            fatal = IDS[id][0] in dropped
            text = f"`stages` leaves {id} out at {', '.join(dropped)}"
            yield Line("FAIL" if fatal else "note", "stages", text, f"`stages: [{', '.join(IDS[id])}]`, or no `stages` at all", client.path)
    needed = dict.fromkeys(stage for entry in client.entries for stage in entry.stages)
    if left_out := [stage for stage in needed if stage not in client.install]:
        text = f"{INSTALL} leaves out {', '.join(left_out)}: a teammate's plain `install` gets no hook there"
        yield Line("note", "install-types", text, f"{INSTALL}: [{', '.join(needed)}]", client.path)


def parts(ids: Iterable[str]) -> set[str]:
    """The checks that these ids make."""
    return {part for id in ids for part in TOGETHER.get(id, (id,))}


def coverage(ids: Iterable[str]) -> Iterator[Line]:
    """A note for checks that nothing runs."""
    if missing := set(PARTS) - parts(ids):
        yield Line("note", "config", f"nothing runs {listed(missing)}", "the id stopgap runs all of them in one process")


def skipped(environ: Mapping[str, str]) -> list[str]:
    """The ids that the environment takes out; prek allows `project:id`."""
    return [word.strip().rpartition(":")[2] for name in SKIPS for word in environ.get(name, "").split(",") if word.strip()]
