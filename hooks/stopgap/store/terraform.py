"""The secret and its two policies as Terraform writes them (registry.terraform.io/providers/hashicorp/aws: aws_secretsmanager_secret,
aws_iam_policy_document). Names in, text out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from . import policy
from .policy import Target

LABEL = "app"  # what it is called there


def text(target: Target, *, there: bool) -> str:
    """The secret and both policies. No aws_secretsmanager_secret_version: Terraform would keep its value in the state, in plain text."""
    kind = "data" if there else "resource"
    made = f"{'data.' if there else ''}aws_secretsmanager_secret.{LABEL}.arn"
    lines = [
        *(() if there else ("# without a version: `stopgap store push` writes the values, and none gets into the state",)),
        f'{kind} "aws_secretsmanager_secret" "{LABEL}" {{',
        f"  name = {hcl(target.name)}",
        "}",
        *document(target, "read", policy.READ, policy.KEY_READ, made),
        *document(target, "write", policy.WRITE, policy.KEY_WRITE, made),
    ]
    return "\n".join(lines)


def document(target: Target, what: str, actions: tuple[str, ...], of_key: tuple[str, ...], made: str) -> Iterator[str]:
    """One policy document."""
    yield from ("", f'data "aws_iam_policy_document" "{LABEL}_{what}" {{')
    yield from block([f"secretsmanager:{action}" for action in actions], made)
    if target.key:
        yield ""
        service = hcl(f"secretsmanager.{target.region or policy.REGION}.amazonaws.com")
        condition = (
            "",
            "    condition {",
            '      test     = "StringEquals"',
            '      variable = "kms:ViaService"',
            f"      values   = [{service}]",
        )
        yield from block([f"kms:{action}" for action in of_key], hcl(policy.key_resource(target)), (*condition, "    }"))
    yield "}"


def block(actions: list[str], where: str, more: tuple[str, ...] = ()) -> Iterator[str]:
    """One statement."""
    yield "  statement {"
    yield f"    actions   = [{', '.join(map(hcl, actions))}]"
    yield f"    resources = [{where}]"
    yield from more
    yield "  }"


def hcl(said: str) -> str:
    """A text of Terraform's language, in which nothing is worked out."""
    return json.dumps(said, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
