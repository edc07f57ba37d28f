"""App Engine's app.yaml: `.gcloudignore` beside it says what stays here, `skip_files` in runtimes of the first generation.

https://cloud.google.com/appengine/docs/standard/reference/app-yaml, https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..copy import Copy, Filter
from ..platforms import PLATFORMS, taken
from ..tree import Tree
from ..yamls import Map, Unreadable, document

RUNTIME = re.compile(r"(?m)^runtime[ \t]*:")
# Runtimes that read `skip_files`, where no .gcloudignore is there.
FIRST = re.compile(r"(?:python27|php55|java8?|go(?:1(?:\.(?:[6-9]|10))?)?|python|custom|.*flex.*)\Z")
# What they leave out where app.yaml has none: backups, compiled Python, RCS, and names that begin with a dot.
SKIPPED = (r"(?:.*/)?#.*#\Z", r"(?:.*/)?[^/]*~\Z", r"(?:.*/)?[^/]*\.py[co]\Z", r"(?:.*/)?RCS/.*\Z", r"(?:.*/)?\.[^/]*\Z")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copy that `gcloud app deploy` makes of the folder; where a .gcloudignore is there, that is the place. Raises Unreadable."""
    if not RUNTIME.search(text):
        return  # a file of that name is as likely one of Kubernetes
    said = document(text)
    folder = path.rpartition("/")[0]
    if is_app(said) and f"{folder}/.gcloudignore".lstrip("/") not in tree.names:
        line = getattr(said.get("skip_files") or said.get("runtime"), "line", 1)
        yield Copy("gcloud app deploy", path, line, folder, "", "artifact", of_app(said, folder, tree))


def is_app(said: Map) -> bool:
    """Whether it is one of App Engine's: other tools have files of that name too."""
    return bool(said.text("runtime")) and not said.get("kind") and not said.get("jobs")


def filters(path: str, tree: Tree, file: str = "") -> tuple[Filter, ...]:
    """What a deploy by this app.yaml leaves out."""
    folder = path.rpartition("/")[0]
    try:
        said = document(tree.text(path) or "")
    except Unreadable:
        said = Map()
    return of_app(said, folder, tree, file)


def of_app(said: Map, folder: str, tree: Tree, file: str = "") -> tuple[Filter, ...]:
    """What the folder's deploy leaves out."""
    name = f"{folder}/{file or '.gcloudignore'}".lstrip("/")
    first = FIRST.match(said.text("runtime")) is not None or said.text("env") == "flex" or said.text("vm") == "true"
    if name in tree.names or not first:
        return taken(PLATFORMS["gae"], folder, tree, file).filters
    given = said.texts("skip_files")
    patterns = tuple(line for text in given for line in text.split("\n") if line.strip()) if "skip_files" in said else SKIPPED
    return (Filter("expression", patterns),)
