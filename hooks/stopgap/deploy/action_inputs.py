"""What an action sends by its inputs: sources, patterns of sources, and exclusions in the dialect of the action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import place
from .actions import Step, parted
from .copy import Copy, Deletes, Filter
from .run import Run


def sent(row: dict[str, Any], step: Step, run: Run) -> Iterator[Copy]:
    """What a step sends by its inputs, or puts elsewhere on the machine where it runs."""
    value = step.inputs.get(row["source"].lower())
    if value is None:
        return
    sources = parted(value, row["separator"]) if "separator" in row else [value.strip()]
    sources = [one.partition(row["arrow"])[0].strip().strip("'\"") if "arrow" in row else one for one in sources]
    base = place.joined(step.workspace, step.inputs.get(row.get("base", "").lower(), "").strip().lstrip("/") or ".")
    own, unknown = exclusions(row, step, run)
    made = Copy("", run.path, step.line, kind=row.get("kind", "server"), deletes=deletes(row, step), unknown=unknown)
    for where, filters in located(row, base, sources, run):
        if "stage" not in row:
            yield from run.sent(where, (*filters, *own), made)
            continue
        at = place.joined(step.workspace, step.inputs.get(row["stage"].lower(), "") or ".")
        run.stage(where, at, (*filters, *own))
        if row.get("pack"):
            run.archives.add(at)


def located(row: dict[str, Any], base: str, sources: list[str], run: Run) -> Iterator[tuple[str, tuple[Filter, ...]]]:
    """The places that the sources name, each with what its pattern leaves out."""
    glob = row.get("glob", "")
    taken = [one for one in sources if not one.startswith("!")]
    if glob == "actions_glob":
        yield base, (Filter(glob, tuple(within(one, base) for one in sources)),)
    elif glob == "go_glob":
        left = tuple(pattern for one in sources if one.startswith("!") for pattern in found_by_go(one[1:], run))
        own = (Filter("tar", left),) if left else ()
        for one in taken:
            whole = one.strip("/") in ("", ".")
            yield base, (*(() if whole else (Filter(glob, (one,)),)), *(each._replace(before="./") if whole else each for each in own))
    else:
        for one in taken:
            yield from named(one, base, glob, run)


def named(source: str, base: str, glob: str, run: Run) -> Iterator[tuple[str, tuple[Filter, ...]]]:
    """A place, or what a pattern finds: names of the repository by the shell's rules, archives that an earlier step made by any."""
    if not source:
        yield base, ()
    elif "*" in source and glob == "shell":
        folder, _, pattern = source.rpartition("/")
        yield place.joined(base, folder or "."), (Filter("shell", (pattern,)),)
    elif "*" in source:
        ending = source.rpartition("*")[2]
        yield from ((at, ()) for at in sorted(run.archives) if at.endswith(ending))
    else:
        yield place.joined(base, source), ()


def within(pattern: str, base: str) -> str:
    """A pattern as it is from the base on, if it says the base itself."""
    sign, bare = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    return sign + (bare[len(base) :].lstrip("/") or "**" if bare.startswith(base) else bare)


def found_by_go(pattern: str, run: Run) -> list[str]:
    """The names that Go's Glob finds for an exclusion, which tar is then told to leave out: a name without a sign is one in any case.

    Behind them what the pattern would find if it were there: it is matched from the root, while a name is left out at any depth.
    """
    from .filters import go_glob

    if not any(sign in pattern for sign in "*?["):
        return [f":{pattern}"]
    size = pattern.removeprefix("./").count("/") + 1
    names = {"/".join(name.split("/")[:size]) for name in run.tree.names if name.count("/") >= size - 1}
    bare = pattern.removeprefix("./")
    return [*sorted(f":{name}" for name in names if go_glob.passes((pattern,), name)), f"AS:{bare}", f"AS:./{bare}"]


def deletes(row: dict[str, Any], step: Step) -> Deletes:
    """What the step deletes at its target."""
    if "everything" in row and step.has(row["everything"]):
        return "everything"
    if "extraneous" in row and step.has(row["extraneous"]):
        return "extraneous"
    fixed: Deletes = row.get("deletes", "")
    return fixed


def exclusions(row: dict[str, Any], step: Step, run: Run) -> tuple[tuple[Filter, ...], str]:
    """What the step leaves out, and why that cannot be known, "" where it can."""
    dialect = row.get("dialect", "")
    value = step.inputs.get(row.get("exclude", "").lower(), "") if "exclude" in row else ""
    patterns = parted(value, row["between"]) if value.strip() else row.get("instead", [])
    patterns = [*row.get("always", ()), *patterns]
    if "exclude-file" in row:
        patterns += (run.tree.text(row["exclude-file"]) or "").splitlines()
    unknown = next(
        (f"{row['exclude']} takes {place.told(one)}, which nothing here sets" for one in patterns if not place.is_known(one)), ""
    )
    own: tuple[Filter, ...] = ()
    if "hidden" in row and not step.has(row["hidden"]):
        own = (Filter("hidden"),)
    if not patterns:
        return own, unknown
    if dialect == "rsync":
        patterns = [f"- {one}" for one in patterns]
    elif dialect == "tar":
        patterns = [f":{one}" for one in patterns]
    elif dialect == "actions_glob":
        patterns = ["**", *(f"!{one}" for one in patterns)]
    return (*own, Filter(dialect, tuple(patterns))), unknown
