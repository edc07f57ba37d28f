"""Which files hold configuration and credentials, by name: the questions. The names are data in names.toml.

`classify` is asked for every path of a tree, so what costs is done only for a name that looks like one of the table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .name_table import HEAD, STARTS, Name, Probes, Table, compiled, load

DOTENV_WORDS = ("env", "vars", "secrets")  # every name of dotenv syntax holds one of these
READ = 1 << 20  # bytes of a file that a name's `content` is looked for in
# scripts by name: assignments in them are code, which scan-diff reads
SCRIPTS = ("makefile", "gnumakefile", "dockerfile", "containerfile", "jenkinsfile", "pkgbuild", "apkbuild", ".bash", ".zsh", ".profile")

__all__ = [
    "Name",
    "Probes",
    "classify",
    "is_credentials_file",
    "is_dotenv",
    "is_template",
    "load",
    "lookup",
    "may_be_env",
    "probes",
    "templated",
]


@lru_cache(maxsize=1024)  # a path is asked about several times in a row
def lookup(path: str) -> tuple[Name, ...]:
    """The entries that fit this name, templates and copies included, in the table's order."""
    table = load()
    folder, slash, base = path.lower().rstrip().rpartition("/")
    # a copy's or a template's name keeps the letters by which it is found
    if is_strange(base):
        return ()
    forms = [base]
    for pattern in (table.copy, table.template, table.template_end):
        forms += [pattern.sub("", form).lstrip("#") for form in forms if pattern.search(form)]
    indexes = sorted({index for form in forms for index in near(table, form)})
    swapped = [form[1:] for form in forms if form[:1] == "." and base.endswith((".swp", ".swo", ".swn"))]
    full = [folder + slash + form for form in dict.fromkeys([*forms, *swapped])]
    return tuple(table.names[index] for index in indexes if fits(index, full))


@lru_cache(maxsize=1 << 15)  # a tree has many files of few names
def is_strange(base: str) -> bool:
    """A name, in lower case, that no entry could fit."""
    table = load()
    return base.lstrip(STARTS)[:HEAD] not in table.heads and table.tail.search(base) is None


def near(table: Table, base: str) -> set[int]:
    """The entries that a base name could belong to; what is not among them does not match."""
    found = set(table.heads.get(base.lstrip(STARTS)[:HEAD], ()))
    for hit in table.tail.findall(base):
        found.update(table.tails[hit])
    return found


def fits(index: int, paths: list[str]) -> bool:
    """Whether an entry matches the path under one of its names and excepts it under none."""
    wanted, without = compiled(index)
    return any(wanted.search(path) for path in paths) and not (without and any(without.search(path) for path in paths))


def is_template(path: str) -> bool:
    """`.env.example`, `sample.env`, `secrets.example.yml`, `.env.j2`: a listed file's model, with no value in it."""
    found = lookup(path)
    return bool(found) and all(templated(path, name) for name in found)


def of_template(path: str) -> str:
    """The env file that a template is for: `.env` of `.env.example`. "" for what is no template of one."""
    if not is_dotenv(path) or not is_template(path):
        return ""
    table = load()
    folder, slash, base = path.rpartition("/")
    meant = table.template.sub("", base.lower()) or ""
    return folder + slash + meant if lookup(meant) and not is_template(meant) else ""


def templated(path: str, name: Name) -> bool:
    """Whether the name says "template". A key for `example.com` is none, so with keys and state only the end of the name counts."""
    table = load()
    base = table.copy.sub("", path.lower().rpartition("/")[2])
    if base in name.names:
        return False  # `application_default_credentials.json` has "default" in its own name
    return (table.template_end if name.kind in ("key", "state") else table.template).search(base) is not None


def classify(path: str, data: bytes | None = None) -> Name | None:
    """The entry this file belongs to, by name; an entry with `content` counts only where `data` holds it. A template is none."""
    for name in lookup(path):
        if not templated(path, name) and (not name.content or (name.unread if data is None else holds(name, data))):
            return name
    return None


def holds(name: Name, data: bytes) -> bool:
    """Whether the content is what makes this name one to block: of `data` the first MiB is looked at."""
    from . import text

    content = (text.to_utf8(data[:READ]) or b"").decode("utf-8", "replace")
    return any(counts(hit.groupdict()) for hit in re.finditer(name.content, content))


def counts(groups: dict[str, str | None]) -> bool:
    """Whether a hit of a content expression is a secret: without a group `value` always."""
    if not groups:
        return True
    from . import filters

    value = groups.get("value") or groups.get("value2") or ""
    if filters.is_placeholder(value) or filters.is_reference(value) or filters.is_encrypted(value):
        return False
    return "key" not in groups or filters.is_env_secret(groups["key"] or "", value)


def is_dotenv(path: str) -> bool:
    """Whether the file is written in dotenv syntax, templates included."""
    low = path.lower()
    if not any(word in low for word in DOTENV_WORDS):
        return False  # the table need not be read
    foreign = load().lists["foreign"]
    return any(name.dotenv for name in lookup(path)) and not any(f".{word}" in path.lower().rpartition("/")[2] for word in foreign)


def is_credentials_file(path: str) -> bool:
    """Whether a weak password counts in it too: an env or credentials file that is no template."""
    return any(name.kind in ("env", "credentials") and not templated(path, name) for name in lookup(path))


def may_be_env(path: str) -> bool:
    """Whether a file of another name could be an env file by its shape: not source code, a document, a script or a template."""
    base = path.lower().rpartition("/")[2]
    lists = load().lists
    extension = base.rpartition(".")[2] if "." in base else ""
    if extension in lists["code"] or extension in lists["script"] or base.startswith(SCRIPTS):
        return False
    return base != ".env.vault" and load().template.search(base) is None


def probes() -> Probes:
    """The names that check-gitignore asks git about."""
    return load().probes
