"""The papers say what is so: links, ids, commands, options, settings and tables are compared with the code."""

from __future__ import annotations

import ast
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from stopgap import cli, config, store_
from stopgap.config import TABLES, TOP, Config
from stopgap.detect import rules
from stopgap.detect.engine import Detector
from stopgap.detect.examples import ALPHABETS
from stopgap.detect.rules import OWN_FIELDS
from stopgap.model import Fragment
from stopgap.report import FORMATS

from . import forked
from .test_imports import ALLOWED

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "hooks/stopgap"
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted(PROJECT.glob("docs/*.md"))]
NAMES = [page.relative_to(PROJECT).as_posix() for page in PAGES]
TEXTS = {name: page.read_text("utf-8") for name, page in zip(NAMES, PAGES, strict=True)}
HOOKS = [hook["id"] for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_bytes())]
COMMANDS = [name for name, _, _ in cli.COMMANDS]
# options in our pages that are other programs': git's and the clients'
FOREIGN = {"--all-files", "--amend"}


# ---- links


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-")


def headings(text: str) -> set[str]:
    return {slug(found) for found in re.findall(r"^#+ (.+)$", without_blocks(text), re.MULTILINE)}


def without_blocks(text: str) -> str:
    """The text without its code blocks, whose lines may begin with `#`."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    """The targets of the links that lead to a file or a heading of the project."""
    found = re.findall(r"\]\(([^)\s]+)\)", without_blocks(text))
    return [target for target in found if not re.match(r"[a-z]+://", target)]


def broken(name: str, text: str) -> list[str]:
    """The links that lead nowhere."""
    wrong = []
    for target in links(text):
        path, _, anchor = target.partition("#")
        page = (PROJECT / name).parent / path if path else PROJECT / name
        there = page.is_file() and page.resolve().is_relative_to(PROJECT)
        if not there or (anchor and anchor not in headings(page.read_text("utf-8"))):
            wrong.append(target)
    return wrong


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    assert broken(name, TEXTS[name]) == []


@pytest.mark.parametrize("target", ["docs/nothing.md", "docs/allowing.md#nothing", "#nothing", "../outside.md"])
def test_a_broken_link_is_seen(target: str) -> None:
    assert broken("README.md", f"[x]({target})") == [target]


def test_the_readme_leads_to_every_page() -> None:
    assert {Path(target.partition("#")[0]).name for target in links(TEXTS["README.md"])} >= {
        page.name for page in PROJECT.glob("docs/*.md")
    }


# ---- ids, commands, options


@pytest.mark.parametrize("id", HOOKS)
def test_a_hook_has_a_page_and_a_row(id: str) -> None:
    assert re.search(rf"^\| `{id}` \|.*\(docs/{id}\.md\)", TEXTS["README.md"], re.MULTILINE)
    assert f"- id: {id}\n" in TEXTS[f"docs/{id}.md"]
    assert f"`{id}`" in TEXTS["CHANGELOG.md"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_readme(command: str) -> None:
    assert (f"`{command}`" if command in HOOKS else f"`stopgap {command}`") in TEXTS["README.md"]


@cache
def options(command: str) -> frozenset[str]:
    """What `stopgap COMMAND --help` knows, and that of its own commands."""
    found: set[str] = set()
    for inner in ((name,) for name, _, _ in store_.COMMANDS) if command == "store" else ((),):
        done = forked.run((command, *inner, "--help"), Path(), os.environ)
        done.check_returncode()
        found.update(re.findall(r"(?<![\w-])--[a-z][a-z-]*", done.stdout.decode()))
    return frozenset(found)


def calls(text: str) -> list[tuple[str, str]]:
    """Each option behind each command of ours that the text spells out, with that command."""
    found = re.findall(r"\bstopgap ([a-z-]+)((?: +[^\s`|;&#)]+)*)", text)
    return [(command, word) for command, rest in found for word in re.findall(r"(?<!\S)--[a-z-]+", rest) if command in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_an_option_behind_a_command_exists(name: str) -> None:
    assert [(command, option) for command, option in calls(TEXTS[name]) if option not in options(command)] == []


def test_a_wrong_option_would_be_seen() -> None:
    assert calls("`stopgap check --nothing x` and `stopgap scan-diff a b --worktree; git commit --amend`") == [
        ("check", "--nothing"),
        ("scan-diff", "--worktree"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_a_page_names_exists(name: str) -> None:
    """In a hook's own page the hook has it; elsewhere, and in the page of all together, some command of ours has."""
    command = Path(name).stem
    known = options(command) if command in COMMANDS else frozenset[str]().union(*map(options, COMMANDS))
    named = set(re.findall(r"`(--[a-z][a-z-]*)", without_blocks(TEXTS[name])))
    assert named - known - FOREIGN == set()


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_described(format: str) -> None:
    assert f"\n## {format}\n" in TEXTS["docs/reports.md"]


def test_the_exit_codes_are_those_of_the_command() -> None:
    codes = (cli.CLEAN, cli.FOUND, cli.UNCHECKED, cli.CRASHED, cli.INTERRUPTED)
    for name in ("README.md", "docs/architecture.md"):
        said = re.search(r"0 clean;[^.]*interrupted", TEXTS[name].replace("\n", " "))
        assert said is not None
        assert tuple(map(int, re.findall(r"(?:^|; )(\d+) ", said[0]))) == codes


# ---- settings


def keys() -> dict[str, str]:
    """Every setting as it is written, with its field."""
    inner = {f"{table}.{key}": field for table, fields in TABLES.items() for key, field in fields.items()}
    return {**TOP, **inner}


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of the table under a header row."""
    table = TEXTS[page].split(f"{head}\n", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[1:]]


SETTINGS = rows("docs/configuration.md", "| key | type | default | example |")


def test_the_page_has_every_setting() -> None:
    assert [row[0].strip("`") for row in SETTINGS] == list(keys())


def value(cell: str) -> Any:
    return tomli.loads(f"x = {cell.strip('`')}")["x"]


def type_of(field: str) -> str:
    """The type as the page says it, without what the items are."""
    default = Config._field_defaults[field]
    if isinstance(default, bool):
        return "boolean"
    if isinstance(default, tuple):
        return "list of globs" if field in config.GLOBS else "list of"
    quoted = [f'`"{choice}"`' for choice in config.CHOICES[field]]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row[0].strip("`"))
def test_a_setting_is_as_the_page_says(row: list[str]) -> None:
    key, kind, default, example = row
    field = keys()[key.strip("`")]
    assert kind.startswith(type_of(field))
    stands = Config._field_defaults[field]
    assert value(default) == (list(stands) if isinstance(stands, tuple) else stands)
    table, _, name = key.strip("`").rpartition(".")
    set_to = value(example)
    parsed = config.parse({table: {name: set_to}} if table else {name: set_to}, "the page")
    assert getattr(parsed, field) == (tuple(set_to) if isinstance(set_to, list) else set_to) != stands
    assert f"\n**{key}**: " in TEXTS["docs/configuration.md"]


def test_the_file_of_the_page_sets_all_of_them() -> None:
    block = re.search(r"```toml\n(.*?)```", TEXTS["docs/configuration.md"], re.DOTALL)
    assert block is not None
    parsed = config.parse(tomli.loads(block[1]), "the page")
    shown = {keys()[row[0].strip("`")]: value(row[3]) for row in SETTINGS}
    assert {field: list(got) if isinstance(got := getattr(parsed, field), tuple) else got for field in shown} == shown


def tables(text: str) -> list[str]:
    return [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[[" not in block]


@pytest.mark.parametrize("name", [name for name in NAMES if tables(TEXTS[name])])
def test_settings_to_paste_are_read(name: str) -> None:
    for block in tables(TEXTS[name]):
        table = tomli.loads(block)
        table = table.get("tool", {}).get("stopgap", table)
        assert config.parse(table, name) != Config(source=name)


# ---- rules


def test_the_fields_of_a_rule() -> None:
    named = [name for row in rows("docs/rules.md", "| field | what it is |") for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == sorted(OWN_FIELDS)


def test_the_generators_of_examples() -> None:
    section = TEXTS["docs/rules.md"].split("Examples are templates", 1)[1].split("```", 1)[0]
    assert {name for name in ALPHABETS if f"`{name}`" in section or f"`<{name}:" in section} == set(ALPHABETS)


def test_the_rule_of_the_page_finds_its_examples() -> None:
    block = re.search(r"```toml\n# team-rules.toml\n(.*?)```", TEXTS["docs/rules.md"], re.DOTALL)
    assert block is not None
    from stopgap.rules import problems

    (rule,) = rules.parse(tomli.loads(block[1]), "the page")
    assert (problems(rule), len(rule.matches), len(rule.clean)) == ([], 1, 1)


def reported_by_doctor() -> set[str]:
    """The ids in the calls of `Line(...)` that say something other than ok."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Line" and len(node.args) > 2:
                state, about = node.args[:2]
                if (
                    isinstance(about, ast.Constant)
                    and isinstance(about.value, str)
                    and not (isinstance(state, ast.Constant) and state.value == "ok")
                ):
                    found.add(f"doctor-{about.value}")
    return found


def test_the_page_has_every_id_of_doctor() -> None:
    said = re.findall(r"^\| `(doctor-[a-z-]+)` \|", TEXTS["docs/rules.md"], re.MULTILINE)
    assert said == sorted(reported_by_doctor())
    assert [id for id in said if id not in TEXTS["docs/doctor.md"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_holds_what_looks_like_a_token(name: str) -> None:
    found = Detector(rules.load()).scan(Fragment(name, TEXTS[name].encode()))
    assert [(match.line, match.rule) for match in found if match.confidence != "low"] == []


# ---- architecture


def test_the_arrows_are_those_of_the_test() -> None:
    said = {}
    for who, may in rows("docs/architecture.md", "| who | may import |"):
        said.update({name: set(re.findall(r"`(\w+)`", may)) for name in re.findall(r"`(\w+)`", who)})
    held = {who: may - {who, ""} for who, may in ALLOWED.items() if not who.startswith("__")}
    assert said == held


def test_the_page_names_every_folder_and_module() -> None:
    found = {f"`{path.name}/`" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    found |= {f"`{path.name}`" for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert {name for name in found if name not in TEXTS["docs/architecture.md"]} == set()


def test_the_page_names_every_dependency() -> None:
    project = tomli.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    required = {re.split(r"[>=;\[\s]", line)[0] for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])}
    cells = [row[0] for row in rows("docs/architecture.md", "| package | why |")]
    assert {name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)} == required


def test_the_files_that_pages_name_are_there() -> None:
    for name in re.findall(r"`((?:detect|gather|checks|git|report|fix|tests)/[\w./]+\.\w+)`", TEXTS["docs/architecture.md"]):
        assert (PACKAGE / name).is_file() or (PROJECT / name).is_file(), name


def test_the_next_version_comes_first() -> None:
    sections = re.findall(r"^## (.+)$", TEXTS["CHANGELOG.md"], re.MULTILINE)
    assert sections[0] == "Unreleased"
