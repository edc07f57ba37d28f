"""`stopgap rules explain FILE:LINE`: what is said of a line is what a scan does with it, and no value is in it."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import pytest

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

CHOICE = random.Random(9)
SECRET = "".join(CHOICE.choices(string.ascii_letters + string.digits, k=32))
CUT = GITHUB[:24]
WEAK = "hunter2" + "zebra"


def explained(repo: Repo, place: str = "src/app.py:2", *argv: str) -> dict[str, Any]:
    done = repo.stopgap("rules", "explain", place, "--format", "json", *argv)
    assert (done.returncode, done.stderr) == (0, b"")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def text(repo: Repo, place: str = "src/app.py:2", *argv: str) -> str:
    done = repo.stopgap("rules", "explain", place, *argv)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def reported(repo: Repo, path: str, line: int) -> list[tuple[str, str]]:
    """What a scan of the file reports on the line."""
    done = repo.stopgap("scan-diff", "--format", "json", path)
    assert done.returncode in (0, 1)
    rows = json.loads(done.stdout)["findings"]
    return sorted((row["rule"], row["confidence"]) for row in rows if row["line"] == line)


# ---- a line on which nothing is reported


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("x = 1", "nothing there is looked at", id="nothing"),
        pytest.param("", "nothing there is looked at", id="an empty line"),
        pytest.param(f'a = "{CUT}"', "no expression matches", id="half a token"),
        pytest.param('password = "changeme"', "filter: opens nothing: no finding", id="a placeholder"),
        pytest.param('password = os.environ["X"]', "not reported", id="a reference"),
        pytest.param('x = "ghp_' + "x" * 36 + '"', "is it a placeholder?: yes", id="a token made of x"),
        pytest.param('x = "ghp_' + "ab" * 18 + '"', "bits a character or more?: no, ", id="a token of too little entropy"),
        pytest.param('password = "secret1"', "its confidence is low, and medium or more is asked for", id="a weak one"),
        pytest.param(f'token = "{GITHUB}"  # stopgap: allow[github-pat] a sample', "allowed by a comment on its line", id="a comment"),
        pytest.param(f'token = "{GITHUB}"  # gitleaks:allow', "allowed by a comment on its line", id="another tool's comment"),
    ],
)
def test_says_why_nothing_is_reported(repo: Repo, line: str, said: str) -> None:
    repo.write("src/app.py", f"import os\n{line}\n\n")
    found = explained(repo)
    assert found["verdict"].startswith("not reported: ")
    assert said in found["verdict"]
    assert text(repo).startswith(f"src/app.py:2: {found['verdict']}\n")
    assert reported(repo, "src/app.py", 2) == []


def test_says_what_allows_it(repo: Repo) -> None:
    repo.write("src/app.py", f'\ntoken = "{GITHUB}"\n# pragma: allowlist nextline secret\nother = "{GITHUB_2}"\n')
    repo.stopgap("allow", "src/app.py:2", "--reason", "a public sample", "--expires", "2099-01-31")
    assert "allowed by .stopgap-allow.toml, until 2099-01-31: a public sample" in explained(repo)["verdict"]
    assert "allowed by a comment on the line before" in explained(repo, "src/app.py:4")["verdict"]


def test_says_that_the_baseline_allows_it(repo: Repo) -> None:
    import hashlib

    repo.write("src/app.py", f'\npassword = "{PASSWORD}"\n')
    row = {"type": "x", "hashed_secret": hashlib.sha1(PASSWORD.encode()).hexdigest(), "line_number": 2}
    repo.write(".secrets.baseline", json.dumps({"results": {"src/app.py": [row]}}))
    assert "allowed by .secrets.baseline" in explained(repo)["verdict"]


def test_says_what_the_settings_do(repo: Repo) -> None:
    repo.write("src/app.py", f'\ntoken = "{GITHUB}"\n')
    repo.write("stopgap.toml", 'exclude = ["src/"]\n[rules]\ndisable = ["github-pat", "keyed-secret"]\n')
    found = explained(repo)
    assert found["left_out"].startswith("the settings exclude the file")
    assert "the settings exclude the file" in text(repo)
    # a rule that is off is not asked: what the general one finds is off too
    assert "switched off by the settings" in found["verdict"] or found["found"] == []


def test_says_that_a_teams_allowlist_hides_it(repo: Repo) -> None:
    repo.write("src/app.py", f'\ntoken = "{GITHUB}"\n')
    repo.write("stopgap.toml", '[rules]\nextra = [".gitleaks.toml"]\n')
    allows = "[extend]\nuseDefault = true\n" + "".join(
        f"[[rules]]\nid = '{rule}'\n[[rules.allowlists]]\nregexes = ['.']\n" for rule in ("github-pat", "generic-api-key")
    )
    repo.write(".gitleaks.toml", allows)
    assert "hidden by an allowlist of the team's rules" in explained(repo)["verdict"]
    assert reported(repo, "src/app.py", 2) == []


# ---- a line on which something is


LINES = [
    pytest.param("src/app.py", f'token = "{GITHUB}"', id="a token under a key"),
    pytest.param("src/app.py", f"x {GITHUB} y {GITHUB_2}", id="two tokens"),
    pytest.param("src/app.py", f'password = "{PASSWORD}"', id="a keyed value"),
    pytest.param("src/app.py", f'api_secret: "{SECRET}", password: "{PASSWORD}"', id="two keyed values"),
    pytest.param("app.yml", f"db:\n  password: {PASSWORD}".replace("db:\n  ", ""), id="yaml"),
    pytest.param(".env", f"DB_PASSWORD={WEAK}", id="an env file"),
    pytest.param("src/app.py", f'url = "postgres://app:{PASSWORD}@db.acme-corp.io/x"', id="a URL"),
    pytest.param("src/app.py", "x" * 5000 + f' token = "{GITHUB}"', id="a long line"),
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_says_what_is_reported(repo: Repo, path: str, line: str) -> None:
    repo.write(path, f"# a comment\n{line}\n")
    found = explained(repo, f"{path}:2")
    said = sorted((one["rule"], one["confidence"]) for one in found["found"] if one["is_reported"])
    assert said == reported(repo, path, 2) != []
    assert found["verdict"].startswith("reported: ")


def test_says_which_of_two_counts(repo: Repo) -> None:
    repo.write("src/app.py", f'\nsecret_token = "{GITHUB}"\n')
    found = explained(repo)
    assert [(one["name"], one["place"]["column"], one["place"]["size"]) for one in found["rules"]] == [("github-pat", 17, 40)]
    assert [one["name"] for one in found["pairs"]] == ["secret_token"]
    beaten = [one["fate"] for one in found["found"] if not one["is_reported"]]
    assert beaten == ["github-pat counts in its place, which overlaps it and is the surer or the longer one"]


def test_says_what_was_asked(repo: Repo) -> None:
    repo.write("src/app.py", f'\npassword = "{PASSWORD}"\n')
    (pair,) = explained(repo)["pairs"]
    questions = [answer["question"] for answer in pair["answers"]]
    assert len(questions) > 10
    assert any(question.startswith("filter: ") for question in questions)
    assert any(question.startswith("feature: ") for question in questions)
    assert pair["answers"][-1]["answer"].endswith(pair["worth"])
    shown = text(repo)
    assert "filters, of which none holds: " in shown
    assert "sum, less what is asked for" in shown
    assert max(map(len, shown.splitlines())) < 160


def test_a_secret_of_several_lines(repo: Repo) -> None:
    repo.write("src/app.py", f"x\n{PEM}y\n")
    for line in (2, 5, 13):
        assert explained(repo, f"src/app.py:{line}")["verdict"].startswith("reported: private-key")
    assert explained(repo, "src/app.py:1")["found"] == []


def test_the_index_is_another_text(repo: Repo) -> None:
    repo.write("src/app.py", f'\ntoken = "{GITHUB}"\n')
    repo.add()
    repo.write("src/app.py", "\nx = 1\n")
    assert explained(repo, "src/app.py:2", "--staged")["verdict"].startswith("reported: github-pat")
    assert explained(repo)["found"] == []


def test_a_line_far_down_in_a_large_file(repo: Repo) -> None:
    repo.write("src/app.py", "line\n" * 600_000 + f'token = "{GITHUB}"\n' + "line\n" * 600_000)
    assert explained(repo, "src/app.py:600001")["verdict"].startswith("reported: github-pat")


def test_a_path_is_relative_to_the_current_folder(repo: Repo) -> None:
    repo.write("src/app.py", f'\ntoken = "{GITHUB}"\n')
    done = repo.stopgap("rules", "explain", "app.py:2", cwd="src")
    assert done.stdout.startswith(b"src/app.py:2: reported: ")


# ---- no value


@pytest.mark.parametrize(("path", "line"), LINES)
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_value_is_shown(repo: Repo, path: str, line: str, format: str) -> None:
    repo.write(path, f"# a comment\n{line}\n")
    done = repo.stopgap("rules", "explain", f"{path}:2", "--format", format)
    shown = (done.stdout + done.stderr).decode()
    for value in (GITHUB, GITHUB_2, PASSWORD, SECRET, WEAK):
        if value in line:
            assert [value[at : at + 6] for at in range(4, len(value) - 6) if value[at : at + 6] in shown] == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f'{SECRET}_password = "x{PASSWORD}"', id="in the key"),
        pytest.param(f'password = "{PASSWORD} and {SECRET}"', id="in a text for people"),
        pytest.param(f"# {SECRET} {PASSWORD}", id="found by nothing"),
        pytest.param(f"token == {SECRET}({PASSWORD})", id="in code"),
    ],
)
def test_what_is_not_found_is_not_shown_either(repo: Repo, line: str) -> None:
    repo.write("src/app.py", f"\n{line}\n")
    for argv in ((), ("--format", "json")):
        shown = text(repo, "src/app.py:2", *argv)
        assert [value for value in (SECRET, PASSWORD) if value in shown] == []


# ---- what cannot be explained


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(("src/app.py:9",), "src/app.py has no line 9: it has 2", id="no such line"),
        pytest.param(("src/gone.py:1",), "cannot read src/gone.py", id="no such file"),
        pytest.param(("src/app.py",), "give a file and a line", id="no line"),
        pytest.param(("src/app.py:0",), "give a file and a line", id="line nought"),
        pytest.param(("src/app.py:" + "9" * 99,), "give a file and a line", id="no number of a line"),
        pytest.param(("src:1",), "it is a folder", id="a folder"),
        pytest.param(("binary:1",), "it is binary", id="binary"),
        pytest.param(("src/app.py:1", "--staged"), "src/app.py is not in the index", id="not staged"),
        pytest.param(("src/app.py:1", "src/app.py:2"), "explain takes one FILE:LINE", id="two places"),
        pytest.param((), "explain takes one FILE:LINE", id="no place"),
    ],
)
def test_what_cannot_be_explained_is_an_error(repo: Repo, argv: tuple[str, ...], said: str) -> None:
    repo.write("src/app.py", "a\nb\n")
    repo.write("binary", bytes(range(256)) * 8)
    done = repo.stopgap("rules", "explain", *argv)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert said in done.stderr.decode()


def test_the_options_of_an_explanation_are_for_it_alone(repo: Repo) -> None:
    assert repo.stopgap("rules", "--format", "json").returncode == 2
    assert repo.stopgap("rules", "--staged").returncode == 2


@pytest.mark.parametrize("unit", ["a", "'", "=", "password=", "token: '", "ghp_", "\x00a", "é"])
def test_a_hostile_line_is_explained_in_time(repo: Repo, unit: str) -> None:
    import time

    repo.write("src/app.py", f"\n{(unit * 100_000)[:300_000]}\n")
    started = time.monotonic()
    assert explained(repo)["line"] == 2
    assert time.monotonic() - started < 60
