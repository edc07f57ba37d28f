"""Dockerfiles, compose files and the commands that build or copy; .dockerignore is held against Docker's own client and an npm package."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import socketserver
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from stopgap.deploy import files, place
from stopgap.deploy.copy import Copy, relative
from stopgap.deploy.docker.instructions import filled, instructions
from stopgap.deploy.files import dockerfile
from stopgap.deploy.filters import Unclear, dockerignore

from .conftest import Repo
from .deploy_help import copies_of, travels, tree_of

DOCKER = shutil.which("docker")
NPM = shutil.which("npm")
PLAIN = {"Dockerfile": "", ".env": "A=1", "package.json": "{}", "src/a.js": "", "src/.env": "B=1", "config/prod.env": "C=1"}


def shipped(held: dict[str, str], path: str = "Dockerfile") -> set[str]:
    """The env files that the image of a Dockerfile holds; those that it may hold with a question mark."""
    copies, why = files.read(path, tree_of(held))
    assert why == ""
    assert all(copy.mechanism == "docker" and copy.kind == "artifact" and copy.path == path for copy in copies)
    env = [name for name in held if ".env" in name.rpartition("/")[2]]
    unknown = {f"{name}?" for name in env for copy in copies if copy.unknown and relative(copy, name) is not None}
    return unknown | {name for name in env for copy in copies if not copy.unknown and travels(copy, name)}


def dockerfile_of(text: str, **more: str) -> dict[str, str]:
    return {**PLAIN, "Dockerfile": text, **{name.replace("__", "/").replace("_", "."): held for name, held in more.items()}}


# -- what reaches the image

QUIET = [
    pytest.param("FROM node\nCOPY package.json ./\nCOPY src/a.js /app/\n", id="named files"),
    pytest.param("FROM node\n# COPY . .\nRUN echo COPY . .\n", id="a comment, and a command that prints"),
    pytest.param(
        "FROM node AS b\nWORKDIR /app\nCOPY . .\nFROM nginx\nCOPY --from=b /app/dist /html\n",
        id="only a folder that was built reaches the last stage",
    ),
    pytest.param("FROM node AS b\nCOPY . /app\nFROM nginx\nCOPY --from=0 /app/dist /html\n", id="a stage by its number"),
    pytest.param("FROM node AS b\nWORKDIR /app\nCOPY . .\nFROM nginx\nCOPY --from=b /app/package.json .\n", id="a file of a stage"),
    pytest.param(
        "FROM a AS b\nCOPY . /app\nRUN rm -rf /app/.env /app/src /app/config\nFROM c\nCOPY --from=b /app /app\n",
        id="removed in an earlier stage",
    ),
    pytest.param("FROM a\nCOPY --from=nginx:1 / /\n", id="from an image"),
    pytest.param("FROM a\nADD https://example.org/.env /app/\n", id="an address"),
    pytest.param("FROM a\nCOPY <<EOF /app/.env\nA=1\nCOPY . .\nEOF\n", id="a here-document"),
    pytest.param("FROM a\nRUN <<EOF\nCOPY . .\nEOF\n", id="a command's here-document"),
    pytest.param('FROM a\nCOPY ["package.json", "/app/"]\n', id="the JSON form"),
    pytest.param("FROM a\nCOPY *.json /app/\n", id="a wildcard"),
    pytest.param("FROM a\nCOPY --exclude=**/.env --exclude=config . .\n", id="--exclude"),
    pytest.param("FROM a\nCOPY --parents ./src/**/*.js /app/\n", id="--parents with two stars"),
    pytest.param("FROM a\nARG JAR=target/*.jar\nCOPY ${JAR} app.jar\n", id="a default"),
    pytest.param("FROM a\nARG JAR\nCOPY ${JAR} app.jar\n", id="one unknown file that becomes a jar"),
    pytest.param("FROM a AS b\nCOPY . .\nFROM c\nRUN --mount=type=bind,target=/src cd /src && make\n", id="a mount that is only read"),
    pytest.param("FROM a AS b\nONBUILD COPY . .\nFROM c\n", id="for images built on it"),
]


@pytest.mark.parametrize("text", QUIET)
def test_ships_no_config(text: str) -> None:
    assert shipped(dockerfile_of(text)) == set()


SHIPS = [
    pytest.param("FROM {{ base }}\nCOPY src/{{ name }} /app/\n", "src/.env?", id="a template"),
    pytest.param("FROM a\nCOPY . .\n", ".env src/.env config/prod.env", id="the whole context"),
    pytest.param("from a\n  copy ./ /app\n", ".env src/.env config/prod.env", id="small letters and blanks before"),
    pytest.param("FROM a\nADD / /app\n", ".env src/.env config/prod.env", id="ADD, and a slash that is the context's root"),
    pytest.param("FROM a\nCOPY ../.. /app\n", ".env src/.env config/prod.env", id="nothing leads out of the context"),
    pytest.param("FROM a\nCOPY * /app/\n", ".env src/.env config/prod.env", id="Docker's star takes names with a dot, and folders"),
    pytest.param("FROM a\nCOPY .env* package.json /app/\n", ".env", id="by a wildcard"),
    pytest.param("FROM a\nCOPY s?c/.env /app/\n", "src/.env", id="a wildcard in a folder"),
    pytest.param("FROM a\nCOPY src config/ /app/\n", "src/.env config/prod.env", id="two folders"),
    pytest.param('FROM a\nCOPY --chown=1:1 --link [".env", "/app/"]\n', ".env", id="flags and the JSON form"),
    pytest.param(
        "FROM a\nCOPY package.json \\\n# a comment\n\n  .env \\\n  /app/\n", ".env", id="continued over a comment and an empty line"
    ),
    pytest.param("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nCOPY package.json `\n .env C:\\app\\\n", ".env", id="another escape"),
    pytest.param("ARG D=config\nFROM a\nARG D\nCOPY ${D}/ /app/\n", "config/prod.env", id="an argument from above the first stage"),
    pytest.param("FROM a\nENV D=config E=x\nCOPY $D ${F:-src} /app/\n", "src/.env config/prod.env", id="ENV, and a default in the word"),
    pytest.param("FROM a\nARG D\nCOPY ${D}/.env /app/\n", ".env? src/.env?", id="an unknown folder with a known name"),
    pytest.param("FROM a\nARG D\nCOPY src/$D /app/\n", "src/.env?", id="unknown below a folder"),
    pytest.param(
        "FROM a AS b\nCOPY . /app\nFROM b\nRUN rm -f /app/.env\n",
        ".env src/.env config/prod.env",
        id="a stage on a stage; rm leaves it in the layer",
    ),
    pytest.param(
        "FROM a AS B\nWORKDIR /x\nCOPY . app/\nFROM c\nCOPY --from=b /x/app /app\n", ".env src/.env config/prod.env", id="seen through"
    ),
    pytest.param("FROM a AS b\nCOPY . .\nFROM c\nCOPY --from=b / /\n", ".env src/.env config/prod.env", id="all of a stage"),
    pytest.param("FROM a AS b\nCOPY . /app\nFROM c\nCOPY --from=b /app/src /app\n", "src/.env", id="a folder of what was copied"),
    pytest.param("FROM a AS b\nCOPY . /\nFROM c\nCOPY --from=b /config /x\n", "config/prod.env", id="a folder of what lies in the root"),
    pytest.param("FROM a AS b\nWORKDIR /app\nCOPY .env ./\nFROM c\nCOPY --from=b /app/.env .\n", ".env", id="a file by two steps"),
    pytest.param("FROM a AS b\nCOPY .env /x/y\nFROM c\nCOPY --from=b /x/y .\n", ".env", id="under another name"),
    pytest.param(
        "FROM a AS b\nCOPY . /s\nRUN mkdir /d && cp -R /s/config /d/\nFROM c\nCOPY --from=b /d /d\n",
        "config/prod.env",
        id="moved by a command",
    ),
    pytest.param(
        'FROM a AS b\nCOPY . /s\nRUN ["cp", "-R", "/s/src", "/d"]\nFROM c\nCOPY --from=b /d /d\n', "src/.env", id="moved by one in JSON"
    ),
    pytest.param(
        "FROM a AS b\nCOPY . /s\nRUN <<EOF\ncp -R /s/src /d\nEOF\nFROM c\nCOPY --from=b /d /d\n", "src/.env", id="moved by a here-document"
    ),
    pytest.param("FROM a\nRUN --mount=type=bind,source=src,target=/m cp -R /m/. /app\n", "src/.env", id="out of a mount"),
    pytest.param("FROM a\nCOPY --parents src/./.env x/./y /app/\n", "src/.env", id="--parents with a pivot"),
    pytest.param("FROM a\nCOPY --exclude=*.env . /app\n", "src/.env config/prod.env", id="--exclude is anchored"),
]


@pytest.mark.parametrize(("text", "expected"), SHIPS)
def test_ships(text: str, expected: str) -> None:
    assert shipped(dockerfile_of(text)) == set(expected.split())


def test_line_is_that_of_the_instruction_that_brings_it_into_the_image() -> None:
    text = "FROM a AS b\nRUN x \\\n y\nCOPY . /app\n\nFROM c\nCOPY --from=b \\\n /app /app\n"
    (copy,), _ = files.read("Dockerfile", tree_of(dockerfile_of(text)))
    assert (copy.line, copy.target) == (7, "/app")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("RUN x\n", "no FROM", id="no FROM"),
        pytest.param("", "no FROM", id="empty"),
        pytest.param("FROM a\n" + "RUN x\n" * 3000, "instructions", id="endless"),
    ],
)
def test_is_no_dockerfile(text: str, why: str) -> None:
    copies, said = files.read("Dockerfile", tree_of(dockerfile_of(text)))
    assert copies == []
    assert why in said


DOUBLING = "FROM a AS s{1}\nCOPY --from=s{0} / /a\nCOPY --from=s{0} / /b\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "FROM a\nCOPY\nCOPY .\nADD []\nENV\nARG\nWORKDIR\nFROM\nCOPY --from\nRUN --mount=,,= cp\n", id="nothing behind the names"
        ),
        pytest.param("FROM a\nCOPY " + "[" * 100_000, id="deep JSON"),
        pytest.param("FROM a\nCOPY " + "${A:-" * 50_000, id="open variables"),
        pytest.param("FROM a\nENV " + "\"' \\" * 50_000, id="open quotes"),
        pytest.param("FROM a\nRUN cat <<EOF\n" + "x\n" * 10_000, id="an open here-document"),
        pytest.param("FROM a\nCOPY " + "*[" * 5_000 + " x\n", id="a hostile wildcard"),
        pytest.param(
            "FROM a AS b\n" + "COPY . /x\nCOPY --from=b /x /y\n" * 500 + "FROM b\nCOPY --from=b / /\n" * 400, id="copies of copies"
        ),
        pytest.param("FROM a AS s0\nCOPY . /x\n" + "".join(map(DOUBLING.format, range(99), range(1, 100))), id="stages that double"),
    ],
)
def test_hostile_files_end(text: str) -> None:
    copies, _ = files.read("Dockerfile", tree_of(dockerfile_of(text)))
    assert len(copies) < 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("$A-${A}", "1-1", id="both forms"),
        pytest.param("${N:-x}${N-y}${E:-z}${E-w}", "xyz", id="where it is not set, or empty"),
        pytest.param("${A:+x}${E:+y}${E+z}${N+w}", "xz", id="where it is set"),
        pytest.param("\\$A '$A' \"$A\"", "$A $A 1", id="quotes"),
        pytest.param("$N", "${N}", id="not known"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert filled(text, {"A": "1", "E": ""}) == expected


def test_directives_stand_above_all_else() -> None:
    assert [one.rest for one in instructions("# a comment\n# escape=`\nFROM a\nRUN b `\nRUN c\n")] == ["a", "b `", "c"]


# -- the context

COMPOSE = "services:\n  web:\n    build:\n      context: {}\n      dockerfile: {}\n"
ACTION = "jobs: {{a: {{steps: [{{uses: docker/build-push-action@v6, with: {{{}}}}}]}}}}"
KANIKO = "a:\n  script:\n    - /kaniko/executor --context $CI_PROJECT_DIR/web --dockerfile web/Dockerfile"
CONTEXTS = [
    pytest.param(
        {"docker/Dockerfile": "COPY src/a.js package.json /x/\nCOPY . ."},
        "docker/Dockerfile",
        ".env src/.env web/.env",
        id="sources that exist in the root only",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY app.js .\nCOPY . .", "web/app.js": ""},
        "web/Dockerfile",
        "web/.env",
        id="sources that exist beside it only",
    ),
    pytest.param({"web/Dockerfile": "COPY . .", "web/.dockerignore": "x"}, "web/Dockerfile", "web/.env", id="a .dockerignore beside it"),
    pytest.param({"web/Dockerfile": "COPY . .", "web/go.mod": ""}, "web/Dockerfile", "web/.env", id="an application beside it"),
    pytest.param({"d/Dockerfile": "COPY . .", ".dockerignore": "web"}, "d/Dockerfile", ".env src/.env", id="a .dockerignore in the root"),
    pytest.param({"web/Dockerfile": "COPY . ."}, "web/Dockerfile", ".env src/.env web/.env", id="both, where nothing tells"),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "compose.yml": COMPOSE.format("./web", "Dockerfile")},
        "web/Dockerfile",
        "web/.env",
        id="compose says the folder",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "compose.yml": COMPOSE.format(".", "web/Dockerfile")},
        "web/Dockerfile",
        ".env src/.env web/.env",
        id="compose says the root",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "dev/docker-compose.yaml": COMPOSE.format("${X:-../src}", "../web/Dockerfile")},
        "web/Dockerfile",
        "src/.env",
        id="by a default, from a folder",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "compose.yml": "services: {a: {build: web}}"},
        "web/Dockerfile",
        "web/.env",
        id="compose's short form",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "web/go.mod": "", "compose.yml": "services: [a"},
        "web/Dockerfile",
        "web/.env",
        id="a compose file that is none",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "Makefile": "x:\n\tdocker build -t a:$(V) \\\n\t  -f web/Dockerfile web/"},
        "web/Dockerfile",
        "web/.env",
        id="make says it",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "package.json": '{"scripts":{"b":"docker build -t a -f web/Dockerfile src"}}'},
        "web/Dockerfile",
        "src/.env",
        id="npm says it",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", "b.sh": "cd web && docker buildx build --push ."}, "web/Dockerfile", "web/.env", id="behind a cd"
    ),
    pytest.param({"web/Dockerfile": "COPY . .", "web/b.sh": "docker build ."}, "web/Dockerfile", "web/.env", id="a script beside it"),
    pytest.param({"web/Dockerfile": "COPY . .", ".gitlab-ci.yml": KANIKO}, "web/Dockerfile", "web/.env", id="kaniko says it"),
    pytest.param(
        {"web/Dockerfile": "COPY . .", ".github/workflows/a.yml": ACTION.format("context: web")},
        "web/Dockerfile",
        "web/.env",
        id="a workflow says it",
    ),
    pytest.param(
        {"web/Dockerfile": "COPY . .", ".github/workflows/a.yml": ACTION.format("file: web/Dockerfile")},
        "web/Dockerfile",
        ".env src/.env web/.env",
        id="a workflow's default is the root",
    ),
    pytest.param({".devcontainer/Dockerfile": "COPY . ."}, ".devcontainer/Dockerfile", "", id="an editor's container"),
]


@pytest.mark.parametrize(("more", "path", "expected"), CONTEXTS)
def test_context(more: dict[str, str], path: str, expected: str) -> None:
    held = {".env": "", "package.json": "{}", "src/a.js": "", "src/.env": "", "web/.env": "", **more}
    held[path] = "FROM a\n" + held[path]
    assert shipped(held, path) == set(expected.split())


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Dockerfile", True), ("web/Dockerfile.prod", True), ("prod.Dockerfile", True), ("Containerfile", True), ("Dockerfile-rhel", True),
        ("Dockerfile.dockerignore", False), ("Dockerfile.md", False), ("my.dockerfile.dockerignore", False), ("dockerfiles/a.py", False),
    ],
)  # fmt: skip
def test_names(name: str, is_one: bool) -> None:
    assert ("dockerfile" in files.modules(name)) == is_one


def test_ignore_file_of_the_dockerfile_wins() -> None:
    held = {**PLAIN, "a.Dockerfile": "FROM a\nCOPY . .", ".dockerignore": "**/*.env", "a.Dockerfile.dockerignore": "src\n"}
    assert shipped(held, "a.Dockerfile") == {".env", "config/prod.env"}
    assert shipped({**held, "Dockerfile": held["a.Dockerfile"]}) == set()


def test_ignore_file_of_a_containerfile() -> None:
    held = {**PLAIN, "Containerfile": "FROM a\nCOPY . .", ".dockerignore": "**/*.env", ".containerignore": "src\n"}
    assert shipped(held, "Containerfile") == {".env", "config/prod.env"}


def test_ignore_file_is_seen_from_the_context() -> None:
    held = {**PLAIN, "Dockerfile": "FROM a\nCOPY src /x\nCOPY config/prod.env /y\n", ".dockerignore": "src/.env\nconfig/*.env\n"}
    assert shipped(held) == set()
    assert shipped({**held, ".dockerignore": ".env\nprod.env\n"}) == {"src/.env", "config/prod.env"}


def test_target_of_a_build_counts_beside_the_last_stage() -> None:
    text = "FROM a AS dev\nCOPY src /x\nFROM a AS other\nCOPY . /x\nFROM b\nCOPY config /y\n"
    compose = "services: {w: {build: {context: ., target: dev}}}"
    assert shipped({**PLAIN, "Dockerfile": text}) == {"config/prod.env"}
    assert shipped({**PLAIN, "Dockerfile": text, "compose.yml": compose}) == {"config/prod.env", "src/.env"}


def test_arguments_and_other_contexts_of_compose() -> None:
    text = "FROM a\nARG D=none\nCOPY $D /x\nCOPY --from=conf . /y\n"
    compose = "services: {w: {build: {context: ., args: [D=src], additional_contexts: {conf: ./config}}}}"
    assert shipped({**PLAIN, "Dockerfile": text}) == set()
    assert shipped({**PLAIN, "Dockerfile": text, "compose.yml": compose}) == {"src/.env", "config/prod.env"}


# -- compose files


def test_compose_copies_nothing_itself() -> None:
    text = "services:\n  a:\n    build: .\n    env_file: .env\n    volumes: ['.:/app']\n    environment: {A: b}\n"
    assert files.read("compose.yaml", tree_of({**PLAIN, "compose.yaml": text})) == ([], "")


def test_dockerfile_within_a_compose_file() -> None:
    text = "services:\n  a:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM a\n        COPY src /x\n"
    (copy,), _ = files.read("docker-compose.yml", tree_of({**PLAIN, "docker-compose.yml": text}))
    assert (copy.path, copy.line, copy.source) == ("docker-compose.yml", 7, "src")


def test_watch_copies_what_neither_it_nor_the_context_ignores() -> None:
    rule = "{action: sync, path: ., target: /app, ignore: [config/]}"
    text = (
        f"services:\n  a:\n    build: .\n    develop:\n      watch:\n        - {rule}\n        - {{action: rebuild, path: package.json}}\n"
    )
    held = {**PLAIN, "compose.yml": text, ".dockerignore": "src"}
    (copy,), _ = files.read("compose.yml", tree_of(held))
    assert (copy.line, copy.mechanism, copy.kind) == (6, "compose-watch", "artifact")
    assert {name for name in held if "env" in name and travels(copy, name)} == {".env"}


# -- commands


def made(script: str, held: dict[str, str] | None = None) -> list[Copy]:
    return copies_of(script, held or dockerfile_of("FROM a\nCOPY . /app\n"), path="x.sh")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("docker build - < Dockerfile", id="a Dockerfile without a context"),
        pytest.param("docker build https://example.org/a.git#main", id="an address"),
        pytest.param("docker compose build web\ndocker-compose build .\ndocker run -v .:/app a\ndocker push a", id="no build of a folder"),
        pytest.param("ssh host docker build .", id="on another machine"),
        pytest.param("docker build -f $X/Dockerfile $X", id="set elsewhere"),
        pytest.param("docker cp web:/app/.env .\nkubectl cp pod:/app .\ndocker cp - web:/app", id="out of a container"),
        pytest.param("kubectl create configmap a --from-env-file=.env --dry-run=client", id="only shown"),
        pytest.param("kubectl create configmap a --from-literal=A=.env\nkubectl apply -f .\nkubectl cp", id="no file"),
    ],
)
def test_commands_that_copy_nothing(script: str) -> None:
    assert made(script) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("touch a; echo A=1 > .env; docker build -t a .", id="behind a step that writes the file"),
        pytest.param("cp -R . /tmp/b; docker --context b buildx build --push --platform x,y -t a /tmp/b", id="buildx"),
        pytest.param("cp -R . /tmp/b; cd /tmp/b; podman build", id="podman's default context"),
        pytest.param("cp -R . /tmp/b && cd /tmp/b && docker image build .", id="a folder that was put together"),
        pytest.param("docker build -f - . <<EOF\nFROM a\nCOPY . .\nEOF", id="a here-document"),
    ],
)
def test_builds(script: str) -> None:
    copies = made(script)
    assert [travels(copy, ".env") for copy in copies] == [True]
    assert copies[0].kind == "artifact"


def test_nothing_is_said_twice_of_one_build() -> None:
    held = {**PLAIN, "web/Dockerfile": "FROM a\nCOPY . /app\n", "x.sh": "docker build -f web/Dockerfile src"}
    assert made("docker build -f web/Dockerfile src", held) == []
    assert [copy.source for copy in files.read("web/Dockerfile", tree_of(held))[0]] == ["src"]


def test_build_of_a_context_that_the_dockerfile_does_not_know_is_one_of_its_instructions() -> None:
    held = {**PLAIN, "web/Dockerfile": "FROM a\nCOPY . /app\n", "x.sh": "docker build -f web/Dockerfile src"}
    (copy,) = made("docker build -f web/Dockerfile config", held)
    assert (copy.path, copy.line, copy.source, copy.mechanism) == ("web/Dockerfile", 2, "config", "docker")


def test_folder_put_together_brings_its_ignore_file() -> None:
    held = dockerfile_of("FROM a\nCOPY . /app\n", _dockerignore=".env")
    assert [
        [name for name in (".env", "src/.env") if travels(copy, name)] for copy in made("cp -R . /tmp/b; docker build /tmp/b", held)
    ] == [["src/.env"]]


def test_what_a_step_removes_from_a_folder_is_not_in_it() -> None:
    copies = made("cp -R . /tmp/b; rm /tmp/b/.env /tmp/b/src/.env; docker cp /tmp/b/. web:/app; docker cp /tmp/b/src web:/app")
    assert [[name for name in PLAIN if travels(copy, name) and "env" in name] for copy in copies] == [["config/prod.env"], []]


def test_dockerfile_that_is_not_there_is_unknown() -> None:
    (copy,) = dockerfile.of_context("src", "gen/Dockerfile", tree_of(PLAIN), "a.yml", 7)
    assert (copy.path, copy.line, copy.source, bool(copy.unknown)) == ("a.yml", 7, "src", True)


@pytest.mark.parametrize(
    ("script", "mechanism", "expected"),
    [
        pytest.param("docker cp . web:/app", "docker cp", ".env src/.env config/prod.env", id="the whole tree"),
        pytest.param("docker compose -p x cp config/. web:/app", "docker cp", "config/prod.env", id="compose cp"),
        pytest.param("docker container cp .env web:/app/.env", "docker cp", ".env", id="one file"),
        pytest.param("kubectl -n a cp src a/pod:/x -c web", "kubectl cp", "src/.env", id="kubectl"),
    ],
)
def test_copies_into_a_container(script: str, mechanism: str, expected: str) -> None:
    (copy,) = made(script)
    assert (copy.mechanism, copy.kind) == (mechanism, "server")
    assert {name for name in PLAIN if travels(copy, name) and "env" in name} == set(expected.split())


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("kubectl create secret generic a --from-env-file=.env", ".env", id="an env file"),
        pytest.param(
            "kubectl create cm a --from-file app=config --dry-run=client -o yaml | kubectl apply -f -",
            "config/prod.env",
            id="a folder, replaced",
        ),
    ],
)
def test_file_named_for_a_cluster_is_handed_over_on_purpose(script: str, expected: str) -> None:
    (copy,) = made(script)
    assert copy.written == (expected,)
    assert {name for name in PLAIN if travels(copy, name) and "env" in name} == {expected}


# -- .dockerignore

IGNORED = [
    *(
        (line, True, False)
        for line in (".env", "/.env", "./.env", ".env/", ".env*", "*.env", ".*", "  .env  ", ".en?", "[.]env", "[!.]env", "a/../.env")
    ),
    *((line, True, True) for line in ("**/.env", "**", "*", "**/*.env", "**.env", "**/.e*")),
    *((line, False, True) for line in ("*/.env", "sub", "sub/", "sub/**", "s*b", "**/sub")),
    *((line, False, False) for line in (".env # note", "#.env", "", "!.env", ".env.*", "[^.]env", ".ENV", "/", "..")),
    (".env\n!.env", False, False),
    ("*\n!.env", False, True),
    ("!.env\n*", True, True),
    ("sub\n!sub/.env", False, False),
    ("sub/.env\n!sub", False, True),  # the exception spoke of the folder when nothing was left out: BuildKit does not ask it again
    ("./!.env\n*", True, True),
]


@pytest.mark.parametrize(("text", "root", "below"), IGNORED)
def test_dockerignore(text: str, root: bool, below: bool) -> None:
    lines = tuple(text.split("\n"))
    assert (dockerignore.passes(lines, ".env"), dockerignore.passes(lines, "sub/.env")) == (not root, not below)


@pytest.mark.parametrize("line", ["!", "[", "a[]b", "[a-", "\\", "[-a]", "a\\b*", "[*]", "x" * 2000 + "*"])
def test_pattern_that_docker_refuses_or_reads_in_two_ways(line: str) -> None:
    with pytest.raises(Unclear):
        dockerignore.passes(("a", line), ".env")


def test_matching_takes_no_longer_than_pattern_times_path() -> None:
    lines = tuple("**/" + "*a" * 400 + "b" for _ in range(20))
    assert dockerignore.passes(lines, "a" * 200)


NAMES = (
    ".env .env.local a ab x.env !a #a [a a] dist/.env s/.env .a/.env b/sub/.env b/c/d/e/.env sub/.env sub/a sub/x.env sub/deep/.env"
    " sub/deep/a sub/deep/er/.env.local"
)
TREE = NAMES.split()
PARTS = [
    ".env", "*", "**", "sub", "a", "deep", ".env*", "*.env", ".*", "s?b", "[as]*", "[^a]",
    "[!a]b", ".", "..", "", "b", "**env", "**b", "sub**", "de**p", "\\.env", "\\*", "er",
    "*.*", "?", ".e**", "**.env", "s*", "[a-c]", "\\[a", "***", "a]", "[[:alpha:]]", "dist", " ",
    "!a", "#a",
]  # fmt: skip


def pattern(dice: random.Random) -> str:
    said = "/".join(dice.choice(PARTS) for _ in range(dice.choice([1, 1, 1, 2, 2, 3])))
    said = dice.choices(["", "/", "./", " "], [8, 1, 1, 1])[0] + said + dice.choices(["", "/", " ", " # note"], [8, 1, 1, 1])[0]
    return dice.choices(["", "!", "! ", "#"], [8, 4, 1, 1])[0] + said


def generated(seed: int) -> tuple[str, ...]:
    """The lines of an ignore file."""
    dice = random.Random(seed)
    return (*(["*"] if dice.random() < 0.3 else []), *(pattern(dice) for _ in range(dice.choice([1, 1, 2, 2, 3, 4]))))


class Daemon(getattr(socketserver, "ThreadingUnixStreamServer", socketserver.ThreadingTCPServer)):  # type: ignore[misc]
    """Takes the context that the client sends, as the engine's API would. https://docs.docker.com/reference/api/engine/"""

    context = b""
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Daemon

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def address_string(self) -> str:
        return ""

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        for name, value in (("Api-Version", "1.41"), ("Ostype", "linux"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(b"{}")

    def do_POST(self) -> None:
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        self.server.context = data
        self.answer(b'{"stream":"ok"}\n')


@pytest.fixture
def daemon() -> Iterator[tuple[Daemon, str]]:
    if not hasattr(socketserver, "ThreadingUnixStreamServer"):
        pytest.skip("no sockets in the file system here")
    with tempfile.TemporaryDirectory() as short, Daemon(f"{short}/socket", Handler) as server:  # the path of a socket has some 100 bytes
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server, f"unix://{short}/socket"
        server.shutdown()


def planted(top: Path) -> Path:
    for name in (*TREE, "Dockerfile"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("FROM scratch\n")
    return top


def sent(top: Path, server: Daemon, host: str) -> set[str] | None:
    """The files of the context that Docker's client sends, by its classic builder, which the real engine would unpack. None: it refuses."""
    server.context = b""
    env = {**os.environ, "DOCKER_HOST": host, "DOCKER_BUILDKIT": "0", "DOCKER_CONFIG": str(top.parent)}
    subprocess.run((DOCKER or "", "build", str(top)), env=env, capture_output=True, timeout=60)
    if not server.context:
        return None
    with tarfile.open(fileobj=io.BytesIO(server.context)) as archive:
        return {member.name for member in archive if member.isfile()}


def has_wild_exception(lines: tuple[str, ...]) -> bool:
    return any("!" in line and any(sign in line for sign in "*?[\\") for line in lines)


@pytest.mark.skipif(DOCKER is None, reason="docker is not installed")
@pytest.mark.parametrize("block", range(4))
def test_generated_patterns_leave_out_what_docker_leaves_out(tmp_path: Path, daemon: tuple[Daemon, str], block: int) -> None:
    top = planted(tmp_path / "context")
    if sent(top, *daemon) is None:
        pytest.skip("this docker has no classic builder, which sends the context as one archive")
    compared = 0
    for seed in range(block * 60, block * 60 + 60):
        lines = generated(seed)
        (top / ".dockerignore").write_text("\n".join(lines))
        real = sent(top, *daemon)
        for name in TREE:
            try:
                ours = dockerignore.passes(lines, name)
            except Unclear:
                continue
            assert real is not None, lines
            if ours and name not in real and "/" in name and has_wild_exception(lines):
                # The classic builder does not look for exceptions with wildcards in a folder that is left out (moby's archive package);
                # BuildKit, the default since Docker 23, does (tonistiigi/fsutil, onlyPrefixExcludeExceptions). So do we.
                continue
            assert ours == (name in real), (lines, name)
            compared += 1
    assert compared > 700


SCRIPT = """
const ignore = require("@balena/dockerignore");
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(([lines, names]) => {
  const one = ignore({ignorecase: false}).add(lines);
  return names.map((name) => one.ignores(name));
})));
"""


def differs_by_design(lines: tuple[str, ...], name: str) -> bool:
    """Where the npm package (1.0.2, after Docker 19.03) has another answer than Docker, whose client agrees with us in the test above.

    `**name` is the end of any path for moby/patternmatcher (suffixMatch), `[[:alpha:]]` is a class of regular expressions; and like the
    classic builder the package does not look for exceptions with wildcards in a folder that is left out. An exception that names a folder
    which was not left out says nothing of what is in it (MatchesUsingParentResults, which is younger than the package).
    """
    patterns = [line.strip("!/ ").removeprefix("./") for line in lines]
    if any("[[:" in one or (one.startswith("**") and one[2:3] != "/") for one in patterns):
        return True
    folders = [f"!{name[:at]}" for at, sign in enumerate(name) if sign == "/"]
    return "/" in name and (
        has_wild_exception(lines) or any(line.replace(" ", "").replace("!/", "!").rstrip("/") in folders for line in lines)
    )


@pytest.mark.skipif(NPM is None, reason="npm is not installed")
def test_generated_patterns_agree_with_an_independent_implementation(tmp_path: Path) -> None:
    argv = (NPM or "", "install", "--no-audit", "--no-fund", "--ignore-scripts", "@balena/dockerignore@1.0.2")
    try:
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not reach its registry")
    if done.returncode:
        pytest.skip("npm cannot install @balena/dockerignore")
    cases = [(generated(seed), TREE) for seed in range(1000, 3000)]
    (tmp_path / "x.js").write_text(SCRIPT)
    done = subprocess.run(("node", "x.js"), cwd=tmp_path, input=json.dumps(cases).encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    compared = 0
    for (lines, names), answers in zip(cases, json.loads(done.stdout), strict=True):
        for name, ignored in zip(names, answers, strict=True):
            try:
                ours = dockerignore.passes(lines, name)
            except Unclear:
                continue
            if not differs_by_design(lines, name):
                assert ours != ignored, (lines, name)
                compared += 1
    assert compared > 20_000


# -- the whole


def test_check_names_the_instruction_and_the_ignore_file(repo: Repo) -> None:
    repo.write(".env", "PASSWORD=hunter2hunter2\n")
    repo.write("Dockerfile", "FROM a\nCOPY . /app\n")
    repo.add()
    repo.commit()
    done = repo.stopgap("check-deploy-sync")
    assert done.returncode == 1
    assert b"Dockerfile:2:1: deploy-ships-config" in done.stdout
    assert b"'**/.env*' as the last line of the .dockerignore" in done.stdout
    repo.write(".dockerignore", "**/.env\n")
    repo.add()
    assert repo.stopgap("check-deploy-sync").returncode == 0
    assert place.ROOT.encode() not in done.stdout
