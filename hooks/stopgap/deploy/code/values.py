"""Values and calls in a program's tokens: texts, lists and maps, put together where the file itself shows how, else `${name}`.

The same shapes as YAML's (`yamls.Text`, `yamls.Map`), so that readers of both ask alike. Variables take the last value that stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import place
from ..shell.commands import Unreadable
from ..yamls import Map, Text
from .given import LONGEST, MOST, Call, called, joined, text, unknown
from .tokens import Token, tokens

STEPS = 400_000  # tokens that are looked at for one file, some more than once
DEEPEST = 40
JOINS = {"js": "+", "php": ".", "ruby": "+"}
ACCESS = {"js": (".", "?."), "php": ("->", "::"), "ruby": (".", "::")}
FUNCTIONS = frozenset(("function", "fn", "async", "lambda", "proc", "static"))
END = Token("end", "", 0)
VARIABLE = re.compile(r"\$\{(\w+)\}")


class Program:
    """One file: its tokens, and the variables that are set so far. `folder` is where the file lies."""

    def __init__(self, source: str, language: str, folder: str = place.ROOT, *, inside: bool = False) -> None:
        self.tokens = tokens(source, language, inside=inside)
        self.language = language
        self.folder = folder
        self.known: dict[str, Any] = {}
        self.at = 0
        self.left = STEPS

    def calls(self) -> Iterator[Call]:
        """Every call in the order of the file; assignments above it are known."""
        for number, token in enumerate(self.tokens):
            if token.kind != "name":
                continue
            self.assign(number)
            behind = self.tokens[number + 1] if number + 1 < len(self.tokens) else END
            if behind.text == "(" and behind.kind == "sign":
                self.at = number + 2
                call = Call(self.path(number), self.items(")", 0), token.line, number)
                if call.name == "define" and call.text(0) and len(call.arguments) > 1:
                    self.known[call.text(0)] = call.arguments[1]
                yield call
            elif behind.kind == "text" and (token.text == "`" or self.language == "js"):
                yield Call(token.text, [self.filled(behind)], token.line)

    def path(self, number: int) -> str:
        """The whole name of what is called."""
        name = self.tokens[number].text
        while number > 1 and self.tokens[number - 1].text in ACCESS[self.language] and self.tokens[number - 1].kind == "sign":
            before = self.tokens[number - 2]
            if before.kind != "name":
                return "." + name
            name, number = f"{before.text}.{name}", number - 2
        return name

    def assign(self, number: int) -> None:
        """`name = value` at a token: what it is from here on."""
        behind = self.tokens[number + 1] if number + 1 < len(self.tokens) else END
        if behind.kind != "sign" or behind.text not in ("=", "+=", ".=", ":"):
            return
        if behind.text == ":" or (number and self.tokens[number - 1].text in ACCESS[self.language]):
            return
        self.at = number + 2
        value, name = self.value(0), self.tokens[number].text
        self.known[name] = joined(self.known.get(name, ""), value) if behind.text in ("+=", ".=") else value

    def peek(self) -> Token:
        """The next token; the end of the file is one too."""
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> Token:
        """The next token, which is done with."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("it is nested too deeply")
        found = self.peek()
        self.at += 1
        return found

    def skip(self, closing: str) -> None:
        """Goes on behind the bracket that closes the one that is open."""
        depth = 1
        while depth and self.peek() is not END:
            said = self.take()
            depth += (said.kind == "sign") * ((said.text in "([{") - (said.text in ")]}"))

    def blank(self) -> None:
        """Goes over new lines, which mean nothing within brackets."""
        while self.peek().text == "\n" and self.peek().kind == "sign":
            self.take()

    def items(self, closing: str, depth: int) -> list[Any]:
        """The values up to a closing bracket; one with names before the values is a map, as the last of the list."""
        found: list[Any] = []
        named = Map()
        named.line = self.peek().line
        while True:
            self.blank()
            said = self.peek()
            if said is END or (said.kind == "sign" and said.text in ")]}"):
                self.take()
                break
            if said.kind == "sign" and said.text in ",;":
                self.take()
                continue
            before = self.at
            self.item(found, named, depth)
            if self.at == before:
                self.take()
        if named:
            found.append(named)
        return found

    def item(self, found: list[Any], named: Map, depth: int) -> None:
        """One value of a list, or one key with its value."""
        said = self.peek()
        if said.text == "..." or (said.text == "*" and self.language == "ruby"):
            self.take()
            spread = self.value(depth + 1)
            self.left -= len(spread) if isinstance(spread, (Map, list)) else 0
            if isinstance(spread, Map):
                named.update(spread)
            else:
                found.extend(spread[:MOST] if isinstance(spread, list) else [spread])
            return
        behind = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else END
        if said.kind in ("name", "text") and behind.text == ":" and behind.kind == "sign" and self.language != "php":
            self.at += 2
            self.blank()
            named[said.text] = self.value(depth + 1)
            return
        value = self.value(depth + 1)
        self.blank_before("=>")
        if self.peek().text == "=>" and self.peek().kind == "sign" and isinstance(value, Text):
            self.take()
            self.blank()
            named[str(value)] = self.value(depth + 1)
        else:
            found.append(value)

    def blank_before(self, sign: str) -> None:
        """Goes over new lines where such a sign stands behind them."""
        at = self.at
        while at < len(self.tokens) and self.tokens[at].text == "\n":
            at += 1
        if at < len(self.tokens) and self.tokens[at].text == sign:
            self.at = at

    def value(self, depth: int) -> Any:
        """A value: terms that are joined, or one that stands in for another."""
        if depth > DEEPEST:
            raise Unreadable("it is nested too deeply")
        first = self.term(depth)
        while True:
            sign = self.peek()
            if sign.kind == "name" and sign.text == "or":
                sign = Token("sign", "||", sign.line)
            if sign.kind != "sign":
                return first
            if sign.text == JOINS[self.language] or (sign.text == "<<" and isinstance(first, list)):
                self.take()
                self.blank()
                first = joined(first, self.term(depth + 1))
            elif sign.text in ("||", "??", "?:"):
                self.take()
                self.blank()
                second = self.value(depth + 1)
                first = first if is_known(first) and first != "" else second
            elif sign.text == "?" and self.language != "ruby":
                self.take()
                one = self.value(depth + 1)
                if self.peek().text == ":":
                    self.take()
                other = self.value(depth + 1)
                first = one if one == other else unknown("...", sign.line)
            else:
                return first

    def term(self, depth: int) -> Any:
        """One value without an operator."""
        said = self.take()
        if said.kind == "text":
            return self.chain(self.filled(said), "", depth)
        if said.kind == "number":
            return text(said.text, said.line)
        if said.kind == "name":
            return self.named(said, depth)
        if said.text in "[{" and said.kind == "sign":
            found = self.items(CLOSE[said.text], depth + 1)
            is_map = len(found) == 1 and isinstance(found[0], Map)
            made: Any = found[0] if is_map else Map() if said.text == "{" and self.language != "ruby" and not found else found
            return self.chain(made, "", depth)
        if said.text == "(" and said.kind == "sign":
            return self.parenthesis(said, depth)
        if said.text in ("!", "-", "&", "@", "+", "~", ":", "*", "->") and said.kind == "sign":
            return self.term(depth + 1) if depth < DEEPEST else unknown("...", said.line)
        self.at -= said.text in ")]},;" and said.kind == "sign"
        return unknown("...", said.line)

    def parenthesis(self, said: Token, depth: int) -> Any:
        """`(a + b)`, or the arguments of an arrow function, which is not looked into."""
        found = self.items(")", depth + 1)
        if self.peek().text == "=>" and self.language == "js":
            return self.function(said)
        return self.chain(found[0] if len(found) == 1 else unknown("...", said.line), "", depth)

    def function(self, said: Token) -> Text:
        """A function: what it gives is not known; its body is gone over."""
        while self.peek() is not END and not (self.peek().kind == "sign" and self.peek().text in ("{", ",", ";", ")", "]", "}", "\n")):
            if self.take().text == "(":
                self.skip(")")
        if self.peek().text == "{":
            self.take()
            self.skip("}")
        return unknown("function", said.line)

    def named(self, said: Token, depth: int) -> Any:
        """A variable, a constant, a call, a function."""
        name = said.text
        if name in FUNCTIONS:
            return self.function(said)
        if name in ("new", "await", "return", "clone", "typeof"):
            return self.term(depth + 1) if depth < DEEPEST else unknown("...", said.line)
        if self.peek().text == "=>" and self.language == "js":
            return self.function(said)
        if name in ("__dirname", "__DIR__"):
            return self.chain(text(self.folder, said.line), name, depth)
        if name in ("true", "false", "null", "nil", "undefined", "TRUE", "FALSE", "NULL"):
            return text("" if name.lower() in ("null", "nil", "undefined") else name.lower(), said.line)
        if name == "DIRECTORY_SEPARATOR":
            return text("/", said.line)
        return self.chain(self.known.get(name, unknown(name, said.line)), name, depth)

    def chain(self, value: Any, name: str, depth: int) -> Any:
        """What stands behind a value: `.key`, `['key']`, a call."""
        while True:
            sign = self.peek()
            if sign.kind != "sign":
                return value
            if sign.text in ACCESS[self.language] and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind == "name":
                self.take()
                key = self.take().text
                name = f"{name}.{key}"
                if self.peek().text != "(":
                    held = value.get(key) if isinstance(value, Map) else None
                    if held is None and name in (f"self.{key}", f"static.{key}", f"$this.{key}"):
                        held = self.known.get(key, self.known.get("$" + key))
                    value = held if held is not None else unknown(name, sign.line)
            elif sign.text == "[" and name:
                self.take()
                inner = self.items("]", depth + 1)
                key = str(inner[0]) if inner else ""
                held = value.get(key) if isinstance(value, Map) else None
                value, name = held if held is not None else unknown(f"{name}.{key}", sign.line), f"{name}.{key}"
            elif sign.text == "(" and name:
                self.take()
                value = called(name, value, self.items(")", depth + 1), sign.line)
            else:
                return value

    def filled(self, said: Token) -> Text:
        """A text with the variables put in that the file sets."""

        def held(found: re.Match[str]) -> str:
            value = self.known.get(found[1], self.known.get("$" + found[1]))
            return str(value)[:LONGEST] if isinstance(value, str) else found[0]

        return text(VARIABLE.sub(held, said.text) if len(said.text) <= 4 * LONGEST else said.text, said.line)


CLOSE = {"[": "]", "{": "}"}


def is_known(value: Any) -> bool:
    """Whether the file says all of a value."""
    return not isinstance(value, str) or place.is_known(value)
