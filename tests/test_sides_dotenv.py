"""How dotenv text is read for a comparison, held against python-dotenv and real shells; where they differ is written down here."""

from __future__ import annotations

import os
import random
import shutil
import string
import subprocess
from pathlib import Path

import pytest
from stopgap.sides import content

FAILS = None  # a shell that stops, or runs a word of the value as a command: it has no reading
SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]
OWN = ("PWD", "OLDPWD", "SHLVL", "_")  # of the shells themselves


def ours(data: bytes) -> dict[str, str]:
    return {key: entry.value for key, entry in content.read(data, ".env").entries.items()}


def theirs(path: Path) -> dict[str, str | None]:
    """python-dotenv's reading."""
    dotenv = pytest.importorskip("dotenv", reason="python-dotenv is not installed")
    return dict(dotenv.dotenv_values(path))


def sourced(path: Path, shell: str) -> dict[str, str] | None:
    """What a process gets of the shell that reads the file: `set -a; . file; env -0`."""
    script = "set -a; . ./file || exit; exec /usr/bin/env -0"
    done = subprocess.run(("/usr/bin/env", "-i", shell, "-c", script), cwd=path.parent, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode or b": not found" in done.stderr or b"command not found" in done.stderr:
        return FAILS
    parts = [os.fsdecode(part).partition("=") for part in done.stdout.split(b"\0") if part]
    return {key: value for key, _, value in parts if key not in OWN}


def made_file(choice: random.Random) -> bytes:
    """Settings that every reader takes for the same: comments, export, quotes, several lines, escapes."""
    plain, spaced = string.ascii_letters + string.digits + "_-+/.:,@%^=", " #;&|<>()*?~!"
    lines = []
    for number in range(choice.randrange(1, 12)):
        value = "".join(choice.choices(plain, k=choice.randrange(1, 12)))
        quoted = "".join(choice.choices(plain + spaced + "\nü", k=choice.randrange(0, 30)))
        one = choice.choice(
            (
                value,
                f"{value}#{value}",
                f"{value}  # {quoted}".replace("\n", ""),
                f"'{quoted}'",
                f'"{quoted}"',
                f'"{quoted}" # {value}',
                f'"{quoted}\\"{value}\\\\"',
                "",
                "''",
            )
        )
        lines.append(choice.choice(("", "export ", "  ")) + f"KEY_{choice.randrange(number + 1)}={one}")
        lines.append(choice.choice(("", "# a comment", f"  # KEY={value}")))
    return "\n".join(lines).encode() + b"\n" * choice.randrange(2)


@pytest.mark.parametrize("shell", SHELLS)
def test_generated_files_are_read_as_a_shell_reads_them(shell: str, tmp_path: Path) -> None:
    choice = random.Random(shell)
    path = tmp_path / "file"
    for _ in range(150):
        path.write_bytes(data := made_file(choice))
        assert sourced(path, shell) == ours(data), data


def test_generated_files_are_read_as_python_dotenv_reads_them(tmp_path: Path) -> None:
    choice = random.Random(7)
    path = tmp_path / "file"
    for _ in range(1500):
        path.write_bytes(data := made_file(choice))
        assert theirs(path) == ours(data), data


# what is written, our reading, python-dotenv's, a shell's (bash and dash)
DIFFERENCES = [
    pytest.param(b"A = x\n", {"A": "x"}, {"A": "x"}, FAILS, id="spaces around the equals sign"),
    pytest.param(b"A=x y\n", {"A": "x y"}, {"A": "x y"}, FAILS, id="a space in a bare value"),
    pytest.param(b"A=p$1w\n", {"A": "p$1w"}, {"A": "p$1w"}, {"A": "pw"}, id="a dollar sign in a bare value"),
    pytest.param(b"A=a\\nb\n", {"A": "a\\nb"}, {"A": "a\\nb"}, {"A": "anb"}, id="a backslash in a bare value"),
    pytest.param(b'A="a\\nb"\n', {"A": "a\nb"}, {"A": "a\nb"}, {"A": "a\\nb"}, id="a newline's escape"),
    pytest.param(b'A="a\\xb"\n', {"A": "a\\xb"}, {"A": "a\\xb"}, {"A": "a\\xb"}, id="an escape of nothing: no difference"),
    pytest.param(b'A="\\$B"\n', {"A": "$B"}, {"A": "\\$B"}, {"A": "$B"}, id="an escaped dollar sign"),
    pytest.param(b"A='a\\'b'\n", {"A": "a\\'b"}, {"A": "a'b"}, FAILS, id="an escape in single quotes"),
    pytest.param(b"B=1\nA=${B}\n", {"B": "1", "A": "${B}"}, {"B": "1", "A": "1"}, {"B": "1", "A": "1"}, id="a reference"),
    pytest.param(b"B=1\nA=$B\n", {"B": "1", "A": "$B"}, {"B": "1", "A": "$B"}, {"B": "1", "A": "1"}, id="a reference without braces"),
    pytest.param(b"B=1\nA='${B}'\n", {"B": "1", "A": "${B}"}, {"B": "1", "A": "1"}, {"B": "1", "A": "${B}"}, id="one in single quotes"),
    pytest.param(b"A=$(echo x)\n", {"A": "$(echo x)"}, {"A": "$(echo x)"}, {"A": "x"}, id="a command"),
    pytest.param(b"A=`true`\n", {"A": "true"}, {"A": "`true`"}, {"A": ""}, id="backticks"),
    pytest.param(b"\xef\xbb\xbfA=x\nB=y\n", {"A": "x", "B": "y"}, {"A": "x", "B": "y"}, FAILS, id="a byte order mark"),
    pytest.param(b"A=x\r\nB='y'\r\n", {"A": "x", "B": "y"}, {"A": "x", "B": "y"}, {"A": "x\r", "B": "y\r"}, id="CRLF"),
    pytest.param(b"A=x\rB=y\r", {"A": "x", "B": "y"}, {"A": "x", "B": "y"}, {"A": "x\rB=y\r"}, id="CR"),
    pytest.param(b"A=x\0y\nB=1\n", {"A": "xy", "B": "1"}, {"A": "x\0y", "B": "1"}, {"A": "xy", "B": "1"}, id="a NUL"),
    pytest.param(b'A="x"y\nB=1\n', {"A": '"x"y', "B": "1"}, {"B": "1"}, {"A": "xy", "B": "1"}, id="text behind the quote"),
    pytest.param(b'A="open\nB=2\n', {"A": '"open', "B": "2"}, {"B": "2"}, FAILS, id="a quote that is not closed"),
    pytest.param(b"A\nB=1\n", {"B": "1"}, {"A": None, "B": "1"}, FAILS, id="a name alone"),
    pytest.param(b"A: x\nB=1\n", {"A": "x", "B": "1"}, {"B": "1"}, FAILS, id="a colon, as Ruby has it"),
    pytest.param(b"1A=x\nB=1\n", {"B": "1"}, {"1A": "x", "B": "1"}, FAILS, id="a name that begins with a digit"),
    pytest.param(b"a.b=x\n", {"a.b": "x"}, {"a.b": "x"}, FAILS, id="a dot in a name"),
    pytest.param(b"A=x\\\ny=1\n", {"A": "x\\", "y": "1"}, {"A": "x\\", "y": "1"}, {"A": "xy=1"}, id="a line that goes on"),
]


@pytest.mark.parametrize(("data", "here", "python", "shell"), DIFFERENCES)
def test_where_the_readers_differ(
    data: bytes, here: dict[str, str], python: dict[str, str | None], shell: dict[str, str] | None, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert ours(data) == here
    assert theirs(path) == python
    assert [sourced(path, name) for name in SHELLS] == [shell] * len(SHELLS)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"A='${B}'\nB=p\\$w\nC=1$\nD=\"\\${B}\"\n", set(), id="none refers"),
        pytest.param(b'A=${B}\nB="$C"\nC=$(date)\nD=x`date`\nE=x\n', {"A", "B", "C", "D"}, id="references and commands"),
    ],
)
def test_what_refers_to_other_settings(data: bytes, expected: set[str]) -> None:
    assert {key for key, entry in content.read(data, ".env").entries.items() if entry.refers} == expected


@pytest.mark.parametrize(
    ("data", "entries", "unread"),
    [
        pytest.param(b"# x\n\nA=1\n", {"A"}, (), id="comments and blank lines"),
        pytest.param(b'A="one\ntwo\nthree"\nB=1\n', {"A", "B"}, (), id="a value of several lines"),
        pytest.param(b"A=1\nset -a\nB\nexport C\n", {"A"}, (2, 3, 4), id="other lines"),
        pytest.param(b"A=-----BEGIN X-----\nMIIabc=\nqrs==\n-----END X-----\nB=1\n", {"A", "B"}, (2, 3, 4), id="a key without quotes"),
        pytest.param(b"A=1\nabcDEF12==\nAbcdefghijklmnopqr1=\n", {"A"}, (2, 3), id="lines of base64"),
        pytest.param(b"A=1\n" + b"k" * 200 + b"=2\n", {"A"}, (2,), id="a name that is too long"),
    ],
)
def test_no_line_is_dropped_in_silence_and_no_data_is_a_name(data: bytes, entries: set[str], unread: tuple[int, ...]) -> None:
    dump = content.read(data, ".env")
    assert (dump.form, set(dump.entries), dump.unread) == ("dotenv", entries, unread)
