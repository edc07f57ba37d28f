"""Random small histories: the inventory is what a slow and simple reading of every tree of every commit finds."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap.detect.examples import expand
from stopgap.gather.audit_policy import policy
from stopgap.gather.auditing import Asked, audit
from stopgap.git.repository import open_history

from .conftest import Repo

CONFIG, OTHER = (".env", "prod.env", "a/.env"), ("notes", "a/app.cfg", "README")
SAME = "".join(f"Q{number}=x{number}\n" for number in range(12))  # most of a file, so that git sees renames
LONG = expand("<alnum:24>")
VALUES = (LONG, LONG[8:] + LONG[:8], "postgres", "1234")  # the first two tell enough to be known under any key
Tree = dict[str, str]  # content by path


class Known(NamedTuple):
    """A commit as it was made: its author's time is its own."""

    time: int
    parents: tuple[int, ...]
    tree: Tree


class Row(NamedTuple):
    """What is said of a value."""

    path: str
    key: str
    first: int
    last: int
    commits: int
    use: str
    used: tuple[str, ...]
    refs: tuple[str, ...]


def content(dice: random.Random) -> str:
    """An env file, or the same text in a file of another name; sometimes a short one."""
    lines = "".join(f"{key}={dice.choice(VALUES)}\n" for key in ("A", "B") if dice.random() < 0.8)
    return lines + (SAME if dice.random() < 0.8 else "")


def history(dice: random.Random) -> list[Known]:
    """Commits with up to three parents; a merge keeps its first parent's tree and whatever it changes itself."""
    made: list[Known] = []
    times = dice.sample(range(1_000_000), 14)  # in no order: clocks are wrong, and commits are picked and rebased
    for number, time in enumerate(times):
        count = dice.choice((0, 1, 1, 1, 1, 2, 2, 3)) if number else 0
        parents = tuple(dice.sample(range(number), min(count, number)))
        tree = dict(made[parents[0]].tree) if parents else {}
        for other in parents[1:]:
            tree.update({path: text for path, text in made[other].tree.items() if dice.random() < 0.5})
        for _ in range(dice.randrange(3)):
            change(dice, tree)
        made.append(Known(time, parents, tree))
    return made


def change(dice: random.Random, tree: Tree) -> None:
    """Writes a file, takes one away, or moves one."""
    path, there = dice.choice((*CONFIG, *OTHER)), sorted(tree)
    roll = dice.random()
    if roll < 0.5 or not there:
        tree[path] = content(dice)
    elif roll < 0.7:
        del tree[dice.choice(there)]
    else:
        text = tree.pop(dice.choice(there))
        tree[path] = text if dice.random() < 0.7 else text.replace("A=", "C=")


def build(repo: Repo, made: list[Known], refs: dict[str, int]) -> None:
    """Writes the commits with git fast-import."""
    lines: list[str] = []
    for number, one in enumerate(made):
        who = f"D <dev@example.org> {one.time} +0000"
        lines += [f"commit refs/heads/c{number}", f"mark :{number + 1}", f"author {who}", f"committer {who}", "data 0"]
        if one.parents:
            lines += [f"from :{one.parents[0] + 1}", *(f"merge :{parent + 1}" for parent in one.parents[1:])]
        lines.append("deleteall")
        for path, text in one.tree.items():
            lines += [f"M 100644 inline {path}", f"data {len(text)}", text]
        lines.append("")
    for name, number in refs.items():
        lines += [f"reset {name}", f"from :{number + 1}", ""]
    for number in range(len(made)):
        lines += [f"reset refs/heads/c{number}", f"from {'0' * 40}", ""]
    subprocess.run(("git", "fast-import", "--quiet", "--force"), cwd=repo.path, input="\n".join(lines).encode(), check=True)


def reached(made: list[Known], tip: int, path: str = "") -> set[int]:
    """A commit and all behind it; with a path, as far back as the file was never away."""
    found: set[int] = set()
    waiting = [tip]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += [one for one in made[number].parents if not path or path in made[one].tree]
    return found


def renames(repo: Repo, made: list[Known], numbers: set[int]) -> list[tuple[str, str]]:
    """What git takes for a rename, commit by commit; a merge's parents tell what was renamed before it: of it, what none of them has."""
    by_time = {int(line.split()[1]): line.split()[0] for line in repo.git("log", "--all", "--format=%H %at").decode().splitlines()}
    pairs = []
    for number in numbers:
        parents = made[number].parents
        for parent in parents:
            names = [by_time[made[one].time] for one in (parent, number)]
            out = repo.git("diff-tree", "-r", "-M", "--no-rename-empty", "--name-status", *names).decode()
            lines = [line.split("\t")[1:] for line in out.splitlines() if line.startswith("R")]
            pairs += [(old, new) for old, new in lines if len(parents) < 2 or not any(new in made[one].tree for one in parents)]
    return pairs


def grouped(pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The paths that are one file with each config file's, through renames of renames."""
    known = {path: {path} for path in CONFIG}
    for _ in range(10):
        for one, other in (*pairs, *(pair[::-1] for pair in pairs)):
            if one in known:
                whole = known[one] | known.get(other, {other})
                known.update(dict.fromkeys(whole, whole))
    return {path: frozenset(paths) for path, paths in known.items()}


def removals(repo: Repo, made: list[Known], numbers: set[int]) -> set[tuple[int, str]]:
    """Where a config file went: every parent had it, or a merge took what was never known on the sides that have it not."""
    pairs = {number: renames(repo, made, {number}) for number in numbers}
    groups = grouped([pair for several in pairs.values() for pair in several])
    found = set()
    for number in numbers:
        moved = {old for old, _ in pairs[number]}
        for path in sorted(groups.keys() - made[number].tree.keys() - moved):
            having = [one for one in made[number].parents if path in made[one].tree]
            behind = [reached(made, one) for one in made[number].parents if path not in made[one].tree]
            if any(all(reached(made, one, path).isdisjoint(other) for other in behind) for one in having):
                found.add((made[number].time, path))
    return found


def settings(text: str) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, _, value in (line.partition("=") for line in text.splitlines()))


def expected(repo: Repo, made: list[Known], refs: dict[str, int], head: int) -> list[Row]:
    """The slow and simple reading."""
    by_ref = {name: reached(made, tip) for name, tip in refs.items()}
    numbers = set[int]().union(*by_ref.values())
    groups = grouped(renames(repo, made, numbers))
    holders: dict[tuple[frozenset[str], str, str], set[int]] = {}
    for number in numbers:
        for path, text in made[number].tree.items():
            for key, value in settings(text) if path in groups else ():
                holders.setdefault((groups[path], key, value), set()).add(number)
    tree = made[head].tree
    now = [(path, *pair) for path, text in sorted(tree.items()) if path in groups for pair in settings(text)]
    return sorted(row(made, by_ref, now, tree, *known, sorted(held, key=lambda one: made[one].time)) for known, held in holders.items())


def row(
    made: list[Known],
    by_ref: dict[str, set[int]],
    now: list[tuple[str, str, str]],
    tree: Tree,
    paths: frozenset[str],
    key: str,
    value: str,
    held: list[int],
) -> Row:
    """What is to be said of one value. `now`: path, key and value of all settings in HEAD, and `tree` all of it."""
    first = made[held[0]]
    path = min(path for path, text in first.tree.items() if path in paths and (key, value) in settings(text))
    used = tuple(dict.fromkeys(f"HEAD:{where}" for where, its, same in now if same == value and (its == key or len(value) > 20)))
    if not used and len(value) > 20:  # then in any other file
        used = tuple(f"HEAD:{where}" for where, text in tree.items() if value in text)
    there = any(where in paths and its == key for where, its, _ in now)
    refs = tuple(name for name, numbers in sorted(by_ref.items()) if numbers & set(held))
    use = "in-use" if used else "replaced" if there else "gone"
    return Row(path, key, first.time, made[held[-1]].time, len(held), use, used, refs)


@pytest.mark.parametrize("seed", range(30))
def test_the_inventory_is_what_a_slow_reading_finds(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    made = history(dice)
    refs = {f"refs/{kind}/r": dice.randrange(len(made)) for kind in ("tags", "remotes/o", "pull")}
    refs["refs/heads/main"] = len(made) - 1
    repo = Repo(tmp_path / "repo")
    build(repo, made, refs)
    repo.git("read-tree", "--empty")
    monkeypatch.chdir(repo.path)
    found = audit(here := open_history(), policy(here), Asked())
    rows = [
        Row(one.path, one.key, one.first.time, one.last.time, one.commits, one.use, tuple(sorted(one.used)), tuple(sorted(one.refs)))
        for one in found.values
    ]
    assert found.incomplete == ()
    wanted = [one._replace(used=tuple(sorted(one.used))) for one in expected(repo, made, refs, len(made) - 1)]
    assert sorted(rows) == sorted(wanted)
    told = [(event.moment.time, event.path) for file in found.files for event in file.events if event.deed == "removed"]
    assert sorted(told) == sorted(removals(repo, made, set[int]().union(*(reached(made, tip) for tip in refs.values()))))
