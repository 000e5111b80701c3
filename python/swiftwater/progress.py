"""A line that shows how far a long run is, in a terminal or a notebook.

Nothing is shown for what takes less than a second, nor where nobody would see it (a file, a pipe).
`SWIFTWATER_PROGRESS=0` turns it off, `1` on.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Callable, Optional

#: Seconds that a run goes on before anything is shown.
PATIENCE = 1.0
_WIDTH = 30


def listener() -> "Optional[Bar]":
    """What shows the progress of a run; None where nobody would see it."""
    wish = os.environ.get("SWIFTWATER_PROGRESS")
    if wish == "0":
        return None
    if _in_notebook():
        return Bar(sys.stderr, _notebook_display())
    if wish == "1" or (hasattr(sys.stderr, "isatty") and sys.stderr.isatty()):
        return Bar(sys.stderr, None)
    return None


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def _notebook_display() -> Callable[[str, Any], Any]:
    from IPython.display import HTML, display

    def show(markup: str, handle: Any) -> Any:
        if handle is None:
            return display(HTML(markup), display_id=True)
        handle.update(HTML(markup))
        return handle

    return show


class Bar:
    """The line, drawn over itself."""

    def __init__(self, stream: Any, notebook: Optional[Callable[[str, Any], Any]]) -> None:
        self._stream = stream
        self._notebook = notebook
        self._handle: Any = None
        self._is_shown = False

    def __call__(self, now: Any) -> None:
        """Shows how far the run is: an `_engine.Progress`."""
        if now.seconds < PATIENCE:
            return
        self._is_shown = True
        if self._notebook is not None:
            self._handle = self._notebook(_markup(now), self._handle)
        else:
            self._stream.write(f"\r\x1b[K{_text(now)}")
            self._stream.flush()

    def end(self) -> None:
        """Takes the line away."""
        if not self._is_shown:
            return
        if self._notebook is not None:
            self._notebook("", self._handle)
        else:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _amount(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.1f} {unit}" if unit != "B" else f"{count:.0f} B"


def _facts(now: Any) -> str:
    parts = [f"{now.rows:,} rows"]
    if now.total_bytes:
        parts.append(f"{_amount(now.bytes)} of {_amount(now.total_bytes)}")
    elif now.bytes:
        parts.append(_amount(now.bytes))
    parts.append(f"{now.seconds:.0f} s")
    fraction = now.fraction
    if fraction and 0.02 < fraction < 1:
        parts.append(f"{now.seconds * (1 - fraction) / fraction:.0f} s left")
    return ", ".join(parts)


def _text(now: Any) -> str:
    fraction = now.fraction
    if fraction is None:
        return f"swiftwater: {_facts(now)}"
    full = int(fraction * _WIDTH)
    return f"swiftwater: {fraction * 100:3.0f} % |{'█' * full}{' ' * (_WIDTH - full)}| {_facts(now)}"


def _markup(now: Any) -> str:
    fraction = now.fraction
    bar = f"<progress max='1' value='{fraction:.3f}'></progress>" if fraction is not None else "<progress></progress>"
    return f"<div>{bar} {_facts(now)}</div>"
