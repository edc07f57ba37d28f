"""lftp as we read it, held against lftp itself: generated pattern lists over a real tree, and scripts as people write them."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from stopgap.deploy.copy import Copy
from stopgap.deploy.filters import Unclear, is_kept, passes
from stopgap.deploy.tools import lftp

from .deploy_help import copies_of, planted, taken

LFTP = shutil.which("lftp")
real = pytest.mark.skipif(LFTP is None, reason="lftp is not installed")
FILES = [
    ".env", ".env.local", ".env.prod", ".envrc", "app.py", "web/.env", "web/.env.local", "web/app.js", "web/dist/app.js",
    "api/.env", "api/deep/er/.env", "api/deep/x.log", "config/prod.env", "config/.env.d/a", "odd[1].txt", "xenv", "web/deep/env",
]  # fmt: skip
FOLDERS = {name[:at] for name in FILES for at in range(len(name)) if name[at] == "/"}
ENV = {name for name in FILES if ".env" in name}
GLOBS = [
    ".env", "*.env", ".env*", ".*", "*", ".env.*", "web", "web/", "deep/", "er/", "*.log", "?env", "[.]env", ".en[v-z]",
    "[!a-z]env", "x*", "web/.env", "api/*/.env", "*/.env", "deep/er/.env", "./.env", "/.env", ".env/", "web/*", "**/.env",
    "config/*.d/", "odd[1].txt",
]  # fmt: skip
EXPRESSIONS = [
    ".env", r"\.env$", r"^\.env$", r"^\.env", "web", "^web/$", "web/", "deep", "er/", r"\.log$", r"(^|/)\.env$", ".*", "^[^/]*$",
    r"\.env\.", "[.]env", "app|web/dist", "^api/.*x", "d{1,2}/", r"^\.(env|envrc)$",
]  # fmt: skip


def tree_at(folder: Path) -> Path:
    return planted(folder, dict(zip(FILES, FILES, strict=True)))


def generated(seed: int) -> list[tuple[str, str]]:
    """Options of mirror with their patterns."""
    dice = random.Random(seed)
    made = []
    for _ in range(dice.randint(1, 4)):
        option = dice.choices(["-x", "-X", "-i", "-I"], [5, 5, 2, 2])[0]
        made.append((option, dice.choice(EXPRESSIONS if option in "-x -i" else GLOBS)))
    return made


def mirrors(cases: list[list[tuple[str, str]]], cwd: Path, more: str = "") -> list[set[str]]:
    """What the real lftp would send for each list of patterns, with `more` what it would remove: one process for all."""
    lines = []
    for number, case in enumerate(cases):
        said = " ".join(f"{option} {lftp.quoted(pattern)}" for option, pattern in case)
        lines.append(f"mirror -R --script={cwd}/done.{number} {more} {said} proj file://{cwd}/target")
    done = subprocess.run([LFTP or "", "--norc", "-c", "\n".join(lines)], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert not done.stderr, done.stderr
    verb = re.compile(r"(?m)^(?:rm|rmdir) (?:-\w+ )*file:\S*?/target/(\S+)$" if more else r"(?m)^get -O \S+ file:\S*?/proj/(\S+)$")
    said = [(cwd / f"done.{number}").read_text() for number in range(len(cases))]
    return [{unquote(name) for name in verb.findall(one)} for one in said]


@real
@pytest.mark.parametrize("block", range(6))
def test_generated_patterns_send_what_lftp_sends(tmp_path: Path, block: int) -> None:
    tree_at(tmp_path / "proj")
    (tmp_path / "target").mkdir()
    cases = [generated(seed) for seed in range(block * 200, block * 200 + 200)]
    for case, expected in zip(cases, mirrors(cases, tmp_path), strict=True):
        (copy,) = copies(command_of(case))
        assert {name for name in FILES if passes(copy.filters, name)} == expected, case


@real
@pytest.mark.parametrize("option", ["--delete", "--delete-excluded"])
def test_generated_patterns_delete_what_lftp_deletes(tmp_path: Path, option: str) -> None:
    tree_at(tmp_path / "target")
    for name in FILES:
        (tmp_path / "proj" / name).parent.mkdir(parents=True, exist_ok=True)
    cases = [generated(seed) for seed in range(5000, 5300)]
    for case, expected in zip(cases, mirrors(cases, tmp_path, f"--delete {option}"), strict=True):
        (copy,) = copies(command_of(case, f"--delete {option}"))
        if option == "--delete":
            assert {name for name in FILES if passes(copy.filters, name)} == expected - FOLDERS, case
        else:
            # what lies in a folder that is left out goes with it
            assert (copy.deletes, set(FILES)) == (
                "all",
                {name for name in FILES if any(f"{name}/".startswith(f"{gone}/") for gone in expected)},
            )


def command_of(case: list[tuple[str, str]], more: str = "") -> str:
    said = " ".join(f"{option} {lftp.quoted(pattern)}" for option, pattern in case)
    return f"lftp -c 'mirror -R {more} {said} ./ /srv'"


def copies(script: str, files: dict[str, str] | None = None) -> list[Copy]:
    return copies_of(script, dict.fromkeys(FILES, "") | (files or {}))


def travels(script: str, files: dict[str, str] | None = None) -> set[str]:
    return taken(copies(script, files), ENV)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("lftp -c 'mirror -R --dry-run . /srv'", set(), id="dry run"),
        pytest.param("lftp -c 'open ftp://host; mirror /srv .'", set(), id="from the server"),
        pytest.param("lftp -c 'mirror -R dist /srv'", set(), id="a folder without config"),
        pytest.param("lftp -c 'mirror -R --only-missing . /srv'", set(), id="what the server has stays"),
        pytest.param("lftp -c '# mirror -R . /srv'", set(), id="comment"),
        pytest.param("lftp -c 'put app.py -o /srv/app.py'", set(), id="another file"),
        pytest.param("lftp -c 'mput *'", set(), id="its star takes no dot files"),
        pytest.param("lftp -c 'mirror -R -X .env -X .env.* -x ^config/ . /srv'", {".envrc"}, id="excluded"),
        pytest.param("lftp -u me,x -e 'mirror -R; quit' host", ENV, id="no operands: where it stands"),
        pytest.param("lftp -c 'mirror -R . /srv'", ENV, id="everything"),
        pytest.param("lftp -c 'lcd web; mirror -R . /srv'", {"web/.env", "web/.env.local"}, id="local folder changed"),
        pytest.param("lftp -c 'mirror -R -x ^\\.env$ . /srv'", ENV - {".env"}, id="expression from the root"),
        pytest.param('lftp host -e "set a b; mirror -R -x ^\\.git/$ -n . /srv; quit"', ENV, id="only newer is all in a fresh checkout"),
        pytest.param(
            "lftp <<E\nopen host\nmirror --reverse \\\n  --exclude-glob .env* ./ /srv\nE",
            {"config/prod.env", "config/.env.d/a"},
            id="here-document",
        ),
        pytest.param("lftp -f deploy.lftp host", {"api/.env", "api/deep/er/.env"}, id="script file"),
        pytest.param(
            "lftp -c 'mirror -R --exclude-glob-from=list . /srv'", ENV - {".env.local", "web/.env.local"}, id="patterns from a file"
        ),
        pytest.param("lftp -c 'put -O /srv .env'", {".env"}, id="one file"),
        pytest.param("cp -R web build; lftp -c 'mirror -R build /srv'", {"web/.env", "web/.env.local"}, id="by way of a folder"),
    ],
)
def test_scripts_send(script: str, expected: set[str]) -> None:
    files = {"list": ".env.local\n\n", "deploy.lftp": "open host\nmirror -R api /srv\n"}
    assert travels(script, files) == expected


@pytest.mark.parametrize(
    ("options", "deletes"),
    [
        ("", ""),
        ("-n", ""),
        ("--delete", "extraneous"),
        ("-e", "extraneous"),
        ("-vvRe", "extraneous"),
        ("--delete --delete-excluded", "all"),
    ],
)
def test_deletes(options: str, deletes: str) -> None:
    (copy,) = copies(f"lftp -c 'mirror -R {options} -X .env . /srv'")
    assert copy.deletes == deletes
    assert is_kept(copy.filters, ".env")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('lftp -c "mirror -R $LOCAL /srv"', "${LOCAL}"),
        ('lftp -c "mirror -R -x $SKIP . /srv"', "${SKIP}"),
        ("lftp -c 'mirror -R --exclude-glob-from=gone . /srv'", "gone"),
    ],
)
def test_what_cannot_be_known_is_said(script: str, said: str) -> None:
    (copy,) = copies(script)
    assert said in copy.unknown


@pytest.mark.parametrize("pattern", ["*.env", "(a+)+$", "(?=x)", "[[:alpha:]]", "("])
def test_expression_that_is_none_or_hangs_is_unclear(pattern: str) -> None:
    with pytest.raises(Unclear):
        passes(copies(command_of([("-x", pattern)]))[0].filters, "a" * 5000)


def test_lines_of_a_here_document() -> None:
    script = "echo\nlftp <<E\nopen host\n\nmirror -R web /srv\nmirror -R api /srv\nE"
    assert [(copy.source, copy.line) for copy in copies(script)] == [("web", 5), ("api", 6)]
