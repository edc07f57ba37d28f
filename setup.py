"""The build's one extra step: the tables as Python literals, which load faster than TOML (see stopgap/detect/tables.py)."""

from pathlib import Path
from runpy import run_path
from typing import Any

import tomli
from setuptools import setup
from setuptools.command.build_py import build_py

TABLES = ("detect/rules", "detect/names", "detect/words", "detect/weights", "detect/published", "detect/providers", "deploy/actions")


class BuildTables(build_py):
    """build_py, then `_NAME_table.py` beside each NAME.toml in the build."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # a checkout reads the TOML that somebody may be changing
        for name in TABLES:
            table = tomli.loads(Path("hooks/stopgap", f"{name}.toml").read_text("utf-8"))
            self.write(name, table)
            if name == "detect/rules":
                self.write("detect/keywords", keywords(table["rule"]))
                self.write("detect/ways", ways(table["rule"]))

    def write(self, name: str, table: dict[str, Any]) -> None:
        folder, _, base = name.rpartition("/")
        target = Path(self.build_lib, "stopgap", folder, f"_{base}_table.py")
        target.write_text(f'"""The table {base}, written by the build."""\n\nTABLE = {table!r}\n', "utf-8")


def ways(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How to look for the matches of each rule's expression, in their order (see stopgap/detect/beginnings.py)."""
    way = run_path("hooks/stopgap/detect/beginnings.py")["way"]
    return {"rule": [tuple(way(row["pattern"], tuple(word.lower().encode() for word in row["keywords"]))) for row in rows]}


def keywords(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What of the rules every run needs: how many there are, and by each keyword the numbers of those that ask for it."""
    owners: dict[bytes, tuple[int, ...]] = {}
    for number, row in enumerate(rows):
        for word in row["keywords"]:
            word = word.lower().encode()
            owners[word] = (*owners.get(word, ()), number)
    return {"rules": len(rows), "owners": owners}


setup(cmdclass={"build_py": BuildTables})
