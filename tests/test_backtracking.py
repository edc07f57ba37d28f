"""Expressions of others are judged before they run: what could take for ever is refused by name, and what is taken ends in time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from stopgap.detect import rules
from stopgap.detect.backtracking import STEPS, WINDOW, judge
from stopgap.detect.gitleaks import parse
from stopgap.detect.re2 import check_linear
from stopgap.model import StopgapError

from .conftest import Repo
from .test_rules import by_parts

# In the manner of gitleaks' rules: keyed values, prefixes, URLs, headers, blocks.
NAME, NAME_ENDS = r"(?i)[\w.-]{0,50}?", r"[ \t\w.-]{0,20}"
OPERATOR, END = r"[\s'\"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'\"\s=]{0,5}", r"(?:[\x60'\"\s;]|\\[nr]|$)"
TAKEN = [
    NAME + "(?:acme)" + NAME_ENDS + OPERATOR + "([a-z0-9]{32})" + END,
    NAME + "(?:acme|apex|zenith)" + NAME_ENDS + OPERATOR + "([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4})" + END,
    NAME + "(?:access|auth|api|key|token|secret|passw)" + NAME_ENDS + OPERATOR + r"([\w.=-]{10,150}|[a-z0-9]{5,20}={0,3})" + END,
    r"""\b(ak_(?:live|test)_[A-Za-z0-9]{24,64})\b""",
    r"""\bacme[_-](?:v[0-9]_)?[0-9a-z]{20,40}\b""",
    r"""(?:^|[^0-9A-Za-z])(zt-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*)""",
    r"""https?://[a-z0-9-]{1,63}\.acme\.(?:com|io)/hooks/[A-Za-z0-9]{8,12}/[A-Za-z0-9_-]{24,36}""",
    r"""(?i)https?://[^\s:@/"']{1,64}:([^\s:@/"']{3,128})@""",
    r"""(?i)\bauthorization\s{0,5}:\s{0,5}(?:bearer|token)\s{1,5}([\w=~@.+/-]{8,300})""",
    r"""curl\b(?:.{0,80}?)(?:-u|--user)[= ]{1,3}["']?([^:"'\s]{1,60}:[^"'\s]{3,60})["']?""",
    r"""(?i)-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----[\s\S]{64,}?KEY(?: BLOCK)?-----""",
    r"""\b(ey[a-zA-Z0-9]{17,}\.ey[a-zA-Z0-9/\\_-]{17,}\.(?:[a-zA-Z0-9/\\_-]{10,}={0,2})?)(?:[\x60'"\s;]|\\[nr]|$)""",
    r"""(?:[\w-]+\.)+acme\.(?:com|net)""",
    r"""[a-z0-9]+(?:-[a-z0-9]+)*\.acme\.io/([a-f0-9]{32})""",
    r"""(?:\d{1,3}\.){3}\d{1,3}:(\w{8,40})""",
    r"""(?:[A-Z2-7]{4} ?){8}""",
    r"""(?:[0-9a-f]{2}:){15}[0-9a-f]{2}""",
    r"""(?i)(?:pass|pwd)(?:word|wd)?\s*[:=]\s*["']([^"'\s]{6,})["']""",
    r"""(?:x-(?:[a-z]+-)?)?api-key:\s*(\S+)""",
    r"""(?i)Server=[^;\n]{1,100};.{0,100}?(?:Password|Pwd)=([^;"'\n]{1,100})""",
    r"""<password>([^<]{6,100})</password>""",
    r"""(?i)["']?private_?key["']?\s*[:=]\s*["']([0-9a-fA-F]{64})["']""",
    r"""(?i)(?:aws|amazon).{0,30}['"]([0-9a-z/+]{40})['"]""",
    r"""\b((?:AK|ZK|QK)[A-Z0-9]{16,20})\b""",
    r"""(?i)kind:\s{0,5}secret.{0,200}?data:\s{0,20}(?:[\w.-]{1,40}:\s{0,5}[A-Za-z0-9+/=]{4,200}\s{1,20}){1,5}""",
    r"""[0-9a-f]{32}-us[0-9]{1,2}""",
    r"""T3BlbkFJ[A-Za-z0-9]{20}|\bsk-[A-Za-z0-9]{20}T3[A-Za-z0-9]{20}""",
    r"""(?m)^\s*machine\s+\S+\s+login\s+\S+\s+password\s+(\S+)""",
    r"""(?i)define\(\s{0,5}["'](?:db_|auth_)?(?:password|key|salt)["']\s{0,5},\s{0,5}["']([^"']{6,100})["']""",
    r"""(?:npm|yarn)_?[Tt]oken[^\w\n]{1,10}([A-Za-z0-9-]{36})(?:[^\w-]|$)""",
    r"""aws.*secret.*['"]([0-9a-zA-Z/+]{40})['"]""",
]

# What could take minutes, hours or for ever on 4 KiB, as a hostile or a careless hand writes it.
REFUSED = [
    pytest.param(r"(?:a{0,60}){6}b", "number 1 ({6}), number 2 ({0,60})", id="bounded repeats in a bounded repeat"),
    pytest.param("a?" * 40 + "a" * 40, "(?)", id="forty that may be and forty that must"),
    pytest.param(r"\w{0,80}\w{0,80}\w{0,80}\w{0,80}\w{0,80}=", "({0,80})", id="five in a row"),
    pytest.param(r"(?:\w{1,30}-?){5}=", "({5})", id="what parts them may be absent"),
    pytest.param(r"(?:a|a){30}b", "({30})", id="alternatives that are the same"),
    pytest.param(r"(?:a|ab|b){40}c", "a repeat ({40}) can read the same text in two ways", id="alternatives that make up one another"),
    pytest.param(r"(?:(?:a{1,9}){1,9}){1,9}b", "a repeat ({1,9}) can", id="three in one another"),
    pytest.param(r".*.*.*=", "(*)", id="three without a bound"),
    pytest.param(r"(?=(?:a{0,60}){6}b)key", "({6})", id="in a look-ahead"),
    pytest.param(r"(k)?(?(1)(a+)+b|c)", "a repeat (+) can", id="behind a condition"),
    pytest.param(r"(?:(?:a{0,9}a{0,9}a{0,9}){3}b)+c", "repeat", id="in a loop"),
    pytest.param(r"[\s\S]{0,900}[\s\S]{0,900}[\s\S]{0,900}x", "({0,900})", id="long and bounded"),
    pytest.param(r"(?:aa|ab|ac){1,40}(?:aa|ab){1,40}(?:aa|ac){1,40}(?:aa|ad){1,40}(?:aa|ae){1,40}x", "({1,40})", id="words in common"),
    pytest.param("(?:" + "|".join(f"a{n}" for n in range(700)) + "){2}x", "too large", id="hundreds of words, twice"),
    pytest.param("a" * 70_000, "too large", id="an expression of 70 kB"),
]

# Near the edge: each is taken, and has to be so for a reason.
EDGE = [
    r"a{0,60}a{0,60}a{0,60}b",
    r"(?:[a-z]{1,20}-?){3}1",
    "a?" * 12 + "a" * 12 + "b",
    r"(?:a?){8}a{8}b",
    r"key.*=.*;",
    r"(?:\w+\.)+=",
    r"(?:a|ab)+c",
    r"a{0,30}(?:b?a){0,30}c",
    r"(?:ab?){1,50}c",
    r"(?:a{3}){1,40}a{0,40}b",
    r"(?:a+b?){1}c",
    r"(?:ab|ba){0,200}(?:ab)?c",
    r"[ab]{1,200}a{3}[ab]{1,60}c",
    r"(?=a{0,60}a{0,60}b)ab",
]
TEXTS = [
    "a",
    "b",
    "ab",
    "aab",
    "a-",
    "a.",
    "key=",
    "=",
    "acme = ",
    "aws secret '",
    "://a:a",
    "-----BEGIN A PRIVATE KEY-----",
    "ey" * 9 + ".",
]

JUDGE = """
import re, sys, time
for line in sys.stdin:
    expression, slowest = re.compile(eval(line)), 0.0
    for unit in sys.argv[1:]:
        text = (unit * 4096)[:4096].encode()
        started = time.perf_counter()
        list(expression.finditer(text))
        slowest = max(slowest, time.perf_counter() - started)
    print(f"{slowest:.3f}", flush=True)
"""


def seconds(expressions: list[bytes], limit: float) -> list[float]:
    """How long each takes on the worst of the texts, in a process that is ended when all of them together take too long."""
    lines = "".join(f"{expression!r}\n" for expression in expressions)
    done = subprocess.run((sys.executable, "-c", JUDGE, *TEXTS), input=lines, capture_output=True, text=True, timeout=limit)
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


@pytest.mark.parametrize("expression", TAKEN, ids=range(len(TAKEN)))
def test_a_common_shape_is_taken(expression: str) -> None:
    config = f"[[rules]]\nid = 'a'\nregex = '''{expression}'''\n"
    (rule,) = parse(config.encode(), ".gitleaks.toml", set()).rules
    assert judge(rule.rule.pattern.encode(), rule.reach).problem == ""


@pytest.mark.parametrize("expression", EDGE)
def test_what_is_bounded_is_taken(expression: str) -> None:
    check_linear(expression, "team.toml")


@pytest.mark.parametrize(("expression", "said"), REFUSED)
def test_what_could_take_for_ever_is_refused_at_once(expression: str, said: str) -> None:
    started = time.monotonic()
    with pytest.raises(StopgapError, match="could take for ever on a hostile text") as error:
        check_linear(expression, "team.toml: rule x")
    assert said in str(error.value)
    assert str(error.value).startswith("team.toml: rule x: ")
    assert len(str(error.value)) < 250
    assert time.monotonic() - started < 5


def test_what_is_taken_ends_in_time() -> None:
    """The worst of the edge is a second or so here; a hundred times that would not be bounded."""
    taken = [expression.encode() for expression in EDGE]
    for expression in TAKEN:
        (rule,) = parse(f"[[rules]]\nid = 'a'\nregex = '''{expression}'''\n".encode(), "x", set()).rules
        if rule.reach == WINDOW:
            taken.append(rule.rule.pattern.encode())
    assert len(taken) > 35
    assert max(seconds(taken, 120)) < 30


def test_the_judge_would_see_what_does_not_end() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        seconds([rb"(?:a{0,60}){6}b"], 3)


LARGE = {
    "loops and fixed texts": ("(?:[ab]{0,9}" + "ab" * 32 + ")") * 300,
    "alternatives": "|".join(f"[a-z]{{1,9}}={n}" for n in range(3000)),
    "words in a loop": "(?:" + "|".join(f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrstu") + ")+",
    "repeats in repeats": "(?:a" * 80 + "c" + "){0,2}" * 80,
    "classes": "[a-z0-9]{1,40}" * 1500,
    "what may be absent": "(?:ab)?" * 3000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_expression_is_judged_in_time(name: str) -> None:
    """Where it grew with the square of the expression's size, one of these took minutes."""
    started = time.process_time()
    judge(LARGE[name].encode())
    assert time.process_time() - started < 10


# Rules of ours whose estimate is too high: parts that exclude each other where the estimate does not look. Their real time is measured.
HIGHER = {"curl-user", "oracle-cloud-auth-token", "private-key"}


@by_parts
def test_a_rule_of_ours_is_taken(some: list[rules.Rule]) -> None:
    refused = []
    for rule in some:
        judgement = judge(rule.pattern.encode(), rule.reach + rules.WINDOW - rules.FARTHEST)
        if rule.id in HIGHER:
            assert max(seconds([rule.pattern.encode()], 60)) < 5, rule.id
        elif (judgement.problem, judgement.steps <= STEPS) != ("", True):
            refused.append((rule.id, judgement))
    assert refused == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        pytest.param("acme(?:a{0,60}){6}b", "number 1 ({6}), number 2 ({0,60}) can read the same text", id="repeats"),
        pytest.param("(" * 3000 + "a" + ")" * 3000, "nested too deeply", id="thousands of groups"),
        pytest.param("a{99999999999}", "a repeat of too many", id="a repeat that re cannot count"),
    ],
)
def test_a_team_is_told_which_rule_and_which_part(repo: Repo, pattern: str, said: str) -> None:
    repo.write("stopgap.toml", '[rules]\nextra = ["team.toml"]\n')
    repo.write("team.toml", f'[[rule]]\nid = "acme-key"\ndescription = "d"\nkeywords = ["acme"]\npattern = \'{pattern}\'\n')
    repo.add()
    done = repo.stopgap("scan-diff")
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, len(lines)) == (2, 1)
    assert "team.toml: rule acme-key: " in lines[0]
    assert said in lines[0]
