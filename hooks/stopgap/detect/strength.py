"""How many bits of guessing a value is worth: what decides whether its hash may be published."""

from __future__ import annotations

import re

ENOUGH = 60.0  # at 10^10 guesses a second, 2^60 guesses take some four years
LOOKED_AT = 512  # bytes: a longer value reaches ENOUGH within them, or is not going to
WORD_BITS = 12.0  # one of some 4,000 common words or names
WORD_LENGTH = 9  # letters: a run of more is taken for several words
SEPARATOR_BITS = 2.0
CLASSES = ((b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 4.7), (b"0123456789", 3.3))
OTHER_BITS = 5.0
HEX_BITS = 4.0
NEIGHBOURS = b"qwertyuiop asdfghjkl zxcvbnm 01234567890 abcdefghijklmnopqrstuvwxyz"
LEET = bytes.maketrans(b"@013457$!", b"aoleastsi")
LETTERS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]{2,}")
# What is not spoken in English or its neighbours: random letters hold some of it soon.
UNSPEAKABLE = re.compile(
    rb"""(?x)
      [^aeiouy]{4} (?<!stgr|ngth|ghts)  |  [aeiou]{4}  |  ^[^aeiouy]+$
    | [jqxvz][^aeiouy]  |  [^aeiouy][jqxz]  |  q[^u]  |  [jqv]$
    | ^[^aeiouy]{2}[^aeiouyrlh]
    """
)


def is_strong(value: bytes) -> bool:
    """Whether nobody could find `value` by hashing guesses."""
    return bits(value) >= ENOUGH


def bits(value: bytes) -> float:
    """A low estimate of the value's bits. What is written in allow files hangs on it, so a change needs a new kind of entry.

    Random letters and digits count some 4.4 bits each, hexadecimal less than 4; words, sequences, repeats and what is typed
    along the keyboard count little, also with the usual digits for letters.
    """
    value = value[:LOOKED_AT]
    cap = HEX_BITS * len(value) if re.fullmatch(rb"[0-9a-fA-F-]*", value) else OTHER_BITS * len(value)
    return min(cap, tokens(value), tokens(value.translate(LEET)))


def tokens(value: bytes) -> float:
    """The bits of the value's words, and of the characters between them."""
    total, end = 0.0, 0
    for run in LETTERS.finditer(value):
        if not is_word(run.group()) and not stands_alone(value, run.start(), run.end()):
            continue
        length = len(run.group())
        total += characters(value, end, run.start()) + min(CLASSES[0][1] * length, WORD_BITS * -(-length // WORD_LENGTH))
        end = run.end()
    return total + characters(value, end, len(value))


def is_word(run: bytes) -> bool:
    """`Password`, `ROOT`: four letters or more that could be spoken."""
    return len(run) >= 4 and UNSPEAKABLE.search(run.lower()) is None


def stands_alone(value: bytes, start: int, end: int) -> bool:
    """Letters between separators, as in `my-jwt-key`: short for something, more likely than random."""
    return not value[max(start - 1, 0) : start].isalnum() and not value[end : end + 1].isalnum() and end - start < len(value)


def characters(value: bytes, start: int, end: int) -> float:
    """The bits of value[start:end], character by character; one between two words is a separator."""
    if end - start == 1 and start > 0 and end < len(value):
        return SEPARATOR_BITS
    return sum(character(value, index) for index in range(start, end))


def character(value: bytes, index: int) -> float:
    """The bits of one character: one bit where those before it foretell it."""
    last, this = value[index - 1 : index].lower(), value[index : index + 1].lower()
    if last == this and index:
        return 1.0
    if index >= 2 and follows(value[index - 2 : index].lower()) and follows(last + this):
        return 1.0
    if index >= 2 and value[index - 2 : index + 1] in value[:index]:
        return 1.0
    return next((size for members, size in CLASSES if this in members), OTHER_BITS)


def follows(pair: bytes) -> bool:
    """Whether the two characters stand side by side, on the keyboard or in the alphabet."""
    return pair in NEIGHBOURS or pair[::-1] in NEIGHBOURS
