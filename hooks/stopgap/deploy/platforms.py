"""Platforms that take a folder: which ignore file each reads, how, and what it leaves out anyway. The rest of the folder travels.

eb: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/eb-cli3-configuration.html; gcloud:
https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore;
vercel: https://vercel.com/docs/deployments/vercel-ignore; func: https://learn.microsoft.com/azure/azure-functions/functions-run-local;
heroku: https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore
"""

from __future__ import annotations

from typing import NamedTuple

from .copy import Filter
from .tree import Tree

DEEPEST = 4  # files that include one another


class Platform(NamedTuple):
    """`always`: what it leaves out anyway. `git`: without the file, `.gitignore` counts. `tracked`: without it, what git has committed."""

    mechanism: str
    file: str
    dialect: str = "gitignore"
    always: tuple[str, ...] = ()
    git: bool = False
    tracked: bool = False


PLATFORMS = {
    "eb": Platform("eb deploy", ".ebignore", "ebignore", tracked=True),
    "gcloud": Platform("gcloud", ".gcloudignore", git=True),
    "gae": Platform(
        "gcloud app deploy", ".gcloudignore"
    ),  # `gcloud app deploy` writes a .gcloudignore of its own, which ignores .gitignore
    "vercel": Platform(
        "vercel", ".vercelignore", always=(".env.local", ".env.*.local", "node_modules", ".git", ".vercel", ".next", ".cache", "venv")
    ),
    "func": Platform("func publish", ".funcignore", "ebignore", (".git/", ".vscode/", "local.settings.json", ".funcignore", ".gitignore")),
    "heroku": Platform("Heroku", ".slugignore", tracked=True),
}


class Taken(NamedTuple):
    """What a platform takes of a folder."""

    filters: tuple[Filter, ...]
    follows_git: bool


def taken(platform: Platform, folder: str, tree: Tree, file: str = "") -> Taken:
    """What the platform takes of a folder of the repository. `file`: the ignore file where a step names another one."""
    lines = ignored(platform, folder, tree, file)
    if lines is None and platform.tracked:
        attributes = tree.text(f"{folder}/.gitattributes".lstrip("/")) if platform.mechanism == "eb deploy" else None
        return Taken((Filter("export_ignore", tuple((attributes or "").splitlines())),) if attributes else (), True)
    if lines is None:
        lines = included(f"{folder}/.gitignore".lstrip("/"), tree) or [] if platform.git else []
    filters = (Filter(platform.dialect, tuple(lines)),) if lines else ()
    if platform.always:
        filters = (*filters, Filter("gitignore", platform.always))
    return Taken(filters, platform.mechanism == "Heroku")


def ignored(platform: Platform, folder: str, tree: Tree, file: str = "") -> list[str] | None:
    """The lines of the ignore file in the platform's own reading. None: there is none."""
    name = f"{folder}/{file or platform.file}".lstrip("/")
    lines = included(name, tree)
    if lines is None:
        return None
    if platform.mechanism == "Heroku":  # no line brings anything back
        return [line for line in lines if not line.startswith("!")]
    if platform.mechanism == "func publish":  # a line that brings back wins wherever it stands
        return sorted(lines, key=lambda line: line.startswith("!"))
    return lines


def included(name: str, tree: Tree, depth: int = 0) -> list[str] | None:
    """The lines of a file, those of the files that `#!include:` names put in their place. None: there is no such file."""
    text = tree.text(name)
    if text is None:
        return None
    found = []
    for line in text.splitlines():
        if line.startswith("#!include:") and depth < DEEPEST:
            other = f"{name.rpartition('/')[0]}/{line.partition(':')[2].strip()}".lstrip("/")
            found += included(other, tree, depth + 1) or []
        else:
            found.append(line)
    return found
