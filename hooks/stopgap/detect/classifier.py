"""Whether a keyed value is a credential: a sum of weights, one for each feature that is there (see `features`).

The weights are those of a logistic regression that tools/train.py learnt from labelled lines; weights.toml holds them, in hundredths.
A positive weight speaks for a credential. There is nothing hidden in them: `stopgap rules explain` prints the sum.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .features import features
from .tables import table

if TYPE_CHECKING:
    from .judgement import Assignment

HUNDREDTHS = 100.0


@cache
def weights() -> tuple[dict[str, int], int, int]:
    """The weight of each feature, the one that every value has, and the sum from which on a value is taken for a credential."""
    rows = table("weights")
    return rows["feature"], rows["always"], rows["enough"]


def contributions(pair: Assignment) -> list[tuple[str, int]]:
    """What each feature of a pair adds, in hundredths; those that the training never saw add nothing."""
    known, always, _ = weights()
    return [("always", always), *((name, known[name]) for name in features(pair) if name in known)]


def score(pair: Assignment) -> float:
    """The sum, as the logarithm of the odds (0 is even), less what is asked for: from 0 on it is taken for a credential."""
    return (sum(weight for _, weight in contributions(pair)) - weights()[2]) / HUNDREDTHS
