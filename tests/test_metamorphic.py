"""What does not change a secret does not change its finding: quotes, spacing, line ends, encoding, the key's case, place, neighbours.
What makes it a placeholder or a reference takes the finding away. Over every rule's examples, and keyed values in many syntaxes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache

import pytest
from stopgap.detect.engine import Detector
from stopgap.detect.examples import expand
from stopgap.detect.rules import Rule
from stopgap.detect.text import decoder
from stopgap.model import Fragment

from .test_rules import RULES, secrets
from .tokens import PASSWORD

DETECTOR = Detector(RULES)
CODE = "".join(f"value_{n} = compute(value_{n - 1}, {n})\n" for n in range(1, 300))
FAR = 5 << 20


def found(text: str | bytes, path: str = "src/example.txt") -> set[str]:
    """The ids of the rules that report something in a file with this content."""
    raw = text.encode() if isinstance(text, str) else text
    data = decoder(raw)(raw)
    assert data is not None, "taken for a binary"
    return {match.rule for match in DETECTOR.scan(Fragment(path, data)) if match.confidence != "low"}


# ---- rules


@cache
def example(rule: Rule) -> str:
    """The rule's first example."""
    return expand(rule.matches[0])


@cache
def expected(rule: Rule) -> frozenset[str]:
    """What is reported in the rule's first example: the rule, or a more telling one."""
    return frozenset(found(example(rule)))


Change = Callable[[str], str | bytes]

SAME: dict[str, Change] = {
    "CRLF": lambda text: re.sub(r"\r?\n", "\r\n", text),
    "no newline at the end": lambda text: text.rstrip("\n"),
    "many newlines at the end": lambda text: text + "\n" * 50,
    "the second line": lambda text: "\n" + text,
    "far down": lambda text: CODE + text,
    "far above": lambda text: text + "\n" + CODE,
    "after a comment": lambda text: "# what follows is read by the loader\n" + text,
    "before a comment": lambda text: text + "\n# what stands above is read by the loader\n",
    "a byte order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 LE": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 LE without a mark": lambda text: (CODE + text).encode("utf-16-le"),
    "UTF-16 BE without a mark": lambda text: (CODE + text).encode("utf-16-be"),
    "letters beyond ASCII above": lambda text: "# Schlüssel für den Dienst – 鍵\n" + text,
    "bytes that are no UTF-8 above": lambda text: b"# caf\xe9 \xff\n" + text.encode(),
    "behind a form feed": lambda text: "\x0c\n" + text,
}


@pytest.mark.parametrize("change", SAME)
def test_a_rules_finding_stays(change: str) -> None:
    lost = [rule.id for rule in RULES if not expected(rule) <= found(SAME[change](example(rule)))]
    assert lost == []


def test_a_rules_finding_stays_after_five_megabytes() -> None:
    text = CODE * (FAR // len(CODE) + 1)
    lines = text.count("\n")
    lost = []
    for start in range(0, len(RULES), 64):
        some = RULES[start : start + 64]
        behind = "\n".join(example(rule) + "\n" + "x = 1\n" * 3 for rule in some)
        matches = DETECTOR.scan(Fragment("src/example.txt", (text if start == 0 else "").encode() + behind.encode()))
        assert start or all(match.line > lines for match in matches)
        near = {match.rule for match in DETECTOR.scan(Fragment("src/example.txt", behind.encode()))}
        lost += sorted(near - {match.rule for match in matches})
    assert lost == []


WRAPPED = {
    "double quotes": 'value = "{}"\n',
    "single quotes": "value = '{}'\n",
    "backticks": "const value = `{}`\n",
    "bare": "value={}\n",
    "alone": "{}",
    "YAML": "value: {}\n",
    "a list": "- {}\n",
    "an element": "<value>{}</value>\n",
    "an attribute": '<a value="{}"/>\n',
    "an argument": 'connect(1, "{}", 2)\n',
    "brackets": "[{}]\n",
    "prose": "The value is ({}), do not tell.\n",
    "a query": "https://host.internal/a?value={}&b=c\n",
    "escaped quotes": 'text = "{{\\"value\\": \\"{}\\"}}"\n',
    "a table": "| value | {} |\n",
    "a shell's argument": "run --value {} --verbose\n",
    "a comment": "x = 1  # {}\n",
    "much indented": " " * 200 + "value = '{}'\n",
}


@cache
def alone(rule: Rule) -> str:
    """The rule's secret where it is reported in prose, too, with nothing around it that names it or quotes it; else ""."""
    values = secrets(rule, example(rule).encode())
    text = values[0].decode() if values else ""
    return text if "\n" not in text and rule.id in found(f"Look at {text} here.\n") else ""


def test_most_rules_need_nothing_around_their_token() -> None:
    assert sum(alone(rule) != "" for rule in RULES) > len(RULES) / 3


@pytest.mark.parametrize("case", WRAPPED)
def test_a_token_is_found_in_whatever_stands_around_it(case: str) -> None:
    lost = [rule.id for rule in RULES if alone(rule) and not found(WRAPPED[case].format(alone(rule)))]
    assert lost == []


GONE = {
    "a placeholder": "<your-token>",
    "a word in capitals": "YOUR_TOKEN_HERE",
    "a mask": "xxxxxxxxxxxxxxxx",
    "stars": "****************",
    "a variable of the shell": "${TOKEN}",
    "a variable of a template": "{{ token }}",
    "a secret of GitHub Actions": "${{ secrets.TOKEN }}",
    "nothing": "",
    "changeme": "changeme",
    "cut": "...",
}


@pytest.mark.parametrize("case", GONE)
def test_a_rules_finding_goes(case: str) -> None:
    """With the secrets of its example replaced, a rule reports nothing, and no other reports what stands in their place."""
    left = []
    for rule in RULES:
        text, places = without_secrets(rule, GONE[case])
        for match in DETECTOR.scan(Fragment("src/example.txt", text)):
            if match.confidence != "low" and (match.rule == rule.id or (match.line, match.column) in places):
                left.append((rule.id, match.rule))
    assert left == []


def without_secrets(rule: Rule, instead: str) -> tuple[bytes, set[tuple[int, int]]]:
    """The rule's example with another text in place of each secret, and the lines and columns in which these stand."""
    parts = [example(rule).encode()]
    for value in sorted(secrets(rule, parts[0]), key=len, reverse=True):
        parts = [piece for part in parts for piece in part.split(value)]
    before = [instead.encode().join(parts[:number]) for number in range(1, len(parts))]
    return instead.encode().join(parts), {place(text) for text in before}


def place(before: bytes) -> tuple[int, int]:
    """The line and the column behind a text."""
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")


# ---- keyed values

SYNTAXES = {
    "Python": ("app.py", '{key} = "{value}"\n'),
    "Python, a type": ("app.py", 'class A:\n    {key}: str = "{value}"\n'),
    "Python, an argument": ("app.py", 'connect(host, {key}="{value}")\n'),
    "Python, a dictionary": ("app.py", 'settings = {{"{key}": "{value}"}}\n'),
    "Python, an item": ("app.py", 'config["{key}"] = "{value}"\n'),
    "JavaScript": ("app.js", 'const {key} = "{value}";\n'),
    "JavaScript, a property": ("app.js", 'module.exports = {{\n  {key}: "{value}",\n}}\n'),
    "TypeScript": ("app.ts", 'let {key}: string = "{value}";\n'),
    "Go": ("main.go", '{key} := "{value}"\n'),
    "Java": ("App.java", 'private static final String {key} = "{value}";\n'),
    "C#": ("App.cs", 'public string {key} = "{value}";\n'),
    "Ruby": ("app.rb", '{{ :{key} => "{value}" }}\n'),
    "PHP": ("app.php", "$config = ['{key}' => '{value}'];\n"),
    "PHP, define": ("app.php", "define('{key}', '{value}');\n"),
    "Rust": ("main.rs", 'let {key} = "{value}";\n'),
    "Swift": ("App.swift", 'let {key} = "{value}"\n'),
    "Kotlin": ("App.kt", 'val {key} = "{value}"\n'),
    "JSON": ("config.json", '{{"host": "db", "{key}": "{value}"}}\n'),
    "YAML": ("config.yml", "host: db\n{key}: {value}\n"),
    "YAML in quotes": ("config.yml", 'host: db\n{key}: "{value}"\n'),
    "INI": ("settings.ini", "[db]\n{key} = {value}\n"),
    "properties": ("app.properties", "{key}={value}\n"),
    "TOML": ("config.toml", '{key} = "{value}"\n'),
    "dotenv": (".env", "{key}={value}\n"),
    "shell": ("run.sh", "export {key}={value}\n"),
    "shell in quotes": ("run.sh", "export {key}='{value}'\n"),
    "PowerShell": ("run.ps1", '${key} = "{value}"\n'),
    "Dockerfile": ("Dockerfile", "FROM a\nENV {key}={value}\n"),
    "Dockerfile, a blank": ("Dockerfile", "FROM a\nENV {key} {value}\n"),
    "Terraform": ("main.tf", 'resource "a" "b" {{\n  {key} = "{value}"\n}}\n'),
    "XML, an element": ("config.xml", "<a><{key}>{value}</{key}></a>\n"),
    "XML, an attribute": ("config.xml", '<a {key}="{value}"/>\n'),
    "XML, a setting": ("web.config", '<add key="{key}" value="{value}" />\n'),
    "SQL": ("users.sql", "ALTER USER app IDENTIFIED BY '{value}';\n"),
}
KEYS = ("db_password", "DB_PASSWORD", "dbPassword", "DbPassword")
TOKEN = expand("<lower:32> ").strip()


def keyed(syntax: str, key: str = "db_password", value: str = PASSWORD) -> tuple[str, str]:
    """A file's name and its content."""
    path, text = SYNTAXES[syntax]
    return path, text.format(key=key, value=value)


def reported(content: str | bytes, path: str) -> bool:
    return bool(found(content, path))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_keyed_value_whatever_the_keys_case(syntax: str) -> None:
    path = SYNTAXES[syntax][0]
    assert [key for key in KEYS if not reported(keyed(syntax, key)[1], path)] == []


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_another_key_with_another_value(syntax: str) -> None:
    path = SYNTAXES[syntax][0]
    assert [key for key in ("api_key", "API_KEY", "clientSecret") if not reported(keyed(syntax, key, TOKEN)[1], path)] == []


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_keyed_value_stays(syntax: str) -> None:
    path, text = keyed(syntax)
    assert [change for change in SAME if not reported(SAME[change](text), path)] == []


QUOTES = {"single": "'", "double": '"'}
SPACES = {
    "no blanks": lambda text: re.sub(r" ?(:=|=>|=|:) ?(?=[\"'])", r"\1", text),
    "more blanks": lambda text: re.sub(r" ?(:=|=>|=|:) ?(?=[\"'])", r"   \1   ", text),
    "tabs": lambda text: re.sub(r" ?(:=|=>|=|:) ?(?=[\"'])", "\t\\1\t", text),
}
QUOTED = [
    syntax
    for syntax, (_, text) in SYNTAXES.items()
    if re.search(r"[\"']\{value\}[\"']", text) and not syntax.startswith(("XML", "SQL", "sh"))
]


@pytest.mark.parametrize("syntax", QUOTED)
@pytest.mark.parametrize("spacing", SPACES)
def test_a_keyed_value_whatever_the_spacing(syntax: str, spacing: str) -> None:
    path, text = keyed(syntax)
    assert reported(SPACES[spacing](text), path)


@pytest.mark.parametrize(
    "syntax", [syntax for syntax in QUOTED if syntax not in ("JSON", "TOML", "Terraform", "Go", "Java", "C#", "Rust", "Swift", "Kotlin")]
)
def test_a_keyed_value_whatever_the_quotes(syntax: str) -> None:
    path, text = keyed(syntax)
    assert reported(text.replace('"', "'"), path)
    assert reported(text.replace("'", '"'), path)


NEIGHBOURS = {
    "a user above": "user = app\n{}",
    "a placeholder above": 'password = "changeme"\n{}',
    "a placeholder below": '{}password = "changeme"\n',
    "a reference above": "password = ${{PASSWORD}}\n{}",
    "a blank line around": "\n\n{}\n\n",
    "a comment that says example": "# see the example in the docs\n{}",
    "a secret above": "client_secret = '" + TOKEN + "'\n{}",
    "indented": "    {}",
}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_keyed_value_whatever_its_neighbours(syntax: str) -> None:
    path, text = keyed(syntax)
    lost = []
    for name, around in NEIGHBOURS.items():
        content = around.format(text)
        lines = range(content.index(text[: text.index(PASSWORD)]), content.index(PASSWORD) + 1)
        line = content.count("\n", 0, lines[-1]) + 1
        if not any(match.line == line and match.confidence != "low" for match in DETECTOR.scan(Fragment(path, content.encode()))):
            lost.append(name)
    assert lost == []


NO_SECRETS = [
    *GONE.values(),
    "os.environ",
    "none",
    "null",
    "true",
    "example",
    "/run/secrets/db",
    "sha256",
    "db_password",
    "8080",
    "2031-01-31",
]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_keyed_value_goes(syntax: str) -> None:
    path = SYNTAXES[syntax][0]
    values = GONE.values() if syntax == "dotenv" else NO_SECRETS  # a weak password of an env file is one
    assert [value for value in values if reported(keyed(syntax, value=value)[1], path)] == []


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_key_that_promises_nothing(syntax: str) -> None:
    """Nor has IDENTIFIED BY a key, or an env file a key that counts."""
    path, text = keyed(syntax, "author")
    assert reported(text, path) == (syntax in ("SQL", "dotenv"))
