"""Encrypted files of the known kinds, and what in them is still plain.

A kind that encrypts the whole file passes as a whole, if it really is nothing but cipher. One that encrypts value by value (dotenvx,
SOPS) is looked at value by value: the tool leaves plain what was added by hand. Formats: docs.ansible.com (vault format),
age-encryption.org/v1, RFC 9580 (armor), getsops.io (stores), dotenvx.com, git-crypt's source for its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from . import dotenv


class Plain(NamedTuple):
    """A secret in plain text: its key and where its value begins, from 1. Never the value."""

    key: str
    line: int
    column: int


class Encryption(NamedTuple):
    """What a file is encrypted with, and the secrets in it that are not."""

    tool: str
    plain: tuple[Plain, ...] = ()


# the whole file is cipher: beginning and end, and nothing but the format's own characters between
WHOLE = (
    ("git-crypt", re.compile(rb"\0GITCRYPT\0", re.DOTALL)),
    ("ansible-vault", re.compile(rb"\$ANSIBLE_VAULT;1\.[0-9];AES(?:256)?(?:;[^\r\n;]{1,200})?\r?\n[0-9a-f\s]{100,}\Z")),
    ("age", re.compile(rb"age-encryption\.org/v1\n->")),
    ("age", re.compile(rb"\s*-----BEGIN AGE ENCRYPTED FILE-----\s[A-Za-z0-9+/=\s]{100,}-----END AGE ENCRYPTED FILE-----\s*\Z")),
    ("GPG", re.compile(rb"\s*-----BEGIN PGP MESSAGE-----\r?\n(?:[A-Za-z]+: .*\n){0,8}[A-Za-z0-9+/=\s]{40,}-----END PGP MESSAGE-----\s*\Z")),
)
# tools that encrypt value by value
BY_VALUE = ("SOPS", "dotenvx")
SOPS_VALUE = re.compile(r"ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]+,(?:aad:[\w+/=]*,)?tag:[A-Za-z0-9+/=]+,type:\w+\]\Z")
# ECIES on secp256k1: a public key of 33 or 65 bytes, nonce and tag of 16 each, and the value: 65 bytes or more, 88 characters in base64
DOTENVX_VALUE = re.compile(r"encrypted:[A-Za-z0-9+/]{86,}={0,2}\Z")
SOPS_OWN_KEY = re.compile(
    r"sops_(?:version|mac|mac_only_encrypted|lastmodified|shamir_threshold|(?:un)?encrypted_(?:suffix|regex|comment_regex)"
    r"|(?:kms|gcp_kms|azure_kv|hc_vault|hckms|age|pgp|key_groups)__list_\w+)\Z"
)
DOTENVX_OWN_KEY = re.compile(r"DOTENV_PUBLIC_KEY(?:_[A-Z0-9_]+)?\Z")
# `sops:` of YAML, `"sops": {` of JSON, `[sops]` of INI
SOPS_BLOCK = re.compile(r'(?m)^(?:sops:[ \t]*$|[ \t]{0,20}"sops":\s{0,20}\{|\[sops\][ \t]*$)')
SOPS_MAC = re.compile(r"""(?m)^[ \t]*["']?mac["']?[ \t]*[:=][ \t]*["']?ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:""")
SOPS_VERSION = re.compile(r"""(?m)^[ \t]*["']?version["']?[ \t]*[:=][ \t]*["']?\d+\.\d+""")
# a line of YAML, JSON or INI: `key: value`, `- value`, `"key": "value",`
TREE_LINE = re.compile(
    r"""
    [ \t]* (?: - [ \t]+ )?
    (?: (?P<quote>["']?) (?P<key>[\w./-]{1,200}) (?P=quote) [ \t]* [:=] (?: [ \t]+ | (?<==) | $ ) )?
    (?P<value>.*)
    """,
    re.VERBOSE,
)


def plain_secrets(path: str, data: bytes) -> Encryption | None:
    """What the file is encrypted with, and what in it is still plain; None for a file that is not encrypted."""
    for tool, pattern in WHOLE:
        if pattern.match(data):
            return Encryption(tool)
    if b"ENC[AES256_GCM," in data:
        found = sops_dotenv(data) or sops_tree(data)
        if found is not None:
            return found
    return dotenvx(data) if b"encrypted:" in data else None


def sops_dotenv(data: bytes) -> Encryption | None:
    """SOPS in dotenv syntax: `sops_version` and `sops_mac` as settings, both. Without the MAC nothing says that SOPS wrote it."""
    own = {setting.key: setting.value for setting in dotenv.settings(data) if setting.key in ("sops_version", "sops_mac")}
    if not own.get("sops_version") or not SOPS_VALUE.match(own.get("sops_mac", "")):
        return None
    others = (setting for setting in dotenv.settings(data) if not SOPS_OWN_KEY.match(setting.key))
    return Encryption("SOPS", tuple(secrets_of(others)))


def dotenvx(data: bytes) -> Encryption | None:
    """dotenvx: `encrypted:` and base64 in at least one value."""
    if not any(DOTENVX_VALUE.match(setting.value) for setting in dotenv.settings(data)):
        return None
    others = (setting for setting in dotenv.settings(data) if not DOTENVX_OWN_KEY.match(setting.key))
    return Encryption("dotenvx", tuple(secrets_of(others)))


def plain_settings(data: bytes) -> tuple[Plain, ...]:
    """The secrets in a file of dotenv syntax that are in plain text; a key that a framework ships to every browser is none."""
    return tuple(secrets_of(dotenv.settings(data)))


def secrets_of(settings: Iterator[dotenv.Setting]) -> Iterator[Plain]:
    """The settings whose value is a secret in plain text."""
    return (Plain(setting.key, setting.line, setting.column) for setting in settings if is_plain_secret(setting.key, setting.value))


def is_plain_secret(key: str, value: str) -> bool:
    """`encrypted:hunter2` is no cipher, whatever it says of itself; neither is `ENC[AES256_GCM,hunter2]`."""
    if SOPS_VALUE.match(value) or DOTENVX_VALUE.match(value):
        return False
    claimed = value.removeprefix("encrypted:").removeprefix("ENC[AES256_GCM,")
    from . import filters

    return filters.is_env_secret(key, claimed)


def sops_tree(data: bytes) -> Encryption | None:
    """SOPS in YAML, JSON or INI: a `sops` block with `mac` and `version`; the rest is looked at line by line."""
    content = dotenv.decoded(data)
    block = next((span for span in sops_blocks(content) if SOPS_MAC.search(content, *span) and SOPS_VERSION.search(content, *span)), None)
    if block is None:
        return None
    begin, end = block
    # blanked, not cut: the lines behind it keep their numbers
    rest = content[:begin] + "\n" * content.count("\n", begin, end) + content[end:]
    return Encryption("SOPS", tuple(plain_in_tree(rest)))


def sops_blocks(content: str) -> Iterator[tuple[int, int]]:
    """Where each `sops` block begins and ends: SOPS writes one, and in a file with many nothing is to be trusted."""
    for head in islice(SOPS_BLOCK.finditer(content), 3):
        if head[0].endswith("{"):
            yield head.start(), json_end(content, head.end() - 1)
        else:
            # YAML: up to the next line that is not indented; INI: up to the next section
            after = re.compile(r"(?m)^\[" if head[0].startswith("[") else r"(?m)^[^\s#]").search(content, head.end())
            yield head.start(), after.start() if after else len(content)


def json_end(content: str, brace: int) -> int:
    """Behind the object that opens at `brace`; where it is no JSON, the position itself, so that nothing is taken for the block."""
    import json

    try:
        return json.JSONDecoder().raw_decode(content, brace)[1]
    except (ValueError, RecursionError):
        return brace


def plain_in_tree(content: str) -> Iterator[Plain]:
    """Plain secrets in lines of YAML, JSON or INI. A line without a key (a list's item, a block's text) belongs to the key before it."""
    last = ""
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";", "//")):
            continue
        match = TREE_LINE.match(line)
        if match is None:
            continue
        last = match["key"] or last
        value = match["value"].strip().rstrip(",").strip("\"'{}[] " if "ENC[" not in match["value"] else "\"' ")
        if len(value) > 1 and last and is_plain_secret(last, value):
            yield Plain(last, number, match.start("value") + 1)
