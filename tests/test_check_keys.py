"""`stopgap check` on a private key: one file, one finding; each hook alone says what it found."""

from __future__ import annotations

import json

import pytest

from .conftest import Repo
from .tokens import GITHUB, PEM

COMMITTING = {"GIT_INDEX_FILE": ".git/index"}


def rules(repo: Repo, command: str, env: dict[str, str] | None = None, path: str = "id_rsa") -> list[str]:
    done = repo.stopgap(command, "--format", "json", env=env)
    assert done.returncode == 1, done.stderr
    return [one["rule"] for one in json.loads(done.stdout)["findings"] if one["path"] == path]


@pytest.fixture
def key(repo: Repo) -> Repo:
    repo.write("id_rsa", PEM)
    repo.add()
    return repo


def test_the_umbrella_says_it_once(key: Repo) -> None:
    assert rules(key, "check", COMMITTING) == ["key-file"]
    assert rules(key, "check") == ["tracked-config"]


def test_each_hook_says_it(key: Repo) -> None:
    assert rules(key, "scan-diff") == ["private-key"]
    assert rules(key, "block-env-files") == ["key-file"]


def test_another_secret_of_the_file_is_said(key: Repo) -> None:
    key.write("id_rsa", f"{PEM}\n# {GITHUB}\n")
    key.add()
    assert rules(key, "check", COMMITTING) == ["key-file", "github-pat"]


def test_a_key_in_a_file_of_another_name_is_said(key: Repo) -> None:
    key.write("app.py", f'KEY = """{PEM}"""\n')
    key.add()
    assert rules(key, "check", COMMITTING, "app.py") == ["private-key"]


def test_a_key_whose_name_is_allowed_is_still_said(key: Repo) -> None:
    entry = '[[allow]]\nrule = "{}"\npath = "id_rsa"\nreason = "a test"\n'
    key.write(".stopgap-allow.toml", entry.format("key-file"))
    assert rules(key, "check", COMMITTING) == ["tracked-config"]
    key.write(".stopgap-allow.toml", entry.format("key-file") + entry.format("tracked-config"))
    assert rules(key, "check", COMMITTING) == ["private-key"]
