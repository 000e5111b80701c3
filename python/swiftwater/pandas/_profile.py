"""What ran where: calls and seconds by pandas' name, for the report at the end."""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Optional, TextIO, Tuple

SWIFTWATER, PANDAS = "swiftwater", "pandas"

_calls: Dict[Tuple[str, str], List[float]] = {}
_reasons: Dict[str, Dict[str, int]] = {}


def count(label: str, where: str, seconds: float, reason: Optional[str] = None, calls: int = 1) -> None:
    """Notes a call, or more seconds of one that was noted before when `calls` is 0."""
    held = _calls.setdefault((label, where), [0, 0.0])
    held[0] += calls
    held[1] += seconds
    if reason is not None:
        reasons = _reasons.setdefault(label, {})
        reasons[reason] = reasons.get(reason, 0) + 1


def clear() -> None:
    """Forgets all calls."""
    _calls.clear()
    _reasons.clear()


def figures() -> Dict[str, Dict[str, Tuple[int, float]]]:
    """Calls and seconds by name and place."""
    found: Dict[str, Dict[str, Tuple[int, float]]] = {}
    for (label, where), (calls, seconds) in _calls.items():
        found.setdefault(label, {})[where] = (int(calls), seconds)
    return found


def report() -> str:
    """The calls as a table, those that took longest first, and why some ran in pandas."""
    found = figures()
    totals = {where: [0, 0.0] for where in (SWIFTWATER, PANDAS)}
    for places in found.values():
        for where, (calls, seconds) in places.items():
            totals[where][0] += calls
            totals[where][1] += seconds
    width = max([len(label) for label in found] + [len("total"), 20])
    lines = [
        "Where pandas' calls ran",
        f"{'':{width}}  {SWIFTWATER:^18}  {PANDAS:^18}",
        f"{'call':{width}}  {'calls':>8} {'seconds':>9}  {'calls':>8} {'seconds':>9}",
    ]

    def row(label: str, places: Dict[str, Any]) -> str:
        cells = []
        for where in (SWIFTWATER, PANDAS):
            calls, seconds = places.get(where, (0, 0.0))
            cells.append(f"{calls:>8} {seconds:>9.3f}" if calls else f"{'':8} {'':9}")
        return f"{label:{width}}  {'  '.join(cells)}".rstrip()

    slowest = sorted(found.items(), key=lambda item: -sum(s for _, s in item[1].values()))
    lines += [row(label, places) for label, places in slowest]
    lines.append(row("total", {where: tuple(total) for where, total in totals.items()}))
    reasons = [(label, _reasons[label]) for label, _ in slowest if label in _reasons]
    if reasons:
        lines += ["", "Why in pandas"]
        for label, why in reasons:
            for reason, times in sorted(why.items(), key=lambda item: -item[1])[:3]:
                first = reason.splitlines()[0][:100] if reason else "?"
                lines.append(f"{label:{width}}  {times:>8} × {first}")
    return "\n".join(lines)


def print_report(file: Optional[TextIO] = None) -> None:
    """Prints the table, to the error output where no file is given."""
    print(report(), file=file or sys.stderr)
