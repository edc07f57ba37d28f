"""The rotation ledger: what it may say, what it says of values, and how it is written."""

from __future__ import annotations

import random
import subprocess
from datetime import date
from pathlib import Path

import pytest
from stopgap.audit import Account, Moment, Use, Value
from stopgap.audit.accounts import account, contradiction, is_contradicted, is_settled, notes
from stopgap.audit.ledger import NAME, STATES, Entry, dump, parse
from stopgap.audit.paths import escaped, unescaped
from stopgap.fix import ledger as fixer
from stopgap.model import StopgapError
from stopgap.report.escape import visible

from .conftest import Repo

DAY = date(2031, 5, 1)
BLOBS = tuple(f"{number:040x}" for number in range(0x1234, 0x1234 + 16))
ENTRY = Entry(".env", "DB_PASSWORD", BLOBS[0], "rotated", DAY, "rotated with the incident", "a" * 40)
GOOD = dump([ENTRY])


def value(key: str = "DB_PASSWORD", blob: str = BLOBS[0], *more: str, path: str = ".env", use: Use = "gone") -> Value:
    """A value that `blob` brought and `more` have too."""
    moment = Moment("a" * 40, 1_700_000_000)
    return Value("setting", path, key, blob, 1, moment, moment, 1, use, ("HEAD",) if use == "in-use" else (), blobs=(blob, *more))


def test_a_file_reads_as_it_was_written() -> None:
    assert parse(GOOD.encode()) == (ENTRY,)
    assert parse(b"") == ()
    assert parse(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == (ENTRY,)


def test_entries_without_a_commit() -> None:
    entry = ENTRY._replace(commit="")
    assert "commit" not in dump([entry])
    assert parse(dump([entry]).encode()) == (entry,)


def generated(seed: int) -> list[Entry]:
    """Entries with anything in their names that a path, a key and a reason can hold."""
    draw = random.Random(seed)
    signs = [
        "a",
        "Z",
        "9",
        ".",
        "_",
        "-",
        "/",
        ":",
        "@",
        "\\",
        '"',
        "'",
        "\n",
        "\t",
        "\x7f",
        "\x1b",
        " ",
        "#",
        "é",
        "\U0001f511",
        "[[x]]",
        "=",
    ]

    def text(*more: str) -> str:
        return "x" + "".join(draw.choices([*signs, *more], k=draw.randrange(12)))

    def name() -> str:
        return "".join(draw.choices("0123456789abcdef", k=draw.choice((40, 64))))

    return [
        Entry(
            text("\udcff", "\udc80"),
            text(),
            name(),
            draw.choice(STATES),
            date.fromordinal(draw.randrange(1, 3_000_000)),
            " ".join(text().split()),
            draw.choice(("", name())),
        )
        for _ in range(draw.randrange(20))
    ]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_written_reads_back(seed: int) -> None:
    entries = generated(seed)
    text = dump(entries)
    again = parse(text.encode())
    assert set(again) == set(entries)
    assert len(again) == len(set(entries))
    assert dump(reversed(again)) == text


@pytest.mark.parametrize(
    "path", ["a", "a\\b", "\\x41", "\ud800", "caf\udce9/.env", "new\nline", "tab\t", "\u202e", "::x", "a##[b", "\\\\", "x\\u0041"]
)
def test_a_path_comes_back_from_what_reports_and_the_ledger_print(path: str) -> None:
    assert unescaped(escaped(path)) == path
    assert unescaped(visible(path)) == path
    escaped(path).encode()


@pytest.mark.parametrize("text", ["a\\q", "a\\", "\\xZZ", "\\u12", "\\Uffffffff"])
def test_another_backslash_is_no_path(text: str) -> None:
    assert unescaped(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("rotation = 1", "every entry is a block that begins with [[rotation]]", id="no blocks"),
        pytest.param("rotation = [1]", "every entry is a block that begins with [[rotation]]", id="blocks that are none"),
        pytest.param("[[rotations]]", "unknown key 'rotations'", id="another block"),
        pytest.param("[[rotation]\n", ":1:", id="not TOML"),
        pytest.param("\xff", "not UTF-8", id="not UTF-8"),
        pytest.param(GOOD.replace("reason", "reson"), "entry 1: unknown key 'reson'; did you mean 'reason'?", id="unknown key"),
        pytest.param(GOOD.replace('"rotated"', '"rotatet"'), "unknown state 'rotatet'; did you mean 'rotated'?", id="unknown state"),
        pytest.param(
            GOOD.replace('state = "rotated"\n', ""), "a state is required: rotated, revoked, not-a-secret, accepted", id="no state"
        ),
        pytest.param(GOOD.replace('path = ".env"\n', ""), "path and key are required", id="no path"),
        pytest.param(GOOD.replace('key = "DB_PASSWORD"', 'key = ""'), "path and key are required", id="empty key"),
        pytest.param(GOOD.replace(f'blob = "{BLOBS[0]}"\n', ""), "a blob is required", id="no blob"),
        pytest.param(GOOD.replace(BLOBS[0], "1234abc"), "blob is a full object name", id="short blob"),
        pytest.param(GOOD.replace(BLOBS[0], "z" * 40), "blob is a full object name", id="a blob of other letters"),
        pytest.param(GOOD.replace("a" * 40, "HEAD"), "commit is a full object name", id="a commit by another name"),
        pytest.param(GOOD.replace("2031-05-01", '"2031-05-01"'), "a date is required, without quotes", id="a date in quotes"),
        pytest.param(GOOD.replace("2031-05-01", "2031-05-01T10:00:00"), "a date is required", id="a date with a time"),
        pytest.param(GOOD.replace("date = 2031-05-01\n", ""), "a date is required", id="no date"),
        pytest.param(GOOD.replace("rotated with the incident", "--"), "a reason is required", id="a reason that says nothing"),
        pytest.param(GOOD.replace('"rotated with the incident"', "1"), "reason is a string", id="a reason that is a number"),
        pytest.param(GOOD.replace('".env"', '"a\\\\q"'), "bad escape in the path", id="a backslash that nothing writes"),
        pytest.param(f"<<<<<<< ours\n{GOOD}=======\n>>>>>>> theirs\n", "a merge conflict is not resolved", id="a merge conflict"),
        pytest.param(
            dump([ENTRY, ENTRY._replace(state="accepted", reason="of no worth")]),
            "entries 1 and 2 contradict each other: '.env' ('DB_PASSWORD') at 000000000000 is accepted and rotated; keep one of them",
            id="a contradiction",
        ),
    ],
)
def test_a_broken_file_is_one_clear_line(text: str, said: str) -> None:
    with pytest.raises(StopgapError) as raised:
        parse(text.encode("latin-1"))
    assert said in str(raised.value)
    assert str(raised.value).startswith(NAME)
    assert "\n" not in str(raised.value)


def test_a_broken_file_is_not_quoted() -> None:
    secret = "".join(random.Random(3).choices("abcdefghijkmnpqrstuvwxyz23456789", k=24))
    for text in (f"password {secret}", f'a = "{secret}', GOOD.replace("state", "x = 1\nx") + secret):
        with pytest.raises(StopgapError) as raised:
            parse(text.encode())
        assert secret not in str(raised.value)


def test_two_that_say_the_same_do_not_contradict() -> None:
    assert len(parse(dump([ENTRY, ENTRY._replace(reason="again")]).encode())) == 2


def test_an_account_is_for_the_one_value() -> None:
    values = (value(), value("API_TOKEN"), value("DB_PASSWORD", BLOBS[1]), value(path="app/.env"))
    told = account(values, [ENTRY])
    assert [one.account for one in told.values] == ["rotated", "", "", ""]
    assert told.values[0].reason == ENTRY.reason
    assert (told.unmatched, told.doubtful) == ((), ())
    assert told.values[1:] == values[1:]


@pytest.mark.parametrize(
    ("values", "blob", "accounts"),
    [
        pytest.param([value("K", BLOBS[0], BLOBS[1])], BLOBS[1], ["rotated"], id="by another blob that holds it"),
        pytest.param([value("K", BLOBS[0], BLOBS[1]), value("K", BLOBS[1])], BLOBS[1], ["", "rotated"], id="one beside it came before"),
        pytest.param([value("K", BLOBS[0], BLOBS[1]), value("K", BLOBS[1])], BLOBS[0], ["rotated", ""], id="the one that came before"),
        pytest.param([value("K", BLOBS[0]), value("K", BLOBS[0])], BLOBS[0], ["rotated", "rotated"], id="two came with one blob"),
        pytest.param([value("K", BLOBS[0], BLOBS[2]), value("K", BLOBS[1], BLOBS[2])], BLOBS[2], ["", ""], id="which of the two"),
        pytest.param([value("K")], BLOBS[5], [""], id="another blob"),
    ],
)
def test_which_value_a_blob_means(values: list[Value], blob: str, accounts: list[Account]) -> None:
    told = account(values, [ENTRY._replace(key="K", blob=blob)])
    assert [one.account for one in told.values] == accounts
    assert bool(notes(told, ())) == (not any(accounts))


def test_a_secret_of_several_paths_is_named_by_each() -> None:
    one = value("K", BLOBS[0], BLOBS[1], path="a.py")._replace(paths=("a.py", "b.py"))
    for path, account_ in (("a.py", "rotated"), ("b.py", "rotated"), ("c.py", "")):
        assert account([one], [ENTRY._replace(path=path, key="K", blob=BLOBS[1])]).values[0].account == account_


def test_entries_that_disagree_by_two_blobs_account_for_nothing() -> None:
    told = account([value("K", BLOBS[0], BLOBS[1])], [ENTRY._replace(key="K"), ENTRY._replace(key="K", blob=BLOBS[1], state="accepted")])
    assert told.values[0].account == ""
    assert len(told.doubtful) == 2
    assert "mark the values again with --mark" in notes(told, ())[0]


def test_an_entry_that_names_no_value_is_told() -> None:
    told = account([], [ENTRY])
    assert told.unmatched == (ENTRY,)
    (stale,) = notes(told, {ENTRY.blob})
    assert stale.startswith(f"{NAME}: stale: '.env' ('DB_PASSWORD') at 000000000000: git has that blob no more; remove the entry, or")
    (other,) = notes(told, ())
    assert "no commit that was looked at has that key in that blob at that path" in other


@pytest.mark.parametrize(
    ("state", "use", "contradicted", "settled"),
    [
        ("", "in-use", False, False),
        ("", "gone", False, False),
        ("rotated", "gone", False, True),
        ("rotated", "replaced", False, True),
        ("rotated", "in-use", True, False),
        ("revoked", "in-use", True, False),
        ("accepted", "in-use", False, True),
        ("not-a-secret", "in-use", False, True),
    ],
)
def test_what_an_account_settles(state: Account, use: Use, contradicted: bool, settled: bool) -> None:
    one = value(use=use)._replace(account=state)
    assert (is_contradicted(one), is_settled(one)) == (contradicted, settled)


def test_rotated_and_in_use_says_where() -> None:
    one = value(use="in-use")._replace(account="rotated", used=("HEAD", ".env.local"))
    assert contradiction(one) == (f"{NAME} says that DB_PASSWORD was rotated, but the same value is still in use here (HEAD, .env.local)")


def test_writes_whole_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / NAME
    assert fixer.write(path, None, GOOD, lambda data: data == GOOD.encode())
    assert not fixer.write(path, GOOD.encode(), GOOD, lambda data: True)
    assert path.read_bytes() == GOOD.encode()
    assert sorted(tmp_path.iterdir()) == [path]


def test_does_not_write_over_what_came_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text("# another's\n")
    with pytest.raises(StopgapError, match="has changed meanwhile"):
        fixer.write(path, None, GOOD, lambda data: True)
    assert path.read_text() == "# another's\n"


def test_says_when_it_does_not_read_back(tmp_path: Path) -> None:
    with pytest.raises(StopgapError, match="does not hold what was written"):
        fixer.write(tmp_path / NAME, None, GOOD, lambda data: False)


def test_does_not_write_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine\n")
    (tmp_path / NAME).symlink_to("other")
    with pytest.raises(StopgapError, match="symbolic link"):
        fixer.write(tmp_path / NAME, b"mine\n", GOOD, lambda data: True)
    assert (tmp_path / "other").read_text() == "mine\n"


@pytest.mark.parametrize(("ours", "theirs"), [(0, 2), (1, 4), (2, 0), (5, 1), (0, 5)], ids=lambda place: f"before {place}")
def test_two_branches_merge(ours: int, theirs: int, repo: Repo) -> None:
    """Each marks another value; git has nothing to ask where the entries do not come to stand in one gap."""
    standing = [ENTRY._replace(key=f"KEY_{place}1", blob=BLOBS[place]) for place in range(5)]
    mine, yours = (ENTRY._replace(key=f"KEY_{place}0", blob=BLOBS[place + 6], reason=f"by {place}") for place in (ours, theirs))
    repo.write(NAME, dump(standing))
    repo.add()
    repo.commit()
    repo.git("branch", "other")
    repo.write(NAME, dump([*standing, mine]))
    repo.add()
    repo.commit("ours")
    repo.git("checkout", "-q", "other")
    repo.write(NAME, dump([*standing, yours]))
    repo.add()
    repo.commit("theirs")
    repo.git("merge", "-q", "--no-edit", "main")
    merged = (repo.path / NAME).read_text()
    assert merged == dump([*standing, mine, yours])


def test_neighbours_are_a_conflict_that_is_said(repo: Repo) -> None:
    repo.write(NAME, dump([ENTRY]))
    repo.add()
    repo.commit()
    for branch, key in (("a", "Z1"), ("b", "Z2")):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.write(NAME, dump([ENTRY, ENTRY._replace(key=key)]))
        repo.add()
        repo.commit()
    done = subprocess.run(("git", "merge", "-q", "a"), cwd=repo.path, capture_output=True)
    assert done.returncode == 1
    with pytest.raises(StopgapError, match="a merge conflict is not resolved: keep the entries of both sides"):
        parse((repo.path / NAME).read_bytes())
