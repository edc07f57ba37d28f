"""Whether an expression's matches all begin with a keyword; and that a rule tried there finds what it finds when it is searched for."""

from __future__ import annotations

import pytest
from stopgap.detect import by_rule, rules
from stopgap.detect.beginnings import begins_with, way
from stopgap.detect.examples import expand
from stopgap.detect.work import Work

OTHERWISE = [
    pytest.param(r"x?abc_\d+", (b"abc_",), id="what may stand before"),
    pytest.param(r"(?:abc_|ab-)\d+", (b"abc_",), id="a branch that begins otherwise"),
    pytest.param(r"[a-z]bc_\d+", (b"abc_",), id="a class that holds more"),
    pytest.param(r"[^x]bc_\d+", (b"abc_",), id="a class told by what is not in it"),
    pytest.param(r"\w{3}_\d+", (b"abc_",), id="any word"),
    pytest.param(r"ab", (b"abc_",), id="shorter than the keyword"),
    pytest.param(r"abc_?\d+", (b"abc_",), id="an end that may be missing"),
    pytest.param(r"(?s:.)abc_", (b"abc_",), id="any character before"),
    pytest.param(r"(?:abc){0,2}x", (b"abc",), id="a repeat that may be nothing"),
]
BEGINS = [
    pytest.param(r"abc_\d+", (b"abc_",), id="the keyword"),
    pytest.param(r"(?<![a-z])abc_\d+", (b"abc_",), id="behind a look at what stands before"),
    pytest.param(r"(?i:ABC)_\d+", (b"abc_",), id="in any case"),
    pytest.param(r"(?P<secret>AbC_\d+)", (b"abc_",), id="in a group, in another case"),
    pytest.param(r"ab[cd]_\d+", (b"abc_", b"abd_"), id="a class of the keywords"),
    pytest.param(r"(?:abc|x{2}y)_\d+", (b"abc_", b"xxy"), id="branches"),
    pytest.param(r"(?:ab)?abc_", (b"ababc_", b"abc_"), id="two beginnings"),
    pytest.param(r"(?:abc){1,2}x", (b"abc",), id="a repeat"),
    pytest.param(r"abc_", (b"ab",), id="a keyword that is shorter"),
]


@pytest.mark.parametrize(("pattern", "keywords"), OTHERWISE)
def test_some_match_begins_otherwise(pattern: str, keywords: tuple[bytes, ...]) -> None:
    assert not begins_with(pattern, keywords)


@pytest.mark.parametrize(("pattern", "keywords"), BEGINS)
def test_all_matches_begin_with_a_keyword(pattern: str, keywords: tuple[bytes, ...]) -> None:
    assert begins_with(pattern, keywords)


def places(rule: rules.Rule, data: bytes) -> list[int]:
    low = data.lower()
    return [at for at in range(len(low)) if low.startswith(rule.keywords, at)]


def is_part(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def test_a_rule_finds_at_its_keywords_what_a_search_finds() -> None:
    tried = found = 0
    for rule in rules.load():
        if not begins_with(rule.pattern, rule.keywords):
            continue
        tried += 1
        data = " ".join(expand(example) for example in (*rule.matches, *rule.clean, *rule.matches)).encode()
        at = places(rule, data)
        there, searched = ({match.span() for match in found_by(rule, Work(), data, at)} for found_by in (by_rule.beginning, by_rule.within))
        # a window may end inside of a match: what is left of it then is no match of its own
        assert there == {span for span in searched if not any(is_part(span, other) for other in searched)}, rule.id
        found += len(there)
    assert tried > 100
    assert found > tried


RUNS = [
    pytest.param(r"(?<![a-z])abc_[A-Za-z0-9]{32}(?!x)", 32, id="a repeat of a class"),
    pytest.param(r"x(?P<secret>(?=[a-z]{90})[0-9a-f]{20,40})={0,2}", 20, id="the least of a repeat, and what is only looked at"),
    pytest.param(r"[a-z]{4}(?:[a-z]{30}|[0-9]{16})", 16, id="the shorter branch"),
    pytest.param(r"(?:[a-z]{30}|)[a-z]{4}", 4, id="a branch of nothing"),
    pytest.param(r"(?:[a-z]{30})?b{5}", 0, id="what may be missing"),
    pytest.param(r"[^\s]{40}[\w:]{40}.{40}", 0, id="classes that hold more"),
]


@pytest.mark.parametrize(("pattern", "run"), RUNS)
def test_the_run_that_each_match_holds(pattern: str, run: int) -> None:
    assert way(pattern, (b"abc",)).run == run


def test_a_run_hides_no_match() -> None:
    held = 0
    for rule in rules.load():
        run = way(rule.pattern, rule.keywords).run
        data = "\n".join(expand(example) + " " * 600 for example in (*rule.matches, *rule.clean)).encode()
        at = places(rule, data)
        searched, all_there = ([match.span() for match in by_rule.within(rule, Work(), data, at, least)] for least in (run, 0))
        assert searched == all_there, rule.id
        held += bool(all_there and run >= by_rule.SHORTEST_RUN)
    assert held > 100
