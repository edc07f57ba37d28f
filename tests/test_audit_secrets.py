"""Secrets anywhere in real histories, each compared whole with a known list, or with a slow reading of every tree of every commit."""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from pathlib import Path

import pytest
from stopgap.audit import Audit
from stopgap.detect.examples import expand
from stopgap.gather import audit_cache, audit_reading, audit_search, audit_secrets
from stopgap.gather.audit_policy import policy
from stopgap.gather.audit_touched import Touched
from stopgap.gather.auditing import Asked, audit
from stopgap.git.repository import open_history
from stopgap.git.tips import Tip
from stopgap.git.walk import graph

from .audit_help import Dated, Line, report, values
from .conftest import Repo
from .test_audit_property import Known, Tree, build, reached

TOKENS = tuple(expand("ghp_<crc62:30>" + " " * number).strip() for number in range(4))
ONE, TWO = TOKENS[:2]
RULE = "github-pat"
PAD = "".join(f"# line {number}\n" for number in range(12))


@pytest.fixture
def dated(repo: Repo) -> Dated:
    return Dated(repo)


def audited(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, cores: int = 1, few: int = 1000, at_once: int = 1000, cache: bool = False
) -> Audit:
    """In this process, in workers where there are several cores. By path up to `few` commits, of which `at_once` changes are kept."""
    monkeypatch.chdir(repo.path)
    for module in (audit_search, audit_secrets):
        monkeypatch.setattr(module, "available", lambda: cores)
    for module, name, value in (
        (audit_search, "FEW", few),
        (audit_search, "AT_ONCE", at_once),
        (audit_search, "LEAST", 3),
        (audit_secrets, "SHORT", 0),
        (audit_secrets, "MANY", 2),
    ):
        monkeypatch.setattr(module, name, value)
    repository = open_history()
    return audit(repository, policy(repository), Asked(cache=cache))


# ---- the known lists


def test_a_secret_that_came_stayed_and_went(dated: Dated) -> None:
    dated.commit(app__py="x = 1\n")
    dated.commit(app__py=f"x = 1\nt = '{ONE}'\n")
    dated.commit(app__py=f"y = 2\nx = 1\nt = '{ONE}'\n")  # the line is another, the secret the same
    dated.commit(app__py="x = 1\n")
    dated.commit(other__txt="z\n")
    assert values(dated, status=1) == [Line("app.py", RULE, 1, 2, 2, "gone")]


def test_one_that_moved_changed_back_and_is_in_use(dated: Dated) -> None:
    dated.commit(a__py=f"t = '{ONE}'\n{PAD}")
    dated.commit(a__py=f"t = '{TWO}'\n{PAD}")
    dated.commit(a__py=f"t = '{ONE}'\n{PAD}")
    dated.repo.git("mv", "a.py", "b.py")
    dated.record()
    assert values(dated, status=1) == [Line("a.py", RULE, 0, 3, 3, "in-use"), Line("a.py", RULE, 1, 1, 1, "gone")]
    used = [one["history"]["used"] for one in report(dated.repo)["findings"]]
    assert sorted(used) == [[], ["HEAD:b.py", "index:b.py"]]


def test_what_an_env_file_says_is_not_told_twice(dated: Dated) -> None:
    dated.commit(__env=f"API_TOKEN={ONE}\n")
    dated.commit(app__py=f"t = '{TWO}'\n")
    found = values(dated, status=1)
    assert found == [Line(".env", "API_TOKEN", 0, 1, 2, "in-use"), Line("app.py", RULE, 1, 1, 1, "in-use")]


def test_a_secret_that_moved_to_an_untracked_env_file_was_not_rotated(dated: Dated) -> None:
    dated.commit(app__py=f"t = '{ONE}'\n", __gitignore=".env\n")
    dated.commit(app__py="import os\n")
    dated.repo.write(".env", f"API_TOKEN={ONE}\n")
    assert values(dated, status=1) == [Line("app.py", RULE, 0, 0, 1, "in-use")]


def test_what_only_a_merge_brought_a_tag_and_a_stash(dated: Dated) -> None:
    dated.commit(app__py=PAD)
    git = dated.repo.git
    git("checkout", "-q", "-b", "side")
    dated.commit(side__py="s = 1\n")
    git("checkout", "-q", "main")
    dated.commit(main__py="m = 1\n")
    git("merge", "-q", "--no-commit", "--no-ff", "side")
    dated.commit(evil__py=f"t = '{ONE}'\n")
    git("checkout", "-q", "--orphan", "lone")
    git("rm", "-rqf", ".")
    dated.commit(lone__py=f"t = '{TWO}'\n")
    git("tag", "kept")
    git("checkout", "-q", "main")
    git("branch", "-qD", "lone")
    dated.repo.write("app.py", f"{PAD}t = '{TOKENS[2]}'\n")
    dated.day += 1
    git("stash", "push", "-q", env={"GIT_AUTHOR_DATE": "@1700000000 +0000", "GIT_COMMITTER_DATE": "@1700000000 +0000"})
    found = {one["path"]: one["history"] for one in report(dated.repo, status=1)["findings"]}
    assert {path: (life["state"], tuple(life["refs"])) for path, life in found.items()} == {
        "evil.py": ("in-use", ("refs/heads/main", "refs/stash")),
        "lone.py": ("gone", ("refs/tags/kept",)),
        "app.py": ("gone", ("refs/stash",)),
    }


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"t = '{ONE}'\r\nx = 1\r\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"caf\xe9\nt = '" + ONE.encode() + b"'\n", id="Latin-1"),
        pytest.param(b"x" * 3_000_000 + b"\nt = '" + ONE.encode() + b"'\n", id="behind a long line"),
    ],
)
def test_whatever_it_is_written_in(data: bytes, dated: Dated) -> None:
    dated.commit(a__txt=data)
    dated.commit(a__txt=data + data[:0] + b"\n\n")
    assert values(dated, status=1) == [Line("a.txt", RULE, 0, 1, 2, "in-use")]


def test_a_content_that_is_larger_than_what_is_in_memory_at_once(dated: Dated) -> None:
    """It is searched to its end, and its versions are compared."""
    many = "".join(f"line {number} of many\n" for number in range(430_000))
    dated.commit(a__txt=f"{many}t = '{ONE}'\n")
    dated.commit(a__txt=f"first\n{many}t = '{ONE}'\n")
    dated.commit(a__txt=f"{many}t = '{TWO}'\n")
    dated.commit(a__txt=many)
    assert int(dated.repo.git("cat-file", "-s", "HEAD:a.txt")) > audit_reading.LARGEST
    assert values(dated, status=1) == [Line("a.txt", RULE, 0, 1, 2, "gone"), Line("a.txt", RULE, 2, 2, 1, "gone")]
    assert report(dated.repo)["scope"]["incomplete"] == []


def test_a_binary_and_a_comment_that_allows_are_silent(dated: Dated) -> None:
    dated.commit(a__bin=bytes(range(256)) * 40 + ONE.encode(), b__py=f"t = '{TWO}'  # stopgap: allow[{RULE}] a sample\n")
    assert values(dated, status=0) == []


def test_no_value_is_in_any_format(dated: Dated) -> None:
    dated.commit(app__py=f"t = '{ONE}'\n")
    for form in ("text", "json", "sarif"):
        assert ONE[4:].encode() not in dated.repo.stopgap("audit-history", "-v", "--format", form).stdout


def test_the_ledger_settles_one(dated: Dated) -> None:
    dated.commit(app__py=f"t = '{ONE}'\n")
    dated.commit(app__py="t = ''\n")
    life = report(dated.repo, status=1)["findings"][0]["history"]
    done = dated.repo.stopgap("audit-history", "--mark", f"app.py:{RULE}@{life['blob'][:10]}", "revoked", "--reason", "an incident")
    assert done.returncode == 0, done.stderr
    assert dated.repo.stopgap("audit-history").returncode == 0


def test_a_damaged_content_takes_nothing_else_with_it(dated: Dated) -> None:
    dated.commit(a__py=f"t = '{ONE}'\n")
    dated.commit(b__py="lost\n", c__py=f"t = '{TWO}'\n")
    dated.commit(d__py=f"t = '{TOKENS[2]}'\n")
    name = dated.repo.git("rev-parse", "HEAD:b.py").decode().strip()
    (dated.repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    found = report(dated.repo, status=2)
    assert sorted(one["path"] for one in found["findings"]) == ["a.py", "c.py", "d.py"]
    assert [fact["path"] for fact in found["scope"]["incomplete"]] == ["b.py"]


# ---- any number of workers, any history


@pytest.mark.parametrize(("few", "at_once"), [(0, 0), (1000, 1000), (1000, 7)], ids=["by commit", "by path", "by path, several times"])
def test_workers_find_what_one_process_finds(few: int, at_once: int, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    made = history(random.Random(3))
    build(repo, made, {"refs/heads/main": len(made) - 1})
    one, several = audited(repo, monkeypatch), audited(repo, monkeypatch, 3, few, at_once)
    assert one.values
    assert several.values == one.values


@pytest.mark.parametrize("seed", range(6))
def test_a_history_as_every_tree_of_every_commit_tells_it(seed: int, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    made = history(random.Random(seed))
    refs = {"refs/heads/main": len(made) - 1, "refs/tags/old": len(made) // 2, "refs/remotes/o/x": len(made) - 2}
    build(repo, made, refs)
    repo.git("reset", "-q", "--hard")
    for module in (audit_reading, audit_secrets):
        monkeypatch.setattr(module, "LARGEST", (80, 150, 1 << 20)[seed % 3])
    found = audited(repo, monkeypatch, few=1000 * (seed % 2), at_once=5)
    assert rows(found) == expected(made, refs)


def history(dice: random.Random) -> list[Known]:
    """Commits with up to three parents, of files in which tokens come, stay and go."""
    made: list[Known] = []
    for number, time in enumerate(dice.sample(range(1_000_000), 12)):
        parents = tuple(dice.sample(range(number), min(dice.choice((0, 1, 1, 1, 2, 2, 3)), number)))
        tree = dict(made[parents[0]].tree) if parents else {}
        for other in parents[1:]:
            tree.update({path: text for path, text in made[other].tree.items() if dice.random() < 0.5})
        for _ in range(dice.randrange(3)):
            tree[dice.choice(("a.py", "b/c.js", "d.txt"))] = content(dice)
        if tree and dice.random() < 0.3:
            tree[dice.choice(("a.py", "e.rb"))] = tree.popitem()[1]
        made.append(Known(time, parents, tree))
    return made


def content(dice: random.Random) -> str:
    lines = PAD.splitlines()
    for token in dice.sample(TOKENS, dice.choice((0, 1, 1, 2))):
        lines.insert(dice.randrange(len(lines)), f"t = '{token}'")
    return "\n".join(lines) + "\n"


Row = tuple[int, int, int, str, tuple[str, ...], tuple[str, ...], int]


def rows(found: Audit) -> list[Row]:
    """First, last, number of commits, use, paths, refs, number of contents."""
    return sorted(
        (one.first.time, one.last.time, one.commits, one.use, tuple(sorted(one.paths)), one.refs, len(one.blobs)) for one in found.values
    )


def expected(made: list[Known], refs: dict[str, int]) -> list[Row]:
    """The slow and simple reading."""
    behind = {name: reached(made, tip) for name, tip in refs.items()}
    there = set().union(*behind.values())
    told = []
    for token in TOKENS:
        holds = {number: {path: text for path, text in made[number].tree.items() if token in text} for number in sorted(there)}
        numbers = {number for number, files in holds.items() if files}
        if numbers:
            times = [made[number].time for number in numbers]
            paths = {path for number in numbers for path in holds[number]}
            texts = {text for number in numbers for text in holds[number].values()}
            names = tuple(sorted(name for name, commits in behind.items() if commits & numbers))
            use = "in-use" if holds[refs["refs/heads/main"]] else "gone"
            told.append((min(times), max(times), len(numbers), use, tuple(sorted(paths)), names, len(texts)))
    return sorted(told)


# ---- what is remembered


@pytest.fixture
def cached(dated: Dated, tmp_path: Path) -> Cached:
    return Cached(dated, tmp_path / "cache")


class Cached:
    """A history of forty commits, one of them with a token, and audits of it with a cache."""

    def __init__(self, dated: Dated, folder: Path) -> None:
        self.dated, self.folder = dated, folder
        made = [Known(number * 100, (number - 1,) if number else (), tree(number)) for number in range(40)]
        build(dated.repo, made, {"refs/heads/main": 39})
        dated.repo.git("reset", "-q", "--hard")

    def run(self, *argv: str, **env: str) -> tuple[int, list[str]]:
        """The status, and what is found."""
        done = self.dated.repo.stopgap("audit-history", "--format", "json", *argv, env={"XDG_CACHE_HOME": str(self.folder), **env})
        found = json.loads(done.stdout)
        return done.returncode, [f"{one['path']}:{one['history']['key']}:{one['history']['commits']}" for one in found["findings"]]

    @property
    def file(self) -> Path:
        return next((self.folder / "stopgap").iterdir())


def tree(number: int) -> Tree:
    return {"a.py": f"{PAD}x = {number}\n", "b.py": f"t = '{ONE}'\n" if number > 30 else "t = 1\n"}


FOUND = (1, [f"b.py:{RULE}:9"])


def test_the_second_audit_says_the_same_and_reads_less(cached: Cached, repo: Repo) -> None:
    assert cached.run() == FOUND
    data = cached.file.read_bytes()
    assert cached.run() == FOUND
    assert cached.file.read_bytes() == data
    assert (cached.file.stat().st_mode & 0o777, cached.file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    kept = audit_cache.parsed(data, data[22:54], 20)
    every = repo.git("rev-list", "--all").decode().split()
    brought = repo.git("log", "-1", "--format=%H", "--", "b.py").decode().strip()
    assert sorted(kept.made.names) == sorted(every)
    assert {kept.made.names[number] for number in kept.quiet} == {*every} - {brought}  # those that add no secret and change no config file
    pairs = {(kept.made.names[pair >> 32], pair & 0xFFFFFFFF) for pair in kept.touched.pairs}
    a, b = zlib.crc32(b"a.py"), zlib.crc32(b"b.py")
    assert pairs == {(name, a) for name in every if name != brought} | {(every[-1], b)}
    assert kept.clean == {mark(repo, "a.py", brought)}  # and of the other commit the change in which there is none
    assert len(data) == 22 + 32 + 32 + 33 + 40 * (20 + 8 + 8) + 39 * 8 + 40 * 8 + 16  # there is nothing else


def mark(repo: Repo, path: str, commit: str) -> bytes:
    names = repo.git("rev-parse", f"{commit}:{path}", f"{commit}~:{path}").decode().split()
    return hashlib.blake2b("\0".join((path, *names)).encode(), digest_size=16).digest()


def test_nothing_is_remembered_where_that_was_asked(cached: Cached) -> None:
    assert cached.run("--no-cache") == FOUND
    assert not cached.folder.exists()


def test_a_new_commit_is_looked_at(cached: Cached) -> None:
    cached.run()
    cached.dated.commit(new__py=f"t = '{TWO}'\n", __env=f"A_TOKEN={TOKENS[2]}\n")
    status, found = cached.run()
    assert (status, sorted(found)) == (1, [".env::1", ".env:A_TOKEN:1", f"b.py:{RULE}:10", f"new.py:{RULE}:1"])


def test_commits_that_are_gone(cached: Cached) -> None:
    """Their parents are told by git again, and count once."""
    git = cached.dated.repo.git
    cached.run()
    git("reset", "-q", "--hard", "HEAD~5")
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "-q", "--prune=now")
    assert cached.run() == (1, [f"b.py:{RULE}:4"])
    cached.dated.commit(a__py="x = 1\n")
    for _ in range(2):
        assert cached.run() == cached.run("--no-cache") == (1, [f"b.py:{RULE}:5"])


def test_a_cache_of_commits_that_are_gone_is_made_anew(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(audit_cache, "GONE", 0)

    def remembered() -> list[int]:
        audited(repo, monkeypatch, cache=True)
        files = [file.read_bytes() for file in (tmp_path / "cache/stopgap").iterdir()]
        return [len(audit_cache.parsed(data, data[22:54], 20).made.times) for data in files]

    build(
        repo, [Known(number, (number - 1,) if number else (), {"a.py": f"x = {number}\n"}) for number in range(9)], {"refs/heads/main": 8}
    )
    assert remembered() == [9]
    build(repo, [Known(number, (), {"a.py": f"y = {number}\n"}) for number in range(20, 23)], {"refs/heads/main": 2})
    assert remembered() == []
    assert remembered() == [1]


def test_other_settings_are_another_cache(cached: Cached) -> None:
    cached.dated.repo.write("stopgap.toml", f'[rules]\ndisable = ["{RULE}"]\n')
    assert cached.run() == (0, [])
    cached.dated.repo.write("stopgap.toml", "")
    assert cached.run() == FOUND


@pytest.mark.parametrize("seed", range(8))
def test_what_came_since_the_first_audit(seed: int, repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The second one finds what one without the first finds, of a part of the history and of all of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = history(random.Random(100 + seed))
    found = 0
    for last in (len(made) // 2, len(made) - 1, len(made) - 1):
        build(repo, made, {"refs/heads/main": last, "refs/tags/t": last // 2, "refs/heads/x": last - 1})
        one = audited(repo, monkeypatch, few=1000 * (seed % 2), cache=True)
        assert one.values == audited(repo, monkeypatch).values
        found += len(one.values)
    assert found


def test_another_repository_at_the_same_place(cached: Cached, tmp_path: Path) -> None:
    """Whose objects have longer names: what is remembered of the first one counts for nothing, and does no harm."""
    place = cached.dated.repo.path
    cached.run()
    for number, form in enumerate(("sha256", "sha1")):
        place.rename(tmp_path / f"former-{number}")
        place.mkdir()
        other = Dated(Repo(place, f"--object-format={form}"))
        other.commit(b__py="x = 1\n", a__py="")
        other.commit(b__py=f"t = '{ONE}'\n")
        cached.dated = other
        for _ in range(2):
            assert cached.run() == (1, [f"b.py:{RULE}:1"])


HARMS = ("a bit", "cut", "empty", "others may write", "a link", "a folder", "one name more")


def lie(cached: Cached, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves a cache, right in its form, that says of every commit that it is clean."""
    repo = cached.dated.repo
    cached.run()
    monkeypatch.chdir(repo.path)
    key = cached.file.read_bytes()[22:54]
    every = graph((Tip("HEAD", repo.git("rev-parse", "HEAD").decode().strip()),), shallow=False)
    cached.file.write_bytes(audit_cache.dumped(every, range(40), Touched(), (), key))


def test_it_is_believed_where_it_is_the_user_s_own_and_whole(cached: Cached, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(cached, monkeypatch)
    assert cached.run() == (0, [])


@pytest.mark.parametrize("harm", HARMS)
def test_a_file_that_is_not_to_be_believed_is_thrown_away(
    harm: str, cached: Cached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie(cached, monkeypatch)
    file, data = cached.file, cached.file.read_bytes()
    match harm:
        case "a bit":
            file.write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
        case "cut":
            file.write_bytes(data[:-20])
        case "empty":
            file.write_bytes(b"")
        case "others may write":
            file.chmod(0o666)
        case "a link":
            file.rename(tmp_path / "elsewhere")
            file.symlink_to(tmp_path / "elsewhere")
        case "a folder":
            file.unlink()
            file.mkdir()
        case "one name more":
            file.write_bytes(data + bytes(20))
    assert cached.run() == FOUND


@pytest.mark.parametrize("where", ["in the work tree", "no folder", "not absolute"])
def test_a_place_where_nothing_is_kept(where: str, cached: Cached) -> None:
    repo = cached.dated.repo
    folder = {"in the work tree": str(repo.path / "c"), "no folder": "/dev/null", "not absolute": "c"}[where]
    assert cached.run(XDG_CACHE_HOME=folder, HOME="/dev/null") == FOUND
    assert not (repo.path / "c").exists()


def test_a_shallow_clone_believes_nothing(cached: Cached, tmp_path: Path) -> None:
    """The first commit of a shallow clone brings all that is there."""
    repo = cached.dated.repo
    cached.run()
    git_dir = (repo.path / ".git").resolve()
    (git_dir / "shallow").write_bytes(repo.git("rev-parse", "HEAD~5"))
    status, found = cached.run()
    assert (status, found) == (2, [f"b.py:{RULE}:6"])
