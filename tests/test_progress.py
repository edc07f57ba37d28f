"""How far long work has come: nothing in the first second, lines in CI, a bar on a terminal, and after Ctrl-C how far it came."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stopgap import progress
from stopgap.progress import Progress

from .conftest import Repo, interruptible
from .test_audit_property import Known, build


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, shown: bool = True, after: float = 0) -> str:
    """What three steps of work say, the second of them after a while."""
    clock = iter([0.0, after, after + 6, after + 6.01])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    with Progress(shown) as told:
        for done in (1000, 2000, 4000):
            told.tell("commits searched", done, 8000)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [pytest.param({"CI": ""}, True, id="no terminal and no CI"), pytest.param({"CI": "true"}, False, id="output is for a program")],
)
def test_silent(environ: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert shown(monkeypatch, capsys, shown=wanted, after=2) == ""


def test_lines_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    assert shown(monkeypatch, capsys) == "stopgap: 2,000 of 8,000 commits searched, 333 a second, 18 s left\n"


def test_a_bar_on_a_terminal_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without rich, which need not be installed."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "rich_bar", lambda: None)
    said = shown(monkeypatch, capsys, after=0.5)
    assert "2,000 of 8,000 commits searched" in said
    assert said.endswith("\r\x1b[K")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="a system without alarms")
@pytest.mark.parametrize("terminal", [pytest.param(True, id="a bar on a terminal"), pytest.param(False, id="lines in CI")])
def test_what_has_nothing_to_tell_is_shown_all_the_same(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slowly() -> None:
        time.sleep(0.1)  # as it takes to import rich, in which no other alarm may come

    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(progress, "rich_bar", slowly)
    for name in ("AFTER", "EVERY", "IN_CI"):
        monkeypatch.setattr(progress, name, 0.02)
    with Progress(shown=True) as told:
        time.sleep(0.3)
        told.tell("commits searched", 1000, 8000)
        time.sleep(0.3)
    said = capsys.readouterr().err
    assert 0 <= said.find("reading the history") < said.find("1,000 of 8,000 commits searched, ")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_nothing_comes_in_the_first_second(repo: Repo) -> None:
    repo.commit()
    assert repo.stopgap("audit-history", env={"CI": "true"}).stderr == b""


@pytest.mark.parametrize(
    ("done", "seconds", "words"), [(0, 5.0, ""), (10, 1.0, ", 10 a second, 9 s left"), (1, 10.0, ", 0 a second, 16 min left")]
)
def test_pace(done: int, seconds: float, words: str) -> None:
    assert progress.pace(done, 100, seconds) == words


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Ctrl-C as Unix sends it")
def test_ctrl_c_ends_at_once_and_leaves_no_process(repo: Repo, tmp_path: Path) -> None:
    """A git that never answers stands for a long history."""
    build(
        repo,
        [Known(number, (number - 1,) if number else (), {"a.py": f"x = {number}\n"}) for number in range(300)],
        {"refs/heads/main": 299},
    )
    script = f'#!/bin/sh\ncase "$*" in *--text*|*"--batch --buffer") echo $$ >> {tmp_path}/pids; exec sleep 60;; esac\nexec {git()} "$@"\n'
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(script)
    (tmp_path / "bin/git").chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "XDG_CACHE_HOME": os.devnull}
    argv = (sys.executable, "-m", "stopgap", "audit-history")
    with subprocess.Popen(
        argv, cwd=repo.path, env=environ, stderr=subprocess.PIPE, preexec_fn=interruptible, start_new_session=True
    ) as run:
        while not (tmp_path / "pids").exists():
            assert run.poll() is None
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does
        _, said = run.communicate(timeout=20)
    assert (run.returncode, said.splitlines()[-1]) == (130, b"stopgap: interrupted")


def git() -> str:
    import shutil

    return str(shutil.which("git"))


def interrupted(work: Progress) -> None:
    with work as told:
        told.tell("commits searched", 4096, 18_000)
        raise KeyboardInterrupt


def test_interrupted_before_anything_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), Progress(shown=False):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "stopgap: stopped while reading the history\n"


def test_interrupted_it_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(Progress(shown=False))
    assert capsys.readouterr().err == "stopgap: stopped after 4,096 of 18,000 commits searched\n"
