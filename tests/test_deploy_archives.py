"""tar, zip and git archive as we read them, held against the tools themselves; and what is put elsewhere before it is sent."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from stopgap.deploy.copy import Copy
from stopgap.deploy.filters import Unclear

from .deploy_help import copies_of, planted, travels

FILES = [
    ".env",
    ".env.local",
    "xenv",
    "web/.env",
    "web/app.js",
    "web/dist/.env",
    "a/b/c/.env",
    "a/b/x",
    "config/prod.env",
    "sp",
    ".envrc",
    "a/.env/x",
    "odd[1].txt",
    "dist/.env",
    "main.js",
    "list",
]
LIST = "*.js\n.env\n\nweb/*\n"
NAMES = [
    ".env",
    "*.env",
    ".env*",
    ".*",
    "*",
    "web",
    "web/dist",
    "a/**/.env",
    "**/.env",
    "*/.env",
    "a/b",
    "b",
    "?env",
    ".en[v-z]",
    "[!a-z]env",
    "x*",
    "web/*",
    "./.env",
    "/.env",
    "./web",
    "web/",
    "odd[1].txt",
    "c/.env",
    "*.js",
    "./*.env",
]
SOURCES = [".", "./", "*", "web", "web/", "a web", "./web", ".env", "a/.env web/app.js", "./*", "*.js .env", "web/* a", "$(pwd)/web"]


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return planted(tmp_path / "proj", {name: LIST if name == "list" else name for name in FILES})


def copies(script: str, files: dict[str, str] | None = None) -> list[Copy]:
    return copies_of(script, dict.fromkeys(FILES, "") | {"list": LIST} | (files or {}))


def taken(found: Iterable[Copy], names: Iterable[str] = FILES) -> set[str]:
    """Which files these copies take along. Raises Unclear."""
    return {name for copy in found for name in names if travels(copy, name)}


def in_repository(name: str, top: Path) -> str:
    """A member's name in an archive, as a path of the repository."""
    return os.path.normpath(f"/{name}".removeprefix(f"{top}/").lstrip("/"))


def tar_command(seed: int) -> str:
    dice = random.Random(seed)
    exclude = " ".join(f"--exclude='{dice.choice(NAMES)}'" for _ in range(dice.randint(0, 3)))
    late = f"--exclude='{dice.choice(NAMES)}'" if dice.random() < 0.3 else ""
    ways = ["--no-wildcards", "--anchored", "--no-wildcards-match-slash", "--exclude-vcs", "-X list"]
    way = dice.choice(ways) if dice.random() < 0.4 else ""
    form = dice.choice(["tar czf - {e} {s} {l}", "tar -cz {w} {e} {s} {l}", "tar {e} {w} -czf - {s} {l}"])
    return form.format(e=exclude, w=way, s=dice.choice(SOURCES), l=late)


@needs("tar")
@pytest.mark.parametrize("block", range(6))
def test_generated_commands_pack_what_tar_packs(top: Path, block: int) -> None:
    version = subprocess.run(["tar", "--version"], capture_output=True, text=True)
    if "GNU tar" not in version.stdout:
        pytest.skip("this tar is not GNU's")
    for seed in range(block * 50, block * 50 + 50):
        command = tar_command(seed)
        done = subprocess.run(["bash", "-c", command], cwd=top, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(done.stdout), mode="r:gz") as archive:
            packed = {in_repository(member.name, top) for member in archive if member.isfile()}
        assert taken(copies(f"{command} | ssh host 'tar xz'")) == packed, command


def zip_command(seed: int) -> str:
    dice = random.Random(seed)
    forms = [
        "zip -r {z} {s} -x {a}",
        "zip -qr {z} {s} -x {a}",
        "zip -r {z} {s} --exclude {a}",
        "zip -x {a} @ -r {z} {s}",
        "zip -r {z} {s} -i {a}",
        "zip -r {z} {s} -i {a} -x {b}",
        "zip -r {z} {s} -x {b} -x {a}",
        "zip {z} {s}",
        "zip -R {z} {a}",
        "zip -R {z} {a} -x {b}",
        "zip -rq9 {z} {s} -x {a} -D",
        "zip -rx {a} @ {z} {s}",
        "zip -r {z} {s} -x@list",
        "zip {z} -r {s} -x {a} -n .js:.env",
    ]
    one, two = (" ".join(f"'{dice.choice(NAMES)}'" for _ in range(dice.randint(1, 3))) for _ in range(2))
    return dice.choice(forms).format(z="../made.zip", s=dice.choice(SOURCES), a=one, b=two)


@needs("zip")
@pytest.mark.parametrize("block", range(6))
def test_generated_commands_pack_what_zip_packs(top: Path, block: int) -> None:
    made = top.parent / "made.zip"
    for seed in range(block * 50, block * 50 + 50):
        made.unlink(missing_ok=True)
        command = zip_command(seed)
        subprocess.run(["bash", "-c", command], cwd=top, capture_output=True, stdin=subprocess.DEVNULL)
        packed = (
            {in_repository(name, top) for name in zipfile.ZipFile(made).namelist() if not name.endswith("/")} if made.exists() else set()
        )
        assert taken(copies(command)) == packed, command


def attributes(dice: random.Random) -> str:
    states = ["export-ignore", "export-ignore", "-export-ignore", "text", "!export-ignore", "text export-ignore eol=lf"]
    names = [*NAMES, "dist/", "/web/", "web/**", "/*", '"xenv"', "#x"]
    return "".join(f"{dice.choice(names)} {dice.choice(states)}\n" for _ in range(dice.randint(1, 4)))


@pytest.mark.parametrize("block", range(4))
def test_generated_attributes_leave_out_what_git_archive_leaves_out(top: Path, block: int) -> None:
    for argv in (("init", "-q"), ("add", "-Af", "."), ("commit", "-qm", "a commit")):
        subprocess.run(["git", *argv], cwd=top, check=True, capture_output=True)
    for seed in range(block * 50, block * 50 + 50):
        dice = random.Random(seed)
        held = {".gitattributes": attributes(dice), "web/.gitattributes": attributes(dice) if dice.random() < 0.4 else ""}
        for name, content in held.items():
            (top / name).write_text(content)
        command = f"git archive --worktree-attributes HEAD {dice.choice(['', '', 'web a', 'web/', '.', '.env'])}"
        done = subprocess.run(command.split(), cwd=top, capture_output=True)
        try:
            with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
                packed = {member.name for member in archive if member.isfile()}
        except tarfile.ReadError:
            packed = set()  # all is left out
        assert taken(copies(f"{command} | ssh host 'tar x'", held)) == packed, (command, held)


WEB = {"web/.env", "web/dist/.env"}
ENV = {name for name in FILES if name.rpartition("/")[2] == ".env"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("tar czf x.tgz .", set(), id="an archive that stays"),
        pytest.param("tar tzf x.tgz", set(), id="a list of one"),
        pytest.param("tar czf x.tgz * && scp x.tgz host:", ENV - {".env"}, id="the shell's star"),
        pytest.param("tar czf x.tgz --exclude=.env . && scp x.tgz host:", set(), id="excluded"),
        pytest.param("git archive --format=tar HEAD | gzip > x.tgz", set(), id="git's archive that stays"),
        pytest.param("cp -r web build; rm -rf build; scp -r build host:", set(), id="removed before"),
        pytest.param("cp web build; scp -r build host:", set(), id="cp without -r"),
        pytest.param("mkdir out; cp main.js out; scp -r out host:", set(), id="a named file"),
        pytest.param("mv web out; rm -rf out; scp -r out host:", set(), id="moved and removed"),
        pytest.param("zip -r x.zip dist -x dist/.env", set(), id="zip excluded"),
        pytest.param("tar czf x.tgz . && scp x.tgz host:", ENV, id="sent later"),
        pytest.param("tar czf x.tgz . --exclude=.env && scp x.tgz host:", ENV, id="excluded too late"),
        pytest.param("tar cz --exclude=./.env . | ssh host 'tar xz'", ENV - {".env"}, id="only the root's"),
        pytest.param("tar cz . | gzip | ssh host 'tar xz'", ENV, id="through a longer pipe"),
        pytest.param("tar c . > x.tar; scp x.tar host:", ENV, id="redirected"),
        pytest.param("tar -cC web . | ssh host tar x", WEB, id="in another folder"),
        pytest.param("tar c . | (cd /var/www/app && tar x)", ENV, id="unpacked on the server itself"),
        pytest.param("tar czf x.tgz web; tar xzf x.tgz -C /srv/app", WEB, id="packed and unpacked"),
        pytest.param("tar cz -T names | ssh host tar xz", {".env"}, id="files from a list"),
        pytest.param("git archive HEAD | tar -x -C /var/www/app", ENV, id="git's archive unpacked"),
        pytest.param("git archive HEAD:web -o x.tar; scp x.tar host:", WEB, id="git's archive of a folder"),
        pytest.param("cp -R . build; zip -r x.zip build", ENV, id="zip of a copy"),
        pytest.param("cp -R . build; zip -r x.zip build -x 'build/.env'", ENV - {".env"}, id="zip of a copy, excluded there"),
        pytest.param("mkdir out; cp -r web out; scp -r out/web host:", WEB, id="one level down"),
        pytest.param("cp -r web out; scp -r out host:", WEB, id="a folder that did not exist"),
        pytest.param("mv web out; scp -r out host:", WEB, id="moved"),
        pytest.param("cp -r web /var/www/app/", WEB, id="cp on the server"),
        pytest.param("install -d out; cp -t out -r web; scp -r out host:", WEB, id="install -d and cp -t"),
        pytest.param("zip -r x . && unzip x.zip -d /var/www/app", ENV, id="zip and unzip"),
        pytest.param("sftp host <<E\nlcd web\nput -r dist\nE\n", {"web/dist/.env"}, id="sftp from another folder"),
        pytest.param("pscp -batch -pw secret -r web host:", WEB, id="PuTTY's options"),
    ],
)
def test_scripts_send(script: str, expected: set[str]) -> None:
    assert taken(copies(script, {"names": ".env\nmain.js\n"}), ENV) == expected


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("tar cz -X gone . | ssh host tar xz", "gone"),
        ("tar cz --exclude=$WHAT . | ssh host tar xz", "${WHAT}"),
        ("tar czf x.tgz --exclude-tag=no . ; scp x.tgz host:", "--exclude-tag"),
        ("git ls-files | tar czT - | ssh host tar xz", "a list"),
        ("zip -r x.zip . -x@gone", "gone"),
        ("find . | zip x.zip -@", "fed"),
    ],
)
def test_what_cannot_be_known_is_said_where_it_arrives(script: str, said: str) -> None:
    found = copies(script)
    assert found
    with pytest.raises(Unclear) as caught:
        taken(found, [".env"])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("script", "mechanisms"),
    [
        pytest.param("git pull", [], id="on a developer's machine"),
        pytest.param("git push origin main", [], id="a push to a forge"),
        pytest.param("git checkout -b new", [], id="a new branch"),
        pytest.param("ssh host 'cd /srv/app && git fetch && git status'", [], id="a fetch"),
        pytest.param("ssh host 'cd /srv/app && git pull'", ["git pull"], id="on the server"),
        pytest.param("git -C /var/www/app reset --hard origin/main", ["git reset"], id="in the server's folder"),
        pytest.param("git --git-dir=/home/me/app.git --work-tree=/var/www/app checkout -f", ["git checkout"], id="a hook's work tree"),
        pytest.param("git push heroku main", ["git push"], id="a platform"),
    ],
)
def test_git_as_a_deploy(script: str, mechanisms: list[str]) -> None:
    found = copies(script)
    assert [copy.mechanism for copy in found] == mechanisms
    assert all(copy.follows_git for copy in found)


def test_slugignore_counts_on_heroku_alone() -> None:
    ignore = {".slugignore": ".env\n!.env\n"}
    assert taken(copies("git push heroku main", ignore), ENV) == set()
    assert taken(copies("git push dokku main", ignore), ENV) == ENV


def test_a_link_over_a_file_counts_as_written() -> None:
    (copy,) = copies("ln -sf /srv/shared/.env .env; rsync -a ./ host:")
    assert copy.written == (".env",)
    (copy,) = copies("ln -s /srv/shared/.env .env; rsync -a ./ host:")
    assert copy.written == ()  # ln refuses to replace a file
