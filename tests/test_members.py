"""A JSON object's members: what nobody touches comes back as it was written, and what an application gets is the same on every way."""

from __future__ import annotations

import json
import random

import pytest
from stopgap.model import StopgapError
from stopgap.sides import content, members

NUMBERS = ("0", "-0", "1.0", "1.10", "1e400", "1E+2", "-12345678901234567890.5e-7", "9" * 5000, "NaN", "-Infinity")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_stays_as_it_is_written(number: str) -> None:
    text = f'{{"a": {number}, "b": [{number}, {{"c": {number}}}]}}'
    found = members.read(text, "x")
    assert members.text(found) == text
    assert members.plain(found["a"]) == number


def test_what_is_read_is_written() -> None:
    """Random objects, some with half a surrogate pair, against Python's own reader."""
    source = random.Random(5)

    def value(depth: int) -> object:
        kind = source.randrange(7 if depth else 5)
        simple = (
            None,
            True,
            False,
            source.randrange(-(10**6), 10**6),
            "".join(source.choices('aé\n"\\\0\ud800😀 {}', k=source.randrange(9))),
        )
        if kind < 5:
            return simple[kind]
        inner = [value(depth - 1) for _ in range(source.randrange(4))]
        return inner if kind == 5 else {f"k{number}é": one for number, one in enumerate(inner)}

    for _ in range(500):
        given = {f"key {number}": value(3) for number in range(source.randrange(6))}
        assert json.loads(members.text(members.read(json.dumps(given), "x"))) == given


def test_what_is_nested_is_the_same_as_its_text() -> None:
    """A dotenv file has it as text, a store may have it as an object: blanks and the order of the names do not tell them apart."""
    dotenv = content.read(b"""LIMITS='{"a":[1.0,true,null],"b":{"c":"d"}}'\n""", "x").entries
    stored = content.read(b'{"LIMITS": {"b": {"c": "d"}, "a": [1.0, true, null]}}', "y").entries
    assert dotenv["LIMITS"].value == stored["LIMITS"].value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('{"a": 1, "a": 1}', "JSON in which a stands twice", id="a key twice"),
        pytest.param('{"x": [{"a": 1, "b": 2, "a": 3}]}', "JSON in which a stands twice", id="further in"),
        pytest.param("[1]", "JSON, but not an object", id="a list"),
        pytest.param('{"a": hunter2horse}', "not JSON: Expecting value at line 1, column 7", id="no JSON"),
        pytest.param('{"a":' * 100_000, "JSON that is nested too deeply", id="deep"),
    ],
)
def test_what_is_no_object(text: str, said: str) -> None:
    with pytest.raises(StopgapError) as refused:
        members.read(text, "x", unique=True)
    assert str(refused.value) == f"cannot read x: {said}"


def test_the_last_one_of_a_key_counts_where_that_is_no_error() -> None:
    assert members.read('{"a": "b", "a": "c"}', "x") == {"a": "c"}
