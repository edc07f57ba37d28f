"""rsync as we read it, held against rsync itself: generated filter lists over a real tree, and commands as people write them."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from stopgap.deploy.copy import Copy
from stopgap.deploy.filters import Unclear, is_kept, passes

from .deploy_help import answers, copies_of, planted, taken

RSYNC = shutil.which("rsync")
real = pytest.mark.skipif(RSYNC is None, reason="rsync is not installed")
FILES = [
    ".env",
    ".env.local",
    ".env.prod",
    ".envrc",
    "app.py",
    "web/.env",
    "web/.env.local",
    "web/app.js",
    "web/dist/app.js",
    "api/.env",
    "api/deep/er/.env",
    "api/deep/x.log",
    ".git/config",
    "config/prod.env",
    "config/.env.d/a",
    "odd[1].txt",
    "star*.txt",
    "xenv",
]
NAMES = [
    ".env",
    "*.env",
    ".env*",
    ".*",
    "*",
    "**",
    ".env.*",
    "web",
    "deep",
    "*.log",
    "?env",
    "[.]env",
    ".en[v-z]",
    "[!a-z]env",
    "odd[1].txt",
    "star\\*.txt",
    "x*",
    "web/.env",
    "api/**/.env",
    "**/.env",
    "*/.env",
    "deep/er",
    "web/***",
    "er/.env",
    "**.env",
    "config/*.d/",
    "./.env",
]


def tree_at(folder: Path) -> Path:
    return planted(folder, dict(zip(FILES, FILES, strict=True)))


def generated(seed: int) -> list[str]:
    """A list of filter rules."""
    dice = random.Random(seed)
    rules = []
    for _ in range(dice.randint(1, 5)):
        name = dice.choice(NAMES)
        name = dice.choice(["", "", "/"]) + name + dice.choice(["", "", "", "/"])
        rules.append(
            dice.choices(["- ", "+ ", "P ", "H ", "S ", "R ", "-! ", "-s ", "-r ", "!"], [12, 8, 2, 1, 1, 1, 1, 1, 1, 1])[0] + name
        )
    return ["!" if rule.startswith("!") else rule for rule in rules]


def sent(source: str, rules: list[str], cwd: Path, *more: str) -> set[str]:
    """What the real rsync would send, and with `*deleting` before it what it would delete."""
    argv = [RSYNC or "", "-an", "--out-format=%i|%n", *more, *(f"--filter={rule}" for rule in rules), source, f"{cwd}-target/"]
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {line for line in done.stdout.splitlines() if not line.endswith("/")}


@real
@pytest.mark.parametrize("block", range(8))
def test_generated_filters_send_what_rsync_sends(tmp_path: Path, block: int) -> None:
    top = tree_at(tmp_path / "proj")
    cases = [generated(seed) for seed in range(block * 60, block * 60 + 60)]
    for rules, answer in zip(cases, answers(lambda rules: sent("./", rules, top), cases), strict=True):
        expected = {line.split("|")[1] for line in answer if line.startswith(">")}
        (copy,) = copies(f"rsync -a {' '.join(f'--filter={quoted(rule)}' for rule in rules)} ./ host:/srv/")
        assert {name for name in FILES if passes(copy.filters, name)} == expected, rules


@real
@pytest.mark.parametrize("option", ["--delete", "--delete-excluded"])
@pytest.mark.parametrize("block", range(4))
def test_generated_filters_delete_what_rsync_deletes(tmp_path: Path, option: str, block: int) -> None:
    top = tmp_path / "proj"
    top.mkdir()
    tree_at(tmp_path / "proj-target")
    cases = [generated(seed) for seed in range(1000 + block * 60, 1000 + block * 60 + 60)]
    for rules, answer in zip(cases, answers(lambda rules: sent("./", rules, top, option), cases), strict=True):
        done = {line.split("|")[1] for line in answer if line.startswith("*deleting")}
        (copy,) = copies(f"rsync -a {option} {' '.join(f'--filter={quoted(rule)}' for rule in rules)} ./ host:/srv/")
        assert {name for name in FILES if not is_kept(copy.protects, name)} == done, (option, rules)


def quoted(text: str) -> str:
    return "'" + text + "'"


def copies(script: str, files: dict[str, str] | None = None, shell: str = "bash") -> list[Copy]:
    return copies_of(script, dict.fromkeys(FILES, "") | (files or {}), shell=shell)


def travels(script: str, files: dict[str, str] | None = None, shell: str = "bash") -> set[str]:
    """Which of the config files of the tree a script would send."""
    return taken(copies(script, files, shell), (name for name in FILES if ".env" in name))


ALL = {name for name in FILES if ".env" in name}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("rsync -an ./ host:/srv", set(), id="dry run"),
        pytest.param("rsync -a host:/srv/ ./", set(), id="from the server"),
        pytest.param("rsync -a dist/ host:/srv", set(), id="a folder without config"),
        pytest.param("rsync -a ./ /mnt/backup", set(), id="on this machine"),
        pytest.param("rsync -a --exclude '.env*' ./ host:", {"config/prod.env"}, id="excluded by a glob"),
        pytest.param("rsync -a --files-from=list . host:", {".env.local"}, id="named files"),
        pytest.param("rsync -a ./ host:/srv", ALL, id="everything"),
        pytest.param("rsync -a --exclude=.env ./ host:", ALL - {".env", "web/.env", "api/.env", "api/deep/er/.env"}, id="any depth"),
        pytest.param("rsync -a ./ host: --exclude=/.env", ALL - {".env"}, id="anchored, behind the operands"),
        pytest.param("rsync -a $(pwd) host: --exclude=/.env", ALL, id="anchored in a folder that is sent itself"),
        pytest.param("rsync -a --exclude={.git,.env} ./ host:", ALL - {".env", "web/.env", "api/.env", "api/deep/er/.env"}, id="braces"),
        pytest.param("rsync -a --exclude='.git,.env' ./ host:", ALL, id="a list that is one pattern"),
        pytest.param("rsync -a ./* host:", {name for name in ALL if not name.startswith(".")}, id="the shell's star"),
        pytest.param("rsync -a web api/ host:", {"web/.env", "web/.env.local", "api/.env", "api/deep/er/.env"}, id="two sources"),
        pytest.param("rsync -a --exclude-from=list ./ host:", ALL - {".env.local", "web/.env.local"}, id="file of patterns"),
        pytest.param("rsync -a web/ build/; rsync -a build/ host:", {"web/.env", "web/.env.local"}, id="by way of a folder"),
    ],
)
def test_commands_send(script: str, expected: set[str]) -> None:
    assert travels(script, {"list": "# comment\n; other\n\n.env.local\n"}) == expected


def test_sh_has_no_braces() -> None:
    assert travels("rsync -a --exclude={.git,.env} ./ host:", shell="sh") == ALL


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("rsync -a --exclude-from=$LIST ./ host:", "${LIST}"),
        ("rsync -a --exclude-from=gone ./ host:", "gone"),
        ("rsync -a $SOURCE host:", "${SOURCE}"),
    ],
)
def test_what_cannot_be_known_is_said(script: str, said: str) -> None:
    (copy,) = copies(script)
    assert said in copy.unknown


def test_merge_file_is_unclear() -> None:
    (copy,) = copies("rsync -a --filter='. rules' ./ host:")
    with pytest.raises(Unclear):
        passes(copy.filters, ".env")
