"""What a path says: which environment its settings are for, and which part of the repository they belong to."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

ENVIRONMENTS = {
    "prod": "production", "production": "production", "prd": "production",
    "stage": "staging", "staging": "staging", "stg": "staging",
    "dev": "development", "develop": "development", "development": "development",
    "test": "test", "testing": "test", "tests": "test", "ci": "test", "e2e": "test", "integration": "test",
    "qa": "qa", "uat": "uat", "preprod": "preprod", "preview": "preview", "sandbox": "sandbox", "local": "local",
}  # fmt: skip
# of a file's name alone: as a folder they mean something else
OF_FILES = {
    "live": "production",
    "override": "override",
    "docker": "docker",
    "shared": "shared",
    "devcontainer": "devcontainer",
    "demo": "demo",
}
WITHIN = frozenset(("prod", "production", "prd", "staging", "stg", "preprod", "uat"))  # `prod-eu`, as a part of a folder's name
# Folders that say how something is deployed, and not what.
CONTAINERS = frozenset(
    "k8s kubernetes kube manifests manifest deploy deploys deployment deployments helm chart charts infra infrastructure terraform "
    "tf iac ops devops docker .docker config configs configuration conf env envs .env .envs environment environments base overlays "
    "overlay .github workflows .gitlab .deploy stacks compose secrets configmaps resources kustomize live etc build clusters".split()
)
# Folders in which nothing is in use: samples, tests, papers, code of others.
ASIDE = frozenset(
    "test tests testing __tests__ spec specs fixture fixtures __fixtures__ testdata test-data test_data testutil mock mocks "
    "__mocks__ example examples sample samples doc docs docs_src documentation demo demos tutorial tutorials vendor vendored "
    "node_modules third_party third-party e2e benchmark benchmarks bench playground website quickstart quickstarts starter starters "
    "boilerplate scaffold scaffolding skeleton template cookiecutter integration_tests integration-tests unittests functional t "
    "site-packages __snapshots__ recipes contrib sandbox".split()
)
ENVIRONMENT_FOLDERS = frozenset(
    ("env", "envs", "environment", "environments", "overlays", ".envs", "stages", "live", "clusters", "k8s", "terraform")
)
# Words of a file's name that say what kind of file it is.
KINDS = frozenset(
    "env docker compose stack dockerfile containerfile yml yaml toml json tf tfvars terraform values value config configs conf "
    "secret secrets settings vars variables variable fly render serverless auto app default defaults base common main txt dotenv "
    "flaskenv envrc environment sh".split()
)
DEEPEST = 20  # folders that an owner is told by
TOKEN = re.compile(r"[^._\- ]+")


class Place(NamedTuple):
    """`environment` is "" for a base file. `owner` are the folders that tell one application from another.

    `rest` is what the file's name says beside its kind and its environment: `redis` of `.env.redis`.
    """

    environment: str
    owner: tuple[str, ...]
    rest: str = ""


@lru_cache(maxsize=4096)
def is_aside(path: str) -> bool:
    """Whether it lies where nothing is in use: `tests/fixtures/.env`; `environments/test/.env` does not."""
    before = ""
    for part in path.lower().split("/")[:-1]:
        if (part in ASIDE and not (before in ENVIRONMENT_FOLDERS and part in ENVIRONMENTS)) or "{{" in part or part.startswith("test-"):
            return True
        before = part
    return False


@lru_cache(maxsize=4096)
def place(path: str) -> Place:
    """The place of a file."""
    *folders, base = path.lower().split("/")
    owner: list[str] = []
    found: set[str] = set()
    for folder in folders:
        environment, left = of_folder(folder)
        found |= {environment} if environment else set()
        owner += [left] if left else []
    words: list[str] = [word for word in TOKEN.findall(base) if word not in template_words()]
    said = {
        ENVIRONMENTS.get(word) or OF_FILES.get(word, "") for word in words if word not in KINDS or (word == "docker" and "env" in words)
    }
    said.discard("")
    rest = [word for word in words if word not in KINDS and word not in ENVIRONMENTS and word not in OF_FILES]
    return Place("+".join(sorted(said or found)), tuple(owner[:DEEPEST]), "-".join(rest))


def folder(path: str) -> tuple[str, ...]:
    """The owner of what lies in a folder."""
    return tuple(rest for part in path.lower().split("/") if (rest := of_folder(part)[1]))


def of_folder(folder: str) -> tuple[str, str]:
    """The environment that a folder's name gives, and what is left of it: `prod-eu` is production, `eu`."""
    if folder in CONTAINERS:
        return "", ""
    if folder in ENVIRONMENTS or folder == ".devcontainer":
        return ENVIRONMENTS.get(folder, "devcontainer"), ""
    words = TOKEN.findall(folder)
    if len(words) > 1 and not WITHIN.isdisjoint(words):
        environment = next(ENVIRONMENTS[word] for word in words if word in WITHIN)
        return environment, "-".join(word for word in words if word not in WITHIN and word not in CONTAINERS)
    return "", folder


@lru_cache(maxsize=1)
def template_words() -> frozenset[str]:
    """The words that make a name a template's."""
    from ..detect.name_table import load

    return frozenset((*load().lists["template"], *load().lists["engine"]))


@lru_cache(maxsize=4096)
def is_template(path: str) -> bool:
    """`.env.example`, `terraform.tfvars.example`, `docker-compose.sample.yml`: a model of another file."""
    words = TOKEN.findall(path.lower().rpartition("/")[2])
    return bool(template_words().intersection(words[1:] if len(words) > 1 else words) or words[0] in ("example", "sample", "template"))


def of_word(word: str) -> str:
    """The environment that a name gives which is no path, such as a job's or a namespace's: `production`, `shop-prod`; "" for none."""
    low = word.lower()
    if low in ENVIRONMENTS:
        return ENVIRONMENTS[low]
    return next((ENVIRONMENTS[one] for one in TOKEN.findall(low) if one in WITHIN or one in ("dev", "development", "stage")), "")
