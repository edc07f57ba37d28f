"""Which files are deploy files, by name, and the module of `files` that reads each."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .names import Names, Sign, ending, has

YAML = ("yml", "yaml")
SCRIPTS = ("deploy", "publish", "release", "sync", "upload", "rollout")


class Kind(NamedTuple):
    """A module, the sign that each of its names has, and the expression for the whole path in lower case."""

    module: str
    sign: Sign
    pattern: str


# The first that matches reads the file, others too where they are of another module: a file may be of two kinds. An expression is
# compiled only when a name has the sign.
KINDS: tuple[Kind, ...] = (
    Kind("github", Sign(YAML, (".github/workflows/",)), r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml"),
    Kind(
        "ci",
        Sign(YAML, (".gitlab-ci", "bitbucket-", ".circleci/", "azure-", ".travis", ".drone", "buildspec", ".cpanel")),
        r"(?:.*/)?(?:\.gitlab-ci[^/]*|bitbucket-pipelines|\.circleci/[^/]+|\.?azure-pipelines[^/]*|\.travis|\.drone|buildspec[^/]*|\.cpanel)\.ya?ml",
    ),
    Kind("ci", Sign(YAML, (".azure",)), r"(?:.*/)?\.azure(?:-pipelines|devops)?/.*\.ya?ml"),
    Kind(
        "jenkins",
        Sign(words=("jenkinsfile",)),
        r"(?:.*/)?(?:jenkinsfile(?![^/]*\.(?:md|txt)\Z)(?:[._-][^/]+)?|[^/]+\.jenkinsfile)",
    ),
    Kind(
        "dockerfile",
        Sign(words=("dockerfile", "containerfile")),
        r"(?:.*/)?(?:(?:docker|container)file(?![^/]*(?:ignore|\.md|\.rst)\Z)(?:[._-][^/]+)?|[^/]+[._-](?:docker|container)file)",
    ),
    Kind("compose", Sign(YAML, ("compose",)), r"(?:.*/)?(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml"),
    Kind("makefile", Sign(("", "makefile", "mk"), ("makefile", ".mk")), r"(?:.*/)?(?:gnu)?\.?makefile|.*\.mk"),
    Kind("package_json", Sign(("json",), ("package.json",)), r"(?:.*/)?package\.json"),
    Kind("npm_package", Sign(("json",), ("package.json",)), r"(?:.*/)?package\.json"),
    Kind("vsce", Sign(("json",), ("package.json",)), r"(?:.*/)?package\.json"),
    Kind(
        "ignore_file",
        Sign(("ebignore", "gcloudignore", "vercelignore", "funcignore", "slugignore")),
        r"(?:.*/)?\.(?:eb|gcloud|vercel|func|slug)ignore",
    ),
    Kind("app_yaml", Sign(YAML, ("app",)), r"(?:.*/)?(?:app|[^/]+\.app|app[.-][^/]+)\.ya?ml"),
    Kind("appspec", Sign(words=("appspec",)), r"(?:.*/)?appspec[^/]*\.ya?ml(?:\.\w+)?"),
    Kind("firebase", Sign(("json",), ("firebase.json",)), r"(?:.*/)?firebase\.json"),
    Kind("netlify", Sign(("toml",), ("netlify.toml",)), r"(?:.*/)?netlify\.toml"),
    Kind("serverless", Sign(YAML, ("serverless",)), r"(?:.*/)?serverless[^/]*\.ya?ml"),
    Kind("sam", Sign(YAML, ("template", "sam")), r"(?:.*/)?(?:template|(?:[^/]*[-_.])?sam(?:[-_.][^/]*)?|[^/]+[.-]template)\.ya?ml"),
    Kind("vercel", Sign(("json",), ("vercel.json",)), r"(?:.*/)?vercel\.json"),
    Kind("script", Sign(("sh", "bash", "zsh", "ksh")), r"(?:.*/)?[^/]+\.(?:sh|bash|zsh|ksh)"),
    Kind(
        "script",
        Sign(words=SCRIPTS),
        # a script without a name of another language behind it
        r"(?:.*/)?(?:deploy|publish|release|sync|upload|rollout)(?![\w.-]*\.(?:php|rb|py|[cm]?js|[cm]?ts|[jt]sx|json|ya?ml|md|txt"
        r"|ini|toml|xml|html?|css|go|rs|java|ps1|bat|cmd|rst|adoc|po|pot|mo|tex|svg|png|jpe?g|gif|pdf|drawio|csv|lock|log|tf|hcl|kts?|gradle|properties|cfg|cs|vue"
        r"|svelte|swift|sql|ipynb|plist|service|timer|j2|erb|tmpl|exs?|lua|pl|scss|less|[ch]pp|[ch]|zip|gz)\Z)[\w.-]*",
    ),
    Kind("script", Sign(("",), ("hooks/",)), r"(?:.*/)?(?:git-?)?hooks/(?:post-receive|post-update|push-to-checkout)"),
    Kind(
        "capistrano",
        Sign(("rb", "rake", "cap"), ("deploy.rb", "capistrano/tasks/")),
        r"(?:.*/)?(?:deploy\.rb|lib/capistrano/tasks/[^/]+\.(?:rake|cap))",
    ),
    Kind("mina", Sign(("rb",), ("deploy.rb",)), r"(?:.*/)?deploy\.rb"),
    Kind("deployer", Sign(("php",), ("deploy",)), r"(?:.*/)?(?:deploy|deployer|deploy/[^/]+|\.deploy/[^/]+)\.php"),
    Kind(
        "php_hook",
        Sign(("php",), ("deploy", "hook", "pull", "sync", "update")),
        r"(?:.*/)?(?:(?:git|github|gitlab|bitbucket|auto|server)[-_.]?)?(?:deploy(?:er|ment)?|web-?hooks?|hooks?|pull|sync|update)(?:[-_.]\w+)?\.php",
    ),
    Kind(
        "php_hook",
        Sign(("php",), ("git.php", "github.php", "gitlab.php", "bitbucket.php")),
        r"(?:.*/)?(?:git|github|gitlab|bitbucket)\.php",
    ),
    Kind("envoy", Sign(("php",), ("envoy",)), r"(?:.*/)?(?:envoy|envoy/[^/]+)\.blade\.php"),
    Kind(
        "python",
        Sign(("py",), ("fabfile", "tasks.py", "webhook", "pull", *SCRIPTS)),
        r"(?:.*/)?(?:fabfile(?:/[^/]+)?|tasks|(?:[\w-]*[-_])?(?:deploy|publish|release|sync|upload|rollout|webhook|git[-_]?pull)[\w-]*|deploy(?:ment)?/[^/]+)\.py",
    ),
    Kind(
        "javascript",
        Sign(
            ("js", "cjs", "mjs", "ts", "coffee"),
            ("shipit", "gruntfile", "gulpfile", "ecosystem", "pm2", "deploy", "ftp", "rsync", "upload", "publish", "webhook"),
        ),
        r"(?:.*/)?(?:[\w.-]*shipit[\w.-]*|gruntfile|gulpfile|(?:[\w-]+\.)?ecosystem(?:\.[\w-]+)*|pm2(?:\.[\w-]+)*|(?:[\w.-]*[-_.])?(?:deploy|ftp|sftp|rsync|upload|publish|webhook)[\w.-]*)"
        r"\.(?:[cm]?js|ts|coffee|babel\.js)",
    ),
    Kind("javascript", Sign(("json",), ("ecosystem",)), r"(?:.*/)?ecosystem(?:\.[\w-]+)*\.json"),
    Kind("git_ftp", Sign(("git-ftp-ignore", "git-ftp-include")), r"(?:.*/)?\.git-ftp-(?:ignore|include)"),
    Kind("phploy", Sign(("ini",), ("phploy",)), r"(?:.*/)?phploy\.ini"),
    Kind("dploy", Sign(YAML, ("dploy",)), r"(?:.*/)?dploy\.ya?ml"),
    Kind(
        "editor",
        Sign(("json", "ftpconfig"), ("ftp", "remote-sync")),
        r"(?:.*/)?(?:\.vscode/(?:sftp|ftp-sync|ftp-kr)\.json|sftp-config(?:-alt)?\.json|\.remote-sync\.json|\.ftpconfig)",
    ),
    # a playbook may have any name: those in the root, those that are named as what they are, and those in folders of playbooks
    Kind("ansible", Sign(YAML), r"(?!\.)[^/.]+\.ya?ml"),
    Kind(
        "ansible",
        Sign(YAML, ("ansible", "playbook", "deploy", "provision", "sync")),
        r"(?!(?:.*/)?\.github/)(?:.*/)?[\w-]*(?:ansible|playbook|deploy|provision|rsync|sync)[\w-]*\.ya?ml",
    ),
    Kind(
        "ansible",
        Sign(YAML, ("ansible", "playbook", "roles", "provision", "deploy", "tasks", "ops/")),
        r"(?!(?:.*/)?\.github/)(?:.*/)?(?:ansible|playbooks?|roles|provision(?:ing)?|deploy(?:ment)?|tasks|ops|devops)/(?:.*/)?[^/.]+\.ya?ml",
    ),
)
# Folders of tests: a file there tries something out, or is what a test reads. Below one of DEPLOYED they are an environment's.
TRIALS = frozenset(
    ("test", "tests", "testing", "__tests__", "testdata", "test-data", "test_data", "fixture", "fixtures", "__fixtures__", "spec", "specs")
)
DEPLOYED = frozenset(
    (
        *("env", "envs", "environment", "environments", "inventory", "inventories", "overlays", "stage", "stages", "cluster", "clusters"),
        *("k8s", "terraform", "ansible", "playbook", "playbooks", "ops", "devops"),
    )
)


def among(names: Names) -> list[str]:
    """Those of these paths that are deploy files."""
    return [path for path in names.having(kind.sign for kind in KINDS) if modules(path)]


@lru_cache(maxsize=1 << 14)
def modules(path: str) -> tuple[str, ...]:
    """The modules that read a file of this name; none for nearly all."""
    low = path.lower()
    end = ending(low)
    found = dict.fromkeys(
        kind.module
        for kind in KINDS
        if (not kind.sign.endings or end in kind.sign.endings)
        and (not kind.sign.words or has(low, kind.sign.words))
        and re.fullmatch(kind.pattern, low)
    )
    return () if not found or is_trial(low) else tuple(found)


def is_trial(path: str) -> bool:
    """Whether it lies among tests: `tests/fixtures/deploy.sh`; `inventories/test/deploy.yml` does not."""
    for part in path.split("/")[:-1]:
        if part in TRIALS:
            return True
        name = part.removeprefix(".")
        if name in DEPLOYED or re.fullmatch(r"(?:infra|deploy)\w*", name):
            return False
    return False
