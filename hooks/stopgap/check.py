"""`stopgap check`, the hook id `stopgap`: all checks in one process, with one reading of git and one report."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from . import cli, config
from .checks.secrets import without_key_files
from .config import Config
from .gather import allowing, standing
from .gather.content import Content
from .gather.env_scan import EnvScan
from .gather.secret_scan import SecretScan
from .gather.situation import decide
from .git.repository import Repository, open_repository
from .model import Confidence, Finding, Report

DESCRIPTION = """Runs block-env-files, scan-diff, check-gitignore, check-deploy-sync and check-drift over one reading of git.
While a commit is being made: what is being committed; on a push: the pushed commits; else: the whole tree."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("check", DESCRIPTION)
    cli.add_situation(parser, names=False)
    cli.add_archives(parser)
    args = parser.parse_args(argv)
    return cli.run(lambda: check(args), args)


def check(args: Namespace) -> Report:
    repository = open_repository()
    settings = config.load(repository.top)
    content = Content(repository, decide(repository, args, whole_tree=True), settings, archives=args.archives)
    return run(content, repository, settings, args.min_confidence)


def run(content: Content, repository: Repository, settings: Config, minimum: Confidence | None) -> Report:
    """All checks over one content."""
    env = EnvScan(content, settings, minimum)
    with SecretScan(repository, settings, minimum) as secrets:
        for item in content.unread():
            secrets.see(env.see(item))
        about_values = secrets.findings(content.situation.mode, content.later)
        for counts in secrets.counts:
            content.add(counts)
            env.see_shaped(counts.shaped)
        scope = content.scope()
    stands = standing.look(repository, settings, secrets.allowed)
    about_files = once(
        allowing.without_allowed(env.findings(), secrets.allowed, settings),
        allowing.without_allowed(stands.exposed, secrets.allowed, settings),
        scope.mode,
    )
    others = about(allowing.without_allowed(stands.others, secrets.allowed, settings), scope.mode)
    scope = scope._replace(incomplete=(*scope.incomplete, *stands.incomplete))
    values = without_key_files(about_values, env.findings(), about_files)
    found = [*about_files, *values, *told_once(others, values)]
    return Report(tuple(found), scope, secrets.warnings(scope.mode == "tree", all_checks=True), strict=settings.strict)


def once(env: list[Finding], ignoring: list[Finding], mode: str) -> list[Finding]:
    """The findings of both, each file once: that it is there is one fact, that it is tracked the same.

    In a whole tree the one with the dates stays; in a commit or a push the one that says how to take the file out of it.
    """
    tracked = {finding.path for finding in ignoring if finding.rule in allowing.TRACKED and finding.severity == "error"}
    if mode == "tree":
        return [*(finding for finding in env if finding.path not in tracked), *ignoring]
    blocked = {finding.path for finding in env}
    told = about(ignoring, mode)
    return [*env, *(finding for finding in told if not (finding.rule in allowing.TRACKED and finding.path in blocked))]


def told_once(others: list[Finding], values: list[Finding]) -> list[Finding]:
    """The rest without a template's value that stands among the values already."""
    said = {(finding.path, finding.line) for finding in values}
    return [finding for finding in others if finding.rule != "drift-template-value" or (finding.path, finding.line) not in said]


def about(found: list[Finding], mode: str) -> list[Finding]:
    """What is said of a repository beside a commit: notes are not about this commit, and the whole tree shows them."""
    return [finding for finding in found if mode == "tree" or finding.severity != "note"]
