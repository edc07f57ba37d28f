"""The extra in pre-commit's environment: `additional_dependencies: [".[aws]"]`, by the real pre-commit and pip.

Never by the bare name `stopgap[aws]`: pip would take that from the package index, where the name may be anybody's. `.` is the hook
repository itself, which pre-commit has checked out, as it runs pip in that folder.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .clients import BIN, UNCOMPILED, Source, Work
from .cloud_help import REGION, Cloud
from .conftest import Repo

pytest_plugins = ("tests.clients",)
DOCS = Path(__file__).parents[1] / "docs"
EXTRA = 'additional_dependencies: [".[aws]"]'


def environment(home: Path) -> Path:
    """The one environment that has boto3."""
    found = [path.parents[3] for path in home.glob("repo*/py_env-*/lib/python*/site-packages/boto3")]
    assert len(found) == 1, "the extra was not installed, or twice"
    return found[0]


@pytest.mark.usefixtures("cloud")
def test_the_extra_in_pre_commit_s_environment(source: Source, environ: dict[str, str], tmp_path: Path, cloud: Cloud) -> None:
    repo = Repo(tmp_path / "repo")
    work = Work(repo, {**environ, **UNCOMPILED})
    work.stage(".pre-commit-config.yaml", source.config(["stopgap"]) + f"    {EXTRA}\n")
    work.run(str(BIN / "pre-commit"), "run", "--all-files").passed("Passed")
    installed = environment(Path(environ["PRE_COMMIT_HOME"]))

    value = expand("<alnum:24>")
    cloud.client().create_secret(Name="extra/app", SecretString=json.dumps({"A_TOKEN": value}))
    repo.write(".env", f"A_TOKEN={value}\n")
    command = (str(installed / "bin" / "stopgap"), "drift", ".env", f"aws-sm://{REGION}/extra/app")
    done = subprocess.run(command, cwd=repo.path, capture_output=True, timeout=90, env=cloud.environment())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_page_says_so_and_never_by_the_bare_name() -> None:
    assert EXTRA in (DOCS / "store-plan.md").read_text("utf-8").replace("\n", " ")
    for page in (DOCS.parent / "README.md", *DOCS.glob("*.md")):
        for line in page.read_text("utf-8").splitlines():
            assert not re.search(r"""(?:additional_dependencies|install)[^#@]*["' ]stopgap\[aws\]["']?\s*(?:\]|$)""", line), (
                f"{page.name}: {line}"
            )
