"""Which places of one setting disagree and ought not to? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from ..drift.setting import Reach, Setting
from ..model import Severity

PLACES = 100  # of one setting that are compared with each other
FEW = 3  # of an owner's that are compared with what is below it
# Where what is deployed is what the files say; elsewhere a connection to this machine and one to a container may both be right.
DEPLOYED = frozenset(("production", "staging", "preprod", "uat", "qa"))
CLUSTER = frozenset(("kubernetes", "helm"))
HOSTS = ("_HOST", "_SERVER", "_ADDR", "_ADDRESS", "_HOSTNAME")

Node = tuple[str, ...]
Hosts = dict[tuple[str, Node, str, str], Reach]  # where a host leads, by path, owner, environment and what stands before `_HOST`


class Pair(NamedTuple):
    """Two places of one setting that disagree."""

    one: Setting
    other: Setting
    severity: Severity


def is_left_out(one: Setting) -> bool:
    """A sample in a template or a workflow, and what leads there to this machine or a container: they are meant to differ."""
    if one.nature == "own" or not (one.template or one.kind == "workflow"):
        return False
    if one.nature == "secret":
        return one.sample or one.reach in ("loopback", "label")
    return one.reach != "remote"


def hosts_of(settings: Iterable[Setting]) -> Hosts:
    """Where the hosts lead that stand beside ports and passwords."""
    return {(one.path, one.owner, one.environment, one.name.rpartition("_")[0]): one.reach for one in settings if one.name.endswith(HOSTS)}


def disagreeing(group: list[Setting], hosts: Hosts) -> Iterator[Pair]:
    """The places that disagree: of one owner, or of an owner and the only one below it that has the setting."""
    nodes: dict[Node, list[Setting]] = {}
    below: dict[Node, list[Setting]] = {}
    for one in sorted(group, key=lambda one: (one.path, one.line)):
        alike = nodes.setdefault(one.owner, [])
        if len(alike) < PLACES:
            alike.append(one)
    for owner, held in nodes.items():
        for depth in range(len(owner)):
            below.setdefault(owner[:depth], []).extend(held[:PLACES])
    for owner, held in nodes.items():
        for one, other in combinations(held, 2):
            yield from judged(one, other, hosts)
        lower = below.get(owner, [])
        if "_" in held[0].name and lower and len({one.digest for one in lower}) == 1:
            for one in held[:FEW]:
                if one.environment in DEPLOYED or "loopback" not in (one.reach, lower[0].reach):
                    yield from judged(one, lower[0], hosts)


def judged(one: Setting, other: Setting, hosts: Hosts) -> Iterator[Pair]:
    """The pair, where it disagrees and ought not to."""
    if one.digest == other.digest or not is_comparable(one, other, hosts):
        return
    secret = "secret" in (one.nature, other.nature)
    severity: Severity = "error"
    if secret and one.sample and other.sample:
        severity = "note"  # nobody's password
    elif not secret and (one.layer or other.layer or one.reach == other.reach == "loopback"):
        severity = "note"  # a default is there to be replaced, and a developer's machine is the developer's
    elif one.environment == "test":
        severity = "note"
    first, later = sorted((one, other), key=lambda place: (place.path, place.line))
    yield Pair(first, later, severity)


def is_comparable(one: Setting, other: Setting, hosts: Hosts) -> bool:
    """Whether both are meant to lead to the same: not where one is a developer's own machine and the other is not, for one.

    A name without a dot is one of its own network's: a cluster has other services than a compose file.
    """
    if "own" in (one.nature, other.nature):
        return True
    here, there = reach(one, hosts), reach(other, hosts)
    connections = "connection" in (one.nature, other.nature)
    if connections and (one.kind in CLUSTER) != (other.kind in CLUSTER) and ("label" in (here, there) or not (here or there)):
        return one.environment in DEPLOYED and not (here or there)
    if one.environment in DEPLOYED:
        return True
    if not connections and not (one.reach and other.reach):
        return not here or not there or (here == "remote") == (there == "remote")
    return here == there or not here or not there


def reach(one: Setting, hosts: Hosts) -> str:
    """Where it leads; of a port or a password, where the host beside it does."""
    return one.reach or hosts.get((one.path, one.owner, one.environment, one.name.rpartition("_")[0]), "")
