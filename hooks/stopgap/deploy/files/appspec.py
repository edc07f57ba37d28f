"""CodeDeploy's appspec.yml: which parts of the revision go where on the server. Each deploy removes what the one before had brought.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-files.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..copy import Copy
from ..tree import Tree
from ..yamls import Map, Text, document

HOLE = re.compile(r"[$<]*\{\{?%?[^{}\n]{0,200}%?\}\}?>?")


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of `files:`. A revision is made of the repository: what it leaves out the step says that makes it. Raises Unreadable."""
    said = document(HOLE.sub("placeholder", text) if path.endswith((".tpl", ".tmpl", ".j2", ".template")) else text)
    folder = path.rpartition("/")[0]
    for each in said.list("files"):
        source = each.get("source") if isinstance(each, Map) else None
        if isinstance(source, Text) and isinstance(each, Map):
            inner = "/".join(part for part in f"{folder}/{source}".split("/") if part not in ("", "."))
            yield Copy("CodeDeploy", path, source.line, inner, each.text("destination"), follows_git=True)
