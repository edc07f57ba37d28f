"""Secrets in encoded text: what is decoded and what is left alone, where the finding points, and work that grows with the input."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from binascii import hexlify
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from urllib.parse import quote

import pytest
from stopgap.detect import decode, rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.detect.literals import Literals
from stopgap.detect.shapes import SHAPES
from stopgap.detect.spans import Span
from stopgap.model import Fragment, Match

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

RULES = rules.load()
TOKEN = GITHUB.encode()
SETTINGS = b"# of the service\nDB_HOST=db.internal.net\nGITHUB_TOKEN=%s\nREGION=eu-west-1\n" % TOKEN
AWS = b"AK" + b"IA" + expand("<base32:16>").encode()

needs_hyperscan = pytest.mark.skipif(find_spec("hyperscan") is None, reason="hyperscan has no wheel for this machine")


def scan(text: bytes, path: str = "conf/app.yaml", engine: str = "") -> list[Match]:
    return [match for match in (lasting(engine) if engine else Detector(RULES)).scan(Fragment(path, text)) if match.confidence != "low"]


@cache
def lasting(engine: str) -> Detector:
    return Detector(RULES, engine=engine)


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def lines(data: bytes, width: int, between: bytes = b"\n") -> bytes:
    return between.join(data[at : at + width] for at in range(0, len(data), width))


def escaped(data: bytes, form: str) -> bytes:
    return "".join(form % byte for byte in data).encode()


def texts(data: bytes) -> list[decode.Decoded]:
    ends: dict[int, list[int]] = {}
    for number, at in sorted(Literals((), SHAPES).hits(data)):
        ends.setdefault(number, []).append(at)
    return list(decode.texts(data, ends))


# ---- silence


def png() -> bytes:
    """A real picture of noise."""
    chance = random.Random(5)
    rows = b"".join(b"\0" + chance.randbytes(96) for _ in range(32))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


NOISE = random.Random(7).randbytes(4096)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><text>password = &quot;%s&quot;</text></svg>" % PASSWORD.encode()
LEFT_ALONE = [
    pytest.param(b'"integrity": "sha512-' + b64(NOISE[:64]) + b'"\n', id="a lock file's integrity"),
    pytest.param(b"".join(b"    - sha256:%s\n" % hexlify(NOISE[at : at + 32]) for at in range(0, 4096, 32)), id="digests"),
    pytest.param(b"".join(b"commit %s\n" % hexlify(NOISE[at : at + 20]) for at in range(0, 4000, 20)), id="commits"),
    pytest.param(b'{"mappings":"' + b",".join(b64(NOISE[at : at + 6]) for at in range(0, 4090, 6)) + b'"}\n', id="a source map"),
    pytest.param(b"url(data:font/woff2;base64," + b64(NOISE) + b")\n", id="a font"),
    pytest.param(b'<img src="data:image/png;base64,' + b64(png()) + b'">\n', id="a picture"),
    pytest.param(b'<img src="data:image/svg+xml;base64,' + b64(SVG) + b'">\n', id="a drawing, which is text"),
    pytest.param(b"-----BEGIN CERTIFICATE-----\n" + lines(b64(b"0\x82" + NOISE[:900]), 64) + b"\n-----END CERTIFICATE-----\n", id="cert"),
    pytest.param(b"z: " + b64(zlib.compress(SETTINGS * 9)) + b"\n", id="compressed"),
    pytest.param(b"names: org.example.services.configuration.PropertySourcesPlaceholderConfigurer\n", id="long names"),
    pytest.param(b"/usr/share/applications/internationalization/translations/configuration/index\n", id="long paths"),
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_nothing_is_decoded(text: bytes) -> None:
    assert texts(text) == []
    assert scan(text) == []


def test_the_parts_of_a_token_that_has_its_own_rule_are_not_decoded() -> None:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"iss": "id.internal.net", "password": PASSWORD, "exp": 1700000000}]
    jwt = b".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts), b64(NOISE[:32]).rstrip(b"=")])
    assert texts(b"token: " + jwt + b"\n") == []
    assert [match.rule for match in scan(b"token: " + jwt.replace(b"+", b"-").replace(b"/", b"_") + b"\n")] == ["jwt"]


HARMLESS = [
    pytest.param(b64(b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"), id="base64 of a manifest"),
    pytest.param(b64(b"password: ${DB_PASSWORD}\ntoken: <your token here>\n"), id="base64 of placeholders"),
    pytest.param(
        b64(b"-----BEGIN CERTIFICATE-----\n" + lines(b64(NOISE[:600]), 64) + b"\n-----END CERTIFICATE-----\n"), id="a certificate"
    ),
    pytest.param(b"https://example.com/?next=https%3A%2F%2Fexample.com%2Flogin%3Ftoken%3D", id="a link"),
    pytest.param(b'"\\u003ca href=\\"https://example.com/\\"\\u003eForgot your password?\\u003c/a\\u003e"', id="escaped HTML"),
    pytest.param(b'var digits = "\\x30\\x31\\x32\\x33\\x34\\x35\\x36\\x37\\x38\\x39";', id="a table of characters"),
    pytest.param(b"write to &#112;&#101;&#111;&#112;&#108;&#101;&#64;example.com", id="a hidden mail address"),
    pytest.param(b"value: " + b64(b"x" * 40) + b" " + b64(b"0123456789" * 5), id="filler"),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_decoded_and_holds_no_secret(text: bytes) -> None:
    assert scan(text + b"\n") == []


# ---- findings


FOUND = [
    pytest.param(b"config: ", b64(SETTINGS), id="base64"),
    pytest.param(b'"config": "', b64(SETTINGS).rstrip(b"="), id="base64 that is not padded"),
    pytest.param(b'x = "', base64.urlsafe_b64encode(b'{"a":"~~~???>>>","t":"%s"}' % TOKEN), id="URL-safe base64"),
    pytest.param(b"data:\n  ", lines(b64(SETTINGS * 3), 64, b"\n  "), id="base64 over lines"),
    pytest.param(b'"', lines(b64(SETTINGS * 3), 76, b'" +\n    "'), id="base64 in strings that are put together"),
    pytest.param(b'"', lines(b64(SETTINGS * 3), 76, b"\\n"), id="base64 over lines that are written out"),
    pytest.param(b"", lines(b64(SETTINGS * 3), 70), id="base64 over lines of an odd width"),
    pytest.param(b"token: ", b64(TOKEN), id="base64 of the token alone"),
    pytest.param(b"token: ", b64(b64(TOKEN)), id="base64 twice"),
    pytest.param(b"token: ", hexlify(b64(TOKEN)), id="base64 in hexadecimal"),
    pytest.param(b"auth: ", b64(escaped(TOKEN, "%%%02X") + b" in the link"), id="percent escapes in base64"),
    pytest.param(b'tok = "', hexlify(TOKEN), id="hexadecimal"),
    pytest.param(b'tok = "', hexlify(TOKEN + b"\n").upper(), id="hexadecimal of a line"),
    pytest.param(b"powershell -EncodedCommand ", b64(f"$t = '{GITHUB}'".encode("utf-16-le")), id="PowerShell"),
    pytest.param(b'"', escaped(TOKEN, "\\u%04x"), id="JSON escapes"),
    pytest.param(b'"', escaped(TOKEN, "\\u{%x}"), id="JavaScript escapes"),
    pytest.param(b'"', escaped(TOKEN, "\\x%02x"), id="hexadecimal escapes"),
    pytest.param(b"$'", escaped(TOKEN, "\\%03o"), id="octal escapes"),
    pytest.param(b"<p>", escaped(TOKEN, "&#%d;"), id="character references"),
    pytest.param(b"<p>", escaped(TOKEN, "&#x%X;"), id="hexadecimal character references"),
    pytest.param(b'"', TOKEN.replace(b"_", b"\\u005f"), id="one JSON escape"),
    pytest.param(b"$'", TOKEN.replace(b"_", b"\\137"), id="one octal escape"),
    pytest.param(b"<p>", TOKEN.replace(b"_", b"&#95;"), id="one character reference"),
    pytest.param(b"https://example.com/?next=%2Fx%3Ftoken%3D", TOKEN.replace(b"_", b"%5F"), id="percent escapes"),
    pytest.param(b"Token=3D", TOKEN[:17] + b"=\n" + TOKEN[17:], id="quoted-printable"),
]


@pytest.mark.parametrize(("before", "value"), FOUND)
def test_a_token_is_found_where_it_is_encoded(before: bytes, value: bytes) -> None:
    (match,) = scan(b"first line\n" + before + value + b"\"' </p>\n")
    lead = before.rpartition(b"\n")[2]
    start = 2 + before.count(b"\n"), len(lead) + 1
    assert (match.rule, match.line, match.column) == ("github-pat", *start)
    assert match.end_line == start[0] + value.count(b"\n")
    ends = len(value.rpartition(b"\n")[2]) + (0 if b"\n" in value else len(lead)) + 1
    assert match.end_column in (ends, ends - 2 * (value[-2:] == b"0A"))


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        pytest.param(b"  registry: " + b64(SETTINGS), "registry", "(in base64)", id="YAML"),
        pytest.param(b'{"tls.conf" : "' + b64(SETTINGS) + b'"}', "tls.conf", "(in base64)", id="JSON"),
        pytest.param(b"export CONFIG_B64=" + b64(SETTINGS), "CONFIG_B64", "(in base64)", id="shell"),
        pytest.param(b"conf: |\n    " + b64(SETTINGS), "conf", "(in base64)", id="a YAML block"),
        pytest.param(b"conf = b'" + b64(b64(SETTINGS)) + b"'", "conf", "(in base64, in base64)", id="twice"),
        pytest.param(b"it is " + b64(SETTINGS), "", "(in base64)", id="no key"),
    ],
)
def test_a_finding_says_how_it_was_encoded_and_under_what_key(text: bytes, key: str, says: str) -> None:
    (match,) = scan(text + b"\n", "values.yaml")
    assert (match.key, match.what.partition(" (in ")[2]) == (key, says.removeprefix("(in "))
    assert match.preview == "ghp_********"


def test_secrets_in_one_encoded_text_are_one_finding_that_counts_them() -> None:
    (match,) = scan(b"conf: " + b64(SETTINGS + b"OTHER=%s\n" % GITHUB_2.encode() + b"KEY=%s\n" % AWS) + b"\n")
    assert "and 2 more)" in match.what


def test_values_of_the_same_length_are_not_taken_for_lines_of_one() -> None:
    values = [b64(b"%s.." % token.encode()).rstrip(b"=") for token in (GITHUB, GITHUB_2)]
    assert len(values[0]) == len(values[1]) == 56
    assert [match.line for match in scan(b"- " + values[0] + b"\n- " + values[1] + b"\n")] == [1, 2]
    odd = [b64(b"%s..." % token.encode()).rstrip(b"=") for token in (GITHUB, GITHUB_2)]
    assert [len(value) % 4 for value in odd] == [2, 2]
    assert [match.line for match in scan(odd[0] + b"\n" + odd[1] + b"\n")] == [1, 2]


def test_secrets_among_escapes_are_findings_of_their_own() -> None:
    text = b'{"a": "\\u003c%s\\u003e", "b": "%s", "c": "\\u003c%s\\u003e"}\n' % (TOKEN, b"x" * 90, AWS.replace(b"A", b"\\u0041", 1))
    first, second = scan(text, "a.json")
    assert (first.rule, text[first.column - 1 : first.end_column - 1]) == ("github-pat", TOKEN)
    assert (second.rule, text[second.column - 1 : second.end_column - 1]) == ("aws-access-key-id", AWS.replace(b"A", b"\\u0041", 1))


def test_what_stands_in_plain_sight_is_found_once() -> None:
    text = b"a%%3D1 %s b%%3D2 https%%3A%%2F%%2Fexample.com%%2Fpath\n" % TOKEN
    (match,) = scan(text)
    assert (match.column, " (in " in match.what) == (text.index(TOKEN) + 1, False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(b"tls.key: " + b64(PEM.encode()), "private-key-base64", id="base64 of a key: the rule that knows it"),
        pytest.param(
            b"tls.pem: " + b64(b"-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n" + PEM.encode()), "private-key", id="chain"
        ),
        pytest.param(b'"key": "' + PEM.encode().replace(b"\n", b"\\n") + b'"', "private-key", id="on one line"),
        pytest.param(b'"key": "' + PEM.encode().replace(b"\n", b"\\u000a") + b'"', "private-key", id="line ends as JSON escapes"),
        pytest.param(b"key=" + quote(PEM).encode(), "private-key", id="percent escapes"),
        pytest.param(b'<k v="' + PEM.encode().replace(b"\n", b"&#10;") + b'"/>', "private-key", id="XML"),
    ],
)
def test_a_private_key_on_one_line(text: bytes, rule: str) -> None:
    assert [match.rule for match in scan(text + b"\n")] == [rule]


def test_a_docker_login_in_a_kubernetes_secret() -> None:
    login = json.dumps({"auths": {"registry.internal.net": {"auth": b64(b"deploy:" + PASSWORD.encode()).decode()}}})
    text = (
        f"apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {b64(login.encode()).decode()}\n"
    )
    (match,) = scan(text.encode(), "k8s/secret.yaml")
    assert match.line == 5


def test_keyed_values_count_when_they_are_worth_it() -> None:
    text = b"db:\n  host: db.internal.net\n  password: %s\n"
    assert [match.rule for match in scan(b"conf: " + b64(text % PASSWORD.encode()) + b"\n")] == ["keyed-password"]
    found = Detector(RULES).scan(Fragment("conf.yaml", b"conf: " + b64(text % b"abc12345") + b"\n"))
    assert found == []


def test_a_value_alone_is_judged_where_it_stands() -> None:
    """Under its key the encoded value was judged with its surroundings, which what was decoded does not have."""
    text = b'"key": "' + b64(b"localpassword-of-some-length-2") + b'"\n'

    def look(given: Sequence[tuple[bytes, str]]) -> list[tuple[list[Span], decode.Ends]]:
        assert [data for data, _ in given] == [b'key = "localpassword-of-some-length-2"']
        return [([Span(7, 37, "keyed-secret", "medium", "secret", 15), Span(7, 37, "some-token", "medium", "token", 20)], {})]

    at = text.index(b'"\n')
    assert [span.rule for span in decode.spans(text, {0: [at]}, "a.json", look)] == ["some-token"]


def test_a_comment_and_an_entry_allow_it(repo: Repo) -> None:
    line = b"config: " + b64(SETTINGS)
    repo.write("plain.yaml", line + b"\n")
    repo.write("commented.yaml", line + b"  # stopgap: allow[github-pat] a sample\n")
    repo.add()
    found = json.loads(repo.stopgap("scan-diff", "--format", "json").stdout)["findings"]
    assert [finding["path"] for finding in found] == ["plain.yaml"]
    assert GITHUB not in json.dumps(found)
    assert b64(SETTINGS).decode() not in json.dumps(found)
    assert repo.stopgap("allow", "plain.yaml:1", "--reason", "a sample").returncode == 0
    assert repo.stopgap("scan-diff").returncode == 0


def test_only_added_lines_count(repo: Repo) -> None:
    repo.write("a.yaml", b"config: " + b64(SETTINGS) + b"\nx: 1\n")
    repo.add()
    repo.commit()
    repo.write("a.yaml", b"config: " + b64(SETTINGS) + b"\nx: 2\n")
    repo.add()
    assert repo.stopgap("scan-diff").returncode == 0


# ---- both engines, and bounds


def mixed(seed: int) -> bytes:
    """Encoded texts of every kind in random order, whole and cut, between plain words."""
    chance = random.Random(seed)
    values = [value for param in FOUND if isinstance(value := param.values[1], bytes)]
    parts: list[bytes] = []
    for _ in range(30):
        value = chance.choice(values)
        parts += (
            value if chance.random() < 0.7 else value[: chance.randrange(len(value))],
            chance.choice((b" ", b"\n", b'"', b"=", b": ")),
        )
    return b"".join(parts)


@needs_hyperscan
@pytest.mark.parametrize("seed", range(8))
def test_both_engines_find_the_same(seed: int) -> None:
    text = mixed(seed)
    assert scan(text, engine="find") == scan(text, engine="hyperscan") != []


def nested(size: int, depth: int = 6) -> bytes:
    """base64 of base64 of ... of text of that size."""
    text = lines(SETTINGS * (size // len(SETTINGS)), 99)
    for _ in range(depth):
        text = b64(text)
    return text


def work(text: bytes) -> tuple[int, int]:
    new = Detector(RULES)
    new.scan(Fragment("a.txt", text))
    return new.work.decoded, new.work.scanned


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(nested, id="nested base64"),
        pytest.param(lambda size: lines(b64(SETTINGS * (size // 99)), 76), id="lines of base64"),
        pytest.param(lambda size: b" ".join([b64(SETTINGS)] * (size // 130)), id="many runs"),
        pytest.param(lambda size: b"\\u0041" * (size // 6), id="JSON escapes"),
        pytest.param(lambda size: b"key%3Dvaluevalue%5Fvalue" * (size // 24), id="percent escapes"),
        pytest.param(lambda size: b"&#97;" * (size // 5), id="character references"),
        pytest.param(lambda size: b"key=3Dvaluevalue=\n" * (size // 18), id="quoted-printable"),
        pytest.param(lambda size: b"%2541\\u0025%3D&#65;=3Dabcdef" * (size // 28), id="one in the other"),
        pytest.param(lambda size: b"41" * (size // 2), id="hexadecimal"),
    ],
)
def test_work_grows_with_the_input_and_no_faster(make: Callable[[int], bytes]) -> None:
    small, large = make(40_000), make(80_000)
    (decoded, scanned), (decoded_twice, scanned_twice) = work(small), work(large)
    assert decoded <= decode.LEAST + decode.TIMES * len(small) + 4096
    assert 0 < decoded_twice <= 2 * decoded + 8192
    assert scanned_twice <= 2 * scanned + 16384


def test_twice_the_nested_base64_is_at_most_twice_the_texts() -> None:
    def count(text: bytes) -> int:
        looked: list[int] = []

        def look(given: Sequence[tuple[bytes, str]]) -> list[tuple[list[Span], decode.Ends]]:
            looked.append(len(given))
            return [([], ends(data)) for data, _ in given]

        assert list(decode.spans(text, ends(text), "a.txt", look)) == []
        return sum(looked)

    def ends(data: bytes) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, at in sorted(Literals((), SHAPES).hits(data)):
            found.setdefault(number, []).append(at)
        return found

    one = nested(3000) + b"\n"
    assert count(one) == 2  # two levels, and no more
    assert [count(one * times) for times in (2, 4, 8)] == [4, 8, 16]


def test_a_window_is_at_most_four_kib() -> None:
    for filler in (b"\\u0041" * 5000, b"abcdefgh\\u0041" * 3000, (b"x" * 500 + b"\\u0041") * 200):
        found = texts(filler)
        assert found
        assert max(text.end - text.start for text in found) <= 4096
