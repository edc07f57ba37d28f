"""check-gitignore on real repositories: where it is silent, what it finds, what it says of it, and what `--fix` does."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from stopgap.checks.gitignore import escaped
from stopgap.checks.tracked import age
from stopgap.config import Config
from stopgap.fix import gitignore as fixer
from stopgap.gather import exposure, ignoring
from stopgap.git import ignore
from stopgap.git.repository import open_repository
from stopgap.model import Finding, StopgapError

from .conftest import Repo

GOOD = ".env*\n!.env.example\n"
TODAY = date(2025, 5, 20)
ERRORS = (".env", ".env.local", ".env.production", ".env~")

Find = Callable[..., list[Finding]]


@pytest.fixture
def find(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Find:
    """All findings for the repository, or for another folder, without notes unless they are asked for."""

    def run(settings: Config | None = None, *, at: Path | None = None, notes: bool = False) -> list[Finding]:
        monkeypatch.chdir(at or repo.path)
        repository, chosen = open_repository(), settings or Config()
        found = exposure.judged(repository, chosen, TODAY, ignoring.look(repository, chosen))
        return [finding for finding in found if notes or finding.severity != "note"]

    return run


def rules(found: list[Finding]) -> list[str]:
    return sorted(finding.rule for finding in found)


def on(day: str) -> dict[str, str]:
    return {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}


def committed(repo: Repo, files: dict[str, str], day: str = "2024-01-01") -> str:
    for name, content in files.items():
        repo.write(name, content)
    repo.git("--literal-pathspecs", "add", "-f", "--", *files)
    return repo.commit(env=on(day))


SECRET = "DB_PASSWORD=correct-battery-7\n"
SILENT = [
    pytest.param({".gitignore": GOOD}, {}, id="the recommended lines"),
    pytest.param({".gitignore": GOOD}, {".env": SECRET, "app/.env.local": SECRET}, id="ignored env files in the root and below"),
    pytest.param({".gitignore": ".env\n.env.*\n.env~\n!.env.sample\n"}, {".env": SECRET}, id="lines of another style"),
    pytest.param({".gitignore": "*\n!*.py\n!.gitignore\n", "a.py": ""}, {".env": SECRET}, id="everything ignored but what is listed"),
    pytest.param({".gitignore": f"{GOOD}node_modules/\n"}, {"node_modules/x/prod.env": SECRET}, id="config inside an ignored folder"),
    pytest.param({".gitignore": GOOD, "app/.env.example": "A=\n"}, {}, id="a template"),
    pytest.param({".gitignore": f"{GOOD}*.env\n", "app/.gitignore": "!dev.env.sample\n"}, {}, id="a negation for a template"),
    pytest.param({".gitignore": GOOD, ".npmrc": "save-exact=true\n"}, {}, id="a name that is harmless by its content, tracked"),
    pytest.param({".gitignore": GOOD}, {".npmrc": "save-exact=true\n"}, id="a name that is harmless by its content, not tracked"),
    pytest.param({".gitignore": GOOD.replace("\n", "\r\n")}, {".env": SECRET}, id="CRLF"),
    pytest.param({".gitignore": "\ufeff" + GOOD}, {".env": SECRET}, id="a byte order mark"),
    pytest.param({".gitignore": GOOD}, {".venv/.gitignore": "*\n", ".venv/prod.env": SECRET}, id="a folder that ignores itself"),
    pytest.param({".gitignore": GOOD, "é ü/.env.example": "A=\n"}, {"é ü/.env": SECRET}, id="a folder with a space and accents"),
    pytest.param({".gitignore": GOOD, "[a]*\\/.env.example": "A=\n"}, {"[a]*\\/.env": SECRET}, id="a folder named like a pattern"),
    pytest.param({".gitignore": GOOD, ":(top)x/.env.example": "A=\n"}, {":(top)x/.env": SECRET}, id="a folder named like pathspec magic"),
    pytest.param({".gitignore": GOOD, "a\nb/.env.example": "A=\n"}, {"a\nb/.env": SECRET}, id="a folder with a newline"),
]


@pytest.mark.parametrize(("tracked", "lying"), SILENT)
def test_is_silent(repo: Repo, find: Find, tracked: dict[str, str], lying: dict[str, str]) -> None:
    committed(repo, tracked)
    for name, content in lying.items():
        repo.write(name, content)
    assert find() == []


def test_stays_silent_about_what_the_config_allows(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": ".env*\n!.env.example\n!.env.production\n", ".env.production": SECRET, "x/fixtures/.env": SECRET})
    assert rules(find()) == ["ignore-negated", "tracked-although-ignored", "tracked-config"]
    assert find(Config(allow_files=(".env.production",), exclude=("fixtures/",))) == []


def test_stays_silent_about_a_tracked_file_that_is_encrypted(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": f"{GOOD}!.env.production\n", ".env.production": "API_TOKEN=encrypted:" + "Bz" * 60 + "\n"})
    assert find() == []


FOUND = [
    pytest.param({}, {}, ["ignore-missing"], id="no ignore file"),
    pytest.param({".gitignore": ".env\n"}, {}, ["ignore-missing"], id=".env alone covers no backup"),
    pytest.param(
        {".gitignore": ".env\n.env.local\n.env.*.local\n.env.production\n.env~\n"},
        {},
        ["ignore-missing"],
        id="four rules and a dated backup",
    ),
    pytest.param({".gitignore": f"/{GOOD}", "app/.env.example": ""}, {}, ["ignore-missing"], id="a rule for the root alone"),
    pytest.param({".gitignore": f"/{GOOD}"}, {"app/.env": SECRET}, ["ignore-missing"], id="an env file in the work tree, below"),
    pytest.param({".gitignore": GOOD}, {"prod.env": SECRET}, ["ignore-missing"], id="a config file that lies there under another name"),
    pytest.param({".gitignore": GOOD}, {"id_rsa": "-----BEGIN"}, ["ignore-missing"], id="a key that lies there"),
    pytest.param({".gitignore": GOOD, "main.tf": ""}, {}, ["ignore-missing"], id="state where there is Terraform"),
    pytest.param({".gitignore": f"{GOOD}!.env.local\n"}, {}, ["ignore-negated"], id="a later negation"),
    pytest.param({".gitignore": GOOD, "app/.gitignore": "!.env\n", "app/.env.example": ""}, {}, ["ignore-negated"], id="a negation below"),
    pytest.param({".gitignore": ".env*\n"}, {".env.example": "A=\n"}, ["ignore-template"], id="a template that does not reach teammates"),
    pytest.param({".gitignore": GOOD, "prod.env": SECRET}, {}, ["tracked-config"], id="a tracked config file"),
    pytest.param({".gitignore": GOOD, ".env": SECRET}, {}, ["tracked-although-ignored"], id="tracked although ignored"),
    pytest.param({".gitignore": GOOD, ".npmrc": "_authToken=" + "aB3dE6gH9" * 4}, {}, ["tracked-config"], id="convicted by its content"),
]


@pytest.mark.parametrize(("tracked", "lying", "expected"), FOUND)
def test_finds(repo: Repo, find: Find, tracked: dict[str, str], lying: dict[str, str], expected: list[str]) -> None:
    if tracked:
        committed(repo, tracked)
    for name, content in lying.items():
        repo.write(name, content)
    assert rules(find()) == expected


def test_says_in_one_finding_what_no_rule_covers(repo: Repo, find: Find) -> None:
    (finding,) = find()
    assert all(name in finding.message for name in ERRORS)
    assert ".env.bak-2" in finding.message
    assert (finding.path, finding.line, finding.severity) == (".gitignore", 1, "error")
    assert "`.env*`, `!.env.example`" in finding.fix


def test_lists_all_folders_with_the_same_gap_in_one_finding(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": "/.env*\n!.env.example\n", "a/.env.example": "", "b/c/.env.example": ""})
    (finding,) = find()
    assert "in a/, b/c/" in finding.message


def test_other_names_are_notes(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD, "a/.env.example": ""})
    (finding,) = find(notes=True)
    assert (finding.rule, finding.severity) == ("ignore-missing", "note")
    assert "prod.env" in finding.message
    assert ".netrc" in finding.message
    assert "a/" not in finding.message


def test_says_which_files_lie_there(repo: Repo, find: Find) -> None:
    repo.write(".env.local", SECRET)
    (finding,) = find()
    assert "there now: .env.local" in finding.message


def test_names_the_line_that_lets_in_again(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD, "app/.gitignore": "# local\n\n!.env.production\n", "app/.env.example": ""})
    (finding,) = find()
    assert (finding.path, finding.line) == ("app/.gitignore", 3)
    assert "`!.env.production` lets in .env.production in app/" in finding.message
    assert "delete line 3 of app/.gitignore" in finding.fix


@pytest.mark.parametrize("kind", ["info/exclude", "core.excludesFile"])
def test_a_personal_rule_covers_no_teammate(repo: Repo, find: Find, tmp_path: Path, kind: str) -> None:
    if kind == "info/exclude":
        repo.write(".git/info/exclude", ".env*\n")
    else:
        (tmp_path / "mine").write_text("\n.env*\n")
        repo.git("config", "core.excludesFile", str(tmp_path / "mine"))
    (finding,) = find()
    assert (finding.rule, finding.severity) == ("ignore-personal", "error")
    assert kind in finding.message
    assert "no teammate" in finding.message
    assert str(tmp_path) not in finding.message + finding.fix


def test_a_personal_rule_for_a_folder_does_not_hide_the_shared_one(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write(".git/info/exclude", "app/\n")
    repo.write("app/.env", SECRET)
    assert find() == []


def test_a_folder_that_is_personally_ignored_is_looked_into(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write(".git/info/exclude", "secrets/\n")
    repo.write("secrets/prod.env", SECRET)
    (finding,) = find()
    assert finding.rule == "ignore-personal"
    assert "secrets/prod.env" in finding.message


def test_an_untracked_ignore_file_covers_nobody(repo: Repo, find: Find) -> None:
    repo.write(".gitignore", GOOD)
    (finding,) = find()
    assert finding.rule == "ignore-untracked"
    assert finding.fix == "git add .gitignore"
    repo.add(".gitignore")
    assert find() == []


def test_an_untracked_ignore_file_that_ignores_itself_covers_nobody(repo: Repo, find: Find) -> None:
    repo.write(".gitignore", "*\n")
    assert rules(find()) == ["ignore-untracked"]


def test_judges_the_index_where_the_work_tree_has_more(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": "*.log\n"})
    repo.write(".gitignore", f"*.log\n{GOOD}secrets/\n")
    repo.write("secrets/prod.env", SECRET)
    assert {(finding.rule, finding.fix) for finding in find()} == {("ignore-unstaged", "git add .gitignore")}
    assert any("secrets/prod.env" in finding.message for finding in find())


def test_judges_the_index_where_the_work_tree_has_less(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write(".env", SECRET)
    repo.write(".gitignore", "")
    assert find() == []
    (repo.path / ".gitignore").unlink()
    assert find() == []


def test_a_link_is_no_ignore_file(repo: Repo, find: Find) -> None:
    committed(repo, {"rules": GOOD})
    (repo.path / ".gitignore").symlink_to("rules")
    repo.add(".gitignore")
    assert rules(find()) == ["ignore-missing"]


def test_a_template_that_could_be_is_a_note(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": ".env*\n"})
    assert find() == []
    (finding,) = (finding for finding in find(notes=True) if finding.rule == "ignore-template")
    assert (finding.path, finding.line, finding.severity) == (".gitignore", 1, "note")
    assert "`!.env.example`" in finding.fix


def test_tells_what_happened_to_a_file_that_is_tracked_although_ignored(repo: Repo, find: Find) -> None:
    first = committed(repo, {".env": SECRET}, "2022-03-04")
    committed(repo, {"a.py": ""}, "2022-06-01")
    ignoring = committed(repo, {".gitignore": f"*.log\n{GOOD}"}, "2023-07-08")
    repo.write("a.py", "pass\n")
    repo.write(".env", f"{SECRET}A=1\n")
    repo.add()
    repo.commit(env=on("2024-01-01"))
    (finding,) = find()
    assert (finding.rule, finding.severity, finding.path) == ("tracked-although-ignored", "error", ".env")
    assert ".gitignore:2 (`.env*`)" in finding.message
    assert f"first tracked 2022-03-04 (commit {first[:10]})" in finding.message
    assert f"ignored since 2023-07-08 (commit {ignoring[:10]})" in finding.message
    assert "exposed for 3 years, 2 months" in finding.message
    assert "`stopgap untrack .env`" in finding.fix
    assert "correct-battery" not in repr(finding)


def test_dates_a_tracked_config_file_that_nothing_ignores(repo: Repo, find: Find) -> None:
    first = committed(repo, {".gitignore": GOOD, "x/prod.env": SECRET}, "2025-05-01")
    (finding,) = find()
    assert f"first tracked 2025-05-01 (commit {first[:10]}), exposed for 19 days" in finding.message


def test_the_first_of_two_branches_that_added_it_counts(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD}, "2020-01-01")
    repo.git("branch", "other")
    committed(repo, {"prod.env": SECRET}, "2022-01-01")
    repo.git("checkout", "-q", "other")
    first = committed(repo, {"prod.env": SECRET}, "2021-01-01")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "other", env=on("2023-01-01"))
    (finding,) = find()
    assert f"first tracked 2021-01-01 (commit {first[:10]})" in finding.message


def test_dates_a_file_that_only_a_merge_brought(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD}, "2020-01-01")
    repo.git("branch", "other")
    committed(repo, {"a": ""}, "2020-02-01")
    repo.git("checkout", "-q", "other")
    committed(repo, {"b": ""}, "2020-03-01")
    repo.git("merge", "-q", "--no-commit", "main")
    merge = committed(repo, {"prod.env": SECRET}, "2021-01-01")
    (finding,) = find()
    assert f"first tracked 2021-01-01 (commit {merge[:10]})" in finding.message


def test_what_is_only_staged_is_not_committed_yet(repo: Repo, find: Find) -> None:
    repo.write(".gitignore", GOOD)
    repo.write(".env", SECRET)
    repo.add()
    (finding,) = find()
    assert finding.rule == "tracked-although-ignored"
    assert "not committed yet" in finding.message
    committed(repo, {"a": ""})
    repo.write("prod.env", SECRET)
    repo.add("prod.env")
    assert "not committed yet" in next(finding for finding in find() if finding.path == "prod.env").message


def test_a_rule_that_is_only_staged_has_no_date(repo: Repo, find: Find) -> None:
    committed(repo, {".env": SECRET}, "2022-03-04")
    repo.write(".gitignore", GOOD)
    repo.add(".gitignore")
    (finding,) = find()
    assert "the rule is not committed yet" in finding.message


def test_a_shallow_clone_says_that_it_cannot_date(repo: Repo, find: Find, tmp_path: Path) -> None:
    committed(repo, {".gitignore": GOOD, ".env": SECRET}, "2020-01-01")
    committed(repo, {"a": ""})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
    (finding,) = find(at=tmp_path / "clone")
    assert finding.rule == "tracked-although-ignored"
    assert "shallow" in finding.message
    assert "20" not in finding.message


def test_a_clone_without_the_older_trees_still_finds(repo: Repo, find: Find, tmp_path: Path) -> None:
    committed(repo, {".gitignore": GOOD, ".env": SECRET}, "2020-01-01")
    committed(repo, {"a": ""})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=tree:0", f"file://{repo.path}", str(tmp_path / "clone"))
    (finding,) = find(at=tmp_path / "clone")
    assert finding.rule == "tracked-although-ignored"
    assert "since when is not known" in finding.message


def test_other_files_that_are_tracked_although_ignored_are_notes(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD, "app.log": "", "é/b.log": ""}, "2024-05-19")
    committed(repo, {".gitignore": f"{GOOD}*.log\n"}, "2024-06-01")
    assert find() == []
    notes = [finding for finding in find(notes=True) if finding.rule == "tracked-although-ignored"]
    assert [finding.path for finding in notes] == ["app.log", "é/b.log"]
    assert all("first tracked 2024-05-19" in note.message and "exposed for 1 year" in note.message for note in notes)


def test_many_other_files_under_one_rule_are_one_note(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": f"{GOOD}dist/\n", **{f"dist/{number}.js": "" for number in range(30)}})
    (note,) = (finding for finding in find(notes=True) if finding.rule == "tracked-although-ignored")
    assert (note.path, note.line) == (".gitignore", 3)
    assert note.message.startswith("30 files")


def test_dates_many_files_in_one_walk(repo: Repo, find: Find, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    committed(repo, {".gitignore": GOOD, **{f"{number}/.env": SECRET for number in range(200)}})
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    assert len(find()) == 200
    started = [event["argv"] for line in trace.read_text().splitlines() if (event := json.loads(line))["event"] == "start"]
    assert len(started) < 12
    assert sum("check-ignore" in argv for argv in started) == 1


def test_old_rules_are_dated_by_their_line_not_their_file(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": "*.log\n", ".env": SECRET}, "2020-01-01")
    second = committed(repo, {".gitignore": f"*.log\n{GOOD}"}, "2021-01-01")
    committed(repo, {".gitignore": f"# logs\n*.log\n\n{GOOD}"}, "2022-01-01")
    (finding,) = find()
    assert f"ignored since 2021-01-01 (commit {second[:10]})" in finding.message


@pytest.mark.parametrize("author", ["A <a@example.org> 99999999999999 +0000", "A <a@example.org>"], ids=["no calendar has it", "none"])
def test_a_commit_with_an_impossible_date_does_not_hide_the_finding(repo: Repo, find: Find, author: str) -> None:
    committed(repo, {".gitignore": GOOD, "prod.env": SECRET})
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    repo.write("../commit", f"tree {tree}\nauthor {author}\ncommitter A <a@example.org> 1700000000 +0000\n\nx\n")
    odd = repo.git("hash-object", "-t", "commit", "-w", "--literally", "../commit").decode().strip()
    repo.git("update-ref", "refs/heads/main", odd)
    (finding,) = find()
    assert finding.rule == "tracked-config"
    assert "since when is not known" in finding.message


AGES = [
    pytest.param(date(2025, 5, 20), "less than a day", id="today"),
    pytest.param(date(2025, 6, 1), "less than a day", id="a clock that is ahead"),
    pytest.param(date(2025, 5, 19), "1 day", id="yesterday"),
    pytest.param(date(2025, 4, 21), "29 days", id="not yet a month"),
    pytest.param(date(2025, 4, 20), "1 month", id="a month"),
    pytest.param(date(2024, 5, 20), "1 year", id="a year"),
    pytest.param(date(2022, 3, 4), "3 years, 2 months", id="years and months"),
    pytest.param(date(2023, 5, 21), "1 year, 11 months", id="a day short of two years"),
]


@pytest.mark.parametrize(("first", "words"), AGES)
def test_age(first: date, words: str) -> None:
    assert age(first, TODAY) == words


# ---- settings and places


@pytest.mark.parametrize("init", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_works_with_either_hash_and_without_a_commit(tmp_path: Path, find: Find, init: tuple[str, ...]) -> None:
    repo = Repo(tmp_path / "other", *init)
    assert rules(find(at=repo.path)) == ["ignore-missing"]
    repo.write(".gitignore", GOOD)
    repo.write(".env", SECRET)
    repo.add()
    assert rules(find(at=repo.path)) == ["tracked-although-ignored"]


def test_works_from_a_folder_below(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD, "app/.env": SECRET, "z/.env": SECRET})
    assert [finding.path for finding in find(at=repo.path / "app")] == ["app/.env", "z/.env"]


def test_works_in_a_linked_worktree(repo: Repo, find: Find, tmp_path: Path) -> None:
    committed(repo, {".gitignore": "*.log\n"})
    repo.write(".git/info/exclude", ".env*\n")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    assert rules(find(at=tmp_path / "linked")) == ["ignore-personal"]


def test_works_in_a_submodule_and_does_not_look_into_one(repo: Repo, find: Find, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    committed(inner, {"prod.env": SECRET})
    committed(repo, {".gitignore": GOOD})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    repo.commit()
    assert find() == []
    assert rules(find(at=repo.path / "sub")) == ["ignore-missing", "tracked-config"]


def test_reads_the_index_that_git_names(repo: Repo, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write("prod.env", SECRET)
    repo.write(".git/next", (repo.path / ".git/index").read_bytes())
    repo.git("add", "-f", "prod.env", env={"GIT_INDEX_FILE": ".git/next"})
    assert rules(find()) == ["ignore-missing"]
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next")
    assert rules(find()) == ["tracked-config"]


def test_a_sparse_checkout_without_the_ignore_file(repo: Repo, find: Find) -> None:
    committed(repo, {"README": "", "app/.gitignore": GOOD, "app/.env.example": "", ".gitignore": "/.env*\n!.env.example\n", "b/x": ""})
    repo.git("sparse-checkout", "set", "--no-cone", "/b/")
    assert not (repo.path / ".gitignore").exists()
    assert find() == []


def test_letter_case_is_judged_as_git_does_here_for_what_lies_here(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write("x/.ENV", SECRET)
    repo.git("config", "core.ignoreCase", "false")
    assert rules(find()) == ["ignore-missing"]
    repo.git("config", "core.ignoreCase", "true")
    assert find() == []


def test_writes_nothing_into_the_repository(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": "*.log\n", ".env": SECRET})
    repo.write(".gitignore", GOOD)
    before = {path: path.lstat().st_mtime_ns for path in repo.path.rglob("*")}
    assert find() != []
    assert {path: path.lstat().st_mtime_ns for path in repo.path.rglob("*")} == before


def test_runs_no_program_that_the_repository_names(repo: Repo, find: Find, tmp_path: Path) -> None:
    committed(repo, {".gitattributes": "* diff=evil filter=evil\n", ".env": SECRET})
    committed(repo, {".gitignore": GOOD})
    trap = f"touch {tmp_path / 'ran'}; cat"
    for key in ("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "core.fsmonitor", "gpg.program"):
        repo.git("config", key, trap)
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "blame.ignoreRevsFile", "missing")
    (finding,) = find()
    assert "first tracked" in finding.message
    assert "ignored since" in finding.message
    assert not (tmp_path / "ran").exists()


# ---- --fix


def run_fix(repo: Repo) -> subprocess.CompletedProcess[bytes]:
    return repo.stopgap("check-gitignore", "--fix")


FIXES = [
    pytest.param(None, f"{GOOD}", id="no file yet"),
    pytest.param(b"", f"{GOOD}", id="an empty file"),
    pytest.param(b"*.log\n", f"*.log\n{GOOD}", id="at the end"),
    pytest.param(b"*.log", f"*.log\n{GOOD}", id="no newline at the end"),
    pytest.param(b"*.log\r\nx\r\n", f"*.log\r\nx\r\n{GOOD}".replace("\r\n", "\n").replace("\n", "\r\n"), id="CRLF"),
    pytest.param(b"\xef\xbb\xbf*.log\n", f"\ufeff*.log\n{GOOD}", id="a byte order mark"),
    pytest.param(b".env\n!.env.example\n", ".env\n.env*\n!.env.example\n", id="before the negation of a template"),
    pytest.param(b"*.log\n!keep.log\n", f"*.log\n!keep.log\n{GOOD}", id="after an unrelated negation"),
    pytest.param(b"!.env.sample\n", ".env*\n!.env.sample\n", id="a template of another spelling is enough"),
    pytest.param(b".env*\n", GOOD, id="only the template is missing"),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_fix_adds_the_missing_lines_once(repo: Repo, before: bytes | None, after: str) -> None:
    if before is not None:
        repo.write(".gitignore", before)
        repo.add()
    done = run_fix(repo)
    assert (done.returncode, (repo.path / ".gitignore").read_bytes()) == (1, after.encode())
    assert b"added to .gitignore: " in done.stderr
    repo.add(".gitignore")
    again = run_fix(repo)
    assert (again.returncode, (repo.path / ".gitignore").read_bytes()) == (0, after.encode())
    assert again.stderr == b""


def test_fix_says_what_is_still_to_be_done(repo: Repo) -> None:
    committed(repo, {".gitignore": "!.env.local\n", ".env": SECRET})
    assert run_fix(repo).returncode == 1
    content = (repo.path / ".gitignore").read_bytes()
    again = run_fix(repo)
    assert (again.returncode, (repo.path / ".gitignore").read_bytes()) == (1, content)
    assert b"added" not in again.stderr
    assert b"git add .gitignore" in again.stdout
    assert repo.git("ls-files", ".env") == b".env\n"


def test_fix_covers_a_file_that_lies_there_by_its_own_path(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write("a b/my [live].env", SECRET)
    run_fix(repo)
    assert (repo.path / ".gitignore").read_text() == ".env*\n/a b/my \\[live].env\n!.env.example\n"
    repo.add(".gitignore")
    assert find() == []


def test_fix_spares_every_template_that_is_there(repo: Repo, find: Find) -> None:
    committed(repo, {".env.example": "", "app/.env.local.sample": "", "app/x": ""})
    run_fix(repo)
    repo.add(".gitignore")
    assert repo.git("ls-files", "-ci", "--exclude-standard") == b""
    assert find(notes=False) == []


def test_fix_keeps_the_mode(repo: Repo) -> None:
    path = repo.write(".gitignore", "x\n")
    path.chmod(0o640)
    run_fix(repo)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(name.name for name in repo.path.iterdir()) == [".git", ".gitignore"]


def test_fix_refuses_a_link(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("x\n")
    (repo.path / ".gitignore").symlink_to(tmp_path / "rules")
    done = run_fix(repo)
    assert done.returncode == 2
    assert b"no regular file" in done.stderr
    assert (tmp_path / "rules").read_text() == "x\n"


def test_fix_refuses_utf_16(repo: Repo) -> None:
    content = ".env\r\n".encode("utf-16")
    repo.write(".gitignore", content)
    done = run_fix(repo)
    assert (done.returncode, (repo.path / ".gitignore").read_bytes()) == (2, content)
    assert b"UTF-16" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_fix_says_that_it_cannot_write(repo: Repo) -> None:
    repo.path.chmod(0o555)
    done = run_fix(repo)
    repo.path.chmod(0o755)
    assert done.returncode == 2
    assert b"cannot write .gitignore" in done.stderr


def test_insert_never_repeats_a_line() -> None:
    content = fixer.insert(b"a\nb\n", ["b", "c", "c", "a"])
    assert content == b"a\nb\nc\n"
    assert fixer.insert(content, ["c", "b"]) == content


NAMES = ["plain", " leading", "trailing ", "two  ", "#hash", "!bang", "st*r", "wh?t", "[a]", "back\\slash", "é", "a b", "\\", "q\udce9"]


@pytest.mark.parametrize("name", NAMES, ids=[repr(name) for name in NAMES])
def test_an_escaped_name_is_a_pattern_for_it_alone(name: str) -> None:
    pattern = ("/" + escaped(name)).encode("utf-8", "surrogateescape") + b"\n"
    decided = ignore.decide({".gitignore": pattern}, [name, "other", "wxt", "stxr", "a", "x" + name])
    assert list(decided) == [name]


# ---- what cannot be checked


def test_outside_of_a_repository(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = subprocess.run(["git", "-C", str(tmp_path / "empty"), "rev-parse"], capture_output=True)
    assert done.returncode != 0, "the test's folder is inside of a repository"
    run = repo.stopgap("check-gitignore", cwd="../empty")
    assert run.returncode == 2
    assert run.stderr.count(b"\n") == 1


def test_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.git("init", "-q", "--bare", str(tmp_path / "bare"))
    assert repo.stopgap("check-gitignore", cwd="../bare").returncode == 2


def test_a_broken_index(repo: Repo) -> None:
    committed(repo, {".gitignore": GOOD})
    repo.write(".git/index", b"broken")
    done = repo.stopgap("check-gitignore")
    assert done.returncode == 2
    assert done.stdout == b""


def test_a_missing_object(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    name = repo.git("rev-parse", ":.gitignore").decode().strip()
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    assert find() == []  # the work tree has the same bytes
    repo.write(".gitignore", "other\n")
    with pytest.raises(StopgapError, match="damaged"):
        find()


def test_the_command_reports(repo: Repo) -> None:
    committed(repo, {".gitignore": GOOD, ".env": SECRET})
    done = repo.stopgap("check-gitignore", "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert [found["rule"] for found in findings if found["severity"] == "error"] == ["tracked-although-ignored"]
    assert {found["check"] for found in findings} == {"check-gitignore"}
    assert b"correct-battery" not in done.stdout + done.stderr


def test_an_entry_of_the_allow_file_counts(repo: Repo) -> None:
    committed(repo, {".gitignore": GOOD, "prod.env": SECRET})
    repo.write(".stopgap-allow.toml", '[[allow]]\nrule = "tracked-config"\npath = "/prod.env"\nreason = "a sample"\n')
    done = repo.stopgap("check-gitignore")
    assert (done.returncode, done.stderr) == (0, b"")
    repo.git("rm", "-q", "--cached", "prod.env")
    repo.write(".gitignore", f"{GOOD}*.env\n")
    repo.add(".gitignore")
    done = repo.stopgap("check-gitignore")
    assert b"stale" in done.stderr


def test_asks_about_the_names_that_the_config_adds(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    (finding,) = find(Config(gitignore_extra=("settings.local.php",)))
    assert "settings.local.php" in finding.message
    assert "`settings.local.php`" in finding.fix


def test_state_is_an_error_only_where_there_is_terraform(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": GOOD})
    assert any("terraform.tfstate" in finding.fix or "*.tfstate*" in finding.fix for finding in find(notes=True))
    committed(repo, {"infra/main.tf": ""})
    (finding,) = find()
    assert "terraform.tfstate, terraform.tfstate.backup" in finding.message
    assert "`*.tfstate*`" in finding.fix


def test_a_template_that_was_forced_into_an_ignored_folder_is_a_note_like_any_file(repo: Repo, find: Find) -> None:
    committed(repo, {".gitignore": f"{GOOD}dist/\n", "dist/.env.example": "A=\n"})
    assert [finding.rule for finding in find(notes=True) if finding.path != ".gitignore"] == ["tracked-although-ignored"]
    assert find() == []
