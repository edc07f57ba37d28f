"""Characters and classes of bytes, as they are written in an expression of `re`."""

from __future__ import annotations

from collections.abc import Iterable

WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
DIGIT = frozenset(b"0123456789")
UPPER, LOWER = frozenset(range(65, 91)), frozenset(range(97, 123))
EVERY = frozenset(range(256))
PERL = {"d": DIGIT, "w": WORD, "s": frozenset(b"\t\n\f\r "), "D": EVERY - DIGIT, "W": EVERY - WORD, "S": EVERY - frozenset(b"\t\n\f\r ")}
POSIX = {
    "alnum": WORD - {95},
    "alpha": UPPER | LOWER,
    "ascii": frozenset(range(128)),
    "blank": frozenset(b"\t "),
    "cntrl": frozenset(range(32)) | {127},
    "digit": DIGIT,
    "graph": frozenset(range(33, 127)),
    "lower": LOWER,
    "print": frozenset(range(32, 127)),
    "punct": frozenset(range(33, 127)) - (WORD - {95}),
    "space": frozenset(b"\t\n\v\f\r "),
    "upper": UPPER,
    "word": WORD,
    "xdigit": frozenset(b"0123456789abcdefABCDEF"),
}


def above_ascii(members: Iterable[int]) -> set[int]:
    """A class of bytes as code points: all above ASCII is one member, -1."""
    return {code if code < 128 else -1 for code in members}


def cases(sign: str) -> list[str]:
    """A character in both cases, where each is one character."""
    return sorted({case for case in (sign, sign.lower(), sign.upper()) if len(case) == 1})


def literal(sign: str, flags: frozenset[str]) -> str:
    """One character as an atom; one that is not ASCII as its bytes, in both cases if need be."""
    if sign.isascii():
        return (
            sign
            if sign.isalnum() or sign in " \"'<>=,;:!@%&~/_"
            else f"\\x{ord(sign):02x}"
            if sign < " " or sign == "\x7f"
            else f"\\{sign}"
        )
    wanted = cases(sign) if "i" in flags else [sign]
    spelled = ["".join(f"\\x{byte:02x}" for byte in case.encode("utf-8", "surrogatepass")) for case in wanted]
    return f"(?:{'|'.join(spelled)})"


def charset(members: Iterable[int]) -> str:
    """A class of bytes in its shortest form."""
    inside = frozenset(members)
    if not inside:
        return "(?!)"
    negated = len(inside) > 128 and len(inside) < 256
    return f"[{'^' if negated else ''}{''.join(ranges(EVERY - inside if negated else inside))}]"


def ranges(members: frozenset[int]) -> Iterable[str]:
    """The members as ranges, each end an alphanumeric character or an escape."""
    for low in sorted(code for code in members if code - 1 not in members):
        high = low
        while high + 1 in members:
            high += 1
        yield one(low) if high == low else f"{one(low)}-{one(high)}" if high > low + 1 else one(low) + one(high)


def one(code: int) -> str:
    """A byte in a class."""
    return chr(code) if code in WORD else f"\\x{code:02x}"
