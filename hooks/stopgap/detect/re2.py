r"""Expressions of Go's regexp (RE2) to Python's `re` on bytes, where the two differ.

Source of the syntax: the documentation of Go's regexp/syntax package. What differs and is rewritten: `(?i)` in the middle, which holds to
the end of its group; `\z`; `$`, which is the end of the text and not the line's; POSIX classes; `\s`, which has no vertical tab; `\Q...\E`;
octal escapes; `(?U)`; `{,n}`, which is literal; `[\w-.]`; group names. A character that is not ASCII becomes its UTF-8 bytes; `.` and a
negated class take it byte by byte, so a counted repeat counts its bytes. What cannot be rewritten is an error that names it.
"""

from __future__ import annotations

import re

from ..model import StopgapError
from .charsets import EVERY, PERL, POSIX, above_ascii, cases, charset, literal

CONTROLS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
GROUP = re.compile(r"\(\?(?:P?<(?P<name>\w+)>|(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?(?P<end>[:)]))")
COUNT = re.compile(r"\{(\d{1,9})(?:(,)(\d{0,9}))?\}")
CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|([0-7]{1,3}))")
POSIX_CLASS = re.compile(r"\[:(\^?)(\w*):\]")
MAXIMUM = 1000  # RE2's own limit for a repeat
DEPTH = 100


def translate(expression: str, where: str, secret_group: int = 0) -> str:
    """`expression` for `re` on bytes, in ASCII. Group numbers stay; names go, but `secret_group` is named `secret`.

    Raises StopgapError that begins with `where` and names the construct that has no counterpart.
    """
    reader = Reader(expression, where, secret_group)
    translated = reader.alternatives(frozenset(), 0)
    if reader.at < len(expression):
        raise reader.no("')' without '('")
    return translated


def check_linear(pattern: str, where: str, window: int = 4096) -> None:
    """Raises StopgapError for an expression of `re` that could take too many steps on `window` bytes of a hostile text."""
    from .backtracking import judge

    problem = judge(pattern.encode("utf-8"), window).problem
    if problem:
        raise StopgapError(f"{where}: the expression could take for ever on a hostile text: {problem}")


class Reader:
    """A position in the expression."""

    def __init__(self, text: str, where: str, secret_group: int) -> None:
        self.text, self.where, self.secret_group = text, where, secret_group
        self.at = self.groups = 0

    def no(self, what: str) -> StopgapError:
        """The error for something that cannot be translated. It quotes no more than `what`: an allowlist may hold a secret."""
        return StopgapError(f"{self.where}: expression cannot be translated: {what}")

    def next(self, text: str) -> bool:
        """Whether `text` comes next."""
        return self.text.startswith(text, self.at)

    def alternatives(self, flags: frozenset[str], depth: int) -> str:
        """Everything up to the group's end. A change of `(?i)` is a group of its own, opened anew in each alternative."""
        if depth > DEPTH:
            raise self.no(f"more than {DEPTH} nested groups")
        out, opened, outer = [], "", "i" in flags
        while self.at < len(self.text) and not self.next(")"):
            found = GROUP.match(self.text, self.at)
            if found and found["end"] == ")":
                self.at = found.end()
                flags = changed(flags, found)
                out.append(")" if opened else "")
                opened = "" if ("i" in flags) == outer else "(?-i:" if outer else "(?i:"
                out.append(opened)
                self.refuse_repeat()
            elif self.next("|"):
                self.at += 1
                out.append(f")|{opened}" if opened else "|")
                self.refuse_repeat()
            else:
                out.append(self.repeated(self.group(flags, depth) if self.next("(") else self.atom(flags), flags))
        return "".join(out) + (")" if opened else "")

    def group(self, flags: frozenset[str], depth: int) -> str:
        """One group in parentheses."""
        found = GROUP.match(self.text, self.at)
        if self.next("(?") and not found:
            raise self.no(f"{self.text[self.at : self.at + 3]!a}")
        self.at = found.end() if found else self.at + 1
        opening, inner = "(", flags
        if found and not found["name"]:
            inner = changed(flags, found)
            opening = "(?:" if ("i" in inner) == ("i" in flags) else "(?i:" if "i" in inner else "(?-i:"
        else:
            self.groups += 1
            opening = "(?P<secret>" if self.groups == self.secret_group else "("
        self.refuse_repeat()
        body = self.alternatives(inner, depth + 1)
        if not self.next(")"):
            raise self.no("'(' without ')'")
        self.at += 1
        return f"{opening}{body})"

    def repeated(self, atom: str, flags: frozenset[str]) -> str:
        """The atom and the repeat behind it, if any."""
        repeat = self.repeat()
        if not repeat:
            return atom
        lazy = self.next("?")
        self.at += lazy
        self.refuse_repeat()
        if atom in (r"\b", r"\B", r"\A", r"\Z", "^", "(?m:^)", "(?m:$)"):
            atom = f"(?:{atom})"  # Python repeats no bare position
        return atom + repeat + ("?" if lazy != ("U" in flags) else "")

    def repeat(self) -> str:
        """A repeat that comes next, or ""."""
        if self.next("*") or self.next("+") or self.next("?"):
            self.at += 1
            return self.text[self.at - 1]
        found = COUNT.match(self.text, self.at)
        if not found:
            return ""
        low, high = int(found[1]), int(found[3] or found[1])
        if max(low, high) > MAXIMUM or low > high:
            raise self.no(f"the repeat {found.group()}")
        self.at = found.end()
        return found.group()

    def refuse_repeat(self) -> None:
        """Raises StopgapError where a repeat comes next that repeats nothing, or another repeat."""
        if self.at < len(self.text) and (self.text[self.at] in "*+?" or COUNT.match(self.text, self.at)):
            raise self.no("a repeat of nothing, or of a repeat")

    def atom(self, flags: frozenset[str]) -> str:
        """One character, class or position; a quoted run up to its last character, which a repeat belongs to."""
        self.refuse_repeat()
        sign = self.text[self.at]
        if sign == "[":
            return self.bracket(flags)
        if sign == "\\":
            return self.escape(flags)
        self.at += 1
        if sign == ".":
            return "(?s:.)" if "s" in flags else "."
        if sign == "^":
            return "(?m:^)" if "m" in flags else "^"
        if sign == "$":
            return "(?m:$)" if "m" in flags else r"\Z"
        return literal(sign, flags)

    def escape(self, flags: frozenset[str]) -> str:
        """What a backslash means outside a class."""
        sign = self.text[self.at + 1 : self.at + 2]
        if sign == "Q":
            end = self.text.find(r"\E", self.at + 2)
            quoted = self.text[self.at + 2 : end if end >= 0 else len(self.text)]
            self.at = end + 2 if end >= 0 else len(self.text)
            return "".join(literal(each, flags) for each in quoted) or "(?:)"
        if sign in ("A", "z", "b", "B"):
            self.at += 2
            return r"\Z" if sign == "z" else f"\\{sign}"
        if sign in PERL and sign:
            self.at += 2
            return charset(PERL[sign])
        return literal(chr(self.code()), flags)

    def code(self) -> int:
        """The code point of an escaped character."""
        found = CODE.match(self.text, self.at)
        sign = self.text[self.at + 1 : self.at + 2]
        if found and not (found[3] and sign != "0" and len(found[3]) == 1):  # one digit but 0 would be a back-reference
            self.at = found.end()
            value = int(found[3], 8) if found[3] else int(found[1] or found[2], 16)
            if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
                raise self.no(found.group())
            return value
        if sign in CONTROLS and sign:
            self.at += 2
            return CONTROLS[sign]
        if not sign or not sign.isascii() or sign.isalnum():
            raise self.no(self.text[self.at : self.at + (self.text[self.at :] + "}").index("}") + 1] if self.next(r"\p{") else f"\\{sign}")
        self.at += 2
        return ord(sign)

    def bracket(self, flags: frozenset[str]) -> str:
        """A class in brackets."""
        self.at += 1
        negated = self.next("^")
        self.at += negated
        members: set[int] = set()
        first = True
        while first or not self.next("]"):
            if self.at >= len(self.text):
                raise self.no("'[' without ']'")
            members |= self.member()
            first = False
        self.at += 1
        ascii_members, others = {code for code in members if 0 <= code < 128}, sorted(code for code in members if code >= 128)
        if "i" in flags:
            ascii_members |= {ord(case) for code in ascii_members for case in (chr(code).lower(), chr(code).upper())}
            others = sorted({ord(case) for code in others for case in cases(chr(code))})
        if -1 in members:  # \W and the like, which take every byte above ASCII
            ascii_members |= set(range(128, 256))
            others = []
        if negated:
            if others:
                raise self.no("a negated class of characters that are not ASCII")
            return charset(EVERY - ascii_members)
        if not others:
            return charset(ascii_members)
        return f"(?:{'|'.join([charset(ascii_members)] * bool(ascii_members) + [literal(chr(code), frozenset()) for code in others])})"

    def member(self) -> set[int]:
        """The code points of a class, a range or a character in brackets; -1 stands for everything above ASCII."""
        posix = POSIX_CLASS.match(self.text, self.at)
        if posix:
            if posix[2] not in POSIX:
                raise self.no(posix.group())
            self.at = posix.end()
            return above_ascii(EVERY - POSIX[posix[2]] if posix[1] else POSIX[posix[2]])
        if self.next("\\") and self.text[self.at + 1 : self.at + 2] in tuple(PERL):
            self.at += 2
            return above_ascii(PERL[self.text[self.at - 1]])
        low = high = self.character()
        if self.next("-") and not self.next("-]") and self.at + 1 < len(self.text):
            self.at += 1
            high = self.character()
        if low <= 128 and high == 0x10FFFF:
            return {*range(low, 128), -1}
        if high < low or (high > 255 and high - low > 255):
            raise self.no(f"the range from U+{low:04X} to U+{high:04X}")
        return set(range(low, high + 1))

    def character(self) -> int:
        """One character in brackets."""
        if self.next("\\"):
            return self.code()
        self.at += 1
        return ord(self.text[self.at - 1])


def changed(flags: frozenset[str], found: re.Match[str]) -> frozenset[str]:
    """The flags after `(?i-s)`."""
    return (flags | set(found["on"] or "")) - set(found["off"] or "")
