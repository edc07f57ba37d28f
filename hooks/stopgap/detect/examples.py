"""Examples of tokens, generated: no file of the project holds a text that looks like a live one."""

from __future__ import annotations

import re
import string
from base64 import b64encode
from binascii import crc32
from collections.abc import Iterator
from hashlib import sha256

from . import checksums

B64URL = string.ascii_letters + string.digits + "-_"
ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "letters": string.ascii_letters,
    "LETTERS": string.ascii_uppercase,
    "abc": string.ascii_lowercase,
    "hex": string.digits + "abcdef",
    "HEX": string.digits + "ABCDEF",
    "digits": string.digits,
    "b64": string.ascii_letters + string.digits + "+/",
    "b64url": B64URL,
    "base32": string.ascii_uppercase + "234567",
    "base58": "".join(char for char in string.ascii_letters + string.digits if char not in "0OIl"),
}
GENERATOR = re.compile(rf"<({'|'.join(ALPHABETS)}|crc62|bytes|login):(\d{{1,4}})>|<uuid>")


def expand(template: str) -> str:
    """A template with its generators replaced, the same each time: `<alnum:36>`, `<hex:32>`, `<uuid>` ...; any other `<` stays.

    `<crc62:30>` is 30 letters and digits with GitHub's checksum behind them, `<bytes:64>` 64 numbers below 256 with commas,
    `<login:16>` a user and a password of 16 in base64.
    """
    characters = stream(template)

    def generated(match: re.Match[str]) -> str:
        if match[1] == "crc62":
            body = text(characters, ALPHABETS["alnum"], int(match[2]))
            return body + checksums.written(crc32(body.encode()), checksums.BASE62, 6).decode()
        if match[1] == "login":
            return b64encode(f"me:{text(characters, ALPHABETS['alnum'], int(match[2]))}".encode()).decode()
        if match[1] == "bytes":
            return ", ".join(str(next(characters) % 256) for _ in range(int(match[2])))
        if match[1]:
            return text(characters, ALPHABETS[match[1]], int(match[2]))
        digits = text(characters, ALPHABETS["hex"], 30)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"

    return GENERATOR.sub(generated, template)


def text(numbers: Iterator[int], alphabet: str, size: int) -> str:
    """Characters drawn from an alphabet, none of them like the two before, as a repeat would be taken for a placeholder."""
    made = ""
    while len(made) < size:
        char = alphabet[next(numbers) % len(alphabet)]
        if char not in made[-2:] or len(set(alphabet)) < 3:
            made += char
    return made


def stream(seed: str) -> Iterator[int]:
    """Numbers that look random and depend on the seed alone."""
    counter = 0
    while True:
        block = sha256(f"{counter}\0{seed}".encode()).digest()
        yield from (int.from_bytes(block[i : i + 4], "big") for i in range(0, 32, 4))
        counter += 1
