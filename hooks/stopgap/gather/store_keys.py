"""Which settings of an env file are secrets, and go to a store; the rest stays in the template, or in the deploy's own configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .. import config, globs
from ..detect import encrypted, filters, keys, rules, shown
from ..detect.engine import Detector
from ..git.repository import Repository
from ..model import Fragment, StopgapError
from .rule_set import RuleSet, rule_set

FILE = ".env"  # by this name the detector knows that a weak password counts


class Chosen(NamedTuple):
    """The keys of a file, each in one place and in the file's order. `left`: secrets that `only` or `ignore` hold back.

    `asked`: those of `secrets` that detection takes for plain ones, and that `also` names. `private`: those of `secrets` whose value must
    stand in no history, which is all but what of `asked` is a number, a host, a path or the like.
    """

    secrets: tuple[str, ...]
    plain: tuple[str, ...]
    left: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    private: tuple[str, ...] = ()


def chosen(
    values: Mapping[str, str],
    only: Sequence[str] = (),
    also: Sequence[str] = (),
    ignore: Sequence[str] = (),
    repository: Repository | None = None,
) -> Chosen:
    """The keys by what detection takes for a secret: its key's name and its value, or one of the rules.

    `also` adds keys, `only` and `ignore` leave out, also of those; they are globs. `repository` brings rules of its own. Raises
    StopgapError for a glob that matches no key: a typing error must not leave a secret behind.
    """
    for glob in (*only, *also, *ignore):
        check(glob, values)
    found = secrets(values, repository)
    asked = {key for key in values if key not in found and matching(also, key)}
    wanted = {key for key in found | asked if (not only or matching(only, key)) and not matching(ignore, key)}
    return Chosen(
        tuple(key for key in values if key in wanted),
        tuple(key for key in values if key not in wanted and key not in found),
        tuple(key for key in values if key in found - wanted),
        tuple(key for key in values if key in asked & wanted),
        tuple(key for key in values if key in wanted and (key in found or not tells_nothing(values[key].strip()))),
    )


def check(glob: str, names: Iterable[str]) -> None:
    """Raises StopgapError for a glob that is none, or that matches none of the keys."""
    said = shown.name(glob)
    if wrong := globs.problem(glob):
        raise StopgapError(f"the glob {said!r} matches no key: {wrong}")
    if not any(globs.matches(glob, key) for key in names):
        raise StopgapError(f"the glob {said!r} matches no key of the file")


def matching(patterns: Iterable[str], key: str) -> bool:
    """Whether one of the globs matches the key."""
    return any(globs.matches(glob, key) for glob in patterns)


def secrets(values: Mapping[str, str], repository: Repository | None) -> set[str]:
    """The keys whose value is a secret."""
    by_name = {key for key, value in values.items() if encrypted.is_plain_secret(key, value) or is_named(key, value)}
    others = {key: value for key, value in values.items() if key not in by_name and value.strip()}
    return by_name | by_rule(others, repository)


def tells_nothing(value: str) -> bool:
    """Whether the value of a setting that nobody took for a secret may stand anywhere."""
    return filters.tells_nothing(value) or filters.is_placeholder(value)


def is_named(key: str, value: str) -> bool:
    """`JWT_SECRET=dev`: too short to be looked for in a diff, but the application signs with it. A store is for what the name says."""
    text = value.strip()
    kind = keys.kind(key)
    if not text or kind == "none" or keys.is_public(key) or keys.is_identifier(key):
        return False
    if filters.is_placeholder(text) or filters.is_reference(text) or filters.is_encrypted(text):
        return False
    return kind == "password" or not filters.is_plain(text)


def by_rule(values: Mapping[str, str], repository: Repository | None) -> set[str]:
    """The keys whose value one of the rules takes for a secret, as it would in an env file: a webhook's address, say."""
    if not values:
        return set()
    found = rule_set(repository.top, config.load(repository.top)) if repository else RuleSet(rules.Shipped())
    # no comment allows anything here: what is a secret and may stand in the repository is still a secret
    detector = Detector(found.rules, None, found.others, found.off)
    owners: list[str] = []
    lines: list[str] = []
    for key, value in values.items():
        block = f"{key}={value}".split("\n")
        owners += [key] * len(block)
        lines += block
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    matches = (match for match in detector.scan(Fragment(FILE, data)) if match.confidence != "low")
    return {owners[number - 1] for match in matches for number in range(match.line, match.end_line + 1) if number <= len(owners)}
