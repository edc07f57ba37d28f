"""detect-secrets' own detectors beside ours, on texts in each detector's format: what it finds we find, or the table says why not.

The texts are made here from what each detector documents of its format. A detector that a new version brings fails until it has a row.
"""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

import pytest
from stopgap.detect import rules, second_opinion
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.model import Fragment


class Row(NamedTuple):
    """A text as a template, the file it stands in, and why we do not find it, "" where we do."""

    text: str
    why_not: str = ""
    path: str = "src/settings.py"


def jwt(**claims: object) -> str:
    """A token with these claims, unsigned but for its form."""
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + ".<b64url:43>"


NO_NAME = "random text alone is no secret: hashes, ids and fixtures are random too, and nothing names it; under a key's name it is found"
IDENTIFIER = "an identifier that names an account or a key and opens nothing: the secret is another value, which is found"
ADDRESS = "a public address is no secret"
HEADER = "the header without a body is no key: documentation and parsers have it; the whole key is found"
NO_SUCH_PREFIX = "no prefix that AWS documents (IAM User Guide, unique identifiers)"
NO_SUCH_TOKEN = "the tokens of the provider begin with AA behind the colon (its Bot API, authorizing your bot)"
SHORT = "two letters and a digit are all that is fixed, which many a word has; under the name of its product or of a key it is found"
IN_A_PATH = "a key in the path of a SOAP address, which nothing names; under a name it is found"

TABLE: dict[str, tuple[Row, ...]] = {
    "AWSKeyDetector": (
        Row('key_id = "AKIA<base32:16>"'),
        Row('key_id = "ASIA<base32:16>"'),
        Row('aws_secret_access_key = "<b64:40>"'),
        Row('aws_secret_key = "<alnum:40>"', path="config.rb"),
        Row('key_id = "A3TX<base32:16>"', NO_SUCH_PREFIX),
        Row('key_id = "ABIA<base32:16>"'),
        Row('key_id = "ACCA<base32:16>"'),
    ),
    "ArtifactoryDetector": (
        Row('artifactory_key: "AKCp<alnum:69>"', path="ci.yml"),
        Row('artifactory_key = "AKC<alnum:20>"'),
        Row('artifactory_password = "AP5<alnum:30>"'),
        Row("x AP5<alnum:30> y", SHORT, "notes.txt"),
    ),
    "AzureStorageKeyDetector": (
        Row('conn = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=<b64:86>==;EndpointSuffix=core.windows.net"'),
        Row("AccountKey=<b64:86>==", path="storage.ini"),
    ),
    "Base64HighEntropyString": (Row('x = "<b64:44>"', NO_NAME), Row('secret_key = "<b64:44>"'), Row('api_token: "<b64:40>"', path="a.yml")),
    "BasicAuthDetector": (
        Row('url = "https://deploy:<alnum:16>@registry.acme-corp.io/v2"'),
        Row("postgres://app:<alnum:16>@db.acme-corp.io/app", path="notes.txt"),
    ),
    "CloudantDetector": (
        Row('cloudant_apikey = "<hex:64>"'),
        Row('cloudant_password = "<hex:64>"'),
        Row('cloudant_key = "<abc:24>"'),
        Row('url = "https://acme:<hex:64>@acme.cloudant.com"'),
        Row('url = "https://acme:<abc:24>@acme.cloudant.com"'),
    ),
    "DiscordBotTokenDetector": (Row('bot_token = "M<alnum:23>.<alnum:6>.<alnum:27>"'),),
    "GitHubTokenDetector": tuple(Row(f'x = "{prefix}_<alnum:36>"') for prefix in ("ghp", "gho", "ghu", "ghs", "ghr")),
    "GitLabTokenDetector": (
        *(Row(f'x = "{prefix}-<alnum:20>"') for prefix in ("glpat", "gldt", "glft", "glsoat", "glrt")),
        Row('x = "GR1348941<alnum:20>"'),
        Row('x = "glcbt-<hex:2>_<alnum:20>"'),
        Row('x = "glimt-<alnum:25>"'),
        Row('x = "glptt-<hex:40>"'),
        Row('x = "glagent-<alnum:50>"'),
        Row('x = "gloas-<hex:64>"'),
    ),
    "HexHighEntropyString": (Row('x = "<hex:40>"', NO_NAME), Row('auth_token = "<hex:40>"'), Row('api_secret = "<hex:64>"')),
    "IPPublicDetector": (Row("host = 133.<digits:2>.71.19", ADDRESS, "hosts.ini"),),
    "IbmCloudIamDetector": (
        Row('ibm_cloud_api_key = "<alnum:44>"'),
        Row('ibm_iam_key = "<alnum:44>"'),
        Row('cloud_iam_key = "<alnum:44>"'),
    ),
    "IbmCosHmacDetector": (Row('cos_hmac_secret_access_key = "<hex:48>"'), Row('secret_access_key = "<hex:48>"')),
    "JwtTokenDetector": (Row(f'x = "{jwt(sub="8812", iss="https://auth.acme-corp.io", exp=4102444800)}"'),),
    "KeywordDetector": (
        Row('password = "<alnum:16>"'),
        Row('api_key: "<alnum:32>"', path="app.yml"),
        Row("db_password=<alnum:16>", path="app.properties"),
        Row('String secretKey = "<alnum:32>";', path="App.java"),
        Row("const apiSecret = '<alnum:32>';", path="app.js"),
        Row('passwd := "<alnum:16>"', path="main.go"),
        Row('"client_secret": "<alnum:32>"', path="app.json"),
        Row('if (password == "<alnum:16>")', path="App.cs"),
    ),
    "MailchimpDetector": (Row('x = "<hex:32>-us12"'),),
    "NpmDetector": (
        Row("//registry.npmjs.org/:_authToken=npm_<alnum:36>", path=".npmrc"),
        Row("//npm.acme-corp.io/:_authToken=<uuid>", path=".npmrc"),
    ),
    "OpenAIDetector": (Row('x = "sk-<alnum:20>T3Blb' + 'kFJ<alnum:20>"'), Row('x = "sk-proj-<alnum:20>T3Blb' + 'kFJ<alnum:20>"')),
    "PrivateKeyDetector": (
        Row("-----BEGIN RSA PRIVATE " + "KEY-----", HEADER, "key.txt"),
        *(
            Row(
                f"-----BEGIN {kind}PRIVATE " + f"KEY{block}-----\n" + "<b64:64>\n" * 8 + f"-----END {kind}PRIVATE " + f"KEY{block}-----",
                path="k",
            )
            for kind, block in (("RSA ", ""), ("DSA ", ""), ("EC ", ""), ("OPENSSH ", ""), ("", ""), ("PGP ", " BLOCK"))
        ),
        Row("PuTTY-User-Key-File-2: ssh-rsa", HEADER, "key.txt"),
    ),
    "PypiTokenDetector": (Row('x = "pypi-AgEIcHlwaS5v' + 'cmc<b64url:150>"'), Row('x = "pypi-AgENdGVzdC5we' + 'XBpLm9yZw<b64url:150>"')),
    "SendGridDetector": (Row('x = "SG.<b64url:22>.<b64url:43>"'),),
    "SlackDetector": (
        *(Row(f'x = "xox{kind}-<digits:12>-<digits:12>-<lower:24>"') for kind in "bo"),
        Row('x = "xoxp-<digits:12>-<digits:12>-<digits:12>-<hex:32>"'),
        Row('x = "xoxa-<digits:12>-<digits:12>-<digits:12>-<hex:32>"'),
        Row('x = "xoxs-<digits:12>-<digits:12>-<digits:12>-<hex:10>"'),
        Row('x = "xoxr-<digits:12>-<digits:12>-<digits:12>-<hex:32>"'),
        Row('x = "https://hooks.sla' + 'ck.com/services/T<upper:8>/B<upper:8>/<alnum:24>"'),
    ),
    "SoftlayerDetector": (
        Row('softlayer_api_key = "<hex:64>"'),
        Row('sl_api_key = "<hex:64>"'),
        Row('url = "https://api.softlayer.com/soap/v3/<hex:64>"', IN_A_PATH),
    ),
    "SquareOAuthDetector": (Row('x = "sq0csp-<b64url:43>"'),),
    "StripeDetector": (Row('x = "sk_li' + 've_<alnum:24>"'), Row('x = "rk_li' + 've_<alnum:24>"')),
    "TelegramBotTokenDetector": (Row('x = "<digits:10>:AA<b64url:33>"'), Row('x = "<digits:9>:<alnum:35>"', NO_SUCH_TOKEN)),
    "TwilioKeyDetector": (Row('account = "AC<hex:32>"', IDENTIFIER), Row('sid = "SK<hex:32>"')),
}
ROWS = [pytest.param(name, row, id=f"{name}-{number}") for name, rows in TABLE.items() for number, row in enumerate(rows, 1)]
OURS = Detector(rules.load())


def theirs(name: str, row: Row) -> bool:
    """Whether their detector finds something on a line of the text."""
    detector = second_opinion.detectors((name,), "the test")[0]
    return any(detector.analyze_line(filename=row.path, line=line) for line in expand(row.text).splitlines())


def ours(row: Row) -> bool:
    """Whether we find something that a hook fails on by default."""
    return any(match.confidence != "low" for match in OURS.scan(Fragment(row.path, expand(row.text).encode() + b"\n")))


def test_the_table_has_every_detector() -> None:
    assert set(TABLE) == set(second_opinion.names())


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_their_detector_finds_it(name: str, row: Row) -> None:
    """Else the row says nothing."""
    assert theirs(name, row)


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_we_find_it_or_say_why_not(name: str, row: Row) -> None:
    assert ours(row) != bool(row.why_not)


def test_a_detector_has_a_row_that_we_find_or_is_about_no_secret() -> None:
    silent = {name for name, rows in TABLE.items() if all(row.why_not for row in rows)}
    assert silent == {"IPPublicDetector"}
