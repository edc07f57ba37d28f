"""The server's side: real pushes to a real bare repository, and what the pusher sees of them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo
from .test_sides_ssh import Server, free_port
from .test_sides_ssh import server as sshd
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

__all__ = ["sshd"]
CLEAN = "limit = 3\n"
TOKEN, OTHER = f'token = "{GITHUB}"\n', f'other = "{GITHUB_2}"\n'
WHAT = "github-pat: GitHub personal access token (classic): ghp_********"
REFUSED = "! [remote rejected]"
SECRETS = (GITHUB, GITHUB_2, PASSWORD)


class Pushed(str):
    """What a push printed. `said`: the lines that came from the server."""

    status: int

    @property
    def said(self) -> list[str]:
        return [line.removeprefix("remote: ").rstrip() for line in self.splitlines() if line.startswith("remote:")]

    def taken(self, *lines: str) -> None:
        """The server took it, and said these lines and no others."""
        assert (self.status, self.said) == (0, list(lines)), self

    def refused(self, first: str, *parts: str) -> Pushed:
        """The server refused it; its first line, and what stands somewhere below it."""
        assert self.status == 1, self
        assert REFUSED in self, self
        assert self.said[0] == first, self
        assert [part for part in parts if part not in " ".join(line.strip() for line in self.said)] == [], self
        assert max(len(line) for line in self.said if "/" not in line) <= 72, self
        return self


class Remote:
    """A bare repository with the hook, and a clone of it."""

    def __init__(self, tmp_path: Path, *init: str) -> None:
        self.path = tmp_path / "origin.git"
        subprocess.run(("git", "init", "-q", "--bare", "-b", "main", *init, self.path), check=True)
        self.repo = Repo(tmp_path / "work", *init)
        self.repo.git("remote", "add", "origin", str(self.path))
        self.hook()

    def hook(self, *options: str) -> None:
        words = shlex.join((sys.executable, "-m", "stopgap", "pre-receive", *options))
        path = self.path / "hooks/pre-receive"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\nexec {words}\n")
        path.chmod(0o755)

    def push(self, *argv: str, env: dict[str, str] | None = None) -> Pushed:
        before = self.files()
        done = subprocess.run(
            ("git", "push", *(argv or ("origin", "main"))), cwd=self.repo.path, capture_output=True, env={**os.environ, **(env or {})}
        )
        text = Pushed((done.stdout + done.stderr).decode("utf-8", "surrogateescape"))
        text.status = done.returncode
        assert not [secret for secret in SECRETS if secret[8:] in text], "a secret was printed"
        assert done.returncode == 0 or self.is_as(before), "a refused push left something"
        return text

    def is_as(self, before: list[str]) -> bool:
        """Whether nothing was left; git clears up behind a pusher who is gone already, where there is a network between them."""
        for _ in range(60):
            if self.files() == before:
                return True
            time.sleep(0.05)
        return False

    def files(self) -> list[str]:
        return sorted(str(path) for path in self.path.rglob("*"))

    def land(self, name: str, content: str | bytes) -> str:
        self.repo.write(name, content)
        self.repo.add(name)
        return self.repo.commit()

    def seed(self, files: dict[str, str | bytes], ref: str = "main") -> str:
        """A commit that the server has, whatever is in it: pushed while there is no hook."""
        for name, content in files.items():
            self.repo.write(name, content)
            self.repo.add(name)
        commit = self.repo.commit()
        hook = self.path / "hooks/pre-receive"
        hook.rename(self.path / "aside")
        self.repo.git("push", "-q", "origin", f"HEAD:refs/heads/{ref}")
        (self.path / "aside").rename(hook)
        return commit


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


@pytest.fixture
def old(remote: Remote) -> Remote:
    """The server has a history already, with an old secret in it."""
    remote.seed({"old.py": OTHER})
    return remote


# ---- what is taken


def test_a_clean_push_is_taken_without_a_word(old: Remote) -> None:
    old.land("app.py", CLEAN)
    old.push().taken()


def test_a_first_push_to_an_empty_repository(remote: Remote) -> None:
    remote.hook("--verbose")
    remote.land("app.py", CLEAN)
    remote.push().taken("stopgap scanned 1 commit, 1 file, 1 added line")


def test_only_what_is_new_is_looked_at(old: Remote) -> None:
    old.hook("-v")
    old.land("old.py", OTHER + CLEAN)
    old.push("origin", "main", "HEAD:refs/heads/other").taken("stopgap scanned 1 commit, 1 file, 1 added line")
    old.repo.git("tag", "-a", "v1", "-m", "one")
    old.push("origin", "v1").taken("stopgap scanned 0 files, 0 added lines")


def test_a_deleted_ref(old: Remote) -> None:
    old.seed({"a.py": CLEAN}, "gone")
    old.push("origin", ":gone").taken()


def test_a_deleted_ref_beside_a_new_one_with_a_secret(old: Remote) -> None:
    old.seed({"a.py": CLEAN}, "gone")
    old.land("app.py", TOKEN)
    old.push("origin", ":gone", "HEAD:refs/heads/new").refused("stopgap refuses this push: 1 secret.", WHAT)


def test_taking_a_config_file_out_is_taken(remote: Remote) -> None:
    remote.seed({".env": f"DB_PASSWORD={PASSWORD}\n"})
    remote.repo.git("rm", "-q", "--cached", ".env")
    remote.repo.commit("untracked")
    remote.push().taken()


# ---- what is refused, and how


def test_the_whole_message(old: Remote) -> None:
    commit = old.land("app.py", CLEAN + TOKEN)[:10]
    pushed = old.push()
    assert pushed.said == [
        "stopgap refuses this push: 1 secret.",
        "",
        f"app.py:2 in commit {commit}",
        f"  {WHAT}",
        "  - read it from the environment or a secret store",
        "  - if it was ever shared, rotate it at",
        "    https://github.com/settings/tokens",
        "",
        "The server has kept nothing of this push.",
        "Take it out of the commits that brought it, not only out of the last",
        "one: `git commit --amend`, or `git rebase -i` for an older one.",
        "If it is no secret, an entry in .stopgap-allow.toml allows it, once the",
        "server has that: commit the entry alone, push it, then push the rest.",
        "  stopgap allow app.py:2 --reason '...'",
    ]
    assert "! [remote rejected] main -> main (pre-receive hook declined)" in pushed


def test_a_config_file(old: Remote) -> None:
    commit = old.land("deploy/.env", f"DB_PASSWORD={PASSWORD}\n")[:10]
    pushed = old.push().refused(
        "stopgap refuses this push: 1 secret, 1 config file.", f"deploy/.env:1 in commit {commit}", "env-file: an env file"
    )
    assert not [line for line in pushed.said if line.startswith("  stopgap allow")]


def test_a_key_file_is_told_once(old: Remote) -> None:
    commit = old.land("deploy/id_rsa", PEM)[:10]
    pushed = old.push().refused("stopgap refuses this push: 1 config file.", f"deploy/id_rsa:1 in commit {commit}", "key-file: a key file")
    assert not [line for line in pushed.said if "private-key" in line]


def test_a_token_in_a_key_file_is_told_too(old: Remote) -> None:
    old.land("id_rsa", f"{PEM}# {GITHUB}\n")
    old.push().refused("stopgap refuses this push: 1 secret, 1 config file.", "key-file: a key file", WHAT)


def test_a_secret_that_a_later_commit_takes_away(old: Remote) -> None:
    commit = old.land("app.py", TOKEN)[:10]
    old.land("app.py", CLEAN)
    old.push().refused("stopgap refuses this push: 1 secret.", f"app.py:1 in commit {commit}")


def test_what_only_a_merge_brings(old: Remote) -> None:
    old.repo.git("switch", "-q", "-c", "side")
    old.land("side.py", CLEAN)
    old.repo.git("switch", "-q", "main")
    old.land("main.py", CLEAN)
    old.repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    old.repo.write("evil.py", TOKEN)
    old.repo.add("evil.py")
    merge = old.repo.commit("merged")[:10]
    old.push().refused("stopgap refuses this push: 1 secret.", f"evil.py:1 in commit {merge}")


def test_a_force_push(old: Remote) -> None:
    old.land("app.py", CLEAN)
    old.push().taken()
    old.repo.write("app.py", TOKEN)
    old.repo.add("app.py")
    old.repo.commit("again", "--amend")
    old.push("--force", "origin", "main").refused("stopgap refuses this push: 1 secret.", WHAT)


def test_an_orphan_branch(old: Remote) -> None:
    old.repo.git("switch", "-q", "--orphan", "fresh")
    old.land("app.py", TOKEN)
    old.push("origin", "fresh").refused("stopgap refuses this push: 1 secret.", WHAT)


@pytest.mark.parametrize("kind", [("tag", "v1"), ("tag", "-a", "-m", "one", "v1")], ids=["lightweight", "annotated"])
def test_a_tag_that_alone_has_the_commit(old: Remote, kind: tuple[str, ...]) -> None:
    old.land("app.py", TOKEN)
    old.repo.git(*kind)
    old.push("origin", "v1").refused("stopgap refuses this push: 1 secret.", WHAT)


def test_a_tag_of_a_tag(old: Remote) -> None:
    old.land("app.py", TOKEN)
    old.repo.git("tag", "-a", "-m", "one", "v1")
    old.repo.git("tag", "-a", "-m", "two", "v2", "v1")
    old.push("origin", "v2").refused("stopgap refuses this push: 1 secret.", WHAT)


def test_a_ref_to_a_file(old: Remote) -> None:
    blob = old.repo.git("hash-object", "-w", str(old.repo.write("x", TOKEN))).decode().strip()
    old.push("origin", f"{blob}:refs/tags/blob").refused("stopgap refuses this push: 1 secret.", "refs/tags/blob:1", WHAT)


def test_a_ref_to_a_tree(old: Remote) -> None:
    old.land("a/.env", f"DB_PASSWORD={PASSWORD}\n")
    pushed = old.push("origin", "HEAD^{tree}:refs/tags/tree")
    pushed.refused("stopgap refuses this push: 2 secrets, 1 config file.", "a/.env:1", "old.py:1").said.index("old.py:1")
    assert "restore --staged" not in pushed


def test_a_tagged_tree(old: Remote) -> None:
    old.land("app.py", TOKEN)
    old.repo.git("tag", "-a", "-m", "a tree", "t", "HEAD^{tree}")
    old.push("origin", "t").refused("stopgap refuses this push: 2 secrets.", "app.py:1", WHAT)


def test_the_message_of_a_commit(old: Remote) -> None:
    commit = old.repo.commit(f"Fix the login\n\nIt works with {GITHUB} now.\n")[:10]
    pushed = old.push().refused(
        "stopgap refuses this push: 1 secret.", f"the message of {commit}, line 3", WHAT, "take it out of the message"
    )
    assert not [line for line in pushed.said if line.startswith("  stopgap allow")]


def test_the_messages_of_tags(old: Remote) -> None:
    old.repo.git("tag", "-a", "-m", f"with {GITHUB}", "v1")
    old.repo.git("tag", "-a", "-m", "of a tag", "v2", "v1")
    name = old.repo.git("rev-parse", "v1").decode()[:10]
    old.push("origin", "v1").refused("stopgap refuses this push: 1 secret.", f"the message of {name}, line 1", WHAT)
    old.push("origin", "v2").refused("stopgap refuses this push: 1 secret.", f"the message of {name}, line 1", WHAT)
    old.repo.git("tag", "-a", "-m", "a clean one", "v3")
    old.push("origin", "v3").taken()


def test_several_refs_and_the_same_secret_once(old: Remote) -> None:
    old.land("app.py", TOKEN)
    pushed = old.push("origin", "main", "HEAD:refs/heads/a", "HEAD:refs/tags/b")
    pushed.refused("stopgap refuses this push: 1 secret.")
    assert pushed.count(REFUSED) == 3


def test_more_than_is_shown(old: Remote) -> None:
    lines = "".join(f'token_{n} = "{expand(f"ghp_<crc62:30> {n}").split(" ")[0]}"\n' for n in range(25))
    old.land("app.py", lines)
    old.push().refused("stopgap refuses this push: 25 secrets.", "... and 5 more.")


def test_more_than_is_looked_for(old: Remote) -> None:
    for number in range(1100):
        old.repo.write(f"deploy/.env.{number}", "A=1\n")
    old.repo.add(".")
    old.repo.commit()
    pushed = old.push().refused(
        "stopgap refuses this push: 1,001 config files.", "... and 981 more; nothing more was looked for after 1,000 findings."
    )
    assert pushed.count("add .env* and !.env.example to .gitignore") == 1


def test_a_replacement_hides_nothing(old: Remote) -> None:
    bad = old.land("app.py", TOKEN)
    old.repo.git("switch", "-q", "-c", "clean", "HEAD^")
    good = old.land("app.py", CLEAN)
    old.push("origin", f"{good}:refs/replace/{bad}").taken()
    old.push("origin", f"{bad}:refs/heads/main").refused("stopgap refuses this push: 1 secret.", WHAT)


def test_attributes_hide_nothing(old: Remote) -> None:
    old.seed({".gitattributes": "* -diff -text binary\n"})
    old.land("app.py", TOKEN)
    old.push().refused("stopgap refuses this push: 1 secret.", WHAT)


def test_a_name_in_any_bytes(old: Remote) -> None:
    name = b"a\xff\n\x1b[31m b.py"
    (old.repo.path / os.fsdecode(name)).write_text(TOKEN)
    old.repo.add(".")
    old.repo.commit()
    pushed = old.push().refused("stopgap refuses this push: 1 secret.", r"a\xff\n\x1b[31m b.py:1 in commit")
    assert "\x1b[31m" not in pushed


# ---- what the repository allows, as of before


DISABLE = '[rules]\ndisable = ["github-pat", "keyed-secret"]\n'


def allow(remote: Remote) -> bytes:
    """The entry of an allow file for app.py's token, as the command writes it."""
    remote.repo.write("app.py", TOKEN)
    assert remote.repo.stopgap("allow", "app.py:1", "--reason", "a sample").returncode == 0
    return (remote.repo.path / ".stopgap-allow.toml").read_bytes()


def test_an_entry_counts_once_the_server_has_it(old: Remote) -> None:
    allow(old)
    old.repo.add(".")
    old.repo.commit()
    old.push().refused("stopgap refuses this push: 1 secret.", WHAT)
    old.repo.git("reset", "-q", "--soft", "HEAD^")
    old.repo.git("commit", "-q", "-m", "the entry", ".stopgap-allow.toml")
    old.push().taken()
    old.repo.commit("the rest", "app.py")
    old.push().taken()


def test_settings_count_once_the_server_has_them(old: Remote) -> None:
    old.repo.write("stopgap.toml", DISABLE)
    old.land("app.py", TOKEN)
    old.repo.add(".")
    old.repo.commit()
    old.push().refused("stopgap refuses this push: 1 secret.")
    old.repo.git("reset", "-q", "--hard", "HEAD~2")
    old.land("stopgap.toml", DISABLE)
    old.push().taken()
    old.land("app.py", TOKEN)
    old.push().taken()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("stopgap.toml", 'exclude = ["app.py"]\n', id="excluded"),
        pytest.param(
            "pyproject.toml", '[tool.stopgap.rules]\ndisable = ["github-pat", "keyed-secret"]\n', id="a rule that is off, in pyproject.toml"
        ),
    ],
)
def test_a_new_branch_is_judged_by_head(old: Remote, name: str, text: str) -> None:
    old.seed({name: text})
    old.land("app.py", TOKEN)
    old.push("origin", "HEAD:refs/heads/new").taken()


def test_another_branch_does_not_allow_for_this_one(old: Remote) -> None:
    old.seed({"stopgap.toml": DISABLE}, "lax")
    old.repo.git("reset", "-q", "--hard", "HEAD^")
    old.land("app.py", TOKEN)
    old.push("origin", "main").refused("stopgap refuses this push: 1 secret.")
    old.repo.git("push", "-q", "origin", "lax", check=False)
    old.push("--force", "origin", "HEAD:lax").taken()


def test_refs_with_different_settings_in_one_push(old: Remote) -> None:
    old.seed({"stopgap.toml": DISABLE}, "lax")
    old.land("app.py", TOKEN)
    old.push("origin", "HEAD:lax", "HEAD:strict").refused("stopgap refuses this push: 1 secret.")
    old.push("origin", "HEAD:lax").taken()


def test_one_place_for_the_settings(old: Remote) -> None:
    old.seed({"stopgap.toml": DISABLE}, "lax")
    old.land("app.py", TOKEN)
    old.hook("--settings-from", "refs/heads/main")
    old.push("origin", "HEAD:lax").refused("stopgap refuses this push: 1 secret.")
    old.hook("--settings-from", "nothing")
    old.push("origin", "HEAD:lax").refused(UNCHECKED, "--settings-from: this repository has no commit 'nothing'")


def test_a_rule_file_of_the_repository(old: Remote) -> None:
    rules = '[[rule]]\nid = "acme-key"\ndescription = "Acme key"\nkeywords = ["acme_"]\npattern = "acme_[a-z0-9]{16}"\n'
    old.seed({"rules.toml": rules, "stopgap.toml": '[rules]\nextra = ["rules.toml"]\n'})
    old.land("app.py", f'x = "acme_{expand("<hex:16>")}"\n')
    old.push().refused("stopgap refuses this push: 1 secret.", "acme-key: Acme key")


def test_a_comment_in_what_is_pushed_allows_nothing(old: Remote) -> None:
    old.land("app.py", TOKEN.rstrip() + "  # stopgap: allow[github-pat] a sample\n")
    old.push().refused("stopgap refuses this push: 1 secret.", "(no push can allow itself: the comment beside it does not count here)")
    old.hook("--allow-comments")
    old.push().taken()


# ---- what cannot be checked is refused


UNCHECKED = "stopgap could not check this push, so it is refused:"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("stopgap.toml", "exclued = []\n", "unknown key 'exclued'; did you mean 'exclude'?", id="a setting that is not known"),
        pytest.param("stopgap.toml", "= =\n", "stopgap.toml:1:1: not TOML", id="no TOML"),
        pytest.param(".stopgap-allow.toml", "[[allow]]\n", ".stopgap-allow.toml", id="a broken allow file"),
        pytest.param("stopgap.toml", '[rules]\nextra = ["gone.toml"]\n', "cannot read gone.toml", id="rules that are not there"),
    ],
)
def test_broken_settings(old: Remote, name: str, text: str, said: str) -> None:
    base = old.land("clean.py", CLEAN)
    old.push().taken()
    old.land(name, text)
    old.push().refused(UNCHECKED, said, "refs/heads/main would have settings that cannot be read, in this push:")
    old.repo.git("reset", "-q", "--hard", base)
    old.seed({name: text})
    commit = old.repo.git("rev-parse", "--short=10", "HEAD").decode().strip()
    old.land("app.py", CLEAN)
    old.push().refused(UNCHECKED, said, f"the settings of refs/heads/main as the server has it ({commit}):")


def test_settings_that_are_a_link(old: Remote) -> None:
    (old.repo.path / "stopgap.toml").symlink_to("/etc/passwd")
    old.repo.add("stopgap.toml")
    old.repo.commit()
    old.push().refused(UNCHECKED, "cannot read stopgap.toml", "a link is not followed here")


def test_the_time_is_over(old: Remote) -> None:
    old.land("app.py", "".join(f'value_{n} = "{n * 7919}"\n' for n in range(200_000)))
    old.hook("--time-limit", "0.05")
    begun = time.monotonic()
    said = "it takes longer than this server gives it (0.05 s); push fewer commits at once"
    old.push().refused(UNCHECKED, said)
    assert time.monotonic() - begun < 20


def test_git_that_hangs(old: Remote, tmp_path: Path) -> None:
    """A stand-in for a git that waits for a disk: it answers all but the walk."""
    slow = tmp_path / "bin/git"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\ncase "$*" in *rev-list*) exec sleep 30;; esac\nexec {shutil.which("git")} "$@"\n')
    slow.chmod(0o755)
    (old.path / "hooks/pre-receive").write_text(
        f"#!/bin/sh\nPATH={slow.parent}:$PATH exec {sys.executable} -m stopgap pre-receive --time-limit 1\n"
    )
    old.land("app.py", CLEAN)
    begun = time.monotonic()
    old.push().refused(UNCHECKED, "it takes longer than this server gives it (1 s)")
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "standard input is empty", id="nothing"),
        pytest.param(b"one two\n", "standard input is not what git gives", id="two words"),
        pytest.param(b"0" * 40 + b" --all refs/heads/x\n", "standard input is not what git gives", id="an option"),
        pytest.param(b"\xff\0" * 4000, "standard input is not what git gives", id="bytes"),
        pytest.param(b"0" * 40 + b" " + b"1" * 64 + b" refs/heads/x\n", "standard input is not what git gives", id="two kinds of names"),
        pytest.param(b"0" * 40 + b" " + b"1" * 40 + b" refs/heads/x\n", "git does not have what refs/heads/x", id="no such object"),
        pytest.param(b"x" * (17 << 20), "more refs than fit into 16 MiB", id="without end"),
    ],
)
def test_a_malformed_input(old: Remote, data: bytes, said: str) -> None:
    done = subprocess.run((sys.executable, "-m", "stopgap", "pre-receive"), cwd=old.path, input=data, capture_output=True)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(UNCHECKED)
    assert said in " ".join(done.stderr.decode().split())


def test_a_closed_input(old: Remote) -> None:
    done = subprocess.run(("sh", "-c", f"exec {sys.executable} -m stopgap pre-receive <&-"), cwd=old.path, capture_output=True)
    assert (done.returncode, done.stderr.decode().splitlines()[0]) == (2, UNCHECKED)


def test_nothing_is_written(old: Remote) -> None:
    """Judged by hand, what the push would bring is new and nothing of the repository changes."""
    commit = old.seed({"app.py": CLEAN}, "aside")
    old.repo.git("push", "-q", "--no-verify", "origin", ":aside", check=False)
    before = {path: path.stat().st_mtime_ns for path in old.path.rglob("*")}
    data = f"{'0' * 40} {commit} refs/heads/new\n".encode()
    done = subprocess.run((sys.executable, "-m", "stopgap", "pre-receive", "-v"), cwd=old.path, input=data, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"stopgap scanned 1 commit, 1 file, 1 added line\n")
    assert {path: path.stat().st_mtime_ns for path in old.path.rglob("*")} == before


def test_outside_of_a_repository(tmp_path: Path) -> None:
    done = subprocess.run((sys.executable, "-m", "stopgap", "pre-receive"), cwd=tmp_path, input=b"", capture_output=True)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(UNCHECKED)


@pytest.mark.parametrize("word", ["0", "-1", "nan", "soon", "1e9"])
def test_a_time_limit_that_is_none(old: Remote, word: str) -> None:
    done = subprocess.run((sys.executable, "-m", "stopgap", "pre-receive", f"--time-limit={word}"), cwd=old.path, capture_output=True)
    assert (done.returncode, b"is no number of seconds" in done.stderr) == (2, True)


# ---- long files, and many


def test_a_long_text_is_compared(old: Remote) -> None:
    text = "".join(f"row {n} of many\n" for n in range(300_000))
    old.land("long.txt", text)
    old.push().taken()
    old.land("long.txt", text + TOKEN)
    old.push().refused("stopgap refuses this push: 1 secret.", "long.txt:300001", WHAT)


def test_a_text_too_long_to_look_at(old: Remote) -> None:
    old.land("endless.txt", (b"words " * 2000 + b"\n") * 6000)
    old.push().refused("stopgap refuses this push: it could only be looked at in part.", "endless.txt: incomplete: only its first 64 MiB")


def test_a_long_binary_is_taken(old: Remote) -> None:
    old.land("data.bin", bytes(range(256)) * (20 << 10))
    old.push().taken()


def test_many_refs(old: Remote) -> None:
    old.land("app.py", CLEAN)
    old.hook("-v")
    refs = [f"HEAD:refs/tags/t{n}" for n in range(2000)]
    old.push("-q", "origin", *refs).taken("stopgap scanned 1 commit, 1 file, 1 added line")


# ---- other ways in


def test_over_git_daemon(old: Remote, tmp_path: Path) -> None:
    port = free_port()
    argv = ("git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={tmp_path}", "--export-all")
    process = subprocess.Popen((*argv, "--enable=receive-pack", str(tmp_path)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        url = f"git://127.0.0.1:{port}/origin.git"
        if not answers(lambda: subprocess.run(("git", "ls-remote", url), capture_output=True).returncode == 0, process):
            pytest.skip("git daemon does not start here")
        commit = old.land("app.py", TOKEN)[:10]
        old.push(url, "main").refused("stopgap refuses this push: 1 secret.", f"app.py:1 in commit {commit}", WHAT)
        old.repo.git("reset", "-q", "--hard", "HEAD^")
        old.land("app.py", CLEAN)
        old.push(url, "main").taken()
    finally:
        process.terminate()
        process.wait(10)


def answers(works: Callable[[], bool], process: subprocess.Popen[bytes]) -> bool:
    for _ in range(100):
        if works():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def test_over_ssh(old: Remote, sshd: Server) -> None:
    env = {"GIT_SSH_COMMAND": shlex.quote(str(sshd.folder / "plain/ssh"))}
    url = sshd.url(old.path)
    commit = old.land("app.py", TOKEN)[:10]
    old.push(url, "main", env=env).refused("stopgap refuses this push: 1 secret.", f"app.py:1 in commit {commit}", WHAT)
    old.repo.git("reset", "-q", "--hard", "HEAD^")
    old.land("app.py", CLEAN)
    old.push(url, "main", env=env).taken()


def test_a_repository_with_a_work_tree(tmp_path: Path) -> None:
    remote = Remote(tmp_path)
    shutil.rmtree(remote.path)
    Repo(tmp_path / "served")
    remote.path = tmp_path / "served/.git"
    remote.repo.git("remote", "set-url", "origin", str(tmp_path / "served"))
    remote.hook()
    remote.land("app.py", TOKEN)
    remote.push("origin", "HEAD:topic").refused("stopgap refuses this push: 1 secret.", WHAT)
    remote.repo.git("rm", "-q", "app.py")
    remote.repo.commit("again", "--amend")
    remote.push("origin", "HEAD:topic").taken()


def test_sha256(tmp_path: Path) -> None:
    remote = Remote(tmp_path, "--object-format=sha256")
    remote.seed({"stopgap.toml": 'exclude = ["vendor/"]\n'})
    remote.land("vendor/a.py", OTHER)
    remote.push().taken()
    remote.land("app.py", TOKEN)
    remote.push().refused("stopgap refuses this push: 1 secret.", WHAT)


def test_a_fork_that_borrows_objects(old: Remote, tmp_path: Path) -> None:
    """What lies in another repository and no ref of this one reaches is new here."""
    old.land("app.py", TOKEN)
    old.seed({"b.py": CLEAN}, "main")
    fork = tmp_path / "fork.git"
    subprocess.run(("git", "init", "-q", "--bare", "-b", "main", fork), check=True)
    (fork / "objects/info/alternates").write_text(f"{old.path}/objects\n")
    old.path = fork
    old.hook()
    old.push(str(fork), "main").refused("stopgap refuses this push: 2 secrets.", "app.py:1", "old.py:1")
