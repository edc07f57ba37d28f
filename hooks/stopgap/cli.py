"""The `stopgap` command: finds the entrypoint, runs it, prints its report once and turns what happened into an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import NoReturn

from . import __version__
from .model import CONFIDENCES, SEVERITIES, Report, StopgapError
from .report import FORMATS

CLEAN, FOUND, UNCHECKED, CRASHED, INTERRUPTED = 0, 1, 2, 3, 130

# id, module, one line for --help
COMMANDS = (
    ("block-env-files", "block_env_files", "stop env and credential files on their way into a commit"),
    ("scan-diff", "scan_diff", "look for secrets in what is being committed or pushed"),
    ("scan-message", "scan_message", "look for secrets in a commit message"),
    ("check-gitignore", "check_gitignore", "verify that .gitignore covers config and that nothing tracked slipped past it"),
    ("check-deploy-sync", "check_deploy_sync", "verify that the deploy leaves the server's config alone"),
    ("check-drift", "check_drift", "find settings that stand in several places and disagree"),
    ("audit-history", "audit_history", "list what history holds of config files and secrets, and what of it is still in use"),
    ("pre-receive", "pre_receive", "on a git server: refuse a push that brings secrets or config files"),
    ("check", "check", "all of these in one process (the hook id is `stopgap`)"),
    ("drift", "drift_", "compare the settings of two places or more: files, hosts, AWS secrets"),
    ("untrack", "untrack", "stop tracking config files, without taking them away from servers and teammates"),
    ("store", "store_", "move an env file's secrets into a store: plan, push, rotation"),
    ("run", "run_", "start a command with the settings of a store, and without a file"),
    ("allow", "allow", "write an entry to .stopgap-allow.toml"),
    ("import", "import_", "turn what gitleaks or detect-secrets allows into such entries"),
    ("rules", "rules", "list, explain and test the rules"),
    ("doctor", "doctor", "prove that the hooks are armed"),
)
EXITS = "exit status: 0 clean, 1 findings, 2 could not check, 3 a crash (a bug of stopgap), 130 interrupted"


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message} (see {self.prog} --help)")
        self.exit(UNCHECKED)

    def parse_args(self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None) -> argparse.Namespace:  # type: ignore[override]
        """As argparse, but that a file whose name looks like an option is a file: clients put names behind the options, often without
        a `--`, and anybody can name a file. What could be both is an error: one of the two would not be looked at.
        """
        words = list(sys.argv[1:] if args is None else args)
        options = words[: words.index("--")] if "--" in words else words
        for place, word in enumerate(options):
            if word.startswith("-") and os.path.lexists(word):
                if word.partition("=")[0] in self._option_string_actions or word[:2] in self._option_string_actions:
                    self.error(f"there is a file named like the option {word}: rename it, or give names behind `--`")
                words[place] = f"./{word}"
        return super().parse_args(words, namespace)


class Help(argparse.HelpFormatter):
    """Help of a fixed width: to ask the terminal for its own, argparse imports shutil in every run, help or not."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=110)


def parser(name: str, description: str, *, reports: bool = True) -> Parser:
    """A parser for one command, with the options that all share; those of a report only where it prints one."""
    made = Parser(prog=f"stopgap {name}", description=description, epilog=EXITS, allow_abbrev=False, formatter_class=Help)
    if reports:
        made.add_argument("--format", choices=FORMATS, default="text", help="of the report (default: text)")
        made.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")
        made.add_argument("--min-confidence", choices=CONFIDENCES, help="report findings of at least this confidence (default: medium)")
        made.add_argument("--strict", action="store_true", default=None, help="what could only be read in part is exit status 2")
        made.add_argument("-v", "--verbose", action="store_true", help="say what was looked at, and what was left out by design")
    return made


def add_situation(made: Parser, *, names: bool = True) -> None:
    """The options that say what to look at; see situation.decide."""
    made.add_argument("--from-ref", metavar="REF", help="look at the commits after REF ...")
    made.add_argument("--to-ref", metavar="REF", help="... up to REF (default: HEAD)")
    made.add_argument(
        "--pre-push",
        nargs=2,
        metavar=("REMOTE", "URL"),
        help="read the refs being pushed from standard input, as git's pre-push hook gives them",
    )
    made.add_argument("--worktree", action="store_true", help="look at everything that could be committed now")
    if names:
        made.add_argument("names", nargs="*", metavar="FILE", help="files to look at")


def add_archives(made: Parser) -> None:
    """The option of the commands that look into files for values."""
    made.add_argument("--archives", action="store_true", help="look into archives too: zip, jar, whl, tar, gz, bz2, xz")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that `argv` names. Returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words[0] if words else "--help"
    if name in ("--version", "-V"):
        print(f"stopgap {__version__}")
        return CLEAN
    if name in ("--help", "-h", "help"):
        print(overview())
        return CLEAN
    modules = {command: module for command, module, _ in COMMANDS}
    if name not in modules:
        say(f"stopgap: no command {name!r}{nearest(name, modules)}")
        return UNCHECKED
    return guarded(lambda: entrypoint(modules[name], words[1:]))


def entrypoint(module: str, words: Sequence[str]) -> int:
    """Imports the entrypoint only now, so that a command loads nothing it does not run."""
    status: int = import_module(f".{module}", __package__).main(words)
    return status


def overview() -> str:
    """What `stopgap --help` prints."""
    lines = [f"  {command:16} {help_line}" for command, _, help_line in COMMANDS]
    return "\n".join(["usage: stopgap COMMAND [options]", "", *lines, "", "stopgap COMMAND --help explains one.", EXITS])


def nearest(word: str, names: Iterable[str]) -> str:
    """ "; did you mean ...?" for a word that is nearly a name."""
    import difflib

    near = difflib.get_close_matches(word, list(names), 1, 0.4)
    return f"; did you mean {near[0]!r}?" if near else "; see stopgap --help"


def run(work: Callable[[], Report], args: argparse.Namespace) -> int:
    """Runs a check and prints its report. Returns the exit status; every way to fail ends here."""

    def checked() -> int:
        report = work()
        report = report._replace(strict=bool(args.strict) or report.strict)
        emit(report, args)
        return status_of(report, report.strict)

    return guarded(checked)


def guarded(work: Callable[[], int]) -> int:
    """`work()`'s status, or the one of the way in which it failed."""
    try:
        return work()
    except StopgapError as error:
        say(f"stopgap: {error}")
        return UNCHECKED
    except KeyboardInterrupt:
        say("stopgap: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        abandon()  # the reader went away: nothing more can be said
        return UNCHECKED
    except Exception as error:  # the one broad except: a crash must not print the data it crashed on
        for line in crash(error):
            say(line)
        return CRASHED


def crash(error: Exception) -> list[str]:
    """What a bug report needs, without the exception's message: that could quote the line being scanned."""
    import traceback

    frames = [f"  {os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return [f"stopgap: crashed with {type(error).__name__}: a bug of stopgap {__version__}, nothing was checked", *frames]


def emit(report: Report, args: argparse.Namespace) -> None:
    """Writes the report to standard output or to --output, and its warnings to standard error."""
    from .report import render

    text = render(args.format, report, verbose=args.verbose)
    for line in (*report.done, *report.warnings):
        say(f"stopgap: {line}")
    if args.output:
        write_output(args.output, text)
    elif text:
        put(text.encode("utf-8"))


def put(data: bytes) -> None:
    """Writes to standard output. Raises StopgapError where that is closed or full, BrokenPipeError where nobody reads it any more."""
    if sys.stdout is None:
        raise StopgapError("standard output is closed: there is nowhere to write to")
    try:
        sys.stdout.flush()
        left = memoryview(data)
        while left:
            left = left[sys.stdout.buffer.write(left) :]  # with PYTHONUNBUFFERED it may take a part
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon()
        raise StopgapError(f"cannot write to standard output: {error.strerror}") from error


def abandon() -> None:
    """Gives standard output up: Python must not try at exit to write the rest."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_output(name: str, text: str) -> None:
    """Raises StopgapError where FILE cannot be written."""
    try:
        with open(name, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise StopgapError(f"cannot write {name}: {error.strerror}") from error


def status_of(report: Report, strict: bool) -> int:
    """The exit status a report stands for."""
    failing = report.done or any(finding.severity in SEVERITIES[1:] for finding in report.findings)
    unchecked = strict and report.scope.incomplete
    return max(FOUND if failing else CLEAN, UNCHECKED if unchecked else CLEAN)


def say(line: str) -> None:
    """One line to standard error, whatever bytes a path in it has; none where that is closed."""
    from .report.escape import visible

    if sys.stderr is None:
        return
    sys.stderr.buffer.write(visible(line).encode("utf-8") + b"\n")
    sys.stderr.buffer.flush()
