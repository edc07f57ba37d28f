"""The classifier of keyed values: what it looks at, what it says, and that its weights can be learnt again."""

from __future__ import annotations

import json
import random
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from stopgap.detect import classifier, judgement, sequences
from stopgap.detect.features import features
from stopgap.detect.judgement import Assignment

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "hooks/stopgap/detect/weights.toml"


def made(seed: int, size: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """A random text, the same for the same seed."""
    return "".join(random.Random(seed).choices(alphabet, k=size))


def pair(key: str, value: str, kind: judgement.FileKind = "config", quoted: bool = True, path: str = "app/settings.yml") -> Assignment:
    return Assignment(key, value, quoted, ":", kind, "assign", path)


SILENT = {
    "words": pair("password", "correct-horse-staple"),
    "a word": pair("secret", "swordfish", "code"),
    "counted": pair("api_key", "abcdefgh12345678"),
    "a long sequence": pair("token", "0123456789" * 4),
    "a name": pair("token_type", "Bearer"),
    "made to be refused": pair("token", "invalid_token_" + made(1, 6)),
    "one letter": pair("password", "x" * 12),
    "a reference": pair("password", "${DB_PASSWORD}"),
    "a digest": pair("password", "$2b$12$" + made(2, 53)),
    "a path": pair("private_key", "/etc/ssl/private/host.key"),
}
FOUND = {
    "letters and digits": pair("api_token", made(3, 32)),
    "hexadecimal, with a short run in it": pair("secret_key", made(4, 56, "0123456789abcdef") + "45678abc"),
    "random letters": pair("DB_PASSWORD", made(5, 14, "bcdfghjklmnpqrtvwxz")),
    "with signs": pair("password", made(6, 9) + "!" + made(7, 4) + "#"),
    "in code": pair("client_secret", made(8, 40), "code", path="src/app.py"),
    "in a test": pair("access_token", made(9, 40), "code", path="tests/test_app.py"),
    "bare": pair("PASSWORD", made(10, 16), quoted=False),
}


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_what_is_no_credential_is_not_reported(case: Assignment) -> None:
    assert judgement.judge(case) in (None, "low")


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_a_credential_is_found(case: Assignment) -> None:
    assert judgement.judge(case) == "medium"


@pytest.mark.parametrize("case", [*SILENT.values(), *FOUND.values()], ids=[*SILENT, *FOUND])
def test_what_is_explained_is_what_is_judged(case: Assignment) -> None:
    said = judgement.explained(case)
    verdict = judgement.judge(case)
    assert said[-1][1].endswith({None: "no finding", "low": "low at most", "medium": "medium"}[verdict]) or said[-1][1].endswith(": low")
    assert not any(case.value in text for row in said for text in row)


def test_the_sum_is_that_of_the_weights() -> None:
    case = FOUND["letters and digits"]
    known, always, enough = classifier.weights()
    by_hand = always + sum(known.get(name, 0) for name in features(case)) - enough
    assert classifier.score(case) == pytest.approx(by_hand / 100)
    assert by_hand > 0


def test_features_are_named_once_and_hold_no_value() -> None:
    for seed in range(200):
        value = made(seed, 8 + seed % 40, string.printable.strip())
        names = features(pair("token", value))
        assert len(names) == len(set(names))
        assert not any(value in name for name in names)


def test_weights_are_small_and_known_to_the_features() -> None:
    assert WEIGHTS.stat().st_size < 200_000
    weights, always, enough = classifier.weights()
    assert len(weights) > 30
    assert all(isinstance(weight, int) for weight in (*weights.values(), always, enough))
    assert all(name.startswith(("value: ", "key: ", "place: ", "syntax: ", "around: ")) for name in weights)


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        (made(11, 32), False),
        (made(12, 64, "0123456789abcdef"), False),
        ("abcdefghijklmnop", True),
        ("zyxwvutsrqponmlk", True),
        ("0123456789abcdef" * 2, True),
        ("pk_" + "live_" + "1234567890123456", True),
        ("1234" + made(13, 28), False),
    ],
)
def test_what_counts_up(value: str, counts: bool) -> None:
    assert sequences.is_sequence(value) is counts


def test_random_values_count_by_chance_only() -> None:
    values = [made(seed, 32, "0123456789abcdef") for seed in range(5000)]
    assert sum(map(sequences.is_counted, values)) < 10


def labelled(number: int, label: str) -> dict[str, object]:
    """A line of YAML with a random value, or with a word."""
    value = made(number, 24) if label == "T" else random.Random(number).choice(["swordfish", "letmein", "opensesame", "default_one"])
    text = f'password: "{value}"'
    at = text.index(value)
    row = {"repo": f"r{number % 9}", "path": f"r{number % 9}/c{number}.yml", "line": 3, "label": label, "text": text}
    return {**row, "before": ["a: 1"], "after": ["b: 2"], "value_start": at, "value_end": at + len(value)}


def train(data: Path, output: Path) -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, str(ROOT / "tools/train.py"), str(data), "--output", str(output)]
    return subprocess.run(argv, capture_output=True, check=False, timeout=120)


def test_the_weights_can_be_learnt_again(tmp_path: Path) -> None:
    rows = [labelled(number, "T") for number in range(90)]
    false = [{**labelled(number, "F"), "text": f'password: "{made(number, 7, "bcdfgh")}"'} for number in range(90, 180)]
    (tmp_path / "lines.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, *false]))
    one, two = (train(tmp_path / "lines.jsonl", tmp_path / name) for name in ("one.toml", "two.toml"))
    assert one.returncode == 0, one.stderr
    assert (tmp_path / "one.toml").read_bytes() == (tmp_path / "two.toml").read_bytes()
    assert two.returncode == 0
    precision, recall = re.search(rb"precision (\S+), recall (\S+) ", one.stdout).groups()  # type: ignore[union-attr]
    assert float(precision) >= 0.97
    assert float(recall) >= 0.9
    assert '"value: 5-7 characters" = -' in (tmp_path / "one.toml").read_text()


def test_labels_of_one_kind_teach_nothing(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text("".join(json.dumps(labelled(number, "T")) + "\n" for number in range(20)))
    done = train(tmp_path / "lines.jsonl", tmp_path / "out.toml")
    assert (done.returncode, (tmp_path / "out.toml").exists()) == (2, False)
    assert b"labels of both kinds" in done.stderr
