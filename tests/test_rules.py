"""Every rule with its own examples, and the form that rules have."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from stopgap.detect import credentials, filters, rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import GENERATOR, expand
from stopgap.detect.rules import Rule
from stopgap.model import Fragment, StopgapError

from .conftest import Repo

RULES = rules.load()
LEAST = 100  # token types that a release must know


def secrets(rule: Rule, text: bytes) -> list[bytes]:
    """What a rule takes for a secret, entropy, placeholders and its judge considered."""
    expression = rules.compiled(rule)
    group = "secret" if "secret" in expression.groupindex else 1 if expression.groups else 0
    return [match[group] for match in expression.finditer(text) if match[group] and counts(rule, match, match[group])]


def counts(rule: Rule, match: re.Match[bytes], secret: bytes) -> bool:
    """Whether a match is a finding of any confidence."""
    value = secret.decode("utf-8", "replace")
    if filters.is_placeholder(value) or filters.entropy(value) < rule.entropy:
        return False
    return not rule.judge or credentials.confidence(rule, match, secret, "a.txt") is not None


PART = 25  # rules of one test: what is wrong is told of every one of them, by its id
PARTS = [pytest.param(RULES[at : at + PART], id=f"{RULES[at].id} and on") for at in range(0, len(RULES), PART)]
by_parts = pytest.mark.parametrize("some", PARTS)


def test_every_rule_has_its_turn() -> None:
    assert [rule for part in PARTS for rule in part.values[0]] == list(RULES)


@by_parts
def test_leaves_alone(some: list[Rule]) -> None:
    assert [(rule.id, text) for rule in some for text in rule.clean if secrets(rule, expand(text).encode()) != []] == []


@by_parts
def test_finds(some: list[Rule]) -> None:
    examples = [(rule, text, expand(text).encode()) for rule in some for text in rule.matches]
    without = [(rule.id, text) for rule, text, data in examples if not any(word in data.lower() for word in rule.keywords)]
    assert without == [], "no keyword of the rule is in the example"
    assert [(rule.id, text) for rule, text, data in examples if secrets(rule, data) == []] == []


@by_parts
def test_is_reported_by_the_whole_set(some: list[Rule]) -> None:
    """Some rule reports the example: a more telling one may cover the same text."""
    assert [(rule.id, text) for rule in some for text in rule.matches if not is_reported(text)] == []


def is_reported(template: str) -> bool:
    found = Detector(RULES).scan(Fragment("src/example.txt", b"x = 1\n" + expand(template).encode() + b"\n"))
    return bool(found) and all(match.line >= 2 for match in found)


def form(rule: Rule) -> dict[str, bool]:
    """What has to be so of a rule, and whether it is."""
    return {
        "id": bool(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", rule.id)),
        "keywords": bool(rule.keywords),
        "each keyword": all(len(word) >= rules.SHORTEST_KEYWORD and word == word.lower() for word in rule.keywords),
        "docs": rule.docs.startswith("https://"),
        "rotate": rule.rotate.startswith("https://") or not rule.provider,
        "matches": bool(rule.matches),
        "clean": bool(rule.clean),
        "description": bool(rule.description),
    }


def test_form() -> None:
    assert [(rule.id, what) for rule in RULES for what, right in form(rule).items() if not right] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_reaches_as_far_as_its_longest_match() -> None:
    assert [rule.id for rule in RULES if longest(rule) > rule.reach != rules.FARTHEST] == []


def longest(rule: Rule) -> int:
    """The characters of the longest match, as the parser of `re` reckons them."""
    try:
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError:  # Python 3.10
        import sre_parse as parser

    return int(parser.parse(rule.pattern.encode()).getwidth()[1])


BETWEEN = (b"", b" ", b"  ", b"=", b'"', b': "', b".", b"-", b"_", b"/", b"0", b"\\\n", b" -u ")
DEAREST = 200.0  # times a plain scan of the same text: some 16 ms for a window of 4 KiB


def dearest(rule: Rule) -> float:
    """The longest that a rule's expression takes on a window of its own keywords, against a plain scan of the same window."""

    def took(expression: re.Pattern[bytes], text: bytes) -> float:
        began = time.process_time()
        for _ in expression.finditer(text):
            pass
        return time.process_time() - began

    texts = [(piece * (4096 // len(piece) + 1))[:4096] for keyword in rule.keywords for piece in (keyword + sign for sign in BETWEEN)]
    worst = max(texts, key=lambda text: took(rules.compiled(rule), text))
    plain = min(took(re.compile(rb"\w+"), b"word ab= " * 455) for _ in range(3))
    return min(took(rules.compiled(rule), worst) for _ in range(3)) / plain


@by_parts
def test_is_quick_on_a_window_of_its_own_keywords(some: list[Rule]) -> None:
    assert [(rule.id, cost) for rule in some if (cost := dearest(rule)) >= DEAREST] == []


def test_a_slow_expression_is_noticed() -> None:
    """The test above can fail: every keyword looks for an end as far as it can see, and finds none."""
    slow = RULES[0]._replace(keywords=(b"curl",), pattern=r"curl(?:[^\n\\]|\\[\s\S]){0,3000}?\s-u (?P<secret>\S+)!")
    assert dearest(slow) > DEAREST


def test_as_many_as_promised_and_each_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) >= LEAST


def test_no_example_looks_live_as_it_is_written() -> None:
    """Examples are templates: another scanner, or a push protection, takes none of them for a token."""
    detector = Detector(RULES)
    written = [(rule.id, text) for rule in RULES for text in (*rule.matches, *rule.clean)]
    live = [name for name, text in written if any(match.confidence == "high" for match in detector.scan(Fragment("x.txt", text.encode())))]
    assert live == []


def test_an_example_is_the_same_each_time_and_another_for_each_text() -> None:
    assert expand("<alnum:36>") == expand("<alnum:36>")
    assert expand("a <alnum:36>")[2:] != expand("b <alnum:36>")[2:]
    assert len(expand("<hex:40>")) == 40
    assert GENERATOR.search(expand("<uuid> <b64:20> <other>")) is None


def test_a_broken_rule_is_noticed() -> None:
    """The tests above can fail: a rule whose expression is cut finds none of its examples."""
    broken = [rule._replace(pattern=f"{rule.pattern}(?=\\x00)") for rule in RULES]
    misses = [rule.id for rule in broken if not any(secrets(rule, expand(text).encode()) for text in rule.matches)]
    assert len(misses) == len(RULES)


GOOD = {"id": "team-key", "pattern": "tk_[a-z]{8}", "description": "a key", "keywords": ["tk_"]}
WRONG = [
    pytest.param({}, "blocks that begin with [[rule]]", id="no rule"),
    pytest.param({"rule": [{**GOOD, "regex": "x"}]}, "team-key: unknown key 'regex'", id="unknown key"),
    pytest.param(
        {"rule": [{key: value for key, value in GOOD.items() if key != "pattern"}]}, "pattern is a text, and required", id="no pattern"
    ),
    pytest.param({"rule": [{**GOOD, "keywords": ["tk"]}]}, "each of 3 characters or more", id="short keyword"),
    pytest.param(
        {"rule": [{**GOOD, "pattern": "tk_("}]}, "bad expression: missing ), unterminated subpattern at position 3", id="bad expression"
    ),
    pytest.param({"rule": [{**GOOD, "confidence": "sure"}]}, "confidence is one of low, medium, high", id="confidence"),
    pytest.param({"rule": [GOOD, GOOD]}, "two rules have the id 'team-key'", id="twice"),
]


@pytest.mark.parametrize(("table", "words"), WRONG)
def test_a_teams_wrong_rule(table: dict[str, object], words: str) -> None:
    with pytest.raises(StopgapError, match=re.escape(words)) as caught:
        rules.parse(table, "team.toml")
    assert "team.toml" in str(caught.value)


def test_a_teams_own_rule(repo: Repo) -> None:
    repo.write("stopgap.toml", '[rules]\nextra = ["team.toml"]\ndisable = ["github-pat"]\n')
    repo.write(
        "team.toml",
        '[[rule]]\nid = "team-key"\npattern = "tk_[a-z]{8}"\ndescription = "a key of ours"\nkeywords = ["tk_"]\n'
        'matches = ["tk_<abc:8>"]\nclean = ["tk_1"]\n',
    )
    repo.write("a.txt", expand("tk_<abc:8> ghp_<alnum:36>\n"))
    repo.add("a.txt")
    done = repo.stopgap("scan-diff")
    assert b"a.txt:1:1: team-key: a key of ours" in done.stdout
    assert b"github-pat" not in done.stdout
    tried = repo.stopgap("rules", "--test", "team.toml")
    assert (tried.returncode, tried.stdout) == (0, b"1 rule, 2 examples, 0 wrong\n")
    repo.write("team.toml", (repo.path / "team.toml").read_text().replace('"tk_1"', '"tk_abcdefgx"'))
    tried = repo.stopgap("rules", "--test", "team.toml")
    assert (tried.returncode, b"rule team-key: clean 1 is found" in tried.stdout) == (1, True)


def test_rules_are_listed_and_explained(repo: Repo) -> None:
    listed = repo.stopgap("rules")
    ids = [line.split()[0] for line in listed.stdout.decode().splitlines()]
    assert {"github-pat", "env-file", "ignore-missing", "keyed-password", "own-value"} <= set(ids)
    explained = repo.stopgap("rules", "github-pat").stdout.decode()
    assert "revoke at     https://github.com/settings/" in explained
    wrong = repo.stopgap("rules", "github-pta")
    assert (wrong.returncode, b"did you mean 'github-pat'?" in wrong.stderr) == (2, True)


def test_every_rule_id_stands_in_the_docs() -> None:
    """docs/rules.md is the one table; `stopgap rules --markdown` prints it."""
    from stopgap.gather import catalogue

    page = Path(__file__).parents[1].joinpath("docs/rules.md").read_text("utf-8")
    for entry in catalogue.entries(RULES):
        assert f"| `{entry.id}` |" in page, entry.id
