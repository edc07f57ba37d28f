"""docs/reading-a-store.md: its code is taken from the page and run as it stands, against moto's server.

Not so the Go part: no Go and no module of its SDK is installed where these tests run. It was compiled and run by hand, with Go 1.19 and
version 1.17 of the SDK's core, against the same server.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .cloud_help import Cloud

PROJECT = Path(__file__).resolve().parent.parent
PAGE = (PROJECT / "docs/reading-a-store.md").read_text("utf-8")
SECRET = expand("<alnum:26>")
MODULES = Path(sys.prefix) / "node_modules"  # where the Makefile has npm put the SDK for Node, if there is an npm
BIN = Path(sys.executable).parent
NAME = "prod/app"  # as the page has it
Program = Callable[[Path], tuple[str, ...]]


def blocks(language: str) -> list[str]:
    """The page's code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def cloud(cloud: Cloud) -> Cloud:
    """The server of the session, with the secret of the page in a region where no other test has one of this name."""
    for name, text in {NAME: json.dumps({"DB_PASSWORD": SECRET}), "lacking": "{}", "other": f"DB_PASSWORD={SECRET}"}.items():
        cloud.client(region_name="eu-west-2").create_secret(Name=name, SecretString=text)
    return cloud


def ran(cloud: Cloud, cwd: Path, *argv: str, **changed: str) -> subprocess.CompletedProcess[bytes]:
    """A program of the page, in its region."""
    region = {"AWS_DEFAULT_REGION": "eu-west-2", "AWS_REGION": "eu-west-2", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(argv, cwd=cwd, capture_output=True, timeout=60, env=cloud.environment(**region, **changed))


def python(folder: Path) -> tuple[str, ...]:
    """The page's Python in a folder, as a program that prints what it connects with."""
    module, use = blocks("python")
    (folder / "settings.py").write_text(module)
    (folder / "app.py").write_text(f"def connect(password):\n    print(password)\n\n\n{use}")
    return (sys.executable, "app.py")


def node(folder: Path) -> tuple[str, ...]:
    """The same for Node."""
    if not shutil.which("node") or not (MODULES / "@aws-sdk/client-secrets-manager").is_dir():
        pytest.skip(f"no node, or no @aws-sdk/client-secrets-manager in {MODULES} (make test installs it where npm is)")
    module, use = blocks("javascript")
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "settings.mjs").write_text(module)
    (folder / "app.mjs").write_text(f"const connect = ({{ password }}) => console.log(password);\n{use}")
    return ("node", "app.mjs")


LANGUAGES = pytest.mark.parametrize("program", [python, node])


@LANGUAGES
def test_it_reads_the_secret(cloud: Cloud, tmp_path: Path, program: Program) -> None:
    done = ran(cloud, tmp_path, *program(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"{SECRET}\n".encode()), done.stderr


@LANGUAGES
@pytest.mark.parametrize(
    ("name", "said"),
    [pytest.param("lacking", "lacking lacks DB_PASSWORD", id="no key"), pytest.param("other", "other is not JSON", id="no JSON")],
)
def test_it_does_not_start_without(cloud: Cloud, tmp_path: Path, program: Program, name: str, said: str) -> None:
    argv = program(tmp_path)
    app = tmp_path / argv[-1]
    app.write_text(app.read_text().replace(f'"{NAME}"', f'"{name}"'))
    done = ran(cloud, tmp_path, *argv)
    assert (done.returncode, done.stdout) == (1, b"")
    assert said in done.stderr.decode()
    assert SECRET[:6] not in done.stderr.decode()


# ---- a container: what docker would start is started here, without docker

ENTRYPOINT = re.compile(r"^ENTRYPOINT (.+)$", re.MULTILINE)
APP = 'import os\nprint(os.getpid(), os.environ["DB_PASSWORD"])\n'


def contained(cloud: Cloud, folder: Path, *argv: str, **changed: str) -> None:
    """Starts the application as an image's process 1 and expects it in that place, with its secret."""
    (folder / "app.py").write_text(APP)
    region = {"AWS_DEFAULT_REGION": "eu-west-2", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.Popen(argv, cwd=folder, env=cloud.environment(**region, **changed), stdout=subprocess.PIPE)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.decode()) == (0, f"{process.pid} {SECRET}\n")


def test_the_exec_form(cloud: Cloud, tmp_path: Path) -> None:
    image = blocks("dockerfile")[0]
    entrypoint = ENTRYPOINT.search(image)
    command = re.search(r"^CMD (.+)$", image, re.MULTILINE)
    assert entrypoint
    assert command
    contained(cloud, tmp_path, *json.loads(entrypoint[1]), *json.loads(command[1]))


def test_the_shell_form(cloud: Cloud, tmp_path: Path) -> None:
    entrypoint = ENTRYPOINT.search(blocks("dockerfile")[1])
    assert entrypoint
    contained(cloud, tmp_path, "/bin/sh", "-c", entrypoint[1])


def test_the_script(cloud: Cloud, tmp_path: Path) -> None:
    (script,) = blocks("sh")
    (tmp_path / "entrypoint.sh").write_text(script)
    (tmp_path / "entrypoint.sh").chmod(0o755)
    contained(cloud, tmp_path, "./entrypoint.sh", "python", "app.py", STAGE="prod")


def test_the_extra_of_the_image_is_ours() -> None:
    assert '"stopgap[aws] @ https://' in blocks("dockerfile")[0]
