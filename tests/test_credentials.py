"""What a match of a rule is worth by what it holds: silence first."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from stopgap.detect import rules
from stopgap.detect.engine import Detector
from stopgap.model import Confidence, Fragment

V = "f3A9kq0Z" + "rT7bX2mN"  # as a generator makes them
DETECTOR = Detector(rules.load())


def found(text: str, path: str = "a.py") -> list[tuple[str, Confidence]]:
    """Rule and confidence of everything in a text."""
    return [(match.rule, match.confidence) for match in DETECTOR.scan(Fragment(path, text.encode() + b"\n"))]


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def jwt(**claims: object) -> str:
    parts = [json.dumps(part, separators=(",", ":")) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join([*(b64(part).rstrip("=") for part in parts), V + V + V])


def url(user: str, password: str, host: str) -> str:
    return f'engine("postgresql://{user}:{password}@{host}/x")'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(url("scott", "tiger", "localhost"), id="Oracle's pair"),
        pytest.param(url("guest", "guest", "queue:5672"), id="the user's name"),
        pytest.param(url("postgres", "postgres", "db"), id="a product's default"),
        pytest.param(url("me", "pw12", "db.host.net"), id="short"),
        pytest.param(url("me", "apples%2Foranges", "hostspec"), id="words, escaped"),
        pytest.param(url("me", "secret1", "h1:26379"), id="word and digit"),
        pytest.param(url("me", "hunter2", "db.corp.net"), id="weak"),
        pytest.param(url("me", "123123", "localhost"), id="digits, here"),
        pytest.param(url("me", "BackupK3y987", "backup.example.net"), id="weak at an example host"),
        pytest.param("curl -u admin:admin2 https://host/", id="curl"),
        pytest.param("machine host.net login me password hunter", id="netrc form elsewhere"),
        pytest.param(f"Authorization: Basic {b64('john:secret')}", id="Basic, weak"),
        pytest.param("Authorization: Basic notabase64token", id="Basic, no base64"),
        pytest.param(f"x = '{jwt(sub='foo')}'", id="JWT of words"),
        pytest.param(f"Authorization: Bearer {jwt(data='foo')}", id="JWT of words in a header"),
        pytest.param(f"x = '{jwt(sub='1234567890', iat=1516239022)}'", id="jwt.io"),
        pytest.param(f"x = '{jwt(a=1, b=2)}'", id="JWT of small numbers"),
        pytest.param("mysql -u root -prootpw app", id="MySQL"),
        pytest.param("auth=('admin', 'secret')", id="call"),
        pytest.param("jwt.sign(payload, 'shhhhhhh')", id="signing"),
        pytest.param("see sk-" + "abc123def456ghi789jkl012mno345pq here", id="counted up behind a prefix"),
        pytest.param("Server=myServer1;User Id=me;Password=myPassw0rd;", id="connection string of the documentation"),
    ],
)
def test_is_unlikely(text: str) -> None:
    assert {confidence for _, confidence in found(text)} == {"low"}


def secret_manifest(value: str, kind: str = "Secret", section: str = "data", key: str = "settings") -> str:
    return f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: db\n{section}:\n  {key}: {value}\n"


WEAK_IN_BASE64 = secret_manifest(b64("admin:password"), key="extra")
HASH = "$6$" + "kR9vQ2xT$" + "h7Kp2Zq9TfWx4NdB8mRcY5vJ" * 3 + "h7Kp2Zq9TfWx4N"


@pytest.mark.parametrize(
    ("path", "text", "confidence"),
    [
        pytest.param("k8s/db.yml", WEAK_IN_BASE64, "medium", id="a weak value in a Secret"),
        pytest.param("tests/db.yml", WEAK_IN_BASE64, "low", id="the same in a test"),
        pytest.param("group_vars/all.yml", f"hash: {HASH}", "medium", id="hash in settings"),
        pytest.param("dump.sql", f"VALUES (1, '{HASH}')", "medium", id="hash in a dump"),
        pytest.param("app.py", f"x = '{HASH}'", "low", id="hash in a program"),
        pytest.param("tests/all.yml", f"hash: {HASH}", "low", id="hash in a test"),
        pytest.param("all.yml", f"hash: {HASH.replace('kR9vQ2xT', '12345678')}", "low", id="salt by hand"),
    ],
)
def test_is_worth_by_its_place(path: str, text: str, confidence: str) -> None:
    assert {found for _, found in found(text, path)} == {confidence}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Server = pick(a); password = ask(b);", id="code"),
        pytest.param("f(password=me)", id="argument"),
        pytest.param(secret_manifest(b64(f"x={V}"), kind="ConfigMap"), id="no Secret"),
        pytest.param(secret_manifest(b64(f"x={V}"), section="metadata"), id="no data"),
        pytest.param(secret_manifest(b64("short")), id="short in base64"),
        pytest.param(secret_manifest(b64("https://host/some/path")), id="URL in base64"),
        pytest.param(secret_manifest(b64(f"x{V}"), key="username"), id="user in base64"),
        pytest.param(secret_manifest("f3A9kq0ZrT7bX2mN"), id="no text in base64"),
        pytest.param(f"apiVersion: v1\nkind: Secret\n---\nkind: ConfigMap\ndata:\n  x: {b64(f'x={V}')}", id="another document"),
    ],
)
def test_is_none(text: str) -> None:
    assert found(text, "a.txt") == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param("url-password", url("scott", V, "localhost"), id="strong, here"),
        pytest.param("url-password", url("app", V, "db"), id="strong"),
        pytest.param("url-password", url("app", "BackupK3y987", "backup.corp.net"), id="word and digits, and a real host"),
        pytest.param("curl-user", f"curl -u admin:{V} https://host/", id="curl"),
        pytest.param("authorization-basic", f"Authorization: Basic {b64(f'app:{V}')}", id="Basic"),
        pytest.param(
            "jwt",
            f"x = '{jwt(sub='foo', exp=1516239022)}'",
            id="JWT that expires",
        ),
        pytest.param("jwt", f"x = '{jwt(sub=V)}'", id="JWT of somebody"),
        pytest.param("connection-string-password", f'"Server=db;Database=x;User Id=sa;Password={V};"', id="connection string"),
        pytest.param("connection-string-password", f'dsn := "host=db user=app password={V} dbname=x"', id="Go"),
        pytest.param("kubernetes-secret-value", secret_manifest(b64(f"x={V}")), id="Kubernetes"),
    ],
)
def test_is_likely(rule: str, text: str) -> None:
    assert [(name, confidence) for name, confidence in found(text) if confidence != "low"] in ([(rule, "medium")], [(rule, "high")])


def test_weak_counts_in_files_of_credentials_and_in_settings() -> None:
    assert found("machine host.net login me password hunter2", ".netrc")[0][1] != "low"
    assert found("spring.datasource.url=postgres://app:hunter2@db/x", "application.properties") == [("url-password", "medium")]
    assert found("spring.datasource.url=postgres://app:hunter2@localhost/x", "tests/application.properties") == [("url-password", "low")]
    assert found("password: f3A9kq0ZrT7bX2mN", "a.yml")[0][1] == "medium"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        pytest.param("no pair of these", None, id="no pair"),
        pytest.param("me:\x00\x01\x02\x03", None, id="no text"),
        pytest.param(f"me:{V}", "high", id="pair"),
        pytest.param("me:secret", "low", id="weak"),
    ],
)
def test_auth_of_a_registry_is_a_user_and_a_password(text: str, confidence: Confidence | None) -> None:
    hits = dict(found(f'{{"registry.host.net": {{"auth": "{b64(text)}"}}}}', "config.json"))
    assert hits.get("registry-auth") == confidence


@pytest.mark.parametrize(
    ("host", "confidence"),
    [
        pytest.param("myServer1", "low", id="documentation"),
        pytest.param("localhost", "low", id="this machine"),
        pytest.param("db", "low", id="a service's name"),
        pytest.param("db.example.com", "low", id="example"),
        pytest.param("127.0.0.1", "low", id="loopback"),
        pytest.param("sqlprod-2", "medium", id="a machine's name"),
        pytest.param("tcp:db.corp.net,1433", "medium", id="domain"),
        pytest.param("190.20.30.40", "medium", id="address"),
    ],
)
def test_a_weak_password_counts_where_its_server_is_real(host: str, confidence: Confidence) -> None:
    text = f'x = "Data Source={host};Initial Catalog=shop;User ID=me;Password=Kestrel' + '4071;"'
    assert dict(found(text))["connection-string-password"] == confidence
