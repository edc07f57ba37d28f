"""A secret of AWS Secrets Manager as one of the places that are compared: dotenv or JSON, as text or as bytes."""

from __future__ import annotations

from typing import NamedTuple

from ..model import StopgapError
from . import LARGEST, Dump, aws_client, content
from .aws_client import Address

CURRENT = "AWSCURRENT"  # the label of the version that applications get (API reference, GetSecretValue)


class Secret(NamedTuple):
    """A secret by its address."""

    address: Address

    @property
    def name(self) -> str:
        return self.address.word

    @property
    def local(self) -> str:
        return ""

    def read(self) -> Dump:
        """Raises StopgapError where the extra is missing, the region or the credentials are, or the service says no."""
        client = aws_client.connect(self.address, "read")
        found = client.ask("read", "get_secret_value", SecretId=self.address.secret, VersionStage=CURRENT)
        text, binary = found.get("SecretString"), found.get("SecretBinary")
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else binary
        if not isinstance(data, bytes):
            raise StopgapError(f"cannot read {self.name}: what the endpoint answers is not the service's")
        if len(data) > LARGEST:
            raise StopgapError(f"cannot read {self.name}: larger than {LARGEST >> 20} MiB")
        # of this version, which is the value's own; the secret's LastChangedDate moves with a tag, too, and takes another permission
        created = found.get("CreatedDate")
        return content.read(data, self.name)._replace(changed=int(created.timestamp()) if created else None)


def side(word: str) -> Secret:
    """The secret that `aws-sm://region/secret-id` names. Raises StopgapError."""
    return Secret(aws_client.address(word))
