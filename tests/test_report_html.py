"""What the HTML report holds: lives, their places on the time line, the policy. What a browser makes of it: test_report_page.py."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import tomli
from stopgap.model import Deed, Fact, Finding, Moment, Report, Scope
from stopgap.report import html, lives, render
from stopgap.report.escape import visible
from stopgap.report.scale import BREADTHS, DAY, LETTER, Scale, scale

from .audit_help import Dated
from .conftest import Repo
from .report_help import NOW, file, many, moment, report, value
from .test_report import HOSTILE, TEXTS, page_data
from .tokens import GITHUB, PASSWORD

PROJECT = Path(__file__).parent.parent
PASSWORD_2 = PASSWORD[::-1]


def shown(*findings: Finding, **changes: Any) -> Any:
    return page_data(html.page(report(*findings, **changes), NOW))


def row(finding: Finding, *others: Finding) -> Any:
    return next(row for row in shown(finding, *others)["rows"] if row["kind"] == "value")


# ---- lives


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        pytest.param(value(state="in-use"), "in-use", id="in use"),
        pytest.param(value(state="replaced"), "replaced", id="replaced"),
        pytest.param(value(state="gone"), "gone", id="gone"),
        pytest.param(value(state="unheard of"), "gone", id="a state to come"),
        pytest.param(value(state="in-use", account="rotated"), "not-rotated", id="rotated and in use"),
        pytest.param(value(state="in-use", account="revoked"), "not-rotated", id="revoked and in use"),
        pytest.param(value(state="in-use", account="accepted", severity="note"), "settled", id="accepted and in use"),
        pytest.param(value(state="gone", account="rotated", severity="note"), "settled", id="rotated"),
        pytest.param(value(state="in-use", severity="note"), "setting", id="a setting"),
        pytest.param(file(), "here", id="file"),
        pytest.param(file(state="gone"), "left", id="file that is gone"),
        pytest.param(Finding("c", "r", "warning", "p", "m"), "warning", id="no history"),
    ],
)
def test_state(finding: Finding, state: str) -> None:
    assert lives.state(finding) == state


CHANGED, REMOVED = Deed("changed", moment(390, "d"), "deploy/.env"), Deed("removed", moment(100, "e"), "deploy/.env")
RENAMED = Deed("renamed", moment(395, "f"), "deploy/.env")


@pytest.mark.parametrize(
    ("changes", "events", "end"),
    [
        pytest.param({}, (CHANGED,), CHANGED, id="the next change of its file"),
        pytest.param({}, (RENAMED, CHANGED, REMOVED), CHANGED, id="a new name changes no value"),
        pytest.param({"last": moment(200)}, (CHANGED, REMOVED), REMOVED, id="a change before does not count"),
        pytest.param({"last": moment(50)}, (CHANGED, REMOVED), Deed("changed", moment(50)), id="nothing is known but the last commit"),
        pytest.param({"state": "gone"}, (), Deed("removed", moment(400, "b")), id="no file"),
        pytest.param({"state": "in-use"}, (CHANGED,), None, id="in use"),
    ],
)
def test_a_life_ends_where_its_file_was_changed(changes: dict[str, Any], events: tuple[Deed, ...], end: Deed | None) -> None:
    told = lives.deeds([file("deploy/.env", "gone", *events)] if events else [])
    assert lives.end(value(**changes), told) == end


def test_a_file_under_another_name_is_the_same_file() -> None:
    moved = file(".env", "here", Deed("added", moment(1000), ".env"), Deed("renamed", moment(500), "deploy/.env"), CHANGED)
    assert row(value(path="deploy/.env"), moved)["end"] == CHANGED.moment.day
    assert row(value(path=".env"), moved)["end"] == CHANGED.moment.day


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "less than a day"),
        (1, "1 day"),
        (29, "29 days"),
        (30, "1 month"),
        (364, "11 months"),
        (365, "1 year"),
        (800, "2 years 2 months"),
    ],
)
def test_lasted(days: int, said: str) -> None:
    assert lives.lasted(Moment("", NOW), NOW + days * DAY) == said


@pytest.mark.parametrize("last", [NOW - 1, NOW + 101 * 365 * DAY])
def test_what_cannot_be_true_is_unknown(last: int) -> None:
    assert lives.lasted(Moment("", NOW), last) == "unknown"


# ---- the time line


def test_the_scale_begins_before_the_first_and_ends_today() -> None:
    line = scale([value().history, value(first=moment(50)).history], NOW)  # type: ignore[list-item]
    assert 0 < line.place(NOW - 1000 * DAY) < 0.03 < line.place(NOW - 50 * DAY) < 1 == line.place(NOW)


TIMES = [-(1 << 62), -1, 0, NOW + DAY, 1 << 62]


@pytest.mark.parametrize("time", TIMES)
def test_a_date_that_cannot_be_true_stands_at_the_edge(time: int) -> None:
    found = row(value(first=Moment("a", time), last=Moment("b", time)))
    assert found["bar"] in ([0, 0, 0], [1, 1, 1])
    assert len(json.dumps(shown(value(first=Moment("a", time), last=Moment("b", time)))["years"])) < 2000


def test_what_has_no_date_is_not_of_1970() -> None:
    nowhere = Moment("a" * 40, 0)
    one = value(first=nowhere, last=nowhere)
    found = row(one)
    assert (found["first"][0], found["last"][0], found["end"], found["lasted"]) == ("no date", "no date", "no date", "unknown")
    assert shown(one)["years"] == []
    assert "1970" not in html.page(report(one), NOW) + render("markdown", report(one))


def test_with_no_date_that_can_be_true_there_is_a_scale() -> None:
    assert scale([], NOW).place(NOW) == 1
    assert scale([value(first=Moment("a", 0)).history], NOW).place(0) == 0  # type: ignore[list-item]


@pytest.mark.parametrize("days", [60, 200, 700, 1100, 2000, 5000, 13000])
def test_labels_are_few_and_in_order(days: int) -> None:
    ticks = list(Scale(NOW - days * DAY, NOW).ticks())
    assert 2 <= len(ticks) <= 9
    assert ticks == sorted(ticks)
    assert len({label for _, label in ticks}) == len(ticks)


@pytest.mark.parametrize("days", [60, 90, 125, 200, 400, 700, 1100, 2000, 5000, 13000])
def test_what_a_breadth_shows_has_room(days: int) -> None:
    """A letter is at most LETTER broad; a browser measures it in test_report_page.py."""
    ticks = Scale(NOW - days * DAY, NOW).marked()
    for number, breadth in enumerate(BREADTHS):
        shown = [tick for tick in ticks if tick.breadth is not None and tick.breadth <= number]
        assert all((two.place - one.place) * breadth >= len(one.label) * LETTER for one, two in pairwise(shown))
        assert shown or breadth < 12


def test_the_page_has_a_class_for_each_breadth() -> None:
    style = html.part("page.css")
    found = re.findall(r"@container \(min-width: (\d+)rem\) \{\s*\.axis \.from-(\d+) \{\s*display: inline", style)
    assert [(int(breadth), int(number)) for breadth, number in found] == [(breadth, number) for number, breadth in enumerate(BREADTHS)]


def test_the_years_count_each_value_in_each_year_it_was_there() -> None:
    findings = [
        value(first=Moment("a", lives.start_of_year(2020)), last=Moment("b", lives.start_of_year(2021) + DAY)),
        value(state="in-use"),
    ]
    assert shown(*findings)["years"] == [[2020, 1], [2021, 1], [2022, 0], [2023, 0], [2024, 1], [2025, 1], [2026, 1]]
    assert shown(value(severity="note"), file())["years"] == []


def test_a_row_says_what_is_known() -> None:
    found = row(value(public=tuple(f"refs/tags/v{number}" for number in range(30)), what="a Zinc key"), file())
    assert (found["first"], found["end"], found["lasted"]) == (["2024-02-27", "a" * 40], "2025-10-29", "1 year 8 months")
    assert found["public"] == [[f"tags/v{number}" for number in range(12)], 30]
    assert [mark[1:3] for mark in found["marks"]] == [["added", "added 2024-02-27"], ["changed", "changed 2025-10-29"]]
    assert (found["what"], found["issuer"], found["key"], found["commits"]) == ("a Zinc key", "Issuer not known", "DB_PASSWORD", 14)


def test_the_bar_of_what_only_the_work_tree_has_ends_before_today() -> None:
    assert row(value(state="in-use", used=("work tree:.env",)))["bar"][1] < 1
    assert row(value(state="in-use", used=("HEAD:.env",)))["bar"][1] == 1


def test_marks_of_a_file_that_changed_every_day_are_bounded() -> None:
    events = [Deed("changed", moment(3000 - number), ".env") for number in range(3000)]
    assert len(shown(file(".env", "here", *events))["rows"][0]["marks"]) <= html.MARKS + 1


# ---- what it cannot do


def test_the_policy_names_the_script_and_the_style_by_their_hashes() -> None:
    page = html.page(report(value()), NOW)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    for kind, text in (
        ("style", re.findall(r"<style>(.*?)</style>", page, re.S)),
        ("script", re.findall(r"<script>(.*?)</script>", page, re.S)),
    ):
        (inner,) = text
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(inner.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = html.page(report(), NOW)
    assert re.findall(r"(?:src|href)\s*=\s*[\"'](?!#)[^\"']*|url\([^)]*\)|@import|\bimport\b", page) == []


def test_the_script_never_reads_text_as_markup() -> None:
    script = html.part("page.js")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc", script) == []


def test_no_text_can_end_the_data() -> None:
    texts = [*TEXTS, *(param.values[0] for param in HOSTILE), "</script>", "<!--<script>", "]]>", "$style $$ ${x}", "\u2028"]
    findings = [finding for text in texts for finding in (value(text, text, message=text, fix=text, what=text, provider=text), file(text))]
    page = html.page(report(*findings, summary=tuple(texts), scope=Scope("files", incomplete=(Fact("<b>", "</script>"),))), NOW)
    data = page.partition('<script type="application/json" id="data">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)
    assert {item["fix"] for item in json.loads(data)["rows"]} >= {visible(text) for text in texts}
    page.encode("utf-8")


def test_no_fingerprint_is_in_it() -> None:
    assert "f1a9c2d4" not in html.page(report(value(), file()), NOW)


def test_a_real_audit_has_every_line_and_no_value(repo: Repo) -> None:
    dated = Dated(repo)
    dated.commit(__env=f"DB_PASSWORD={PASSWORD}\nPORT=5432\n")
    dated.commit(__env=f"DB_PASSWORD={PASSWORD_2}\nGITHUB_TOKEN={GITHUB}\n")
    repo.git("mv", ".env", "live.env")
    dated.record()
    page = repo.stopgap("audit-history", "--format", "html").stdout.decode()
    found = sorted(f"{row['key']} {row['state']} {row['end']}" for row in page_data(page)["rows"])
    assert found == [
        ".env here ",
        "DB_PASSWORD in-use ",
        "DB_PASSWORD replaced 2020-09-14",
        "GITHUB_TOKEN in-use ",
        "PORT setting 2020-09-14",
    ]
    checklist = repo.stopgap("audit-history", "--format", "markdown").stdout.decode()
    assert "- [ ] `stopgap untrack live.env`: " in checklist
    assert [one for one in (PASSWORD, PASSWORD_2, GITHUB) if one in page + checklist] == []


def test_the_page_needs_no_history() -> None:
    plain = Finding("scan-diff", "github-pat", "error", "a.py", "a token", "revoke it", line=4, column=11)
    (found,) = page_data(render("html", Report((plain,), Scope("staged", 1))))["rows"]
    assert (found["kind"], found["state"], found["path"], found["place"], found["key"]) == (
        "finding",
        "error",
        "a.py",
        "4:11",
        "github-pat",
    )


def test_three_thousand_are_a_few_megabytes() -> None:
    assert len(html.page(many(3000), NOW)) < 5_000_000


def test_the_parts_of_the_page_are_in_the_package() -> None:
    given = tomli.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["stopgap"]
    package = PROJECT / "hooks" / "stopgap"
    there = {path for pattern in given for path in package.glob(pattern)}
    assert {path for path in (package / "report" / "page").iterdir() if path.is_file()} <= there


def test_colours_can_be_told_from_what_is_behind_them() -> None:
    """WCAG 2.2, 1.4.3: text has a contrast of 4.5 at least, in both schemes and on paper."""
    style = html.part("page.css")
    for scheme in re.findall(r":root \{([^}]*)\}", style):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", scheme))
        texts = [name for name in colours if name not in ("back", "card", "line")]
        found = {(name, behind): contrast(colours[name], colours[behind]) for name in texts for behind in ("back", "card")}
        assert texts
        assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
