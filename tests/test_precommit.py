"""Commits and plain runs under the real pre-commit: which content is looked at, by situation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .clients import SCAN, UNCOMPILED, Client

pytest_plugins = ("tests.clients",)
CLEAN = "limit = 3\n"
NOTHING_SELECTED = "the client selected no file"


@pytest.fixture
def work(start: Callable[[str], Client]) -> Client:
    """A repository with one clean commit, whose commits pre-commit checks with each hook of its own."""
    return start("pre-commit")


# ---- a commit


def test_a_clean_commit_is_accepted(work: Client) -> None:
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", "clean").passed("scanned 1 file, 1 line", "scan the commit message").without("Failed", "Skipped")
    assert work.repo.git("show", "-s", "--format=%s").decode().strip() == "clean"


def test_a_commit_of_a_secret_is_refused(work: Client) -> None:
    before = work.head()
    work.stage("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "a secret").refused("app.py:2:12: github-pat:", "- hook id: scan-diff", "- exit code: 1", "  fix: ")
    assert work.head() == before


def test_a_commit_of_an_env_file_is_refused(work: Client) -> None:
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "an env file").refused("- hook id: block-env-files", ".env:1:1: ")


def test_the_umbrella_refuses_both_at_once(work: Client) -> None:
    work.configure(["stopgap"])
    work.stage("app.py", work.secret())
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "both").refused("- hook id: stopgap", "app.py:1:12: github-pat:", ".env:1:1: ")


def test_the_umbrella_accepts_a_clean_commit(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.configure(["stopgap"])
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", "clean").passed("scanned ").without("old.py")


def test_old_findings_of_a_changed_file_do_not_block(work: Client) -> None:
    work.land("app.py", work.secret("old") + CLEAN)
    work.stage("app.py", work.repo.path.joinpath("app.py").read_bytes() + b"more = 4\n")
    work.git("commit", "-m", "one line more").passed("scanned 1 file, 1 ").without("github-pat")


def test_a_secret_on_an_unstaged_line_does_not_block(work: Client) -> None:
    work.stage("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "the staged line").passed("Stashing unstaged files", "scanned 1 file, 1 ")


def test_a_secret_that_was_staged_and_then_undone_in_the_work_tree_is_refused(work: Client) -> None:
    work.stage("app.py", CLEAN + work.secret())
    work.repo.write("app.py", CLEAN)
    work.git("commit", "-m", "the index has it").refused("app.py:2:12: github-pat:")


@pytest.mark.parametrize(
    "name", [pytest.param("with space.py", id="space"), pytest.param("é.py", id="non-ascii"), pytest.param("-x.py", id="dash")]
)
def test_odd_names_are_scanned(work: Client, name: str) -> None:
    work.stage(name, work.secret())
    work.git("commit", "-m", "a name").refused(f"{name}:1:12: github-pat:")


@pytest.mark.parametrize("name", ["--help", "--from-ref=HEAD", "--worktree", "--min-confidence=high", "--output=owned.txt", "--", "-"])
def test_a_name_that_reads_like_an_option_is_a_name(work: Client, name: str) -> None:
    """Clients put the names behind the options without a `--`, and anybody can name a file."""
    work.stage(name, work.secret("of_it"))
    work.stage("app.py", work.secret())
    work.git("commit", "-m", "a name").refused(f"{name}:1:16: github-pat:", "app.py:1:12: github-pat:", "- exit code: 1")
    assert not (work.repo.path / "owned.txt").exists()


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(("--amend", "-m", "other words"), id="amend, other message"),
        pytest.param(("--amend", "--no-edit"), id="amend, nothing changed"),
        pytest.param(("--allow-empty", "-m", "empty"), id="allow-empty"),
    ],
)
def test_a_commit_without_content_is_accepted(work: Client, argv: tuple[str, ...]) -> None:
    work.land("old.py", work.secret("old"))
    work.git("commit", *argv).passed(NOTHING_SELECTED, "scanned 0 files").without("github-pat")


@pytest.mark.parametrize("argv", [("--amend", "-m", "other words"), ("--allow-empty", "-m", "empty")], ids=["amend", "allow-empty"])
def test_the_umbrella_accepts_a_commit_without_content(work: Client, argv: tuple[str, ...]) -> None:
    work.configure(["stopgap"])
    work.land("old.py", work.secret("old"))
    work.git("commit", *argv).passed("nothing is staged").without("github-pat")


def test_the_umbrella_accepts_a_deletion(work: Client) -> None:
    work.configure(["stopgap"])
    work.land(".env", "DB_PASSWORD=" + work.secret("old").split('"')[1] + "\n")
    work.repo.git("rm", "-q", "--cached", ".env")
    work.git("commit", "-m", "untracked").passed("stopgap").without("github-pat", ".env:1")


def test_an_amend_with_a_new_secret_is_refused(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.stage("app.py", work.secret())
    work.git("commit", "--amend", "--no-edit").refused("app.py:1:12: github-pat:").without("old.py")


def test_a_commit_that_only_deletes_is_accepted(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.repo.git("rm", "-q", "old.py")
    work.git("commit", "-m", "gone").passed(NOTHING_SELECTED)


def test_a_commit_that_deletes_and_adds_is_scanned(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.repo.git("rm", "-q", "old.py")
    work.stage("new.py", "first = 1\n" + work.secret("new"))
    work.git("commit", "-m", "one for the other").refused("new.py:2:").without("old.py")


def test_a_rename_does_not_bring_old_findings_up_again(work: Client) -> None:
    work.land("old.py", work.secret("old") + CLEAN * 20)
    work.repo.git("mv", "old.py", "new.py")
    work.git("commit", "-m", "renamed").passed("scanned 1 file\n").without("github-pat")


# ---- git's temporary index


@pytest.mark.parametrize(
    ("answers", "status"), [pytest.param("y\nn\n", 0, id="the clean hunk"), pytest.param("n\ny\n", 1, id="the hunk with the secret")]
)
def test_commit_p_looks_at_the_chosen_hunk(work: Client, answers: str, status: int) -> None:
    middle = "".join(f"line_{number} = {number}\n" for number in range(30))
    work.land("app.py", middle)
    work.repo.write("app.py", "first = 1\n" + middle + work.secret())
    done = work.git("commit", "-p", "-m", "a part", stdin=answers, shows_diff=True)
    done.ended(status, "app.py:31:12: github-pat:" if status else "scanned 1 file, 1 ")


def test_commit_path_looks_at_that_file_alone(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + "more = 4\n")
    work.stage("staged.py", work.secret("staged"))
    work.repo.write("untracked.py", work.secret("untracked"))
    work.git("commit", "-m", "one file", "app.py").passed("scanned 1 file, 1 ").without("staged.py", "untracked.py")
    assert work.repo.git("show", "--format=", "--name-only", "HEAD").split() == [b"app.py"]


def test_commit_path_of_a_secret_is_refused(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + work.secret())
    work.git("commit", "-m", "one file", "app.py").refused("app.py:2:12: github-pat:")


def test_commit_a_of_a_secret_is_refused(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.repo.write("app.py", CLEAN + work.secret())
    work.git("commit", "-a", "-m", "all").refused("app.py:2:12: github-pat:")


# ---- the message


@pytest.mark.parametrize("before", [pytest.param("", id="text"), pytest.param("# ", id="comment line, which -m keeps")])
def test_a_secret_in_the_message_is_refused(work: Client, before: str) -> None:
    work.stage("app.py", CLEAN)
    work.git("commit", "-m", f"a title\n\n{before}{work.secret()}").refused("- hook id: scan-message", "COMMIT_EDITMSG:3:", "github-pat")


def test_a_message_is_scanned_where_the_configuration_drops_its_name(work: Client) -> None:
    work.repo.write(".pre-commit-config.yaml", "files: '\\.py$'\n" + work.source.config())
    work.stage("app.py", CLEAN)
    work.repo.add()
    work.git("commit", "-m", work.secret()).refused("- hook id: scan-message", "COMMIT_EDITMSG:1:", "github-pat")


# ---- what a configuration drops


def test_an_excluded_file_is_left_out_and_that_is_said(work: Client) -> None:
    work.repo.write(".pre-commit-config.yaml", "exclude: ^vendor/\n" + work.source.config())
    work.repo.add()
    work.repo.commit("configured")
    work.stage("vendor/app.py", work.secret())
    work.git("commit", "-m", "vendored").passed(NOTHING_SELECTED, "scanned 0 files")


def test_a_plain_run_with_only_excluded_files_passes_and_says_so(work: Client) -> None:
    work.repo.write(".pre-commit-config.yaml", "exclude: ^vendor/\n" + work.source.config(SCAN))
    work.repo.add()
    work.repo.commit("configured")
    work.stage("vendor/app.py", work.secret())
    work.client("run").passed(NOTHING_SELECTED)


# ---- runs by hand


def test_a_run_over_all_files_finds_what_was_committed_long_ago(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.land("app.py", CLEAN)
    work.client("run", "--all-files").refused("old.py:1:14: github-pat:", "- hook id: scan-diff")


def test_a_run_over_all_files_of_a_clean_repository_passes(work: Client) -> None:
    work.land("app.py", CLEAN)
    work.client("run", "--all-files").passed("scanned 3 files").without("Failed")


def test_the_umbrella_over_all_files_looks_at_the_whole_tree(work: Client) -> None:
    work.configure(["stopgap"])
    work.land("old.py", work.secret("old"))
    work.client("run", "--all-files").refused("old.py:1:14: github-pat:", "- hook id: stopgap")


def test_the_umbrella_finds_an_old_env_file_in_the_whole_tree(work: Client) -> None:
    work.configure(["stopgap"])
    work.land("deep/.env", "DEBUG=1\n")
    work.client("run", "--all-files").refused("deep/.env:1:1: ")


def test_named_files_are_scanned_whole(work: Client) -> None:
    work.land("old.py", CLEAN + work.secret("old"))
    work.land("other.py", work.secret("other"))
    work.client("run", "scan-diff", "--files", "old.py").refused("old.py:2:14: github-pat:", "scanned 1 file, 2 lines").without("other.py")


def test_an_untracked_file_that_is_named_is_scanned(work: Client) -> None:
    work.repo.write("new.py", work.secret())
    work.client("run", "scan-diff", "--files", "new.py").refused("new.py:1:12: github-pat:")


def test_a_range_is_scanned_by_its_commits(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    start = work.head()
    work.land("app.py", work.secret("gone"))
    work.land("app.py", CLEAN)
    done = work.client("run", "scan-diff", "--from-ref", start, "--to-ref", "HEAD")
    done.refused("app.py:1:15: github-pat:", "scanned 2 commits").without("old.py")


def test_a_clean_range_passes(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    start = work.head()
    work.land("app.py", CLEAN)
    work.client("run", "scan-diff", "--from-ref", start, "--to-ref", "HEAD").passed("scanned 1 commit, 1 file, 1 added line")


def test_a_range_whose_start_is_unknown_is_no_pass(work: Client) -> None:
    done = work.client("run", "scan-diff", "--from-ref", "0" * 39 + "1", "--to-ref", "HEAD")
    assert done.status != 0, done.text


def test_a_run_with_nothing_staged_is_not_clean(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    done = work.client("run", "scan-diff").refused("- exit code: 2", "nothing would be checked", "--all-files", "--from-ref")
    done.without("old.py")


def test_try_repo_runs_the_checkout_on_a_named_file(work: Client) -> None:
    work.land("old.py", work.secret("old"))
    work.environ = {**work.environ, **UNCOMPILED}
    done = work.client("try-repo", str(work.source.path), "scan-diff", "--files", "old.py")
    done.refused("old.py:1:14: github-pat:", "- exit code: 1")
