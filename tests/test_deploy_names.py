"""Names are asked about all at once: what that finds is what asking each of them finds."""

from __future__ import annotations

import random
import re
import string
from typing import Any

import pytest
from stopgap.deploy import kinds
from stopgap.deploy.names import Names, Sign, ending
from stopgap.drift import kinds as drift_kinds
from stopgap.drift import reads
from stopgap.git import grep, index

from .conftest import Repo

try:
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_parse as parser  # type: ignore[no-redef]

SIGNS = string.ascii_lowercase + string.digits + "._-/ ABC\n"
CLASSES = {"CATEGORY_WORD": str.isalnum, "CATEGORY_SPACE": str.isspace, "CATEGORY_DIGIT": str.isdigit}


def made(pattern: str, chosen: random.Random) -> str:
    """A text that the expression matches, but for what looks ahead in it."""
    return "".join(map(str, pieces(parser.parse(pattern), chosen)))


def pieces(tree: Any, chosen: random.Random) -> list[str]:
    found: list[str] = []
    for operation, given in tree:
        match str(operation):
            case "LITERAL":
                found.append(chr(given))
            case "NOT_LITERAL":
                found.append(chosen.choice([sign for sign in SIGNS if ord(sign) != given]))
            case "ANY":
                found.append(chosen.choice(SIGNS[:-1]))
            case "IN":
                found.append(chosen.choice([sign for sign in SIGNS if is_in(sign, given)]))
            case "BRANCH":
                found += pieces(chosen.choice(given[1]), chosen)
            case "SUBPATTERN":
                found += pieces(given[3], chosen)
            case "MAX_REPEAT":
                for _ in range(chosen.randint(given[0], min(int(given[1]), given[0] + 4))):
                    found += pieces(given[2], chosen)
    return found


def is_in(sign: str, given: Any) -> bool:
    said = [(str(operation), one) for operation, one in given]
    inside = any(
        (name == "LITERAL" and ord(sign) == one)
        or (name == "RANGE" and one[0] <= ord(sign) <= one[1])
        or (name == "CATEGORY" and CLASSES[str(one)](sign))
        for name, one in said
    )
    return inside != any(name == "NEGATE" for name, _ in said)


def generated(patterns: list[str]) -> list[str]:
    """Names that match, the same in other folders and cases, and the same with one sign changed."""
    chosen = random.Random(7)
    names = dict.fromkeys(name for pattern in patterns for _ in range(120) if (name := made(pattern, chosen)))
    for name in list(names):
        at = chosen.randrange(len(name))
        more = (f"{chosen.choice(('a', 'tests', 'roles', 'ops', 'src/deploy'))}/{name}", name.upper(), name[:at] + "x" + name[at + 1 :])
        names.update(dict.fromkeys(more))
    listed = list(names)
    chosen.shuffle(listed)
    return listed


def matched(path: str) -> tuple[str, ...]:
    """The modules by the expressions alone."""
    low = path.lower()
    found = dict.fromkeys(kind.module for kind in kinds.KINDS if re.fullmatch(kind.pattern, low))
    return () if kinds.is_trial(low) else tuple(found)


def test_deploy_files_are_those_that_the_expressions_say() -> None:
    names = generated([kind.pattern for kind in kinds.KINDS])
    expected = {path: modules for path in names if (modules := matched(path))}
    assert len(expected) > 3000
    assert {path: kinds.modules(path) for path in names if kinds.modules(path)} == expected
    assert kinds.among(Names(names)) == list(expected)


def test_files_with_settings_are_those_of_a_kind() -> None:
    names = [*generated([pattern for pattern, _ in drift_kinds.KINDS]), "a/.env", ".ENV.example", "src/env.ts", "my.env.d/x", "prod.env"]
    expected = [path for path in names if drift_kinds.kind(path)]
    assert len(expected) > 800
    assert drift_kinds.among(Names(names)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a/b.min.js", "js", id="the last"),
        pytest.param("a.d/b", "", id="a folder's"),
        pytest.param("makefile", "", id="none"),
        pytest.param("a/.env", "env", id="nothing before the dot"),
        pytest.param("a.", "", id="nothing behind the dot"),
        pytest.param("", "", id="no name"),
    ],
)
def test_ending(path: str, expected: str) -> None:
    assert ending(path) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        pytest.param([], [], id="nothing is asked"),
        pytest.param([Sign(("go",))], [], id="an ending that is not there"),
        pytest.param([Sign(("js",), ("x/",))], [], id="a word under another ending"),
        pytest.param([Sign(("js",))], ["z.js", "b.JS"], id="an ending"),
        pytest.param([Sign(words=("x/",))], ["x/c.py"], id="a word"),
        pytest.param([Sign(("js",)), Sign(words=("b",))], ["z.js", "a/b", "b.JS"], id="in their order"),
    ],
)
def test_signs(signs: list[Sign], expected: list[str]) -> None:
    assert Names(["z.js", "x/c.py", "a/b", "b.JS"]).having(signs) == expected


def test_no_names() -> None:
    assert Names([]).having([Sign()]) == []
    assert Names(["a.b"]).having([Sign()]) == ["a.b"]


def test_code_is_searched_by_its_endings(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    for name in ("a.py", "b/c.PY", "d.txt", "e.py.txt", "f.ts", "[py]", "b/.py"):
        repo.write(name, "x = environ['A']\n")
    repo.write("g.py", "x = 1\n")
    repo.git("add", "-A")
    known = Names(entry.path for entry in index.entries())
    written = known.written(end[1:] for end in reads.ENDINGS)
    assert written == ["PY", "py", "ts"]
    assert grep.Search(("environ",), written).paths() == ["a.py", "b/.py", "b/c.PY", "f.ts"]
    assert grep.Search(("nowhere",), written).paths() == []
