"""`df.plot`: pandas' own where pandas is there, else the usual kinds by matplotlib alone."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any, List, Optional, Tuple

from .labels import Label
from .missing import not_there


def plot(data: Any) -> Any:
    """The plot accessor of a frame or series: `df.plot()`, `df.plot.scatter(…)`. Needs matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        raise ImportError("plots need matplotlib: pip install matplotlib")
    if importlib.util.find_spec("pandas") is not None:
        return data.to_pandas().plot
    return Plot(data)


class Plot:
    """Plots of a frame's or series' columns by matplotlib; each method gives the axes."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def __call__(self, x: Any = None, y: Any = None, kind: str = "line", **options: Any) -> Any:
        if kind not in ("line", "bar", "barh", "area", "hist", "box", "scatter", "pie"):
            raise ValueError(f"{kind} is not a valid plot kind; use line, bar, barh, area, hist, box, scatter or pie")
        return getattr(self, kind)(x=x, y=y, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise not_there(f"plot.{name} without pandas", "install pandas, or use line, bar, barh, area, hist, box, scatter or pie")

    # What is drawn.

    def _frame(self) -> Any:
        return self._data if hasattr(self._data, "_labels") else self._data.to_frame(self._data.name)

    def _columns(self, x: Any, y: Any) -> Tuple[List[Any], List[Tuple[Label, List[float]]]]:
        """The places along the axis, and the labelled values."""
        from .columntypes import is_number

        frame = self._frame()
        along = frame[x].tolist() if x is not None else frame.index.tolist()
        if y is None:
            labels = [l for l, e in zip(frame._labels, frame._exprs) if is_number(e.type) and l != x]
        else:
            labels = list(y) if isinstance(y, (list, tuple)) else [y]
        if not labels:
            raise TypeError("no numeric data to plot")
        return along, [(label, [_number(v) for v in frame[label].tolist()]) for label in labels]

    def _finished(self, axes: Any, title: Any, xlabel: Any, ylabel: Any, legend: Any, names: Optional[List[Any]]) -> Any:
        if title is not None:
            axes.set_title(title)
        if xlabel is not None:
            axes.set_xlabel(str(xlabel))
        if ylabel is not None:
            axes.set_ylabel(str(ylabel))
        if legend and names and hasattr(self._data, "_labels"):
            axes.legend([str(n) for n in names], loc="best")
        return axes

    def _drawn(
        self, draw: Any, x: Any, y: Any, ax: Any = None, title: Any = None, legend: bool = True, xlabel: Any = None,
        ylabel: Any = None, figsize: Any = None, grid: Any = None, **options: Any,
    ) -> Any:  # fmt: skip
        along, columns = self._columns(x, y)
        axes = ax if ax is not None else _new_axes(figsize)
        draw(axes, along, columns, options)
        if grid is not None:
            axes.grid(grid)
        name = xlabel if xlabel is not None else (x if x is not None else self._data._levels.names[0])
        return self._finished(axes, title, name, ylabel, legend, [label for label, _ in columns])

    # The kinds.

    def line(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """A line for each column."""

        def draw(axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
            for label, values in columns:
                axes.plot(along, values, label=str(label), **rest)

        return self._drawn(draw, x, y, **options)

    def area(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """The columns as areas on top of each other."""

        def draw(axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
            axes.stackplot(along, *[values for _, values in columns], labels=[str(l) for l, _ in columns], **rest)

        return self._drawn(draw, x, y, **options)

    def bar(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """Bars beside each other for each row."""
        return self._drawn(functools.partial(_bars, False), x, y, **options)

    def barh(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """Bars from the left for each row."""
        return self._drawn(functools.partial(_bars, True), x, y, **options)

    def hist(self, x: Any = None, y: Any = None, bins: Any = 10, **options: Any) -> Any:
        """How often values occur, by `bins` intervals."""

        def draw(axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
            present = [[v for v in values if v == v] for _, values in columns]
            low, high = min(map(min, present)), max(map(max, present))
            for (label, _), values in zip(columns, present):
                axes.hist(values, bins=bins, range=(low, high), label=str(label), **rest)

        return self._drawn(draw, None, y, **{"ylabel": "Frequency", "xlabel": "", **options})

    def box(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """The median, the quartiles and what is far from them of each column."""

        def draw(axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
            axes.boxplot([[v for v in values if v == v] for _, values in columns], **rest)
            axes.set_xticks(range(1, len(columns) + 1), [str(l) for l, _ in columns])

        return self._drawn(draw, None, y, **{"legend": False, "xlabel": "", **options})

    def scatter(self, x: Any, y: Any, s: Any = None, c: Any = None, ax: Any = None, title: Any = None, **options: Any) -> Any:
        """A point for each row."""
        frame = self._frame()
        figsize = options.pop("figsize", None)
        axes = ax if ax is not None else _new_axes(figsize)
        size = frame[s].tolist() if isinstance(s, str) else s
        color = frame[c].tolist() if c is not None and frame._has(c) else c
        axes.scatter(frame[x].tolist(), frame[y].tolist(), s=size, c=color, **options)
        return self._finished(axes, title, x, y, False, None)

    def pie(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """A column's values as parts of a whole."""

        def draw(axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
            axes.pie(columns[0][1], labels=[str(a) for a in along], **rest)

        label = y if y is not None else getattr(self._data, "name", None)
        return self._drawn(draw, None, y, **{"legend": False, "xlabel": "", "ylabel": label, **options})


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _new_axes(figsize: Any) -> Any:
    from matplotlib import pyplot

    return pyplot.figure(figsize=figsize).add_subplot()


def _bars(lying: bool, axes: Any, along: List[Any], columns: Any, rest: Any) -> None:
    thick = 0.5 / len(columns)
    for i, (label, values) in enumerate(columns):
        places = [p - 0.25 + thick * (i + 0.5) for p in range(len(along))]
        (axes.barh if lying else axes.bar)(places, values, thick, label=str(label), **rest)
    names = [str(a) for a in along]
    if lying:
        axes.set_yticks(range(len(along)), names)
    else:
        axes.set_xticks(range(len(along)), names, rotation=90)
