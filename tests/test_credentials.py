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
        pytest.param(url("me", "Kestrel" + "4071", "backup.example.net"), id="weak at an example host"),
        pytest.param(url("me", "P4ssw0rd1", "localhost"), id="a word that everyone disguises"),
        pytest.param(url("me", "p%40ssw0rd", "proxy.example.com"), id="the same, escaped"),
        pytest.param(url("me", "myS3cret", "db"), id="the same, somebody's"),
        pytest.param(url("me", "Hunter2", "localhost"), id="a digit behind a word"),
        pytest.param(f"user=me password={'A3ddj3w'} host=db", id="of a standard's example"),
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


BYTES = "AAAA" + b64encode(bytes(byte ^ 0xA5 for byte in V.encode() * 3)).decode()
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
        pytest.param(secret_manifest(b64('{"auths": {"host": {"auth": ""}}}'), key=".dockerconfigjson"), id="registry without a login"),
        pytest.param(secret_manifest(b64('{"auths": ["x", 1]} or more'), key=".dockercfg"), id="registry configuration that is no JSON"),
        pytest.param(secret_manifest(BYTES, key="settings"), id="bytes under a name that says nothing"),
        pytest.param(secret_manifest("/v8AAAD/" * 6, key="password"), id="bytes that repeat"),
        pytest.param(
            f"items:\n- kind: Secret\n  data:\n    a: YQ==\n- kind: ConfigMap\n  data:\n    x: {b64(f'x={V}')}\n",
            id="another item of a list",
        ),
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
        pytest.param("url-password", url("app", "Qu1etHarbor", "localhost"), id="a digit among letters, here"),
        pytest.param("url-password", url("app", "T1deP%40oler", "db.example.com:27017,db2.example.com:27017"), id="escaped, examples"),
        pytest.param("url-password", url("app", "w4Drm8b", "127.0.0.1:5432"), id="letters and digits by chance, here"),
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
        pytest.param("kubernetes-secret-value", f"data:\n  x: {b64(f'x={V}')}\nkind: Secret\n", id="Kubernetes, the kind behind the data"),
        pytest.param("kubernetes-secret-value", f"items:\n- kind: Secret\n  data:\n    x: {b64(f'x={V}')}\n", id="Kubernetes, in a list"),
        pytest.param("kubernetes-secret-value", f" data:\n \tx: {b64(f'x={V}')}\n kind: secret\n", id="Kubernetes, indented"),
        pytest.param("kubernetes-secret-value", secret_manifest(BYTES, key="password"), id="Kubernetes, bytes"),
        pytest.param(
            "kubernetes-secret-value",
            f'data: # of the app\n  "x": "{b64(f"x={V}")}" # old\nkind: "Secret" # of the app\n',
            id="Kubernetes, quotes and comments",
        ),
        pytest.param(
            "kubernetes-secret-value",
            f'{{\n  "kind": "Secret",\n  "data": {{\n    "x": "{b64(f"x={V}")}",\n    "y": ""\n  }}\n}}\n',
            id="Kubernetes, JSON",
        ),
        pytest.param(
            "kubernetes-secret-value",
            secret_manifest(f">\n    {b64(json.dumps({'auths': {'host': {'auth': 'opensesame'}}}))}", key=".dockercfg"),
            id="Kubernetes, a registry's login in a block",
        ),
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


HEX = "3f2a9c1e" + "77b04d1f" + "8e6a5b2c" + "90d4e7f1"


@pytest.mark.parametrize(
    ("path", "text", "counts"),
    [
        pytest.param("api/config/master.key", HEX, True, id="Rails"),
        pytest.param("config/credentials/production.key", HEX, True, id="Rails, of one environment"),
        pytest.param("secrets/db_password.txt", "Xk29" + "fjaQw7", True, id="Docker"),
        pytest.param(".vault_pass", "vP7x!" + "tarantula92", True, id="Ansible"),
        pytest.param("home/.erlang.cookie", "QWXNVKTRBZLPMDHSGFYC", True, id="Erlang"),
        pytest.param("wg/privatekey", b64(V + V[::-1]), True, id="WireGuard"),
        pytest.param("secret_key", HEX, True, id="a name without an ending"),
        pytest.param("secret_key.txt", HEX, True, id="a name with an ending"),
        pytest.param("commit.txt", HEX, False, id="a name that says nothing"),
        pytest.param("secret_key.py", HEX, False, id="a program"),
        pytest.param("keys/public.key", HEX, False, id="a public key"),
        pytest.param("config/master.key", f"{HEX}\n{HEX}", False, id="two lines"),
        pytest.param("secrets/db_password.txt", "password", False, id="the name again"),
        pytest.param("secrets/api_token.txt", "hello world", False, id="text"),
        pytest.param("secrets/api_token.txt", "/run/secrets/t0ken", False, id="a path"),
        pytest.param("vault-password", "test-vault-password", False, id="words"),
    ],
)
def test_a_file_that_is_one_secret(path: str, text: str, counts: bool) -> None:
    assert found(text, path) == ([("secret-file", "medium")] if counts else [])
