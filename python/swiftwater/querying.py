"""`query` and `eval`: pandas' expressions, read by Python's own parser and turned into the engine's."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from typing import Any, Dict, List, Mapping, Optional, Tuple

from . import columntypes as T
from . import expressions as X
from .frame import DataFrame
from .missing import not_there
from .series import Series

_COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class UndefinedVariableError(NameError):
    """A name that is neither a column nor a variable."""


def _cleaned(text: str) -> Tuple[str, Dict[str, str]]:
    """The text as Python reads it: `@name` and `` `a b` `` as plain names, `&` and `|` as words."""
    names: Dict[str, str] = {}
    pieces: List[str] = []
    i = 0
    while i < len(text):
        c = text[i]
        if c == "`":
            end = text.find("`", i + 1)
            if end < 0:
                raise SyntaxError("Failed to parse backticks: no closing backtick")
            name = f"__column_{len(names)}"
            names[name] = text[i + 1 : end]
            pieces.append(name)
            i = end + 1
        elif c in "'\"":
            end = i + 1
            while end < len(text) and text[end] != c:
                end += 2 if text[end] == "\\" else 1
            pieces.append(text[i : end + 1])
            i = end + 1
        elif c == "@":
            pieces.append("__local_")
            i += 1
        else:
            pieces.append(c)
            i += 1
    joined = "".join(pieces).strip()
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(joined).readline):
        if token.type == tokenize.OP and token.string in ("&", "|"):
            tokens.append((tokenize.NAME, "and" if token.string == "&" else "or"))
        else:
            tokens.append((token.type, token.string))
    return tokenize.untokenize(tokens).strip(), names


class _Scope:
    """What names mean: columns, levels of the index, and with `@` variables of the caller."""

    def __init__(self, frame: DataFrame, options: Mapping[str, Any], names: Dict[str, str], depth: int) -> None:
        self.frame = frame
        self.names = names
        caller = sys._getframe(depth)
        self.variables: Dict[str, Any] = {**caller.f_globals, **caller.f_locals}
        self.variables.update(options.get("global_dict") or {})
        self.variables.update(options.get("local_dict") or {})

    def look_up(self, name: str) -> Any:
        if name.startswith("__local_"):
            wanted = name[len("__local_") :]
            if wanted not in self.variables:
                raise UndefinedVariableError(f"local variable '{wanted}' is not defined")
            return self.variables[wanted]
        label = self.names.get(name, name)
        frame = self.frame
        if frame._has(label):
            return frame._column(label)
        levels = frame._levels
        if label in levels.names:
            e = levels.expressions()[levels.names.index(label)]
            return Series._make(frame._rows, e, label, levels)
        if label == "index" and len(levels.names) == 1:
            return Series._make(frame._rows, levels.expressions()[0], None, levels)
        raise UndefinedVariableError(f"name '{label}' is not defined")


class _Evaluator:
    def __init__(self, scope: _Scope) -> None:
        self.scope = scope

    def value(self, node: ast.AST) -> Any:
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            raise NotImplementedError(f"'{type(node).__name__}' nodes are not implemented")
        return method(node)

    def _Expression(self, node: ast.Expression) -> Any:
        return self.value(node.body)

    def _Constant(self, node: ast.Constant) -> Any:
        return node.value

    def _Name(self, node: ast.Name) -> Any:
        if node.id in ("True", "False", "None"):
            return {"True": True, "False": False, "None": None}[node.id]
        return self.scope.look_up(node.id)

    def _List(self, node: ast.List) -> Any:
        return [self.value(e) for e in node.elts]

    def _Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.value(e) for e in node.elts)

    def _BinOp(self, node: ast.BinOp) -> Any:
        import operator

        left, right = self.value(node.left), self.value(node.right)
        functions: Dict[Any, Any] = {
            ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
            ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitXor: operator.xor,
        }  # fmt: skip
        function = functions.get(type(node.op))
        if function is None:
            raise NotImplementedError(f"'{type(node.op).__name__}' nodes are not implemented")
        return function(left, right)

    def _UnaryOp(self, node: ast.UnaryOp) -> Any:
        value = self.value(node.operand)
        if isinstance(node.op, (ast.Not, ast.Invert)):
            return ~value if isinstance(value, Series) else not value
        return -value if isinstance(node.op, ast.USub) else value

    def _BoolOp(self, node: ast.BoolOp) -> Any:
        result = self.value(node.values[0])
        for part in node.values[1:]:
            other = self.value(part)
            if not isinstance(result, Series):
                result, other = other, result
            if not isinstance(result, Series):
                result = (result and other) if isinstance(node.op, ast.And) else (result or other)
            else:
                result = result & other if isinstance(node.op, ast.And) else result | other
        return result

    def _Compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        result: Any = None
        for op, comparator in zip(node.ops, node.comparators):
            right = self.value(comparator)
            part = self._compared(op, left, right)
            result = part if result is None else result & part
            left = right
        return result

    def _compared(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(op, (ast.In, ast.NotIn)):
            found = left.isin([right] if isinstance(right, str) else right) if isinstance(left, Series) else left in right
            if isinstance(op, ast.In):
                return found
            return ~found if isinstance(found, Series) else not found
        word = _COMPARISONS.get(type(op))
        if word is None:
            raise NotImplementedError(f"'{type(op).__name__}' nodes are not implemented")
        if not isinstance(left, Series) and isinstance(right, Series):
            left, right = right, left
            word = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(word, word)
        if isinstance(right, (list, tuple)) and word in ("==", "!="):
            found = left.isin(right)
            return found if word == "==" else ~found
        if isinstance(left, Series):
            return left._comparison(word, right)
        import operator

        return {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[word](left, right)

    def _Attribute(self, node: ast.Attribute) -> Any:
        return getattr(self.value(node.value), node.attr)

    def _Subscript(self, node: ast.Subscript) -> Any:
        index = node.slice
        if isinstance(index, ast.Slice):
            part = slice(*(None if p is None else self.value(p) for p in (index.lower, index.upper, index.step)))
            return self.value(node.value)[part]
        inner = getattr(index, "value", index) if type(index).__name__ == "Index" else index
        return self.value(node.value)[self.value(inner)]

    def _Call(self, node: ast.Call) -> Any:
        arguments = [self.value(a) for a in node.args]
        words = {k.arg: self.value(k.value) for k in node.keywords if k.arg is not None}
        if isinstance(node.func, ast.Name) and not node.func.id.startswith("__local_"):
            return _math(node.func.id, arguments)
        return self.value(node.func)(*arguments, **words)


_MATH = {"sqrt": "sqrt", "exp": "exp", "log": "log", "log10": "log10", "floor": "floor", "ceil": "ceil", "abs": "abs"}


def _math(name: str, arguments: List[Any]) -> Any:
    if name not in _MATH:
        raise not_there(f"the function {name} in an expression", "call it on the column")
    (value,) = arguments
    if not isinstance(value, Series):
        import math

        return abs(value) if name == "abs" else getattr(math, name)(value)
    if name == "abs":
        return value.abs()
    e = value._expr if value._expr.type in T.FLOATS else X.Cast(value._expr, "float64")
    return value._with(X.Call(name, (e,), e.type, may_nan=True))


def _evaluated(frame: DataFrame, text: str, options: Mapping[str, Any], depth: int) -> Any:
    cleaned, names = _cleaned(text)
    scope = _Scope(frame, options, names, depth + 1 + int(options.get("level") or 0))
    tree = ast.parse(cleaned, mode="eval")
    return _Evaluator(scope).value(tree)


def query(frame: DataFrame, text: str, options: Mapping[str, Any]) -> DataFrame:
    """The rows for which the text is true."""
    if not isinstance(text, str):
        raise ValueError(f"expr must be a string to be evaluated, {type(text)} given")
    result = _evaluated(frame, text, options, 3)
    if isinstance(result, Series):
        if result._expr.type != "bool":
            found = frame.loc[result]
            assert isinstance(found, DataFrame)
            return found
        return frame._masked(result)
    if isinstance(result, bool):
        return frame.copy() if result else frame.head(0)
    found = frame.loc[result]
    assert isinstance(found, DataFrame)
    return found


def evaluate(frame: DataFrame, text: str, inplace: bool, options: Mapping[str, Any]) -> Any:
    """The value of the text; for `name = …`, the frame with that column."""
    lines = [line for line in text.split("\n") if line.strip()]
    assigned: Optional[DataFrame] = None
    value: Any = None
    for line in lines:
        target, expression = _assignment(line)
        current = frame if assigned is None else assigned
        value = _evaluated(current, expression, options, 3)
        if target is None:
            if len(lines) > 1:
                raise ValueError("Multi-line expressions are only valid if all expressions contain an assignment")
            continue
        assigned = current.copy()
        assigned[target] = value
    if assigned is None:
        return value
    if inplace:
        frame._placed(assigned, True)
        return None
    return assigned


def _assignment(line: str) -> Tuple[Optional[str], str]:
    import re

    found = re.match(r"\s*(`[^`]+`|[A-Za-z_]\w*)\s*=(?!=)(.*)$", line)
    if not found:
        return None, line
    return found[1].strip("`"), found[2]

