"""Every rule id there is, with what it stands for: the table of docs/rules.md, and what an allow entry may name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..config import Config
from ..detect import engine, second_opinion
from ..detect.rules import Rule

CHECKS = {
    "block-env-files": {
        "env-file": "an env file, by its name",
        "env-keys-file": "the private keys of dotenvx",
        "env-plain-value": "a secret in plain text in an encrypted file",
        "env-shape": "an env file under another name, by its content",
        "credentials-file": "a credentials file",
        "key-file": "a private key or a keystore",
        "state-file": "a state file that holds secrets",
    },
    "check-gitignore": {
        "ignore-missing": "nothing ignores a name that config has",
        "ignore-personal": "only this machine ignores it",
        "ignore-negated": "a later line lets it in again",
        "ignore-template": "a template is ignored by mistake",
        "ignore-untracked": "the ignore file itself is not tracked",
        "ignore-unstaged": "the ignore file in the index does not have the line yet",
        "tracked-config": "a config file is tracked",
        "tracked-although-ignored": "a file is tracked although .gitignore covers it",
    },
    "check-deploy-sync": {
        "deploy-copies-config": "a deploy step overwrites the server's own config",
        "deploy-deletes-config": "a deploy step deletes the server's own config",
        "deploy-ships-config": "a build step carries config into an image, a bundle or a package",
        "deploy-unknown": "it cannot be told what a deploy step leaves out",
    },
    "check-drift": {
        "drift-differs": "a setting has different values in places of the same environment",
        "drift-copies": "a setting has the same value in several places, and nothing keeps them so",
        "drift-missing-key": "a template lacks a key that code or CI reads",
        "drift-template-value": "a template holds a real value",
        "drift-unknown": "the settings of a file cannot be read",
    },
    "audit-history": {
        "history-not-rotated": "the rotation ledger says that a value was rotated, and it is still in use",
        "history-in-use": "a value that history holds is still in use",
        "history-secret": "history holds a secret value, and nothing says that it was revoked",
        "history-settled": "a value that history holds, and that the rotation ledger accounts for",
        "history-setting": "history holds a value of a config file that looks like no secret",
        "history-file": "history holds a config file",
    },
    "drift": {
        "drift-extra-key": "a place has a key that the first one lacks",
    },
    "store rotation": {
        "store-not-rotated": "a value in a store stands in the repository's history too",
        "store-rotation-off": "nothing rotates a secret by itself",
        "store-rotation-on": "when a secret was last rotated, and is due",
        "store-rotation-overdue": "a rotation that was due has not ended",
        "store-rotation-stuck": "a rotation was begun, and has not ended",
    },
}


class Entry(NamedTuple):
    """One rule id. `check` is the id of the hook that reports it."""

    id: str
    check: str
    what: str


def entries(rules: Iterable[Rule], settings: Config | None = None) -> list[Entry]:
    """All rule ids: those of the checks, the general ones of detection, the given token rules, and detect-secrets' where it is asked."""
    found = [Entry(rule, check, what) for check, table in CHECKS.items() for rule, what in table.items()]
    found += [Entry(rule, "scan-diff", what) for rule, what in engine.GENERIC.items()]
    found += [Entry(rule.id, "scan-diff", rule.description) for rule in rules]
    if settings and settings.second_opinion:
        found += [Entry(second_opinion.rule_id(name), "scan-diff", f"detect-secrets' {name}") for name in second_opinion.names()]
    return found
