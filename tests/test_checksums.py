"""Tokens with a checksum or a structure of their own: whole ones are of high confidence, broken ones of medium, and none is dropped."""

from __future__ import annotations

import json
from base64 import b32encode, b64encode, urlsafe_b64encode
from binascii import crc32, crc_hqx
from hashlib import sha256, sha512

import pytest
from stopgap.detect import checksums, rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.model import Confidence, Fragment

DETECTOR = Detector(rules.load())
RANDOM = sha512(b"a seed for tests").digest()


def found(text: str, rule: str) -> set[Confidence]:
    """The confidence of what a rule finds in a text."""
    return {match.confidence for match in DETECTOR.scan(Fragment("a.txt", f"x: {text}\n".encode())) if match.rule == rule}


def packed(**fields: object) -> str:
    """JSON in base64."""
    return b64encode(json.dumps(fields).encode()).decode()


def based(number: int, digits: bytes, size: int) -> str:
    return checksums.written(number, digits, size).decode()


def gitlab() -> str:
    payload = urlsafe_b64encode(b"o:1\nu:1x" + RANDOM[:16] + b"\x10").decode().rstrip("=")
    body = f"glpat-{payload}.0{based(len(payload), checksums.BASE36, 1)}"
    return body + based(crc32(body.encode()), checksums.BASE36, 7)


def grafana() -> str:
    body = expand("glsa_<alnum:32>")
    return f"{body}_{crc32(body.encode()).to_bytes(4, 'little').hex()}"


def macaroon() -> str:
    raw = b"\x02\x01\x08pypi.org\x02\x24" + RANDOM[:36] + b"\x00\x02\x08" + RANDOM[:8] + b"\x00\x00\x06\x20" + RANDOM[:32]
    return "pypi-" + urlsafe_b64encode(raw).decode().rstrip("=")


def key_id(account: int) -> str:
    raw = (account << 7 | 1 << 47).to_bytes(6, "big") + RANDOM[:4]
    return "AKIA" + b32encode(raw).decode()


def seed(*head: int) -> str:
    raw = bytes(head) + RANDOM[:32]
    return b32encode(raw + crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def base58(raw: bytes) -> str:
    whole = raw + sha256(sha256(raw).digest()).digest()[:4]
    return based(int.from_bytes(whole, "big"), checksums.BASE58, 1)


def zuplo() -> str:
    body = expand("<hex:32>")
    return f"zpka_{body}_{crc32(body.encode()):08x}"


def bot(number: str) -> str:
    return f"DISCORD_TOKEN={b64encode(number.encode()).decode().rstrip('=')}{expand('.<alnum:6>.<alnum:38>')}"


def azure(last: str) -> str:
    return f"AccountName=acme;AccountKey={b64encode(RANDOM).decode()[:85]}{last}==;EndpointSuffix=core.windows.net"


def jwt(header: str) -> str:
    parts = [header, json.dumps({"iss": "acme", "sub": "f3A9kq0Z"})]
    return ".".join([*(urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), expand("<alnum:43>")])


TOKENS = [
    pytest.param("github-pat", expand("ghp_<crc62:30>"), expand("ghp_<alnum:36>"), id="GitHub"),
    pytest.param("github-oauth-token", expand("gho_<crc62:30>"), expand("gho_<alnum:36>"), id="GitHub, OAuth"),
    pytest.param("npm-token", expand("npm_<crc62:30>"), expand("npm_<alnum:36>"), id="npm"),
    pytest.param("polar-token", expand("polar_oat_<crc62:37>"), expand("polar_oat_<alnum:43>"), id="Polar"),
    pytest.param("gitlab-pat", gitlab(), expand("glpat-<b64url:36>.100<lower:6>"), id="GitLab, routable"),
    pytest.param("grafana-service-account-token", grafana(), expand("glsa_<alnum:32>_<hex:8>"), id="Grafana"),
    pytest.param(
        "grafana-cloud-token",
        "glc_" + packed(o="123456", n="stack-1-me", k=RANDOM[:15].hex(), m={"r": "eu"}),
        "glc_" + packed(x="123456", y="stack-1-me", z=RANDOM[:15].hex()),
        id="Grafana Cloud",
    ),
    pytest.param(
        "sentry-token",
        f"sntrys_{packed(iat=1.5, url='https://sentry.io', region_url='https://us.sentry.io', org='a')}_{expand('<b64:43>')}",
        f"sntrys_{packed(iat=1.5, url='https://sentry.io', region_url='https://us.sentry.io')}_{expand('<b64:43>')}",
        id="Sentry",
    ),
    pytest.param(
        "onepassword-service-token",
        "ops_" + packed(signInAddress="a.1password.com", muk=RANDOM.hex(), srpX=RANDOM[:50].hex()),
        "ops_" + packed(address="a.1password.com", muk=RANDOM.hex(), srpX=RANDOM[:50].hex()),
        id="1Password",
    ),
    pytest.param("pypi-token", macaroon(), expand("pypi-AgEIcHlwaS5vcmc<b64url:120>"), id="PyPI"),
    pytest.param("aws-access-key-id", key_id(123456789012), key_id(1_099_000_000_000), id="AWS, an account of 13 digits"),
    pytest.param("aws-access-key-id", "AKIAI" + expand("<base32:15>"), "AKIA" + expand("<LETTERS:8>1890<LETTERS:4>"), id="AWS, no base32"),
    pytest.param("nats-nkey-seed", seed(0x95, 0x00), seed(0x95, 0x00)[:-1] + "A", id="NATS"),
    pytest.param("stellar-secret-seed", "stellar " + seed(0x90), "stellar " + seed(0x90)[:-2] + "AA", id="Stellar"),
    pytest.param(
        "bitcoin-private-key",
        "wif = " + base58(b"\x80" + RANDOM[:32] + b"\x01"),
        "wif = " + base58(b"\x80" + RANDOM[:32] + b"\x01")[:-3] + "xyz",
        id="Bitcoin, WIF",
    ),
    pytest.param(
        "bitcoin-extended-key",
        base58(bytes.fromhex("0488ade4") + b"\x01" + RANDOM[:8] + RANDOM[:32] + b"\x00" + RANDOM[32:]),
        base58(bytes.fromhex("0488ade4") + b"\x01" + RANDOM[:8] + RANDOM[:32] + b"\x00" + RANDOM[32:])[:-3] + "xyz",
        id="Bitcoin, extended",
    ),
    pytest.param("zuplo-api-key", zuplo(), expand("zpka_<hex:32>_<hex:8>"), id="Zuplo"),
    pytest.param("discord-bot-token", bot("312345678901234567"), bot("3a2345678901234567"), id="Discord"),
    pytest.param("azure-account-key", azure(b64encode(RANDOM).decode()[85]), azure("B"), id="Azure, bits left over"),
    pytest.param("jwt", jwt('{"alg":"HS256","typ":"JWT"}'), jwt('{"a":"HS256","t":"JWT"}'), id="JWT"),
]


@pytest.mark.parametrize(("rule", "whole", "broken"), TOKENS)
def test_a_broken_token_is_found_with_less_confidence(rule: str, whole: str, broken: str) -> None:
    assert found(broken, rule) == {"medium"}


@pytest.mark.parametrize(("rule", "whole", "broken"), TOKENS)
def test_a_whole_token_is_of_high_confidence(rule: str, whole: str, broken: str) -> None:
    assert found(whole, rule) == {"high"}


@pytest.mark.parametrize("name", checksums.CHECKS)
@pytest.mark.parametrize(
    "token", [b"", b"_", b".", b"-", b"====", b"\xff\xfe", b"0OIl", b"AKIA", b"a_b_c", b"eyJ" * 2000], ids=lambda token: repr(token[:8])
)
def test_no_check_fails_on_what_is_no_token(name: str, token: bytes) -> None:
    assert checksums.CHECKS[name](token) in (True, False)


def test_every_check_is_of_use() -> None:
    """A check that no rule names is dead; a judge that a rule names exists."""
    judges = {rule.judge for rule in rules.load()}
    assert set(checksums.CHECKS) <= judges


def test_a_key_that_every_visitor_gets_is_no_secret() -> None:
    payload = json.dumps({"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "anon", "iat": 1, "exp": 2})
    parts = [urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ('{"alg":"HS256","typ":"JWT"}', payload)]
    public = ".".join([*parts, expand("<alnum:43>")])
    assert found(public, "jwt") == {"low"}
    assert found(
        public.replace(parts[1], urlsafe_b64encode(payload.replace("anon", "service_role").encode()).decode().rstrip("=")), "jwt"
    ) == {"high"}
