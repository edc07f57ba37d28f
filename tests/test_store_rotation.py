"""`stopgap store rotation`: what a store says of a secret's rotation, and which of its values the history holds."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap import store_
from stopgap.checks import store_rotation as check
from stopgap.checks.store_rotation import Facts
from stopgap.detect.examples import expand
from stopgap.sides import aws_client

from .cloud_help import REGION, Cloud
from .conftest import Repo
from .faults import Answer, proxy

OLD, NEW = expand("<alnum:24>"), expand("<alnum:28>")
DAY = 86400
NOW = 1_800_000_000


class Done(NamedTuple):
    """What a run came to."""

    status: int
    out: str
    err: str


Ask = Callable[..., Done]


@pytest.fixture(autouse=True)
def _alone(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cloud.setenv(monkeypatch, AWS_DEFAULT_REGION=REGION)
    monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return "rotation/" + re.sub(r"\W", "-", request.node.name)


@pytest.fixture
def ask(repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ask:
    """Runs the command in the repository, which knows one value. No output has a value in it."""
    repo.write(".env", f"API_TOKEN={OLD}\n")
    repo.add(".env")
    repo.commit(env={"GIT_AUTHOR_DATE": "2021-03-04T00:00:00Z", "GIT_COMMITTER_DATE": "2021-03-04T00:00:00Z"})

    def run(*options: str, address: str = f"aws-sm://{REGION}/{name}", cwd: Path = repo.path) -> Done:
        monkeypatch.chdir(cwd)
        status = store_.main(["rotation", address, *options])
        out, err = capfd.readouterr()
        assert OLD[:6] not in out + err
        assert NEW[:6] not in out + err
        return Done(status, out, err)

    return run


# ---- the real command


def test_nothing_rotates_it(ask: Ask, cloud: Cloud, name: str) -> None:
    made = cloud.client().create_secret(Name=name, SecretString=json.dumps({"API_TOKEN": NEW, "PORT": 1}))
    done = ask()
    lines = done.out.splitlines()
    assert (done.status, done.err) == (1, "")
    assert lines[0].startswith(
        f".:1:1: store-rotation-off: warning: nothing rotates aws-sm://{REGION}/{name} by itself; this version was written 20"
    )
    assert lines[1].startswith("  fix: it takes a Lambda function that makes the new value where it is used and writes it to its key here")
    assert f"UpdateSecretVersionStage on {made['ARN']}, and which secretsmanager.amazonaws.com may invoke" in lines[1]
    assert lines[1].endswith(
        f"aws secretsmanager rotate-secret --region {REGION} --secret-id {name} --rotation-lambda-arn FUNCTION "
        "--rotation-rules AutomaticallyAfterDays=30"
    )
    assert lines[2] == "scanned 1 file; looked for 1 of 2 values in the history, those that are secrets"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_value_that_history_holds(ask: Ask, cloud: Cloud, name: str, form: str) -> None:
    """One of an inner object, too."""
    cloud.client().create_secret(Name=name, SecretString=json.dumps({"API_TOKEN": OLD, "IN": {"db": {"DB_PASSWORD": OLD}}, "X_TOKEN": NEW}))
    done = ask("--format", form)
    assert done.status == 1
    for key in ("API_TOKEN", "IN.db.DB_PASSWORD"):
        assert f"{key} of aws-sm://{REGION}/{name} was never rotated: since 2021-03-04 the history holds its value" in done.out
    assert done.out.count("store-not-rotated") >= 2
    assert "X_TOKEN of" not in done.out


@pytest.mark.parametrize("bare", ["{name}", "{arn}"])
def test_a_bare_name(ask: Ask, cloud: Cloud, name: str, bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.client().create_secret(Name=name, SecretString="{}")
    if bare == "{arn}":
        monkeypatch.delenv("AWS_DEFAULT_REGION")  # an ARN has it
    done = ask(address=bare.format(name=name, arn=made["ARN"]))
    assert (done.status, done.err) == (1, "")
    assert "store-rotation-off" in done.out


def test_a_secret_without_a_value(ask: Ask, cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name)
    assert (ask().status, "store-rotation-off" in ask().out) == (1, True)


def test_outside_of_a_repository(ask: Ask, cloud: Cloud, name: str, tmp_path: Path) -> None:
    cloud.client().create_secret(Name=name, SecretString=json.dumps({"API_TOKEN": OLD}))
    done = ask(cwd=tmp_path)
    assert done.err == "stopgap: not inside a git repository, so it is not known whether these values were ever committed\n"
    assert done.out.endswith("no history to look for a value in\n")


def test_a_shallow_history_is_not_rotated(ask: Ask, cloud: Cloud, name: str, repo: Repo, tmp_path: Path) -> None:
    repo.commit("two")
    repo.git("clone", "-q", "--depth", "1", repo.path.as_uri(), str(tmp_path / "shallow"))
    cloud.client().create_secret(Name=name, SecretString=json.dumps({"API_TOKEN": NEW}))
    done = ask(cwd=tmp_path / "shallow")
    assert done.status == 2
    assert "incomplete: the history: this clone is shallow" in done.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(None, "there is no such secret in this region", id="nothing"),
        pytest.param({"SecretString": OLD}, "not JSON: ", id="no JSON"),
        pytest.param({"SecretBinary": OLD.encode()}, "it is binary", id="binary"),
    ],
)
def test_what_cannot_be_asked(ask: Ask, cloud: Cloud, name: str, given: dict[str, str] | None, said: str) -> None:
    if given:
        cloud.client().create_secret(Name=name, **given)
    done = ask()
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_what_is_marked_for_deletion(ask: Ask, cloud: Cloud, name: str) -> None:
    cloud.client().create_secret(Name=name, SecretString="{}")
    cloud.client().delete_secret(SecretId=name)
    assert ask().err == (
        f"stopgap: cannot read aws-sm://{REGION}/{name}: it is marked for deletion (aws secretsmanager restore-secret takes that back)\n"
    )


def test_what_aws_says_of_a_rotation(ask: Ask, cloud: Cloud, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DescribeSecret's answer as the API reference has it: moto's own rotation leaves a version without a value."""
    cloud.client().create_secret(Name=name, SecretString=json.dumps({"API_TOKEN": NEW}))
    told = {
        "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
        "Name": name,
        "RotationEnabled": True,
        "RotationLambdaARN": "arn:aws:lambda:eu-west-1:123456789012:function:turn",
        "RotationRules": {"AutomaticallyAfterDays": 30, "ScheduleExpression": "rate(30 days)"},
        "LastRotatedDate": 1_700_000_000,
        "NextRotationDate": 4_000_000_000,
        "VersionIdsToStages": {"a" * 32: ["AWSCURRENT", "AWSPENDING"]},
    }
    with proxy(cloud.url) as between:
        monkeypatch.setenv("AWS_ENDPOINT_URL", between.url)
        between.fault = lambda asked: Answer(200, json.dumps(told).encode()) if asked.operation == "DescribeSecret" else None
        done = ask()
        assert (done.status, done.err) == (0, "")
        assert done.out.splitlines()[0] == (
            f".:1:1: store-rotation-on: note: aws-sm://{REGION}/{name} is rotated by itself (rate(30 days)), by turn, last rotated "
            "2023-11-14 22:13 UTC, due by 2096-10-02 07:06 UTC"
        )
        told.update(NextRotationDate=1_702_600_000, VersionIdsToStages={"a" * 32: ["AWSCURRENT"], "b" * 32: ["AWSPENDING"]})
        done = ask()
        assert done.status == 1
        assert "store-rotation-overdue: the rotation of " in done.out
        assert "look at the log of what rotates it (turn)" in done.out
        assert (
            f"store-rotation-stuck: warning: a rotation of aws-sm://{REGION}/{name} has begun and not ended: version {'b' * 32}" in done.out
        )
        assert f"--version-stage AWSPENDING --remove-from-version-id {'b' * 32}" in done.out


# ---- from facts to findings


def facts(**given: object) -> Facts:
    return Facts("x", NOW, True, None, None, "", "", None, "", "", "")._replace(**given)


@pytest.mark.parametrize(
    ("given", "rules", "said"),
    [
        pytest.param({"due": NOW, "last": NOW - DAY}, ["store-rotation-on"], "x is rotated by itself, last rotated ", id="due now"),
        pytest.param({"due": NOW - 1}, ["store-rotation-overdue"], "never rotated yet", id="a second late"),
        pytest.param({"every": "every 3 days"}, ["store-rotation-on"], "by itself (every 3 days), never rotated yet", id="never"),
        pytest.param(
            {"enabled": False, "last": NOW}, ["store-rotation-off"], "it was last rotated 2027-01-15 08:00 UTC", id="switched off"
        ),
        pytest.param({"underway": "v"}, ["store-rotation-on", "store-rotation-stuck"], "by itself", id="under way"),
        pytest.param({"last": 10**18}, ["store-rotation-on"], "at a time that no calendar has", id="no such time"),
    ],
)
def test_findings(given: dict[str, object], rules: list[str], said: str) -> None:
    found = list(check.findings(facts(**given), ()))
    assert [finding.rule for finding in found] == rules
    assert said in found[0].message
