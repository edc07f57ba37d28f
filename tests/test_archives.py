"""`--archives`: what is packed in real archives is looked at, in memory and within bounds, and what cannot be looked at is said."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stopgap.gather import archives, inflating
from stopgap.gather.archives import Archive, Facts
from stopgap.model import Fragment

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2

LEAK = f"name = app\ntoken = {GITHUB}\n".encode()
CLEAN = b"name = app\n"
Members = dict[str, bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return made.getvalue()


def tarred(members: Members, mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode, format=form) as file:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return made.getvalue()


def looked(data: bytes, path: str = "a.bin") -> tuple[list[Fragment], dict[str, str], dict[str, str]]:
    facts = Facts({}, {})
    return list(Archive(path, data, facts).fragments()), facts.skipped, facts.incomplete


def scan(repo: Repo, *argv: str) -> tuple[dict[str, Any], int]:
    done = repo.stopgap("scan-diff", "--format", "json", *argv)
    assert done.returncode in (0, 1, 2), done.stderr.decode()
    report: dict[str, Any] = json.loads(done.stdout)
    return report, done.returncode


def places(report: dict[str, Any]) -> list[tuple[str, int]]:
    return [(finding["path"], finding["line"]) for finding in report["findings"]]


# ---- silence


def test_without_the_option_an_archive_is_a_binary(repo: Repo) -> None:
    repo.write("a.zip", zipped({"conf.ini": LEAK}))
    repo.add()
    report, status = scan(repo)
    assert (status, report["findings"], report["scope"]["skipped"]) == (0, [], [{"path": "a.zip", "reason": "binary"}])


NO_ARCHIVES = [
    pytest.param("a.zip", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", id="a pointer to a zip file"),
    pytest.param("a.txt", b"PK is no zip\n", id="two letters"),
    pytest.param("a.gz", b"not compressed\n", id="a name"),
    pytest.param("a.tar", b"x" * 600, id="as long as a header"),
    pytest.param("a.bin", b"\0" * 1024, id="zeros, as a tar file ends"),
    pytest.param("a.bz2", b"BZh9 is how one begins", id="the first letters"),
]


@pytest.mark.parametrize(("name", "data"), NO_ARCHIVES)
def test_no_archive(name: str, data: bytes) -> None:
    assert archives.kind(data[: archives.SNIFF], name) == ""


def test_clean_members(repo: Repo) -> None:
    repo.write("a.zip", zipped({"conf.ini": CLEAN, "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "empty": b"", "folder/": b""}))
    repo.add()
    report, status = scan(repo, "--archives")
    assert (status, report["findings"], report["scope"]["incomplete"]) == (0, [], [])
    assert report["scope"]["skipped"] == [{"path": "a.zip!/logo.png", "reason": "binary"}]
    assert report["scope"]["files"] == 1
    assert report["scope"]["lines"] == 1


# ---- findings

KINDS: list[Any] = [
    pytest.param("a.zip", zipped({"x/conf.ini": LEAK}), "x/conf.ini", id="zip"),
    pytest.param("a.jar", zipped({"x/conf.ini": LEAK}, zipfile.ZIP_STORED), "x/conf.ini", id="jar, stored"),
    pytest.param("a.whl", zipped({"x/conf.ini": LEAK}, zipfile.ZIP_BZIP2), "x/conf.ini", id="whl, with bzip2"),
    pytest.param("a.pyz", b"#!/usr/bin/env python3\n" + zipped({"x/conf.ini": LEAK}), "x/conf.ini", id="pyz, behind a line for the shell"),
    pytest.param("a.tar", tarred({"x/conf.ini": LEAK}), "x/conf.ini", id="tar"),
    pytest.param("a.tar", tarred({"x/conf.ini": LEAK}, form=tarfile.GNU_FORMAT), "x/conf.ini", id="GNU tar"),
    pytest.param("a.tar", tarred({"x/" + "é" * 90 + "/conf.ini": LEAK}), "x/" + "é" * 90 + "/conf.ini", id="tar with a long name"),
    pytest.param("a.tar", tarred({"x" * 150: LEAK}, form=tarfile.GNU_FORMAT), "x" * 150, id="GNU tar with a long name"),
    pytest.param(
        "a.tar", tarred({"x" * 90 + "/" + "y" * 80: LEAK}, form=tarfile.USTAR_FORMAT), "x" * 90 + "/" + "y" * 80, id="ustar prefix"
    ),
    pytest.param("a.tar.gz", tarred({"x/conf.ini": LEAK}, "w:gz"), "x/conf.ini", id="tar.gz"),
    pytest.param("a.tgz", tarred({"x/conf.ini": LEAK}, "w:gz"), "x/conf.ini", id="tgz"),
    pytest.param("a.tar.bz2", tarred({"x/conf.ini": LEAK}, "w:bz2"), "x/conf.ini", id="tar.bz2"),
    pytest.param("a.tar.xz", tarred({"x/conf.ini": LEAK}, "w:xz"), "x/conf.ini", id="tar.xz"),
    pytest.param("conf.ini.gz", gzip.compress(LEAK), "conf.ini", id="gz"),
    pytest.param("conf.ini.bz2", bz2.compress(LEAK), "conf.ini", id="bz2"),
    pytest.param("conf.ini.xz", lzma.compress(LEAK), "conf.ini", id="xz"),
    pytest.param("log", gzip.compress(CLEAN) + gzip.compress(LEAK[len(CLEAN) :]), "log", id="gz of two parts"),
    pytest.param("backup", zipped({"x/conf.ini": LEAK}), "x/conf.ini", id="by its content"),
    pytest.param("report.docx", zipped({"word/document.xml": b"<w:t>\n" + LEAK[11:]}), "word/document.xml", id="docx"),
    pytest.param("a.zip", zipped({"b.zip": zipped({"x/conf.ini": LEAK})}), "b.zip!/x/conf.ini", id="zip in a zip"),
    pytest.param("a.zip", zipped({"b.tar.gz": tarred({"x/conf.ini": LEAK}, "w:gz")}), "b.tar.gz!/x/conf.ini", id="tar.gz in a zip"),
    pytest.param("a.tar", tarred({"conf.ini.gz": gzip.compress(LEAK)}), "conf.ini.gz!/conf.ini", id="gz in a tar"),
]


@pytest.mark.parametrize(("name", "data", "member"), KINDS)
def test_a_member_is_looked_at(repo: Repo, name: str, data: bytes, member: str) -> None:
    repo.write(name, data)
    repo.add()
    report, status = scan(repo, "--archives")
    assert (status, places(report), report["scope"]["incomplete"]) == (1, [(f"{name}!/{member}", 2)], [])
    assert report["findings"][0]["rule"] == "github-pat"
    assert GITHUB not in json.dumps(report)


SITUATIONS: list[Any] = [
    pytest.param((), True, id="staged"),
    pytest.param(("a.zip",), True, id="named and staged"),
    pytest.param(("a.zip",), False, id="named and not tracked"),
    pytest.param(("--worktree",), False, id="work tree"),
]


@pytest.mark.parametrize(("argv", "is_staged"), SITUATIONS)
def test_every_situation(repo: Repo, argv: tuple[str, ...], is_staged: bool) -> None:
    repo.write("README", "text\n")
    repo.add()
    repo.commit()
    repo.write("a.zip", zipped({"conf.ini": LEAK}))
    if is_staged:
        repo.add()
    report, status = scan(repo, "--archives", *argv)
    assert (status, places(report)) == (1, [("a.zip!/conf.ini", 2)])


def test_commits_and_a_whole_tree(repo: Repo) -> None:
    repo.write("README", "text\n")
    repo.add()
    first = repo.commit()
    repo.write("a.zip", zipped({"conf.ini": LEAK}))
    repo.add()
    second = repo.commit()
    report, status = scan(repo, "--archives", "--from-ref", first)
    assert (status, places(report), report["findings"][0]["commit"]) == (1, [("a.zip!/conf.ini", 2)], second)
    done = repo.stopgap("check", "--archives", "--format", "json")
    assert [finding["path"] for finding in json.loads(done.stdout)["findings"] if finding["rule"] == "github-pat"] == ["a.zip!/conf.ini"]
    repo.write("a.zip", zipped({"conf.ini": LEAK, "more.ini": b"token = " + GITHUB_2.encode()}))
    assert len(places(scan(repo, "--archives", "--worktree")[0])) == 2


def test_what_the_configuration_excludes(repo: Repo) -> None:
    repo.write("stopgap.toml", 'exclude = ["**/samples/**"]\n')
    repo.write("a.zip", zipped({"samples/conf.ini": LEAK, "conf.ini": CLEAN}))
    repo.add()
    report, status = scan(repo, "--archives")
    assert (status, report["findings"]) == (0, [])
    assert [fact["path"] for fact in report["scope"]["skipped"]] == ["a.zip!/samples/conf.ini"]


@pytest.mark.parametrize("argv", [("a.zip!/x/conf.ini:2",), ("--all", "--archives")], ids=["one", "all"])
def test_a_finding_in_an_archive_can_be_allowed(repo: Repo, argv: tuple[str, ...]) -> None:
    repo.write("a.zip", zipped({"x/conf.ini": LEAK}))
    repo.add()
    assert "stopgap allow 'a.zip!/x/conf.ini:2'" in scan(repo, "--archives")[0]["findings"][0]["fix"]
    assert repo.stopgap("allow", *argv, "--reason", "a sample").returncode == 0
    assert scan(repo, "--archives")[1] == 0
    for options in ((), ("--archives",)):
        done = repo.stopgap("check", *options)
        assert b"github-pat" not in done.stdout + done.stderr, "no finding, and no entry is stale"


def test_a_large_member_comes_in_pieces_that_overlap() -> None:
    text = b"".join(b"line %d of a text that is long\n" % number for number in range(100_000)) + LEAK
    fragments, _, incomplete = looked(zipped({"long.txt": text}))
    assert incomplete == {}
    assert len(fragments) > 2
    assert all(len(fragment.data) <= (1 << 20) + 8192 + inflating.PIECE for fragment in fragments)
    last = fragments[-1]
    assert last.line + last.data.count(b"\n") == text.count(b"\n") + 1
    for fragment in fragments:
        assert text.split(b"\n")[fragment.line - 1].endswith(fragment.data.split(b"\n")[0])


# ---- names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd", id="above"),
        pytest.param("/etc/passwd", "etc/passwd", id="absolute"),
        pytest.param("a/../../b", "a/%2E%2E/%2E%2E/b", id="above in the middle"),
        pytest.param("..\\..\\b", "%2E%2E/%2E%2E/b", id="as Windows writes it"),
        pytest.param("./a//b", "%2E/a/b", id="odd"),
        pytest.param("x" * 4000, "x" * 500, id="long"),
    ],
)
@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar"])
def test_a_members_name_is_only_shown(repo: Repo, tmp_path: Path, pack: Callable[[Members], bytes], name: str, shown: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    fragments, _, _ = looked(pack({name: LEAK}), "a.bin")
    assert [fragment.path for fragment in fragments] == [f"a.bin!/{shown}"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_with_control_characters_is_escaped(repo: Repo) -> None:
    repo.write("a.tar", tarred({"x\x1b[31m\ny": LEAK}))
    repo.add()
    done = repo.stopgap("scan-diff", "--archives")
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert b"github-pat" in done.stdout.splitlines()[0]


def test_nothing_is_written(repo: Repo, tmp_path: Path) -> None:
    repo.write("a.zip", zipped({"b.tgz": tarred({"x/conf.ini": LEAK}, "w:gz")}))
    repo.add()
    empty = tmp_path / "empty"
    empty.mkdir()
    done = repo.stopgap("scan-diff", "--archives", env={"TMPDIR": str(empty)})
    assert (done.returncode, list(empty.iterdir())) == (1, [])


# ---- what cannot be looked at


def encrypted(members: Members) -> bytes:
    """A zip file whose entries say that they are encrypted."""
    data = bytearray(zipped(members))
    for sign, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(sign, at + 4)
    return bytes(data)


def bomb(size: int = 100 << 20) -> bytes:
    """gzip of zeros: a thousandth of them."""
    return gzip.compress(bytes(size), 9)


WHOLE = zipped({"conf.ini": LEAK * 99, "other.ini": CLEAN})
TAR = tarred({"conf.ini": LEAK, "other.ini": LEAK * 900})
UNREAD: list[Any] = [  # what is large is made where it is looked at, and not by every process that knows of the test
    pytest.param(WHOLE[: len(WHOLE) // 2], "a", "damaged", id="half a zip file"),
    pytest.param(b"PK\3\4" + bytes(40), "a", "damaged", id="no directory"),
    pytest.param(WHOLE.replace(b"PK\1\2", b"PK\1\3"), "a", "damaged", id="a broken directory"),
    pytest.param(WHOLE.replace(b"PK\3\4", b"PK\3\5").replace(b"PK\3\5", b"PK\3\4", 1), "a!/other.ini", "damaged", id="a member elsewhere"),
    pytest.param(encrypted({"conf.ini": LEAK}), "a!/conf.ini", "encrypted", id="encrypted"),
    pytest.param(zipped({"conf.ini": LEAK}, zipfile.ZIP_LZMA), "a!/conf.ini", "method 14", id="an unusual method"),
    pytest.param(TAR[:3000], "a!/other.ini", "too early", id="half a tar file"),
    pytest.param(TAR[:1024] + b"x" + TAR[1025:], "a", "header", id="a broken tar file"),
    pytest.param(gzip.compress(LEAK)[:40], "a!/a", "too early", id="half a gzip file"),
    pytest.param(gzip.compress(LEAK * 99)[:12] + b"\xff" * 90, "a!/a", "damaged", id="a broken gzip file"),
    pytest.param(bz2.compress(LEAK)[:60], "a!/a", "too early", id="half a bzip2 file"),
    pytest.param(lzma.compress(LEAK)[:-9], "a!/a", "", id="half an xz file"),
    pytest.param(zipped({"b.zip": zipped({"c.zip": zipped({"conf.ini": LEAK})})}), "a!/b.zip!/c.zip", "two archives deep", id="depth"),
    pytest.param(bomb, "a", "unpacks to more than", id="a bomb"),
    pytest.param(lambda: zipped({"zeros": bytes(64 << 20)}), "a", "unpacks to more than", id="a zipped bomb"),
    pytest.param(lambda: zipped({"inner.zip": zipped({"zeros": bytes(64 << 20)})}), "a", "unpacks to more than", id="a bomb in an archive"),
    pytest.param(lambda: tarred({"zeros": bytes(64 << 20)}, "w:gz"), "a", "unpacks to more than", id="a bomb in a tar file"),
]


@pytest.mark.parametrize(("data", "path", "reason"), UNREAD)
def test_what_cannot_be_looked_at_is_said(data: bytes | Callable[[], bytes], path: str, reason: str) -> None:
    _, _, incomplete = looked(data() if callable(data) else data, "a")
    assert list(incomplete) == [path]
    assert reason in incomplete[path]


def test_what_comes_before_the_damage_is_looked_at() -> None:
    fragments, _, incomplete = looked(TAR[:3000], "a")
    assert [fragment.path for fragment in fragments][:1] == ["a!/conf.ini"]
    assert fragments[0].data == LEAK
    assert incomplete != {}


def test_could_not_check_is_exit_2_where_strict(repo: Repo) -> None:
    repo.write("a.zip", encrypted({"conf.ini": LEAK}))
    repo.write("b.gz", bomb())
    repo.add()
    report, status = scan(repo, "--archives")
    assert status == 0
    assert [fact["path"] for fact in report["scope"]["incomplete"]] == ["a.zip!/conf.ini", "b.gz"]
    done = repo.stopgap("scan-diff", "--archives")
    assert b"2 incomplete" in done.stdout
    assert scan(repo, "--archives", "--strict")[1] == 2


def test_archives_of_other_kinds_are_named(repo: Repo) -> None:
    repo.write("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(256)))
    repo.add()
    report, _ = scan(repo, "--archives")
    assert report["scope"]["skipped"] == [{"path": "a.7z", "reason": "7z, which is not unpacked"}]


# ---- bounds


class Counting(inflating.Budget):
    """A budget that says what was spent."""

    spent = 0

    def spend(self, size: int) -> None:
        Counting.spent += size
        super().spend(size)


def spent(monkeypatch: pytest.MonkeyPatch, data: bytes) -> int:
    monkeypatch.setattr(archives, "Budget", Counting)
    Counting.spent = 0
    looked(data)
    return Counting.spent


def test_a_bomb_costs_no_more_than_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bomb(200 << 20)
    assert spent(monkeypatch, data) <= inflating.FREE + inflating.RATIO * len(data) + 2 * inflating.PIECE < 100 << 20


def test_work_grows_with_the_archive_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(times: int) -> bytes:
        return zipped({f"{number}.txt": zlib.compress(b"%d" % number) * 20 + CLEAN * 50 for number in range(100 * times)})

    once, twice = spent(monkeypatch, make(1)), spent(monkeypatch, make(2))
    assert 1.8 * once < twice < 2.2 * once


def overlapping(entries: int) -> bytes:
    """A zip file whose directory names the same member again and again."""
    one = zipped({"a": bytes(1 << 20)})
    start = one.index(b"PK\1\2")
    end = one.index(b"PK\5\6")
    entry = one[start:end]
    tail = bytearray(one[end:])
    tail[12:16] = (len(entry) * entries).to_bytes(4, "little")
    return one[:start] + entry * entries + bytes(tail)


def test_members_that_share_their_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = overlapping(30_000)
    assert spent(monkeypatch, data) <= inflating.FREE + inflating.RATIO * len(data) + 2 * inflating.PIECE
    _, _, incomplete = looked(data, "a")
    assert "unpacks to more than" in incomplete["a"]


def test_the_number_of_members_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS", 50)
    fragments, _, incomplete = looked(zipped({f"{number}.txt": CLEAN for number in range(60)}), "a")
    assert (len(fragments), list(incomplete)) == (50, ["a"])


def test_so_many_broken_members_are_counted_not_listed() -> None:
    _, _, incomplete = looked(encrypted({f"{number}.txt": CLEAN for number in range(100)}), "a")
    assert len(incomplete) <= archives.NAMED + 1
    assert incomplete["a"] == f"{100 - archives.NAMED} more members could not be looked at"


def test_many_tiny_streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = gzip.compress(b"")
    _, _, incomplete = looked(empty * (inflating.STREAMS + 5), "a")
    assert "compressed streams in a row" in incomplete["a"]


def test_the_size_of_an_archive_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST", 100)
    fragments, _, incomplete = looked(zipped({"conf.ini": LEAK}), "a")
    assert (fragments, list(incomplete)) == ([], ["a"])
