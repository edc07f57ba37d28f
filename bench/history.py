"""Histories for the bench: many small commits, and the successive releases of a package, each a commit."""

from __future__ import annotations

import random
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

FILES, LINES = 400, 120  # of the small history: files, and lines of each
START, STEP = 1_400_000_000, 3600  # seconds since 1970, and between two commits
MERGED = 12  # every so many commits a branch is merged


def library() -> list[list[bytes]]:
    """Real code: the lines of the longer modules of this Python's own library, the same for the same Python."""
    folder = Path(sysconfig.get_path("stdlib"))
    modules = (path for path in sorted(folder.rglob("*.py")) if not {"site-packages", "test", "tests"} & {*path.parts})
    return [lines for path in modules if len(lines := path.read_bytes().split(b"\n")) >= 4 * LINES]


def small_commits(folder: Path, environ: Mapping[str, str], count: int, code: Sequence[Sequence[bytes]], token: bytes) -> None:
    """A repository of small commits, some of them merges. A token is in it for a while, and an env file.

    `code`: the lines of which each file has its own: git stores a version as its difference from another of the same file.
    """
    folder.mkdir(parents=True)
    subprocess.run(("git", "init", "-q", "-b", "main", "."), cwd=folder, env=environ, check=True)
    argv = ("git", "fast-import", "--quiet")
    with subprocess.Popen(argv, cwd=folder, env=environ, stdin=subprocess.PIPE) as process:
        assert process.stdin
        for piece in stream(count, code, token):
            process.stdin.write(piece)
    if process.returncode:
        raise OSError(f"git fast-import: exit {process.returncode}")
    for words in (("repack", "-adfq"), ("reset", "-q", "--hard")):
        subprocess.run(("git", *words), cwd=folder, env=environ, check=True)


def stream(count: int, code: Sequence[Sequence[bytes]], token: bytes) -> Iterator[bytes]:
    """What git-fast-import(1) reads: the same for the same arguments."""
    dice = random.Random(20)
    lines = {f"d{number % 20:02}/part{number:03}.py": code[number % len(code)] for number in range(FILES)}
    tree = {path: stretch(dice, among, LINES) for path, among in lines.items()}
    yield commit(1, 0, 0, {path: b"\n".join(text) for path, text in tree.items()})
    before: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    for number in range(2, count + 1):
        changed = dice.sample(sorted(tree), 2)
        for path in changed:
            at = dice.randrange(LINES - 5)
            tree[path][at : at + 3] = stretch(dice, lines[path], 3)
        files = {path: b"\n".join(tree[path]) for path in changed}
        if number == count // 3:
            files |= {"settings.py": b'token = "' + token + b'"', ".env": b"DB_PASSWORD=" + token[-20:]}
        elif number == count // 2:
            files |= {"settings.py": b"", ".env": b"DEBUG=1"}
        # the commit before a merge stands on a branch of its own, beside the one before it
        beside, merges = number % MERGED == MERGED - 1, number % MERGED == 0
        yield commit(number, number - 1 - beside, (number - 2) * merges, {**before, **files} if merges else files)
        before, last = (last if beside else {}), files


def stretch(dice: random.Random, lines: Sequence[bytes], count: int) -> list[bytes]:
    """So many lines that follow each other."""
    at = dice.randrange(len(lines) - count)
    return list(lines[at : at + count])


def commit(number: int, parent: int, merge: int, files: Mapping[str, bytes]) -> bytes:
    """One commit."""
    who = f"Bench <b@example.org> {START + number * STEP} +0000"
    parts = [f"commit refs/heads/main\nmark :{number}\nauthor {who}\ncommitter {who}\ndata 8\na change\n".encode()]
    parts += [f"from :{parent}\n".encode()] * bool(parent) + [f"merge :{merge}\n".encode()] * bool(merge)
    for path, text in files.items():
        parts.append(f"M 100644 inline {path}\ndata {len(text) + 1}\n".encode() + text + b"\n\n")
    return b"".join(parts) + b"\n"


def releases(folder: Path, package: str, count: int, unpack: Callable[[str, Path], str], listed: str, git: Callable[..., None]) -> str:
    """A repository of a package's newest releases, the oldest first. `listed`: what `pip index versions` says. Returns what it is.

    `unpack` puts the source of NAME==VERSION into a folder, and `git` runs git in this one.
    """
    line = next((line for line in listed.splitlines() if line.startswith("Available versions: ")), "")
    versions = [one for one in line.removeprefix("Available versions: ").split(", ") if one and one.replace(".", "").isdigit()][:count]
    folder.mkdir(parents=True)
    git("init", "-q", "-b", "main", ".")
    for version in reversed(versions):
        git("rm", "-rqf", "--ignore-unmatch", ".")
        unpack(f"{package}=={version}", folder / "source")
        git("add", "-f", ".")
        git("commit", "-q", "--allow-empty", "-m", version)
    return f"{len(versions)} releases of {package}"
