"""What cannot be checked is never clean: one clear line on standard error, exit status 2, and nothing changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Repo, interruptible
from .tokens import GITHUB

COMMANDS = ("scan-diff", "block-env-files", "check-gitignore", "check", "scan-message")


def refused(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    """One line that holds these words, exit status 2, nothing on standard output."""
    error = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), error
    assert error.count("\n") == 1, error
    for word in words:
        assert word in error


def outside(path: Path) -> Repo:
    """A folder in which the command runs, without making it a repository."""
    made = Repo.__new__(Repo)
    made.path = path
    return made


@pytest.fixture
def staged(repo: Repo) -> Repo:
    """A repository in which a harmless file is staged, and a config that .gitignore covers."""
    repo.write(".gitignore", ".env*\n!.env.example\n")
    repo.write("a.py", "a = 1\n")
    repo.add()
    return repo


@pytest.mark.parametrize("command", COMMANDS)
def test_not_a_repository(command: str, tmp_path: Path) -> None:
    refused(outside(tmp_path).stopgap(command, env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}), "not a git repository")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bare_repository(command: str, tmp_path: Path) -> None:
    subprocess.run(("git", "init", "-q", "--bare", str(tmp_path / "bare")), check=True)
    refused(outside(tmp_path / "bare").stopgap(command), "bare repository")


@pytest.mark.parametrize("command", COMMANDS)
def test_in_the_git_folder(command: str, repo: Repo) -> None:
    refused(outside(repo.path / ".git").stopgap(command), "work tree")


def test_no_commit_yet_is_fine(staged: Repo) -> None:
    assert [staged.stopgap(command).returncode for command in COMMANDS[:4]] == [0, 0, 0, 0]


def test_a_broken_index(staged: Repo) -> None:
    (staged.path / ".git/index").write_bytes(b"broken")
    for command in COMMANDS[:4]:
        refused(staged.stopgap(command), "index")


def test_a_broken_head(staged: Repo) -> None:
    staged.commit()
    (staged.path / ".git/refs/heads/main").write_text("0123\n")
    for command in COMMANDS[:4]:
        refused(staged.stopgap(command), "damaged")


def test_a_missing_object(staged: Repo) -> None:
    staged.commit()
    blob = staged.git("rev-parse", "HEAD:a.py").decode().strip()
    staged.write("a.py", "a = 2\n")
    staged.add()
    (staged.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    refused(staged.stopgap("scan-diff"), "git diff-index failed", blob[:7])


def told_to(repo: Repo, where: str) -> tuple[int, bytes]:
    """Exit status and standard error of a command with findings whose standard output a shell sends somewhere."""
    line = f'"{sys.executable}" -m stopgap scan-diff {where}'
    done = subprocess.run(("sh", "-c", line), cwd=repo.path, capture_output=True)
    return done.returncode, done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_report_that_cannot_be_written(staged: Repo) -> None:
    staged.write("a.py", f'token = "{GITHUB}"\n')
    staged.add()
    assert told_to(staged, ">/dev/full") == (2, b"stopgap: cannot write to standard output: No space left on device\n")
    assert told_to(staged, ">&-") == (2, b"stopgap: standard output is closed: there is nowhere to write to\n")
    assert told_to(staged, "2>&- >/dev/full") == (2, b"")


def test_a_reader_that_goes_away(staged: Repo) -> None:
    staged.write("a.py", "".join(f'token{n} = "{GITHUB}"\n' for n in range(2000)))
    staged.add()
    done = subprocess.run(
        ("sh", "-c", f'( "{sys.executable}" -m stopgap scan-diff; echo $? >&2 ) | head -c 1'), cwd=staged.path, capture_output=True
    )
    assert done.stderr == b"2\n"


@pytest.mark.parametrize("damage", [None, b"x\x9c\x03\x00"], ids=["missing", "damaged"])
@pytest.mark.parametrize("words", [("--from-ref=HEAD~1",), ("--pre-push", "origin", "x")], ids=["range", "push"])
def test_a_pushed_blob_that_only_the_work_tree_still_has(staged: Repo, damage: bytes | None, words: tuple[str, ...]) -> None:
    """Where a file there looks like the one wanted, git reads that, and would say nothing of the damage."""
    staged.commit()
    staged.write("b.py", "b = 1\n" * 400)
    staged.add()
    staged.commit()
    staged.git("status")
    blob = staged.git("rev-parse", "HEAD:b.py").decode().strip()
    place = staged.path / ".git/objects" / blob[:2] / blob[2:]
    place.unlink()
    if damage is not None:
        place.write_bytes(damage)
    tip = staged.git("rev-parse", "HEAD").decode().strip()
    line = f"refs/heads/main {tip} refs/heads/main {'0' * 40}\n".encode()
    refused(staged.stopgap("scan-diff", *words, stdin=line), "git diff-tree failed", blob[:7])


def test_a_file_that_vanished(staged: Repo) -> None:
    refused(staged.stopgap("scan-diff", "gone.py"), "cannot read gone.py: No such file")
    refused(staged.stopgap("block-env-files", "gone.py"), "cannot read gone.py: No such file")


def test_a_file_that_cannot_be_read(staged: Repo) -> None:
    """Root reads every file: there the command runs as nobody, in a user namespace of its own, where the kernel allows that."""
    staged.write("secret.py", "x\n").chmod(0)
    nobody = ["unshare", "--user", "--map-user=65534"] if os.geteuid() == 0 else []
    if nobody and (not shutil.which("unshare") or subprocess.run([*nobody, "true"], capture_output=True).returncode != 0):
        pytest.skip("root can read every file, and this kernel lets it become nobody else")
    command = [*nobody, sys.executable, "-m", "stopgap", "scan-diff", "secret.py"]
    refused(subprocess.run(command, cwd=staged.path, capture_output=True), "cannot read secret.py: Permission denied")


def test_a_name_outside(staged: Repo) -> None:
    refused(staged.stopgap("scan-diff", "../x.py"), "outside of this repository")
    refused(staged.stopgap("scan-diff", "/etc/hostname"), "outside of this repository")


def test_a_special_file(staged: Repo) -> None:
    os.mkfifo(staged.path / "pipe")
    refused(staged.stopgap("scan-diff", "pipe"), "pipe: not a regular file")


CONFIGS = [
    pytest.param("exclude = [", "stopgap.toml:1", id="not TOML"),
    pytest.param("exclud = []\n", "unknown key 'exclud'; did you mean 'exclude'?", id="unknown key, with the nearest"),
    pytest.param("[rules]\ndisabled = []\n", "unknown key 'disabled'; did you mean 'disable'?", id="unknown key in a table"),
    pytest.param('exclude = ["src/[a"]\n', "bad glob 'src/[a'", id="bad glob"),
    pytest.param('exclude = ["!src"]\n', "a negation", id="negated glob"),
    pytest.param("exclude = 3\n", "a list of strings", id="wrong type"),
    pytest.param('env-policy = "nmaes"\n', "one of names, values", id="wrong word"),
    pytest.param('[rules]\ndisable = ["github-pta"]\n', "github-pat", id="unknown rule id, with the nearest"),
    pytest.param('[rules]\nextra = ["none.toml"]\n', "cannot read none.toml", id="missing file of rules"),
    pytest.param('[scan-diff]\ndetect-secrets = ["AWSKeyDetecto"]\n', "did you mean 'AWSKeyDetector'?", id="unknown detector"),
]


@pytest.mark.parametrize(("text", "words"), CONFIGS)
def test_a_broken_configuration(staged: Repo, text: str, words: str) -> None:
    staged.write("stopgap.toml", text)
    refused(staged.stopgap("scan-diff"), words, "stopgap.toml" if "none.toml" not in words else words)


def test_two_configurations(staged: Repo) -> None:
    staged.write("stopgap.toml", "strict = true\n")
    staged.write("pyproject.toml", "[tool.stopgap]\nstrict = true\n")
    refused(staged.stopgap("scan-diff"), "keep one")


def test_a_configuration_that_is_not_utf8(staged: Repo) -> None:
    staged.write("stopgap.toml", b"exclude = ['\xe9']\n")
    refused(staged.stopgap("scan-diff"), "stopgap.toml is not UTF-8")


RULE_FILES = [
    pytest.param(
        '[[rule]]\nid = "x"\npattern = "(a"\ndescription = "d"\nkeywords = ["aaa"]\n',
        ("team.toml: rule x", "bad expression"),
        id="bad expression",
    ),
    pytest.param(
        '[[rule]]\nid = "x"\npattern = "(a+)+b"\ndescription = "d"\nkeywords = ["aaa"]\n',
        ("team.toml", "x"),
        id="catastrophic backtracking",
    ),
    pytest.param('[[rule]]\nid = "x"\ndescription = "d"\nkeywords = ["aaa"]\n', ("rule x", "pattern"), id="no expression"),
    pytest.param('[[rule]]\nid = "x"\npattern = "a"\ndescription = "d"\n', ("rule x", "keywords"), id="no keywords"),
    pytest.param('[extend]\npath = "other.toml"\n', ("team.toml", "path"), id="gitleaks' extend.path"),
]


@pytest.mark.parametrize(("text", "words"), RULE_FILES)
def test_a_broken_file_of_rules(staged: Repo, text: str, words: tuple[str, ...]) -> None:
    staged.write("stopgap.toml", '[rules]\nextra = ["team.toml"]\n')
    staged.write("team.toml", text)
    refused(staged.stopgap("scan-diff"), *words)


ALLOW_FILES = [
    pytest.param('[[allow]]\nrule = "env-file"\npath = "x"\n', "reason", id="no reason"),
    pytest.param('[[allow]]\nrule = "env-fil"\npath = "x"\nreason = "r"\n', "unknown rule", id="unknown rule"),
    pytest.param("[[allow]\n", ":1:", id="not TOML"),
]


@pytest.mark.parametrize(("text", "words"), ALLOW_FILES)
def test_a_broken_allow_file(staged: Repo, text: str, words: str) -> None:
    staged.write(".stopgap-allow.toml", text)
    for command in ("scan-diff", "block-env-files", "check"):
        refused(staged.stopgap(command), ".stopgap-allow.toml", words)


@pytest.mark.parametrize("argv", [("--fromat", "json"), ("--format", "yaml"), ("--to-ref", "HEAD")], ids=["flag", "choice", "half a range"])
def test_wrong_flags(staged: Repo, argv: tuple[str, ...]) -> None:
    refused(staged.stopgap("scan-diff", *argv), argv[0])


def test_an_unknown_command(staged: Repo) -> None:
    refused(staged.stopgap("scan-dif"), "did you mean 'scan-diff'?")


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD~40"])
def test_an_unknown_ref(staged: Repo, name: str) -> None:
    staged.commit()
    refused(staged.stopgap("scan-diff", f"--from-ref={name}"), f"no commit '{name}'", "fetch")


def test_a_shallow_range(staged: Repo, tmp_path: Path) -> None:
    for number in range(4):
        staged.write("a.py", f"a = {number}\n")
        staged.add()
        staged.commit()
    subprocess.run(("git", "clone", "-q", "--depth=2", f"file://{staged.path}", str(tmp_path / "clone")), check=True)
    clone = outside(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth=1", "origin", staged.git("rev-parse", "HEAD~3").decode().strip())
    refused(clone.stopgap("scan-diff", "--from-ref", "FETCH_HEAD"), "shallow", "fetch-depth: 0")


def test_no_git(staged: Repo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(staged.stopgap("scan-diff", env={"PATH": str(tmp_path / "empty")}), "git is not installed")


def test_an_old_git(staged: Repo, tmp_path: Path) -> None:
    """A stand-in for a git that is too old: none can be installed here."""
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\n[ "$1" = version ] && { echo "git version 1.8.3.1"; exit 0; }\necho "usage: git" >&2\nexit 129\n')
    fake.chmod(0o755)
    refused(staged.stopgap("scan-diff", env={"PATH": f"{fake.parent}:{os.environ['PATH']}"}), "git 1.8.3.1 is too old", "2.25")


def test_an_output_that_cannot_be_written(staged: Repo) -> None:
    refused(staged.stopgap("scan-diff", "--output", "none/report.json"), "cannot write none/report.json")


@pytest.mark.parametrize("data", [b"nonsense\n", b"refs/heads/main 12 refs/heads/main 34\n"])
def test_standard_input_that_is_not_gits(staged: Repo, data: bytes) -> None:
    refused(staged.stopgap("scan-diff", "--pre-push", "origin", "x", stdin=data), "pre-push")


def test_nothing_is_left_behind(staged: Repo) -> None:
    """A read-only run changes no file, the index's times included."""
    staged.commit()
    staged.write("a.py", f"a = '{GITHUB}'\n")
    staged.add()

    def state() -> list[tuple[str, int, int]]:
        return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in staged.path.rglob("*"))

    before = state()
    for command in ("scan-diff", "block-env-files", "check-gitignore", "check"):
        staged.stopgap(command)
    staged.stopgap("scan-diff", "--worktree")
    assert state() == before


def test_interrupted(staged: Repo, tmp_path: Path) -> None:
    """Ctrl-C while standard input is waited for: exit status 130, one line, no trace."""
    process = subprocess.Popen(
        (sys.executable, "-m", "stopgap", "scan-diff", "--pre-push", "origin", "x"),
        cwd=staged.path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "pipe" not in wchan(process.pid):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"stopgap: interrupted\n")


def wchan(pid: int) -> str:
    """Where a process waits: in a pipe's read, once it asks for standard input."""
    try:
        names = [os.readlink(f"/proc/{pid}/fd/0"), Path(f"/proc/{pid}/syscall").read_text()]
    except OSError:
        return ""
    return "pipe" if names[0].startswith("pipe") and names[1].startswith("0 0x0 ") else ""
