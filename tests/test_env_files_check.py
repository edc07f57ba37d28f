"""block-env-files as a pure check: facts of files in, findings out. That git agrees with the commands it prints is tried on real git."""

from __future__ import annotations

import random
import string
import subprocess
from typing import Any

import pytest
from stopgap.checks import env_files
from stopgap.checks.env_files import File
from stopgap.detect import names
from stopgap.model import Finding


def made_up(length: int) -> str:
    """Text like a secret, the same in every run, and nobody's."""
    return "".join(random.Random(length).choices(string.ascii_letters + string.digits, k=length))


SECRET = made_up(24)
PLAIN = f"DB_PASSWORD=hunter2\nAPI_TOKEN={SECRET}\n".encode()
PUBLIC = f"NEXT_PUBLIC_API_KEY={SECRET}\nVITE_TITLE=Shop\nPORT=8080\nLOG_LEVEL=info\n".encode()
CIPHER = f"DOTENV_PUBLIC_KEY=02{made_up(64)}\nDB_PASSWORD=encrypted:{made_up(160)}\n".encode()
PEM = "-----BEGIN {}PRIVATE KEY-----\nMII\n".format("EC ").encode()


def one(file: File, policy: str = "names", **options: Any) -> Finding:
    findings = env_files.check([file], policy, **options)
    assert len(findings) == 1
    return findings[0]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("environment.py", PLAIN, id="code that looks like one"),
        pytest.param(".env.example", PLAIN, id="template by name"),
        pytest.param("config/env.txt.example", PLAIN, id="template of a file under another name"),
        pytest.param(".env/bin/activate_this.py", b"A=1\nB=2\n", id="a virtual environment named .env"),
        pytest.param(".env", CIPHER, id="encrypted wholly"),
        pytest.param(".env.vault", f'DOTENV_VAULT_CI="{made_up(80)}"\nDOTENV_VAULT="x"\n'.encode(), id="dotenv-vault"),
        pytest.param(".npmrc", b"save-exact=true\n", id=".npmrc without a token"),
        pytest.param("server.pem", b"-----BEGIN CERTIFICATE-----\n", id="certificate"),
        pytest.param("env.txt", b"PORT=8080\nLOG_LEVEL=info\nHOST=localhost\n", id="shape without a secret"),
        pytest.param("env.txt", b"DB_PASSWORD=changeme\nAPI_TOKEN=<token>\nKEY=${KEY}\n", id="shape with placeholders"),
        pytest.param("deploy.sh", b"export DB_PASSWORD=hunter2\nexport A=1\n", id="script: scan-diff reads it"),
        pytest.param("Makefile", b"DB_PASSWORD=hunter2\nA=1\n", id="Makefile"),
        pytest.param("docs/setup.md", PLAIN, id="document"),
        pytest.param("prod-settings", b"Welcome!\n" + PLAIN, id="a third of the lines is text"),
        pytest.param("latest", None, id="symlink of an ordinary name"),
        pytest.param("empty", b"", id="empty"),
    ],
)
def test_passes(path: str, data: bytes | None) -> None:
    assert env_files.check([File(path, data)]) == []


def test_passes_what_the_config_allows() -> None:
    assert (
        env_files.check(
            [File(".env", PLAIN, allowed=True), File(".env.keys", PLAIN, allowed=True), File("x", PLAIN, extra=True, allowed=True)]
        )
        == []
    )


@pytest.mark.parametrize(
    ("file", "rule", "key"),
    [
        pytest.param(File(".env", PLAIN), "env-file", "", id="env"),
        pytest.param(File(".env", b""), "env-file", "", id="empty env: a name is a promise of what comes"),
        pytest.param(File(".env", b"# nothing\n"), "env-file", "", id="comments only"),
        pytest.param(File(".env"), "env-file", "", id="symlink"),
        pytest.param(File("app/é.env", PLAIN), "env-file", "", id="non-ASCII path"),
        pytest.param(File(".env.bak-2026-07-20", PLAIN), "env-file", "", id="backup"),
        pytest.param(File(".netrc", b"machine x"), "credentials-file", "", id="credentials"),
        pytest.param(File("id_ed25519", b"x"), "key-file", "", id="key by name"),
        pytest.param(File("server.key", PEM), "key-file", "", id="key by content"),
        pytest.param(File("terraform.tfstate", b"{}"), "state-file", "", id="state"),
        pytest.param(File("env.txt", PLAIN), "env-shape", "DB_PASSWORD", id="shape"),
        pytest.param(File("prod-settings", PLAIN), "env-shape", "DB_PASSWORD", id="shape without an extension"),
        pytest.param(File(".env.gpg", PLAIN), "env-shape", "DB_PASSWORD", id="a sealed name over plain text"),
        pytest.param(File(".env", CIPHER + PLAIN[:20]), "env-plain-value", "DB_PASSWORD", id="one plain value in an encrypted file"),
        pytest.param(File("settings.txt", CIPHER + PLAIN[:20]), "env-shape", "DB_PASSWORD", id="the same under another name"),
        pytest.param(File(".env.keys", CIPHER), "env-keys-file", "", id="keys"),
        pytest.param(File(".env.keys", b""), "env-keys-file", "", id="keys, empty"),
        pytest.param(File("site.cfg", b"x", extra=True), "env-file", "", id="extra-files"),
        pytest.param(File(".env.example", b"A=1", extra=True), "env-file", "", id="extra-files wins over a template's name"),
    ],
)
def test_blocks(file: File, rule: str, key: str) -> None:
    finding = one(file)
    assert (finding.check, finding.rule, finding.severity, finding.path, finding.key) == ("block-env-files", rule, "error", file.path, key)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param(".env", PUBLIC, id="public by nature"),
        pytest.param(".env.production", b"", id="empty"),
        pytest.param(".env.test", b"DB_PASSWORD=${DB_PASSWORD}\nDATABASE_URL=postgres://localhost/test\n", id="references"),
    ],
)
def test_policy_values_lets_pass(path: str, data: bytes) -> None:
    assert env_files.check([File(path, data)], "values") == []
    assert one(File(path, data), "names").rule == "env-file"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param(".env", PUBLIC + PLAIN, id="one secret among public ones"),
        pytest.param(
            ".env",
            PUBLIC + b"NEXT_PUBLIC_DB=postgres://me:hunter2@db/x\n",  # stopgap: allow[url-password] a sample
            id="a password under a public prefix",
        ),
        pytest.param(".env", None, id="symlink"),
        pytest.param(".env", b"\0\1\2\3" * 50, id="binary"),
        pytest.param(".env.php", b"<?php return [];", id="another syntax"),
        pytest.param(".env.keys", b"", id="keys"),
        pytest.param(".netrc", b"", id="credentials"),
    ],
)
def test_policy_values_blocks(path: str, data: bytes | None) -> None:
    one(File(path, data), "values")


LONG = b"A=1\n" * (names.READ // 4)


@pytest.mark.parametrize("data", [pytest.param(LONG, id="plain"), pytest.param(CIPHER + LONG, id="encrypted value by value")])
def test_a_file_too_long_to_be_vouched_for_is_blocked(data: bytes) -> None:
    assert one(File(".env", data[: names.READ]), "values").rule == "env-file"


def test_policy_values_names_the_keys_and_the_line() -> None:
    finding = one(File(".env", PUBLIC + PLAIN), "values")
    assert "(DB_PASSWORD, API_TOKEN)" in finding.message
    assert (finding.line, finding.column, finding.key) == (5, 13, "DB_PASSWORD")


def test_many_keys_are_counted() -> None:
    data = "".join(f"PASSWORD_{number}=hunter2\n" for number in range(9)).encode()
    assert "PASSWORD_4 and 4 more)" in one(File("env.txt", data)).message


def test_each_plain_value_is_a_finding() -> None:
    findings = env_files.check([File(".env", CIPHER + PLAIN)])
    assert [(finding.key, finding.line) for finding in findings] == [("DB_PASSWORD", 3), ("API_TOKEN", 4)]


@pytest.mark.parametrize("policy", ["names", "values"])
@pytest.mark.parametrize("path", [".env", "env.txt", ".env.keys", ".netrc"])
@pytest.mark.parametrize("data", [PLAIN, CIPHER + PLAIN])
def test_no_finding_holds_a_value(path: str, policy: str, data: bytes) -> None:
    text = repr(env_files.check([File(path, data)], policy))
    assert "Finding(" in text
    assert SECRET not in text
    assert "hunter2" not in text


STAGED = "git restore --staged .env; add .env* and !.env.example to .gitignore; commit a .env.example with the same keys"
UNSTAGED_FIRST = "git restore --staged .env commits without this change; to untrack it: `stopgap untrack .env`"
AMENDED = "git rm --cached .env && git commit --amend (where aaaaaaaaaa is not the last commit: "


@pytest.mark.parametrize(
    ("file", "unborn", "expected"),
    [
        pytest.param(
            File(".env", PLAIN),
            False,
            "git restore --staged .env; add .env* and !.env.example to .gitignore; commit a .env.example",
            id="staged",
        ),
        pytest.param(File(".env", PLAIN), True, "git rm --cached .env; add .env*", id="before the first commit"),
        pytest.param(File("a b/.env", PLAIN), False, "git restore --staged 'a b/.env'; ", id="blank"),
        pytest.param(File("-x.env", PLAIN), False, "git restore --staged -- -x.env; add -x.env to .gitignore", id="leading dash"),
        pytest.param(File("$(id)/.env", PLAIN), False, "git restore --staged '$(id)/.env'; ", id="shell syntax"),
        pytest.param(File("[a].env", PLAIN), False, r"add \[a].env to .gitignore", id="a wildcard in the name"),
        pytest.param(File("#a.env", PLAIN), False, r"add \#a.env to .gitignore", id="a hash in the name"),
        pytest.param(File("id_rsa", b""), False, "add id_rsa to .gitignore; keep it outside the repository", id="key"),
        pytest.param(File(".env", PLAIN, "untracked"), False, "do not git add .env; add .env*", id="untracked"),
        pytest.param(File(".env", PLAIN, commit="a" * 40), False, AMENDED, id="pushed"),
        pytest.param(
            File(".env", PLAIN, "modified", True),
            False,
            "git restore --staged .env commits without this change; to untrack",
            id="tracked, staged",
        ),
        pytest.param(File(".env", PLAIN, "tracked", True), False, "to untrack it: `stopgap untrack .env`", id="tracked, whole tree"),
        pytest.param(File(".env", PLAIN, "tracked", True), False, "deletes the file on every machine that", id="what untracking does"),
        pytest.param(File(".env", CIPHER + PLAIN[:20]), False, "encrypt DB_PASSWORD with the tool again", id="plain value"),
    ],
)
def test_the_fix_says_how_to_go_on(file: File, unborn: bool, expected: str) -> None:
    fix = one(file, unborn=unborn).fix
    assert expected in fix
    assert "\n" not in fix


def test_message_says_what_and_why() -> None:
    assert (
        one(File(".env", PLAIN)).message
        == "an env file: it holds the settings and secrets of one machine; in git every clone and every deploy gets a copy"
    )
    assert "git tracks it already" in one(File(".env", PLAIN, "modified", True)).message


@pytest.mark.parametrize("path", ["-x.env", "a b/.env", "$(id)/'.env", "é.env"])
@pytest.mark.parametrize("unborn", [True, False])
def test_the_command_unstages_and_keeps_the_file(repo: Any, path: str, unborn: bool) -> None:
    if not unborn:
        repo.commit()
    kept = repo.write(path, PLAIN)
    repo.add(path)
    command = one(File(path, PLAIN), unborn=unborn).fix.partition("; ")[0]
    subprocess.run(command, shell=True, cwd=repo.path, check=True, capture_output=True)
    assert repo.git("ls-files", "-z") == b""
    assert kept.read_bytes() == PLAIN


@pytest.mark.parametrize("path", ["[a]*.env", "#a.env", "!a.env", "prod.env", "a\\b.env"])
def test_the_ignore_line_ignores_that_file_and_no_other(repo: Any, path: str) -> None:
    line = env_files.ignore("env-file", path).removeprefix("add ").removesuffix(" to .gitignore")
    repo.write(".gitignore", line + "\n")
    repo.write(path, "")
    repo.write("abc.env", "")
    assert repo.git("ls-files", "-z", "-o", "--exclude-standard") == b".gitignore\0abc.env\0"
