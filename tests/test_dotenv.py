"""The dotenv parser, the shape of an env file, and encrypted files."""

from __future__ import annotations

import random
import string
import time

import pytest
from stopgap.detect import dotenv, encrypted


def made_up(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Text like a secret, the same in every run, and nobody's."""
    return "".join(random.Random(length).choices(alphabet, k=length))


SECRET = made_up(24)
HEX = made_up(64, "0123456789abcdef")
BASE64 = made_up(160, string.ascii_letters + string.digits + "+/")
SOPS = f"ENC[AES256_GCM,data:{made_up(16)},iv:{made_up(43)}=,tag:{made_up(22)}==,type:str]"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"# DB_PASSWORD=x\n  # A=1\n#B=2", id="comments"),
        pytest.param(b"just words\n\n===\n= value\n-x=1\n1A=2\n", id="junk"),
        pytest.param(b"export A\nB\n", id="names without a value"),
        pytest.param(b"http://host/\n", id="an address is no KEY: value"),
        pytest.param(bytes(range(256)) * 20, id="binary"),
    ],
)
def test_no_settings(data: bytes) -> None:
    assert dotenv.parse(data) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"A=1", [("A", "1")], id="no newline at the end"),
        pytest.param(b"A=1\r\nB=2\r\n", [("A", "1"), ("B", "2")], id="CRLF"),
        pytest.param(b"A=1\rB=2\r", [("A", "1"), ("B", "2")], id="CR"),
        pytest.param(b"\xef\xbb\xbfA=1\n", [("A", "1")], id="byte order mark"),
        pytest.param("A=ü\n".encode("utf-16"), [("A", "ü")], id="UTF-16"),
        pytest.param(b"A=\xe9x\n", [("A", "\udce9x")], id="Latin-1"),
        pytest.param(b"export A=1\n\texport\tB=2\n", [("A", "1"), ("B", "2")], id="export"),
        pytest.param(b"A = 1\nB= 2 \n", [("A", "1"), ("B", "2")], id="spaces around"),
        pytest.param(b"A: 1\nB:2\n", [("A", "1")], id="Ruby's colon needs a space"),
        pytest.param(b"A=x # note\nB=x#y\nC= # note\nD=#x\n", [("A", "x"), ("B", "x#y"), ("C", ""), ("D", "#x")], id="comments"),
        pytest.param(b"A=\nB=\"\"\nC=''\n", [("A", ""), ("B", ""), ("C", "")], id="empty values"),
        pytest.param(b"A='x # y'\nB=\"x # y\" # z\nC=`a'b\"c`\n", [("A", "x # y"), ("B", "x # y"), ("C", "a'b\"c")], id="quotes"),
        pytest.param(rb'A="a\nb\"c\\"' + b"\n" + rb"B='a\nb'", [("A", 'a\nb"c\\'), ("B", "a\\nb")], id="escapes"),
        pytest.param(b"A=\"one\ntwo\"\nB='x\r\ny'\r\nC=1", [("A", "one\ntwo"), ("B", "x\ny"), ("C", "1")], id="several lines"),
        pytest.param(b'A="open\nB=2\n', [("A", '"open'), ("B", "2")], id="a quote that is not closed"),
        pytest.param(b'A="open\nB="2"\n', [("A", '"open'), ("B", "2")], id="a quote that the next value would close"),
        pytest.param(b'A="x"y\n', [("A", '"x"y')], id="text behind the quote"),
        pytest.param(b"A=a=b==\n", [("A", "a=b==")], id="equals in the value"),
        pytest.param(b"a.b-c=1\n'Q'=2\n", [("a.b-c", "1"), ("Q", "2")], id="other keys"),
        pytest.param(b"A=1\nA=2\n", [("A", "1"), ("A", "2")], id="twice"),
        pytest.param(b"A=${B}\nC=$(cmd)\n", [("A", "${B}"), ("C", "$(cmd)")], id="references stay as they are"),
    ],
)
def test_settings(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(setting.key, setting.value) for setting in dotenv.parse(data)] == expected


def test_places() -> None:
    data = b"# one\n\nexport A='x'\nB=\"p\nq\"\n  C = y # z\nD: '\"'\n"
    places = [(setting.key, setting.line, setting.column, setting.end_line, setting.quoted) for setting in dotenv.parse(data)]
    assert places == [("A", 3, 11, 3, True), ("B", 4, 4, 5, True), ("C", 6, 7, 6, False), ("D", 7, 5, 7, True)]
    lines = data.decode().split("\n")
    assert [lines[line - 1][column - 1] for _, line, column, _, _ in places] == ["x", "p", "y", '"']


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'A="' * 700_000, id="quotes on one line"),
        pytest.param(b'A="\n' * 500_000, id="quotes that the next line closes"),
        pytest.param(b"A='\nB=\"\nC=`\n" * 150_000, id="three kinds of quotes"),
        pytest.param(b'A="' + b'\\"' * 1_000_000, id="escaped quotes"),
        pytest.param(b'A="' + b"\\" * 2_000_000 + b'"', id="backslashes"),
        pytest.param(b"a-" * 1_000_000, id="a long key"),
        pytest.param(b" " * 2_000_000, id="blanks"),
        pytest.param(b"\n" * 2_000_000, id="newlines"),
    ],
)
def test_hostile_input_takes_linear_time(data: bytes) -> None:
    start = time.perf_counter()
    sum(1 for _ in dotenv.settings(data))
    dotenv.has_env_shape(data)
    assert time.perf_counter() - start < 6


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"API_KEY=x\n", id="one line"),
        pytest.param(b"#!/bin/sh\nA=1\nB=2\nC=3\n", id="script"),
        pytest.param(b"A=1\nB=2\nif true; then\n  C=3\nfi\n", id="script without the first line"),
        pytest.param(b"CC = gcc\nCFLAGS = -O2\nall: main\n\t$(CC) main.c\n", id="Makefile"),
        pytest.param(b"FROM x\nENV A=1\nARG B=2\nRUN make\n", id="Dockerfile"),
        pytest.param(b'A = "1"\nB = "2"\nC = 3\n', id="Python"),
        pytest.param(b"[section]\nA=1\nB=2\n" + b"C=3\n" * 20, id="INI"),
        pytest.param(b"[Unit]\nDescription=x\n[Service]\nEnvironment=A=1\n", id="systemd"),
        pytest.param(b"spring.a=1\nspring.b=2\n", id="properties"),
        pytest.param(b"const A = 1\nlet B=2\n", id="JavaScript"),
        pytest.param(b"Dear all,\nuse\nA=1\nB=2\nGreetings\n", id="a letter"),
        pytest.param(b"A=1\nB=2\n\0\1\2\3\4\5\6" * 9, id="binary"),
    ],
)
def test_has_not_the_shape(data: bytes) -> None:
    assert not dotenv.has_env_shape(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"A=1\nB=2\n", id="two lines"),
        pytest.param(b"# x\n\nexport A=1\r\nexport B_2=\r\n", id="comments, export, CRLF"),
        pytest.param(b'A="one\ntwo lines\nthree lines"\nB=1\n', id="a value of several lines"),
        pytest.param(b"A=1\n" * 20 + b"odd one out\n", id="one strange line in twenty"),
        pytest.param("A=1\nB=2\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"KEY=value\n" * 20_000, id="longer than what is read"),
    ],
)
def test_has_the_shape(data: bytes) -> None:
    assert dotenv.has_env_shape(data)


SOPS_YAML = (
    f"db:\n    password: {SOPS}\nregion: eu-west-1\nsops:\n    age:\n        - recipient: age1x\n    mac: {SOPS}\n    version: 3.9.0\n"
)
SOPS_JSON = f'{{\n\t"password": "{SOPS}",\n\t"sops": {{\n\t\t"mac": "{SOPS}",\n\t\t"version": "3.9.0"\n\t}}\n}}\n'
SOPS_INI = f"[db]\npassword = {SOPS}\n\n[sops]\nmac = {SOPS}\nversion = 3.9.0\n"
SOPS_ENV = f"DB_PASSWORD={SOPS}\nREGION=eu\nsops_age__list_0__map_enc=x\nsops_mac={SOPS}\nsops_version=3.9.0\n"
DOTENVX = f'DOTENV_PUBLIC_KEY_PROD="{made_up(66, string.hexdigits.lower())}"\nDB_PASSWORD="encrypted:{BASE64}"\nPORT=8080\n'
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n" + made_up(160, "0123456789abcdef") + "\n"
ARMOR = {
    kind: f"-----BEGIN {kind}-----\n{head}{BASE64[:64]}\n{BASE64[64:]}\n-----END {kind}-----\n"
    for kind, head in (("AGE ENCRYPTED FILE", ""), ("PGP MESSAGE", "Version: 1\n\n"))
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("DB_PASSWORD=hunter2\n", id="plain"),
        pytest.param(f"# sops_version=3.9.0\n# sops_mac={SOPS}\nDB_PASSWORD={SECRET}\n", id="SOPS in comments only"),
        pytest.param(f"DB_PASSWORD={SOPS}\nsops_version=3.9.0\n", id="SOPS without the MAC"),
        pytest.param(f"DB_PASSWORD={SOPS}\nsops_mac={SOPS}\n", id="SOPS without the version"),
        pytest.param(f"DB_PASSWORD={SOPS}\nsops_version=3.9.0\nsops_mac=x\n", id="SOPS with a MAC that is none"),
        pytest.param(SOPS_YAML.replace("    mac:", "    # mac:"), id="SOPS YAML with the MAC in a comment"),
        pytest.param("DB_PASSWORD=encrypted:hunter2\n", id="dotenvx in words only"),
        pytest.param("$ANSIBLE_VAULT;1.1;AES256\nDB_PASSWORD=hunter2\n", id="vault header over plain text"),
        pytest.param(VAULT + "DB_PASSWORD=hunter2\n", id="plain text under a vault"),
        pytest.param(ARMOR["PGP MESSAGE"] + "DB_PASSWORD=hunter2\n", id="plain text under the armor"),
        pytest.param("# -----BEGIN AGE ENCRYPTED FILE-----\nDB_PASSWORD=hunter2\n", id="armor in a comment"),
    ],
)
def test_is_not_encrypted(text: str) -> None:
    assert encrypted.plain_secrets(".env", text.encode()) is None


@pytest.mark.parametrize(
    ("data", "tool"),
    [
        pytest.param(SOPS_ENV.encode(), "SOPS", id="SOPS dotenv"),
        pytest.param(SOPS_YAML.encode(), "SOPS", id="SOPS YAML"),
        pytest.param(SOPS_JSON.encode(), "SOPS", id="SOPS JSON"),
        pytest.param(SOPS_INI.encode(), "SOPS", id="SOPS INI"),
        pytest.param(DOTENVX.encode(), "dotenvx", id="dotenvx"),
        pytest.param(DOTENVX.replace("\n", "\r\n").encode(), "dotenvx", id="dotenvx, CRLF"),
        pytest.param(VAULT.encode(), "ansible-vault", id="ansible-vault"),
        pytest.param(b"\0GITCRYPT\0" + bytes(range(200)), "git-crypt", id="git-crypt"),
        pytest.param(b"age-encryption.org/v1\n-> X25519 abc\n" + bytes(range(100)), "age", id="age"),
        pytest.param(ARMOR["AGE ENCRYPTED FILE"].encode(), "age", id="age armor"),
        pytest.param(ARMOR["PGP MESSAGE"].encode(), "GPG", id="PGP armor"),
    ],
)
def test_is_encrypted_wholly(data: bytes, tool: str) -> None:
    assert encrypted.plain_secrets(".env", data) == encrypted.Encryption(tool, ())


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        pytest.param(f"{DOTENVX}API_TOKEN={SECRET}\n", "API_TOKEN", 4, id="dotenvx and a plain token"),
        pytest.param(f"{DOTENVX}DB_PASS=hunter2\n", "DB_PASS", 4, id="dotenvx and a weak password"),
        pytest.param(f"{DOTENVX}API_TOKEN=encrypted:{SECRET}\n", "API_TOKEN", 4, id="dotenvx and a value that only says so"),
        pytest.param(
            f"{DOTENVX}DOTENV_PRIVATE_KEY={made_up(64, '0123456789abcdef')}\n", "DOTENV_PRIVATE_KEY", 4, id="dotenvx and its own key"
        ),
        pytest.param(f"API_TOKEN={SECRET}\n{SOPS_ENV}", "API_TOKEN", 1, id="SOPS dotenv"),
        pytest.param(f"{SOPS_ENV}sops_password=hunter2\n", "sops_password", 6, id="SOPS dotenv, a key that is not its own"),
        pytest.param(SOPS_YAML.replace("region: eu-west-1", f"api_token: {SECRET}"), "api_token", 3, id="SOPS YAML before the block"),
        pytest.param(f"{SOPS_YAML}api_token: {SECRET}\n", "api_token", 9, id="SOPS YAML behind the block"),
        pytest.param(SOPS_YAML.replace("region: eu-west-1", f"tokens:\n  - {SECRET}"), "tokens", 4, id="SOPS YAML list"),
        pytest.param(SOPS_JSON.replace("{\n\t", f'{{\n\t"token": "{SECRET}",\n\t', 1), "token", 2, id="SOPS JSON"),
        pytest.param(SOPS_INI.replace("[db]", f"[db]\ntoken = {SECRET}"), "token", 2, id="SOPS INI"),
    ],
)
def test_one_plain_secret_is_named_without_its_value(text: str, key: str, line: int) -> None:
    found = encrypted.plain_secrets(".env", text.encode())
    assert found is not None
    assert [(plain.key, plain.line) for plain in found.plain] == [(key, line)]
    assert SECRET not in repr(found)
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "piece",
    [
        b"-----BEGIN PGP MESSAGE-----\n",
        b"$ANSIBLE_VAULT;1.1;AES256\n00",
        b"encrypted: ",
        b'"sops": {\n',
        b"sops:\n mac: ENC[AES256_GCM,\n",
        b"[sops]\nversion: 1.0\n",
    ],
)
def test_hostile_encryption_takes_linear_time(piece: bytes) -> None:
    start = time.perf_counter()
    encrypted.plain_secrets(".env", piece * (400_000 // len(piece)) + b"ENC[AES256_GCM,")
    assert time.perf_counter() - start < 5
