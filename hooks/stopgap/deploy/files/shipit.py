"""shipit: `shipitfile.js` names a repository or a workspace, and what rsync leaves out of it.

https://github.com/shipitjs/shipit/tree/master/packages/shipit-deploy: what is sent is the workspace (a fresh checkout where `repositoryUrl`
is set), in it `dirToCopy`, without `ignores`; a release begins as a copy of the last, and rsync deletes what is no more. shipit-shared puts
links for its `files` and `dirs` over it.
"""

from __future__ import annotations

import posixpath

from .. import place
from ..code.given import Call
from ..copy import Copy, Filter
from ..steps import Steps
from ..yamls import Map
from .js_tasks import word

RELEASE = "/=release="


def config(calls: list[Call], steps: Steps) -> None:
    """The release that `initConfig` describes, of the default environment and of each that says otherwise."""
    given = next((call for call in calls if call.name.endswith(".initConfig") and call.name != "grunt.initConfig"), None)
    if given is None or not given.map():
        return
    whole = given.map()
    default = whole.map("default")
    for name, own in whole.items():
        if not isinstance(own, Map) or (name == "default" and len(whole) > 1):
            continue
        release(Map({**default, **own}), given.line, steps)
    for call in calls:
        if call.name.rpartition(".")[2] in ("copyToRemote", "remoteCopy", "scpCopyToRemote") and call.text(0):
            copied(call, default, steps)


def release(own: Map, line: int, steps: Steps) -> None:
    """One environment's release."""
    checkout = bool(own.text("repositoryUrl"))
    folder = own.text("rsyncFrom") or ("" if checkout else own.text("workspace"))
    if not checkout and not folder:
        return
    source = place.joined(place.ROOT, posixpath.join(folder or ".", own.text("dirToCopy")))
    at = next(
        (getattr(own.get(name), "line", 0) for name in ("repositoryUrl", "workspace", "deployTo") if getattr(own.get(name), "line", 0)),
        line,
    )
    ignores = own.get("ignores")
    patterns = tuple(f"- {one}" for one in ignores if isinstance(one, str)) if isinstance(ignores, list) else ()
    made = Copy("shipit", steps.path, at, deletes="extraneous", follows_git=checkout)
    if isinstance(ignores, str) and ignores:
        made = made._replace(unknown="what `ignores` holds comes from outside of this file")
    filters = (Filter("rsync", patterns),)
    made = made._replace(protects=(Filter("rsync_kept", patterns),))
    steps.sent(source, at, "shipit", own.text("deployTo"), filters, at=RELEASE, made=made)
    shared = own.map("shared")
    for name in ("files", "dirs"):
        for one in shared.get(name) or []:
            path = one.text("path") if isinstance(one, Map) else one
            if isinstance(path, str):
                steps.replace(place.joined(RELEASE, path))


def copied(call: Call, default: Map, steps: Steps) -> None:
    """`shipit.copyToRemote(from, to, { ignores })`: rsync, with the ignores of the configuration where none are given."""
    given = call.map()
    ignores = given.get("ignores") if given and "ignores" in given else default.get("ignores")
    words = [f"--exclude={word(one)}" for one in ignores] if isinstance(ignores, list) else []
    source = call.text(0)
    before = len(steps.copies)
    steps.shell(" ".join(["rsync -az", *words, source if "*" in source else word(source), word(f"server:{call.text(1)}")]), call.line)
    for number in range(before, len(steps.copies)):
        steps.copies[number] = steps.copies[number]._replace(mechanism="shipit")
