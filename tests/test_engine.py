"""Detection as a whole: its literals, its windows, overlaps, places, fingerprints, and work that grows with the input and no faster."""

from __future__ import annotations

import json
import math
import random
import sysconfig
from base64 import urlsafe_b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from stopgap.detect import by_rule, rules, spans
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.detect.finders import Keyed
from stopgap.detect.keywords import KEYWORDS
from stopgap.detect.spans import Span, without_overlaps
from stopgap.model import Fragment, Match

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

RULES = rules.load()
JWT = ".".join(
    (
        *(
            urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in ({"alg": "HS256"}, {"iss": "id.internal.net", "exp": 1})
        ),
        expand("<b64url:43>"),
    )
)
LARGEST_WINDOW = 4096

needs_hyperscan = pytest.mark.skipif(find_spec("hyperscan") is None, reason="hyperscan has no wheel for this machine")


def findings(repo: Repo, *argv: str) -> list[dict[str, Any]]:
    done = repo.stopgap("scan-diff", "--format", "json", *argv)
    assert done.returncode in (0, 1), done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def staged(repo: Repo, name: str, content: str | bytes) -> list[dict[str, Any]]:
    repo.write(name, content)
    repo.add(name)
    return findings(repo)


def place(finding: dict[str, Any]) -> tuple[int, int, int, int]:
    return finding["line"], finding["column"], finding["end_line"], finding["end_column"]


# both engines


def real_sources() -> list[Path]:
    """Some files of the standard library: code that speaks of passwords and tokens for other reasons."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    return [folder / name for name in ("netrc.py", "getpass.py", "ssl.py", "smtplib.py", "tokenize.py", "urllib/request.py", "imaplib.py")]


@cache
def lasting(engine: str) -> Detector:
    return Detector(RULES, engine=engine)


def both(fragment: Fragment) -> list[Match]:
    """What both engines find."""
    found = [lasting(name).scan(fragment) for name in ("find", "hyperscan")]
    assert found[0] == found[1]
    return found[0]


@needs_hyperscan
def test_both_engines_find_the_same_in_every_rules_examples() -> None:
    text = "\n".join(expand(example) for rule in RULES for example in (*rule.matches, *rule.clean)).encode()
    assert len(both(Fragment("src/example.txt", text))) > len(RULES) * 0.8
    assert both(Fragment(".env", text)) != []


@needs_hyperscan
@pytest.mark.parametrize("source", real_sources(), ids=lambda path: path.name)
def test_both_engines_find_the_same_in_real_source_files(source: Path) -> None:
    both(Fragment(source.name, source.read_bytes()))


def test_a_batch_is_read_like_its_parts() -> None:
    """What is joined to be searched in one pass is kept apart: no keyword, run or pair reaches over."""
    texts = [GITHUB[:20], GITHUB[20:], f'password = "{PASSWORD}"', "password =", f' "{PASSWORD}"', "", GITHUB, f"a\0b {GITHUB_2}\0"]
    fragments = [Fragment(f"{number}.py", text.encode()) for number, text in enumerate(texts)]
    for engine in ("find", "hyperscan") if find_spec("hyperscan") else ("find",):
        detector = Detector(RULES, engine=engine)
        together = detector.scan_all(fragments)
        assert together == [match for fragment in fragments for match in detector.scan(fragment)]
        assert [match.path for match in together] == ["2.py", "6.py", "7.py"]


MISSHAPEN = [
    pytest.param(f"{PASSWORD}{GITHUB[:4]}", False, id="another begin"),
    pytest.param(f"secret_{PASSWORD}", False, id="a word is no token's own begin"),
    pytest.param(f"github_{PASSWORD}", False, id="a keyword that stands before tokens, and not in them"),
    pytest.param(GITHUB[:-3], True, id="shorter than its format has it"),
    pytest.param(GITHUB.upper() + PASSWORD, True, id="longer, and in capitals"),
]


@pytest.mark.parametrize(("value", "misshapen"), MISSHAPEN)
def test_a_keyed_value_that_begins_like_a_token(value: str, misshapen: bool) -> None:
    assert Keyed(RULES).is_misshapen(value.encode()) == misshapen


def test_a_misshapen_token_is_unlikely() -> None:
    found = Detector(RULES).scan(Fragment("a.py", f'token = "{GITHUB[:-3]}"\n'.encode()))
    assert [(match.rule, match.confidence) for match in found] == [("keyed-secret", "low")]


# silence first


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """What the command says of the cases of all tables, each in a folder of its own: staged, and as whole files."""
    repo = Repo(tmp_path_factory.mktemp("engine") / "repo")
    for table in (SILENT, ONE, PLACES, ENV_PLACES):
        for case in table:
            name, content = case.values[:2]
            repo.write(f"{folder_of(str(case.id).encode('unicode_escape').decode())}/{name}", content)
    repo.add()
    both = [findings(repo)]
    repo.commit()
    both.append(findings(repo, "."))
    return both


Looked = list[list[dict[str, Any]]]


def folder_of(case: str) -> str:
    """Of the id of a case, as pytest writes it."""
    return "".join(sign if sign.isalnum() else "-" for sign in case)


def of(looked_at: Looked, request: pytest.FixtureRequest) -> Looked:
    """The findings, staged and whole, of the case that is being tested."""
    folder = folder_of(request.node.callspec.id) + "/"
    return [[one for one in found if one["path"].startswith(folder)] for found in looked_at]


SILENT = [
    pytest.param("a.py", f'token = "{GITHUB[:20]}" + rest\n', id="half a token"),
    pytest.param("a.py", 'password = "changeme"\n', id="a placeholder"),
    pytest.param("a.pem", "-----BEGIN PUBLIC " + f"KEY-----\n{PASSWORD * 3}\n", id="a public key"),
    pytest.param("a.py", "see the token ghp_ and the word password = in this text\n", id="keywords alone"),
]


@pytest.mark.parametrize(("name", "content"), SILENT)
def test_silent(looked_at: Looked, request: pytest.FixtureRequest, name: str, content: str) -> None:
    assert of(looked_at, request) == [[], []]


def test_only_added_lines_count(repo: Repo) -> None:
    repo.write("a.py", f'a = 1\nold = "{GITHUB}"\nb = 1\n')
    repo.add()
    repo.commit()
    assert staged(repo, "a.py", f'a = 2\nold = "{GITHUB}"\nb = 2\n') == []
    assert [one["line"] for one in staged(repo, "a.py", f'a = 2\nold = "{GITHUB}"\nnew = "{GITHUB_2}"\n')] == [3]


# nothing is found twice, and the more telling rule is the one that is reported


ONE = [
    pytest.param("a.py", f'GITHUB_TOKEN = "{GITHUB}"\n', "github-pat", id="a provider's token under a keyed name"),
    pytest.param("a.py", f'password = "{GITHUB}"\n', "github-pat", id="a provider's token as a password"),
    pytest.param(".env", f"GITHUB_TOKEN={GITHUB}\n", "github-pat", id="a provider's token in an env file"),
    pytest.param(".env", f"DB_PASSWORD={PASSWORD}\n", "keyed-password", id="a password in an env file"),
    pytest.param(".env", f"DATABASE_URL=postgres://me:{PASSWORD}@db.internal.net/x\n", "url-password", id="a URL in an env file"),
    pytest.param("a.py", f'password = "postgres://me:{PASSWORD}@db.internal.net/x"\n', "url-password", id="a URL as a password"),
    pytest.param("a.sh", f'curl -H "Authorization: Bearer {GITHUB}" https://api.internal.net\n', "github-pat", id="a token in a header"),
    pytest.param("a.sh", f'curl -H "Authorization: Bearer {JWT}" https://api.internal.net\n', "jwt", id="a JWT in a header"),
    pytest.param("a.py", f'access_token = "{JWT}"\n', "jwt", id="a JWT under a keyed name"),
    pytest.param("a.py", f'private_key = """{PEM}"""\n', "private-key", id="a private key under a keyed name"),
    pytest.param("a.json", json.dumps({"private_key": PEM}) + "\n", "private-key", id="a private key on one line"),
]


@pytest.mark.parametrize(("name", "content", "rule"), ONE)
def test_one_secret_is_one_finding(looked_at: Looked, request: pytest.FixtureRequest, name: str, content: str, rule: str) -> None:
    assert [[one["rule"] for one in found] for found in of(looked_at, request)] == [[rule], [rule]]


def test_different_secrets_on_one_line_are_two_findings(repo: Repo) -> None:
    found = staged(repo, "a.py", f'a = "{GITHUB}"; b = "{GITHUB_2}"; password = "{PASSWORD}"\n')
    assert [(one["rule"], one["line"], one["column"]) for one in found] == [
        ("github-pat", 1, 6),
        ("github-pat", 1, 54),
        ("keyed-password", 1, 109),
    ]


def test_the_same_secret_in_two_places_is_two_findings(repo: Repo) -> None:
    assert [one["line"] for one in staged(repo, "a.py", f'a = "{GITHUB}"\nb = "{GITHUB}"\n')] == [1, 2]


STAGED_TOO = [
    pytest.param(f'token = "{GITHUB}"\n', id="one line"),
    pytest.param(f'\ufefftoken = "{GITHUB}"\n', id="a byte order mark"),
    pytest.param(f'token = "{GITHUB}"\r\nx = 1\r\n', id="CRLF"),
    pytest.param("a\n" * 5 + PEM.replace("RSA", "EC") + "b\n" * 20, id="a key that changed in part"),
]


@pytest.mark.parametrize("text", STAGED_TOO)
def test_what_is_in_the_tree_and_staged_too_is_one_finding(repo: Repo, text: str) -> None:
    repo.write("a.py", "a\n" * 5 + PEM + "b\n" * 20)
    repo.add()
    repo.commit()
    repo.write("a.py", text)
    repo.add()
    found = [one["rule"] for one in json.loads(repo.stopgap("check", "--format", "json").stdout)["findings"] if one["path"] == "a.py"]
    assert len(found) == 1


def span(start: int, end: int, rank: int = 0, rule: str = "r") -> Span:
    return Span(start, end, rule, "high", "", rank)


OVERLAPS = [
    pytest.param([span(0, 5), span(5, 9)], [(0, 5), (5, 9)], id="side by side"),
    pytest.param([span(0, 5, 1), span(4, 9, 2)], [(4, 9)], id="the higher rank"),
    pytest.param([span(0, 5), span(1, 9)], [(1, 9)], id="the longer of equal rank"),
    pytest.param([span(0, 9), span(3, 5)], [(0, 9)], id="one inside the other"),
    pytest.param([span(0, 5), span(0, 5, rule="q")], [(0, 5)], id="the same place"),
    pytest.param([span(0, 4, 1), span(3, 7, 2), span(6, 9, 1)], [(3, 7)], id="one across two"),
    pytest.param([span(0, 4, 3), span(3, 7, 2), span(6, 9, 1)], [(0, 4), (6, 9)], id="one that is left out hides nothing"),
]


@pytest.mark.parametrize(("given", "expected"), OVERLAPS)
def test_overlaps(given: list[Span], expected: list[tuple[int, int]]) -> None:
    for order in (given, given[::-1]):
        assert [(one.start, one.end) for one in without_overlaps(order)] == expected


def test_overlaps_are_resolved_as_by_comparing_all_pairs() -> None:
    chance = random.Random(3)
    for _ in range(100):
        given = [span(at, at + chance.randrange(1, 9), chance.randrange(3)) for at in chance.choices(range(60), k=30)]
        expected: list[Span] = []
        for one in sorted(set(given), key=lambda one: (-one.rank, one.start - one.end, one.start, one.rule)):
            if all(one.end <= other.start or other.end <= one.start for other in expected):
                expected.append(one)
        assert without_overlaps(given) == sorted(expected)


# where it stands


PLACES = [
    pytest.param("a.txt", f'x = "{GITHUB}"\n'.encode(), [(1, 6, 1, 46)], id="one line"),
    pytest.param("a.txt", f'é = "{GITHUB}"\n'.encode(), [(1, 6, 1, 46)], id="é before it: characters, not bytes"),
    pytest.param("a.txt", f'e\u0301 = "{GITHUB}"\n'.encode(), [(1, 7, 1, 47)], id="é as two characters"),
    pytest.param("a.txt", f'😀 = "{GITHUB}"\n'.encode(), [(1, 6, 1, 46)], id="a character of four bytes"),
    pytest.param("a.txt", f'é = "{GITHUB}"\n'.encode("latin-1"), [(1, 6, 1, 46)], id="a byte that is not UTF-8"),
    pytest.param("a.txt", f'é = "{GITHUB}"; ü = "{GITHUB_2}"\n'.encode(), [(1, 6, 1, 46), (1, 54, 1, 94)], id="two on a line"),
    pytest.param("a.txt", f'a\r\nb = "{GITHUB}"\r\nc = "{GITHUB_2}"\r\n'.encode(), [(2, 6, 2, 46), (3, 6, 3, 46)], id="CRLF"),
    pytest.param("a.txt", f'a\né = "{GITHUB}"\n'.encode("utf-16"), [(2, 6, 2, 46)], id="UTF-16"),
    pytest.param("a.txt", f'a\n😁 = "{GITHUB}"\n'.encode("utf-16-be"), [(2, 6, 2, 46)], id="UTF-16, a surrogate pair, no mark"),
    pytest.param("a.txt", b"\xef\xbb\xbf" + f'x = "{GITHUB}"\n'.encode(), [(1, 6, 1, 46)], id="a byte order mark is no column"),
    pytest.param("a.txt", f'\t\tx = "{GITHUB}"'.encode(), [(1, 8, 1, 48)], id="tabs count as one, no newline at the end"),
    pytest.param("a.txt", f"x = 1\n{PEM}y = 2\n".encode(), [(2, 1, 15, 1)], id="a private key up to its last line"),
    pytest.param("a.txt", f'é = """{PEM}"""\n'.encode(), [(1, 8, 14, 1)], id="a private key that begins inside a line"),
    pytest.param("a.txt", f"{'é ' * 9000}{GITHUB}\n".encode(), [(1, 18001, 1, 18041)], id="far down a long line"),
]


ENV_PLACES = [
    pytest.param(".env", f"A=1\nDB_PASSWORD={PASSWORD}\n", [(2, 13, 2, 33)], id="bare"),
    pytest.param(".env", f"A=1\rDB_PASSWORD={PASSWORD}\rB=2\r", [(1, 17, 1, 37)], id="lines ended by CR alone"),
    pytest.param(".env", f'A="é"\nDB_PASSWORD="{PASSWORD}"\n', [(2, 14, 2, 34)], id="in quotes, é above"),
    pytest.param(".env", f"DB_PASSWÖRT={PASSWORD}\n", [(1, 13, 1, 33)], id="Ö in the key"),
    pytest.param(".env", f'A_PASSWORD="x\r\ny {PASSWORD}"\n', [(1, 13, 2, 23)], id="over two lines"),
    pytest.param(".env", f'A_PASSWORD="x {PASSWORD}\\"4x"\n', [(1, 13, 1, 39)], id="with an escape, as it is written"),
]


@pytest.mark.parametrize(("name", "content", "expected"), [*PLACES, *ENV_PLACES])
def test_places(
    looked_at: Looked, request: pytest.FixtureRequest, name: str, content: str | bytes, expected: list[tuple[int, int, int, int]]
) -> None:
    assert [[place(one) for one in found] for found in of(looked_at, request)] == [expected, expected]


# the name of a finding


def fingerprint(text: str, name: str = "a.py") -> str:
    """Of the last finding."""
    return Detector(RULES).scan(Fragment(name, text.encode()))[-1].fingerprint


LINE = f'token = "{GITHUB}"\n'
KEPT = [
    pytest.param("x = 1\n" * 50 + LINE, id="lines above"),
    pytest.param(LINE + "x = 1\n" * 50, id="lines below"),
    pytest.param(f'other = "{GITHUB_2}"\n{LINE}', id="a secret above"),
    pytest.param(f"if True:\n    {LINE}", id="indented"),
    pytest.param(LINE.replace("\n", "\r\n"), id="CRLF"),
    pytest.param(LINE.rstrip(), id="no newline at the end"),
    pytest.param(LINE.replace(GITHUB, GITHUB_2), id="another value: it is never made of the value"),
]
CHANGED = [
    pytest.param(LINE.replace("token", "other"), "a.py", id="another line"),
    pytest.param(LINE, "b.py", id="another file"),
    pytest.param(LINE.replace(GITHUB, PASSWORD), "a.py", id="another rule"),
]


@pytest.mark.parametrize("text", KEPT)
def test_a_fingerprint_survives(text: str) -> None:
    assert fingerprint(LINE) == fingerprint(text)


@pytest.mark.parametrize(("text", "name"), CHANGED)
def test_a_fingerprint_changes(text: str, name: str) -> None:
    assert fingerprint(LINE) != fingerprint(text, name)


def test_a_private_keys_fingerprint_survives_what_stands_around_it() -> None:
    assert fingerprint(PEM) == fingerprint(f"above\n{PEM}below\n") == fingerprint(f"1\n2\n{PEM}3\n")


def test_the_command_gives_the_same_fingerprints(repo: Repo) -> None:
    staged(repo, "a.py", "x = 1\n")
    repo.commit()
    assert [one["fingerprint"] for one in staged(repo, "a.py", f"x = 2\n{LINE}y = 2\n")] == [fingerprint(LINE)]
    repo.commit()
    assert [one["fingerprint"] for one in findings(repo, "a.py")] == [fingerprint(LINE)]


def test_secrets_beside_it_are_masked_in_a_fingerprint() -> None:
    """It must not be a hash by which a guess of the neighbour, or of the tail of the value, could be proved."""
    lines = [f'a = "{one}"; password = "{two}"' for one in (GITHUB, GITHUB_2) for two in (PASSWORD, PASSWORD[::-1])]
    found = [[match.fingerprint for match in Detector(RULES).scan(Fragment("a.py", line.encode()))] for line in lines]
    assert found[0] == found[1] == found[2] == found[3]
    escaped = [f'A_PASSWORD="x {PASSWORD}\\"{tail}"\n' for tail in ("4xQ9", "Zz81")]
    assert len({match.fingerprint for line in escaped for match in Detector(RULES).scan(Fragment(".env", line.encode()))}) == 1


# bounded windows, linear work


@pytest.mark.parametrize("reach", sorted({rule.reach for rule in RULES})[:: max(1, len({rule.reach for rule in RULES}) // 6)])
def test_windows_are_bounded_and_hold_every_place(reach: int) -> None:
    chance = random.Random(reach)
    for _ in range(50):
        size = chance.randrange(1, 20_000)
        places = sorted(chance.choices(range(size), k=chance.randrange(1, 200)))
        made = list(by_rule.windows(places, size, reach))
        assert all(0 <= start < end <= size and end - start <= LARGEST_WINDOW for start, end in made)
        assert all(any(start <= at < end and end >= min(size, at + reach) for start, end in made) for at in places)
    assert by_rule.BEFORE + by_rule.TOGETHER + max(rule.reach for rule in RULES) <= LARGEST_WINDOW


ALL_KEYWORDS = b" ".join(sorted({word for rule in RULES for word in rule.keywords} | set(KEYWORDS)))
BEGIN, END = b"-----BEGIN RSA PRIVATE " + b"KEY-----\n", b"-----END RSA PRIVATE " + b"KEY-----\n"
HOSTILE = [
    pytest.param(b'"', "a.py", id="quotes"),
    pytest.param(b"=", ".env", id="equals signs"),
    pytest.param(b'A_PASSWORD="\n', ".env", id="quotes that never close, in an env file"),
    pytest.param(ALL_KEYWORDS, "a.py", id="every keyword in a row"),
    pytest.param(b"password", "a.py", id="one keyword repeated"),
    pytest.param(b'password="', "a.json", id="keys without end"),
    pytest.param(b"token = ", "a.ini", id="keys without values"),
    pytest.param(BEGIN, "a.pem", id="private keys that only begin"),
    pytest.param(BEGIN + b"A" * 40 + BEGIN + END, "a.pem", id="private keys in private keys"),
    pytest.param(b"eyJ" + b"a" * 17 + b".", "a.txt", id="the beginning of a JWT"),
    pytest.param(b"https://a:", "a.txt", id="URLs without end"),
]
ONE_MB = 1 << 20


@pytest.mark.parametrize(("piece", "path"), HOSTILE)
def test_work_grows_with_the_size_and_no_faster(piece: bytes, path: str) -> None:
    less, more = (work_on(Fragment(path, (piece * (size // len(piece) + 1))[:size])) for size in (ONE_MB // 16, ONE_MB // 8))
    assert more["scanned"] == ONE_MB // 8
    assert all(more[count] <= 2.2 * less[count] + 10 for count in more)
    assert more["read"] <= more["windows"] * LARGEST_WINDOW


def work_on(fragment: Fragment) -> dict[str, int]:
    """How much a detector of all rules does with a text."""
    detector = Detector(RULES)
    detector.scan(fragment)
    return {count: getattr(detector.work, count) for count in detector.work.__slots__}


@pytest.mark.parametrize("piece", [b'"', b"="], ids=["quotes", "equals signs"])
def test_a_line_of_one_megabyte(repo: Repo, piece: bytes) -> None:
    assert [one["rule"] for one in staged(repo, "a.txt", piece * (ONE_MB // len(piece)) + f"\n{LINE}".encode())] == ["github-pat"]


class Compared(int):
    """A number that counts how often it is compared."""

    times = 0

    def __lt__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) < int(other)

    def __le__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) <= int(other)

    __hash__ = int.__hash__


def test_many_secrets_are_not_compared_in_pairs() -> None:
    many = 5000
    given = [span(Compared(10 * at), Compared(10 * at + 8)) for at in random.Random(5).sample(range(many), many)]
    Compared.times = 0
    assert len(without_overlaps(given)) == many
    assert 0 < Compared.times < 10 * many * math.log2(many)


@pytest.mark.parametrize("end", ["\n", "; "], ids=["a line each", "one line"])
def test_many_secrets_are_placed_by_reading_the_text_once(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    read = 0
    characters = spans.characters

    def counted(data: bytes) -> int:
        nonlocal read
        read += len(data)
        return characters(data)

    monkeypatch.setattr(spans, "characters", counted)
    text = "".join(f'a = "{GITHUB}"{end}' for _ in range(500)).encode()
    found = Detector(RULES).scan(Fragment("a.py", text, added=((1, 500),)))
    assert (len(found), found[-1].line, found[-1].column) == (500, *((500, 6) if end == "\n" else (1, 499 * 48 + 6)))
    assert 0 < read <= 2 * len(text)  # each secret once more, for its end
