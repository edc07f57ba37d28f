"""The one door to AWS Secrets Manager: boto3, which is imported here only. Profile, role, region and endpoint are the SDK's own business.

Whatever goes wrong ends as one line in our own words: the SDK's own would quote the endpoint, whoever that is, and the request.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model import StopgapError
from . import aws_errors

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

CONNECT, WHOLE = 5, 10  # seconds: for the connection, for an answer
ATTEMPTS = 3  # with the pauses of the SDK's standard mode between them: two seconds at most, then four
ADDRESS = re.compile(r"aws-sm://(?P<region>[a-z0-9-]*)/(?P<secret>.+)", re.ASCII)
ARN = re.compile(r"arn:[a-z0-9-]+:secretsmanager:([a-z0-9-]+):", re.ASCII)
# what the SDK lets through: a profile that asks for a code where nobody is (EOFError), and all that an answer which is not the service's
# can make its parser do
STRANGE = (EOFError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, OSError)
USAGE = "aws-sm://REGION/NAME"


class Refused(StopgapError):
    """The service said no. `code`: its own name for that (API reference, Common Error Types), or "" where it gave none that is a name."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Unsure(StopgapError):
    """The request may have arrived, and its answer did not."""


class Address(NamedTuple):
    """A secret, by its name or ARN, as it was written. `region`: "" where the SDK has to know it."""

    word: str
    region: str
    secret: str


class Client(NamedTuple):
    """The SDK's client, for one secret."""

    address: Address
    sdk: Any
    region: str

    def ask(self, doing: str, operation: str, **given: object) -> dict[str, Any]:
        """The answer to one request about this secret. `doing`: "read", "write", for the error's words.

        Raises Refused, Unsure, and StopgapError for what never left this machine; all in one line, and without a value.
        """
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            answer: dict[str, Any] = getattr(self.sdk, operation)(**given)
        except ClientError as error:
            raise refused(f"cannot {doing} {self.address.word}", error, self) from None
        except BotoCoreError as error:
            raise failed(doing, self.address, error) from None
        except (ResponseParserError, *STRANGE) as error:
            raise strange(doing, self.address, error) from None
        if not isinstance(answer, dict):
            raise Unsure(f"cannot {doing} {self.address.word}: what the endpoint answers is not the service's")
        return answer


def address(word: str) -> Address:
    """What `aws-sm://region/name` names; `aws-sm:///name` leaves the region to the SDK, but for that of an ARN. Raises StopgapError."""
    found = ADDRESS.fullmatch(word)
    if not found or not found["secret"].isprintable():
        raise StopgapError(f"a secret of AWS is written {USAGE}")
    arn = ARN.match(found["secret"])
    return Address(word, found["region"] or (arn[1] if arn else ""), found["secret"])


def connect(target: Address, doing: str) -> Client:
    """Opens no connection yet. Raises StopgapError where the extra is missing, or what the SDK needs to know."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise StopgapError(f"cannot {doing} {target.word}: it needs boto3: {sys.executable} -m pip install boto3") from None
    # the SDK's debug log has every request and answer in it, whoever switched it on
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"(boto3|botocore|urllib3)\b")
    limits = Config(connect_timeout=CONNECT, read_timeout=WHOLE, retries={"mode": "standard", "total_max_attempts": ATTEMPTS})
    try:
        sdk = boto3.session.Session().client("secretsmanager", region_name=target.region or None, config=limits)
    except BotoCoreError as error:
        raise failed(doing, target, error) from None
    except (ValueError, EOFError) as error:  # an endpoint that is no URL
        raise StopgapError(f"cannot {doing} {target.word}: the AWS settings do not do ({type(error).__name__})") from None
    return Client(target, sdk, str(sdk.meta.region_name))


def refused(sentence: str, error: ClientError, client: Client) -> Refused:
    """The service's error in our own words, or its code; of its message only what kind of error it stands for."""
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    code = code if aws_errors.is_name(code) else ""
    said = aws_errors.refusal(code, message, str(error.operation_name), f"{client.address.secret} in {client.region}")
    return Refused(f"{sentence}: {said}", code)


def failed(doing: str, target: Address, error: Exception) -> StopgapError:
    """The SDK's own error, which may hold the request, by its name."""
    name = type(error).__name__
    message = f"cannot {doing} {target.word}: {aws_errors.EXCEPTIONS.get(name, name)}"
    return Unsure(message) if name in aws_errors.UNSURE else StopgapError(message)


def strange(doing: str, target: Address, error: Exception) -> StopgapError:
    """What neither the SDK nor the service calls an error: settings that cannot be used, or an answer that is none."""
    kind = type(error).__name__
    if isinstance(error, EOFError):
        return StopgapError(f"cannot {doing} {target.word}: the AWS settings do not do ({kind})")
    return Unsure(f"cannot {doing} {target.word}: the AWS settings do not do, or the endpoint's answer is not the service's ({kind})")
