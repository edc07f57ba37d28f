"""Learns the weights of detection's classifier from labelled lines: `python tools/train.py LINES.jsonl.gz … [--candidates FILE …]`.

LINES: JSON objects, one a line: `text` (a line of a source file), `before` and `after` (lists of the lines around it), `path`, `line`,
`repo` (what the cross-validation keeps together), `label` ("T" a credential, anything else none), `value_start` and `value_end` (offsets).
CANDIDATES: JSON objects with the fields of `judgement.Assignment`, a `label` of 0 or 1, and a `repo`: values as they stand in the field.

It is plain Python and takes a minute or two. The same data give the same weights. The labelled lines are not part of this project.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from stopgap.detect import assignments, judgement
from stopgap.detect.features import features
from stopgap.detect.judgement import Assignment

WEIGHTS = Path(__file__).resolve().parent.parent / "hooks/stopgap/detect/weights.toml"
ROUNDS, RATE, REGULAR = 40, 0.3, 1e-2
FOLDS = 6
FEWEST = 3  # repositories in which a feature must stand to be learnt
ENOUGH = 0.0  # the logarithm of the odds from which on a value is taken for a credential: more likely one than not


class Example(NamedTuple):
    """A pair, whether it is a credential, and the repository it is from."""

    pair: Assignment
    label: int
    repo: str


class Learnt(NamedTuple):
    """A feature's weight by its name, and the one that every value has."""

    weights: dict[str, float]
    always: float

    def score(self, names: Iterable[str]) -> float:
        """The logarithm of the odds."""
        return self.always + sum(self.weights.get(name, 0.0) for name in names)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def from_lines(data: Sequence[dict[str, Any]]) -> Iterator[Example]:
    """The pairs on labelled lines. A pair on a true line whose value is not the labelled one is left out."""

    def place(row: dict[str, Any]) -> tuple[str, int, str]:
        return row["path"], row["line"], row["text"]

    for _, same in groupby(sorted(data, key=place), key=place):
        group = list(same)
        row = group[0]
        before = "\n".join([*row["before"], ""]).encode("utf-8", "surrogateescape")
        line = row["text"].encode("utf-8", "surrogateescape")
        text = before + line + "\n".join(["", *row["after"], ""]).encode("utf-8", "surrogateescape")
        true = [stretch(one) for one in group if one["label"] == "T"]
        for pair, first, last in assignments.pairs_at(text, assignments.places(text), row["path"]):
            start, end = first - len(before), last - len(before)
            if not 0 <= start <= len(line):
                continue
            label = any(start < last and end > first for first, last in true)
            if label or not true:
                yield Example(pair, int(label), row["repo"])


def stretch(row: dict[str, Any]) -> tuple[int, int]:
    """The bytes of a line that are the labelled value."""
    text, start, end = row["text"], row["value_start"] or 0, row["value_end"]
    first = len(text[: max(0, start)].encode("utf-8", "surrogateescape"))
    last = len(text[:end].encode("utf-8", "surrogateescape")) if end and end > 0 else len(text.encode("utf-8", "surrogateescape"))
    return first, last


def from_candidates(data: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Pairs that were labelled one by one."""
    for row in data:
        fields = {name: row[name] for name in Assignment._fields if name in row}
        fields["around"] = row.get("around", "").encode("utf-8", "surrogateescape")
        yield Example(Assignment(**fields), row["label"], row.get("repo", row.get("path", "").split("/")[0]))


def learn(examples: Sequence[tuple[list[str], int, float]]) -> Learnt:
    """Logistic regression by AdaGrad. An example is its features, its label and what it counts."""
    weights: dict[str, float] = defaultdict(float)
    steps: dict[str, float] = defaultdict(lambda: 1e-3)
    always, order = 0.0, random.Random(7)
    mixed = list(examples)
    for _ in range(ROUNDS):
        order.shuffle(mixed)
        for names, label, counts in mixed:
            total = max(-30.0, min(30.0, always + sum(weights[name] for name in names)))
            off = (1 / (1 + math.exp(-total)) - label) * counts
            always -= 0.02 * off
            for name in names:
                slope = off + REGULAR * weights[name]
                steps[name] += slope * slope
                weights[name] -= RATE * slope / math.sqrt(steps[name])
    return Learnt(dict(weights), always)


def prepared(examples: Iterable[Example]) -> list[tuple[list[str], Example]]:
    """The examples that judgement leaves to the classifier, each with its features that stand in several repositories."""
    left = [(features(judgement.opened(one.pair)), one) for one in examples if judgement.is_open(one.pair)]
    seen = {(name, one.repo) for names, one in left for name in names}
    common = {name for name, count in Counter(name for name, _ in seen).items() if count >= FEWEST}
    return [([name for name in names if name in common], one) for names, one in left]


def counted(data: Sequence[tuple[list[str], Example]]) -> list[tuple[list[str], int, float]]:
    """What each example counts: one repository with thousands of lines must not outvote the others."""
    sizes = Counter(one.repo for _, one in data)
    return [(names, one.label, min(1.0, 8 / math.sqrt(sizes[one.repo]))) for names, one in data]


def cross_validated(data: Sequence[tuple[list[str], Example]]) -> list[tuple[float, Example]]:
    """The score of each example by weights that were learnt without its repository, best first."""
    repos = sorted({one.repo for _, one in data})
    random.Random(3).shuffle(repos)
    scored = []
    for fold in range(FOLDS):
        out = set(repos[fold::FOLDS])
        learnt = learn(counted([pair for pair in data if pair[1].repo not in out]))
        scored += [(learnt.score(names), one) for names, one in data if one.repo in out]
    return sorted(scored, key=lambda pair: -pair[0])


def taken(scored: Sequence[tuple[float, Example]], enough: float) -> tuple[int, int]:
    """How many are taken for credentials from a score on, and how many of them are."""
    labels = [one.label for score, one in scored if score >= enough]
    return len(labels), sum(labels)


def toml(learnt: Learnt, enough: float) -> str:
    """weights.toml."""
    lines = ["# Written by tools/train.py: what each feature adds to the odds of a credential, in hundredths. See detect/classifier.py."]
    lines += [f"always = {round(100 * learnt.always)}", f"enough = {round(100 * enough)}", "", "[feature]"]
    whole = {name: round(100 * weight) for name, weight in sorted(learnt.weights.items())}
    return "\n".join([*lines, *(f"{json.dumps(name)} = {weight}" for name, weight in whole.items() if weight), ""])


def main() -> int:
    """Trains, says how well, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="*", type=Path, help="labelled lines")
    parser.add_argument("--candidates", nargs="*", type=Path, default=[], help="labelled pairs")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--show", type=int, default=0, help="print this many of the worst errors of each kind")
    args = parser.parse_args()
    examples = [example for path in args.lines for example in from_lines(list(rows(path)))]
    examples += [example for path in args.candidates for example in from_candidates(rows(path))]
    data = prepared(examples)
    if len({one.label for _, one in data}) < 2:
        print("train: there is nothing to learn from: labels of both kinds are needed", file=sys.stderr)
        return 2
    scored = cross_validated(data)
    there = sum(one.label for one in examples)
    print(f"{len(examples)} pairs, {len(data)} left to the classifier, {there} of them credentials in all")
    for enough in (ENOUGH, ENOUGH + 1, ENOUGH + 2):
        number, right = taken(scored, enough)
        print(f"across repositories: precision {right / max(1, number):.3f}, recall {right / max(1, there):.3f} from {enough} on")
    for label, order in ((0, scored), (1, scored[::-1])):
        for score, one in [pair for pair in order if pair[1].label == label][: args.show]:
            print(f"  {'false alarm' if not label else 'missed'} {score:6.2f} {one.pair.key} {one.pair.kind} {one.pair.value[:60]!r}")
    args.output.write_text(toml(learn(counted(data)), ENOUGH), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
