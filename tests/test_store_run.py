"""`stopgap run`: the real command, the real SDK, and moto's server as the store."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

import pytest
from stopgap import run_
from stopgap.detect.examples import expand
from stopgap.sides import aws_client
from stopgap.store import environment

from .cloud_help import REGION, Cloud, free_port, skip_without_moto
from .conftest import interruptible
from .faults import Answer, proxy, refusal

SECRET = expand("<alnum:24>")
APP = {"DB_PASSWORD": SECRET, "DB_PORT": 5432, "DEBUG": False, "EMPTY": "", "API_TOKEN": "ein\nzwei 'é' 🔑 $HOME \\n"}
ADDRESS = f"aws-sm://{REGION}/run/app"
LINUX = pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="needs /proc")


@pytest.fixture(scope="module")
def cloud(cloud: Cloud) -> Cloud:
    """The server of the session, with the secret of this module."""
    put(cloud, "run/app", json.dumps(APP))
    return cloud


def put(cloud: Cloud, name: str, text: str) -> str:
    """A secret, made or replaced. Returns its address."""
    client = cloud.client()
    try:
        client.create_secret(Name=name, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=text)
    return f"aws-sm://{REGION}/{name}"


def command(*argv: str, options: tuple[str, ...] = ()) -> tuple[str, ...]:
    return (sys.executable, "-m", "stopgap", "run", "--from", ADDRESS, *options, "--", *argv)


def started(cloud: Cloud, *argv: str, options: tuple[str, ...] = (), **given: Any) -> subprocess.CompletedProcess[bytes]:
    """Runs the real command to its end."""
    given = {"env": cloud.environment(), "capture_output": True, "timeout": 60, **given}
    return subprocess.run(command(*argv, options=options), **given)


# ---- the command is itself


@pytest.mark.parametrize(
    ("script", "status"),
    [
        pytest.param("exit 0", 0, id="well"),
        pytest.param("exit 3", 3, id="an exit status"),
        pytest.param("kill -TERM $$", -signal.SIGTERM, id="a signal"),
        pytest.param("kill -KILL $$", -signal.SIGKILL, id="one that nobody catches"),
    ],
)
def test_the_exit_status_is_the_command_s(cloud: Cloud, script: str, status: int) -> None:
    done = started(cloud, "sh", "-c", script)
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")


def test_what_it_inherits(cloud: Cloud, tmp_path: Path) -> None:
    """Process id, working directory, umask, standard input, an open file, and arguments that look like ours."""
    read, write = os.pipe()
    os.write(write, b"from the parent")
    os.close(write)
    script = f'echo $$; pwd; umask; cat; cat /dev/fd/{read}; echo; echo "$@"'
    process = subprocess.Popen(
        command("sh", "-c", script, "sh", "--", "--from", "é \n'"),
        cwd=tmp_path,
        env=cloud.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(read,),
        umask=0o027,
    )
    os.close(read)
    out, _ = process.communicate(b"typed\n", timeout=60)
    assert out.decode() == f"{process.pid}\n{tmp_path}\n0027\ntyped\nfrom the parent\n-- --from é \n'\n"


def until(process: subprocess.Popen[bytes], name: str) -> None:
    """Until the process has become the command `name`."""
    deadline = time.monotonic() + 60
    while Path(f"/proc/{process.pid}/comm").read_text().strip() != name:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_it(cloud: Cloud, number: signal.Signals) -> None:
    process = subprocess.Popen(command("sleep", "60"), env=cloud.environment(), preexec_fn=interruptible)
    until(process, "sleep")
    process.send_signal(number)
    assert process.wait(30) == -number


def test_a_reader_that_goes_away_ends_it(cloud: Cloud) -> None:
    """Python ignores SIGPIPE; the command must not."""
    with subprocess.Popen(command("yes"), env=cloud.environment(), stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"y\n"
        process.stdout.close()
        assert process.wait(30) == -signal.SIGPIPE


@LINUX
def test_signals_are_as_they_were(cloud: Cloud) -> None:
    """Ignored ones stay so (nohup), blocked ones too, and none of ours is left."""

    def started_with() -> None:
        interruptible()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})

    words = ("grep", "^Sig[BIC]", "/proc/self/status")
    plain = subprocess.run(words, capture_output=True, preexec_fn=started_with)
    assert plain.stdout.count(b"\n") == 3
    assert started(cloud, *words, preexec_fn=started_with).stdout == plain.stdout


def typed(cloud: Cloud, *argv: str, keys: bytes = b"") -> tuple[int, bytes]:
    """Runs the command in a terminal of its own; `keys` are typed once it says `ready`. Returns its status and what the terminal shows."""
    words, variables = command(*argv), cloud.environment()
    process, master = pty.fork()
    if process == 0:
        interruptible()
        os.execve(words[0], words, variables)
    shown, deadline = b"", time.monotonic() + 60
    while select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            part = os.read(master, 1024)
        except OSError:  # Linux: nobody has the terminal open any more
            break
        if b"ready" not in shown and b"ready" in shown + part:
            os.write(master, keys)
        if not part:
            break
        shown += part
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown


def test_the_terminal_is_the_command_s(cloud: Cloud) -> None:
    status, shown = typed(
        cloud, "sh", "-c", 'echo ready; read line; test -t 0 && test -t 1 && test -t 2 && echo "read: $line"', keys=b"hello\n"
    )
    assert (status, shown.splitlines()[-1]) == (0, b"read: hello")


def test_ctrl_c_in_the_terminal(cloud: Cloud) -> None:
    status, shown = typed(cloud, "sh", "-c", "echo ready; exec sleep 60", keys=b"\x03")
    assert status == -signal.SIGINT, shown


def test_nothing_is_written(cloud: Cloud, tmp_path: Path) -> None:
    """No file of this user's can grow by a byte while it runs, and none is made."""
    for name in ("home", "tmp", "here"):
        (tmp_path / name).mkdir()
    variables = cloud.environment(HOME=str(tmp_path / "home"), TMPDIR=str(tmp_path / "tmp"), PYTHONDONTWRITEBYTECODE="1")
    done = started(
        cloud,
        "printenv",
        "DB_PASSWORD",
        env=variables,
        cwd=tmp_path / "here",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{SECRET}\n".encode(), b"")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ---- its environment


def variables_of(done: subprocess.CompletedProcess[bytes]) -> dict[bytes, bytes]:
    """What `env -0` printed."""
    pairs = [part.partition(b"=") for part in done.stdout.split(b"\0") if part]
    return {key: value for key, _, value in pairs}


@LINUX
@pytest.mark.parametrize(
    "locale",
    [
        pytest.param({}, id="the locale C, for which Python sets LC_CTYPE"),
        pytest.param({"LC_CTYPE": "C", "LANG": "de_DE.UTF-8"}, id="LC_CTYPE is C"),
        pytest.param({"LC_CTYPE": "C.UTF-8"}, id="LC_CTYPE as Python would set it"),
        pytest.param({"LC_ALL": "C"}, id="LC_ALL is C"),
    ],
)
def test_the_environment_is_the_given_one_and_the_store_s(cloud: Cloud, locale: dict[str, str]) -> None:
    kept = {key: value for key, value in cloud.environment().items() if not key.startswith(("LC_", "LANG"))}
    given = {os.fsencode(key): os.fsencode(value) for key, value in {**kept, **locale}.items()} | {b"ODD": b"a\xffb"}
    done = started(cloud, "env", "-0", env=given)
    stored = {
        b"DB_PASSWORD": SECRET.encode(),
        b"DB_PORT": b"5432",
        b"DEBUG": b"false",
        b"EMPTY": b"",
        b"API_TOKEN": str(APP["API_TOKEN"]).encode(),
    }
    assert (variables_of(done), done.stderr) == ({**given, **stored}, b"")


def test_what_is_set_already_gives_way_and_is_named(cloud: Cloud) -> None:
    old = expand("<alnum:28>")
    done = started(cloud, "printenv", "DB_PASSWORD", env=cloud.environment(DB_PASSWORD=old, DB_PORT="5432"))
    assert done.stdout.decode() == f"{SECRET}\n"
    assert done.stderr.decode() == "stopgap: the store's values take the place of what was set here: DB_PASSWORD\n"


def test_a_closed_standard_error_is_no_reason_not_to_start(cloud: Cloud) -> None:
    script = f"exec {' '.join(command('printenv', 'DB_PORT'))} 2>&-"
    done = subprocess.run(("sh", "-c", script), env=cloud.environment(DB_PORT="1"), capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"5432\n")


def wanted(*options: str, given: dict[str, str] | None = None, address: str = ADDRESS) -> dict[str, str]:
    """The variables that the store sets, by what the options say."""
    args, _ = run_.parse(["--from", address, *options, "--", "true"])
    return run_.settings(args, {key.encode(): value.encode() for key, value in (given or {}).items()})


@pytest.mark.parametrize(
    ("options", "given", "names"),
    [
        pytest.param([], {}, set(APP), id="all"),
        pytest.param(["--only", "DB_*", "--only", "EMPTY"], {}, {"DB_PASSWORD", "DB_PORT", "EMPTY"}, id="only"),
        pytest.param(["--only", "DB_PORT", "--prefix", "SHOP_"], {}, {"SHOP_DB_PORT"}, id="a prefix"),
        pytest.param(["--keep", "DB_*"], {"DB_PORT": "1", "OTHER": "1"}, set(APP) - {"DB_PORT"}, id="kept where it is set"),
        pytest.param(["--keep", "*"], dict.fromkeys(APP, ""), set(), id="an empty one is set"),
        pytest.param(
            ["--keep", "X_DB_*", "--prefix", "X_", "--only", "DB_*"], {"X_DB_PORT": "1"}, {"X_DB_PASSWORD"}, id="kept by its whole name"
        ),
        pytest.param(["--require", "DB_PORT", "--require", "DEBUG"], {}, set(APP), id="required and there"),
        pytest.param(["--require", "DB_PORT", "--prefix", "X_"], {}, {f"X_{key}" for key in APP}, id="required as the store calls it"),
        pytest.param(["--require", "LOCAL", "--keep", "LOCAL"], {"LOCAL": "1"}, set(APP), id="required, set and kept"),
    ],
)
def test_which_variables(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, options: list[str], given: dict[str, str], names: set[str]) -> None:
    cloud.setenv(monkeypatch)
    assert set(wanted(*options, given=given)) == names


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('"x"', "x", id="a text"),
        pytest.param('"\\ud83d\\udd11"', "🔑", id="a surrogate pair, both halves"),
        pytest.param("1.10", "1.10", id="a number as it is written"),
        pytest.param("1" * 5000, "1" * 5000, id="a number that no machine has"),
        pytest.param("true", "true", id="a boolean"),
        pytest.param('{"b": [1, "é"], "a": null}', '{"a":null,"b":[1,"\\u00e9"]}', id="what is nested"),
    ],
)
def test_how_a_member_becomes_a_text(text: str, value: str) -> None:
    from stopgap.sides import members

    assert environment.variables(members.read(f'{{"K": {text}}}', "x"), "x") == {"K": value}


# ---- it is not started


def refused(capsys: pytest.CaptureFixture[str], argv: list[str], said: str, status: int = 2) -> None:
    """One line, exit status 2, and nothing was started: `false` would have taken the place of the tests."""
    assert run_.main(argv) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1), err
    assert said in err
    assert SECRET[:6] not in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(
            ["--require", "DB_PASSWORD", "--require", "SMTP_HOST"], "SMTP_HOST is required, and not there", id="a key that is missing"
        ),
        pytest.param(["--require", "EMPTY"], "EMPTY is required, and empty there", id="an empty one"),
        pytest.param(["--require", "DEBUG", "--only", "DB_*"], "DEBUG is required, and --only leaves it out", id="one that is left out"),
        pytest.param(["--require", "PATH"], "PATH is required, and not there", id="one that is set here, which nobody asked to keep"),
        pytest.param(["--only", "DB_*", "--only", "SMPT_*"], "--only SMPT_* matches none of its keys", id="a glob for nothing"),
        pytest.param(["--only", "["], "a '[' is not closed", id="a glob that is none"),
        pytest.param(["--keep", ""], "it is empty", id="an empty glob"),
        pytest.param(["--prefix", "A="], "--prefix must be text without an equals sign", id="a prefix that no name can have"),
    ],
)
def test_what_is_asked_for_and_not_there(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    cloud.setenv(monkeypatch)
    refused(capsys, ["--from", ADDRESS, *options, "--", "false"], said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{}", "it holds no key", id="empty"),
        pytest.param(f'{{"DB_PASSWORD={SECRET}": "x"}}', "a key is no name that the environment can hold", id="an equals sign in a name"),
        pytest.param('{"A\\u0000": "x"}', "it has = or NUL in it", id="a NUL in a name"),
        pytest.param('{"": "x"}', "a key is no name that the environment can hold: it is empty", id="no name"),
        pytest.param('{"A\\udc80": "x"}', "a key is not UTF-8", id="half of a pair in a name"),
        pytest.param(f'{{"A": "{SECRET}\\u0000"}}', "the value of A has a NUL in it", id="a NUL in a value"),
        pytest.param(f'{{"A": "{SECRET}\\udcff"}}', "the value of A is not UTF-8", id="half of a pair in a value"),
        pytest.param('{"A": null}', "A is null: it needs a value, or has to go", id="null"),
        pytest.param(f'["{SECRET}"]', "not an object", id="a list"),
        pytest.param(f"DB_PASSWORD={SECRET}", "not JSON", id="dotenv"),
        pytest.param(f'{{"A": "{SECRET}", "A": "x"}}', "A stands twice", id="a key twice"),
    ],
)
def test_what_the_environment_cannot_hold(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    cloud.setenv(monkeypatch)
    refused(capsys, ["--from", put(cloud, "run/odd", text), "--", "false"], said)


def test_only_what_is_asked_for_has_to_be_holdable(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.setenv(monkeypatch)
    assert wanted("--only", "A", address=put(cloud, "run/odd", '{"A": "x", "B": null, "C=": ""}')) == {"A": "x"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("run/nothing", "there is no such secret", id="no such secret"),
        pytest.param("run/empty", "it has no value yet", id="no value yet"),
        pytest.param("run/deleted", "marked for deletion", id="marked for deletion"),
        pytest.param("run/binary", "it is binary", id="binary"),
    ],
)
def test_a_secret_that_is_none(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    client = cloud.client()
    if name != "run/nothing":
        client.create_secret(Name=name, **({"SecretBinary": b"\xff\x00"} if name == "run/binary" else {}))
    if name == "run/deleted":
        client.delete_secret(SecretId=name)
    cloud.setenv(monkeypatch)
    refused(capsys, ["--from", f"aws-sm://{REGION}/{name}", "--", "false"], said)


def test_a_store_that_is_not_reached(cloud: Cloud, tmp_path: Path) -> None:
    done = started(cloud, "touch", str(tmp_path / "made"), env=cloud.environment(AWS_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"stopgap: cannot read {ADDRESS}: the endpoint cannot be reached; the command was not started\n"
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "boto3.py").write_text("raise ImportError('boto3')\n")
    done = subprocess.run(command("true"), capture_output=True, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert f"{sys.executable} -m pip install" in done.stderr.decode()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(["--from", ADDRESS], "no command: write it behind `--`", id="no command"),
        pytest.param(["--from", ADDRESS, "--"], "no command: write it behind `--`", id="nothing behind the two dashes"),
        pytest.param(["--from", ADDRESS, "printenv"], "no command: write it behind `--`", id="without the dashes"),
        pytest.param(["--", "printenv"], "the following arguments are required: --from", id="no store"),
        pytest.param(["--from", ADDRESS, "--onyl", "A", "--", "printenv"], "unrecognized arguments: --onyl A", id="a typing error"),
    ],
)
def test_how_it_is_not_written(capsys: pytest.CaptureFixture[str], argv: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as end:
        run_.main(argv)
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_a_store_of_another_kind(capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, ["--from", "vault://secret/app", "--", "false"], "no kind of store begins with vault://; known: aws-sm://REGION/NAME")


def test_a_file_that_is_named_like_an_option(cloud: Cloud, tmp_path: Path) -> None:
    for name in ("--from", "--", "--only"):
        (tmp_path / name).touch()
    assert started(cloud, "true", options=("--only", "DEBUG"), cwd=tmp_path).returncode == 0


def test_a_search_path_of_the_application(cloud: Cloud, tmp_path: Path) -> None:
    """As docs/run.md says: with -I the application's modules are not taken for Python's own, and its variable is handed on."""
    (tmp_path / "logging.py").write_text("raise SystemExit('of the application')\n")
    argv = (sys.executable, "-I", *command("printenv", "PYTHONPATH")[1:])
    done = subprocess.run(argv, env=cloud.environment(PYTHONPATH=str(tmp_path)), capture_output=True)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}\n".encode())


# ---- the command that is none


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        pytest.param("stopgap-no-such-command", 127, "No such file or directory", id="no such command"),
        pytest.param("./folder", 126, "Permission denied", id="a folder"),
        pytest.param("./plain", 126, "Permission denied", id="not executable"),
        pytest.param("./script", 127, "the interpreter that its first line (#!) names is not there", id="no such interpreter"),
    ],
)
def test_a_command_that_cannot_be_run(cloud: Cloud, tmp_path: Path, name: str, status: int, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").touch()
    (tmp_path / "script").write_text("#!/bin/sh\r\ntrue\r\n")  # as an editor of Windows would save it
    (tmp_path / "script").chmod(0o755)
    done = started(cloud, name, cwd=tmp_path)
    assert (done.returncode, done.stderr.decode()) == (status, f"stopgap: cannot run {name}: {said}\n")


# ---- a service that does not answer as it should


GOOD = Answer(200, json.dumps({"ARN": "x", "Name": "x", "VersionId": "1", "SecretString": json.dumps(APP)}).encode())
UNSAID = f"{SECRET} is in its message"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The SDK's pauses between its tries, in seconds. They are noted and not waited for."""
    noted: list[float] = []
    monkeypatch.setattr(time, "sleep", noted.append)
    return noted


@pytest.mark.parametrize(
    ("answer", "said", "tries"),
    [
        pytest.param(refusal("InternalServiceError", UNSAID, 500), "AWS fails at the moment", aws_client.ATTEMPTS, id="it fails"),
        pytest.param(refusal("ThrottlingException", UNSAID), "there are too many requests", aws_client.ATTEMPTS, id="throttling"),
        pytest.param("cut", "the endpoint closed the connection", aws_client.ATTEMPTS, id="a cut connection"),
        pytest.param(refusal("AccessDeniedException", UNSAID), "secretsmanager:GetSecretValue is needed on run/app", 1, id="no permission"),
        pytest.param(refusal("ExpiredTokenException", UNSAID), "the credentials have expired", 1, id="expired credentials"),
        pytest.param(Answer(200, GOOD.body[:-30]), "is not the service's", 1, id="half an answer"),
        pytest.param(Answer(200, b"<html>Log in</html>"), "is not the service's", 1, id="another server's answer"),
        pytest.param(Answer(200, b"{}"), "is not the service's", 1, id="an answer without anything"),
    ],
)
def test_a_bounded_number_of_tries(
    cloud: Cloud,
    answer: Answer | Literal["cut"],
    said: str,
    tries: int,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with proxy(cloud.url) as between:
        between.fault = lambda _: answer
        cloud.setenv(monkeypatch, AWS_ENDPOINT_URL=between.url)
        refused(capsys, ["--from", ADDRESS, "--", "false"], said)
    assert between.names() == ["GetSecretValue"] * tries
    assert len(pauses) == tries - 1
    assert sum(pauses) < 10


def test_one_that_recovers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    with proxy(cloud.url) as between:
        between.fault = lambda asked: (refusal("InternalServiceError", UNSAID, 500), "cut", None)[asked.number - 1]
        cloud.setenv(monkeypatch, AWS_ENDPOINT_URL=between.url)
        assert wanted()["DB_PASSWORD"] == SECRET
    assert (len(between.asked), len(pauses)) == (3, 2)


def test_a_start_costs_one_request(cloud: Cloud) -> None:
    with proxy(cloud.url) as between:
        assert started(cloud, "true", env=cloud.environment(AWS_ENDPOINT_URL=between.url)).returncode == 0
    assert between.names() == ["GetSecretValue"]


@pytest.mark.parametrize(
    ("number", "status"), [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, -15, id="SIGTERM")]
)
def test_a_signal_while_the_store_is_asked(tmp_path: Path, number: signal.Signals, status: int) -> None:
    skip_without_moto()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        variables = Cloud(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path).environment()
        process = subprocess.Popen(
            command("touch", str(tmp_path / "made")), env=variables, stderr=subprocess.PIPE, preexec_fn=interruptible
        )
        with silent.accept()[0]:
            process.send_signal(number)
            _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (status, b"stopgap: interrupted\n" if status == 130 else b"")
    assert not (tmp_path / "made").exists()


def test_no_value_in_any_log(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever another part of the process switched on: the SDK's own log has every answer in it."""
    log, root, before = io.StringIO(), logging.getLogger(), logging.root.manager.disable
    handler = logging.StreamHandler(log)
    cloud.setenv(monkeypatch)
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(handler)
    try:
        logging.getLogger("botocore").setLevel(logging.DEBUG)
        refused(capsys, ["--from", ADDRESS, "--require", "NOTHING", "--", "false"], "NOTHING is required")
    finally:
        root.removeHandler(handler)
        logging.getLogger("botocore").setLevel(logging.NOTSET)
        logging.disable(before)
    assert SECRET[:6] not in log.getvalue()
