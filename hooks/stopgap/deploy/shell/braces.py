"""Brace expansion, as bash does it: `a{b,c}d` gives `abd` and `acd`. bash(1), Brace Expansion. sh has none."""

from __future__ import annotations

MOST = 256  # words out of one


def expanded(text: str) -> list[str]:
    """The words that one word becomes. Quoted signs must be out of the way (`signs`); more than `MOST` words: the word as it is."""
    done, todo = [], [text]
    while todo:
        word = todo.pop(0)
        parts = split(word)
        if parts is None:
            done.append(word)
        else:
            todo[:0] = parts
        if len(done) + len(todo) > MOST:
            return [text]
    return done


def split(word: str) -> list[str] | None:
    """The words of the first brace that holds a comma, the others untouched. None: there is no such brace."""
    start = word.find("{")
    while start >= 0:
        if word[start - 1 : start] != "$" and (found := alternatives(word, start)):
            choices, end = found
            return [word[:start] + choice + word[end:] for choice in choices]
        start = word.find("{", start + 1)
    return None


def alternatives(word: str, start: int) -> tuple[list[str], int] | None:
    """What stands between the commas of the brace that opens at `start`, and where the word goes on behind it."""
    depth, first, choices = 0, start + 1, []
    for at in range(start, len(word)):
        sign = word[at]
        depth += (sign == "{") - (sign == "}")
        if depth == 1 and sign == ",":
            choices.append(word[first:at])
            first = at + 1
        if depth == 0:
            return ([*choices, word[first:at]], at + 1) if choices else None
    return None
