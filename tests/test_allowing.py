"""Allowing findings, by the real command: entries, comments, a detect-secrets baseline, a team's gitleaks rules, the first day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

ALLOW = ".stopgap-allow.toml"
LINE = f'token = "{GITHUB}"\n'
OTHER = f'token = "{GITHUB_2}"\n'
WEAK = 'password = "hunter2horse9"\n'
IGNORE = ".env*\n!.env.example\n"


def report(repo: Repo, command: str, *argv: str) -> tuple[list[dict[str, Any]], str]:
    """The findings that fail, and standard error."""
    done = repo.stopgap(command, "--format", "json", *argv)
    assert done.returncode in (0, 1), done.stderr.decode()
    assert GITHUB.encode() not in done.stdout + done.stderr
    found = [one for one in json.loads(done.stdout)["findings"] if one["severity"] != "note"]
    assert done.returncode == (1 if found else 0)
    return found, done.stderr.decode()


def places(repo: Repo, command: str = "scan-diff", *argv: str) -> list[tuple[str, int]]:
    return [(one["path"], one["line"]) for one in report(repo, command, *argv)[0]]


def allow(repo: Repo, *argv: str, reason: str = "public key of the sandbox") -> str:
    """What the command says; it must succeed."""
    done = repo.stopgap("allow", *argv, "--reason", reason)
    assert done.returncode == 0, done.stderr.decode()
    assert GITHUB.encode() not in done.stdout + done.stderr
    return done.stdout.decode()


def file(repo: Repo) -> str:
    path = repo.path / ALLOW
    return path.read_text() if path.exists() else ""


def expire(repo: Repo) -> None:
    """Time passes."""
    text = file(repo)
    assert "2099-01-01" in text
    repo.write(ALLOW, text.replace("2099-01-01", "2001-01-01"))


@pytest.fixture
def staged(repo: Repo) -> Repo:
    """One finding, staged; nothing else to say of the repository."""
    repo.write(".gitignore", IGNORE)
    repo.write("a.py", f"x = 1\n{LINE}")
    repo.add()
    return repo


# stopgap allow: one finding


@pytest.mark.parametrize("words", ["a.py:2", "a.py:2:10", "./a.py:2"])
def test_by_its_place(staged: Repo, words: str) -> None:
    assert "added 1 entry" in allow(staged, words)
    assert places(staged) == []
    assert GITHUB not in file(staged)
    assert 'reason = "public key of the sandbox"' in file(staged)
    assert 'path = "/a.py"' in file(staged)


def test_by_its_fingerprint(staged: Repo) -> None:
    staged.write("b.py", OTHER)
    staged.add("b.py")
    allow(staged, next(one["fingerprint"] for one in report(staged, "scan-diff")[0] if one["path"] == "a.py"))
    assert places(staged) == [("b.py", 1)]


def test_by_its_column_where_a_line_has_two(staged: Repo) -> None:
    staged.write("a.py", f'a = "{GITHUB}"; b = "{GITHUB_2}"\n')
    staged.add()
    allow(staged, "a.py:1:54")
    assert [one["column"] for one in report(staged, "scan-diff")[0]] == [6]
    allow(staged, "a.py:1")
    assert places(staged) == []


def test_from_a_folder_below(staged: Repo) -> None:
    staged.write("sub/c.py", LINE)
    staged.add("sub/c.py")
    done = staged.stopgap("allow", "c.py:1", "--reason", "a test", cwd="sub")
    assert done.returncode == 0, done.stderr
    assert 'path = "sub/c.py"' in file(staged)
    assert places(staged) == [("a.py", 2)]


def test_an_old_line_of_a_staged_file(staged: Repo) -> None:
    """`stopgap check` of the whole tree reports it, so it can be allowed, although it is not among the added lines."""
    staged.commit()
    staged.write("a.py", f"x = 2\n{LINE}")
    staged.add()
    assert places(staged) == []
    assert places(staged, "check") == [("a.py", 2)]
    allow(staged, "a.py:2")
    assert places(staged, "check") == []


def test_names(repo: Repo) -> None:
    names = ["with space.py", "é.py", "[a]*.py", "a:1.py", "#x.py", "new\nline.py", "!x.py", os.fsdecode(b"\xff.py")]
    for name in names:
        repo.write(name, LINE)
        repo.write(f"beside/{name}", LINE)
    repo.git("add", "-A")
    for name in names:
        allow(repo, f"{name}:1")
    left = places(repo)
    assert len(left) == len(names)
    assert all(path.startswith("beside/") for path, _ in left), "in another folder it is another finding"


def test_a_file_without_a_value(repo: Repo) -> None:
    repo.write("prod.env", "A=1\n")
    repo.add()
    allow(repo, "prod.env:1")
    assert [one["rule"] for one in report(repo, "block-env-files")[0]] == []
    assert "hash =" not in file(repo)
    assert "key =" not in file(repo)


def test_a_weak_value_by_its_key_and_not_by_a_hash(staged: Repo) -> None:
    staged.write("a.py", f'smtp_password = "{"hunter2" * 2}9"\n')
    staged.write("stopgap.toml", 'min-confidence = "low"\n')
    staged.add()
    allow(staged, "a.py:1")
    assert 'key = "smtp_password"' in file(staged)
    assert "hash" not in file(staged)
    assert places(staged) == []
    staged.write("a.py", f'smtp_password = "{PASSWORD}"\n')
    staged.add()
    assert places(staged) == [("a.py", 1)], "a strong value under that key is a new secret"


def test_a_value_in_two_places_is_one_entry(staged: Repo) -> None:
    staged.write("a.py", f"{LINE}x = 1\n{LINE}")
    staged.add()
    assert "added 1 entry" in allow(staged, "--all")
    assert places(staged) == []


def test_a_line_of_the_message(repo: Repo) -> None:
    repo.write(".git/COMMIT_EDITMSG", f"Fix\n\n{LINE}")
    assert places(repo, "scan-message") == [(".git/COMMIT_EDITMSG", 3)]
    allow(repo, ".git/COMMIT_EDITMSG:3")
    assert places(repo, "scan-message") == []


# what it does not take


WRONG = [
    pytest.param(("a.py:2",), "--reason", id="no reason"),
    pytest.param(("a.py:2", "--reason", ""), "--reason says nothing", id="an empty reason"),
    pytest.param(("a.py:2", "--reason", " ... "), "--reason says nothing", id="a reason without a word"),
    pytest.param(("--reason", "x"), "give one finding, or --all", id="neither a finding nor --all"),
    pytest.param(("a.py:2", "--all", "--reason", "x"), "give one finding, or --all", id="both"),
    pytest.param(("a.py:1", "--reason", "x"), "no finding a.py:1", id="a line without a finding"),
    pytest.param(("a.py:2:3", "--reason", "x"), "no finding a.py:2:3", id="a column without a finding"),
    pytest.param(("0123456789abcdef01234567", "--reason", "x"), "no finding 0123", id="an unknown fingerprint"),
    pytest.param(("a.py", "--reason", "x"), "no finding a.py", id="a path without a line"),
    pytest.param(("gone.py:1", "--reason", "x"), "cannot read gone.py", id="no such file"),
    pytest.param(("../a.py:2", "--reason", "x"), "outside of this repository", id="a file outside"),
    pytest.param(("a.py:2", "--reason", "x", "--expires", "tomorrow"), "'tomorrow' is no date", id="no date"),
    pytest.param(("a.py:2", "--reason", "x", "--expires", "2031-02-30"), "'2031-02-30' is no date", id="a day that is not"),
    pytest.param(("a.py:2", "--reason", "x", "--expires", "2001-01-01"), "2001-01-01 is over", id="a day that is over"),
]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("wrong") / "repo")
    repo.write("a.py", f"x = 1\n{LINE}")
    repo.add()
    return repo


@pytest.mark.parametrize(("argv", "words"), WRONG)
def test_wrong_usage_writes_nothing(untouched: Repo, argv: tuple[str, ...], words: str) -> None:
    done = untouched.stopgap("allow", *argv)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert file(untouched) == ""


def test_a_finding_that_is_allowed_already(staged: Repo) -> None:
    allow(staged, "a.py:2")
    before = file(staged)
    done = staged.stopgap("allow", "a.py:2", "--reason", "again")
    assert (done.returncode, b"it may be allowed already" in done.stderr) == (2, True)
    assert "nothing to add" in allow(staged, "--all")
    assert file(staged) == before


# what stays allowed, and what fails again


MOVED = [
    pytest.param(f"import os\n\n\n{LINE}y = 2\n", id="lines above and below"),
    pytest.param(f"if x:\n    {LINE}", id="indented"),
    pytest.param(LINE.replace("token", "other_name"), id="another name on the line"),
    pytest.param(LINE.replace("\n", "\r\n"), id="another line ending"),
    pytest.param(f"x = f('{GITHUB}')  # and more\n", id="another line altogether"),
]


def test_stays_allowed(staged: Repo) -> None:
    folders = {str(case.id): case.values[0] for case in MOVED}
    for folder in folders:
        staged.write(f"{folder}/a.py", f"x = 1\n{LINE}")
    staged.add()
    allow(staged, "--all")
    for folder, text in folders.items():
        staged.write(f"{folder}/a.py", text)
    staged.add()
    assert places(staged) == []
    staged.commit()
    assert places(staged, "check") == []


def test_stays_allowed_under_a_folder_that_the_entry_names(staged: Repo) -> None:
    allow(staged, "a.py:2")
    staged.write(ALLOW, file(staged).replace('"/a.py"', '"src/**"'))
    (staged.path / "src/deep").mkdir(parents=True)
    staged.git("mv", "a.py", "src/deep/b.py")
    assert places(staged) == []


def test_a_renamed_file_brings_nothing_new(staged: Repo) -> None:
    allow(staged, "a.py:2")
    staged.add()
    staged.commit()
    staged.git("mv", "a.py", "b.py")
    assert places(staged) == [], "no line was added"


FAILS = [
    pytest.param("a.py", OTHER, id="another secret on the line"),
    pytest.param("b.py", LINE, id="the same secret in another file"),
    pytest.param("sub/a.py", LINE, id="the same secret in a file of that name elsewhere"),
    pytest.param("a.py", f'password = "{PASSWORD}"\n', id="another rule"),
]


@pytest.mark.parametrize(("name", "text"), FAILS)
def test_fails_again(staged: Repo, name: str, text: str) -> None:
    allow(staged, "a.py:2")
    staged.write(name, text)
    staged.add()
    assert places(staged) == [(name, 1)]


def test_an_expired_entry_fails_and_says_so(staged: Repo) -> None:
    allow(staged, "a.py:2", "--expires", "2099-01-01")
    assert places(staged) == []
    expire(staged)
    found, error = report(staged, "scan-diff")
    assert len(found) == 1
    assert f"{ALLOW}: expired on 2001-01-01: github-pat in '/a.py'; fix the finding, or allow it anew with a reason" in error
    assert "stale" not in error


@pytest.mark.parametrize("text", [LINE, WEAK, PEM], ids=["by its hash", "by its key", "over several lines"])
def test_an_expired_entry_is_allowed_anew(staged: Repo, text: str) -> None:
    staged.write("a.py", text)
    staged.write("stopgap.toml", 'min-confidence = "low"\n')
    staged.add()
    allow(staged, "a.py:1", "--expires", "2099-01-01")
    expire(staged)
    assert places(staged) == [("a.py", 1)]
    assert "added 1 entry" in allow(staged, "a.py:1")
    assert report(staged, "scan-diff") == ([], ""), "the old entry is gone, and its warning with it"


STALE = f"{ALLOW}: stale: github-pat in '/a.py' matched nothing; remove it"


def test_a_stale_entry_is_reported_where_all_of_it_was_looked_at(staged: Repo) -> None:
    allow(staged, "a.py:2")
    staged.write("a.py", "x = 1\n")
    staged.write("b.py", "y = 1\n")
    staged.add()
    assert STALE not in report(staged, "scan-diff")[1], "a diff shows a part of the file"
    staged.commit()
    assert STALE in report(staged, "scan-diff", "a.py")[1], "the whole file"
    assert STALE not in report(staged, "scan-diff", "b.py")[1], "another file"
    assert STALE in report(staged, "check")[1], "the whole tree"
    staged.git("rm", "-q", "a.py")
    assert STALE in report(staged, "check")[1], "the file is gone"
    assert report(staged, "check")[0] == [], "a warning fails nothing"


def test_an_entry_in_use_is_not_stale(staged: Repo) -> None:
    allow(staged, "a.py:2")
    staged.add()
    staged.commit()
    assert report(staged, "check") == ([], "")
    assert report(staged, "scan-diff", "a.py") == ([], "")


def test_entries_of_other_checks_are_not_stale(repo: Repo) -> None:
    repo.write(".gitignore", f"{IGNORE}*.env\n")
    repo.write("prod.env", "A=1\n")
    repo.write("a.py", LINE)
    repo.add()
    allow(repo, "--all")
    repo.add()
    repo.commit()
    assert '"env-file"' in file(repo)
    for command in ("check", "check-gitignore"):
        assert report(repo, command) == ([], ""), command
    for command in ("scan-diff", "block-env-files"):
        assert report(repo, command, "prod.env", "a.py") == ([], ""), command


# comments


COMMENTS = [
    pytest.param("a.py", f"{LINE[:-1]}  # stopgap: allow[github-pat] a documented example\n", id="ours"),
    pytest.param("a.js", f"{LINE[:-1]}; // stopgap: allow[jwt, github-pat] a documented example\n", id="ours, two rules"),
    pytest.param("a.html", f'<a b="{GITHUB}"><!-- stopgap: allow[github-pat] a sample --></a>\n', id="ours in markup"),
    pytest.param("a.json", f'{{"//": "stopgap: allow[github-pat] a sample", "a": "{GITHUB}"}}\n', id="ours in JSON"),
    pytest.param("a.py", f"{LINE[:-1]}  # pragma: allowlist secret\n", id="detect-secrets, on the line"),
    pytest.param("a.py", f"# pragma: allowlist nextline secret\n{LINE}", id="detect-secrets, above"),
    pytest.param("a.py", f"{LINE[:-1]}  # gitleaks:allow\n", id="gitleaks"),
    pytest.param("a.txt", f"{LINE[:-1]}  # stopgap: allow[github-pat] a sample\r\n".encode("utf-16"), id="ours in UTF-16"),
    pytest.param("k.py", f'k = """{PEM.rstrip()}"""  # stopgap: allow[private-key] of the test server\n', id="at the end of a key"),
]


def test_a_comment_allows(repo: Repo) -> None:
    for case in COMMENTS:
        repo.write(f"{case.id}/{case.values[0]}", case.values[1])
    repo.add()
    assert places(repo) == []
    repo.commit()
    assert places(repo, "scan-diff", ".") == []
    for case in COMMENTS:
        content = case.values[1] if isinstance(case.values[1], bytes) else case.values[1].encode()
        for comment, other in ((b"allow", b"below"), ("allow".encode("utf-16-le"), "below".encode("utf-16-le"))):
            content = content.replace(comment, other)
        repo.write(f"{case.id}/{case.values[0]}", content)
    assert len(places(repo, "scan-diff", ".")) == len(COMMENTS), "each of them was there to be allowed"


NO_COMMENTS = [
    pytest.param("# stopgap: allow[github-pat]", "(the comment gives no reason: write `stopgap: allow[rule] reason`)", id="no reason"),
    pytest.param("# stopgap: allow a sample", "(the comment names no rule: write `stopgap: allow[rule] reason`)", id="no rule"),
    pytest.param("# stopgap: allow[jwt] a sample", "", id="another rule"),
    pytest.param("# nothing of the kind", "", id="another comment"),
]


def test_a_comment_that_does_not_count_says_why(repo: Repo) -> None:
    repo.write("a.py", "".join(f"{LINE[:-1]}  {case.values[0]}\n" for case in NO_COMMENTS))
    repo.add()
    done = repo.stopgap("scan-diff")
    assert done.returncode == 1
    said = [line for line in done.stdout.decode().splitlines() if line.startswith("a.py:")]
    assert len(said) == len(NO_COMMENTS)
    for line, case in zip(said, NO_COMMENTS, strict=True):
        assert case.values[1] in line, case.id
        assert ("the comment" in line) is bool(case.values[1]), case.id


def test_a_comment_does_not_allow_the_line_below(repo: Repo) -> None:
    repo.write("a.py", f"x = 1  # stopgap: allow[github-pat] a sample\n{LINE}y = 1  # gitleaks:allow\n")
    repo.add()
    assert places(repo) == [("a.py", 2)]


# .secrets.baseline, as detect-secrets itself writes it


def baseline(repo: Repo) -> None:
    done = subprocess.run((sys.executable, "-m", "detect_secrets", "scan"), cwd=repo.path, capture_output=True, check=True)
    repo.write(".secrets.baseline", done.stdout)


def test_a_baseline_of_detect_secrets_counts(staged: Repo) -> None:
    staged.write("b.py", f'password = "{PASSWORD}"\n')
    staged.add()
    assert places(staged) == [("a.py", 2), ("b.py", 1)]
    baseline(staged)
    assert PASSWORD not in (staged.path / ".secrets.baseline").read_text()
    assert places(staged) == []
    staged.write("a.py", f"x = 1\n{OTHER}")
    staged.write("c.py", LINE)
    staged.add("a.py", "c.py")
    assert places(staged) == [("a.py", 2), ("c.py", 1)], "a new value on the old line, and the old value in a new file"
    assert staged.stopgap("scan-diff").stderr == b""


def test_nothing_that_a_baseline_names_is_run(staged: Repo) -> None:
    baseline(staged)
    plugin = staged.write("plugin.py", "import pathlib\npathlib.Path('RAN').touch()\n")
    table = json.loads((staged.path / ".secrets.baseline").read_bytes())
    table["plugins_used"].append({"name": "Evil", "path": f"file://{plugin}"})
    table["filters_used"].append({"path": f"file://{plugin}::evil"})
    staged.write(".secrets.baseline", json.dumps(table))
    assert places(staged) == []
    assert not (staged.path / "RAN").exists()


# a team's .gitleaks.toml


ACME = expand("acme_<lower:24>")
GITLEAKS = """
title = "a team's rules"
[[rules]]
id = "acme-key"
description = "Key of the Acme service"
regex = '''(?i)\\b(acme_[[:alnum:]]{24})\\b'''
keywords = ["acme_"]
  [[rules.allowlists]]
  paths = ['''^fixtures/''']
  [[rules.allowlists]]
  regexTarget = "line"
  regexes = ['''not-a-key''']
[[rules]]
id = "acme-store"
description = "A key store of Acme"
path = '''\\.acmestore\\z'''
"""


@pytest.fixture
def team(repo: Repo) -> Repo:
    repo.write("stopgap.toml", '[rules]\nextra = [".gitleaks.toml"]\n')
    repo.write(".gitleaks.toml", GITLEAKS)
    repo.git("add", ".")
    return repo


def test_a_teams_rules(team: Repo) -> None:
    team.write("a.py", f'x = "{ACME}"\ny = "{ACME}"  # not-a-key\n')
    team.write("fixtures/a.py", f'x = "{ACME}"\n')
    team.write("sub/my.acmestore", "x\n")
    team.add()
    found, _ = report(team, "scan-diff")
    assert [(one["path"], one["line"], one["rule"]) for one in found] == [("a.py", 1, "acme-key"), ("sub/my.acmestore", 1, "acme-store")]
    assert [one["message"] for one in found] == ["Key of the Acme service", "A key store of Acme"]
    assert ACME not in json.dumps(found)
    assert {one["rule"] for one in report(team, "scan-diff", "a.py", "sub/my.acmestore")[0]} == {"acme-key", "acme-store"}


def test_a_teams_rules_can_be_allowed(team: Repo) -> None:
    team.write("a.py", f'x = "{ACME}"\n')
    team.write("my.acmestore", "x\n")
    team.add()
    allow(team, "a.py:1")
    assert places(team) == [("my.acmestore", 1)]
    allow(team, "my.acmestore:1")
    assert places(team) == []


def test_a_teams_extended_rules(team: Repo) -> None:
    team.write(".gitleaks.toml", f'[extend]\nuseDefault = true\ndisabledRules = ["github-pat"]\n{GITLEAKS}')
    team.write("a.py", f'x = "{GITHUB}"\ny = "{ACME}"\nz = "postgres://me:{PASSWORD}@db.internal.net/x"\n')
    team.add()
    assert [(one["line"], one["rule"]) for one in report(team, "scan-diff")[0]] == [(2, "acme-key"), (3, "url-password")]


UNKEPT = [
    pytest.param(
        '[extend]\nuseDefault = true\ndisabledRules = ["acme-v0"]\n', "no rule 'acme-v0' of its own", id="an unknown default rule"
    ),
    pytest.param('[extend]\npath = "base.toml"\n', "extend.path is not followed", id="extend.path"),
    pytest.param("[[rules]]\nid = 'x'\nregex = '''\\p{Greek}+'''\n", "rule 'x'", id="an expression without a counterpart"),
]


@pytest.mark.parametrize(("text", "words"), UNKEPT)
def test_a_teams_file_that_cannot_be_kept(team: Repo, text: str, words: str) -> None:
    team.write(".gitleaks.toml", text)
    for command in ("scan-diff", "check", "scan-message"):
        team.write(".git/COMMIT_EDITMSG", "Fix\n")
        done = team.stopgap(command)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"stopgap: .gitleaks.toml: ")
        assert words in done.stderr.decode()


# detect-secrets' own detectors as a second opinion


def test_a_second_opinion(repo: Repo) -> None:
    text = f'x = "{expand("<b64:60>")}"\ny = f("{GITHUB}")\n'
    repo.write("a.py", text)
    repo.add()
    assert places(repo) == [("a.py", 2)]
    repo.write("stopgap.toml", '[scan-diff]\ndetect-secrets = ["all"]\n')
    found, _ = report(repo, "scan-diff")
    assert [(one["line"], one["rule"]) for one in found] == [(1, "detect-secrets:Base64HighEntropyString"), (2, "github-pat")]
    allow(repo, "a.py:1")
    assert places(repo) == [("a.py", 2)]
    repo.write("stopgap.toml", '[scan-diff]\ndetect-secrets = ["GitHubTokenDetector"]\n[rules]\ndisable = ["github-pat"]\n')
    repo.write("a.py", f'x = ["{GITHUB}"]\n')
    repo.add("a.py")
    assert [one["rule"] for one in report(repo, "scan-diff")[0]] == ["detect-secrets:GitHubTokenDetector"]


# the first day of an old repository


def old_repository(repo: Repo) -> list[str]:
    """Ten files with a finding each, and some without, in two commits."""
    texts = {
        "src/a.py": LINE,
        "src/b.py": OTHER,
        "src/c.py": f'password = "{PASSWORD}"\n',
        "src/d.js": f'const url = "postgres://me:{PASSWORD}@db.internal.net/x";\n',
        "conf/app.ini": f"[db]\npassword = {PASSWORD[::-1]}\n",
        "keys/server.pem": PEM,
        "prod.env": "DB_PASSWORD=hunter2\n",
        "app/.env": "A=1\n",
        ".netrc": f"machine x login y password {PASSWORD}\n",
        "notes.txt": f"DB_HOST=db\nDB_PASSWORD={PASSWORD}\n",
        "readme.md": "Nothing here.\n",
    }
    for name, text in texts.items():
        repo.write(name, text)
    repo.add()
    repo.commit("years ago")
    repo.write(".gitignore", IGNORE)
    repo.add()
    repo.commit()
    return sorted(name for name in texts if name != "readme.md")


def test_the_first_day_of_an_old_repository(repo: Repo) -> None:
    names = old_repository(repo)
    assert sorted({path for path, _ in places(repo, "check")}) == names
    said = allow(repo, "--all", "--expires", "2099-01-01", reason="before stopgap, see the rotation list")
    assert "commit it with the change" in said
    assert file(repo).count("[[allow]]") == file(repo).count("expires = 2099-01-01") >= 10
    assert all(secret not in file(repo) for secret in (GITHUB, GITHUB_2, PASSWORD, "hunter2"))
    repo.add(ALLOW)
    assert report(repo, "check") == ([], "")
    repo.commit()
    assert report(repo, "check") == ([], "")
    for command in ("scan-diff", "block-env-files"):
        assert report(repo, command, *names) == ([], ""), command

    repo.write("src/new.py", f'token = "{expand("ghp_<alnum:36>  ").strip()}"\n')
    repo.add("src/new.py")
    assert places(repo, "check") == [("src/new.py", 1)]
    assert places(repo) == [("src/new.py", 1)]
    repo.git("rm", "-q", "--cached", "src/new.py")

    expire(repo)
    found, error = report(repo, "check")
    assert sorted({one["path"] for one in found}) == names
    assert error.count("expired on 2001-01-01") == file(repo).count("[[allow]]")


def test_entries_of_two_branches_merge(repo: Repo) -> None:
    for name in ("a.py", "m.py", "z.py"):
        repo.write(name, f"x = 1\n{LINE}")
    repo.add()
    allow(repo, "m.py:2")
    repo.add()
    repo.commit()
    for branch, name in (("one", "a.py"), ("two", "z.py")):
        repo.git("checkout", "-q", "-b", branch, "main")
        allow(repo, f"{name}:2")
        repo.add()
        repo.commit()
    repo.git("merge", "-q", "-m", "both", "one")
    assert file(repo).count("[[allow]]") == 3
    assert places(repo, "scan-diff", "a.py", "m.py", "z.py") == []


def test_nothing_else_is_written(staged: Repo) -> None:
    before = {path: path.read_bytes() for path in staged.path.rglob("*") if path.is_file()}
    allow(staged, "--all")
    after = {path: path.read_bytes() for path in staged.path.rglob("*") if path.is_file()}
    assert {path.name for path in after.keys() - before.keys()} == {ALLOW}
    assert all(after[path] == content for path, content in before.items())
    assert Path(staged.path / ALLOW).stat().st_mode & 0o111 == 0
