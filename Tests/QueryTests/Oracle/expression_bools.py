"""Expressions that are true or false."""

import re

import numpy as np
import pandas as pd

from expression_frames import NUMBERS, UNITS, WORDS, Frames, Node


class Bools(Frames):
    """Comparisons and what is made of them."""

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
