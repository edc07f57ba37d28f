"""Fixed texts in a parsed expression: with what its parts begin, and how far apart two places lie at least where one begins.

A fixed text is a sequence of masks, one for each byte: `secret`, and also `[0-9a-f]{40}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from .automaton import INDIVISIBLE, constants, mask_of

FEW = 32  # fixed texts that are compared with one another
FIXED = 48  # masks of a fixed text that are looked at
REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, *INDIVISIBLE[1:])
POSITIONS = (constants.AT, constants.ASSERT, constants.ASSERT_NOT)
CHOSEN = constants.GROUPREF_EXISTS


def flat(items: Any, flags: int) -> Iterable[tuple[Any, Any, int]]:
    """The operators of a sequence with the flags that hold for them; groups are opened, as they cost nothing by themselves."""
    for operator, argument in items:
        if operator is constants.SUBPATTERN:
            yield from flat(argument[3], (flags | argument[1]) & ~argument[2])
        else:
            yield operator, argument, flags


def needles(elements: Sequence[Any]) -> list[tuple[int, ...]]:
    """The fixed texts with one of which the elements begin; an empty one where they can begin otherwise."""
    at = next((place for place, (operator, _, _) in enumerate(elements) if operator not in POSITIONS), len(elements))
    if at == len(elements) or elements[at][0] is not constants.BRANCH:
        return [fixed_text(elements)]
    _, argument, flags = elements[at]
    texts = []
    for branch in argument[1]:
        inner = list(flat(branch, flags))
        whole = fixed_text(inner) + fixed_text(elements[at + 1 :]) if len(fixed_text(inner)) == branch.getwidth()[1] else ()
        texts += [whole] if whole else needles(inner)
        if len(texts) > FEW:
            return [()]
    return texts


def apart(texts: Sequence[tuple[int, ...]]) -> int:
    """How many bytes lie at least between two places where one of the texts begins: 3 for `abc`, 1 for `aaa`."""
    if len(texts) > FEW or not all(texts):
        return 1
    if len(texts) == 1:
        return periods(texts[0])[-1]
    return min(next((step for step in range(1, len(one)) if agree(one[step:], other)), len(one)) for one in texts for other in texts)


@lru_cache(maxsize=256)  # a rule repeats its parts
def periods(text: tuple[int, ...]) -> list[int]:
    """The same for each beginning of a text, from its first byte to all of it."""
    size, again = len(text), []
    for step in range(1, size):
        again.append(next((place for place in range(size - step) if not text[place + step] & text[place]), size))
    return [next((step for step in range(1, end) if end - step <= again[step - 1]), end) for end in range(1, size + 1)]


def fixed_text(elements: Sequence[Any]) -> tuple[int, ...]:
    """The masks of the bytes that the elements begin with, as far as their number is fixed."""
    masks: list[int] = []
    for operator, argument, flags in elements:
        if operator in REPEATS and argument[0] == argument[1]:
            inner = list(flat(argument[2], flags))
            text = fixed_text(inner)
            masks += (text * min(argument[0], FIXED))[: FIXED - len(masks)]
            if len(text) != argument[2].getwidth()[1]:
                break
        elif operator in POSITIONS:
            continue
        else:
            mask = None if operator in (constants.BRANCH, constants.GROUPREF, *REPEATS) else mask_of(operator, argument, flags)
            if mask is None:
                break
            masks.append(mask)
        if len(masks) >= FIXED:
            break
    return tuple(masks)


def agree(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether a text can begin in both ways."""
    return all(a & b for a, b in zip(one, other, strict=False))
