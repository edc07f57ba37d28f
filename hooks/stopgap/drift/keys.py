"""Which keys are compared, and when two are the same one."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from ..deploy.filters import wild
from ..detect import keys
from .setting import Nature

LONGEST = 100
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
CONNECTIONS = frozenset("url uri dsn host hostname port endpoint endpoints addr address server servers broker brokers hosts".split())
# `PGHOST`, of libpq's own variables; https://www.postgresql.org/docs/current/libpq-envars.html
WHOLE = frozenset(("dsn", "pghost", "pgport", "pghostaddr"))
SIGNERS = frozenset(("gpg", "pgp", "fingerprint"))  # `GPG_KEY` in an image is the key by which a download is checked
# A link for people or for a build, which opens no connection of the application's.
LINKS = frozenset(
    "download downloads docs doc documentation homepage repo repository source src release releases image badge issue issues help "
    "support logo git mirror index schema avatar terms privacy license changelog readme package wheel tarball archive installer "
    "font script icon author vendor favicon banner debug build bug commit actions pip apt apk npm maven conda email ip mac street "
    "billing shipping contact".split()
)


@lru_cache(maxsize=4096)
def normal(key: str) -> str:
    """The one spelling of a key: `DB_PASSWORD` of `dbPassword`, `db-password`, `TF_VAR_db_password`."""
    parts = PART.findall(key.removeprefix("TF_VAR_")[:LONGEST])
    return "_".join(part.upper() for part in parts) or key


@lru_cache(maxsize=4096)
def nature(key: str) -> Nature:
    """What is compared by default: keys that name a secret, and those of connections (`DATABASE_URL`, `REDIS_HOST`).

    A bare `HOST`, `PORT` or `URL` is each process's own.
    """
    key = key.removeprefix("TF_VAR_")
    words = normal(key).lower().split("_")
    if keys.kind(key) != "none" and not keys.is_public(key) and not keys.is_identifier(key) and SIGNERS.isdisjoint(words):
        return "secret"
    if "_".join(words) in WHOLE or (len(words) > 1 and words[-1] in CONNECTIONS and LINKS.isdisjoint(words)):
        return "connection"
    return ""


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a key is one of those that the project's settings name; `*` and `?` stand for any characters, the spelling does not count."""
    steps = [wild.compiled(pattern.upper(), star_crosses=True) for pattern in patterns]

    def matches(key: str) -> bool:
        return any(wild.matches(one, key.upper()[:LONGEST]) or wild.matches(one, normal(key)) for one in steps)

    return matches
