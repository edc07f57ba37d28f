"""Which files hold settings, by name, and the module that reads each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..deploy.names import Names, Sign
from ..detect import names
from . import places

# What each of the names below has, and what each name in dotenv syntax has.
SIGNS = (
    Sign(("yml", "yaml", "tf")),
    Sign(("toml",), ("fly", "wrangler", "netlify")),
    Sign(("json",), ("app.json",)),
    Sign(words=("tfvars", "ompose", "file")),
)
DOTENV = (Sign(words=names.DOTENV_WORDS),)
# By name, in lower case: the first that matches reads the file.
KINDS: tuple[tuple[str, str], ...] = (
    (r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml", "workflow"),
    (r"(?:.*/)?\.gitlab-ci[^/]*\.ya?ml", "workflow"),
    (r"(?:.*/)?(?:docker-)?(?:compose|stack)(?:[._-][^/]*)?\.ya?ml(?:[._-]\w+)?|(?:.*/)?[^/]+[._-](?:docker-)?compose\.ya?ml", "compose"),
    (r"(?:.*/)?(?:fly|wrangler|netlify)(?:[._-][^/]*)?\.toml|(?:.*/)?app\.json|(?:.*/)?render\.ya?ml", "platforms"),
    (r"(?:.*/)?serverless(?:[._-][^/]*)?\.ya?ml|(?:.*/)?app\.ya?ml", "platforms"),
    (r"(?:.*/)?(?:[^/]*[._-])?values(?:[._-][^/]*)?\.ya?ml", "helm"),
    (r".*\.tf|.*\.tfvars(?:[._-]\w+)?", "terraform"),
    (r"(?:.*/)?(?:[^/]+\.)?(?:dockerfile|containerfile)(?:[._-][^/]*)?", "dockerfile"),
    (r".*\.ya?ml", "kubernetes"),
)
# YAML that is everybody's and no manifest: it need not be opened.
OTHER_YAML = (
    r"(?:.*/)?(?:\.[^/]+|mkdocs|_config|codecov|pnpm-lock|pubspec|dependabot|renovate|openapi[^/]*|swagger[^/]*|[a-z]{2}(?:[-_][a-z]{2,4})?|action|galaxy"
    r"|changelog[^/]*|requirements|readthedocs|appveyor|azure-pipelines[^/]*|bitbucket-pipelines|cloudbuild|meta|chart|buf(?:\.[^/]*)?|i18n[^/]*|messages[^/]*)\.ya?ml"
    r"|(?:.*/)?(?:\.[^/]+|locales?|i18n|translations?|lang|roles|tasks|handlers|playbooks|changelogs?|fragments|cassettes|__snapshots__)/.*"
)


def among(known: Names, named: Iterable[str] | None = None) -> list[str]:
    """Those of these paths that hold settings. `named`: all of them, and maybe more, whose names the table of config files knows."""
    listed = known.having(DOTENV) if named is None else named
    wanted = {path for path in (*known.having(SIGNS), *listed) if kind(path)}
    return [path for path in known.paths if path in wanted] if wanted else []


@lru_cache(maxsize=1 << 14)
def kind(path: str) -> str:
    """The module that reads a file of this name, "" for nearly all, and for what lies among tests, examples and papers."""
    low = path.lower()
    base = low.rpartition("/")[2]
    found = "env_file" if names.is_dotenv(path) else by_name(low, base)
    return "" if not found or places.is_aside(path) or (found == "kubernetes" and re.fullmatch(OTHER_YAML, low)) else found


def by_name(low: str, base: str) -> str:
    """The module by the expressions; what no word of theirs is in costs no search."""
    if not (base.endswith((".yml", ".yaml", ".toml", ".json", ".tf")) or "tfvars" in base or "ompose" in base or "file" in base):
        return ""
    return next((module for pattern, module in KINDS if re.fullmatch(pattern, low)), "")
