"""What stands where a value is expected: a quoted text, a wrapped one, a bare word, a block, a list, bytes.

Each reader is given an offset and gives (start, end, quoted) of what it reads there, or None. All look at most `LONGEST` bytes ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .pairs import ESCAPED
from .wrappers import wrapped

Value = tuple[int, int, bool]

LONGEST_BARE = 512  # without quotes: longer ones are sealed values, certificates, and tokens that have rules of their own
LONGEST = 4000  # bytes of a value: tokens that hold claims come to that
MOST = 8  # values of a list
PREFIX = rb"(?:[bBrRuUfFlL$@]{1,2}(?=[\"'`@])|@|c|&)?"
OPENING = re.compile(PREFIX + rb"""(?P<quote>""" + ESCAPED + rb"""|"{3}|'{3}|`{2,3}|["'`])""")
DOUBLED = re.compile(rb"(?P<quote>'')(?=[^'\r\n])")
# The first line of a key in several: one run, with small letters, capitals and digits.
PIECE = re.compile(
    rb"(?=(?:[^\s0-9]{0,80}[0-9]){3})(?=[^\sa-z]{0,80}[a-z])(?=[^\sA-Z]{0,80}[A-Z])"
    rb"(?P<value>[A-Za-z0-9+/_=-]{24,200})\\?\r?\n"
)
# What may be called on a text without making another one of it.
AFTER = re.compile(
    rb"""[ \t]{0,8} (?: \.(?!(?:to_?char_?array|get_?bytes|encode|freeze|trim|strip|into|to_?s(?:tring|ym)?|to_?owned|as_?bytes|replace
      |b|unpack1?
      |utf8|data|clone|hexToBytes|decode\w{0,10}|bytes|chomp|squish)\b | [\s"']|\Z)
    | \+[ \t]{0,4}(?:\r?\n\s{0,60})?(?!["'\s]|[@bBrR]["'])
    | %[ \t]?[(\w] )""",
    re.VERBOSE | re.IGNORECASE,
)
KEY_AFTER = re.compile(rb"[ \t]{0,4}:")
BARE = re.compile(rb"""[^\s"'`<>,;&|(){}\[\]\\]{1,2000}""")
QUERY = re.compile(rb"""[^\s"'`<>,;&(){}\[\]\\]{1,2000}""")
BARE_LINE = re.compile(rb"[^\r\n]{1,2000}")
COMMENTS = (b" #", b"\t#", b" //", b" ;")
BLOCK_LINE = re.compile(rb"[ \t]{1,60}([^\s][^\r\n]{0,2047})")
NUMBER = rb"(?:\([a-z]{4}\)\s?)?(?:0x[0-9a-fA-F]{1,2}|-?\d{1,3})"
NUMBERS = re.compile(
    rb"""(?: (?:new[ ])? [A-Za-z_\[\].<>]{0,30} \s{0,4} )? [\[({]{1,2} \s{0,60}
      (?P<value> """
    + NUMBER
    + rb""" (?: [,;\s\\]{1,40} """
    + NUMBER
    + rb"""\b ){7,400}
        | 0x[0-9a-fA-F]{8,16}[uUlL]{0,3} (?: [,\s]{1,40} 0x[0-9a-fA-F]{8,16}[uUlL]{0,3} ){1,100} )""",
    re.VERBOSE,
)
ITEM = re.compile(rb"[ \t]{0,60}-[ \t]{1,8}")
LIST = re.compile(
    rb"(?:new[ \t]{1,4})?(?:(?:[Ll]ist|[Aa]rray|[Ss]et|vec!?|\[\]\*?[Ss]tring|[Ss]tring|%w)[\w.<>]{0,20})?(?:\[\])?[\[({]"
    rb"[ \t]{0,8}(?:\r?\n[ \t]{0,60})?(?=[\"'`])"
)
COMMA = re.compile(rb"[ \t]{0,8},\s{0,60}")


def first_line(data: bytes, at: int) -> Value | None:
    """Of a text of several lines the first, where it is a piece of a key."""
    found = PIECE.match(data, at)
    return (*found.span("value"), True) if found else None


def quoted(data: bytes, opening: re.Match[bytes], crossed: bool = False) -> Value | None:
    """The text up to the same quote. None where more is done with it, or where it is a key itself (`crossed`: it is on another line)."""
    quote, at = opening["quote"], opening.end()
    stop = at + LONGEST
    last = data.find(quote, at, stop)
    while len(quote) == 1 and last > at and data[last - 1 : last] == b"\\" and data[last - 2 : last] != b"\\\\":
        last = data.find(quote, last + 1, stop)
    if last < 0 or data.find(b"\n", at, last) >= 0:
        return first_line(data, at)
    if last <= at:
        return None
    end = last + len(quote)
    if AFTER.match(data, end) or (crossed and KEY_AFTER.match(data, end)):
        return None
    return at, last, True


def text(data: bytes, at: int, doubled: bool = False, crossed: bool = False) -> Value | None:
    """A quoted text, whatever it is wrapped in. `doubled`: the quotes are those of a quoted YAML text, `''`."""
    opening = (DOUBLED.match(data, at) if doubled else None) or OPENING.match(data, at)
    if opening is None:
        inner = wrapped(data, at)
        if data[at : at + 2] == b"[]":
            inner = wrapped(data, at + 2)
        opening = OPENING.match(data, inner) if inner > at else None
    return quoted(data, opening, crossed) if opening else None


def numbers(data: bytes, at: int) -> Value | None:
    """`[]byte{0x1f, 0x8b, …}`, `new byte[] {1, 2, …}`, `{1, 2, …}`: eight or more. From the first to the last."""
    found = NUMBERS.match(data, at)
    return (*found.span("value"), True) if found else None


def word(data: bytes, at: int, pattern: re.Pattern[bytes] = BARE) -> Value | None:
    """What stands between blanks, quotes and brackets."""
    found = pattern.match(data, at)
    return (at, found.end(), False) if found else None


def rest(data: bytes, at: int) -> Value | None:
    """The rest of the line, without a comment behind it."""
    found = BARE_LINE.match(data, at)
    value = found[0] if found else b""
    for comment in COMMENTS:
        value = value.split(comment, 1)[0]
    size = len(value.rstrip(b" \t,\\"))
    return (at, at + size, False) if 0 < size <= LONGEST_BARE else None


def block(data: bytes, at: int) -> Value | None:
    """The first line of a block that begins on the line at `at`, which is indented."""
    found = BLOCK_LINE.match(data, at)
    return (found.start(1), found.start(1) + len(found[1].rstrip()), False) if found else None


def items(data: bytes, at: int) -> Iterator[Value]:
    """The quoted texts of a list: `["a", "b"]`."""
    opening = LIST.match(data, at)
    if opening is None:
        return
    at = opening.end()
    for _ in range(MOST):
        value = text(data, at)
        comma = COMMA.match(data, value[1] + 1) if value else None
        if value and (comma or data[value[1] + 1 : value[1] + 6].lstrip()[:1] in (b"]", b")", b"}")):
            yield value
        if comma is None:
            return
        at = comma.end()


def dashed(data: bytes, at: int) -> Iterator[Value]:
    """The entries of a YAML list, each on a line of its own: `- a`. A mapping is none."""
    for _ in range(MOST):
        dash = ITEM.match(data, at)
        if dash is None:
            return
        value = text(data, dash.end(), crossed=True) or rest(data, dash.end())
        if value and b": " not in data[value[0] : value[1]]:
            yield value
        line = data.find(b"\n", at, at + LONGEST)
        if line < 0:
            return
        at = line + 1
