"""`stopgap rules`: lists, explains and tests the rules."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import cli, config
from .config import Config
from .detect.engine import Detector
from .detect.examples import expand
from .detect.rules import Rule
from .detect.text import to_utf8
from .gather import catalogue
from .gather.rule_set import RuleSet, rule_set, rules_of
from .git.repository import Repository, open_repository
from .model import Fragment, StopgapError

DESCRIPTION = """Without an id: every rule, one a line. With ids: what each looks for. --test FILE: what the rules find in a file, or,
for a file of rules (TOML), whether each of them finds its own examples. `explain FILE:LINE`: why a line is reported, or is not: every
question that is asked about it, with its answer, and no value."""
EXPLAIN = "explain"


def main(argv: Sequence[str] | None = None) -> int:
    parser = cli.parser("rules", DESCRIPTION, reports=False)
    parser.add_argument("ids", nargs="*", metavar="RULE", help="rules to explain; or `explain FILE:LINE`")
    parser.add_argument("--markdown", action="store_true", help="the list as a table, as docs/rules.md has it")
    parser.add_argument("--test", metavar="FILE", help="a file to try the rules on, or a file of own rules")
    parser.add_argument("--staged", action="store_true", help="explain the line as it is staged")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of an explanation (default: text)")
    args = parser.parse_args(argv)
    if args.ids[:1] == [EXPLAIN]:
        if len(args.ids) != 2 or args.test or args.markdown:
            parser.error("explain takes one FILE:LINE")
        return cli.guarded(lambda: explain_line(args))
    if args.staged or args.format != "text":
        parser.error("--staged and --format are for explain FILE:LINE")
    return cli.guarded(lambda: test(args) if args.test else listed(args))


def explain_line(args: Namespace) -> int:
    from .gather import explaining
    from .report.escape import visible

    repository, settings = here()
    path, number, found = explaining.explained(repository, settings, args.ids[1], args.staged)
    note = explaining.left_out(path, settings)
    if args.format == "json":
        text = explaining.as_json(path, number, found, note)
    else:
        text = "".join(f"{visible(line)}\n" for line in explaining.as_text(path, number, found, note).splitlines())
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
    return cli.CLEAN


def listed(args: Namespace) -> int:
    repository, settings = here()
    known = rule_set(repository.top, settings).all()
    entries = {entry.id: entry for entry in catalogue.entries(known, settings)}
    for name in args.ids:
        if name not in entries:
            raise StopgapError(f"no rule {name!r}{cli.nearest(name, entries)}")
    if args.markdown:
        print(markdown(entries.values()))
    elif not args.ids:
        width = max(len(name) for name in entries)
        print("\n".join(f"{entry.id:{width}}  {entry.check:15}  {entry.what}" for entry in entries.values()))
    by_id = {rule.id: rule for rule in known}
    for name in args.ids:
        print(explained(entries[name], by_id.get(name)))
    return cli.CLEAN


def markdown(entries: Iterable[catalogue.Entry]) -> str:
    """The table of docs/rules.md."""
    rows = [f"| `{entry.id}` | `{entry.check}` | {entry.what} |" for entry in entries]
    return "\n".join(["| rule | reported by | what |", "|---|---|---|", *rows])


def here() -> tuple[Repository, Config]:
    """The repository and its configuration."""
    repository = open_repository()
    return repository, config.load(repository.top)


def explained(entry: catalogue.Entry, rule: Rule | None) -> str:
    """One rule in some lines."""
    lines = [f"{entry.id}: {entry.what}", f"  reported by   {entry.check}"]
    if rule:
        keywords = ", ".join(word.decode() for word in rule.keywords)
        lines += [f"  keywords      {keywords}", f"  pattern       {' '.join(rule.pattern.split())}", f"  confidence    {rule.confidence}"]
        lines += [f"  entropy       {rule.entropy} bits a character or more"] if rule.entropy else []
        lines += [f"  documented    {rule.docs}"] if rule.docs else []
        lines += [f"  revoke at     {rule.rotate}"] if rule.rotate else []
        lines += [f"  finds         {example}" for example in rule.matches] + [f"  leaves alone  {example}" for example in rule.clean]
    if entry.check == "scan-diff":
        lines.append(
            f"  allow it      stopgap: allow[{entry.id}] and why, in a comment on its line, or `stopgap allow PATH:LINE --reason ...`"
        )
    else:
        lines.append("  allow it      `stopgap allow PATH:LINE --reason ...`: what is about a whole file has no line for a comment")
    return "\n".join(lines)


def test(args: Namespace) -> int:
    """Tries the rules on a file; a file of rules is tried on its own examples."""
    name = os.path.abspath(args.test)
    repository, settings = here()
    found = rule_set(repository.top, settings)
    if name.endswith(".toml") and "rule" in config.read_toml(name, args.test):
        return try_examples(rules_of(name, args.test, set())[0], args.test)
    return try_file(name, args.test, found)


def try_file(path: str, shown: str, known: RuleSet) -> int:
    """Prints what the rules find in a file, low confidence too."""
    try:
        text = to_utf8(Path(path).read_bytes())
    except OSError as error:
        raise StopgapError(f"cannot read {shown}: {error.strerror}") from error
    if text is None:
        raise StopgapError(f"cannot read {shown}: it is binary")
    found = Detector(known.rules, others=known.others).scan(Fragment(os.path.basename(path), text))
    for match in found:
        print(f"{shown}:{match.line}:{match.column}: {match.rule}: {match.what} ({match.confidence}): {match.preview}")
    print(f"{len(found)} found, {len(known.all())} token rules tried")
    return cli.FOUND if found else cli.CLEAN


def try_examples(found: Sequence[Rule], shown: str) -> int:
    """Prints each rule that misses one of its `matches` or hits one of its `clean`."""
    wrong = [problem for rule in found for problem in problems(rule)]
    for problem in wrong:
        print(f"{shown}: {problem}")
    examples = sum(len(rule.matches) + len(rule.clean) for rule in found)
    print(f"{len(found)} {'rule' if len(found) == 1 else 'rules'}, {examples} examples, {len(wrong)} wrong")
    return cli.FOUND if wrong else cli.CLEAN


def problems(rule: Rule) -> list[str]:
    """What is wrong with a rule's own examples; an example is named by its number, as it may be a real token."""
    found = [f"rule {rule.id}: matches {n} is not found" for n, text in enumerate(rule.matches, 1) if not finds(rule, text)]
    return found + [f"rule {rule.id}: clean {n} is found" for n, text in enumerate(rule.clean, 1) if finds(rule, text)]


def finds(rule: Rule, template: str) -> bool:
    """Whether the rule alone finds a secret in an example."""
    text = expand(template).encode("utf-8")
    return any(match.rule == rule.id for match in Detector([rule]).scan(Fragment("example.txt", text)))
