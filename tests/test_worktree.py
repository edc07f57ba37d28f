"""Files of the work tree in long work: folders as git has them, own values beside them, and texts that are read in one go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stopgap.detect.examples import expand
from stopgap.detect.text import SAMPLE, decoder
from stopgap.gather import reading, worktree
from stopgap.gather.reading import Reading, Unread
from stopgap.git import index
from stopgap.model import StopgapError

from .conftest import Repo
from .tokens import GITHUB

LINE = f'token = "{GITHUB}"\n'


def scan(repo: Repo, *names: str, cwd: str = "") -> tuple[list[str], list[str]]:
    """The paths of the findings, and those that were left out."""
    done = repo.stopgap("scan-diff", "--format", "json", *names, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr.decode()
    report = json.loads(done.stdout)
    return [item["path"] for item in report["findings"]], [item["path"] for item in report["scope"]["skipped"]]


@pytest.fixture
def tracked(repo: Repo) -> Repo:
    repo.write(".gitignore", ".env\nbuilt/\n")
    repo.write("a/one.py", LINE)
    repo.write("a/b/two.py", LINE)
    repo.add()
    repo.commit()
    return repo


def test_a_folder_that_lies_in_a_tracked_files_place(tracked: Repo) -> None:
    (tracked.path / "a/one.py").unlink()
    tracked.write("a/one.py/inside.py", LINE)
    assert scan(tracked, ".") == (["a/b/two.py", "a/one.py/inside.py"], [])
    assert scan(tracked, "a/one.py") == (["a/one.py/inside.py"], [])


def test_what_git_does_not_track_and_what_it_ignores(tracked: Repo) -> None:
    tracked.write("a/new.py", LINE)
    tracked.write("new/deep/er.py", LINE)
    tracked.write("built/ignored.py", LINE)
    tracked.write("new/built/ignored.py", LINE)
    (tracked.path / "empty").mkdir()
    tracked.write("theirs/a.py", LINE)
    tracked.git("init", "-q", "theirs")
    assert scan(tracked, ".") == (["a/b/two.py", "a/new.py", "a/one.py", "new/deep/er.py"], ["theirs/"])
    assert scan(tracked, "a") == (["a/b/two.py", "a/new.py", "a/one.py"], [])
    assert scan(tracked, ".", cwd="a") == (["a/b/two.py", "a/new.py", "a/one.py"], [])
    assert scan(tracked, "new") == (["new/deep/er.py"], [])


def test_more_untracked_files_than_a_command_line_takes(tracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"a/new{number:03}.txt" for number in range(index.MOST_ASKED + 1)]
    for name in names:
        tracked.write(name, "x\n")
    tracked.write("beside.py", "x\n")
    monkeypatch.chdir(tracked.path)
    others = index.Others("a")
    assert sorted(others.paths()) == sorted(others.untracked()) == names


def test_own_values_of_env_files_wherever_they_lie(tracked: Repo) -> None:
    values = {folder: expand(f"<alnum:24> {folder}")[:24] for folder in ("", "a/", "a/b/", "new/deep/")}
    for folder, value in values.items():
        tracked.write(f"{folder}.env", f"SERVICE_KEY={value}\n")
    tracked.write("a/b/uses.txt", "".join(f"x {value}\n" for value in values.values()))
    tracked.write("new/deep/uses.txt", f"x {values['new/deep/']}\n")
    found, _ = scan(tracked, ".")
    assert found == ["a/b/two.py", *["a/b/uses.txt"] * 4, "a/one.py", "new/deep/uses.txt"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"one\ntwo", id="no newline at the end"),
        pytest.param(b"one\r\n\x1b[1mtwo\x1b[0m\f\n", id="signs that a text has"),
        pytest.param(b"a\x01bcdefghijklmnopqrs\n", id="a control character among many"),
        pytest.param(b"a\x01\x02\x03bcd\n", id="binary"),
        pytest.param(b"text\0text and more of it, long enough\n" * 3, id="a zero"),
        pytest.param(b"\xef\xbb\xbftext\n", id="a byte order mark"),
        pytest.param("text\n".encode("utf-16"), id="UTF-16"),
        pytest.param("text of some more length\n".encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param("täxt\n".encode("latin-1"), id="another encoding"),
        pytest.param(b"x" * (SAMPLE + 10) + b"\n", id="longer than a sample"),
        pytest.param(b"\x02" * 10_000 + b"x" * SAMPLE, id="longer, and binary"),
        pytest.param(b"x" * SAMPLE + b"\x02" * 100_000, id="longer, and binary behind the sample"),
        pytest.param(b"x\n" * SAMPLE + b"\0\n", id="longer, with a zero behind the sample"),
    ],
)
def test_a_text_that_is_taken_as_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    reader = Reading(tmp_path)
    read = list(reader.of(Unread("file", len(data))))
    expected = decoder(data)(data)
    assert [fragment.data for fragment in read] == ([] if expected is None else [expected])
    assert reader.counts().binary == (("file",) if expected is None else ())
    assert reader.counts().lines == sum(fragment.lines() for fragment in read)
    as_it_is = reading.lines_of_plain(data)
    assert as_it_is is None or (expected, as_it_is) == (data, read[0].lines())


def test_a_folder_that_is_not_there_has_no_files_and_one_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"")
    assert worktree.files_in(tmp_path, "") == [".env"]
    assert worktree.files_in(tmp_path, "gone") == []
    with pytest.raises(StopgapError, match="cannot read"):
        worktree.files_in(tmp_path, "x" * 300)  # longer than a name may be
