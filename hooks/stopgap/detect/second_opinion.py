"""detect-secrets' own detectors as a second opinion, where the configuration asks for it.

Only the plugins that it ships, made here without its settings: its `analyze_line` asks a service whether a secret works only
if the filter `is_ignored_due_to_verification_policies` is switched on, which is off unless a baseline or its own command line
switches it on (plugins/base.py and settings.py of 1.5.0), and nothing here does. The import takes some 0.25 s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..model import Fragment, StopgapError

ALL = "all"
WINDOW, OVERLAP = 4096, 512  # characters: its expressions are not linear, so a long line is looked at in pieces
# Its filters that need no file and no settings: by value, by line, by path. They are on by default there too.
VALUE_FILTERS = (
    "is_sequential_string",
    "is_potential_uuid",
    "is_templated_secret",
    "is_prefixed_with_dollar_sign",
    "is_not_alphanumeric_string",
)
LINE_FILTERS = ("is_indirect_reference",)
PATH_FILTERS = ("is_non_text_file", "is_lock_file", "is_swagger_file")


class Opinion(NamedTuple):
    """What a detector found: its rule id, its own words, and the span of the value in the fragment's data, in bytes."""

    rule: str
    what: str
    start: int
    end: int


def names() -> tuple[str, ...]:
    """The class names of the detectors that detect-secrets ships, sorted."""
    return tuple(sorted(shipped()))


def rule_id(name: str) -> str:
    """The rule id of a detector: `detect-secrets:AWSKeyDetector`."""
    return f"detect-secrets:{name}"


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Detector classes by name, from the modules of the package itself: a plugin from a path is never looked for."""
    import inspect
    from importlib import import_module
    from pkgutil import iter_modules

    try:
        from detect_secrets import plugins
        from detect_secrets.plugins.base import BasePlugin
    except ImportError as error:
        raise StopgapError(f"detect-secrets is asked for and cannot be imported: {error.msg}") from error
    modules = [import_module(f"{plugins.__name__}.{module.name}") for module in iter_modules(plugins.__path__)]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, BasePlugin) and isinstance(value.secret_type, str)
    }


def detectors(wanted: Sequence[str], where: str) -> tuple[Any, ...]:
    """One detector for each name, or all. Raises StopgapError with the nearest name for one that is not shipped."""
    classes = shipped()
    if ALL in wanted:
        return tuple(classes[name]() for name in names())
    for name in wanted:
        if name not in classes:
            import difflib

            near = difflib.get_close_matches(name, classes, 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known: all, {', '.join(names())}"
            raise StopgapError(f"{where}: detect-secrets ships no detector {name!a}; {hint}")
    return tuple(classes[name]() for name in dict.fromkeys(wanted))


def find(fragment: Fragment, using: Sequence[Any]) -> Iterator[Opinion]:
    """What the detectors say of the fragment's counted lines. A value that stands twice in a line gives both spans."""
    from detect_secrets.filters import heuristic

    if any(getattr(heuristic, name)(fragment.path) for name in PATH_FILTERS):
        return
    for start, line in counted_lines(fragment):
        seen: set[tuple[str, int, int]] = set()
        for offset, piece in pieces(line):
            if any(getattr(heuristic, name)(piece) for name in LINE_FILTERS):
                continue
            for opinion in opinions(fragment.path, piece, start + offset, using):
                if opinion[:1] + opinion[2:] not in seen:
                    seen.add((opinion.rule, opinion.start, opinion.end))
                    yield opinion


def counted_lines(fragment: Fragment) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each line that counts, without its line ending."""
    offset = 0
    ranges = sorted(fragment.added or ())
    for number, line in enumerate(fragment.data.split(b"\n"), fragment.line):
        place = bisect_right(ranges, (number, float("inf")))
        if line and (fragment.added is None or (place and number <= ranges[place - 1][1])):
            yield offset, line.rstrip()
        offset += len(line) + 1


def pieces(line: bytes) -> Iterator[tuple[int, str]]:
    """The line as text, in overlapping pieces, each with its offset in bytes. Bytes that are not UTF-8 become lone surrogates."""
    text = line.decode("utf-8", "surrogateescape")
    offset = 0
    for start in range(0, max(len(text) - OVERLAP, 1), WINDOW - OVERLAP):
        yield offset, text[start : start + WINDOW]
        offset += size(text[start : start + WINDOW - OVERLAP])


def opinions(path: str, text: str, offset: int, using: Sequence[Any]) -> Iterator[Opinion]:
    """What each detector finds in one piece of a line, less what detect-secrets itself would leave out."""
    from detect_secrets.filters import heuristic

    shown = printable(text)
    for detector in using:
        for value in sorted({secret.secret_value for secret in detector.analyze_line(filename=path, line=shown)}):
            if not value or any(getattr(heuristic, name)(value) for name in VALUE_FILTERS):
                continue
            if heuristic.is_likely_id_string(value, shown, detector):
                continue
            at = shown.find(value)
            while at >= 0:
                start = offset + size(text[:at])
                end = start + size(text[at : at + len(value)])
                yield Opinion(rule_id(type(detector).__name__), str(detector.secret_type), start, end)
                at = shown.find(value, at + len(value))


def printable(text: str) -> str:
    """The text without lone surrogates, one character for one: detect-secrets hashes what it finds, as UTF-8."""
    return "".join("�" if "\ud800" <= character <= "\udfff" else character for character in text)


def size(text: str) -> int:
    """Its length in the fragment's bytes."""
    return len(text.encode("utf-8", "surrogateescape"))
