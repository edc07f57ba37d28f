"""Actions, pipes and tasks: the examples of actions.toml, multimatch held against npm's own, workflows and other systems' pipelines."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from stopgap.deploy import action_steps, actions, advice, files
from stopgap.deploy.copy import Copy, Filter
from stopgap.deploy.filters import Unclear, passes
from stopgap.deploy.run import Run
from stopgap.deploy.tree import Tree

from . import deploy_help
from .deploy_help import taken

HELD = dict.fromkeys(
    [".env", "app.py", "web/.env", "web/app.js", "dist/index.html", ".github/x.yml", "README.md", ".env.example", "src/app.js"], ""
)
ROWS = list({id(row): row for held in actions.rows().values() for row in held}.values())
KEYS = frozenset(
    [
        "names",
        "system",
        "from",
        "below",
        "docs",
        "source",
        "separator",
        "arrow",
        "base",
        "glob",
        "exclude",
        "between",
        "dialect",
        "instead",
        "always",
        "deletes",
        "everything",
        "extraneous",
        "kind",
        "dry",
        "stage",
        "pack",
        "write",
        "words",
        "copies",
        "keeps",
        "defaults",
        "flags",
        "lists",
        "files",
        "script",
        "shell",
        "local",
        "remote",
        "file",
        "remote-file",
        "unless",
        "when",
        "needs",
        "hidden",
        "has",
        "lacks",
        "exclude-file",
    ]
)


def tree_of(more: dict[str, str] | None = None) -> Tree:
    return deploy_help.tree_of(HELD | (more or {}))


def sent(copies: list[Copy], tree: Tree) -> set[str]:
    """The env files of the tree that travel."""
    return taken(copies, (name for name in tree.names if name.endswith(".env")))


def run_action(row: dict[str, Any], inputs: dict[str, str]) -> list[Copy]:
    version = row.get("from") or str(int(row["below"]) - 1) if "from" in row or "below" in row else ""
    step = actions.Step(row.get("system", "github"), row["names"][0], version, {key.lower(): value for key, value in inputs.items()}, 1)
    return list(action_steps.read(step, Run(tree_of(), "deploy.yml")))


def examples(what: str) -> list[Any]:
    return [pytest.param(row, inputs, id=f"{row['names'][0]} {inputs}") for row in ROWS for inputs in row.get(what, ())]


@pytest.mark.parametrize(("row", "inputs"), examples("keeps"))
def test_example_keeps_the_file_back(row: dict[str, Any], inputs: dict[str, str]) -> None:
    copies = run_action(row, inputs)
    assert [copy.unknown for copy in copies if copy.unknown] == []
    assert ".env" not in sent(copies, tree_of())


@pytest.mark.parametrize(("row", "inputs"), examples("copies"))
def test_example_copies_the_file(row: dict[str, Any], inputs: dict[str, str]) -> None:
    copies = run_action(row, inputs)
    assert ".env" in sent(copies, tree_of())
    assert all(copy.mechanism in row["names"] or copy.kind == "checkout" for copy in copies)
    assert "{" not in "".join(advice.fix(copy, "deploy-copies-config", [".env"]) for copy in copies)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['names'][0]} {row.get('below', '')}") for row in ROWS])
def test_row_is_whole(row: dict[str, Any]) -> None:
    assert set(row) <= KEYS
    assert row["docs"].startswith("https://")
    assert "write" in row or row["keeps"]
    assert {"write", "stage", "has"} & set(row) or row["copies"]
    assert {"script", "source", "remote", "local", "write"} & set(row)


# multimatch

NPM = shutil.which("npm")
NAMES = [
    ".env", "*.env", ".env*", "**/.env", "**/.env*", "*", "**", "**/*", ".*", "**/.*", "/.env", "./.env", ".env/", "web/.env",
    "web/**", "web/*", "*/.env", "**/web/**", "!.env", "!**/.env", "!web/**", "a b .env", "{.env,.envrc}", "**/{web,api}/*",
    "?env", "[.]env", "[!w]eb/**", "#.env", " .env ", "web//*", "**/node_modules/**", "node_modules", ".git*", "**/.git*/**",
    "web/**/.env", "**.env", "we*/**/*.js", "*.{js,env}", ".en\\v", "web", "api/**/.env",
]  # fmt: skip
PATHS = [
    ".env", ".env.local", ".envrc", "xenv", "web/.env", "web/.env.local", "web/app.js", "web/deep/.env", "api/.env",
    "api/v1/deep/.env", ".git/config", "app/node_modules/x/.env", "node_modules/a/b.js", "#.env", "a b .env", "web/.gitignore",
    "dist/app.js", "[.]env",
]  # fmt: skip
JUDGE = """
const multimatch = require("multimatch");
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const out = (path, patterns) => multimatch(path, patterns, { matchBase: true, dot: true }).length > 0;
console.log(JSON.stringify(cases.lists.map((patterns) => cases.paths.filter((path) => !out(path, patterns)))));
"""


@pytest.fixture(scope="module")
def multimatch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the version of multimatch that the action uses is installed."""
    if NPM is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("multimatch")
    argv = [NPM, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), "multimatch@5.0.0"]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        pytest.skip("npm cannot install multimatch here")
    return folder


def test_multimatch_leaves_out_what_npms_own_does(multimatch: Path) -> None:
    dice = random.Random(5)
    lists = [[name] for name in NAMES] + [[dice.choice(NAMES) for _ in range(dice.randint(2, 5))] for _ in range(600)]
    said = json.dumps({"lists": lists, "paths": PATHS})
    done = subprocess.run(["node", "-e", JUDGE], input=said, cwd=multimatch, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for patterns, expected in zip(lists, json.loads(done.stdout), strict=True):
        ours = [path for path in PATHS if dialect_passes("multimatch", patterns, path)]
        assert ours == expected, patterns


def dialect_passes(dialect: str, patterns: list[str], path: str) -> bool:
    return passes([Filter(dialect, tuple(patterns))], path)


def test_extended_glob_is_unclear() -> None:
    with pytest.raises(Unclear):
        dialect_passes("multimatch", ["@(dist|web)/**"], ".env")


@pytest.mark.parametrize(
    ("dialect", "patterns", "expected"),
    [
        pytest.param("go_glob", ["*"], {".env", "web/.env"}, id="go star takes dots"),
        pytest.param("go_glob", ["**"], {".env", "web/.env"}, id="go two stars are one"),
        pytest.param("go_glob", ["web"], {"web/.env"}, id="go folder"),
        pytest.param("go_glob", ["./*.js"], set(), id="go ending"),
        pytest.param("go_glob", ["*/*"], {"web/.env"}, id="go one level down"),
        pytest.param("ant", ["+**"], {".env", "web/.env"}, id="ant everything"),
        pytest.param("ant", ["+**/*", "-**/.env"], set(), id="ant excludes at any depth"),
        pytest.param("ant", ["+**", "-.env"], {"web/.env"}, id="ant excludes in the root"),
        pytest.param("ant", ["+web/"], {"web/.env"}, id="ant folder"),
        pytest.param("ant", ["+*"], {".env"}, id="ant star stays"),
        pytest.param("actions_glob", ["**", "!.env"], {"web/.env"}, id="globs take back"),
        pytest.param("actions_glob", ["!.env", "**"], {".env", "web/.env"}, id="globs in order"),
        pytest.param("actions_glob", ["web/"], {"web/.env"}, id="globs folder"),
        pytest.param("actions_glob", ["*.js"], set(), id="globs ending"),
        pytest.param("hidden", [], set(), id="hidden"),
    ],
)
def test_dialects(dialect: str, patterns: list[str], expected: set[str]) -> None:
    assert {name for name in (".env", "web/.env") if dialect_passes(dialect, patterns, name)} == expected


# workflows

CHECKOUT = "      - uses: actions/checkout@v4\n"


def workflow(*jobs: str) -> str:
    """A workflow of jobs, each a list of steps."""
    return "jobs:\n" + "".join(f"  job{number}:\n    steps:\n{steps}" for number, steps in enumerate(jobs))


def step(uses: str, **given: str) -> str:
    said = "".join(f"          {name.replace('_', '-')}: {json.dumps(value)}\n" for name, value in given.items())
    return f"      - uses: {uses}\n" + (f"        with:\n{said}" if given else "")


def run_step(script: str) -> str:
    return "      - run: |\n" + "".join(f"          {line}\n" for line in script.splitlines())


def travels(text: str, path: str = ".github/workflows/deploy.yml", more: dict[str, str] | None = None) -> set[str]:
    tree = tree_of({path: text} | (more or {}))
    copies, why = files.read(path, tree)
    assert why == ""
    return sent(copies, tree)


FTP = "SamKirkland/FTP-Deploy-Action@v4.3.5"
ALL = {".env", "web/.env"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(workflow(CHECKOUT + step("actions/setup-node@v4", node="20")), set(), id="action that is not known"),
        pytest.param(workflow(step(FTP)), set(), id="job without a checkout"),
        pytest.param(workflow(run_step("rsync -a ./ host:/srv")), set(), id="script without a checkout"),
        pytest.param(workflow(CHECKOUT, step(FTP)), set(), id="checkout of another job"),
        pytest.param(workflow(step("actions/checkout@v4", repository="a/b") + step(FTP)), set(), id="another repository"),
        pytest.param(workflow(step("actions/checkout@v4", ref="gh-pages") + step(FTP)), set(), id="another branch"),
        pytest.param(workflow(step("actions/checkout@v4", path="app") + step(FTP, local_dir="./site/")), set(), id="checkout beside"),
        pytest.param(workflow(CHECKOUT + step(FTP, local_dir="dist/")), set(), id="build folder"),
        pytest.param(workflow(CHECKOUT + run_step("mkdir -p out\ncp -R dist out") + step(FTP, local_dir="out/")), set(), id="put together"),
        pytest.param(workflow(CHECKOUT + "      - shell: pwsh\n        run: rsync -a ./ host:/srv\n"), set(), id="PowerShell is not read"),
        pytest.param(workflow(CHECKOUT + "      # - uses: " + FTP + "\n"), set(), id="comment"),
        pytest.param(workflow(CHECKOUT + step("actions/upload-artifact@v4", path=".")), set(), id="upload alone"),
        pytest.param(workflow(CHECKOUT + step(FTP) + "        if: false\n"), set(), id="step that never runs"),
        pytest.param("jobs:\n  a:\n    if: ${{ false }}\n    steps:\n" + CHECKOUT + step(FTP), set(), id="job that never runs"),
        pytest.param(
            "jobs:\n  a:\n    strategy:\n      matrix:\n        folder: [dist, web]\n    steps:\n"
            + CHECKOUT
            + step(FTP, local_dir="${{ matrix.folder }}/"),
            {"web/.env"},
            id="matrix",
        ),
        pytest.param(
            workflow(CHECKOUT + step("actions/upload-artifact@v4", path="."), step("actions/download-artifact@v4") + step(FTP)),
            set(),
            id="hidden since 4.4",
        ),
        pytest.param(
            workflow(
                CHECKOUT + step("actions/upload-artifact@v3", name="a", path="dist"),
                step("actions/download-artifact@v3", name="a") + step(FTP),
            ),
            set(),
            id="artifact of a build folder",
        ),
        pytest.param(
            workflow(
                CHECKOUT + step("actions/upload-artifact@v3", path=".\n!web/\n!.env"), step("actions/download-artifact@v3") + step(FTP)
            ),
            set(),
            id="artifact with exclusions",
        ),
        pytest.param(workflow(CHECKOUT + step(FTP)), ALL, id="whole checkout"),
        pytest.param(
            workflow(CHECKOUT + step(FTP.replace("@", "@ ").replace(" ", ""), exclude="**/.git*\n.env.*")), ALL, id="exclude replaces"
        ),
        pytest.param(workflow(CHECKOUT + step("samkirkland/ftp-deploy-action@master")), ALL, id="name in small letters, branch"),
        pytest.param(
            workflow(step("actions/checkout@v4", path="app") + step(FTP, local_dir="./app/web/")), {"web/.env"}, id="checkout in a folder"
        ),
        pytest.param(workflow(CHECKOUT + step(FTP, local_dir="${{ github.workspace }}/web/")), {"web/.env"}, id="workspace"),
        pytest.param("env:\n  DIR: web\n" + workflow(CHECKOUT + step(FTP, local_dir="./${{ env.DIR }}/")), {"web/.env"}, id="environment"),
        pytest.param(workflow(CHECKOUT + run_step("cd web\nrsync -a ./ host:/srv")), {"web/.env"}, id="run"),
        pytest.param(
            "defaults:\n  run:\n    working-directory: web\n" + workflow(CHECKOUT + run_step("scp -r . host:")),
            {"web/.env"},
            id="working directory",
        ),
        pytest.param(
            workflow(CHECKOUT + "      - uses: easingthemes/ssh-deploy@main\n        env:\n          SOURCE: web/\n"),
            {"web/.env"},
            id="inputs under env",
        ),
        pytest.param(workflow(CHECKOUT + run_step("cp -R web out") + step(FTP, local_dir="out/")), {"web/.env"}, id="by way of a folder"),
        pytest.param(
            workflow(CHECKOUT + step("actions/upload-artifact@v3", path="."), step("actions/download-artifact@v3") + step(FTP)),
            ALL,
            id="artifact by v3",
        ),
        pytest.param(
            workflow(CHECKOUT + step("actions/upload-artifact@v4.3", path="."), step("actions/download-artifact@v4") + step(FTP)),
            ALL,
            id="before 4.4",
        ),
        pytest.param(
            workflow(
                CHECKOUT + step("actions/upload-artifact@v4", name="x", path="web", include_hidden_files="true"),
                step("actions/download-artifact@v4", name="x", path="in") + step(FTP, local_dir="in/"),
            ),
            {"web/.env"},
            id="hidden files asked for",
        ),
        pytest.param(
            workflow(
                "      - uses: actions/download-artifact@v3\n        with: {name: x}\n" + step(FTP) + "    needs: job1\n",
                CHECKOUT + step("actions/upload-artifact@v3", name="x", path="web/*"),
            ),
            {"web/.env"},
            id="jobs in the order of needs",
        ),
        pytest.param(
            workflow(
                CHECKOUT + run_step("zip -r release.zip . -x 'web/*'") + step("actions/upload-artifact@v4", path="release.zip"),
                step("actions/download-artifact@v4", name="artifact") + step("azure/webapps-deploy@v3", package="release.zip"),
            ),
            {".env"},
            id="zip that crosses jobs",
        ),
        pytest.param(workflow(CHECKOUT + step("appleboy/ssh-action@v1", script="cd /srv/app\ngit pull\n")), ALL, id="git on the server"),
        pytest.param(workflow(CHECKOUT + step("./.github/actions/send", folder="web")), {"web/.env"}, id="composite action"),
    ],
)
def test_workflows(text: str, expected: set[str]) -> None:
    composite = (
        "inputs:\n  folder:\n    default: .\nruns:\n  steps:\n    - run: rsync -a ${{ inputs.folder }}/ host:/srv\n      shell: bash\n"
    )
    assert travels(text, more={".github/actions/send/action.yml": composite}) == expected


def copies_of(text: str, path: str = ".github/workflows/deploy.yml") -> list[Copy]:
    return files.read(path, tree_of({path: text}))[0]


def test_step_that_writes_the_file_means_it() -> None:
    made = run_step('echo "${{ secrets.ENV }}" > .env')
    (copy,) = copies_of(workflow(CHECKOUT + made + step(FTP)))
    assert copy.written == (".env",)
    (copy,) = copies_of(workflow(CHECKOUT + step("SpicyPizza/create-envfile@v2", envkey_A="1") + step(FTP)))
    assert copy.written == (".env",)


def test_a_zip_is_told_once_where_it_is_made() -> None:
    text = workflow(CHECKOUT + run_step("zip -r d.zip .") + step("einaregilsson/beanstalk-deploy@v22", deployment_package="d.zip"))
    assert [(copy.mechanism, copy.line) for copy in copies_of(text)] == [("zip", 6)]


def test_lines_are_those_of_the_step_and_of_the_script() -> None:
    text = workflow(CHECKOUT + step(FTP) + step("appleboy/ssh-action@v1", script="x") + run_step("true\nscp .env host:"))
    assert [copy.line for copy in copies_of(text)] == [5, 11]
    text = workflow(
        CHECKOUT + "      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            cd /srv\n            git pull\n"
    )
    assert [copy.line for copy in copies_of(text)] == [9]


@pytest.mark.parametrize(
    ("text", "deletes"),
    [
        (step(FTP), "recorded"),
        (step(FTP, dangerous_clean_slate="true"), "everything"),
        (step("appleboy/scp-action@v1", source="."), ""),
        (step("appleboy/scp-action@v1", source=".", rm="true"), "everything"),
        (step("Burnett01/rsync-deployments@7", switches="-a --delete"), "extraneous"),
        (step("up9cloud/action-rsync@v1"), "extraneous"),
    ],
)
def test_what_an_action_deletes(text: str, deletes: str) -> None:
    (copy,) = copies_of(workflow(CHECKOUT + text))
    assert copy.deletes == deletes


@pytest.mark.parametrize(("given", "deletes"), [("{}", "extraneous"), ("{DELETE_FLAG: 'false'}", "")])
def test_what_a_pipe_deletes(given: str, deletes: str) -> None:
    script = f"          - pipe: atlassian/ftp-deploy:0.7.0\n            variables: {given}\n"
    text = "pipelines:\n  default:\n    - step:\n        script:\n" + script
    (copy,) = copies_of(text, "bitbucket-pipelines.yml")
    assert (copy.deletes, copy.mechanism, copy.line) == (deletes, "atlassian/ftp-deploy", 5)


@pytest.mark.parametrize(
    "text",
    [
        step(FTP, local_dir="${{ inputs.folder }}"),
        step(FTP, exclude="${{ inputs.skip }}"),
        step("Burnett01/rsync-deployments@7", switches="${{ vars.SWITCHES }}"),
        run_step("rsync -a ${{ matrix.folder }} host:/srv"),
    ],
)
def test_what_cannot_be_known_is_not_guessed(text: str) -> None:
    assert all(copy.unknown for copy in copies_of(workflow(CHECKOUT + text)))


# other systems

JENKINS = """// sh 'rsync -a ./ host:/no'
pipeline { stages { stage('Deploy') { steps {
  %s
} } } }
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("Jenkinsfile", JENKINS % "sh 'npm test'", set(), id="jenkins: no deploy"),
        pytest.param("Jenkinsfile", JENKINS % "dir('dist') { sh 'scp -r . host:' }", set(), id="jenkins: another folder"),
        pytest.param(
            "Jenkinsfile", JENKINS % "sshPublisher(transfers: [sshTransfer(sourceFiles: 'dist/**')])", set(), id="jenkins: named files"
        ),
        pytest.param(
            "Jenkinsfile",
            JENKINS % "sshPublisher(transfers: [sshTransfer(sourceFiles: '**', excludes: '**/.env')])",
            set(),
            id="jenkins: excludes",
        ),
        pytest.param(
            "Jenkinsfile", JENKINS % "def f = 'dist/*'\nsshPublisher(transfers: [sshTransfer(sourceFiles: f)])", set(), id="jenkins: a name"
        ),
        pytest.param(
            "Jenkinsfile",
            JENKINS % "sshPublisher(transfers: [sshTransfer(sourceFiles: what)])",
            set(),
            id="jenkins: a name that is not known",
        ),
        pytest.param("Jenkinsfile", JENKINS % "sh 'rsync -a --exclude={.git,.env} ./ host:'", ALL, id="jenkins: sh has no braces"),
        pytest.param("Jenkinsfile", JENKINS % 'sh """\n  scp -r ${WORKSPACE} host:\n"""', ALL, id="jenkins: long string"),
        pytest.param(
            "Jenkinsfile", JENKINS % "sh(script: 'scp -r web host:', returnStatus: true)", {"web/.env"}, id="jenkins: named argument"
        ),
        pytest.param("Jenkinsfile", JENKINS % "dir('web') { sh 'scp -r . host:' }\nsh 'true'", {"web/.env"}, id="jenkins: dir"),
        pytest.param(
            "Jenkinsfile", JENKINS % "sshPublisher(transfers: [sshTransfer(sourceFiles: '*, web/')])", ALL, id="jenkins: publisher"
        ),
        pytest.param("Jenkinsfile", JENKINS % "sshTransfer(execCommand: 'cd /srv/app && git pull')", ALL, id="jenkins: on the server"),
        pytest.param("Jenkinsfile", JENKINS % "sshPut remote: r, from: 'web', into: '/srv'", {"web/.env"}, id="jenkins: sshPut"),
        pytest.param(
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        script:\n"
            "          - pipe: atlassian/ftp-deploy:0.3.7\n            variables:\n              LOCAL_PATH: build\n",
            set(),
            id="bitbucket: build folder",
        ),
        pytest.param(
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        script:\n"
            "          - npm ci\n          - pipe: atlassian/rsync-deploy:0.8.1\n            variables:\n"
            "              LOCAL_PATH: ${BITBUCKET_CLONE_DIR}/\n              EXTRA_ARGS: --exclude=/.env\n",
            {"web/.env"},
            id="bitbucket: whole clone",
        ),
        pytest.param(
            "azure-pipelines.yml",
            "steps:\n- task: CopyFilesOverSSH@0\n  inputs:\n    sourceFolder: '$(Build.SourcesDirectory)/dist'\n    contents: '**'\n",
            set(),
            id="azure: build folder",
        ),
        pytest.param(
            "azure-pipelines.yml",
            "steps:\n- task: ArchiveFiles@2\n  inputs:\n    rootFolderOrFile: '$(System.DefaultWorkingDirectory)'\n"
            "    archiveFile: '$(Build.ArtifactStagingDirectory)/$(Build.BuildId).zip'\n- task: AzureWebApp@1\n  inputs:\n"
            "    package: '$(Build.ArtifactStagingDirectory)/**/*.zip'\n",
            ALL,
            id="azure: archive",
        ),
        pytest.param(
            "azure-pipelines.yml", "steps:\n- script: scp -r $(Build.SourcesDirectory)/web host:/srv\n", {"web/.env"}, id="azure: script"
        ),
        pytest.param(
            ".drone.yml",
            "kind: pipeline\nsteps:\n- name: a\n  image: appleboy/drone-scp:1.6\n  settings:\n    source:\n      - web/*\n    host: h\n",
            {"web/.env"},
            id="drone: plugin",
        ),
        pytest.param(
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n      - checkout\n      - aws-s3/sync:\n          from: web\n          to: s3://b\n",
            {"web/.env"},
            id="circleci: orb",
        ),
    ],
)
def test_pipelines(path: str, text: str, expected: set[str]) -> None:
    assert travels(text, path) == expected


@pytest.mark.parametrize(
    "text", ["sh '''" + "\\'''" * 50_000, "/*" * 100_000, "sh(" * 50_000, '"\\' * 100_000], ids=["long", "comment", "calls", "short"]
)
def test_hostile_jenkinsfile_ends(text: str) -> None:
    assert copies_of(text, "Jenkinsfile") == []
