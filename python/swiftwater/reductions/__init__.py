"""One value of many: `sum`, `mean`, `quantile` and their like, of series and of each column of a frame."""

from __future__ import annotations

from .byrow import across
from .kinds import input_of, result_type
from .named import aggregate_frame, aggregate_series
from .offrames import columns, frame_quantile, labels_of, pairs, truths
from .ofseries import correlation, covariance, label_of, quantile, scalar, skipping, spread, truth
from .overall import totals

__all__ = [
    "across", "aggregate_frame", "aggregate_series", "columns", "correlation", "covariance", "frame_quantile", "input_of",
    "label_of", "labels_of", "pairs", "quantile", "result_type", "scalar", "skipping", "spread", "totals",
    "truth", "truths",
]  # fmt: skip
