"""What is to be said of config files and values that history holds. Pure: their lives in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from ..audit import Audit, Event, File, Value
from ..audit.accounts import contradiction, is_contradicted, is_settled
from ..audit.marks import spelled
from ..model import Deed, Finding, History, Severity

CHECK = "audit-history"
NOT_ROTATED, IN_USE, LEFT = "history-not-rotated", "history-in-use", "history-secret"
SETTLED, SETTING, FILE = "history-settled", "history-setting", "history-file"  # these are notes
COMMIT = 10  # digits of a name in what people read
SHOWN = 3  # names of refs and of places in one message


def findings(audit: Audit) -> Iterator[Finding]:
    """One for each file, and one for each value, also where there is nothing left to do about it."""
    yield from map(of_file, audit.files)
    yield from map(of_value, audit.values)


def of_file(file: File) -> Finding:
    """A note: what is to be done is said of its values."""
    state = "here" if file.here else "gone"
    message = f"a config file in {plural(file.commits, 'commit')}: {file.why}; {lived(file.events)}; {seen(file.public)}"
    first, last = file.events[0].moment if file.events else None, file.events[-1].moment if file.events else None
    events = tuple(Deed(event.deed, event.moment, event.path) for event in file.events)
    history = History("", first, last, file.commits, state, refs=file.refs, public=file.public, events=events) if first and last else None
    return Finding(CHECK, FILE, "note", file.path, message, history=history)


def lived(events: Sequence[Event]) -> str:
    """`added 2021-03-04 (3f0c2a9b7e), changed 4 times, removed 2023-01-02 (99aa01bc22)`, in the order of what happened."""
    said: list[str] = []
    changes = 0
    for event in (*events, None):
        if event and event.deed == "changed":
            changes += 1
            continue
        if changes:
            said.append("changed once" if changes == 1 else f"changed {changes} times")
            changes = 0
        if event:
            name = f" to {event.path}" if event.deed == "renamed" else ""
            said.append(f"{event.deed}{name} {event.moment.day} ({event.moment.commit[:COMMIT]})")
    return ", ".join(said if len(said) < 10 else (*said[:4], "…", *said[-4:])) or "no commit here that brought it"


def of_value(value: Value) -> Finding:
    """The finding of a value."""
    rule, severity, message = judged(value)
    name = f"{value.path}\0{value.key}\0{value.blob}\0{value.line}"
    return Finding(
        CHECK,
        rule,
        severity,
        value.path,
        f"{message}: {span(value)}; {seen(value.public)}; first",
        fix(value) if severity != "note" else "",
        value.confidence,
        value.line,
        end_line=value.line,
        commit=value.first.commit,
        fingerprint=sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16],
        key=value.key,
        history=history(value),
    )


def history(value: Value) -> History:
    """What a report shows of a value's life."""
    return History(
        value.key,
        value.first,
        value.last,
        value.commits,
        value.use,
        value.used,
        value.blob,
        value.refs,
        value.public,
        value.account,
        value.what,
        value.provider,
        value.rotate,
    )


def judged(value: Value) -> tuple[str, Severity, str]:
    """Rule, severity, and how the message begins."""
    anywhere = value.kind == "secret"
    what = value.key if not value.what else f"{value.what} ({value.key})" if anywhere else f"{value.key} ({value.what})"
    if is_contradicted(value):
        return NOT_ROTATED, "error", contradiction(value)
    if is_settled(value):
        return SETTLED, "note", f"{what} is accounted for: {value.account}, {value.reason}"
    if not value.secret:
        return SETTING, "note", f"{value.key} has a value that looks like no secret ({value.use})"
    if anywhere and value.use == "in-use":
        return IN_USE, "error", f"{what} is still in use ({some(value.used)}), so it was never rotated"
    if anywhere:
        return LEFT, "warning", f"{what} stood here, and nothing says that it was revoked"
    if value.use == "in-use":
        return IN_USE, "error", f"{what} has a value that is still in use ({some(value.used)}), so it was never rotated"
    now = "another value here now" if value.use == "replaced" else "no value here any more"
    return LEFT, "warning", f"{what} has {now}, and nothing says that the old one was revoked"


def span(value: Value) -> str:
    """`in 14 commits from 2021-03-04 to 2023-01-02`."""
    first, last = value.first.day, value.last.day
    return f"in {plural(value.commits, 'commit')} {f'of {first}' if first == last else f'from {first} to {last}'}"


def seen(public: Sequence[str]) -> str:
    """Who could have seen it, as far as this clone knows."""
    if not public:
        return "no tag and no remote branch of this clone has it"
    return f"{some([short(name) for name in public])} {'has' if len(public) == 1 else 'have'} it"


def short(name: str) -> str:
    """A ref as people say it."""
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/").replace("refs/tags/", "tag ", 1)


def some(names: Sequence[str]) -> str:
    """The first few of them."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def fix(value: Value) -> str:
    """One line: what to do, in which order, and how to say that it was done."""
    where = f" at {value.rotate}" if value.rotate else " where it is issued"
    if value.use == "in-use":
        done, state = f"make a new one{where}, put it wherever the old one is used, revoke the old one", "rotated"
    else:
        done, state = f"make sure that the old one is revoked{where}", "revoked"
    return f"{done}; then say so: stopgap audit-history --mark {spelled(value)} {state} --reason WHY"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
