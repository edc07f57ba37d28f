"""Contents that are known to be wanted: each is what git has, whatever is asked again, thrown away, damaged or not here."""

from __future__ import annotations

from pathlib import Path

import pytest
from stopgap.git import ahead
from stopgap.git.ahead import Ahead
from stopgap.git.blobs import Blobs
from stopgap.model import StopgapError

from .conftest import Repo

MANY = 40


@pytest.fixture
def names(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Blobs of some size each, by number."""
    monkeypatch.chdir(repo.path)
    for number in range(MANY):
        repo.write(str(number), content(number))
    return repo.git("hash-object", "-w", "--", *map(str, range(MANY))).decode().split()


def content(number: int) -> bytes:
    return b"%d\n" % number * 1000


@pytest.mark.parametrize("held", [ahead.HELD, 3000])
def test_each_is_what_git_has(held: int, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is asked for again and again, and after it was thrown away for want of room."""
    monkeypatch.setattr(ahead, "HELD", held)
    order = [*range(MANY), *range(0, MANY, 3), 5, 5, 5, *reversed(range(MANY))]
    with Blobs() as blobs, Ahead(blobs, [names[number] for number in order], 1 << 20) as contents:
        assert [contents.read(names[number]) for number in order] == [content(number) for number in order]


def test_what_is_passed_over_does_no_harm(names: list[str]) -> None:
    with Blobs() as blobs, Ahead(blobs, [*names, *names], 1 << 20) as contents:
        assert [contents.read(names[number]) for number in (3, 9, 30, 2, 9)] == [content(number) for number in (3, 9, 30, 2, 9)]


def test_no_more_is_read_than_is_wanted(names: list[str]) -> None:
    with Blobs() as blobs, Ahead(blobs, names, 10) as contents:
        assert [contents.read(name) for name in names] == [content(number)[:10] for number in range(MANY)]


def test_nothing_is_started_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Blobs() as blobs, Ahead(blobs, ["1" * 40], 10) as contents, pytest.raises(StopgapError, match="git is not installed"):
        contents.read("1" * 40)  # now is the time, and not before


@pytest.mark.parametrize("harm", ["gone", "damaged", "a tree", "no name"])
def test_one_that_cannot_be_read_takes_no_other_with_it(harm: str, names: list[str], repo: Repo) -> None:
    spoilt = names[7]
    stored = repo.path / ".git/objects" / spoilt[:2] / spoilt[2:]
    match harm:
        case "gone":
            stored.unlink()
        case "damaged":
            stored.chmod(0o644)
            stored.write_bytes(stored.read_bytes()[:12])
        case "a tree":
            names[7] = repo.git("hash-object", "-w", "-t", "tree", "/dev/null").decode().strip()
        case "no name":
            names[7] = "f" * 40
    found = []
    with Blobs() as blobs, Ahead(blobs, names, 1 << 20) as contents:
        for number, name in enumerate(names):
            if number == 7:
                with pytest.raises(StopgapError):
                    contents.read(name)
            else:
                found.append(contents.read(name))
    assert found == [content(number) for number in range(MANY) if number != 7]
