"""A value never reaches an output: every command that asks a store, every error of the SDK and the service, with logging at DEBUG."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stopgap import cli
from stopgap.detect.examples import expand
from stopgap.model import StopgapError
from stopgap.sides import aws_client, aws_errors
from stopgap.store import Version, aws, aws_write

from .cloud_help import REGION, Cloud
from .faults import Answer, Asked, Proxy, proxy, refusal

HERE, THERE, KEY = expand("<alnum:24>"), expand("<alnum:28>"), expand("<alnum:26>")
ADDRESS = f"aws-sm://{REGION}/secrecy/app"
COMMANDS = [
    pytest.param(("store", "plan", ".env", "--to", ADDRESS), id="plan"),
    pytest.param(("store", "push", ".env", "--to", ADDRESS, "--apply"), id="push"),
    pytest.param(("store", "push", ".env", "--to", ADDRESS, "--apply", "--replace", "API_TOKEN"), id="push over another"),
    pytest.param(("store", "rotation", ADDRESS), id="rotation"),
    pytest.param(("run", "--from", ADDRESS, "--require", "NOT_THERE", "--", "true"), id="run"),
    pytest.param(("drift", ".env", ADDRESS), id="drift"),
]
# one of each kind of refusal; all codes go through the client below
KINDS = ("AccessDeniedException", "ThrottlingException", "InvalidRequestException", "ExpiredTokenException", f"x {HERE}")


@pytest.fixture
def between(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The SDK goes through a proxy, with credentials that are secrets themselves, and tries once."""
    with proxy(cloud.url) as made:
        cloud.setenv(monkeypatch, AWS_ENDPOINT_URL=made.url, AWS_SECRET_ACCESS_KEY=KEY, AWS_SESSION_TOKEN=KEY)
        monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
        monkeypatch.setattr(aws_write, "PAUSES", (0.0,))
        yield made


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that anybody logs, from DEBUG on."""
    written, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.disable(logging.NOTSET)  # a command that an earlier test ran in this process has switched it off
    logging.getLogger("somebody").debug("here")
    assert written.getvalue() == "here\n"
    yield written
    logging.disable(logging.NOTSET)
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def folder(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An env file, and a secret that has another value, in a folder that no temporary file may be left in."""
    (tmp_path / ".env").write_text(f"DB_PASSWORD='{HERE}'\nAPI_TOKEN={HERE}\n")
    client = cloud.client()
    members = json.dumps({"API_TOKEN": THERE, "OTHER": THERE})
    client.delete_secret(SecretId="secrecy/app", ForceDeleteWithoutRecovery=True)
    client.create_secret(Name="secrecy/app", SecretString=members)
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_silent(*outputs: str) -> None:
    """No six characters in a row of a value."""
    text = "\n".join(outputs)
    for value in (HERE, THERE, KEY):
        assert not [value[i : i + 6] for i in range(len(value) - 5) if value[i : i + 6] in text]


def ran(argv: tuple[str, ...], capfd: pytest.CaptureFixture[str], log: io.StringIO) -> tuple[int, str]:
    status = cli.main(argv)
    out, err = capfd.readouterr()
    is_silent(out, err, log.getvalue())
    return status, out + err


@pytest.mark.parametrize("argv", COMMANDS)
def test_what_works_shows_no_value(
    argv: tuple[str, ...], folder: Path, between: Proxy, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """And is logged nowhere, and leaves no file."""
    status, said = ran(argv, capfd, log)
    assert status in (0, 1, 2)
    assert "API_TOKEN" in said or "NOT_THERE" in said or "store-rotation-off" in said
    assert between.asked
    assert sorted(os.listdir(folder)) == [".env"]


@pytest.mark.parametrize("argv", COMMANDS)
def test_no_error_shows_a_value(
    argv: tuple[str, ...], folder: Path, between: Proxy, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """An endpoint that gives back what it was asked, and what it should not know."""
    for code in KINDS:
        between.fault = lambda asked, code=code: refusal(code, echo(asked))  # type: ignore[misc]
        status, said = ran(argv, capfd, log)
        assert status == 2
        assert said.count("cannot ") == 1, said
    for answer in (Answer(200, f"{HERE}{THERE}".encode()), Answer(500, f"<p>{THERE}</p>".encode()), "cut"):
        between.fault = lambda asked, answer=answer: answer  # type: ignore[misc]
        assert ran(argv, capfd, log)[0] == 2


def echo(asked: Asked) -> str:
    return f"{json.dumps(asked.body)} {HERE} {THERE} {KEY}"


def test_no_code_of_the_service_shows_a_value(folder: Path, between: Proxy, log: io.StringIO) -> None:
    """Each, in answer to each request that holds a value or gives one."""
    target = aws.store(ADDRESS)
    seen = target.current()
    assert seen is not None
    known = set(aws_errors.CODES) - {"ResourceNotFoundException"}  # which is an answer: nothing is there
    codes = (*known, *aws_errors.DENIED, *aws_errors.TOO_MANY, *aws_errors.FAILING, "Unknown", HERE)
    for operation in ("GetSecretValue", "DescribeSecret", "CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"):
        for code in codes:
            between.fault = lambda asked, code=code, operation=operation: (  # type: ignore[misc]
                refusal(code, echo(asked)) if asked.operation == operation else None
            )
            said = told(target, operation, seen)
            assert said.startswith("cannot ")
            assert "\n" not in said
            is_silent(said)
    is_silent(log.getvalue())


def told(target: aws.Secret, operation: str, seen: Version) -> str:
    """The words of the error."""
    with pytest.raises(StopgapError) as refused:
        asked(target, operation, seen)
    return str(refused.value)


def asked(target: aws.Secret, operation: str, seen: Version) -> None:
    if operation == "CreateSecret":
        aws_write.first(target.client, json.dumps({"API_TOKEN": HERE}))
    elif operation == "DescribeSecret":
        target.describe()
    elif operation == "PutSecretValue":
        aws_write.put(target.client, json.dumps({"API_TOKEN": HERE}), "t" * 36)
    elif operation == "GetSecretValue":
        target.current()
    else:
        aws_write.move(target.client, "t" * 36, seen.id)


def test_a_crash_shows_no_value(
    folder: Path, between: Proxy, log: io.StringIO, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours in the middle of a push, whose exception has the value in it."""

    def broken(key: bytes, text: str) -> bytes:
        raise AssertionError(text)

    monkeypatch.setattr(aws_write, "digest", broken)
    argv = ("store", "push", ".env", "--to", ADDRESS, "--apply", "--replace", "API_TOKEN")
    status, said = ran(argv, capfd, log)
    assert (status, "crashed with AssertionError" in said) == (3, True)


def test_somebody_has_switched_debugging_on(folder: Path, cloud: Cloud) -> None:
    """As a `sitecustomize` does it, before anything of ours runs: the SDK's own way, and Python's."""
    (folder / "sitecustomize.py").write_text(
        "import logging, boto3\nlogging.basicConfig(level=0)\nboto3.set_stream_logger('', 0)\nlogging.getLogger('x').debug('HEARD')\n"
    )
    argv = (sys.executable, "-m", "stopgap", "store", "push", ".env", "--to", ADDRESS, "--apply", "--replace", "API_TOKEN")
    environment = cloud.environment(PYTHONPATH=str(folder), AWS_SECRET_ACCESS_KEY=KEY)
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    assert "HEARD" in done.stderr
    is_silent(done.stdout, done.stderr)
