"""The commands of a script, in the order in which they stand, each with where it runs. Nothing is run; both sides of an `if` count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .. import place
from .words import EACH, LEAST, Scope, Word, text, value, words
from .wrapped import ssh, unwrapped

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST = 1 << 20  # bytes of a script
BARE = re.compile(r"(?<![\\$])\$([A-Za-z_]\w*|\d)(?=[-+/.,*?~])")
DEEPEST = 12  # functions within functions, scripts within scripts
MOST = 20_000  # commands of one script, and times that a loop's body is read
LOOPS = 16  # values of a loop, and commands behind one in its pipeline, that are looked at
SHELLS = frozenset(("bash", "sh", "zsh", "dash", "ksh", "ash"))


class Command(NamedTuple):
    """A command as it runs. `host`: "" here, else the machine that ssh names. `then`: those behind it in its pipeline."""

    name: str
    arguments: tuple[Word, ...]
    line: int
    cwd: str
    host: str = ""
    shell: str = "bash"
    stdin: str = ""
    output: str = ""
    then: tuple[Command, ...] = ()
    behind: bool = False

    def texts(self) -> list[str]:
        """The arguments, as text."""
        return [word.text for word in self.arguments]


class Script(NamedTuple):
    """A script to read: its first line's number in the file, where it runs, and in which folder it lies."""

    source: str
    line: int = 1
    cwd: str = place.ROOT
    folder: str = place.ROOT
    shell: str = "bash"
    variables: dict[str, list[str]] = {}  # noqa: RUF012 -- never changed
    host: str = ""
    depth: int = 0


class Unreadable(Exception):
    """The script is no shell script, or not one that can be read."""


@cache
def parser() -> Parser:
    """tree-sitter's parser of bash."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def prepared(source: str) -> bytes:
    """The source with braces where the grammar needs them: else it ends `$host:/srv/$name/x` behind the last `$`."""
    return BARE.sub(r"${\1}", source.replace("\r\n", "\n")).encode("utf-8", "replace")


def commands(script: Script) -> Iterator[Command]:
    """The commands of a script. Raises Unreadable where there is more than a MiB of it."""
    data = prepared(script.source)
    if len(data) > LONGEST:
        raise Unreadable("it has more than a MiB")
    yield from Reader(script).read(parser().parse(data).root_node)


def broken_at(source: str) -> int:
    """The first line that the grammar finds to be no shell, 0 where there is none."""
    node = parser().parse(prepared(source)).root_node
    while node.has_error:
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None or inner.is_missing:
            return (inner or node).start_point[0] + 1
        node = inner
    return 0


class Reader:
    """Reads one script from top to bottom; keeps its functions, and counts so as to end."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.functions: dict[str, Node] = {}
        self.called: set[str] = set()
        self.left = MOST

    def read(self, root: Node) -> Iterator[Command]:
        """The commands of the script, and of the functions that it never calls."""
        script = self.script
        scope = Scope(script.cwd, script.folder, script.variables, script.shell, [LEAST + EACH * len(script.source)])
        self.find_functions(root)
        yield from self.walk(root, scope, script.depth)
        for name, body in self.functions.items():
            if name not in self.called:
                yield from self.walk(body, scope.inner(), script.depth + 1)

    def find_functions(self, root: Node) -> None:
        """All functions by name: one may be called above the place where it stands."""
        todo = [root]
        while todo:
            node = todo.pop()
            name, body = (
                (node.child_by_field_name(field) for field in ("name", "body")) if node.type == "function_definition" else (None, None)
            )
            if name is not None and body is not None:
                self.functions[text(name)] = body
            todo += node.named_children

    def walk(self, node: Node, scope: Scope, depth: int) -> Iterator[Command]:
        """The commands under a node; what they do to variables and to the place stays in `scope`."""
        self.left -= 1
        if self.left < 0 or depth > DEEPEST or node.type in ("function_definition", "comment"):
            return
        kind = node.type
        if kind in ("variable_assignment", "declaration_command"):
            self.assign(node, scope)
        elif kind == "command":
            yield from self.command(node, scope, depth)
        elif kind == "pipeline":
            yield from self.pipeline(node, scope, depth)
        elif kind == "redirected_statement":
            yield from self.redirected(node, scope, depth)
        elif kind == "subshell":
            inner = scope.inner()
            for child in node.named_children:
                yield from self.walk(child, inner, depth)
        elif kind == "for_statement":
            yield from self.loop(node, scope, depth)
        else:
            for child in node.named_children:
                yield from self.walk(child, scope, depth)

    def assign(self, node: Node, scope: Scope) -> None:
        """`NAME=value`, `NAME=(a b)`, `NAME+=value`, `export NAME=value`."""
        for each in node.named_children if node.type == "declaration_command" else [node]:
            name, given = each.child_by_field_name("name"), each.child_by_field_name("value")
            if each.type != "variable_assignment" or name is None:
                continue
            key = text(name).partition("[")[0]
            if given is None:
                held = [""]
            elif given.type == "array":
                held = [word.text for child in given.named_children for word in words(child, scope)]
            else:
                held = [value(given, scope)]
            added = any(child.type == "+=" for child in each.children)
            before = scope.variables.get(key, [])
            if added and given is not None and given.type != "array":
                held = ["".join((*before, *held))]
            elif added:
                held = [*before, *held]
            scope.variables[key] = held

    def loop(self, node: Node, scope: Scope, depth: int) -> Iterator[Command]:
        """The body once for each value of a `for`, or once where they are not known."""
        name, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        if name is None or body is None:
            return
        given = [child for child in node.children_by_field_name("value") if child.is_named]
        held = [word.text for child in given for word in words(child, scope)]
        for one in held[:LOOPS] or ["${" + text(name) + "}"]:
            scope.variables[text(name)] = [one]
            yield from self.walk(body, scope, depth)

    def redirected(self, node: Node, scope: Scope, depth: int) -> Iterator[Command]:
        """A command with its here-document, or with the file that its output goes to."""
        body = node.child_by_field_name("body")
        stdin, output = "", ""
        for child in node.named_children:
            if child.type == "heredoc_redirect":
                document = next((one for one in child.named_children if one.type == "heredoc_body"), None)
                bare = not any(one.type == "heredoc_start" and text(one)[:1] in "'\"\\" for one in child.named_children)
                stdin = (self.filled(text(document), scope) if bare else text(document)) if document is not None else ""
                # the rest of a pipeline stands within the redirection: `cat <<E | ssh host`
                inner = [one for one in child.named_children if one.type in ("command", "pipeline")]
                line = document.start_point[0] if document is not None else 0
                yield from self.fed(body, inner, scope, depth, stdin, line)
                body = None
            elif child.type == "file_redirect":
                target = child.child_by_field_name("destination")
                if target is not None and any(one.type in (">", ">>", ">|", "&>") for one in child.children):
                    output = place.joined(scope.cwd, value(target, scope))
            elif child.type == "herestring_redirect" and child.named_children:
                stdin = value(child.named_children[0], scope)
        if body is not None:
            for one in self.walk(body, scope, depth):
                yield one._replace(output=output, stdin=stdin or one.stdin)

    def fed(self, body: Node | None, inner: list[Node], scope: Scope, depth: int, stdin: str, line: int) -> Iterator[Command]:
        """A command and the here-document it reads; a shell that reads one runs it."""
        if body is None:
            return
        for one in self.walk(body, scope, depth):
            yield one._replace(stdin=stdin)
            if (one.name == "ssh" and not remote_command(one)) or self.runs_input(one):
                yield from self.within(stdin, self.script.line + line, scope, one.host, depth)
        for node in inner:
            for one in self.walk(node, scope, depth):
                yield one._replace(stdin=stdin)
                if one.name == "ssh" and not remote_command(one):
                    yield from self.within(stdin, self.script.line + line, scope, one.host, depth)

    @staticmethod
    def runs_input(command: Command) -> bool:
        """`bash -s`, `sh -e`: a shell that reads its commands from what it is fed."""
        return command.name in SHELLS and "-c" not in command.texts() and all(word.startswith("-") for word in command.texts()[:1])

    def filled(self, document: str, scope: Scope) -> str:
        """A here-document whose variables the local shell fills in; those that nothing here sets stay."""
        return re.sub(
            r"(?<!\\)\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))",
            lambda found: scope.values(found[1] or found[2])[0] if scope.variables.get(found[1] or found[2]) else found[0],
            document,
        )

    def within(self, source: str, line: int, scope: Scope, host: str, depth: int) -> Iterator[Command]:
        """The commands of a script within the script: on another machine where `host` names one."""
        if depth >= DEEPEST:
            return
        cwd = place.HOME if host else scope.cwd
        inner = Script(source, line, cwd, scope.script, "bash", dict(scope.variables), host, depth + 1)
        reader = Reader(inner)
        reader.left = self.left // 2
        yield from reader.read(parser().parse(prepared(source)).root_node)

    def pipeline(self, node: Node, scope: Scope, depth: int) -> Iterator[Command]:
        """Each command of a pipeline, with those behind it."""
        stages = [list(self.walk(child, scope.inner(), depth)) for child in node.named_children]
        for place_, stage in enumerate(stages):
            then = tuple(one for later in stages[place_ + 1 : place_ + LOOPS] for one in later)
            for one in stage:
                yield one._replace(then=then, behind=place_ > 0)

    def command(self, node: Node, scope: Scope, depth: int) -> Iterator[Command]:
        """One command: its own wrappers are taken off, its functions are read, and what ssh or a shell is given to run."""
        name_node = node.child_by_field_name("name")
        if name_node is None:
            self.assign_all(node, scope)
            return
        name = words(name_node, scope)
        given = [word for child in node.children_by_field_name("argument") for word in words(child, scope)]
        for child in node.named_children:
            for target in child.children_by_field_name("destination"):
                given += [] if child.type != "herestring_redirect" else words(target, scope)
        line = self.script.line + node.start_point[0]
        made = Command("", (), line, scope.cwd, self.script.host, scope.shell)
        yield from self.resolved([*name, *given], made, scope, depth)

    def assign_all(self, node: Node, scope: Scope) -> None:
        """`A=1 B=2`, without a command behind."""
        for child in node.named_children:
            if child.type == "variable_assignment":
                self.assign(child, scope)

    def resolved(self, said: list[Word], made: Command, scope: Scope, depth: int) -> Iterator[Command]:
        """The command that the words are."""
        said = unwrapped(said)
        if not said:
            return
        name, given = said[0].text.rpartition("/")[2].removesuffix(".exe"), said[1:]
        if name in ("cd", "pushd", "chdir"):
            target = next((word.text for word in given if word.text != "--" and word.text[:1] != "-"), "~")
            scope.cwd = place.joined(scope.cwd, target)
            return
        if name in self.functions:
            self.called.add(name)
            inner = {"@": [word.text for word in given], "*": [word.text for word in given]}
            inner |= {str(number): [word.text] for number, word in enumerate(given, 1)}
            kept = {key: scope.variables.get(key) for key in inner}
            scope.variables |= inner
            yield from self.walk(self.functions[name], scope, depth + 1)
            scope.variables = {key: held for key, held in scope.variables.items() if key not in kept} | {k: v for k, v in kept.items() if v}
            return
        made = made._replace(name=name, arguments=tuple(given))
        if name == "ssh":
            host, remote = ssh(given)
            yield made._replace(host=host or "${...}")
            if remote:
                yield from self.within(remote, made.line, scope, host, depth)
        elif name in SHELLS and "-c" in (texts := made.texts())[:-1]:
            yield from self.within(texts[texts.index("-c") + 1], made.line, scope, made.host, depth)
        elif name == "eval":
            yield from self.within(" ".join(made.texts()), made.line, scope, made.host, depth)
        else:
            yield made


def remote_command(command: Command) -> str:
    """What an ssh is given to run, "" where it reads its commands."""
    return ssh(list(command.arguments))[1]
