"""Whether a token is whole: its checksum, its signature's place, the JSON inside. What fails was cut, mistyped or made up.

Each check takes the token's bytes and says whether it holds together. A token that does not is still a finding, of a lower confidence: the
provider may have changed what it documents. Sources stand with the functions.
"""

from __future__ import annotations

import re
from base64 import b32decode, b64decode
from binascii import crc32, crc_hqx
from collections.abc import Callable

BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
URL_SAFE = bytes.maketrans(b"-_", b"+/")
LARGEST_ACCOUNT = 10**12  # an AWS account id has 12 digits


def written(number: int, digits: bytes, size: int) -> bytes:
    """A number in the base of `digits`, `size` characters or more."""
    text = b""
    while number:
        number, rest = divmod(number, len(digits))
        text = digits[rest : rest + 1] + text
    return text.rjust(size, digits[:1])


def unpadded(text: bytes) -> bytes:
    """The bytes that base64 of either alphabet stands for, padded or not; empty where it is none."""
    bare = text.rstrip(b"=").translate(URL_SAFE)
    try:
        return b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return b""


def fields(text: bytes) -> dict[str, object]:
    """The JSON object that base64 stands for; empty where it is none."""
    import json

    try:
        found = json.loads(unpadded(text))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def base62(token: bytes) -> bool:
    """`ghp_…`, `npm_…`, `polar_oat_…`: six digits of CRC-32, over what stands between the prefix and them.

    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    if b"." in token:  # `ghs_…` with a JSON Web Token inside
        return True
    body = token.rpartition(b"_")[2]
    return written(crc32(body[:-6]), BASE62, 6) == body[-6:]


def gitlab(token: bytes) -> bool:
    """`glpat-<payload>.<length><crc>`: a routable token; one without a dot has no checksum.

    https://docs.gitlab.com/security/tokens/ and the design "routable tokens" of GitLab's Cells.
    """
    if b"." not in token:
        return True
    return written(crc32(token[:-7]), BASE36, 7) == token[-7:]


def grafana(token: bytes) -> bool:
    """`glsa_<32>_<crc>`: the CRC-32 of all before it, its bytes from the lowest, in hex. Source: Grafana's own satokengen."""
    body, _, check = token.rpartition(b"_")
    return crc32(body).to_bytes(4, "little").hex().encode() == check.lower()


def grafana_cloud(token: bytes) -> bool:
    """`glc_<base64>`: a JSON object of organisation, name and key."""
    return {"o", "n", "k"} <= fields(token.partition(b"_")[2]).keys()


def sentry(token: bytes) -> bool:
    """`sntrys_<base64>_<secret>`: a JSON object that names the organisation. https://docs.sentry.io/account/auth-tokens/"""
    payload = token.removeprefix(b"sntrys_")
    return payload == token or "org" in fields(payload.partition(b"_")[0])


def onepassword(token: bytes) -> bool:
    """`ops_<base64>`: a JSON object with the address one signs in at."""
    return "signInAddress" in fields(token.removeprefix(b"ops_"))


def macaroon(token: bytes) -> bool:
    """`pypi-<base64>`: a macaroon of version 2 ends with a field 6 of 32 bytes, its signature. https://github.com/rescrv/libmacaroons"""
    return unpadded(token.partition(b"-")[2])[-34:-32] == b"\x06\x20"


def aws_key_id(token: bytes) -> bool:
    """`AKIA…`: base32, which since 2019 holds the account in its bits 2 to 41; a key id of before begins with I or J behind the prefix.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    try:
        raw = b32decode(token[4:20])
    except ValueError:
        return False
    account = (int.from_bytes(raw[:6], "big") & 0x7FFFFFFFFF80) >> 7
    return token[4:5] in (b"I", b"J") or account < LARGEST_ACCOUNT


def azure_key(token: bytes) -> bool:
    """The key of an Azure storage account: 64 bytes, and base64 as an encoder writes it."""
    raw = unpadded(token)
    return len(raw) == 64 and is_canonical(token)


def is_canonical(token: bytes) -> bool:
    """Base64 whose last character has no bits left over: what an encoder wrote, and nobody made up."""
    from base64 import b64encode

    return b64encode(unpadded(token)).rstrip(b"=") == token.rstrip(b"=").translate(URL_SAFE)


def zuplo(token: bytes) -> bool:
    """`zpka_<32>_<crc>`: CRC-32 of the 32 characters, in hex. https://zuplo.com/docs/articles/api-key-management"""
    body, _, check = token.rpartition(b"_")
    return f"{crc32(body.partition(b'_')[2]):08x}".encode() == check.lower()


def crc16(token: bytes) -> bool:
    """Seeds of NATS (`SUA…`) and Stellar (`S…`): base32 with a CRC-16 (XMODEM) at the end, its low byte first.

    https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth and Stellar's SEP-23.
    """
    try:
        raw = b32decode(token + b"=" * (-len(token) % 8))
    except ValueError:
        return False
    return crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


def base58(token: bytes) -> bool:
    """Keys of Bitcoin (WIF, `xprv…`): base58 with the start of a double SHA-256. https://en.bitcoin.it/wiki/Base58Check_encoding"""
    from hashlib import sha256

    if not token or any(digit not in BASE58 for digit in token):
        return False
    number = 0
    for digit in token:
        number = number * 58 + BASE58.find(digit)
    raw = number.to_bytes((len(token) * 733) // 1000 + 1, "big").lstrip(b"\0")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def discord(token: bytes) -> bool:
    """A bot's token begins with its id, a decimal number, in base64. https://discord.com/developers/docs/reference#authentication"""
    return unpadded(token.partition(b".")[0]).isdigit()


def jwt(token: bytes) -> bool:
    """The first part is a JSON object that names an algorithm, `none` too, the second is JSON. https://www.rfc-editor.org/rfc/rfc7519"""
    header, _, rest = token.partition(b".")
    return bool({"alg", "enc", "typ"} & fields(header).keys()) and bool(fields(rest.partition(b".")[0]))


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "base62": base62,
    "gitlab": gitlab,
    "grafana": grafana,
    "grafana-cloud": grafana_cloud,
    "sentry": sentry,
    "onepassword": onepassword,
    "macaroon": macaroon,
    "aws-key-id": aws_key_id,
    "azure-key": azure_key,
    "zuplo": zuplo,
    "crc16": crc16,
    "base58": base58,
    "discord": discord,
}


def is_cut(pem: bytes) -> bool:
    """Whether a key in PEM has less than half of the bytes that its DER says: SEQUENCE, and a length of two bytes (X.690, 8.1.3)."""
    from base64 import b64decode

    body = re.sub(rb"-{5}[^-]{0,60}-{5}|[A-Za-z-]{3,20}: [^\r\n]{0,120}|\\\\[nrt]|[^A-Za-z0-9+/]", b"", pem)
    if not body.startswith(b"MII"):
        return False
    size = int.from_bytes(b64decode(body[:8])[2:4], "big")
    return len(body) * 3 // 4 * 2 < size
