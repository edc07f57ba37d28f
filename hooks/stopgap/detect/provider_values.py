"""Does a value look like the key material that a provider gives out?"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from .filters import DATE, EMAIL, HASHED, HOST, PATH, UUID, VERSION, entropy, is_placeholder, is_reference
from .samples import is_sample_jwt
from .words import is_words

SHORTEST, LONGEST = 16, 1024
CLASSES = {"hex": "[0-9a-fA-F]", "lower": "[a-z0-9]", "alnum": "[A-Za-z0-9]", "any": "[A-Za-z0-9_-]"}
KNOWN = (DATE, EMAIL, HASHED, HOST, PATH, VERSION)
HEX = re.compile(r"(?:[0-9a-f]{16,}|[0-9A-F]{16,})\Z")
HUMP = re.compile("[A-Z]?[a-z]{2,}")
SHORTEST_HEX = 20  # sixteen are as often an address, a trace or a mask


@cache
def expression(shape: str) -> re.Pattern[str]:
    """`hex32.alnum24`, `uuid lower32` as an expression: parts joined by a dot, several shapes by a blank."""
    return re.compile("|".join(f"(?:{one(text)})" for text in shape.split()))


def one(shape: str) -> str:
    """One shape as the text of an expression."""
    if shape == "uuid":
        return "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    parts = [part.rstrip("0123456789") for part in shape.split(".")]
    return r"\.".join(f"{CLASSES[name]}{{{part[len(name) :]}}}" for name, part in zip(parts, shape.split("."), strict=True))


def is_key_material(value: str, shape: str = "") -> bool:
    """`0f3a…` in hex, a UUID, letters and digits mixed as a generator does. With a `shape`: that, and nothing made up."""
    if is_placeholder(value) or is_reference(value) or is_typed(value):
        return False
    if shape:
        return expression(shape).fullmatch(value) is not None
    if UUID.match(value):
        return True
    if not SHORTEST <= len(value) <= LONGEST or any(pattern.match(value) for pattern in KNOWN):
        return False
    if value.startswith("eyJ"):
        return all(len(part) >= SHORTEST for part in value.split(".")) and not is_sample_jwt(value.encode())
    if HEX.match(value):
        return len(value) >= SHORTEST_HEX and entropy(value) >= 3.0
    return is_mixed(value)


def is_mixed(value: str) -> bool:
    """Letters and digits without a plan: no words, no name of several parts, no date or number with a unit."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    if letters < 3 or digits < 2 or entropy(value) < 3.0 or is_words(value) or is_camel_case(value):
        return False
    classes = [kind(character) for character in value]
    changes = sum(a != b and "" not in (a, b) for a, b in pairwise(classes))
    return changes >= max(4, len(value) // 6)


def is_camel_case(value: str) -> bool:
    """`heightOfGeoidAboveWGS84Units`: words, though the dictionary does not have them."""
    humps = HUMP.findall(value)
    return not value.islower() and sum(map(len, humps)) > 0.7 * len(value)


def kind(character: str) -> str:
    """The class of a letter or digit; "" of a sign."""
    return "d" if character.isdigit() else "u" if character.isupper() else "l" if character.isalpha() else ""


def is_typed(value: str) -> bool:
    """`abcdef1234567890`, `a1b2c3d4e5f6`, `aaaabbbb`, the same twice: more than half of it follows from what stands before it."""
    low = value.lower()
    body = max(re.split("[^a-z0-9]", low), key=len)
    if len(body) > len(low) // 2:
        apart = ("".join(filter(str.isalpha, body)), "".join(filter(str.isdigit, body)))
        if all(part and foretold(part) > 0.6 * len(part) for part in apart):
            return True
    return value[: len(value) // 2] == value[(len(value) + 1) // 2 :] or foretold(low) > 0.5 * len(low) or len(set(low)) < 6


def foretold(text: str) -> int:
    """How many characters continue a run of at least three steps of one size, up, down or none."""
    steps = [ord(b) - ord(a) for a, b in pairwise(text)]
    total = run = 0
    last = 99
    for step in steps:
        run = run + 1 if step == last else 1
        last = step
        if step in (-1, 0, 1) and run >= 2:
            total += 2 if run == 2 else 1
    return total
