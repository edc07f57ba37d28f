"""What of an env file is a secret, and where a value of history is still in use, in real repositories."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from stopgap.audit.values import plain
from stopgap.detect import names, rules
from stopgap.detect.examples import expand
from stopgap.detect.verbatim import place_of
from stopgap.gather import audit_contents, audit_everywhere, audit_inventory, audit_now, auditing
from stopgap.gather.audit_policy import policy
from stopgap.git.repository import open_history

from .audit_help import Dated, Line, report, values
from .conftest import Repo

ONE = expand("<alnum:24>")
TWO, THREE = ONE[8:] + ONE[:8], ONE[16:] + ONE[:16]
TOKEN = expand("ghp_<crc62:30>")
HOOK = expand("https://hooks.slack.com/services/T<upper:8>/B<upper:8>/<alnum:24>")
BODY = [expand("<b64:64>" + " " * number).strip() for number in range(4)]
BEGIN, END = "-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"
KEY = "\n".join((BEGIN, *BODY, expand("<b64:22>=="), END))


@pytest.fixture
def dated(repo: Repo) -> Dated:
    return Dated(repo)


def secret_lines(repo: Repo) -> set[tuple[str, int]]:
    """Path and line of each secret of the report."""
    return {(one["path"], one["line"]) for one in report(repo)["findings"] if one["severity"] != "note"}


# ---- what detection finds in an env file


def test_what_scan_diff_reports_in_an_env_file_the_audit_reports(repo: Repo) -> None:
    for number, rule in enumerate(rules.load()):
        example = expand(rule.matches[0])
        plain = "\n" not in example and not {"'", '"', "`", "\\"} & {*example}
        repo.write(f"{number}/.env", f'ZZZ="{example}"\n' if plain else f"{example}\n")
    repo.add()
    scanned = json.loads(repo.stopgap("scan-diff", "--format", "json").stdout)["findings"]
    repo.commit()
    assert len(scanned) > 200
    assert {(one["path"], one["line"]) for one in scanned} <= secret_lines(repo)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"ZZZ={TOKEN}\n", [("ZZZ", "in-use")], id="a token under a key that says nothing"),
        pytest.param(f"SLACK_URL={HOOK}\nPORT=8080\n", [("PORT", ""), ("SLACK_URL", "in-use")], id="an address that is a secret"),
        pytest.param(f'PORT=8080\nPK="{KEY}"\nHOST=x\n', [("HOST", ""), ("PK", "in-use"), ("PORT", "")], id="a key on several lines"),
        pytest.param(f"PK={KEY}\n", [("PK", ""), ("private-key", "in-use")], id="a key without quotes"),
        pytest.param(f"ZZZ='{TOKEN} {TOKEN[::-1]} {TOKEN}'\n", [("ZZZ", "in-use")], id="two of them in one value"),
        pytest.param(f"PORT=8080\n# {TOKEN}\n", [("PORT", ""), ("github-pat", "in-use")], id="in a comment"),
        pytest.param(f"PORT=8080 # {TOKEN}\n", [("PORT", ""), ("github-pat", "in-use")], id="in a comment behind a value"),
        pytest.param(f"PORT=8080\rZZZ={TOKEN}\r", [("PORT", ""), ("ZZZ", "in-use")], id="lines ended by CR alone"),
        pytest.param(f"\ufeffZZZ={TOKEN}\r\n".encode("utf-16-le"), [("ZZZ", "in-use")], id="UTF-16"),
        pytest.param('CERT="line one\nline two\nline three"\n', [("CERT", "")], id="several lines that are no secret"),
    ],
)
def test_the_settings_of_an_env_file(text: str | bytes, expected: list[tuple[str, str]], dated: Dated) -> None:
    dated.commit(__env=text)
    assert said(dated.repo) == expected


def said(repo: Repo) -> list[tuple[str, str]]:
    """Key and state of each value, "" for the state of a setting that looks like no secret."""
    found = [one for one in report(repo)["findings"] if one["rule"] != "history-file"]
    return sorted((one["history"]["key"], one["history"]["state"] if one["severity"] != "note" else "") for one in found)


def test_a_secret_stays_one_in_versions_that_keep_it(dated: Dated) -> None:
    """What another commit changes far from it is compared without it."""
    pad = "".join(f"K{number}=x{number}\n" for number in range(9))
    for port in (1, 2, 3):
        dated.commit(__env=f"URL={HOOK}\n{pad}PORT={port}\n")
    dated.commit(__env=f"A=1\nURL={HOOK}\n{pad}")
    found = {line.key: line for line in values(dated, status=1)}
    assert found["URL"] == Line(".env", "URL", 0, 3, 4, "in-use")
    assert [key for key, state in said(dated.repo) if state] == ["URL"]


def test_a_key_of_which_one_line_changed(dated: Dated) -> None:
    dated.commit(__env=f'PK="{KEY}"\n')
    dated.commit(__env=f'PK="{KEY.replace(BODY[2], BODY[2][::-1])}"\n')
    assert said(dated.repo) == [("PK", "in-use"), ("PK", "replaced")]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_a_secret_is_what_detection_says_of_every_version(seed: int, dated: Dated, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow and simple reading: all of each version is searched, and not what is new in it alone."""
    dice = random.Random(seed)
    examples = [expand(rule.matches[0]) for rule in dice.sample(rules.load(), 60)]
    keys = [f"K{number}" for number in range(12)]
    lines = [line(dice, key, examples) for key in keys]
    versions = []
    for _ in range(8):
        for at in dice.sample(range(len(keys)), 3):
            lines[at] = line(dice, keys[at], examples)
        versions.append("\n".join(lines) + "\n")
        dated.commit(__env=versions[-1])
    monkeypatch.chdir(dated.repo.path)
    found = auditing.audit(here := open_history(), policy(here), auditing.Asked())
    scan = auditing.detection(policy(here).rules)
    said: dict[tuple[str, str], bool] = {}
    for one in (one for text in versions for one in plain(".env", text.encode(), scan) or ()):
        said[one.key, one.value] = one.secret or said.get((one.key, one.value), False)
    expected = sorted((key, secret) for (key, _), secret in said.items())
    assert sorted((one.key, one.secret) for one in found.values if one.kind == "setting") == expected
    assert len({secret for _, secret in expected}) == 2


def line(dice: random.Random, key: str, examples: list[str]) -> str:
    """A line, or several, of an env file."""
    example, other = dice.sample(examples, 2)
    forms = (f"{key}=8080", f'{key}="{example}"', f"{key}={example}", f"# {example}", f"{key}=x # {example}", f'{key}="{example} {other}"')
    return dice.choice(forms)


def test_the_same_by_workers(dated: Dated, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        dated.commit(__env=f"ZZZ={TOKEN}\nB_TOKEN={ONE[number:]}\n", config_S_credentials__json=f'{{"token": "{TWO[number:]}"}}\n')
    alone = report(dated.repo)["findings"]
    monkeypatch.setattr(audit_contents, "MANY", 1)
    monkeypatch.setattr(audit_everywhere, "MANY", 1)
    for module in (audit_inventory, audit_everywhere):
        monkeypatch.setattr(module, "available", lambda: 3)
    assert report(dated.repo)["findings"] == alone
    assert len(alone) > 5


# ---- untracked env files


@pytest.fixture
def old(dated: Dated) -> Dated:
    """A value that no commit has any more."""
    dated.commit(__env=f"A_TOKEN={ONE}\n", __gitignore="secrets/\n.env*\n")
    dated.commit(__env=None)
    return dated


def used(repo: Repo, status: int = 1) -> list[str]:
    """Where the values of history are still in use."""
    lives = [one["history"] for one in report(repo, status=status)["findings"] if one["history"]]
    return list(dict.fromkeys(where for life in lives for where in life["used"]))


def test_an_env_file_in_an_ignored_folder(old: Dated) -> None:
    old.repo.write("secrets/deep/.env", f"A_TOKEN={ONE}\n")
    assert used(old.repo) == ["work tree:secrets/deep/.env"]


@pytest.mark.parametrize("folder", ["", "a/b/c/", "env/lib/"])
def test_every_name_of_an_env_file_counts(folder: str) -> None:
    every = [folder + path for name in names.load().names if name.dotenv for path in name.matches]
    assert [path for path in every if names.is_dotenv(path) and not names.is_template(path)] == list(filter(audit_now.is_env_file, every))


def test_a_nested_repository_is_not_entered(old: Dated) -> None:
    nested = Repo(old.repo.path / "sub")
    nested.write(".env", f"A_TOKEN={ONE}\n")
    assert used(old.repo) == []


@pytest.mark.parametrize("outside", [True, False])
def test_a_link_to_an_env_file(outside: bool, old: Dated, tmp_path: Path) -> None:
    target = tmp_path / "shared" if outside else old.repo.path / "shared"
    target.write_text(f"A_TOKEN={ONE}\n")
    (old.repo.path / ".env").symlink_to(target)
    assert used(old.repo) == ["work tree:.env"]


def test_a_link_that_leads_to_no_file(old: Dated, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for number, target in enumerate((f"{tmp_path}/pipe", f"{tmp_path}", f"{tmp_path}/nowhere", "/dev/zero", ".env.4")):
        (old.repo.path / f".env.{number}").symlink_to(target)
    assert used(old.repo) == []


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that not even root can read from its beginning")
def test_an_env_file_that_cannot_be_read_takes_no_other_with_it(old: Dated) -> None:
    (old.repo.path / ".env").symlink_to("/proc/self/mem")
    old.repo.write(".env.local", f"A_TOKEN={ONE}\n")
    assert used(old.repo, status=2) == ["work tree:.env.local"]
    (told,) = report(old.repo, status=2)["scope"]["incomplete"]
    assert "cannot read .env: " in told["reason"]


def test_a_large_env_file_is_listed(old: Dated) -> None:
    old.repo.write("secrets/.env", f"A_TOKEN={ONE}\n" + "# x\n" * (1 << 18))
    assert used(old.repo) == []
    assert [fact["path"] for fact in report(old.repo)["scope"]["skipped"]] == ["secrets/.env"]


# ---- anywhere in HEAD and in the index


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("app.py", f"key = '{ONE}'\n", id="code"),
        pytest.param("dump.sh", f"mysqldump -p{ONE} app\n", id="behind an option"),
        pytest.param("deploy/values.yaml", f"key: {ONE}\n", id="yaml"),
        pytest.param("page.txt", f"key: {ONE}\n".encode("utf-16"), id="UTF-16"),
        pytest.param("a.bin", bytes(range(256)) * 40 + b"\0" + ONE.encode() + b"\0", id="a binary"),
        pytest.param("é\n.py", f"x{'y' * 3_000_000}\n{ONE}", id="behind a long line, under an odd name"),
    ],
)
@pytest.mark.parametrize("staged", [True, False])
def test_a_value_of_an_env_file_in_another_file(name: str, content: str | bytes, staged: bool, old: Dated) -> None:
    old.repo.write(name, content)
    old.repo.add(name)
    if not staged:
        old.record()
    assert used(old.repo) == [f"{where}:{name.replace(chr(10), chr(92) + 'n')}" for where in (("index",) if staged else ("HEAD", "index"))]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"x{ONE}", id="part of a longer word"),
        pytest.param(ONE.swapcase(), id="in another case"),
        pytest.param(ONE[:-1], id="a part of it"),
    ],
)
def test_what_only_looks_like_it(content: str, old: Dated) -> None:
    old.commit(app__py=content)
    assert used(old.repo) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(b"abab", 0, id="all of it"),
        pytest.param(b"xabab abab", 6, id="behind a longer word"),
        pytest.param(b"ababx abab", 6, id="behind a word that goes on"),
        pytest.param(b"mysql -pabab", 8, id="behind an option"),
        pytest.param(b"a?b=1%3Dabab", 8, id="in a URL"),
        pytest.param(b"x" + b"ab" * 3_000_000 + b"-abab", 6_000_002, id="behind a long word that holds it everywhere"),
        pytest.param(b"x" + b"ab" * 3_000_000, -1, id="only in such a word"),
        pytest.param(b"abxab", -1, id="not there"),
    ],
)
def test_where_a_value_stands_by_itself(text: bytes, place: int) -> None:
    assert place_of(text, b"abab") == place


def test_a_weak_value_is_not_looked_for(dated: Dated) -> None:
    dated.commit(__env="DB_PASSWORD=postgres\n")
    dated.commit(__env=None, app__py="postgres\n")
    assert used(dated.repo) == []


def test_a_token_that_moved_to_where_detection_is_silent(dated: Dated) -> None:
    dated.commit(app__py=f"t = '{TOKEN}'\n")
    dated.commit(app__py="t = 1\n", other__txt=f"t = '{TOKEN}'  # stopgap: allow[github-pat] a sample\n")
    assert used(dated.repo) == ["HEAD:other.txt", "index:other.txt"]


def test_a_key_on_several_lines_in_another_file(dated: Dated) -> None:
    """All of its lines, however far from the margin; one line alone is another key's."""
    dated.commit(__env=f'PK="{KEY}"\n')
    dated.commit(__env=None, a__yaml="key: |\n" + "".join(f"  {line}\n" for line in KEY.split("\n")), b__txt=f"{BODY[-1]}\n")
    assert set(used(dated.repo)) == {"HEAD:a.yaml", "index:a.yaml"}


def test_many_values_at_once(dated: Dated) -> None:
    texts = [expand(f"<alnum:24>{' ' * number}").strip() for number in range(40)]
    dated.commit(__env="".join(f"A{number}_TOKEN={text}\n" for number, text in enumerate(texts)))
    dated.commit(__env=None, app__py="\n".join(texts[::2]), b__py=texts[0])
    found = [one["history"] for one in report(dated.repo)["findings"] if one["history"]["key"]]
    assert sum(life["state"] == "in-use" for life in found) == 20
    assert ["HEAD:app.py", "index:app.py", "HEAD:b.py", "index:b.py"] in [life["used"] for life in found]


@pytest.mark.parametrize("hyperscan", [True, False])
@pytest.mark.parametrize("size", [1, 5_000])
def test_each_way_to_look_finds_the_same(hyperscan: bool, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hyperscan or without it, a few values or many, in batches of any size, across the steps in which they are searched."""
    texts = [expand(f"<alnum:24>{' ' * number}").strip().encode() for number in range(300)]
    blobs = {f"{number}": b"." * (number * 7) + b" ".join(texts[number : number + 3]) for number in range(90)}
    expected = {(text, blob) for blob, data in blobs.items() for text in texts if text in data}
    monkeypatch.setattr(audit_everywhere, "BATCH", size)
    monkeypatch.setattr(audit_everywhere, "STEP", 100)
    if not hyperscan:
        monkeypatch.setattr(audit_everywhere, "hyperscan_scan", lambda words: None)
    for some in (texts, texts[:20], texts[:1]):
        groups = [[one] for text in some if (one := audit_everywhere.sought_of(text, text.decode()))]
        words = audit_everywhere.words_of([one.word for (one,) in groups])
        batches = (list(blobs.items())[start : start + size] for start in range(0, len(blobs), size))
        found = {place for batch in batches for place in audit_everywhere.in_batch(words, groups, batch)}
        assert found == {(text, blob) for text, blob in expected if text in some}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_content_over_the_bound_is_searched_to_its_end(encoding: str, old: Dated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_everywhere, "WHOLE", 1000)
    old.commit(big__txt=f"{'x y z ' * 1000}\n\n{ONE}\n".encode(encoding), a__bin=bytes(range(256)) * 10_000 + ONE.encode() + b"\0")
    assert used(old.repo) == ["HEAD:a.bin", "index:a.bin", "HEAD:big.txt", "index:big.txt"]


def test_what_cannot_be_read_is_told(old: Dated) -> None:
    old.commit(lost__txt="lost\n", app__py=f"key = '{ONE}'\n")
    name = old.repo.git("rev-parse", "HEAD:lost.txt").decode().strip()
    (old.repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    assert used(old.repo, status=2) == ["HEAD:app.py", "index:app.py"]
    told = [fact["reason"] for fact in report(old.repo, status=2)["scope"]["incomplete"]]
    assert [reason for reason in told if reason.startswith("1 of the files of HEAD and the index cannot be read")]


def test_what_is_rotated_and_still_in_the_code_is_the_worst(old: Dated) -> None:
    old.commit(app__py=f"key = '{ONE}'\n")
    blob = old.repo.git("rev-parse", "HEAD~2:.env").decode()[:12]
    done = old.repo.stopgap("audit-history", "--mark", f".env:A_TOKEN@{blob}", "rotated", "--reason", "an incident")
    assert done.returncode == 0, done.stderr
    assert "history-not-rotated" in [one["rule"] for one in report(old.repo, status=1)["findings"]]


def test_hostile_settings_change_nothing(old: Dated, tmp_path: Path) -> None:
    old.commit(app__py=f"key = '{ONE}'\n", __gitattributes="* diff=x binary filter=x\n")
    for name in ("diff.x.textconv", "diff.external", "filter.x.clean", "filter.x.smudge"):
        old.repo.git("config", name, f"touch {tmp_path / 'ran'}; false")
    old.repo.git("replace", *old.repo.git("rev-parse", "HEAD:app.py", "HEAD:.gitattributes").decode().split())
    assert used(old.repo) == ["HEAD:app.py", "index:app.py"]
    assert not (tmp_path / "ran").exists()


# ---- an index that is damaged, or in conflict


def test_without_an_index_the_rest_is_told(old: Dated) -> None:
    old.commit(app__py=f"t = '{TOKEN}'\n")
    old.repo.write("secrets/.env", f"A_TOKEN={ONE}\n")
    old.repo.write(".git/index", "junk\n")
    found = report(old.repo, status=2)
    (told,) = found["scope"]["incomplete"]
    assert "git read-tree HEAD" in told["reason"]
    assert sorted(used(old.repo, status=2)) == ["HEAD:app.py", "work tree:secrets/.env"]
    old.repo.git("read-tree", "HEAD")
    assert sorted(used(old.repo)) == ["HEAD:app.py", "index:app.py", "work tree:secrets/.env"]


def test_of_a_conflict_both_sides_are_in_use(dated: Dated) -> None:
    dated.commit(__env="A_TOKEN=\n", app__py="\n")
    dated.repo.git("switch", "-q", "-c", "side")
    dated.commit(__env=f"A_TOKEN={ONE}\n", app__py=f"t = '{TOKEN}'\n")
    dated.repo.git("switch", "-q", "main")
    dated.commit(__env=f"A_TOKEN={TWO}\n", app__py="t = 1\n")
    dated.repo.git("merge", "side", check=False)
    assert sorted(used(dated.repo)) == ["HEAD:.env", "index:.env", "index:app.py"]
