"""Without a client that prepares the work tree: git's own hook scripts, husky's folder of them, calls with names as lefthook makes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .clients import BIN, Work
from .conftest import Repo

pytest_plugins = ("tests.clients",)
CLEAN = "limit = 3\n"
SCRIPTS = {
    "pre-commit": "exec stopgap check --verbose",
    "pre-merge-commit": "exec stopgap check --verbose",
    "commit-msg": 'exec stopgap scan-message "$1"',
    "pre-push": 'exec stopgap scan-diff --verbose --pre-push "$@"',
}


@pytest.fixture
def work(repo: Repo) -> Work:
    """A repository whose hooks are four scripts of one line."""
    return hooked(repo)


def hooked(repo: Repo) -> Work:
    made = Work(repo, {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "GIT_EDITOR": "true"})
    for name, line in SCRIPTS.items():
        script(repo.path / ".git/hooks" / name, line)
    return made


@pytest.fixture
def shared(work: Work) -> Work:
    """A repository whose main is on the remote already, with an old secret in it."""
    work.land("old.py", work.secret("old"))
    work.remote()
    work.repo.git("push", "-q", "--no-verify", "origin", "main")
    return work


def script(path: Path, line: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


# ---- pre-commit


def test_a_clean_commit_is_accepted(work: Work) -> None:
    work.land("old.py", work.secret("old"))
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", "clean").passed("scanned 1 file, 1 added line").without("github-pat")


def test_a_commit_of_a_secret_and_an_env_file_is_refused(work: Work) -> None:
    before = work.head()
    work.stage("app.py", work.secret())
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "both").refused("app.py:1:12: github-pat:", ".env:1:1: ")
    assert work.head() == before


def test_the_index_is_read_where_the_work_tree_is_clean_again(work: Work) -> None:
    work.stage("app.py", CLEAN + work.secret())
    work.repo.write("app.py", CLEAN)
    work.git("commit", "-m", "the index has it").refused("app.py:2:12: github-pat:")


def test_the_index_is_read_where_only_the_work_tree_has_a_secret(work: Work) -> None:
    work.stage("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "the index is clean").passed("scanned 1 file, 1 added line").without("github-pat")


@pytest.mark.parametrize("argv", [("--amend", "-m", "other words"), ("--allow-empty", "-m", "empty")], ids=["amend", "allow-empty"])
def test_a_commit_without_content_is_accepted(work: Work, argv: tuple[str, ...]) -> None:
    work.land("old.py", work.secret("old"))
    work.git("commit", *argv).passed("nothing is staged").without("github-pat")


def test_a_commit_that_only_deletes_is_accepted(work: Work) -> None:
    work.land("old.py", work.secret("old"))
    work.repo.git("rm", "-q", "old.py")
    work.git("commit", "-m", "gone").passed("0 added lines").without("github-pat")


def test_the_first_commit_of_all_is_checked(work: Work) -> None:
    work.repo.git("update-ref", "-d", "HEAD")
    work.stage("app.py", work.secret())
    work.git("commit", "-m", "first").refused("app.py:1:12: github-pat:")


def test_commit_p_looks_at_the_chosen_hunk(work: Work) -> None:
    middle = "".join(f"line_{number} = {number}\n" for number in range(30))
    work.land("app.py", middle)
    work.repo.write("app.py", "first = 1\n" + middle + work.secret())
    work.git("commit", "-p", "-m", "a part", stdin="n\ny\n", shows_diff=True).refused("app.py:31:12: github-pat:")
    work.git("commit", "-p", "-m", "a part", stdin="y\nn\n", shows_diff=True).passed("scanned 1 file, 1 added line")


def test_commit_path_looks_at_that_file_alone(work: Work) -> None:
    work.land("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + "more = 4\n")
    work.stage("staged.py", work.secret("staged"))
    work.git("commit", "-m", "one file", "app.py").passed("scanned 1 file, 1 added line").without("staged.py")
    work.repo.write("app.py", work.secret())
    work.git("commit", "-m", "one file", "app.py").refused("app.py:1:12: github-pat:").without("staged.py")


def test_a_commit_in_a_linked_work_tree_is_checked(work: Work) -> None:
    work.repo.git("worktree", "add", "-q", str(work.repo.path / "linked"))
    work.repo.write("linked/app.py", work.secret())
    work.run("git", "add", "app.py", cwd="linked").passed()
    work.run("git", "commit", "-m", "there", cwd="linked").refused("app.py:1:12: github-pat:")
    work.repo.write("linked/app.py", CLEAN)
    work.run("git", "commit", "-a", "-m", "there", cwd="linked").passed("scanned 1 file, 1 added line")


def test_a_repository_with_sha256_names(tmp_path: Path) -> None:
    work = hooked(Repo(tmp_path / "long", "--object-format=sha256"))
    work.stage("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "a secret").refused("app.py:2:12: github-pat:")
    commit = work.repo.commit("past the hooks")
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", "clean").passed("scanned 1 file, 0 added lines")
    work.repo.git("init", "-q", "--bare", "--object-format=sha256", str(tmp_path / "remote.git"))
    work.git("push", str(tmp_path / "remote.git"), "main").refused("app.py:2:12: github-pat:", commit[:10])
    assert len(commit) == 64


def test_a_commit_from_a_subfolder_is_checked(work: Work) -> None:
    work.repo.write("sub/app.py", work.secret())
    work.run("git", "add", "app.py", cwd="sub").passed()
    work.run("git", "commit", "-m", "from there", cwd="sub").refused("sub/app.py:1:12: github-pat:")


# ---- a merge, a message


def test_a_clean_merge_is_accepted_whatever_the_parents_hold(work: Work) -> None:
    work.repo.git("switch", "-q", "-c", "side")
    work.land("of_side.py", work.secret("of_side"))
    work.repo.git("switch", "-q", "main")
    work.land("of_main.py", work.secret("of_main"))
    work.git("merge", "side", "-m", "merged").passed("scanned ").without("github-pat")
    assert work.parents() == 2


def test_a_secret_that_is_added_while_merging_is_refused(work: Work) -> None:
    work.repo.git("switch", "-q", "-c", "side")
    work.land("of_side.py", work.secret("of_side"))
    work.repo.git("switch", "-q", "main")
    work.land("of_main.py", work.secret("of_main"))
    work.repo.git("merge", "-q", "--no-commit", "side")
    work.stage("new.py", work.secret("new"))
    work.git("commit", "-m", "merged").refused("new.py:1:14: github-pat:").without("of_side.py", "of_main.py")


def test_a_secret_in_the_message_is_refused(work: Work) -> None:
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", f"a title\n\n# {work.secret()}").refused("COMMIT_EDITMSG:3:", "github-pat")


def test_the_diff_under_a_verbose_message_is_no_part_of_it(work: Work) -> None:
    work.land("old.py", work.secret("old"))
    work.repo.git("rm", "-q", "old.py")
    seen = work.repo.path / "seen"
    script(work.repo.path / "edit", f'cp "$1" "{seen}"; printf "a title\\n" | cat - "{seen}" > "$1"')
    work.git("commit", "-v", environ={"GIT_EDITOR": str(work.repo.path / "edit")}).passed("a title").without("github-pat")
    assert b'-token_old = "ghp_' in seen.read_bytes()


# ---- pre-push: git's own lines, which name every ref


def test_a_first_push_of_a_secret_that_is_gone_again_is_refused(work: Work) -> None:
    work.remote()
    commit = work.land("app.py", work.secret())
    work.land("app.py", CLEAN)
    work.git("push", "origin", "main").refused("app.py:1:12: github-pat:", f"in commit {commit[:10]}", "scanned 3 commits")


def test_a_clean_update_is_accepted(shared: Work) -> None:
    shared.land("app.py", CLEAN)
    shared.git("push", "origin", "main").passed("scanned 1 commit, 1 file, 1 added line").without("old.py")


def test_what_only_a_merge_brought_in_is_refused(shared: Work) -> None:
    shared.repo.git("switch", "-q", "-c", "side")
    shared.land("side.py", CLEAN)
    shared.repo.git("switch", "-q", "main")
    shared.land("main.py", CLEAN)
    shared.repo.git("merge", "-q", "--no-commit", "side")
    merge = shared.land("evil.py", shared.secret(), "merged")
    shared.git("push", "origin", "main").refused("evil.py:1:12: github-pat:", merge[:10], "scanned 3 commits")


def test_every_branch_of_a_push_is_scanned(shared: Work) -> None:
    shared.repo.git("switch", "-q", "-c", "b-second")
    shared.land("second.py", shared.secret("second"))
    shared.repo.git("switch", "-q", "-c", "a-first", "main")
    shared.land("first.py", CLEAN)
    shared.git("push", "origin", "--all").refused("second.py:1:17: github-pat:", "scanned 2 commits").without("note:", "old.py")


def test_a_branch_that_is_not_pushed_is_not_looked_at(shared: Work) -> None:
    shared.repo.git("switch", "-q", "-c", "b-second")
    shared.land("second.py", shared.secret("second"))
    shared.repo.git("switch", "-q", "-c", "a-first", "main")
    shared.land("first.py", CLEAN)
    shared.git("push", "origin", "a-first").passed("scanned 1 commit,").without("second.py")


def test_a_push_by_url_leaves_out_what_any_remote_has(shared: Work) -> None:
    shared.land("app.py", shared.secret())
    shared.git("push", str(shared.repo.path.with_name("origin.git")), "main").refused("app.py:1:12: github-pat:").without("old.py")


def test_a_push_by_url_without_a_remote_is_scanned_from_what_git_says_it_has(shared: Work) -> None:
    shared.repo.git("remote", "remove", "origin")
    shared.land("app.py", shared.secret())
    done = shared.git("push", str(shared.repo.path.with_name("origin.git")), "main")
    done.refused("app.py:1:12: github-pat:", "scanned 1 commit,").without("old.py")


def test_a_secret_in_a_root_commit_is_refused(shared: Work) -> None:
    shared.repo.git("switch", "-q", "--orphan", "fresh")
    shared.land("app.py", shared.secret())
    shared.git("push", "origin", "fresh").refused("app.py:1:12: github-pat:", "scanned 1 commit,").without("old.py")


def test_a_push_to_a_new_remote_sends_everything(shared: Work) -> None:
    shared.remote("mirror")
    shared.git("push", "mirror", "main").refused("old.py:1:14: github-pat:")


def test_a_tag_is_scanned(shared: Work) -> None:
    shared.land("app.py", shared.secret())
    shared.repo.git("tag", "-a", "v1", "-m", "one")
    shared.git("push", "origin", "v1").refused("app.py:1:12: github-pat:", "scanned 1 commit")


def test_a_push_that_only_deletes_is_accepted(shared: Work) -> None:
    shared.repo.git("push", "-q", "--no-verify", "origin", "main:gone")
    shared.land("app.py", shared.secret())
    shared.git("push", "origin", ":gone").passed("[deleted]", "the push only deletes").without("github-pat")


def test_a_push_of_nothing_new_is_accepted(shared: Work) -> None:
    shared.git("push", "origin", "main").passed("the push sends nothing", "Everything up-to-date")


def test_what_the_remote_has_and_this_clone_lacks_does_not_stop_the_scan(shared: Work, tmp_path: Path) -> None:
    """Someone else pushed: git names a commit of the remote that was never fetched here."""
    other = Repo(tmp_path / "other")
    other.git("pull", "-q", str(tmp_path / "origin.git"), "main")
    other.commit("of another")
    other.git("push", "-q", str(tmp_path / "origin.git"), "HEAD:main")
    shared.land("app.py", shared.secret())
    shared.git("push", "--force", "origin", "main").refused("app.py:1:12: github-pat:", "scanned 1 commit,").without("old.py")


def test_the_umbrella_reads_gits_lines_too(shared: Work) -> None:
    script(shared.repo.path / ".git/hooks/pre-push", 'exec stopgap check --verbose --pre-push "$@"')
    shared.land("app.py", shared.secret())
    shared.land(".env", "DEBUG=1\n")
    shared.land("app.py", CLEAN)
    shared.git("push", "origin", "main").refused("app.py:1:12: github-pat:", ".env:1:1: ", "scanned 3 commits").without("old.py")


@pytest.mark.parametrize("line", ["x", "refs/heads/main 1 refs/heads/main 2", "a b c d"], ids=["a word", "short names", "no names"])
def test_other_text_than_gits_is_no_clean_push(work: Work, line: str) -> None:
    done = work.run("stopgap", "scan-diff", "--pre-push", "origin", "url", stdin=line + "\n")
    done.ended(2, "standard input is not what git gives a pre-push hook")


# ---- husky: a folder of scripts that git is told of


def test_a_hooks_path_in_the_work_tree(work: Work) -> None:
    script(work.repo.path / ".husky/pre-commit", "stopgap scan-diff && stopgap block-env-files")
    work.repo.git("config", "core.hooksPath", ".husky")
    work.stage("app.py", work.secret())
    work.git("commit", "-m", "a secret").refused("app.py:1:12: github-pat:")
    work.stage("app.py", CLEAN)
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "an env file").refused(".env:1:1: ").without("app.py")
    work.repo.git("rm", "-q", "--cached", ".env")
    work.git("commit", "-m", "clean").passed()


# ---- lefthook: names are given, nothing is stashed


def test_a_given_name_that_is_staged_is_read_from_the_index(work: Work) -> None:
    work.land("app.py", work.secret("old"))
    work.stage("app.py", work.secret("old") + CLEAN + work.secret("new"))
    work.repo.write("app.py", CLEAN + work.secret("unstaged"))
    done = work.run("stopgap", "scan-diff", "app.py").refused("app.py:3:14: github-pat:")
    done.without("app.py:1:", "app.py:2:")


def test_a_given_name_that_is_staged_clean_passes_whatever_the_work_tree_has(work: Work) -> None:
    work.stage("app.py", CLEAN)
    work.repo.write("app.py", work.secret())
    work.run("stopgap", "scan-diff", "--verbose", "app.py").passed("scanned 1 file, 1 line")


def test_given_names_limit_what_is_looked_at(work: Work) -> None:
    work.stage("app.py", CLEAN)
    work.stage("other.py", work.secret("other"))
    work.run("stopgap", "scan-diff", "--verbose", "app.py").passed("scanned 1 file, 1 line").without("other.py")


def test_names_from_a_hook_script_are_read_from_the_index(work: Work) -> None:
    script(work.repo.path / ".git/hooks/pre-commit", "git diff --cached --name-only -z --diff-filter=d | xargs -0 stopgap scan-diff --")
    work.stage("-x y.py", CLEAN + work.secret())
    work.repo.write("-x y.py", CLEAN)
    assert work.git("commit", "-m", "odd").text.count("-x y.py:2:12: github-pat:") == 1


def test_names_of_pushed_files_are_no_limit(shared: Work) -> None:
    """lefthook hands its pre-push scripts names beside git's lines: the lines decide."""
    head = shared.head()
    shared.land("app.py", shared.secret())
    line = f"refs/heads/main {shared.head()} refs/heads/main {head}\n"
    shared.run("stopgap", "scan-diff", "--pre-push", "origin", "url", "--", "old.py", stdin=line).refused("app.py:1:12: github-pat:")


# ---- by hand


def test_with_nothing_staged_nothing_was_checked(work: Work) -> None:
    work.land("old.py", work.secret("old"))
    work.run("stopgap", "scan-diff").ended(2, "nothing is staged: give file names, --worktree, or --from-ref and --to-ref")


@pytest.mark.parametrize("command", ["scan-diff", "block-env-files"])
def test_a_name_that_is_not_there_was_not_checked(work: Work, command: str) -> None:
    work.run("stopgap", command, "gone.py").ended(2, "cannot read gone.py: No such file or directory")


def test_an_unmerged_file_is_read_from_the_work_tree_or_said_to_be_unread(work: Work) -> None:
    """In the middle of a conflict the index has no content of a file: that must not pass for clean."""
    work.land("page.py", "a = 1\n")
    work.repo.git("switch", "-q", "-c", "side")
    work.land("page.py", "a = 2\n")
    work.repo.git("switch", "-q", "main")
    work.land("page.py", "a = 3\n")
    work.git("merge", "side").refused("CONFLICT")
    work.repo.write("page.py", work.secret())
    work.run("stopgap", "scan-diff", "page.py").refused("page.py:1:12: github-pat:")
    assert work.run("stopgap", "scan-diff").status != 0


def test_everything_that_could_be_committed_now(work: Work) -> None:
    work.land("old.py", work.secret("old"))
    work.land("changed.py", CLEAN)
    work.stage("staged.py", work.secret("staged"))
    work.repo.write("changed.py", CLEAN + work.secret("changed"))
    work.repo.write("new.py", work.secret("new"))
    work.repo.write(".env", "DB_PASSWORD=hunter2\n")
    done = work.run("stopgap", "scan-diff", "--worktree").refused("staged.py:1:17:", "changed.py:2:18:", "new.py:1:14:")
    done.without("old.py", ".env")
