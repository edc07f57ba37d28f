"""A team's `.gitleaks.toml`, read as data into the rules that team.py applies.

Its expressions are translated (re2.py). What cannot be kept is an error that names it: an expression without a counterpart or one that
could take for ever, `extend.path` and `extend.url`, composite rules (`required`), and, under `extend.useDefault`, a default rule that
stopgap does not have under the same id. The default rules themselves are not loaded: stopgap's own stand for them. Keys that gitleaks
does not read are not read here either, and case does not count in keys, as it does not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .. import files
from ..model import StopgapError
from .re2 import translate
from .rules import Rule
from .team import REACH, Allow, Team, TeamRule

# Default rules of gitleaks that stopgap has under ids of its own.
SAME = {"generic-api-key": ("keyed-secret", "keyed-password")}
TARGETS = ("secret", "match", "line")
KINDS = {str: "a string", list: "a list", dict: "a table", bool: "true or false"}


def parse(data: bytes, where: str, known_rules: Collection[str]) -> Team:
    """The file as a Team. `known_rules`: the ids of stopgap's own rules. Raises StopgapError that names the file and the rule."""
    table = lowered_keys(files.toml(data, where))
    extend = typed(table, "extend", dict, where)
    for key in ("path", "url"):
        if extend.get(key):
            raise StopgapError(f"{where}: extend.{key} is not followed: name that file in rules.extra, beside this one")
    default = typed(extend, "usedefault", bool, where)
    disabled = [
        ours for name in texts(extend, "disabledrules", where) for ours in same(name, known_rules, f"{where}: extend.disabledRules")
    ]
    rules: dict[str, TeamRule] = {}
    filters: dict[str, tuple[Allow, ...]] = {}
    for number, row in enumerate(tables(table, "rules", where), 1):
        name = typed(row, "id", str, f"{where}: rule {number}")
        if not name:
            raise StopgapError(f"{where}: rule {number}: id is required")
        place = f"{where}: rule {name!a}"
        if typed(row, "regex", str, place) or typed(row, "path", str, place):
            rules[name] = rule_of(row, name, place)  # as in gitleaks, the later of two counts
        elif default:
            add(filters, same(name, known_rules, place), override(row, place))
        else:
            raise StopgapError(f"{place}: regex or path is required")
    shared = [allow for allow, targets in global_allowlists(table, where) if not targets]
    for allow, targets in global_allowlists(table, where):
        for name in targets:
            if name in rules:
                rules[name] = rules[name]._replace(allowlists=(*rules[name].allowlists, allow))
            else:
                add(filters, same(name, known_rules, f"{where}: allowlists.targetRules"), (allow,))
    silent = {row["id"] for row in tables(table, "rules", where) if typed(row, "skipreport", bool, where)}
    return Team(tuple(rule for name, rule in rules.items() if name not in silent), tuple(shared), tuple(dict.fromkeys(disabled)), filters)


def rule_of(row: Mapping[str, Any], name: str, where: str) -> TeamRule:
    """One rule that has an expression, or a path."""
    if row.get("required"):
        raise StopgapError(f"{where}: composite rules (required) are not read")
    group = row.get("secretgroup", 0)
    if not isinstance(group, int) or isinstance(group, bool) or group < 0:
        raise StopgapError(f"{where}: secretGroup is a number")
    entropy = row.get("entropy", 0.0)
    if not isinstance(entropy, (int, float)) or isinstance(entropy, bool):
        raise StopgapError(f"{where}: entropy is a number")
    pattern, reach = judged(typed(row, "regex", str, where), where, group)
    rule = Rule(
        id=name,
        provider="",
        description=typed(row, "description", str, where) or name,
        docs="",
        keywords=tuple(word.lower().encode() for word in texts(row, "keywords", where) if word),
        pattern=pattern,
        entropy=float(entropy),
    )
    path, _ = judged(typed(row, "path", str, where), where)
    return TeamRule(rule, path, reach, tuple(allowlists(row, where)))


def judged(expression: str, where: str, group: int = 0) -> tuple[str, int]:
    """An expression translated, and the bytes in which it can be looked for at once.

    Raises StopgapError where it has no counterpart, or could take for ever on as little text as makes sense.
    """
    if not expression:
        return "", REACH[0]
    import re

    from .backtracking import judge

    translated, problem = translate(expression, where, group), ""
    if group and "(?P<secret>" not in translated:
        raise StopgapError(f"{where}: secretGroup {group}: the expression has no such group")
    try:
        for reach in REACH:
            problem = judge(translated.encode(), reach).problem
            if not problem:
                return translated, reach
    except re.error as error:
        raise StopgapError(f"{where}: bad expression: {error.msg}") from None
    raise StopgapError(f"{where}: the expression could take for ever on a hostile text: {problem}")


def override(row: Mapping[str, Any], where: str) -> tuple[Allow, ...]:
    """The allowlists that a rule without an expression adds to a default rule. Other changes to one cannot be kept."""
    for key in ("entropy", "secretgroup", "keywords", "required"):
        if key in row:
            raise StopgapError(f"{where}: {key} of a default rule cannot be changed here; give the rule a regex of its own")
    return tuple(allowlists(row, where))


def add(filters: dict[str, tuple[Allow, ...]], names: tuple[str, ...], allows: tuple[Allow, ...]) -> None:
    """Adds allowlists to stopgap's own rules."""
    filters.update((name, (*filters.get(name, ()), *allows)) for name in names if allows)


def same(name: str, known_rules: Collection[str], where: str) -> tuple[str, ...]:
    """The ids under which stopgap has a default rule of gitleaks. Raises StopgapError where it has none."""
    found = (name,) if name in known_rules else SAME.get(name, ())
    if not found:
        raise StopgapError(f"{where}: stopgap has no rule {name!a} of its own; `stopgap rules` lists them")
    return found


def global_allowlists(table: Mapping[str, Any], where: str) -> Iterator[tuple[Allow, tuple[str, ...]]]:
    """The file's allowlists, each with the rules that it is for: none named, all of the file."""
    for row in [typed(table, "allowlist", dict, where)] * ("allowlist" in table) + tables(table, "allowlists", where):
        yield allow_of(row, f"{where}: allowlist"), texts(row, "targetrules", where)


def allowlists(row: Mapping[str, Any], where: str) -> Iterator[Allow]:
    """A rule's allowlists, in the old spelling and the new."""
    for each in [typed(row, "allowlist", dict, where)] * ("allowlist" in row) + tables(row, "allowlists", where):
        yield allow_of(each, f"{where}: allowlist")


def allow_of(row: Mapping[str, Any], where: str) -> Allow:
    """One allowlist. As gitleaks does, one without a criterion is refused."""
    condition = typed(row, "condition", str, where).upper() or "OR"
    target = typed(row, "regextarget", str, where) or TARGETS[0]
    if condition not in ("OR", "||", "AND", "&&") or target not in TARGETS:
        raise StopgapError(f"{where}: condition is OR or AND, regexTarget one of {', '.join(TARGETS)}")
    expressions = {key: tuple(judged(each, where)[0] for each in texts(row, key, where) if each) for key in ("paths", "regexes")}
    words = tuple(word.lower().encode() for word in texts(row, "stopwords", where) if word)
    allow = Allow(condition in ("AND", "&&"), texts(row, "commits", where), expressions["paths"], target, expressions["regexes"], words)
    if not (allow.commits or allow.paths or allow.regexes or allow.stopwords):
        raise StopgapError(f"{where}: it names no commits, paths, regexes or stopwords")
    return allow


def lowered_keys(value: Any) -> Any:
    """The same table with every key in lower case."""
    if isinstance(value, dict):
        return {key.lower(): lowered_keys(inner) for key, inner in value.items()}
    return [lowered_keys(item) for item in value] if isinstance(value, list) else value


def typed(row: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    """A value of the kind it has to be; the kind's empty one where there is none. Raises StopgapError for another kind."""
    value = row.get(key, kind())
    if not isinstance(value, kind):
        raise StopgapError(f"{where}: {key} is {KINDS[kind]}")
    return value


def texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """A list of strings."""
    values = typed(row, key, list, where)
    if not all(isinstance(value, str) for value in values):
        raise StopgapError(f"{where}: {key} is a list of strings")
    return tuple(values)


def tables(row: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    """An array of tables."""
    values: list[dict[str, Any]] = typed(row, key, list, where)
    if not all(isinstance(value, dict) for value in values):
        raise StopgapError(f"{where}: {key} are blocks that begin with [[{key}]]")
    return values
