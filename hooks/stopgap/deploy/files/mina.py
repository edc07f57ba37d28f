"""Mina: `git:clone` makes a release, and `deploy:link_shared_paths` puts the shared files over it. https://github.com/mina-deploy/mina/tree/master/docs"""

from __future__ import annotations

from collections.abc import Iterator

from .. import place
from ..code.statements import statements
from ..code.values import Program
from ..copy import Copy
from ..steps import SERVER, Steps
from ..tree import Tree
from .capistrano import MINA, RELEASE, flat, settings_of


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copy that a Mina `deploy.rb` makes, and what its tasks put over it."""
    if not MINA.search(text):
        return
    settings = settings_of(text, path)
    steps = Steps(tree, path)
    names = settings.texts("shared_files") + settings.texts("shared_paths") + settings.texts("shared_dirs")
    line = next((settings.lines[name] for name in ("shared_files", "shared_paths", "repository") if name in settings.lines), 1)
    for call in statements(Program(text, "ruby")):
        told = "".join(flat(call.arguments))
        if call.name == "invoke" and told == "git:clone":
            steps.add(Copy("mina", path, line, target=settings.one("deploy_to"), follows_git=True), RELEASE)
        elif call.name == "invoke" and told == "deploy:link_shared_paths":
            for name in names:
                steps.replace(place.joined(RELEASE, name))
        elif call.name in ("command", "queue", "queue!"):
            steps.shell(told, call.line, cwd=RELEASE, host=SERVER)
    yield from steps.found()
