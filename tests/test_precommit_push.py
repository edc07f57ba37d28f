"""Pushes to a real remote under the real pre-commit: the commits that the remote does not have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .clients import Client

pytest_plugins = ("tests.clients",)
CLEAN = "limit = 3\n"
PUSHED = ("block-env-files", "scan-diff")


@pytest.fixture
def work(start: Callable[[str], Client]) -> Client:
    """A repository with an empty remote."""
    client = start("pre-commit")
    client.configure(PUSHED)
    client.repo.commit("configured")
    client.remote()
    return client


@pytest.fixture
def shared(work: Client) -> Client:
    """A repository whose main is on the remote already, with an old secret in it."""
    work.land("old.py", work.secret("old"))
    work.repo.git("push", "-q", "--no-verify", "origin", "main")
    return work


def remote_refs(work: Client) -> list[bytes]:
    return work.repo.git("ls-remote", "origin").split()[1::2]


# ---- what is pushed


def test_a_first_push_of_a_clean_history_is_accepted(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.git("push", "origin", "main").passed("scanned 4 commits, 3 files").without("Skipped")
    assert remote_refs(work) == [b"HEAD", b"refs/heads/main"]


def test_a_first_push_with_a_secret_is_refused(work: Client) -> None:
    """The client gives no range here: both ends are empty."""
    commit = work.land("app.py", work.secret())
    work.git("push", "origin", "main").refused("app.py:1:12: github-pat:", f"in commit {commit[:10]}", "it is in a commit: rotate it")
    assert remote_refs(work) == []


def test_a_first_push_of_a_secret_that_is_gone_again_is_refused(work: Client) -> None:
    commit = work.land("app.py", work.secret())
    work.land("app.py", CLEAN)
    work.git("push", "origin", "main").refused("app.py:1:12: github-pat:", commit[:10])


def test_a_first_push_with_an_env_file_that_is_gone_again_is_refused(work: Client) -> None:
    commit = work.land(".env", "DEBUG=1\n")
    work.repo.git("rm", "-q", ".env")
    work.repo.commit("gone")
    work.git("push", "origin", "main").refused("- hook id: block-env-files", ".env:1:1: ", commit[:10])


def test_an_update_is_scanned_from_where_the_remote_is(shared: Client) -> None:
    shared.land("app.py", shared.secret())
    done = shared.git("push", "origin", "main").refused("app.py:1:12: github-pat:", "scanned 1 commit, 1 file, 1 added line")
    done.without("old.py")


def test_a_clean_update_is_accepted(shared: Client) -> None:
    shared.land("app.py", CLEAN)
    shared.git("push", "origin", "main").passed("scanned 1 commit, 1 file, 1 added line")


def test_an_update_that_adds_and_removes_a_secret_is_refused(shared: Client) -> None:
    commit = shared.land("app.py", shared.secret())
    shared.repo.git("rm", "-q", "app.py")
    shared.repo.commit("gone")
    shared.git("push", "origin", "main").refused("app.py:1:12: github-pat:", commit[:10], "scanned 2 commits")


def test_a_new_branch_is_scanned_from_what_the_remote_has(shared: Client) -> None:
    shared.repo.git("switch", "-q", "-c", "topic")
    shared.land("app.py", shared.secret())
    done = shared.git("push", "-u", "origin", "topic").refused("app.py:1:12: github-pat:", "scanned 1 commit,")
    done.without("old.py")


def test_a_new_branch_without_a_commit_of_its_own_is_accepted(shared: Client) -> None:
    shared.repo.git("branch", "same")
    shared.git("push", "origin", "same").passed().without("github-pat")
    assert b"refs/heads/same" in remote_refs(shared)


def test_a_secret_in_a_root_commit_is_refused(shared: Client) -> None:
    shared.repo.git("switch", "-q", "--orphan", "fresh")
    shared.configure(PUSHED)
    shared.land("app.py", shared.secret())
    shared.git("push", "origin", "fresh").refused("app.py:1:12: github-pat:", "scanned 1 commit,").without("old.py")


def test_a_branch_that_is_not_checked_out_is_scanned(shared: Client) -> None:
    shared.repo.git("switch", "-q", "-c", "topic")
    shared.land("app.py", shared.secret())
    shared.repo.git("switch", "-q", "main")
    shared.git("push", "origin", "topic").refused("app.py:1:12: github-pat:")


def test_a_name_on_another_branch_that_reads_like_an_option_is_none(shared: Client) -> None:
    shared.repo.git("switch", "-q", "-c", "topic")
    shared.land("--help", CLEAN)
    shared.land("app.py", shared.secret())
    shared.repo.git("switch", "-q", "main")
    shared.git("push", "origin", "topic").refused("app.py:1:12: github-pat:", "scanned 2 commits")


def test_a_forced_push_of_a_rewritten_branch_is_scanned(shared: Client) -> None:
    shared.land("app.py", CLEAN)
    shared.git("push", "-q", "origin", "main").passed()
    shared.stage("app.py", CLEAN + shared.secret())
    shared.repo.commit("rewritten", "--amend")
    shared.git("push", "--force", "origin", "main").refused("app.py:2:12: github-pat:", "scanned 1 commit,")


def test_what_only_a_merge_brought_in_is_refused(shared: Client) -> None:
    shared.repo.git("switch", "-q", "-c", "side")
    shared.land("side.py", CLEAN)
    shared.repo.git("switch", "-q", "main")
    shared.land("main.py", CLEAN)
    shared.repo.git("merge", "-q", "--no-commit", "side")
    shared.stage("evil.py", shared.secret())
    merge = shared.repo.commit("merged")
    assert shared.parents() == 2
    shared.git("push", "origin", "main").refused("evil.py:1:12: github-pat:", merge[:10], "scanned 3 commits")


def test_the_second_parent_of_a_merge_is_scanned(shared: Client) -> None:
    shared.repo.git("switch", "-q", "-c", "side")
    shared.land("side.py", shared.secret())
    shared.land("side.py", CLEAN)
    shared.repo.git("switch", "-q", "main")
    shared.land("main.py", CLEAN)
    shared.repo.git("merge", "-q", "--no-verify", "-m", "merged", "side")
    shared.git("push", "origin", "main").refused("side.py:1:12: github-pat:")


# ---- what git pushes besides


def test_an_annotated_tag_on_a_new_commit_is_scanned(shared: Client) -> None:
    shared.land("app.py", shared.secret())
    shared.repo.git("tag", "-a", "v1", "-m", "one")
    shared.git("push", "origin", "v1").refused("app.py:1:12: github-pat:")


def test_a_tag_on_a_pushed_commit_is_accepted(shared: Client) -> None:
    shared.repo.git("tag", "v1")
    shared.git("push", "origin", "v1").passed().without("github-pat")
    assert b"refs/tags/v1" in remote_refs(shared)


def push_of_two(work: Client) -> None:
    """Two branches with a new commit each, a secret on the second one only: the client tells its hooks of the first."""
    work.repo.git("switch", "-q", "-c", "b-second")
    work.land("second.py", work.secret("second"))
    work.repo.git("switch", "-q", "-c", "a-first", "main")
    work.land("first.py", CLEAN)


def test_a_push_of_all_branches_warns_of_a_secret_on_another(shared: Client) -> None:
    push_of_two(shared)
    done = shared.git("push", "origin", "--all").passed(
        "second.py:1:17: github-pat: note:", "on a branch or tag that this push may send too"
    )
    done.without("old.py")


def test_a_push_of_all_branches_fails_where_the_scope_is_all(shared: Client) -> None:
    push_of_two(shared)
    shared.land("stopgap.toml", 'push-scope = "all"\n')
    shared.git("push", "origin", "--all").refused("second.py:1:17: github-pat:").without("note:", "old.py")


def test_a_push_by_url_leaves_out_what_any_remote_has(shared: Client) -> None:
    url = str(shared.repo.path.with_name("origin.git"))
    shared.land("app.py", CLEAN)
    shared.git("push", url, "main").passed("scanned 1 commit,").without("old.py")
    shared.land("app.py", shared.secret())
    shared.git("push", url, "main").refused("app.py:1:12: github-pat:").without("old.py")


def test_a_push_by_url_without_a_remote_is_scanned_from_what_git_was_told(shared: Client) -> None:
    url = str(shared.repo.path.with_name("origin.git"))
    shared.repo.git("remote", "remove", "origin")
    shared.land("app.py", CLEAN)
    shared.git("push", url, "main").passed("scanned 1 commit,").without("old.py")


def test_a_push_to_a_second_remote_is_scanned_from_what_that_one_has(shared: Client) -> None:
    shared.remote("mirror")
    shared.git("push", "mirror", "main").refused("old.py:1:14: github-pat:", "scanned 4 commits")


def test_a_push_that_only_deletes_is_accepted(shared: Client) -> None:
    shared.repo.git("push", "-q", "--no-verify", "origin", "main:gone")
    shared.land("app.py", shared.secret())
    shared.git("push", "origin", ":gone").passed("[deleted]").without("github-pat")
    assert b"refs/heads/gone" not in remote_refs(shared)


def test_the_umbrella_looks_at_the_pushed_commits(shared: Client) -> None:
    shared.configure(["stopgap"])
    shared.repo.commit("configured")
    shared.land("app.py", shared.secret())
    shared.land("app.py", CLEAN)
    shared.git("push", "origin", "main").refused("- hook id: stopgap", "app.py:1:12: github-pat:", "scanned 3 commits").without("old.py")


def test_a_push_from_a_shallow_clone_scans_the_new_commits(shared: Client, tmp_path: Path) -> None:
    shared.land("app.py", CLEAN)
    shared.repo.git("push", "-q", "--no-verify", "origin", "main")
    shared.repo.git("clone", "-q", "--depth", "1", (tmp_path / "origin.git").as_uri(), str(tmp_path / "repo" / "shallow"))
    shared.client("install", cwd="shallow").passed()
    (tmp_path / "repo/shallow/new.py").write_text(shared.secret("new"))
    shared.run("git", "add", "new.py", cwd="shallow").passed()
    shared.run("git", "commit", "-q", "--no-verify", "-m", "new", cwd="shallow").passed()
    done = shared.run("git", "push", "origin", "main", cwd="shallow").refused("new.py:1:14: github-pat:", "scanned 1 commit,")
    done.without("old.py")
