"""A secret of AWS Secrets Manager: the real boto3 against moto's server on loopback, which lives as long as this module's tests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from stopgap.detect.examples import expand
from stopgap.model import StopgapError
from stopgap.sides import aws, aws_client

from .cloud_help import REGION, Cloud, asking_who, skip_without_moto

SECRET = expand("<alnum:24>")
PAST, FUTURE = 1_700_000_000, 4_000_000_000


def drift(cloud: Cloud, *argv: str, cwd: Path, **changed: str) -> subprocess.CompletedProcess[bytes]:
    return cloud.stopgap("drift", *argv, cwd=cwd, **changed)


@pytest.fixture(scope="module")
def cloud(cloud: Cloud) -> Cloud:
    """The server of the session, with one secret of each form."""
    manager = cloud.client("secretsmanager")
    for name, given in {
        "prod/app": {"SecretString": json.dumps({"DB_PASSWORD": SECRET, "DB_PORT": 5432, "DEBUG": False})},
        "dotenv": {"SecretString": f"# why\nDB_PASSWORD='{SECRET}'\nDB_PORT=5432\nDEBUG=false\n"},
        "bytes": {"SecretBinary": json.dumps({"DB_PASSWORD": SECRET, "DB_PORT": 5432, "DEBUG": False}).encode()},
        "other": {"SecretString": json.dumps({"DB_PASSWORD": f"{SECRET}2", "DB_PORT": "5432"})},
        "plain": {"SecretString": SECRET},
        "deleted": {"SecretString": "{}"},
    }.items():
        manager.create_secret(Name=name, **given)
    manager.delete_secret(SecretId="deleted")
    return cloud


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, PAST)
    return tmp_path


def write(folder: Path, changed: int) -> None:
    (folder / ".env").write_text(f"DB_PASSWORD={SECRET}\nDB_PORT=5432\nDEBUG=false\n")
    os.utime(folder / ".env", (changed, changed))


# ---- the same settings


@pytest.mark.parametrize("secret", ["prod/app", "dotenv", "bytes"])
def test_the_same_in_the_cloud(cloud: Cloud, folder: Path, secret: str) -> None:
    done = drift(cloud, ".env", f"aws-sm://{REGION}/{secret}", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_by_its_arn(cloud: Cloud, folder: Path) -> None:
    arn = cloud.client("secretsmanager").describe_secret(SecretId="prod/app")["ARN"]
    assert drift(cloud, ".env", f"aws-sm://{REGION}/{arn}", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"AWS_DEFAULT_REGION": REGION}, id="a variable"),
        pytest.param({"AWS_PROFILE": "here", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, id="a profile"),
    ],
)
def test_the_region_may_be_the_sdk_s_own(cloud: Cloud, folder: Path, config: dict[str, str]) -> None:
    (cloud.folder / "config").write_text(
        f"[profile here]\nregion = {REGION}\naws_access_key_id = somebody\naws_secret_access_key = something\n"
    )
    done = drift(cloud, ".env", "aws-sm:///prod/app", cwd=folder, **config)
    assert (done.returncode, done.stderr) == (0, b"")


# ---- what sets them apart


@pytest.mark.parametrize(
    ("changed", "newer"), [pytest.param(PAST, f"aws-sm://{REGION}/other", id="AWS"), pytest.param(FUTURE, ".env", id="the file")]
)
def test_a_secret_that_differs(cloud: Cloud, folder: Path, changed: int, newer: str) -> None:
    write(folder, changed)
    done = drift(cloud, ".env", f"aws-sm://{REGION}/other", cwd=folder)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert lines[0].startswith(f".env:1:1: drift-differs: DB_PASSWORD differs between .env and aws-sm://{REGION}/other; {newer} is newer (")
    assert lines[2].startswith(f".env:3:1: drift-missing-key: DEBUG is missing in aws-sm://{REGION}/other; ")
    assert SECRET[:6].encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_two_secrets_without_a_file(cloud: Cloud, folder: Path, form: str) -> None:
    done = drift(cloud, f"aws-sm://{REGION}/prod/app", f"aws-sm://{REGION}/other", "--format", form, cwd=folder)
    assert done.returncode == 1
    assert b"DB_PASSWORD differs" in done.stdout
    assert SECRET[:6].encode() not in done.stdout + done.stderr


# ---- what cannot be read


def refused(done: subprocess.CompletedProcess[bytes], said: str) -> None:
    """Exit status 2, one line, and nothing of the secret."""
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr
    assert said in done.stderr.decode()
    assert SECRET[:6].encode() not in done.stderr


@pytest.mark.parametrize(
    ("word", "changed", "said"),
    [
        pytest.param("aws-sm://eu-west-1/nothing", {}, "there is no such secret in this region", id="no such secret"),
        pytest.param("aws-sm://us-east-1/prod/app", {}, "there is no such secret in this region", id="another region"),
        pytest.param("aws-sm://eu-west-1/deleted", {}, "it is marked for deletion", id="a deleted secret"),
        pytest.param("aws-sm://eu-west-1/plain", {}, "no line of it is KEY=value", id="a secret that is no settings"),
        pytest.param("aws-sm:///prod/app", {}, "no region: write aws-sm://REGION/NAME", id="no region"),
        pytest.param("aws-sm://-/prod/app", {}, "this is no region", id="a region that is none"),
        pytest.param(
            "aws-sm://eu-west-1/x", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials: ", id="no credentials"
        ),
        pytest.param("aws-sm://eu-west-1/x", {"AWS_SECRET_ACCESS_KEY": ""}, "the credentials are incomplete", id="half of them"),
        pytest.param("aws-sm://eu-west-1/x", {"AWS_PROFILE": "nobody"}, "there is no such profile", id="no such profile"),
        pytest.param(
            "aws-sm://eu-west-1/x", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "the endpoint cannot be reached", id="unreachable"
        ),
        pytest.param("aws-sm://eu-west-1/x", {"AWS_ENDPOINT_URL": "nonsense"}, "the AWS settings do not do", id="no endpoint"),
        pytest.param("aws-sm://eu-west-1", {}, "is written aws-sm://REGION/NAME", id="no secret"),
        pytest.param("aws-sm://evil.example#/x", {}, "is written aws-sm://REGION/NAME", id="a host as the region"),
    ],
)
def test_what_aws_does_not_give(cloud: Cloud, folder: Path, word: str, changed: dict[str, str], said: str) -> None:
    refused(drift(cloud, ".env", word, cwd=folder, **changed), said)


def test_a_user_who_may_not_read_it(cloud: Cloud, folder: Path) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    with asking_who(cloud):
        who = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        # moto answers in the query protocol's XML here, of which the SDK sees the status only; see the next test for AWS's own words
        refused(drift(cloud, ".env", "aws-sm://eu-west-1/prod/app", cwd=folder, **who), "access denied")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param(
            "AccessDeniedException", "access denied: secretsmanager:GetSecretValue is needed on x in eu-west-1", id="no permission"
        ),
        pytest.param("DecryptionFailure", "kms:Decrypt on the key of x in eu-west-1 is needed", id="no permission for the key"),
        pytest.param("UnrecognizedClientException", "AWS does not know the credentials", id="unknown credentials"),
        pytest.param("ExpiredTokenException", "the credentials have expired", id="expired credentials"),
        pytest.param("SomethingNewException", "AWS answers SomethingNewException", id="another one"),
        pytest.param(f"x {SECRET}", "AWS answers with an error", id="a hostile one"),
    ],
)
def test_what_the_service_refuses(code: str, said: str, folder: Path) -> None:
    """The service's own answers (API reference, GetSecretValue, Errors), which moto does not have; the message holds what it must not."""
    skip_without_moto()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"__type": code, "Message": SECRET}).encode()
            self.send_response(400)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        cloud = Cloud(f"http://127.0.0.1:{server.server_port}", folder)
        refused(drift(cloud, ".env", "aws-sm://eu-west-1/x", cwd=folder), said)
        server.shutdown()


def test_an_endpoint_that_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_without_moto()
    monkeypatch.setattr(aws_client, "WHOLE", 1)
    monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        Cloud(f"http://127.0.0.1:{port}", folder).setenv(monkeypatch)
        with pytest.raises(StopgapError, match="the endpoint does not answer"):
            aws.side("aws-sm://eu-west-1/x").read()


def test_without_the_extra(folder: Path) -> None:
    write(folder, PAST)
    (folder / "boto3.py").write_text("raise ImportError('boto3')\n")
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{os.environ.get('PYTHONPATH', '')}"}
    command = (sys.executable, "-m", "stopgap", "drift", ".env", "aws-sm://eu-west-1/x")
    refused(
        subprocess.run(command, cwd=folder, capture_output=True, env=environment), f"needs boto3: {sys.executable} -m pip install boto3"
    )


def test_nothing_else_imports_the_sdk(folder: Path) -> None:
    script = (
        "import sys; from stopgap import cli; cli.main(['drift', '.env', '.env']); print(sorted({'boto3', 'botocore'} & set(sys.modules)))"
    )
    done = subprocess.run((sys.executable, "-c", script), cwd=folder, capture_output=True)
    assert done.stdout == b"[]\n", done.stderr
