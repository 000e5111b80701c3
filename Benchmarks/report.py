"""Turns measured figures into the table of results.md and README.md."""

OURS = "Swiftwater"
BEGIN, END = "<!-- benchmark:begin -->", "<!-- benchmark:end -->"
PEAK_LIMIT_MEBIBYTES = 120e6 / 2**20
START_UP_LIMIT_SECONDS = 0.020


def seconds(value):
    if value >= 0.1:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.0f} µs"


def mark(reached):
    return "yes" if reached else "**no**"


def find(results, case, other):
    """The seconds of a contender: of this case or, as `case/contender`, of another; None when it was not measured."""
    name, _, contender = other.rpartition("/")
    for candidate in results["cases"]:
        if candidate["name"] == (name or case["name"]) and contender in candidate["contenders"]:
            return candidate["contenders"][contender]["seconds"]
    return None


def case_rows(results, case):
    """A row for each requirement of a case."""
    ours = case["contenders"][OURS]["seconds"]
    for requirement in case["requirements"]:
        if limit := requirement.get("limit_seconds"):
            yield [case["title"], seconds(ours), "", "", f"under {requirement['text']}", mark(ours < limit)]
            continue
        if limit := requirement.get("limit_megabytes"):
            peak = case["contenders"][OURS]["peak_mebibytes"] * 2**20 / 1e6
            yield [f"{case['title']}: peak memory", f"{peak:.0f} MB", "", "", f"under {limit} MB", mark(peak < limit)]
            continue
        if limit := requirement.get("limit_cpu_seconds"):
            used = case["contenders"][OURS]["cpu_seconds"]
            yield [
                f"{case['title']}: processor seconds", seconds(used), "", "", f"at most {requirement['text']}",
                mark(used <= limit)]
            continue
        other = find(results, case, requirement["other"])
        text = requirement["text"] if requirement["at_least"] else f"at most {requirement['text']}"
        if other is None:
            yield [case["title"], seconds(ours), "not measured", "", text, ""]
            continue
        ratio = ours / other
        reached = ratio >= requirement["factor"] if requirement["at_least"] else ratio <= requirement["factor"]
        name = requirement["other"].rpartition("/")[2]
        shown = f"{name} {seconds(other)}"
        yield [case["title"], seconds(ours), shown, f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}", text, mark(reached)]


def live_keys_rows(figures):
    """What many live keys cost, of tumbling windows with twelve aggregations."""
    title = f"{figures['keys']:,} live keys"
    whole, changes = figures["whole"], figures["changes"]
    yield [
        f"{title}: memory of a key beyond its values", f"{figures['bytes_a_key']:.0f} bytes", "", "",
        "at most 200 bytes", mark(figures["bytes_a_key"] <= 200)]
    yield [
        f"{title}: checkpoint of all ({whole['bytes'] / 1e6:.1f} MB)", seconds(whole["seconds"]), "", "", "under 2 s",
        mark(whole["seconds"] < 2)]
    yield [
        f"{title}: longest stop of the flow", f"{figures['longest_stop_ms']:.1f} ms", "", "", "under 100 ms",
        mark(figures["longest_stop_ms"] < 100)]
    if changes["bytes"]:
        yield [
            f"{title}, of which {changes['keys']:,} changed: checkpoint ({changes['bytes'] / 1e6:.2f} MB)",
            seconds(changes["seconds"]), f"all {seconds(whole['seconds'])}",
            f"{changes['seconds'] / whole['seconds']:.3f}", "", ""]


def rows(results):
    for case in results["cases"]:
        yield from case_rows(results, case)
    if figures := results.get("live_keys"):
        yield from live_keys_rows(figures)
    for figures in results.get("memory", {}).values():
        peak = figures["peak_mebibytes"]
        yield [
            f"peak memory of the job, {figures['gigabytes']} GB", f"{peak * 2**20 / 1e6:.0f} MB", "", "",
            "under 120 MB", mark(peak < PEAK_LIMIT_MEBIBYTES),
        ]
    if start_up := results.get("start_up"):
        value = start_up["seconds"]
        yield ["`swiftwater --version`", seconds(value), "", "", "under 20 ms", mark(value < START_UP_LIMIT_SECONDS)]


def table(header, body):
    lines = [header, ["---"] * len(header), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def markdown(results):
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    text = table(["what", OURS, "compared with", "ratio", "must reach", "reached"], list(rows(results)))
    job = next((case for case in results["cases"] if case["name"] == "job"), None)
    if job:
        text += f"\nThe job ({job['bytes'] / 1e9:.2f} GB) in all libraries, whole processes:\n\n"
        text += table(
            ["library", "seconds", "processor seconds", "peak memory"],
            [
                [name, f"{one['seconds']:.2f}", f"{one['cpu_seconds']:.2f}", f"{one['peak_mebibytes'] * 2**20 / 1e6:,.0f} MB"]
                for name, one in sorted(job["contenders"].items(), key=lambda item: item[1]["seconds"])
            ],
        )
    streams = [case for case in results["cases"] if case["name"].startswith("kafka")]
    if streams:
        text += "\nA Kafka topic (Tansu on the same machine, six partitions) as a stream, in all forms and libraries:\n\n"
        text += table(
            ["what", "who", "MB/s", "processor seconds a GB", "peak memory"],
            [
                [
                    case["title"], name, f"{case['bytes'] / 1e6 / one['seconds']:,.0f}",
                    f"{one['cpu_seconds'] / case['bytes'] * 1e9:.2f}", f"{one['peak_mebibytes'] * 2**20 / 1e6:,.0f} MB"]
                for case in streams
                for name, one in sorted(case["contenders"].items(), key=lambda item: item[1]["seconds"])
            ],
        )
    text += (
        f"\nMeasured by `make bench` (rows: {results['rows']:,}) on {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gibibytes']} GiB, {machine['system']}; {machine['swift'].split(' (')[0]}, "
        f"Python {machine['python']}, {versions}. Median of {results['rounds']} runs after a warm-up, contenders in turn, "
        "input in the page cache, every result checked equal to pandas'. pandas runs once.\n"
    )
    if results["load_before"] > 0.5:
        text += f"\nOther programs used the machine during this run (load {results['load_before']:.1f} at its start).\n"
    for failure in results["failures"]:
        text += f"\nFailed: {failure}\n"
    return text


def insert(path, text):
    """Puts the table between the markers of a document."""
    document = path.read_text(encoding="utf-8")
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")
