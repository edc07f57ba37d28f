"""Tokens without a format of their own, known by the provider's name near them. Values are generated, or made of words."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from stopgap.detect import provider_names, provider_values
from stopgap.detect.examples import expand
from stopgap.detect.literals import Literals
from stopgap.detect.provider_keys import Found, find_at, is_shaped
from stopgap.detect.provider_shapes import LOOSE, SHAPES
from stopgap.detect.tables import parsed


@cache
def literals(engine: str) -> Literals:
    return Literals([], SHAPES, engine)


def found(template: str, engine: str = "find") -> list[Found]:
    """What is found in a generated text."""
    data = expand(template).encode()
    places = [at for _, at in literals(engine).hits(data)]
    return list(find_at(data, places, "app.txt"))


# The generators of a template, with what joins several of them into one value.
GENERATED = re.compile(r"(?:<(?:[a-z]+:\d+|uuid)>(?:[.=]|-(?=<))?)+")

SILENT = [
    pytest.param("clockify = 5", id="no value"),
    pytest.param("clockify_key = '<your-key-1-2-here>'", id="placeholder"),
    pytest.param("clockify_api_key = abcdefghij1234567890", id="typed along the alphabet"),
    pytest.param("clockify_api_key = 0000000000000000000000000000000000000000", id="noughts"),
    pytest.param("clockify_api_key = ${CLOCKIFY_KEY_2024_1}", id="reference"),
    pytest.param("clockify_key = settings.clockify2_api_v3_key_name", id="reference of several names"),
    pytest.param("clockify_api_key_file = /etc/keys/clockify2/prod1.txt", id="path"),
    pytest.param("clockify_key = read_key_2(path_to_clockify_3)", id="call"),
    pytest.param("mapbox_public_key = <alnum:40>", id="public"),
    pytest.param("STRIPE_PUBLISHABLE_KEY=<alnum:40>", id="publishable"),
    pytest.param("NEXT_PUBLIC_CLOCKIFY_KEY=<alnum:40>", id="shipped to every browser"),
    pytest.param("github_cache_key: <hex:40>", id="cache key"),
    pytest.param("grafana_key_sha256 = <hex:64>", id="hash in the name"),
    pytest.param('"clockify-key": "sha512-<b64:86>=="', id="integrity"),
    pytest.param("the box key is at <hex:40>", id="a word, not joined"),
    pytest.param("here key: <hex:40>", id="a word before key in prose"),
    pytest.param("sandbox_key = <hex:40>", id="a word that ends as a name does"),
    pytest.param("tool_box_key = <alnum:40>", id="a word inside a name"),
    pytest.param("order_key = <hex:40>", id="no provider"),
    pytest.param("clockify.client_id = <hex:32>", id="an identifier"),
    pytest.param("sentry = <hex:40>", id="a name alone with hexadecimal, as a commit is written"),
    pytest.param("mapbox-token-3f9a.js clockify-key-vendor2-main1.css", id="file names"),
    pytest.param("clockify:\n  api_key:\n  other: <hex:32>", id="the value of another name"),
    pytest.param("clockify:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\n  key: <alnum:40>", id="name too far above"),
    pytest.param("clockify:\n  a: 1\nother:\n  key: <alnum:40>", id="inside something else"),
    pytest.param("meta:\n  session_token: <lower:40>", id="a word that a value stands in"),
    pytest.param("clockify; we changed how the list is sorted, token <alnum:40>", id="another statement"),
    pytest.param("deepgram_key = <hex:32>", id="not this provider's shape"),
    pytest.param("gitea_token: <hex:64>", id="longer than this provider's"),
    pytest.param('clockify_key = "<alnum:20> and some words behind it"', id="a sentence in quotes"),
    pytest.param("github_token_1 = user_2_model_3_name", id="name with numbers"),
    pytest.param("clockify_key = " + expand("<alnum:16>") * 2, id="the same twice"),
    pytest.param("clockify_key = 'heightOfGeoidAboveWGS84Units'", id="camel case"),
    pytest.param("clockify_key = 2026-01-02T10:20:30Z", id="date"),
    pytest.param("clockify_key = clockify-v2.example.org", id="host"),
    pytest.param("clockify_key = 1a2b3c4d5e6f7g8h9i0j", id="counted, letters and digits in turn"),
    pytest.param("clockify_key = aabbccdd11223344aabb", id="doubled"),
    pytest.param("clockify_key = " + expand("<alnum:8>") * 3, id="the same three times"),
    pytest.param('"id": "openstack:<uuid>"', id="a name and an identifier"),
    pytest.param("clockify_key = 'cHJpdmF0ZUtleQo='", id="words in base64"),
    pytest.param("the nimble PRIVATE <alnum:30>", id="a word that does not begin the line"),
    pytest.param("NIMBLE PRIVATE <alnum:30>", id="a word in the letters of what stands behind it"),
    pytest.param("nimble private <alnum:30>", id="a word, and words in small letters"),
    pytest.param("clockify-token-v2.1-3f9a2b7c-x86", id="parts of a name behind a hyphen"),
    pytest.param("session SECRET <alnum:30>", id="a word of programs in a provider's place"),
    pytest.param("public KEY <alnum:40>", id="a public key in a provider's place"),
    pytest.param("zorbix secret <alnum:30>", id="a name that nobody knows, in small letters"),
    pytest.param("zorbixKEY <alnum:16>", id="a name that nobody knows, and a short value"),
    pytest.param("we use clockify <alnum:40>", id="a name alone inside a sentence"),
    pytest.param("clockify <alnum:40> is the one", id="a name alone, and words behind the value"),
    pytest.param('"sentry": "<hex:40>"', id="a name alone with hexadecimal, in quotes"),
]
FIRES = [
    pytest.param("clockify PRIVATE <lower:48>", "Clockify", id="blanks"),
    pytest.param("deepgramKEY <lower:40>", "Deepgram", id="glued"),
    pytest.param("uclassifyapikey=<hex:12>", "uClassify", id="glued in lower case, a short shape"),
    pytest.param("box-key = <alnum:32>", "Box", id="a word, joined"),
    pytest.param("BOX_CLIENT_SECRET='<alnum:32>'", "Box", id="a word in capitals"),
    pytest.param("boxAccessToken: '<alnum:32>'", "Box", id="a word in camel case"),
    pytest.param("route4mePRIVATEKEY=<upper:32>", "Route4Me", id="a number in the name"),
    pytest.param('codecov_TOKEN ::= "<lower:32>"', "Codecov", id="odd operator"),
    pytest.param("<clockify><key><lower:40></key></clockify>", "Clockify", id="xml, nested"),
    pytest.param("<clockifyToken>\n    <lower:40>\n</clockifyToken>", "Clockify", id="xml, on a line of its own"),
    pytest.param('setProperty("clockify.key", "<alnum:40>")', "Clockify", id="property"),
    pytest.param('config["clockify"]["key"] = "<alnum:40>"', "Clockify", id="subscripts"),
    pytest.param('{"youtube":{"api_key":"<alnum:39>"}}', "YouTube", id="json, nested in a line"),
    pytest.param('"clockify": {\n    "workspace": 1,\n    "key": "<alnum:40>"\n}', "Clockify", id="json, nested"),
    pytest.param("clockify:\n  api_key: <alnum:40>\n", "Clockify", id="yaml, nested"),
    pytest.param("clockify:\n  production:\n    api_key: <alnum:40>\n", "Clockify", id="yaml, nested twice"),
    pytest.param("services:\n  clockify:\r\n    key: '<alnum:40>'\r\n", "Clockify", id="carriage returns"),
    pytest.param("[clockify]\nworkspace = 1\nkey = <alnum:40>\n", "Clockify", id="ini section"),
    pytest.param("const clockifyKey = `<alnum:40>`", "Clockify", id="backticks"),
    pytest.param("// the datadog api key is <hex:32>, please rotate", "Datadog", id="comment"),
    pytest.param("datadog key is <hex:32>", "Datadog", id="chat"),
    pytest.param("azure devops pat = <lower:52>", "Azure DevOps", id="name of two words"),
    pytest.param("data.gov_api_key=<alnum:40>", "Data.gov", id="name with a dot"),
    pytest.param("news_api_key: <hex:32>", "NewsAPI", id="name that ends in a word of secrecy"),
    pytest.param("- name: PAPERTRAIL_TOKEN\n  value: <lower:40>", "Papertrail", id="name and value"),
    pytest.param("os.getenv('COHERE_API_KEY', '<alnum:40>')", "Cohere", id="default"),
    pytest.param("export TRELLO_KEY=<hex:32>", "Trello", id="environment"),
    pytest.param("snyk token <uuid>", "Snyk", id="uuid"),
    pytest.param('$ollamaToken .= "<hex:32>.<alnum:24>"', "Ollama", id="two parts"),
    pytest.param('greptile = "<alnum:48>"', "Greptile", id="nothing but the name"),
    pytest.param("hellosign-access-key-<alnum:44>", "Dropbox Sign", id="joined by signs"),
    pytest.param("nimble PRIVATE <lower:30>", "Nimble", id="a word that begins the line"),
    pytest.param("# box ACCESS KEY <alnum:32>", "Box", id="a word that begins a comment"),
    pytest.param("eagleeyenetworks ACCESS <lower:14>", "EagleEyeNetworks", id="a short value behind words in capitals"),
    pytest.param("debounce_token = <alnum:13>", "DeBounce", id="a short value"),
    pytest.param("urlscan-access-token-key-<uuid>", "urlscan", id="a uuid, joined by hyphens"),
    pytest.param("hiveage-secret-KEY-<upper:18>", "Hiveage", id="a short value, joined by a hyphen to capitals"),
    pytest.param("clockify-access-key-<lower:24>-<lower:12>", "Clockify", id="a hyphen in the value, joined by hyphens"),
    pytest.param("visualcrossing\nPRIVATE \n<upper:25>", "Visual Crossing", id="three lines"),
    pytest.param('{"clockify": "<alnum:40>", "datadog": ""}', "Clockify", id="nothing but the name, in json"),
    pytest.param("clockify SECRET <letters:32>", "Clockify", id="no digit"),
    pytest.param("sendbird_secret: <hex:24>", "Sendbird", id="one of two shapes"),
    pytest.param('intercom_token = "<lower:20>=<lower:19>=<lower:19>"', "Intercom", id="equals signs in quotes"),
]


@pytest.mark.parametrize("template", SILENT)
def test_is_silent(template: str) -> None:
    assert found(template) == []


@pytest.mark.parametrize(("template", "name"), FIRES)
def test_fires(template: str, name: str) -> None:
    """Once, and the value is all that the generators made: what is left without it is the template without them."""
    (span,) = found(template)
    data = expand(template)
    assert span.what == f"token of {name}"
    assert data[: span.start] + data[span.end :] == GENERATED.sub("", template)


@pytest.mark.parametrize("template", [*SILENT, *(pytest.param(case.values[0], id=case.id) for case in FIRES)])
def test_both_engines_find_the_same(template: str) -> None:
    pytest.importorskip("hyperscan")
    assert found(template, "hyperscan") == found(template, "find")


@pytest.mark.parametrize(
    "template", ["zorbix SECRET <lower:32>", "zorbixKEY: '<hex:40>'", "# zorbix-ACCESS_TOKEN=<lower:24>", "ZORBIX_PAT=<alnum:40>"]
)
def test_a_name_that_nobody_knows(template: str) -> None:
    """Found by how such a line is written, not by the name."""
    (span,) = found(template)
    data = expand(template)
    assert span.what == "token, by the name before it"
    assert data[: span.start] + data[span.end :] == GENERATED.sub("", template)


def test_the_page_for_rotating_is_said() -> None:
    (span,) = found("datadog_app_key = <hex:40>")
    assert span.rotate.startswith("https://app.datadoghq.com/")
    assert span.rule == "provider-token"
    assert span.confidence == "medium"
    assert span.key == "datadog_app_key"


@pytest.mark.parametrize(
    "line", ["key ", "clockify key = ", "api_key:" + "a1" * 50 + " ", "token" * 9 + "=-" * 9 + "1", "<key>" * 3 + "1a1a1a1a"]
)
def test_work_grows_with_the_text(line: str) -> None:
    runs = [at for _, at in Literals([], SHAPES, "find").hits(line.encode() * 2000)]
    more = [at for _, at in Literals([], SHAPES, "find").hits(line.encode() * 4000)]
    assert len(more) <= 2 * len(runs) + 2
    assert list(find_at(line.encode() * 4000, more, "x")) == []


def test_the_table_is_whole() -> None:
    data = parsed("providers")
    names = [line.partition(" = ")[0] for line in "".join(data["names"].values()).splitlines()]
    assert len(names) == len(set(names)) >= 900
    assert set(data["known"]) <= set(names)
    assert provider_names.ambiguous() <= set(provider_names.spellings())
    assert all(spelling.isascii() and spelling.isalnum() and spelling == spelling.lower() for spelling in provider_names.spellings())


def test_no_spelling_belongs_to_two() -> None:
    data = parsed("providers")
    spellings = []
    for line in "".join(data["names"].values()).splitlines():
        name, _, others = line.partition(" = ")
        spellings += others.split() or ["".join(filter(str.isalnum, name.lower()))]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("row", parsed("providers")["known"].values())
def test_what_is_known_can_be_used(row: dict[str, str]) -> None:
    assert row
    assert set(row) <= {"rotate", "shape"}
    assert row.get("rotate", "https://").startswith("https://")
    assert provider_values.expression(row.get("shape", "uuid")).groups == 0


def test_of_what_hyperscan_sees_only_the_shapes_own_counts() -> None:
    """The looser shape ends wherever the shape does, and where it alone does there is no token."""
    dice, exactly, loosely = random.Random(1), 0, 0
    find, scan = Literals([], SHAPES, "find"), Literals([], SHAPES, "hyperscan", LOOSE)
    for _ in range(400):
        value = "".join(dice.choice(("a" * dice.randint(1, 30), "7", "b.c-", "=")) for _ in range(dice.randint(1, 6)))
        data = f"x = 1; api_key: {value} ; token={value[::-1]}\n".encode()
        exact, seen = {at for _, at in find.hits(data)}, {at for _, at in scan.hits(data)}
        assert exact <= seen
        assert {at for at in seen if is_shaped(data, at, at)} == exact
        exactly, loosely = exactly + len(exact), loosely + len(seen)
    assert 300 < exactly < loosely
