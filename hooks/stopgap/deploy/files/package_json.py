"""package.json: the scripts are sh, run in the folder of the file. https://docs.npmjs.com/cli/using-npm/scripts"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .. import place, scripts
from ..copy import Copy
from ..run import Run
from ..shell.commands import Unreadable
from ..tree import Tree

# Scripts that npm runs before and behind another one belong to the same run; here all are read as one, in the order of the file.

KEY = re.compile(r'("(?:[^"\\]|\\.)*")\s*:')


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of all scripts. Raises Unreadable for what is no JSON object."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON") from error
    given = said.get("scripts") if isinstance(said, dict) else None
    if not isinstance(given, dict):
        return
    lines = lines_of(text)
    run, folder = Run(tree, path), place.joined(place.ROOT, path.rpartition("/")[0] or ".")
    for name, script in given.items():
        if isinstance(script, str):
            yield from scripts.read([(lines.get(json.dumps(name, ensure_ascii=False), 1), script)], run, folder, shell="sh")


def lines_of(text: str) -> dict[str, int]:
    """The line on which each key stands first, the keys as they are written."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for key in KEY.finditer(text):
        line += text.count("\n", at, key.start())
        at = key.start()
        found.setdefault(key[1], line)
    return found


def line_of(text: str, name: str) -> int:
    """The line on which one key stands, the first where it cannot be found."""
    return lines_of(text).get(json.dumps(name, ensure_ascii=False), 1)
