"""How a version of a secret becomes current in AWS Secrets Manager, so that nobody's is lost.

It is put under a label of our own, read back by its id, and then the label AWSCURRENT is moved to it from the version that was read before.
UpdateSecretVersionStage does that only while the label is still there: of two who write at once the second is told. AWS itself then puts
AWSPREVIOUS on the version that was current. Facts are the API reference's, docs.aws.amazon.com/secretsmanager/latest/apireference.
"""

from __future__ import annotations

import hmac
import os
import time
import uuid
from shlex import quote

from ..model import StopgapError
from ..sides.aws_client import Client, Refused
from . import Written
from .aws_read import MISSING, text_of, version_now
from .aws_rotation import CURRENT, STAGE, options
from .digests import digest

PENDING = "STOPGAP_PENDING"  # not AWSPENDING, which is a rotation's: a function that rotates looks for it
PAUSES = (0.2, 1.0, 3.0)  # seconds before what was just written is asked for again: not every server has it at once
OVERTAKEN = "somebody else has written it meanwhile, and theirs stands: run the command again, it starts from that"


def first(client: Client, text: str) -> Written:
    """A secret that was not there. Its version is current at once, as CreateSecret has it."""
    name, word, token = client.address.secret, client.address.word, new_token()
    if name.startswith("arn:"):
        raise StopgapError(f"cannot write {word}: there is no such secret, and a new one is made by its name, not by an ARN")
    try:
        client.ask("write", "create_secret", Name=name, SecretString=text, ClientRequestToken=token)
    except Refused as error:
        if error.code == "ResourceExistsException":
            raise StopgapError(f"cannot write {word}: {OVERTAKEN}") from None
        raise
    compare(client, text, token)
    return Written(token)


def following(client: Client, text: str, seen: str) -> Written:
    """A version in the place of the one that was seen; "" where there was none yet."""
    token = new_token()
    stages = put(client, text, token)
    compare(client, text, token)
    if seen:
        move(client, token, seen)
    elif CURRENT not in stages:  # the first version is made current at once (PutSecretValue), and this was not the first
        raise StopgapError(f"cannot write {client.address.word}: {OVERTAKEN}")
    return Written(token, seen, back(client, token, seen) if seen else "", tidy(client, token))


def new_token() -> str:
    """The version's id. The same in each try of the SDK, so that the service writes it once."""
    return str(uuid.uuid4())


def put(client: Client, text: str, token: str) -> list[str]:
    """PutSecretValue under our own label, which it takes from whatever version an earlier run left it on. Returns the version's labels."""
    given = {"SecretString": text, "ClientRequestToken": token, "VersionStages": [PENDING]}
    return list(client.ask("write", "put_secret_value", SecretId=client.address.secret, **given).get("VersionStages", ()))


def compare(client: Client, text: str, token: str) -> None:
    """Reads the new version back. The two are held against each other by hashes under a key of this moment."""
    key = os.urandom(32)
    if not hmac.compare_digest(digest(key, version(client, token)), digest(key, text)):
        raise StopgapError(f"cannot write {client.address.word}: version {token} was read back, and is not what was written")


def version(client: Client, token: str) -> str:
    """The text of a version that was just written."""
    for pause in PAUSES:
        try:
            return fetched(client, token)
        except Refused as error:
            if error.code != MISSING:
                raise
            time.sleep(pause)
    return fetched(client, token)


def fetched(client: Client, token: str) -> str:
    found = client.ask("read back", "get_secret_value", SecretId=client.address.secret, VersionId=token)
    return text_of(found, client.address.word)


def move(client: Client, token: str, seen: str) -> None:
    """Makes the new version current, if the one that was seen still is. A try that was carried out and not answered counts."""
    given = {"VersionStage": CURRENT, "MoveToVersionId": token, "RemoveFromVersionId": seen}
    try:
        client.ask("write", "update_secret_version_stage", SecretId=client.address.secret, **given)
    except Refused as error:
        if error.code not in ("InvalidParameterException", "InvalidRequestException"):
            raise
        now = version_now(client)
        if now not in (token, seen):
            raise StopgapError(f"cannot write {client.address.word}: {OVERTAKEN}") from None
        if now == seen:
            raise


def tidy(client: Client, token: str) -> str:
    """Takes our label off. Returns what is to be said where that fails: all else is done, and the next write moves the label."""
    given = {"VersionStage": PENDING, "RemoveFromVersionId": token}
    try:
        client.ask("write", "update_secret_version_stage", SecretId=client.address.secret, **given)
    except StopgapError as error:
        if isinstance(error, Refused) and error.code == "InvalidParameterException":  # it has been taken by another push
            return ""
        return f"the label {PENDING} still stands on the new version: it does no harm, and the next push that writes takes it away"
    return ""


def back(client: Client, new: str, old: str) -> str:
    """The command that makes the old version current again, if the new one still is."""
    stage = f"--version-stage {CURRENT} --move-to-version-id {quote(old)} --remove-from-version-id {quote(new)}"
    return f"{STAGE} {options(client)} {stage}"
