"""The checklist: its order, its groups, and that no text of a repository becomes markup where it is pasted."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from stopgap.model import Deed, Fact, Finding, Report, Scope
from stopgap.report import render
from stopgap.report.escape import visible
from stopgap.report.inline import code, words

from .report_help import PAGE, file, moment, report, value
from .test_report import HOSTILE, TEXTS


def shown(*findings: Finding, **changes: Any) -> str:
    return render("markdown", report(*findings, **changes))


def lines(text: str, begin: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(begin)]


# ---- what it says


def test_the_order_is_rotate_untrack_rewrite_prove() -> None:
    headings = lines(shown(value(), file()), "## ")
    assert headings == ["## 1. Rotate", "## 2. Untrack", "## 3. Rewrite history, if at all", "## 4. Prove it"]


def test_values_are_grouped_by_who_gives_them_out_the_worst_first() -> None:
    text = shown(
        value("A", state="gone", provider="Anvil"),
        value("B", state="in-use", provider="Zinc", rotate=PAGE, used=("HEAD:deploy/.env",)),
        value("C", state="replaced", rotate="https://tokens.example.net/"),
        value("D", state="gone"),
        value("E", state="in-use", account="rotated", provider="Quartz"),
        value("F", state="replaced", provider="Zinc", rotate=PAGE),
    )
    found = [line for line in text.splitlines() if line.startswith(("### ", "- [ ] `", "Rotate at"))]
    assert [line.split(" in ")[0] for line in found if "stopgap" not in line] == [
        "### Quartz",
        "- [ ] `E`",
        "### Zinc",
        f"Rotate at <{PAGE}>",
        "- [ ] `B`",
        "- [ ] `F`",
        "### tokens.example.net",
        "Rotate at <https://tokens.example.net/>",
        "- [ ] `C`",
        "### Anvil",
        "- [ ] `A`",
        "### Issuer not known",
        "- [ ] `D`",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "**replaced here**; in 14 commits from 2024-02-27 to 2025-10-19, first in `aaaaaaaaaa`; in no tag", id="replaced"),
        pytest.param({"state": "gone", "commits": 1, "last": moment(1000)}, "**no longer here**; in 1 commit of 2024-02-27,", id="gone"),
        pytest.param({"state": "in-use", "used": ("HEAD:.env",)}, "**still in use** (`HEAD:.env`); in 14", id="in use"),
        pytest.param({"state": "in-use", "account": "rotated"}, "**in use, though the ledger says rotated**;", id="not rotated"),
        pytest.param({"what": "a Zinc key"}, "`DB_PASSWORD` (a Zinc key) in `deploy/.env:3`: ", id="what it is"),
        pytest.param(
            {"public": ("refs/tags/v1", "refs/remotes/origin/main", "refs/tags/v2", "refs/tags/v3")},
            "others could have it from `tags/v1`, `origin/main`, `tags/v2` and 1 more",
            id="seen",
        ),
    ],
)
def test_a_value_is_one_box_and_what_to_do(changes: dict[str, Any], said: str) -> None:
    (box,) = lines(shown(value(**changes)), "- [ ] `DB_PASSWORD`")
    assert said in box
    assert lines(shown(value(**changes)), "  - ") == ["  - revoke it"]


@pytest.mark.parametrize("account", ["rotated", "revoked", "accepted", "not-a-secret"])
def test_what_the_ledger_settles_is_ticked_and_asks_for_nothing(account: str) -> None:
    text = shown(value(account=account, severity="note"))
    assert lines(text, "- [x] ")[0].split(": ", 1)[1].startswith(account.replace("-", " "))
    assert lines(text, "  - ") == []


def test_settings_are_listed_by_file_without_boxes() -> None:
    settings = [value(key, path, severity="note") for path in ("b/.env", "a/.env") for key in ("PORT", "HOST")]
    text = shown(*settings)
    assert lines(text, "- `") == ["- `a/.env`: `HOST`, `PORT`", "- `b/.env`: `HOST`, `PORT`"]
    assert "Nothing: no value is left" in text


def test_untrack_names_the_path_that_a_file_has_now() -> None:
    moved = file(".env", "here", Deed("added", moment(900), ".env"), Deed("renamed", moment(300), "deploy/.env"))
    assert lines(shown(moved), "- [ ] `stopgap untrack") == [
        "- [ ] `stopgap untrack deploy/.env`: a config file in 40 commits: an env file"
    ]


@pytest.mark.parametrize("path", ["-rf", "a b/.env", "$(id)/.env", ".env;id", "\u00e9/.env"])
def test_a_path_that_a_shell_could_misread_is_in_no_command(path: str) -> None:
    text = shown(file(path, "here", Deed("added", moment(9), path)))
    assert f"- [ ] {code(path)}: " in text
    assert f"untrack {path}" not in text


def test_what_could_not_be_read_comes_before_the_steps() -> None:
    text = shown(value(), scope=Scope("history", incomplete=(Fact("", "shallow"), Fact("a_/.env", "damaged"))))
    assert lines(text, "## ")[0] == "## Not everything could be read"
    assert "- [ ] shallow\n- [ ] `a_/.env`: damaged\n" in text


def test_a_clean_report_says_what_was_looked_at() -> None:
    assert render("markdown", Report((), Scope("staged", 3, 41, 900, added=True))) == (
        "# No findings\n\nscanned 3 files, 41 added lines. No value is in this list.\n"
    )


def test_verbose_lists_what_was_left_out() -> None:
    skipped = report(scope=Scope("files", 1, skipped=(Fact("logo.png", "binary"),)))
    assert "logo" not in render("markdown", skipped)
    assert render("markdown", skipped, verbose=True).endswith("## Left out by design\n\n- `logo.png`: binary\n")


def test_no_fingerprint_and_no_blob_is_in_it() -> None:
    text = shown(value(), file())
    assert "f1a9c2d4" not in text
    assert "3f3f3f3f" not in text


# ---- what it cannot do: GitHub's own parser is asked


class Read(HTMLParser):
    """The tags, the text, the text of code spans, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.codes: list[str] = []
        self.links: list[str] = []
        self._in_code = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_code = tag == "code"
        if self._in_code:
            self.codes.append("")
        self.links += [value or "" for name, value in attributes if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_code:
            self.codes[-1] += data

    def handle_comment(self, data: str) -> None:
        self.tags.add("!--")


def parsed(markdown: str) -> Read:
    cmarkgfm = pytest.importorskip("cmarkgfm", reason="cmarkgfm, which is GitHub's parser, is not installed")
    found = Read()
    found.feed(cmarkgfm.github_flavored_markdown_to_html(markdown))
    return found


def single(text: str) -> str:
    """With single spaces: more of them are one in HTML."""
    return re.sub(" +", " ", text).strip(" ")


ALL = [
    *TEXTS,
    *(param.values[0] for param in HOSTILE),
    "`",
    "``a`",
    "a``",
    " `` ` ",
    "  ",
    "<b>x</b>",
    "[x](https://evil.example)",
    "@team #12",
]
ALL += [
    "https://evil.example",
    "www.evil.example.",
    "- [x] done",
    "1. one",
    "_a_ *b* ~~c~~",
    "&lt;",
    ":tada:",
    "![i](x)",
    "<!-- c -->",
    "a|b",
]


def test_the_parser_sees_text_as_it_is_shown() -> None:
    for text in ALL:
        found = parsed(f"- [ ] {code(text)}: x")
        assert single(found.codes[0]) == single(visible(text)), ascii(text)
        found = parsed(f"- [ ] {words(text)}")
        assert single(found.text.replace("\n", "")) == single(visible(text)), ascii(text)
        assert found.tags <= {"ul", "li", "input", "code"}, ascii(text)


def test_no_mention_or_reference_stands_outside_of_code() -> None:
    for text in ALL:
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", words(text))
        assert not re.search(r"[@#!%&~$<>*\\`]|://|www\.", outside, re.IGNORECASE), (ascii(text), outside)


def test_a_whole_report_of_hostile_text_has_only_our_markup() -> None:
    findings = [
        *(value(text, text, message=text, fix=text, what=text, provider=text, used=(text,), public=(text,)) for text in ALL if text),
        *(file(text, message=text) for text in ALL),
        *(Finding(text, text, "error", text, text, text, commit=text, preview=text) for text in ALL),
    ]
    found = parsed(shown(*findings, summary=tuple(ALL), scope=Scope("files", incomplete=tuple(Fact(text, text) for text in ALL))))
    assert found.tags <= {"h1", "h2", "h3", "p", "ul", "li", "input", "code", "strong"}
    assert found.links == []


@pytest.mark.parametrize(
    ("page", "links"),
    [
        pytest.param(PAGE, [PAGE], id="https"),
        pytest.param("javascript:alert(1)", [], id="script"),
        pytest.param("http://a.example", [], id="not https"),
        pytest.param("https://a.example/>x<b>", [], id="markup"),
        pytest.param("https://a.example/ x", [], id="space"),
    ],
)
def test_only_a_plain_page_is_a_link(page: str, links: list[str]) -> None:
    assert parsed(shown(value(rotate=page))).links == links
