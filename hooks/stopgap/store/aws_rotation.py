"""How AWS rotates a secret by itself: what DescribeSecret says, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from typing import Any

from ..sides.aws_client import Client
from . import Rotation

CURRENT, ROTATING = "AWSCURRENT", "AWSPENDING"
STAGE = "aws secretsmanager update-secret-version-stage"


def options(client: Client) -> str:
    """The secret as options of AWS' own client."""
    return f"--region {quote(client.region)} --secret-id {quote(client.address.secret)}"


def read(found: Mapping[str, Any], where: str) -> Rotation:
    """Of its answer. `where`: the options that name region and secret to AWS' own client."""
    rules = found.get("RotationRules") or {}
    days = rules.get("AutomaticallyAfterDays")
    function = str(found.get("RotationLambdaARN") or "")
    pending = underway(found.get("VersionIdsToStages") or {})
    return Rotation(
        bool(found.get("RotationEnabled")),
        moment(found.get("LastRotatedDate")),
        moment(found.get("NextRotationDate")),
        str(rules.get("ScheduleExpression") or (f"every {days} days" if days else "")),
        # a secret that a service of AWS owns is rotated by that service, without a function
        function.rpartition(":")[2] or str(found.get("OwningService") or ""),
        moment(found.get("CreatedDate")),
        pending,
        f"{STAGE} {where} --version-stage {ROTATING} --remove-from-version-id {quote(pending)}" if pending else "",
        needs(str(found.get("ARN", "")), where),
    )


def needs(resource: str, where: str) -> str:
    """What RotateSecret takes (Secrets Manager user guide, "Automatic rotation by Lambda function", and the permissions of its role)."""
    return (
        "it takes a Lambda function that makes the new value where it is used and writes it to its key here, in four steps (createSecret, "
        "setSecret, testSecret, finishSecret), whose role may DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage "
        f"on {resource}, and which secretsmanager.amazonaws.com may invoke; then, by who may secretsmanager:RotateSecret: "
        f"aws secretsmanager rotate-secret {where} --rotation-lambda-arn FUNCTION --rotation-rules AutomaticallyAfterDays=30"
    )


def underway(versions: Mapping[str, list[str]]) -> str:
    """The version that a rotation has begun and not ended: AWSPENDING stands on one that is not current (RotateSecret)."""
    return next((name for name, stages in sorted(versions.items()) if ROTATING in stages and CURRENT not in stages), "")


def moment(found: Any) -> int | None:
    """A time of the SDK in seconds since 1970."""
    return int(found.timestamp()) if found else None
