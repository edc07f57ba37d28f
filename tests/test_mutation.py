"""A rule that is broken on purpose makes a test fail: its own examples notice what `mutants` does to it."""

from __future__ import annotations

import pytest
from stopgap.detect.examples import expand
from stopgap.detect.rules import Rule

from .mutants import Mutant, mutants, pieces
from .test_rules import RULES, by_parts, secrets

# No example can tell: what is broken is one of several parts that say the same, or the text goes on as it began.
EQUAL = {
    "length": (
        "private-key",
        "npm-registry-credentials",
        "telnyx-api-key",
        "revenuecat-secret-key",
        "tavily-api-key",
        "upstash-token",
        "shadow-password-hash",
    ),
    "prefix": ("sourcegraph-token", "connection-string-braced-password"),
    "class": ("revenuecat-secret-key", "telnyx-api-key"),
    "boundary": (
        "authorization-header",
        "curl-header",
        "zapier-webhook",
        "connection-string-braced-password",
        "dsn-password",
        "password-link-key",
        "powershell-secure-string",
        "snmp-community",
        "rabbitmq-password-option",
    ),
}


def finds(rule: Rule, template: str) -> bool:
    """Whether the rule alone takes something in an example for a secret."""
    text = expand(template).encode()
    return any(word in text.lower() for word in rule.keywords) and secrets(rule, text) != []


def is_noticed(mutant: Mutant) -> bool:
    """Whether an example of the rule fails with the mutant in its place."""
    if mutant.looser:
        return any(finds(mutant.rule, text) for text in mutant.rule.clean)
    return any(not finds(mutant.rule, text) for text in mutant.rule.matches)


def kinds_noticed(rule: Rule) -> dict[str, bool]:
    """Each kind of mutant that the rule has, and whether an example notices at least one of them."""
    noticed: dict[str, bool] = {}
    for mutant in mutants(rule):
        noticed[mutant.kind] = noticed.get(mutant.kind, False) or is_noticed(mutant)
    return noticed


@by_parts
def test_a_broken_rule_is_noticed(some: list[Rule]) -> None:
    """At least one mutant of each kind: keyword, entropy, length, prefix, class, boundary."""
    each = {rule.id: kinds_noticed(rule) for rule in some}
    assert [name for name, noticed in each.items() if not {"keyword", "entropy"} <= set(noticed)] == []
    missed = [(name, kind) for name, noticed in each.items() for kind, seen in noticed.items() if not seen]
    assert [(name, kind) for name, kind in missed if name not in EQUAL.get(kind, ())] == []


KINDS = [
    pytest.param(r"(?<![A-Za-z0-9])tk_[a-z]{8}(?![a-z])", {"length", "prefix", "class", "boundary"}, id="a token"),
    pytest.param(r"tk_[a-z]{8,12}\b", {"prefix", "class", "boundary"}, id="a range has no exact length"),
    pytest.param(r"[a-z]{8}", {"length", "class"}, id="neither prefix nor boundary"),
    pytest.param(r"(?=tk_)x-[a-z]{4}", set(), id="what a lookahead says is no part of the token"),
]


@pytest.mark.parametrize(("pattern", "kinds"), KINDS)
def test_the_kinds_that_apply(pattern: str, kinds: set[str]) -> None:
    rule = RULES[0]._replace(pattern=pattern)
    assert {mutant.kind for mutant in mutants(rule)} == {"keyword", "entropy", *kinds}
    assert all(mutant.rule != rule for mutant in mutants(rule))


WEAK = [
    pytest.param(("tk_<abc:8>",), (), {"boundary"}, id="no `clean`: a boundary that is gone"),
    pytest.param(("tk_<abc:8>",), ("tk_<abc:9>",), set(), id="a longer token as `clean`"),
    pytest.param((), ("tk_<abc:9>",), {"keyword", "entropy", "length", "class"}, id="no `matches`"),
]


@pytest.mark.parametrize(("matches", "clean", "missed"), WEAK)
def test_examples_that_do_not_notice(matches: tuple[str, ...], clean: tuple[str, ...], missed: set[str]) -> None:
    """The test above can fail: it does where examples are missing."""
    rule = RULES[0]._replace(keywords=(b"tk_",), pattern=r"tk_[a-z]{8}(?![a-z])", matches=matches, clean=clean, judge="", entropy=0.0)
    tried = list(mutants(rule))
    assert {mutant.kind for mutant in tried} - {mutant.kind for mutant in tried if is_noticed(mutant)} == missed


def test_pieces_are_the_whole_expression() -> None:
    assert [rule.id for rule in RULES if "".join(piece.text for piece in pieces(rule.pattern)) != rule.pattern] == []
