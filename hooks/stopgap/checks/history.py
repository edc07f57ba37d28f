"""What is to be said of config files and values that history holds. Pure: their lives in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from ..audit import Audit, File, Value
from ..audit.accounts import contradiction, is_contradicted, is_settled
from ..audit.marks import spelled
from ..model import Deed, Finding, History, Severity
from ..wording import plural
from .history_words import begun, lived, places, seen, span

CHECK = "audit-history"
NOT_ROTATED, IN_USE, LEFT = "history-not-rotated", "history-in-use", "history-secret"
SETTLED, SETTING, FILE = "history-settled", "history-setting", "history-file"  # these are notes


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


def of_value(value: Value) -> Finding:
    """The finding of a value."""
    rule, severity, message = judged(value)
    name = f"{value.path}\0{value.key}\0{value.blob}\0{value.line}"
    return Finding(
        CHECK,
        rule,
        severity,
        value.path,
        f"{message}: {span(value)}; {seen(value.public)}; {begun(value.first)}",
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
        return IN_USE, "error", f"{what} is still in use ({places(value)}), never rotated"
    if anywhere:
        return LEFT, "warning", f"{what} stood here, not known to be revoked"
    if value.use == "in-use":
        return IN_USE, "error", f"{what} has a value still in use ({places(value)}), never rotated"
    now = "has another value now" if value.use == "replaced" else "has no value any more"
    return LEFT, "warning", f"{what} {now}, the old one is not known to be revoked"


def fix(value: Value) -> str:
    """One line: what to do, in which order, and how to say that it was done."""
    where = f" at {value.rotate}" if value.rotate else ""
    if is_contradicted(value):
        done = f"make a new one{where}, put it wherever the old one is used, revoke the old one"
        return f"{done}; then the ledger is right, and nothing is to be marked again"
    if value.use == "in-use":
        done, state = f"make a new one{where}, put it in its place, revoke the old one", "rotated"
    else:
        done, state = f"make sure that the old one is revoked{where}", "revoked"
    return f"{done}; then say so: stopgap audit-history --mark {spelled(value)} {state} --reason WHY"
