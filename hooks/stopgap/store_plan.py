"""`stopgap store plan`: what of an env file belongs into a store, what is there already, and what AWS has to be told first."""

from __future__ import annotations

import hmac
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from . import cli
from .checks import store_plan as plan
from .checks.before_pull import file as quoted
from .checks.before_pull import word
from .checks.store_plan import Facts, Held, History, Keys, There
from .checks.store_push import Known
from .checks.store_setup import Setup
from .checks.untrack_plan import lines
from .detect import keys as names
from .detect import shown
from .gather import exposed, store_keys, store_use
from .git.repository import Repository
from .model import StopgapError
from .report.escape import visible
from .sides import aws_client, members
from .store import KINDS, Described, Version, local, policy, store, terraform
from .store.local import Local

DESCRIPTION = """Says what of an env file belongs into a store: which settings are secrets, which the store has and whether its values are
the same, which the repository's history knows, which no code names; what a start costs, and the permissions that reading and
writing need, as policies, Terraform and commands. Nothing is changed, and no value is shown."""
EXITS = """exit status: 0 planned; 2 the store or the history could not be read, the rest of the plan is there; 3 a crash (a bug of
stopgap); 130 interrupted"""
PLANNED = "a plan, nothing is changed"
PRINTS = ("read-policy", "write-policy", "terraform")


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("store plan", DESCRIPTION, reports=False)
    parser.epilog = EXITS
    parser.add_argument("file", metavar="FILE", help="the env file whose secrets are to move")
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="the secret that is to hold them: aws-sm://REGION/NAME")
    parser.add_argument("--only", action="append", default=[], metavar="KEY", help="of the secrets only those that this glob matches")
    parser.add_argument("--also", action="append", default=[], metavar="KEY", help="the keys that this glob matches too, secret or not")
    parser.add_argument("--ignore", action="append", default=[], metavar="KEY", help="not the keys that this glob matches")
    parser.add_argument("--print", choices=PRINTS, dest="printed", help="print this alone, for a file or a pipe")
    args = parser.parse_args(argv)
    return cli.guarded(lambda: planned(args))


class Target(NamedTuple):
    """What the store has of an address, and why it could not be asked, or ""."""

    version: Version | None
    described: Described | None
    problem: str = ""


def planned(args: Namespace) -> int:
    """Prints the plan, or the part of it that is asked for. Returns the exit status."""
    file = local.read(args.file)
    target = asked(args.to)
    setup = told(args, target)
    problems = [target.problem] if target.problem else []
    if args.printed:
        one = {"read-policy": setup.read, "write-policy": setup.write, "terraform": setup.terraform}[args.printed]
        print(one)
        sys.stdout.flush()
        for line in filled(one, setup):
            cli.say(f"stopgap: to be filled in: {line}")
    else:
        problems += show(gathered(args, file, target, setup))
    sys.stdout.flush()
    for line in problems:
        cli.say(f"stopgap: {line}")
    return cli.UNCHECKED if problems else cli.CLEAN


def filled(text: str, setup: Setup) -> list[str]:
    """What a text leaves to be filled in by hand, with the commands that tell it."""
    return [line for line in setup.unfilled if line.rpartition("# ")[2] in text]


def asked(word: str) -> Target:
    """What the store has. Raises StopgapError for an address that is none: there is nothing to plan for then."""
    if not word.startswith(tuple(KINDS)):
        store(word)
    aws_client.address(word)
    described = None
    try:
        opened = store(word)
        described = opened.describe()
        return Target(opened.current() if described else None, described)
    except StopgapError as error:  # the plan is what tells which permission is missing
        return Target(None, described, str(error))


def told(args: Namespace, target: Target) -> Setup:
    """What AWS has to be told."""
    where, there = policy.target(aws_client.address(args.to), target.described), target.described is not None
    attach = [
        line
        for what, role in (("read", "APP-ROLE"), ("write", "PUSHER-ROLE"))
        for line in (f"{command('plan', args)} --print {what}-policy > {what}.json", policy.attaching(where, role, f"{what}.json", what))
    ]
    return Setup(
        policy.text(policy.to_read(where)),
        policy.text(policy.to_write(where, creates=not there)),
        terraform.text(where, there=there),
        policy.creating(where),
        tuple(attach),
        policy.unfilled(where),
    )


def command(name: str, args: Namespace) -> str:
    """A command of this store, for a shell."""
    return f"stopgap store {name} {quoted(args.file)} --to {word(args.to)}"


def push(args: Namespace) -> str:
    """The command that goes on, with the same choice of keys."""
    chosen = [("--only", args.only), ("--also", args.also), ("--ignore", args.ignore)]
    return " ".join([command("push", args), *(f"{option} {word(shown.name(glob))}" for option, globs in chosen for glob in globs)])


def gathered(args: Namespace, file: Local, target: Target, setup: Setup) -> tuple[Facts, list[str]]:
    """All that the plan says, and why some of it could not be found out."""
    repository = exposed.repository_here()
    chosen = store_keys.chosen(file.values, args.only, args.also, args.ignore, repository)
    public = tuple(key for key in chosen.secrets if names.is_public(key))
    refers = tuple(key for key in file.values if key in file.refers)
    keys = Keys(chosen.secrets, chosen.plain, chosen.left, chosen.asked, public, refers)
    found = history(repository, {key: file.values[key] for key in chosen.private})
    unused, problem = used(repository, file)
    facts = Facts(args.file, args.to, keys, held(file.values, target), found, unused, setup, push(args))
    return facts, [*(f"the history: {why}" for why in found.incomplete), *problem]


def history(repository: Repository | None, values: Mapping[str, str]) -> History:
    """What of the values the repository's history knows."""
    found = exposed.exposed(repository, values)
    known = tuple(Known(one.key, one.path, one.commit, one.day) for one in found.found)
    return History(known, found.weak, found.incomplete, found.contents, found.note)


def used(repository: Repository | None, file: Local) -> tuple[tuple[str, ...] | None, list[str]]:
    """The keys that no tracked file names, and why nobody could look."""
    if repository is None:
        return None, []
    try:
        return store_use.unused(file.values), []
    except StopgapError as error:
        return None, [str(error)]


def held(values: Mapping[str, str], target: Target) -> Held:
    """The two compared, by hashes under a key of this run."""
    secret = os.urandom(32)
    there = {key: digest(secret, members.plain(value)) for key, value in target.version.members.items()} if target.version else {}
    shared = [key for key in values if key in there]
    same = frozenset(key for key in shared if hmac.compare_digest(digest(secret, values[key]), there[key]))
    rotation = target.described.rotation if target.described else None
    return Held(
        state(target),
        same,
        frozenset(shared) - same,
        tuple(key for key in there if key not in values),
        bool(rotation and rotation.enabled),
        bool(target.described and policy.is_own(target.described.key)),
    )


def state(target: Target) -> There:
    """Whether there is a secret, and a value in it."""
    if target.problem:
        return "unknown"
    return "nothing" if target.version is None else "values" if target.version.id else "empty"


def digest(secret: bytes, value: str) -> bytes:
    return hmac.digest(secret, value.encode("utf-8", "surrogatepass"), "sha256")


def show(found: tuple[Facts, list[str]]) -> list[str]:
    """Prints the plan, its commands, policies and Terraform as they are: an escape in them would be another name. Returns the problems."""
    facts, problems = found
    print(visible(f"stopgap store plan: {PLANNED}"))
    sys.stdout.flush()
    for line, is_command in lines(plan.plan(facts)):
        sys.stdout.buffer.write((line.rstrip() if is_command else visible(line)).encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()
    return problems
