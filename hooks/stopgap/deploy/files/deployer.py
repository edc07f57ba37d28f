"""Deployer: `deploy.php` makes a release of what git has, with the shared files over it. https://deployer.org/docs/7.x/basics

What the recipes share, and the order of their tasks, is read in their sources: https://github.com/deployphp/deployer/tree/master/recipe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import place
from ..code.given import Call
from ..code.values import Program
from ..copy import Copy, Filter
from ..steps import SERVER, Steps
from ..tree import Tree
from ..yamls import Map

RELEASE = "/=release="
DEPLOYER = re.compile(r"(?i)namespace\s+deployer\b|use\s+(?:function\s+)?deployer\\|['\"/](?:recipe|contrib)/[\w/-]+\.php['\"]")
RECIPE = re.compile(r"['\"/](?:recipe|deployer)/([\w-]+)(?:\.php)?['\"]")
FILES = {
    "laravel": (".env",),
    "statamic": (".env",),
    "lumen": (".env",),
    "craftcms": (".env",),
    "codeigniter4": (".env",),
    "shopware": (".env", "install.lock", "public/.htaccess", "public/.user.ini"),
    "symfony": (".env.local",),
    "symfony4": (".env.local", ".env.local.php"),
    "symfony5": (".env.local", ".env.local.php"),
    "contao": (".env.local", "config/parameters.yml"),
    "symfony3": ("app/config/parameters.yml",),
    "sulu": ("app/config/parameters.yml",),
    "cakephp": ("config/.env", "config/app.php"),
    "cakephp4": ("config/.env", "config/app.php"),
    "wordpress": ("wp-config.php",),
    "magento2": ("app/etc/env.php",),
    "typo3": ("config/system/settings.php",),
}
NAMES = re.compile(r"\{\{\s*([\w/:.-]+)\s*\}\}")
SUBSTITUTED, DEEPEST, LONGEST = 500, 4, 20_000  # names that one text is filled with, within one another, and its characters
RELEASES = ("release_path", "release_or_current_path", "current_path", "current_release")
RSYNC = Map({"exclude": [".git", "deploy.php"], "flags": "rz", "options": ["delete"]})


class Said(NamedTuple):
    """What a `deploy.php` sets: values and their lines, the tasks that it defines, and its other calls."""

    values: dict[str, Any]
    lines: dict[str, int]
    tasks: dict[str, Call]
    calls: list[Call]


def read(path: str, text: str, tree: Tree) -> Iterator[Copy]:
    """The copies of a `deploy.php`, of a file without a recipe none."""
    if not DEPLOYER.search(text):
        return
    said = gathered(text, path)
    recipes = [found for found in RECIPE.findall(text) if found != "common"]
    steps = Steps(tree, path)
    if checks_out(said):
        steps.add(release(said, recipes, path, tree), RELEASE)
    for call in said.calls:
        commanded(call, steps, said)
    if uses(said, "rsync"):
        rsync(said, steps)
    if shares(said):
        for name in shared_files(said, recipes):
            steps.replace(place.joined(RELEASE, name))
    yield from steps.found()


def gathered(text: str, path: str) -> Said:
    """All calls of the file; `set`, `add` and `task` apart."""
    said = Said({}, {}, {}, [])
    for call in Program(text, "php", place.joined(place.ROOT, path.rpartition("/")[0] or ".")).calls():
        name = call.name.rpartition(".")[2]
        if name in ("set", "add") and call.text(0) and len(call.arguments) > 1:
            key, value = call.text(0), call.arguments[1]
            if name == "add" and isinstance(value, list):
                held = said.values.get(key, ("recipe",))
                value = [*held, *value]
            said.values[key] = value
            said.lines[key] = call.line
        elif name == "task" and call.text(0) and len(call.arguments) > 1:
            said.tasks[call.text(0)] = call
        said.calls.append(call)
    return said


def parts(said: Said) -> list[str]:
    """The tasks that `deploy` is made of where the file says so itself."""
    call = said.tasks.get("deploy")
    given = call.arguments[1] if call else None
    return [str(one) for one in given] if isinstance(given, list) else []


def checks_out(said: Said) -> bool:
    """Whether git's files go to the release: the recipe's own `deploy:update_code` runs, in version 7 as part of `deploy:prepare`."""
    if "deploy:update_code" in said.tasks:
        return False
    listed = parts(said)
    if not listed:
        return "deploy" not in said.tasks
    return "deploy:update_code" in listed or ("deploy:prepare" in listed and "deploy:release" not in listed)


def shares(said: Said) -> bool:
    """Whether `deploy:shared` is run."""
    listed = parts(said)
    return not listed or "deploy:shared" in listed or ("deploy:prepare" in listed and "deploy:release" not in listed)


def uses(said: Said, name: str) -> bool:
    """Whether a task is part of the deploy, or is put in the place of another one."""
    over = said.tasks.get("deploy:update_code")
    given = over.arguments[1] if over else None
    called = any(call.name in ("invoke", "before", "after") and name in call.arguments for call in said.calls)
    return name in parts(said) or called or given == name or (isinstance(given, list) and name in given)


def shared_files(said: Said, recipes: list[str]) -> Iterator[str]:
    """The names that are shared: the file's own, and with `add` those of its recipes."""
    value = said.values.get("shared_files", ["recipe"])
    for one in value if isinstance(value, (list, tuple)) else []:
        if one == "recipe":
            yield from (name for recipe in recipes for name in FILES.get(recipe, ()))
        elif isinstance(one, str):
            yield filled(one, said)


def release(said: Said, recipes: list[str], path: str, tree: Tree) -> Copy:
    """What git has of the repository; version 7 takes it with `git archive`, unless it is told to clone."""
    line = next((said.lines[name] for name in ("shared_files", "repository", "application") if name in said.lines), 1)
    unknown = ""
    strange = [name for name in recipes if name not in FILES]
    if strange and "recipe" in (said.values.get("shared_files", ("recipe",)) or ()) and shares(said):
        unknown = f"what the recipe {strange[0]} shares is not known here"
    own: tuple[Filter, ...] = ()
    if said.values.get("update_code_strategy", "archive") != "clone":
        own = (Filter("export_ignore", tuple((tree.text(".gitattributes") or "").splitlines())),)
    source = str(said.values.get("sub_directory", "") or "").strip("/")
    return Copy("deployer", path, line, source, "the release", filters=own, follows_git=True, unknown=unknown)


def filled(text: str, said: Said) -> str:
    """`{{name}}` replaced: the release's folder, what the file sets; all else stays as `${name}`."""
    left = SUBSTITUTED

    def put(found: re.Match[str], depth: int) -> str:
        nonlocal left
        left -= 1
        name = found[1]
        value = said.values.get(name)
        if name in RELEASES:
            return RELEASE
        if isinstance(value, str) and depth < DEEPEST and left > 0:
            return NAMES.sub(lambda inner: put(inner, depth + 1), value)[:LONGEST]
        return "${" + re.sub(r"\W", "_", name) + "}"

    made = NAMES.sub(lambda found: put(found, 0), text)[:LONGEST]
    return made.replace("${releasePath}", RELEASE).replace("${release_path}", RELEASE)


def commanded(call: Call, steps: Steps, said: Said) -> None:
    """`run`, `runLocally`, `upload`; what `cd` and `within` set holds for the commands behind it."""
    name = call.name
    if name == "run" and call.text(0):
        where = filled(call.map().text("cwd"), said) if call.map() else ""
        steps.shell(filled(call.text(0), said), call.line, cwd=where or RELEASE, host=SERVER, shell="bash")
    elif name in ("runLocally", "exec", "shell_exec", "system", "passthru") and call.text(0):
        steps.shell(filled(call.text(0), said), call.line, shell="bash")
    elif name == "upload" and len(call.arguments) > 1:
        for source in call.arguments[0] if isinstance(call.arguments[0], list) else call.arguments[:1]:
            if isinstance(source, str):
                upload(source, call, steps, said)


def upload(source: str, call: Call, steps: Steps, said: Said) -> None:
    """`upload('.', '{{release_path}}')` is rsync with what `options` says. https://deployer.org/docs/7.x/api#upload"""
    given = call.map().texts("options") if call.map() else []
    target = filled(call.text(1), said)
    said_source = filled(source, said)
    before = len(steps.copies)
    command = " ".join(["rsync", *map(quoted, given), pathname(said_source), quoted(f"server:{target}")])
    steps.shell(command, call.line)
    at = place.joined(RELEASE, target)
    inner = said_source.endswith(("/", "/.")) or said_source == "."
    name = said_source.rstrip("/").rpartition("/")[2]
    for number in range(before, len(steps.copies)):
        steps.copies[number] = steps.copies[number]._replace(mechanism="deployer upload")
        steps.places[number] = at if inner else place.joined(at, name)
    if place.inside(place.joined(place.ROOT, said_source)) not in (None, ""):
        later(steps, before, at, name)


def later(steps: Steps, before: int, at: str, name: str) -> None:
    """A file that is uploaded stands over that of the release, under its own name or the one that the target says."""
    kept = steps.copies[before:], steps.places[before:]
    del steps.copies[before:], steps.places[before:]
    steps.replace(at)
    steps.replace(place.joined(at, name))
    steps.copies += kept[0]
    steps.places += kept[1]


def quoted(text: str) -> str:
    """A word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def pathname(text: str) -> str:
    """A word in which the shell still looks for files."""
    return "".join(sign if sign.isalnum() or sign in "/._-*?${}=@" else "\\" + sign for sign in text)


def rsync(said: Said, steps: Steps) -> None:
    """`contrib/rsync.php`: options, inclusions, exclusions, filters, in this order. Its source says the defaults."""
    held = said.values.get("rsync")
    own = Map(RSYNC)
    if isinstance(held, Map):
        own = held
    elif isinstance(held, list):
        own.update(next((one for one in held if isinstance(one, Map)), {}))
    words = ["rsync", "-" + str(own.get("flags") or "rz"), *(f"--{one}" for one in listed(own, "options"))]
    words += [f"--include={one}" for one in listed(own, "include")]
    words += [f"--include-from={own.text('include-file')}"] if truthy(own.text("include-file")) else []
    words += [f"--exclude={filled(one, said)}" for one in listed(own, "exclude")]
    words += [f"--exclude-from={own.text('exclude-file')}"] if truthy(own.text("exclude-file")) else []
    words += [f"--filter={one}" for one in listed(own, "filter")]
    source = said.values.get("rsync_src", place.ROOT)
    source = filled(str(source), said) if isinstance(source, str) else "${rsync_src}"
    line = said.lines.get("rsync", said.lines.get("rsync_src", 1))
    before = len(steps.copies)
    steps.shell(" ".join([*map(quoted, words), quoted(source.rstrip("/") + "/"), "server:release/"]), line)
    for number in range(before, len(steps.copies)):
        steps.copies[number] = steps.copies[number]._replace(mechanism="deployer rsync")
        steps.places[number] = RELEASE


def listed(own: Map, name: str) -> list[str]:
    """The texts of a list."""
    value = own.get(name)
    return [str(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def truthy(text: str) -> bool:
    """Whether a name is given: `false` is none."""
    return text not in ("", "false")
