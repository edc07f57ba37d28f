"""Builds as they stand in the text of a file: the command lines, and what their variables are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

# Options of `docker build`, `podman build` and of kaniko's executor that take a value. docker-buildx-build(1), buildah-build(1)
OPTIONS = (
    "--add-host --annotation --attest --allow --arg --authfile --build-arg --build-context --builder --cache-from --cache-to"
    " --cgroup-parent --context --cpu-period --cpu-quota --cpu-shares --cpuset-cpus --cpuset-mems --destination --dockerfile --file"
    " --format --iidfile --isolation --label --memory --memory-swap --metadata-file --network --no-cache-filter --output --platform"
    " --progress --sbom --secret --security-opt --shm-size --ssh --tag --target --ulimit"
)
VALUED = frozenset(OPTIONS.split())
SHORT = "ftocm"
ELSEWHERE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://(?<!dir://)|git@|github\.com/)")
COMMAND = re.compile(
    r"(?:\bcd\s+(?P<folder>[\w./-]+)[ \t]*(?:&&|;|\n)[ \t\n]*)?"
    r"(?:\b(?:docker|podman|nerdctl)\s+(?:buildx\s+|image\s+|builder\s+)?build|\bbuildah\s+(?:bud|build)|kaniko/executor)(?=[\s\"'])(?P<rest>[^\n;&|]*)"
)
# The folder of the checkout, as CI systems call it.
CHECKOUT = re.compile(
    r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|BITBUCKET_CLONE_DIR|WORKSPACE|PWD|CODEBUILD_SRC_DIR|TRAVIS_BUILD_DIR)\}?"
    r"|\$\((?:pwd|Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\)|\{\{\s*defaultContext\s*\}\}"
)
DEFAULT = re.compile(r"\$\{[A-Za-z_]\w*:?-(?P<value>[^{}$]*)\}")
# What a folder holds that is an application of its own.
MANIFESTS = (
    "package.json",
    "requirements.txt",
    "pyproject.toml",
    "setup.py",
    "Pipfile",
    "manage.py",
    "go.mod",
    "Cargo.toml",
    "composer.json",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "pubspec.yaml",
)


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The builds in a text: the folder that a `cd` right before goes to, "" without one, and the words behind `build`."""
    for found in COMMAND.finditer(re.sub(r"\\\r?\n", " ", text)):
        yield found["folder"] or "", words(found["rest"])


def words(rest: str) -> list[str]:
    """The words of a command line; one that ends within quotes stands in those of another language, as in package.json."""
    try:
        return shlex.split(rest, comments=True)
    except ValueError:
        return re.sub(r"\\?[\"'].*\Z", "", rest).split()


def expressed(text: str) -> str:
    """A path with the checkout's folder taken off."""
    said = CHECKOUT.sub(".", text)
    return re.sub(r"^\.:", "./", said)


def resolved(value: object) -> str | None:
    """A value of a compose file, its defaults put in; None for what is no text."""
    return DEFAULT.sub(lambda found: found["value"], value) if isinstance(value, str) else None
