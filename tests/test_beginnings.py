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
        begins, run, letters, lead = way(rule.pattern, rule.keywords)
        if not begins:
            continue
        tried += 1
        data = " ".join(expand(example) for example in (*rule.matches, *rule.clean, *rule.matches)).encode()
        at = places(rule, data)
        there = {match.span() for match in by_rule.beginning(rule, Work(), data, at, run, letters, lead)}
        searched = {match.span() for match in by_rule.within(rule, Work(), data, at)}
        # a window may end inside of a match: what is left of it then is no match of its own
        assert there == {span for span in searched if not any(is_part(span, other) for other in searched)}, rule.id
        found += len(there)
    assert tried > 100
    assert found > tried


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
RUNS = [
    pytest.param(r"(?<![a-z])abc_[A-Za-z0-9]{32}(?!x)", 32, LETTERS + "0123456789", id="a repeat of a class"),
    pytest.param(
        r"x(?P<secret>(?=[a-z]{90})[0-9a-f]{20,40})={0,2}", 20, "0123456789abcdefABCDEF", id="the least of a repeat, but a look ahead"
    ),
    pytest.param(r"[ab]{4}(?:[ab]{30}|[0-9]{16})", 20, "abAB0123456789", id="the shorter branch, and the letters of both"),
    pytest.param(r"(?:[a-z]{30}|)[a-z]{14}", 14, LETTERS, id="a branch of nothing"),
    pytest.param(r"(?:[a-z]{30})?b{5}", 0, "", id="what may be missing"),
    pytest.param(r"[^\s]{40}[\W]{40}.{40}", 0, "", id="classes told by what is not in them"),
    pytest.param(r"x[0-9a-f]{8}-[0-9a-f]{4}", 12, "0123456789abcdefABCDEF-", id="parts that a text joins"),
    pytest.param(r"\[(?:\d{1,3},\s{0,8}){63}\d", 64, "0123456789, \t\n\r\f\v", id="a repeat of several things in turn"),
    pytest.param(r"(?i:abcdefghijkl)[0-9]{2}", 0, "", id="a fixed text is no news, nor is what is short"),
    pytest.param(r"(?i)[a-f]{9}", 9, "abcdefABCDEF", id="either case"),
]


@pytest.mark.parametrize(("pattern", "run", "letters"), RUNS)
def test_the_run_that_each_match_holds(pattern: str, run: int, letters: str) -> None:
    found = way(pattern, (b"abc",))
    assert (found.run, {*found.letters}) == (run, {*letters.encode()})


LEADS = [
    pytest.param(r"(?<![a-z.])[a-z][a-z.]{1,9}://\w", "abcdefghijklmnopqrstuvwxyz.", id="a word"),
    pytest.param(r"(?<![a-z])[a-z]{1,9}:/x", "", id="behind it no keyword"),
    pytest.param(r"(?<![a-z])[a-z0-9]{1,9}://", "", id="a word that may begin inside of another"),
    pytest.param(r"(?<![a-z])(?i:[a-z]{1,9})://", "", id="a word in either case"),
    pytest.param(r"(?i)(?<![a-z])[a-z]{1,9}://", "", id="all in either case"),
    pytest.param(r"(?<![a-z])[a-z]{1,99}://", "", id="a long one"),
    pytest.param(r"(?<![a-z])://", "", id="no word"),
    pytest.param(r"(?<=[a-z])[a-z]{1,9}://", "", id="in the middle of one"),
    pytest.param(r"(?![a-z])[a-z]{1,9}://", "", id="a look ahead"),
    pytest.param(r"[a-z]{1,9}://", "", id="anywhere"),
]


@pytest.mark.parametrize(("pattern", "letters"), LEADS)
def test_the_word_before_a_keyword_with_which_each_match_begins(pattern: str, letters: str) -> None:
    found = way(pattern, (b"://",))
    assert {*found.lead} == {*letters.encode()}
    assert found.begins or not letters


@pytest.mark.parametrize("text", ["ab://c", "x ab://c 1ab://c .abcdefghij://c Xab://d", "ab://ab://c", "a" * 300 + "://c", "://c"])
def test_a_word_before_a_keyword_is_found_as_by_a_search(text: str) -> None:
    rule = rules.made({"id": "x", "description": "x", "keywords": ["://"], "pattern": r"(?<![a-z.])[a-z][a-z.]{1,9}://[a-z]"})
    data = text.encode()
    at, how = places(rule, data), way(rule.pattern, rule.keywords)
    assert how.lead
    there = [match.span() for match in by_rule.beginning(rule, Work(), data, at, how.run, how.letters, how.lead)]
    assert there == [match.span() for match in by_rule.within(rule, Work(), data, at)]


def test_a_run_hides_no_match() -> None:
    held = 0
    for rule in rules.load():
        _, run, letters, _ = way(rule.pattern, rule.keywords)
        data = "\n".join(expand(example) + " " * 600 for example in (*rule.matches, *rule.clean)).encode()
        at = places(rule, data)
        searched, all_there = ([match.span() for match in by_rule.within(rule, Work(), data, at, least, letters)] for least in (run, 0))
        assert searched == all_there, rule.id
        held += bool(all_there and run)
    assert held > 100
