"""`stopgap untrack` by the real command: what it plans, what it does, and what it refuses."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from stopgap.fix import template
from stopgap.model import StopgapError

from .conftest import Repo
from .tokens import GITHUB, PASSWORD, PEM

ENV = f"# The database\nDB_HOST=db.host.org\nDB_PASSWORD={PASSWORD}\n\nexport DEBUG=1\n"
TEMPLATE = "# The database\nDB_HOST=\nDB_PASSWORD=\n\nexport DEBUG=\n"
RSYNC = "rsync -a --delete ./ web@host:/srv/app/\n"


def untrack(repo: Repo, *argv: str, status: int = 0, cwd: str = "") -> str:
    """What the command says, on either channel; no value of the file is in it."""
    done = repo.stopgap("untrack", *argv, cwd=cwd)
    assert done.returncode == status, done.stdout.decode() + done.stderr.decode()
    assert PASSWORD.encode() not in done.stdout + done.stderr
    return done.stdout.decode() + done.stderr.decode()


def tree(repo: Repo) -> dict[str, tuple[bytes, int, int]]:
    """Every file outside of git's folder, and the index: content, mode and time of change."""
    files = [path for path in repo.path.rglob("*") if path.is_file() and ".git" not in path.relative_to(repo.path).parts]
    found = {str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns) for path in files}
    return {**found, "index": (repo.git("ls-files", "-s"), 0, 0)}


def staged(repo: Repo) -> list[str]:
    return repo.git("diff", "--cached", "--name-status", "--no-renames").decode().split("\n")[:-1]


def is_ignored(repo: Repo, path: str) -> bool:
    return subprocess.run(("git", "check-ignore", "-q", "--no-index", "--", path), cwd=repo.path).returncode == 0


def sections(text: str) -> list[str]:
    """The sentences of the steps, without their commands."""
    return re.findall(r"^ *\d+\. (.*)$", text, re.MULTILINE)


@pytest.fixture
def tracked(repo: Repo) -> Repo:
    """A repository with the mistake in it."""
    repo.write(".env", ENV)
    repo.write("app.py", "x = 1\n")
    repo.add()
    repo.commit()
    return repo


# ---- the plan


def test_a_plan_changes_nothing(tracked: Repo) -> None:
    before = tree(tracked)
    said = untrack(tracked, ".env")
    assert tree(tracked) == before
    assert "nothing is changed" in said
    assert sections(said) == [
        "make .env.example: 3 keys (DB_HOST, DB_PASSWORD, DEBUG), without a value",
        "add to .gitignore: .env*, !.env.example",
        "stop tracking .env; what lies in the work tree stays as it is",
        "you: when all of the below is ready, commit without naming the file, or git takes it in again",
        "each teammate, in place of the next `git pull` (changes that were made to the file are kept):",
        "each server that runs git, before a deploy does, and with no restart in between:",
        "look at the files; then remove the copies",
        "rotate, because history still holds the values of .env: DB_PASSWORD (and look at 2 other settings of it)",
    ]
    assert "       git rm --cached -- .env\n" in said


def test_the_printed_commands_do_what_apply_does(tracked: Repo, tmp_path: Path) -> None:
    printed = [line[7:] for line in untrack(tracked, ".env").splitlines() if line.startswith("       ")]
    wanted = [line for line in printed if line.startswith(("printf", "git add -- .gitignore", "git rm"))]
    assert len(wanted) == 3
    subprocess.run(("sh", "-e"), input="\n".join(wanted).encode(), cwd=tracked.path, check=True, capture_output=True)
    other = Repo(tmp_path / "other")
    other.write(".env", ENV)
    other.write("app.py", "x = 1\n")
    other.add()
    other.commit()
    untrack(other, ".env", "--apply")
    other.git("rm", "-q", "--cached", ".env.example")
    assert other.git("ls-files", "-s") == tracked.git("ls-files", "-s")


def test_what_was_never_committed_concerns_nobody_else(repo: Repo) -> None:
    repo.write(".env", ENV)
    repo.add()
    said = untrack(repo, ".env")
    assert "teammate" not in said
    assert "rotate" not in said
    assert "stop tracking .env" in said


def test_a_shallow_clone_cannot_say_that_history_is_clean(tracked: Repo) -> None:
    tracked.git("rm", "-q", "--cached", ".env")
    tracked.commit("untracked by hand")
    shallow = tracked.path.parent / "shallow"
    subprocess.run(("git", "clone", "-q", "--depth=1", tracked.path.as_uri(), str(shallow)), check=True, capture_output=True)
    other = Repo(shallow)
    other.write(".env", ENV)
    assert "history still holds the values of .env: DB_PASSWORD" in untrack(other, ".env")


def test_keys_of_every_version_are_rotated(tracked: Repo) -> None:
    tracked.write(".env", f"API_TOKEN={GITHUB}\nOTHER_SECRET={PASSWORD[::-1]}\n")
    tracked.add(".env")
    tracked.write(".env", f"API_TOKEN={GITHUB}\nOTHER_SECRET={PASSWORD[::-1]}\n")
    said = untrack(tracked, ".env")
    assert "values of .env: API_TOKEN, OTHER_SECRET, DB_PASSWORD" in said


def test_branches_that_still_track_it_are_named(tracked: Repo) -> None:
    tracked.git("branch", "release/1.0")
    tracked.git("update-ref", "refs/remotes/origin/dev", "HEAD")
    tracked.git("checkout", "-q", "--orphan", "clean")
    tracked.git("rm", "-q", "--cached", ".env")
    tracked.commit("without")
    tracked.git("checkout", "-q", "-f", "main")
    said = untrack(tracked, ".env")
    assert "these branches still track it: release/1.0, origin/dev." in said


# ---- --apply


def test_apply(tracked: Repo) -> None:
    (tracked.path / ".env").chmod(0o600)
    before = (tracked.path / ".env").stat()
    tracked.write("other.txt", "staged before")
    tracked.add("other.txt")
    tracked.write("app.py", "x = 2  # not staged\n")
    said = untrack(tracked, ".env", "--apply")
    after = (tracked.path / ".env").stat()
    assert (tracked.path / ".env").read_text() == ENV
    assert (before.st_mode, before.st_mtime_ns, before.st_ino) == (after.st_mode, after.st_mtime_ns, after.st_ino)
    assert (tracked.path / ".env.example").read_text() == TEMPLATE
    assert staged(tracked) == ["D\t.env", "A\t.env.example", "A\t.gitignore", "A\tother.txt"]
    assert tracked.git("diff", "--name-only") == b"app.py\n"
    assert is_ignored(tracked, ".env")
    assert not is_ignored(tracked, ".env.example")
    assert tracked.git("log", "--oneline").count(b"\n") == 1, "nothing is committed"
    assert "1 other staged file goes along" in said
    assert tracked.stopgap("check-gitignore").returncode == 0


def test_apply_twice(tracked: Repo) -> None:
    untrack(tracked, ".env", "--apply")
    before = tree(tracked)
    said = untrack(tracked, ".env", "--apply")
    assert tree(tracked) == before
    assert "go along" not in said, "what the first run staged is nobody else's"
    assert "each teammate" in said
    assert "DB_PASSWORD" in said
    tracked.commit("untrack")
    said = untrack(tracked, ".env", "--apply")
    assert tree(tracked) == before
    assert "teammate" not in said
    assert "history still holds the values of .env: DB_PASSWORD" in said


def test_what_is_untracked_already_is_completed(tracked: Repo) -> None:
    tracked.git("rm", "-q", "--cached", ".env")
    tracked.commit("untracked by hand")
    untrack(tracked, ".env", "--apply")
    assert staged(tracked) == ["A\t.env.example", "A\t.gitignore"]


def test_an_interrupted_run_is_gone_on_with(tracked: Repo) -> None:
    tracked.write(".env.example", TEMPLATE)
    said = untrack(tracked, ".env", "--apply")
    assert (tracked.path / ".env.example").read_text() == TEMPLATE
    assert "make .env.example" not in said
    assert staged(tracked)[0] == "D\t.env"


@pytest.mark.parametrize(
    ("old", "completed"),
    [
        pytest.param("DB_HOST=localhost\n", "DB_HOST=localhost\n\nDB_PASSWORD=\nexport DEBUG=\n", id="two keys are missing"),
        pytest.param("DB_HOST=x\nDB_PASSWORD=\nDEBUG=\n", None, id="complete"),
    ],
)
@pytest.mark.parametrize("name", [".env.example", ".env.sample"])
def test_a_template_is_completed_and_not_rewritten(tracked: Repo, name: str, old: str, completed: str | None) -> None:
    tracked.write(name, old)
    tracked.add(name)
    tracked.commit()
    untrack(tracked, ".env", "--apply")
    assert (tracked.path / name).read_text() == (completed or old)
    assert (f"M\t{name}" in staged(tracked)) is (completed is not None)
    assert [path.name for path in tracked.path.glob(".env.*")] == [name]


@pytest.mark.parametrize("file", [".gitignore", ".env.example"])
@pytest.mark.parametrize("state", ["changed", "untracked"])
def test_foreign_changes_are_not_staged(tracked: Repo, file: str, state: str) -> None:
    tracked.write(file, "# first\n")
    if state == "changed":
        tracked.add(file)
        tracked.commit()
        tracked.write(file, "# first\n# somebody's own\n")
    before = tracked.git("ls-files", "-s", file)
    said = untrack(tracked, ".env", "--apply")
    assert tracked.git("ls-files", "-s", file) == before
    assert len((tracked.path / file).read_bytes().splitlines()) > 2, "it is written all the same"
    assert f"you: look at {file} and stage it" in said
    assert "D\t.env" in staged(tracked)


def test_staged_changes_of_the_ignore_file_stay_staged(tracked: Repo) -> None:
    tracked.write(".gitignore", "*.log\n")
    tracked.add(".gitignore")
    untrack(tracked, ".env", "--apply")
    assert tracked.git("show", ":.gitignore") == b"*.log\n.env*\n!.env.example\n"


def test_no_filter_driver_is_run(tracked: Repo) -> None:
    proof = tracked.path.parent / "it-ran"
    tracked.git("config", "filter.x.clean", f"touch '{proof}'; cat")
    tracked.write(".gitattributes", ".env* filter=x\n")
    tracked.git("add", ".gitattributes")
    tracked.commit()
    proof.unlink(missing_ok=True)
    tracked.write(".env", ENV + "MORE=1\n")
    said = untrack(tracked, ".env", "--apply")
    assert not proof.exists()
    assert "stage it; this is left to you, as a filter driver" in said


# ---- the ignore lines


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param(".env", None, ".env*\n!.env.example\n", id="no file"),
        pytest.param(".env", ".env\n", ".env\n", id="ignored"),
        pytest.param(".env", "*.log", "*.log\n.env*\n!.env.example\n", id="no newline at the end"),
        pytest.param(".env", "a\r\nb\r\n", "a\r\nb\r\n.env*\r\n!.env.example\r\n", id="CRLF"),
        pytest.param(".env", "!.env.example\n", ".env*\n!.env.example\n", id="the template is spared already"),
        pytest.param(".env", ".env*\n", ".env*\n!.env.example\n", id="the template is ignored"),
        pytest.param(".env", ".env*\n!.env\n", ".env*\n!.env\n!.env.example\n/.env\n", id="let in again"),
        pytest.param("app/.env.production", None, ".env*\n!.env.production.example\n", id="another name"),
        pytest.param("conf/id_rsa", None, "/conf/id_rsa\n", id="no env file"),
        pytest.param("a [1]*.env", None, "/a \\[1]\\*.env\n", id="wildcards"),
        pytest.param("#a.env", None, "/\\#a.env\n", id="a hash"),
    ],
)
def test_ignore_lines(repo: Repo, path: str, before: str | None, after: str) -> None:
    repo.write(path, ENV)
    repo.add()
    if before is not None:
        repo.write(".gitignore", before)
        repo.add(".gitignore")
    repo.commit()
    untrack(repo, "--apply", "--", path)
    found = (repo.path / ".gitignore").read_bytes().decode()
    assert sorted(found.splitlines()) == sorted(after.splitlines())
    assert found.endswith("\n")
    assert ("\r\n" in found) is ("\r\n" in after)
    assert is_ignored(repo, path)
    assert not is_ignored(repo, f"{path}.example")


def test_other_tracked_files_do_not_become_ignored(tracked: Repo) -> None:
    tracked.write(".env.ci", "DEBUG=0\n")
    tracked.add()
    tracked.commit()
    untrack(tracked, ".env", "--apply")
    assert is_ignored(tracked, ".env")
    assert not is_ignored(tracked, ".env.ci")


def test_a_rule_of_this_machine_is_not_enough(tracked: Repo) -> None:
    (tracked.path / ".git/info/exclude").write_text(".env\n")
    untrack(tracked, ".env", "--apply")
    assert ".env*" in (tracked.path / ".gitignore").read_text()


def test_a_deeper_file_that_lets_it_in_is_named(repo: Repo) -> None:
    repo.write("app/.env", ENV)
    repo.write("app/.gitignore", "# mine\n!.env\n")
    repo.add()
    repo.commit()
    before = tree(repo)
    said = untrack(repo, "app/.env", "--apply", status=2)
    assert "app/.gitignore:2 (`!.env`) lets it in again" in said
    assert tree(repo) == before


def test_a_deeper_file_that_hides_the_template_is_named(repo: Repo) -> None:
    repo.write("app/.env", ENV)
    repo.write("app/.gitignore", ".env*\n")
    repo.add()
    repo.commit()
    said = untrack(repo, "app/.env", "--apply")
    assert "you: narrow app/.gitignore:1 (`.env*`), which ignores app/.env.example" in said
    assert "A\tapp/.env.example" in staged(repo)


def test_a_folder_that_is_ignored_whole(repo: Repo) -> None:
    repo.write("app/.env", ENV)
    repo.write(".gitignore", "app/\n")
    repo.add()
    repo.commit()
    said = untrack(repo, "app/.env", "--apply")
    assert "you: narrow .gitignore:1 (`app/`), which ignores app/.env.example" in said
    assert (repo.path / ".gitignore").read_text() == "app/\n", "no line could let it in"
    assert staged(repo) == ["D\tapp/.env", "A\tapp/.env.example"]


def test_every_template_is_spared(tracked: Repo) -> None:
    tracked.write(".env.sample", TEMPLATE)
    tracked.write("app/.env.dist", TEMPLATE)
    tracked.write("old/.gitignore", "*\n")
    tracked.write("old/.env.example", "")
    tracked.add()
    tracked.commit()
    untrack(tracked, ".env", "--apply")
    lines = (tracked.path / ".gitignore").read_text().splitlines()
    assert lines[0] == ".env*"
    assert set(lines[1:]) >= {"!.env.sample", "!.env.dist"}
    assert not is_ignored(tracked, ".env.sample")
    assert not is_ignored(tracked, "app/.env.dist")


def test_an_ignore_file_that_nobody_else_has_is_not_enough(tracked: Repo) -> None:
    tracked.write(".gitignore", ".env\n")
    said = untrack(tracked, ".env", "--apply")
    assert "you: stage .gitignore too" in said


@pytest.mark.parametrize("make", ["link", "folder", "missing", "utf-16"])
def test_an_ignore_file_that_cannot_be_written(tracked: Repo, make: str) -> None:
    place = tracked.path / ".gitignore"
    if make == "link":
        place.symlink_to("elsewhere")
    elif make == "folder":
        place.mkdir()
    elif make == "utf-16":
        place.write_bytes("x\n".encode("utf-16"))
    else:
        place.write_text("x\n")
        tracked.add()
        tracked.commit()
        place.unlink()
    before = tree(tracked)
    assert ".gitignore" in untrack(tracked, ".env", "--apply", status=2)
    assert tree(tracked) == before


# ---- the deploy


@pytest.mark.parametrize("apply", [(), ("--apply",)], ids=["plan", "apply"])
def test_a_deploy_that_would_delete_the_servers_file_stops_it(tracked: Repo, apply: tuple[str, ...]) -> None:
    tracked.write("deploy.sh", "#!/bin/sh\n" + RSYNC)
    tracked.add("deploy.sh")
    tracked.commit()
    before = tree(tracked)
    said = untrack(tracked, ".env", *apply, status=1)
    assert "stopgap: deploy.sh:2: this rsync step deletes the server's own .env" in said
    assert "refused" in said
    assert "--exclude='/.env'" in said
    assert tree(tracked) == before


def test_force_goes_on(tracked: Repo) -> None:
    tracked.write("deploy.sh", RSYNC)
    tracked.add("deploy.sh")
    tracked.commit()
    said = untrack(tracked, ".env", "--apply", "--force")
    assert "D\t.env" in staged(tracked)
    assert "deploy.sh:1" in said
    assert '"$HOME/aside.XXXXXX"' in said
    assert "refused" not in untrack(tracked, ".env", "--apply"), "what is done is not refused afterwards"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("rsync -a --delete --exclude=/.env ./ web@host:/srv/app/\n", id="excluded"),
        pytest.param("rsync -a ./ web@host:/srv/app/\n", id="without --delete"),
        pytest.param("rsync -a --delete ./dist/ web@host:/srv/app/\n", id="another folder"),
        pytest.param("git clone https://host/x /srv/app/new\n", id="a new clone"),
        pytest.param("echo done\n", id="no deploy"),
    ],
)
def test_a_harmless_deploy_does_not(tracked: Repo, script: str) -> None:
    tracked.write("deploy.sh", script)
    tracked.add("deploy.sh")
    tracked.commit()
    untrack(tracked, ".env", "--apply")


@pytest.mark.parametrize("command", ["git pull", "git fetch && git reset --hard origin/main"])
def test_git_on_the_server_deletes_it_too(tracked: Repo, command: str) -> None:
    tracked.write("deploy.sh", f"ssh web@host 'cd /srv/app && {command}'\n")
    tracked.add("deploy.sh")
    tracked.commit()
    said = untrack(tracked, ".env", status=1)
    assert "deploy.sh:1" in said
    assert "step deletes the server's own .env with the commit that untracks it" in said
    untrack(tracked, ".env", "--apply", "--force")


def test_an_allowed_step_does_not_stop_it(tracked: Repo) -> None:
    tracked.write("deploy.sh", RSYNC)
    tracked.write(
        ".stopgap-allow.toml",
        '[[allow]]\nrule = "deploy-deletes-config"\npath = "/deploy.sh"\nkey = "rsync"\nreason = "the server keeps its file elsewhere"\n',
    )
    tracked.add("deploy.sh", ".stopgap-allow.toml")
    tracked.commit()
    untrack(tracked, ".env", "--apply")


def test_what_the_deploy_brought_so_far_is_said(tracked: Repo) -> None:
    tracked.write("deploy.sh", "rsync -a ./ web@host:/srv/app/\n")
    tracked.add("deploy.sh")
    tracked.commit()
    assert "deploy.sh:1: this rsync step still carries .env from a work tree that has it" in untrack(tracked, ".env")


# ---- in the middle of something


def conflict(repo: Repo) -> None:
    """Two branches that disagree about one line."""
    repo.git("checkout", "-q", "-b", "other")
    repo.write("app.py", "x = 'other'\n")
    repo.add("app.py")
    repo.commit("other")
    repo.git("checkout", "-q", "main")
    repo.write("app.py", "x = 'main'\n")
    repo.add("app.py")
    repo.commit("main")


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["merge", "other"], "a merge"),
        (["rebase", "other"], "a rebase"),
        (["cherry-pick", "other"], "a cherry-pick"),
        (["revert", "--no-edit", "HEAD~1"], "a revert"),
        (["bisect", "start"], "a bisection"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@pytest.mark.parametrize("worktree", [False, True], ids=["main", "worktree"])
def test_refuses_in_the_middle_of(tracked: Repo, command: list[str], what: str, worktree: bool) -> None:
    conflict(tracked)
    if command[0] == "revert":  # a later change of the same line
        tracked.write("app.py", "x = 'later'\n")
        tracked.add("app.py")
        tracked.commit("later")
    where = tracked
    if worktree:
        tracked.git("worktree", "add", "-q", "-b", "here", str(tracked.path.parent / "tree"), "main")
        where = Repo.__new__(Repo)
        where.path = tracked.path.parent / "tree"
    where.git(*command, check=False)
    before = where.git("ls-files", "-s")
    assert f"in the middle of {what}" in untrack(where, ".env", "--apply", "--force", status=2)
    assert where.git("ls-files", "-s") == before
    assert not (where.path / ".env.example").exists()


def test_refuses_conflicts_without_a_merge(tracked: Repo) -> None:
    conflict(tracked)
    tracked.write("app.py", "x = 'stashed'\n")
    tracked.git("stash", "-q")
    tracked.git("checkout", "-q", "other")
    tracked.git("stash", "pop", check=False)
    assert "conflicts" in untrack(tracked, ".env", "--apply", status=2)


def test_refuses_while_another_git_writes(tracked: Repo) -> None:
    (tracked.path / ".git/index.lock").touch()
    assert "index.lock" in untrack(tracked, ".env", "--apply", status=2)
    assert not (tracked.path / ".env.example").exists()


def test_refuses_to_lose_what_only_the_index_has(tracked: Repo) -> None:
    tracked.write(".env", ENV + "STAGED=1\n")
    tracked.add(".env")
    tracked.write(".env", ENV + "LATER=1\n")
    assert "neither in the last commit nor on disk" in untrack(tracked, ".env", "--apply", status=2)
    assert tracked.git("rm", "--cached", ".env", check=False) == b"", "as git does"
    assert b".env" in tracked.git("ls-files")


def test_a_new_time_is_no_change(tracked: Repo) -> None:
    """What lies here is what is staged; only its time is another, as after a copy of the folder."""
    changed = ENV.replace("DEBUG=1", "DEBUG=0").replace("\n", "\r\n")
    tracked.write(".gitattributes", "*.env eol=crlf\n.env text\n")
    place = tracked.write(".env", changed)
    tracked.add()
    os.utime(place, (1e9, 1e9))
    assert tracked.git("diff-files", "--name-only") == b".env\n", "git's plumbing calls it changed"
    assert "done in this clone" in untrack(tracked, ".env", "--apply")
    assert staged(tracked)[0] == "D\t.env"
    assert place.read_bytes() == changed.encode()


# ---- names


def test_from_a_subfolder(repo: Repo) -> None:
    repo.write("app/conf/.env", ENV)
    repo.write(".env", ENV)
    repo.add()
    repo.commit()
    untrack(repo, "conf/.env", "../.env", "--apply", cwd="app")
    assert [line for line in staged(repo) if line.startswith("D")] == ["D\t.env", "D\tapp/conf/.env"]
    assert (repo.path / "app/conf/.env.example").exists()


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        pytest.param(["app"], ["app/.env", "app/deep/.env.local"], id="folder"),
        pytest.param(["app/"], ["app/.env", "app/deep/.env.local"], id="folder with a slash"),
        pytest.param(["."], [".env", "app/.env", "app/deep/.env.local"], id="root"),
        pytest.param(["*.local"], ["app/deep/.env.local"], id="glob in any folder"),
        pytest.param(["app/*.env"], ["app/.env"], id="glob in a folder"),
        pytest.param([".env*"], [".env", "app/.env", "app/deep/.env.local"], id="glob spares templates"),
        pytest.param([".env", "./.env", "app/../.env"], [".env"], id="one file three times"),
        pytest.param(["settings.py"], ["settings.py"], id="any file that is named"),
    ],
)
def test_names(repo: Repo, given: Sequence[str], gone: list[str]) -> None:
    for path in (".env", "app/.env", "app/deep/.env.local"):
        repo.write(path, ENV)
    repo.write(".env.example", TEMPLATE)
    repo.write("app/README.md", "x\n")
    repo.write("settings.py", "x = 1\n")
    repo.add()
    repo.commit()
    untrack(repo, "--apply", *given)
    assert [line[2:] for line in staged(repo) if line.startswith("D")] == gone


def test_a_folder_without_config(tracked: Repo) -> None:
    tracked.write("docs/a.md", "x\n")
    tracked.add()
    tracked.commit()
    assert "nothing to untrack" in untrack(tracked, "docs", "--apply")
    assert staged(tracked) == []


@pytest.mark.parametrize(
    "name",
    ["a b.env", "it's.env", "-x.env", ":x.env", ":(glob)*.env", "a*.env", "*", "é.env", b"caf\xe9.env", "a\tb.env", "--apply.env"],
    ids=["space", "quote", "dash", "colon", "magic", "star", "only a star", "é", "latin-1", "tab", "like an option"],
)
def test_a_name_means_one_file(tracked: Repo, name: str | bytes) -> None:
    path = os.fsdecode(name) if isinstance(name, bytes) else name
    tracked.write(path, ENV)
    tracked.write("ab.env", ENV)
    tracked.add()
    tracked.commit()
    before = set(tracked.git("ls-files", "-z").split(b"\0"))
    done = tracked.stopgap("untrack", "--apply", "--", path)
    assert done.returncode == 0, done.stderr.decode()
    assert before - set(tracked.git("ls-files", "-z").split(b"\0")) == {os.fsencode(path)}
    assert is_ignored(tracked, f"./{path}")
    assert (tracked.path / path).read_text() == ENV


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param("nothing.env", "no such file", id="missing"),
        pytest.param("*.nothing", "no tracked file matches", id="glob without a match"),
        pytest.param("../outside.env", "outside of this repository", id="outside"),
        pytest.param("/etc/passwd", "outside of this repository", id="absolute, outside"),
        pytest.param("", "empty name", id="empty"),
        pytest.param(".env.example", "meant to be tracked", id="template"),
        pytest.param(".gitignore", "meant to be tracked", id="ignore file"),
        pytest.param(".git/config", "git's own folder", id="git's folder"),
        pytest.param("way/.env", "symbolic link way", id="behind a link"),
        pytest.param("sub/.env", "in the repository sub", id="in a submodule"),
        pytest.param("sub", "is a submodule", id="a submodule"),
        pytest.param("inner/.env", "in the repository inner", id="in another repository"),
        pytest.param("pipe", "not a regular file", id="pipe"),
    ],
)
def test_names_that_mean_nothing_here(tracked: Repo, given: str, why: str) -> None:
    tracked.write(".env.example", "")
    tracked.write(".gitignore", "")
    tracked.write("real/.env", ENV)
    (tracked.path / "way").symlink_to("real")
    for name in ("sub", "inner"):
        inner = Repo(tracked.path / name)
        inner.write(".env", ENV)
        inner.add()
        inner.commit()
    os.mkfifo(tracked.path / "pipe")
    tracked.git("add", ".env.example", ".gitignore", "real", "way", "sub")
    tracked.commit()
    before = tracked.git("ls-files", "-s")
    assert why in untrack(tracked, given, ".env", "--apply", status=2)
    assert tracked.git("ls-files", "-s") == before
    assert (tracked.path / ".env.example").read_text() == ""


def test_a_link(tracked: Repo) -> None:
    secret = tracked.path.parent / "secret.env"
    secret.write_text(ENV)
    (tracked.path / ".env.local").symlink_to(secret)
    tracked.add()
    tracked.commit()
    untrack(tracked, ".env.local", "--apply")
    assert os.readlink(tracked.path / ".env.local") == str(secret)
    assert "D\t.env.local" in staged(tracked)
    assert not (tracked.path / ".env.local.example").exists(), "git never had what the link leads to"


def test_a_template_that_is_a_link_is_not_written_through(tracked: Repo) -> None:
    outside = tracked.path.parent / "outside"
    outside.write_text("X=1\n")
    (tracked.path / ".env.example").symlink_to(outside)
    said = untrack(tracked, ".env", "--apply")
    assert outside.read_text() == "X=1\n"
    assert ".env.example is left alone" in said


@pytest.mark.parametrize("make", ["link", "no folder"])
def test_a_template_that_cannot_be_written(tmp_path: Path, make: str) -> None:
    if make == "link":
        (tmp_path / "app").mkdir()
        (tmp_path / "app/x").symlink_to(tmp_path / "outside")
    with pytest.raises(StopgapError, match="app/x"):
        template.write(tmp_path, "app/x", b"A=\n")
    assert not (tmp_path / "outside").exists()


def test_a_folder_that_became_a_link_is_not_written_into(repo: Repo) -> None:
    outside = repo.path.parent / "outside"
    repo.write("app/.env", ENV)
    repo.add()
    repo.commit()
    (repo.path / "app").rename(outside)
    (repo.path / "app").symlink_to(outside)
    said = untrack(repo, "app/.env", "--apply")
    assert "left alone" in said
    assert sorted(path.name for path in outside.iterdir()) == [".env"]


def test_a_file_that_is_deleted_here(tracked: Repo) -> None:
    (tracked.path / ".env").unlink()
    untrack(tracked, ".env", "--apply")
    assert (tracked.path / ".env.example").read_text() == TEMPLATE
    assert "D\t.env" in staged(tracked)


@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_a_sparse_checkout(tracked: Repo, cone: str) -> None:
    tracked.write("app/.env", ENV)
    tracked.write("lib/x", "x")
    tracked.add()
    tracked.commit()
    tracked.git("sparse-checkout", "set", cone, "lib", *([] if cone == "--cone" else ["/.env"]))
    assert not (tracked.path / "app").exists()
    said = untrack(tracked, "app/.env", "--apply")
    assert "D\tapp/.env" in staged(tracked)
    assert "app/.env.example is left alone" in said
    assert "/app/.env" in (tracked.path / ".gitignore").read_text()


def test_the_first_commit_is_not_made_yet(repo: Repo) -> None:
    repo.write(".env", ENV)
    repo.add()
    untrack(repo, ".env", "--apply")
    assert repo.git("ls-files").split() == [b".env.example", b".gitignore"]


def test_a_key_file(tracked: Repo) -> None:
    tracked.write("conf/server.key", PEM)
    tracked.add()
    tracked.commit()
    said = untrack(tracked, "conf/server.key", "--apply")
    assert "rotate what conf/server.key holds" in said
    assert staged(tracked) == ["A\t.gitignore", "D\tconf/server.key"]


def test_many_files(repo: Repo) -> None:
    for number in range(60):
        repo.write(f"app{number}/.env", ENV)
    repo.add()
    repo.commit()
    untrack(repo, ".", "--apply")
    assert sum(line.startswith("D") for line in staged(repo)) == 60
    assert (repo.path / ".gitignore").read_text() == ".env*\n!.env.example\n"


def test_hostile_names_do_not_reach_the_terminal(repo: Repo) -> None:
    repo.write("a\x1b[31m\u202e.env", ENV)
    repo.add()
    repo.commit()
    said = untrack(repo, "a\x1b[31m\u202e.env", "--apply")
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize("argv", [[], ["--nonsense", ".env"]])
def test_bad_arguments(tracked: Repo, argv: list[str]) -> None:
    untrack(tracked, *argv, status=2)
