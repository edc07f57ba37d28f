"""What audit-history says to people: what to do, what was not looked at, and one line on Ctrl-C at any time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import sleep

import pytest
import tomli
from stopgap.detect.examples import expand

from .audit_help import Dated, report
from .conftest import Repo, interruptible
from .test_audit_damage import cloned, lose

ONE = expand("<alnum:24>")
TWO = ONE[8:] + ONE[:8]


@pytest.fixture
def dated(repo: Repo) -> Dated:
    """An env file with two values of one key, of which the first stood there for two days."""
    made = Dated(repo)
    made.commit(__env=f"A_TOKEN={ONE}\n")
    made.commit(a="1")
    made.commit(__env=f"A_TOKEN={TWO}\n")
    return made


def text(repo: Repo, *argv: str, status: int = 1) -> str:
    """The text report."""
    done = repo.stopgap("audit-history", *argv)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout.decode()


# ---- the line of a value


def test_a_line_has_the_first_and_the_last_commit_with_their_dates(dated: Dated) -> None:
    first, last, _ = dated.days
    blob = dated.repo.git("rev-parse", "HEAD~1:.env").decode()[:12]
    (told, fix) = [line for line in text(dated.repo).splitlines() if "not known" in line or "make sure that" in line]
    assert told == (
        ".env:1:1: history-secret: warning: A_TOKEN has another value now, the old one is not known to be revoked:"
        f" in 2 commits, the last of 2020-09-14 ({last[:10]}); no tag and no remote branch of this clone has it;"
        f" first 2020-09-13 in commit {first[:10]}"
    )
    mark = f"stopgap audit-history --mark .env:A_TOKEN@{blob} revoked --reason WHY"
    assert fix == f"  fix: make sure that the old one is revoked; then say so: {mark}"


def test_a_line_stays_short(repo: Repo) -> None:
    made = Dated(repo)
    for folder in ("services/payments/deploy/production", "services/payments/deploy/staging", "services/mail/deploy/production"):
        made.commit(**{f"{folder.replace('/', '_S_')}_S___env": f"A_TOKEN={ONE}\n"})
    for number in range(6):
        repo.git("tag", f"release-2020.09.{number}")
    lines = [line for line in text(repo).splitlines() if "history-in-use" in line]
    assert len(lines) == 3
    assert max(map(len, lines)) < 400
    assert all("HEAD, index and 4 more" in line and "release-2020.09.1 and 4 more" in line for line in lines)


def test_rotated_and_in_use_asks_for_no_mark(dated: Dated) -> None:
    blob = dated.repo.git("rev-parse", "HEAD:.env").decode().strip()
    dated.repo.stopgap("audit-history", "--mark", f".env:A_TOKEN@{blob}", "rotated", "--reason", "it was")
    lines = text(dated.repo).splitlines()
    (fix,) = [after for line, after in pairwise(lines) if "history-not-rotated" in line]
    assert fix == (
        "  fix: make a new one, put it wherever the old one is used, revoke the old one; then the ledger is right, and nothing is to be"
        " marked again"
    )


def test_what_only_a_tag_of_a_tree_has_has_no_date(repo: Repo) -> None:
    repo.write("x.env", f"A_TOKEN={ONE}\n")
    repo.add()
    repo.git("tag", "odd", repo.git("write-tree").decode().strip())
    repo.git("rm", "-q", "-f", "--cached", "x.env")
    (repo.path / "x.env").unlink()
    repo.commit()
    found = text(repo)
    assert "1970" not in found
    assert "without a date, as no commit has it" in found
    assert "\n  tags and remote branches that this clone knows have 1 of 1\n" in found


# ---- what was not looked at


def test_a_submodule_is_named_where_nothing_is_found(repo: Repo, tmp_path: Path) -> None:
    name = Repo(tmp_path / "other").commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{name},lib/other")
    repo.commit()
    for _ in range(2):  # the second time by what the first one remembered
        done = repo.stopgap("audit-history", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
        assert (done.returncode, done.stderr) == (0, b"")
        (line,) = done.stdout.decode().splitlines()
        assert "; 1 skipped: lib/other: a submodule, whose own repository is to be audited; " in line


def test_a_clean_audit_is_silent(repo: Repo) -> None:
    repo.write("a", "x")
    repo.add()
    repo.commit()
    assert text(repo, status=0) == ""


def test_what_the_settings_exclude_is_said(dated: Dated) -> None:
    dated.commit(stopgap__toml='exclude = ["t/*"]\n', t_S___env=f"B_TOKEN={ONE[::-1]}\n")
    found = text(dated.repo)
    assert not any(line.startswith("t/.env:") for line in found.splitlines())
    assert "1 skipped: t/.env: allowed or excluded by the configuration" in found.splitlines()[-1]
    assert found.splitlines()[-1].endswith("; without what the settings exclude: t/*")


def test_sarif_of_an_incomplete_audit_is_no_success(dated: Dated) -> None:
    def invocation(status: int) -> tuple[bool, list[tuple[str, str]]]:
        done = dated.repo.stopgap("audit-history", "--format", "sarif")
        assert done.returncode == status
        (found,) = json.loads(done.stdout)["runs"][0]["invocations"]
        notes = found["toolExecutionNotifications"]
        places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in notes]
        return found["executionSuccessful"], [(one["level"], place) for one, place in zip(notes, places, strict=True)]

    assert invocation(1) == (True, [])
    lose(dated.repo, "HEAD~1:.env")
    assert invocation(2) == (False, [("error", ".env")])


# ---- what cannot be done


def test_a_name_that_is_none_is_told_by_the_kind_of_clone(dated: Dated, tmp_path: Path) -> None:
    whole = dated.repo.stopgap("audit-history", "--since", "nope")
    assert (
        whole.stderr == b"stopgap: no commit 'nope' in this clone: git branch --all and git tag list the names, git fetch gets new ones\n"
    )
    part = cloned(dated, tmp_path, "--depth=1").repo.stopgap("audit-history", "--since", "nope")
    assert b"no commit 'nope' in this clone; if the name is right, fetch the whole history: git fetch --unshallow" in part.stderr
    assert (whole.returncode, part.returncode) == (2, 2)


def test_the_states_are_listed(dated: Dated) -> None:
    done = dated.repo.stopgap("audit-history", "--mark", ".env:A_TOKEN@abcd", "done", "--reason", "x")
    assert done.returncode == 2
    assert b"unknown state 'done'; there are rotated, revoked, not-a-secret, accepted\n" in done.stderr


@pytest.mark.parametrize(
    ("where", "environ", "told"),
    [
        pytest.param(".git", {}, "; go to the folder that .git lies in\n", id="in .git"),
        pytest.param("..", {"GIT_DIR": "repo/.git", "GIT_WORK_TREE": "repo"}, "; GIT_DIR is set: go to that", id="from outside"),
    ],
)
def test_outside_of_the_work_tree(where: str, environ: dict[str, str], told: str, dated: Dated) -> None:
    done = dated.repo.stopgap("audit-history", cwd=where, env=environ)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", ["audit-history", "scan-diff"])
def test_a_repository_of_somebody_else(command: str, dated: Dated) -> None:
    """git takes this variable for its own tests, and for ours: root owns what others do not."""
    done = dated.repo.stopgap(command, env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert done.returncode == 2
    advice = f"; where you trust that user: git config --global --add safe.directory {dated.repo.path}\n"
    assert done.stderr.decode().endswith(advice)


def test_a_folder_that_no_command_can_name(dated: Dated) -> None:
    """git's words go on in another line, and an empty `safe.directory` would take all others back."""
    dated.repo.path = dated.repo.path.rename(dated.repo.path.parent / "two\nlines")
    done = dated.repo.stopgap("audit-history", env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert done.returncode == 2
    assert b"safe.directory" not in done.stderr


# ---- Ctrl-C


def test_interrupted_while_it_is_being_loaded(tmp_path: Path) -> None:
    """A module of the standard library that takes long to load, in place of the one that is imported first."""
    (tmp_path / "argparse.py").write_text("import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)\n")
    process = subprocess.Popen(
        (sys.executable, "-m", "stopgap", "audit-history"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    )
    with process:
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
            sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"stopgap: interrupted\n")


def test_the_command_begins_there_too() -> None:
    project = tomli.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"stopgap": "stopgap.__main__:main"}


def test_json_has_all_that_text_leaves_out(dated: Dated) -> None:
    for number in range(5):
        dated.repo.git("tag", f"v{number}")
    (one,) = [one for one in report(dated.repo)["findings"] if one["rule"] == "history-in-use"]
    assert one["history"]["public"] == [f"refs/tags/v{number}" for number in range(5)]
