"""A developer's own env file that is a link: its target is what holds the values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo

OWN = expand("<alnum:26> own").removesuffix(" own")
SETTING = f"SERVICE_SECRET={OWN}\n"


def messages(repo: Repo, *names: str) -> list[str]:
    repo.write("a.py", f"x = f('{OWN}')\n")
    repo.add("a.py")
    done = repo.stopgap("scan-diff", "--format", "json", *names)
    assert done.returncode in (0, 1), done.stderr
    assert OWN.encode() not in done.stdout + done.stderr
    return [one["message"] for one in json.loads(done.stdout)["findings"]]


def test_a_link_out_of_the_repository(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "shared").write_text(SETTING)
    (repo.path / ".env").symlink_to(tmp_path / "shared")
    assert messages(repo) == ["the value of SERVICE_SECRET in .env"]


def test_a_link_of_a_link_inside(repo: Repo) -> None:
    repo.write("private/dev", SETTING)
    (repo.path / "local").symlink_to("private/dev")
    (repo.path / ".env").symlink_to("local")
    assert messages(repo) == ["the value of SERVICE_SECRET in private/dev"]
    assert messages(repo, "private/dev") == ["secret in plain text in SERVICE_SECRET"], "the file itself holds its values"


def tracked(repo: Repo, tmp_path: Path) -> None:
    repo.write("config/dev", SETTING)
    repo.add("config/dev")
    repo.commit()
    (repo.path / ".env").symlink_to("config/dev")


def template(repo: Repo, tmp_path: Path) -> None:
    repo.write(".env.example", SETTING)
    (repo.path / ".env").symlink_to(".env.example")


def large(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "shared").write_text(SETTING + "#" * (1 << 20))
    (repo.path / ".env").symlink_to(tmp_path / "shared")


def device(repo: Repo, tmp_path: Path) -> None:
    (repo.path / ".env").symlink_to("/dev/zero")


def folder(repo: Repo, tmp_path: Path) -> None:
    (repo.path / ".env").symlink_to(tmp_path)


def loop(repo: Repo, tmp_path: Path) -> None:
    (repo.path / ".env").symlink_to(".env.local")
    (repo.path / ".env.local").symlink_to(".env")


@pytest.mark.parametrize("make", [tracked, template, large, device, folder, loop])
def test_is_left_alone(repo: Repo, tmp_path: Path, make: object) -> None:
    make(repo, tmp_path)  # type: ignore[operator]
    assert messages(repo) == []
