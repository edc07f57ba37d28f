"""A file that is one secret: `config/master.key` of Rails, `secrets/db_password.txt` of Docker, `.vault_pass` of Ansible.

Nothing in such a file says what it is, but its name does. Sources: guides.rubyonrails.org (credentials), docs.docker.com (secrets of
Compose), docs.ansible.com (vault password files), www.jenkins.io (secrets/master.key), wireguard.com (quick start), erlang.org (cookie).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .finders import GENERIC
from .shown import name as shown_name
from .spans import RANKS, Span

RULE = "secret-file"
RANK = -6  # against a rule of its confidence: whatever knows the value knows more
LARGEST = 600  # bytes of such a file
ENDINGS = frozenset(("txt", "key", "secret", "token", "cookie", "pass", "password", "passwd", "pwd"))
# Expressions as text: `re` compiles and keeps them, and most commits need none.
VALUE = rb"(?:\xef\xbb\xbf)?\s{0,20}(?P<secret>[!-~]{8,512})\s{0,20}\Z"
HEX = r"[0-9a-f]{32,512}\Z"
CURVE = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z"  # 32 bytes
# the end of a path, and what such a file holds
KNOWN = (
    (r"(?:^|/)config/(?:master\.key|credentials/[\w.-]{1,60}\.key|secrets\.yml\.key)\Z", HEX),  # Rails
    (r"(?:^|/)secrets/(?:master\.key|initialadminpassword)\Z", HEX),  # Jenkins
    (r"(?:^|/)(?:privatekey|private\.key|wg[\w-]{0,20}\.key|(?:peer|server|client)[\w-]{0,20}\.key)\Z", CURVE),  # WireGuard
    (r"(?:^|/)\.erlang\.cookie\Z", r"[A-Za-z0-9_-]{16,255}\Z"),
)
ENOUGH = 40.0  # bits of a password that one chose for such a file


def spans(data: bytes, path: str) -> Iterator[Span]:
    """The secret that the whole file is, if it is one."""
    match = re.match(VALUE, data) if may_be(path) else None
    if match is None or not is_secret(path.lower(), match["secret"].decode("ascii")):
        return
    start, end = match.span("secret")
    yield Span(start, end, RULE, "medium", GENERIC[RULE], RANKS["medium"] + RANK, key=shown_name(path.rpartition("/")[2]))


@lru_cache(maxsize=1024)  # most contents come in the order of their paths
def may_be(path: str) -> bool:
    """Whether the name has such an ending, or none."""
    base = path.rpartition("/")[2].lower().lstrip(".")
    return "." not in base or base.rpartition(".")[2] in ENDINGS


def is_secret(path: str, value: str) -> bool:
    """Whether the value is what its file's name promises."""
    from . import filters

    if filters.is_placeholder(value) or filters.is_reference(value):
        return False
    if any(re.search(name, path) and re.match(form, value) for name, form in KNOWN):
        return True
    return is_named(path.rpartition("/")[2]) and is_strong(value)


def is_named(base: str) -> bool:
    """`db_password.txt`, `django-secret-key`, `api.token`: the name says of the content what a key says of its value."""
    from . import keys

    name = base.lstrip(".").removesuffix(".txt").replace(".", "_")
    return keys.kind(name) != "none" and not keys.is_public(name)


def is_strong(value: str) -> bool:
    """Letters and digits that nobody would write as a sample, no path and no address."""
    from . import credentials, filters, strength

    if credentials.is_weak(value) or filters.is_plain(value) or not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return False
    return strength.bits(value.encode()) >= ENOUGH
