"""Mutants: small faults in a source file, each of which some test should detect."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


_NOTHING: Final = ("return", "None")
"""Values in place of which `None` changes nothing."""


@dataclass(frozen=True)
class Mutant:
    """One fault: its line, its description, and the source with it."""

    line: int
    before: str
    after: str
    source: str


def count_mutants(source: str) -> int:
    """Return the number of mutants of a module."""
    return len(list(_faults(ast.parse(source))))


def make_mutant(source: str, number: int) -> Mutant:
    """Return one mutant; the same number is always the same mutant."""
    tree = ast.parse(source)
    lines = ast.unparse(tree).splitlines()
    node, fault = list(_faults(tree))[number]
    fault()
    mutated = ast.unparse(ast.fix_missing_locations(tree))
    changed = [
        (one, other)
        for one, other in zip(lines, mutated.splitlines(), strict=False)
        if one != other
    ]
    before, after = changed[0] if changed else ("", "")
    return Mutant(node.lineno, before.strip(), after.strip(), mutated)


_Fault = tuple[ast.stmt | ast.expr, "Callable[[], None]"]


def _faults(tree: ast.AST) -> Iterator[_Fault]:
    """Return the possible faults; a fault is applied when it is called."""
    for node in _code(tree):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)):
            yield node.test, _setter(node, "test", ast.UnaryOp(ast.Not(), node.test))
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in _OPPOSITE:
            opposite = _OPPOSITE[type(node.ops[0])]()
            yield node, _setter(node, "ops", [opposite, *node.ops[1:]])
        elif isinstance(node, ast.BoolOp):
            yield node, _setter(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int)):
            other = not node.value if isinstance(node.value, bool) else node.value + 1
            yield node, _setter(node, "value", other)
        elif isinstance(node, ast.Return) and ast.unparse(node.value or node) not in _NOTHING:
            yield node, _setter(node, "value", ast.Constant(None))
        yield from _dropped(node)


def _dropped(node: ast.AST) -> Iterator[_Fault]:
    """Return the removal of a statement that has an effect and defines no name."""
    names = ("body", "orelse", "finalbody")
    for place in [place for name in names if isinstance(place := getattr(node, name, None), list)]:
        for index, statement in enumerate(place):
            does = isinstance(statement, (ast.Raise, ast.AugAssign, ast.Delete)) or (
                isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)
            )
            sets = isinstance(statement, ast.Assign) and not any(
                isinstance(target, (ast.Name, ast.Tuple)) for target in statement.targets
            )
            if does or sets:
                yield statement, _passed(place, index)


def _passed(place: list[ast.stmt], index: int) -> Callable[[], None]:
    def leave_out() -> None:
        place[index] = ast.copy_location(ast.Pass(), place[index])

    return leave_out


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run: no types, docstrings, or code for type checkers only."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            only_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            if isinstance(child, ast.AST) and not only_types:
                yield from _code(child)
