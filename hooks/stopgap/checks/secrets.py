"""Secrets that detection found, as findings that say how to go on."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import INSIDE, Finding, Match, Severity

COMMITTED = ("range", "push", "tree")
NO_COMMENTS = (".json", ".ipynb", ".webmanifest", ".har", ".pem", ".key", ".ppk")  # a name's end, of a file that has no comments
PRIVATE_KEYS = ("private-key", "putty-private-key")
KEY_BLOCKS = ("private-key", "private-key-base64", "private-key-der", "putty-private-key")  # a comment would break the key


def finding(match: Match, mode: str, *, guessed: bool = False) -> Finding:
    """One match as a finding. `mode` is the scope's: in history the secret is out, and removing it is not enough.

    `guessed`: the commit is on another local branch or tag, which the push may or may not send; that is a note.
    """
    severity: Severity = "note" if guessed else match.severity
    about = f" in {match.key}" if match.key and match.rule != "own-value" else ""
    where = " on a branch or tag that this push may send too" if guessed else ""
    return Finding(
        check="scan-message" if mode == "message" else "scan-diff",
        rule=match.rule,
        severity=severity,
        path=match.path,
        message=f"{match.what}{about}{where}{f' ({match.note})' if match.note else ''}",
        fix=advice(match, mode),
        confidence=match.confidence,
        line=match.line,
        column=match.column,
        end_line=match.end_line,
        end_column=match.end_column,
        commit=match.commit,
        preview=match.preview,
        fingerprint=match.fingerprint,
        key=match.key,
    )


def without_key_files(values: Iterable[Finding], files: Iterable[Finding], told: Iterable[Finding]) -> list[Finding]:
    """The values' findings less the private key in a file that is told for being a key: it is one fact, with one way out.

    `files`: what block-env-files says; `told`: what is told about files, by whichever check.
    """
    paths = {finding.path for finding in told if finding.severity == "error"}
    keys = {(finding.path, finding.commit) for finding in files if finding.rule == "key-file" and finding.path in paths}
    return [finding for finding in values if finding.rule not in PRIVATE_KEYS or (finding.path, finding.commit) not in keys]


def advice(match: Match, mode: str) -> str:
    """How to go on, in one line."""
    rotate = f" at {match.rotate}" if match.rotate else ""
    if mode in COMMITTED:
        first = f"it is in a commit: rotate it{rotate}, then read it from the environment or a secret store"
    elif mode == "message":
        first = "take it out of the message"
    else:
        first = "read it from the environment or a secret store"
        first += f"; if it was ever shared, rotate it{rotate}" if rotate else ""
    if mode in ("message", "received"):
        return first
    return f"{first}. No secret? {allowing(match)}"


def allowing(match: Match) -> str:
    """How to allow it: with a comment, where one can stand."""
    path = match.path.lower()
    if path.endswith(NO_COMMENTS) or match.rule in KEY_BLOCKS or INSIDE in path:
        from shlex import quote

        return f"Run: stopgap allow {quote(f'{match.path}:{match.line}')} --reason '…'"
    return f"End the line with a comment: stopgap: allow[{match.rule}] and why"
