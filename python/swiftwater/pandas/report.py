"""What ran where: counts and seconds by call, for `--profile`."""

from __future__ import annotations

from typing import Dict, List, Tuple


class Report:
    """Calls to the engine and to pandas."""

    def __init__(self) -> None:
        self.engine: Dict[str, Tuple[int, float]] = {}
        self.pandas: Dict[str, Tuple[int, float]] = {}
        self.reasons: Dict[str, str] = {}

    def note(self, where: str, name: str, seconds: float, reason: str = "") -> None:
        """Counts a call."""
        table = self.engine if where == "engine" else self.pandas
        count, total = table.get(name, (0, 0.0))
        table[name] = (count + 1, total + seconds)
        if reason:
            self.reasons.setdefault(name, reason)

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]


REPORT = Report()


def report() -> str:
    """The report as text: each call with its counts and seconds in the engine and in pandas."""
    names = sorted({*REPORT.engine, *REPORT.pandas}, key=lambda n: -REPORT.engine.get(n, (0, 0.0))[1] - REPORT.pandas.get(n, (0, 0.0))[1])
    lines: List[str] = [f"{'call':40} {'engine':>8} {'seconds':>9} {'pandas':>8} {'seconds':>9}"]
    for name in names:
        a, b = REPORT.engine.get(name, (0, 0.0)), REPORT.pandas.get(name, (0, 0.0))
        lines.append(f"{name[:40]:40} {a[0]:8} {a[1]:9.3f} {b[0]:8} {b[1]:9.3f}")
    calls = sum(c for c, _ in REPORT.engine.values()), sum(c for c, _ in REPORT.pandas.values())
    lines.append(f"{'all':40} {calls[0]:8} {sum(s for _, s in REPORT.engine.values()):9.3f} {calls[1]:8} "
                 f"{sum(s for _, s in REPORT.pandas.values()):9.3f}")  # fmt: skip
    for name, reason in REPORT.reasons.items():
        lines.append(f"  {name} ran in pandas: {reason}")
    return "\n".join(lines) + "\n"
