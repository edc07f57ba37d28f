"""What other tools' files allow, read as data into claims; what no claim can say becomes an outcome at once.

`.gitleaksignore` has a finding's fingerprint on each line (`file:rule:line`, before it the commit where there is one), a
`.secrets.baseline` the SHA-1 of each value, a `.gitleaks.toml` allowlists. Sources: the README files of gitleaks 8 and of
detect-secrets 1.5. Nothing that they name is run, imported or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from .. import files
from ..model import StopgapError
from . import baseline, gitleaks
from .claims import Claim
from .path_globs import globs_of
from .team import Allow

Kind = Literal["imported", "already allowed", "stale", "not reported", "a real secret", "no equivalent", "unchecked"]
FINGERPRINT = re.compile(r"(?:(?P<commit>[0-9a-f]{7,64}):)?(?P<path>.{1,4096}):(?P<rule>[^:\s]{1,200}):(?P<line>[0-9]{1,9})")
HEADER_ONLY = "Private Key"  # detect-secrets' type of which only the header is hashed, which every key shares
CRITERIA = ("paths", "regexes", "stopwords")


class Outcome(NamedTuple):
    """What became of one entry of theirs: `where` it stands, and a sentence."""

    where: str
    kind: Kind
    text: str


class Read(NamedTuple):
    """A file of theirs."""

    claims: tuple[Claim, ...]
    outcomes: tuple[Outcome, ...]


def read(data: bytes, name: str, known: Collection[str]) -> Read:
    """A file of any of the three kinds; `known` are the rule ids there are. Raises StopgapError for what is none of them, or broken."""
    base = name.replace("\\", "/").rpartition("/")[2]
    if base.endswith(".toml"):
        return from_config(data, name, known)
    if base.endswith((".baseline", ".json")) or data.startswith(tuple(mark for mark, _ in baseline.ENCODINGS)) or data.lstrip()[:1] == b"{":
        return from_baseline(data, name)
    return from_ignore(data, name)


def from_ignore(data: bytes, name: str) -> Read:
    """A `.gitleaksignore`. Raises StopgapError where no line of it is a fingerprint."""
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise StopgapError(f"{name}: not UTF-8 at byte {error.start}") from None
    claims, outcomes = [], []
    for number, line in enumerate(lines, 1):
        text, where = line.strip(), f"{name}:{number}"
        found = FINGERPRINT.fullmatch(text)
        if found:
            path, line_number = inside(found["path"], where), int(found["line"])
            what = f"{found['rule']} at {path}:{line_number}" + (f" in commit {found['commit'][:12]}" if found["commit"] else "")
            said = f"imported from {name}: {found['rule']}"
            claims.append(Claim(where, what, said, path, line_number, found["commit"] or ""))
        elif text and not text.startswith("#"):
            outcomes.append(Outcome(where, "no equivalent", "the line is no fingerprint (file:rule:line, or commit:file:rule:line)"))
    if outcomes and not claims:
        raise StopgapError(f"{name}: no line of it is a fingerprint, as a .gitleaksignore has them; no baseline and no TOML either")
    return Read(tuple(claims), tuple(outcomes))


def from_baseline(data: bytes, name: str) -> Read:
    """A `.secrets.baseline`."""
    claims, outcomes = [], []
    for item in baseline.items(data, name):
        path = inside(item.path, name)
        where, place = f"{name}: {path}:{item.line}", f"{path}:{item.line}"
        if item.is_secret or (item.verified and item.is_secret is None):
            said = "the audit says that it is a secret" if item.is_secret else "a service took it: it is a live secret"
            outcomes.append(Outcome(where, "a real secret", f"{said} ({item.kind}): not allowed; revoke it, then take it out"))
        elif item.kind == HEADER_ONLY:
            text = (
                f"a private key is known by its header alone, which all keys share; look at it, then `stopgap allow {place} --reason ...`"
            )
            outcomes.append(Outcome(where, "no equivalent", text))
        else:
            audited = ", audited as no secret" if item.is_secret is False else ""
            claims.append(
                Claim(where, f"{item.kind} in {path}", f"imported from {name}: {item.kind}{audited}", path, item.line, sha1=item.hash)
            )
    return Read(tuple(claims), tuple(outcomes))


def from_config(data: bytes, name: str, known: Collection[str]) -> Read:
    """The allowlists of a `.gitleaks.toml`: those of the file, and those of its rules."""
    table = gitleaks.lowered_keys(files.toml(data, name))
    claims: list[Claim] = []
    outcomes: list[Outcome] = []
    for row, targets, where in allowlists(table, name):
        rules: tuple[str, ...] = tuple(ours for target in targets for ours in same(target, known))
        if targets and not rules:
            text = f"stopgap has no rule {targets[0]!a}; name the file in rules.extra: its own rules keep their allowlists"
            outcomes.append(Outcome(where, "no equivalent", text))
            continue
        allow = gitleaks.allow_of(row, where)
        if allow.commits:
            text = "it allows commits, and entries are about values: `stopgap allow` what of them is still in the tree"
            outcomes.append(Outcome(where, "no equivalent", text))
        if not (allow.commits and allow.all_of):
            claims += claims_of(allow, row, rules, name, where)
    if gitleaks.typed(table, "extend", dict, name).get("path"):
        outcomes.append(Outcome(f"{name}: extend.path", "no equivalent", "it is not followed: import that file too"))
    return Read(tuple(claims), tuple(outcomes))


def allowlists(table: Mapping[str, Any], name: str) -> Iterator[tuple[dict[str, Any], tuple[str, ...], str]]:
    """Each allowlist with the rules that it is for, and how messages name it."""
    own = [table["allowlist"]] if gitleaks.typed(table, "allowlist", dict, name) else []
    for number, row in enumerate((*own, *gitleaks.tables(table, "allowlists", name)), 1):
        where = f"{name}: allowlist {number}"
        yield row, gitleaks.texts(row, "targetrules", where), where
    for number, rule in enumerate(gitleaks.tables(table, "rules", name), 1):
        id = gitleaks.typed(rule, "id", str, f"{name}: rule {number}")
        where = f"{name}: rule {id!a}"
        own = [rule["allowlist"]] if gitleaks.typed(rule, "allowlist", dict, where) else []
        for count, row in enumerate((*own, *gitleaks.tables(rule, "allowlists", where)), 1):
            yield row, (id,), f"{where}: allowlist {count}"


def claims_of(allow: Allow, row: Mapping[str, Any], rules: tuple[str, ...], name: str, where: str) -> Iterator[Claim]:
    """A claim for each criterion, or one for all where all have to hold. An expression is named by its number: it may hold a secret."""
    title = gitleaks.typed(row, "description", str, where)[:100]
    said = f"imported from {name}: {title or where.removeprefix(f'{name}: ')}"
    if allow.all_of:
        yield Claim(where, "", said, allow=allow, rules=rules)
        return
    for criterion in CRITERIA:
        for number, each in enumerate(getattr(allow, criterion), 1):
            one = {
                "paths": Allow(paths=(each,)),
                "regexes": Allow(target=allow.target, regexes=(each,)),
                "stopwords": Allow(stopwords=(each,)),
            }
            yield Claim(
                f"{where}, {criterion} {number}",
                "",
                said,
                allow=one[criterion],
                rules=rules,
                advice=advice(each) if criterion == "paths" else "",
            )


def advice(expression: str) -> str:
    """What to write for an expression for paths, so that it holds for what is yet to come as well."""
    found = globs_of(expression)
    if not found:
        return "no glob says the same; for what is yet to come write globs of your own into `exclude` in the settings"
    return f"for what is yet to come write exclude = [{', '.join(repr(glob) for glob in found)}] into the settings"


def same(rule: str, known: Collection[str]) -> tuple[str, ...]:
    """The ids under which stopgap has a rule of gitleaks."""
    return (rule,) if rule in known else gitleaks.SAME.get(rule, ())


def inside(path: str, where: str) -> str:
    """A path as git writes it. Raises StopgapError for one that leads out of the repository."""
    found = baseline.normal(path)
    if ".." in found.split("/") or found.startswith("/") or re.match(r"[A-Za-z]:/", found):
        raise StopgapError(f"{where}: {path[:200]!a} leads out of the repository, or is absolute")
    return found
