"""A secret of AWS Secrets Manager, by boto3, which is imported here only. Profile, credentials and endpoint are the SDK's own business."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model import StopgapError
from . import LARGEST, Dump, content

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

CONNECT, WHOLE, ATTEMPTS = 5, 10, 2  # seconds: for the connection, for an answer; and how often
ADDRESS = re.compile(r"aws-sm://(?P<region>[a-z0-9-]*)/(?P<secret>.+)", re.ASCII)
# the service's error codes (API reference, GetSecretValue and Common Error Types)
CODES = {
    "ResourceNotFoundException": "there is no such secret in this region, or it has no value yet",
    "AccessDeniedException": "access denied: secretsmanager:GetSecretValue is needed",
    "DecryptionFailure": "its key cannot be used: kms:Decrypt is needed",
    "InvalidRequestException": "it is marked for deletion, or its state does not allow to read it",
    "InvalidParameterException": "this is no secret's name",
    "ValidationException": "this is no secret's name",
    "UnrecognizedClientException": "AWS does not know the credentials",
    "InvalidClientTokenId": "AWS does not know the credentials",
    "InvalidSignatureException": "the credentials are wrong: the signature does not match",
    "ExpiredTokenException": "the credentials have expired: log in again",
    "403": "access denied, by something before the service: a proxy, say",
    "ThrottlingException": "AWS says that there are too many requests: try again later",
}
# the SDK's own exceptions (botocore.exceptions), by name: some are newer than the oldest boto3 that does
EXCEPTIONS = {
    "NoRegionError": "no region: write aws-sm://REGION/SECRET-ID, or set AWS_DEFAULT_REGION",
    "InvalidRegionError": "this is no region",
    "NoCredentialsError": "no credentials: log in (aws sso login), or set AWS_PROFILE",
    "PartialCredentialsError": "the credentials are incomplete",
    "CredentialRetrievalError": "the profile's credentials could not be had",
    "ProfileNotFound": "there is no such profile: look at AWS_PROFILE",
    "ConfigParseError": "the AWS configuration file cannot be read",
    "EndpointConnectionError": "the endpoint cannot be reached",
    "ConnectTimeoutError": "the endpoint does not answer",
    "ReadTimeoutError": "the endpoint does not answer",
    "ConnectionClosedError": "the endpoint closed the connection",
    "SSLError": "the endpoint's certificate is not trusted",
    "ProxyConnectionError": "the proxy cannot be reached",
    "SSOTokenLoadError": "not logged in: aws sso login",
    "UnauthorizedSSOTokenError": "the login has expired: aws sso login",
    "TokenRetrievalError": "the login has expired: aws sso login",
}


class Secret(NamedTuple):
    """A secret, by its name or ARN. `region`: "" where the SDK has to know it."""

    name: str
    region: str
    secret: str

    @property
    def local(self) -> str:
        return ""

    def read(self) -> Dump:
        """Raises StopgapError where the extra is missing, the region or the credentials are, or the service says no."""
        found = self.answer()
        text = found.get("SecretString")
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else found.get("SecretBinary", b"")
        if len(data) > LARGEST:
            raise StopgapError(f"cannot read {self.name}: larger than {LARGEST >> 20} MiB")
        # of this version, which is the value's own; the secret's LastChangedDate moves with a tag, too, and takes another permission
        created = found.get("CreatedDate")
        return content.read(data, self.name)._replace(changed=int(created.timestamp()) if created else None)

    def answer(self) -> dict[str, Any]:
        """What GetSecretValue answers for the current version."""
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise StopgapError(f"cannot read {self.name}: it needs boto3: {sys.executable} -m pip install boto3") from None
        limits = Config(connect_timeout=CONNECT, read_timeout=WHOLE, retries={"total_max_attempts": ATTEMPTS})
        try:
            client = boto3.client("secretsmanager", region_name=self.region or None, config=limits)
            found: dict[str, Any] = client.get_secret_value(SecretId=self.secret)
        except ClientError as error:
            raise StopgapError(f"cannot read {self.name}: {refusal(error)}") from None
        except BotoCoreError as error:
            raise StopgapError(f"cannot read {self.name}: {EXCEPTIONS.get(type(error).__name__, type(error).__name__)}") from None
        except (ValueError, EOFError) as error:  # an endpoint that is no URL; a profile that asks for a code where nobody is
            raise StopgapError(f"cannot read {self.name}: the AWS settings do not do ({type(error).__name__})") from None
        return found


def side(word: str) -> Secret:
    """The secret that `aws-sm://region/secret-id` names; `aws-sm:///secret-id` leaves the region to the SDK. Raises StopgapError."""
    found = ADDRESS.fullmatch(word)
    if not found or not found["secret"].isprintable():
        raise StopgapError("a secret of AWS is written aws-sm://REGION/SECRET-ID")
    return Secret(word, found["region"], found["secret"])


def refusal(error: ClientError) -> str:
    """The service's error in our own words, or its code: the message is the endpoint's, whoever that is."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return CODES.get(code) or (f"AWS answers {code}" if code.isalnum() and len(code) < 80 else "AWS answers with an error")
