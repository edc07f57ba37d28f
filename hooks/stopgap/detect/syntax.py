"""How keyed values are written: the literals to look for, the expressions to read them with, and what a file's name says of its syntax."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from typing import Literal

FileKind = Literal["code", "config", "docs", "shell"]

KEY_BYTES = b"abcdefghijklmnopqrstuvwxyz0123456789_.$-"
ESCAPED = rb"""\\{1,3}["']|&quot;|&\#3[49];"""
QUOTE = rb"(?:" + ESCAPED + rb"""|["'`])"""
# On lower-cased text. Up to and with the operator; the value is read from where this ends.
KEYED = re.compile(
    rb"""
    (?: passw | passphrase | passcode | pass(?=[\s:="'>\\_\]]) | pwd | psw | kennwort | contrase | secret | token | credential
      | auth(?:(?<="auth)(?=")|(?<=_auth)(?==)) | api[_-]?key | access[_-]?key | auth[_-]?key | encrypt(?:ion)?[_-]?key | decryption[_-]?key
      | signing[_-]?key | account[_-]?key | master[_-]?key | app[_-]?key | license[_-]?key | consumer[_-]?key | service[_-]?key
      | deploy[_-]?key | session[_-]?key | cipher[_-]?key | aes[_-]?key | hmac[_-]?key | storage[_-]?key | shared[_-]?key | private[_-]?key
      | identified\s{1,3}by )
    [a-z0-9_.$-]{0,40}
    (?P<close> """
    + QUOTE
    + rb"""? [\])]{0,2} )
    (?P<operator>
        [ \t]{0,40} (?: :[ \t]{0,8}[a-z&*?][a-z0-9_.<>\[\]?&|,' ]{0,40}=[ \t]{0,8} (?=[a-z@]{0,20}\(?["'`])
              | (?:[ \t]string[ \t])?[:?|!~]?=[=>]{0,2} | =\~ | : | <- )
            [ \t]{0,40} (?: (?: [(\\] | [|>][+-]? )? \r?\n[ \t]{0,60} )?
      | [ \t]{1,4} (?: \|\| | \?\? | or ) [ \t]{1,4} (?=["'`])
      | (?<=["'`]) [ \t]{0,8} , \s{0,20}
      | \( \s{0,20}
      | >
      | (?<=["'>a-z0-9_]) [ \t\r\n]{1,20} value[ \t]{0,4}[=:][ \t]{0,4}
      | (?:</key>) \s{0,40} <string>
      | [ \t]{1,8}
    )
    """,
    re.VERBOSE,
)
# What may stand between the operator and the quote: string prefixes and wrappers that hand the text on.
OPENING = re.compile(
    rb"""(?: [brufl@$]{0,2}
      | (?: some|just|ok|optional|of|new|secretstr|securestring|string|str|text|bytes|bytearray|unhexlify|fromhex|b64decode|buffer|from
          | binascii|base64|bytes_from|std|cstring|sp|ptr|pointer|to|aws|[.:_ ] ){1,6} [(] [brufl@$]{0,2} )
    (?P<quote> """
    + ESCAPED
    + rb"""|"{3}|'{3}|["'`])""",
    re.VERBOSE,
)
BARE = re.compile(rb"""[^\s"'`<>,;&|(){}\[\]]{1,600}""")
BARE_LINE = re.compile(rb"[^\r\n]{1,600}")
COMMENTS = (b" #", b"\t#", b" //", b" ;")
# Words before a key whose value follows after a blank: `ENV KEY value`, `set KEY value`.
BLANK_AFTER = re.compile(rb"(?:^|[\s;&(])(?:env|arg|set|setx|export|declare|set[ \t]+-[a-z]{1,3})[ \t]+\Z")
FLAG = re.compile(rb"-{1,2}[a-z]")

CONFIG = frozenset(
    "yml yaml ini cfg conf config properties env toml json jsonc json5 tf tfvars hcl cnf netrc npmrc pypirc plist xml envrc prefs "
    "editorconfig service desktop".split()
)
DOCS = frozenset("md rst txt adoc asciidoc markdown html htm tex org ipynb log po pot strings xliff xlf resx arb".split())
SHELL = frozenset("sh bash zsh fish ksh bat cmd ps1 mk dockerfile makefile".split())
# The sign of a value that stands on the next line, in YAML.
BLOCK = re.compile(rb":[ \t]{0,40}[|>][+-]?\s{0,2}[ \t]{1,60}")
# A link to a picture of some figure, whose token lets one see that picture.
BADGE = re.compile(rb"(?:badge|\.svg)[^\s\"'<>()]{0,60}[?&]\Z")
# Settings that a program runs with, where a password that people choose is one; not those of its tests and examples.
SETTINGS = re.compile(
    r"(?:.*/)?(?:[^/]+\.(?:properties|cnf|ini|conf|cfg)|(?:application|bootstrap|(?:docker-)?compose)[^/]*\.ya?ml|(?:database|values)\.ya?ml"
    r"|appsettings[^/]*\.json|(?:web|app)\.config)"
)
SAMPLES = re.compile(
    r"(?:^|[/._-])(?:tests?|testing|testdata|specs?|fixtures?|mocks?|e2e|ci|circleci|github|docs?|documentation|examples?|samples?|demos?|templates?"
    r"|tutorials?|dist|default|messages|translations?|locales?|i18n)(?=[/._-])"
)
NO_BARE = frozenset("json jsonc json5 toml tf tfvars hcl xml plist".split())


def suffix(path: str) -> str:
    """`deploy/App.YAML` gives yaml; a name without a dot gives itself: `Dockerfile` gives dockerfile."""
    return path.rsplit("/", 1)[-1].lower().rsplit(".", 1)[-1]


def holds_settings(path: str) -> bool:
    """`application.properties`, `config/database.yml`, `appsettings.json`: a weak password in it is likely one that is in use."""
    low = path.lower()
    return SETTINGS.fullmatch(low) is not None and SAMPLES.search(low) is None


def file_kind(path: str) -> FileKind:
    """What a value without quotes means in this file: a string (config, shell), perhaps one (docs), or an expression (code)."""
    name = path.rsplit("/", 1)[-1].lower()
    ending = suffix(path)
    if ending in SHELL or name.startswith(("dockerfile", "containerfile", "makefile")):
        return "shell"
    if ending in DOCS:
        return "docs"
    if ending in CONFIG or name.startswith((".env", ".netrc")) or "." not in name.lstrip("."):
        return "config"
    return "code"
