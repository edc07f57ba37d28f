"""`make bench`: measures whole commands of stopgap beside its peers, in the same run, and prints ratios. See bench/README.md.

Everything happens in one temporary folder, which is removed at the end and on Ctrl-C. No time is ever asserted. Exit status: 0, 1 where
a command of stopgap failed (it says which), 2 where the bench could not be set up (it says why), 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import secrets
import shutil
import signal
import string
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple, NoReturn

import history
import subjects
from measure import MB, Bench, Row, measure, run
from subjects import Subjects

CHECKOUT = Path(__file__).resolve().parent.parent
SOURCES = ("hooks", "pyproject.toml", "setup.py", "README.md", "LICENSE")  # what the build reads
JOBS = ("detection", "commit", "deploys", "tree", "many-files", "large-file", "history")
LETTERS = string.ascii_letters + string.digits
COMMON = ("value", "result", "name", "index", "user", "request", "cache", "path", "response", "count", "model", "field", "query", "form")
WATCHED = ("token", "password", "key")  # words at which a secret scanner looks twice
CHANGED = ("src/part003.py", "src/part007.py")
RELEASES = 30


class SetupError(Exception):
    """The bench could not be set up."""


class Table(NamedTuple):
    """One job's result."""

    title: str
    rows: list[Row]


def main(argv: Sequence[str] | None = None) -> int:
    args = parse(argv)
    signal.signal(signal.SIGTERM, stopped)
    try:
        with tempfile.TemporaryDirectory(prefix="stopgap-bench-") as folder:
            os.environ["TMPDIR"] = folder  # what pip has begun when it is interrupted goes too
            return everything(args, Path(folder).resolve())
    except SetupError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted; nothing is left behind", file=sys.stderr)
        return 130


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.py", description="Measures stopgap beside its peers. See bench/README.md.")
    parser.add_argument("--only", nargs="+", choices=JOBS, default=JOBS, metavar="JOB", help=f"of {', '.join(JOBS)}")
    parser.add_argument("--rounds", type=int, help="runs of each command (default: 15 for a commit, 5 for a tree)")
    parser.add_argument(
        "--package",
        nargs="+",
        default=["Django"],
        metavar="NAME",
        help="the source packages whose tree is scanned, NAME or NAME==VERSION (default: Django)",
    )
    parser.add_argument(
        "--peers", type=Path, default=CHECKOUT / ".bench", metavar="DIR", help="where the peers are installed (default: .bench)"
    )
    parser.add_argument("--stopgap", type=Path, metavar="FILE", help="measure this command, in place of one installed from this checkout")
    parser.add_argument("--all", action="store_true", help="detect-secrets on the tree too, which takes minutes")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, two rounds, no download: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE too")
    return parser.parse_args(argv)


def stopped(_signal: int, _frame: object) -> NoReturn:
    """Ends the program in a way that removes the folder."""
    raise KeyboardInterrupt


def everything(args: argparse.Namespace, folder: Path) -> int:
    """Sets up, measures and prints."""
    found = subjects.find(args.stopgap.absolute() if args.stopgap else installed(folder), args.peers.absolute())
    print("\n".join(introduction(found)), flush=True)
    tables = []
    for table in measured(args, folder, found):
        print("\n" + "\n".join(rendered(table)), flush=True)
        tables.append(table)
    if args.json:
        args.json.write_text(json.dumps(as_json(found, tables), indent=1) + "\n", "utf-8")
    broken = [row for table in tables for row in table.rows if row.failure and row.name.startswith("stopgap")]
    return 1 if broken else 0


def measured(args: argparse.Namespace, folder: Path, found: Subjects) -> Iterator[Table]:
    """The jobs, one after the other; what a job needs is made only for it."""
    environ = environment(folder)
    rounds = args.rounds or (2 if args.quick else 15)
    if "detection" in args.only:
        yield detection(found, 1 if args.quick else 16)
    if "commit" in args.only:
        yield from commits(folder, environ, rounds, found)
    if "deploys" in args.only:
        yield from deploys(folder, environ, rounds, found, 300 if args.quick else 5000)
    if "tree" in args.only:
        tree = folder / "tree"
        what = generated_tree(tree, 12) if args.quick else downloaded_trees(args.package, tree)
        committed(tree, environ, folder / "tree.git")
        yield whole_tree(what, Bench(tree, environ, args.rounds or (2 if args.quick else 5)), found, slow=args.all)
        index = {**environ, "GIT_INDEX_FILE": str(folder / "tree.git/index")}
        names = tuple(sorted(str(path.relative_to(tree)) for path in tree.rglob("*.py") if path.stat().st_size > 2000)[:2])
        stage(tree, environ, names, token=False)
        yield Table(f"a commit of two files in {what}", measure(subjects.of_commit(found, names), Bench(tree, index, rounds)))
    if "many-files" in args.only:
        tree, count = folder / "many", 300 if args.quick else 100_000
        small_files(tree, count)
        committed(tree, environ, folder / "many.git")
        yield whole_tree(f"{count:,} small files", Bench(tree, environ, args.rounds or 2), found, slow=False)
    if "large-file" in args.only:
        yield large_file(folder / "large", environ, found, *((2, 1, 2) if args.quick else (1024, 5, 300)))
    if "history" in args.only:
        yield from histories(folder, environ, args, found)


def histories(folder: Path, environ: dict[str, str], args: argparse.Namespace, found: Subjects) -> Iterator[Table]:
    """All commits of a repository: of many small ones, and of a package's releases. The warm-up of the second audit is a first one."""
    count, small = 200 if args.quick else 20_000, folder / "small-commits"
    token = ("ghp" + "_" + "".join(secrets.choice(LETTERS) for _ in range(36))).encode()
    history.small_commits(small, environ, count, history.library(), token)
    yield whole_history(f"{count:,} small commits", small, environ, args, found)
    for number, name in enumerate(() if args.quick else args.package):
        place = folder / f"releases-{number}"
        yield whole_history(released(place, environ, name), place, environ, args, found)


def whole_history(what: str, where: Path, environ: dict[str, str], args: argparse.Namespace, found: Subjects) -> Table:
    bench = Bench(where, environ, args.rounds or (2 if args.quick else 3))
    return Table(f"the history of {what}", measure(subjects.of_history(found), bench, memory=True))


def released(folder: Path, environ: dict[str, str], package: str) -> str:
    """A repository of the package's newest releases."""
    argv = (sys.executable, "-m", "pip", "index", "versions", "--disable-pip-version-check", package)
    listed = run(argv, Bench(folder.parent, os.environ, 1)).out.decode("utf-8", "replace")
    return history.releases(folder, package, RELEASES, downloaded_tree, listed, lambda *words: git(folder, environ, *words))


def commits(folder: Path, environ: dict[str, str], rounds: int, found: Subjects) -> Iterator[Table]:
    """A commit of two files in a small repository, as git's hook sees it: clean, as nearly all are, then with a token in it."""
    for name, token in (("clean", False), ("with one token", True)):
        repository = folder / name.replace(" ", "-")
        generated_tree(repository)
        committed(repository, environ)
        stage(repository, environ, CHANGED, token=token)
        bench = Bench(repository, {**environ, "GIT_INDEX_FILE": ".git/index"}, rounds)
        yield Table(f"a commit of two files, {name}", measure(subjects.of_commit(found, CHANGED), bench))


# A few deploy files as a repository of that size has them, and a template, as with one the code is searched for what reads settings.
DEPLOYS = {
    "Dockerfile": "FROM python:3.12\nCOPY . /app\n",
    ".dockerignore": ".env*\n",
    ".env.example": "DB_PASSWORD=\n",
    ".github/workflows/deploy.yml": "jobs:\n  deploy:\n    steps:\n      - uses: actions/checkout@v4\n      - run: rsync -a out/ h:/srv/\n",
    "deploy.sh": "#!/bin/bash\nset -e\nrsync -a --exclude='.env*' ./ app@host:/srv/app/\n",
    "docker-compose.yml": "services:\n  app:\n    build: .\n    environment:\n      LOG_LEVEL: info\n",
}


def deploys(folder: Path, environ: dict[str, str], rounds: int, found: Subjects, count: int) -> Iterator[Table]:
    """What the checks of deploys and settings cost a commit in a repository of many files: without a deploy file, and with a few."""
    for name, more in (("no deploy file", {}), ("a few deploy files", DEPLOYS)):
        repository = folder / name.replace(" ", "-")
        small_files(repository, count, reading=100)
        (repository / ".gitignore").write_bytes(b".env*\n!.env.example\n")
        for path, text in more.items():
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_text(text)
        committed(repository, environ)
        git(repository, environ, "gc", "-q")
        stage(repository, environ, ("d0000/part00.py", "d0001/part01.py"), token=False)
        bench = Bench(repository, {**environ, "GIT_INDEX_FILE": ".git/index"}, rounds)
        commands = [*subjects.floors(found), *(subjects.stopgap(found, word) for word in subjects.STANDING), subjects.less(found)]
        yield Table(f"a commit in {count:,} files, {name}", measure(commands, bench))


def whole_tree(what: str, bench: Bench, found: Subjects, *, slow: bool) -> Table:
    return Table(f"the whole tree of {what}", measure(subjects.of_tree(found, slow=slow), bench, memory=True))


def detection(found: Subjects, size: int) -> Table:
    """Detection alone, on one core: what a second of it reads."""
    argv = (found.python, str(Path(__file__).with_name("detection.py")), str(size))
    with tempfile.TemporaryDirectory() as folder:
        done = run(argv, Bench(Path(folder), environment(Path(folder)), 1))
    if done.status != 0:
        return Table("detection alone", [Row("stopgap's detection", argv, peer=False, failure=f"exit {done.status}: {done.error[:120]}")])
    rows = [Row(f"{what}: {size / seconds:.0f} MB/s", argv, peer=False, seconds=(seconds,)) for what, size, seconds in json.loads(done.out)]
    return Table(f"detection alone, on one core, {size} MB of Python's library", rows)


def large_file(folder: Path, environ: dict[str, str], found: Subjects, large: int, line: int, staged: int) -> Table:
    """stopgap alone, on a file of `large` megabytes, on one that is a line of `line`, both given by name, and one of `staged` that is."""
    folder.mkdir()
    git(folder, environ, "init", "-q", ".")
    git(folder, environ, "commit", "-q", "--allow-empty", "-m", "a start")
    for name, size, newline in (("lines.txt", large, b"\n"), ("one-line.txt", line, b" "), ("staged.txt", staged, b"\n")):
        with open(folder / name, "wb") as file:
            for number in range(size * 16):
                file.write(source(number % 16).replace(b"\n", newline)[: MB // 16].ljust(MB // 16, b"#"))
    named = [subjects.stopgap(found, "scan-diff", name) for name in ("lines.txt", "one-line.txt")]
    rows = measure(named, Bench(folder, environ, 0), memory=True)
    git(folder, environ, "-c", "core.compression=0", "add", "staged.txt")
    rows += measure(
        [subjects.stopgap(found, "scan-diff")._replace(name="stopgap scan-diff (staged.txt)")], Bench(folder, environ, 0), memory=True
    )
    return Table(f"a file of {large} MB, a line of {line} MB, {staged} MB that are staged", rows)


def small_files(target: Path, count: int, reading: int = 1) -> None:
    """Files of some 400 bytes that look like code, a hundred in a folder; one of `reading` may read its environment."""
    lines = source(1).split(b"\n")
    others = [line for line in lines if b"environ" not in line]
    for number in range(count):
        folder = target / f"d{number // 100:04}"
        if number % 100 == 0:
            folder.mkdir(parents=True)
        from_these = others if number % reading else lines
        at = number * 7 % (len(from_these) - 10)
        (folder / f"part{number % 100:02}.py").write_bytes(b"\n".join(from_these[at : at + 10]) + b"\n")


def installed(folder: Path) -> Path:
    """stopgap as users have it: installed from this checkout, not editable, in an environment of its own. Its command."""
    copy, venv = folder / "checkout", folder / "venv"
    copy.mkdir()
    for name in SOURCES:  # a build leaves traces in the folder it builds from, and takes up those of earlier ones
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(CHECKOUT / name, copy / name)
    print("bench: installing stopgap from this checkout ...", file=sys.stderr, flush=True)
    required(sys.executable, "-m", "venv", str(venv))
    required(str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(copy))
    return venv / "bin/stopgap"


def downloaded_trees(packages: Sequence[str], target: Path) -> str:
    """Unpacks packages side by side. Returns their names."""
    target.mkdir()
    return ", ".join(downloaded_tree(package, target / f"p{number}") for number, package in enumerate(packages))


def downloaded_tree(package: str, target: Path) -> str:
    """Unpacks a package's newest source archive from the package index. Returns NAME-VERSION."""
    print(f"bench: downloading the source of {package} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        required(*pip, "--no-deps", "--no-binary", ":all:", "--dest", folder, package)
        archive = next(Path(folder).glob("*.tar.gz"), None)
        if archive is None:
            raise SetupError(f"{package} has no source archive of the kind .tar.gz")
        with tarfile.open(archive) as file:
            if hasattr(tarfile, "data_filter"):
                file.extractall(folder, filter="data")
            else:  # an older 3.10 or 3.11: the archive is trusted, as pip did when it asked it for its name
                file.extractall(folder)
        next(path for path in Path(folder).iterdir() if path.is_dir()).rename(target)
        return archive.name.removesuffix(".tar.gz")


def generated_tree(target: Path, files: int = 60) -> str:
    """A small repository's worth of generated files."""
    (target / "src").mkdir(parents=True)
    for number in range(files):
        (target / f"src/part{number:03}.py").write_bytes(source(number))
    (target / ".gitignore").write_bytes(b".env*\n!.env.example\n__pycache__/\n")
    (target / "README.md").write_bytes(b"# An example\n")
    return "generated files"


def source(seed: int, lines: int = 2400) -> bytes:
    """About 100 kB that look like code, the same for the same seed."""
    pick = random.Random(seed)
    made = []
    for _ in range(lines):
        one, two, three = pick.choices((*COMMON, *WATCHED), (4,) * len(COMMON) + (1,) * len(WATCHED), k=3)
        made.append(
            pick.choice(
                (
                    f"    {one}_{two} = self.get_{three}({two}, default={pick.randrange(1000)})",
                    f'    log.info("the {one} of %s is not a {two}", {three})',
                    f"def {one}_of_{two}({three}: str) -> dict[str, {one.title()}]:",
                    f'    {one} = os.environ["{two.upper()}_{three.upper()}"]',
                    "",
                )
            )
        )
    return "\n".join(made).encode() + b"\n"


def committed(folder: Path, environ: dict[str, str], git_dir: Path | None = None) -> None:
    """Makes a repository of a folder, with its data elsewhere where a scan of the folder would otherwise read it too."""
    git(folder, environ, "init", "-q", *(("--separate-git-dir", str(git_dir)) if git_dir else ()), ".")
    git(folder, environ, "add", "-f", ".")
    git(folder, environ, "commit", "-q", "-m", "all files")


def stage(folder: Path, environ: dict[str, str], names: Sequence[str], *, token: bool) -> None:
    """Stages twenty more lines in each file, with a token that is generated now where one is asked for."""
    for seed, name in enumerate(names):
        with open(folder / name, "ab") as file:
            file.write(source(1000 + seed, 20))
            if token and seed == 0:
                file.write(b'token = "ghp' + b"_" + "".join(secrets.choice(LETTERS) for _ in range(36)).encode() + b'"\n')
    git(folder, environ, "add", *names)


def git(folder: Path, environ: dict[str, str], *argv: str) -> None:
    required("git", *argv, cwd=folder, env=environ)


def required(*argv: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Runs a command of the setup. Raises SetupError with the last thing it said where it fails."""
    try:
        done = run(argv, Bench(cwd or Path.cwd(), env or os.environ, 1))
    except OSError as error:
        raise SetupError(f"cannot run {argv[0]}: {error.strerror}") from error
    if done.status:
        raise SetupError(f"{' '.join(argv)}: exit {done.status}: {done.error}")


def environment(folder: Path) -> dict[str, str]:
    """What all commands see: no personal configuration, and folders of their own for the caches that they write."""
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "SYSTEMROOT") if name in os.environ}
    person = {
        f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Bench"), ("EMAIL", "b@example.org"))
    }
    return {
        **kept,
        **person,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def introduction(found: Subjects) -> Iterator[str]:
    """What runs where."""
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load()}"
    yield f"stopgap: {found.stopgap}"
    missing = [name for name in subjects.DISTRIBUTIONS if name not in found.versions]
    if found.versions:
        yield "peers: " + ", ".join(f"{name} {version}" for name, version in sorted(found.versions.items()))
    if missing:
        yield f"not installed: {', '.join(missing)}. To measure beside them: {subjects.INSTALL}"


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def rendered(table: Table) -> Iterator[str]:
    """A table as text: milliseconds, the ratio to the fastest peer, findings, and megabytes where memory was measured."""
    memory = any(row.peak for row in table.rows)
    heads = ("command", "median", "best", "worst", "ratio", "finds", *(("peak MB", "git's MB") if memory else ()))
    wide = max(len(row.name) for row in table.rows) + 2
    yield table.title
    yield f"  {heads[0]:{wide}}" + "".join(f"{head:>9}" for head in heads[1:])
    for row in table.rows:
        yield f"  {row.name:{wide}}" + (row.failure or "".join(f"{cell:>9}" for cell in cells(row, memory)))


def cells(row: Row, memory: bool) -> Iterator[str]:
    yield from (f"{1000 * seconds:.0f} ms" for seconds in (median(row.seconds), min(row.seconds), max(row.seconds)))
    yield "-" if row.ratio is None else f"{row.ratio:.2f}"
    yield "-" if row.findings is None else str(row.findings)
    if memory:
        yield from (f"{size / MB:.0f}" if size else "-" for size in (row.peak, row.git))


def as_json(found: Subjects, tables: list[Table]) -> dict[str, object]:
    """All figures: seconds of each round, peak in bytes."""
    machine = {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
    jobs = [{"title": table.title, "rows": [row._asdict() for row in table.rows]} for table in tables]
    return {"machine": machine, "peers": found.versions, "jobs": jobs}


if __name__ == "__main__":
    sys.exit(main())
