"""Where code reads its environment, in the languages that are in wide use; a read that has a default, or only asks, is none here."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from collections.abc import Iterator

from .setting import Read

# What a file must hold to be looked at: literals, for a search that is quick.
MARKS = (
    "process.env",
    "environ",
    "getenv",
    "Getenv",
    "ENV[",
    "ENV.fetch",
    "import.meta.env",
    "env::var",
    "LookupEnv",
    "Deno.env",
    "Bun.env",
    "env(",
    "GetEnvironmentVariable",
)
ENDINGS = tuple(
    ".js .mjs .cjs .jsx .ts .mts .cts .tsx .vue .svelte .astro .py .rb .ru .erb .go .rs .php .java .kt .scala .cs .ex .exs .swift "
    ".dart".split()
)
LARGEST = 512 << 10  # characters of a file; what is larger is made by a program
MOST = 5_000  # readings of one file
BEFORE, BEHIND = 10, 200  # characters around a literal in which the whole reading stands
IMPORTED = re.compile(r"\bfrom os import [^\n]{0,200}\benviron\b")
KEY = r"[A-Z][A-Z0-9_]{1,99}"
READ = re.compile(
    rf"""
      (?<![\w$]) (?: process\.env | import\.meta\.env | Bun\.env ) (?: \.(?P<a>{KEY})(?!\w) | \[["'](?P<b>{KEY})["']\] )
    | (?<![\w]) (?P<index> (?: os\. | (?<!\.) ) environ \[ b?["'](?P<c>{KEY})["'] \] | (?<!\.)ENV \[ ["'](?P<d>{KEY})["'] \] )
    | (?<![\w]) (?: (?P<fetch> ENV\.fetch | std::env::var | env::var ) | (?: os\. | (?<!\.) ) environ\.get | getenv
        | (?:os|System|syscall)\.[gG]etenv
        | os\.LookupEnv | Deno\.env\.get | GetEnvironmentVariable | (?<![.>:$])env )
      \( \s{{0,20}} ["'](?P<e>{KEY})["'] \s{{0,20}} (?P<end>[,)])
    """,
    re.VERBOSE,
)
# What stands behind a read that can do without: another value, a question, a comparison, or it is no read but an assignment.
WITHOUT = re.compile(
    r"""[\])\s]{0,20} (?: \|\| | \?\? | && | orElse )
      | [\]) \t]{0,9} (?: [ \t]\?[^.?] | [!=]==? | = | (?:or|and|if|is|in|not|else)\b
        | \.(?:unwrap_or|ok\(\)|is_ok|is_err|presence|nil\?|to_s) | \?: | \|> | \) [ \t]{0,5} [{:] )
      | (?<=\w) \?\. """,
    re.VERBOSE,
)
ASKED = re.compile(
    r"(?:\bif\b|\bunless\b|\belif\b|\bwhile\b|!|\bdel\b|\bdelete\b|\bnot\b|\bif let\b|\bok\s?:?=|==)[\s(!]{0,9}(?:os\.|!)?\Z"
)
# The program asks whether there is one, or sets it itself for what it starts: `"X" in os.environ`, `env["X"] = password`.
SET = re.compile(
    rf"""["'](?P<key>{KEY})["'](?:\][ \t]{{0,20}}=(?!=)|\s{{1,20}}(?:not\s{{1,20}})?in\s{{1,20}}(?:os\.environ|environ|process\.env)\b)"""
)
FIRM = re.compile(r"[\])\s]{0,9}(?:!(?!=)|\.unwrap\(\)|\.expect\(|\?;|\?\))")
# Where code is that developers run, and not the application: tests, scripts, tools' configuration, what a program made.
TOOLS = re.compile(
    r"(?:.*/)?(?:scripts?|bin|tools?|hack|ci|\.[^/]+|cypress|e2e|build|dist|public|static|migrations)/.*"
    r"|(?:.*/)?[^/]*(?:[._-](?:test|spec|stories|config|setup)\.\w+|_test\.\w+)|(?:.*/)?(?:test_[^/]*|conftest|setup|noxfile|tasks|fabfile)\.py"
    r"|(?:.*/)?(?:gulpfile|gruntfile|rakefile)[^/]*"
)
COMMENT = re.compile(r"\s*(?://|\#|\*|--)")
# What the system, a CI or a platform sets: no template has them.
OTHERS = frozenset(
    "CI PATH HOME USER USERNAME LOGNAME SHELL TERM COLUMNS LINES LANG LANGUAGE PWD OLDPWD TMPDIR TMP TEMP DISPLAY EDITOR VISUAL "
    "PAGER BROWSER TZ HOSTNAME HOST PORT COLORTERM NO_COLOR FORCE_COLOR DEBUG MODE DEV PROD SSR BASE_URL PUBLIC_URL DYNO VERCEL "
    "NETLIFY RENDER APPDATA LOCALAPPDATA PROGRAMFILES SYSTEMROOT WINDIR COMSPEC PATHEXT USERPROFILE VIRTUAL_ENV OUT_DIR JAVA_HOME "
    "GOPATH GOROOT DOCKER_HOST HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR VITEST RAILS_ENV RACK_ENV "
    "MIX_ENV NODE_ENV BABEL_ENV AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE AWS_EXECUTION_ENV DJANGO_SETTINGS_MODULE INIT_CWD "
    "SECRET_KEY_BASE_DUMMY GITHUB_TOKEN BUNDLE_GEMFILE REMOTE_ADDR MANPATH EMAIL GIT_DIR TARGET PROFILE ANALYZE STORYBOOK UID GID".split()
)
PREFIXES = tuple(
    "GITHUB_ GITLAB_ CI_ CIRCLE_ TRAVIS_ JENKINS_ BUILDKITE_ BITBUCKET_ RUNNER_ VERCEL_ NETLIFY_ HEROKU_ RENDER_ RAILWAY_ FLY_ CF_ "
    "K_ AWS_LAMBDA_ KUBERNETES_ NPM_ NODE_ PYTHON PYTEST_ JEST_ PLAYWRIGHT_ CYPRESS_ XDG_ LC_ SSH_ CONDA_ CARGO_ RUST "
    "HTTP_ REQUEST_ CONTENT_ QUERY_STRING REMOTE_ SERVER_ SSL_CLIENT_ SCRIPT_ GATEWAY_ COMP_ ITERM_ NEXT_RUNTIME "
    "NEXT_PHASE TURBO_ GIT_ LD_ DYLD_ WERKZEUG_ COLOR RAILS_LOG_ TEST_".split()
)


def is_code(path: str) -> bool:
    """Whether a file may read its environment."""
    low = path.lower()
    return low.endswith(ENDINGS) and not low.endswith((".min.js", ".d.ts", ".bundle.js"))


def read(path: str, text: str) -> tuple[list[Read], set[str]]:
    """The reads that need a value, and the keys that some place can do without."""
    found: list[Read] = []
    optional: set[str] = set()
    if len(text) > LARGEST:
        return found, optional
    line, counted, quotes = 1, 0, 0
    is_python = path.endswith(".py")
    for one in places(text):
        line += text.count("\n", counted, one.start())
        quotes += text.count('"""', counted, one.start()) if is_python else 0
        counted = one.start()
        if quotes % 2:
            continue  # in a docstring: an example
        key = next(one[group] for group in "abcde" if one[group])
        first = text.rfind("\n", max(0, one.start() - 400), one.start()) + 1
        before = text[max(first, one.start() - 200) : one.start()]
        if key in OTHERS or key.startswith(PREFIXES) or COMMENT.match(before):
            continue
        if one["end"] == "," or WITHOUT.match(text, one.end()) or ASKED.search(before):
            optional.add(key)
        else:
            found.append(Read(key, path, line, is_hard(one, text)))
    if found:
        optional.update(one["key"] for one in SET.finditer(text))
    return found, optional


def places(text: str) -> Iterator[re.Match[str]]:
    """The readings in a text, in order. The expression is tried where one of the literals stands: most of a text holds none."""
    starts: list[int] = []
    for mark in MARKS:
        at = text.find(mark)
        while at >= 0 and len(starts) < MOST:
            starts.append(at)
            at = text.find(mark, at + len(mark))
    end = 0
    # an `environ` of its own is a request's more often than the process's (PEP 3333), unless the module takes it from os
    without = "environ" in text and IMPORTED.search(text) is None
    for at in sorted(starts):
        found = READ.search(text, max(end, at - BEFORE), at + BEHIND)
        if found and found.start() <= at < found.end():
            end = found.end()
            if not (without and found[0].startswith("environ")):
                yield found


def is_hard(one: re.Match[str], text: str) -> bool:
    """Whether the program stops where there is no value: `os.environ["X"]`, `ENV.fetch("X")`, `env::var("X").unwrap()`."""
    if one["fetch"]:
        return one["fetch"] == "ENV.fetch" or FIRM.match(text, one.end()) is not None
    return "environ" in (one["index"] or "") or FIRM.match(text, one.end()) is not None


def is_tool(path: str) -> bool:
    """Whether a file is run by developers, and not with the application."""
    return TOOLS.fullmatch(path.lower()) is not None
