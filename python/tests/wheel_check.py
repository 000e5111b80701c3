"""Checks an installed wheel, with the standard library alone: scripts/test-wheel runs it in a new environment."""

import json
import os
import subprocess
import sys
import tempfile

LIMIT_SECONDS = 0.060


def import_seconds() -> float:
    """The fastest of imports in new processes: others may keep the machine busy."""
    code = "import time; start = time.perf_counter(); import swiftwater; print(time.perf_counter() - start)"
    fastest = 10.0
    for number in range(40):
        fastest = min(fastest, float(subprocess.check_output([sys.executable, "-c", code])))
        if number > 4 and fastest < LIMIT_SECONDS:
            break
    return fastest


def main() -> None:
    import swiftwater
    from swiftwater import _engine, _library

    heavy = {"numpy", "pandas", "pyarrow", "polars"} & set(sys.modules)
    assert not heavy, f"importing pulls in {heavy}"
    assert "site-packages" in swiftwater.__file__, swiftwater.__file__
    assert _engine.version() == swiftwater.__version__

    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "ops.ndjson")
    program = os.path.join(os.path.dirname(sys.executable), "swiftwater")
    subprocess.run([program, "generate", "ops", "--rows", "5000", "--output", path], check=True)
    version = subprocess.check_output([program, "--version"], text=True).strip()
    assert version == swiftwater.__version__, version
    through_python = subprocess.check_output([sys.executable, "-m", "swiftwater", "--version"], text=True).strip()
    assert through_python == version, through_python

    plan = {
        "sources": {"ops": {"files": [path]}},
        "frames": {"by_company": {"from": "ops", "steps": [
            {"groupby": {"by": "company", "agg": {"cpu_utilization": ["min", "max", "mean"]}}}]}},
        "outputs": [
            {"from": "by_company"},
            *({"from": "by_company", "to": os.path.join(folder, f"out.{ending}")}
              for ending in ("parquet", "ndjson.gz", "csv.zst")),
        ],
    }
    found = _engine.run(plan)
    rows = found["by_company"].to_rows()
    assert found.report["rows"] == 5000
    assert all(low <= mean <= high for _, low, high, mean in rows)
    frame = swiftwater.read_json(path, lines=True)
    table = frame.groupby(["company"]).agg({"cpu_utilization": ["min", "max", "mean"]})
    assert (len(frame), len(table)) == (5000, len(rows))
    assert "cpu_utilization" in str(table)
    assert not {"numpy", "pandas", "pyarrow", "polars"} & set(sys.modules)

    for codec in ("snappy", "gzip", "lz4_raw", "zstd", "none"):
        out = os.path.join(folder, f"{codec}.parquet")
        _engine.run({"outputs": [{"from": "t", "to": out, "compression": codec}]}, {"t": found["by_company"]})
        back = _engine.run({"sources": {"t": {"files": [out]}}, "outputs": [{"from": "t"}]})
        assert back["t"].to_rows() == rows, codec

    needed = subprocess.run(["ldd", _library.path()], text=True, stdout=subprocess.PIPE).stdout
    for name in ("swift", "zstd", "lz4", "snappy", "libz."):
        inside = [line for line in needed.splitlines() if name in line.split("=>")[0].replace("linux-vdso", "")]
        assert not inside, f"the library needs {inside}"
    seconds = import_seconds()
    assert seconds < LIMIT_SECONDS, f"import takes {seconds * 1000:.0f} ms"
    print(json.dumps({
        "python": sys.version.split()[0], "import_ms": round(seconds * 1000, 1),
        "library_mb": round(os.path.getsize(_library.path()) / 1e6, 1),
        "program_mb": round(os.path.getsize(program) / 1e6, 1), "groups": len(rows)}))


if __name__ == "__main__":
    main()
