"""The build's one extra step: the tables of detection as Python literals, which load faster than TOML (see stopgap/detect/tables.py)."""

from pathlib import Path

import tomli
from setuptools import setup
from setuptools.command.build_py import build_py

TABLES = ("rules", "names", "words", "weights", "published", "providers")


class BuildTables(build_py):
    """build_py, then `_NAME_table.py` beside each NAME.toml in the build."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # a checkout reads the TOML that somebody may be changing
        for name in TABLES:
            source = Path("hooks/stopgap/detect", f"{name}.toml")
            target = Path(self.build_lib, "stopgap/detect", f"_{name}_table.py")
            table = tomli.loads(source.read_text("utf-8"))
            target.write_text(f'"""{name}.toml, written by the build."""\n\nTABLE = {table!r}\n', "utf-8")


setup(cmdclass={"build_py": BuildTables})
