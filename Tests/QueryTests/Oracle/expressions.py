"""Random frames and expressions with the values that NumPy, pandas and Python give them, as JSON lines.

Usage: expressions.py SEED CASES. Every value is text or null; floats are hexadecimal, so that none is rounded.
Each node carries its text, its values, which of them are missing, and its type as Swiftwater names it.
"""
import json
import math
import random
import re
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
np.seterr(all="ignore")

INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float32", "float64"]
NUMBERS = INTS + FLOATS
WORDS = ["", "a", "b", "abc", "Abc", " abc ", "R2_D2", "a.b", "é", "Straße", "😀a", "tab\t", "aaa", "it's", "\\", "Ωmega"]
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


class Node:
    def __init__(self, text, values, missing, type, literal=False):
        self.text, self.values, self.missing, self.type, self.literal = text, values, missing, type, literal


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, items):
        return self.random.choice(items)

    def chance(self, p):
        return self.random.random() < p

    # Frames

    def frame(self):
        self.rows = self.pick([0, 1, 2, 7, 8, 63, 64, 65, 200])
        self.columns = {}
        for type in NUMBERS + ["bool", "string", "string", "date", "timestamp[ms]", "timestamp[ns]", "timestamp[s]",
                               "timestamp[ms, Europe/Paris]", "timestamp[us, America/New_York]", "timestamp[s, Australia/Lord_Howe]",
                               "timestamp[ms, +05:30]", "duration[ms]", "duration[us]", "bool"]:
            name = f"c{len(self.columns)}"
            self.columns[name] = self.column(name, type)

    def column(self, name, type):
        n = self.rows
        p = self.pick([0, 0, 0.2, 0.5, 1])
        missing = np.array([self.chance(p) for _ in range(n)], dtype=bool)
        if type in INTS:
            info = np.iinfo(type)
            near = [info.min, info.min + 1, info.max, info.max - 1, 0, 1, 2, 3, 5, 7]
            values = [self.pick(near) if self.chance(0.3) else self.random.randint(max(info.min, -20), 20) for _ in range(n)]
            values = np.array(values, dtype=type)
        elif type in FLOATS:
            special = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, math.nan, math.inf, -math.inf, 1e10, 2.0**53, -(2.0**63), 2.0**63]
            values = [self.pick(special) if self.chance(0.3) else round(self.random.uniform(-50, 50), self.pick([0, 1, 3, 10])) for _ in range(n)]
            values = np.array(values, dtype=type)
        elif type == "bool":
            values = np.array([self.chance(0.5) for _ in range(n)], dtype=bool)
        elif type == "string":
            words = WORDS[: self.pick([1, 3, len(WORDS)])]
            values = np.array([self.pick(words) for _ in range(n)], dtype=object)
        elif type == "date":
            values = np.array([self.random.randint(-30000, 60000) for _ in range(n)], dtype="int64")
        elif type.startswith("timestamp"):
            unit = type[10:-1].split(",")[0]
            values = np.array([self.random.randint(-3 * 10**9, 5 * 10**9) * (10**9 // UNITS[unit]) + self.random.randint(0, 10**9 // UNITS[unit] - 1) for _ in range(n)], dtype="int64")
        else:
            values = np.array([self.random.randint(-10**6, 10**6) for _ in range(n)], dtype="int64")
        return Node(name, values, missing, type)

    def any(self, *types):
        return self.pick([node for node in self.columns.values() if node.type in types])

    def none(self):
        return np.zeros(self.rows, dtype=bool)

    def wrap(self, node):
        """An operand's text: parenthesized unless it is a name or a literal."""
        return node.text if re.fullmatch(r"[\w.]+|'[^']*'", node.text) else f"({node.text})"

    # Numbers

    def literal(self, kinds="if"):
        if self.pick(kinds) == "i":
            value = self.pick([0, 1, 2, 3, 5, -1, -2, -7, 100, 300, -300, 70000])
            return Node(str(value), value, None, "int64", literal=True)
        value = self.pick([0.5, -1.5, 2.0, 0.1, 1e3, 0.0, -0.0])
        return Node(repr(value), value, None, "float64", literal=True)

    def number(self, depth):
        if depth == 0 or self.chance(0.15):
            return self.any(*NUMBERS)
        kind = self.pick(["arithmetic"] * 5 + ["zoned", "negate", "abs", "round", "floor", "clip", "where", "fillna", "len", "field", "cast", "seconds", "extreme", "find", "moment", "map"])
        if kind == "arithmetic":
            return self.arithmetic(depth)
        if kind == "negate":
            x = self.number(depth - 1)
            return Node(f"-{self.wrap(x)}", np.negative(x.values), x.missing, x.type)
        if kind == "abs":
            x = self.number(depth - 1)
            return Node(self.pick([f"abs({x.text})", f"{self.wrap(x)}.abs()"]), np.abs(x.values), x.missing, x.type)
        if kind == "round":
            x = self.number(depth - 1)
            if x.type == "float64" and np.all(~np.isfinite(x.values) | (np.abs(x.values) < 1e6)):
                n = self.pick([0, 1, 2, -1])
            else:
                n = 0
            values = np.round(x.values, n) if x.type in FLOATS else x.values
            return Node(self.pick([f"round({x.text}, {n})", f"{self.wrap(x)}.round(decimals={n})"]), values, x.missing, x.type)
        if kind == "floor":
            x = self.number(depth - 1)
            name = self.pick(["floor", "ceil"])
            values = getattr(np, name)(x.values) if x.type in FLOATS else x.values
            return Node(f"{name}({x.text})", values, x.missing, x.type)
        if kind == "clip":
            x = self.any(*NUMBERS)
            low, high = sorted([self.pick([0, 1, 2, 5]), self.pick([3, 7, 20])])
            if self.chance(0.3):
                return Node(f"{x.text}.clip(upper={high})", np.where(x.values > high, np.array(high, x.values.dtype), x.values), x.missing, x.type)
            values = np.where(x.values < low, np.array(low, x.values.dtype), x.values)
            values = np.where(values > high, np.array(high, x.values.dtype), values)
            return Node(f"clip({x.text}, {low}, {high})", values, x.missing, x.type)
        if kind == "where":
            c, x, y = self.boolean(depth - 1), self.number(depth - 1), self.number(depth - 1)
            true = c.values & ~c.missing
            return Node(f"where({c.text}, {x.text}, {y.text})", np.where(true, x.values, y.values), np.where(true, x.missing, y.missing), self.named(np.result_type(x.values, y.values)))
        if kind == "fillna":
            x = self.number(depth - 1)
            value = self.pick([0, 1, 7])
            return Node(f"{self.wrap(x)}.fillna({value})", np.where(x.missing, np.array(value, x.values.dtype), x.values), self.none(), x.type)
        if kind == "len":
            s = self.string(depth - 1)
            return Node(f"{self.wrap(s)}.str.len()", np.array([len(v) for v in s.values], dtype="int64"), s.missing, "int64")
        if kind == "extreme":
            x, y = self.number(depth - 1), self.number(depth - 1)
            name = self.pick(["minimum", "maximum"])
            type = self.named(np.result_type(x.values, y.values))
            a, b = x.values.astype(type), y.values.astype(type)
            return Node(f"{name}({x.text}, {y.text})", getattr(np, name)(a, b), x.missing | y.missing, type)
        if kind == "find":
            s, part = self.string(depth - 1), self.pick(["a", "b", "", "é", "ab", "aa"])
            name = self.pick(["find", "rfind", "count"])
            arguments = self.pick([[], [], [1], [-2, 9], [1, -1]]) if name != "count" else []
            text = ", ".join([repr(part)] + [str(a) for a in arguments])
            values = np.array([getattr(v, name)(part, *arguments) for v in s.values], dtype="int64")
            return Node(f"{self.wrap(s)}.str.{name}({text})", values, s.missing, "int64")
        if kind == "moment":
            t = self.any("timestamp[ms]", "timestamp[ns]", "timestamp[s]")
            index = pd.DatetimeIndex(t.values.astype(f"datetime64[{t.type[10:-1]}]"))
            field = self.pick(["microsecond", "nanosecond", "days_in_month", "isoweek", "isoyear"])
            if field.startswith("iso"):
                values = index.isocalendar()["week" if field == "isoweek" else "year"].to_numpy()
            else:
                values = getattr(index, field)
            return Node(f"{t.text}.dt.{field}", np.array(values, dtype="int32"), t.missing, "int32")
        if kind == "map":
            keys = self.pick([[1, 2, 3], [0, -1, 7, 300], list(range(-20, 21))])
            values = [k * 3 - 1 for k in keys]
            if self.chance(0.5):
                x, table = self.any(*INTS), dict(zip(keys, values))
                found = [table.get(v) for v in x.values.tolist()]
                text = f"{x.text}.map({keys}, {values})"
            else:
                x, words = self.string(depth - 1), WORDS[: self.pick([2, len(WORDS)])]
                values = list(range(len(words)))
                table = dict(zip(words, values))
                found = [table.get(v) for v in x.values]
                text = f"{self.wrap(x)}.map([{', '.join(map(self.quoted, words))}], {values})"
            missing = x.missing | np.array([v is None for v in found], dtype=bool)
            return Node(text, np.array([v or 0 for v in found], dtype="int64"), missing, "int64")
        if kind == "zoned":
            t = self.pick([node for node in self.columns.values() if ", " in node.type])
            unit, zone = t.type[10:-1].split(", ")
            field = self.pick(["year", "month", "day", "hour", "minute", "dayofweek", "dayofyear"])
            index = pd.DatetimeIndex(t.values.astype(f"datetime64[{unit}]")).tz_localize("UTC")
            index = index.tz_convert(pd.Timestamp(f"2020-01-01T00:00{zone}").tz if zone[0] == "+" else zone)
            return Node(f"{t.text}.dt.{field}", np.array(getattr(index, field), dtype="int32"), t.missing, "int32")
        if kind == "seconds":
            t = self.any("duration[ms]", "duration[us]")
            return Node(f"{t.text}.dt.total_seconds()", t.values / (10**9 / UNITS[t.type[9:-1]]), t.missing, "float64")
        if kind == "cast":
            x = self.number(depth - 1)
            if x.type in INTS:
                to = self.pick([t for t in NUMBERS if np.can_cast(x.type, t)])
            else:
                to = "float64"
            return Node(f"{self.wrap(x)}.astype({self.pick([to, repr(to)])})", x.values.astype(to), x.missing, to)
        t = self.any("date", "timestamp[ms]", "timestamp[ns]", "timestamp[s]")
        fields = ["year", "month", "day", "dayofweek", "dayofyear", "quarter"]
        if t.type != "date":
            fields += ["hour", "minute", "second"]
        field = self.pick(fields)
        unit = "D" if t.type == "date" else t.type[10:-1]
        index = pd.DatetimeIndex(t.values.astype(f"datetime64[{unit}]"))
        return Node(f"{t.text}.dt.{field}", np.array(getattr(index, field), dtype="int32"), t.missing, "int32")

    def named(self, dtype):
        return np.dtype(dtype).name

    def operand(self, values, node):
        """A literal as NumPy wants it beside an array: a Python number, or one of the smallest type that holds it."""
        return node.values

    def arithmetic(self, depth):
        op = self.pick(["+", "-", "*", "/", "//", "%", "**"])
        if op == "**":
            x = self.any(*NUMBERS)
            exponent = self.pick([0, 1, 2, 3, -1, 1.5])
            if x.type in INTS and exponent == -1:
                values = x.values.astype("float64") ** -1
            else:
                values = np.power(x.values, exponent)
            return Node(f"{x.text} ** {exponent}", values, x.missing, self.named(values.dtype))
        x = self.number(depth - 1)
        y = self.literal("iif") if self.chance(0.4) else (self.any("bool") if self.chance(0.1) else self.number(depth - 1))
        if self.chance(0.2) and op not in ("//", "%"):
            x, y = y, x
        functions = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.true_divide, "//": np.floor_divide, "%": np.mod}
        a, b = x.values, y.values
        try:
            values = functions[op](a, b)
        except OverflowError:
            a = np.array(a, np.min_scalar_type(a)) if x.literal else a
            b = np.array(b, np.min_scalar_type(b)) if y.literal else b
            # Not a scalar, whose type would count less.
            a = np.broadcast_to(a, (self.rows,)) if x.literal else a
            b = np.broadcast_to(b, (self.rows,)) if y.literal else b
            values = functions[op](a, b)
        missing = (self.none() if x.literal else x.missing) | (self.none() if y.literal else y.missing)
        type = self.named(values.dtype)
        if type == "float16":
            values = functions[op](np.asarray(a, "float64"), np.asarray(b, "float64"))
            type = "float64"
        if op in ("//", "%") and type in INTS:
            # Our rule: division by zero has no integer.
            missing = missing | (np.broadcast_to(b, (self.rows,)) == 0)
        return Node(f"{self.wrap(x)} {op} {self.wrap(y)}", values, missing, type)

    # Bools

    def boolean(self, depth):
        if depth == 0:
            return self.any("bool")
        kind = self.pick(["compare"] * 3 + ["logic"] * 3 + ["not", "in", "isna", "text", "times", "strings", "chain", "strin", "kind", "flag"])
        if kind == "compare":
            x = self.number(depth - 1)
            y = self.literal() if self.chance(0.6) else self.number(depth - 1)
            op, bits = self.compare(x, y)
            missing = x.missing | (self.none() if y.literal else y.missing)
            if y.literal and self.chance(0.2):
                turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
                return Node(f"{y.text} {turned} {self.wrap(x)}", bits, missing, "bool")
            return Node(f"{self.wrap(x)} {op} {self.wrap(y)}", bits, missing, "bool")
        if kind == "chain":
            x = self.any(*NUMBERS)
            bits = np.array([bool(0 <= v < 10) for v in x.values.tolist()], dtype=bool)
            return Node(f"0 <= {x.text} < 10", bits, x.missing, "bool")
        if kind == "logic":
            x, y = self.boolean(depth - 1), self.boolean(depth - 1)
            op = self.pick(["and", "or", "&", "|", "^"])
            a, b = pd.arrays.BooleanArray(x.values, x.missing), pd.arrays.BooleanArray(y.values, y.missing)
            r = a & b if op in ("and", "&") else a ^ b if op == "^" else a | b
            return Node(f"{self.wrap(x)} {op} {self.wrap(y)}", r.to_numpy(bool, na_value=False), np.array(r.isna()), "bool")
        if kind == "not":
            x = self.boolean(depth - 1)
            return Node(f"{self.pick(['not ', '~'])}{self.wrap(x)}", ~x.values, x.missing, "bool")
        if kind == "isna":
            x = self.pick(list(self.columns.values()))
            call, wanted = self.pick([("isna", True), ("isnull", True), ("notna", False), ("notnull", False)])
            return Node(self.pick([f"{x.text}.{call}()", f"{call}({x.text})"]), x.missing == wanted, self.none(), "bool")
        if kind == "in":
            x = self.any(*NUMBERS)
            items = [self.pick([0, 1, 2, 3, 5, 7, 2.5, 300, -1, 10**15]) for _ in range(self.pick([0, 1, 3, 12]))]
            with_none = self.chance(0.2)
            found = np.array([v in items for v in x.values.tolist()], dtype=bool)
            if x.type == "float32":
                found = np.isin(x.values, np.array(items, dtype="float32")) if items else self.none()
            texts = [repr(i) for i in items] + (["None"] if with_none else [])
            negated = self.chance(0.3)
            bits = np.where(x.missing, with_none, found).astype(bool)
            op = self.pick(["not in", "!="] if negated else ["in", "=="])
            return Node(f"{x.text} {op} [{', '.join(texts)}]", bits != negated, self.none(), "bool")
        if kind == "strin":
            s = self.string(depth - 1)
            items = [self.pick(WORDS) for _ in range(self.pick([0, 1, 3]))]
            bits = np.array([v in items for v in s.values], dtype=bool) & ~s.missing
            return Node(f"{self.wrap(s)} in [{', '.join(map(self.quoted, items))}]", bits, self.none(), "bool")
        if kind == "strings":
            s = self.string(depth - 1)
            op = self.pick(["==", "!=", "<", "<=", ">", ">="])
            if self.chance(0.6):
                w = self.pick(WORDS)
                others, text, missing = [w] * self.rows, self.quoted(w), s.missing
            else:
                t = self.string(depth - 1)
                others, text, missing = t.values, self.wrap(t), s.missing | t.missing
            bits = np.array([self.order(op, a.encode(), b.encode()) for a, b in zip(s.values, others)], dtype=bool)
            return Node(f"{self.wrap(s)} {op} {text}", bits, missing, "bool")
        if kind == "kind":
            s = self.string(depth - 1)
            name = self.pick(["isalpha", "isalnum", "isdigit", "isdecimal", "isnumeric", "isspace", "islower", "isupper", "istitle"])
            return Node(f"{self.wrap(s)}.str.{name}()", np.array([getattr(v, name)() for v in s.values], dtype=bool), s.missing, "bool")
        if kind == "flag":
            t = self.any("date", "timestamp[ms]", "timestamp[ns]", "timestamp[s]")
            unit = "D" if t.type == "date" else t.type[10:-1]
            index = pd.DatetimeIndex(t.values.astype(f"datetime64[{unit}]"))
            flag = self.pick(["is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end", "is_year_start", "is_year_end", "is_leap_year"])
            return Node(f"{t.text}.dt.{flag}", np.array(getattr(index, flag), dtype=bool), t.missing, "bool")
        if kind == "times":
            return self.times()
        s = self.string(depth - 1)
        kind = self.pick(["contains", "regex", "startswith", "endswith", "tuple"])
        missing, na = s.missing, ""
        pattern = self.pick(["a", "b", "abc", "é", "a.b", "", "_", "ß"])
        if kind == "contains":
            test, text = (lambda v: pattern in v), f"contains({self.quoted(pattern)}, regex=False"
        elif kind == "regex":
            pattern = self.pick(["^a", "c$", "[a-c]{2,}", r"\d", "a.b", "(a|é)b?", "^$", "R2|D2"])
            fold = self.chance(0.3)
            test = lambda v: re.search(pattern, v, re.I if fold else 0) is not None
            text = f"contains({self.quoted(pattern)}" + (", case=False" if fold else "")
        elif kind == "tuple":
            test, text = (lambda v: v.startswith(("a", "Str"))), "startswith(('a', 'Str')"
        else:
            test, text = (lambda v: getattr(v, kind)(pattern)), f"{kind}({self.quoted(pattern)}"
        bits = np.array([test(v) for v in s.values], dtype=bool)
        if self.chance(0.3):
            value = self.chance(0.5)
            bits, missing, na = np.where(s.missing, value, bits).astype(bool), self.none(), f", na={value}"
        return Node(f"{self.wrap(s)}.str.{text}{na})", bits, missing, "bool")

    def order(self, op, a, b):
        return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]

    def compare(self, x, y):
        op = self.pick(["==", "!=", "<", "<=", ">", ">="])
        right = [y.values] * self.rows if y.literal else y.values.tolist()
        if y.literal and x.type == "float32" and y.type == "float64":
            right = [float(np.float32(y.values))] * self.rows
        # Python's numbers compare exactly whatever their types.
        return op, np.array([self.order(op, a, b) for a, b in zip(x.values.tolist(), right)], dtype=bool)

    def times(self):
        x = self.any("date", "timestamp[ms]", "timestamp[ns]", "timestamp[s]")
        op = self.pick(["==", "!=", "<", "<=", ">", ">="])
        a = [int(v) * (86400 * 10**9 if x.type == "date" else UNITS[x.type[10:-1]]) for v in x.values]
        if self.chance(0.5):
            y = self.any("date", "timestamp[ms]", "timestamp[ns]", "timestamp[s]")
            b = [int(v) * (86400 * 10**9 if y.type == "date" else UNITS[y.type[10:-1]]) for v in y.values]
            text, missing = y.text, x.missing | y.missing
        else:
            stamp = pd.Timestamp(self.random.randint(-2 * 10**9, 4 * 10**9), unit="s").as_unit("ns")
            stamp += pd.Timedelta(self.pick([0, 1, 500_000_000]), unit="ns")
            if self.rows and self.chance(0.4) and abs(a[0]) < 2**62:
                stamp = pd.Timestamp(a[0])
            text = self.pick(["'{}'", "Timestamp('{}')"]).format(stamp.isoformat())
            b, missing = [stamp.value] * self.rows, x.missing
        bits = np.array([self.order(op, p, q) for p, q in zip(a, b)], dtype=bool)
        return Node(f"{x.text} {op} {text}", bits, missing, "bool")

    # Text and times

    def quoted(self, text):
        return repr(text)

    def string(self, depth):
        if depth <= 0 or self.chance(0.4):
            return self.any("string")
        s = self.string(depth - 1)
        kind = self.pick(["lower", "upper", "strip", "slice", "get", "replace", "concat", "fillna", "where", "index", "cast", "form", "pad", "affix", "piece", "regex", "format"])
        missing = s.missing
        if kind in ("lower", "upper"):
            text, f = f".str.{kind}()", lambda v: getattr(v, kind)()
        elif kind == "strip":
            name, chars = self.pick(["strip", "lstrip", "rstrip"]), self.pick([None, "a", "ac ", "é"])
            text, f = f".str.{name}({'' if chars is None else repr(chars)})", lambda v: getattr(v, name)(chars)
        elif kind == "form":
            name = self.pick(["title", "capitalize", "swapcase"])
            text, f = f".str.{name}()", lambda v: getattr(v, name)()
        elif kind == "pad":
            name, width, fill = self.pick(["ljust", "rjust", "center", "zfill"]), self.pick([0, 3, 6, 9]), self.pick([" ", "*", "é"])
            if name == "zfill":
                text, f = f".str.zfill({width})", lambda v: v.zfill(width)
            else:
                text, f = f".str.{name}({width}, {fill!r})", lambda v: getattr(v, name)(width, fill)
        elif kind == "affix":
            name, part = self.pick(["removeprefix", "removesuffix"]), self.pick(["a", "ab", "c", ""])
            text, f = f".str.{name}({part!r})", lambda v: getattr(v, name)(part)
        elif kind == "piece":
            part, n, i = self.pick([None, "b", "a", "."]), self.pick([-1, 1]), self.pick([0, 1, -1])
            name = self.pick(["split", "rsplit"])
            lists = [getattr(v, name)(part, n) for v in s.values]
            values = np.array([p[i] if -len(p) <= i < len(p) else "" for p in lists], dtype=object)
            missing = missing | np.array([not (-len(p) <= i < len(p)) for p in lists], dtype=bool)
            return Node(f"{self.wrap(s)}.str.{name}({part!r}, n={n}).str[{i}]", values, missing, "string")
        elif kind == "regex":
            a, b = self.pick([("[a-c]", "x"), ("(a)(b)", r"\\2\\1"), (r"\d+", "#"), ("^a", "")])
            pattern, new = a, b.replace("\\\\", "\\")
            text, f = f".str.replace({pattern!r}, {new!r}, regex=True)", lambda v: re.sub(pattern, new, v)
        elif kind == "format":
            t = self.any("date", "timestamp[ms]", "timestamp[s]")
            index = pd.DatetimeIndex(t.values.astype(f"datetime64[{'D' if t.type == 'date' else t.type[10:-1]}]"))
            form = self.pick(["%Y-%m-%d", "%d/%m/%y %I:%M %p", "%a %b %j %H%M%S", "%A, %B", "%f%%"])
            return Node(f"{t.text}.dt.strftime({form!r})", np.array(index.strftime(form), dtype=object), t.missing, "string")
        elif kind == "slice":
            a, b = self.pick([None, 0, 1, -2, 5]), self.pick([None, 2, -1, 0, 9])
            text, f = f".str[{'' if a is None else a}:{'' if b is None else b}]", lambda v: v[a:b]
        elif kind == "index":
            a, b = self.pick([0, 1, -2]), self.pick([2, -1, 9])
            text, f = f".str.slice({a}, stop={b})", lambda v: v[a:b]
        elif kind == "get":
            i = self.pick([0, 1, -1, -2, 3])
            values = np.array([v[i] if -len(v) <= i < len(v) else "" for v in s.values], dtype=object)
            missing = missing | np.array([not (-len(v) <= i < len(v)) for v in s.values], dtype=bool)
            return Node(f"{self.wrap(s)}.str[{i}]", values, missing, "string")
        elif kind == "replace":
            a, b, n = self.pick(["a", "ab", "é", "."]), self.pick(["", "x", "ß!"]), self.pick([-1, -1, 1])
            text = f".str.replace({a!r}, {b!r}{'' if n < 0 else f', n={n}'})"
            f = lambda v: v.replace(a, b, n)
        elif kind == "concat":
            t = self.any("string")
            return Node(f"{self.wrap(s)} + '-' + {t.text}", np.array([a + "-" + b for a, b in zip(s.values, t.values)], dtype=object), missing | t.missing, "string")
        elif kind == "fillna":
            return Node(f"{self.wrap(s)}.fillna('none')", np.where(missing, "none", s.values), self.none(), "string")
        elif kind == "where":
            c, t = self.boolean(depth - 1), self.any("string")
            true = c.values & ~c.missing
            return Node(f"{self.wrap(s)}.where({c.text}, {t.text})", np.where(true, s.values, t.values), np.where(true, missing, t.missing), "string")
        else:
            x = self.any(*INTS, "float64", "bool")
            return Node(f"{x.text}.astype('string')", np.array([str(v) for v in x.values.tolist()], dtype=object), x.missing, "string")
        return Node(f"{self.wrap(s)}{text}", np.array([f(v) for v in s.values], dtype=object), missing, "string")

    def time(self):
        kind = self.pick(["floor", "difference", "shift", "date", "cast", "parse", "ceil", "round"])
        if kind == "parse":
            x = self.any("timestamp[s]", "timestamp[ms]")
            index = pd.DatetimeIndex(x.values.astype(f"datetime64[{x.type[10:-1]}]")).as_unit("us")
            forms = ["%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f", "%Y%j%H%M%S%f", "%b %d %Y %I:%M:%S.%f %p", "%Y/%m/%d %H:%M:%S.%f"]
            form = self.pick(forms)
            told = form not in (forms[0], forms[4]) or self.chance(0.5)
            text = f"to_datetime({x.text}.dt.strftime({form!r}){f', format={form!r}' if told else ''})"
            return Node(text, index.asi8, x.missing, "timestamp[us]")
        if kind == "difference":
            x, y = self.any("timestamp[ms]", "timestamp[s]"), self.any("timestamp[ms]", "timestamp[s]")
            values = x.values.astype(f"datetime64[{x.type[10:-1]}]") - y.values.astype(f"datetime64[{y.type[10:-1]}]")
            unit = np.datetime_data(values.dtype)[0]
            return Node(f"{x.text} - {y.text}", values.astype("int64"), x.missing | y.missing, f"duration[{unit}]")
        if kind == "shift":
            x, y = self.any("timestamp[ms]", "timestamp[s]"), self.any("duration[ms]", "duration[us]")
            op = self.pick(["+", "-"])
            a, b = x.values.astype(f"datetime64[{x.type[10:-1]}]"), y.values.astype(f"timedelta64[{y.type[9:-1]}]")
            values = a + b if op == "+" else a - b
            unit = np.datetime_data(values.dtype)[0]
            return Node(f"{x.text} {op} {y.text}", values.astype("int64"), x.missing | y.missing, f"timestamp[{unit}]")
        x = self.any("timestamp[ms]", "timestamp[s]", "timestamp[ns]")
        unit = x.type[10:-1]
        if kind == "date":
            return Node(f"{x.text}.dt.date", x.values // (86400 * 10**9 // UNITS[unit]), x.missing, "date")
        if kind == "cast":
            return Node(f"{x.text}.astype('timestamp[s]')", x.values // (10**9 // UNITS[unit]), x.missing, "timestamp[s]")
        frequency, step = self.pick([("5min", 300), ("h", 3600), ("1D", 86400), ("15s", 15), ("7h", 25200)])
        step = step * (10**9 // UNITS[unit])
        if kind == "ceil":
            return Node(f"{x.text}.dt.ceil('{frequency}')", -(-x.values // step) * step, x.missing, x.type)
        if kind == "round":
            below = x.values // step
            rest = x.values - below * step
            up = (2 * rest > step) | ((2 * rest == step) & (below % 2 == 1))
            return Node(f"{x.text}.dt.round('{frequency}')", (below + up) * step, x.missing, x.type)
        return Node(f"{x.text}.dt.floor('{frequency}')", x.values // step * step, x.missing, x.type)

    def root(self):
        kind = self.pick(["number", "boolean", "boolean", "string", "time", "function"])
        if kind == "function":
            # Not below others: the last bit of a library's logarithm must not decide a comparison.
            x = self.number(1)
            if x.type == "float32":
                # Nor the last bit of a quotient in 32 bits the sine of a large angle.
                x = self.number(0)
            name = self.pick(["sqrt", "exp", "log", "log10", "cbrt", "expm1", "log1p", "log2", "sin", "cos", "arctan", "tanh"])
            values = x.values if x.type in FLOATS else x.values.astype("float64")
            return Node(f"{name}({x.text})", getattr(np, name)(values), x.missing, x.type if x.type == "float32" else "float64")
        if kind == "time":
            return self.time()
        return getattr(self, kind)(self.pick([1, 2, 3]))


def encoded(node):
    result = []
    for value, missing in zip(node.values, node.missing):
        if missing:
            result.append(None)
        elif node.type in FLOATS:
            value = float(value)
            result.append("nan" if math.isnan(value) else value.hex() if math.isfinite(value) else str(value))
        elif node.type == "bool":
            result.append("1" if value else "0")
        elif node.type == "string":
            result.append(value)
        else:
            result.append(str(int(value)))
    return result


def main():
    seed, cases = int(sys.argv[1]), int(sys.argv[2])
    for case in range(cases):
        generator = Generator(seed * 1_000_003 + case)
        generator.frame()
        columns = [{"name": n, "type": c.type, "values": encoded(c)} for n, c in generator.columns.items()]
        # Several expressions share a frame: making one costs more than evaluating it.
        for _ in range(4):
            node = generator.root()
            print(json.dumps({"columns": columns, "expression": node.text, "type": node.type, "values": encoded(node)}))
            columns = None


main()
