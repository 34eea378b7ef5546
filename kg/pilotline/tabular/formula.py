"""Turns a formula of a mapping, such as `(gross - foil) / area`, into what calculates it."""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pilotline.errors import PilotlineError

# What a name stands for: one value, or those of numbered columns that hold one. Values are numbers, or
# quantities of pint where only their dimensions count.
Named = Mapping[str, Sequence[Any]]
Formula = Callable[[Named], Any]


class FormulaError(PilotlineError, ValueError):
    """A text that is no formula."""


class NoValueError(Exception):
    """A formula that has no result, since a value is missing."""


def _mean(values: Sequence[Any]) -> Any:
    return sum(values[1:], values[0]) / len(values)


def _deviation(values: Sequence[Any]) -> Any:
    """Return the standard deviation of a sample."""
    if len(values) < 2:
        raise NoValueError
    squares = [(value - _mean(values)) ** 2 for value in values]
    return (sum(squares[1:], squares[0]) / (len(values) - 1)) ** 0.5


Functions = Mapping[str, Callable[[Sequence[Any]], Any]]
FUNCTIONS: Functions = {
    "mean": _mean,
    "sd": _deviation,
    "min": min,
    "max": max,
    "sum": lambda values: sum(values[1:], values[0]),
}
# Each function gives the dimension that it takes, and adding sees that all its values have one.
DIMENSIONS: Functions = dict.fromkeys(FUNCTIONS, FUNCTIONS["sum"])
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def parse(text: str, names: Iterable[str], functions: Functions = FUNCTIONS) -> Formula:
    """Return what calculates a formula of names, numbers, + - * / **, brackets and FUNCTIONS.

    Errors: FormulaError. The formula raises NoValueError where a value is missing.

    >>> parse("mean(t) - edge", ["t", "edge"])({"t": [4, 6], "edge": [1]})
    4.0
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"{text!r} is no formula: {error.msg}") from None
    return _Reader(text, frozenset(names), functions).formula(tree.body)


class _Reader:
    """Reads the parts of one formula."""

    def __init__(self, text: str, names: frozenset[str], functions: Functions) -> None:
        self._text, self._names, self._functions = text, names, functions

    def formula(self, node: ast.expr) -> Formula:
        """Return what calculates one part."""
        match node:
            case ast.Constant(value=int() | float() as number):
                return lambda _: number
            case ast.Name(id=name) if name in self._names:
                return lambda named: self._one(name, named)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.formula(operand)
                return lambda named: -inner(named)
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
                combine, one, other = _OPERATORS[type(sign)], self.formula(left), self.formula(right)
                return lambda named: combine(one(named), other(named))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return self._applied(self._functions[name], arguments)
        allowed = f"{', '.join(sorted(self._names))}, numbers, + - * / **, brackets, {', '.join(FUNCTIONS)}"
        raise FormulaError(f"{self._text!r}: {ast.unparse(node)!r} is not understood; use {allowed}")

    def _one(self, name: str, named: Named) -> Any:
        values = named[name]
        if len(values) > 1:
            raise FormulaError(f"{self._text!r}: {name!r} names several columns; say mean({name}) or so")
        if not values:
            raise NoValueError
        return values[0]

    def _applied(self, function: Callable[[Sequence[Any]], Any], arguments: list[ast.expr]) -> Formula:
        """Return what applies a function to all values of its arguments that are there."""
        parts = [self._several(argument) for argument in arguments]

        def calculate(named: Named) -> Any:
            values = [value for part in parts for value in part(named)]
            if not values:
                raise NoValueError
            return function(values)

        return calculate

    def _several(self, node: ast.expr) -> Callable[[Named], Sequence[Any]]:
        match node:
            case ast.Name(id=name) if name in self._names:
                return lambda named: named[name]
        one = self.formula(node)
        return lambda named: [one(named)]
