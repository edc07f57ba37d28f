"""The text of a side, read as what it is: dotenv, a JSON object, or what `env` and `printenv` print.

No line is passed over in silence, and none that is data is taken for a name: names are printed, values never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..detect import dotenv
from ..detect import text as encodings
from ..model import StopgapError
from . import Dump, Entry, Form, members

REFERENCE = re.compile(r"\$[A-Za-z_{(]|`")  # of a value that a shell or a dotenv reader goes on to work out
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# in double quotes; another backslash stays, as in a shell and in python-dotenv: two values are the same for no other reason than its going
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$", "`": "`"}
VARIABLE = re.compile(r"(?P<key>[A-Za-z_][\w.%()-]*)=(?P<value>.*)", re.DOTALL)  # bash exports its functions as BASH_FUNC_name%%
SEARCH_PATH = re.compile(rb"(?:\A|[\n\0])PATH=/[^\n\0$\"']*(?:[\n\0]|\Z)")  # a dotenv file's would refer to the one before it
BEGIN, END = "-----BEGIN ", "-----END "  # of a PEM block (RFC 7468), whose lines can look like `name=`
LONGEST_NAME = 100
SHORT_NAME = 16  # a longer one of all kinds of signs, without a separator or a value, is a line of base64


def read(data: bytes, name: str, form: Form | None = None) -> Dump:
    """What the bytes of the side `name` hold. Raises StopgapError for what is none of the forms, or not of the one that is given."""
    form = form or form_of(data)
    if form == "environment" and b"\0" in data:
        return environment([part for part in data.split(b"\0") if part])
    content = dotenv.decoded(data)
    if encodings.to_utf8(data) is None:
        raise StopgapError(f"cannot read {name}: it is binary")
    if form == "json":
        return of_json(content, name)
    if form == "environment":
        return environment(variables(data))
    return of_dotenv(data, content, name)


def form_of(data: bytes) -> Form:
    """How the bytes are written: with an object's brace; with NULs, as `env -0` and /proc/PID/environ have them; or with the search path
    that every process has.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "json"
    ends = data.endswith(b"\0") and data.count(b"\0") > data.count(b"\n") and not encodings.encoding_of(data)[1]
    return "environment" if ends or SEARCH_PATH.search(data) else "dotenv"


def of_dotenv(data: bytes, content: str, name: str) -> Dump:
    """As detect.dotenv reads it, the last of a name's lines counts. Raises StopgapError where no line is a setting."""
    entries: dict[str, Entry] = {}
    lines = content.split("\n")
    hidden = inside_blocks(lines)
    told: set[int] = set()
    for setting in dotenv.settings(data):
        if setting.line in hidden or not is_name(setting.key, setting.value):
            continue
        told.update(range(setting.line, setting.end_line + 1))
        quote = content[setting.start - 1] if setting.quoted else ""
        written = content[setting.start : setting.end]
        value = unescaped(written) if quote == '"' else setting.value
        entries[setting.key] = Entry(value, setting.line, quote != "'" and refers_to_others(written))
    unread = tuple(number for number, line in enumerate(lines, 1) if number not in told and line.strip() and line.strip()[0] != "#")
    if unread and not entries:
        raise StopgapError(f"cannot read {name}: no line of it is KEY=value")
    return Dump("dotenv", entries, unread)


def unescaped(written: str) -> str:
    """What stands in double quotes."""
    return ESCAPED.sub(lambda escape: ESCAPES.get(escape[1], escape[0]), written.replace("\r\n", "\n"))


def inside_blocks(lines: list[str]) -> set[int]:
    """The numbers of the lines of PEM blocks, but for the first, which a setting can be on: `KEY=-----BEGIN ...`."""
    found, inside = set(), False
    for number, line in enumerate(lines, 1):
        if inside:
            found.add(number)
        inside = inside_after(line, inside)
    return found


def inside_after(line: str, inside: bool) -> bool:
    """Whether a PEM block goes on behind this line."""
    return line.rfind(BEGIN) > line.rfind(END) if BEGIN in line or END in line else inside


def is_name(key: str, value: str) -> bool:
    """Whether this is a setting's name, which may be printed, and not a line of base64 before its padding."""
    if len(key) > LONGEST_NAME:
        return False
    if value not in ("", "=") or any(sign in "_.-%" for sign in key):
        return True
    mixed = any(map(str.isupper, key)) and any(map(str.islower, key)) and any(map(str.isdigit, key))
    return key.isupper() if value else len(key) <= SHORT_NAME or not mixed


def refers_to_others(written: str) -> bool:
    """Whether a value, as it is written, holds `$NAME`, `${NAME}` or a command that no backslash escapes."""
    return REFERENCE.search(ESCAPED.sub("", written)) is not None


def variables(data: bytes) -> Iterator[bytes]:
    """The variables that `env` printed. A line that begins none belongs to the value before it, and in a PEM block none does."""
    found: list[bytes] = []
    inside = False
    for line in data.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n"):
        text = line.decode("utf-8", "surrogateescape")
        begun = VARIABLE.match(text)
        if begun and not inside and is_name(begun["key"], begun["value"]) and found:
            yield b"\n".join(found)
            found = []
        found.append(line)
        inside = inside_after(text, inside)
    yield b"\n".join(found)


def environment(parts: Iterator[bytes] | list[bytes]) -> Dump:
    """Of `NAME=value`, each as the process has it: nothing in it is quoted or refers to anything."""
    entries: dict[str, Entry] = {}
    unread = []
    line = 1
    for part in parts:
        found = VARIABLE.fullmatch(part.decode("utf-8", "surrogateescape"))
        if found and is_name(found["key"], found["value"]):
            entries[found["key"]] = Entry(found["value"], line)
        else:
            unread.append(line)
        line += part.count(b"\n") + 1
    return Dump("environment", entries, tuple(unread))


def of_json(content: str, name: str) -> Dump:
    """An object's members; a number, a boolean or what is nested counts as its JSON text. Raises StopgapError for what is no object."""
    return Dump("json", {key: Entry(members.plain(value)) for key, value in members.read(content, name).items()})
