"""The HTML report in a real browser: filters, keyboard, screen reader, paper, narrow and wide, light and dark, what cannot run."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from stopgap.model import Deed, Fact, Finding, Report, Scope
from stopgap.report import html

from .chromium import Browser, installed
from .report_help import NOW, file, many, moment, report, value

pytestmark = pytest.mark.skipif(not installed(), reason="chromium is not installed (Debian: apt-get install chromium)")
TAB, ENTER, SPACE = ("Tab", 9), ("Enter", 13, "\r"), (" ", 32, " ")
HISTORY = report(
    value("DB_PASSWORD", ".env", state="in-use", used=("HEAD:.env",), public=("refs/tags/v1",), line=3),
    value("API_TOKEN", "deploy/.env", rotate="https://tokens.example.net/", line=4),
    value("MAIL_KEY", "deploy/.env", state="gone", account="rotated", severity="note", line=5),
    value("PORT", "deploy/.env", severity="note", state="replaced", line=6),
    file("deploy/.env", "gone", Deed("added", moment(1000), "deploy/.env"), Deed("removed", moment(100), "deploy/.env")),
    summary=("2 values",),
    scope=Scope("history", 1, commits=9, incomplete=(Fact("", "this clone is shallow"),), skipped=(Fact("lib", "a submodule"),)),
)
PLAIN = Report((Finding("scan-diff", "github-pat", "error", "a.py", "a token", "revoke it", line=4, column=11),), Scope("staged", 1))
REPORTS = {"none": report(), "few": HISTORY, "plain": PLAIN, "many": many(3000), "some": many(300)}
SETTLED = "new Promise(done => setTimeout(() => requestAnimationFrame(() => done(1)), 100))"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def browser(running: Browser) -> Browser:
    running.ask("Emulation.setEmulatedMedia", media="")
    return running


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, made in REPORTS.items():
        (folder / f"{name}.html").write_text(html.page(made, NOW), "utf-8")
    return {name: folder / f"{name}.html" for name in REPORTS}


def rows(browser: Browser) -> list[str]:
    """The keys in the list, or the places where there are none."""
    found: list[str] = browser.value("[...document.querySelectorAll('#list .open')].map(one => one.textContent)")
    return found


def text(browser: Browser, chosen: str) -> str:
    found: str = browser.value(f"document.querySelector({chosen!r}).innerText")
    return found


def filled(browser: Browser, field: str, words: str) -> None:
    """Types into a field, as a person does."""
    browser.value(f"document.getElementById({field!r}).focus()")
    browser.type(words)
    browser.value(SETTLED)


# ---- what it shows


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [360, 800, 1440])
def test_it_fits_and_says_nothing_wrong(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    browser.open(pages[name], width=width, dark=width == 800)
    assert browser.problems() == []
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
    right = "one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 8"
    beyond = f"[...document.querySelectorAll('main *')].filter(one => {right})"
    assert browser.value(f"{beyond}.map(one => one.outerHTML.slice(0, 99))") == []
    assert browser.value("performance.getEntriesByType('resource').length") == 0


MET = """
(() => {
  const boxes = [...document.querySelectorAll('.axis text')].filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect());
  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const outside = one => one.left < 0 || one.right > innerWidth;
  return [
    boxes.length,
    boxes.flatMap((one, place) => boxes.slice(place + 1).filter(other => meet(one, other))).length,
    boxes.filter(outside).length,
  ];
})()
"""


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("days", [1, 3, 20, 90, 200, 400, 900, 7300])
def test_the_dates_of_the_time_line_are_there_and_never_meet(browser: Browser, tmp_path: Path, days: int, media: str) -> None:
    path = tmp_path / "page.html"
    old = file(".env", "here", Deed("added", moment(days), ".env"))
    path.write_text(html.page(report(value(first=moment(days), last=moment(days // 3)), old), NOW), "utf-8")
    browser.open(path)
    browser.ask("Emulation.setEmulatedMedia", media=media)
    for width in (320, 375, 480, 640, 718, 800, 832, 833, 900, 1100, 1400, 1900)[3 if media == "print" else 0 :]:
        browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        shown, meeting, outside = browser.value(MET)
        table = media == "print" or width > 832  # else each life is as wide as the window
        assert shown >= (2 if table else 4), width  # of two tables
        assert (meeting, outside) == (0, 0), width


def test_the_dates_stand_over_their_lines_on_a_phone(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"], width=360)
    inner = "(one => (one.left + one.right) / 2)(document.querySelector({!r}).getBoundingClientRect())"
    first = browser.value("document.querySelector('.axis text').getAttribute('x')")
    tick = browser.value(inner.format(".axis text"))
    line = browser.value(inner.format(f"tbody .rail[x1='{first}']"))
    assert abs(tick - line) < 1


def test_each_value_has_a_row_and_its_life(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"], width=1440)
    # the worst first; settings only when they are asked for
    assert rows(browser) == ["DB_PASSWORD", "API_TOKEN", "MAIL_KEY", "deploy/.env"]
    cells = browser.value(
        "[...document.querySelectorAll('#table-value tbody tr')].map(row => [...row.children].map(cell => cell.innerText))"
    )
    assert cells[0][1] == "still in use"
    assert cells[0][3].split("\n") == ["2 years 9 months", "since 2024-02-27", "14 commits"]
    assert cells[0][4] == "tags/v1"
    assert cells[1][3].split("\n") == ["2 years 5 months", "2024-02-27 to 2026-08-15", "14 commits"]
    assert cells[2][1] == "rotated"
    lives = browser.value("[...document.querySelectorAll('.life svg')].map(one => one.getAttribute('aria-label')).filter(Boolean)")
    assert lives[0] == "added 2024-02-27, still there on 2026-11-23"
    assert lives[1] == "added 2024-02-27, removed 2026-08-15"
    assert browser.value("document.querySelectorAll('#table-value svg > .span').length") == 3
    assert "this clone is shallow" in text(browser, "#incomplete")
    assert text(browser, "h1") == "What history holds, and what must be rotated"


def test_nothing_found_is_said(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["none"])
    assert text(browser, "#list") == "Nothing was found in what was looked at."
    assert not browser.value("document.querySelector('#filters').checkVisibility()")
    assert "as of 2026-11-23" in text(browser, "#scope")


def test_a_row_unfolds_to_what_to_do(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"])
    browser.value("document.querySelectorAll('.open')[1].click()")
    facts = text(browser, ".facts")
    assert all(word in facts for word in ("revoke it", "tokens.example.net", "a" * 40, "b" * 40, "3f" * 20))
    assert browser.value("document.querySelector('.facts a').href") == "https://tokens.example.net/"
    browser.value("document.querySelectorAll('.open')[1].click()")
    assert browser.value("document.querySelectorAll('.facts').length") == 0


# ---- filters


@pytest.mark.parametrize(
    ("field", "words", "found"),
    [
        pytest.param("path", "deploy", ["API_TOKEN", "MAIL_KEY", "deploy/.env"], id="path"),
        pytest.param("key", "token", ["API_TOKEN"], id="key in other letters"),
        pytest.param("key", " MAIL ", ["MAIL_KEY"], id="spaces around"),
        pytest.param("key", ".*", [], id="no expression"),
    ],
)
def test_a_filter_by_words(browser: Browser, pages: dict[str, Path], field: str, words: str, found: list[str]) -> None:
    browser.open(pages["few"])
    filled(browser, field, words)
    assert rows(browser) == found
    assert f"{len(found)} of 5 match the filters ({field} with “{words.strip().lower()}”)" in text(browser, "#status")
    if not found:
        assert text(browser, "#list") == "Nothing matches the filters."


def test_filters_by_state_and_back(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"])
    labels = browser.value("[...document.querySelectorAll('#states label')].map(one => one.innerText)")
    assert [label.rpartition(" ")[0] for label in labels] == [
        "still in use",
        "replaced here",
        "accounted for",
        "looks like no secret",
        "file only in history",
    ]
    for state in ("in-use", "setting", "left"):
        browser.value(f"document.querySelector('input[value={state}]').click()")
    browser.value(SETTLED)
    assert rows(browser) == ["API_TOKEN", "MAIL_KEY", "PORT"]
    browser.value("document.querySelector('button[type=reset]').click()")
    browser.value(SETTLED)
    assert rows(browser) == ["DB_PASSWORD", "API_TOKEN", "MAIL_KEY", "deploy/.env"]


def test_three_thousand_come_in_portions_and_all_are_searched(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["many"])
    assert len(rows(browser)) == 250
    assert text(browser, "#status") == "3,010 in all; the first 250 are in the list."
    browser.value("document.getElementById('more-some').focus()")
    browser.press(*ENTER)
    assert len(rows(browser)) == 500
    assert browser.value("document.activeElement === document.querySelectorAll('.open')[250]")
    filled(browser, "key", "KEY_2999")
    assert rows(browser) == ["KEY_2999"]
    assert not browser.value("document.getElementById('more').checkVisibility()")


def test_the_order_can_be_chosen(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["some"])
    for order, first in (("oldest", "KEY_299"), ("path", "KEY_270"), ("worst", "KEY_297")):
        browser.value(f"order.value = {order!r}; order.dispatchEvent(new Event('input', {{bubbles: true}}))")
        browser.value(SETTLED)
        assert rows(browser)[0] == first


# ---- keyboard and screen reader


def test_everything_is_reached_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"])
    ringed = "getComputedStyle(document.activeElement).outlineStyle === 'solid'"
    seen = []
    for _ in range(30):
        browser.press(*TAB)
        where = browser.value(f"[(one => one.className || one.id || one.type)(document.activeElement), {ringed}]")
        seen.append(where)
        if where[0] == "open":
            break
    names = [name for name, _ in seen]
    assert names[0] == "skip"
    assert names[1:5] == ["path", "key", "order", "reset"]
    assert names[5:10] == ["checkbox"] * 5
    assert names[-1] == "open"
    assert all(ringed for _, ringed in seen), seen


def test_keys_unfold_a_row_and_turn_a_filter(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"])
    browser.value("document.querySelector('.open').focus()")
    browser.press(*ENTER)
    assert browser.value("document.querySelector('.open').getAttribute('aria-expanded')") == "true"
    assert browser.value("document.querySelectorAll('.facts').length") == 1
    browser.value("document.querySelector('#states input').focus()")
    browser.press(*SPACE)
    browser.value(SETTLED)
    assert "DB_PASSWORD" not in rows(browser)


@pytest.mark.parametrize("width", [360, 1440])
def test_a_screen_reader_hears_parts_names_and_a_table(browser: Browser, pages: dict[str, Path], width: int) -> None:
    browser.open(pages["few"], width=width)
    nodes = [node for node in browser.ask("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    by_role: dict[str, list[str]] = {}
    for node in nodes:
        by_role.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    assert {"banner", "main", "search", "contentinfo", "status", "table", "rowheader", "cell"} <= set(by_role)
    assert by_role["table"] == ["Values (3)", "Config files (1)"]
    for role in ("button", "checkbox", "searchbox", "combobox", "img", "image", "link", "region"):
        assert all(by_role.get(role, ())), (role, by_role.get(role))
    assert "State" in by_role["group"]
    assert " ".join(by_role["rowheader"][0].split()) == "DB_PASSWORD .env:3"  # the signs before it are for the eye
    assert "still in use" in by_role["cell"]
    assert browser.value("document.documentElement.lang") == "en"


# ---- light, dark, paper


def test_the_colours_follow_the_reader_and_paper_is_white(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["few"])
    shade = "getComputedStyle(document.body).backgroundColor"
    light = browser.value(shade)
    browser.scheme(dark=True)
    dark = browser.value(shade)
    browser.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert [light, dark, browser.value(shade)] == ["rgb(246, 247, 249)", "rgb(17, 21, 27)", "rgb(255, 255, 255)"]
    assert not browser.value("document.querySelector('#filters').checkVisibility()")


def test_all_rows_are_printed(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["some"])
    assert len(rows(browser)) == 250
    printed = base64.b64decode(browser.ask("Page.printToPDF", pageRanges="1")["data"])
    assert printed.startswith(b"%PDF")
    assert len(rows(browser)) == 310


# ---- what cannot run


HOSTILE = [
    '</script><script>document.title = "owned"</script>',
    '<img src=x onerror="document.title = 1">',
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "__proto__",
    "${alert(1)}",
]


def test_hostile_text_is_text(browser: Browser, tmp_path: Path) -> None:
    findings = [
        found
        for text in HOSTILE
        for found in (
            value(text, text, message=text, fix=text, what=text, provider=text, rotate=text, public=(text,)),
            file(text),
            of(text),
        )
    ]
    path = tmp_path / "hostile.html"
    path.write_text(html.page(report(*findings, summary=tuple(HOSTILE)), NOW), "utf-8")
    browser.open(path)
    browser.value("[...document.querySelectorAll('.open')].forEach(one => one.click())")
    assert sorted(set(rows(browser))) == sorted({*HOSTILE, *(f"{text}:1:1" for text in HOSTILE)})
    assert browser.value("document.title").startswith("What history holds")
    assert browser.value("document.querySelectorAll('img, iframe, object, main script, [onload], [onerror], .facts a').length") == 0
    assert browser.problems() == []


def of(text: str) -> Finding:
    return Finding(text, text, "error", text, text, text, commit=text, preview=text)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<script>document.title = "owned"</script>', id="script"),
        pytest.param('<script src="data:text/javascript,document.title=1"></script>', id="script from elsewhere"),
        pytest.param("<img src=x onerror=\"document.title = 'owned'\">", id="handler"),
        pytest.param("<style>body { display: none }</style>", id="style"),
    ],
)
def test_the_policy_stops_what_is_not_the_pages_own(browser: Browser, tmp_path: Path, markup: str) -> None:
    """The page is tampered with here, as no text of a report gets this far."""
    path = tmp_path / "tampered.html"
    path.write_text(html.page(HISTORY, NOW).replace("<main>", f"<main>{markup}"), "utf-8")
    browser.open(path)
    assert browser.value("document.title").startswith("What history holds")
    assert browser.value("getComputedStyle(document.body).display") == "block"
    assert any("Content Security Policy" in problem for problem in browser.problems())
