"""`--mark PATH:KEY@BLOB STATE` and `--remap COMMIT-MAP`: which value is meant, and what becomes of the ledger."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from stopgap.audit import Moment, Use, Value
from stopgap.audit import marks as marking
from stopgap.audit.accounts import account
from stopgap.audit.ledger import NAME, Entry, dump, parse
from stopgap.audit.remap import Place, Remapped, read, remapped, said
from stopgap.config import load
from stopgap.detect.examples import expand
from stopgap.fix import ledger as fixer
from stopgap.gather import rewritten, rotations
from stopgap.gather.auditing import detection
from stopgap.gather.rule_set import rule_set
from stopgap.git import presence
from stopgap.git.blobs import Blobs
from stopgap.git.repository import open_repository
from stopgap.model import StopgapError
from stopgap.report.escape import visible

from .conftest import Repo

DAY = date(2031, 5, 1)
COMMIT = "c" * 40
ONE, TWO, THREE = "aaaa1" + "0" * 35, "aaaa2" + "0" * 35, "bbbb3" + "0" * 35


def value(key: str = "KEY", blob: str = ONE, *more: str, path: str = ".env", use: Use = "gone", used: tuple[str, ...] = ()) -> Value:
    moment = Moment(COMMIT, 1_700_000_000)
    return Value("setting", path, key, blob, 1, moment, moment, 1, use, used, blobs=(blob, *more))


def resolved(text: str, values: Sequence[Value], state: str = "rotated") -> tuple[marking.Marked, ...]:
    return marking.resolve([marking.parse(text, state)], values, "a reason", DAY)


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        pytest.param(f".env:KEY@{ONE}", ".env", "KEY", id="plain"),
        pytest.param(".env:KEY@aaaa1", ".env", "KEY", id="abbreviated"),
        pytest.param(".env:KEY@AAAA1", ".env", "KEY", id="in capitals"),
        pytest.param("a:b/c:d/.env:KEY@aaaa1", "a:b/c:d/.env", "KEY", id="colons in the path"),
        pytest.param("user@host/.env@2:KEY@aaaa1", "user@host/.env@2", "KEY", id="at signs in the path"),
        pytest.param("a:KEY@b:KEY@aaaa1", "a:KEY@b", "KEY", id="a path like a mark"),
        pytest.param("a.json:team:rule@aaaa1", "a.json", "team:rule", id="a colon in the rule"),
        pytest.param("two words/.env:KEY@aaaa1", "two words/.env", "KEY", id="a blank"),
        pytest.param("back\\slash:KEY@aaaa1", "back\\slash", "KEY", id="a backslash"),
        pytest.param(visible("caf\udce9\n/.env") + ":KEY@aaaa1", "caf\udce9\n/.env", "KEY", id="as a report prints it"),
        pytest.param("caf\udce9/.env:KEY@aaaa1", "caf\udce9/.env", "KEY", id="bytes that are not UTF-8"),
    ],
)
def test_finds_the_value(text: str, path: str, key: str) -> None:
    (one,) = resolved(text, [value(key, path=path), value("OTHER", path=path), value(key, path="other")])
    assert one.entry == Entry(path, key, ONE, "rotated", DAY, "a reason", COMMIT)
    assert list(marking.said(one)) == [f"marked '{path}' ('{key}') at {ONE[:12]} as rotated"]


@pytest.mark.parametrize(
    ("text", "state", "said"),
    [
        pytest.param(".env:KEY", "rotated", "give PATH:KEY@BLOB, as the report prints it", id="no blob"),
        pytest.param("KEY@aaaa1", "rotated", "give PATH:KEY@BLOB", id="no path"),
        pytest.param(":KEY@aaaa1", "rotated", "give PATH:KEY@BLOB", id="an empty path"),
        pytest.param(".env:@aaaa1", "rotated", "give PATH:KEY@BLOB", id="an empty key"),
        pytest.param(".env:KEY@aaa", "rotated", "at least 4", id="three digits"),
        pytest.param(".env:KEY@HEAD", "rotated", "behind the last @ stands a blob", id="a revision"),
        pytest.param(".env:KEY@", "rotated", "behind the last @ stands a blob", id="an empty blob"),
        pytest.param(f".env:KEY@{'a' * 65}", "rotated", "behind the last @ stands a blob", id="too long"),
        pytest.param(".env:KEY@aaaa1", "rotate", "unknown state 'rotate'; did you mean 'rotated'?", id="unknown state"),
        pytest.param(".env:KEY@aaaa1", "", "a state is required", id="no state"),
    ],
)
def test_refuses_the_words(text: str, state: str, said: str) -> None:
    with pytest.raises(StopgapError) as raised:
        marking.parse(text, state)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(".env:KEY@aaaa", f"aaaa is the beginning of 2 blobs: {ONE}, {TWO}", id="ambiguous"),
        pytest.param(".env:KEY@cccc", f"no value of it stands in a blob cccc; those that brought one: {ONE}, {TWO}", id="unknown blob"),
        pytest.param(".env:KEYS@aaaa1", "the history of '.env' has no key 'KEYS'; did you mean 'KEY'?", id="unknown key"),
        pytest.param(".envs:KEY@aaaa1", "no value in '.envs'; did you mean '.env'?", id="unknown path"),
        pytest.param("app/x.env:KEY@bbbb3", "has several values of it: name the blob that brought one", id="two values"),
    ],
)
def test_refuses_what_the_audit_has_not_found(text: str, said: str) -> None:
    two = [value("KEY", ONE, THREE, path="app/x.env"), value("KEY", TWO, THREE, path="app/x.env")]
    with pytest.raises(StopgapError) as raised:
        resolved(text, [value(), value("KEY", TWO), *two])
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a:b@c/.env",
        "two words.env",
        "a'b.env",
        "caf\udce9.env",
        "a\\b",
        "a\\xe9",
        "new\nline",
        "::x",
        "a##[b",
        "-x.env",
        "$(id)",
        "é",
    ],
)
def test_what_a_report_prints_can_be_pasted(path: str) -> None:
    printed = visible(marking.spelled(value(path=path)))
    (word,) = shlex.split(printed)
    assert not word.startswith("-")
    (one,) = resolved(word, [value(path=path), value(path="other")])
    assert one.entry.path == path


def test_refuses_a_reason_that_says_nothing() -> None:
    with pytest.raises(StopgapError, match="--reason says nothing"):
        marking.resolve([marking.parse(".env:KEY@aaaa1", "rotated")], [value()], " -- ", DAY)


def test_refuses_two_marks_that_contradict_each_other() -> None:
    marks = [marking.parse(".env:KEY@aaaa1", state) for state in ("rotated", "accepted")]
    with pytest.raises(StopgapError, match="contradict each other"):
        marking.resolve(marks, [value()], "a reason", DAY)


def test_a_later_blob_means_the_value_by_its_first() -> None:
    (one,) = resolved(".env:KEY@bbbb3", [value("KEY", ONE, THREE)])
    assert one.entry.blob == ONE


def test_a_secret_is_named_by_any_of_its_paths() -> None:
    one = value("rule", ONE, TWO, path="a.py")._replace(paths=("a.py", "b.py"))
    (found,) = resolved("b.py:rule@aaaa2", [one, value("rule", THREE, path="b.py")])
    assert found.entry.names() == ("a.py", "rule", ONE)
    assert ("b.py", "rule", TWO) in marking.superseded([found], [one])


def test_a_blob_means_the_value_that_came_with_it() -> None:
    (one,) = resolved(".env:KEY@aaaa2", [value("KEY", ONE, TWO), value("KEY", TWO)])
    assert (one.entry.blob, len(one.values)) == (TWO, 1)


def test_suggests_a_key_of_the_same_file_only() -> None:
    with pytest.raises(StopgapError) as raised:
        resolved(".env:TOKENS@aaaa1", [value("XYZ"), value("TOKEN", path="b.env")])
    assert str(raised.value).endswith("has no key 'TOKENS'")


def test_names_some_of_many_blobs() -> None:
    many = [value("KEY", f"{place}" * 40) for place in range(7)]
    with pytest.raises(StopgapError) as raised:
        resolved(".env:KEY@abcd", many)
    assert str(raised.value).endswith("4" * 40 + " and 2 more")


def test_says_what_is_odd() -> None:
    (one,) = resolved(".env:KEY@aaaa1", [value(use="in-use", used=("HEAD",)), value()])
    assert list(marking.said(one))[1:] == [
        f"'.env' ('KEY') at {ONE[:12]}: 2 values of it came with that blob; the entry is for all of them",
        f"'.env' ('KEY') at {ONE[:12]}: the same value is still in use here (HEAD): the audit fails until another stands there",
    ]
    (accepted,) = resolved(".env:KEY@aaaa1", [value(use="in-use")], "accepted")
    assert len(list(marking.said(accepted))) == 1


def test_a_mark_settles_what_it_marks_and_is_written_once(tmp_path: Path) -> None:
    values = [value("KEY", ONE, THREE), value("KEY", TWO)]
    old = [Entry(".env", "KEY", THREE, "accepted", DAY, "by another view"), Entry("b.env", "X", TWO, "revoked", DAY, "another")]
    (tmp_path / NAME).write_text(dump(old))
    for _ in range(2):
        found, draft = rotations.marked(tmp_path, [marking.parse(".env:KEY@aaaa1", "rotated")], values, "a reason")
        fixer.write(tmp_path / NAME, draft.before, draft.text, draft.holds)
    entries = rotations.load(tmp_path)
    assert {(entry.path, entry.blob, entry.state) for entry in entries} == {(".env", ONE, "rotated"), ("b.env", TWO, "revoked")}
    assert [one.account for one in account(values, entries).values] == ["rotated", ""]
    assert len(found) == 1


def test_a_mark_leaves_the_entry_of_the_value_that_came_with_a_later_blob(tmp_path: Path) -> None:
    values = [value("KEY", ONE, TWO), value("KEY", TWO)]
    (tmp_path / NAME).write_text(dump([Entry(".env", "KEY", TWO, "accepted", DAY, "the second")]))
    _, draft = rotations.marked(tmp_path, [marking.parse(".env:KEY@aaaa1", "rotated")], values, "a reason")
    assert [one.account for one in account(values, parse(draft.text.encode())).values] == ["rotated", "accepted"]


def test_a_broken_ledger_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("[[rotation]")
    with pytest.raises(StopgapError, match="not TOML"):
        rotations.marked(tmp_path, [marking.parse(".env:KEY@aaaa1", "rotated")], [value()], "a reason")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param([b"old      new\n", b"%b %b\n" % (b"1" * 40, b"2" * 40)], {"1" * 40: "2" * 40}, id="one"),
        pytest.param([b"%b %b\n" % (b"1" * 40, b"0" * 40)], {"1" * 40: ""}, id="left out, and no header"),
        pytest.param([b"%b %b\n" % (b"3" * 40, b"2" * 40)], {}, id="not wanted"),
        pytest.param([], {}, id="empty"),
        pytest.param([b"%b %b" % (b"1" * 64, b"2" * 64)], {}, id="SHA-256"),
    ],
)
def test_reads_a_commit_map(lines: list[bytes], found: dict[str, str]) -> None:
    assert read(lines, {"1" * 40}, "map") == found


@pytest.mark.parametrize(
    "line", [b"\n", b"x y\n", b"1234 5678\n", b"%b\n" % (b"1" * 40), b"\xff" * 300, b"%b %b x\n" % (b"1" * 40, b"2" * 40)]
)
def test_refuses_what_is_no_commit_map(line: bytes) -> None:
    with pytest.raises(StopgapError, match=r"^map:2: not a commit map"):
        read([b"old new\n", line], {"1" * 40}, "map")


def test_a_header_comes_first() -> None:
    with pytest.raises(StopgapError):
        read([b"%b %b\n" % (b"1" * 40, b"2" * 40), b"old new\n"], (), "map")


def test_says_what_became_of_entries() -> None:
    one = Entry(".env", "A", ONE, "rotated", DAY, "a reason", COMMIT)
    assert said(Remapped((), (one,), (one,))) == [
        "remapped 1 entry, 0 as before",
        f"left out '.env' ('A') at {ONE[:12]}, rotated: the rewrite took that value away",
    ]
    assert said(Remapped((), (), (one,), {one.names(): "nobody knows"}))[1].endswith(", rotated: nobody knows")
    assert said(Remapped((one,), (), ())) == ["remapped 0 entries, 1 as before"]


@pytest.mark.parametrize(
    ("path", "old", "new", "kept"),
    [
        pytest.param(".env", "KEY=secret-one\n", "A=1\nKEY=secret-one\n", True, id="compared"),
        pytest.param(".env", "KEY=secret-one\n", "KEY=secret-two\n", False, id="compared, another value"),
        pytest.param(".env", "KEY=secret-one\nB=x\n", "KEY=secret-two\nC=secret-one\n", False, id="compared, of another key"),
        pytest.param(".env", "", "KEY=secret-one\n", True, id="the old one is gone"),
        pytest.param(".env", "", "B=secret-one\n", False, id="gone, and the key too"),
        pytest.param(".env", "", "KEY=***REMOVED***\n", False, id="gone, and replaced"),
        pytest.param(".env", "", "KEY=postgres://me:***REMOVED***@db/x\n", False, id="gone, and replaced in part"),
        pytest.param(".env", "", "KEY=changeme\n", False, id="gone, and a placeholder"),
        pytest.param(".env", "", "KEY=secret-one\nB=***REMOVED***\n", True, id="gone, and another replaced"),
        pytest.param("app.py", "x = 1\n", "x = 2\n", True, id="no env file"),
        pytest.param("app.py", "x = 1\n", "x = '***REMOVED***'\n", False, id="no env file, something was replaced"),
        pytest.param("app.py", "x = 1\n", "x" * (rewritten.LARGEST + 1), False, id="no env file, too large"),
    ],
)
def test_whether_a_new_blob_has_the_value(path: str, old: str, new: str, kept: bool, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for text in (old, new):
        file = repo.write("text", text)
        names.append(repo.git("hash-object", "-w", "--", str(file)).decode().strip())
    monkeypatch.chdir(repo.path)
    with Blobs() as blobs:
        entry = Entry(path, "KEY", names[0], "rotated", DAY, "a reason", COMMIT)
        assert rewritten.has_value(entry, names[1], set() if old else {names[0]}, blobs) == kept


def test_what_becomes_of_entries() -> None:
    def entry(key: str, blob: str, commit: str = COMMIT) -> Entry:
        return Entry(".env", key, blob, "rotated", DAY, "a reason", commit)

    here, moved, lost = entry("A", ONE), entry("B", TWO), entry("C", THREE)
    bare, other = entry("D", THREE, ""), entry("E", THREE, "e" * 40)
    found = remapped([here, moved, lost, bare, other], {COMMIT: "d" * 40}, {moved.names(): Place("b/.env", "9" * 40)}, {TWO, THREE})
    assert found.renamed == (here._replace(commit="d" * 40), moved._replace(path="b/.env", commit="d" * 40, blob="9" * 40))
    assert found.dropped == (lost,)
    assert found.kept == (bare, other)


@pytest.mark.parametrize("objects", ["collected", "left over", "in a reflog"])
def test_carries_the_ledger_over_a_rewrite(objects: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rewrite as filter-repo makes it, with git alone: of three files one is dropped, one has its value replaced, one another line."""
    secret = "".join(f"{number:x}" for number in range(3, 40))

    def tree(dropped: str, replaced: str, changed: str) -> tuple[str, dict[str, str]]:
        repo.git("rm", "-q", "-r", "--cached", "--ignore-unmatch", ".")
        for name, text in (("a.env", dropped), ("b.env", replaced), ("c.env", changed)):
            (repo.path / name).unlink(missing_ok=True)
            if text:
                repo.write(name, text)
                repo.add(name)
        tree = repo.git("write-tree").decode().strip()
        commit = repo.git("commit-tree", "-m", "a commit", tree).decode().strip()
        listed = (line.split() for line in repo.git("ls-tree", tree).decode().splitlines())
        return commit, {name: blob for _, _, blob, name in listed}

    old, before = tree(f"TOKEN={secret}\n", f"TOKEN={secret}\n# b\n", f"TOKEN={secret}\n# a word\n")
    new, after = tree("", "TOKEN=***REMOVED***\n# b\n", f"TOKEN={secret}\n# another\n")
    entries = [Entry(name, "TOKEN", blob, "rotated", DAY, "a reason", old) for name, blob in before.items()]
    if objects == "in a reflog":
        repo.git("update-ref", "--create-reflog", "refs/heads/main", old)
    repo.git("update-ref", "refs/heads/main", new)
    repo.git("reset", "-q", "--mixed")
    if objects == "collected":
        repo.git("reflog", "expire", "--expire=now", "--all")
        repo.git("gc", "-q", "--prune=now")
    repo.write(NAME, dump(entries))
    (repo.path.parent / "map").write_text(f"{'old':40} new\n{old} {new}\n")
    monkeypatch.chdir(repo.path)
    found, draft = rewritten.carried_over(repo.path, "../map", lambda fragment: ())
    assert [entry.path for entry in found.dropped] == ([] if objects == "in a reflog" else ["a.env", "b.env"])
    kept = [entry._replace(commit=new) for entry in entries[:2]] if objects == "in a reflog" else []
    assert draft.text == dump([*kept, entries[2]._replace(blob=after["c.env"], commit=new)])
    assert secret not in draft.text


@pytest.mark.parametrize(
    ("change", "kept", "carried", "told"),
    [
        pytest.param("", "", "src/app.py", "", id="the same content"),
        pytest.param("x = '***REMOVED***'", "old", "src/app.py", "", id="changed, and the old content is there"),
        pytest.param("x = '***REMOVED***'", "", "", "'src/app.py' is another content now", id="changed"),
        pytest.param("TOKEN", "old", "", "'src/app.py' is another content now", id="the value was replaced"),
        pytest.param("-", "", "", "the rewrite left no 'app.py' in that commit", id="taken away"),
    ],
)
def test_a_file_that_a_rewrite_moves(change: str, kept: str, carried: str, told: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    token = expand("ghp_<crc62:30>")
    before = f"a = '{token}'\nx = 'another'\n"
    after = (
        before.replace("x = 'another'", change) if change.startswith("x") else before.replace(token, "***REMOVED***") if change else before
    )

    def commit(path: str, text: str) -> tuple[str, str]:
        repo.git("rm", "-q", "-r", "--cached", "--ignore-unmatch", ".")
        repo.write(path, text)
        repo.add(path)
        tree = repo.git("write-tree").decode().strip()
        return repo.git("commit-tree", "-m", "a commit", tree).decode().strip(), repo.git("rev-parse", f":{path}").decode().strip()

    old, blob = commit("app.py", before)
    new, now = commit("other.txt", "x") if change == "-" else commit("src/app.py", after)
    repo.git("update-ref", "refs/heads/main", new)
    repo.git("reset", "-q", "--mixed")
    if not kept:
        repo.git("reflog", "expire", "--expire=now", "--all")
        repo.git("gc", "-q", "--prune=now")
    one = Entry("app.py", "github-pat", blob, "accepted", DAY, "a reason", old)
    repo.write(NAME, dump([one]))
    (repo.path.parent / "map").write_text(f"{old} {new}\n")
    monkeypatch.chdir(repo.path)
    repository = open_repository()
    found, _ = rewritten.carried_over(repo.path, "../map", detection(rule_set(repository.top, load(repository.top))))
    assert [*found.entries()] == ([one._replace(path=carried, blob=now, commit=new)] if carried else [])
    assert told in "".join(said(found)[1:])
    assert bool(said(found)[1:]) == bool(told)


@pytest.mark.parametrize(
    ("ledger", "commit_map", "said"),
    [
        pytest.param("", None, f"there is no {NAME} to remap", id="no ledger"),
        pytest.param("x", None, "cannot read ../map", id="no map"),
        pytest.param("x", "old new\n", "knows no commit", id="a map of another repository"),
    ],
)
def test_a_remap_that_cannot_be(ledger: str, commit_map: str | None, said: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    if ledger:
        repo.write(NAME, dump([Entry(".env", "KEY", ONE, "rotated", DAY, "a reason", COMMIT)]))
    if commit_map is not None:
        (repo.path.parent / "map").write_text(commit_map)
    monkeypatch.chdir(repo.path)
    with pytest.raises(StopgapError, match=said):
        rewritten.carried_over(repo.path, "../map", lambda fragment: ())


def test_a_clone_from_before_the_rewrite_keeps_its_entries(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".env", "KEY=x\n")
    repo.add()
    old = repo.commit()
    one = Entry(".env", "KEY", repo.git("rev-parse", "HEAD:.env").decode().strip(), "rotated", DAY, "a reason", old)
    repo.write(NAME, dump([one]))
    (repo.path.parent / "map").write_text(f"{old} {'e' * 40}\n")
    monkeypatch.chdir(repo.path)
    found, _ = rewritten.carried_over(repo.path, "../map", lambda fragment: ())
    assert found.entries() == (one._replace(commit="e" * 40),)


def test_reads_the_ledger_of_a_bare_repository(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(".env", "KEY", ONE, "rotated", DAY, "a reason", COMMIT)
    monkeypatch.chdir(repo.path)
    assert rotations.load(None) == ()
    repo.write(NAME, dump([entry]))
    repo.add()
    repo.commit()
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    assert rotations.load(None) == (entry,)
    there = entry._replace(blob=repo.git("rev-parse", f"HEAD:{NAME}").decode().strip())
    assert rotations.gone([entry, there]) == {ONE}
    assert rotations.gone([]) == set()


@pytest.mark.parametrize("how", [("--depth=1",), ("--filter=blob:none", "--no-checkout")], ids=["shallow", "partial"])
def test_a_part_of_the_history_drops_nothing(how: tuple[str, ...], repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a", "text\n")
    repo.add()
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.write("a", "another\n")
    repo.add()
    repo.commit()
    monkeypatch.chdir(repo.path)
    assert presence.unreached({ONE}) == {ONE}
    repo.git("clone", "-q", *how, f"file://{repo.path}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert presence.unreached({ONE}) == set()
