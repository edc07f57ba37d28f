"""Your own values: the secrets of env files that git does not have, looked for in what git is about to take."""

from __future__ import annotations

import json
import os
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from stopgap.detect.examples import expand

from .conftest import Repo

# such as no rule of ours would find by itself
OWN = expand("<alnum:26> own").removesuffix(" own")
OTHER = expand("<alnum:26> other").removesuffix(" other")
SIGNS = expand("<alnum:8>") + "/+é&=" + expand("<lower:9>") + " ~x"
KEY = "SERVICE_SECRET"


@pytest.fixture
def ours(repo: Repo) -> Repo:
    """A repository whose root holds an ignored .env."""
    repo.write(".gitignore", ".env*\n!.env.example\n")
    repo.write(".env", f"{KEY}={OWN}\n")
    repo.git("add", ".gitignore")
    repo.commit()
    return repo


def scan(repo: Repo, *argv: str, **options: Any) -> list[dict[str, Any]]:
    """The findings; the values are nowhere in the output."""
    done = repo.stopgap("scan-diff", "--format", "json", *argv, **options)
    assert done.returncode in (0, 1), done.stderr.decode()
    for value in (OWN, OTHER, SIGNS):
        assert value.encode() not in done.stdout + done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def staged(repo: Repo, text: str | bytes, name: str = "a.py") -> list[dict[str, Any]]:
    repo.write(name, text)
    repo.git("add", "-f", "--", name)
    return scan(repo)


def places(found: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(one["path"], one["line"], one["rule"]) for one in found]


# silence first


NO_SECRETS = [
    pytest.param("DATA_SECRET=/srv/app/data/storage", id="a path"),
    pytest.param("STATE_TOKEN=~/.cache/app/state-file", id="a path in the home folder"),
    pytest.param("API_TOKEN=https://api.internal.net/v1", id="a URL without password"),
    pytest.param("DATABASE_URL=postgres://localhost:5432/app", id="a database's URL without password"),
    pytest.param("API_TOKEN=db.staging.internal.net", id="a host"),
    pytest.param("APP_SECRET=development-environment", id="dictionary words"),
    pytest.param("APP_PASSWORD=correcthorsebattery", id="dictionary words as a password"),
    pytest.param("APP_TOKEN=1234567890123456", id="a number"),
    pytest.param("APP_SECRET=true", id="a boolean"),
    pytest.param("APP_SECRET=aB3dE6gH9jK", id="11 characters"),
    pytest.param("DB_PASSWORD=hunter2", id="a weak password"),
    pytest.param("APP_SECRET=changemechangeme", id="a placeholder"),
    pytest.param("APP_SECRET=${VAULT_SECRET_OF_APP}", id="a reference"),
    pytest.param("NEXT_PUBLIC_TOKEN=" + OWN[::-1], id="a public key"),
    pytest.param("CONTACT_SECRET=somebody@internal.net", id="an e-mail address"),
    pytest.param("RELEASED_TOKEN=2031-01-31T12:30:00Z", id="a date"),
]


Looked = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """What is found in the cases of the tables, by the case's name, which is that of a folder with an .env and a file. One run a table."""
    tables = [
        [(case, f"{case.values[0]}\n{KEY}={OTHER}\n", f"f('{case.values[0].partition('=')[2]}')\nf('{OTHER}')\n") for case in NO_SECRETS],
        [(case, BOTH, f"a\nf('{case.values[0](OWN)}')\nf('{case.values[0](SIGNS)}')\n") for case in SPELLINGS],
        [(case, f"{case.values[0]}\n", f"x = f({json.dumps(case.values[1])})\n") for case in VALUES],
    ]
    found: Looked = {}
    for table in tables:
        repo = Repo(tmp_path_factory.mktemp("own") / "repo")
        repo.write(".gitignore", ".env\n")
        for case, env, text in table:
            repo.write(f"{case.id}/.env", env)
            repo.write(f"{case.id}/a.py", text)
        repo.git("add", ".")
        for one in scan(repo):
            folder, _, one["path"] = one["path"].partition("/")
            found.setdefault(folder, []).append(one)
    return found


@pytest.mark.parametrize("line", NO_SECRETS)
def test_is_not_looked_for(looked_at: Looked, request: pytest.FixtureRequest, line: str) -> None:
    assert places(looked_at[request.node.callspec.id]) == [("a.py", 2, "own-value")], "the other value alone"


NO_FILES = [
    pytest.param(".env.example", "a.py", id="a template"),
    pytest.param("app/.env", "a.py", id="in a folder below"),
    pytest.param("other/.env", "app/a.py", id="in a folder beside"),
    pytest.param("notes.txt", "a.py", id="no env file"),
]


@pytest.mark.parametrize(("env", "name"), NO_FILES)
def test_is_no_file_of_ones_own(repo: Repo, env: str, name: str) -> None:
    repo.write(env, f"{KEY}={OWN}\n")
    assert staged(repo, f"x = f('{OWN}')\n", name) == []


def test_a_tracked_env_file_is_no_secret_of_ones_own(repo: Repo) -> None:
    repo.write(".env", f"{KEY}={OWN}\n")
    repo.git("add", "-f", ".env")
    repo.commit()
    assert staged(repo, f"x = f('{OWN}')\n") == []


def test_is_switched_off(ours: Repo) -> None:
    assert places(staged(ours, f"x = f('{OWN}')\n")) == [("a.py", 1, "own-value")]
    ours.write("stopgap.toml", "[scan-diff]\nown-values = false\n")
    assert scan(ours) == []


def test_the_env_file_itself_holds_its_values(ours: Repo) -> None:
    """Given by name its secrets are found for what they are, and not as somebody's own."""
    assert [one["rule"] for one in scan(ours, ".env")] == ["keyed-secret"]


def test_a_value_that_is_only_begun_or_in_another_case(ours: Repo) -> None:
    assert staged(ours, f"x = f('{OWN[:-1]}')\ny = f('{OWN[1:]}')\nz = f('{OWN.swapcase()}')\n") == []


# then where it fires


def in_base64(value: str, shift: int) -> str:
    """The value in the middle of a longer text, at one of the three places in a group of base64."""
    return b64encode(b"user" + b"x" * shift + b":" + value.encode() + b" and more").decode()


SPELLINGS = [
    pytest.param(lambda value: value, id="verbatim"),
    pytest.param(lambda value: f"abc{value}xyz", id="inside a longer word"),
    pytest.param(lambda value: quote(value, safe=""), id="URL-encoded"),
    pytest.param(quote_plus, id="URL-encoded for a form"),
    pytest.param(lambda value: json.dumps(value), id="JSON-escaped"),
    pytest.param(lambda value: json.dumps(value, ensure_ascii=False), id="JSON-escaped, in UTF-8"),
    pytest.param(lambda value: b64encode(value.encode()).decode(), id="base64"),
    pytest.param(lambda value: urlsafe_b64encode(value.encode()).decode(), id="base64 for URLs"),
    pytest.param(lambda value: in_base64(value, 0), id="base64 inside a longer text"),
    pytest.param(lambda value: in_base64(value, 1), id="base64 inside a longer text, one further"),
    pytest.param(lambda value: in_base64(value, 2), id="base64 inside a longer text, two further"),
]


BOTH = f"{KEY}={OWN}\nSIGNS_PASSWORD='{SIGNS}'\n"


@pytest.mark.parametrize("spell", SPELLINGS)
def test_every_spelling(looked_at: Looked, request: pytest.FixtureRequest, spell: Any) -> None:
    found = looked_at[request.node.callspec.id]
    assert places(found) == [("a.py", 2, "own-value"), ("a.py", 3, "own-value")]
    assert [one["message"].split()[:4] for one in found] == [["the", "value", "of", key] for key in (KEY, "SIGNS_PASSWORD")]


VALUES = [
    pytest.param(f'A_PASSWORD="{OWN[:9]}\\"{OWN[9:]}"', OWN[:9] + '"' + OWN[9:], id="a quote"),
    pytest.param(f'A_PASSWORD="{OWN[:9]}\\n{OWN[9:]}"', OWN[:9] + "\n" + OWN[9:], id="a newline"),
    pytest.param(f'A_PASSWORD="{OTHER[:9]}\n{OTHER[9:]}"', OTHER[:9] + "\n" + OTHER[9:], id="a value over two lines"),
    pytest.param(f"A_PASSWORD='{OWN[:9]}\\{OWN[9:]}'", OWN[:9] + "\\" + OWN[9:], id="a backslash"),
    pytest.param(f"A_PASSWORD='{OWN} {OTHER}'", f"{OWN} {OTHER}", id="a blank"),
    pytest.param(f"export A_PASSWORD={OWN}  # of the test", OWN, id="export, and a comment behind it"),
    pytest.param(f"A_PASSWORD={OWN * 8}", OWN * 8, id="a long one"),
]


@pytest.mark.parametrize(("line", "value"), VALUES)
def test_values_as_a_reader_of_the_env_file_has_them(looked_at: Looked, request: pytest.FixtureRequest, line: str, value: str) -> None:
    folder = request.node.callspec.id
    assert [(one["rule"], one["message"]) for one in looked_at[folder]] == [("own-value", f"the value of A_PASSWORD in {folder}/.env")]


def test_the_password_of_a_url(ours: Repo) -> None:
    ours.write(".env", f"DATABASE_URL=postgres://me:{OWN}@db.internal.net/x\n")
    assert [one["rule"] for one in staged(ours, f"x = f('postgres://me:{OWN}@db.internal.net/x')\n")] == ["own-value"]


NEAR = [
    pytest.param(".env", "a.py", id="beside it, in the root"),
    pytest.param(".env", "app/src/deep/a.py", id="two folders above"),
    pytest.param("app/.env", "app/a.py", id="beside it, in a folder"),
    pytest.param("app/.env.local", "app/src/a.py", id="one folder above"),
    pytest.param("app/prod.env", "app/a.py", id="another spelling"),
    pytest.param("é ü/.env", "é ü/a.py", id="a folder with a space and accents"),
    pytest.param(os.fsdecode(b"\xff/.env"), os.fsdecode(b"\xff/a.py"), id="a folder that is not UTF-8"),
]


@pytest.mark.parametrize("ignored", [True, False], ids=["ignored", "untracked"])
def test_files_in_the_folder_of_what_is_scanned_and_above(repo: Repo, ignored: bool) -> None:
    repo.write(".gitignore", "*.env\n.env*\n" if ignored else "")
    for number, case in enumerate(NEAR):
        env, name = case.values
        repo.write(f"{number}/{env}", f"{KEY}={OWN}\n")
        repo.write(f"{number}/{name}", f"x = f('{OWN}')\n")
        repo.git("add", "-f", "--", f"{number}/{name}")
    assert [one["path"][:2] for one in scan(repo)] == [f"{number}/" for number in range(len(NEAR))]


def test_every_situation(ours: Repo) -> None:
    first = ours.git("rev-parse", "HEAD").decode().strip()
    text = f"a\nx = f('{OWN}')\n"
    assert places(staged(ours, text)) == [("a.py", 2, "own-value")]
    assert places(scan(ours, "a.py")) == [("a.py", 2, "own-value")], "given"
    assert places(scan(ours, "--worktree")) == [("a.py", 2, "own-value")]
    ours.commit()
    assert places(scan(ours, "a.py")) == [("a.py", 2, "own-value")], "whole"
    assert places(scan(ours, "--from-ref", first)) == [("a.py", 2, "own-value")]
    ours.write("message", text)
    done = ours.stopgap("scan-message", "--format", "json", "message")
    assert places(json.loads(done.stdout)["findings"]) == [("message", 2, "own-value")]
    done = ours.stopgap("check", "--format", "json")
    assert ("a.py", 2, "own-value") in places(json.loads(done.stdout)["findings"])


def test_from_a_folder_below(ours: Repo) -> None:
    ours.write("sub/a.py", f"x = f('{OWN}')\n")
    ours.add("sub/a.py")
    assert places(scan(ours, "a.py", cwd="sub")) == [("sub/a.py", 1, "own-value")]


def test_an_old_line_is_not_found_again(ours: Repo) -> None:
    staged(ours, f"x = f('{OWN}')\n")
    ours.commit()
    assert staged(ours, f"x = f('{OWN}')\ny = 1\n") == []


def test_the_finding_says_which_key_of_which_file(ours: Repo) -> None:
    ours.write("app/.env.local", f"OTHER_TOKEN={OTHER}\n")
    found = staged(ours, f"x = f('{OWN}')\ny = f('{OTHER}')\n", "app/a.py")
    assert [one["message"] for one in found] == [f"the value of {KEY} in .env", "the value of OTHER_TOKEN in app/.env.local"]
    assert [one["preview"] for one in found] == ["********"] * 2
    text = ours.stopgap("scan-diff", "--verbose")
    assert OWN.encode() not in text.stdout + text.stderr
    assert f"the value of {KEY} in .env".encode() in text.stdout


def test_a_value_of_two_files_is_one_finding(ours: Repo) -> None:
    ours.write(".env.local", f"{KEY}={OWN}\n")
    assert len(staged(ours, f"x = f('{OWN}')\n")) == 1


def test_it_tells_more_than_the_name_of_a_key(ours: Repo) -> None:
    assert [one["rule"] for one in staged(ours, f"password = '{OWN}'\n")] == ["own-value"]


def test_many_env_files(repo: Repo) -> None:
    values = {f"services/s{number:02}": expand(f"<alnum:24> {number}")[:24] for number in range(30)}
    repo.write(".gitignore", ".env*\n")
    for folder, value in values.items():
        repo.write(f"{folder}/.env", f"{KEY}={value}\n")
        repo.write(f"{folder}/a.py", f"x = f('{value}')\n")
    repo.git("add", ".")
    found = scan(repo)
    assert [(one["path"], one["message"]) for one in found] == [
        (f"{folder}/a.py", f"the value of {KEY} in {folder}/.env") for folder in values
    ]


def test_a_binary_or_strange_env_file_stops_nothing(ours: Repo) -> None:
    ours.write(".env.bin", bytes(range(256)) * 20)
    ours.write(".env.utf16", f"WIDE_TOKEN={OTHER}\n".encode("utf-16"))
    (ours.path / ".env.folder").mkdir()
    (ours.path / ".env.gone").symlink_to("nowhere")
    assert [one["message"] for one in staged(ours, f"x = f('{OWN}')\ny = f('{OTHER}')\n")] == [
        f"the value of {KEY} in .env",
        "the value of WIDE_TOKEN in .env.utf16",
    ]


def test_a_value_with_a_nul(ours: Repo) -> None:
    ours.write(".env", f"{KEY}={OWN[:9]}\0{OWN[9:]}\n# {'text ' * 40}\n")
    found = staged(ours, "x = 1\n" * 30_000 + f"y = '{OWN}'\n")
    assert found == []
