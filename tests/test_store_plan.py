"""The plan before anything moves: what it says, that it changes nothing, and that no value is in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap import cli
from stopgap.checks import store_plan as checks
from stopgap.checks.store_plan import Facts, Held, History, Keys
from stopgap.checks.store_push import Known
from stopgap.checks.store_setup import Setup
from stopgap.checks.untrack_plan import lines
from stopgap.detect.examples import expand
from stopgap.gather.store_keys import Chosen, chosen
from stopgap.gather.store_use import unused
from stopgap.model import StopgapError

from .cloud_help import REGION, Cloud
from .conftest import Repo

VALUES = {name: expand(f"<alnum:24>{name}")[:24] for name in ("DB_PASSWORD", "API_TOKEN", "OLD_SECRET")}
ENV = "".join(f"{key}={value}\n" for key, value in VALUES.items()) + "DB_HOST=db.internal\nDB_PORT=5432\nOLD_FLAG=on\n"
CODE = "use(env['DB_PASSWORD'], env['API_TOKEN'], env['DB_HOST'], env['DB_PORT'])\n"


# ---- which keys are secrets


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("DB_HOST", "db.internal", id="a host"),
        pytest.param("DB_PORT", "5432", id="a number"),
        pytest.param("DEBUG", "true", id="a switch"),
        pytest.param("API_KEY", "", id="a secret that is not set"),
        pytest.param("API_KEY", "changeme", id="a placeholder"),
        pytest.param("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/app", id="a reference"),
        pytest.param("REDIS_URL", "redis://cache:6379/0", id="a connection without a password"),
        pytest.param("STRIPE_PUBLISHABLE_KEY", "pk_" + expand("live_<alnum:24>"), id="a key that is published"),
        pytest.param("DB_PASSWORD_FILE", "/run/secrets/db", id="a path"),
        pytest.param("TOKEN_URL", "https://auth.internal/token", id="an address"),
    ],
)
def test_a_plain_setting(key: str, value: str) -> None:
    assert chosen({key: value}) == Chosen((), (key,))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("DB_PASSWORD", "hunter2", id="a password"),
        pytest.param("JWT_SECRET", "dev", id="a short one"),
        pytest.param("PIN_PASSCODE", "1234", id="a number that is a password"),
        pytest.param("SESSION", expand("<alnum:32>"), id="a neutral name and a random value"),
        pytest.param("DATABASE_URL", f"postgres://app:{expand('<alnum:12>')}@db/app", id="a connection with a password"),
        pytest.param("HOOK", "https://hooks." + expand("slack.com/services/T<upper:8>/B<upper:8>/<alnum:24>"), id="by a rule alone"),
        pytest.param(
            "PEM", "-----BEGIN " + expand("RSA PRIVATE KEY-----\n<alnum:64>\n<alnum:64>\n-----END ") + "RSA PRIVATE KEY-----", id="lines"
        ),
        pytest.param("NEXT_PUBLIC_KEY", "sk_" + expand("live_<alnum:24>"), id="a secret that is published"),
    ],
)
def test_a_secret(key: str, value: str) -> None:
    assert chosen({"A_FLAG": "on", key: value, "B_FLAG": "off"})[:2] == ((key,), ("A_FLAG", "B_FLAG"))


def test_the_choice_of_who_runs_it() -> None:
    values = {"A_TOKEN": VALUES["API_TOKEN"], "B_TOKEN": VALUES["DB_PASSWORD"], "HOST": "db.internal", "NOTE": "Wednesday morning tea"}
    found = chosen(values, only=["[AHN]*"], also=["HOST", "NOTE"], ignore=["NO*"])
    assert found == Chosen(("A_TOKEN", "HOST"), ("NOTE",), ("B_TOKEN",), ("HOST",), ("A_TOKEN",))
    assert chosen(values).private == ("A_TOKEN", "B_TOKEN")
    assert chosen({"X": "kW8-qzr"}, also=["X"]).private == ("X",)


@pytest.mark.parametrize("option", ["only", "also", "ignore"])
@pytest.mark.parametrize("glob", ["A_TOKN", "", "[", "!A"])
def test_a_glob_that_matches_no_key_is_an_error(option: str, glob: str) -> None:
    with pytest.raises(StopgapError, match="matches no key"):
        chosen({"A_TOKEN": VALUES["API_TOKEN"]}, **{option: [glob]})


# ---- which keys the code names


@pytest.mark.parametrize(
    ("name", "content", "is_used"),
    [
        pytest.param("app.py", "os.environ['DB_PASSWORD']", True, id="by its name"),
        pytest.param("Settings.py", "db_password: str", True, id="a field of another case"),
        pytest.param("a.kt", "config.dbPassword", True, id="in camel case"),
        pytest.param("app.properties", "x=${db.password}", True, id="with dots"),
        pytest.param("compose.yml", "  - DB_PASSWORD", True, id="handed on"),
        pytest.param("app.py", "os.environ['DB_PASSWORD_FILE']", False, id="part of another name"),
        pytest.param(".env.example", "DB_PASSWORD=", False, id="a template"),
        pytest.param(".env", "DB_PASSWORD=x", False, id="an env file"),
        pytest.param("README.md", "set DB_PASSWORD", False, id="a document"),
    ],
)
def test_what_the_code_names(name: str, content: str, is_used: bool, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    repo.git("config", "grep.patternType", "fixed")
    repo.git("config", "grep.column", "true")
    repo.git("config", "color.ui", "always")
    repo.write(name, content + "\n")
    repo.add()
    assert unused(["DB_PASSWORD", "AWS_REGION", "Über.x-y"]) == (("Über.x-y",) if is_used else ("DB_PASSWORD", "Über.x-y"))


def test_what_is_not_tracked_names_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    repo.write("app.py", CODE)
    assert unused(["DB_PASSWORD"]) == ("DB_PASSWORD",)


def test_a_file_that_git_cannot_read_may_name_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    repo.write("app.py", CODE)
    repo.add()
    name = repo.git("rev-parse", ":app.py").decode().strip()
    (repo.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(StopgapError, match=r"git grep failed: 'app\.py': unable to read"):
        unused(["DB_PASSWORD"])


# ---- the words


def facts(**changed: object) -> Facts:
    setup = Setup("{}", "{}", "tf", "create", ("attach",))
    keys = Keys(("A_TOKEN", "B_TOKEN"), ("HOST",))
    return Facts(".env", "aws-sm://r/n", keys, Held("nothing"), History(contents=3), (), setup, "push")._replace(**changed)  # type: ignore[arg-type]


def said(given: Facts) -> str:
    return "\n".join(line for line, _ in lines(checks.plan(given)))


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        pytest.param(
            facts(), ["no such secret yet", "new there: A_TOKEN, B_TOKEN", "HOST: keep them in", "none of the secrets: 3"], id="new"
        ),
        pytest.param(facts(held=Held("unknown")), ["could not be read", "to be there: A_TOKEN, B_TOKEN", "create"], id="not known"),
        pytest.param(facts(held=Held("empty", rotates=True)), ["has no value yet; AWS rotates it by itself"], id="empty and rotated"),
        pytest.param(
            facts(held=Held("values", frozenset({"A_TOKEN"}), frozenset({"B_TOKEN", "HOST"}), ("OTHER",))),
            [
                "it holds 3 keys of the file and 1 key that the file does not have, which stay as they are: OTHER",
                "there already, with the same value: A_TOKEN",
                "there already, with another value: B_TOKEN. push refuses",
                "push with --replace B_TOKEN",
                "the store has these too, with another value: HOST",
            ],
            id="compared",
        ),
        pytest.param(facts(keys=Keys((), ("HOST",))), ["no setting of the file looks like a secret"], id="no secret"),
        pytest.param(facts(keys=Keys(("A",), (), ("L",), ("A",))), ["held back by --only or --ignore: L", "by --also: A"], id="by choice"),
        pytest.param(facts(keys=Keys(("A",), ("H",), public=("A",))), ["public by their names", "with --ignore"], id="public"),
        pytest.param(
            facts(keys=Keys(("A",), ("H",), refers=("A", "H"))), ["push refuses: write it out", "of these, H refers"], id="references"
        ),
        pytest.param(facts(unused=("HOST",)), ["named by no tracked file but env files, templates and documents: HOST"], id="unused"),
        pytest.param(facts(unused=("HOST", "A_TOKEN", "B_TOKEN")), ["no tracked file names any of these"], id="code that is elsewhere"),
        pytest.param(facts(unused=None), ["not known: there is no repository"], id="no repository"),
        pytest.param(
            facts(history=History((Known("A_TOKEN", ".env", "0123456789", None),), ("B_TOKEN",), contents=3)),
            ["A_TOKEN has a value that the history holds (.env, commit 0123456789)", "give them new values first"],
            id="in history",
        ),
        pytest.param(facts(history=History(incomplete=("shallow",))), ["not all of it could be read: shallow"], id="history in part"),
        pytest.param(facts(history=History(note="not inside a git repository")), ["not inside a git repository"], id="no history"),
        pytest.param(facts(held=Held("values", own_key=True)), ["$1 a month for the key"], id="an own key"),
    ],
)
def test_what_it_says(given: Facts, parts: list[str]) -> None:
    text = said(given)
    assert [part for part in parts if part not in text] == [], text


def test_a_weak_value_is_told() -> None:
    assert "too short or too plain to be looked for outside of env files: B_TOKEN" in said(facts(history=History(weak=("B_TOKEN",))))


def test_history_in_part_is_never_none_of_them() -> None:
    assert "none of the secrets" not in said(facts(history=History(incomplete=("shallow",), contents=3)))


def test_a_name_that_may_be_a_value_is_masked() -> None:
    odd = "Hk7vpq2xR9mZw"
    text = said(facts(keys=Keys((f"{odd}.token",), (f"{odd}.x",)), held=Held("values", others=(f"{odd}.y",))))
    assert odd not in text


# ---- the command


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def plan(repo: Repo, monkeypatch: pytest.MonkeyPatch, cloud: Cloud, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command in this process, in a repository with an env file and code. No value may be in what it prints."""
    repo.write(".env", ENV)
    repo.write(".gitignore", ".env\n")
    repo.write("app.py", CODE)
    repo.add(".gitignore", "app.py")
    repo.commit()

    def run(*argv: str, folder: str = "", **settings: str) -> Ran:
        monkeypatch.chdir(repo.path / folder)
        cloud.setenv(monkeypatch, **settings)
        status = cli.main(("store", "plan", *argv))
        done = Ran(status, *capfd.readouterr())
        assert not [value for value in VALUES.values() if value[:8] in done.out + done.err]
        return done

    return run


def test_a_plan_of_a_new_secret(plan: Callable[..., Ran], repo: Repo, cloud: Cloud) -> None:
    before = (repo.path / ".env").stat()
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/new")
    assert (done.status, done.err) == (0, "")
    assert "new there: DB_PASSWORD, API_TOKEN, OLD_SECRET" in done.out
    assert "named by no tracked file but env files, templates and documents: OLD_SECRET, OLD_FLAG" in done.out
    assert f"stopgap run --from aws-sm://{REGION}/plan/new -- COMMAND" in done.out
    assert (repo.path / ".env").stat().st_mtime_ns == before.st_mtime_ns
    assert repo.git("status", "--porcelain") == b""
    assert "plan/new" not in [one["Name"] for one in cloud.client().list_secrets()["SecretList"]]


def test_a_plan_of_a_secret_that_is_there(plan: Callable[..., Ran], repo: Repo, cloud: Cloud) -> None:
    held = {"DB_PASSWORD": VALUES["DB_PASSWORD"], "API_TOKEN": "another", "DB_PORT": 5432, "DB_HOST": "x", "EXTRA": "1"}
    arn = cloud.client().create_secret(Name="plan/there", SecretString=json.dumps(held))["ARN"]
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/there")
    assert (done.status, done.err) == (0, "")
    for part in (
        "it holds 4 keys of the file and 1 key that the file does not have, which stay as they are: EXTRA",
        "new there: OLD_SECRET",
        "there already, with the same value: DB_PASSWORD",
        "there already, with another value: API_TOKEN",
        "the store has these too, with the same value: DB_PORT",
        "the store has these too, with another value: DB_HOST",
        f'"Resource": "{arn}"',
    ):
        assert part in done.out
    assert "CreateSecret" not in done.out


def test_values_that_history_has(plan: Callable[..., Ran], repo: Repo) -> None:
    repo.write("old.env", f"PASSWORD={VALUES['DB_PASSWORD']}\n")
    repo.add("old.env")
    commit = repo.commit(env={"GIT_AUTHOR_DATE": "2024-03-05 12:00 +0000"})
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/known")
    assert done.status == 0
    assert f"DB_PASSWORD has a value that the history holds (old.env, commit {commit[:10]} of 2024-03-05)" in done.out


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        pytest.param({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials", id="no credentials"),
        pytest.param({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "cannot be reached", id="no store"),
    ],
)
def test_a_store_that_cannot_be_read(settings: dict[str, str], reason: str, plan: Callable[..., Ran]) -> None:
    """The plan is what tells which permission is missing, so the rest of it is there."""
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/x", **settings)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert reason in done.err
    for part in ("to be there: DB_PASSWORD", "secretsmanager:GetSecretValue", "create-secret", "stopgap run --from"):
        assert part in done.out


@pytest.mark.parametrize(
    ("value", "reason"), [pytest.param("text", "not JSON", id="no object"), pytest.param("[]", "not an object", id="a list")]
)
def test_a_secret_that_is_no_object(value: str, reason: str, plan: Callable[..., Ran], cloud: Cloud) -> None:
    name = f"plan/odd{len(value)}"
    arn = cloud.client().create_secret(Name=name, SecretString=value)["ARN"]
    done = plan(".env", "--to", f"aws-sm://{REGION}/{name}")
    assert done.status == 2
    assert reason in done.err
    assert arn in done.out, "that much is known"


def test_history_that_ends_early_is_no_success(plan: Callable[..., Ran], repo: Repo, tmp_path: Path) -> None:
    repo.commit("another")
    (repo.path / ".git" / "shallow").write_bytes(repo.git("rev-parse", "HEAD"))
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/shallow")
    assert done.status == 2
    assert "the history: this clone is shallow" in done.err
    assert "none of the secrets" not in done.out


def test_code_that_cannot_be_searched_is_no_success(plan: Callable[..., Ran], repo: Repo) -> None:
    name = repo.git("rev-parse", ":app.py").decode().strip()
    (repo.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/lost")
    assert done.status == 2
    assert "git grep failed: 'app.py'" in done.err
    assert "not known: there is no repository to look in, or it could not be searched" in done.out


def test_outside_of_a_repository(plan: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / ".env").write_text(ENV)
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/alone", folder=str(tmp_path / "alone"))
    assert (done.status, done.err) == (0, "")
    assert "not inside a git repository" in done.out


def test_a_file_in_a_folder_below(plan: Callable[..., Ran], repo: Repo) -> None:
    (repo.path / "sub").mkdir()
    done = plan("../.env", "--to", f"aws-sm://{REGION}/plan/below", folder="sub")
    assert done.status == 0
    assert "stopgap store push ../.env --to" in done.out


@pytest.mark.parametrize("what", ["read-policy", "write-policy", "terraform"])
def test_one_part_alone(what: str, plan: Callable[..., Ran]) -> None:
    done = plan(".env", "--to", f"aws-sm://{REGION}/plan/part", "--print", what)
    assert done.status == 0
    if what == "terraform":
        assert done.out.startswith("# without a version")
        assert done.err == ""
    else:
        assert done.err == "stopgap: to be filled in: aws sts get-caller-identity --query Account --output text   # ACCOUNT\n"
        actions = json.loads(done.out)["Statement"][0]["Action"]
        assert ("secretsmanager:CreateSecret" in actions) == (what == "write-policy")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        pytest.param(("nothing", "--to", "aws-sm://eu-west-1/x"), "cannot read nothing: No such file", id="no file"),
        pytest.param((".env", "--to", "vault://x/y"), "no kind of store begins with vault://", id="another store"),
        pytest.param((".env", "--to", "prod"), "a store is written aws-sm://REGION/NAME", id="no address"),
        pytest.param((".env", "--to", "aws-sm://eu-west-1"), "is written aws-sm://REGION/NAME", id="no name"),
        pytest.param((".env", "--to", "aws-sm://eu-west-1/x", "--only", "TYPO"), "the glob 'TYPO' matches no key", id="a typing error"),
    ],
)
def test_what_no_plan_can_be_made_of(argv: tuple[str, ...], reason: str, plan: Callable[..., Ran]) -> None:
    done = plan(*argv)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert reason in done.err


def test_the_command_s_words_are_quoted(plan: Callable[..., Ran], repo: Repo) -> None:
    repo.write("my env", ENV)
    done = plan("my env", "--to", f"aws-sm://{REGION}/plan/a b", "--also", "DB_*", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    command = next(line for line in done.out.splitlines() if line.strip().startswith("stopgap store push"))
    words = subprocess.run(("bash", "-c", f"printf '%s\\n' {command}"), capture_output=True, check=True).stdout.decode().splitlines()
    assert words == ["stopgap", "store", "push", "my env", "--to", f"aws-sm://{REGION}/plan/a b", "--also", "DB_*"]
