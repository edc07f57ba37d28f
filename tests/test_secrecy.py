"""A secret never reaches an output: known values in every kind of place, looked for in everything that is printed or written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo

SECRETS = {
    "token": expand("ghp_<alnum:36>"),
    "password": expand("<alnum:22>"),
    "weak": "hunter2horse",
    "url": expand("<alnum:18>"),
    "own": expand("<alnum:26> own").removesuffix(" own"),
    "bearer": expand("<b64url:40>"),
    "key": expand("<b64:64>"),
}
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + f"{SECRETS['key']}\n" * 6 + "-----END RSA PRIVATE " + "KEY-----\n"
FORMATS = ("text", "json", "sarif", "github")


def leaked(data: bytes) -> list[str]:
    """The names of the secrets of which six characters in a row, beyond a public prefix, stand in the data."""
    text = data.decode("utf-8", "replace")
    parts = {name: value.removeprefix("ghp_") for name, value in SECRETS.items()}
    return [name for name, part in parts.items() if any(part[i : i + 6] in text for i in range(len(part) - 5))]


@pytest.fixture
def full(repo: Repo) -> Repo:
    """Secrets in code, config, env files, keys, links, UTF-16, history, the work tree and the message."""
    s = SECRETS
    repo.write("app.py", f'token = "{s["token"]}"\npassword = "{s["password"]}"\nurl = "postgres://me:{s["url"]}@db.internal.net/x"\n')
    repo.write("wide.txt", f'token = "{s["token"]}"\n'.encode("utf-16"))
    repo.write(".env", f"DB_PASSWORD={s['weak']}\nAPI_TOKEN={s['password']}\n")
    repo.write("prod-settings", f"A_HOST=db\nDB_PASSWORD={s['weak']}\nAPI_TOKEN={s['password']}\n")
    repo.write("sealed.env", f"DOTENV_PUBLIC_KEY=03{'ab' * 32}\nA=encrypted:{'BEw' * 40}\nB_PASSWORD={s['password']}\n")
    repo.write("id_rsa", PEM)
    repo.write("curl.sh", f'curl -H "Authorization: Bearer {s["bearer"]}" -u me:{s["password"]} https://api.internal.net\n')
    repo.write("one line.json", '{"private_key": "' + PEM.replace("\n", "\\n") + '"}\n')
    (repo.path / "link").symlink_to(f"https://me:{s['url']}@db.internal.net/x")
    repo.git("add", "-A", "-f")
    repo.write(".gitignore", ".env.local\n")
    repo.write(".env.local", f"OWN_SECRET={s['own']}\n")
    repo.write("uses.py", f'x = f("{s["own"]}")\n')
    repo.git("add", "uses.py", ".gitignore")
    return repo


def outputs(repo: Repo, *argv: str, **options: object) -> bytes:
    done = repo.stopgap(*argv, **options)  # type: ignore[arg-type]
    assert done.returncode in (1, 2), (argv, done.stderr)
    return done.stdout + done.stderr


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("command", ["scan-diff", "block-env-files", "check-gitignore", "check"])
def test_no_report_holds_a_secret(full: Repo, command: str, form: str) -> None:
    staged = outputs(full, command, "--format", form, "--verbose")
    assert len(staged) > 300
    assert leaked(staged) == []
    full.commit()
    argv = (
        ()
        if command in ("check-gitignore", "check")
        else ("app.py", "wide.txt", ".env", "prod-settings", "sealed.env", "id_rsa", "curl.sh", "link")
    )
    whole = outputs(
        full, command, "--format", form, "--verbose", "--min-confidence", "low", *(() if command == "check-gitignore" else argv)
    )
    assert leaked(whole) == []


def test_each_secret_was_there_to_leak(full: Repo) -> None:
    """The test above proves nothing unless every kind of place is reported."""
    text = outputs(full, "check").decode() + outputs(full, "scan-diff").decode()
    for words in (
        "app.py:1",
        "app.py:2",
        "app.py:3",
        "wide.txt:1",
        ".env:1",
        "prod-settings:",
        "sealed.env:3",
        "id_rsa:1",
        "curl.sh:1",
        "one line.json:1",
        "link:1",
        "uses.py:1",
    ):
        assert words in text, words
    assert "OWN_SECRET in .env.local" in text


def test_a_range_and_a_message(full: Repo) -> None:
    tree = full.git("write-tree").decode().strip()
    full.git("read-tree", "--empty")
    first = full.commit("first")
    full.git("read-tree", tree)
    full.commit(f"uses {SECRETS['token']}")
    assert leaked(outputs(full, "scan-diff", "--from-ref", first, "--verbose")) == []
    (full.path / "MESSAGE").write_text(f"uses {SECRETS['token']} and {SECRETS['own']}\n")
    said = outputs(full, "scan-message", "MESSAGE", "--verbose")
    assert b"github-" in said
    assert b"own-value" in said
    assert leaked(said) == []


def test_allow_entries_and_rules(full: Repo) -> None:
    done = full.stopgap("allow", "--all", "--reason", "for the test")
    assert done.returncode == 0, done.stderr
    entries = (full.path / ".stopgap-allow.toml").read_bytes()
    assert entries.count(b"[[allow]]") > 8
    assert leaked(done.stdout + done.stderr + entries) == []
    tried = full.stopgap("rules", "--test", "app.py")
    assert (tried.returncode, leaked(tried.stdout + tried.stderr)) == (1, [])


BROKEN = [
    pytest.param("stopgap.toml", 'exclude = "{token}', id="a config that is not TOML"),
    pytest.param("stopgap.toml", 'env-policy = "{token}"', id="a wrong value in a config"),
    pytest.param(
        ".stopgap-allow.toml", '[[allow]]\nrule = "x"\npath = "y"\nreason = "{token}"\nexpires = "{password}"\n', id="a broken allow file"
    ),
    pytest.param(".secrets.baseline", '{{"results": "{token}', id="a baseline that is not JSON"),
    pytest.param(".secrets.baseline", '{{"results": "{token}"}}', id="a baseline of another shape"),
]


@pytest.mark.parametrize(("name", "template"), BROKEN)
def test_no_error_holds_a_secret(full: Repo, name: str, template: str) -> None:
    full.write(name, template.format(**SECRETS))
    assert leaked(outputs(full, "scan-diff")) == []


CRASH = """
import sys
import stopgap.detect.engine as engine
def broken(fragment, *_):
    raise ValueError(fragment.data.decode("utf-8", "replace"))
engine.to_matches = broken
from stopgap.cli import main
sys.exit(main(["scan-diff", *sys.argv[1:]]))
"""


@pytest.mark.parametrize("form", FORMATS)
def test_a_crash_holds_no_secret(full: Repo, form: str) -> None:
    done = subprocess.run((sys.executable, "-c", CRASH, "--format", form, "--verbose"), cwd=full.path, capture_output=True)
    assert done.returncode == 3
    assert b"crashed with ValueError" in done.stderr
    assert leaked(done.stdout + done.stderr) == []


def test_no_temporary_file_holds_a_secret(full: Repo, tmp_path: Path) -> None:
    """Nothing is left, and what git is asked through is no file of ours."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    for command in ("scan-diff", "check"):
        outputs(full, command, env={"TMPDIR": str(temporary)})
    assert list(temporary.iterdir()) == []
