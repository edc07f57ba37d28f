"""Merges, cherry-picks, reverts and rebases under the real pre-commit: "added" means in no parent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .clients import EACH, Client

pytest_plugins = ("tests.clients",)
PAGE = "".join(f"line_{number} = {number}\n" for number in range(20))


@pytest.fixture
def work(start: Callable[[str], Client]) -> Client:
    """main and a branch `side`, each with an old secret of its own that went past the hooks; both changed page.py. On main."""
    client = start("pre-commit")
    client.land("page.py", PAGE)
    client.repo.git("switch", "-q", "-c", "side")
    client.land("of_side.py", client.secret("of_side"))
    client.land("page.py", PAGE + client.secret("tail"))
    client.repo.git("switch", "-q", "main")
    client.land("of_main.py", client.secret("of_main"))
    client.land("page.py", client.secret("head") + PAGE)
    return client


def conflict(work: Client) -> None:
    """Both sides change the same line, and both sides hold an old secret in that file."""
    work.land("page.py", work.secret("head") + PAGE + "end = 'main'\n")
    work.repo.git("switch", "-q", "side")
    work.land("page.py", PAGE + work.secret("tail") + "end = 'side'\n")
    work.repo.git("switch", "-q", "main")


def resolved(work: Client, more: str = "") -> str:
    return work.secret("head") + PAGE + work.secret("tail") + "end = 'both'\n" + more


# ---- a merge


def test_a_clean_merge_is_accepted_whatever_the_parents_hold(work: Client) -> None:
    work.git("merge", "side", "-m", "merged").passed("scan the diff for secrets", "scan the commit message").without("github-pat")
    assert work.parents() == 2


def test_a_clean_merge_is_accepted_by_the_umbrella(work: Client) -> None:
    work.configure(["stopgap"])
    work.repo.commit("configured")
    work.git("merge", "side", "-m", "merged").passed("scanned ").without("github-pat")
    assert work.parents() == 2


@pytest.mark.parametrize("ids", [EACH, ("stopgap",)], ids=["single hooks", "umbrella"])
def test_a_secret_that_gits_own_merge_brings_in_is_refused(work: Client, ids: tuple[str, ...]) -> None:
    """No conflict and no commit by hand: a merge driver writes what neither parent has, and only pre-merge-commit sees it."""
    work.configure(ids)
    work.repo.write(".git/info/attributes", "page.py merge=driver\n")
    work.repo.write(".git/brought", work.secret("brought"))
    work.repo.git("config", "merge.driver.driver", "cat .git/brought >> %A")
    work.repo.commit("configured")
    before = work.head()
    work.git("merge", "side", "-m", "merged").refused("page.py:22:18: github-pat:").without("page.py:1:", "of_side.py:", "of_main.py:")
    assert work.head() == before


def test_a_secret_that_is_added_while_merging_is_refused(work: Client) -> None:
    work.repo.git("merge", "-q", "--no-commit", "side")
    work.stage("only_here.py", work.secret("only_here"))
    done = work.git("commit", "-m", "merged").refused("only_here.py:1:20: github-pat:")
    done.without("of_main.py:", "of_side.py:", "page.py:")


def test_a_secret_that_is_added_to_a_merged_file_is_refused(work: Client) -> None:
    work.repo.git("merge", "-q", "--no-commit", "side")
    work.stage("page.py", (work.repo.path / "page.py").read_text() + work.secret("new"))
    done = work.git("commit", "-m", "merged").refused("page.py:23:14: github-pat:")
    done.without("page.py:1:", "page.py:22:", "of_side.py:")


def test_an_env_file_that_is_added_while_merging_is_refused(work: Client) -> None:
    work.repo.git("merge", "-q", "--no-commit", "side")
    work.stage(".env", "DEBUG=1\n")
    work.git("commit", "-m", "merged").refused("- hook id: block-env-files", ".env:1:1: ")


def test_an_env_file_of_the_other_branch_does_not_block_the_merge(work: Client) -> None:
    work.repo.git("switch", "-q", "side")
    work.land("old/.env", "DEBUG=1\n")
    work.repo.git("switch", "-q", "main")
    work.configure(["block-env-files", "scan-diff", "scan-message"])
    work.repo.commit("configured")
    work.git("merge", "side", "-m", "merged").passed("block env files")
    assert work.parents() == 2


def test_a_resolved_conflict_with_the_parents_old_secrets_is_accepted(work: Client) -> None:
    conflict(work)
    work.git("merge", "side").refused("CONFLICT")
    work.stage("page.py", resolved(work))
    work.git("commit", "-m", "merged").passed("scan the diff for secrets").without("github-pat")
    assert work.parents() == 2


def test_a_resolution_that_brings_a_secret_is_refused(work: Client) -> None:
    conflict(work)
    work.git("merge", "side").refused("CONFLICT")
    work.stage("page.py", resolved(work, work.secret("new")))
    done = work.git("commit", "-m", "merged").refused("page.py:24:14: github-pat:")
    done.without("page.py:1:", "page.py:22:")


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_a_conflict_resolved_by_taking_one_side_whole_is_accepted(work: Client, side: str) -> None:
    conflict(work)
    work.git("merge", "side").refused("CONFLICT")
    work.repo.git("checkout", "-q", side, "page.py")
    work.repo.add("page.py")
    work.git("commit", "-m", "merged").passed("scan the diff for secrets").without("github-pat")
    assert work.parents() == 2


@pytest.mark.parametrize("ids", [("block-env-files", "scan-diff"), ("stopgap",)], ids=["single hooks", "umbrella"])
def test_a_merge_that_keeps_our_side_alone_is_accepted(work: Client, ids: tuple[str, ...]) -> None:
    work.configure(ids)
    work.repo.commit("configured")
    work.git("merge", "-s", "ours", "side", "-m", "merged").passed("scanned 0 files")
    assert work.parents() == 2


def test_merge_continue_is_checked_too(work: Client) -> None:
    conflict(work)
    work.git("merge", "side").refused("CONFLICT")
    work.stage("page.py", resolved(work, work.secret("new")))
    work.git("merge", "--continue").refused("page.py:24:14: github-pat:")


def test_an_octopus_is_accepted(work: Client) -> None:
    work.repo.git("branch", "third", "HEAD~2")
    work.repo.git("switch", "-q", "third")
    work.land("of_third.py", work.secret("of_third"))
    work.repo.git("switch", "-q", "main")
    work.git("merge", "side", "third", "-m", "merged").passed().without("github-pat")
    assert work.parents() == 3


def test_a_squash_is_a_commit_of_ones_own(work: Client) -> None:
    """It has one parent: what it brings is new to this branch, and leaves with it."""
    work.repo.git("merge", "-q", "--squash", "side")
    done = work.git("commit", "-m", "squashed").refused("of_side.py:1:18: github-pat:")
    done.without("of_main.py:", "page.py:1:")


# ---- cherry-pick, revert, rebase


def test_a_clean_cherry_pick_runs_no_hook_and_the_push_still_refuses_it(work: Client) -> None:
    work.remote()
    work.repo.git("push", "-q", "--no-verify", "origin", "main")
    work.git("cherry-pick", "side~1").passed().without("scan the diff")
    work.git("push", "origin", "main").refused("of_side.py:1:18: github-pat:", "is in a commit: rotate it")


def test_a_cherry_pick_that_conflicts_is_checked_when_it_continues(work: Client) -> None:
    conflict(work)
    work.git("cherry-pick", "side").refused("CONFLICT")
    work.stage("page.py", work.secret("head") + PAGE + "end = 'both'\n")
    work.git("cherry-pick", "--continue").passed("scan the diff for secrets").without("github-pat")


def test_a_cherry_pick_whose_resolution_brings_a_secret_is_refused(work: Client) -> None:
    conflict(work)
    work.git("cherry-pick", "side").refused("CONFLICT")
    work.stage("page.py", work.secret("head") + PAGE + work.secret("new"))
    work.git("cherry-pick", "--continue").refused("page.py:22:14: github-pat:").without("page.py:1:")


def test_a_commit_after_a_conflicting_cherry_pick_is_checked(work: Client) -> None:
    conflict(work)
    work.git("cherry-pick", "side").refused("CONFLICT")
    work.stage("page.py", work.secret("head") + PAGE + work.secret("new"))
    work.git("commit", "-m", "picked").refused("page.py:22:14: github-pat:").without("page.py:1:")


def test_a_revert_that_conflicts_is_checked_when_it_continues(work: Client) -> None:
    conflict(work)
    work.land("page.py", PAGE + "end = 'other'\n")
    work.git("revert", "HEAD~1", "--no-edit").refused("CONFLICT")
    work.stage("page.py", PAGE + work.secret("new"))
    work.git("revert", "--continue").refused("page.py:21:14: github-pat:")


def begun_rebase(work: Client) -> None:
    """Stands at the conflict of one commit that is put on top of main."""
    work.repo.git("switch", "-q", "-c", "topic", "main")
    work.land("page.py", work.secret("head") + PAGE + "end = 'topic'\n")
    work.repo.git("switch", "-q", "main")
    work.land("page.py", work.secret("head") + PAGE + "end = 'main'\n")
    work.repo.git("switch", "-q", "topic")
    work.git("rebase", "main").refused("CONFLICT")


def test_a_rebase_continues_without_hooks_and_the_push_still_refuses_it(work: Client) -> None:
    """git's rebase commits with --no-verify: whatever a resolution brings is seen by the push."""
    begun_rebase(work)
    work.stage("page.py", work.secret("head") + PAGE + work.secret("new"))
    work.git("rebase", "--continue").passed().without("scan the diff")
    work.remote()
    work.repo.git("push", "-q", "--no-verify", "origin", "main", "side")
    work.git("push", "origin", "topic").refused("page.py:22:14: github-pat:", "scanned 1 commit, 1 file, 1 added line").without(
        "page.py:1:"
    )


def test_a_commit_in_the_middle_of_a_rebase_is_checked(work: Client) -> None:
    begun_rebase(work)
    work.stage("page.py", work.secret("head") + PAGE + work.secret("new"))
    work.git("commit", "-m", "resolved").refused("page.py:22:14: github-pat:").without("page.py:1:")
    work.stage("page.py", work.secret("head") + PAGE + "end = 'both'\n")
    work.git("commit", "-m", "resolved").passed("scanned 1 file, 1 line").without("github-pat")
    work.git("rebase", "--continue").passed("updated refs/heads/topic")


def test_a_stash_is_not_checked_and_its_return_is_when_it_is_committed(work: Client) -> None:
    work.stage("app.py", work.secret())
    work.git("stash").passed().without("scan the diff")
    work.git("stash", "pop").passed()
    work.git("commit", "-m", "back").refused("app.py:1:12: github-pat:")
