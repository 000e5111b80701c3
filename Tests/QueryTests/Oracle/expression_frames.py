"""Random frames, and a node: the text of an expression with its values."""

import math
import random
import re

import numpy as np

INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float32", "float64"]
NUMBERS = INTS + FLOATS
WORDS = ["", "a", "b", "abc", "Abc", " abc ", "R2_D2", "a.b", "é", "Straße", "😀a", "tab\t", "aaa", "it's", "\\", "Ωmega"]
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


class Node:
    def __init__(self, text, values, missing, type, literal=False):
        self.text, self.values, self.missing, self.type, self.literal = text, values, missing, type, literal


class Frames:
    """A random frame, and what every generator of expressions picks with."""

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
