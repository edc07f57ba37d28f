"""What platforms, registries and object stores take of a folder: the filters held against the tools, and the files that we read."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stopgap.deploy import files
from stopgap.deploy.copy import Copy, Filter
from stopgap.deploy.files import npm_package
from stopgap.deploy.filters import Unclear, ebignore, gitignore, globs, manifest, npm, passes

from .cloud_help import Cloud
from .deploy_help import copies_of, planted, taken, tree_of

FILES = [
    ".env",
    ".env.local",
    "xenv",
    "web/.env",
    "web/app.js",
    "web/dist/.env",
    "a/b/c/.env",
    "a/b/x",
    "config/prod.env",
    "sp",
    ".envrc",
    "a/.env/x",
    "dist/.env",
    "dist/sub/.env",
    "dist/main.js",
    "main.js",
    "lib/index.js",
    "#hash",
    "!bang",
]
NAMES = [
    ".env",
    "*.env",
    ".env*",
    ".*",
    "*",
    "**",
    "web",
    "web/dist",
    "a/**/.env",
    "**/.env",
    "*/.env",
    "a/b",
    "b",
    "**/b/**",
    "?env",
    ".en[v-z]",
    "[!a-z]env",
    "x*",
    "web/**",
    "dist/",
    "dist/**",
    "dist/*",
    "lib/",
    "c/.env",
    "web/*",
    "a/*/c",
    "**/dist",
]
GIT = [
    "[.]env",
    "/**",
    "[",
    "a[b",
    "\\#hash",
    "\\!bang",
    "#hash",
    "sp ",
    ".env\\",
    "[[:alpha:]]env",
    "**/",
    "a//b",
    "/",
    "./.env",
    "[]-]env",
    ".env\t",
    "**.env",
    "a/***/.env",
]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return planted(tmp_path / "proj", dict(zip(FILES, FILES, strict=True)))


def generated(dice: random.Random, names: list[str], back: bool = True) -> list[str]:
    """Lines of an ignore file."""
    signs = ["", "", "!"] if back else [""]
    return [
        dice.choice(signs) + dice.choice(["", "", "/"]) + dice.choice(names) + dice.choice(["", "", "", "/"])
        for _ in range(dice.randint(1, 5))
    ]


@pytest.mark.parametrize("block", range(5))
def test_generated_lines_ignore_what_git_ignores(top: Path, block: int) -> None:
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    for seed in range(block * 80, block * 80 + 80):
        lines = generated(random.Random(seed), NAMES + GIT)
        (top / ".gitignore").write_text("\n".join(lines) + "\n")
        asked = ["git", "-C", str(top), "check-ignore", "-z", "--stdin", "-v", "-n"]
        said = subprocess.run(asked, input="\0".join(FILES) + "\0", capture_output=True, text=True).stdout.split("\0")
        ignored = {path for pattern, path in zip(said[2::4], said[3::4], strict=False) if pattern and not pattern.startswith("!")}
        assert {name for name in FILES if not gitignore.passes(tuple(lines), name)} == ignored, lines


@pytest.mark.filterwarnings("ignore:GitWildMatchPattern")
def test_generated_lines_leave_out_what_the_eb_cli_leaves_out() -> None:
    pathspec = pytest.importorskip("pathspec")
    for seed in range(300):
        lines = generated(random.Random(seed), [name for name in NAMES if not name.endswith("**")])
        spec = pathspec.PathSpec.from_lines("gitwildmatch", lines)
        assert {name for name in FILES if not ebignore.passes(tuple(lines), name)} == set(spec.match_files(FILES)), lines


JUDGE = """
const fs = require('fs'), path = require('path');
const [modules, folder] = process.argv.slice(1);
const packlist = require(modules + '/npm-packlist');
const {minimatch} = require(modules + '/minimatch');
const cases = JSON.parse(fs.readFileSync(0));
(async () => {
  const out = [];
  for (const one of cases) {
    if (one.globs) { out.push(one.names.filter(name => one.globs.some(glob => minimatch(name, glob, {dot: true})))); continue; }
    for (const name of ['.npmignore', '.gitignore', 'web/.npmignore', 'web/.gitignore']) fs.rmSync(path.join(folder, name), {force: true});
    for (const [name, text] of Object.entries(one.ignore)) fs.writeFileSync(path.join(folder, name), text);
    const said = {name: 'x', version: '1.0.0', ...(one.files ? {files: one.files} : {})};
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(said));
    out.push(await packlist({path: folder, package: said, isProjectRoot: true, edgesOut: new Map()}));
  }
  console.log(JSON.stringify(out));
})();
"""


def asked_of_npm(folder: Path, cases: list[dict[str, object]]) -> list[list[str]]:
    """What npm's own modules say of each case."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm is not installed")
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
    modules = f"{root}/npm/node_modules"
    if not Path(modules, "npm-packlist").is_dir() or not Path(modules, "minimatch").is_dir():
        pytest.skip("npm's own modules are not where npm says")
    done = subprocess.run(["node", "-e", JUDGE, modules, str(folder)], input=json.dumps(cases), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def npm_case(seed: int) -> dict[str, object]:
    """A package: its ignore files and, in half of the cases, `files`. A file in a folder does not bring back what one above leaves out."""
    dice, names = random.Random(seed), [*(name for name in NAMES if name != "**"), "{dist,web}", "*.{js,env}"]
    ignore = {
        name: generated(dice, names, "web" not in name) for name in (".npmignore", ".gitignore", "web/.npmignore") if dice.random() < 0.35
    }
    entries = [*names, "main.js", ".env", "dist", "lib"]
    listed = [dice.choice(["", "", "./", "/"]) + dice.choice(entries) + dice.choice(["", "", "/"]) for _ in range(dice.randint(1, 3))]
    packed = listed if dice.random() < 0.5 else None
    return {"ignore": {name: "\n".join(lines) + "\n" for name, lines in ignore.items()}, "files": packed}


def test_generated_packages_hold_what_npm_packs(top: Path) -> None:
    cases = [npm_case(seed) for seed in range(600)]
    for case, packed in zip(cases, asked_of_npm(top, cases), strict=True):
        held = dict.fromkeys(FILES, "") | case["ignore"]  # type: ignore[operator]
        patterns = npm_package.patterns("", case["files"], tree_of(held))  # type: ignore[arg-type]
        assert {name for name in FILES if npm.passes(patterns, name)} == set(packed) & set(FILES), case


def test_npm_itself_agrees(top: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    (top / "package.json").write_text(json.dumps({"name": "x", "version": "1.0.0"}))
    (top / ".npmignore").write_text("web\n")
    done = subprocess.run(["npm", "pack", "--dry-run", "--json", "--offline"], cwd=top, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm does not work here: {done.stderr[:80]}")
    (said,) = json.loads(done.stdout)
    patterns = npm_package.patterns("", None, tree_of({".npmignore": "web\n"}))
    assert {one["path"] for one in said["files"]} & set(FILES) == {name for name in FILES if npm.passes(patterns, name)}


def test_generated_globs_match_what_minimatch_matches(top: Path) -> None:
    dice = random.Random(7)
    plain = [name for name in FILES if not name.startswith(("#", "!"))]
    patterns = [dice.choice(["", "", "**/"]) + dice.choice([*NAMES, "{a,web}/**/.env", "*.{js,env}"]).rstrip("/") for _ in range(300)]
    cases: list[dict[str, object]] = [{"globs": [pattern], "names": plain} for pattern in patterns]
    for pattern, matched in zip(patterns, asked_of_npm(top, cases), strict=True):
        assert {name for name in plain if not globs.passes((f"-{pattern}",), name)} == set(matched), pattern


def test_extended_glob_is_unclear() -> None:
    with pytest.raises(Unclear):
        globs.passes(("-@(a|b)",), ".env")


def test_generated_manifests_take_what_setuptools_takes(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    egg_info = pytest.importorskip("setuptools.command.egg_info")
    monkeypatch.chdir(top)
    names = [".env", "*.env", ".env*", ".*", "*", "?env", "web/.env", "*/.env", "web/*", ".en[v-z]"]
    for seed in range(200):
        dice = random.Random(seed)
        lines = []
        for _ in range(dice.randint(1, 5)):
            command = dice.choice(list(manifest.TAKES))
            folder = dice.choice(["web", "a", "a/b", "dist", "." if command == "graft" else "lib"])
            given = " ".join(dice.choice(names) for _ in range(dice.randint(1, 2)))
            lines.append(
                f"{command} {folder}"
                if command in ("graft", "prune")
                else f"{command} {f'{folder} ' if 'recursive' in command else ''}{given}"
            )
        found = egg_info.FileList()
        found.set_allfiles(FILES)
        for line in lines:
            found.process_template_line(line)
        assert {name for name in FILES if manifest.passes(tuple(lines), name)} == {os.path.normpath(name) for name in found.files}, lines


@pytest.fixture
def bucket(cloud: Cloud, tmp_path: Path) -> dict[str, str]:
    """A bucket of a store on this machine, as the environment that the AWS CLI finds it by."""
    client = shutil.which("aws", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if client is None:
        pytest.skip("the AWS CLI is not installed")
    cloud.client("s3", region_name="us-east-1").create_bucket(Bucket="bucket")
    return cloud.environment(AWS_DEFAULT_REGION="us-east-1", HOME=str(tmp_path), AWS=client)


def test_generated_commands_send_what_the_aws_cli_sends(top: Path, bucket: dict[str, str]) -> None:
    for seed in range(10):
        dice = random.Random(seed)
        given = " ".join(f"--{dice.choice(['exclude', 'exclude', 'include'])} '{dice.choice(NAMES)}'" for _ in range(dice.randint(0, 4)))
        form = dice.choice(["s3 sync {s} s3://bucket {g}", "s3 sync {g} {s} s3://bucket/x", "s3 cp --recursive {s} s3://bucket/x/ {g}"])
        command = form.format(s=dice.choice([".", "./", "web", "a/", "$(pwd)"]), g=given)
        done = subprocess.run(["bash", "-c", f"$AWS {command} --dryrun"], cwd=top, env=bucket, capture_output=True, text=True)
        sent = {os.path.normpath(name) for name in re.findall(r"upload: (.*) to s3://", done.stdout)}
        assert taken(copies(f"aws {command}"), FILES) == sent, (command, done.stderr)


def copies(script: str, held: dict[str, str] | None = None) -> list[Copy]:
    return copies_of(script, dict.fromkeys(FILES, "") | (held or {}))


ENV = (".env", "web/.env", "dist/.env", "a/b/c/.env")
HIDDEN = {".gcloudignore": "#!include:.gitignore\n", ".gitignore": ".env\n!web/.env\n"}
ROOT = {"web/.env", "dist/.env", "a/b/c/.env"}


@pytest.mark.parametrize(
    ("script", "held", "expected"),
    [
        pytest.param("aws s3 sync . s3://b --dryrun", {}, set(), id="s3 dry run"),
        pytest.param("aws s3 sync s3://b .", {}, set(), id="from a bucket"),
        pytest.param("aws s3 cp web s3://b", {}, set(), id="a folder without --recursive"),
        pytest.param("aws s3 sync . s3://b --exclude '*' --include 'lib/*'", {}, set(), id="named folders"),
        pytest.param("eb status", {}, set(), id="another command of eb"),
        pytest.param("eb deploy", {".ebignore": "*\n!lib/\n"}, set(), id="ebignore that names what goes"),
        pytest.param("eb deploy", {".elasticbeanstalk/config.yml": "deploy:\n  artifact: x.zip\n"}, set(), id="a bundle made before"),
        pytest.param("vercel env pull", {}, set(), id="another command of vercel"),
        pytest.param("vercel deploy --prebuilt", {}, set(), id="vercel, built before"),
        pytest.param("gcloud run deploy --image x", {}, set(), id="an image"),
        pytest.param("gcloud builds submit --no-source", {}, set(), id="no source"),
        pytest.param("gcloud builds submit gs://b/x.tgz", {}, set(), id="a source in a bucket"),
        pytest.param("func azure functionapp publish x", {".funcignore": "*.env\n"}, set(), id="funcignore"),
        pytest.param("netlify deploy --dir=dist --prod", {}, set(), id="netlify leaves out dotfiles"),
        pytest.param("gh-pages -d dist", {}, set(), id="gh-pages leaves out dotfiles"),
        pytest.param("npm publish --dry-run", {"package.json": '{"name": "x", "version": "1.0.0"}'}, set(), id="npm dry run"),
        pytest.param("npm publish", {"package.json": '{"name": "x", "version": "1.0.0", "private": true}'}, set(), id="a private package"),
        pytest.param("npm run build", {"package.json": '{"name": "x", "version": "1.0.0"}'}, set(), id="another command of npm"),
        pytest.param("python -m build", {"pyproject.toml": ""}, set(), id="setuptools without a manifest"),
        pytest.param("python -m build --wheel", {"pyproject.toml": "", "MANIFEST.in": "graft .\n"}, set(), id="a wheel alone"),
        pytest.param("poetry build", {"pyproject.toml": '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'}, set(), id="poetry"),
        pytest.param("s3cmd sync --exclude='*' --include='lib/*' . s3://b", {}, set(), id="s3cmd, named folders"),
        pytest.param("az webapp deploy --src-path gone.zip", {}, set(), id="a zip from elsewhere"),
        pytest.param("aws s3 sync ./ s3://b --exclude .env", {}, ROOT, id="the root's alone"),
        pytest.param("aws s3 sync . s3://b --exclude .env --include '*'", {}, {*ENV}, id="taken again"),
        pytest.param("tar czf x.tgz . && aws s3 cp x.tgz s3://b/", {}, {*ENV}, id="an archive to a bucket"),
        pytest.param("aws deploy push --source web --s3-location s3://b/x", {}, {"web/.env"}, id="a revision"),
        pytest.param("eb deploy", {".gitignore": ".env"}, {*ENV}, id="eb without ebignore: what is committed"),
        pytest.param("eb deploy", {".ebignore": "web/\n!web/.env\n"}, {*ENV}, id="ebignore brings back out of a folder"),
        pytest.param("cd web && eb deploy prod", {".ebignore": "web/\n"}, {".env", "dist/.env", "a/b/c/.env"}, id="eb from a folder"),
        pytest.param("vercel --prod", {".vercelignore": "/.env\n"}, ROOT, id="vercelignore"),
        pytest.param("vercel deploy web", {}, {"web/.env"}, id="a folder to vercel"),
        pytest.param("gcloud functions deploy f --source=web", {}, {"web/.env"}, id="a function's folder"),
        pytest.param("gcloud builds submit --tag x", {".gitignore": "/.env\n"}, ROOT, id="gcloud without gcloudignore"),
        pytest.param("gcloud run deploy x --source .", HIDDEN, {"web/.env"}, id="an included file"),
        pytest.param(
            "gcloud app deploy", {"app.yaml": "runtime: python312\n", ".gitignore": ".env\n"}, {*ENV}, id="App Engine ignores .gitignore"
        ),
        pytest.param("func azure functionapp publish x", {".funcignore": "!.env\n.env\n"}, {*ENV}, id="funcignore brings back"),
        pytest.param("gh-pages -d dist -t", {}, {"dist/.env"}, id="gh-pages with dotfiles"),
        pytest.param("az webapp up -n x", {}, {*ENV}, id="az webapp up"),
        pytest.param("zip -r x.zip web; az webapp deploy --src-path x.zip", {}, {"web/.env"}, id="a zip to Azure"),
        pytest.param("gsutil -m cp -r web gs://b", {}, {"web/.env"}, id="gsutil cp"),
        pytest.param("gsutil -m rsync -r -x '^\\.env$' . gs://b", {}, ROOT, id="gsutil's expression"),
        pytest.param("gcloud storage cp --recursive . gs://b", {}, {*ENV}, id="gcloud storage"),
        pytest.param(
            "s3cmd sync --exclude-from=list . s3://b", {"list": "# note\nweb/*\n"}, {".env", "dist/.env", "a/b/c/.env"}, id="s3cmd"
        ),
        pytest.param(
            "npm publish",
            {"package.json": '{"name": "x", "version": "1.0.0"}', ".npmignore": "web\n"},
            {".env", "dist/.env", "a/b/c/.env"},
            id="a package without files",
        ),
        pytest.param(
            "python setup.py sdist",
            {"setup.py": "", "MANIFEST.in": "graft .\nprune web\n"},
            {".env", "dist/.env", "a/b/c/.env"},
            id="a manifest",
        ),
        pytest.param(
            "python -m build", {"pyproject.toml": '[build-system]\nrequires = ["setuptools-scm"]\n'}, {*ENV}, id="all that git has"
        ),
        pytest.param(
            "hatch build",
            {"pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n', ".gitignore": "/.env\n"},
            ROOT,
            id="hatch",
        ),
        pytest.param(
            "uv build",
            {"pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n[tool.hatch.build]\ninclude = ["web"]\n'},
            {"web/.env"},
            id="hatch, named folders",
        ),
    ],
)
def test_commands_take(script: str, held: dict[str, str], expected: set[str]) -> None:
    assert taken(copies(script, held), ENV) == expected


SERVERLESS = "service: x\nprovider:\n  name: aws\nfunctions:\n  f:\n    handler: h.h\n"
SAM = (
    "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    "
    "Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: {}\n      Runtime: {}\n"
)


@pytest.mark.parametrize(
    ("path", "text", "held", "expected"),
    [
        pytest.param("package.json", '{"name": "x", "version": "1.0.0", "private": true, "files": ["*"]}', {}, set(), id="an application"),
        pytest.param("package.json", '{"name": "x", "version": "1.0.0"}', {}, set(), id="nothing says that it is published"),
        pytest.param("package.json", '{"name": "x", "version": "1.0.0", "files": ["lib"]}', {}, set(), id="npm, named folders"),
        pytest.param(
            "package.json",
            '{"name": "x", "engines": {"vscode": "^1"}, "publisher": "y"}',
            {".vscodeignore": "**/.env"},
            set(),
            id="vscodeignore",
        ),
        pytest.param("app.yaml", "kind: Deployment\nruntime: x\n", {}, set(), id="an app.yaml of Kubernetes"),
        pytest.param("app.yaml", "runtime: python27\n", {}, set(), id="skip_files by default"),
        pytest.param("app.yaml", "runtime: nodejs20\n", {".gcloudignore": ""}, set(), id="the gcloudignore is the place"),
        pytest.param("serverless.yml", SERVERLESS + "package:\n  patterns: ['!**', 'lib/**']\n", {}, set(), id="serverless, named folders"),
        pytest.param("serverless.yml", SERVERLESS + "plugins: [serverless-webpack]\n", {}, set(), id="a bundler"),
        pytest.param("serverless.yml", SERVERLESS + "package:\n  artifact: x.zip\n", {}, set(), id="serverless, packed before"),
        pytest.param("template.yaml", SAM.format("s3://b/x.zip", "python3.12"), {}, set(), id="code in a bucket"),
        pytest.param("template.yaml", SAM.format(".", "java21"), {}, set(), id="a compiled function"),
        pytest.param("netlify.toml", '[build]\npublish = "."\n', {}, set(), id="netlify leaves out dotfiles"),
        pytest.param(
            "firebase.json", '{"hosting": {"public": ".", "ignore": ["firebase.json", "**/.*"]}}', {}, set(), id="firebase's usual list"
        ),
        pytest.param(".slugignore", ".env\n", {}, set(), id="slugignore"),
        pytest.param("appspec.yml", "version: 0.0\nfiles:\n  - source: lib\n    destination: /srv\n", {}, set(), id="a part of a revision"),
        pytest.param(
            "package.json", '{"name": "x", "version": "1.0.0", "files": ["dist", "lib"]}', {}, {"dist/.env"}, id="a folder that is built"
        ),
        pytest.param(
            "package.json", '{"name": "x", "version": "1.0.0", "publishConfig": {}}', {".gitignore": "/.env"}, ROOT, id="gitignore counts"
        ),
        pytest.param(
            "package.json",
            '{"name": "x", "version": "1.0.0", "publishConfig": {}}',
            {".gitignore": ".env", ".npmignore": ""},
            {*ENV},
            id="npmignore replaces it",
        ),
        pytest.param(
            "web/package.json", '{"name": "x", "version": "1.0.0", "publishConfig": {}}', {}, {"web/.env"}, id="a package in a folder"
        ),
        pytest.param(
            "package.json",
            '{"name": "x", "engines": {"vscode": "^1"}, "publisher": "y"}',
            {".vscodeignore": ".env\nweb\n!web/.env"},
            ROOT,
            id="vscodeignore is of the root",
        ),
        pytest.param("app.yaml", "runtime: python27\nskip_files:\n- ^\\.env$\n", {}, ROOT, id="skip_files"),
        pytest.param("app.yaml", "runtime: nodejs20\n", {".gitignore": ".env"}, {*ENV}, id="App Engine ignores .gitignore"),
        pytest.param(".gcloudignore", HIDDEN[".gcloudignore"], HIDDEN, {"web/.env"}, id="gcloudignore"),
        pytest.param(".ebignore", "/.env\n", {}, ROOT, id="ebignore"),
        pytest.param(".vercelignore", "dist\n", {}, {".env", "web/.env", "a/b/c/.env"}, id="vercelignore"),
        pytest.param("vercel.json", "{}", {}, {*ENV}, id="vercel without an ignore file"),
        pytest.param("serverless.yml", SERVERLESS, {}, {*ENV}, id="serverless packs all"),
        pytest.param("serverless.yml", "useDotenv: true\n" + SERVERLESS, {}, ROOT, id="useDotenv leaves out the root's"),
        pytest.param("serverless.yml", SERVERLESS + "package:\n  exclude: ['**']\n  include: ['web/**']\n", {}, {"web/.env"}, id="include"),
        pytest.param("template.yaml", SAM.format("web/", "python3.12"), {}, {"web/.env"}, id="a function's folder"),
        pytest.param(
            "template.yaml", SAM.format(".", "nodejs20.x"), {"package.json": '{"files": ["web"]}'}, {"web/.env"}, id="sam packs as npm does"
        ),
        pytest.param(
            "firebase.json", '{"hosting": [{"public": "dist"}, {"public": "/web", "ignore": [".env"]}]}', {}, {"dist/.env"}, id="two sites"
        ),
        pytest.param("appspec.yml", "version: 0.0\nfiles:\n  - source: /\n    destination: /srv\n", {}, {*ENV}, id="the whole revision"),
    ],
)
def test_files_take(path: str, text: str, held: dict[str, str], expected: set[str]) -> None:
    found, why = files.read(path, tree_of(dict.fromkeys(FILES, "") | held | {path: text}))
    assert why == ""
    assert taken(found, ENV) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("firebase.json", "{", id="no JSON"),
        pytest.param("firebase.json", "[" * 100_000, id="deep JSON"),
        pytest.param("netlify.toml", "[", id="no TOML"),
        pytest.param("serverless.yml", "service: {", id="no YAML"),
        pytest.param("appspec.yml", "a: b: c", id="no YAML either"),
    ],
)
def test_what_is_not_what_its_name_says_is_said(path: str, text: str) -> None:
    found, why = files.read(path, tree_of({path: text}))
    assert found == []
    assert why


@pytest.mark.parametrize("text", ["[]", "null", '{"files": 1, "name": [], "engines": []}', '{"hosting": {"public": 1}}'])
@pytest.mark.parametrize("path", ["package.json", "firebase.json", "vercel.json"])
def test_odd_json_makes_no_package(path: str, text: str) -> None:
    found, _ = files.read(path, tree_of({path: text}))
    assert [copy for copy in found if copy.mechanism != "vercel"] == []


def test_variable_in_a_pattern_is_unknown() -> None:
    text = SERVERLESS + "package:\n  patterns: ['!${self:custom.x}']\n"
    found, _ = files.read("serverless.yml", tree_of({"serverless.yml": text}))
    assert [copy.unknown for copy in found] == ["package.patterns holds a variable"]


def test_files_that_include_one_another_end() -> None:
    held = {".gcloudignore": "#!include:.gcloudignore\n.env\n", ".env": ""}
    found, _ = files.read(".gcloudignore", tree_of(held))
    assert taken(found, [".env"]) == set()


@pytest.mark.parametrize("dialect", ["gitignore", "ebignore", "npm", "globs", "tar", "zip", "s3", "manifest"])
def test_hostile_patterns_end(dialect: str) -> None:
    path = "/".join(["a" * 60] * 12) + "/.env"
    before = {"globs": "-", "tar": ":", "zip": "-", "s3": "-", "manifest": "include "}.get(dialect, "")
    for patterns in (
        ["*a" * 900],
        ["*" + "a*b" * 5 + str(number) for number in range(10_000)],
        ["**/" * 600 + "x"],
        ["[" * 1500],
        ["{a,b}" * 300],
    ):
        started = time.process_time()
        with contextlib.suppress(Unclear):
            passes((Filter(dialect, tuple(before + one for one in patterns)),), path)
        assert time.process_time() - started < 5
