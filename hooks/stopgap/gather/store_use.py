"""Which settings no tracked file names, besides env files, templates and documents: what may be left of a feature that is gone.

Only names are looked for. Code that puts one together (`env[prefix + "PASSWORD"]`) and a library that reads one by itself are not seen, so
that "no file names it" is a reason to look, and none to delete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..detect import names
from ..drift import reads
from ..drift.keys import normal
from ..git.dates import portions
from ..git.process import failure, path_of, start

# what a library reads by itself: https://www.postgresql.org/docs/current/libpq-envars.html and the like
BY_LIBRARY = ("AWS_", "PG", "SENTRY_", "OTEL_", "DD_", "NEW_RELIC_", "GOOGLE_", "AZURE_", "DJANGO_", "FLASK_", "SPRING_", "ASPNETCORE_")
DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".html")
SEPARATOR = "[._-]?"  # `DB_PASSWORD` is `db.password` to Spring, `dbPassword` to others
# -w: `DB_PASSWORD_FILE` is another setting; the options say what a repository's settings could change (git-grep(1))
SEARCH = ("grep", "--cached", "--no-recurse-submodules", "--no-textconv", "-I", "-i", "-w", "-o", "--no-color", "--no-column")


def unused(keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys that no file of the index names. The current folder is the repository's root. Raises StopgapError."""
    asked = [key for key in keys if not is_a_library_s(key)]
    named: set[str] = set()
    for some in portions(asked):
        wanted = {joined(key) for key in some}
        named.update(found(wanted, "|".join(pattern(key) for key in some)))
    return tuple(key for key in asked if joined(key) not in named)


def is_a_library_s(key: str) -> bool:
    """Whether a platform or a library reads it, which is not in the repository."""
    return key in reads.OTHERS or key.startswith((*reads.PREFIXES, *BY_LIBRARY))


def pattern(key: str) -> str:
    """The key however it is spelt, as an extended regular expression (regex(7)) of plain characters."""
    parts = normal(key).split("_")
    if "".join(parts) != joined(key):
        return re.sub(r"([^A-Za-z0-9_])", r"[\1]", key)  # none of a name's characters needs more
    return SEPARATOR.join(parts)


def joined(text: str) -> str:
    """One spelling for all."""
    return re.sub(r"[._-]", "", text).upper()


def found(wanted: set[str], expression: str) -> Iterator[str]:
    """Those that some file names; the search ends when there are no more to find."""
    argv = (*SEARCH, "--full-name", "-z", "-H", "-E", "-e", expression)
    process = start(*argv)
    assert process.stdout
    left = set(wanted)
    try:
        for line in process.stdout:
            path, _, word = line.rstrip(b"\n").partition(b"\0")
            name = joined(word.decode("utf-8", "replace"))
            if name in left and counts(path_of(path)):
                left.discard(name)
                yield name
            if not left:
                return
    finally:
        if process.poll() is None and not left:
            process.kill()
        said = process.communicate()[1]
    # 1: nothing was found; a file that it could not read git tells on its standard error alone
    if process.returncode not in (0, 1) or re.search(rb"^(?:error|fatal): ", said, re.MULTILINE):
        raise failure(argv, process.returncode, said)


def counts(path: str) -> bool:
    """Whether a file says what the application reads: not settings, a template of them, or a document."""
    return not (names.is_dotenv(path) or names.is_template(path) or path.lower().endswith(DOCUMENTS))
