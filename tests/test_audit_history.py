"""The inventory of real histories, each compared whole with a known list: nothing missing, nothing more."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .audit_help import Dated, Line, files, report, values
from .conftest import Repo

ONE = expand("<alnum:24>")
TWO, THREE = ONE[8:] + ONE[:8], ONE[16:] + ONE[:16]


@pytest.fixture
def dated(repo: Repo) -> Dated:
    return Dated(repo)


# ---- silence


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("app.py", "x = 1\n", id="no config file"),
        pytest.param(".env.example", "DB_PASSWORD=changeme\n", id="a template"),
        pytest.param(".env", "", id="an empty env file"),
        pytest.param(".env", "DB_PASSWORD=\n# A_TOKEN=x\n", id="keys without a value"),
        pytest.param(".env", "DEBUG=1\nPORT=8080\n", id="settings that are no secret"),
        pytest.param("docker/config.json", '{"auths": {}}\n', id="a name that its content acquits"),
        pytest.param(".env", b"\0GITCRYPT\0" + b"x" * 100, id="cipher"),
    ],
)
def test_nothing_to_do(name: str, content: str | bytes, repo: Repo) -> None:
    repo.write(name, content)
    repo.add()
    repo.commit()
    done = repo.stopgap("audit-history")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_empty_repository(repo: Repo) -> None:
    found = report(repo, status=0)
    assert (found["findings"], found["scope"]["commits"], found["scope"]["incomplete"]) == ([], 0, [])
    assert b"there is no commit yet" in repo.stopgap("audit-history", "--verbose").stdout


def test_what_the_settings_allow_is_counted(dated: Dated) -> None:
    dated.commit(__env="PORT=8080\n", stopgap__toml='allow-files = [".env"]\n')
    found = report(dated.repo, status=0)
    assert (found["findings"], found["scope"]["skipped"]) == ([], [{"path": ".env", "reason": "allowed or excluded by the configuration"}])


# ---- the known lists


def test_a_value_that_is_in_use(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(other="x")
    assert values(dated) == [Line(".env", "A_TOKEN", 0, 1, 2, "in-use")]


def test_an_env_file_that_was_renamed(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\nB=1\nC=2\nD=3\n")
    dated.repo.path.joinpath("deploy").mkdir()
    dated.repo.git("mv", ".env", "deploy/prod.env")
    dated.record()
    dated.commit(deploy_S_prod__env=f"A_TOKEN={TWO}\nB=1\nC=2\nD=3\n")
    assert values(dated) == [
        Line(".env", "A_TOKEN", 0, 1, 2, "replaced"),
        *(Line(".env", key, 0, 2, 3, "in-use") for key in "BCD"),
        Line("deploy/prod.env", "A_TOKEN", 2, 2, 1, "in-use"),
    ]
    assert list(files(dated)) == [".env"]
    assert "renamed to deploy/prod.env 2020-09-14" in files(dated)[".env"]


def test_a_file_that_was_an_env_file_under_another_name(dated: Dated) -> None:
    """Through renames that no name gives away, and on to a third."""
    body = f"A_TOKEN={ONE}\nB=1\nC=2\nD=3\n"
    dated.commit(notes=body)
    dated.repo.git("mv", "notes", ".env")
    dated.record()
    dated.repo.git("mv", ".env", "settings")
    dated.record()
    dated.repo.git("mv", "settings", "elsewhere")
    dated.record()
    dated.commit(elsewhere=None)
    assert [line for line in values(dated) if line.key == "A_TOKEN"] == [Line("notes", "A_TOKEN", 0, 3, 4, "gone")]
    assert list(files(dated)) == [".env"]


def test_deleted_and_brought_back(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n", keep="x")
    dated.commit(__env=None)
    dated.commit(keep="y")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(__env=None)
    assert values(dated) == [Line(".env", "A_TOKEN", 0, 3, 2, "gone")]
    said = files(dated)[".env"]
    assert [word in said for word in ("added 2020-09-13", "removed 2020-09-14", "added 2020-09-16", "removed 2020-09-17")] == [True] * 4


def test_a_value_that_changes_and_changes_back(dated: Dated) -> None:
    for value in (ONE, TWO, ONE):
        dated.commit(__env=f"A_TOKEN={value}\n")
    assert values(dated) == [Line(".env", "A_TOKEN", 0, 2, 2, "in-use"), Line(".env", "A_TOKEN", 1, 1, 1, "replaced")]


def test_the_same_value_under_two_keys(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\nB_TOKEN={ONE}\nDB_PASSWORD=postgres\nDB_USER=postgres\n")
    dated.commit(__env=f"B_TOKEN={ONE}\nDB_USER=postgres\nDB_PASSWORD=other\n")
    assert values(dated) == [
        Line(".env", "A_TOKEN", 0, 0, 1, "in-use"),
        Line(".env", "B_TOKEN", 0, 1, 2, "in-use"),
        Line(".env", "DB_PASSWORD", 0, 0, 1, "replaced"),  # a weak value under another key is another one
        Line(".env", "DB_PASSWORD", 1, 1, 1, "in-use"),
        Line(".env", "DB_USER", 0, 1, 2, "in-use"),
    ]


def merge(dated: Dated, *others: str) -> None:
    """A merge that is not recorded yet."""
    dated.repo.git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours" if len(others) == 1 else "octopus", *others)


def test_what_only_a_merge_brought(dated: Dated) -> None:
    dated.commit(a="1")
    dated.repo.git("switch", "-q", "-c", "side")
    dated.commit(b="1")
    dated.repo.git("switch", "-q", "main")
    dated.commit(a="2")
    merge(dated, "side")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(__env=None)
    assert values(dated) == [Line(".env", "A_TOKEN", 3, 3, 1, "gone")]
    assert files(dated)[".env"].count("added 2020-09-16") == 1


def test_what_a_merge_took_from_a_side_is_brought_once(dated: Dated) -> None:
    dated.commit(a="1")
    dated.repo.git("switch", "-q", "-c", "side")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.repo.git("switch", "-q", "main")
    dated.commit(a="2")
    dated.repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    dated.record()
    assert values(dated) == [Line(".env", "A_TOKEN", 1, 3, 2, "in-use")]
    assert files(dated)[".env"].count("added") == 1


def test_what_only_a_merge_took_away(dated: Dated) -> None:
    """From either side; what a side took away itself is told once, also where an old branch still had it."""
    dated.commit(a="1", old__env=f"B_TOKEN={TWO}\n")
    dated.repo.git("switch", "-q", "-c", "late")
    dated.commit(late="1")
    dated.repo.git("switch", "-q", "-c", "side", "main")
    dated.commit(side__env=f"A_TOKEN={ONE}\n")
    dated.repo.git("switch", "-q", "main")
    dated.commit(main__env=f"A_TOKEN={THREE}\n")
    merge(dated, "side")
    dated.repo.git("rm", "-q", "--cached", "main.env")
    dated.record()
    dated.commit(old__env=None)
    merge(dated, "late")
    dated.record()
    assert dated.repo.git("rev-list", "--merges", "--count", "HEAD") == b"2\n"
    told = files(dated)
    assert told["side.env"].count("removed 2020-09-17") == told["main.env"].count("removed 2020-09-17") == 1
    assert [text.count("removed") for text in told.values()] == [1, 1, 1], told


@pytest.mark.parametrize("is_staged", [False, True])
def test_a_stash_takes_nothing_away(is_staged: bool, dated: Dated) -> None:
    """Of files that git does not know, and of some that are staged and not in the work tree."""
    dated.commit(a="1")
    dated.repo.write("a", "2")
    dated.repo.write("new.env", f"A_TOKEN={ONE}\n")
    if is_staged:
        dated.repo.add("new.env")
        (dated.repo.path / "new.env").unlink()
    dated.repo.git("stash", "push", "-q", *(() if is_staged else ("-u",)))
    assert "added" in files(dated)["new.env"]
    assert "removed" not in files(dated)["new.env"]


def test_a_file_that_a_merge_moved_with_its_folder(dated: Dated) -> None:
    """git does that where one side moves a folder and the other adds to it (git-merge(1), merge.directoryRenames)."""
    dated.commit(d_S_a="1\n", d_S_b="2\n", d_S_c="3\n")
    dated.repo.git("switch", "-q", "-c", "side")
    dated.commit(d_S_s__env=f"A_TOKEN={ONE}\n")
    dated.repo.git("switch", "-q", "main")
    dated.repo.git("mv", "d", "e")
    dated.record()
    dated.repo.git("-c", "merge.directoryRenames=true", "merge", "-q", "--no-commit", "--no-ff", "side")
    dated.record()
    told = files(dated)
    assert list(told) == ["d/s.env"]
    assert "renamed to e/s.env 2020-09-16" in told["d/s.env"]
    assert "removed" not in told["d/s.env"]


def test_an_octopus(dated: Dated) -> None:
    dated.commit(a="1")
    for name, secret in (("x", ONE), ("y", TWO)):
        dated.repo.git("switch", "-q", "-c", name, "main")
        dated.commit(**{f"{name}__env": f"A_TOKEN={secret}\n"})
    dated.repo.git("switch", "-q", "main")
    merge(dated, "x", "y")
    dated.commit(z__env=f"A_TOKEN={THREE}\n")
    assert values(dated) == [
        Line("x.env", "A_TOKEN", 1, 3, 2, "in-use"),
        Line("y.env", "A_TOKEN", 2, 3, 2, "in-use"),
        Line("z.env", "A_TOKEN", 3, 3, 1, "in-use"),
    ]


def test_orphan_branch_tag_and_stash(dated: Dated) -> None:
    repo = dated.repo
    dated.commit(a="1")
    repo.git("switch", "-q", "--orphan", "alone")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    repo.git("switch", "-q", "--detach", "main")
    dated.commit(__env=f"A_TOKEN={TWO}\n")
    repo.git("tag", "-a", "-m", "x", "only")
    repo.git("tag", "nested", "only")
    repo.git("switch", "-q", "main")
    for number, secret in ((3, THREE), (4, ONE[::-1])):
        repo.write("a", f"{number}")
        repo.write("new.env", f"A_TOKEN={secret}\n")
        repo.git("stash", "push", "-q", "-u")
    for entry in ("stash@{1}", "stash@{0}"):
        for name in repo.git("rev-parse", f"{entry}^3").decode().split():
            dated.days[name] = 9
        dated.days[repo.git("rev-parse", entry).decode().strip()] = 9
    assert values(dated) == [
        Line(".env", "A_TOKEN", 1, 1, 1, "gone"),
        Line(".env", "A_TOKEN", 2, 2, 1, "gone"),
        Line("new.env", "A_TOKEN", 9, 9, 1, "gone"),
        Line("new.env", "A_TOKEN", 9, 9, 1, "gone"),
    ]
    refs = {one["commit"]: (one["history"]["refs"], one["history"]["public"]) for one in report(repo)["findings"] if one["commit"]}
    assert sorted(refs.values())[:3] == [
        (["refs/heads/alone"], []),
        (["refs/stash"], []),
        (["refs/stash"], []),
    ]
    assert sorted(refs.values())[3][1] == ["refs/tags/nested", "refs/tags/only"]


def test_what_only_reflogs_hold_and_what_nothing_holds(dated: Dated) -> None:
    repo = dated.repo
    dated.commit(a="1")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    repo.git("reset", "-q", "--hard", "HEAD^")
    assert values(dated) == []
    assert values(dated, "--reflog") == [Line(".env", "A_TOKEN", 1, 1, 1, "gone")]
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert values(dated, "--reflog") == []
    assert values(dated, "--unreachable") == [Line(".env", "A_TOKEN", 1, 1, 1, "gone")]


def test_only_what_a_commit_reaches(dated: Dated) -> None:
    dated.commit(a="1")
    dated.repo.git("switch", "-q", "-c", "side")
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.repo.git("switch", "-q", "main")
    dated.commit(prod__env=f"A_TOKEN={TWO}\n")
    assert values(dated, "main") == [Line("prod.env", "A_TOKEN", 2, 2, 1, "in-use")]
    assert values(dated, "side") == [Line(".env", "A_TOKEN", 1, 1, 1, "gone")]
    assert len(values(dated, "side", "main")) == 2


def test_since(dated: Dated) -> None:
    """What the history of that commit has is left out, also where it is in later commits still."""
    old = dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(__env=f"A_TOKEN={ONE}\nB_TOKEN={TWO}\n")
    assert values(dated, "--since", old) == [Line(".env", "B_TOKEN", 1, 1, 1, "in-use")]
    assert values(dated, "--since", "main", status=0) == []


@pytest.mark.parametrize("seconds", [-86_400 * 365, 0, 5_000_000_000], ids=["before 1970", "1970", "after 2038"])
def test_any_date(seconds: int, dated: Dated) -> None:
    repo = dated.repo
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    who = "A Developer <dev@example.org>"
    raw = f"tree {tree}\nauthor {who} {seconds} +0000\ncommitter {who} 1600000000 +0000\n\nx\n"
    name = subprocess.run(
        ("git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"), input=raw.encode(), cwd=repo.path, capture_output=True
    ).stdout.decode()
    repo.git("update-ref", "refs/heads/main", name.strip())
    repo.git("reflog", "expire", "--expire=now", "--all")
    (one,) = [one for one in report(repo)["findings"] if one["rule"] == "history-in-use"]
    assert one["history"]["first"]["date"] == {-86_400 * 365: "1969-01-01T00:00:00Z", 0: "1970-01-01T00:00:00Z"}.get(
        seconds, "2128-06-11T08:53:20Z"
    )


def test_paths_in_any_bytes(dated: Dated) -> None:
    name = os.fsdecode(b"caf\xe9\n.env")
    dated.repo.path.joinpath(name).write_text(f"A_TOKEN={ONE}\n")
    dated.repo.git("add", "-f", ".")
    dated.record()
    assert values(dated) == [Line(r"caf\xe9\n.env", "A_TOKEN", 0, 0, 1, "in-use")]


# ---- what is in use


@pytest.mark.parametrize(
    ("here", "state", "used"),
    [
        pytest.param(None, "gone", [], id="nothing"),
        pytest.param((".env", f"A_TOKEN={TWO}\n"), "replaced", [], id="another value"),
        pytest.param((".env", "B=1\n"), "gone", [], id="the key is not there"),
        pytest.param((".env", f"A_TOKEN={ONE}\n"), "in-use", ["work tree:.env"], id="the same"),
        pytest.param((".env.local", f"A_TOKEN={ONE}\n"), "in-use", ["work tree:.env.local"], id="in another file"),
        pytest.param(("api/.env", f'OTHER="{ONE}"\n'), "in-use", ["work tree:api/.env"], id="elsewhere under another key"),
        pytest.param(("api/.env", f"A_TOKEN={TWO}\n"), "gone", [], id="another application's key"),
        pytest.param((".env.local", f"A_TOKEN={TWO}\n"), "replaced", [], id="another value beside it"),
    ],
)
@pytest.mark.parametrize("ignored", [True, False])
def test_untracked_env_files(here: tuple[str, str] | None, state: str, used: list[str], ignored: bool, dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n", __gitignore=".env*\n" if ignored else "")
    dated.commit(__env=None)
    if here:
        dated.repo.write(*here)
    (one,) = [one for one in report(dated.repo)["findings"] if one["rule"] != "history-file"]
    assert (one["history"]["state"], one["history"]["used"]) == (state, used)


def test_a_value_that_is_staged(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(__env=None)
    dated.repo.write("prod.env", f"A_TOKEN={ONE}\n")
    dated.repo.add("prod.env")
    (one,) = [one for one in report(dated.repo)["findings"] if one["rule"] != "history-file"]
    assert one["history"]["used"] == ["index:prod.env"]


# ---- other kinds of config files


def test_a_key_file_is_one_value(dated: Dated) -> None:
    begin, end = "-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"
    body = expand("<base64:64>")
    for lines in ((body, body[1:]), (body[1:], body)):
        dated.commit(deploy_S_id_rsa="\n".join((begin, *lines, end, "")))
    assert [line[:1] + line[2:] for line in values(dated)] == [("deploy/id_rsa", 0, 0, 1, "replaced"), ("deploy/id_rsa", 1, 1, 1, "in-use")]


def test_a_binary_keystore_is_one_value(dated: Dated) -> None:
    dated.commit(app__jks=b"\xfe\xed\xfe\xed" + bytes(range(256)))
    assert values(dated) == [Line("app.jks", "key-file", 0, 0, 1, "in-use")]


def test_a_file_over_the_bound_is_listed(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n" + "# x\n" * (1 << 18))
    assert values(dated) == [Line(".env", "env-file", 0, 0, 1, "in-use")]
    assert report(dated.repo)["scope"]["skipped"] == [
        {"path": ".env", "reason": "larger than 1 MiB: taken as one value, which is all of it"}
    ]


def test_submodules_are_named(dated: Dated, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    name = other.commit()
    dated.repo.git("update-index", "--add", "--cacheinfo", f"160000,{name},lib/.env")
    dated.record()
    found = report(dated.repo, status=0)
    assert found["scope"]["skipped"] == [{"path": "lib/.env", "reason": "a submodule, whose own repository is to be audited"}]


# ---- the report


def test_no_report_holds_a_value(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\nPORT=47110815\n")
    for format in ("text", "json", "sarif", "github"):
        done = dated.repo.stopgap("audit-history", "--verbose", "--format", format)
        assert done.returncode == 1
        assert ONE.encode() not in done.stdout + done.stderr
        assert b"47110815" not in done.stdout + done.stderr


def test_the_text_report(dated: Dated) -> None:
    first = dated.commit(__env=f"A_TOKEN={ONE}\nPORT=80\n")
    dated.commit(__env=f"A_TOKEN={TWO}\nPORT=80\n")
    dated.repo.git("update-ref", "refs/remotes/origin/main", first)
    out = dated.repo.stopgap("audit-history").stdout.decode().splitlines()
    blobs = [dated.repo.git("rev-parse", f"{rev}:.env").decode()[:12] for rev in ("HEAD^", "HEAD")]
    assert out[:7] == [
        "1 config file and 2 secret values in 2 commits of 2 refs",
        "  1 value still in use and never rotated: rotate first",
        "  1 replaced here, and nothing says that the old values were revoked: make sure, then --mark",
        "  the oldest since 2020-09-13; tags and remote branches that this clone knows have 1 of 2",
        "  most in: .env (2)",
        "  what is no secret, or is to stay as it is: --mark it not-a-secret or accepted",
        "  1 other setting with values that look like no secret (--verbose lists them)",
    ]
    assert [blob in "".join(out) for blob in blobs] == [True, True]
    assert out[-1] == "scanned 2 commits, 1 file; 2 versions of config files, 2 names of commits"


def test_sarif_has_the_history(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    found = json.loads(dated.repo.stopgap("audit-history", "--format", "sarif").stdout)["runs"][0]["results"]
    assert [one["properties"]["history"]["key"] for one in found] == ["", "A_TOKEN"]


def test_renames_without_end_are_told(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\nB=1\nC=2\nD=3\n")
    for number in range(8):
        dated.repo.git("mv", f"name{number - 1}" if number else ".env", f"name{number}")
        dated.record()
    (told,) = report(dated.repo, status=2)["scope"]["incomplete"]
    assert "followed 6 times" in told["reason"]


def test_a_providers_token_comes_with_its_page(dated: Dated) -> None:
    token = expand("ghp_<crc62:30>")
    dated.commit(__env=f"A_TOKEN={token}\n")
    dated.commit(__env=None)
    (one,) = [one for one in report(dated.repo)["findings"] if one["rule"] == "history-secret"]
    assert "A_TOKEN (GitHub personal access token (classic))" in one["message"]
    assert "revoked at https://github.com/settings/tokens; then say so" in one["fix"]
    assert (one["history"]["key"], one["history"]["provider"]) == ("A_TOKEN", "GitHub")


def test_the_ledger_works_the_list_down_to_zero(dated: Dated) -> None:
    dated.commit(__env=f"A_TOKEN={ONE}\n")
    dated.commit(__env=f"A_TOKEN={TWO}\n")
    old, new = (f".env:A_TOKEN@{dated.repo.git('rev-parse', f'{rev}:.env').decode()[:12]}" for rev in ("HEAD^", "HEAD"))
    done = dated.repo.stopgap("audit-history", "--mark", old, "revoked", "--mark", new, "rotated", "--reason", "an incident")
    assert done.returncode == 0, done.stderr.decode()
    rules = [one["rule"] for one in report(dated.repo, status=1)["findings"]]
    assert sorted(rules) == ["history-file", "history-not-rotated", "history-settled"]
    assert b"A_TOKEN was rotated, but the same value is still in use" in dated.repo.stopgap("audit-history").stdout
    dated.commit(__env="A_TOKEN=\n")
    done = dated.repo.stopgap("audit-history")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
