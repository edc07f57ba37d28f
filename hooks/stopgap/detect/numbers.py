"""Keys that are written as a row of bytes: `{0x4e, 0x9b, …}`, `[]byte{201, 17, …}`."""

from __future__ import annotations

import re
from itertools import pairwise

NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|-?[0-9]+")
FEWEST, FEWEST_DIFFERENT = 12, 10  # of a first line that is looked at alone; sixteen random bytes are hardly ever fewer than ten
ASCII, BYTE = 0x80, 0x100  # random bytes are from the first on in every second case, and all below the second


def is_random_row(text: str) -> bool:
    """Twelve bytes or more of which most differ, up and down without order, one at least no ASCII: no table, no text, no counting."""
    row = [value(number) for number in NUMBER.findall(text)]
    if len(row) < FEWEST or len(set(row)) < FEWEST_DIFFERENT:
        return False
    if max(row) < ASCII or sum(number >= BYTE for number in row) > len(row) // FEWEST:
        return False
    rising = sum(a <= b for a, b in pairwise(row))
    return 0.2 * len(row) < rising < 0.8 * len(row)


def value(number: str) -> int:
    """Of a signed byte, as Java has them, the same bits without a sign."""
    read = int(number, 16 if number[:2].lower() == "0x" else 10)
    return read + 0x100 if read < 0 else read
