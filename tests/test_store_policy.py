"""What AWS has to be told: the policies hold what the commands really ask for, and nothing that they do without."""

from __future__ import annotations

import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stopgap import cli
from stopgap.detect.examples import expand
from stopgap.sides import aws_client
from stopgap.store import Described, Rotation, policy, terraform
from stopgap.store.policy import Target

from . import faults
from .cloud_help import REGION, Cloud, asking_who
from .conftest import Repo

SECRET = expand("<alnum:24>")
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/app-a1B2c3"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/8a1f3c1e-0000-4000-8000-000000000000"


def target(word: str, arn: str = "", key: str = "") -> Target:
    return policy.target(aws_client.address(word), Described(arn, key, Rotation(False)) if arn else None)


def actions(document: dict[str, Any]) -> list[str]:
    return [action for one in document["Statement"] for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])]


# ---- the resource


@pytest.mark.parametrize(
    ("word", "arn", "resource"),
    [
        pytest.param("aws-sm://eu-west-1/prod/app", ARN, ARN, id="a secret that is there"),
        pytest.param("aws-sm:///prod/app", ARN, ARN, id="its region, too, from the store"),
        pytest.param(f"aws-sm://eu-west-1/{ARN}", "", ARN, id="an ARN as the address"),
        pytest.param(
            f"aws-sm://eu-west-1/{ARN[:-7]}", "", "arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:prod/app-??????", id="half an ARN"
        ),
        pytest.param("aws-sm://eu-west-1/x", "", "arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:x-??????", id="one that is not there"),
        pytest.param("aws-sm:///x", "", "arn:aws:secretsmanager:REGION:ACCOUNT:secret:x-??????", id="no region"),
        pytest.param("aws-sm://cn-north-1/x", "", "arn:aws-cn:secretsmanager:cn-north-1:ACCOUNT:secret:x-??????", id="China"),
        pytest.param(
            "aws-sm://us-gov-west-1/x", "", "arn:aws-us-gov:secretsmanager:us-gov-west-1:ACCOUNT:secret:x-??????", id="a government"
        ),
        pytest.param("aws-sm://eu-west-1/a*?$b", "", "arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:a${*}${?}${$}b-??????", id="signs"),
    ],
)
def test_the_resource_is_one_secret(word: str, arn: str, resource: str) -> None:
    where = target(word, arn)
    assert policy.to_read(where)["Statement"] == [
        {"Sid": "Secret", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": resource}
    ]
    assert {one["Resource"] for one in policy.to_write(where, creates=True)["Statement"]} == {resource}


def test_the_pattern_means_the_secret_and_no_other(cloud: Cloud) -> None:
    """As AWS makes an ARN of a name, moto does: a hyphen and six characters."""
    wanted = policy.resource(target(f"aws-sm://{REGION}/policy/app")).replace("ACCOUNT", "*")
    made = {name: cloud.client().create_secret(Name=name)["ARN"] for name in ("policy/app", "policy/app-2", "policy/app/x", "policy/apps")}
    assert [name for name, arn in made.items() if fnmatch.fnmatchcase(arn, wanted)] == ["policy/app"]


def test_what_has_to_be_filled_in_is_said() -> None:
    assert policy.unfilled(target("aws-sm://eu-west-1/x", ARN)) == ()
    commands = policy.unfilled(target("aws-sm:///x"))
    assert [line.rpartition("# ")[2] for line in commands] == ["ACCOUNT", "REGION"]


# ---- a key of the customer's own


@pytest.mark.parametrize("key", ["", "alias/aws/secretsmanager", "arn:aws:kms:eu-west-1:123456789012:alias/aws/secretsmanager"])
def test_the_service_s_own_key_needs_no_permission(key: str) -> None:
    where = target("aws-sm://eu-west-1/x", ARN, key)
    said = policy.text(policy.to_write(where, creates=True)) + policy.text(policy.to_read(where)) + terraform.text(where, there=True)
    assert "kms" not in said


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        pytest.param(KEY, KEY, id="an ARN"),
        pytest.param(KEY.rpartition("/")[2], KEY, id="an id"),
        pytest.param("alias/mine", KEY.rpartition("/")[0] + "/KEY-ID", id="an alias, which no policy knows"),
    ],
)
def test_a_key_of_one_s_own_for_this_service_only(key: str, resource: str) -> None:
    where = target("aws-sm://eu-west-1/x", ARN, key)
    for document, wanted in (
        (policy.to_read(where), "kms:Decrypt"),
        (policy.to_write(where, creates=False), ["kms:Decrypt", "kms:GenerateDataKey"]),
    ):
        assert document["Statement"][1] == {
            "Sid": "Key",
            "Effect": "Allow",
            "Action": wanted,
            "Resource": resource,
            "Condition": {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}},
        }
    assert ("describe-key --key-id alias/mine" in "".join(policy.unfilled(where))) == ("alias" in key)


# ---- Terraform


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["prod/app", 'odd"${x}%{y}\\name'], ids=["a name", "an odd name"])
def test_terraform_reads_it(there: bool, name: str) -> None:
    """The language's own formatter, which parses it and has nothing to change. The provider, which knows the names, is not tried."""
    if not shutil.which("terraform"):
        pytest.skip("no terraform here")
    text = terraform.text(Target("eu-west-1", name, ARN, KEY), there=there) + "\n"
    command = ("terraform", "fmt", "-check", "-diff", "-")
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, env={**os.environ, "CHECKPOINT_DISABLE": "1"})
    assert (done.returncode, done.stdout) == (0, b""), done.stderr


def test_terraform_makes_no_version() -> None:
    text = terraform.text(target("aws-sm://eu-west-1/x"), there=False)
    assert 'resource "aws_secretsmanager_secret" "app"' in text
    assert "secret_string" not in text
    assert "aws_secretsmanager_secret_version" not in text
    assert "CreateSecret" not in text, "Terraform itself makes it"
    assert 'data "aws_secretsmanager_secret" "app"' in terraform.text(target("aws-sm://eu-west-1/x"), there=True)


# ---- what the commands really ask for


@pytest.fixture
def stopgap(repo: Repo, monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> Callable[..., int]:
    """The command in this process, with an env file in the current folder and the settings of the SDK given by name."""

    def run(*argv: str, value: str = SECRET, **settings: str) -> int:
        monkeypatch.chdir(repo.path)
        cloud.setenv(monkeypatch, **settings)
        repo.write(".env", f"DB_PASSWORD={value}\nDB_HOST=db.internal\n")
        return cli.main(argv)

    return run


def test_what_is_asked_for_is_what_the_policies_allow(stopgap: Callable[..., int], cloud: Cloud, repo: Repo) -> None:
    """As a proxy before moto sees it."""
    address = f"aws-sm://{REGION}/policy/asked"

    push = ("store", "push", ".env", "--to", address)
    with faults.proxy(cloud.url) as watched:

        def asked(*argv: str, status: int = 0, value: str = SECRET) -> set[str]:
            watched.asked.clear()
            assert stopgap(*argv, value=value, AWS_ENDPOINT_URL=watched.url) == status
            return set(watched.names())

        assert asked("store", "plan", ".env", "--to", address) == {"DescribeSecret"}
        created = asked(*push, "--apply")
        assert created == {"GetSecretValue", "DescribeSecret", "CreateSecret"}
        assert asked(*push, "--apply") == {"GetSecretValue"}, "nothing to write"
        changed = asked(*push, "--apply", "--replace", "DB_PASSWORD", value=SECRET + "2")
        assert changed == set(policy.WRITE)
        assert asked("store", "plan", ".env", "--to", address) == {"GetSecretValue", "DescribeSecret"}
        assert asked("store", "rotation", address, status=1) == {"GetSecretValue", "DescribeSecret"}
        watched.asked.clear()
        done = cloud.stopgap("run", "--from", address, "--", sys.executable, "-c", "pass", cwd=repo.path, AWS_ENDPOINT_URL=watched.url)
        assert (done.returncode, watched.names()) == (0, list(policy.READ)), "one request"


@pytest.fixture(scope="module")
def user(cloud: Cloud) -> Callable[..., dict[str, str]]:
    """Gives a user one policy, and the settings to be that user. moto compares actions; of the resource it only knows `*`."""
    iam = cloud.client("iam")
    iam.create_user(UserName="policy")
    made = iam.create_access_key(UserName="policy")["AccessKey"]

    def allowed(document: dict[str, Any], without: str = "") -> dict[str, str]:
        statements = [
            {**one, "Resource": "*", "Action": [action for action in actions({"Statement": [one]}) if action != without]}
            for one in document["Statement"]
        ]
        iam.put_user_policy(UserName="policy", PolicyName="one", PolicyDocument=json.dumps({**document, "Statement": statements}))
        return {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}

    return allowed


def test_the_policies_are_enough(cloud: Cloud, stopgap: Callable[..., int], user: Callable[..., dict[str, str]], repo: Repo) -> None:
    address = f"aws-sm://{REGION}/policy/enough"
    push = ("store", "push", ".env", "--to", address, "--apply")
    writes = user(policy.to_write(target(address), creates=True))
    with asking_who(cloud):
        assert stopgap(*push, **writes) == 0
    writes = user(policy.to_write(target(address), creates=False))
    with asking_who(cloud):
        assert stopgap(*push, "--replace", "DB_PASSWORD", value=SECRET + "2", **writes) == 0
    reads = user(policy.to_read(target(address)))
    with asking_who(cloud):
        command = ("run", "--from", address, "--", sys.executable, "-c", "import os; print(len(os.environ['DB_PASSWORD']))")
        done = cloud.stopgap(*command, cwd=repo.path, **reads)
        assert (done.returncode, done.stdout) == (0, b"25\n"), done.stderr
        assert stopgap(*push, "--replace", "DB_PASSWORD", **reads) == 2


@pytest.mark.parametrize("action", [*policy.WRITE, policy.CREATE])
def test_none_of_it_can_be_left_out(
    action: str,
    cloud: Cloud,
    stopgap: Callable[..., int],
    user: Callable[..., dict[str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = f"aws-sm://{REGION}/policy/{action}"
    if action != policy.CREATE:
        cloud.client().create_secret(Name=f"policy/{action}", SecretString=json.dumps({"OTHER": "1"}))
    writes = user(policy.to_write(target(address), creates=action == policy.CREATE), without=f"secretsmanager:{action}")
    with asking_who(cloud):
        assert stopgap("store", "push", ".env", "--to", address, "--apply", **writes) == 2
    said = capsys.readouterr().err
    assert "access denied" in said  # by moto in XML, of which the SDK sees the status only
    assert SECRET[:6] not in said


# ---- the commands that the plan prints


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_the_printed_commands_do_it(cloud: Cloud, repo: Repo, stopgap: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """The secret without a value, and both policies on two roles, with AWS' own client."""
    if not (Path(sys.executable).parent / "aws").exists():
        pytest.skip("no awscli here")
    address = f"aws-sm://{REGION}/policy/printed"
    iam = cloud.client("iam")
    for role in ("APP-ROLE", "PUSHER-ROLE"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = cloud.environment(PATH=path, AWS_DEFAULT_REGION=REGION)  # with another endpoint than its own even IAM asks for a region
    for part in ("aws secretsmanager create-secret", "print read-policy", "--policy-name policy-printed-read"):
        assert stopgap("store", "plan", ".env", "--to", address) == 0
        command = next(line.strip() for line in capsys.readouterr().out.splitlines() if part in line)
        done = subprocess.run(("bash", "-ec", command), cwd=repo.path, capture_output=True, env=settings, timeout=90)
        assert done.returncode == 0, done.stderr
    arn = cloud.client().describe_secret(SecretId="policy/printed")["ARN"]
    attached = iam.get_role_policy(RoleName="APP-ROLE", PolicyName="policy-printed-read")["PolicyDocument"]
    assert attached == policy.to_read(target(address, arn))
