"""The current version of a secret of AWS Secrets Manager, by GetSecretValue of the API reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import StopgapError
from ..sides.aws_client import Client
from .aws_rotation import CURRENT

LARGEST = 65536  # bytes of a value (GetSecretValue, SecretString)
MISSING = "ResourceNotFoundException"


def current(client: Client) -> dict[str, Any]:
    """Its answer. Raises StopgapError; Refused with the code MISSING where there is none."""
    return client.ask("read", "get_secret_value", SecretId=client.address.secret, VersionStage=CURRENT)


def version_of(found: Mapping[str, object], name: str) -> str:
    """The id of an answer's version. Raises StopgapError for an answer without."""
    version = found.get("VersionId")
    if not isinstance(version, str) or not version:
        raise StopgapError(f"cannot read {name}: what the endpoint answers is not the service's")
    return version


def version_now(client: Client) -> str:
    """The id of the version that is current now."""
    return version_of(current(client), client.address.word)


def text_of(found: Mapping[str, object], name: str) -> str:
    """The text of an answer's version. Raises StopgapError where it has none, or more than a secret can hold."""
    text = found.get("SecretString")
    if not isinstance(text, str):
        raise StopgapError(f"cannot read {name}: it is binary, and not a JSON object")
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise StopgapError(f"cannot read {name}: larger than {LARGEST:,} bytes, the most a secret may have")
    return text
