"""The table of file names: its own examples, and the questions asked of it."""

from __future__ import annotations

import random
import re
import string
import time

import pytest
from stopgap.detect import names

TABLE = names.load().names
ALPHABETS = {"alnum": string.ascii_letters + string.digits, "hex": "0123456789abcdef", "upper": string.ascii_uppercase + string.digits}


def filled(template: str) -> bytes:
    """`<alnum:24>` and the like as made-up text: no file of this repository holds what looks like a live secret."""
    source = random.Random(template)
    expanded = re.sub(r"<(\w+):(\d+)>", lambda hole: "".join(source.choices(ALPHABETS[hole[1]], k=int(hole[2]))), template)
    return expanded.encode()


def is_of(name: names.Name, path: str) -> bool:
    return name.id in [other.id for other in names.lookup(path) if not names.templated(path, other)]


def test_near_misses_are_not_of_the_entry() -> None:
    assert [(name.id, path) for name in TABLE for path in name.clean if is_of(name, path)] == []


def test_examples_are_of_the_entry() -> None:
    assert [(name.id, path) for name in TABLE for path in name.matches if not is_of(name, path)] == []


@pytest.mark.parametrize("name", [pytest.param(name, id=name.id) for name in TABLE])
def test_every_entry_has_examples_of_both_kinds(name: names.Name) -> None:
    assert name.matches
    assert name.clean
    assert name.kind in ("env", "credentials", "key", "state")
    assert not name.reason.endswith(".")
    assert bool(name.content) == bool(name.holds) == bool(name.harmless)


WITH_CONTENT = [pytest.param(name, path, id=f"{name.id}: {path}") for name in TABLE if name.content for path in name.matches]


@pytest.mark.parametrize(("name", "path"), WITH_CONTENT)
def test_harmless_content_does_not_count(name: names.Name, path: str) -> None:
    assert names.classify(path, filled(name.harmless)) is None


@pytest.mark.parametrize(("name", "path"), WITH_CONTENT)
def test_content_counts(name: names.Name, path: str) -> None:
    found = names.classify(path, filled(name.holds))
    assert found is not None
    assert found.kind == name.kind


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param(".npmrc", b"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", id="a reference"),
        pytest.param(".npmrc", b"//registry.npmjs.org/:_authToken=<your-token>\n", id="a placeholder"),
        pytest.param(".npmrc", b"# _authToken is set in CI\nfund=false\n", id="a comment"),
        pytest.param("config/secrets.yml", b"production:\n  password: <%= ENV['PASSWORD'] %>\n", id="ERB"),
        pytest.param("secrets.yml", b"db_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n", id="ansible's tag"),
        pytest.param("server.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n", id="a certificate"),
        pytest.param("slides.key", b"PK\x03\x04\0\0\0\0", id="a Keynote file"),
        pytest.param("locales/auth.json", b'{"password": "Password", "bearer": "Bearer"}', id="a translation"),
        pytest.param("gradle.properties", b"", id="empty"),
        pytest.param(".envrc", b"use flake\n", id="direnv without a setting"),
    ],
)
def test_content_that_is_silent(path: str, data: bytes) -> None:
    assert names.classify(path, data) is None


@pytest.mark.parametrize("path", [".npmrc", "server.pem", "credentials.json", "config/secrets.yml"])
def test_a_name_that_needs_content_does_not_count_without(path: str) -> None:
    assert names.classify(path) is None
    assert any(name.content for name in names.lookup(path))


def test_direnv_counts_unread_as_a_symlink_would() -> None:
    found = names.classify(".envrc")
    assert found is not None
    assert found.id == "direnv"


def test_utf16_content_counts() -> None:
    data = filled("[pypi]\npassword = <alnum:40>\n").decode().encode("utf-16")
    assert names.classify(".pypirc", data) is not None


NO_TEMPLATES = [
    ".env",
    ".env.local",
    ".env.test",
    ".env.example.com",
    "example.com.key",
    "README.example",
    "example.py",
    "docs/example.md",
    "sample.json",
    ".env.distribution",
    "application_default_credentials.json",
    "template.tfstate",
    "resample.env",
    "envexample",
]
TEMPLATES = [
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    ".env.defaults",
    ".env.schema",
    ".env.tpl",
    ".env.local.example",
    ".env.example.local",
    ".ENV.EXAMPLE",
    "example.env",
    "sample.env",
    ".env-sample",
    ".env_example",
    "env.template",
    "env-example",
    "prod.env.example",
    ".envrc.example",
    ".dev.vars.example",
    ".env.j2",
    "prod.env.erb",
    ".env.in",
    ".env.example.bak",
    "web/.env.example",
    ".npmrc.example",
    "secrets.example.yml",
    "terraform.tfvars.example",
    ".flaskenv.dist",
    "config/master.key.sample",
    ".env.production.template",
]


@pytest.mark.parametrize("path", NO_TEMPLATES)
def test_is_no_template(path: str) -> None:
    assert not names.is_template(path)


@pytest.mark.parametrize("path", TEMPLATES)
def test_is_a_template_and_not_blocked(path: str) -> None:
    assert names.is_template(path)
    assert names.classify(path) is None


@pytest.mark.parametrize(
    ("path", "dotenv", "credentials"),
    [
        pytest.param("main.py", False, False, id="code"),
        pytest.param(".env.vault", False, False, id="sealed by its name"),
        pytest.param(".env.yaml", False, True, id="an env file in YAML"),
        pytest.param(".env.local.php", False, True, id="an env file in PHP"),
        pytest.param(".env.example", True, False, id="a template"),
        pytest.param("env.example", True, False, id="a template without the dot"),
        pytest.param(".env", True, True, id="env"),
        pytest.param("prod.env.bak", True, True, id="a backup"),
        pytest.param(".npmrc", False, True, id="credentials by content"),
        pytest.param(".netrc", False, True, id="credentials"),
        pytest.param("id_rsa", False, False, id="a key"),
        pytest.param("terraform.tfstate", False, False, id="state"),
    ],
)
def test_syntax_and_role(path: str, dotenv: bool, credentials: bool) -> None:
    assert names.is_dotenv(path) == dotenv
    assert names.is_credentials_file(path) == credentials


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(".env.keys", "dotenv-keys", id="the keys come before the env file"),
        pytest.param(".env.keys.bak-2026-07-20", "dotenv-keys", id="and their backup"),
        pytest.param("bad\udcff.env", "dotenv", id="bytes that are not UTF-8"),
        pytest.param("e\u0301/é.env", "dotenv", id="both normal forms"),
        pytest.param("a\nb/.env", "dotenv", id="a newline"),
        pytest.param(".env\n", "dotenv", id="a newline at the end"),
    ],
)
def test_odd_names(path: str, expected: str) -> None:
    found = names.classify(path)
    assert (found.id if found else None) == expected


def test_probes_are_judged_as_they_are_sorted() -> None:
    probes = names.probes()
    assert ".env" in probes.errors
    assert not [name for name in probes.errors if "DATE" in name or names.classify(name) is None]
    assert not [name for name in probes.notes if names.lookup(name) == ()]
    assert all(names.is_template(name) for name in probes.templates)


def test_a_large_tree_is_fast() -> None:
    """100,000 ordinary paths. The bound is some ten times what it takes, so that only a change of kind breaks it."""
    paths = [f"src/{number % 97}/module_{number}.{('py', 'ts', 'json', 'html')[number % 4]}" for number in range(100_000)]
    start = time.perf_counter()
    assert not any(map(names.classify, paths))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("name", [pytest.param(name, id=name.id) for name in TABLE if name.content])
@pytest.mark.parametrize("piece", [b"password", b" ", b"a", b'"', b"password: ", b"{", b"<", b"\\", b"secret.", b"//a:", b"_auth"])
def test_hostile_content_takes_linear_time(name: names.Name, piece: bytes) -> None:
    data = piece * (60_000 // len(piece))
    start = time.perf_counter()
    names.classify(name.matches[0], data)
    assert time.perf_counter() - start < 3
