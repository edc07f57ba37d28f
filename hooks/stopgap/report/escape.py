r"""Text that came from a repository, made safe to print: in a terminal, in a CI log, in JSON.

What is escaped, the same way in every format, and so that the original can be told from the result:

- a backslash is doubled, so every single one is ours;
- newline, return and tab are `\n`, `\r`, `\t`, the other ASCII controls `\xNN`;
- a byte that is not UTF-8 is `\xNN` too, with NN from 80;
- other controls, what cannot be seen (zero width, soft hyphen, tags) and what turns the text's direction round is `\uNNNN` or
  `\UNNNNNNNN`, and so is half a surrogate pair;
- what starts a command of a CI runner that reads the log: a leading `::` is `\x3a:`, and the second hash of `##[` or `##word[` is `\x23`.

Letters of every script, accents in either normal form, emoji and spaces stay as they are.
"""

from __future__ import annotations

import re

SPECIAL = re.compile(
    r"""
      [\\\x00-\x1f\x7f-\x9f]                                            # the escape itself; C0, DEL, C1
    | [\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f]         # invisible, line separators, direction
    | [\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]                        # byte order mark, interlinear, tags
    | [\ud800-\udfff]                                                   # a byte that was not UTF-8, or half a pair
    | (?<=\#)\#(?=[A-Za-z]*\[)     # GitHub's and Azure's runners look for ##[command] and ##vso[command] anywhere in a line
    """,
    re.VERBOSE,
)
SHORT = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    """`text` in one line without anything that a terminal, a log or a parser could act on. Encodes to UTF-8."""
    shown = SPECIAL.sub(_escaped, text)
    # GitHub's runner drops leading white space before it looks for `::`
    return shown.replace("::", r"\x3a:", 1) if shown.lstrip().startswith("::") else shown


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how `surrogateescape` keeps the bytes 80 to ff
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return SHORT.get(char) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
