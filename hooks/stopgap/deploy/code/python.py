"""Python as far as deploy scripts need it: constants, paths and commands put together, calls in their order. Read with `ast`, never run.

What the file does not say stands as `${name}`. Functions of the file are followed where they are called, with what they are given.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import place
from ..shell.commands import Unreadable
from .python_given import LONGEST, MOST, PATH_JOINS, SAME, added, dotted, fields, of_path, strung, unknown

DEEPEST = 6  # functions within functions
STEPS = 200_000  # parts of the source that are looked at, some more than once
FORM = re.compile(r"%(?:\((\w+)\))?[sdr]")


class Called(NamedTuple):
    """A call: its whole name, what it is given, its line, and the folders that `cd` and `lcd` stand in around it."""

    name: str
    arguments: list[Any]
    named: dict[str, Any]
    line: int
    there: str
    here: str

    def argument(self, number: int, *names: str) -> Any:
        """An argument by its place or by one of its names, None where it is not given."""
        if number < len(self.arguments):
            return self.arguments[number]
        return next((self.named[name] for name in names if name in self.named), None)


class Frame:
    """The names that are known in a function, and the folders in which its commands run."""

    def __init__(self, names: dict[str, Any], there: str, here: str, depth: int) -> None:
        self.names = names
        self.there = there
        self.here = here
        self.depth = depth


class Module:
    """One file, read from top to bottom; then each function that nothing there has called. `folder` is where the file lies."""

    def __init__(self, source: str, folder: str) -> None:
        try:
            self.tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Unreadable("it is no Python that can be read") from error
        self.folder = folder
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.followed: set[str] = set()
        self.left = STEPS
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.setdefault(node.name, node)

    def calls(self) -> Iterator[Called]:
        """Every call, in the order in which the file would make them. Raises Unreadable where the text is nested too deeply."""
        try:
            top = Frame({"__file__": posixpath.join(self.folder, "file.py")}, place.HOME, place.ROOT, 0)
            yield from self.body(self.tree.body, top)
            for name, function in self.functions.items():
                if name not in self.followed:
                    yield from self.body(function.body, Frame(dict(top.names), place.HOME, place.ROOT, 1))
        except RecursionError as error:
            raise Unreadable("it is nested too deeply") from error

    def spend(self) -> None:
        """One part more is looked at. Raises Unreadable where there are more than can be followed."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("its calls are more than can be followed")

    def body(self, statements: list[ast.stmt], frame: Frame) -> Iterator[Called]:
        """The calls of some statements; what they set stays in the frame."""
        for node in statements:
            self.spend()
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Import, ast.ImportFrom)):
                continue
            if isinstance(node, (ast.With, ast.AsyncWith)):
                yield from self.within(node, frame)
                continue
            if isinstance(node, (ast.For, ast.AsyncFor)):
                yield from self.loop(node, frame)
                continue
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from self.inside(child, frame)
            self.assign(node, frame)
            for name in ("body", "orelse", "handlers", "finalbody", "cases"):
                for inner in [getattr(node, name, [])]:
                    for part in inner if isinstance(inner, list) else []:
                        yield from self.body([part] if isinstance(part, ast.stmt) else part.body, frame)

    def loop(self, node: ast.For | ast.AsyncFor, frame: Frame) -> Iterator[Called]:
        """The body once for each value that is known, or once."""
        yield from self.inside(node.iter, frame)
        held = self.value(node.iter, frame)
        for one in held[:16] if isinstance(held, list) and held else [None]:
            if isinstance(node.target, ast.Name):
                frame.names[node.target.id] = one if one is not None else "${" + node.target.id + "}"
            yield from self.body(node.body, frame)

    def within(self, node: ast.With | ast.AsyncWith, frame: Frame) -> Iterator[Called]:
        """`with cd(…)`, `with lcd(…)`: the folders hold in the body."""
        inner = Frame(frame.names, frame.there, frame.here, frame.depth)
        for item in node.items:
            call = item.context_expr
            yield from self.inside(call, frame)
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = dotted(call.func).rpartition(".")[2]
            if name in ("cd", "change_dir") or (name.endswith("cd") and name != "lcd"):
                inner.there = place.joined(inner.there, self.text(call.args[0], frame))
            elif name in ("lcd", "chdir", "pushd"):
                inner.here = place.joined(inner.here, self.text(call.args[0], frame))
            if isinstance(item.optional_vars, ast.Name):
                frame.names[item.optional_vars.id] = "${" + name + "}"
        yield from self.body(node.body, inner)

    def assign(self, node: ast.stmt, frame: Frame) -> None:
        """`NAME = value`, `env.NAME = value`, `NAME += value`."""
        if isinstance(node, ast.Assign):
            value = self.value(node.value, frame)
            for target in node.targets:
                frame.names[dotted(target)] = value
                if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, list) and len(value) == len(target.elts):
                    frame.names.update({dotted(one): held for one, held in zip(target.elts, value, strict=True)})
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            frame.names[dotted(node.target)] = self.value(node.value, frame)
        elif isinstance(node, ast.AugAssign):
            name = dotted(node.target)
            frame.names[name] = added(frame.names.get(name, "${" + name + "}"), self.value(node.value, frame))

    def inside(self, node: ast.expr, frame: Frame) -> Iterator[Called]:
        """The calls of an expression, the inner ones first; a function of the file is followed."""
        self.spend()
        if isinstance(node, ast.Lambda):
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self.inside(child, frame)
            elif isinstance(child, (ast.keyword, ast.comprehension)):
                yield from self.inside(child.value if isinstance(child, ast.keyword) else child.iter, frame)
        if not isinstance(node, ast.Call):
            return
        called = self.called(node, frame)
        if called.name in ("os.chdir", "chdir"):
            frame.here = place.joined(frame.here, str(called.argument(0) or "."))
        function = self.functions.get(called.name.rpartition(".")[2] if called.name.startswith(("self.", "execute")) else called.name)
        if function is not None and frame.depth < DEEPEST:
            self.followed.add(function.name)
            yield from self.body(function.body, self.entered(function, called, frame))
        else:
            yield called

    def called(self, node: ast.Call, frame: Frame) -> Called:
        """One call with its arguments."""
        given: list[Any] = []
        for one in node.args:
            held = self.value(one.value if isinstance(one, ast.Starred) else one, frame)
            given += held if isinstance(one, ast.Starred) and isinstance(held, list) else [held]
        named = {word.arg: self.value(word.value, frame) for word in node.keywords if word.arg}
        name = dotted(node.func)
        alias = frame.names.get(name)
        return Called(alias[1] if isinstance(alias, tuple) else name, given, named, node.lineno, frame.there, frame.here)

    def entered(self, function: ast.FunctionDef | ast.AsyncFunctionDef, called: Called, frame: Frame) -> Frame:
        """The frame of a function that is called: its defaults, then what it is given."""
        names = dict(frame.names)
        every = [*function.args.posonlyargs, *function.args.args]
        for one, default in zip(reversed(every), reversed(function.args.defaults), strict=False):
            names[one.arg] = self.value(default, frame)
        for word, standard in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
            names[word.arg] = self.value(standard, frame) if standard is not None else "${" + word.arg + "}"
        own = [one.arg for one in every if one.arg != "self"]
        names.update({name: "${" + name + "}" for name in own if name not in names})
        names.update(dict(zip(own, called.arguments, strict=False)))
        names.update(called.named)
        return Frame(names, called.there, called.here, frame.depth + 1)

    def text(self, node: ast.expr, frame: Frame) -> str:
        """A value as text; `${...}` for what is none."""
        held = self.value(node, frame)
        return held if isinstance(held, str) else "${...}"

    def value(self, node: ast.expr, frame: Frame) -> Any:
        """A text, a list, a flag; a text with `${name}` in it for what is not known."""
        self.spend()
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, (str, bool)) else str(node.value) if isinstance(node.value, int) else None
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [one for each in node.elts for one in self.spread(each, frame)][: 4 * MOST]
        if isinstance(node, ast.JoinedStr):
            parts = (
                str(one.value) if isinstance(one, ast.Constant) else self.text(one.value, frame)
                for one in node.values[:MOST]
                if isinstance(one, (ast.Constant, ast.FormattedValue))
            )
            return "".join(parts)[:LONGEST]
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = dotted(node)
            held = frame.names.get(name, frame.names.get("self." + name))
            return held if held is not None and not isinstance(held, tuple) else unknown(name)
        if isinstance(node, ast.BinOp):
            return self.operated(node, frame)
        if isinstance(node, ast.BoolOp):
            return self.value(node.values[-1], frame)
        if isinstance(node, ast.IfExp):
            one, other = self.value(node.body, frame), self.value(node.orelse, frame)
            return one if one == other else unknown("...")
        if isinstance(node, ast.Subscript):
            return unknown(dotted(node))
        if isinstance(node, ast.Call):
            return self.given(node, frame)
        if isinstance(node, ast.Await):
            return self.value(node.value, frame)
        return unknown("...")

    def spread(self, node: ast.expr, frame: Frame) -> list[Any]:
        """An element of a list; `*other` is all of another."""
        if isinstance(node, ast.Starred):
            held = self.value(node.value, frame)
            return held if isinstance(held, list) else [unknown("...")]
        return [self.value(node, frame)]

    def operated(self, node: ast.BinOp, frame: Frame) -> Any:
        """`a + b`, `"… %s" % a`, `path / "name"`."""
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        if isinstance(node.op, ast.Add):
            return added(left, right)
        if isinstance(node.op, ast.Div) and isinstance(left, str) and isinstance(right, str):
            return posixpath.join(left, right)[:LONGEST]
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return self.formatted(left, node.right, right, frame)
        return unknown("...")

    def formatted(self, form: str, node: ast.expr, right: Any, frame: Frame) -> str:
        """`"… %s" % (a, b)`, `"… %(name)s" % mapping`."""
        values = iter(right if isinstance(right, list) else [right])
        fields = (
            {
                str(key.value): self.text(value, frame)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if isinstance(node, ast.Dict)
            else {}
        )
        owner = dotted(node)

        def held(found: re.Match[str]) -> str:
            if found[1]:
                named = fields.get(found[1], frame.names.get(f"{owner}.{found[1]}"))
                return named if isinstance(named, str) else "${" + found[1] + "}"
            value = next(values, None)
            return value if isinstance(value, str) else "${...}"

        return FORM.sub(held, form).replace("%%", "%")[:LONGEST]

    def given(self, node: ast.Call, frame: Frame) -> Any:
        """What a call gives, of the few that paths and commands are made with."""
        name, last = dotted(node.func), dotted(node.func).rpartition(".")[2]
        held = [self.value(one, frame) for one in node.args]
        if isinstance(node.func, ast.Attribute) and last == "format":
            named = {word.arg: self.value(word.value, frame) for word in node.keywords if word.arg}
            return fields(self.text(node.func.value, frame), held, named)
        if isinstance(node.func, ast.Attribute) and last == "join" and name not in PATH_JOINS:
            return strung(self.value(node.func.value, frame), held, name)
        if last in SAME and (any(isinstance(one, str) for one in held) or isinstance(node.func, ast.Attribute)):
            texts = [one for one in held if isinstance(one, str)]
            one = texts[0] if texts else self.value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else ""
            return one.split() if last == "split" and isinstance(one, str) else one
        if name in ("os.getcwd", "getcwd", "Path.cwd"):
            return frame.here
        made = of_path(name, held)
        return made if made is not None else self.returned(name, node, frame)

    def returned(self, name: str, node: ast.Call, frame: Frame) -> Any:
        """What a function of the file gives by its first `return`."""
        function = self.functions.get(name)
        if function is None or frame.depth >= DEEPEST:
            return unknown(name)
        found = next((one.value for one in function.body if isinstance(one, ast.Return) and one.value is not None), None)
        return unknown(name) if found is None else self.value(found, self.entered(function, self.called(node, frame), frame))
