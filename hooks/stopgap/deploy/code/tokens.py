"""The tokens of JavaScript, PHP and Ruby, as far as configuration needs them: texts, names, numbers and signs, each with its line.

A text holds what the program would see; what is put into it stands as `${name}`, as a variable of the shell would. The work is linear in
the length of the source: each place is looked at once, and what is put into a text ends after `INNER` characters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..shell.commands import Unreadable

MOST = 200_000  # tokens of one file
INNER = 2000  # characters of what is put into a text
WORD = re.compile(r"[A-Za-z_$@\x80-\U0010ffff][\w$]*")
RUBY_WORD = re.compile(r"[A-Za-z_$@\x80-\U0010ffff]\w*(?:[?!](?!=))?")
PHP_WORD = re.compile(r"\\?[A-Za-z_$][\w$]*(?:\\\w+)*")
WORDS = {"js": WORD, "php": PHP_WORD, "ruby": RUBY_WORD}
NUMBER = re.compile(r"\d[\w.]*")
SIGN = re.compile(r"=>|->|::|\.\.\.|\?\?|\?:|\|\||&&|\?\.|\+=|\.=|<<|[=!]==?|<=|>=|[^\w\s]|.", re.DOTALL)
PATTERN = re.compile(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,1000}/\w*")
PERCENT = re.compile(r"%([wWiIqQ]?)([\[({<|!])")
RUBY_HEREDOC = re.compile(r"<<([~-]?)(['\"`]?)([A-Z_]\w*)\2")
PHP_HEREDOC = re.compile(r"<<<[ \t]*(['\"]?)(\w+)\1[^\n]{0,80}\n")
SYMBOL = re.compile(r":(?:\"([^\"\n]*)\"|'([^'\n]*)'|([A-Za-z_]\w*[?!]?))")
PHP_OPEN = re.compile(r"<\?(?:php\b|=)", re.IGNORECASE)
CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
INSIDE = {
    "js": re.compile(r"(?P<open>\$\{)"),
    "php": re.compile(r"(?P<open>\{(?=\$)|\$\{)|\$(?P<name>[A-Za-z_]\w*)(?:->\w+|\[[\w'\"]*\])?"),
    "ruby": re.compile(r"(?P<open>#\{)"),
}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "0": "\0"}


class Token(NamedTuple):
    """`kind` is text, name, number or sign; a symbol of Ruby is a text, a new line of Ruby a sign."""

    kind: str
    text: str
    line: int


def tokens(source: str, language: str, *, inside: bool = False) -> list[Token]:
    """The tokens of a file. `inside`: PHP without its opening tag. Raises Unreadable where there are too many."""
    return Scanner(source.replace("\r\n", "\n"), language, inside).scan()


class Scanner:
    """Reads one source from front to back."""

    def __init__(self, source: str, language: str, inside: bool) -> None:
        self.source = source
        self.language = language
        self.at = 0 if inside or language != "php" else self.opening(0)
        self.counted, self.line = 0, 1
        self.found: list[Token] = []
        self.documents: list[tuple[int, re.Match[str]]] = []

    def opening(self, at: int) -> int:
        """Where PHP begins behind a place."""
        found = PHP_OPEN.search(self.source, at)
        return found.end() if found else len(self.source)

    def here(self) -> int:
        """The line of the current place."""
        self.line += self.source.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def add(self, kind: str, text: str) -> None:
        """One more token, which begins at the current place."""
        if len(self.found) >= MOST:
            raise Unreadable("it has too many tokens")
        self.found.append(Token(kind, text, self.here()))

    def scan(self) -> list[Token]:
        """All tokens."""
        source = self.source
        while self.at < len(source):
            sign = source[self.at]
            if sign == "\n":
                if self.language == "ruby":
                    self.add("sign", "\n")
                self.at += 1
                self.bodies()
            elif sign.isspace():
                self.at += 1
            elif not (self.comment(sign) or self.text(sign) or self.special(sign)):
                self.plain()
        return self.found

    def comment(self, sign: str) -> bool:
        """A comment, or the end of PHP."""
        source, at = self.source, self.at
        end = -1
        if self.language == "ruby":
            if sign == "#":
                end = source.find("\n", at)
            elif source.startswith("=begin", at) and source[at - 1 : at] in ("", "\n"):
                end = source.find("\n=end", at)
                end = source.find("\n", end + 1) if end >= 0 else -1
            elif source.startswith("__END__\n", at) and source[at - 1 : at] in ("", "\n"):
                end = len(source)
            else:
                return False
        elif source.startswith("//", at) or (self.language == "php" and sign == "#" and source[at + 1 : at + 2] != "["):
            end = source.find("\n", at)
            closed = source.find("?>", at, end if end >= 0 else len(source)) if self.language == "php" else -1
            end = closed if closed >= 0 else end
        elif source.startswith("/*", at):
            end = source.find("*/", at + 2)
            end = end + 2 if end >= 0 else -1
        elif self.language == "php" and source.startswith("?>", at):
            self.add("sign", ";")
            end = self.opening(at + 2)
        else:
            return False
        self.at = end if end >= 0 else len(source)
        return True

    def text(self, sign: str) -> bool:
        """A text between quotes."""
        if sign not in "'\"`" or not sign:
            return False
        fills = {"js": "`", "php": '"`', "ruby": '"`'}[self.language]
        first = self.at
        said, after = self.quoted(first + 1, sign, sign in fills, sign == "'" and self.language != "js")
        if sign == "`" and self.language != "js":
            self.add("name", "`")
        self.add("text", said)
        self.at = after
        return True

    def quoted(self, at: int, closing: str, fills: bool, bare: bool, opening: str = "") -> tuple[str, int]:
        """A text up to its closing sign, and where the source goes on. `bare`: a backslash means little in it."""
        source, parts, depth = self.source, [], 0
        inner = INSIDE[self.language]
        while at < len(source):
            sign = source[at]
            if sign == "\\" and at + 1 < len(source):
                after = source[at + 1]
                parts.append(
                    (after if after in (closing, "\\") else "\\" + after) if bare else "" if after == "\n" else ESCAPES.get(after, after)
                )
                at += 2
                continue
            if sign == closing and not depth:
                return "".join(parts), at + 1
            depth += (sign == opening) - (sign == closing) if opening else 0
            found = inner.match(source, at) if fills else None
            if found and found["open"]:
                end = self.matching(found.end())
                parts.append(variable(source[found.end() : end]))
                at = end + 1
            elif found:
                parts.append(variable(found[0]))
                at = found.end()
            else:
                parts.append(sign)
                at += 1
        return "".join(parts), len(source)

    def matching(self, at: int) -> int:
        """Where the brace that is open at a place closes."""
        depth, first = 1, at
        while at < len(self.source) and at - first < INNER:
            depth += (self.source[at] == "{") - (self.source[at] == "}")
            if not depth:
                return at
            at += 1
        return at

    def special(self, sign: str) -> bool:
        """Here-documents, lists of words, symbols and regular expressions."""
        source, at = self.source, self.at
        if self.language == "php" and sign == "<" and (found := PHP_HEREDOC.match(source, at)):
            self.php_document(found)
            return True
        if self.language == "ruby":
            if sign == "%" and self.begins_value() and (found := PERCENT.match(source, at)):
                self.percent(found)
                return True
            if sign == "<" and self.begins_value(document=True) and (found := RUBY_HEREDOC.match(source, at)):
                self.documents.append((len(self.found), found))
                self.add("text", "")
                self.at = found.end()
                return True
            if sign == ":" and not source.startswith("::", at) and source[at - 1 : at] != ":" and (found := SYMBOL.match(source, at)):
                self.add("text", found[1] or found[2] or found[3] or "")
                self.at = found.end()
                return True
        if sign == "/" and self.language != "php" and self.begins_value() and (found := PATTERN.match(source, at)):
            self.add("text", "${expression}")
            self.at = found.end()
            return True
        return False

    def begins_value(self, document: bool = False) -> bool:
        """Whether a value may begin here, so that a slash is no division, a percent sign no rest."""
        last = self.found[-1] if self.found else None
        if last is None or (last.kind == "sign" and last.text not in ")]}"):
            return True
        blank_before = self.source[self.at - 1 : self.at].isspace()
        blank_behind = self.source[self.at + 1 : self.at + 2].isspace()
        return last.text in ("return", "typeof", "case", "and", "or", "if") or (
            last.kind == "name" and self.language == "ruby" and ((blank_before and not blank_behind) or document)
        )

    def percent(self, found: re.Match[str]) -> None:
        """`%w[a b]`: a list of words; `%q(a)`: a text."""
        opening = found[2]
        closing = CLOSING.get(opening, opening)
        said, after = self.quoted(found.end(), closing, found[1] not in ("w", "i", "q"), False, opening if closing != opening else "")
        if found[1] in ("w", "W", "i", "I"):
            self.add("sign", "[")
            for word in said.split():
                self.add("text", word)
                self.add("sign", ",")
            self.add("sign", "]")
        else:
            self.add("text", said)
        self.at = after

    def php_document(self, found: re.Match[str]) -> None:
        """`<<<NAME`, up to a line that begins with the name."""
        last = re.compile(rf"^[ \t]*{found[2]}\b", re.MULTILINE).search(self.source, found.end())
        end = last.start() if last else len(self.source)
        body = self.source[found.end() : end]
        self.at = found.end()
        self.add("text", filled(body, "php") if found[1] != "'" else body)
        self.at = last.end() if last else end

    def bodies(self) -> None:
        """The here-documents of Ruby that begin on this line, put where they were named."""
        for number, found in self.documents:
            indent = r"[ \t]*" if found[1] else ""
            last = re.compile(rf"^{indent}{found[3]}$", re.MULTILINE).search(self.source, self.at)
            end = last.start() if last else len(self.source)
            body = self.source[self.at : end]
            self.found[number] = Token("text", filled(body, "ruby") if found[2] != "'" else body, self.here())
            self.at = last.end() if last else end
        self.documents.clear()

    def plain(self) -> None:
        """A name, a number, or a sign."""
        for kind, form in (("name", WORDS[self.language]), ("number", NUMBER), ("sign", SIGN)):
            found = form.match(self.source, self.at)
            if found:
                self.add(kind, found[0].lstrip("\\") if kind == "name" else found[0])
                self.at = found.end()
                return


def filled(body: str, language: str) -> str:
    """A here-document with what is put into it as `${name}`."""
    return re.sub(
        r"\{\$([^{}\n]*)\}|\$(\w+)" if language == "php" else r"#\{([^{}\n]*)\}",
        lambda found: variable(next(filter(None, found.groups()), "")),
        body,
    )


def variable(inner: str) -> str:
    """What is put into a text, as a variable: `${release_path}` of `$release_path`, `fetch(:release_path)`, `shipit.releasePath`."""
    said = inner.strip().removeprefix("$")
    found = re.fullmatch(r"fetch\(\s*:(\w+).*\)|get\(\s*['\"](\w+)['\"].*\)", said, re.DOTALL)
    name = (found[1] or found[2]) if found else re.sub(r"\W+", "_", said)[:80].strip("_")
    return "${" + (name or "...") + "}"
