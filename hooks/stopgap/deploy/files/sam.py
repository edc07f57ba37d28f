"""AWS SAM's template: the folder of each function's code becomes its package.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html. `sam build` copies the folder of
Python and Ruby whole,
packs that of Node.js by `npm pack`, and compiles other languages.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..copy import Copy, Filter
from ..tree import Tree
from ..yamls import Map, Text, document
from . import npm_package

KINDS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri", "AWS::Lambda::Function": "Code"}
COMPILED = ("java", "dotnet", "go", "provided")
LEFT_OUT = (Filter("gitignore", (".aws-sam", ".git", ".gitignore", ".chalice")),)


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The packages of all functions, each folder once. Raises Unreadable."""
    if "AWS::" not in text:
        return
    said = document(text)
    shared = said.map("Globals").map("Function")
    seen = set()
    for resource in said.map("Resources").values():
        if isinstance(resource, Map) and resource.text("Type") in KINDS:
            for copy in of_resource(resource, shared, path, tree):
                if copy[3:] not in seen:
                    seen.add(copy[3:])
                    yield copy


def of_resource(resource: Map, shared: Map, path: str, tree: Tree) -> Iterator[Copy]:
    """One function or layer. A bucket, inline code, an image and a bundler's output are none of the repository's folders."""
    properties = resource.map("Properties")
    key = KINDS[resource.text("Type")]
    code = properties.get(key) or (shared.get(key) if key == "CodeUri" else None)
    metadata = resource.map("Metadata")
    runtime = properties.text("Runtime") or shared.text("Runtime") or metadata.text("BuildMethod")
    if (
        not isinstance(code, Text)
        or code.startswith(("s3://", "http"))
        or "InlineCode" in properties
        or properties.text("PackageType") == "Image"
    ):
        return
    if runtime.startswith(COMPILED) or metadata.text("BuildMethod") in ("esbuild", "makefile") or code.endswith((".zip", ".jar")):
        return
    inner = place.inside(place.joined(place.joined(place.ROOT, path.rpartition("/")[0] or "."), code))
    if inner is not None:
        own = node(inner, tree) if runtime.startswith("node") else LEFT_OUT
        yield Copy("SAM", path, code.line, inner, "", "artifact", own)


def node(folder: str, tree: Tree) -> tuple[Filter, ...]:
    """What `npm pack` leaves of a folder of Node.js, all of it where no package.json is there."""
    name = f"{folder}/package.json".lstrip("/")
    text = tree.text(name)
    return npm_package.packed(name, text, tree, npm_package.loaded(text)).filters if text is not None else LEFT_OUT
