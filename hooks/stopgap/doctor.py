"""`stopgap doctor`: proves that the hooks are armed, with one line for each thing that was checked."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import __version__, cli, config
from .checks import armed, configured, installed, ours
from .checks.armed import Line, Place
from .config import Config, Globs
from .detect import allow, examples, names, rules
from .detect.allowed import Allowed
from .files import open_regular
from .gather import secret_scan as scanning
from .git import hooks, index
from .git.process import git
from .git.repository import Repository, open_repository
from .model import Fragment, StopgapError

DESCRIPTION = """Proves that the hooks of this repository are armed: installed where git looks, configured with ids that exist, skipped by
nothing, shown the names of env files, and able to find a secret that is made for the test. Nothing is changed."""
EXITS = "exit status: 0 armed, 1 not armed, 2 could not check, 3 a crash (a bug of stopgap), 130 interrupted"
LARGEST = 1 << 20  # bytes of a configuration
TO_PASTE = "add the repository of stopgap with the hooks `stopgap` and `scan-message` to .pre-commit-config.yaml, then `pre-commit install`"
TEST_RULE = "github-pat"


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("doctor", DESCRIPTION, reports=False)
    parser.epilog = EXITS
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text has every check, json what is not ok (default: text)"
    )
    parser.set_defaults(output="", verbose=False)
    args = parser.parse_args(argv)
    return cli.guarded(lambda: tell(examine(), args))


def tell(lines: Sequence[Line], args: Namespace) -> int:
    """Prints the lines. Returns the exit status they stand for."""
    if args.format == "json":
        cli.emit(armed.report(lines), args)
    else:
        from .report.escape import visible

        sys.stdout.flush()
        sys.stdout.buffer.writelines(visible(line).encode("utf-8") + b"\n" for line in armed.text(lines))
        sys.stdout.buffer.flush()
    return armed.status(lines)


def examine() -> list[Line]:
    """All checks, each with what it found."""
    repository = open_repository()
    settings, told = read_settings(repository.top)
    return [versions(), *client_lines(repository.top), *told, *self_test(repository, settings)]


def versions() -> Line:
    """What runs here: the first line of a bug report."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    python = ".".join(map(str, sys.version_info[:3]))
    version = git("version").decode("utf-8", "replace").strip().removeprefix("git version ")
    try:
        engine = f"hyperscan {version_of('hyperscan')}"
    except PackageNotFoundError:
        engine = "without hyperscan: slower, same findings"
    return Line("ok", "versions", f"stopgap {__version__}, Python {python}, git {version}, {engine}")


def client_lines(top: Path) -> Iterator[Line]:
    """The lines about configurations and installed hooks."""
    there = hooks.find(ours.STAGES)
    named = (ours.configuration(file.text) for file in there.files)
    found = installed.understand(dict(read(top, (*installed.PREK, *installed.LEFTHOOK, *named))))
    made = tuple(installed.hook(*file, found) for file in there.files)
    for client in found.clients.values():
        yield from configured.lines(client, bool(index.entries(client.path)), configured.skipped(os.environ))
    for path, problem in found.errors.items():
        yield Line("ERROR", "config", f"{problem}; what the hooks run is not known", "mend it: the client cannot read it either", path)
    ids = found.ids().union(*(hook.runs for hook in made))
    if ids and not found.errors:
        yield from configured.coverage(ids)
        place = Place(there.setting, there.folder, there.unused)
        yield armed.place_line(place, made)
        yield from armed.hook_lines(made, place, installed.installer(made, found))
    elif not found.errors:
        yield Line("FAIL", "config", "no configuration and no hook of this repository calls stopgap: nothing is looked at", TO_PASTE)
    yield from armed.switched_off(made, os.environ)


def read(top: Path, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Those of the files that there are, and their text. Raises StopgapError for one that cannot be read."""
    for path in dict.fromkeys(filter(None, paths)):
        try:
            with open_regular(top / path, path) as file:
                yield path, file.read(LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise StopgapError(f"cannot read {path}: {error.strerror}") from error


def read_settings(top: Path) -> tuple[Config, list[Line]]:
    """The project's settings, and what they let through."""
    try:
        settings = config.load(top)
    except StopgapError as error:
        return Config(), [Line("ERROR", "settings", str(error), "mend it: until then every hook stops with exit status 2")]
    told = [Line("ok", "settings", f"settings: {settings.source}" if settings.source else "settings: none, so the defaults")]
    for key, globs in (("exclude", settings.exclude), ("allow-files", settings.allow_files)):
        if ".env" in Globs(globs):
            told.append(
                Line("FAIL", "settings", f"{key} lets every .env through", "name the one file that is meant", settings.source.split()[0])
            )
    return settings, told


def self_test(repository: Repository, settings: Config) -> Iterator[Line]:
    """Whether a secret and an env file that are made up now are seen, and what of the findings is allowed."""
    try:
        looked = scanning.SecretScan(repository, settings)
    except StopgapError as error:
        yield Line("ERROR", "self-test", str(error), "mend it: until then the hooks stop with exit status 2")
        return
    yield from allowed(looked.allowed)
    shipped = [rule for rule in rules.load() if rule.id not in settings.rules_disable]
    rule = next((rule for rule in shipped if rule.id == TEST_RULE), shipped[0] if shipped else None)
    if rule:
        looked.see(Fragment("self-test.txt", examples.expand(rule.matches[0]).encode() + b"\n"))
    if rule and any(finding.rule == rule.id for finding in looked.findings("")):
        yield Line("ok", "self-test", f"a generated {rule.description} is found")
    else:
        yield Line("FAIL", "self-test", "a generated token is not found", "see what the settings disable, and `stopgap rules`")
    if names.classify(".env"):
        yield Line("ok", "self-test", "the name .env is known")
    else:
        yield Line("FAIL", "self-test", "the name .env is not known", "install stopgap again")


def allowed(found: Allowed) -> Iterator[Line]:
    """How much is allowed, and what has expired."""
    entries = found.entries.entries if found.entries else ()
    if entries:
        yield Line("ok", "allow", f"{allow.NAME}: {len(entries)} allowed {'finding' if len(entries) == 1 else 'findings'}")
    for entry in entries:
        if allow.is_expired(entry, found.today()):
            yield Line("note", "allow", f"{allow.NAME}: {entry.label()} has expired", "rotate it, or decide again", allow.NAME)
