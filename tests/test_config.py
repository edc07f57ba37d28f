"""Every setting of the configuration has its effect on the real command; each is shown first without it."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from stopgap import config
from stopgap.detect.examples import expand

from .conftest import Repo
from .tokens import GITHUB, PASSWORD

LINE = f'token = "{GITHUB}"\n'
ACME = expand("acme_<lower:24>")
IGNORE = ".env*\n!.env.example\n"
TESTED_ELSEWHERE = {"push-scope", "check-drift keys", "check-drift ignore"}  # with the real clients; in test_drift.py


def run(repo: Repo, command: str, *argv: str) -> dict[str, Any]:
    done = repo.stopgap(command, "--format", "json", *argv)
    assert done.returncode in (0, 1), done.stderr.decode()
    report: dict[str, Any] = json.loads(done.stdout)
    failing = [one for one in report["findings"] if one["severity"] != "note"]
    assert done.returncode == (1 if failing else 0)
    return {**report, "findings": failing}


def found(repo: Repo, command: str, *argv: str) -> list[tuple[str, str]]:
    """Path and rule of each finding that fails."""
    return [(one["path"], one["rule"]) for one in run(repo, command, *argv)["findings"]]


def skipped(repo: Repo, command: str, *argv: str) -> list[tuple[str, str]]:
    return [(one["path"], one["reason"]) for one in run(repo, command, *argv)["scope"]["skipped"]]


def configure(repo: Repo, text: str) -> None:
    repo.write("stopgap.toml", text)


@pytest.fixture
def files(repo: Repo) -> Repo:
    """A repository that keeps .env out, with what the test stages."""
    repo.write(".gitignore", IGNORE)
    repo.add()
    return repo


def staged(repo: Repo, **texts: str) -> Repo:
    for name, text in texts.items():
        repo.write(name, text)
        repo.add(name)
    return repo


# which files


def test_allow_files(files: Repo) -> None:
    staged(files, **{"apps/web/.env": f"API_TOKEN={PASSWORD}\n", "api/.env": "A=1\n"})
    assert found(files, "block-env-files") == [("api/.env", "env-file"), ("apps/web/.env", "env-file")]
    configure(files, 'allow-files = ["apps/web/.env"]\n')
    assert found(files, "block-env-files") == [("api/.env", "env-file")]
    assert [path for path, _ in found(files, "check-gitignore")] == ["api/.env"]
    assert found(files, "scan-diff") == [("apps/web/.env", "keyed-secret")], "what it holds is another question"
    configure(files, 'allow-files = ["**/.env"]\n')
    assert found(files, "block-env-files") == []


def test_extra_files(files: Repo) -> None:
    staged(files, **{"conf/site-a.cfg": "x\n", "conf/other.cfg": "x\n"})
    assert found(files, "block-env-files") == []
    configure(files, 'extra-files = ["conf/site-*.cfg"]\n')
    assert found(files, "block-env-files") == [("conf/site-a.cfg", "env-file")]
    assert found(files, "check") == [("conf/site-a.cfg", "tracked-config")]
    configure(files, 'extra-files = ["conf/site-*.cfg"]\nallow-files = ["conf/site-a.cfg"]\n')
    assert found(files, "block-env-files") == [], "what is allowed is allowed"


def test_exclude(files: Repo) -> None:
    staged(files, **{"vendor/a.py": LINE, "vendor/.env": "A=1\n", "vendor/deep/b.py": LINE, "src/a.py": LINE})
    assert len(found(files, "scan-diff")) == 3
    configure(files, 'exclude = ["vendor/"]\n')
    assert found(files, "scan-diff") == [("src/a.py", "github-pat")]
    assert found(files, "block-env-files") == []
    assert found(files, "check-gitignore") == []
    assert found(files, "check") == [("src/a.py", "github-pat")]


def test_what_is_excluded_is_counted_and_listed(files: Repo) -> None:
    staged(files, **{"vendor/a.py": LINE, "src/a.py": "x = 1\n"})
    configure(files, 'exclude = ["vendor/"]\n')
    why = "excluded by the configuration"
    for command in ("scan-diff", "block-env-files", "check"):
        assert skipped(files, command) == [("vendor/a.py", why)], command
    assert skipped(files, "scan-diff", "vendor/a.py") == [("vendor/a.py", why)], "also where it is given by name"
    text = files.stopgap("scan-diff", "--verbose", "vendor/a.py").stdout.decode()
    assert f"vendor/a.py: skipped: {why}" in text
    assert f"scanned 0 files; 1 skipped: {why}" in text.replace(", 0 lines", "")


NAMES = [b"latin-\xe9", b"\xff", "é".encode(), b"new\nline", b"[a]", b"a b "]


def test_any_name_with_globs_set(repo: Repo) -> None:
    configure(repo, 'exclude = ["left-out/**", "x-*.py"]\nallow-files = ["**/*.allowed"]\nextra-files = ["**/*.extra"]\n')
    for raw in NAMES:
        name = os.fsdecode(raw)
        for path in (
            f"left-out/{name}.py",
            f"x-{name}.py",
            f"in/{name}.py",
            f"in/{name}.extra",
            f"in/{name}.env",
            f"in/{name}.env.allowed",
        ):
            repo.write(path, LINE)
    repo.git("add", "-A")
    assert len(skipped(repo, "scan-diff")) == 2 * len(NAMES)
    assert len(found(repo, "scan-diff")) == 4 * len(NAMES)
    assert [rule for _, rule in found(repo, "block-env-files")] == ["env-file"] * 2 * len(NAMES)
    repo.commit()
    assert [rule for _, rule in found(repo, "check")].count("tracked-config") == 2 * len(NAMES)


# what counts


VALUES = 'env-policy = "values"\n'
POLICIES = [
    pytest.param("NEXT_PUBLIC_KEY=abc\nPORT=8080\n", True, id="nothing secret in it"),
    pytest.param("# nothing\n", True, id="comments"),
    pytest.param("DB_PASSWORD=hunter2\n", False, id="a weak password"),
    pytest.param(f"API_TOKEN={PASSWORD}\n", False, id="a token"),
]


def test_env_policy(files: Repo) -> None:
    staged(files, **{f"{case.id}/.env": case.values[0] for case in POLICIES})
    everything = sorted((f"{case.id}/.env", "env-file") for case in POLICIES)
    secret = sorted((f"{case.id}/.env", "env-file") for case in POLICIES if not case.values[1])
    assert found(files, "block-env-files") == everything
    configure(files, 'env-policy = "names"\n')
    assert found(files, "block-env-files") == everything, "the default"
    configure(files, VALUES)
    assert found(files, "block-env-files") == secret
    assert [path for path, _ in found(files, "check-gitignore")] == [path for path, _ in secret]


def test_env_policy_is_about_env_files_alone(files: Repo) -> None:
    configure(files, VALUES)
    staged(files, **{".netrc": "machine x\n", ".env.keys": "A=1\n", ".env.php": "<?php return [];\n"})
    assert found(files, "block-env-files") == [
        (".env.keys", "env-keys-file"),
        (".env.php", "env-file"),
        (".netrc", "credentials-file"),
    ]


def test_min_confidence(files: Repo) -> None:
    staged(files, **{"a.py": f'{LINE}password = "{PASSWORD}"\nsmtp_password = "hunter2horse"\n'})
    high, medium, low = ("a.py", "github-pat"), ("a.py", "keyed-password"), ("a.py", "keyed-password")
    assert found(files, "scan-diff") == [high, medium]
    for setting, expected in (("high", [high]), ("medium", [high, medium]), ("low", [high, medium, low])):
        configure(files, f'min-confidence = "{setting}"\n')
        assert found(files, "scan-diff") == found(files, "check") == expected
    assert found(files, "scan-diff", "--min-confidence", "high") == [high], "the command line wins"
    configure(files, 'min-confidence = "high"\n')
    assert found(files, "scan-diff", "--min-confidence", "low") == [high, medium, low], "the command line wins"


def test_min_confidence_of_an_env_files_shape(files: Repo) -> None:
    staged(files, **{"prod-settings": "DB_HOST=db\nDB_PASSWORD=hunter2\n", ".env": "A=1\n"})
    assert found(files, "block-env-files") == [(".env", "env-file"), ("prod-settings", "env-shape")]
    assert found(files, "block-env-files", "--min-confidence", "high") == [(".env", "env-file")]
    configure(files, 'min-confidence = "high"\n')
    assert found(files, "block-env-files") == [(".env", "env-file")]
    assert ("prod-settings", "env-shape") not in found(files, "check")


DISABLED = [
    pytest.param("github-pat", "a.py", LINE, id="a token rule"),
    pytest.param("private-key", "a.pem", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + expand("<b64:64>\n" * 6), id="a private key"),
    pytest.param("keyed-password", "a.py", f'password = "{PASSWORD}"\n', id="keyed-password"),
    pytest.param("keyed-secret", "a.py", f'client_secret = "{PASSWORD}{PASSWORD}"\n', id="keyed-secret"),
    pytest.param("env-secret", "x.env.local", f"SOMETHING={PASSWORD}\n", id="env-secret"),
    pytest.param("secret-file", "api-token.txt", f"{PASSWORD}\n", id="secret-file"),
]


@pytest.mark.parametrize(("rule", "name", "text"), DISABLED)
def test_rules_disable(files: Repo, rule: str, name: str, text: str) -> None:
    staged(files, **{name: text, "other.py": 'url = "postgres://me:' + PASSWORD + '@db.internal.net/x"\n'})
    assert sorted(found(files, "scan-diff")) == sorted([(name, rule), ("other.py", "url-password")])
    configure(files, f'[rules]\ndisable = ["{rule}"]\n')
    assert (name, rule) not in found(files, "scan-diff")
    assert ("other.py", "url-password") in found(files, "scan-diff")


def test_rules_disable_own_value(files: Repo) -> None:
    files.write(".env", f"A_SECRET={PASSWORD}\n")
    staged(files, **{"a.py": f"x = f('{PASSWORD}')\n"})
    assert found(files, "scan-diff") == [("a.py", "own-value")]
    configure(files, '[rules]\ndisable = ["own-value"]\n')
    assert found(files, "scan-diff") == []


OWN_RULE = """
[[rule]]
id = "acme-key"
description = "Key of the Acme service"
keywords = ["acme_"]
pattern = '''\\b(acme_[a-z0-9]{24})\\b'''
confidence = "high"
"""


def test_rules_extra(files: Repo) -> None:
    staged(files, **{"a.py": f'x = "{ACME}"\n'})
    assert found(files, "scan-diff") == []
    files.write("tools/rules.toml", OWN_RULE)
    configure(files, '[rules]\nextra = ["tools/rules.toml"]\n')
    assert found(files, "scan-diff") == [("a.py", "acme-key")]
    configure(files, '[rules]\nextra = ["tools/rules.toml"]\ndisable = ["acme-key"]\n')
    assert found(files, "scan-diff") == []


def test_rules_extra_replaces_one_of_ours(files: Repo) -> None:
    staged(files, **{"a.py": f'{LINE}x = "{ACME}"\n'})
    files.write("rules.toml", OWN_RULE.replace('"acme-key"', '"github-pat"'))
    configure(files, '[rules]\nextra = ["rules.toml"]\ndisable = ["keyed-secret"]\n')
    assert [one["line"] for one in run(files, "scan-diff")["findings"]] == [2]


def test_scan_diff_own_values(files: Repo) -> None:
    files.write(".env", f"A_SECRET={PASSWORD}\n")
    staged(files, **{"a.py": f"x = f('{PASSWORD}')\n"})
    assert found(files, "scan-diff") == found(files, "check") == [("a.py", "own-value")]
    configure(files, "[scan-diff]\nown-values = false\n")
    assert found(files, "scan-diff") == found(files, "check") == []


def test_scan_diff_detect_secrets(files: Repo) -> None:
    staged(files, **{"a.py": f'x = "{expand("<b64:60>")}"\n'})
    assert found(files, "scan-diff") == []
    configure(files, '[scan-diff]\ndetect-secrets = ["Base64HighEntropyString"]\n')
    assert found(files, "scan-diff") == [("a.py", "detect-secrets:Base64HighEntropyString")]
    configure(files, '[scan-diff]\ndetect-secrets = ["AWSKeyDetector"]\n')
    assert found(files, "scan-diff") == []


def test_check_gitignore_extra(files: Repo) -> None:
    assert found(files, "check-gitignore") == []
    configure(files, '[check-gitignore]\nextra = ["site.cfg"]\n')
    findings = run(files, "check-gitignore")["findings"]
    assert [one["rule"] for one in findings] == ["ignore-missing"]
    assert "site.cfg" in findings[0]["message"]
    files.write(".gitignore", f"{IGNORE}site.cfg\n")
    files.add()
    assert found(files, "check-gitignore") == []


# where it stands


def test_pyproject_and_stopgap_toml_say_the_same(files: Repo) -> None:
    staged(files, **{"vendor/a.py": LINE, "a.py": f'password = "{PASSWORD}"\n'})
    table = 'exclude = ["vendor/"]\nmin-confidence = "{level}"\n'
    for level, expected in (("high", []), ("medium", [("a.py", "keyed-password")])):
        configure(files, table.format(level=level))
        assert found(files, "scan-diff") == expected
        (files.path / "stopgap.toml").unlink()
        files.write(
            "pyproject.toml", f'[project]\nname = "x"\n[tool.stopgap]\n{table.format(level=level)}[tool.stopgap.rules]\ndisable = []\n'
        )
        assert found(files, "scan-diff") == expected
        (files.path / "pyproject.toml").unlink()


def test_a_pyproject_that_speaks_of_other_tools(files: Repo) -> None:
    files.write("pyproject.toml", '[project]\nname = "stopgap-user"\n[tool.other]\nexclude = 3\n')
    staged(files, **{"a.py": LINE})
    assert found(files, "scan-diff") == [("a.py", "github-pat")]
    files.write("pyproject.toml", "this is no TOML, and does not speak of us\n")
    assert found(files, "scan-diff") == [("a.py", "github-pat")]


def test_from_a_folder_below(files: Repo) -> None:
    staged(files, **{"vendor/a.py": LINE, "src/a.py": LINE})
    configure(files, 'exclude = ["vendor/"]\n')
    files.write("src/stopgap.toml", 'exclude = ["*"]\n')
    done = files.stopgap("scan-diff", "--format", "json", cwd="src")
    assert [one["path"] for one in json.loads(done.stdout)["findings"]] == ["src/a.py"], "the root's configuration counts, no other"


def test_every_key_is_tested_here() -> None:
    """A key that is added needs a test that shows its effect; `strict` acts where a reader could read a file only in part."""
    keys = {*config.TOP, *(f"{table} {key}" for table, inner in config.TABLES.items() for key in inner)}
    assert keys - TESTED_ELSEWHERE == {
        "allow-files",
        "extra-files",
        "exclude",
        "env-policy",
        "min-confidence",
        "strict",
        "rules disable",
        "rules extra",
        "scan-diff own-values",
        "scan-diff detect-secrets",
        "check-gitignore extra",
    }
