"""Literals and shapes: hyperscan, and Python's own `bytes.find` and `re`, answer alike."""

from __future__ import annotations

import random
from importlib.util import find_spec

import pytest
from stopgap.detect import rules
from stopgap.detect.keywords import KEYWORDS
from stopgap.detect.literals import ENOUGH, Literals

RULES = rules.load()

needs_hyperscan = pytest.mark.skipif(find_spec("hyperscan") is None, reason="hyperscan has no wheel for this machine")


WORDS = {
    "overlapping": [b"a", b"ab", b"aba", b"bab", b"abab", b"b"],
    "one inside the other": [b"password", b"word", b"pass", b"sword", b"ssw"],
    "with NULs": [b"\0", b"a\0b", b"\0\0", b"b\0", b"ab"],
    "bytes above ASCII": ["é".encode(), "É".encode(), b"\xe9", b"\xc9a", b"\xff", "ß".encode(), b"k", "\u212a".encode()],
    "signs of expressions": [b".", b"a.b", b"[a]", b"\\", b"^a$", b"(b)", b"a*", b"{2}", b"|"],
    "of many lengths": [b"ab", b"abc" * 20, b"abc" * 21 + b"a", b"c" * 64],
}
ALPHABETS = {
    "overlapping": [b"a", b"b", b"A", b"B", b" "],
    "one inside the other": [b"pass", b"word", b"PASS", b"Word", b"s", b"S", b"password"],
    "with NULs": [b"\0", b"a", b"A", b"b"],
    "bytes above ASCII": ["é".encode(), "É".encode(), b"\xe9", b"\xc9", b"a", b"A", b"\xff", "ß".encode(), b"k", b"K", "\u212a".encode()],
    "signs of expressions": [b".", b"a", b"b", b"[", b"]", b"\\", b"^", b"$", b"(", b")", b"*", b"{2}", b"|", b"\n"],
    "of many lengths": [b"abc", b"ABC", b"abc" * 20, b"c" * 50, b"C" * 14],
}


@needs_hyperscan
@pytest.mark.parametrize("case", WORDS)
def test_literals_answer_alike(case: str) -> None:
    chance = random.Random(case)
    find, scan = Literals(WORDS[case], engine="find"), Literals(WORDS[case], engine="hyperscan")
    found = 0
    for _ in range(60):
        text = b"".join(chance.choices(ALPHABETS[case], k=chance.randrange(200)))
        expected = sorted(find.hits(text))
        assert sorted(scan.hits(text)) == expected
        assert all(text[at : at + len(WORDS[case][number])].lower() == WORDS[case][number].lower() for number, at in expected)
        found += len(expected)
    assert found > 100


@needs_hyperscan
def test_the_rules_own_literals_answer_alike() -> None:
    words = sorted({word for rule in RULES for word in rule.keywords} | set(KEYWORDS))
    find, scan = Literals(words, engine="find"), Literals(words, engine="hyperscan")
    chance = random.Random(1)
    for _ in range(20):
        text = b"".join(chance.choice((word, word.upper(), word[1:], b" ", b"\0", b"\xff")) for word in chance.choices(words, k=300))
        assert sorted(scan.hits(text)) == sorted(find.hits(text)) != []


@needs_hyperscan
def test_the_engine_changes_where_there_is_much_text_and_the_answer_does_not() -> None:
    text = b"x" * (ENOUGH // 3) + b"password"
    literals = Literals([b"password", b"word"])
    assert [sorted(literals.hits(text)) for _ in range(5)] == [[(0, ENOUGH // 3), (1, ENOUGH // 3 + 4)]] * 5
    assert literals._scan is not None


# shapes: runs, and where they end


SHAPES = {
    "a class": rb"[a-z0-9]{4,}[^a-z0-9]",
    "a bounded repeat": rb"[a-z]{2,5}[^a-z]",
    "whatever the case": rb"(?i)[a-f0-9]{6,}[^a-f0-9]",
    "a group": rb"(?:%[0-9A-Fa-f]{2}){2,}[^%]",
    "two parts": rb"[A-Z]{2}_[a-z]{3,}[^a-z]",
    "padding": rb"[A-Za-z0-9+/]{8,}={0,2}[^A-Za-z0-9+/=]",
    "a sign to begin with": rb"(?:\\u[0-9a-f]{4}){2,}[^\\]",
}
ENDS = [
    pytest.param("a class", b"", [], id="nothing"),
    pytest.param("a class", b"abc abc", [], id="too short"),
    pytest.param("a class", b"abcd", [4], id="at the end of the text"),
    pytest.param("a class", b"abcd abcdefgh\n", [4, 13], id="two runs, an end each"),
    pytest.param("a class", b"ABCD", [], id="case counts"),
    pytest.param("whatever the case", b"xABCdef", [7], id="case does not count"),
    pytest.param("a group", b"%41%42x%41%42%43", [6, 16], id="a group"),
    pytest.param("padding", b"AAAAAAAA==AAAAAAAA=", [19], id="padding with text behind it"),
]
SIGNS = [
    b"a",
    b"f",
    b"0",
    b"A",
    b"F",
    b"%4a",
    b"%",
    b"=",
    b"+",
    b" ",
    b"\n",
    b"\0",
    b"\xff",
    b"_",
    b"\\u00e9",
    b"\\",
    b"abcd",
    b"AB_abc",
    b"\\u",
]


@pytest.mark.parametrize(("shape", "text", "ends"), ENDS)
@pytest.mark.parametrize("engine", ["find", pytest.param("hyperscan", marks=needs_hyperscan)])
def test_a_shape_ends(engine: str, shape: str, text: bytes, ends: list[int]) -> None:
    assert sorted(Literals([b"word"], [SHAPES[shape]], engine).hits(text)) == [(1, at) for at in ends]


@needs_hyperscan
def test_shapes_and_words_answer_alike() -> None:
    chance = random.Random(7)
    words, shapes = [b"abcd", b"\0", b"ab_"], list(SHAPES.values())
    find, scan = Literals(words, shapes, "find"), Literals(words, shapes, "hyperscan")
    seen: set[int] = set()
    for _ in range(1000):
        text = b"".join(chance.choices(SIGNS, k=chance.randrange(120)))
        expected = sorted(find.hits(text))
        assert sorted(scan.hits(text)) == expected
        seen |= {number for number, _ in expected}
    assert seen == set(range(len(words) + len(shapes)))


@needs_hyperscan
def test_a_long_run_has_one_end() -> None:
    for engine in ("find", "hyperscan"):
        found = Literals([], [SHAPES["a class"]], engine).hits(b"a" * (ENOUGH * 8))
        assert found == [(0, ENOUGH * 8)]
