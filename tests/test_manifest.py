"""The manifest, the packaging and the papers agree with each other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from stopgap import __version__, cli

from .clients import BIN

PROJECT = Path(__file__).resolve().parent.parent
MANIFEST: list[dict[str, Any]] = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_bytes())
HOOKS = {hook["id"]: hook for hook in MANIFEST}
COMMIT = ["pre-commit", "pre-merge-commit", "pre-push", "manual"]
# id, entry, stages, whether names are passed, whether one process gets all of them
TABLE = (
    ("block-env-files", "stopgap block-env-files", COMMIT, True, False),
    ("scan-diff", "stopgap scan-diff", COMMIT, True, True),
    ("scan-message", "stopgap scan-message", ["commit-msg"], True, False),
    ("check-gitignore", "stopgap check-gitignore", ["pre-commit", "manual"], False, False),
    ("check-deploy-sync", "stopgap check-deploy-sync", ["pre-commit", "manual"], False, False),
    ("check-drift", "stopgap check-drift", ["pre-commit", "manual"], False, False),
    ("audit-history", "stopgap audit-history", ["pre-push", "manual"], False, False),
    ("stopgap", "stopgap check", COMMIT, False, False),
)
IDS = [row[0] for row in TABLE]
# https://pre-commit.com/#creating-new-hooks; prek reads more keys, which pre-commit warns about
KEYS = {
    "id", "name", "description", "entry", "language", "types", "always_run", "pass_filenames", "require_serial", "stages",
    "minimum_pre_commit_version",
}  # fmt: skip
README = (PROJECT / "README.md").read_text("utf-8")
BLOCKS = [block for block in re.findall(r"```ya?ml\n(.*?)```", README, re.DOTALL) if "repos:" in block and "github.com" in block]


def test_the_table_is_the_whole_manifest() -> None:
    assert [hook["id"] for hook in MANIFEST] == IDS


@pytest.mark.parametrize(("id", "entry", "stages", "names", "serial"), TABLE, ids=IDS)
def test_a_hook_is_as_the_design_says(id: str, entry: str, stages: list[str], names: bool, serial: bool) -> None:
    hook = HOOKS[id]
    assert (hook["entry"], hook["stages"]) == (entry, stages)
    assert (hook.get("pass_filenames", True), hook.get("require_serial", False)) == (names, serial)


@pytest.mark.parametrize("hook", MANIFEST, ids=IDS)
def test_what_all_hooks_have_in_common(hook: dict[str, Any]) -> None:
    assert set(hook) - {"args"} <= KEYS
    assert (hook["language"], hook["types"], hook["always_run"], hook["minimum_pre_commit_version"]) == ("python", [], True, "3.2.0")
    assert hook["name"]
    assert hook["description"].endswith(".")


def test_what_follows_the_options_is_a_name() -> None:
    """The clients put names behind the arguments: behind `--` no name is an option, whatever it looks like."""
    assert {hook["id"]: hook.get("args") for hook in MANIFEST if hook.get("args")} == {"block-env-files": ["--"], "scan-diff": ["--"]}


@pytest.mark.parametrize("hook", MANIFEST, ids=IDS)
def test_an_entry_is_a_command(hook: dict[str, Any]) -> None:
    program, command = hook["entry"].split()
    assert program in project()["project"]["scripts"]
    assert command in {name for name, _, _ in cli.COMMANDS}


def test_pre_commit_finds_the_manifest_valid_and_has_no_warning() -> None:
    done = subprocess.run((BIN / "pre-commit", "validate-manifest", PROJECT / ".pre-commit-hooks.yaml"), capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_prek_finds_the_manifest_valid() -> None:
    done = subprocess.run((BIN / "prek", "validate-manifest", PROJECT / ".pre-commit-hooks.yaml"), capture_output=True, text=True)
    assert (done.returncode, "warning" in (done.stdout + done.stderr).lower()) == (0, False), done.stdout + done.stderr


def test_the_version_is_one_and_static() -> None:
    """Clients fetch hook repositories without tags: a version that is made of tags would be wrong in them."""
    packaged = project()["project"]
    assert packaged["version"] == __version__
    assert "dynamic" not in packaged
    printed = subprocess.run((BIN / "stopgap", "--version"), capture_output=True, text=True, check=True).stdout
    assert printed == f"stopgap {__version__}\n"


@pytest.mark.parametrize(("command", "module"), [row[:2] for row in cli.COMMANDS], ids=[row[0] for row in cli.COMMANDS])
def test_a_command_is_there_and_told_of(command: str, module: str) -> None:
    assert (PROJECT / f"hooks/stopgap/{module}.py").is_file()
    assert f"stopgap {command}" in README or command in HOOKS
    assert f"  {command} " in cli.overview()
    done = subprocess.run((BIN / "stopgap", command, "--help"), capture_output=True, text=True)
    assert (done.returncode, f"usage: stopgap {command}" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("id", IDS)
def test_a_hook_is_told_of(id: str) -> None:
    assert f"`{id}`" in README


@pytest.mark.parametrize("block", BLOCKS or ["no block"], ids=lambda block: "block")
def test_a_configuration_to_paste_would_work(block: str) -> None:
    pasted = yaml.safe_load(block)
    ours = [repo for repo in pasted["repos"] if "stopgap" in repo["repo"]]
    assert ours
    assert all(repo.get("rev", "").removeprefix("v") == __version__ for repo in ours)
    ids = {hook["id"] for repo in ours for hook in repo["hooks"]}
    assert ids <= set(IDS)
    installed = set(pasted.get("default_install_hook_types", ["pre-commit"]))
    assert {stage for id in ids for stage in HOOKS[id]["stages"]} - {"manual"} <= installed


def test_the_changes_have_a_place_for_the_next_ones() -> None:
    assert "Unreleased" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize(
    "dotted", ["py.typed", *sorted(str(path.relative_to(PROJECT / "hooks/stopgap")) for path in PROJECT.glob("hooks/stopgap/**/*.toml"))]
)
def test_data_files_are_packaged(dotted: str) -> None:
    patterns = project()["tool"]["setuptools"]["package-data"]["stopgap"]
    assert any(Path(dotted).match(pattern.removeprefix("**/")) for pattern in patterns)


def project() -> dict[str, Any]:
    return tomli.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
