"""What may leave detection beside a finding: names with no value in them, and fingerprints that hang on no value at all."""

from __future__ import annotations

import json

import pytest
from stopgap.detect import gitleaks, rules, shown
from stopgap.detect.engine import Detector
from stopgap.detect.others import Others
from stopgap.detect.spans import Span, merged
from stopgap.model import Fragment, Match

from .conftest import Repo
from .tokens import GITHUB, PASSWORD

RULES = rules.load()
SESSION = "Hk7vp" + "q2xR9mZw"  # made up, and no one's

READ = """
DB_PASSWORD oauth2_client_secret AWSAccessKeyId2024 base64encoded_password sha256digest_key k8s_x509v3_cert1_token s3cr3tk3y_password
server01prod_password spring.datasource.hikari.password AZURE_STORAGE_CONNECTIONSTRING MYSQL_ROOT_PASSWORD_FILE_V2 authentication_token
x-goog-iam-authorization-token POSTGRESQL_REPLICATION_PASSWORD my-app.DB_PASSWORD token2 password
"""


@pytest.mark.parametrize("name", READ.split())
def test_a_name_is_shown_as_it_is(name: str) -> None:
    assert shown.name(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(f"{SESSION}.refresh_token", "********.refresh_token", id="a session before a dot"),
        pytest.param(f"{SESSION}_token", "********_token", id="a session before a low line"),
        pytest.param("sid12345678.token", "********.token", id="mostly digits"),
        pytest.param("HkvpqzxRmZwt.token", "********.token", id="letters that nobody can read"),
        pytest.param("ab12-cd34-ef56.token", "********-********-********.token", id="several short parts"),
    ],
)
def test_a_value_in_a_name_is_masked(name: str, expected: str) -> None:
    assert shown.name(name) == expected


def test_no_report_and_no_entry_holds_a_value_that_stands_in_a_key(repo: Repo) -> None:
    repo.write("a.txt", f'Cookie: sid={SESSION}.refresh_token="{PASSWORD}"\n')
    repo.add()
    for form in ("text", "json", "sarif", "github"):
        done = repo.stopgap("scan-diff", "--format", form, "--verbose")
        assert done.returncode == 1, done.stderr
        assert b"refresh_token" in done.stdout
        assert SESSION[:6].encode() not in done.stdout + done.stderr
    assert repo.stopgap("allow", "--all", "--reason", "a test").returncode == 0
    assert SESSION[:6].encode() not in (repo.path / ".stopgap-allow.toml").read_bytes()
    assert repo.stopgap("scan-diff").returncode == 0


# fingerprints


def prints(line: str, detector: Detector, path: str = "a.py") -> set[str]:
    found: list[Match] = detector.scan(Fragment(path, line.encode()))
    assert found, line
    return {match.fingerprint for match in found if match.rule == "github-pat"} or {match.fingerprint for match in found}


NEIGHBOURS = [
    pytest.param("auth = dict(password='{guess}', tok='{token}')\n", id="a password in quotes"),
    pytest.param("- password: {guess}  # {token}\n", id="a password without quotes"),
    pytest.param("url = 'postgres://me:{guess}@db.internal.net/x'; t = '{token}'\n", id="the password of a URL"),
    pytest.param("curl -u me:{guess} -H 'X: {token}' https://api.internal.net/\n", id="a command's user"),
    pytest.param("sshpass -p {guess} ssh me@host {token}\n", id="a command's flag"),
    pytest.param("mysql -p{guess} --token {token}\n", id="a flag and its value in one"),
    pytest.param("mysql --password {guess} --token {token}\n", id="a long flag"),
    pytest.param("login: me password {guess} token {token}\n", id="netrc"),
    pytest.param('{{"pin": "{guess}", "t": "{token}"}}\n', id="a value that no rule finds"),
    pytest.param("a={guess}=1 t='{token}'\n", id="a value with an operator behind it"),
    pytest.param("sid={guess}.refresh_token='{token}'\n", id="a value in a name"),
    pytest.param("{guess}@host: {token}\n", id="an address"),
]
GUESSES = ("Hk7vpq2x", "dragon", "hunter2", "4711")
OFF = [
    pytest.param({}, id="all rules"),
    pytest.param({"off": frozenset({"keyed-password", "keyed-secret", "env-secret"})}, id="the general rules off"),
]


@pytest.mark.parametrize("options", OFF)
@pytest.mark.parametrize("template", NEIGHBOURS)
def test_a_fingerprint_hangs_on_no_neighbour(template: str, options: dict[str, frozenset[str]]) -> None:
    active = [rule for rule in RULES if not options or rule.id == "github-pat"]
    detector = Detector(active, **options)  # type: ignore[arg-type]
    assert len(set.union(*(prints(template.format(guess=guess, token=GITHUB), detector) for guess in GUESSES))) == 1


def test_a_fingerprint_hangs_on_no_value_that_a_team_hides() -> None:
    hides = b'[[allowlists]]\ntargetRules = ["keyed-password"]\nregexes = ["."]\n[[rules]]\nid = "other"\nregex = "zzzz"\n'
    detector = Detector(RULES, others=Others((gitleaks.parse(hides, "x.toml", {"keyed-password"}),)))
    lines = [f"x(password='{guess}', tok='{GITHUB}')\n" for guess in ("Hk7vpq2xQw", "Zz81mk3xRt")]
    assert {match.rule for match in detector.scan(Fragment("a.py", lines[0].encode()))} == {"github-pat"}
    assert len(set.union(*(prints(line, detector) for line in lines))) == 1


def test_stretches_of_all_spans() -> None:
    spans = [Span(*place, "r", "high", "w", rank) for rank, place in enumerate([(10, 20), (15, 30), (30, 31), (40, 50), (42, 44), (0, 1)])]
    assert merged(spans) == [(0, 1), (10, 31), (40, 50)]


DIFFERENT = [
    "token = '{token}'",
    "other = '{token}'",
    '{{"first": "{token}"}}',
    '{{"second": "{token}"}}',
    "call('{token}')",
    "<token>{token}</token>",
    "ask for the old one {token}",
    "ask for the new one {token}",
    "run --old {token}",
    "run --new {token}",
]


def test_different_lines_have_different_fingerprints() -> None:
    detector = Detector(RULES)
    assert len(set.union(*(prints(line.format(token=GITHUB), detector) for line in DIFFERENT))) == len(DIFFERENT)


# how a finding says that it can be allowed


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        pytest.param("a.py", f't = "{GITHUB}"\n', "stopgap: allow[github-pat] and why", id="a language with comments"),
        pytest.param("a.json", f'{{"t": "{GITHUB}"}}\n', "Run: stopgap allow a.json:1 --reason '…'", id="JSON"),
        pytest.param("a b.IPYNB", f'{{"t": "{GITHUB}"}}\n', "Run: stopgap allow 'a b.IPYNB:1' --reason '…'", id="a notebook with a blank"),
    ],
)
def test_the_advice_can_be_followed(repo: Repo, name: str, text: str, advice: str) -> None:
    repo.write(name, text)
    repo.add()
    found = json.loads(repo.stopgap("scan-diff", "--format", "json").stdout)["findings"]
    assert [one["fix"].endswith(advice) for one in found] == [True]
