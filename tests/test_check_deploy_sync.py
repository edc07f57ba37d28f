"""check-deploy-sync as its users see it: silence first, then each finding, its words, and what could not be read."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import Repo

ENV = f"DB_HOST=db\nDB_PASSWORD={secrets.token_hex(12)}Q7\n"
SETTINGS = "APP_NAME=shop\nLOG_LEVEL=info\n"
TEMPLATE = {".env.example": "A=\n"}
COVERING = {".gitignore": ".env*\n!.env.example\n"}
DEPLOY = "#!/bin/bash\n{}\n"
RSYNC = "rsync -a ./ app@host:/srv/app/"


def check(repo: Repo, *argv: str) -> tuple[int, dict[str, Any]]:
    done = repo.stopgap("check-deploy-sync", "--format", "json", *argv)
    assert done.returncode in (0, 1, 2), done.stderr
    assert ENV.split("=")[-1].strip().encode() not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def told(repo: Repo) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["severity"]) for finding in check(repo)[1]["findings"]]


def tracked(repo: Repo, files: dict[str, str]) -> None:
    for name, text in files.items():
        repo.write(name, text)
    repo.add()
    repo.commit()


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({".env": ENV}, id="no deploy"),
        pytest.param({"deploy.sh": DEPLOY.format(RSYNC)}, id="no config"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("# " + RSYNC)}, id="comment"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format(RSYNC + " --dry-run")}, id="dry run"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("rsync -a dist/ host:/srv/")}, id="a build's folder"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("scp app.js web.js host:/srv/")}, id="named files"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format(RSYNC + " --exclude='.env*' --delete")}, id="excluded"),
        pytest.param({".env": ENV, ".gitignore": ".env*\n", "deploy.sh": DEPLOY.format(RSYNC + " --exclude=.env")}, id="ignored, excluded"),
        pytest.param({**TEMPLATE, **COVERING, "deploy.sh": DEPLOY.format(RSYNC)}, id="a template alone"),
        pytest.param({".env": ENV, "notes.md": RSYNC}, id="documentation"),
        pytest.param({".env": ENV, "test/targets/git/deploy.sh": DEPLOY.format(RSYNC)}, id="what a test runs"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("cd /tmp/src\ngit reset --hard origin/main")}, id="a checkout to build from"),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("git clone 2>&1 | grep filter")}, id="what git clone says"),
        pytest.param({".env": ENV, "resync-data.sh": DEPLOY.format("git -C $DATA checkout $BRANCH")}, id="another repository's data"),
        pytest.param({".env": ENV, "docs/deploy.rst": "Deploy (\n======\n\nUse `rsync`.\n"}, id="a paper on deploys"),
        pytest.param({".env": ENV, "_app.zsh": "#compdef app\n_arguments : ((\n"}, id="completions"),
        pytest.param({".env": ENV, "sync.sh": DEPLOY.format('cp "/tmp/git/$1" /usr/bin/x')}, id="a file of no repository"),
    ],
)
def test_is_silent(repo: Repo, files: dict[str, str]) -> None:
    tracked(repo, files)
    assert check(repo) == (0, check(repo)[1])
    assert told(repo) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format(RSYNC)}, ("deploy-copies-config", "error"), id="the outage"),
        pytest.param({"web/.env.production": ENV, "deploy.sh": DEPLOY.format(RSYNC)}, ("deploy-copies-config", "error"), id="nested"),
        pytest.param({".env": SETTINGS, "deploy.sh": DEPLOY.format(RSYNC)}, ("deploy-copies-config", "note"), id="nothing secret in it"),
        pytest.param(
            {".env.example": "A=\n", "deploy.sh": DEPLOY.format(RSYNC + " --delete")},
            ("deploy-deletes-config", "error"),
            id="the server's own",
        ),
        pytest.param({".env": ENV, "deploy.sh": DEPLOY.format("zip -r app.zip .")}, ("deploy-ships-config", "error"), id="artifact"),
        pytest.param(
            {".env": ENV, "deploy.sh": DEPLOY.format("ssh app@host 'cd /srv/app && git pull'")}, ("deploy-copies-config", "error"), id="git"
        ),
        pytest.param(
            {".env": ENV, "deploy.sh": DEPLOY.format("rsync -a $SRC/ host:/srv/")}, ("deploy-unknown", "note"), id="unknown source"
        ),
        pytest.param(
            {".env": ENV, "deploy.sh": DEPLOY.format(RSYNC + " --exclude-from=gone.txt")},
            ("deploy-unknown", "note"),
            id="list that is missing",
        ),
    ],
)
def test_tells(repo: Repo, files: dict[str, str], expected: tuple[str, str]) -> None:
    tracked(repo, files)
    status, said = check(repo)
    assert [(finding["rule"], finding["severity"]) for finding in said["findings"]] == [expected]
    assert status == (0 if expected[1] == "note" else 1)
    (finding,) = said["findings"]
    assert (finding["path"], finding["line"]) == ("deploy.sh", 2)


JOB = "jobs:\n  deploy:\n    steps:\n      - uses: actions/checkout@v4\n      - run: {}\n"
WORKFLOW = ".github/workflows/deploy.yml"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"deploy.sh": DEPLOY.format(RSYNC)}, id="nothing shows that env files are used"),
        pytest.param({"tests/.env.example": "A=\n", "deploy.sh": DEPLOY.format(RSYNC)}, id="tests alone have env files"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format("rsync -a dist/ h:/srv/")}, id="a build's folder"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format("scp app.js h:/srv/")}, id="named files"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format("scp .env.production h:/srv/.env")}, id="the file itself by name"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format(RSYNC + " --exclude=.env*")}, id="excluded"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format(RSYNC + " --delete --exclude='.*'")}, id="all dotfiles excluded"),
        pytest.param({**TEMPLATE, "Dockerfile": "FROM x\nCOPY . .\n", ".dockerignore": "**/.env*\n"}, id="ignored by docker"),
        pytest.param({**TEMPLATE, "Dockerfile": "FROM x\nCOPY src /app\n"}, id="an image of one folder"),
        pytest.param({**TEMPLATE, **COVERING, WORKFLOW: JOB.format(RSYNC)}, id="what git ignores, in CI"),
        pytest.param({**TEMPLATE, **COVERING, "Dockerfile": "FROM x\nCOPY . .\n"}, id="what git ignores, on a developer's machine"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format("git clone https://x.org/a/b.git /srv/app")}, id="clone to a new folder"),
        pytest.param({**TEMPLATE, "deploy.sh": DEPLOY.format("rsync -a $SRC/ h:/srv/")}, id="nobody can tell what"),
        pytest.param({**TEMPLATE, "stopgap.toml": "allow-files = ['.env*']\n", "deploy.sh": DEPLOY.format(RSYNC)}, id="allowed"),
    ],
)
def test_names_of_which_no_file_is_here_are_passed_over(repo: Repo, files: dict[str, str]) -> None:
    tracked(repo, files)
    assert check(repo)[1]["findings"] == []


@pytest.mark.parametrize(
    ("files", "rule", "said", "fix"),
    [
        pytest.param(
            {**TEMPLATE, "deploy.sh": DEPLOY.format(RSYNC)},
            "deploy-copies-config",
            "would overwrite the server's own .env, .env.local and 3 more",
            "add --exclude='/.env*' (that leaves .env.example behind too)",
            id="rsync",
        ),
        pytest.param(
            {**TEMPLATE, ".gitignore": ".env\n", WORKFLOW: JOB.format(RSYNC)},
            "deploy-copies-config",
            "would overwrite the server's own .env.local, .env.production and 2 more",
            "add --exclude='/.env*'",
            id="those that .gitignore lets in, in CI",
        ),
        pytest.param(
            {
                **TEMPLATE,
                **COVERING,
                ".gitignore": ".env*\n!.env.p*\n",
                "deploy.sh": DEPLOY.format(RSYNC + " --include=.git --exclude=.e*l"),
            },
            "deploy-copies-config",
            "would overwrite the server's own .env.production with",
            "add --exclude='/.env.production' before the first --include",
            id="one name",
        ),
        pytest.param(
            {"package.json": '{"dependencies": {"dotenv": "1"}}', "deploy.sh": DEPLOY.format(RSYNC)},
            "deploy-copies-config",
            ".env, .env.local and 3 more",
            "add --exclude='/.env*'",
            id="a reader shows that env files are used",
        ),
        pytest.param(
            {".env": ENV, "deploy.sh": DEPLOY.format(RSYNC + " --exclude=.env")},
            "deploy-copies-config",
            ".env.local, .env.production and 2 more",
            "add --exclude='/.env*'",
            id="one of them excluded",
        ),
        pytest.param(
            {".env": ENV, **COVERING, "deploy.sh": DEPLOY.format(RSYNC + " --delete --exclude=.env")},
            "deploy-deletes-config",
            "deletes the server's own .env.local, .env.production and 2 more where it has one: no such file is here",
            "add --exclude='/.env*'",
            id="deleted, whatever git ignores",
        ),
        pytest.param(
            {**TEMPLATE, "Dockerfile": "FROM x\nCOPY . .\n"},
            "deploy-ships-config",
            "would carry .env, .env.local and 3 more into what it builds",
            "add '**/.env*' as the last line of the .dockerignore",
            id="image",
        ),
        pytest.param(
            {"web/.env.example": "A=\n", "Dockerfile": "FROM x\nCOPY . .\n"},
            "deploy-ships-config",
            ".env, .env.local and 8 more",
            "add '**/.env*' as the last line",
            id="two folders, one pattern",
        ),
        pytest.param(
            {**TEMPLATE, "deploy.sh": DEPLOY.format("ssh app@host 'cd /srv/app && git pull'")},
            "deploy-copies-config",
            "would check out .env, .env.local and 3 more over the server's own",
            "let .gitignore cover .env*",
            id="git takes what it has",
        ),
        pytest.param(
            {**TEMPLATE, **COVERING, "stopgap.toml": "[check-gitignore]\nextra = ['vault.yml']\n", "deploy.sh": DEPLOY.format(RSYNC)},
            "deploy-copies-config",
            "vault.yml",
            "add --exclude='/vault.yml'",
            id="a name of the settings",
        ),
    ],
)
def test_names_of_which_no_file_is_here_are_a_note(repo: Repo, files: dict[str, str], rule: str, said: str, fix: str) -> None:
    tracked(repo, files)
    status, report = check(repo)
    (finding,) = report["findings"]
    assert (status, finding["rule"], finding["severity"]) == (0, rule, "note")
    assert said in finding["message"]
    assert "no such file is" in finding["message"]
    assert finding["fix"].startswith(fix)
    assert check(repo, "--strict")[0] == 0


@pytest.mark.parametrize("command", ["", " --delete", " --delete-excluded"])
@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_one_finding_covers_the_names_that_could_turn_up(repo: Repo, tmp_path: Path, command: str) -> None:
    step = f"rsync -a{command} ./ host:/srv/app/"
    tracked(repo, {".env": ENV, "app.py": "pass\n", "deploy.sh": DEPLOY.format(step)})
    (finding,) = check(repo)[1]["findings"]
    assert (finding["rule"], finding["severity"]) == ("deploy-copies-config", "error")
    words = re.findall(r"add (--\S+='[^']+')", finding["fix"])
    assert words[0] == "--exclude='/.env*'"
    mended = step.replace("rsync -a", f"rsync -a {' '.join(words)}")
    repo.write("deploy.sh", DEPLOY.format(mended))
    repo.add()
    assert told(repo) == []
    server = tmp_path / "server"
    server.mkdir()
    for name in (".env", ".env.local"):
        (server / name).write_text("A=of the server\n")
        repo.write(name, "A=of the repository\n")
    subprocess.run(["bash", "-c", mended.replace("host:/srv/app/", f"{server}/")], cwd=repo.path, check=True)
    assert {(server / name).read_text() for name in (".env", ".env.local")} == {"A=of the server\n"}


def test_umbrella_says_of_such_names_in_a_commit_nothing_and_of_the_tree_a_note(repo: Repo) -> None:
    tracked(repo, {**TEMPLATE, "deploy.sh": DEPLOY.format(RSYNC), "a.py": "a = 1\n"})
    assert b"deploy-copies-config: note" in repo.stopgap("check").stdout
    repo.write("a.py", "a = 2\n")
    repo.add()
    assert b"deploy-copies-config" not in repo.stopgap("check", env={"GIT_INDEX_FILE": ".git/index"}).stdout


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("docker/ignored", [], id="a tracked file"),
        pytest.param("docker/../docker/ignored", [], id="a tracked file by a longer way"),
        pytest.param("../ignored", [("deploy-ships-config", "error")], id="outside of the repository"),
        pytest.param("docker/gone", [("deploy-ships-config", "error")], id="nothing"),
        pytest.param(".dockerignore", [("deploy-ships-config", "error")], id="itself"),
    ],
)
def test_ignore_file_that_is_a_link_is_what_it_leads_to(repo: Repo, target: str, expected: list[tuple[str, str]]) -> None:
    (repo.path.parent / "ignored").write_text("**/.env*\n")
    (repo.path / ".dockerignore").symlink_to(target)
    tracked(repo, {".env": ENV, "Dockerfile": "FROM x\nCOPY . .\n", "docker/ignored": "**/.env*\n"})
    assert told(repo) == expected


@pytest.mark.parametrize(
    ("files", "severities"),
    [
        pytest.param({"api/.env": ENV, "api/app.py": "pass\n"}, ["error"], id="its folder is still here"),
        pytest.param({"old/.env": ENV}, ["error"], id="beside the one of the root"),
    ],
)
def test_file_that_history_had_is_the_servers_own(repo: Repo, files: dict[str, str], severities: list[str]) -> None:
    tracked(repo, {**COVERING, ".env": ENV, "deploy.sh": DEPLOY.format(RSYNC + " --delete"), **files})
    for name in (".env", *(name for name in files if name.endswith(".env"))):
        repo.git("rm", "-q", "--cached", name)
        (repo.path / name).unlink()
    repo.commit()
    found = [one for one in check(repo)[1]["findings"] if one["rule"] == "deploy-deletes-config"]
    assert [one["severity"] for one in found] == severities
    assert (".env, api/.env" in found[0]["message"]) == ("api/app.py" in files)


def test_untracked_file_travels_from_a_developers_machine_and_not_from_ci(repo: Repo) -> None:
    job = "jobs:\n  deploy:\n    steps:\n      - uses: actions/checkout@v4\n      - run: " + RSYNC + "\n"
    tracked(repo, {"deploy.sh": DEPLOY.format(RSYNC), ".github/workflows/deploy.yml": job, ".gitignore": ".env*\n"})
    repo.write(".env", ENV)
    assert [(one["rule"], one["path"]) for one in check(repo)[1]["findings"]] == [("deploy-copies-config", "deploy.sh")]


def test_names_the_files_that_travel_and_the_rest_by_number(repo: Repo) -> None:
    tracked(repo, {f"app{number}/.env": ENV for number in range(5)} | {"deploy.sh": DEPLOY.format(RSYNC)})
    (finding,) = check(repo)[1]["findings"]
    assert "app0/.env, app1/.env, app2/.env and 2 more" in finding["message"]


@pytest.mark.parametrize("command", ["", " --delete", " --delete-excluded", " --include='*.env' --include='.*'"])
@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_words_mend_the_step_for_us_and_for_rsync(repo: Repo, tmp_path: Path, command: str) -> None:
    step = f"rsync -a{command} ./ host:/srv/app/"
    tracked(repo, {".env": ENV, "app.py": "pass\n", "deploy.sh": DEPLOY.format(step)})
    status, said = check(repo)
    assert status == 1
    words = " ".join(re.findall(r"add (--\S+='[^']+')", said["findings"][0]["fix"]))
    mended = step.replace("rsync -a", f"rsync -a {words}")
    repo.write("deploy.sh", DEPLOY.format(mended))
    repo.add()
    assert check(repo)[0] == 0
    server = tmp_path / "server"
    server.mkdir()
    (server / ".env").write_text("DB_PASSWORD=of the server\n")
    subprocess.run(["bash", "-c", mended.replace("host:/srv/app/", f"{server}/")], cwd=repo.path, check=True)
    assert (server / ".env").read_text() == "DB_PASSWORD=of the server\n"
    assert (server / "app.py").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(".github/workflows/deploy.yml", "jobs: {}\njobs: {}\n", id="a key twice"),
        pytest.param(".github/workflows/deploy.yml", "jobs: {a: {steps: [{run: ls, run: pwd}]}}\n", id="a key twice in a step"),
        pytest.param(".github/workflows/deploy.yml", "jobs: [\n", id="YAML that is none"),
        pytest.param(".github/workflows/deploy.yml", "a: &a [*a]\njobs: *a\n", id="alias of itself"),
        pytest.param("deploy.sh", "#!/bin/sh\nif [ -d x ]; then ((\nrsync -a dist/ host:/srv/\n", id="shell that is none"),
        pytest.param("deploy.sh", "#!/bin/sh\nrsync -a --exclude-from=../kept ./ host:/srv/\n", id="patterns outside of the repository"),
        pytest.param("deploy.sh", "#!/bin/sh\nrsync -a --exclude=$KEPT ./ host:/srv/\n", id="a variable that nothing sets"),
        pytest.param(".gitlab-ci.yml", "a: &a\n  script: [ls]\n  b: *a\n", id="job within itself"),
        pytest.param("package.json", "{", id="JSON that is none"),
        pytest.param("package.json", "[" * 100_000, id="deep JSON"),
    ],
)
def test_file_that_cannot_be_read_blocks_nothing_unless_strict(repo: Repo, name: str, text: str) -> None:
    tracked(repo, {".env": ENV, name: text})
    status, said = check(repo)
    incomplete = [fact["path"] for fact in said["scope"]["incomplete"]]
    assert (status, [(one["rule"], one["severity"], one["path"]) for one in said["findings"]]) == (
        0,
        [("deploy-unknown", "note", path) for path in incomplete],
    )
    assert incomplete == ([] if text.startswith("a: &a [") else [name])
    assert check(repo, "--strict")[0] == (2 if incomplete else 0)


def test_allowed_with_a_reason(repo: Repo) -> None:
    tracked(repo, {".env": ENV, "deploy.sh": DEPLOY.format(RSYNC)})
    allowed = repo.stopgap("allow", "--all", "--reason", "the server has none of its own")
    assert allowed.returncode == 0, allowed.stderr
    assert told(repo) == []


def test_umbrella_says_it_too(repo: Repo) -> None:
    tracked(repo, {".env": ENV, "deploy.sh": DEPLOY.format(RSYNC)})
    said = json.loads(repo.stopgap("check", "--format", "json").stdout)
    assert "deploy-copies-config" in {finding["rule"] for finding in said["findings"]}


def test_an_environment_of_that_name_is_no_test(repo: Repo) -> None:
    tracked(repo, {".env": ENV, "deploy/test/deploy.sh": DEPLOY.format("cd ../..\n" + RSYNC)})
    assert ("deploy-copies-config", "error") in told(repo)


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        pytest.param({}, "note", id="no sign that an env file is used"),
        pytest.param({".env.example": "A=\n"}, "error", id="a template"),
        pytest.param({"requirements.txt": "python-dotenv==1.0\n"}, "error", id="a reader"),
        pytest.param({".env": ENV}, "error", id="one in history"),
    ],
)
def test_unprotected_delete_is_as_bad_as_the_repository_uses_env_files(repo: Repo, files: dict[str, str], severity: str) -> None:
    tracked(
        repo, {"config/.env.production": ENV, "deploy.sh": DEPLOY.format("rsync -a --exclude=/.env* --exclude=config ./ h:/srv/"), **files}
    )
    if ".env" in files:
        repo.git("rm", "-q", "--cached", ".env")
        (repo.path / ".env").unlink()
        repo.commit()
    repo.write("deploy.sh", DEPLOY.format("rsync -a --delete-excluded --exclude=/.env* --exclude=config ./ h:/srv/"))
    repo.add()
    assert ("deploy-deletes-config", severity) in told(repo)


def test_message_shows_nothing_of_a_text_but_its_variables(repo: Repo) -> None:
    hidden = [f"Zq{secrets.token_hex(8)}{number}" for number in range(5)]
    steps = (
        f"sshpass -p {hidden[0]} rsync -a --exclude=$FROM/{hidden[1]} ./ app:{hidden[2]}@host:/srv/",
        f"lftp -u app,{hidden[0]} -e 'mirror -R -x \"$KEPT{hidden[3]}\" . /srv' ftp://app:{hidden[2]}@host",
        f"rsync -a --exclude-from={hidden[4]} ./ host:/srv/",
        "PASS=hunter-two; rsync -a --exclude=$FROM/$PASS ./ host:/srv/",
    )
    tracked(repo, {".env": ENV, "deploy.sh": DEPLOY.format("\n".join(steps))})
    for form in ("text", "json", "github", "sarif"):
        done = repo.stopgap("check-deploy-sync", "--format", form, "-v")
        assert b"${FROM}" in done.stdout or form == "sarif"
        assert [one for one in (*hidden, "hunter-two") if one.encode() in done.stdout + done.stderr] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("deploy.sh", "A=xxxx\n" + "A=$A$A$A$A\n" * 60 + "rsync -a $A host:/srv/\n", id="variable that doubles"),
        pytest.param("deploy.sh", "A=(x y)\n" + 'A=("${A[@]}" "${A[@]}")\n' * 60 + 'rsync "${A[@]}" host:/srv/\n', id="array that doubles"),
        pytest.param("deploy.sh", "cp -r . /tmp/b\n" + "".join(f"rm -rf /tmp/b/{n}\n" for n in range(9_000)), id="much removed"),
        pytest.param("deploy.sh", "if a; then\n" * 8_000 + "fi\n" * 8_000, id="deep shell"),
        pytest.param("deploy.sh", "a | " * 30_000 + "b\n", id="long pipeline"),
        pytest.param("Dockerfile", "FROM x\nARG A=xx\n" + "ENV A=$A$A\n" * 60 + "COPY $A /x\n", id="image's variable that doubles"),
        pytest.param(
            ".gitlab-ci.yml",
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
            id="aliases of aliases",
        ),
        pytest.param("package.json", json.dumps({"scripts": {f"s{n}": f"npm run s{n + 1}" for n in range(15_000)}}), id="many scripts"),
    ],
)
def test_hostile_file_ends_soon(repo: Repo, name: str, text: str) -> None:
    tracked(repo, {".env": ENV, name: text})
    started = time.monotonic()
    check(repo)
    assert time.monotonic() - started < 15  # each took minutes; a busy machine may take seconds
