"""An env file becomes a template: its keys and remarks stay, no value does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from stopgap.checks import env_template
from stopgap.detect import dotenv, rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.gather.untrack_template import leaking

from .tokens import GITHUB, PASSWORD, PEM


def made(source: str | bytes) -> str:
    """The template of a file, or "" where there is none."""
    data = source.encode() if isinstance(source, str) else source
    lines = env_template.lines(data, leaking(Detector(rules.load()), ".env"))
    return env_template.made(lines, env_template.newline_of(data)).decode("utf-8", "surrogateescape")


def nothing(_: Sequence[str]) -> set[int]:
    """No rule finds anything: what is left out is left out by the template itself."""
    return set()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# The database\n\nDB_HOST=\n", id="prose"),
        pytest.param("#!/usr/bin/env bash\n# ---- mail ----\nMAIL_FROM=\n", id="headings"),
        pytest.param(
            "# from https://laravel.com/docs/10.x/database#configuration, see RFC 5321 and issue #1234\nKEY=\n", id="links and numbers"
        ),
        pytest.param("# one of: development, staging, production\nAPP_ENV=\n", id="a list of choices"),
        pytest.param("# utf8mb4 on postgres14, AES-256-CBC, us-east-1, sha256sum, 10.0.0.1:5432\nA=\n", id="technical words"),
        pytest.param("# key=value pairs follow in order\nA=\n", id="prose with an equals sign"),
        pytest.param("# the password of the database user, at least 16 characters\nDB_PASSWORD=\n", id="about a password"),
        pytest.param("export A=\nexport B=\n", id="export"),
        pytest.param("oauth2Token=\nSMTPHost=\nsmtpHostV2=\npgHOST=\ndb.host=\nx=\nnode-env=\n", id="names in every style"),
        pytest.param("\n\nA=\n\n\nB=\n\n", id="blank lines"),
    ],
)
def test_stays_as_it_is(text: str) -> None:
    assert made(text) == text


@pytest.mark.parametrize(
    ("source", "template"),
    [
        pytest.param("A=1\nB=two words\n", "A=\nB=\n", id="plain values"),
        pytest.param("A='x y'\nB=\"z\"\nC=`q`\n", "A=\nB=\nC=\n", id="quotes"),
        pytest.param('A="one\nB=two\nthree"\nC=3\n', "A=\nC=\n", id="a value of several lines"),
        pytest.param('A="unclosed\nB=2\n', "A=\nB=\n", id="an unclosed quote"),
        pytest.param("  export A = 1\n", "export A=\n", id="indented, with blanks"),
        pytest.param("A: yaml\n", "A=\n", id="a colon"),
        pytest.param("'A'=1\n", "A=\n", id="a quoted key"),
        pytest.param("A=1 # where it lives\n", "# where it lives\nA=\n", id="a comment behind a value"),
        pytest.param("A=1 #here\n", "#here\nA=\n", id="a comment without a blank, behind no secret"),
        pytest.param("A=1\nA=2\n", "A=\n", id="a key twice"),
        pytest.param("# A=1\nB=2\n", "# A=\nB=\n", id="switched off"),
        pytest.param("#export A='x y'\nB=2\n", "#export A=\nB=\n", id="switched off, quoted"),
        pytest.param("nonsense\nA=1\nmore of it\n", "A=\n", id="lines that are none"),
        pytest.param("A=${B}\nB=$(cat x)\n", "A=\nB=\n", id="references"),
        pytest.param("A=1", "A=\n", id="no newline at the end"),
        pytest.param("A=1\r\n# x\r\nB=2\r\n", "A=\r\n# x\r\nB=\r\n", id="CRLF"),
        pytest.param(b"\xef\xbb\xbfA=1\n", "A=\n", id="byte order mark"),
        pytest.param("A=1\nB=2\n".encode("utf-16"), "A=\nB=\n", id="UTF-16"),
        pytest.param(b"# caf\xe9\nA=1\n", "# caf\udce9\nA=\n", id="Latin-1"),
        pytest.param("", "", id="empty"),
        pytest.param("# only a remark\n", "", id="no key"),
        pytest.param(b"\x00\x01\x02" * 50, "", id="binary"),
    ],
)
def test_values_go(source: str | bytes, template: str) -> None:
    assert made(source) == template


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"# token {GITHUB}\nA=1\n", id="a token in a comment"),
        pytest.param(f"# token {GITHUB} gitleaks:allow\nA=1\n", id="a token in a comment that allows it"),
        pytest.param(f"A=1 # was {GITHUB}\n", id="a token behind a value"),
        pytest.param(f"# it was {PASSWORD} before\nA=1\n", id="a random word"),
        pytest.param(f"#{PASSWORD[:8]}1\nA=1\n", id="a short word alone"),
        pytest.param(f"# password: {PASSWORD[:8]}1\nA=1\n", id="a short word beside the word password"),
        pytest.param(f"# GITHUB_TOKEN={GITHUB}\nA=1\n", id="switched off"),
        pytest.param(f"# postgres://app:{PASSWORD}@db.host.org/app\nA=1\n", id="a connection string"),
        pytest.param(f"DB_PASSWORD=correct-horse\n# DBA said: correct-horse\n# {PASSWORD}\n", id="a value repeated"),
        pytest.param(f"DATABASE_URL=postgres://a:{PASSWORD}@h.org/x\n# {PASSWORD}\n", id="a password of a URL repeated"),
        pytest.param(f"PASSWORD=correct #{PASSWORD}\n", id="a hash in a password"),
        pytest.param(f"PASSWORD= #{PASSWORD}\n", id="a password that begins with a hash"),
        pytest.param(f"{GITHUB}=\nA=1\n", id="a token as a key"),
        pytest.param(f"{GITHUB}\nA=1\n", id="a bare token"),
        pytest.param(f"KEY={PEM}A=1\n", id="a key block without quotes"),
        pytest.param(f'KEY="{PEM}"\nA=1\n', id="a key block in quotes"),
        pytest.param("# " + PEM.replace("\n", "\n# ") + "\nA=1\n", id="a key block switched off"),
        pytest.param(PEM + "A=1\n", id="a bare key block"),
    ],
)
def test_no_secret_is_left(source: str) -> None:
    template = made(source)
    secrets = [GITHUB, PASSWORD, PASSWORD[:8], "correct-horse", *PEM.splitlines()[1:-1]]
    assert [secret for secret in secrets if secret in template] == []
    assert all(setting.value == "" for setting in dotenv.settings(template.encode()))
    assert any(f"{key}=" in template for key in ("A", "DB_PASSWORD", "DATABASE_URL", "PASSWORD"))


def test_the_end_of_a_key_in_base64_is_no_setting() -> None:
    body = expand("<alnum:62>")
    assert body not in made(f"A=1\n{body}==\nB=2\n")


@pytest.mark.parametrize("rest", ["e9tbWbleRE=vmPQK0c", "k7AkcoDGuvtchlqQe=#!z08P", "sNsGlkuwLd=/iIP$1"])
def test_the_rest_of_a_torn_value_is_no_setting(rest: str) -> None:
    assert made(f"A='1\n{rest}\nB=2\n") == "A=\nB=\n"


def test_values_stay_out_without_any_rule() -> None:
    source = "".join(f"KEY_{number}_SECRET={expand(f'<alnum:20> {number}')[:20]} # note\n" for number in range(50))
    lines = env_template.lines(source.encode(), nothing)
    assert [line.key for line in lines if line.key] == [f"KEY_{number}_SECRET" for number in range(50)]
    assert all(line.text.endswith(("=", "# note")) for line in lines)


@pytest.mark.parametrize(
    ("old", "source", "new"),
    [
        pytest.param("A=x\n", "A=1\n", "A=x\n", id="complete"),
        pytest.param("#A=x\n", "A=1\n", "#A=x\n", id="there, switched off"),
        pytest.param("A=x\n", "B=1\nA=2\nC=3\n", "A=x\n\nB=\nC=\n", id="two keys"),
        pytest.param("A=x", "B=1\n", "A=x\n\nB=\n", id="no newline at the end"),
        pytest.param("A=x\r\nZ=1\r\n", "B=1\n", "A=x\r\nZ=1\r\n\r\nB=\r\n", id="CRLF stays"),
        pytest.param("", "B=1\n", "B=\n", id="empty"),
        pytest.param("A=x\n", "# of a\nA=1\n# of b\nB=2\n", "A=x\n\n# of b\nB=\n", id="with the comment above"),
        pytest.param("A=keep  # me\n\n\n", "B=1\n", "A=keep  # me\n\n\n\nB=\n", id="not a byte of the old changes"),
    ],
)
def test_a_template_is_completed(old: str, source: str, new: str) -> None:
    data, keys = env_template.completed(old.encode(), env_template.lines(source.encode(), nothing))
    assert data.decode() == new
    assert bool(keys) == (new != old)


def test_a_completed_template_is_complete() -> None:
    lines = env_template.lines(b"A=1\nB=2\n", nothing)
    once, _ = env_template.completed(b"A=\n", lines)
    assert env_template.completed(once, lines) == (once, ())


@pytest.mark.parametrize(
    "unit",
    ["-----BEGIN\n", "# -----BEGIN X\n", 'A="\n', "# A=1 b\n", "PASSWORD{n}=hunter2horse{n}\n# hunter{n}\n", "A=1 #\n"],
    ids=["open blocks", "open blocks in comments", "open quotes", "comments", "many values and comments", "empty comments"],
)
def test_time_is_linear(unit: str) -> None:
    from time import perf_counter

    def took(count: int) -> float:
        data = "".join(unit.replace("{n}", str(number)) for number in range(count)).encode()
        start = perf_counter()
        env_template.lines(data, nothing)
        return perf_counter() - start

    took(100)
    assert took(16_000) < 20 * max(took(2_000), 0.02)
