"""Expressions that are text or moments."""

import re

import numpy as np
import pandas as pd

from expression_frames import INTS, UNITS, Frames, Node


class Texts(Frames):
    """Methods of text and of moments."""

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
