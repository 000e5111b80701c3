"""Expressions that are numbers."""

import numpy as np
import pandas as pd

from expression_frames import FLOATS, INTS, NUMBERS, UNITS, WORDS, Frames, Node


class Numbers(Frames):
    """Literals, functions and arithmetic."""

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
