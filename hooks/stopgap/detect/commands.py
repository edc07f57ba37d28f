"""Programs that are given a password by a short flag: `mysql -pVALUE`, `curl -u user:VALUE`, `sshpass -p VALUE`."""

from __future__ import annotations

import re
from typing import NamedTuple

LINE = 400  # bytes of a command line that are looked at


class Command(NamedTuple):
    """How a program takes a password. `flag` is an expression for what stands before the value; `apart`: a blank may stand between."""

    flag: bytes
    pair: bool = False  # the value is `user:password`
    apart: bool = True


PASSWORD_P = Command(rb"-p|--?pass(?:word|wd)?=?")
COMMANDS: dict[str, Command] = {
    # the manual page of each; mysql's -p takes no blank, as what follows one is the database's name
    "mysql": Command(rb"-p", apart=False),
    "mariadb": Command(rb"-p", apart=False),
    "sshpass": Command(rb"-p"),
    "psexec": PASSWORD_P,
    "winexe": Command(rb"-U", pair=True),
    "redis-cli": Command(rb"-a"),
    "mongo": PASSWORD_P,
    "ldapsearch": Command(rb"-w"),
    "ldapadd": Command(rb"-w"),
    "ldapmodify": Command(rb"-w"),
    "sqlcmd": Command(rb"-P"),
    "sqlplus": Command(rb"(?=[\w.]{1,40}/)", pair=True),
    "smbclient": Command(rb"-U", pair=True),
    "plink": Command(rb"-pw"),
    "pscp": Command(rb"-pw"),
    "docker login": PASSWORD_P,
    "podman login": PASSWORD_P,
    "registry login": PASSWORD_P,
    "oc login": PASSWORD_P,
    "az login": PASSWORD_P,
    "curl": Command(rb"-u|--user|-U|--proxy-user", pair=True),
    "wget": Command(rb"--(?:http-|ftp-|proxy-)?password"),
    "ipmitool": Command(rb"-P"),
    "influx": Command(rb"-password"),
}
ARGUMENT = rb"""(?P<quote>\\?["']|)(?P<value>[^\s"'`|&;<>\\]{3,200})(?P=quote)"""
# `user:VALUE`, `"user:VALUE"`, and `"{user}":"{VALUE}"`, as documentation has it
USER = (
    rb"""(?P<quote>\\?["']|)[^\s"':`|&;<>%/]{0,80}(?:(?P=quote):(?P=quote)(?=["'\\{])\{?|[:%/])"""
    rb"""(?P<value>[^\s"'`|&;<>\\]{3,200}?)\}?(?P=quote)(?=[\s"'`|&;<>\\]|\Z)"""
)
QUOTED_LIST = rb"""(?:["'][ \t]{0,4},[ \t]{0,4}(?=["']))"""  # `["mysql", "-p", "VALUE"]`


def expression(command: Command) -> re.Pattern[bytes]:
    """What finds the value in a command line."""
    between = rb"(?:[ \t]{1,8}|=|" + QUOTED_LIST + rb")" + (b"" if command.apart and not command.flag.startswith(b"(?=") else b"?")
    if not command.apart:
        between = b""
    return re.compile(rb"(?<![\w-])(?:" + command.flag + rb")" + between + (USER if command.pair else ARGUMENT))


_expressions: dict[str, re.Pattern[bytes]] = {}


def value_of(data: bytes, name: str, at: int) -> tuple[int, int, bool] | None:
    """Where the password that the command `name` is given stands, in the line from `at` on, and whether in quotes."""
    pattern = _expressions.get(name) or _expressions.setdefault(name, expression(COMMANDS[name]))
    end = data.find(b"\n", at, at + LINE)
    found = pattern.search(data, at, end if end >= 0 else at + LINE)
    return (*found.span("value"), bool(found["quote"])) if found else None
