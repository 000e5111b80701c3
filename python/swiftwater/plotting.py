"""Plots: pandas' own, of the data as pandas has it."""

from __future__ import annotations

from typing import Any


def plot(data: Any) -> Any:
    """pandas' plot accessor for a frame or series; needs pandas and matplotlib."""
    try:
        import matplotlib  # type: ignore[import-not-found,unused-ignore] # noqa: F401
    except ImportError:
        raise ImportError("plots need pandas and matplotlib: pip install pandas matplotlib") from None
    return data.to_pandas().plot
