"""What each git hook runs of ours: its file, and the configuration of the client that it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ..model import StopgapError
from . import clients, documents
from .clients import Client
from .ours import calls, configuration, tool

PRE_COMMIT = (".pre-commit-config.yaml", ".pre-commit-config.yml")
PREK = ("prek.toml", *PRE_COMMIT)  # prek reads the first that there is
LEFTHOOK = tuple(f"{folder}lefthook.{end}" for folder in ("", ".", ".config/") for end in ("yml", "yaml", "toml", "json"))


class Hook(NamedTuple):
    """A git hook. `tool` is the client it starts; `runs`: our ids that it runs; `wanted`: those a configuration means to run in it.

    "off": git ignores the file, as it is not executable.
    """

    name: str
    path: str
    state: Literal["missing", "off", "ready"]
    tool: str = ""
    runs: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()


class Configurations(NamedTuple):
    """What was read, by path; `errors` are the messages, by path, of what could not be."""

    clients: dict[str, Client]
    lefthook: dict[str, Any]
    errors: dict[str, str]

    def used_by(self, tool: str) -> Client:
        """The configuration that pre-commit or prek would take; any, where no tool is known; one that runs nothing where there is none."""
        order = {"pre-commit": PRE_COMMIT, "prek": PREK}.get(tool, (*PRE_COMMIT, *PREK))
        return next((self.clients[path] for path in order if path in self.clients), Client(""))

    def ids(self) -> set[str]:
        """Our ids in any configuration of pre-commit's form."""
        return {entry.id for client in self.clients.values() for entry in client.entries}


def understand(texts: Mapping[str, bytes]) -> Configurations:
    """The configurations among these files."""
    found = Configurations({}, {}, {})
    for path, text in texts.items():
        try:
            document = documents.load(text, path)
        except StopgapError as error:
            found.errors[path] = str(error)
            continue
        if path in LEFTHOOK:
            found.lefthook.update(document)
        else:
            found.clients[path] = clients.client(document, path)
    return found


def hook(name: str, path: str, state: Literal["missing", "off", "ready"], text: str, found: Configurations) -> Hook:
    """What a git hook runs and should run. `text` is its file's."""
    client = tool(text)
    wanted = at_stage(found.used_by(""), name)
    if client in ("pre-commit", "prek"):
        named = configuration(text)
        wanted = at_stage(found.clients.get(named, Client(named)) if named else found.used_by(client), name)
        return Hook(name, path, state, client, wanted, wanted)
    if client == "lefthook":
        return Hook(name, path, state, client, clients.lefthook_calls(found.lefthook, name), wanted)
    return Hook(name, path, state, client, calls(text), wanted)


def at_stage(client: Client, stage: str) -> frozenset[str]:
    return frozenset(entry.id for entry in client.entries if stage in entry.stages)


def installer(hooks: tuple[Hook, ...], found: Configurations) -> str:
    """The client that would install a hook that is missing: the one that installed others, else the one that is configured, "" for none."""
    if used := next((hook.tool for hook in hooks if hook.tool), ""):
        return used
    if not found.clients:
        return "lefthook" if found.lefthook else ""
    return "prek" if list(found.clients) == ["prek.toml"] else "pre-commit"
