"""How fast detection itself is: MB a second of one core for the rules, the generic detector and all together, without git and files.

Run by bench.py with the Python that stopgap is installed for. It reads Python's own library, the same for every run on a machine, and gives
JSON: a list of [what, megabytes, seconds]. Argument: how many megabytes.
"""

from __future__ import annotations

import json
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

from stopgap.detect import rules
from stopgap.detect.engine import Detector, Source
from stopgap.detect.finders import Keyed
from stopgap.model import Fragment

MB = 1 << 20
BATCH = MB


def main() -> None:
    batches = texts(int(sys.argv[1]) * MB)
    kinds: tuple[tuple[str, Callable[[Source], bool]], ...] = (
        ("literals and what is encoded", lambda source: False),
        ("rules only", lambda source: not is_generic(source)),
        ("generic detector only", is_generic),
        ("all", lambda source: True),
    )
    print(
        json.dumps(
            [[what, sum(len(one.data) for batch in batches for one in batch) / MB, timed(only(wanted), batches)] for what, wanted in kinds]
        )
    )


def is_generic(source: Source) -> bool:
    """Whether it finds values by the name they are given to: the keyed ones, and those of providers."""
    return isinstance(getattr(source.find, "__self__", source.find), Keyed)


def texts(size: int) -> list[list[Fragment]]:
    """Source files, in batches as the workers get them."""
    batches: list[list[Fragment]] = [[]]
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if size > 0 and "site-packages" not in path.parts:
            data = path.read_bytes()
            size -= len(data)
            batches[-1].append(Fragment(path.name, data))
            if sum(len(one.data) for one in batches[-1]) > BATCH:
                batches.append([])
    return batches


def only(wanted: Callable[[Source], bool]) -> Detector:
    """A detector with some of its finders, warmed up."""
    detector = Detector(rules.load())
    detector._sources = [source for source in detector._sources if wanted(source)]
    detector.look_for(())
    detector.scan(Fragment("a.txt", b"password = \n" * 20_000))
    return detector


def timed(detector: Detector, batches: list[list[Fragment]]) -> float:
    """Seconds of this process's CPU, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for batch in batches:
            detector.scan_all(batch)
        best = min(best, time.process_time() - start)
    return best


if __name__ == "__main__":
    main()
