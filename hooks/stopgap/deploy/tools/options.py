"""The options and operands of a command line, for readers that know which options take a value."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..shell.words import Word


class Option(NamedTuple):
    """An option as it stands: `--exclude` or `-e`, its value ("" without one), and how many operands stood before it."""

    name: str
    value: str = ""
    behind: int = 0


class Line(NamedTuple):
    """What a command line says, in its order."""

    options: tuple[Option, ...]
    operands: tuple[Word, ...]

    def has(self, *names: str) -> bool:
        """Whether one of the options is there."""
        return any(option.name in names for option in self.options)

    def values(self, *names: str) -> list[str]:
        """The values of these options, in order."""
        return [option.value for option in self.options if option.name in names]


def line(words: Sequence[Word], valued: Collection[str], *, short: str = "", single: bool = False) -> Line:
    """Parses words as getopt_long does: `--name=value`, `--name value` for names of `valued`, `-abc`, `-ovalue` and `-o value` for
    letters of
    `short`, operands anywhere, `--` ends the options. `single`: long options begin with one dash, as Go's do.
    """
    options: list[Option] = []
    operands: list[Word] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        said = word.text
        if said == "--":
            operands += rest
            break
        if said.startswith("--") or (single and said.startswith("-") and len(said) > 1):
            name, equals, value = said.partition("=")
            if not equals and name in valued and rest:
                value = rest.pop(0).text
            options.append(Option(name, value, len(operands)))
        elif said.startswith("-") and len(said) > 1:
            letters = said[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                value = ""
                if letter in short:
                    value, letters = (letters, "") if letters else (rest.pop(0).text if rest else "", "")
                options.append(Option(f"-{letter}", value, len(operands)))
        else:
            operands.append(word)
    return Line(tuple(options), tuple(operands))
