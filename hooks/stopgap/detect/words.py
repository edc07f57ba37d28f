"""Is this text made of words? By a dictionary (words.toml) and by how its letters follow each other."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache

from . import keys
from .tables import table

TWO_LETTERS = "my is to in of on at by me it no go up or us we do if an as be he so id db ui ci vm os ip qa pw a i"
PARTICLES = frozenset(TWO_LETTERS.split())
RUN = re.compile(r"[A-Za-z]+")
HEX = re.compile(r"(?=.{0,64}[0-9])(?=.{0,64}[a-f])[0-9a-f]{12,}")  # digits of a number, whatever words they look like
SHORTEST_COMPOUND = 8
LONGEST_DISGUISED, TAIL = 24, re.compile(r"[0-9!?#*.-]{1,8}\Z")
LOOKALIKES = str.maketrans("0134578@$", "oieastbas")


@cache
def dictionary() -> frozenset[str]:
    """The words of words.toml; read when first asked for."""
    return frozenset(table("words")["words"].split())


@cache
def pairs() -> dict[str, float]:
    """How likely, as log2 against chance, one letter follows another in the dictionary."""
    from collections import Counter
    from itertools import pairwise

    text = "^" + "^".join(dictionary())
    counts = {a + b: n for (a, b), n in Counter(pairwise(text)).items() if b != "^"}
    firsts: Counter[str] = Counter()
    for pair, n in counts.items():
        firsts[pair[0]] += n
    return {pair: math.log2(26 * (n + 0.5) / (firsts[pair[0]] + 13)) for pair, n in counts.items()}


def made_of_words(run: str, shortest: int = 3) -> bool:
    """`mysecret`: dictionary words in a row, each of `shortest` letters or more."""
    known = dictionary()
    reached = {0}
    for end in range(shortest, min(len(run), 60) + 1):
        if any(start in reached and run[start:end] in known for start in range(max(0, end - 14), end - shortest + 1)):
            reached.add(end)
    return len(run) in reached


def reads_like_a_word(run: str) -> bool:
    """`wachtwoord`, `grzegorz`: letters that follow each other as in a language, known word or not."""
    text = "^" + run
    return len(run) >= 4 and sum(pairs().get(text[i : i + 2], -4.0) for i in range(len(run))) / len(run) > 0.45


def is_word(run: str, guess: bool = True) -> bool:
    """A run of lower-case letters that one can read: `secret`, `mysecret`, `wachtwoord`, and `testpw`, a word for the most part.

    Without `guess`, only words of the dictionary, four letters each where there are several.
    """
    if run in dictionary() or made_of_words(run, 3 if guess else 4):
        return True
    if not guess:
        return False
    if reads_like_a_word(run):
        return True
    most = range(max(4, -(-len(run) * 3 // 5)), min(len(run), 14))
    return any(run[:size] in dictionary() or run[-size:] in dictionary() for size in most)


def letters_are_words(value: str, guess: bool = True) -> bool:
    """At least four of five letters belong to words, whether the case or the signs part them; without `guess`, to the dictionary's."""
    whole = RUN.findall(value)
    parts = [part for part in keys.words(value) if part.isalpha()]
    total = sum(map(len, whole))
    if total < 3 or total < 0.5 * len(value):
        return False
    for runs in (whole, parts):
        if sum(len(run) for run in runs if run.lower() in PARTICLES or is_word(run.lower(), guess and is_regular(run))) >= 0.8 * total:
            return True
    return False


def is_regular(run: str) -> bool:
    """`word`, `Word`, `WORD`, and not `dipPr`, whose case tells that it is none, or several."""
    return run.islower() or run.isupper() or run[1:].islower()


@lru_cache(maxsize=4096)  # the windows around keywords overlap, and samples repeat
def is_words(value: str) -> bool:
    """`user_password`, `my-secret-2`, `hunter2`, `P4ssw0rd!`: words, and few digits or signs besides."""
    if HEX.fullmatch(value):
        return False
    return letters_are_words(value) or (len(value) <= LONGEST_DISGUISED and letters_are_words(value.translate(LOOKALIKES)))


def is_compound(value: str) -> bool:
    """`letmein`, `correcthorse`: words run together without a capital, which no name in a program is, and no label of a form."""
    return len(value) >= SHORTEST_COMPOUND and value.isascii() and value.islower() and value.isalpha() and made_of_several(value)


def made_of_several(run: str) -> bool:
    """Words of the dictionary in a row, and none by itself."""
    return run not in dictionary() and made_of_words(run)


def is_disguised(value: str) -> bool:
    """`P4ssw0rd!`, `super$ecret`: words only once its digits and signs are read as letters. People write so to make a password."""
    word = TAIL.sub("", value)
    if len(word) > LONGEST_DISGUISED or not letters_are_words(word.translate(LOOKALIKES), guess=False):
        return False
    return not letters_are_words(word, guess=False)
