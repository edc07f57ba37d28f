"""The words that mend a finding, applied literally: for each mechanism the deploy file as it was, and with them in their place."""

from __future__ import annotations

import json

import pytest
from stopgap.checks.deploy_sync import Config, Facts, State, check
from stopgap.deploy import files

from .deploy_help import tree_of

OTHERS = {"app.js": "", "index.html": "", "src/app.py": "", ".env": "A=b\n"}
COPIES, SHIPS, DELETES = "deploy-copies-config", "deploy-ships-config", "deploy-deletes-config"
FTP = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: {}\n        with:\n{}"


ABSENT = (".env.production", ".env.staging")


def told(given: dict[str, str], state: State | None = "tracked", absent: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The findings with their words, those of all deploy files together. `state`: of `.env`, None for no such file; `absent`: names that
    could turn up.
    """
    held = {name: text for name, text in {**OTHERS, **given}.items() if name != ".env" or state == "tracked"}
    tree = tree_of(held)
    copies = [copy for path in held for copy in files.read(path, tree)[0]]
    config = (Config(".env", state),) if state else ()
    possible = tuple(Config(path, "possible") for path in absent)
    return [(one.rule, one.fix) for one in check(Facts(tuple(copies), config, uses_env=True, possible=possible))]


def action(name: str, **inputs: str) -> dict[str, str]:
    lines = "".join(f"          {key}: {json.dumps(value)}\n" for key, value in inputs.items()) or "          x: y\n"
    return {".github/workflows/deploy.yml": FTP.format(name, lines)}


def script(*lines: str) -> dict[str, str]:
    return {"deploy.sh": "\n".join(("#!/bin/bash", *lines, ""))}


# A deploy file, the rule that it breaks, the words that are said, and the file with them.
MENDED = [
    pytest.param(
        script("rsync -a ./ app@host:/srv/"),
        COPIES,
        "--exclude='/.env'",
        script("rsync -a --exclude='/.env' ./ app@host:/srv/"),
        id="rsync",
    ),
    pytest.param(
        script("rsync -a . app@host:/srv/"),
        COPIES,
        "--exclude='/.env'",
        script("rsync -a --exclude='/.env' . app@host:/srv/"),
        id="rsync .",
    ),
    pytest.param(
        script("rsync -a --include='.*' --exclude='*.log' ./ h:/srv/"),
        COPIES,
        "--exclude='/.env' before the first --include",
        script("rsync -a --exclude='/.env' --include='.*' --exclude='*.log' ./ h:/srv/"),
        id="rsync before an include",
    ),
    pytest.param(
        script("rsync -a --delete-excluded ./ h:/srv/"),
        COPIES,
        "--exclude='/.env'; add --filter='P /.env'",
        script("rsync -a --delete-excluded --exclude='/.env' --filter='P /.env' ./ h:/srv/"),
        id="rsync that deletes what is excluded",
    ),
    pytest.param(
        script('lftp -e "mirror -R . /srv" host'),
        COPIES,
        "--exclude-glob .env",
        script('lftp -e "mirror -R --exclude-glob .env . /srv" host'),
        id="lftp",
    ),
    pytest.param(script("scp -r . h:/srv"), COPIES, "rsync --exclude='/.env'", script("rsync -a --exclude='/.env' . h:/srv"), id="scp"),
    pytest.param(
        script("tar -czf - . | ssh h 'tar -xz -C /srv'"),
        COPIES,
        "--exclude='./.env' before the first source",
        script("tar -czf - --exclude='./.env' . | ssh h 'tar -xz -C /srv'"),
        id="tar",
    ),
    pytest.param(script("zip -r app.zip ."), SHIPS, "-x '.env' at the end", script("zip -r app.zip . -x '.env'"), id="zip"),
    pytest.param(
        script("git archive HEAD | ssh h 'tar -x -C /srv'"),
        COPIES,
        "`/.env export-ignore` to .gitattributes",
        {**script("git archive HEAD | ssh h 'tar -x -C /srv'"), ".gitattributes": "/.env export-ignore\n"},
        id="git archive",
    ),
    pytest.param(
        script("aws s3 sync . s3://bucket"),
        COPIES,
        "--exclude '.env'",
        script("aws s3 sync . s3://bucket --exclude '.env'"),
        id="aws s3",
    ),
    pytest.param(
        script("aws s3 sync . s3://bucket --exclude '*' --include '.*'"),
        COPIES,
        "behind the last --include",
        script("aws s3 sync . s3://bucket --exclude '*' --include '.*' --exclude '.env'"),
        id="aws s3 behind an include",
    ),
    pytest.param(
        script("s3cmd sync . s3://bucket/"),
        COPIES,
        "--exclude '.env'",
        script("s3cmd sync --exclude '.env' . s3://bucket/"),
        id="s3cmd",
    ),
    pytest.param(
        {"Dockerfile": "FROM x\nCOPY . .\n", ".dockerignore": "*\n!.*\n"},
        SHIPS,
        "'**/.env' as the last line",
        {"Dockerfile": "FROM x\nCOPY . .\n", ".dockerignore": "*\n!.*\n**/.env\n"},
        id="docker",
    ),
    pytest.param(
        {"app.yaml": "runtime: x\n", **script("gcloud app deploy")},
        SHIPS,
        "/.env to .gcloudignore",
        {"app.yaml": "runtime: x\n", ".gcloudignore": "#!include:.gitignore\n/.env\n", **script("gcloud app deploy")},
        id="gcloud",
    ),
    pytest.param(
        script("vercel deploy --prod"),
        None,
        "/.env to .vercelignore",
        {**script("vercel deploy --prod"), ".vercelignore": "/.env\n"},
        id="vercel",
    ),
    pytest.param(
        script("func azure functionapp publish x"),
        None,
        "/.env to .funcignore",
        {**script("func azure functionapp publish x"), ".funcignore": "/.env\n"},
        id="func",
    ),
    pytest.param(
        {"package.json": '{"name": "x", "version": "1.0.0", "files": [".env", "app.js"]}'},
        SHIPS,
        "not name it",
        {"package.json": '{"name": "x", "version": "1.0.0", "files": ["app.js"]}'},
        id="npm",
    ),
    pytest.param(
        {"serverless.yml": "service: x\nprovider: {name: aws}\npackage:\n  patterns: ['.env']\n"},
        SHIPS,
        "'!.env' at the end of package.patterns",
        {"serverless.yml": "service: x\nprovider: {name: aws}\npackage:\n  patterns: ['.env', '!.env']\n"},
        id="Serverless",
    ),
    pytest.param(
        {"firebase.json": '{"hosting": {"public": ".", "ignore": ["firebase.json"]}}'},
        None,
        "'.env' to `ignore`",
        {"firebase.json": '{"hosting": {"public": ".", "ignore": ["firebase.json", ".env"]}}'},
        id="Firebase",
    ),
    pytest.param(
        {"site.yml": "- hosts: all\n  tasks:\n    - synchronize:\n        src: ./\n        dest: /srv/\n"},
        COPIES,
        '"--exclude=/.env" to rsync_opts',
        {
            "site.yml": "- hosts: all\n  tasks:\n    - synchronize:\n        src: ./\n        dest: /srv/\n"
            '        rsync_opts: ["--exclude=/.env"]\n'
        },
        id="ansible",
    ),
    pytest.param(
        {".vscode/sftp.json": '{"host": "h", "remotePath": "/srv", "ignore": [".git"]}'},
        COPIES,
        '"/.env" to ignore',
        {".vscode/sftp.json": '{"host": "h", "remotePath": "/srv", "ignore": [".git", "/.env"]}'},
        id="vscode sftp",
    ),
    pytest.param(
        script("git ftp push"),
        COPIES,
        "line .env to .git-ftp-ignore",
        {**script("git ftp push"), ".git-ftp-ignore": ".env\n"},
        id="git-ftp",
    ),
    pytest.param(
        action("SamKirkland/FTP-Deploy-Action@v4.3.5", server="h"),
        COPIES,
        "line **/.env to `exclude`",
        action("SamKirkland/FTP-Deploy-Action@v4.3.5", server="h", exclude="**/.git*\n**/.env\n"),
        id="FTP action",
    ),
    pytest.param(
        action("appleboy/scp-action@v1", source="."),
        COPIES,
        "`!.env` to `source`",
        action("appleboy/scp-action@v1", source=".,!.env"),
        id="scp action",
    ),
    pytest.param(
        action("Burnett01/rsync-deployments@7.0", switches="-avz", path="", remote_path="/srv"),
        COPIES,
        "--exclude=/.env to `switches`",
        action("Burnett01/rsync-deployments@7.0", switches="-avz --exclude=/.env", path="", remote_path="/srv"),
        id="rsync action",
    ),
    pytest.param(
        action("easingthemes/ssh-deploy@v5", EXCLUDE="/dist/"),
        COPIES,
        "add .env to `EXCLUDE`",
        action("easingthemes/ssh-deploy@v5", EXCLUDE="/dist/, .env"),
        id="ssh-deploy action",
    ),
    pytest.param(
        script("gsutil -m rsync -r -x '[.]git/' . gs://bucket"),
        COPIES,
        "'[.]env$' too",
        script("gsutil -m rsync -r -x '[.]git/|[.]env$' . gs://bucket"),
        id="gsutil",
    ),
    pytest.param(
        {"sftp-config.json": '{"host": "h", "remote_path": "/srv", "ignore_regexes": ["[.]git/"]}'},
        COPIES,
        '"/[.]env$" to ignore_regexes',
        {"sftp-config.json": '{"host": "h", "remote_path": "/srv", "ignore_regexes": ["[.]git/", "/[.]env$"]}'},
        id="Sublime's SFTP",
    ),
]


@pytest.mark.parametrize(("before", "rule", "words", "after"), MENDED)
def test_words_mend_the_finding(before: dict[str, str], rule: str | None, words: str, after: dict[str, str]) -> None:
    found = told(before)
    assert found
    assert rule is None or {one for one, _ in found} == {rule}
    assert any(words in fix for _, fix in found), found
    assert told(after) == []


def widened(text: str) -> str:
    """The words, or a file with them, for all names that begin with `.env`."""
    return text.replace("[.]env$", "[.]env[^/]*$").replace(".env", ".env*")


@pytest.mark.parametrize("state", ["tracked", None], ids=["beside one that is here", "alone"])
@pytest.mark.parametrize(("before", "rule", "words", "after"), [row for row in MENDED if row.id != "npm"])
def test_words_cover_names_of_which_no_file_is_here(
    before: dict[str, str], rule: str | None, words: str, after: dict[str, str], state: State | None
) -> None:
    found = told(before, state, ABSENT)
    assert len(found) == len(told(before))  # none beside that of the real file
    assert any(widened(words) in fix for _, fix in found), found
    assert told(after, state, ABSENT)
    assert told({name: text if text == before.get(name) else widened(text) for name, text in after.items()}, state, ABSENT) == []


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        pytest.param("rsync -a --delete ./ h:/srv/", "--exclude='/.env'", "rsync -a --delete --exclude='/.env' ./ h:/srv/", id="--delete"),
        pytest.param(
            "rsync -a --delete --include='.*' ./ h:/srv/",
            "--exclude='/.env' before the first --include",
            "rsync -a --delete --exclude='/.env' --include='.*' ./ h:/srv/",
            id="--delete before an include",
        ),
        pytest.param(
            "rsync -a --delete-excluded --exclude=.env ./ h:/srv/",
            "--filter='P /.env'",
            "rsync -a --delete-excluded --exclude=.env --filter='P /.env' ./ h:/srv/",
            id="--delete-excluded",
        ),
        pytest.param(
            'lftp -e "mirror -R --delete . /srv" host',
            "--exclude-glob .env",
            'lftp -e "mirror -R --delete --exclude-glob .env . /srv" host',
            id="lftp",
        ),
        pytest.param("aws s3 sync --delete . s3://b", "--exclude '.env'", "aws s3 sync --delete . s3://b --exclude '.env'", id="aws s3"),
    ],
)
def test_words_save_the_file_of_the_server(before: str, words: str, after: str) -> None:
    assert [(rule, words in fix) for rule, fix in told(script(before), "expected")] == [(DELETES, True)]
    assert told(script(after), "expected") == []


@pytest.mark.parametrize(
    ("line", "travels"),
    [
        pytest.param("rsync -a site h:/srv/", True, id="one level down"),
        pytest.param("rsync -a --exclude=/.env site h:/srv/", True, id="anchored above the folder"),
        pytest.param("rsync -a --exclude=/site/.env site h:/srv/", False, id="anchored with the folder"),
        pytest.param("rsync -a site/* h:/srv/", False, id="a star finds no dotfile"),
        pytest.param("rsync -a site/.* h:/srv/", True, id="a star behind a dot does"),
        pytest.param("rsync -a --exclude={.env,.git} site/ h:/srv/", False, id="braces of bash"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_what_lands_is_told_by_the_shell(line: str, travels: bool, shell: str) -> None:
    held = {"site/.env": "", "site/app.js": "", "deploy.sh": f"#!/bin/{shell}\n{line}\n"}
    copies, _ = files.read("deploy.sh", tree_of(held))
    found = check(Facts(tuple(copies), (Config("site/.env", "tracked"),), uses_env=True))
    assert bool(found) == (travels or ("{" in line and shell == "sh"))
