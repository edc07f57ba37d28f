"""`stopgap import`: other tools' entries become entries about values, each is accounted for, and what is hostile is refused."""

from __future__ import annotations

import hashlib
import json
import random
import string
from pathlib import Path

import pytest
import tomli
from stopgap import globs
from stopgap.detect import theirs
from stopgap.detect.path_globs import globs_of
from stopgap.detect.re2 import translate
from stopgap.model import StopgapError

from .conftest import Repo
from .tokens import GITHUB, GITHUB_2, PASSWORD, PEM

CHOICE = random.Random(5)
SECRET = "".join(CHOICE.choices(string.ascii_letters + string.digits, k=32))
CONTENT = f'import os\ntoken = "{GITHUB}"\npassword = "{PASSWORD}"\napi_secret = "{SECRET}"\n'
ENTRIES = ".stopgap-allow.toml"


def sha1(value: str) -> str:
    return hashlib.sha1(value.encode()).hexdigest()


def baseline(*rows: dict[str, object], path: str = "src/app.py") -> str:
    return json.dumps({"version": "1.5.0", "results": {path: [{"type": "Secret Keyword", "line_number": 2, **row} for row in rows]}})


@pytest.fixture
def old(repo: Repo) -> Repo:
    """A repository with three secrets in one file."""
    repo.write("src/app.py", CONTENT)
    repo.add()
    repo.commit()
    return repo


def told(repo: Repo, *argv: str, status: int = 0) -> list[str]:
    """What an import prints, without its last line, which is about the file."""
    done = repo.stopgap("import", *argv)
    assert (done.returncode, done.stderr) == (status, b"")
    return done.stdout.decode().splitlines()[:-1]


def written(repo: Repo) -> list[tuple[str, str]]:
    """Rule and path of each entry."""
    path = repo.path / ENTRIES
    rows = tomli.loads(path.read_text())["allow"] if path.exists() else []
    return sorted((row["rule"], row["path"]) for row in rows)


def found(repo: Repo) -> list[tuple[str, int]]:
    """What scan-diff still finds in the file."""
    repo.git("rm", "--cached", "-q", "src/app.py")
    done = repo.stopgap("scan-diff", "--format", "json", "src/app.py")
    rows = json.loads(done.stdout)["findings"]
    repo.git("add", "src/app.py")
    return sorted((row["rule"], row["line"]) for row in rows)


# ---- what is not imported


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(
            "src/app.py:github-pat:1", "stale: github-pat at src/app.py:1: nothing is found there any more", id="nothing on the line"
        ),
        pytest.param("src/gone.py:github-pat:2", "git has no such file any more", id="no such file"),
        pytest.param(f"{'a' * 40}:src/app.py:github-pat:2", "git has no such commit, or not this file in it", id="no such commit"),
        pytest.param("src/app.py:github-pat:2\nwhat is this", "no equivalent: the line is no fingerprint", id="no fingerprint"),
    ],
)
def test_a_fingerprint_that_allows_nothing(old: Repo, line: str, said: str) -> None:
    old.write(".gitleaksignore", f"# comments and blank lines\n\n{line}\n")
    assert said in told(old, ".gitleaksignore", "--dry-run")[-1]
    assert written(old) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param({"hashed_secret": sha1(GITHUB), "is_secret": True}, "a real secret: the audit says that it is a secret", id="audited"),
        pytest.param({"hashed_secret": sha1(GITHUB), "is_verified": True}, "a real secret: a service took it", id="verified"),
        pytest.param(
            {"hashed_secret": sha1(GITHUB_2)}, "stale: Secret Keyword in src/app.py: no finding has this value", id="another value"
        ),
        pytest.param({"hashed_secret": sha1("BEGIN"), "type": "Private Key"}, "known by its header alone", id="a private key's header"),
    ],
)
def test_an_item_of_a_baseline_that_allows_nothing(old: Repo, row: dict[str, object], said: str) -> None:
    old.write("old.baseline", baseline(row))
    (line,) = told(old, "old.baseline")
    assert said in line
    assert written(old) == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param("[allowlist]\ncommits = ['abc123']\n", "no equivalent: it allows commits", id="a commit"),
        pytest.param(
            "[allowlist]\npaths = ['''^vendor/''']\n", "for what is yet to come write exclude = ['/vendor/']", id="a path as a glob"
        ),
        pytest.param("[allowlist]\npaths = ['''lib.*x[0-9]+''']\n", "no glob says the same", id="a path that no glob says"),
        pytest.param("[allowlist]\nstopwords = ['zebra']\n", "stopwords 1: stale: no finding of stopgap's is about it", id="a stop word"),
        pytest.param(
            "[[rules]]\nid = 'acme'\nregex = 'x'\n[[rules.allowlists]]\nregexes = ['.']\n",
            "stopgap has no rule 'acme'; name the file in rules.extra",
            id="a rule of their own",
        ),
        pytest.param(
            "[[allowlists]]\ncondition = 'AND'\npaths = ['src']\nstopwords = ['zebra']\n",
            "allowlist 1: stale: no finding",
            id="not all that holds",
        ),
        pytest.param("[[rules]]\nid = 'jwt'\n[[rules.allowlists]]\nregexes = ['.']\n", "regexes 1: stale: ", id="another rule's"),
        pytest.param("[extend]\npath = 'other.toml'\n", "import that file too", id="another file"),
    ],
)
def test_an_allowlist_that_allows_nothing(old: Repo, config: str, said: str) -> None:
    old.write(".gitleaks.toml", config)
    (line,) = told(old, ".gitleaks.toml")
    assert said in line
    assert written(old) == []


def test_what_is_reported_by_nothing_needs_no_entry(repo: Repo) -> None:
    repo.write("src/app.py", 'password = "secret1"\n')
    repo.write("stopgap.toml", 'min-confidence = "high"\n')
    repo.write(".gitleaksignore", "src/app.py:generic-api-key:1\n")
    repo.add()
    (line,) = told(repo, ".gitleaksignore")
    assert ": not reported: " in line or ": stale: " in line
    assert written(repo) == []


# ---- what is imported


def test_a_line_of_a_file(old: Repo) -> None:
    old.write(".gitleaksignore", "src/app.py:any-rule:2\nsrc/app.py:generic-api-key:3\r\n")
    assert [line.partition(": ")[2] for line in told(old, ".gitleaksignore")] == [
        "imported: github-pat at src/app.py:2",
        "imported: keyed-password at src/app.py:3",
    ]
    assert written(old) == [("github-pat", "src/app.py"), ("keyed-password", "src/app.py")]
    assert [line for _, line in found(old)] == [4]


def test_the_entries_are_about_values_and_not_about_lines(old: Repo) -> None:
    old.write(".gitleaksignore", "src/app.py:github-pat:2\n")
    told(old, ".gitleaksignore")
    old.write("src/app.py", f'import os\n\n\ntoken = "{GITHUB_2}"\nother = "{GITHUB}"\n')
    assert found(old) == [("github-pat", 4)]


def test_a_line_of_a_commit(old: Repo) -> None:
    """The value stood on another line then, and stands on none now."""
    old.write("src/app.py", f'\n\n\ntoken = "{GITHUB_2}"\n')
    old.add()
    commit = old.commit("two")
    old.write("src/app.py", "import os\n")
    old.add()
    old.commit("three")
    old.write(".gitleaksignore", f"{commit}:src/app.py:github-pat:4\n")
    (line,) = told(old, ".gitleaksignore")
    assert "imported: github-pat at src/app.py:4" in line
    old.write("src/app.py", f'import os\ntoken = "{GITHUB_2}"\n')
    assert found(old) == []


def test_a_commit_that_a_shallow_clone_does_not_have(old: Repo, tmp_path: Path) -> None:
    first = old.git("rev-parse", "HEAD").decode().strip()
    old.write("README", "x\n")
    old.add()
    old.commit("two")
    old.git("clone", "-q", "--depth", "1", f"file://{old.path}", str(tmp_path / "shallow"))
    clone = Repo(tmp_path / "shallow")
    clone.write(".gitleaksignore", f"{first}:src/app.py:github-pat:2\nsrc/app.py:x:3\n")
    lines = told(clone, ".gitleaksignore", status=2)
    assert "unchecked: " in lines[0]
    assert "git fetch --unshallow" in lines[0]
    assert written(clone) == [("keyed-password", "src/app.py")]


def test_a_value_of_a_baseline_at_any_line(old: Repo) -> None:
    rows: tuple[dict[str, object], ...] = (
        {"hashed_secret": sha1(SECRET), "line_number": 99, "is_secret": False},
        {"hashed_secret": sha1(GITHUB)},
    )
    old.write("old.baseline", baseline(*rows))
    lines = told(old, "old.baseline")
    assert [": imported: " in line for line in lines] == [True, True]
    assert [line for _, line in found(old)] == [3]
    reasons = {row["reason"] for row in tomli.loads((old.path / ENTRIES).read_text())["allow"]}
    assert reasons == {"imported from old.baseline: Secret Keyword, audited as no secret", "imported from old.baseline: Secret Keyword"}


def test_a_baseline_that_takes_less_of_the_line(repo: Repo) -> None:
    """Its detector hashes the password alone, and stopgap's rule may take the whole URL; or the other way round."""
    repo.write("src/app.py", f'url = "postgres://app:{SECRET}@db.acme-corp.io/x"\n')
    repo.add()
    repo.write("old.baseline", baseline({"hashed_secret": sha1(SECRET), "type": "Basic Auth Credentials"}))
    (line,) = told(repo, "old.baseline")
    assert ": imported: " in line
    assert found(repo) == []


def test_the_baseline_in_the_root_counts_by_itself_and_is_imported_all_the_same(old: Repo) -> None:
    old.write(".secrets.baseline", baseline({"hashed_secret": sha1(GITHUB)}))
    assert ": imported: " in told(old, ".secrets.baseline")[0]
    (old.path / ".secrets.baseline").unlink()
    assert [line for _, line in found(old)] == [3, 4]


@pytest.mark.parametrize(
    ("config", "lines"),
    [
        pytest.param("[allowlist]\npaths = ['''^src/''']\n", [], id="a path"),
        pytest.param(f"[allowlist]\nregexes = ['''^{GITHUB[:12]}''']\n", [3, 4], id="an expression for the secret"),
        pytest.param("[[allowlists]]\nregexTarget = 'line'\nregexes = ['api_sec']\n", [2, 3], id="for the line"),
        pytest.param("[[allowlists]]\nregexTarget = 'match'\nregexes = ['^password']\n", [2, 4], id="for the match"),
        pytest.param(f"[[allowlists]]\nstopwords = ['{SECRET[3:12].upper()}']\n", [2, 3], id="a stop word"),
        pytest.param("[[rules]]\nid = 'github-pat'\n[[rules.allowlists]]\nregexes = ['.']\n", [3, 4], id="of a rule"),
        pytest.param("[[rules]]\nid = 'generic-api-key'\n[rules.allowlist]\nregexes = ['.']\n", [2], id="of a rule with another id here"),
        pytest.param("[[allowlists]]\ntargetRules = ['github-pat']\nregexes = ['.']\n", [3, 4], id="for named rules"),
        pytest.param(
            "[[allowlists]]\ncondition = 'AND'\nregexTarget = 'line'\npaths = ['app']\nregexes = ['token']\n",
            [3, 4],
            id="two that both hold",
        ),
    ],
)
def test_an_allowlist(old: Repo, config: str, lines: list[int]) -> None:
    old.write(".gitleaks.toml", config)
    assert any(": imported: " in line for line in told(old, ".gitleaks.toml"))
    assert [line for _, line in found(old)] == lines


def test_a_private_key_of_several_lines(repo: Repo) -> None:
    repo.write("src/app.py", f"x = 1\n{PEM}")
    repo.add()
    repo.write(".gitleaksignore", "src/app.py:private-key:2\n")
    assert "imported: private-key" in told(repo, ".gitleaksignore")[0]
    assert found(repo) == []


# ---- how it is done


def test_twice_is_once(old: Repo) -> None:
    old.write(".gitleaksignore", "src/app.py:github-pat:2\nsrc/app.py:x:3\n")
    old.write("old.baseline", baseline({"hashed_secret": sha1(GITHUB)}))
    told(old, ".gitleaksignore", "old.baseline")
    first = (old.path / ENTRIES).read_bytes()
    lines = told(old, ".gitleaksignore", "old.baseline")
    assert [": already allowed: " in line for line in lines] == [True] * 3
    assert (old.path / ENTRIES).read_bytes() == first
    assert first.count(b"[[allow]]") == 2


def test_dry_run_writes_nothing(old: Repo) -> None:
    old.write(".gitleaksignore", "src/app.py:github-pat:2\n")
    done = old.stopgap("import", "--dry-run", ".gitleaksignore")
    assert b"would add 1 entry to .stopgap-allow.toml; nothing was written" in done.stdout
    assert not (old.path / ENTRIES).exists()


def test_reason_and_last_day(old: Repo) -> None:
    old.write("sub/.gitleaksignore", "src/app.py:github-pat:2\n")
    done = old.stopgap("import", "--reason", "to be rotated", "--expires", "2099-01-31", ".gitleaksignore", cwd="sub")
    assert done.returncode == 0
    text = (old.path / ENTRIES).read_text()
    assert 'reason = "to be rotated"' in text
    assert "expires = 2099-01-31" in text


def test_what_was_there_stays(old: Repo) -> None:
    old.stopgap("allow", "src/app.py:3", "--reason", "a sample")
    old.write(".gitleaksignore", "src/app.py:github-pat:2\n")
    told(old, ".gitleaksignore")
    assert 'reason = "a sample"' in (old.path / ENTRIES).read_text()
    assert len(written(old)) == 2


def test_no_value_is_printed_or_written(old: Repo) -> None:
    old.write(".gitleaks.toml", f"[allowlist]\npaths = ['src']\nregexes = ['{SECRET}']\nstopwords = ['{PASSWORD}']\n")
    done = old.stopgap("import", ".gitleaks.toml")
    everything = done.stdout.decode() + done.stderr.decode() + (old.path / ENTRIES).read_text()
    assert [value for value in (GITHUB, PASSWORD, SECRET) if value in everything] == []
    assert len(written(old)) == 3


# ---- hostile files


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        pytest.param(".gitleaksignore", b"../x.py:jwt:3\n", "leads out of the repository", id="a way out"),
        pytest.param(".gitleaksignore", b"/etc/passwd:jwt:3\n", "leads out of the repository", id="an absolute path"),
        pytest.param(".gitleaksignore", b"caf\xe9:jwt:3\n", "not UTF-8 at byte 3", id="Latin-1"),
        pytest.param(".gitleaksignore", b"\x00\x01\x02" * 99, "no line of it is a fingerprint", id="binary"),
        pytest.param("old.baseline", b'{"results": ', "not JSON", id="cut off"),
        pytest.param("old.baseline", b"[" * 100_000, "not a detect-secrets baseline", id="deep"),
        pytest.param(
            "old.baseline", baseline({"hashed_secret": sha1("x")}, path="../../x").encode(), "leads out", id="a baseline's way out"
        ),
        pytest.param("old.baseline", baseline({"hashed_secret": "x"}).encode(), "without a SHA-1", id="no hash"),
        pytest.param(".gitleaks.toml", b"[allowlist\n", "not TOML", id="no TOML"),
        pytest.param(".gitleaks.toml", b"allowlists = 3\n", "is a list", id="another kind"),
        pytest.param(
            ".gitleaks.toml", b"[allowlist]\nregexes = ['((a{0,60}){0,60}){6}b']\n", "could take for ever", id="an endless expression"
        ),
        pytest.param(".gitleaks.toml", b"[allowlist]\npaths = ['''(.*a){30}''']\n", "could take for ever", id="an endless path"),
        pytest.param(".gitleaks.toml", b"[allowlist]\npaths = ['(']\n", "without ')'", id="no expression"),
        pytest.param(".gitleaks.toml", b"a." * 3000 + b"a = 1\n", "nested too deeply", id="tables in tables"),
        pytest.param(".gitleaksignore", b"a:b:1\n" * 2_000_000, "larger than 10 MiB", id="huge"),
    ],
)
def test_a_hostile_file_is_refused(old: Repo, name: str, data: bytes, said: str) -> None:
    old.write(name, data)
    done = old.stopgap("import", name)
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, len(lines), done.stdout) == (2, 1, b"")
    assert said in lines[0]
    assert len(lines[0]) < 400
    assert not (old.path / ENTRIES).exists()


@pytest.mark.parametrize("argv", [(), ("--reason", " - ", ".gitleaksignore"), ("--expires", "2001-01-01", "x"), ("nothing-here",)])
def test_a_wrong_call_is_refused(old: Repo, argv: tuple[str, ...]) -> None:
    old.write(".gitleaksignore", "src/app.py:github-pat:2\n")
    done = old.stopgap("import", *argv)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_a_link_is_not_written_through(old: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("")
    (old.path / ENTRIES).symlink_to(tmp_path / "outside")
    old.write(".gitleaksignore", "src/app.py:github-pat:2\n")
    assert old.stopgap("import", ".gitleaksignore").returncode == 2
    assert (tmp_path / "outside").read_text() == ""


def test_many_entries_take_no_longer_than_their_number(old: Repo) -> None:
    lines = "".join(f"src/app.py:rule-{n}:{n}\n{n:040x}:src/app.py:rule:{n}\n" for n in range(1, 10_000))
    old.write(".gitleaksignore", lines)
    assert len(told(old, ".gitleaksignore")) == 2 * 9_999
    assert len(written(old)) == 3


# ---- globs for what is written by hand

LISTED = """vendor/a.py src/vendor/b.py myvendor/c a.lock x/yarn.lock go.mod sub/go.mod test/a/b.py test/x.py atest/x.py src/a/secret.txt
src/secret node_modules/x a/node_modules/y/z package-lock.json d/package-lock.json p.jpg q/p.gif docs/readme.md readme.md a[1].py"""
PATHS = LISTED.split()


@pytest.mark.parametrize(
    "expression",
    [
        *("^vendor/", "vendor/", r"\.lock$", "(^|/)node_modules/", r"^test/.*\.py$", r"go\.mod$", "(.*?)(jpg|gif)$", "^src/.*secret"),
        *(r"^docs/readme\.md$", "(?:^|/)vendor/.*", r"package-lock\.json$", "test", "(?:go|a)[.]mod$", r"a\[1\]\.py", "^(vendor|test)/"),
    ],
)
def test_a_glob_says_the_same_as_the_expression(expression: str) -> None:
    import re

    translated = translate(expression, "x")
    found = globs_of(translated)
    assert found
    assert [glob for glob in found if globs.problem(glob)] == []
    for path in PATHS:
        assert any(globs.matches(glob, path) for glob in found) == bool(re.search(translated.encode(), path.encode())), path


@pytest.mark.parametrize("expression", ["src.*key", "[a-z]+/x", "(?i)x", r"\d", "a|b.*c", ".*", "^$", "(a|b)(c|d)(e|f)(g|h)(i|j)"])
def test_no_glob_says_the_same(expression: str) -> None:
    assert globs_of(translate(expression, "x")) == ()


def test_a_kind_of_file_is_known_by_its_name_or_its_content() -> None:
    assert theirs.read(baseline({"hashed_secret": sha1("x")}).encode(), "any-name", ()).claims[0].sha1 == sha1("x")
    assert theirs.read(b"a.py:jwt:3\n", "any-name", ()).claims[0].line == 3
    assert theirs.read(b"a b/c:d.py:jwt:3\n", "x", ()).claims[0].path == "a b/c:d.py"
    assert theirs.read(b"a\\b.py:jwt:3\n", "x", ()).claims[0].path == "a/b.py"
    with pytest.raises(StopgapError, match="not TOML"):
        theirs.read(b"a.py:jwt:3\n", "x.toml", ())
