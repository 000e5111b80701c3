"""The benchmark's input files: the telemetry that `swiftwater generate ops` makes, and variants of its layout.

    python3 Benchmarks/data.py VARIANT BASE OUTPUT     a variant of the file BASE
    python3 Benchmarks/data.py keys ROWS OUTPUT        rows of one million keys

Same arguments, same bytes. A file appears whole or not at all.
"""

import os
import random
import sys


def parts(line):
    """The ten `"key":value` texts of a line; the generated data has no comma inside a value."""
    return line[1:-2].split(",")


def order(line, rng):
    """Keys in another random order on every line."""
    fields = parts(line)
    rng.shuffle(fields)
    return "{" + ",".join(fields) + "}\n"


def spaces(line, rng):
    """A space after each `:` and `,`, as most programs' default writers put it."""
    return line.replace('":', '": ').replace(",", ", ")


def extra(line, rng):
    """Six keys that the schema does not know, two of them nested, spread over the line."""
    n = rng.getrandbits(20)
    fields = parts(line)
    fields.insert(1, f'"host":{{"name":"node-{n % 97}","zone":{{"id":{n % 5},"labels":["a","b-{n % 3}"]}}}}')
    fields.insert(3, f'"trace":"{n * 2654435761:016x}"')
    fields.insert(5, f'"tags":["edge",{n % 10},{n / 64},null,true]')
    fields.insert(8, '"debug":null')
    fields.insert(12, f'"attempt":{n % 4}')
    fields.append('"note":"free text, with \\"quotes\\" and: signs {[("')
    return "{" + ",".join(fields) + "}\n"


def missing(line, rng):
    """Every key is left out on a tenth of the lines."""
    return "{" + ",".join([field for field in parts(line) if rng.random() >= 0.1]) + "}\n"


_ESCAPED = {}


def escapes(line, rng):
    """Company names with escapes, a surrogate pair and text outside ASCII."""
    fields = parts(line)
    company = fields[0]
    if company not in _ESCAPED:
        tail = ' \\"S\\u00fcd\\" \\\\ Zürich 東京 \\ud83c\\udf0a' if len(_ESCAPED) % 2 else " Škoda\\tβ\\n\\/x"
        _ESCAPED[company] = company[:-1] + tail + '"'
    fields[0] = _ESCAPED[company]
    return "{" + ",".join(fields) + "}\n"


def to_csv(line, rng):
    """The same rows as CSV."""
    return ",".join([field.split(":", 1)[1].strip('"') for field in parts(line)]) + "\n"


VARIANTS = {f.__name__: f for f in [order, spaces, extra, missing, escapes]} | {"csv": to_csv}


def make_variant(name, base, output):
    rng = random.Random(f"swiftwater {name}")
    change = VARIANTS[name]
    with open(base, encoding="utf-8", newline="\n") as source, open(output, "w", encoding="utf-8", newline="\n") as target:
        if name == "csv":
            target.write(",".join([field.split(":")[0].strip('"') for field in parts(source.readline())]) + "\n")
            source.seek(0)
        while lines := source.readlines(1 << 24):
            target.write("".join([change(line, rng) for line in lines]))


def make_keys(rows, output):
    """`key` and `value`; each of up to one million keys comes equally often, in random order."""
    rng = random.Random("swiftwater keys")
    distinct = min(1_000_000, max(1, rows // 10))
    keys = list(range(distinct))
    with open(output, "w", encoding="utf-8", newline="\n") as target:
        while rows > 0:
            rng.shuffle(keys)
            chunk = keys[:rows]
            target.write("".join([f'{{"key":"user-{k:07d}","value":{(k * 31 + rows) % 10_007}}}\n' for k in chunk]))
            rows -= len(chunk)


def main():
    name, source, output = sys.argv[1:]
    partial = f"{output}.partial"
    if name == "keys":
        make_keys(int(source), partial)
    else:
        make_variant(name, source, partial)
    os.rename(partial, output)


if __name__ == "__main__":
    main()
