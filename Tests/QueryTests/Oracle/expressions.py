"""Random frames and expressions with the values that NumPy, pandas and Python give them, as JSON lines.

Usage: expressions.py SEED CASES. Every value is text or null; floats are hexadecimal, so that none is rounded.
Each node carries its text, its values, which of them are missing, and its type as Swiftwater names it.
"""
import json
import math
import sys
import warnings

import numpy as np

from expression_bools import Bools
from expression_frames import FLOATS, Node
from expression_numbers import Numbers
from expression_texts import Texts

warnings.simplefilter("ignore")
np.seterr(all="ignore")


class Generator(Numbers, Bools, Texts):
    """An expression over a frame of its own, of any kind."""

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
