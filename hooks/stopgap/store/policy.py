"""What AWS has to be told before a secret can be read and written: policies and commands. Names in, text out; no value is near.

Actions and resources are those of the service authorization reference, docs.aws.amazon.com/service-authorization/latest/reference:
list_awssecretsmanager.html, list_awskeymanagementservice.html.
"""

from __future__ import annotations

import json
import re
from shlex import quote
from typing import Any, NamedTuple

from ..sides.aws_client import Address
from . import Described

READ = ("GetSecretValue",)  # all that `stopgap run` asks for, and `stopgap drift`
WRITE = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
CREATE = "CreateSecret"
# with a key of the customer's own (AWS Secrets Manager User Guide, "Permissions for the KMS key"); AWS' own key needs no permission
KEY_READ, KEY_WRITE = ("Decrypt",), ("Decrypt", "GenerateDataKey")
MANAGED = "alias/aws/secretsmanager"
ACCOUNT, REGION, KEY = "ACCOUNT", "REGION", "KEY-ID"  # to be filled in
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b", "eusc-": "aws-eusc"}
SUFFIX = re.compile(r"-[A-Za-z0-9]{6}\Z")  # what AWS puts behind a secret's name in its ARN
SPECIAL = re.compile(r"[*?$]")

Document = dict[str, Any]


class Target(NamedTuple):
    """A secret as policies name it. `region`, `arn` and `key`, that of the customer's own, are "" where they are not known or not there."""

    region: str
    name: str
    arn: str = ""
    key: str = ""


def target(address: Address, described: Described | None) -> Target:
    """What the address and the store itself say; `described` is None where there is no secret, or it could not be asked."""
    arn = described.resource if described else address.secret if address.secret.startswith("arn:") else ""
    parts = arn.split(":", 6)
    region = parts[3] if len(parts) == 7 else address.region
    name = SUFFIX.sub("", parts[6]) if len(parts) == 7 else address.secret
    key = described.key if described and is_own(described.key) else ""
    return Target(region, name, arn if SUFFIX.search(arn) else "", key)


def is_own(key: str) -> bool:
    """Whether a key is the customer's own: AWS' own needs no permission, and costs nothing."""
    return bool(key) and key != MANAGED and not key.endswith(f":{MANAGED}")


def resource(target: Target) -> str:
    """The secret in a policy. AWS ends an ARN with six characters of its own choice, so that before it is made nobody can know them."""
    return target.arn or f"arn:{partition(target)}:secretsmanager:{target.region or REGION}:{ACCOUNT}:secret:{literal(target.name)}-??????"


def partition(target: Target) -> str:
    """Of the regions, to which an ARN belongs."""
    return next((name for start, name in PARTITIONS.items() if target.region.startswith(start)), "aws")


def literal(name: str) -> str:
    """A name in which nothing stands for other characters (IAM User Guide, policy variables)."""
    return SPECIAL.sub(lambda sign: f"${{{sign[0]}}}", name)


def key_resource(target: Target) -> str:
    """The key in a policy. An alias names none there: the key's own id has to be filled in."""
    if target.key.startswith("arn:") and ":key/" in target.key:
        return target.key
    account = target.arn.split(":")[4] if target.arn else ACCOUNT
    name = KEY if "alias/" in target.key else target.key
    return f"arn:{partition(target)}:kms:{target.region or REGION}:{account}:key/{name}"


def to_read(target: Target) -> Document:
    """For the application."""
    return document(target, READ, KEY_READ)


def to_write(target: Target, *, creates: bool) -> Document:
    """For who pushes. `creates`: there is no secret yet, and nothing else makes it."""
    return document(target, tuple(sorted((*WRITE, CREATE))) if creates else WRITE, KEY_WRITE)


def document(target: Target, actions: tuple[str, ...], of_key: tuple[str, ...]) -> Document:
    """A policy of identity, without a permission that is not needed."""
    statements = [statement("Secret", [f"secretsmanager:{action}" for action in actions], resource(target))]
    if target.key:
        # the key for this service only, which in turn answers for this secret only
        condition = {"StringEquals": {"kms:ViaService": f"secretsmanager.{target.region or REGION}.amazonaws.com"}}
        statements.append({**statement("Key", [f"kms:{action}" for action in of_key], key_resource(target)), "Condition": condition})
    return {"Version": "2012-10-17", "Statement": statements}


def statement(sid: str, actions: list[str], where: str) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": actions if len(actions) > 1 else actions[0], "Resource": where}


def text(document: Document) -> str:
    """A policy as the console, `aws iam` and Terraform take it."""
    return json.dumps(document, indent=2)


def unfilled(target: Target) -> tuple[str, ...]:
    """What is to be filled in by hand, as a word and the command that tells it."""
    where = text(to_read(target))
    words = (
        (ACCOUNT, f":{ACCOUNT}:", "aws sts get-caller-identity --query Account --output text"),
        (REGION, f":{REGION}:", "aws configure get region"),
        (KEY, f"key/{KEY}", f"aws kms describe-key --key-id {quote(target.key)} --query KeyMetadata.KeyId --output text"),
    )
    return tuple(f"{command}   # {word}" for word, sign, command in words if sign in where)


def creating(target: Target) -> str:
    """The command that makes the secret without a value. It can be given an exact policy then, before there is anything to read."""
    region = f"--region {quote(target.region)} " if target.region else ""
    return f"aws secretsmanager create-secret {region}--name {quote(target.name)}"


def attaching(target: Target, role: str, file: str, what: str) -> str:
    """The command that gives a role the policy in a file."""
    name = re.sub(r"[^\w+=,.@-]+", "-", f"{target.name}-{what}", flags=re.ASCII).strip("-")[:128]
    return f"aws iam put-role-policy --role-name {role} --policy-name {quote(name)} --policy-document file://{file}"
