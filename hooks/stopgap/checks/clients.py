"""What a hook client is told to run of ours: the configurations of pre-commit, prek and lefthook, read as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .ours import IDS, NAMED, calls

OLD_STAGES = {"commit": "pre-commit", "push": "pre-push", "merge-commit": "pre-merge-commit"}  # until pre-commit 3.2
LOGIN = re.compile(r"//[^/@]*@")  # a URL may hold a token, and is printed
DEEPEST = 12  # levels below a hook of lefthook: groups of jobs may be in groups
PROBES = (".env", ".env.production", "config/.env")


class Entry(NamedTuple):
    """One of our ids in a configuration. `called`: what SKIP and `ci: skip` may call it. `stages`: where it runs, of all it is made for.

    `hidden` are the reasons why an env file is not shown to it; `command` is what runs in our place, "" for our own.
    """

    id: str
    called: tuple[str, ...]
    stages: tuple[str, ...]
    repo: str = ""
    rev: str = ""
    hidden: tuple[str, ...] = ()
    command: str = ""
    always: bool = True


class Client(NamedTuple):
    """A configuration of pre-commit's form. `unknown`: ids of our repository that we do not have; `install`: default_install_hook_types."""

    path: str
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    install: tuple[str, ...] = ()


def client(document: Mapping[str, Any], path: str) -> Client:
    """What of ours a configuration of pre-commit's form runs. Parts of another form than pre-commit's are passed over: it refuses them."""
    entries, unknown = [], []
    for repo in tables(document.get("repos")):
        hooks = tables(repo.get("hooks"))
        url = LOGIN.sub("//", str(repo.get("repo", "")))
        local = url == "local"
        ours = "stopgap" in url.rstrip("/").rpartition("/")[2].lower() or any(str(hook.get("id")) in IDS for hook in hooks)
        for hook in hooks:
            id = entry_id(hook) if local else str(hook.get("id", ""))
            if id in IDS:
                entries.append(entry(id, hook, document, url, str(repo.get("rev", ""))))
            elif ours and not local:
                unknown.append(id)
    ci = document.get("ci")
    skipped = words(ci.get("skip")) if isinstance(ci, dict) else ()
    install = words(document.get("default_install_hook_types")) or ("pre-commit",)
    return Client(path, tuple(entries), tuple(unknown), skipped, install)


def entry_id(hook: Mapping[str, Any]) -> str:
    """Which of our ids a local hook runs, "" for none."""
    found = calls(command(hook))
    return min(found) if found else ""


def entry(id: str, hook: Mapping[str, Any], document: Mapping[str, Any], url: str, rev: str) -> Entry:
    """One hook's settings, over those of the file as a whole. `default_stages` counts for a local hook only: our manifest names stages."""
    told = words(hook.get("stages")) or (words(document.get("default_stages")) if url == "local" else ())
    stages = tuple(stage for stage in IDS[id] if not told or stage in [OLD_STAGES.get(word, word) for word in told])
    other = command(hook) if "entry" in hook and id not in calls(command(hook)) else ""
    named = tuple(str(hook[key]) for key in ("id", "alias") if hook.get(key))
    return Entry(id, named, stages, url, rev, tuple(hidden(id, hook, document)), other, hook.get("always_run", url != "local") is True)


def command(hook: Mapping[str, Any]) -> str:
    return " ".join((str(hook.get("entry", "")), *words(hook.get("args"))))


def hidden(id: str, hook: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    """Why the client does not pass an env file's name to this hook."""
    if id not in NAMED:
        return
    for table, place in ((document, "at the top"), (hook, f"of {id}")):
        for key, wanted in (("files", True), ("exclude", False)):
            path = next((probe for probe in PROBES if matches(table.get(key), probe) not in (None, wanted)), "")
            if path:
                yield f"`{key}` {place} keeps {path} from it"
    has = tags_of_env()
    tags = {key: set(words(hook.get(key))) for key in ("types", "types_or", "exclude_types")}
    if not tags["types"] <= has or (tags["types_or"] and not tags["types_or"] & has) or tags["exclude_types"] & has:
        yield f"`{'`, `'.join(key for key in tags if tags[key])}` of {id} keep .env from it"
    if hook.get("pass_filenames") is False:
        yield f"`pass_filenames: false` of {id} keeps every name from it"


def tags_of_env() -> set[str]:
    """What identify, by which the clients choose files, says of an env file: a text that is not executable, and what its name tells."""
    from identify.identify import tags_from_filename

    return {"file", "text", "non-executable", *tags_from_filename(PROBES[0])}


def matches(pattern: object, path: str) -> bool | None:
    """Whether a `files` or `exclude` selects a path; None where there is none, or none that pre-commit would take."""
    if not isinstance(pattern, str) or not pattern:
        return None
    try:
        return re.search(pattern, path) is not None
    except re.error:
        return None


def tables(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def lefthook_calls(document: Mapping[str, Any], stage: str) -> frozenset[str]:
    """Which of our ids lefthook runs at a git hook, in `commands` or `jobs`."""
    return frozenset(id for script in scripts(document.get(stage), DEEPEST) for id in calls(script))


def scripts(value: object, depth: int) -> Iterator[str]:
    """The `run` lines below a value that no `skip: true` takes out. `depth` ends it where YAML refers to itself."""
    if isinstance(value, dict) and value.get("skip") is not True and depth:
        if isinstance(value.get("run"), str):
            yield value["run"]
        for inner in value.values():
            yield from scripts(inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from scripts(inner, depth - 1)
