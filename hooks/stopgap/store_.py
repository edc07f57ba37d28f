"""`stopgap store`: the commands around a store of secrets."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from . import cli

COMMANDS = (
    ("plan", "store_plan", "which settings of a file are secrets, and what their way into a store takes; nothing is written"),
    ("push", "store_push", "write them, on the condition that nobody else has, and prove that they arrived"),
    ("rotation", "store_rotation", "whether a secret is rotated, and which of its values the repository's history still holds"),
)
USAGE = """usage: stopgap store plan FILE --to ADDRESS
       stopgap store push FILE --to ADDRESS [--apply]
       stopgap store rotation ADDRESS"""


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[2:] if argv is None else argv)
    name = words[0] if words else "--help"
    modules = {command: module for command, module, _ in COMMANDS}
    if name in ("--help", "-h", "help"):
        print(overview())
        return cli.CLEAN
    if name not in modules:
        cli.say(f"stopgap store: no command {name!r}{cli.nearest(name, modules)}")
        return cli.UNCHECKED
    return cli.entrypoint(modules[name], words[1:])


def overview() -> str:
    """What `stopgap store --help` prints."""
    told = [f"  {command:16} {help_line}" for command, _, help_line in COMMANDS]
    where = "An ADDRESS is aws-sm://REGION/NAME, a secret of AWS Secrets Manager; aws-sm:///NAME leaves the region to AWS' SDK."
    return "\n".join([USAGE, "", *told, "", where, "stopgap store COMMAND --help explains one."])
