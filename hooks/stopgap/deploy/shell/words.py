"""One word of a script: what its quotes, variables and substitutions come to. bash(1), Expansion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .. import place
from . import signs
from .braces import expanded

if TYPE_CHECKING:
    from tree_sitter import Node

# Names under which CI systems hold the folder of the checkout.
WORKSPACES = frozenset(
    (
        "GITHUB_WORKSPACE",
        "CI_PROJECT_DIR",
        "BITBUCKET_CLONE_DIR",
        "WORKSPACE",
        "BUILD_SOURCESDIRECTORY",
        "SYSTEM_DEFAULTWORKINGDIRECTORY",
        "CIRCLE_WORKING_DIRECTORY",
        "TRAVIS_BUILD_DIR",
        "CODEBUILD_SRC_DIR",
        "DRONE_WORKSPACE",
        "DEPLOYMENT_SOURCE",
        "BUILDKITE_BUILD_CHECKOUT_PATH",
    )
)
EXPANSION = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*|[0-9@*#?])(?:\[[@*0-9]\])?(?P<operator>:?[-=])?(?P<default>.*)\}\Z", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
IN_DOUBLE = re.compile(r"\\([$`\"\\\n])")
DIRECTORY = re.compile(
    r"""(?:cd\s+(?:--\s+)?)?["']?(?:\$\(\s*dirname\s+(?:--\s+)?["']?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?["']?\s*\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\})(?P<up>(?:/\.\.)*)"""
)
IN_VALUE = {ord(sign): signs.OFFSET + ord(sign) for sign in "{},~"}  # in a variable they mean nothing, quoted or not


LEAST, EACH = 1 << 15, 16  # characters that variables may be filled in with: these, and so many for each of the script


class Word(NamedTuple):
    """A word as the command gets it. `pattern`: the shell looks for files that match it. What is not known stands as `${NAME}`."""

    text: str
    pattern: bool = False

    @property
    def known(self) -> bool:
        return place.is_known(self.text)


class Scope:
    """The variables of a script at one point, and where it stands. `script` is the folder in which the script lies."""

    def __init__(
        self, cwd: str, script: str, variables: dict[str, list[str]] | None = None, shell: str = "bash", left: list[int] | None = None
    ) -> None:
        self.cwd = cwd
        self.script = script
        self.variables = dict(variables or {})
        self.shell = shell
        self.left = left or [LEAST]

    def inner(self) -> Scope:
        """That of a subshell: it sees all and changes nothing outside."""
        return Scope(self.cwd, self.script, self.variables, self.shell, self.left)

    def values(self, name: str) -> list[str]:
        """A variable's values: one, those of an array, or itself as `${NAME}` where nothing here sets it, or too much is filled in."""
        if name in self.variables:
            self.left[0] -= sum(map(len, self.variables[name]))
            return self.variables[name] if self.left[0] >= 0 else ["${" + name + "}"]
        if name in ("PWD", "INIT_CWD"):
            return [self.cwd]
        if name in WORKSPACES:
            return [place.ROOT]
        return [place.HOME] if name == "HOME" else ["${" + name + "}"]


def words(node: Node, scope: Scope) -> list[Word]:
    """The words that one becomes: several by braces, by an array, or by an unquoted variable that holds blanks."""
    found = []
    for raw in split(node, scope):
        for word in expanded(raw) if scope.shell == "bash" else [raw]:
            found.append(Word(signs.plain(word), signs.has_pattern(place.UNKNOWN.sub("", word))))
    return found


def value(node: Node, scope: Scope) -> str:
    """The text of a word that is not split, as on the right of an assignment."""
    return signs.plain("".join(pieces(node, scope)))


def split(node: Node, scope: Scope) -> list[str]:
    """The raw words of a node, with quoted signs marked. A blank that is not marked came out of a variable, and parts two words."""
    if node.type == "string" and len(node.named_children) == 1:
        array = array_name(node.named_children[0])
        if array:
            return [signs.quoted(one) for one in scope.values(array)]
    raw = "".join(pieces(node, scope))
    if node.type in ("simple_expansion", "expansion", "command_substitution") or any(sign in raw for sign in " \t\n"):
        return raw.split()
    return [raw]


def array_name(node: Node) -> str:
    """`OPTIONS` of `${OPTIONS[@]}`, "" for anything else."""
    found = re.fullmatch(r"\$\{([A-Za-z_]\w*)\[[@*]\]\}|\$([@*])", text(node))
    return (found[1] or found[2]) if found else ""


def pieces(node: Node, scope: Scope, inside: bool = False) -> list[str]:
    """The parts of a word, in order; `inside`: between double quotes."""
    kind, said = node.type, text(node)
    if kind in ("word", "number", "command_name", "variable_name", "regex", "test_operator") and not (
        kind == "command_name" and node.named_children
    ):
        return [ESCAPE.sub(lambda found: "" if found[1] == "\n" else signs.quoted(found[1]), said)]
    if kind == "raw_string":
        return [signs.quoted(said[1:-1])]
    if kind == "ansi_c_string":
        return [signs.quoted(said[2:-1])]
    if kind in ("string", "translated_string"):
        return doubled(node, scope)
    if kind == "simple_expansion":
        return [shielded(" ".join(scope.values(said[1:])), inside)]
    if kind == "expansion":
        return [shielded(expansion(said, scope), inside)]
    if kind == "command_substitution":
        return [shielded(substituted(said, scope), inside)]
    if kind in ("concatenation", "command_name", "array"):
        return between(node, scope)
    return ["${...}" if kind in ("process_substitution", "arithmetic_expansion") else signs.quoted(said)]


def between(node: Node, scope: Scope) -> list[str]:
    """The parts of a concatenation, with what stands between its nodes."""
    found, at = [], node.start_byte
    for child in node.children:
        found += pieces(child, scope) if child.is_named else [text(child)]
        at = child.end_byte
    return found if at else [text(node)]


def doubled(node: Node, scope: Scope) -> list[str]:
    """What stands between double quotes; the grammar leaves blanks out of its nodes."""
    data, start = node.text or b"", node.start_byte
    found, at = [], 1
    for child in node.named_children:
        first, last = child.start_byte - start, child.end_byte - start
        found.append(literal(data[at:first]))
        found += [literal(data[first:last])] if child.type == "string_content" else pieces(child, scope, inside=True)
        at = last
    return [*found, literal(data[at : len(data) - 1])]


def literal(data: bytes) -> str:
    """A stretch between double quotes that holds no expansion."""
    return signs.quoted(IN_DOUBLE.sub(lambda found: "" if found[1] == "\n" else found[1], data.decode("utf-8", "replace")))


def shielded(held: str, inside: bool) -> str:
    """A variable's value in a word: within quotes its signs mean nothing, outside a pattern in it is one."""
    return signs.quoted(held) if inside else held.translate(IN_VALUE)


def expansion(said: str, scope: Scope) -> str:
    """`${NAME}`, `${NAME:-default}`, `${NAME:=default}`; any other operator gives what is not known."""
    found = EXPANSION.match(said)
    if found is None:
        return place_of_script(said, scope) or "${...}"
    name, operator, default = found["name"], found["operator"], found["default"]
    if operator:
        known = scope.variables.get(name)
        return " ".join(scope.values(name)) if known and known != [""] else variables_in(unwrapped(default), scope)
    return " ".join(scope.values(name)) if not default else "${" + name + "}"


def unwrapped(default: str) -> str:
    """A default without the quotes around it."""
    return default[1:-1] if len(default) > 1 and default[0] == default[-1] and default[0] in "\"'" else default


def variables_in(default: str, scope: Scope) -> str:
    """A default with the variables in it replaced."""
    return re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda found: " ".join(scope.values(found[1])), default)


def substituted(said: str, scope: Scope) -> str:
    """`$(pwd)`, `$(dirname "$0")/..`, `$(git rev-parse --show-toplevel)`; what any other command prints is not known."""
    inner = said[2:-1].strip() if said.startswith("$(") else said[1:-1].strip()
    if inner == "pwd":
        return scope.cwd
    if inner.split() == ["git", "rev-parse", "--show-toplevel"]:
        return place.ROOT
    if inner.startswith("mktemp"):
        return place.TEMPORARY
    return place_of_script(inner if inner.startswith("cd") else said, scope) or "${...}"


def place_of_script(said: str, scope: Scope) -> str:
    """The folder of the script, in the spellings of it; "" for anything else."""
    script = re.sub(
        r"^dirname\s+[\"']?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?[\"']?$", "$(dirname $0)", said[2:-1].strip() if said[:2] == "$(" else said
    )
    found = DIRECTORY.match(script)
    if found is None:
        return ""
    up = re.match(r"\s*[\"']?((?:/[\w.-]+)*)", script[found.end("up") :])
    return place.joined(scope.script, "." + found["up"] + (up[1] if up else ""))


def text(node: Node) -> str:
    """The node's source."""
    return (node.text or b"").decode("utf-8", "replace")
