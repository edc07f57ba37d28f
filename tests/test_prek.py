"""The rows that matter most, under the real prek, and its workspace mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .clients import SCAN, Client

pytest_plugins = ("tests.clients",)
CLEAN = "limit = 3\n"
NOTHING_SELECTED = "the client selected no file"


@pytest.fixture
def work(start: Callable[[str], Client]) -> Client:
    """A repository with one clean commit, whose commits prek checks with each hook of its own."""
    return start("prek")


# ---- a commit


def test_a_clean_commit_is_accepted(work: Client) -> None:
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", "clean").passed("scanned 1 file, 1 line", "scan the commit message").without("Failed", "Skipped")


def test_a_commit_of_a_secret_is_refused(work: Client) -> None:
    before = work.head()
    work.stage("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "a secret").refused("app.py:2:12: github-pat:", "- hook id: scan-diff", "- exit code: 1")
    assert work.head() == before


def test_a_commit_of_an_env_file_is_refused(work: Client) -> None:
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "an env file").refused("- hook id: block-env-files", ".env:1:1: ")


def test_the_umbrella_refuses_both_at_once(work: Client) -> None:
    work.configure(["stopgap"])
    work.stage("app.py", work.secret())
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "both").refused("- hook id: stopgap", "app.py:1:12: github-pat:", ".env:1:1: ")


def test_a_secret_on_an_unstaged_line_does_not_block(work: Client) -> None:
    work.stage("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "the staged line").passed("scanned 1 file, 1 ")


@pytest.mark.parametrize("name", ["with space.py", "é.py", "-x.py"], ids=["space", "non-ascii", "leading dash"])
def test_odd_names_are_scanned(work: Client, name: str) -> None:
    work.stage(name, work.secret())
    work.git("commit", "-m", "a name").refused(f"{name}:1:12: github-pat:")


@pytest.mark.parametrize("name", ["--help", "--from-ref=HEAD"])
def test_a_name_that_reads_like_an_option_is_a_name(work: Client, name: str) -> None:
    work.stage(name, work.secret("of_it"))
    work.stage("app.py", work.secret())
    work.git("commit", "-m", "a name").refused(f"{name}:1:16: github-pat:", "app.py:1:12: github-pat:", "- exit code: 1")


@pytest.mark.parametrize("argv", [("--amend", "-m", "other words"), ("--allow-empty", "-m", "empty")], ids=["amend", "allow-empty"])
def test_a_commit_without_content_is_accepted(work: Client, argv: tuple[str, ...]) -> None:
    work.land("old.py", work.secret("old"))
    work.git("commit", *argv).passed(NOTHING_SELECTED, "scanned 0 files").without("github-pat")


def test_a_commit_that_only_deletes_is_accepted(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.repo.git("rm", "-q", "old.py")
    work.git("commit", "-m", "gone").passed(NOTHING_SELECTED)


def test_commit_p_looks_at_the_chosen_hunk(work: Client) -> None:
    middle = "".join(f"line_{number} = {number}\n" for number in range(30))
    work.land("app.py", middle)
    work.repo.write("app.py", "first = 1\n" + middle + work.secret())
    work.git("commit", "-p", "-m", "a part", stdin="n\ny\n", shows_diff=True).refused("app.py:31:12: github-pat:")
    work.git("commit", "-p", "-m", "a part", stdin="y\nn\n", shows_diff=True).passed("scanned 1 file, 1 ")


def test_commit_path_looks_at_that_file_alone(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + "more = 4\n")
    work.stage("staged.py", work.secret("staged"))
    work.git("commit", "-m", "one file", "app.py").passed("scanned 1 file, 1 ").without("staged.py")


@pytest.mark.parametrize("before", ["", "# "], ids=["text", "comment line, which -m keeps"])
def test_a_secret_in_the_message_is_refused(work: Client, before: str) -> None:
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", f"a title\n\n{before}{work.secret()}").refused("- hook id: scan-message", "COMMIT_EDITMSG:3:", "github-pat")


def test_an_excluded_file_is_left_out_and_that_is_said(work: Client) -> None:
    work.repo.write(".pre-commit-config.yaml", "exclude: ^vendor/\n" + work.source.config())
    work.repo.add()
    work.repo.commit("configured")
    work.stage("vendor/app.py", work.secret())
    work.git("commit", "-m", "vendored").passed(NOTHING_SELECTED, "scanned 0 files")


# ---- a merge


@pytest.fixture
def sides(work: Client) -> Client:
    """main and a branch `side`, each with an old secret of its own; both changed page.py, on lines far apart."""
    page = "".join(f"line_{number} = {number}\n" for number in range(20))
    work.land("page.py", page)
    work.repo.git("switch", "-q", "-c", "side")
    work.land("of_side.py", work.secret("of_side"))
    work.land("page.py", page + work.secret("tail"))
    work.repo.git("switch", "-q", "main")
    work.land("of_main.py", work.secret("of_main"))
    work.land("page.py", work.secret("head") + page)
    return work


def test_a_clean_merge_is_accepted_whatever_the_parents_hold(sides: Client) -> None:
    sides.git("merge", "side", "-m", "merged").passed("scan the diff for secrets").without("github-pat")
    assert sides.parents() == 2


def test_a_secret_that_is_added_while_merging_is_refused(sides: Client) -> None:
    sides.repo.git("merge", "-q", "--no-commit", "side")
    sides.stage("new.py", sides.secret("new"))
    sides.git("commit", "-m", "merged").refused("new.py:1:14: github-pat:").without("of_main.py:", "of_side.py:", "page.py:")


def test_a_resolution_is_judged_by_what_it_adds(sides: Client) -> None:
    sides.land("page.py", sides.secret("head") + "end = 'main'\n")
    sides.git("merge", "side").refused("CONFLICT")
    both = sides.secret("head") + sides.secret("tail")
    sides.stage("page.py", both + sides.secret("new"))
    sides.git("commit", "-m", "merged").refused("page.py:3:14: github-pat:").without("page.py:1:", "page.py:2:")
    sides.stage("page.py", both)
    sides.git("commit", "-m", "merged").passed("scan the diff for secrets").without("github-pat")


# ---- a push


@pytest.fixture
def pushed(work: Client) -> Client:
    """A repository whose main is on the remote already, with an old secret in it."""
    work.configure(["block-env-files", "scan-diff"])
    work.land("old.py", work.secret("old"))
    work.remote()
    work.repo.git("push", "-q", "--no-verify", "origin", "main")
    return work


def test_a_first_push_of_a_secret_that_is_gone_again_is_refused(work: Client) -> None:
    work.remote()
    commit = work.land("app.py", work.secret())
    work.land("app.py", CLEAN)
    work.git("push", "origin", "main").refused("app.py:1:12: github-pat:", commit[:10])


def test_a_clean_update_is_accepted(pushed: Client) -> None:
    pushed.land("app.py", CLEAN)
    pushed.git("push", "origin", "main").passed("scanned 1 commit, 1 file, 1 added line").without("old.py")


def test_an_update_that_adds_and_removes_a_secret_is_refused(pushed: Client) -> None:
    pushed.land("app.py", pushed.secret())
    pushed.repo.git("rm", "-q", "app.py")
    pushed.repo.commit("gone")
    pushed.git("push", "origin", "main").refused("app.py:1:12: github-pat:", "scanned 2 commits").without("old.py")


def test_a_name_on_another_branch_that_reads_like_an_option_is_none(pushed: Client) -> None:
    pushed.repo.git("switch", "-q", "-c", "topic")
    pushed.land("--help", CLEAN)
    pushed.land("app.py", pushed.secret())
    pushed.repo.git("switch", "-q", "main")
    pushed.git("push", "origin", "topic").refused("app.py:1:12: github-pat:", "scanned 2 commits")


def test_what_only_a_merge_brought_in_is_refused(pushed: Client) -> None:
    pushed.repo.git("switch", "-q", "-c", "side")
    pushed.land("side.py", CLEAN)
    pushed.repo.git("switch", "-q", "main")
    pushed.land("main.py", CLEAN)
    pushed.repo.git("merge", "-q", "--no-commit", "side")
    pushed.land("evil.py", pushed.secret(), "merged")
    pushed.git("push", "origin", "main").refused("evil.py:1:12: github-pat:", "scanned 3 commits")


@pytest.mark.parametrize(
    ("scope", "status", "word"), [("", 0, "note: "), ('push-scope = "all"\n', 1, "github-pat: ")], ids=["default", "all"]
)
def test_a_push_of_all_branches(pushed: Client, scope: str, status: int, word: str) -> None:
    pushed.repo.git("switch", "-q", "-c", "b-second")
    pushed.land("second.py", pushed.secret("second"))
    pushed.repo.git("switch", "-q", "-c", "a-first", "main")
    pushed.land("stopgap.toml", scope)
    pushed.git("push", "origin", "--all").ended(status, "second.py:1:17: github-pat: ", word).without("old.py")


def test_a_push_that_only_deletes_is_accepted(pushed: Client) -> None:
    pushed.repo.git("push", "-q", "--no-verify", "origin", "main:gone")
    pushed.git("push", "origin", ":gone").passed("[deleted]")


# ---- runs by hand


def test_a_run_over_all_files_finds_what_was_committed_long_ago(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.client("run", "--all-files").refused("old.py:1:14: github-pat:", "- hook id: scan-diff")


def test_named_files_are_scanned_whole(work: Client) -> None:
    work.land("old.py", CLEAN + work.secret("old"))
    work.client("run", "scan-diff", "--files", "old.py").refused("old.py:2:14: github-pat:", "scanned 1 file, 2 lines")


def test_a_range_is_scanned_by_its_commits(work: Client) -> None:
    start = work.head()
    work.land("app.py", work.secret("gone"))
    work.land("app.py", CLEAN)
    work.client("run", "scan-diff", "--from-ref", start, "--to-ref", "HEAD").refused("app.py:1:15: github-pat:", "scanned 2 commits")


def test_a_run_with_nothing_staged_is_not_clean(work: Client) -> None:
    done = work.client("run", "scan-diff").refused("- exit code: 2", "nothing would be checked", "--all-files")
    done.without("Passed")


# ---- workspace mode: a configuration in a folder makes it a project, whose hooks run there and get names relative to it


@pytest.fixture
def workspace(work: Client) -> Client:
    """A repository with a project in its root and one in `services/api`."""
    work.configure(SCAN, "services/api/")
    work.configure(SCAN)
    work.repo.commit("projects")
    work.client("install", "--install-hooks").passed()
    return work


def test_a_secret_in_a_project_is_reported_by_its_path_from_the_root(workspace: Client) -> None:
    workspace.stage("services/api/src/app.py", CLEAN + workspace.secret())
    done = workspace.git("commit", "-m", "a secret").refused("services/api/src/app.py:2:12: github-pat:")
    done.without("cannot read", "exit code: 2")


def test_a_clean_commit_in_a_project_is_accepted(workspace: Client) -> None:
    workspace.stage("services/api/src/app.py", CLEAN)
    workspace.git("commit", "-m", "clean").passed("scanned 1 file, 1 line").without("Failed")


def test_a_clean_commit_in_the_root_does_not_trouble_the_project(workspace: Client) -> None:
    workspace.stage("app.py", CLEAN)
    workspace.git("commit", "-m", "clean").passed("scanned 1 file, 1 line").without("Failed", "exit code")


def test_a_run_over_all_files_reaches_into_projects(workspace: Client) -> None:
    workspace.land("services/api/old.py", workspace.secret("old"))
    workspace.client("run", "--all-files").refused("services/api/old.py:1:14: github-pat:")


def test_a_run_from_inside_of_a_project_names_it_from_the_root(workspace: Client) -> None:
    workspace.land("services/api/old.py", workspace.secret("old"))
    workspace.client("run", "--all-files", cwd="services/api").refused("services/api/old.py:1:14: github-pat:")


def test_a_push_is_checked_in_a_project_too(workspace: Client) -> None:
    workspace.remote()
    workspace.land("services/api/app.py", workspace.secret())
    workspace.land("services/api/app.py", CLEAN)
    workspace.git("push", "origin", "main").refused("services/api/app.py:1:12: github-pat:")
