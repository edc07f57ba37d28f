"""An env file's template: its keys and comments in their order, and none of its values. Pure: from text to text.

What is left out where in doubt is a comment, never a key that a reader needs: a template without a remark is of use, one with a password
is what it was made to prevent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Literal, NamedTuple

from ..detect import dotenv, filters, keys
from ..detect.words import is_words
from . import remarks

# The indexes of those lines that hold a secret, by the rules.
Leaks = Callable[[Sequence[str]], set[int]]
Kind = Literal["key", "comment", "blank"]

EXPORT = re.compile(r"[ \t]*(export|set|declare -x)[ \t]")
# a setting that somebody switched off: `# DEBUG=1`. In prose, `# key=value pairs follow`, blanks follow.
SWITCHED_OFF = re.compile(r"(?P<start>[ \t]*#+[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]*)[ \t]*=)(?P<value>.*)")
BEGIN, END = "-----BEGIN", "-----END"
LONGEST_KEY = 100
MOST_COMPARED = 1_000_000  # values times comments


class Line(NamedTuple):
    """One line of a template; `key` is what it sets, "" for a comment and a blank line."""

    kind: Kind
    text: str
    key: str = ""


def lines(data: bytes, leaks: Leaks) -> list[Line]:
    """The lines of the template of an env file; none for a file without keys."""
    content = dotenv.decoded(data)
    found = list(once(raw_lines(content, data)))
    values = remarks.secret_values(data)
    # so many comments are no remarks of a person, and to compare each with each value would take for ever
    many = len(values) * sum(line.kind == "comment" for line in found) > MOST_COMPARED
    kept = [line for line in found if line.kind != "comment" or not (many or remarks.is_suspicious(line.text, values))]
    bad = leaks([line.text for line in kept])
    kept = [line for index, line in enumerate(kept) if index not in bad]
    return kept if any(line.key for line in kept) else []


def once(found: Iterator[Line]) -> Iterator[Line]:
    """The lines, with each key where it first stands."""
    seen = set()
    for line in found:
        if line.key not in seen:
            yield line
        if line.key:
            seen.add(line.key)


def raw_lines(content: str, data: bytes) -> Iterator[Line]:
    """Keys without values, comments and blank lines; everything else, the later lines of a value say, is left out."""
    last = content.rfind(END)
    position = hidden = 0  # up to `hidden` a key block goes on that no quotes hold together
    for one in dotenv.settings(data):
        begin = content.rfind("\n", 0, one.start - one.quoted) + 1
        hidden = yield from between(content, position, begin, hidden, last)
        behind = one.end + one.quoted
        position = dotenv.next_line(content, behind)
        if begin < hidden:
            continue
        hidden = max(hidden, end_of_block(content, one.start, one.end, last))
        if is_name(one):
            yield from said_behind(content[behind:position], one)
            exported = EXPORT.match(content, begin)
            yield Line("key", f"{exported[1]} {one.key}=" if exported else f"{one.key}=", one.key)
    yield from between(content, position, len(content), hidden, last)


def between(content: str, start: int, end: int, hidden: int, last: int) -> Generator[Line, None, int]:
    """The comments and blank lines between two settings. Returns where a key block that begins there ends."""
    while start < end:
        after = dotenv.next_line(content, start)
        line = content[start:after].rstrip()
        if start >= hidden:
            hidden = max(hidden, end_of_block(content, start, after, last))
            if not line:
                yield Line("blank", "")
            elif line.lstrip().startswith("#") and BEGIN not in line:
                yield Line("comment", switched_off(line))
        start = after
    return hidden


def end_of_block(content: str, start: int, end: int, last: int) -> int:
    """Where the key block that begins in this stretch ends; 0 where none begins, or it ends there too. `last`: where the last one ends."""
    begin = content.find(BEGIN, start, end)
    if begin < 0 or content.find(END, begin, end) >= 0:
        return 0
    return dotenv.next_line(content, content.find(END, end)) if end <= last else 0


def is_name(one: dotenv.Setting) -> bool:
    """Whether it is a setting's name. A line of base64, `c2VjcmV0…==`, and the rest of a value that was torn apart look like one too."""
    if len(one.key) > LONGEST_KEY:
        return False
    if re.search(r"[_.-]", one.key):
        return True
    mixed = re.search(r"[a-z]", one.key) and re.search(r"[A-Z]", one.key)
    return not (filters.is_random(one.key) or (mixed and (is_base64(one) or is_gibberish(one.key))))


def is_base64(one: dotenv.Setting) -> bool:
    """The end of a longer text, with its padding."""
    return len(one.key) >= 20 and one.value in ("", "=")


def is_gibberish(key: str) -> bool:
    """`e9tbWbleRE`, where `oauth2Token` and `SMTPHost` are words: most of what a change of case separates is a letter or two."""
    parts = [part for part in keys.words(key) if part.isalpha()]
    return len(key) >= 6 and sum(len(part) < 3 for part in parts) * 2 > len(parts) and not is_words(key)


def said_behind(rest: str, one: dotenv.Setting) -> Iterator[Line]:
    """The comment behind a value, as a line of its own: docker would read it as the value. `#x` may be part of a secret, or all of it."""
    comment = rest.strip()
    harmless = keys.kind(one.key) == "none" and not filters.is_env_secret(one.key, one.value)
    if comment.startswith("# ") or (comment.startswith("#") and harmless):
        yield Line("comment", comment)


def switched_off(line: str) -> str:
    """A comment; where it is a setting, without the value."""
    found = SWITCHED_OFF.match(line)
    if found is None:
        return line
    value = found["value"].strip()
    return found["start"].rstrip() if found["key"].isupper() or not re.search(r"\s", value) else line


def made(found: Sequence[Line], newline: str) -> bytes:
    """A new template."""
    return encoded((line.text for line in found), newline)


def completed(old: bytes, found: Sequence[Line]) -> tuple[bytes, tuple[str, ...]]:
    """The template with the keys that it lacks at its end, each with the comments right above it, and which they are.

    Not a byte of what is there changes. A key that is switched off by a comment is there too.
    """
    there = {one.key for one in dotenv.settings(old)}
    there |= {match["key"] for line in dotenv.decoded(old).split("\n") if (match := SWITCHED_OFF.match(line))}
    added: list[str] = []
    above: list[str] = []
    for line in found:
        if line.key and line.key not in there:
            added += [*above, line.text]
        above = [*above, line.text] if line.kind == "comment" else []
    missing = tuple(line.key for line in found if line.key and line.key not in there)
    if not missing:
        return old, ()
    newline = newline_of(old)
    end = "" if not old or old.endswith(b"\n") else newline
    blank = newline if old.strip() else ""
    return old + (end + blank).encode() + encoded(added, newline), missing


def newline_of(data: bytes) -> str:
    """How most of its lines end."""
    return "\r\n" if data.count(b"\r\n") * 2 > data.count(b"\n") else "\n"


def encoded(texts: Sequence[str] | Iterator[str], newline: str) -> bytes:
    return "".join(text + newline for text in texts).encode("utf-8", "surrogateescape")
