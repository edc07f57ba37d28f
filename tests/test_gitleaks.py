"""A team's .gitleaks.toml: its rules find what gitleaks finds, and what cannot be kept is an error that names it.

What gitleaks finds was taken from gitleaks 8.30.1 itself, for every row of these tables.
"""

from __future__ import annotations

import re
import time

import pytest
from stopgap.detect import team
from stopgap.detect.backtracking import judge
from stopgap.detect.gitleaks import parse
from stopgap.detect.re2 import check_linear, translate
from stopgap.model import Fragment, StopgapError

WHERE = ".gitleaks.toml"
OURS = {"github-pat", "jwt", "keyed-secret", "keyed-password"}


def rule(regex: str, more: str = "", name: str = "a") -> str:
    return f"[[rules]]\nid = '{name}'\nregex = '''{regex}'''\n{more}\n"


DEFAULT = "[extend]\nuseDefault = true\n"
K = rule("k=([a-z]+)")


def found(config: str, text: str, path: str = "in.txt", commit: str = "") -> list[tuple[str, int, str]]:
    """Rule, line and secret of each finding."""
    data = text.encode()
    fragment = Fragment(path, data, commit=commit)
    rows = team.find(fragment, parse(config.encode(), WHERE, OURS))
    return sorted((one.rule.id, data[: one.start].count(b"\n") + 1, data[one.start : one.end].decode()) for one in rows)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        pytest.param("", "k=abc\n", id="an empty file"),
        pytest.param("title = 'x'\n[extend]\nuseDefault = true\n", "k=abc\n", id="the default rules are not loaded"),
        pytest.param(rule("k=([a-z]+)", "keywords = ['NEEDLE']"), "k=aabb\n", id="no keyword"),
        pytest.param(rule("k=([a-z]+)", "path = '''\\.py$'''"), "k=aabb\n", id="another path"),
        pytest.param(rule("k=([a-z]+)", "entropy = 2.0"), "k=aabb k=abcd\n", id="entropy, which has to be more"),
        pytest.param(rule("k=([a-z]+)", "skipReport = true"), "k=aabb\n", id="skipReport"),
        pytest.param(K + "[rules.allowlist]\nregexes = ['''^ab''']\n", "k=abb\n", id="allowed by the secret"),
        pytest.param(K + "[[rules.allowlists]]\nregexTarget = 'match'\nregexes = ['''^k=ab''']\n", "k=abb\n", id="by the match"),
        pytest.param(K + "[[rules.allowlists]]\nregexTarget = 'line'\nregexes = ['sample']\n", "k=abb sample\n", id="by the line"),
        pytest.param(K + "[[rules.allowlists]]\nstopwords = ['EXAMPLE']\n", "k=myexample\n", id="by a stop word"),
        pytest.param(K + "[[rules.allowlists]]\npaths = ['''in\\.txt$''']\n", "k=myexample\n", id="by the path"),
        pytest.param(K + "[allowlist]\nregexes = ['^my']\n", "k=myexample\n", id="by the file's allowlist"),
        pytest.param(
            K + "[[rules.allowlists]]\ncondition = 'AND'\nstopwords = ['example']\nregexes = ['^my']\n", "k=myexample\n", id="by all of two"
        ),
        pytest.param(K + "[[allowlists]]\ntargetRules = ['a']\nregexes = ['^my']\n", "k=myexample\n", id="by an allowlist for this rule"),
    ],
)
def test_finds_nothing(config: str, text: str) -> None:
    assert found(config, text) == []


@pytest.mark.parametrize(
    ("config", "text", "expected"),
    [
        pytest.param("[[Rules]]\nID = 'a'\nRegex = 'k=(x+)'\n", "k=xx\n", [("a", 1, "xx")], id="case of keys"),
        pytest.param(
            rule("foo(bar)?=(\\w+)"), "foo=one\nfoobar=two\n", [("a", 1, "one"), ("a", 2, "bar")], id="first group that holds something"
        ),
        pytest.param(
            rule("(?P<k>to|se)(?P<v>k)=(\\w+)", "secretGroup = 3"),
            "tok=abc sek=abd\n",
            [("a", 1, "abc"), ("a", 1, "abd")],
            id="secretGroup",
        ),
        pytest.param(rule("(?:(tok)|(sek))=x"), "tok=x sek=x\n", [("a", 1, "sek"), ("a", 1, "tok")], id="group of the other branch"),
        pytest.param(rule("k=[a-z]+"), "k=aabb\n", [("a", 1, "k=aabb")], id="no group"),
        pytest.param(rule("k=([a-z]+)", "entropy = 2.0"), "k=aabb k=abcde\n", [("a", 1, "abcde")], id="entropy"),
        pytest.param(rule("k=([a-z]+)", "keywords = ['NEEDLE']"), "k=aabb\nneedle\n", [("a", 1, "aabb")], id="keyword on another line"),
        pytest.param(rule("k=([a-z]+)", "path = '''\\.txt$'''"), "k=aabb\n", [("a", 1, "aabb")], id="path"),
        pytest.param(rule("k=(x)") + rule("k=(y)"), "k=x k=y\n", [("a", 1, "y")], id="the later of two with one id"),
        pytest.param(
            K + "[[rules.allowlists]]\ncondition = 'AND'\nstopwords = ['example']\nregexes = ['^my']\n",
            "k=anexample\n",
            [("a", 1, "anexample")],
            id="one of two that are all needed",
        ),
        pytest.param(
            K + rule("z=([a-z]+)", name="b") + "[[allowlists]]\ntargetRules = ['b']\nregexes = ['^my']\n",
            "k=myone z=mytwo\n",
            [("a", 1, "myone")],
            id="an allowlist for another rule",
        ),
    ],
)
def test_finds(config: str, text: str, expected: list[tuple[str, int, str]]) -> None:
    assert found(config, text) == expected


@pytest.mark.parametrize(
    ("regex", "text", "values"),
    [
        pytest.param("a(?i)bx|cx", "abx aBX Abx cx CX\n", ["CX", "aBX", "abx", "cx"], id="a flag in the middle holds over |"),
        pytest.param("(?i)tok_(?-i:[a-f]{4})\\b", "TOK_abcd tok_ABCD tok_abcde\n", ["TOK_abcd"], id="a flag switched off"),
        pytest.param("(?i)[^a]=x", "a=x A=x b=x\n", ["b=x"], id="negated class without case"),
        pytest.param("key=(\\w+)$", "key=abc\nkey=def\n", [], id="$ is the end of the text, not before its last newline"),
        pytest.param("key=(\\w+)\\z", "key=abc\nkey=def", ["def"], id="z"),
        pytest.param("(?m)^key=(\\w+)$", "key=abc\nkey=def\nx key=z\n", ["abc", "def"], id="multiline"),
        pytest.param("[[:alpha:]_]+=[[:^space:]]{3,}", "foo_x=a1-b x=yy\n", ["foo_x=a1-b"], id="POSIX classes"),
        pytest.param("\\Qa.b*\\E=(\\d+)", "a.b*=12 axb*=13\n", ["12"], id="quoted"),
        pytest.param("t=[\\w-.]{4}", "t=a-b. t=a+b.\n", ["t=a-b."], id="a dash behind a class"),
        pytest.param("a{,2}b", "a{,2}b aab\n", ["a{,2}b"], id="{,n} is literal"),
        pytest.param("clé=(é+[àb]x)", "clé=éàx clé=ébx cle=ébx\n", ["ébx", "éàx"], id="not ASCII"),
        pytest.param("(?i)CLÉ=(\\w+)", "clé=abc CLÉ=abd\n", ["abc", "abd"], id="not ASCII, without case"),
        pytest.param("[а-я]+=(\\w+)", "ключ=abc КЛЮЧ=abd\n", ["abc"], id="a range that is not ASCII"),
        pytest.param("x(?s:.)y.z", "x\ny.z\n", ["x\ny.z"], id="a dot over lines"),
        pytest.param("x.y", "x\ny x-y\n", ["x-y"], id="a dot on a line"),
        pytest.param("(?U)q=(.+);", "q=a;b;\n", ["a"], id="ungreedy"),
        pytest.param("(?U)q=(.+?);", "q=a;b;\n", ["a;b"], id="ungreedy twice"),
        pytest.param("\\x61\\101\\x{42}=(\\S+)", "aAB=foo\n", ["foo"], id="hexadecimal and octal"),
        pytest.param("k\\s=\\sv", "k\v=\vv k = v\n", ["k = v"], id="no vertical tab in \\s"),
        pytest.param("(?<n>to)k", "tok\n", ["to"], id="a group named the new way"),
    ],
)
def test_an_expression_means_what_it_means_in_go(regex: str, text: str, values: list[str]) -> None:
    assert sorted(value for _, _, value in found(rule(regex), text)) == values


@pytest.mark.parametrize(
    ("regex", "said"),
    [
        pytest.param("\\p{Greek}+", "\\p{Greek}", id="a class of Unicode"),
        pytest.param("\\pL+", "\\p", id="a class of Unicode, short"),
        pytest.param("\\C", "\\C", id="a byte"),
        pytest.param("x(?=y)", "(?=", id="look-ahead"),
        pytest.param("(?<!x)y", "(?<", id="look-behind"),
        pytest.param("(?>x)y", "(?>", id="atomic group"),
        pytest.param("a++", "repeat", id="possessive"),
        pytest.param("a**", "repeat", id="repeat of a repeat"),
        pytest.param("*a", "repeat of nothing", id="repeat of nothing"),
        pytest.param("(a)\\1", "\\1", id="back-reference"),
        pytest.param("a{1001}", "{1001}", id="a repeat that is too large"),
        pytest.param("[[:foo:]]", "[:foo:]", id="unknown class"),
        pytest.param("[^é]", "not ASCII", id="negated class of others"),
        pytest.param("[一-鿿]", "the range", id="thousands of characters"),
        pytest.param("[b-a]", "the range", id="range backwards"),
        pytest.param("(a", "without ')'", id="open group"),
        pytest.param("a)", "without '('", id="closed group"),
        pytest.param("[a", "without ']'", id="open class"),
        pytest.param("(" * 200 + ")" * 200, "nested", id="deep"),
        pytest.param("a\\", "\\", id="a backslash at the end"),
        pytest.param("(a+)+$", "could take for ever", id="repeat in a repeat"),
        pytest.param("(?:a|a)+x", "could take for ever", id="the same twice"),
        pytest.param("(\\w+\\s?)+$", "could take for ever", id="words"),
        pytest.param("(?:a{1,50}){1,50}x", "could take for ever", id="counted repeats"),
        pytest.param("a.*b.*c.*d.*e.*f", "bound them", id="five long repeats on a line"),
    ],
)
def test_an_expression_that_cannot_be_kept_is_an_error(regex: str, said: str) -> None:
    with pytest.raises(StopgapError) as error:
        parse(rule(regex).encode(), WHERE, OURS)
    assert said in str(error.value)
    assert str(error.value).startswith(f"{WHERE}: rule 'a': ")
    assert len(str(error.value)) < 220


# In the manner of gitleaks' own rules, from the formats' documentation.
REALISTIC = [
    r"""(?i)[\w.-]{0,50}?(?:acme)(?:[ \t\w.-]{0,9})[\s'"]{0,3}(?:=|:{1,3}=|:|=>|,)[\x60'"\s=]{0,5}([a-z0-9]{40})(?:[\x60'"\s;]|\\[nr]|$)""",
    r"""\b(ey[a-zA-Z0-9]{17,}\.ey[a-zA-Z0-9/\\_-]{17,}\.(?:[a-zA-Z0-9/\\_-]{10,}={0,2})?)(?:['"\s;]|$)""",
    r"""-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY-----[\s\S]{64,}?-----END""",
    r"""https://hooks\.acme\.com/(?:services|workflows)/[A-Za-z0-9+/]{43,56}""",
    r"""(?:[A-Z2-7]{4} ?){8}""",
    r"""(?:\d{1,3}\.){3}\d{1,3}:(\w+)""",
    r"""[a-z0-9]+(?:-[a-z0-9]+)*\.acme\.io/([a-f0-9]{32})""",
    r"""(?:[\w-]+\.)+example\.org""",
    r"""(?i)aws.*secret.*['"]([0-9a-z/+]{40})['"]""",
    r"""://[^:/\s]+:([^@\s]+)@""",
    r"""(?i)(?:pass|pwd)(?:word|wd)?\s*[:=]\s*["']([^"'\s]{6,})["']""",
    r"""(?:x-(?:[a-z]+-)?)?api-key:\s*(\S+)""",
]


@pytest.mark.parametrize("regex", REALISTIC, ids=range(len(REALISTIC)))
def test_a_realistic_expression_is_taken(regex: str) -> None:
    assert len(parse(rule(regex).encode(), WHERE, OURS).rules) == 1


@pytest.mark.parametrize("regex", REALISTIC, ids=range(len(REALISTIC)))
def test_an_expression_that_is_taken_ends_on_a_hostile_text(regex: str) -> None:
    config = parse(rule(regex).encode(), WHERE, OURS)
    started = time.monotonic()
    for unit in ("a", "aA1-", "0.", "aws secret ", "a.", "://a:", "pass=", "-----BEGIN A PRIVATE KEY-----", "acme = "):
        list(team.find(Fragment("a", (unit * 8192)[:8192].encode()), config))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("regex", "is_slow"),
    [
        pytest.param("(?:a+b)+", False, id="a separator"),
        pytest.param("(?:ab|ac)+", False, id="two words"),
        pytest.param("(?:a|ab)+", False, id="one word begins the other"),
        pytest.param("(?:a{1,3}b)+", False, id="counted, with a separator"),
        pytest.param("(?:ab|a|b)+", True, id="two ways over two words"),
        pytest.param("(?:a*)*", True, id="star of a star"),
        pytest.param("(?:a?b?)*", True, id="both optional"),
        pytest.param("(?:b(?:a*)?)+", True, id="nothing, in two ways"),
        pytest.param("(?:(?:a?)+b)+", True, id="a round of nothing"),
        pytest.param("(?:x(?=(a+)+b)y)", True, id="in a look-ahead"),
    ],
)
def test_judges_what_could_take_for_ever(regex: str, is_slow: bool) -> None:
    assert bool(judge(regex.encode()).problem) == is_slow
    if is_slow:
        with pytest.raises(StopgapError, match="could take for ever"):
            check_linear(regex, WHERE)
    else:
        check_linear(regex, WHERE)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param("[extend]\npath = 'x.toml'\n", "extend.path is not followed", id="extend.path"),
        pytest.param("[extend]\nurl = 'https://example.org'\n", "extend.url is not followed", id="extend.url"),
        pytest.param("[extend]\nuseDefault = true\ndisabledRules = ['acme-key']\n", "no rule 'acme-key'", id="an unknown rule disabled"),
        pytest.param(
            "[extend]\nuseDefault = true\n[[rules]]\nid = 'acme-key'\ntags = ['x']\n", "no rule 'acme-key'", id="an unknown rule changed"
        ),
        pytest.param(
            "[extend]\nuseDefault = true\n[[rules]]\nid = 'jwt'\nentropy = 3.0\n",
            "entropy of a default rule",
            id="a default rule's entropy",
        ),
        pytest.param("[[rules]]\nid = 'jwt'\n", "regex or path is required", id="no expression"),
        pytest.param("[[rules]]\nregex = 'x'\n", "rule 1: id is required", id="no id"),
        pytest.param(rule("x", "[[rules.required]]\nid = 'b'"), "composite rules", id="composite"),
        pytest.param(rule("x", "secretGroup = 2"), "no such group", id="secretGroup"),
        pytest.param(rule("x", "entropy = 'high'"), "entropy is a number", id="entropy"),
        pytest.param(rule("x", "keywords = 'x'"), "keywords is a list", id="keywords"),
        pytest.param(rule("x", "[rules.allowlist]"), "names no commits", id="empty allowlist"),
        pytest.param(rule("x", "[rules.allowlist]\nregexTarget = 'file'\nregexes = ['x']"), "regexTarget one of", id="regexTarget"),
        pytest.param(rule("x", "[rules.allowlist]\nregexes = ['(?=x)']"), "(?=", id="allowlist's expression"),
        pytest.param("[[allowlists]]\ntargetRules = ['zz']\nregexes = ['x']\n", "no rule 'zz'", id="target rule"),
        pytest.param("[[rules]\n", ":1:", id="not TOML"),
        pytest.param("rules = 3\n", "rules is a list", id="rules of another kind"),
    ],
)
def test_a_file_that_cannot_be_kept_is_an_error(config: str, said: str) -> None:
    with pytest.raises(StopgapError) as error:
        parse(config.encode(), WHERE, OURS)
    assert said in str(error.value)
    assert str(error.value).startswith(WHERE)
    assert "\n" not in str(error.value)


def test_default_rules_that_we_have_are_disabled_or_get_allowlists() -> None:
    config = """
[extend]
useDefault = true
disabledRules = ["generic-api-key", "github-pat"]
[[rules]]
id = "jwt"
description = "ours"
[[rules.allowlists]]
stopwords = ["sample"]
"""
    read = parse(config.encode(), WHERE, OURS)
    assert read.disabled == ("keyed-secret", "keyed-password", "github-pat")
    data = b"x sample-token y\n"
    assert team.hidden(read.filters["jwt"], Fragment("a", data), (2, 14), (2, 14))
    assert not team.hidden(read.filters["jwt"], Fragment("a", data), (9, 14), (9, 14))


def test_a_commit_is_allowed_by_its_name() -> None:
    config = K + "[rules.allowlist]\ncommits = ['abc123']\n"
    assert found(config, "k=xx\n", commit="abc123") == []
    assert len(found(config, "k=xx\n", commit="abc124")) == 1


def test_a_rule_on_names_alone_is_about_the_file() -> None:
    config = parse(b"[[rules]]\nid = 'keystore'\npath = '''\\.jks$'''\n[allowlist]\npaths = ['''^test/''']\n", WHERE, OURS)
    assert [one.id for one in team.named("a/b.jks", config)] == ["keystore"]
    assert not list(team.named("a/b.txt", config))
    assert not list(team.named("test/b.jks", config))
    assert not list(team.find(Fragment("a/b.jks", b"x\n"), config))


@pytest.mark.parametrize("before", [0, 2000, 2040, 4090, 10_000])
def test_a_match_is_found_once_wherever_it_stands(before: int) -> None:
    text = "x" * before + " key=" + "a" * 300 + " " + "x" * 9000
    assert found(rule("key=(a{300})"), text) == [("a", 1, "a" * 300)]


def test_a_translated_expression_is_ascii_and_compiles() -> None:
    for regex in REALISTIC:
        assert re.compile(translate(regex, WHERE).encode("ascii"))


def test_errors_quote_no_allowlist() -> None:
    secret = "hunter2" * 3
    for config in (rule("x", f"[rules.allowlist]\nregexes = ['{secret}(?=x)']"), f"[allowlist]\nregexes = ['{secret}"):
        with pytest.raises(StopgapError) as error:
            parse(config.encode(), WHERE, OURS)
        assert secret not in str(error.value)
