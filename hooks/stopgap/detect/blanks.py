"""Values that only a blank parts from their name: `--password …`, `ENV KEY …`, `IDENTIFIED BY '…'`, `password is …`, a command's flag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import commands, values
from .follows import SET
from .pairs import Name, in_string
from .prose import near
from .readings import Reading, one

FLAG = re.compile(rb"-{1,2}[A-Za-z]")
IDENTIFIED = re.compile(rb"(?i)(?:[ \t]{1,4}with[ \t]{1,4}[\w'\"`]{1,40})?\s{1,4}(?:by|as|using)\s{1,4}(?:values\s{1,4}|password\s{1,4})?")
SQL = re.compile(rb"(?i)\b(?:create|alter|set|with|grant|login|encrypted)\b[^;\r\n]{0,200}\Z")
SQL_WORD = re.compile(rb"(?i)[=\s]{0,4}(?=['\"\\\[])|[ \t](?=[\w!@#$%^&*.+-]{6,60}(?:;|\s|\Z))")
SQL_NAMES = frozenset((b"password", b"secret", b"credential", b"session_token", b"secret_access_key", b"access_key_id"))
SECURE = re.compile(rb"(?i)(?:-(?:string|asplaintext|force)[ \t]{1,4}){0,3}(?=\\?[\"'])")
LOGIN = re.compile(rb"(?i)\b(?:login|machine|account|user(?:name)?)[ \t]{1,4}\S{1,80}\s{1,20}\Z")
ENDED = re.compile(rb"\\?[\"'`][ \t]{0,4}(?:[;,)}\]]|\r?\n|\Z|do\b|//|#)")


def blank(name: Name) -> Iterator[Reading]:
    """What follows a name and blanks, where no operator does."""
    data, at, whole = name.data, name.after, name.text()
    low = whole.lower()
    if low == b"identified":
        yield from identified(name)
    elif low.endswith(b"securestring"):
        found = SECURE.match(data, at)
        yield from one(values.text(data, found.end()) if found else None, b" ", "call")
    elif data[at : at + 1] == b"{":
        yield from one(values.numbers(data, at), b" ", "bytes")  # `#define KEY {0x4e, …}`
    elif name.close:
        yield from near(name)
    elif FLAG.match(whole):
        yield from flag(name)
    elif low.rsplit(b".", 1)[-1] in SQL_NAMES and SQL.search(name.line()) and (found := SQL_WORD.match(data, at - 1)):
        yield from one(values.text(data, found.end()) or values.word(data, found.end()), b" ", "sql")
    elif SET.search(name.before(24)):
        yield from one(values.text(data, at) or values.word(data, at), b" ", "env")
    elif LOGIN.search(name.before(120)) or name.ending == "netrc":
        yield from one(values.text(data, at) or values.word(data, at), b" ", "netrc")
    else:
        value = values.text(data, at)
        if value and ENDED.match(data, value[1]) and b" " not in data[value[0] : value[1]]:
            yield Reading(*value, b" ", "blank")
        elif value is None:
            yield from near(name)


def flag(name: Name) -> Iterator[Reading]:
    """`--password …`."""
    value = values.text(name.data, name.after)
    if value is None and not name.data.startswith(b"-", name.after):
        value = values.word(name.data, name.after)
    if value and (name.kind != "code" or value[2] or in_string(name)):
        yield Reading(*value, b" ", "flag")


def identified(name: Name) -> Iterator[Reading]:
    """`IDENTIFIED BY '…'`, `IDENTIFIED WITH plugin BY '…'`."""
    found = IDENTIFIED.match(name.data, name.end)
    if found:
        yield from one(values.text(name.data, found.end()) or values.word(name.data, found.end()), b" ", "sql")


def command(name: Name, word: str) -> Iterator[Reading]:
    """`mysql -u root -p…`."""
    value = commands.value_of(name.data, word, name.end)
    if value:
        yield Reading(*value, b" ", "command")
