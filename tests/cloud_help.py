"""AWS on loopback: moto's server, one for all tests of a process, and the environment in which the real SDK goes there and nowhere else."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from . import forked

MISSING = [name for name in ("boto3", "moto", "flask") if importlib.util.find_spec(name) is None]
REGION = "eu-west-1"


class Cloud(NamedTuple):
    """A running server and a folder for the settings of its users."""

    url: str
    folder: Path

    def environment(self, **changed: str) -> dict[str, str]:
        """What the SDK looks at, none of it from the machine that the tests run on; an empty value takes one out."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        given = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": "something",
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return {key: value for key, value in {**kept, **given, **changed}.items() if value}

    def setenv(self, monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
        """The same for a command that is called in this process."""
        wanted = self.environment(**changed)
        for key in [key for key in os.environ if key not in wanted]:
            monkeypatch.delenv(key)
        for key, value in wanted.items():
            monkeypatch.setenv(key, value)

    def client(self, service: str = "secretsmanager", **given: str) -> Any:
        import boto3

        who = {"aws_access_key_id": "somebody", "aws_secret_access_key": "something", "region_name": REGION}
        return boto3.client(service, endpoint_url=self.url, **{**who, **given})

    def stopgap(self, *argv: str, cwd: Path, **changed: str) -> subprocess.CompletedProcess[bytes]:
        """Runs the real command, as a user would."""
        return forked.run(argv, cwd, self.environment(**changed), timeout=90)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A server without any secret; those of a module have names of their own. conftest.py makes it known to all modules."""
    skip_without_moto()
    folder, port = tmp_path_factory.mktemp("aws"), free_port()
    with (folder / "log").open("wb") as log:
        command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            wait_for(process, port)
            with pytest.MonkeyPatch.context() as patch:
                read_once(patch)
                yield Cloud(f"http://127.0.0.1:{port}", folder)
        finally:
            process.terminate()
            process.wait(10)


def read_once(patch: pytest.MonkeyPatch) -> None:
    """The SDK reads its descriptions of AWS once for all sessions of this process, and not for each: nine tenths of what a client costs."""
    from botocore import loaders, session

    patch.setattr(session, "create_loader", functools.cache(loaders.create_loader))


def skip_without_moto() -> None:
    if MISSING:
        pytest.skip(f"not installed: {', '.join(MISSING)}")


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until something listens: a minute on a slow machine."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "moto's server does not start"
        time.sleep(0.1)
    raise AssertionError("moto's server does not answer")


@contextlib.contextmanager
def asking_who(cloud: Cloud) -> Iterator[None]:
    """While it lasts, moto asks who may do what."""
    limit(cloud, "0")
    try:
        yield
    finally:
        limit(cloud, "inf")


def limit(cloud: Cloud, count: str) -> None:
    """After so many requests moto begins to ask."""
    request = urllib.request.Request(f"{cloud.url}/moto-api/reset-auth", count.encode(), {"Content-Type": "text/plain"}, method="POST")
    urllib.request.urlopen(request).close()
