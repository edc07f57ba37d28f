"""Does a value look like the key material that a provider gives out?"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from . import sequences
from .filters import DATE, EMAIL, HASHED, HOST, PATH, UUID, VERSION, entropy, is_placeholder, is_reference
from .samples import decoded, is_sample_jwt
from .words import is_words

SHORTEST, LONGEST = 16, 1024
SHORTEST_SURE = 12  # where the name says without doubt what stands there: the keys of some providers are as short as that
CLASSES = {"hex": "[0-9a-fA-F]", "lower": "[a-z0-9]", "alnum": "[A-Za-z0-9]", "any": "[A-Za-z0-9_-]"}
KNOWN = (DATE, EMAIL, HASHED, HOST, PATH, VERSION)
HEX = re.compile(r"(?:[0-9a-f]{16,}|[0-9A-F]{16,})\Z")
HUMP = re.compile("[A-Z]?[a-z]{2,}")
SHORTEST_HEX, SHORTEST_HEX_SURE = 20, 16  # sixteen are as often an address, a trace or a mask
MOST_DIGITS = 0.4  # the part of a name that is digits, at most
COUNTED = 0.6  # the part of a value that counts up from which on it is made up


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


def is_key_material(value: str, shape: str = "", sure: bool = False) -> bool:
    """`0f3a…` in hex, a UUID, letters and digits mixed as a generator does. With a `shape`: that, and nothing made up.

    `sure`: the name before it can be no other, and says `token` or `api key`; then a short one counts as well.
    """
    if is_placeholder(value) or is_reference(value) or is_typed(value):
        return False
    if shape:
        return expression(shape).fullmatch(value) is not None
    if UUID.match(value):
        return True
    if not (SHORTEST_SURE if sure else SHORTEST) <= len(value) <= LONGEST or any(pattern.match(value) for pattern in KNOWN):
        return False
    if value.startswith("eyJ"):
        return all(len(part) >= SHORTEST for part in value.split(".")) and not is_sample_jwt(value.encode())
    if HEX.match(value):
        return len(value) >= (SHORTEST_HEX_SURE if sure else SHORTEST_HEX) and entropy(value) >= 3.0
    return is_mixed(value)


def is_number(value: str) -> bool:
    """Hexadecimal, a UUID: what a commit, a checksum or an object of any kind is named by."""
    return HEX.match(value) is not None or UUID.match(value) is not None


def is_mixed(value: str) -> bool:
    """Letters and digits without a plan: no words, no name of several parts, no date or number with a unit."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    numbered = value.isalnum() and digits > MOST_DIGITS * len(value)  # `K3J9xyz0Q8`: what words it holds, it holds by chance
    if letters < 3 or entropy(value) < 3.0 or (not numbered and is_words(value)) or is_camel_case(value):
        return False
    classes = [kind(character) for character in value]
    changes = sum(a != b and "" not in (a, b) for a, b in pairwise(classes))
    if digits > 1:
        return changes >= max(4, len(value) // 6)
    # the case alone has to tell: it changes at every second letter by chance, in a name at every fourth
    return changes >= max(6, len(value) * 2 // 5) and not is_coded(value)


def is_coded(value: str) -> bool:
    """Text in base64."""
    text = decoded(value.encode())
    return text is not None and text.strip().isprintable()


def stands_alone(value: str) -> bool:
    """Whether a value that a hyphen joins to its name is one by itself: a UUID, twenty characters, or sixteen in a row with hyphens."""
    parts = value.split("-")
    if len(parts) == 1:
        return len(value) >= 20
    longest = max(parts, key=len)
    return UUID.match(value) is not None or (len(longest) >= SHORTEST and is_mixed(longest))


def is_camel_case(value: str) -> bool:
    """`heightOfGeoidAboveWGS84Units`: words, though the dictionary does not have them."""
    humps = HUMP.findall(value)
    return not value.islower() and sum(map(len, humps)) > 0.7 * len(value)


def kind(character: str) -> str:
    """The class of a letter or digit; "" of a sign."""
    return "d" if character.isdigit() else "u" if character.isupper() else "l" if character.isalpha() else ""


def is_typed(value: str) -> bool:
    """`abcdef1234567890`, `a1b2c3d4e5f6`, the same twice: most of it counts, or its letters and its digits do, each by themselves."""
    low = value.lower()
    if low[: len(low) // 2] == low[(len(low) + 1) // 2 :] or (low + low).find(low, 1) < len(low) or len(set(low)) < 6 or repeats(low):
        return True
    body = max(re.split("[^a-z0-9]", low), key=len)
    apart = ("".join(filter(str.isalpha, body)), "".join(filter(str.isdigit, body)))
    counts_apart = len(body) > len(low) // 2 and all(part and is_counted(part) for part in apart)
    return counts_apart or is_counted(low)


def is_counted(text: str) -> bool:
    """`abcdefgh`, `987654321098`: five or more in a row follow each other, and those are most of it."""
    return sequences.in_runs(text) > COUNTED * len(text)


def repeats(text: str) -> bool:
    """`aaaabbbb`, `11223344556677`: more than half is the same as what stands before it."""
    return sum(a == b for a, b in pairwise(text)) > len(text) // 2 - 1
