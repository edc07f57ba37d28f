"""What a file's name says of its syntax: what a value without quotes means there, and whether a program runs with its settings."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from typing import Literal

FileKind = Literal["code", "config", "docs", "shell"]

CONFIG = frozenset(
    "yml yaml ini cfg conf config properties env toml json jsonc json5 tf tfvars tfstate hcl cnf netrc npmrc pypirc plist xml envrc prefs "
    "editorconfig service desktop example sample dist default template tpl tmpl j2 eyaml raml har ldif reg inf rc settings prod dev local "
    "staging production development secrets creds credentials url prf".split()
)
CODE = frozenset(
    "c h cc cpp cxx hpp hxx hh m mm cs csx java kt kts scala sc groovy gradle go rs rb rake gemspec py pyi pyx pxd js jsx mjs cjs ts "
    "tsx mts cts vue svelte php phtml pl pm t lua swift dart ex exs erl hrl hs lhs clj cljs cljc r jl sql psql ddl vb vbs bas fs fsx "
    "fsi pas pp f f90 for asm s asp aspx jsp jspx erb ejs haml slim hbs graphql gql proto thrift sol zig nim v ml mli elm coffee tcl "
    "awk css scss sass less cmake bzl bazel star ipynb cob ada adb ads d cr st abap apex cls trigger qml".split()
)
DOCS = frozenset("md rst txt adoc asciidoc markdown html htm tex org ipynb log po pot strings xliff xlf resx arb".split())
SHELL = frozenset("sh bash zsh fish ksh bat cmd ps1 mk dockerfile makefile".split())
# Settings that a program runs with, where a password that people choose is one; not those of its tests and examples.
SETTINGS = re.compile(
    r"(?:.*/)?(?:[^/]+\.(?:properties|cnf|ini|conf|cfg)|(?:application|bootstrap|(?:docker-)?compose)[^/]*\.ya?ml|(?:database|values)\.ya?ml"
    r"|appsettings[^/]*\.json|(?:web|app)\.config|\.(?:bash_profile|bash_login|bashrc|bash_aliases|profile|zshrc|zshenv|zprofile|exports))"
)
SAMPLES = re.compile(
    r"(?:^|[/._-])(?:tests?|testing|testdata|specs?|fixtures?|mocks?|e2e|ci|circleci|github|docs?|documentation|examples?|samples?|demos?|templates?"
    r"|tutorials?|dist|default|messages|translations?|locales?|i18n)(?=[/._-])"
)


def suffix(path: str) -> str:
    """`deploy/App.YAML` gives yaml; a name without a dot gives itself: `Dockerfile` gives dockerfile."""
    return path.rsplit("/", 1)[-1].lower().rsplit(".", 1)[-1]


def holds_settings(path: str) -> bool:
    """`application.properties`, `config/database.yml`, `appsettings.json`: a weak password in it is likely one that is in use."""
    return SETTINGS.fullmatch(path.lower()) is not None and not holds_samples(path)


def holds_samples(path: str) -> bool:
    """`tests/conftest.py`, `docs/login.md`: where people write passwords that open nothing."""
    return SAMPLES.search(path.lower()) is not None


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
    return "code" if ending in CODE else "docs"
