"""`make demo` for real: it ends well, shows the refusals, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from .clients import UNCOMPILED
from .cloud_help import MISSING
from .conftest import interruptible

OUT_OF_FILES = (
    "  -> a store listens on this machine",
    "  -> accepted: it reads its settings from the environment, as api.py always did",
    "  -> refused: the history holds this value",
    "  -> two secrets go, a plain setting stays",
    "  -> written, read back and compared",
    "  -> the site: 200 OK",
    "  -> refused: the values differ, and no time says which one is old",
    "  -> written, and the command that goes back is there",
    "  -> there is no .env on either side: no file is left to overwrite",
    "  -> the site: 200 OK",
)
DEMO = Path(__file__).resolve().parent.parent / "tools" / "demo.py"


def environment(folder: Path) -> dict[str, str]:
    """A machine without a git identity, whose temporary files are in a folder of ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    kept["AWS_PROFILE"] = "production"  # of the machine's own: no command of the demo may look at it
    return {**kept, "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "LC_ALL": "C", **UNCOMPILED}


def rooms(folder: Path) -> Path:
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    return folder / "tmp"


def test_the_demo_shows_what_it_tells_and_leaves_nothing(tmp_path: Path) -> None:
    left = rooms(tmp_path)
    done = subprocess.run((sys.executable, str(DEMO)), capture_output=True, env=environment(tmp_path), timeout=540)
    text = done.stdout.decode("utf-8")
    assert done.returncode == 0, text + done.stderr.decode()
    assert [line for line in text.splitlines() if line.startswith("  -> ")] == [
        "  -> the site: 200 OK",
        "  -> the site: 200 OK",
        "  -> the site: 500 on every endpoint: the database refuses the old password",
        "  -> installed for commits, merges, pushes and commit messages",
        "  -> they are",
        "  -> block-env-files: an env file is in the repository",
        "  -> check-gitignore: tracked although ignored, since when, and which other names .gitignore lets in",
        "  -> check-deploy-sync: the deploy overwrites the server's .env, in which line, and the words to add there",
        "  -> drift: they do not, and the server's is newer",
        "  -> untrack refused: the next deploy would delete the server's .env",
        "  -> the file is out of git and on disk as before, and .env.example is made",
        "  -> --fix added the lines that .gitignore still lacked, and said so",
        "  -> accepted: the repository no longer has an .env, and says which settings it needs",
        "  -> the site: 200 OK",
        "  -> refused: block-env-files saw the env file",
        "  -> refused: scan-diff saw the token",
        "  -> refused: check-drift saw that the template lacks the key",
        "  -> accepted: the code reads it from the environment",
        "  -> refused: scan-message saw the token",
        "  -> accepted: the same change with another message",
        "  -> refused: check-gitignore saw the line",
        "  -> accepted: the shorter configuration",
        "  -> refused: stopgap saw both the env file and the token",
        "  -> refused: nothing reached the remote",
        *(OUT_OF_FILES if not MISSING else ()),
    ]
    assert "  - id: stopgap\n  - id: scan-message\n" in text.partition("== What happened")[2]
    assert "\033" not in text
    assert list(left.iterdir()) == []
    assert not [path for path in (tmp_path / "home").rglob("*") if path.name.startswith((".git", "pre-commit"))]


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    left = rooms(tmp_path)
    process = subprocess.Popen(
        (sys.executable, str(DEMO)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path), preexec_fn=interruptible
    )
    assert process.stdout
    for line in process.stdout:
        if b"$ pre-commit install" in line:
            break
    assert len(list(left.iterdir())) == 1
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"demo: interrupted; nothing is left behind\n")
    assert list(left.iterdir()) == []
