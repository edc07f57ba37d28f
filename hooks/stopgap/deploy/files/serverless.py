"""Serverless Framework: the package is the service's folder, less what `package` names.

https://www.serverless.com/framework/docs/providers/aws/guide/packaging

First come the framework's own exclusions (`.env*` only with `useDotenv`), then those of `exclude`, then `include` and `patterns` in their
order; the last
that matches a file decides. A bundler's plugin packs what it has bundled, and nothing of the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..copy import Copy, Filter
from ..tree import Tree
from ..yamls import Map, Text, document

SERVICE = re.compile(r"(?m)^service[ \t]*:")
ALWAYS = ("-.git/**", "-.gitignore", "-.DS_Store", "-npm-debug.log", "-yarn-*.log", "-.serverless/**", "-.serverless_plugins/**")
BUNDLERS = (
    "serverless-webpack", "serverless-esbuild", "serverless-bundle", "serverless-plugin-typescript-webpack",
    "serverless-jetpack-webpack",
            "serverless-rust", "serverless-nextjs-plugin", "serverless-vite", "serverless-plugin-ncc")  # fmt: skip


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The package of the service, or of each function where they are packed one by one. Raises Unreadable."""
    if not SERVICE.search(text):
        return
    said = document(text)
    if not said.get("service") or not said.get("provider") or is_bundled(said, text):
        return
    folder = path.rpartition("/")[0]
    package, functions = said.map("package"), [one for one in said.map("functions").values() if isinstance(one, Map)]
    packed = [one for one in functions if not one.get("image") and not one.map("package").get("artifact")]
    if package.get("artifact") or (functions and not packed):
        return
    shared = rules(package)
    own = ("-.env*",) if said.text("useDotenv") == "true" else ()
    alone = package.text("individually") == "true"
    sets = {rules(one.map("package")): one for one in packed} if alone else {((), ()): said}
    for (left_out, taken), one in sets.items():
        patterns = (*ALWAYS, f"-{path.rpartition('/')[2]}", *own, *shared[0], *left_out, *shared[1], *taken)
        line = (one.map("package") or package or one).line
        yield Copy(
            "Serverless", path, line, folder, "", "artifact", (Filter("globs", patterns),), unknown=unknown(package, one.map("package"))
        )


def is_bundled(said: Map, text: str) -> bool:
    """Whether a bundler decides what is packed: its plugin is named, or its settings are there."""
    named = any(plugin in BUNDLERS for plugin in said.texts("plugins"))
    built = said.map("build")
    return (
        named
        or (bool(built.get("esbuild")) and built.text("esbuild") != "false")
        or "esbuild" in said.map("custom")
        or "webpack" in said.map("custom")
    )


def rules(package: Map) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `exclude` leaves out, and what `include` and `patterns` then take or leave out."""
    left_out = tuple(f"+{one[1:]}" if one.startswith("!") else f"-{one}" for one in package.texts("exclude"))
    listed = [*package.texts("include"), *package.texts("patterns")]
    return left_out, tuple(f"-{one[1:]}" if one.startswith("!") else f"+{one}" for one in listed)


def unknown(*packages: Map) -> str:
    """Why it cannot be told what is left out: a list comes from another file, or a pattern from a variable. "" where it can."""
    for package in packages:
        for name in ("exclude", "include", "patterns"):
            given = package.get(name)
            if isinstance(given, Text) or any("${" in one for one in package.texts(name)):
                return f"package.{name} holds a variable"
    return ""
