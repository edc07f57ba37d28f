"""`stopgap store push`: the real command in a real repository, against moto's server."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from stopgap import store_, store_push
from stopgap.detect.examples import expand
from stopgap.sides import aws_client
from stopgap.store import aws_write

from .cloud_help import REGION, Cloud
from .conftest import Repo
from .faults import Answer, Proxy, proxy, refusal

DB, API, OTHER = (expand(f"<alnum:{length}>") for length in (24, 26, 28))
FILE = f"# settings\nDB_PASSWORD={DB}\nAPI_TOKEN='{API}'\nDB_HOST=db.internal\nPORT=5432\n"
BOTH = {"DB_PASSWORD": DB, "API_TOKEN": API}


class Done(NamedTuple):
    """What a run came to."""

    status: int
    out: str
    err: str


Push = Callable[..., Done]


@pytest.fixture(autouse=True)
def _alone(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cloud.setenv(monkeypatch)
    monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
    monkeypatch.setattr(aws_write, "PAUSES", (0.0,))
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return "push/" + re.sub(r"\W", "-", request.node.name)


@pytest.fixture
def between(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with proxy(cloud.url) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
        yield made


@pytest.fixture
def push(repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Push:
    """Runs the command on the repository's file. No output has a value in it."""
    repo.write(".env", FILE)

    def run(*options: str, file: str = ".env", to: str = f"aws-sm://{REGION}/{name}") -> Done:
        monkeypatch.chdir(repo.path)
        status = store_.main(["push", file, "--to", to, *options])
        out, err = capfd.readouterr()
        for value in (DB, API, OTHER):
            assert value[:6] not in out + err
        return Done(status, out, err)

    return run


def held(cloud: Cloud, name: str, stage: str = "AWSCURRENT") -> dict[str, object] | None:
    """What the store has; None where there is no such secret."""
    client = cloud.client()
    try:
        found: dict[str, object] = json.loads(client.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None
    return found


def put(cloud: Cloud, name: str, members: object) -> None:
    cloud.client().create_secret(Name=name, SecretString=members if isinstance(members, str) else json.dumps(members))


# ---- a plan


def test_a_plan_writes_nothing(push: Push, cloud: Cloud, name: str) -> None:
    done = push()
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "stopgap store push: a plan, nothing is written; --apply does it\n\n"
        f".env -> aws-sm://{REGION}/{name}:\n"
        "  1. make the secret, one JSON object with 2 keys (DB_PASSWORD, API_TOKEN)\n"
        "  2. plain, so not written: DB_HOST, PORT (--also KEY takes one along)\n"
    )
    assert held(cloud, name) is None


def test_a_plan_has_the_status_of_what_it_plans(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {"DB_PASSWORD": OTHER})
    assert push().status == push("--apply").status == 1
    assert held(cloud, name) == {"DB_PASSWORD": OTHER}


# ---- what is written


def test_a_new_secret(push: Push, cloud: Cloud, name: str, repo: Repo) -> None:
    before = (repo.path / ".env").stat()
    done = push("--apply")
    assert (done.status, done.err, held(cloud, name)) == (0, "", BOTH)
    lines = done.out.splitlines()
    assert re.fullmatch(r"stopgap store push: done: version [0-9a-f-]{36} is current; it was read back, and is what was sent", lines[0])
    assert lines[2:] == [
        f".env -> aws-sm://{REGION}/{name}:",
        "  1. made the secret, one JSON object with 2 keys (DB_PASSWORD, API_TOKEN)",
        "  2. plain, so not written: DB_HOST, PORT (--also KEY takes one along)",
        "",
        "Next:",
        "  3. put what is not in the store into the deploy's own configuration, before .env goes: DB_HOST, PORT",
        "  4. start the application from the store",
        f"       stopgap run --from aws-sm://{REGION}/{name} -- COMMAND",
        "  5. when every server starts that way, delete .env there, and here",
        "       rm .env",
    ]
    after = (repo.path / ".env").stat()
    assert (after.st_mtime_ns, after.st_ino, (repo.path / ".env").read_text()) == (before.st_mtime_ns, before.st_ino, FILE)


def test_what_is_there_stays(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, '{"PORT": 5432, "RATE": 1.10, "API_TOKEN": "' + API + '"}')
    done = push("--apply")
    assert done.status == 0
    assert held(cloud, name) == {"PORT": 5432, "RATE": 1.1, **BOTH}
    assert '"RATE": 1.10' in cloud.client().get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"]
    assert "  1. added 1 key (DB_PASSWORD)\n  2. 1 key (API_TOKEN): there already, with the same value\n" in done.out
    assert "  3. 2 other keys of the secret: left as they were\n" in done.out


def test_twice_is_once(push: Push, cloud: Cloud, name: str) -> None:
    push("--apply")
    again = push("--apply")
    assert again.status == 0
    assert again.out.startswith("stopgap store push: nothing to write: all of it is there already, with the same values\n")
    assert "stopgap run --from" in again.out
    assert len(cloud.client().list_secret_version_ids(SecretId=name)["Versions"]) == 1


def test_a_number_in_the_store_is_the_text_of_the_file(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {**BOTH, "PORT": 5432})
    assert push("--apply", "--also", "PORT").out.startswith("stopgap store push: nothing to write")
    assert held(cloud, name) == {**BOTH, "PORT": 5432}


# ---- the outage again: another value there


def test_another_value_is_refused(push: Push, cloud: Cloud, name: str, repo: Repo) -> None:
    put(cloud, name, {"DB_PASSWORD": OTHER})
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (1, {"DB_PASSWORD": OTHER})
    assert done.out.startswith("stopgap store push: refused, nothing is written\n")
    assert "refuse 1 key (DB_PASSWORD): another value is there" in done.out
    assert done.err == (
        f"stopgap: DB_PASSWORD differs between .env and aws-sm://{REGION}/{name}, and neither the file's time nor the store's tells which "
        "one is old: if the file's is right, --replace DB_PASSWORD; if the store's is, --ignore DB_PASSWORD\n"
    )
    # neither time decides
    for seconds in (1, 4_000_000_000):
        os.utime(repo.path / ".env", (seconds, seconds))
        assert push("--apply").status == 1


def test_replace_names_it_and_the_way_back_is_printed(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {"DB_PASSWORD": OTHER})
    done = push("--apply", "--replace", "DB_PASSWORD")
    assert (done.status, held(cloud, name), held(cloud, name, "AWSPREVIOUS")) == (0, BOTH, {"DB_PASSWORD": OTHER})
    assert "  1. added 1 key (API_TOKEN)\n  2. replaced 1 key (DB_PASSWORD)\n" in done.out
    assert "to go back to the version before, which is kept:\n    aws secretsmanager update-secret-version-stage --region" in done.out


def test_ignore_leaves_the_store_s(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {"DB_PASSWORD": OTHER})
    done = push("--apply", "--ignore", "DB_*")
    assert (done.status, held(cloud, name)) == (0, {"DB_PASSWORD": OTHER, "API_TOKEN": API})
    assert "held back, as you said: DB_PASSWORD" in done.out


def test_the_old_value_of_the_outage(push: Push, cloud: Cloud, name: str, repo: Repo) -> None:
    """The repository's file has the password of years ago, the store the one that was rotated since."""
    repo.add(".env")
    repo.commit(env={"GIT_AUTHOR_DATE": "2021-03-04T00:00:00Z", "GIT_COMMITTER_DATE": "2021-03-04T00:00:00Z"})
    put(cloud, name, {"DB_PASSWORD": OTHER, "API_TOKEN": API})
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (1, {"DB_PASSWORD": OTHER, "API_TOKEN": API})
    assert re.search(
        r"tells which one is old \(\.env has a value that the history holds \(\.env, commit \w+ of 2021-03-04\), which speaks for the "
        r"store's\): if",
        done.err,
    )
    # said twice: the one word for another value, the other for one that history has
    assert push("--apply", "--replace", "DB_PASSWORD").status == 1
    assert held(cloud, name) == {"DB_PASSWORD": OTHER, "API_TOKEN": API}


@pytest.mark.parametrize("key", ["DB_PASSWORT", "PORT"])
def test_replace_of_a_key_that_does_not_go(push: Push, key: str) -> None:
    done = push("--apply", "--replace", key)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"stopgap: --replace {key}: this key is not among those of .env that go to the store\n"


# ---- values that history has


def test_a_value_of_history_is_refused(push: Push, cloud: Cloud, name: str, repo: Repo) -> None:
    repo.write(".env", FILE.replace(DB, "changeme"))
    repo.add(".env")
    commit = repo.commit(env={"GIT_AUTHOR_DATE": "2021-03-04T00:00:00Z", "GIT_COMMITTER_DATE": "2021-03-04T00:00:00Z"})
    repo.write(".env", FILE)
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (1, None)
    assert re.fullmatch(
        rf"stopgap: API_TOKEN has a value that the history holds \(\.env, commit {commit[:7]}\w* of 2021-03-04\): make a new value and "
        r"push that; --accept-exposed takes this one for now\n",
        done.err,
    )
    accepted = push("--apply", "--accept-exposed")
    assert (accepted.status, held(cloud, name)) == (0, BOTH)
    assert accepted.err == "stopgap: accepted although the history holds the values: API_TOKEN\n"
    assert "rotate, because the history holds the values: API_TOKEN. Make a new value, put it into .env, push it" in accepted.out
    assert f"stopgap store push .env --to aws-sm://{REGION}/{name} --replace API_TOKEN --apply\n" in accepted.out
    assert "       stopgap untrack .env\n" in accepted.out
    # what is there already is not carried over, and what is to be done is still said
    again = push("--apply")
    assert (again.status, again.err) == (0, "")
    assert "rotate, because the history holds the values: API_TOKEN" in again.out


def test_a_shallow_history_does_not_tell(
    push: Push, cloud: Cloud, name: str, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("one")
    repo.commit("two")
    subprocess.run(("git", "clone", "-q", "--depth", "1", repo.path.as_uri(), str(tmp_path / "shallow")), check=True)
    file = tmp_path / "shallow" / "settings.env"
    file.write_text(FILE)
    monkeypatch.setattr(repo, "path", tmp_path / "shallow")
    done = push("--apply", file="settings.env")
    assert (done.status, held(cloud, name)) == (2, None)
    assert "stopgap: cannot tell whether these values stand in the history: this clone is shallow" in done.err
    done = push("--apply", "--accept-exposed", file="settings.env")
    assert (done.status, held(cloud, name)) == (0, BOTH)
    assert "accepted although the history could not be read whole: this clone is shallow" in done.err


def test_outside_of_a_repository(push: Push, cloud: Cloud, name: str, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".env").write_text(FILE)
    monkeypatch.setattr(repo, "path", tmp_path / "elsewhere")
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (0, BOTH)
    assert done.err == "stopgap: not inside a git repository, so it is not known whether these values were ever committed\n"


def test_from_a_folder_of_the_repository(push: Push, cloud: Cloud, name: str, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("app/.env", FILE)
    repo.add("app/.env")
    monkeypatch.setattr(repo, "path", repo.path / "app")
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (0, BOTH)
    assert "stopgap untrack .env" in done.out


# ---- rotation by the store


def rotating(cloud: Cloud, name: str, version: str) -> None:
    """A rotation that has begun: its version stands under AWSPENDING."""
    cloud.client().put_secret_value(SecretId=name, SecretString="{}", ClientRequestToken=version, VersionStages=["AWSPENDING"])


def test_a_rotation_that_runs_is_waited_for(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {})
    rotating(cloud, name, "p" * 32)
    done = push("--apply")
    assert (done.status, held(cloud, name)) == (1, {})
    assert f"stopgap: a rotation of aws-sm://{REGION}/{name} is under way, and would take back what is written now: wait until" in done.err
    assert f"--version-stage AWSPENDING --remove-from-version-id {'p' * 32}\n" in done.err
    assert push("--apply", "--only", "DB_PASSWORD").status == 1


def test_a_secret_that_the_store_rotates(push: Push, cloud: Cloud, between: Proxy, name: str) -> None:
    """moto's own rotation leaves a version without a value, so the proxy says that there is one."""
    put(cloud, name, {"DB_PASSWORD": OTHER})
    between.fault = lambda asked: (
        Answer(200, json.dumps({"ARN": "arn:x", "Name": name, "RotationEnabled": True}).encode())
        if asked.operation == "DescribeSecret"
        else None
    )
    done = push("--apply", "--replace", "DB_PASSWORD")
    assert (done.status, held(cloud, name)) == (0, BOTH)
    assert done.err == f"stopgap: aws-sm://{REGION}/{name} is rotated by the store itself: what it has set for DB_PASSWORD is replaced\n"


# ---- files that do not do


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            f"A_TOKEN={API}\nB=1\nA_TOKEN={DB}\n",
            "A_TOKEN stands in it 2 times (lines 1, 3): leave the one that is right",
            id="a key twice",
        ),
        pytest.param(f"A_TOKEN={API}\nA_TOKEN={API}\n", "A_TOKEN stands in it 2 times (lines 1, 2)", id="twice the same"),
        pytest.param(f"A_TOKEN={API}\nsource other\n{DB}\n", "lines 2, 3 are not KEY=value", id="other lines"),
        pytest.param(
            f"A_TOKEN={API}$MORE\n", "A_TOKEN (line 1) refers to other settings, which a store does not work out", id="a reference"
        ),
        pytest.param(f'A_TOKEN="`cat {API}`"\n', "A_TOKEN (line 1) refers to other settings", id="a command"),
        pytest.param(f"A_TOKEN={API}\nB=x\0y\n".encode(), "the value of B (line 2) has a NUL in it", id="NUL"),
        pytest.param(
            f"A_TOKEN={API}\n".encode() + b"B_TOKEN=\xff\xfe" + API.encode() + b"\n",
            "the value of B_TOKEN (line 2) is not UTF-8",
            id="not UTF-8",
        ),
        pytest.param(
            json.dumps({f"A={API}": "b"}), "a key is no name that the environment can hold: it has = or NUL in it", id="= in a name"
        ),
        pytest.param(json.dumps({"": API}), "a key is no name that the environment can hold: it is empty", id="no name"),
        pytest.param(json.dumps({"A\0B": API}), "a key is no name that the environment can hold", id="NUL in a name"),
        pytest.param(json.dumps({"A_TOKEN": f"{API}\0"}), "the value of A_TOKEN has a NUL in it", id="NUL in a value"),
        pytest.param(json.dumps({"A_TOKEN": None}), "A_TOKEN is null: it needs a value, or has to go", id="null"),
        pytest.param(f'{{"A": "{API}", "A": "{API}"}}', "JSON in which A stands twice", id="JSON with a key twice"),
        pytest.param(f'["{API}"]', "no line of it is KEY=value", id="a list"),
        pytest.param(f"PATH=/usr/bin\nA_TOKEN={API}\n", "it is a process's environment", id="what env prints"),
        pytest.param("PORT=1\n", "none of its settings looks like a secret (--also KEY takes one along)", id="nothing secret"),
        pytest.param("", "none of its settings looks like a secret", id="empty"),
        pytest.param(f"DOTENV_PUBLIC_KEY=03{'ab' * 32}\nA=encrypted:{'BEw' * 40}\n", "it is encrypted with dotenvx", id="encrypted"),
        pytest.param("A_TOKEN=" + "<alnum:24>" * 200_000, "larger than 1 MiB", id="large"),
    ],
)
def test_a_file_that_does_not_do(push: Push, repo: Repo, content: str | bytes, said: str) -> None:
    repo.write("file", content)
    done = push("--apply", file="file")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert said in done.err


def test_a_plain_setting_may_refer_to_others(push: Push, repo: Repo, cloud: Cloud, name: str) -> None:
    repo.write("file", f"A_TOKEN={API}\nHERE=${{HOME}}/x\n")
    assert push("--apply", file="file").status == 0
    assert held(cloud, name) == {"A_TOKEN": API}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param({"file": "nothing"}, "cannot read nothing: No such file", id="no file"),
        pytest.param({"file": "."}, "not a regular file", id="a folder"),
        pytest.param({"to": "vault://x/y"}, "no kind of store begins with vault://; known: aws-sm://REGION/NAME", id="another store"),
        pytest.param({"to": "prod/app"}, "a store is written aws-sm://REGION/NAME", id="no store"),
        pytest.param({"to": "aws-sm://eu-west-1"}, "is written aws-sm://REGION/NAME", id="no name"),
        pytest.param({"to": "aws-sm:///x"}, "no region: write aws-sm://REGION/NAME", id="no region"),
    ],
)
def test_arguments_that_do_not_do(push: Push, argv: dict[str, str], said: str) -> None:
    done = push("--apply", **argv)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert said in done.err


# ---- stores that do not do


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"SecretString": OTHER}, "not JSON: ", id="no JSON"),
        pytest.param({"SecretString": f'["{OTHER}"]'}, "JSON, but not an object", id="a list"),
        pytest.param({"SecretBinary": OTHER.encode()}, "it is binary", id="binary"),
        pytest.param({"SecretString": json.dumps({"X": None})}, "X is null", id="null"),
        pytest.param({"SecretString": json.dumps({f"X={OTHER}": ""})}, "a key is no name that the environment can hold", id="a name"),
        pytest.param({"SecretString": json.dumps({"X": "y" * 65520})}, "it would hold 65,6", id="full"),
    ],
)
def test_a_secret_that_does_not_do(push: Push, cloud: Cloud, name: str, given: dict[str, str], said: str) -> None:
    made = cloud.client().create_secret(Name=name, **given)
    done = push("--apply")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert said in done.err
    assert list(cloud.client().describe_secret(SecretId=name)["VersionIdsToStages"]) == [made["VersionId"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials: log in (aws sso login)", id="no credentials"),
        pytest.param({"AWS_SECRET_ACCESS_KEY": ""}, "the credentials are incomplete", id="half of them"),
        pytest.param({"AWS_PROFILE": "nobody"}, "there is no such profile", id="no profile"),
        pytest.param({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "the endpoint cannot be reached", id="unreachable"),
    ],
)
def test_no_way_to_the_store(push: Push, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str) -> None:
    cloud.setenv(monkeypatch, **changed)
    done = push("--apply")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert said in done.err


@pytest.mark.parametrize("operation", ["GetSecretValue", "DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage"])
def test_a_permission_that_is_missing(push: Push, cloud: Cloud, between: Proxy, name: str, operation: str) -> None:
    """Each of those that a push needs, and no other: no listing, no tagging, no policy."""
    put(cloud, name, {"X": "y"})
    between.fault = lambda asked: refusal("AccessDeniedException", f"no {DB}") if asked.operation == operation else None
    done = push("--apply")
    assert (done.status, done.err.count("\n"), held(cloud, name)) == (2, 1, {"X": "y"}), done.err
    assert f"access denied: secretsmanager:{operation} is needed on {name} in {REGION}" in done.err
    assert set(between.names()) <= {"GetSecretValue", "DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param("ExpiredTokenException", "the credentials have expired: log in again", id="expired"),
        pytest.param("ThrottlingException", "AWS says that there are too many requests: try again later", id="throttled"),
        pytest.param("DecryptionFailure", "its key cannot be used: kms:Decrypt on the key of ", id="the key"),
    ],
)
def test_what_the_service_refuses(push: Push, between: Proxy, code: str, said: str) -> None:
    between.fault = lambda asked: refusal(code, DB)
    done = push("--apply")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_what_is_marked_for_deletion(push: Push, cloud: Cloud, name: str) -> None:
    put(cloud, name, {})
    cloud.client().delete_secret(SecretId=name)
    done = push("--apply")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "it is marked for deletion (aws secretsmanager restore-secret takes that back)" in done.err


@pytest.mark.parametrize("how", ["cut", "cut after"])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_push_that_is_cut(push: Push, cloud: Cloud, between: Proxy, name: str, number: int, how: str) -> None:
    """At every request; then the same command again: nothing is doubled, nothing lost."""
    put(cloud, name, {"X": 1, "API_TOKEN": API})
    between.fault = lambda asked: how if asked.number == number else None  # type: ignore[return-value]
    done = push("--apply")
    assert (done.status, done.err.count("\n")) == ((2, 1) if number < 6 else (0, 1)), done.err
    between.fault = lambda asked: None
    assert push("--apply").status == 0
    assert held(cloud, name) == {"X": 1, **BOTH}
    assert held(cloud, name, "AWSPREVIOUS") == {"X": 1, "API_TOKEN": API}


def test_the_words_of_a_push_that_is_cut(push: Push, cloud: Cloud, between: Proxy, name: str) -> None:
    put(cloud, name, {})
    between.fault = lambda asked: "cut after" if asked.operation == "PutSecretValue" else None
    assert push("--apply").err == (
        f"stopgap: cannot write aws-sm://{REGION}/{name}: the endpoint closed the connection; whether it was written is not known: run the "
        "same command again, it writes nothing twice\n"
    )


def test_many_at_once(cloud: Cloud, name: str, tmp_path: Path) -> None:
    """Each pushes a key of its own, and runs again where it was told to: in the end all of them are there."""
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.env")
        files[-1].write_text(f"KEY_{number}_TOKEN={API}\n")

    def start(file: Path) -> subprocess.Popen[bytes]:
        argv = (sys.executable, "-m", "stopgap", "store", "push", file.name, "--to", f"aws-sm://{REGION}/{name}", "--apply")
        return subprocess.Popen(argv, cwd=tmp_path, env=cloud.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    left = files
    for _ in range(len(files)):
        running = [(file, start(file)) for file in left]
        ended = [(file, process.communicate(timeout=90)[1], process.returncode) for file, process in running]
        assert all(status == 0 or (status == 2 and b"somebody else has written it meanwhile" in err) for _, err, status in ended), ended
        left = [file for file, _, status in ended if status]
    assert left == []
    assert held(cloud, name) == {f"KEY_{number}_TOKEN": API for number in range(3)}


def test_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert store_.main([]) == 0
    assert "stopgap store push FILE --to ADDRESS [--apply]" in capfd.readouterr().out
    assert store_.main(["pusch"]) == 2
    assert capfd.readouterr().err == "stopgap store: no command 'pusch'; did you mean 'push'?\n"
    with pytest.raises(SystemExit) as left:
        store_push.main(["--help"])
    assert left.value.code == 0
    assert "--accept-exposed" in capfd.readouterr().out
