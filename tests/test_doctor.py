"""`stopgap doctor`, with hooks that the real clients installed: what is armed, and each way in which it is not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from stopgap.checks.ours import IDS, NAMED, STAGES, TOGETHER, calls, tool

from . import forked
from .conftest import Repo
from .tokens import PASSWORD

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent
ALL = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push, commit-msg]\n"
REPO = "repos:\n- repo: https://example.com/stopgap\n  rev: v0.1.0\n  hooks:\n"
GOOD = ALL + REPO + "  - id: stopgap\n  - id: scan-message\n"
EACH = ALL + REPO + "  - id: block-env-files\n  - id: scan-diff\n  - id: check-gitignore\n  - id: scan-message\n"
PREK_TOML = """default_install_hook_types = ["pre-commit", "pre-merge-commit", "pre-push", "commit-msg"]
[[repos]]
repo = "https://example.com/stopgap"
rev = "v0.1.0"
hooks = [{ id = "stopgap" }, { id = "scan-message" }]
"""
HUSKY_STUB = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n'
SCRIPTS = {
    "pre-commit": "stopgap check\n",
    "pre-merge-commit": "stopgap check\n",
    "pre-push": 'exec stopgap check --pre-push "$@"\n',
    "commit-msg": '"$HOME/.venv/bin/python" -m stopgap scan-message "$1"\n',
}
LEFTHOOK = """pre-commit:
  commands:
    stopgap: {run: stopgap check}
pre-merge-commit:
  jobs:
  - run: stopgap check
pre-push:
  jobs:
  - group:
      jobs:
      - run: stopgap check --pre-push {1} {2}
commit-msg:
  commands:
    stopgap: {run: "stopgap scan-message {1}"}
"""


class Doctor:
    """What the command said."""

    def __init__(self, repo: Repo, *argv: str, **environ: str) -> None:
        done = repo.stopgap("doctor", *argv, env=environ)
        self.status, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()
        self.lines = self.out.splitlines()

    def ended(self, status: int, *parts: str) -> Doctor:
        """Each part is what one line begins with, fixes without their indent."""
        missing = [part for part in parts if not any(line.strip().startswith(part) for line in self.lines)]
        assert (self.status, missing) == (status, []), self.out + self.err
        return self


def client(repo: Repo, name: str, *argv: str) -> None:
    done = subprocess.run((str(BIN / name), *argv), cwd=repo.path, capture_output=True, env={**os.environ, "PREK_COLOR": "never"})
    assert done.returncode == 0, done


def configure(repo: Repo, text: str, name: str = ".pre-commit-config.yaml", tool: str = "pre-commit") -> Repo:
    """A repository with a configuration that is committed, and the hooks that it asks for."""
    repo.write(name, text)
    repo.add(name)
    repo.commit("configure")
    client(repo, tool, "install")
    return repo


@pytest.fixture(scope="session")
def armed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hooks that pre-commit installs for all stages: the same for every configuration that asks for these."""
    return configure(Repo(tmp_path_factory.mktemp("armed") / "repo"), GOOD).path / ".git/hooks"


def configured(repo: Repo, armed: Path, text: str) -> Repo:
    """As `configure` leaves it, for a configuration that begins with ALL."""
    assert text.replace(ALL, "") != text
    repo.write(".pre-commit-config.yaml", text)
    repo.add(".pre-commit-config.yaml")
    repo.commit("configure")
    shutil.copytree(armed, repo.path / ".git/hooks", dirs_exist_ok=True)
    return repo


def script(repo: Repo, name: str, text: str, mode: int = 0o755) -> Path:
    path = repo.write(name, text if text.startswith("#!") else "#!/bin/sh\n" + text)
    path.chmod(mode)
    return path


# ---- armed


@pytest.mark.parametrize(
    ("name", "text", "tool", "ids"),
    [
        pytest.param(".pre-commit-config.yaml", GOOD, "pre-commit", "stopgap", id="pre-commit"),
        pytest.param(
            ".pre-commit-config.yaml", EACH, "pre-commit", "block-env-files, check-gitignore, scan-diff", id="pre-commit, each id"
        ),
        pytest.param(".pre-commit-config.yaml", GOOD, "prek", "stopgap", id="prek"),
        pytest.param("prek.toml", PREK_TOML, "prek", "stopgap", id="prek.toml"),
    ],
)
def test_a_client_that_is_set_up_is_armed(repo: Repo, name: str, text: str, tool: str, ids: str) -> None:
    found = Doctor(configure(repo, text, name, tool))
    found.ended(0, f"ok    pre-commit: runs {ids} ({tool})", f"ok    commit-msg: runs scan-message ({tool})", "ok    a generated GitHub")
    assert found.lines[-1] == "armed"
    assert not found.err


def test_own_scripts_are_armed(repo: Repo) -> None:
    for name, text in SCRIPTS.items():
        script(repo, f".git/hooks/{name}", text)
    found = Doctor(repo).ended(0, "ok    pre-commit: runs stopgap (.git/hooks/pre-commit)", "ok    commit-msg: runs scan-message")
    assert found.lines[-1] == "armed"


def test_husky_is_armed_by_what_its_stubs_run(repo: Repo) -> None:
    repo.git("config", "core.hooksPath", ".husky/_")
    for name, text in SCRIPTS.items():
        script(repo, f".husky/_/{name}", HUSKY_STUB)
        repo.write(f".husky/{name}", text)  # husky runs it with sh: it is not executable
    found = Doctor(repo).ended(
        0, "ok    git looks for hooks in .husky/_ (core.hooksPath)", "ok    pre-push: runs stopgap (.husky/pre-push)"
    )
    assert found.lines[-1] == "armed"
    assert Doctor(repo, HUSKY="0").ended(1).lines[-1] == "not armed: 1 of 10 checks failed"
    (repo.path / ".husky/pre-commit").unlink()
    Doctor(repo).ended(1, "FAIL  pre-commit: stopgap does not run", "fix: let .husky/pre-commit run `stopgap check`")


@pytest.mark.parametrize("name", ["lefthook.yml", ".config/lefthook.yaml"])
def test_lefthook_is_armed_by_its_configuration(repo: Repo, name: str) -> None:
    for stage in STAGES:
        script(repo, f".git/hooks/{stage}", f'call_lefthook run "{stage}" "$@"\n')
    repo.write(name, LEFTHOOK)
    Doctor(repo).ended(0, "ok    pre-commit: runs stopgap (lefthook)", "ok    pre-push: runs stopgap (lefthook)", "armed")
    Doctor(repo, LEFTHOOK="0").ended(1, "FAIL  the environment variable LEFTHOOK is off")
    repo.write(name, LEFTHOOK.replace("{run: stopgap check}", "{run: stopgap check, skip: true}"))
    Doctor(repo).ended(1, "FAIL  pre-commit: stopgap does not run", "fix: give pre-commit in lefthook's configuration")


def test_a_worktree_and_a_folder_have_the_hooks_of_the_repository(repo: Repo) -> None:
    configure(repo, GOOD)
    repo.git("worktree", "add", "-q", "../other")
    repo.write("a/b/c.txt", "")
    for folder in ("../other", "a/b"):
        done = repo.stopgap("doctor", cwd=folder)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"armed"), done.stdout.decode()


# ---- not armed: what is installed


def test_nothing_configured_is_one_clear_line(repo: Repo) -> None:
    found = Doctor(repo).ended(1, "FAIL  no configuration and no hook of this repository calls stopgap", "not armed: 1 of")
    assert sum(line.startswith("FAIL") for line in found.lines) == 1


def test_configured_and_not_installed(repo: Repo) -> None:
    repo.write(".pre-commit-config.yaml", GOOD)
    found = Doctor(repo).ended(
        1,
        "FAIL  pre-commit: stopgap is configured for it, but no hook is installed",
        "fix: pre-commit install --hook-type pre-commit",
        "FAIL  commit-msg: scan-message is configured for it, but no hook is installed",
        "note  .pre-commit-config.yaml is not tracked",
        "not armed: 4 of",
    )
    assert "armed" not in found.lines


def test_a_plain_install_leaves_stages_out(repo: Repo) -> None:
    configure(repo, GOOD.removeprefix(ALL))
    found = Doctor(repo).ended(
        1,
        "ok    pre-commit: runs stopgap (pre-commit)",
        "FAIL  pre-push: stopgap is configured for it, but no hook is installed",
        "fix: pre-commit install --hook-type pre-push",
        "note  default_install_hook_types leaves out pre-merge-commit, pre-push, commit-msg",
    )
    for line in [line for line in found.lines if "fix: pre-commit install" in line]:
        client(repo, *line.removeprefix("      fix: ").split())
    Doctor(repo).ended(0, "armed, with 1 note")


def test_a_hook_that_is_not_executable(repo: Repo) -> None:
    configure(repo, GOOD)
    (repo.path / ".git/hooks/pre-commit").chmod(0o644)
    Doctor(repo).ended(1, "FAIL  pre-commit: not executable, so git does not run it", "fix: chmod +x .git/hooks/pre-commit")


def test_hooks_that_core_hookspath_puts_out_of_action(repo: Repo) -> None:
    configure(repo, GOOD)
    repo.git("config", "core.hooksPath", "empty")
    Doctor(repo).ended(
        1,
        "FAIL  git looks for hooks in empty (core.hooksPath) and never runs commit-msg, pre-commit, pre-merge-commit, pre-push in its own",
        "FAIL  pre-commit: stopgap is configured for it, but no hook is installed",
        "fix: pre-commit installs nothing while core.hooksPath is set",
    )


def test_another_script_stands_where_the_client_should(repo: Repo) -> None:
    repo.write(".pre-commit-config.yaml", GOOD)
    script(repo, ".git/hooks/pre-commit", "# stopgap check\nnpm test\n")
    Doctor(repo).ended(
        1, "FAIL  pre-commit: stopgap is configured for it, but .git/hooks/pre-commit does not run it", "fix: let .git/hooks/pre-commit"
    )


def test_a_hook_that_reads_another_configuration(repo: Repo) -> None:
    configure(repo, "repos: []\n", "other.yaml")
    client(repo, "pre-commit", "install", "-c", "other.yaml")
    repo.write(".pre-commit-config.yaml", GOOD)
    Doctor(repo).ended(1, "FAIL  pre-commit: stopgap does not run: commits are not looked at")


# ---- not armed: what is configured


TAKES_AWAY = pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(GOOD.replace("id: stopgap", "id: stop-gap"), "FAIL  stopgap has no hook 'stop-gap'", id="unknown id"),
        pytest.param(GOOD + "ci:\n  skip: [stopgap]\n", "FAIL  `ci: skip` names stopgap", id="ci skip"),
        pytest.param(GOOD + "ci:\n  skip: [a]\n".replace("a", "fast") + "", "", id="ci skips another"),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n    alias: all") + "ci: {skip: [all]}\n", "FAIL  `ci: skip` names all", id="alias"
        ),
        pytest.param("exclude: ^\\.env\n" + EACH, "FAIL  `exclude` at the top keeps .env from it", id="exclude at the top"),
        pytest.param("files: \\.py$\n" + EACH, "FAIL  `files` at the top keeps .env from it", id="files at the top"),
        pytest.param("exclude: ^config/\n" + EACH, "FAIL  `exclude` at the top keeps config/.env from it", id="exclude of a folder"),
        pytest.param("exclude: ^vendor/\n" + EACH, "", id="exclude of another folder"),
        pytest.param("files: \\.py$\n" + GOOD, "", id="stopgap takes no names"),
        pytest.param(
            EACH.replace("id: scan-diff", "id: scan-diff\n    exclude: env"), "FAIL  `exclude` of scan-diff keeps .env", id="exclude of one"
        ),
        pytest.param(
            EACH.replace("id: scan-diff", "id: scan-diff\n    types: [python]"), "FAIL  `types` of scan-diff keep .env", id="types"
        ),
        pytest.param(EACH.replace("id: scan-diff", "id: scan-diff\n    types: [text]"), "", id="types: text"),
        pytest.param(
            EACH.replace("id: scan-diff", "id: scan-diff\n    pass_filenames: false"),
            "FAIL  `pass_filenames: false` of scan-diff",
            id="no names",
        ),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n    entry: 'true'"), "FAIL  `entry` of stopgap runs another", id="another entry"
        ),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n    stages: [pre-push]"),
            "FAIL  `stages` leaves stopgap out at pre-commit",
            id="stages",
        ),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n    stages: [pre-commit]"),
            "note  `stages` leaves stopgap out at pre-merge-commit",
            id="one stage",
        ),
        pytest.param(GOOD.replace("id: stopgap", "id: stopgap\n    stages: [commit, merge-commit, push]"), "", id="old names of stages"),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n  - id: scan-diff\n    stages: [pre-push]"),
            "",
            id="a stage left out that stopgap covers",
        ),
        pytest.param("default_stages: [pre-push]\n" + GOOD, "", id="default_stages do not touch our stages"),
        pytest.param(GOOD.replace("v0.1.0", "main"), "note  rev 'main' is a branch", id="rev is a branch"),
        pytest.param(GOOD.replace("v0.1.0", "0123abc" * 5 + "01234"), "", id="rev is a commit"),
        pytest.param(EACH.replace("  - id: check-gitignore\n", ""), "note  nothing runs check-gitignore", id="a check left out"),
        pytest.param(
            GOOD.replace("id: stopgap", "id: stopgap\n    always_run: false"), "note  stopgap is not always run", id="not always run"
        ),
        pytest.param(ALL + REPO + "  - id: stopgap\n", "note  commit-msg: stopgap does not run", id="no scan-message"),
    ],
)


@TAKES_AWAY
def test_what_a_configuration_takes_away(repo: Repo, armed: Path, text: str, says: str) -> None:
    found = Doctor(configured(repo, armed, text)).ended(int(says.startswith("FAIL")), *([says] if says else []))
    assert says or found.lines[-1] == "armed", found.out


def test_these_are_configurations_that_pre_commit_installs_for(repo: Repo, armed: Path) -> None:
    for number, case in enumerate(TAKES_AWAY.args[1]):
        repo.write(f"{number}.yaml", case.values[0])
    client(repo, "pre-commit", "validate-config", *(f"{number}.yaml" for number in range(len(TAKES_AWAY.args[1]))))
    configure(repo, TAKES_AWAY.args[1][-1].values[0])
    assert {path.name: path.read_bytes() for path in repo.path.glob(".git/hooks/*")} == {
        path.name: path.read_bytes() for path in armed.glob("*")
    }


def test_git_s_samples_are_no_hooks(repo: Repo) -> None:
    configure(repo, GOOD)
    shutil.rmtree(repo.path / ".git/hooks")
    repo.git("init", "-q")
    samples = {path.name for path in repo.path.glob(".git/hooks/*")}
    assert "pre-commit.sample" in samples
    Doctor(repo).ended(1, "FAIL  pre-commit: stopgap is configured for it, but no hook is installed")


LOCAL = "  - id: mine\n    name: mine\n    language: system\n    entry: stopgap check\n    always_run: true\n    pass_filenames: false\n"


def test_a_local_hook_counts(repo: Repo) -> None:
    configure(repo, ALL + "repos:\n- repo: local\n  hooks:\n" + LOCAL)
    Doctor(repo).ended(0, "ok    .pre-commit-config.yaml runs stopgap: local", "ok    pre-push: runs stopgap (pre-commit)")
    Doctor(repo, SKIP="mine").ended(1, "FAIL  the environment variable SKIP names mine")


def test_default_stages_count_for_a_local_hook(repo: Repo) -> None:
    configure(repo, ALL + "default_stages: [pre-push]\nrepos:\n- repo: local\n  hooks:\n" + LOCAL)
    Doctor(repo).ended(1, "FAIL  pre-commit: stopgap does not run", "FAIL  `stages` leaves stopgap out at pre-commit")


@pytest.mark.parametrize(
    ("environ", "status"),
    [({"SKIP": "black,stopgap"}, 1), ({"PREK_SKIP": "sub:stopgap"}, 1), ({"SKIP": "black"}, 0), ({"SKIP": ""}, 0)],
    ids=["ours", "prek's", "another", "empty"],
)
def test_the_environment_skips(repo: Repo, armed: Path, environ: dict[str, str], status: int) -> None:
    Doctor(configured(repo, armed, GOOD), **environ).ended(status)


def test_the_nearest_id_is_named(repo: Repo) -> None:
    configure(repo, GOOD.replace("id: scan-message", "id: scan-mesage"))
    Doctor(repo).ended(1, "fix: did you mean 'scan-message'?")


# ---- could not check


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        pytest.param(
            ".pre-commit-config.yaml", "repos: [a\nkey: hidden-text", "ERROR .pre-commit-config.yaml:2:4: not YAML", id="not YAML"
        ),
        pytest.param(".pre-commit-config.yaml", "- hidden-text", "ERROR .pre-commit-config.yaml: not a configuration", id="a list"),
        pytest.param(".pre-commit-config.yaml", b"\xff\x80hidden-text", "ERROR .pre-commit-config.yaml: not YAML", id="bytes"),
        pytest.param(".pre-commit-config.yaml", "a: " + "[" * 20000, "ERROR .pre-commit-config.yaml: not YAML", id="brackets without end"),
        pytest.param(".pre-commit-config.yaml", "a: 2026-13-45", "ERROR .pre-commit-config.yaml: not YAML", id="an impossible date"),
        pytest.param(
            ".pre-commit-config.yaml", "a: !!python/name:os.system", "ERROR .pre-commit-config.yaml:1:4: not YAML", id="a Python object"
        ),
        pytest.param("prek.toml", "a = hidden-text", "ERROR prek.toml:1:5: not TOML", id="not TOML"),
        pytest.param("lefthook.yml", "a: [hidden-text", "ERROR lefthook.yml:", id="lefthook"),
        pytest.param("stopgap.toml", "exlude = []", "ERROR stopgap.toml: unknown key 'exlude'; did you mean 'exclude'?", id="settings"),
        pytest.param(".stopgap-allow.toml", '[[allow]]\nrule = "x"', "ERROR .stopgap-allow.toml: entry 1", id="allow file"),
    ],
)
def test_what_cannot_be_read_is_not_clean(repo: Repo, armed: Path, name: str, text: str | bytes, says: str) -> None:
    configured(repo, armed, GOOD)
    repo.write(name, text)
    found = Doctor(repo).ended(2, says, "not known whether the hooks are armed")
    assert "hidden-text" not in found.out + found.err


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("repos: 3\n", id="a number"),
        pytest.param("repos: [[], {hooks: [1, {id: [2]}]}, {repo: {}, hooks: {}}]\n", id="other forms"),
        pytest.param("repos: &a [*a]\n", id="refers to itself"),
        pytest.param("ci: []\ndefault_install_hook_types: 1\nrepos: []\n", id="other types"),
        pytest.param("", id="empty"),
    ],
)
def test_a_configuration_of_another_form_runs_nothing(repo: Repo, text: str) -> None:
    repo.write(".pre-commit-config.yaml", text)
    Doctor(repo).ended(1, "FAIL  no configuration and no hook")


def test_lefthook_that_refers_to_itself_ends(repo: Repo) -> None:
    repo.write("lefthook.yml", "pre-commit: &a\n  commands: {x: *a}\n")
    script(repo, ".git/hooks/pre-commit", "lefthook run pre-commit\n")
    Doctor(repo).ended(1, "FAIL  no configuration and no hook")


def test_outside_of_a_repository(tmp_path: Path) -> None:
    done = forked.run(("doctor",), tmp_path, os.environ)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


# ---- settings, self-test, formats


@pytest.mark.parametrize(
    ("text", "says", "status"),
    [
        pytest.param("", "ok    settings: stopgap.toml", 0, id="empty"),
        pytest.param('exclude = ["docs/"]', "ok    settings: stopgap.toml", 0, id="a folder excluded"),
        pytest.param('exclude = [".env*"]', "FAIL  exclude lets every .env through", 1, id="env files excluded"),
        pytest.param('allow-files = ["**"]', "FAIL  allow-files lets every .env through", 1, id="all allowed"),
        pytest.param('[rules]\ndisable = ["github-pat"]', "ok    a generated ", 0, id="the tested rule is off"),
        pytest.param('[rules]\ndisable = ["no-such-rule"]', "ERROR stopgap.toml: [rules] disable", 2, id="unknown rule"),
    ],
)
def test_the_settings(repo: Repo, text: str, says: str, status: int) -> None:
    configure(repo, GOOD)
    repo.write("stopgap.toml", text)
    Doctor(repo).ended(status, says)


def test_allowed_findings_are_counted_and_expired_ones_named(repo: Repo) -> None:
    configure(repo, GOOD)
    block = '[[allow]]\nrule = "github-pat"\npath = "{}"\nreason = "known"\n'
    repo.write(".stopgap-allow.toml", block.format("a.py") + "\n" + block.format("b.py") + "expires = 2020-01-31\n")
    Doctor(repo).ended(0, "ok    .stopgap-allow.toml: 2 allowed findings", "note  .stopgap-allow.toml: github-pat in 'b.py' has expired")


def test_the_first_line_says_what_runs(repo: Repo) -> None:
    line = Doctor(repo).lines[0]
    assert re.fullmatch(r"ok    stopgap \d\S+, Python 3\.\S+, git \d.*, (hyperscan \d\S+|without hyperscan: slower, same findings)", line)


def test_json_has_what_is_not_ok(repo: Repo) -> None:
    configure(repo, GOOD.replace("v0.1.0", "main") + "ci: {skip: [stopgap]}\n")
    found = Doctor(repo, "--format", "json")
    report = json.loads(found.out)
    facts = [(one["check"], one["rule"], one["severity"], one["path"]) for one in report["findings"]]
    assert sorted(facts) == [
        ("doctor", "doctor-rev", "note", ".pre-commit-config.yaml"),
        ("doctor", "doctor-skip", "error", ".pre-commit-config.yaml"),
    ]
    assert (found.status, found.err, report["scope"]["mode"]) == (1, "", "doctor")


def test_nothing_is_changed(repo: Repo) -> None:
    configure(repo, GOOD)
    before = {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")}
    Doctor(repo).ended(0)
    assert {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")} == before


def test_a_login_in_a_url_is_not_shown(repo: Repo) -> None:
    login = f"deploy:{PASSWORD}@"
    found = Doctor(configure(repo, GOOD.replace("//example.com", f"//{login}example.com")))
    found.ended(0, "ok    .pre-commit-config.yaml runs stopgap, scan-message: https://example.com/stopgap at v0.1.0")
    assert PASSWORD not in found.out


def test_names_cannot_act_on_the_terminal(repo: Repo) -> None:
    configure(repo, GOOD.replace("id: stopgap", 'id: "stop\\egap\\u202e"'))
    found = Doctor(repo).ended(1)
    assert "\x1b" not in found.out
    assert "\u202e" not in found.out


# ---- the tables


def test_the_ids_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {
        hook["id"]: tuple(stage for stage in hook["stages"] if stage != "manual") for hook in manifest if hook["stages"] != ["manual"]
    } == IDS
    assert {hook["id"] for hook in manifest if hook.get("pass_filenames", True) and "pre-commit" in hook["stages"]} == set(NAMED)
    assert all(set(part) <= set(IDS) for part in TOGETHER.values())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("echo stopgap check-things", set(), id="another word"),
        pytest.param("  # stopgap check", set(), id="a comment"),
        pytest.param("stopgap doctor", set(), id="another command"),
        pytest.param("nonstopgap check", set(), id="another program"),
        pytest.param("stopgap check", {"stopgap"}, id="check"),
        pytest.param("npx x && stopgap scan-diff || exit 1", {"scan-diff"}, id="in a list of commands"),
        pytest.param("/opt/v/bin/stopgap scan-message $1", {"scan-message"}, id="with a path"),
        pytest.param('"C:/v/stopgap.exe" check-gitignore', {"check-gitignore"}, id="on Windows"),
        pytest.param("python -m stopgap block-env-files\nstopgap scan-diff", {"block-env-files", "scan-diff"}, id="two"),
        pytest.param("uvx stopgap check", {"stopgap"}, id="by a runner"),
    ],
)
def test_calls_in_a_script(text: str, ids: set[str]) -> None:
    assert calls(text) == ids


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("npm test", "", id="none"),
        pytest.param("# see pre-commit\nexit 0", "", id="only named"),
        pytest.param("pre-commit run --hook-stage pre-push", "pre-commit", id="pre-commit by hand"),
        pytest.param("uvx prek run", "prek", id="prek by hand"),
        pytest.param("npx lefthook run pre-commit", "lefthook", id="lefthook by hand"),
    ],
)
def test_the_client_of_a_script(text: str, name: str) -> None:
    assert tool(text) == name
