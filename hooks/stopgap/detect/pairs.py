"""Names in a text, and what stands around them: the half of a key and value pair that one begins with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .keywords import OTHER_SCRIPTS
from .syntax import FileKind

LONGEST_KEY = 60  # bytes of a name before a keyword, and behind it
KEY_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-"
# A quote as it stands in text that is itself quoted: in JSON, in HTML, in a URL.
ESCAPED = rb"""\\{1,7}["'`]|&quot;|&apos;|&\#3[49];|&\#x2[27];|%2[27]|\\u002[27]"""
HEAD = re.compile(
    rb"(?:(?=[\x80-\xff])(?:" + b"|".join(word.encode() for word in OTHER_SCRIPTS) + rb"))?[\w.$-]{0,60}"
    rb"(?P<close>[}]?(?:" + ESCAPED + rb"""|'{1,2}|["`])?(?:\[\d{0,6}\]|[\])}]{0,3}))(?P<gap>[ \t]{0,40})"""
)

# What can follow a name whose value stands behind it, by the first bytes: quick, as most names have none. `follows` reads it.
GATE = re.compile(
    rb"""(?i) [=:] | [!?~+^&|.<*-]{1,3}[=:>?-] | <- | \|\| | \?\? | \xef\xbc\x9a | %3[ad] | > | \|[ \t] | \{[ \t]{0,8}["'] | </
      | [(,] \s{0,40} [^\s"'`(),;]{0,50} [\s(]{0,12} ["'`{\[\\0-9]
      | \.[ \t]?(?:equal|eq|to|isEqual|should|text|value) | [.,;]?[ \t]?\(?default
      | (?<=[ \t]) (?: ["'`@\\{] | \*?[a-z][\w.\[\]<>*]{0,30}[ \t]{1,4}:?=[ \t]
        | (?:is|are|was|eq|ne|equals|or|for|of|like|-\w{1,12})[ \t] | [A-Za-z0-9+/=_.~-]{20} )
      | [,;]? \s{0,60} [\\"'{]{0,4} (?: val | content | password["'=:] | secret["'=:] | type | in["'=:] | seriali | descri | inherit
        | encrypted | sensitive | enabled | domain | path )
      | \s{1,4} (?:by|with|as|using) \s""",
    re.VERBOSE,
)
CONTEXT = re.compile(rb"(?<![\w$@])([A-Za-z]{2,20})[ \t]\Z")
COMPARING = re.compile(
    rb"""["'](?:[ \t]{0,4}[!=]==?[ \t]{0,4}|[ \t](?:-?eq|is)[ \t]|\.(?:[eE]q|compareTo)\w{0,20}\(|, {0,4})"""
    rb"""[(]?(?:\w{1,20}(?:->|\.|\(\)\.)){0,2}[$@]?\Z"""
)
COMPARERS = (b"=", b"eq", b" is", b"\tis", b'",', b"',")  # how what it finds before a blank can end
# Words before a name whose value follows after a blank: `ENV KEY value`, `set KEY value`, `login joe password value`.
SET_WORDS = frozenset(
    b"with set login encrypted unencrypted env arg setx export declare define %define setenv const local readonly".split()
)
LOGIN_WORDS = frozenset(b"login machine account user username set".split())


class Name(NamedTuple):
    """A name in `data`, from `start` to `end`. `close` is what ends it (`"`, `']`), `after` the first byte behind that and blanks."""

    data: bytes
    start: int
    end: int
    close: bytes
    gap: int  # bytes of blanks before `after`
    after: int
    kind: FileKind
    ending: str

    def text(self) -> bytes:
        """As it stands there."""
        return self.data[self.start : self.end]

    def key(self) -> str:
        """The name as it counts: `my-app.DB_PASSWORD`."""
        key, in_context = counted(self.text())
        context = CONTEXT.search(self.before(24)) if in_context else None
        return f"{context[1].decode()} {key}" if context else key

    def before(self, size: int) -> bytes:
        """At most `size` bytes that stand before the name, of the same line or not."""
        start = self.start
        return self.data[start - size if start > size else 0 : start]

    def line(self) -> bytes:
        """The name's line before it, at most 300 bytes of it."""
        start = self.start
        first = start - 300 if start > 300 else 0
        return self.data[(self.data.rfind(b"\n", first, start) + 1) or first : start]


@lru_cache(maxsize=1 << 12)  # a tree repeats its names
def counted(text: bytes) -> tuple[str, bool]:
    """A name without what stands around its words, and whether the word before it says more."""
    key = text.decode("utf-8", "replace").strip(".$-")
    low = key.lower()
    if low in ("identified", "securestring", "convertto-securestring"):
        return "password", False
    if key[:4] == "with" and key[4:5].isupper():
        return key[4:], False
    return key, low in ("key", "code")


def name_at(data: bytes, at: int, kind: FileKind, ending: str) -> tuple[int, Name | None]:
    """The end of the name that the keyword at this offset is a part of, and the name where a value may belong to it."""
    match = HEAD.match(data, at)
    assert match is not None  # every part of it may be empty
    end, after = match.start(1), match.end()
    near = data[at - LONGEST_KEY if at > LONGEST_KEY else 0 : at]
    before = near.rstrip(KEY_BYTES)
    start = at - len(near) + len(before)
    if not GATE.match(data, after) and not is_given_otherwise(data, start, after, before):
        return end, None
    if before.endswith(b"\\"):
        start += data[start : start + 1] in b"nrt"  # the n of a `\n` inside a text
    elif before.endswith(b"%"):
        start += 2  # the 22 of a `%22`
    return end, Name(data, start if start < at else at, end, match[1], len(match[2]), after, kind, ending)


def is_given_otherwise(data: bytes, start: int, after: int, before: bytes) -> bool:
    """Whether what stands before the name says that a value belongs to it: `--token …`, `ENV TOKEN …`, `<token a="b">`, `"…" == token`."""
    last = before[-1:]
    if last == b"<" or data[start : start + 1] == b"-":
        return True
    if last in b"=( ,\t>.$" and (b'"' in before or b"'" in before):
        # a search costs more than all else here, and most names stand behind another word
        may_compare = last not in b" \t" or before.rstrip(b" \t").endswith(COMPARERS)
        if may_compare and COMPARING.search(before[-40:]):
            return True
    if last not in b" \t\n" or data[after - 1 : after] not in b" \t":
        return False
    words = before[-40:].lower().rsplit(None, 2)[-2:]
    return bool(words) and (words[-1].lstrip(b"(;&@#") in SET_WORDS or words[0] in LOGIN_WORDS)


def is_used(name: Name) -> bool:
    """`${TOKEN}`, `$(PWD):/mnt`, `AWS::Secret`: the name stands for what is set elsewhere; or a badge's link."""
    before = name.before(3)
    if before.endswith((b"${", b"$(", b"#{", b"{{", b"%{")) or (before.endswith(b"::") and b"." not in name.text()):
        return True
    return before.endswith((b"?", b"&")) and BADGE.search(name.before(80)) is not None


def in_string(name: Name) -> bool:
    """Whether a quote is open on the line before the name."""
    line = name.line()
    if b'"' not in line and b"'" not in line and b"`" not in line:
        return False  # nearly always
    return any((line.count(quote) - line.count(b"\\" + quote)) % 2 == 1 for quote in (b'"', b"'", b"`"))


def in_comment(name: Name) -> bool:
    """`# password: …`, `// the key is …`."""
    return name.line().lstrip().startswith((b"#", b"//", b"*", b"--", b";", b"/*", b"<!--", b"'''", b'"""'))


# A link to a picture of some figure, whose token lets one see that picture.
BADGE = re.compile(rb"(?:badge|\.svg)[^\s\"'<>()]{0,60}[?&]\Z")
