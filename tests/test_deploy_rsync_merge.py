"""rsync's merge files, held against rsync itself: `.gitignore` files at several depths of a real tree."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from stopgap.deploy.filters import Unclear

from .deploy_help import answers, copies_of, planted, travels

RSYNC = shutil.which("rsync")
FILES = (".env", ".env.local", "web/.env", "web/api/.env", "web/api/.env.local", "web/app.js", "api/.env", "api/deep/er/.env")
LINES = (".env", "/.env", "*.local", "api/.env", "web/", "/api", "**/.env", "deep/er", "# .env", "", "!.env", ".env*", "er/.env")


def read(script: str, files: dict[str, str]) -> set[str]:
    """The files that a script sends, by what is read of it. Raises Unclear."""
    return {name for copy in copies_of(script, files) for name in files if travels(copy, name)}


@pytest.mark.skipif(RSYNC is None, reason="rsync is not installed")
@pytest.mark.parametrize("source", ["./", "web/", "web"])
def test_files_of_each_folder_leave_out_what_rsync_leaves_out(tmp_path: Path, source: str) -> None:
    def ask(seed: int) -> tuple[str, dict[str, str], set[str]]:
        """The option, the repository's files, and what rsync sends of it."""
        dice = random.Random(f"{source}{seed}")
        ignores = {
            f"{folder}.gitignore": "\n".join(dice.choices(LINES, k=3)) + "\n" for folder in ("", "web/", "web/api/") if dice.random() < 0.7
        }
        top = tmp_path / f"{source.strip('./')}{seed}"
        planted(top, files := dict.fromkeys(FILES, "") | ignores)
        option = dice.choice(["--filter=:- .gitignore", "--filter=dir-merge,- .gitignore", "--filter=:e- .gitignore"])
        argv = [RSYNC or "", "-an", "--out-format=%n", option, source, f"{top}-target/"]
        done = subprocess.run(argv, cwd=top, capture_output=True, text=True, check=True).stdout.splitlines()
        before = "web/" if source == "web/" else ""
        return option, files, {before + line for line in done if not line.endswith("/")}

    for option, files, expected in answers(ask, range(60)):
        assert read(f"rsync -a '{option}' {source} host:/srv/", files) == expected, (option, files)


def test_a_tracked_file_that_no_gitignore_names_travels() -> None:
    files = {".env": "", ".gitignore": "build/\n"}
    assert ".env" in read("rsync -az --exclude .git --filter=':- .gitignore' . $host:/srv/$name/app", files)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("rsync -a --filter='. rules' ./ host:/srv/", id="merged once"),
        pytest.param("rsync -a --filter=': /.rsync-filter' ./ host:/srv/", id="looked for above"),
        pytest.param("rsync -a --filter=':w .rsync-filter' ./ host:/srv/", id="words"),
        pytest.param("rsync -a --filter=': .rsync-filter' ./ host:/srv/", id="merges more"),
    ],
)
def test_what_is_not_followed_is_unclear(script: str) -> None:
    with pytest.raises(Unclear):
        read(script, {".env": "", ".rsync-filter": "merge other\n"})
