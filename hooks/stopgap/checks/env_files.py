"""block-env-files: files of configuration and credentials, by name and by content. Pure: facts of files in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..detect import dotenv, encrypted, names
from ..model import Confidence, Finding

CHECK = "block-env-files"
RULES = {"env": "env-file", "credentials": "credentials-file", "key": "key-file", "state": "state-file"}
KEYS_FILE = "dotenv-keys"
SHOWN = 5  # keys named in one message

WHAT = {
    "env-file": "an env file",
    "credentials-file": "a credentials file",
    "key-file": "a key file",
    "state-file": "a state file",
    "env-keys-file": "the private keys of dotenvx",
}
# where the whole of git and every deploy gets it from now on
WHY = "in git every clone and every deploy gets a copy"
WHY_TRACKED = "git tracks it already, so every clone has it, and a deploy can copy it over the server's own"


class File(NamedTuple):
    """What is known of one file that is, or would be, in git.

    `data` is None for a symlink and where only the name counts. `status` is "added", "modified", "renamed" or "copied" for what is staged
    or was pushed, "tracked" for a file of the tree as it is, "untracked" for one that git does not have yet. `tracked`: it was in git
    before this change. `commit`: the commit that brings it, "" for the index. `allowed` and `extra`: the config's globs say so.
    """

    path: str
    data: bytes | None = None
    status: str = "added"
    tracked: bool = False
    commit: str = ""
    allowed: bool = False
    extra: bool = False


def check(files: Iterable[File], policy: str = "names", *, unborn: bool = False) -> list[Finding]:
    """Findings, all of them errors. `policy` "values" lets an env file pass that holds no secret; `unborn`: there is no commit yet."""
    return [finding._replace(fix=fix_of(finding, file, unborn)) for file in files if not file.allowed for finding in judged(file, policy)]


def judged(file: File, policy: str) -> Iterator[Finding]:
    """The findings of one file, without the fix."""
    name = names.classify(file.path, file.data)
    if name is not None and name.id == KEYS_FILE:
        yield found(file, "env-keys-file", because(file, WHAT["env-keys-file"], name.reason))
        return
    if name is None and not file.extra:
        yield from by_shape(file)
        return
    # of a longer file the rest is not known, and no value in it can be vouched for
    whole = file.data is not None and len(file.data) < names.READ
    sealed = encrypted.plain_secrets(file.path, file.data) if file.data is not None else None
    if sealed is not None and (whole or sealed.tool not in encrypted.BY_VALUE):
        yield from by_plain_value(file, sealed)
        return
    rule = "env-file" if name is None else RULES[name.kind]
    if name is None:
        yield found(file, rule, because(file, "a file that `extra-files` of the configuration blocks", "this project's settings say so"))
    elif policy == "values" and whole and file.data is not None and names.is_dotenv(file.path) and dotenv.is_understood(file.data):
        yield from by_value(file, rule, encrypted.plain_settings(file.data))
    else:
        yield found(file, rule, because(file, WHAT[rule], name.reason))


def by_plain_value(file: File, sealed: encrypted.Encryption) -> Iterator[Finding]:
    """One finding for each secret that an encrypted file still holds in plain text."""
    for plain in sealed.plain:
        message = f"{plain.key} is in plain text in a file that {sealed.tool} encrypts"
        yield found(file, "env-plain-value", message, plain)


def by_value(file: File, rule: str, secrets: tuple[encrypted.Plain, ...]) -> Iterator[Finding]:
    """Policy "values": the file passes while it holds no secret."""
    if secrets:
        yield found(file, rule, f"an env file with secret values ({listed(secrets)}): {why(file)}", secrets[0])


def by_shape(file: File) -> Iterator[Finding]:
    """A file that is an env file in all but its name, and holds a secret."""
    if not file.data or not names.may_be_env(file.path) or not dotenv.has_env_shape(file.data):
        return
    sealed = encrypted.plain_secrets(file.path, file.data)
    secrets = encrypted.plain_settings(file.data) if sealed is None else sealed.plain
    if secrets:
        message = f"an env file under another name, with secret values ({listed(secrets)}): {why(file)}"
        yield found(file, "env-shape", message, secrets[0], confidence="medium")


def found(file: File, rule: str, message: str, plain: encrypted.Plain | None = None, confidence: Confidence = "high") -> Finding:
    """A finding at the file, or at the key of a plain value."""
    finding = Finding(CHECK, rule, "error", file.path, message, confidence=confidence, commit=file.commit)
    if plain is None:
        return finding
    return finding._replace(line=plain.line, column=plain.column, end_line=plain.line, end_column=plain.column, key=plain.key)


def because(file: File, what: str, reason: str) -> str:
    """One line: what it is and why it matters."""
    return f"{what}: {reason}; {why(file)}"


def why(file: File) -> str:
    return WHY_TRACKED if file.tracked else WHY


def listed(secrets: tuple[encrypted.Plain, ...]) -> str:
    """The keys of secrets, each once, the first few by name."""
    keys = list(dict.fromkeys(plain.key for plain in secrets))
    more = len(keys) - SHOWN
    return ", ".join(keys[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def fix_of(finding: Finding, file: File, unborn: bool) -> str:
    """One line with the commands: how to get it out, how to keep it out, what to commit instead."""
    if finding.rule == "env-plain-value":
        return f"encrypt {finding.key} with the tool again and stage the file; if the plain value was ever pushed, rotate it"
    if file.tracked:
        return untrack(file)
    return f"{take_out(file, unborn)}; {ignore(finding.rule, file.path)}; {instead(finding.rule)}"


def take_out(file: File, unborn: bool) -> str:
    """How the file leaves what is about to be committed or pushed. The file on disk stays in every case."""
    path = quoted(file.path)
    if file.commit:
        short = file.commit[:10]
        return f"git rm --cached {path} && git commit --amend (where {short} is not the last commit: git rebase -i {short}^ first)"
    if file.status == "untracked":
        return f"do not git add {path}"
    return f"git rm --cached {path}" if unborn else f"git restore --staged {path}"


def untrack(file: File) -> str:
    """For a file that git has had for long: untracking it deletes it elsewhere, and one must know that before."""
    path = quoted(file.path)
    first = "" if file.commit or file.status in ("tracked", "untracked") else f"git restore --staged {path} commits without this change; "
    return f"{first}to untrack it: `stopgap untrack {path}`, as git alone deletes the file on every machine that pulls the commit"


def ignore(rule: str, path: str) -> str:
    """The lines for .gitignore."""
    base = path.rpartition("/")[2]
    if rule in ("env-file", "env-keys-file") and base.startswith(".env"):  # `.ENV` is another name for git
        return "add .env* and !.env.example to .gitignore"
    return f"add {pattern_of(base)} to .gitignore"


def pattern_of(base: str) -> str:
    """A base name as a line of .gitignore: nothing in it is a wildcard or begins a comment."""
    escaped = "".join(f"\\{character}" if character in "\\*?[" else character for character in base)
    return f"\\{escaped}" if escaped[:1] in "#!" else escaped


def instead(rule: str) -> str:
    """What to commit in its place."""
    if rule in ("env-file", "env-shape"):
        return "commit a .env.example with the same keys and empty values instead"
    return "keep it outside the repository, and let the server or CI provide it"


def quoted(path: str) -> str:
    """The path as a shell takes it, as an argument that git takes for no option."""
    from shlex import quote

    if path.startswith(":"):
        path = f"./{path}"  # at the beginning of a pathspec a colon is magic (gitglossary(7))
    return quote(path) if not path.startswith("-") else f"-- {quote(path)}"
