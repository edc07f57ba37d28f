"""Allowing a finding: comments, the allow file, and what a value's hash may give away."""

from __future__ import annotations

import os
import random
import string
from datetime import date
from pathlib import Path

import pytest
from stopgap.detect import inline
from stopgap.detect.allow import NAME, Allowlist, Entry, dump, entry_for, is_expired, parse
from stopgap.detect.allowed import Allowed
from stopgap.detect.spans import Span
from stopgap.detect.strength import ENOUGH, bits, is_strong
from stopgap.fix import allow as fixer
from stopgap.globs import literal, matches, problem
from stopgap.model import Fragment, StopgapError

from .conftest import Repo

TODAY = date(2031, 5, 1)
RULE = "github-pat"
CHOICE = random.Random(7)
STRONG = "".join(CHOICE.choices(string.ascii_letters + string.digits, k=40)).encode()
OTHER = "".join(CHOICE.choices(string.ascii_letters + string.digits, k=40)).encode()
WEAK = b"hunter2"


def reason_for(rule: str = RULE) -> Entry:
    return entry_for(rule, "src/app.py", "token", STRONG, "test data")


def allows(line: bytes, previous: bytes) -> bool:
    """Whether a finding that takes up `line` is allowed, with a line above and one below."""
    data = b"\n".join((previous, line, b"x"))
    span = Span(len(previous) + 1, len(previous) + 1 + len(line), RULE, "high", "a token", 30)
    return Allowed(None, None, lambda: TODAY).left(Fragment("src/app.py", data), [span]) == []


@pytest.mark.parametrize(
    ("line", "previous"),
    [
        pytest.param(b'token = "x"', b"", id="no comment"),
        pytest.param(b'token = "x"  # stopgap: allow[github-pat]', b"", id="no reason"),
        pytest.param(b'token = "x"  # stopgap: allow[github-pat] --', b"", id="a reason without a word"),
        pytest.param(b"/* stopgap: allow[github-pat] */ token = 'x'", b"", id="what stands behind the comment is no reason"),
        pytest.param(b'<a token="x"/> <!-- stopgap: allow[github-pat] -->', b"", id="the end of the comment is no reason"),
        pytest.param(b'token = "x"  # stopgap: allow test data', b"", id="no rule"),
        pytest.param(b'token = "x"  # stopgap: allow[] test data', b"", id="empty brackets"),
        pytest.param(b'token = "x"  # stopgap: allow[jwt] test data', b"", id="another rule"),
        pytest.param(b'token = "x"  # stopgap: allow[github-pat-2] test data', b"", id="a rule that begins alike"),
        pytest.param(b'token = "x"  # nonstopgap: allow[github-pat] test data', b"", id="another word before"),
        pytest.param(b'token = "x"  # Pragma: Allowlist Secret', b"", id="pragma in capitals, as in detect-secrets"),
        pytest.param(b'token = "x"  # pragma: allowlist', b"", id="half a pragma"),
        pytest.param(b'token = "pragma: allowlist secret"', b"", id="a pragma in a value"),
        pytest.param(b'token = "x"  # pragma: allowlist nextline secret', b"", id="nextline on its own line"),
        pytest.param(b'token = "x"', b"# pragma: allowlist secret", id="the pragma of the line before"),
        pytest.param(b'token = "x"', b"# pragma: whitelist nextline secret", id="no whitelist for the next line, as in detect-secrets"),
        pytest.param(b'token = "x"', b'a = "b"  # pragma: allowlist nextline secret', id="nextline behind code"),
        pytest.param(b'token = "x"', b"# stopgap: allow[github-pat] test data", id="ours on the line before"),
        pytest.param(b'token = "x"  # Gitleaks:Allow', b"", id="gitleaks in capitals"),
    ],
)
def test_comment_allows_nothing(line: bytes, previous: bytes) -> None:
    assert not allows(line, previous)


@pytest.mark.parametrize(
    ("line", "previous"),
    [
        pytest.param(b'token = "x"  # stopgap: allow[github-pat] test data', b"", id="hash"),
        pytest.param(b'token = "x"  // stopgap: allow[github-pat] test data', b"", id="slashes"),
        pytest.param(b'token = "x"  /* stopgap: allow[github-pat] test data */', b"", id="c"),
        pytest.param(b'<a token="x"/> <!-- stopgap: allow[github-pat] test data -->', b"", id="xml"),
        pytest.param(b"token = x ; stopgap: allow[github-pat] test data", b"", id="ini"),
        pytest.param(b'"//": "stopgap: allow[github-pat] test data", "token": "x"', b"", id="json"),
        pytest.param(b"{# stopgap: allow[github-pat] test data #} token = x", b"", id="before the value"),
        pytest.param(b'token = "x"  # stopgap: allow[jwt, github-pat] test data', b"", id="two rules"),
        pytest.param(b'token = "x"  # stopgap: allow[jwt] a; stopgap: allow[github-pat] b', b"", id="two comments"),
        pytest.param(b'token = "x"  # stopgap:allow [github-pat] test data\r', b"", id="other spaces, CRLF"),
        pytest.param("token = 'x'  # stopgap: allow[github-pat] テスト".encode(), b"", id="a reason in Japanese"),
        pytest.param(b'a = """x\ny"""  # stopgap: allow[github-pat] two lines', b"", id="several lines"),
        pytest.param(b'token = "x"  # pragma: allowlist secret', b"", id="pragma"),
        pytest.param(b'token = "x"  # pragma:allowlist-secret', b"", id="pragma, other spelling"),
        pytest.param(b'token = "x"  # pragma: whitelist secret', b"", id="old pragma"),
        pytest.param(b'token = "x"  -- pragma: allowlist secret', b"", id="pragma in sql"),
        pytest.param(b'token = "x"  % pragma: allowlist secret', b"", id="pragma in tex"),
        pytest.param(b'token = "x"', b"# pragma: allowlist nextline secret", id="nextline"),
        pytest.param(b'    token = "x"', b"    // pragma: allowlist nextline secret", id="nextline, indented"),
        pytest.param(b'token = "x"', b"<!-- pragma: allowlist nextline secret -->", id="nextline in xml"),
        pytest.param(b'token = "x"  # gitleaks:allow', b"", id="gitleaks"),
    ],
)
def test_comment_allows(line: bytes, previous: bytes) -> None:
    assert allows(line, previous)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"x  # stopgap: allow[github-pat] test data", "", id="right"),
        pytest.param(b"x  # something else", "", id="none"),
        pytest.param(b"x  # stopgap: allow test data", "names no rule", id="no rule"),
        pytest.param(b"x  # stopgap: allow[github-pat]", "gives no reason", id="no reason"),
    ],
)
def test_says_why_a_comment_allows_nothing(line: bytes, said: str) -> None:
    problem = inline.marks(line).problem(0, len(line))
    assert said in problem
    assert bool(said) == bool(problem)


GUESSABLE = """
hunter2 changeme P@ssw0rd123! Summer2024!Summer2024! AdminAdminAdmin2023 s3cr3t-p4ssw0rd-f0r-pr0d letmein-staging-server-01
correct-horse-battery-staple qwertyuiop1234567890 xxxxxxxxxxxxxxxxxxxxxxxxxxxx abcabcabcabcabcabcabcabc deadbeefdeadbeefdeadbeef
00000000000000000000000000000000 0123456789abcdef0123456789abcdef
"""


@pytest.mark.parametrize("value", GUESSABLE.split())
def test_a_value_that_can_be_guessed_is_weak(value: str) -> None:
    assert not is_strong(value.encode())


@pytest.mark.parametrize(
    ("alphabet", "length", "least"),
    [
        pytest.param(string.ascii_letters + string.digits, 20, 0.98, id="20 letters and digits"),
        pytest.param(string.ascii_letters + string.digits, 40, 1, id="40 letters and digits"),
        pytest.param("0123456789abcdef", 32, 0.99, id="32 hexadecimal digits"),
        pytest.param(string.printable[:94], 20, 0.98, id="20 signs"),
    ],
)
def test_a_random_value_is_strong(alphabet: str, length: int, least: float) -> None:
    values = ["".join(CHOICE.choices(alphabet, k=length)).encode() for _ in range(500)]
    assert sum(map(is_strong, values)) >= least * len(values)
    assert bits(values[0][:8]) < ENOUGH


def test_the_estimate_is_part_of_the_format() -> None:
    """Entries are keyed by name or by value on its word: another estimate would turn entries stale."""
    sample = random.Random(3)
    drawn = [bits("".join(sample.choices(string.ascii_letters + string.digits, k=12 + n)).encode()) for n in range(6)]
    assert [round(value) for value in drawn] == PINNED


PINNED = [55, 60, 58, 60, 68, 74]


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        pytest.param("src/app.py", "other/src/app.py", id="a slash anchors"),
        pytest.param("/app.py", "src/app.py", id="a leading slash anchors"),
        pytest.param("src/app.py", "src/app.pyc", id="a longer name"),
        pytest.param("app", "application/x", id="a longer directory"),
        pytest.param("src/", "src", id="a directory is no file"),
        pytest.param("src/*.py", "src/sub/a.py", id="a star stops at a slash"),
        pytest.param(r"src/\[id\].py", "src/i.py", id="escaped brackets"),
    ],
)
def test_glob_does_not_match(glob: str, path: str) -> None:
    assert not problem(glob)
    assert not matches(glob, path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        pytest.param("src/app.py", "src/app.py", id="path"),
        pytest.param("/app.py", "app.py", id="root"),
        pytest.param("app.py", "src/deep/app.py", id="name anywhere"),
        pytest.param("src/", "src/deep/a.py", id="directory"),
        pytest.param("tests", "a/tests/b/c.py", id="directory anywhere"),
        pytest.param("src/**/*.py", "src/a/b/c.py", id="two stars"),
        pytest.param("*.p[yx]", "src/a.px", id="class"),
        pytest.param(r"src/\[id\].py", "src/[id].py", id="escaped"),
    ],
)
def test_glob_matches(glob: str, path: str) -> None:
    assert not problem(glob)
    assert matches(glob, path)


@pytest.mark.parametrize(
    "path",
    [
        "a.py",
        "src/a.py",
        "src/[id].py",
        "a*b?.py",
        "#x",
        "!x/y",
        "with space ",
        "back\\slash",
        "é/ü.env",
        "new\nline",
        "not utf-8 \udcff.py",
        "[x",
        " lead",
    ],
)
def test_a_path_as_a_glob_matches_itself_and_survives_the_file(path: str) -> None:
    entry = entry_for(RULE, path, "", None, "tests")
    assert parse(dump([entry]).encode()) == (entry,)
    assert matches(literal(path), path)
    assert not problem(literal(path))
    assert not matches(literal(path), f"deep/{path}")
    assert not matches(literal(path), f"x{path}")


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        pytest.param(reason_for(), (RULE, "src/app.py", "token", OTHER), id="a changed value"),
        pytest.param(reason_for(), ("jwt", "src/app.py", "token", STRONG), id="another rule"),
        pytest.param(reason_for(), (RULE, "src/b.py", "token", STRONG), id="another file"),
        pytest.param(reason_for(), (RULE, "src/app.py", "token", None), id="a finding without a value"),
        pytest.param(reason_for()._replace(expires=date(2031, 4, 30)), (RULE, "src/app.py", "token", STRONG), id="expired"),
        pytest.param(
            entry_for(RULE, "a", "PASSWORD", WEAK, "x y"), (RULE, "a", "PASSWORD", STRONG), id="a strong value under a weak one's key"
        ),
        pytest.param(entry_for(RULE, "a", "PASSWORD", WEAK, "x y"), (RULE, "a", "PASSWORD2", WEAK), id="another key"),
        pytest.param(entry_for(RULE, "a", "", WEAK, "x y"), (RULE, "a", "PASSWORD", WEAK), id="a key where there was none"),
        pytest.param(entry_for("env-file", ".env", "", None, "x y"), ("env-file", ".env", "", WEAK), id="a path does not allow a value"),
        pytest.param(
            entry_for("env-file", ".env", "", None, "x y"), ("env-file", "app/.env", "", None), id="a file in the root is that file"
        ),
    ],
)
def test_entry_does_not_cover(entry: Entry, asked: tuple[str, str, str, bytes | None]) -> None:
    assert not Allowlist([entry]).covers(*asked, TODAY)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        pytest.param(reason_for(), (RULE, "src/app.py", "other", STRONG), id="by value, whatever the key"),
        pytest.param(reason_for()._replace(path="src/**"), (RULE, "src/moved/b.py", "token", STRONG), id="a moved file"),
        pytest.param(reason_for()._replace(expires=TODAY), (RULE, "src/app.py", "token", STRONG), id="its last day"),
        pytest.param(entry_for(RULE, "a", "PASSWORD", WEAK, "x y"), (RULE, "a", "PASSWORD", b"hunter3"), id="a weak value by its key"),
        pytest.param(entry_for(RULE, "a", "", WEAK, "x y"), (RULE, "a", "", WEAK), id="a weak value without a name"),
        pytest.param(entry_for("env-file", ".env", "", None, "x y"), ("env-file", ".env", "", None), id="a file"),
        pytest.param(entry_for("drift", ".env", "URL", None, "x y"), ("drift", ".env", "URL", None), id="a key without a value"),
    ],
)
def test_entry_covers(entry: Entry, asked: tuple[str, str, str, bytes | None]) -> None:
    again = parse(dump([entry]).encode())
    assert Allowlist(again).covers(*asked, TODAY)


def test_each_entry_has_its_own_salt_and_none_holds_the_value() -> None:
    first, second = reason_for(), reason_for()
    assert first.hash != second.hash
    text = dump([first, second, entry_for(RULE, "a", "PASSWORD", WEAK, "x y")])
    assert STRONG.decode() not in text
    assert WEAK.decode() not in text
    assert text.count("[[allow]]") == 3
    assert text.count("hash = ") == 2


def test_dump_is_the_same_for_any_order_and_says_an_entry_once() -> None:
    entries = [entry_for(rule, path, "k", STRONG, "x y", salt=bytes(8)) for rule in ("b", "a") for path in ("z", "a/b", "m")]
    assert dump(entries) == dump([*reversed(entries), entries[0]])
    assert dump(parse(dump(entries).encode())) == dump(entries)
    assert [line for line in dump(entries).splitlines() if line.startswith("path")] == sorted(
        f'path = "{p}"' for p in ("/z", "a/b", "/m") * 2
    )


@pytest.mark.parametrize("reason", ['a "quoted" reason', "back\\slash", "two\nlines\tand tab", "del \x7f", "emoji 🙂", "lone \udcff sign"])
def test_any_reason_can_be_written(reason: str) -> None:
    entry = entry_for(RULE, "a", "k", STRONG, reason)
    assert parse(dump([entry]).encode()) == (entry,)


GOOD = f'[[allow]]\nrule = "{RULE}"\npath = "a.py"\nreason = "x y"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[[allow]\n", ":1:", id="not TOML"),
        pytest.param(b"\xff\n", "not UTF-8", id="not UTF-8"),
        pytest.param("[[alow]]\n", "unknown key 'alow'", id="another block"),
        pytest.param("allow = 3\n", "[[allow]]", id="not a block"),
        pytest.param(GOOD + "reasn = 'x'\n", "did you mean 'reason'?", id="unknown key"),
        pytest.param(GOOD + "line = 3\n", "entry 1: unknown key 'line'", id="line number"),
        pytest.param(GOOD.replace("x y", " - "), "entry 1 ('github-pat'): a reason is required", id="empty reason"),
        pytest.param(GOOD.replace('reason = "x y"\n', ""), "a reason is required", id="no reason"),
        pytest.param(GOOD.replace(RULE, "github-pta"), "did you mean 'github-pat'?", id="unknown rule"),
        pytest.param(GOOD.replace("rule =", "key ="), "rule and path are required", id="no rule"),
        pytest.param(GOOD.replace("a.py", "a[.py"), "a '[' is not closed", id="bad glob"),
        pytest.param(GOOD.replace("a.py", "!a.py"), "a negation", id="negation"),
        pytest.param(GOOD.replace("a.py", "../a.py"), "leaves the repository", id="outside"),
        pytest.param(GOOD.replace("a.py", "a\\\\b.py"), "separated by '/'", id="backslash"),
        pytest.param(GOOD + 'expires = "2031-01-01"\n', "expires is a date", id="a date in quotes"),
        pytest.param(GOOD + "expires = 2031-01-01T00:00:00\n", "expires is a date", id="a date with a time"),
        pytest.param(GOOD + 'hash = "abc"\n', "SALT:DIGEST", id="bad hash"),
        pytest.param(GOOD + f'hash = "{"0" * 16}:{"0" * 32}"\nkey = "K"\n', "not both", id="hash and key"),
        pytest.param(GOOD + "key = 3\n", "key is a string", id="key of another kind"),
        pytest.param(f"{GOOD}<<<<<<< ours\n", "merge conflict", id="conflict"),
    ],
)
def test_a_broken_file_is_an_error_that_names_the_place(text: str | bytes, said: str) -> None:
    with pytest.raises(StopgapError) as error:
        parse(text if isinstance(text, bytes) else text.encode(), NAME, {RULE, "jwt"})
    assert said in str(error.value)
    assert str(error.value).startswith(NAME)
    assert "\n" not in str(error.value)


def test_errors_do_not_quote_values() -> None:
    for line in (
        f'value = "{STRONG.decode()}"',
        f'reason = "{STRONG.decode()}',
        f"expires = {STRONG.decode()}",
        f'hash = "{STRONG.decode()}"',
    ):
        with pytest.raises(StopgapError) as error:
            parse(f'[[allow]]\nrule = "r"\npath = "p"\n{line}\n'.encode())
        assert STRONG.decode() not in str(error.value)


def test_stale_and_expired_entries_are_said_apart() -> None:
    used, unused, unseen = (entry_for(RULE, path, "k", STRONG, "x y") for path in ("used.py", "unused.py", "unseen.py"))
    late = entry_for(RULE, "late.py", "k", STRONG, "x y", expires=date(2031, 4, 30))
    allowlist = Allowlist([used, unused, unseen, late])
    assert allowlist.covers(RULE, "used.py", "k", STRONG, TODAY)
    assert not allowlist.covers(RULE, "late.py", "k", STRONG, TODAY)
    stale = allowlist.stale({"used.py", "unused.py", "late.py"}, TODAY)
    assert len(stale) == 1
    assert "'/unused.py'" in stale[0]
    assert len(allowlist.stale((), TODAY, everything=True)) == 2
    assert [line for line in allowlist.expired(TODAY) if "late.py" in line and "2031-04-30" in line] == allowlist.expired(TODAY)
    assert is_expired(late, TODAY)
    assert not is_expired(used, TODAY)
    assert not any(STRONG.decode() in line or "\n" in line for line in (*stale, *allowlist.expired(TODAY)))


def merge(repo: Repo, mine: list[Entry], theirs: list[Entry], common: list[Entry]) -> bytes:
    """Two branches that each add entries to the same file; what git makes of it."""
    repo.write(NAME, dump(common))
    repo.add(NAME)
    repo.commit()
    repo.git("switch", "-q", "-c", "theirs")
    repo.write(NAME, dump([*common, *theirs]))
    repo.add(NAME)
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.write(NAME, dump([*common, *mine]))
    repo.add(NAME)
    repo.commit()
    repo.git("merge", "-q", "--no-edit", "theirs", check=False)
    return (repo.path / NAME).read_bytes()


def test_entries_of_two_branches_merge(repo: Repo) -> None:
    common = [entry_for(RULE, path, "k", STRONG, "x y") for path in ("a.py", "f.py", "m.py", "t.py")]
    mine, theirs = entry_for(RULE, "b.py", "k", STRONG, "mine"), entry_for(RULE, "n.py", "k", OTHER, "theirs")
    merged = merge(repo, [mine], [theirs], common)
    assert merged == dump([*common, mine, theirs]).encode()


def test_entries_in_one_place_conflict_aloud(repo: Repo) -> None:
    common = [entry_for(RULE, "a.py", "k", STRONG, "x y")]
    merged = merge(repo, [entry_for(RULE, "b.py", "k", STRONG, "mine")], [entry_for(RULE, "c.py", "k", STRONG, "theirs")], common)
    with pytest.raises(StopgapError, match="merge conflict is not resolved"):
        parse(merged)


def test_write_changes_nothing_that_is_written_already(tmp_path: Path) -> None:
    path = tmp_path / NAME
    assert fixer.write(path, dump([]))
    before = path.stat()
    assert not fixer.write(path, dump([]))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert [entry.name for entry in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_write_keeps_line_endings_and_mode(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(mark + dump([]).encode().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    assert not fixer.write(path, dump([]))
    assert fixer.write(path, dump([reason_for()]))
    data = path.read_bytes()
    assert data.startswith(mark)
    assert data.count(b"\r\n") == data.count(b"\n")
    assert len(parse(data)) == 1
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o640


def test_write_refuses_a_link_and_leaves_its_target(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("mine")
    (tmp_path / NAME).symlink_to(target)
    with pytest.raises(StopgapError, match="symbolic link"):
        fixer.write(tmp_path / NAME, "text")
    assert target.read_text() == "mine"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [NAME, "elsewhere"]


def test_write_says_what_the_system_refuses(tmp_path: Path) -> None:
    with pytest.raises(StopgapError, match=f"cannot write {NAME}"):
        fixer.write(tmp_path / "missing" / NAME, "text")
    (tmp_path / NAME).mkdir()
    with pytest.raises(StopgapError):
        fixer.write(tmp_path / NAME, "text")
    assert [entry.name for entry in tmp_path.iterdir()] == [NAME]


def test_an_entry_needs_a_reason() -> None:
    with pytest.raises(StopgapError, match="reason"):
        entry_for(RULE, "a", "k", STRONG, " - ")
