"""Values in which letters, digits or signs are so mixed that they are neither a word, nor a sample, nor text of any language."""

from __future__ import annotations

import re
from itertools import pairwise

from . import keys, sequences
from .words import LOOKALIKES, is_words

SHORTEST, SHORTEST_TANGLED = 7, 10
FEWEST_SIGNS, MANY_SIGNS = 5, 8  # different ones: of a tangle, and of one that has hardly anything else
# What a regular expression has, whose brackets may stand in any order: `[^)]`.
EXPRESSION = re.compile(r"\A[/^]|\[\^|\(\?|\\[^A-Za-z0-9]|\\[dwsbDWSB]|[\])}][+*?{]|[*+]\?|\||-z\]|-9\]|\$\Z")
MATERIAL = 32  # characters: base64 of 24 bytes
BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
AMONG = re.compile(r"[A-Za-z][0-9]{1,3}[^\W\d_]")
# What everyone disguises first: `P4ssw0rd`, `Adm1n`, `myS3cret`.
PLAIN = keys.PASSWORDS | keys.SECRETS | {"admin", "administrator", "root", "user", "test", "guest", "welcome", "letmein", "login", "demo"}
MINE = re.compile(r"\A(?:my|your|the|our|some|test)(?=.{4})")
ENDS = "0123456789!?#*.@$-_ "


def has_three_kinds(value: str) -> bool:
    """Small letters, capitals and digits."""
    return any(map(str.islower, value)) and any(map(str.isupper, value)) and any(map(str.isdigit, value))


def is_interleaved(value: str) -> bool:
    """`Qu1etHarbor`, `w4Drm8b`: all three kinds, with a digit among the letters; not `Hunter2`, nor `P4ssw0rd1`."""
    if len(value) < SHORTEST or not value.isascii() or not has_three_kinds(value) or not AMONG.search(value):
        return False
    word = MINE.sub("", value.strip(ENDS).lower().translate(LOOKALIKES))
    return word not in PLAIN and not sequences.is_counted(value) and not sequences.is_mashed(value)


def is_material(value: str) -> bool:
    """Thirty-two characters of base64 or more with all three kinds, a digit among each dozen: a path has words, and a dot."""
    if len(value) < MATERIAL or not BASE64.fullmatch(value) or not has_three_kinds(value):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    return changes >= len(value) // 6 and not is_words(value)


def is_tangled(value: str) -> bool:
    """`k{{w}o)p${e]n`, `B;.:-@*?!#`: five signs or more, and brackets that no language sets so, or hardly a letter among eight or more."""
    signs = [sign for sign in value if not sign.isalnum()]
    if len(value) < SHORTEST_TANGLED or len(set(signs)) < FEWEST_SIGNS or any(map(str.isspace, value)):
        return False
    if EXPRESSION.search(value):
        return False
    if len(set(signs)) >= MANY_SIGNS and 0.7 * len(value) <= len(signs) < len(value):
        return True
    crossed, unopened, unclosed = brackets(value)
    return crossed > 0 or (unopened > 1 and unclosed > 1)


def brackets(value: str) -> tuple[int, int, int]:
    """How many brackets close one of another kind, how many close none, and how many are never closed."""
    crossed = unopened = 0
    opened: list[str] = []
    for sign in value:
        if sign in CLOSED_BY:
            opened.append(CLOSED_BY[sign])
        elif sign in ")]}":
            crossed += bool(opened) and opened[-1] != sign
            unopened += not opened
            del opened[-1:]
    return crossed, unopened, len(opened)
