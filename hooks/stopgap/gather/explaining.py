"""A line of the work tree, or of the index, explained: what it is asked, and the report of it as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import fill
from typing import Any

from ..config import Config, Globs
from ..detect.explain import Asked, Line, Place, line_of
from ..detect.fates import Asker, Explanation, explain
from ..detect.text import to_utf8
from ..git import index
from ..git.blobs import Blobs
from ..git.repository import Repository
from ..model import Fragment, StopgapError
from . import allowing
from .content import LARGEST
from .rule_set import rule_set
from .situation import relative
from .worktree import file_mode, read_file

NEAR = 1 << 19  # bytes to either side of the line that are looked at with it
WIDTH = 120
SHOWN = 12  # rules of which only a keyword stands there


def explained(repository: Repository, settings: Config, place: str, staged: bool) -> tuple[str, int, Explanation]:
    """The path and the line that `FILE:LINE` names, and all that is asked about it. Raises StopgapError where there is no such line."""
    name, _, number = place.rpartition(":")
    if not name or not number.isdecimal() or len(number) > 9 or not int(number):
        raise StopgapError(f"{place}: give a file and a line of it, as in src/app.py:12")
    path = relative(repository, name)
    text = to_utf8(staged_file(path) if staged else lying(repository, path))
    if text is None:
        raise StopgapError(f"cannot read {path}: it is binary")
    line = near(path, text, int(number))
    if line is None:
        lines = text.count(b"\n") + (text[-1:] not in (b"", b"\n"))
        raise StopgapError(f"{path} has no line {number}: it has {lines}")
    found = rule_set(repository.top, settings)
    asker = Asker(found.rules, found.others, found.off, allowing.load(repository, settings, found), settings.min_confidence)
    return path, int(number), explain(line, asker)


def lying(repository: Repository, path: str) -> bytes:
    """The file as it lies in the work tree."""
    if file_mode(repository.top, path) == "folder":
        raise StopgapError(f"cannot read {path}: it is a folder")
    return read_file(repository.top, path, LARGEST)


def staged_file(path: str) -> bytes:
    """The file as the index has it."""
    entry = next((entry for entry in index.entries(path) if entry.path == path and entry.mode != index.SUBMODULE), None)
    if entry is None:
        raise StopgapError(f"{path} is not in the index")
    with Blobs() as blobs:
        return blobs.read(entry.name, LARGEST)


def near(path: str, text: bytes, number: int) -> Line | None:
    """The line with what stands around it: of a large file not all."""
    whole = line_of(Fragment(path, text), number)
    if whole is None or len(text) <= 2 * NEAR:
        return whole
    first = text.rfind(b"\n", 0, max(0, whole.start - NEAR)) + 1
    return line_of(Fragment(path, text[first : whole.end + NEAR], 1 + text.count(b"\n", 0, first)), number)


def left_out(path: str, settings: Config) -> str:
    """ "" or why nothing of the file is looked at in a scan."""
    return "the settings exclude the file: in a scan nothing of it is looked at" if path in Globs(settings.exclude) else ""


def as_text(path: str, number: int, what: Explanation, note: str) -> str:
    """For people: the last word first."""
    lines = [f"{path}:{number}: {what.verdict()}", *([f"  {note}"] if note else [])]
    lines += [f"  found: {one.rule} ({one.confidence}), {spot(one.place)}: {one.fate}" for one in what.found]
    for one in what.rules:
        lines += [f"  rule {one.name} ({one.what}) matches {spot(one.place)}; worth: {one.worth or 'nothing'}", *asked(one)]
    for one in what.pairs:
        lines += [f"  key {one.name} ({one.what}), a value of {spot(one.place)}; worth: {one.worth or 'nothing'}", *asked(one)]
    if not what.pairs:
        lines.append("  no value under a key whose name says that it is secret")
    if what.words:
        names = ", ".join(name for name, _ in what.words[:SHOWN])
        more = f", and {len(what.words) - SHOWN} more" if len(what.words) > SHOWN else ""
        lines.append(f"  rules with a keyword there whose expression does not match: {names}{more}")
    return "\n".join(lines) + "\n"


def asked(one: Asked) -> Iterator[str]:
    """The questions and answers, in two columns; those of one kind that were answered with no share a line."""
    width = max((len(question) for question, _ in one.answers), default=0)
    for (kind, is_no), answers in groupby(one.answers, lambda pair: (pair[0].partition(": ")[0], pair[1] == "no" and ": " in pair[0])):
        if is_no:
            names = ", ".join(question.partition(": ")[2] for question, _ in answers)
            yield fill(names, WIDTH, initial_indent=f"    {kind}s, of which none holds: ", subsequent_indent=" " * 6)
        else:
            yield from (f"    {question:{width}}  {answer}" for question, answer in answers)


def spot(place: Place) -> str:
    """Where it stands."""
    return f"{place.size} characters from column {place.column}"


def as_json(path: str, number: int, what: Explanation, note: str) -> str:
    """For programs: the names stay, new ones may come."""
    import json

    report = {
        "version": 1,
        "path": path.encode("utf-8", "replace").decode("utf-8"),
        "line": number,
        "left_out": note,
        "rules": [as_row(one) for one in what.rules],
        "keywords_only": [{"rule": rule, "keyword": word} for rule, word in what.words],
        "pairs": [as_row(one) for one in what.pairs],
        "found": [{**one._asdict(), "place": one.place._asdict()} for one in what.found],
        "verdict": what.verdict(),
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def as_row(one: Asked) -> dict[str, Any]:
    """A match or a pair."""
    answers = [{"question": question, "answer": answer} for question, answer in one.answers]
    return {**one._asdict(), "place": one.place._asdict(), "answers": answers}
