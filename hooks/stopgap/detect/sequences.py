"""Values that were typed along the keyboard, or counted up: `abcd1234`, `1a2b3c4d`, `aaaaaaaa`."""

from __future__ import annotations

from itertools import pairwise

LONG = (
    24  # characters from which on a short run of neighbours is chance: one random value in three of 64 hex digits holds `3456` or the like
)
LOOKED_AT = 128  # characters: what counts up does so from the start
SHARE = 3  # of a long value, one character in so many
HEXADECIMAL = frozenset("abcdef")
HOME, ROWS = frozenset("asdfghjkl"), "qwertyuiop asdfghjkl zxcvbnm"
FEWEST_MASHED, LONG_MASHED = 6, 12  # letters: fewer are so by chance; and from which on a stray one tells nothing
SHORTEST, MOST = 12, 0.6  # what counts up is at least so long, and at least this share of the value
AROUND = frozenset([("9", "0"), ("9", "a"), ("z", "a"), ("f", "0"), ("z", "0")])  # where counting begins anew


def longest_run(text: str) -> int:
    """How many steps of the same size (-1, 0 or 1) follow each other: `abcd` has three."""
    longest = run = last = 0
    for a, b in pairwise(text):
        step = ord(b) - ord(a)
        run = run + 1 if step == last else 1
        last = step
        longest = max(longest, run if step in (-1, 0, 1) else 0)
    return longest


def is_counted(value: str) -> bool:
    """`abcd1234`, `1a2b3c4d5e6f`, `aaaaaaaa`: typed along the keyboard or by one key."""
    low = value[:LOOKED_AT].lower()
    if len(set(low)) <= max(3, min(len(low) // 6, 8)):
        return True
    enough = 3 if len(low) < LONG else len(low) // SHARE
    apart = ("".join(filter(str.isdigit, low)), "".join(filter(str.isalpha, low)))
    if longest_run(low) >= min(enough, 7) or any(longest_run(part) >= max(4, len(low) // 4) for part in apart):
        return True
    return low.startswith(("abc123", "123")) or "qwert" in low or "asdf" in low


def is_sequence(value: str) -> bool:
    """`sk_live_abcdefghijklmnopqrstuvwxyz`, `0123456789012345`: the most of it counts up, down or on the spot, as in documentation."""
    low = value[:LOOKED_AT].lower()
    tail = low[max(low.rfind("_"), low.rfind("-")) + 1 :]
    text = tail if len(tail) >= SHORTEST else low
    return len(text) >= SHORTEST and in_runs(text) >= MOST * len(text)


def in_runs(text: str) -> int:
    """How many characters stand in runs of five or more, each following the last: `abcde`, `98765`, `00000`, and `890123`."""
    total = run = last = 0
    for a, b in pairwise(text):
        step = (ord(b) - ord(a)) if (a, b) not in AROUND else 1
        if step != last or step not in (-1, 0, 1):
            total += run + 1 if run >= 4 else 0
            run = 0
        run += 1
        last = step
    return total + (run + 1 if run >= 4 else 0)


def is_mashed(value: str) -> bool:
    """`askfjh234as9sd8`, `qwe089234lkjsdf`: nearly all letters are of the keyboard's home row, or roll along a row, as fingers fall."""
    letters = "".join(filter(str.isalpha, value.lower()))
    if len(letters) < FEWEST_MASHED or HEXADECIMAL.issuperset(letters):
        return False
    at_home = sum(letter in HOME for letter in letters)
    rolling = sum(a + b in ROWS or b + a in ROWS for a, b in pairwise(letters))
    return at_home >= (0.85 if len(letters) < LONG_MASHED else 0.78) * len(letters) or at_home + rolling >= 1.25 * len(letters)
