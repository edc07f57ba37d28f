"""`make demo`: replays the outage in a throwaway repository, arms the hooks of this checkout there, and shows what they stop.

Everything happens in one temporary folder, which is removed at the end and on Ctrl-C. Exit status: 0 where all that the text says
did happen, 1 where something did not (it says what), 2 where it could not run, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import string
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple, NoReturn

from stopgap import __version__

CHECKOUT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # not resolved: a virtual environment's python is a link
YEAR = date.today().year
WIDTH, CUT = 96, 150  # columns of the text, and of a line that a command printed

GITCONFIG = """[user]
\tname = A Developer
\temail = dev@example.org
[init]
\tdefaultBranch = main
[safe]
\tdirectory = *
[advice]
\tdetachedHead = false
"""
DEPLOY = """#!/bin/sh
# The release goes to the server; what it no longer has is deleted there.
set -e
SERVER=${SERVER:-deploy@shop.example.com:/srv/shop/}
rsync -a --delete --exclude=.git ./ "$SERVER"
"""
EXCLUDING = DEPLOY.replace("--exclude=.git", "--exclude=.git --exclude='.env*'")
# Where rsync is not installed: what the demo needs of it, said on the stage.
STAND_IN = """#!/bin/sh
# rsync -a --delete [--exclude=...]... SOURCE TARGET
for target; do :; done
kept=
case "$*" in *--exclude=.env*) kept=.env ;; esac
find "$target" -mindepth 1 -maxdepth 1 ! -name "$kept" -exec rm -rf {} +
tar -cf - --exclude=./.git ${kept:+--exclude=./.env} . | tar -xf - -C "$target"
"""
API = """import os

password = os.environ["DB_PASSWORD"]
"""
SERVE = """import hashlib
import os
import pathlib

from api import password

pool = int(os.environ.get("DB_POOL", "20"))
taken = pathlib.Path("../database").read_text()
print("200 OK" if hashlib.sha256(password.encode()).hexdigest() == taken else "500: the database refuses the password")
"""
STORE = "aws-sm://eu-west-1/prod/shop"
TYPES = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push, commit-msg]"
EACH = ("block-env-files", "scan-diff", "check-gitignore", "check-deploy-sync", "check-drift", "scan-message")
TOGETHER = ("stopgap", "scan-message")


class Done(NamedTuple):
    """What a command did."""

    status: int
    text: str

    def says(self, *parts: str) -> bool:
        return all(part in self.text for part in parts)


class Demo:
    """The stage: the repository `app`, the folder `server`, and what did not happen as told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.app, self.server = folder, folder / "app", folder / "server"
        self.missing: list[str] = []
        self.made: list[str] = []  # generated secrets: no hook may print one
        self.bold = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
        for path in (self.app, self.server):
            path.mkdir()
        (folder / "gitconfig").write_text(GITCONFIG)
        self.environ = environment(folder)
        self.rsync = shutil.which("rsync") is not None
        if not self.rsync:
            (folder / "bin").mkdir()
            (folder / "bin/rsync").write_text(STAND_IN)
            (folder / "bin/rsync").chmod(0o755)
            self.environ["PATH"] += f"{os.pathsep}{folder / 'bin'}"

    def title(self, text: str) -> None:
        print(f"\n{self.bold[0]}== {text}{self.bold[1]}", flush=True)

    def say(self, text: str) -> None:
        print("\n" + textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False), flush=True)

    def run(self, *argv: str, shown: str = "", when: str = "", lines: int = 0, on_server: bool = False) -> Done:
        """Runs a command in the repository and shows it with its output, or the first lines of that. `when`: the day that git sees."""
        dates = {name: f"{when}T10:00:00+0000" for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE") if when}
        command = shown or " ".join(f'"{word}"' if " " in word else word for word in argv)
        print(f"  $ {'cd ../server && ' if on_server else ''}{command}", flush=True)
        done = finished(argv, self.server if on_server else self.app, {**self.environ, **dates})
        told = done.text.rstrip("\n").split("\n") if done.text else []
        for line in [*told[:lines], "[...]"] if 0 < lines < len(told) else told:
            print(f"  | {line if len(line) <= CUT else line[:CUT].rsplit(' ', 1)[0] + ' [...]'}".rstrip(), flush=True)
        if any(value in done.text for value in self.made):
            self.missing.append(f"no secret is printed by: {command}")
        return done

    def do(self, *argv: str, when: str = "") -> None:
        """A command that has to succeed."""
        done = self.run(*argv, when=when)
        if done.status != 0:
            self.expect(f"{' '.join(argv)} succeeds", False)

    def write(self, name: str, text: str) -> None:
        """Writes a file of the repository."""
        (self.app / name).write_text(text, encoding="utf-8", newline="\n")

    def secret(self, head: str = "", size: int = 24) -> str:
        """A value nobody has, made now."""
        value = head + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(size))
        self.made.append(value)
        return value

    def expect(self, what: str, happened: bool) -> None:
        """Says what happened, or notes that it did not."""
        print(f"  {'->' if happened else '-> NOT AS EXPECTED:'} {what}", flush=True)
        if not happened:
            self.missing.append(what)

    def head(self) -> str:
        out = subprocess.run(("git", "rev-parse", "HEAD"), cwd=self.app, env=self.environ, capture_output=True)
        return out.stdout.decode("ascii", "replace").strip()

    def refused(self, what: str, message: str, *parts: str) -> None:
        """A real `git commit` that has to fail, say these things and leave no commit."""
        before = self.head()
        done = self.run("git", "commit", "-q", "-m", message, shown=f'git commit -q -m "{hidden(message)}"')
        self.expect(f"refused: {what}", done.status != 0 and self.head() == before and done.says(*parts))

    def accepted(self, what: str, message: str) -> None:
        """A real `git commit` that has to pass the hooks."""
        before = self.head()
        done = self.run("git", "commit", "-q", "-m", message)
        self.expect(f"accepted: {what}", done.status == 0 and self.head() != before)


@contextlib.contextmanager
def held() -> Iterator[list[int]]:
    """Keeps Ctrl-C back while a process is being started, when nobody could stop it yet; gives the signals that came."""
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda got, _frame: came.append(got))
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def finished(argv: tuple[str, ...], folder: Path, environ: dict[str, str]) -> Done:
    """Runs a command to its end. On Ctrl-C it is stopped with all that it started, so that nothing writes into the folder any more."""
    with held() as came:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if came:
            raise KeyboardInterrupt
        out, _ = process.communicate()
    except KeyboardInterrupt:
        with contextlib.suppress(ProcessLookupError):  # it may just have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return Done(process.returncode, out.decode("utf-8", "replace"))


def environment(folder: Path) -> dict[str, str]:
    """The machine's environment without what would change git, the client or AWS' SDK, and with their homes in the temporary folder."""
    drop = ("AWS_", "GIT_", "PRE_COMMIT", "PREK_", "SKIP", "PYTHONPATH", "PYTHONHOME")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(drop)}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "VIRTUALENV_OVERRIDE_APP_DATA": str(folder / "virtualenv"),
        "TMPDIR": str(folder),
        "SERVER": "../server/",  # the server is a folder here; for deploy.sh alone it is a machine
    }


def hidden(message: str) -> str:
    """A message as it is shown: without the token in it."""
    return " ".join(word[:4] + "..." if word.startswith("ghp_") else word for word in message.split(" "))


def outage(demo: Demo) -> None:
    """The seven steps, with real git and a real deploy script."""
    demo.title("1. The outage")
    old, new = demo.secret(), demo.secret(size=28)  # of two sizes: rsync compares size and time
    demo.do("git", "init", "-q")
    demo.say(f"March {YEAR - 4}: a new project. Its .env is committed with the rest, before anybody thought of .gitignore.")
    demo.write("index.html", "<h1>Shop</h1>\n")
    demo.write("api.py", API)
    demo.write("deploy.sh", DEPLOY)
    demo.write(".env", f"DB_PASSWORD={old}\n")
    (demo.app / "deploy.sh").chmod(0o755)
    demo.do("git", "add", ".")
    demo.do("git", "commit", "-q", "-m", "The shop", when=f"{YEAR - 4}-03-04")
    demo.do("git", "init", "-q", "--bare", "../remote.git")
    demo.do("git", "remote", "add", "origin", "../remote.git")
    demo.do("git", "push", "-q", "-u", "origin", "main")
    demo.say(f"May {YEAR - 3}: .gitignore gets the line .env. git goes on tracking the file, and says nothing.")
    demo.write(".gitignore", ".env\n")
    demo.do("git", "add", ".gitignore")
    demo.do("git", "commit", "-q", "-m", "Ignore .env", when=f"{YEAR - 3}-05-06")
    demo.run("git", "ls-files", ".env")
    demo.say("Every deploy copies the repository to the server. Both .env files are the same, so all is well.")
    if not demo.rsync:
        demo.say("(rsync is not installed here: a script that does the same stands in for it.)")
    demo.do("./deploy.sh")
    demo.expect(f"the site: {answer(demo, old)}", answer(demo, old) == OK)
    demo.say("The database password is rotated. Somebody edits the server's .env by hand, and does it right.")
    (demo.server / ".env").write_text(f"DB_PASSWORD={new}\n")
    demo.expect(f"the site: {answer(demo, new)}", answer(demo, new) == OK)
    demo.say("Months later only the frontend changes. The deploy copies the repository's old .env over the server's new one.")
    demo.write("index.html", "<h1>The shop</h1>\n")
    demo.do("git", "commit", "-q", "-a", "-m", "A nicer headline")
    demo.do("git", "push", "-q")
    demo.do("./deploy.sh")
    demo.expect(f"the site: {answer(demo, new)}", answer(demo, new) == DOWN)


OK, DOWN = "200 OK", "500 on every endpoint: the database refuses the old password"


def answer(demo: Demo, password: str) -> str:
    """What the site answers while the database takes this password."""
    try:
        return OK if (demo.server / ".env").read_text().strip() == f"DB_PASSWORD={password}" else DOWN
    except OSError:
        return "500 on every endpoint: there is no .env"


def arm(demo: Demo) -> None:
    """Installs the hooks of this checkout with the real pre-commit."""
    demo.title("2. The hooks are installed")
    repo, rev = source(demo)
    demo.say("These lines go into .pre-commit-config.yaml, here with each check on its own, so that one sees which says what:")
    demo.write(".pre-commit-config.yaml", configuration(repo, rev, EACH))
    print(textwrap.indent(configuration("https://github.com/OWNER/stopgap", f"v{__version__}", EACH), "  | "), end="")
    demo.do("git", "add", ".pre-commit-config.yaml")
    demo.say("pre-commit builds their environment from this checkout now; that takes some seconds, once.")
    done = demo.run("pre-commit", "install", "--install-hooks")
    demo.expect("installed for commits, merges, pushes and commit messages", done.status == 0 and done.text.count("installed at") == 4)
    demo.say("Are they armed? (Long lines are cut here.)")
    done = demo.run("stopgap", "doctor")
    demo.expect("they are", done.status == 0 and done.text.endswith("\narmed\n"))


def source(demo: Demo) -> tuple[str, str]:
    """What `repo:` and `rev:` are: this checkout and its HEAD; or, where it has changes or no commit, a copy of it as it is."""
    git = ("git", "-C", str(CHECKOUT))

    def ask(*argv: str) -> str:
        out = subprocess.run((*git, *argv), env=demo.environ, capture_output=True)
        return os.fsdecode(out.stdout) if out.returncode == 0 else ""

    top, head = ask("rev-parse", "--show-toplevel").rstrip("\n"), ask("rev-parse", "-q", "--verify", "HEAD").strip()
    own = bool(top) and Path(top).resolve() == CHECKOUT
    if own and head and not ask("status", "--porcelain"):
        return str(CHECKOUT), head
    copy = demo.folder / "stopgap"
    if own:
        for name in filter(None, ask("ls-files", "-coz", "--exclude-standard").split("\0")):
            if (CHECKOUT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / name, copy / name)
    else:
        shutil.copytree(CHECKOUT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "*_cache", "__pycache__", "*.egg-info"))
    git = ("git", "-C", str(copy))
    for argv in (("init", "-q"), ("add", "-f", "."), ("commit", "-q", "--no-verify", "-m", "This checkout, as it is")):
        subprocess.run((*git, *argv), env=demo.environ, check=True, stdout=subprocess.DEVNULL)
    return str(copy), ask("rev-parse", "HEAD").strip()


def configuration(repo: str, rev: str, ids: tuple[str, ...]) -> str:
    """The text of .pre-commit-config.yaml."""
    return "\n".join((TYPES, "repos:", f"- repo: {repo}", f"  rev: {rev}", "  hooks:", *(f"  - id: {id}" for id in ids))) + "\n"


def today(demo: Demo) -> None:
    """What the hooks say of the repository as it is."""
    demo.title("3. What they say of this repository")
    done = demo.run("pre-commit", "run", "--all-files")
    demo.expect("block-env-files: an env file is in the repository", done.says("hook id: block-env-files", ".env:1:1: env-file"))
    demo.expect(
        "check-gitignore: tracked although ignored, since when, and which other names .gitignore lets in",
        done.says("hook id: check-gitignore", "tracked-although-ignored", f"first tracked {YEAR - 4}-03-04", "ignore-missing"),
    )
    demo.expect(
        "check-deploy-sync: the deploy overwrites the server's .env, in which line, and the words to add there",
        done.says("hook id: check-deploy-sync", "deploy.sh:5:1: deploy-copies-config", "--exclude='/.env*'"),
    )


def mend(demo: Demo) -> None:
    """Takes the file out of git, in this order, and releases again."""
    demo.title("4. The repair")
    demo.say("The server gets its new password back.")
    new = demo.secret()
    (demo.server / ".env").write_text(f"DB_PASSWORD={new}\n")
    demo.say("This, before each deploy, would have stopped it: do the two sides agree? No value is shown.")
    done = demo.run("stopgap", "drift", ".env", "../server/.env")
    demo.expect("drift: they do not, and the server's is newer", done.status == 1 and done.says("drift-differs", "DB_PASSWORD", "is newer"))
    demo.say("So the file has to leave git. Only: this deploy deletes on the server what the repository no longer has.")
    done = demo.run("stopgap", "untrack", ".env", "--apply")
    demo.expect("untrack refused: the next deploy would delete the server's .env", done.status == 1 and done.says("deploy.sh:5", "refused"))
    demo.say("The deploy gets these words, wider by a star, for all files of that kind:")
    demo.write("deploy.sh", EXCLUDING)
    demo.do("git", "add", "deploy.sh")
    demo.do("git", "diff", "--cached", "-U0", "deploy.sh")
    demo.do("stopgap", "untrack", ".env", "--apply")
    kept = (demo.app / ".env").is_file() and "DB_PASSWORD=" in (demo.app / ".env.example").read_text()
    demo.expect("the file is out of git and on disk as before, and .env.example is made", kept)
    done = demo.run("stopgap", "check-gitignore", "--fix")
    fixed = done.status == 1 and ".env*" in (demo.app / ".gitignore").read_text()
    demo.expect("--fix added the lines that .gitignore still lacked, and said so", fixed)
    demo.do("git", "add", ".gitignore")
    demo.accepted("the repository no longer has an .env, and says which settings it needs", "Take .env out of git")
    demo.say("The same kind of release follows.")
    demo.do("./deploy.sh")
    demo.expect(f"the site: {answer(demo, new)}", answer(demo, new) == OK)


def refusals(demo: Demo) -> None:
    """One attempt for each hook, with a real `git commit`."""
    demo.title("5. What they refuse from now on")
    token, password = demo.secret("ghp_", 36), demo.secret()
    demo.say("An env file, forced past .gitignore:")
    demo.write(".env.production", f"DB_PASSWORD={password}\n")
    demo.do("git", "add", "-f", ".env.production")
    demo.refused("block-env-files saw the env file", "Production settings", "hook id: block-env-files", ".env.production:1:1: env-file")
    demo.do("git", "rm", "-q", "--cached", ".env.production")

    demo.say("A token, generated now, in code. The message never shows it:")
    demo.write("api.py", API + f'token = "{token}"\n')
    demo.do("git", "add", "api.py")
    demo.refused("scan-diff saw the token", "Call the API", "hook id: scan-diff", "api.py:4:", "github-pat")
    demo.write("api.py", API + 'token = os.environ["API_TOKEN"]\n')
    demo.do("git", "add", "api.py")
    demo.say("Read from the environment it is no secret; but whoever sets up from the template would not know of it:")
    demo.refused("check-drift saw that the template lacks the key", "Call the API", "hook id: check-drift", "API_TOKEN", ".env.example")
    demo.write(".env.example", "DB_PASSWORD=\nAPI_TOKEN=\n")
    demo.do("git", "add", ".env.example")
    demo.accepted("the code reads it from the environment", "Call the API")

    demo.say("The same token in a commit message:")
    demo.write("index.html", "<h1>The shop!</h1>\n")
    demo.do("git", "add", "index.html")
    message = f"Works with {token}"
    demo.refused("scan-message saw the token", message, "hook id: scan-message", "github-pat")
    demo.accepted("the same change with another message", "A louder headline")

    demo.say("A line in .gitignore that lets an env file in again:")
    with (demo.app / ".gitignore").open("a", encoding="utf-8") as file:
        file.write("!.env.production\n")
    demo.do("git", "add", ".gitignore")
    demo.refused("check-gitignore saw the line", "Ship production settings", "hook id: check-gitignore", "ignore-negated")
    demo.do("git", "restore", "--staged", "--worktree", ".gitignore")


def umbrella(demo: Demo) -> None:
    """One id for all, and the push as the last chance."""
    demo.title("6. The same with one id, and at the push")
    path = demo.app / ".pre-commit-config.yaml"
    lines = path.read_text("utf-8").splitlines()
    where, rev = (next(line.partition(": ")[2] for line in lines if key in line) for key in ("- repo:", "  rev:"))
    demo.say("The id stopgap makes all of these checks in one process, with one report; scan-message stays beside it.")
    demo.write(path.name, configuration(where, rev, TOGETHER))
    demo.do("git", "add", path.name)
    demo.accepted("the shorter configuration", "One id for all")
    demo.write("api.py", API + f'token = "{demo.secret("ghp_", 36)}"\n')
    demo.do("git", "add", "api.py")
    demo.do("git", "add", "-f", ".env.production")
    demo.refused("stopgap saw both the env file and the token", "Both", "hook id: stopgap", ".env.production:1:1: env-file", "github-pat")
    demo.do("git", "rm", "-q", "--cached", ".env.production")
    demo.say("--no-verify goes past the hooks of a commit. The push looks at every commit that the remote does not have:")
    demo.do("git", "commit", "-q", "--no-verify", "-m", "Quick fix")
    done = demo.run("git", "push", "-q")
    remote = demo.run("git", "ls-remote", "origin", "main")
    sent = remote.status != 0 or demo.head() in remote.text
    demo.expect("refused: nothing reached the remote", done.status != 0 and done.says("hook id: stopgap", "github-pat") and not sent)


MISSING = [name for name in ("boto3", "moto", "flask") if importlib.util.find_spec(name) is None]


@contextlib.contextmanager
def local_store(demo: Demo) -> Iterator[None]:
    """AWS on loopback: moto's server, which keeps what it is given in memory. Every command of the demo goes there meanwhile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with held() as came:
        process = subprocess.Popen(
            command, cwd=demo.folder, env=demo.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    try:
        if came:
            raise KeyboardInterrupt
        demo.environ |= {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        demo.expect("a store listens on this machine", listens(process, port))
        yield
    finally:
        process.kill()
        process.wait()


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether the server is there, after half a minute at most."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def out_of_files(demo: Demo) -> None:
    """The last copy leaves the server too; the application reads its settings from a store when it starts."""
    demo.title("7. Out of files")
    if MISSING:
        demo.say(f"(Left out: {', '.join(MISSING)} is not installed here. `make demo` sets everything up.)")
        return
    demo.say(
        "One file is left, the server's .env, and as long as there is one, something can overwrite it. Its secrets move into a store. "
        "Here that is moto's server on this machine, which stands in for AWS Secrets Manager. The quick fix is taken back first, and the "
        "application gets something to start."
    )
    with local_store(demo):
        demo.do("git", "reset", "-q", "--hard", "HEAD~1")
        demo.write("serve.py", SERVE)
        demo.write(".env.example", "DB_PASSWORD=\nAPI_TOKEN=\nDB_POOL=20\n")
        demo.do("git", "add", "serve.py", ".env.example")
        demo.accepted("it reads its settings from the environment, as api.py always did", "Serve the API")
        demo.do("./deploy.sh")
        moved(demo)
        demo.say(
            "The password is rotated once more, now where it lives. push overwrites nothing that differs, unless somebody names the key:"
        )
        password, rotated = demo.secret(), demo.folder / "rotated.env"
        rotated.write_text(f"DB_PASSWORD={password}\n")
        push = ("stopgap", "store", "push", "../rotated.env", "--to", STORE, "--apply")
        done = demo.run(*push)
        demo.expect(
            "refused: the values differ, and no time says which one is old", done.status == 1 and done.says("--replace DB_PASSWORD")
        )
        done = demo.run(*push, "--replace", "DB_PASSWORD", lines=5)
        demo.expect("written, and the command that goes back is there", done.status == 0 and done.says("AWSCURRENT"))
        rotated.unlink()
        database(demo, password)
        demo.say("And again only the frontend changes. The same deploy runs once more.")
        demo.write("index.html", "<h1>The best shop</h1>\n")
        demo.do("./deploy.sh")
        none = not (demo.app / ".env").exists() and not (demo.server / ".env").exists()
        demo.expect("there is no .env on either side: no file is left to overwrite", none)
        site(demo)


def moved(demo: Demo) -> None:
    """From the server's file into the store."""
    text = (demo.server / ".env").read_text()
    database(demo, text.strip().partition("=")[2])
    (demo.server / ".env").write_text(f"{text}API_TOKEN={demo.secret()}\nDB_POOL=20\n")
    demo.say("The .env in the repository's folder is the old one, and its password is in the history. Nobody can push that by mistake:")
    done = demo.run("stopgap", "store", "push", ".env", "--to", STORE, "--apply")
    demo.expect("refused: the history holds this value", done.status == 1 and done.says("history holds", "nothing is written"))
    demo.say("The server's are the right ones. The plan comes first (its policies and its Terraform are cut here):")
    done = demo.run("stopgap", "store", "plan", "../server/.env", "--to", STORE, lines=12)
    demo.expect("two secrets go, a plain setting stays", done.status == 0 and done.says("new there: DB_PASSWORD, API_TOKEN", "DB_POOL"))
    done = demo.run("stopgap", "store", "push", "../server/.env", "--to", STORE, "--apply")
    demo.expect("written, read back and compared", done.status == 0 and done.says("it was read back, and is what was sent"))
    demo.say(
        "DB_POOL is no secret: 20 stands in serve.py and in the template. So the files can go, and the application starts from the store."
    )
    demo.do("rm", "../server/.env", ".env")
    site(demo)


def database(demo: Demo, password: str) -> None:
    """From now on the database takes this password."""
    (demo.folder / "database").write_text(hashlib.sha256(password.encode()).hexdigest())


def site(demo: Demo) -> None:
    """Starts the application on the server."""
    start = ("stopgap", "run", "--from", STORE, "--require", "DB_PASSWORD", "--", "python", "serve.py")
    done = demo.run(*start, on_server=True)
    demo.expect(f"the site: {OK}", done == Done(0, f"{OK}\n"))


SUMMARY = f"""
A config file that was committed years ago was copied over the server's, and took the site down.

  step of the outage                          what stops it
  ------------------------------------------  ------------------------------------------
  an env file is committed                    block-env-files, at the commit
  a password or token is in the code          scan-diff, at the commit and at the push
  a token is in a commit message              scan-message
  .gitignore came too late, or has a hole     check-gitignore, with the dates and --fix
  the deploy overwrites the server's config   check-deploy-sync, with the words to add
  two places that are allowed to disagree     check-drift, and stopgap drift A B
  the file leaves git, and servers lose it    stopgap untrack
  all of these but the message, in one        stopgap
  secrets are kept in files at all            stopgap store, stopgap run

To have this in a repository of yours, put these lines into .pre-commit-config.yaml
(OWNER: wherever stopgap is hosted for you), then run: pre-commit install

{configuration("https://github.com/OWNER/stopgap", f"v{__version__}", TOGETHER)}"""


def play(folder: Path) -> int:
    """All scenes. Returns the exit status."""
    demo = Demo(folder)
    scenes: tuple[Callable[[Demo], None], ...] = (outage, arm, today, mend, refusals, umbrella, out_of_files)
    for scene in scenes:
        scene(demo)
    demo.title("What happened")
    if demo.missing:
        print("Not everything went as told. This did not happen:\n" + "".join(f"  - {what}\n" for what in demo.missing))
        return 1
    print(SUMMARY.strip("\n"))
    return 0


def stopped(_signal: int, _frame: object) -> NoReturn:
    """Ends the program in a way that removes the folder."""
    raise KeyboardInterrupt


def clear(folder: str) -> None:
    """Removes the folder for good: what was killed while it wrote may make a last file after the first removal."""
    quiet, deadline = 0, time.monotonic() + 10
    while quiet < 5 and time.monotonic() < deadline:
        quiet = 0 if os.path.lexists(folder) else quiet + 1
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)


def main() -> int:
    folder = ""
    signal.signal(signal.SIGTERM, stopped)
    for name in ("git", "pre-commit", "stopgap"):
        if not shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"):
            print(f"demo: {name} is not installed here; `make demo` sets everything up", file=sys.stderr)
            return 2
    try:
        with tempfile.TemporaryDirectory(prefix="stopgap-demo-", ignore_cleanup_errors=True) as folder:
            status = play(Path(folder).resolve())
    except KeyboardInterrupt:
        clear(folder)
        print("demo: interrupted; nothing is left behind", file=sys.stderr)
        return 130
    print("\nThe throwaway repository is gone again.")
    return status


if __name__ == "__main__":
    sys.exit(main())
