"""AWS Secrets Manager as a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..model import StopgapError
from ..sides import aws_client
from ..sides import members as objects
from ..sides.aws_client import Client, Refused, Unsure
from . import Described, Version, Written, aws_read, aws_rotation, aws_write
from .aws_read import LARGEST, MISSING

AGAIN = "whether it was written is not known: run the same command again, it writes nothing twice"


class Secret(NamedTuple):
    """A secret of Secrets Manager, by its name or ARN."""

    client: Client

    @property
    def name(self) -> str:
        return self.client.address.word

    def current(self) -> Version | None:
        """Raises StopgapError also for what is no JSON object, binary, or larger than the service's own bound."""
        try:
            found = aws_read.current(self.client)
        except Refused as error:
            if error.code != MISSING:
                raise
            return Version("", {}) if self.is_there(error) else None
        version, text = aws_read.version_of(found, self.name), aws_read.text_of(found, self.name)
        return Version(version, objects.read(text, self.name, unique=True), aws_rotation.moment(found.get("CreatedDate")))

    def is_there(self, missing: Refused) -> bool:
        """Whether there is a secret, which then has no value yet. Raises StopgapError where that may not be asked."""
        try:
            return self.describe() is not None
        except Refused as error:
            raise StopgapError(f"{missing}; and which of the two: {str(error).partition(': ')[2]}") from None

    def describe(self) -> Described | None:
        """Raises StopgapError, also for a secret that is marked for deletion."""
        try:
            found = self.client.ask("read", "describe_secret", SecretId=self.client.address.secret)
        except Refused as error:
            if error.code != MISSING:
                raise
            return None
        if found.get("DeletedDate"):
            raise StopgapError(f"cannot read {self.name}: it is marked for deletion (aws secretsmanager restore-secret takes that back)")
        rotation = aws_rotation.read(found, aws_rotation.options(self.client))
        return Described(str(found.get("ARN", "")), str(found.get("KmsKeyId", "")), rotation)

    def write(self, members: Mapping[str, object], seen: Version | None) -> Written:
        """Raises StopgapError; where it cannot be known what the service did, the message says so."""
        data = objects.text(dict(members)).encode("utf-8", "backslashreplace")  # half a surrogate pair becomes its own JSON escape
        if len(data) > LARGEST:
            raise StopgapError(f"cannot write {self.name}: it would hold {len(data):,} bytes, and {LARGEST:,} is the most that it may")
        text = data.decode("utf-8")
        try:
            return aws_write.first(self.client, text) if seen is None else aws_write.following(self.client, text, seen.id)
        except Unsure as error:
            raise StopgapError(f"{error}; {AGAIN}") from None


def store(word: str) -> Secret:
    """The secret of an address. Opens no connection. Raises StopgapError."""
    return Secret(aws_client.connect(aws_client.address(word), "use"))
