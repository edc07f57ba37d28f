"""A command that runs another one: `sudo`, `env A=b`, `timeout 5`, and ssh, which runs it elsewhere."""

from __future__ import annotations

import re

from .words import Word

# Commands that run another one, with the options of theirs that take a value.
BEFORE = {
    "sudo": ("-u", "-g", "-h", "-p", "-C", "-T"),
    "doas": ("-u", "-C"),
    "env": ("-u", "-C", "-S"),
    "time": (),
    "nice": ("-n",),
    "ionice": ("-c", "-n"),
    "command": (),
    "builtin": (),
    "exec": ("-a",),
    "nohup": (),
    "sshpass": ("-p", "-f", "-P", "-d"),
    "timeout": ("-s", "-k"),
    "npx": ("-p", "--package"),
    "bunx": (),
    "retry": (),
    "caffeinate": (),
    "stdbuf": ("-i", "-o", "-e"),
    "xvfb-run": (),
    "unbuffer": (),
    "dotenv": ("-e",),
    "op": (),
}
ARGUMENTS_BEFORE = {"timeout": 1}
SSH_VALUES = "bcDEeFIiJLlmOoPpQRSWw"  # ssh(1): options that take a value


def ssh(given: list[Word]) -> tuple[str, str]:
    """The host, and the command that is run there, "" where there is none."""
    texts, at = [word.text for word in given], 0
    while at < len(texts) and texts[at].startswith("-") and len(texts[at]) > 1:
        at += 2 if texts[at][1] in SSH_VALUES and len(texts[at]) == 2 else 1
    host = texts[at] if at < len(texts) else ""
    behind = texts[at + 1 :]
    while behind and behind[0].startswith("-") and len(behind[0]) > 1:
        behind = behind[2:] if behind[0][1] in SSH_VALUES and len(behind[0]) == 2 else behind[1:]
    return host, " ".join(behind)


def unwrapped(said: list[Word]) -> list[Word]:
    """The words without `sudo`, `env A=b`, `sshpass -p …` and the like before the command."""
    while said:
        name = said[0].text.rpartition("/")[2]
        if re.fullmatch(r"[A-Za-z_]\w*=.*", name, re.DOTALL) and "/" not in said[0].text.partition("=")[0]:
            said = said[1:]
        elif name in BEFORE and len(said) > 1:
            at, values = 1, BEFORE[name]
            while at < len(said) and said[at].text.startswith("-") and said[at].text != "--":
                at += 2 if said[at].text in values else 1
            at += said[at : at + 1] == [Word("--")]
            said = said[at + ARGUMENTS_BEFORE.get(name, 0) :]
        elif name == "op" or name in ("!", "then"):
            said = said[1:]
        else:
            return said
    return []
