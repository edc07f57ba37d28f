"""What a script runs, as the shell would see it: held against bash itself where that can be asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from stopgap.deploy import place
from stopgap.deploy.shell.commands import MOST, Command, Script, Unreadable, commands

HERE = place.ROOT


def read(source: str, shell: str = "bash", folder: str = HERE) -> list[Command]:
    return list(commands(Script(source, folder=folder, shell=shell)))


def said(source: str, shell: str = "bash") -> list[list[str]]:
    return [[command.name, *command.texts()] for command in read(source, shell)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("# rsync -a . host:", id="comment"),
        pytest.param("", id="empty"),
        pytest.param("A='rsync -a . host:'", id="text in a variable"),
        pytest.param("cat <<E >/dev/null\nrsync -a . host:\nE\n", id="here-document of a command that runs nothing"),
    ],
)
def test_runs_no_rsync(source: str) -> None:
    assert all(command.name != "rsync" for command in read(source))


@pytest.mark.parametrize(
    "words",
    [
        "a 'b c' \"d e\"",
        r"a\ b \$x \"y\"",
        "{a,b}c x{1,2}{3,4} {'q',\"r\"}",
        "'{a,b}' \"{a,b}\" {a}",
        '"$A" $A ${A} "${A}"x',
        '"${L[@]}" ${L[@]} "pre${A}post"',
        '${B:-default} "${B:-de fault}" ${A:-no}',
        "$'tab' a=b --x=\"y z\"",
        "a\"b\"'c'd",
        '"${E}" "x$E"',
        '"$E"u:/srv/$E/x a$E/$E/y $E.x ${E}@h:/b/$E-z',
    ],
)
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_words_are_those_of_the_shell(words: str, shell: str) -> None:
    if shell == "sh" and ("L[" in words or "$'" in words):
        pytest.skip("sh has neither arrays nor $''")
    setting = "A='one two'; E=''; " + ("L=(x 'y z'); " if shell == "bash" else "")
    asked = subprocess.run([shell, "-c", f"{setting}printf '%s\\n' {words}"], capture_output=True, text=True, check=True)
    if shell == "sh" and Path("/bin/sh").resolve().name == "bash":
        pytest.skip("sh is bash here")
    assert said(f"{setting}\nprintf {words}", shell)[-1][1:] == asked.stdout.splitlines()


@pytest.mark.parametrize(
    ("source", "cwd"),
    [
        ('cd "$(dirname "$0")/.."', HERE),
        ("cd $(dirname ${BASH_SOURCE[0]})", f"{HERE}/tools"),
        ('DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; cd "$DIR/../web"', f"{HERE}/web"),
        ("cd /srv/app && cd current", "/srv/app/current"),
        ("(cd web)", HERE),
        ("cd ${TARGET:-dist}", f"{HERE}/dist"),
        ("cd $GITHUB_WORKSPACE/web", f"{HERE}/web"),
        ("cd $(git rev-parse --show-toplevel)", HERE),
        ("pushd web", f"{HERE}/web"),
        ("cd $UNKNOWN", HERE + "/${UNKNOWN}"),
    ],
)
def test_knows_where_it_stands(source: str, cwd: str) -> None:
    assert read(source + "\nmake all", folder=f"{HERE}/tools")[-1].cwd == cwd


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("ssh -p 22 -i key app@host 'cd /srv && git pull'", "app@host"),
        ("ssh host <<'END'\ncd /srv\ngit pull\nEND", "host"),
        ("ssh host <<END\ncd $DIR\ngit pull\nEND", "host"),
        ("ssh host bash -s <<'END'\ncd /srv\ngit pull\nEND", "host"),
        ("ssh host \"bash -c 'cd /srv; git pull'\"", "host"),
        ("sshpass -p x ssh host 'cd /srv; sudo git pull'", "host"),
        ("bash -c 'cd /srv && git pull'", ""),
    ],
)
def test_commands_on_another_machine(source: str, host: str) -> None:
    (pull,) = [command for command in read("DIR=/srv\n" + source) if command.name == "git"]
    assert (pull.texts(), pull.host, pull.cwd) == (["pull"], host, "/srv")


def test_line_is_that_of_the_command_in_its_document() -> None:
    assert [(one.name, one.line) for one in read("\nssh host <<'E'\ncd /srv\n\ngit pull\nE\n")] == [("ssh", 2), ("git", 5)]


def test_functions_are_read_where_they_are_called_and_else_at_the_end() -> None:
    source = 'send() { rsync -a "$1" "$2"; }\nnever() { rsync -a c d; }\nsend a b\n'
    assert said(source) == [["rsync", "-a", "a", "b"], ["rsync", "-a", "c", "d"]]


def test_loop_is_read_once_for_each_value() -> None:
    assert said("for d in web api; do rsync -a $d/ host:/srv/$d; done") == [
        ["rsync", "-a", "web/", "host:/srv/web"],
        ["rsync", "-a", "api/", "host:/srv/api"],
    ]


def test_pipeline_knows_what_is_behind() -> None:
    tar = read("tar czf - . | ssh host 'tar xz -C /srv'")[0]
    assert (tar.name, [command.name for command in tar.then], tar.then[-1].host) == ("tar", ["ssh", "tar"], "host")


def test_unquoted_pattern_is_told_from_a_quoted_one() -> None:
    (copy,) = read("cp -R * '*' \"$A*\" x*y b")
    assert [word.pattern for word in copy.arguments] == [False, True, False, False, True, False]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("f() { f; f; }\nf\n", id="function that calls itself"),
        pytest.param("for a in 1 2 3 4; do " * 12 + "x; " + "done; " * 12, id="loops within loops"),
        pytest.param("echo " + "{a,b}" * 40, id="braces"),
        pytest.param('A=x; A="$A$A"; ' + 'A="$A$A"; ' * 12 + "echo $A", id="text that doubles"),
        pytest.param("(" * 3000, id="brackets"),
        pytest.param('bash -c "' * 30, id="shells within shells"),
    ],
)
def test_hostile_scripts_end(source: str) -> None:
    assert len(read(source)) <= MOST


def test_huge_script_is_not_read() -> None:
    with pytest.raises(Unreadable):
        read("x\n" * (1 << 20))
