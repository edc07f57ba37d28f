"""Deploy files, one module a kind: `read(path, text, tree)` gives the copies that the file's steps make.

Raises Unreadable where the file is not what its name says; what it could not tell apart is a copy with `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol, cast

from ..copy import Copy
from ..filters import Unclear
from ..shell.commands import Unreadable
from ..tree import Tree
from ..yamls import Unreadable as UnreadableYaml
from ..yamls import doubled

# By name, in lower case: the expression for the whole path, and the module. The first that matches reads the file, others too where they
# are
# of another module: a file may be of two kinds.
KINDS: tuple[tuple[str, str], ...] = (
    (r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml", "github"),
    (
        r"(?:.*/)?(?:\.gitlab-ci[^/]*|bitbucket-pipelines|\.circleci/[^/]+|\.?azure-pipelines[^/]*|\.travis|\.drone|buildspec[^/]*|\.cpanel)\.ya?ml",
        "ci",
    ),
    (r"(?:.*/)?\.azure(?:-pipelines|devops)?/.*\.ya?ml", "ci"),
    (r"(?:.*/)?(?:jenkinsfile(?![^/]*\.(?:md|txt)\Z)(?:[._-][^/]+)?|[^/]+\.jenkinsfile)", "jenkins"),
    (
        r"(?:.*/)?(?:(?:docker|container)file(?![^/]*(?:ignore|\.md|\.rst)\Z)(?:[._-][^/]+)?|[^/]+[._-](?:docker|container)file)",
        "dockerfile",
    ),
    (r"(?:.*/)?(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml", "compose"),
    (r"(?:.*/)?(?:gnu)?\.?makefile|.*\.mk", "makefile"),
    (r"(?:.*/)?package\.json", "package_json"),
    (r"(?:.*/)?package\.json", "npm_package"),
    (r"(?:.*/)?package\.json", "vsce"),
    (r"(?:.*/)?\.(?:eb|gcloud|vercel|func|slug)ignore", "ignore_file"),
    (r"(?:.*/)?(?:app|[^/]+\.app|app[.-][^/]+)\.ya?ml", "app_yaml"),
    (r"(?:.*/)?appspec[^/]*\.ya?ml(?:\.\w+)?", "appspec"),
    (r"(?:.*/)?firebase\.json", "firebase"),
    (r"(?:.*/)?netlify\.toml", "netlify"),
    (r"(?:.*/)?serverless[^/]*\.ya?ml", "serverless"),
    (r"(?:.*/)?(?:template|(?:[^/]*[-_.])?sam(?:[-_.][^/]*)?|[^/]+[.-]template)\.ya?ml", "sam"),
    (r"(?:.*/)?vercel\.json", "vercel"),
    (
        # a script without a name of another language behind it
        r"(?:.*/)?(?:[^/]+\.(?:sh|bash|zsh|ksh)|(?:deploy|publish|release|sync|upload|rollout)(?![\w.-]*\.(?:php|rb|py|[cm]?js|[cm]?ts|[jt]sx|json|ya?ml|md|txt"
        r"|ini|toml|xml|html?|css|go|rs|java|ps1|bat|cmd|rst|adoc|po|pot|mo|tex|svg|png|jpe?g|gif|pdf|drawio|csv|lock|log|tf|hcl|kts?|gradle|properties|cfg|cs|vue"
        r"|svelte|swift|sql|ipynb|plist|service|timer|j2|erb|tmpl|exs?|lua|pl|scss|less|[ch]pp|[ch]|zip|gz)\Z)[\w.-]*)",
        "script",
    ),
    (r"(?:.*/)?(?:git-?)?hooks/(?:post-receive|post-update|push-to-checkout)", "script"),
    (r"(?:.*/)?(?:deploy\.rb|lib/capistrano/tasks/[^/]+\.(?:rake|cap))", "capistrano"),
    (r"(?:.*/)?deploy\.rb", "mina"),
    (r"(?:.*/)?(?:deploy|deployer|deploy/[^/]+|\.deploy/[^/]+)\.php", "deployer"),
    (
        r"(?:.*/)?(?:(?:git|github|gitlab|bitbucket|auto|server)[-_.]?)?(?:deploy(?:er|ment)?|web-?hooks?|hooks?|pull|sync|update)(?:[-_.]\w+)?\.php",
        "php_hook",
    ),
    (r"(?:.*/)?(?:git|github|gitlab|bitbucket)\.php", "php_hook"),
    (r"(?:.*/)?(?:envoy|envoy/[^/]+)\.blade\.php", "envoy"),
    (
        r"(?:.*/)?(?:fabfile(?:/[^/]+)?|tasks|(?:[\w-]*[-_])?(?:deploy|publish|release|sync|upload|rollout|webhook|git[-_]?pull)[\w-]*|deploy(?:ment)?/[^/]+)\.py",
        "python",
    ),
    (
        r"(?:.*/)?(?:[\w.-]*shipit[\w.-]*|gruntfile|gulpfile|(?:[\w-]+\.)?ecosystem(?:\.[\w-]+)*|pm2(?:\.[\w-]+)*|(?:[\w.-]*[-_.])?(?:deploy|ftp|sftp|rsync|upload|publish|webhook)[\w.-]*)"
        r"\.(?:[cm]?js|ts|coffee|babel\.js)",
        "javascript",
    ),
    (r"(?:.*/)?ecosystem(?:\.[\w-]+)*\.json", "javascript"),
    (r"(?:.*/)?\.git-ftp-(?:ignore|include)", "git_ftp"),
    (r"(?:.*/)?phploy\.ini", "phploy"),
    (r"(?:.*/)?dploy\.ya?ml", "dploy"),
    (r"(?:.*/)?(?:\.vscode/(?:sftp|ftp-sync|ftp-kr)\.json|sftp-config(?:-alt)?\.json|\.remote-sync\.json|\.ftpconfig)", "editor"),
    # a playbook may have any name: those in the root, those that are named as what they are, and those in folders of playbooks
    (r"(?!\.)[^/.]+\.ya?ml", "ansible"),
    (r"(?!(?:.*/)?\.github/)(?:.*/)?[\w-]*(?:ansible|playbook|deploy|provision|rsync|sync)[\w-]*\.ya?ml", "ansible"),
    (
        r"(?!(?:.*/)?\.github/)(?:.*/)?(?:ansible|playbooks?|roles|provision(?:ing)?|deploy(?:ment)?|tasks|ops|devops)/(?:.*/)?[^/.]+\.ya?ml",
        "ansible",
    ),
)
SHEBANG = re.compile(rb"#!\s*\S*(?:/|env\s+(?:-S\s+)?)(?:ba|z|k|da)?sh\b")


# Folders of tests: a file there tries something out, or is what a test reads. Below one of DEPLOYED they are an environment's.
TRIALS = frozenset(
    ("test", "tests", "testing", "__tests__", "testdata", "test-data", "test_data", "fixture", "fixtures", "__fixtures__", "spec", "specs")
)
DEPLOYED = re.compile(
    r"\.?(?:env|envs|environments?|inventor(?:y|ies)|overlays|stages?|clusters?|k8s|terraform|ansible|playbooks?|infra\w*|(?:dev)?ops|deploy\w*)"
)

# Those whose steps start from a clean checkout: what git does not track is not there.
CLEAN = frozenset(("github", "ci", "jenkins"))


class Reader(Protocol):
    """What each module here offers."""

    def read(self, path: str, text: str, tree: Tree) -> Iterator[Copy]: ...


@cache
def any_kind() -> re.Pattern[str]:
    """All names in one expression, so that one of no kind, as nearly all are, is done with in one step."""
    anywhere = "(?:.*/)?"
    named = [pattern[len(anywhere) :] for pattern, _ in KINDS if pattern.startswith(anywhere)]
    others = [pattern for pattern, _ in KINDS if not pattern.startswith(anywhere)]
    return re.compile("|".join((f"{anywhere}(?:{'|'.join(named)})", *others)))


@lru_cache(maxsize=1 << 14)
def modules(path: str) -> tuple[str, ...]:
    """The modules that read a file of this name; none for nearly all."""
    low = path.lower()
    if any_kind().fullmatch(low) is None or is_trial(low):
        return ()
    return tuple(dict.fromkeys(module for pattern, module in KINDS if re.fullmatch(pattern, low)))


def is_trial(path: str) -> bool:
    """Whether it lies among tests: `tests/fixtures/deploy.sh`; `inventories/test/deploy.yml` does not."""
    for part in path.split("/")[:-1]:
        if part in TRIALS:
            return True
        if DEPLOYED.fullmatch(part):
            return False
    return False


def read(path: str, tree: Tree) -> tuple[list[Copy], str]:
    """The copies of one deploy file, and why it could not be read, "" where it could. What stands before the trouble counts."""
    text = tree.text(path)
    if text is None:
        return [], "it is gone, or larger than a MiB"
    found: list[Copy] = []
    why = ""
    for module in modules(path):
        try:
            for copy in cast(Reader, import_module(f".{module}", __package__)).read(path, text, tree):
                found.append(copy._replace(follows_git=True) if module in CLEAN else copy)
        except (Unreadable, UnreadableYaml, Unclear) as error:
            why = why or str(error)
        except RecursionError:
            why = why or "it is nested too deeply"
    return found, why or said_twice(path, text)


def said_twice(path: str, text: str) -> str:
    """That a YAML file gives a key twice, "" where it does not, or where it is none that its reader had to read."""
    try:
        line = doubled(text) if path.lower().endswith((".yml", ".yaml")) else 0
    except UnreadableYaml:
        return ""
    return f"a key stands a second time on line {line}: programs differ on which of the two counts" if line else ""
