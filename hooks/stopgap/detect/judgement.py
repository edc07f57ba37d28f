"""What a keyed value is worth: no finding (`pair_filters`), an unlikely one (`pair_caps`), or what the `classifier` says."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..model import Confidence
from . import classifier
from .pair_caps import CAPS, is_a_persons, is_weak
from .pair_filters import FILTERS
from .syntax import FileKind


class Assignment(NamedTuple):
    """A value as it stands under its key.

    `operator` is what stands between them, `kind` the kind of file, `form` the syntax it was read from, `around` what stands before the
    key and behind the value: at most 120 bytes each, in lower case.
    """

    key: str
    value: str
    quoted: bool
    operator: str
    kind: FileKind
    form: str = ""
    path: str = ""
    around: bytes = b""


MEMBER = re.compile(r"[\"']([^\s\"'{}\\]{8,200})\\?[\"']")


def is_open(pair: Assignment) -> bool:
    """Whether nothing else decides, so that the classifier does."""
    pair = opened(pair)
    return not any(question(pair) for question in (*FILTERS, *CAPS, is_a_persons, is_weak))


def opened(pair: Assignment) -> Assignment:
    """`"token": "{\\"id\\": \\"…\\"}"`: of an object in a text, its longest member; any other pair as it is."""
    if not pair.value.startswith(('{"', '{\\"', "{'")):
        return pair
    return pair._replace(value=max(MEMBER.findall(pair.value), key=len, default=pair.value))


def judge(pair: Assignment) -> Confidence | None:
    """None: no secret. `low`: a weak, made-up or unlikely one. `medium`: what one would have to rotate."""
    pair = opened(pair)
    if any(question(pair) for question in FILTERS):
        return None
    if any(question(pair) for question in CAPS):
        return "low"
    if is_a_persons(pair):
        return "medium"
    return "low" if is_weak(pair) or classifier.score(pair) < 0 else "medium"


def explained(pair: Assignment) -> list[tuple[str, str]]:
    """What was asked about a pair, in order, and what was said: each filter and cap, then what each feature adds to the classifier's sum.

    The answers name the value's nature and never the value.
    """
    pair = opened(pair)
    asked = [("filter", question, "no finding") for question in FILTERS]
    asked += [("cap", question, "low at most") for question in CAPS]
    asked += [("place", is_a_persons, "medium"), ("cap", is_weak, "low at most")]
    said = []
    for kind, question, verdict in asked:
        yes = question(pair)
        said.append((f"{kind}: {question.__name__.replace('_', ' ')}", verdict if yes else "no"))
        if yes:
            return said
    said += [(f"feature: {name}", f"{weight / 100:+.2f}") for name, weight in classifier.contributions(pair)]
    total = classifier.score(pair)
    return [*said, ("sum, less what is asked for", f"{total:+.2f}: {'medium' if total >= 0 else 'low'}")]
