"""Which of pandas' names are tried in the engine first: those whose results are pandas' own, and whose work is by row.

All others go to pandas at once. `sample`, for one, is not here: it would draw other rows.
"""

from __future__ import annotations

from typing import Dict, FrozenSet


def _names(text: str) -> FrozenSet[str]:
    return frozenset(text.split())


_OPERATORS = _names(
    """
    __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __pow__ __eq__
    __ne__ __lt__ __le__ __gt__ __ge__ __and__ __or__ __xor__ __invert__ __neg__ __abs__
    """
)
_METHODS = _names(
    """
    add sub mul div truediv eq ne lt le gt ge abs round clip isna isnull notna notnull fillna isin where mask
    head tail dropna drop_duplicates duplicated sort_values sort_index nlargest nsmallest reset_index copy astype
    shift diff cumsum cumprod cummax cummin ffill bfill rank rolling expanding count sum prod mean min max median std
    var sem nunique quantile describe value_counts groupby resample agg aggregate
    """
)

SUPPORTED: Dict[str, FrozenSet[str]] = {
    "DataFrame": _OPERATORS
    | _METHODS
    | _names(
        """
        rename rename_axis drop filter select_dtypes query eval merge join pivot_table melt set_index add_prefix
        add_suffix explode to_parquet corr cov any all
        """
    ),
    "Series": _OPERATORS
    | _METHODS
    | _names("between map rename to_frame unique corr cov any all"),
    "DataFrameGroupBy": _names(
        """
        agg aggregate sum mean median min max std var sem prod count size nunique first last any all quantile head
        tail nth cumcount ngroup ngroups cumsum cumprod cummax cummin shift diff rank ffill bfill transform
        value_counts describe rolling expanding nlargest nsmallest
        """
    ),
    "Rolling": _names("sum mean min max median count std var quantile agg aggregate"),
    "Resampler": _names("sum mean min max median count size std var first last agg aggregate nunique"),
    "str": _names(
        """
        capitalize contains count endswith find fullmatch get isalnum isalpha isdecimal isdigit islower isnumeric
        isspace istitle isupper len ljust lower lstrip match pad removeprefix removesuffix repeat replace rjust rstrip
        slice startswith strip swapcase title upper zfill
        """
    ),
    "dt": _names(
        """
        date day day_name day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth floor ceil round hour
        is_leap_year is_month_end is_month_start is_quarter_end is_quarter_start is_year_end is_year_start microsecond
        minute month month_name normalize quarter second strftime total_seconds weekday year days seconds
        """
    )
    - {"date"},
    "pandas": _names(
        "read_csv read_json read_parquet concat merge to_datetime to_numeric pivot_table melt crosstab isna notna isnull notnull"
    ),
}
SUPPORTED["SeriesGroupBy"] = SUPPORTED["DataFrameGroupBy"] | {"unique"}
SUPPORTED["Series"] -= {"agg", "aggregate"}
SUPPORTED["Expanding"] = SUPPORTED["GroupedRolling"] = SUPPORTED["Rolling"]

#: Properties of the accessors, which are no methods.
PROPERTIES: FrozenSet[str] = _names(
    """
    day day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth hour is_leap_year is_month_end
    is_month_start is_quarter_end is_quarter_start is_year_end is_year_start microsecond minute month quarter second
    weekday year days seconds ngroups
    """
)

#: What may leave integers without a value, which are floats in pandas, or fail by row: computed at once.
MAY_BE_MISSING: FrozenSet[str] = _names(
    """
    merge join concat shift where mask map pivot_table nth first last explode transform crosstab min max agg aggregate
    read_csv read_json read_parquet to_datetime to_numeric astype
    """
)

#: What pandas does otherwise for moments and spans: means between two of their units.
NOT_OF_TIMES: FrozenSet[str] = _names("describe mean median quantile std var sem agg aggregate")

#: Methods that change what they are called on.
CHANGING: FrozenSet[str] = _names("insert pop update isetitem __setitem__ __delitem__ __setstate__")

#: Methods whose `inplace=True` gives the object itself, not None.
GIVING_THEMSELVES: FrozenSet[str] = _names("fillna replace clip ffill bfill where mask interpolate")

#: What gives Python's integers and bools, where other reductions give NumPy's.
PLAIN_SCALARS: FrozenSet[str] = _names("nunique ngroups")
