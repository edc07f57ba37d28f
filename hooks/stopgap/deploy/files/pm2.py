"""PM2's deploy: `pm2 deploy` runs git on the server, in the folder `path`, and the hooks are shell. https://pm2.keymetrics.io/docs/usage/deployment/"""

from __future__ import annotations

from typing import Any

from ..code.values import Program
from ..copy import Copy
from ..steps import SERVER, Steps
from ..yamls import Map

CURRENT = "/=release="
# What `pm2 init` and the documentation write in: nobody has filled in such an environment.
UNFILLED = frozenset(("GIT_REPOSITORY", "git@github.com:repo.git", "DESTINATION_PATH", "SSH_HOSTMACHINE"))


def exported(program: Program, steps: Steps) -> None:
    """The `deploy` of a file that exports apps: every map in it that has one."""
    tokens = program.tokens
    for number, token in enumerate(tokens[:-2]):
        if token.text == "deploy" and tokens[number + 1].text == ":" and tokens[number + 2].text == "{":
            program.at = number + 2
            environments(program.value(0), steps)


def apps(value: Any, steps: Steps) -> None:
    """The same of `ecosystem.json`."""
    if isinstance(value, Map):
        environments(value.get("deploy"), steps)


def environments(value: Any, steps: Steps) -> None:
    """One checkout for each environment that names a repository; what its hooks put over it stays the server's."""
    if not isinstance(value, Map):
        return
    for own in value.values():
        if not isinstance(own, Map) or not own.text("repo", "repository"):
            continue
        if UNFILLED & {own.text("repo", "repository"), own.text("path"), own.text("host")}:
            continue
        line = getattr(own.get("repo") or own.get("repository"), "line", 1)
        for name in ("pre-deploy-local", "pre_deploy_local"):
            steps.shell(own.text(name), line)
        steps.add(Copy("pm2 deploy", steps.path, line, target=own.text("path"), kind="checkout", follows_git=True), CURRENT)
        for name in ("post-setup", "post-deploy", "post_deploy"):
            hook = own.get(name)
            steps.shell(hook if isinstance(hook, str) else "", getattr(hook, "line", line), cwd=CURRENT, host=SERVER)
