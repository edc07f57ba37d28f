"""A token behind the name of a provider that nobody knows: `zorbix SECRET 3f2a…`, `zorbixKEY: 3f2a…`, `ZORBIX_PAT=…`.

Only in writing that is meant for tokens: a name that begins the line and is no word, and the words of secrecy in capitals behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import keys, provider_names
from .provider_names import Owner, Provider, Word
from .words import is_word

SHORTEST = 20  # characters of a value
# The line up to the value's separator. What stands before the name is a comment's mark, a quote, or how a shell sets a variable.
LINE = re.compile(
    rb"""[ \t#/*;"'<-]{0,8} (?:export[ ]|set[ ])? (?:
        (?P<name> [A-Za-z][a-z0-9]{2,24} ) [ _-]?
        (?P<secrecy> (?:SECRET|TOKEN|PRIVATE|ACCESS|AUTH|API|KEY) (?:[ _-]?(?:SECRET|TOKEN|PRIVATE|ACCESS|AUTH|API|KEY)){0,2} )
      | (?P<owner> [A-Z][A-Z0-9]{2,24} ) _PAT
    )""",
    re.VERBOSE,
)
KNOWN = keys.NO_SECRET_BEFORE | keys.PUBLIC | keys.IDENTIFIERS | provider_names.BETWEEN | provider_names.SECRECY


def owner(line: bytes, words: Sequence[Word]) -> Owner | None:
    """A provider without a name, where this line, which ends with the word of secrecy, names somebody that nobody knows."""
    match = LINE.fullmatch(line)
    name = (match["name"] or match["owner"]).decode("ascii").lower() if match else ""
    if not name or name in KNOWN or is_word(name, guess=False):
        return None
    return Owner(Provider(""))
