"""`Series.dt`: parts of moments and of spans of time."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .. import columntypes as T
from .. import expressions as X
from ..applying import mapped, replaced_by
from ..missing import absent, not_there, refuse
from ..series import Series


def time_methods(series: Series) -> Any:
    """The accessor for a series of moments or of spans."""
    type_ = series._expr.type
    if T.is_duration(type_):
        return SpanMethods(series)
    if T.is_time(type_):
        return MomentMethods(series)
    raise AttributeError("Can only use .dt accessor with datetimelike values")


class _Methods:
    def __init__(self, series: Series) -> None:
        self._series = series
        self._e = series._expr

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("Series.dt", name)

    def _part(self, name: str, type_: str = "int32", *arguments: Any) -> Series:
        lifted = tuple(X.Literal(a) for a in arguments)
        return self._series._with(X.Call(f"dt.{name}", (self._e, *lifted), type_, method=True))


class MomentMethods(_Methods):
    """Parts of moments, in their own zone."""

    @property
    def year(self) -> Series:
        return self._part("year")

    @property
    def month(self) -> Series:
        return self._part("month")

    @property
    def day(self) -> Series:
        return self._part("day")

    @property
    def hour(self) -> Series:
        return self._part("hour")

    @property
    def minute(self) -> Series:
        return self._part("minute")

    @property
    def second(self) -> Series:
        return self._part("second")

    @property
    def microsecond(self) -> Series:
        return self._mapped(lambda v: v.microsecond, "int32")

    @property
    def quarter(self) -> Series:
        return self._part("quarter")

    @property
    def dayofweek(self) -> Series:
        return self._part("dayofweek")

    weekday = day_of_week = dayofweek

    @property
    def dayofyear(self) -> Series:
        return self._part("dayofyear")

    day_of_year = dayofyear

    @property
    def date(self) -> Series:
        return self._part("date", "date")

    @property
    def time(self) -> Series:
        raise not_there("dt.time", "use dt.hour, dt.minute and dt.second")

    def _mapped(self, change: Callable[[Any], Any], type_: str) -> Series:
        made = mapped(self._series, change, type_, False)
        return made.astype(type_) if type_ == "int32" and not made.hasnans else made

    @property
    def days_in_month(self) -> Series:
        import calendar

        return self._mapped(lambda v: calendar.monthrange(v.year, v.month)[1], "int32")

    daysinmonth = days_in_month

    @property
    def is_leap_year(self) -> Series:
        import calendar

        return self._is(lambda v: calendar.isleap(v.year))

    @property
    def is_month_start(self) -> Series:
        return self._is(lambda v: v.day == 1)

    @property
    def is_month_end(self) -> Series:
        import calendar

        return self._is(lambda v: v.day == calendar.monthrange(v.year, v.month)[1])

    @property
    def is_quarter_start(self) -> Series:
        return self._is(lambda v: v.day == 1 and v.month % 3 == 1)

    @property
    def is_year_start(self) -> Series:
        return self._is(lambda v: v.day == 1 and v.month == 1)

    @property
    def is_year_end(self) -> Series:
        return self._is(lambda v: v.day == 31 and v.month == 12)

    def _is(self, test: Callable[[Any], bool]) -> Series:
        made = mapped(self._series, test, "bool", False)
        return made._with(X.Call("fillna", (made._expr, X.Literal(False)), "bool"))

    def isocalendar(self) -> Any:
        """Year, week and day of the ISO calendar."""
        frame = self._mapped(lambda v: v.isocalendar()[0], "int64").to_frame("year")
        frame["week"] = self._mapped(lambda v: v.isocalendar()[1], "int64")
        frame["day"] = self._mapped(lambda v: v.isocalendar()[2], "int64")
        return frame

    def day_name(self, locale: Optional[str] = None) -> Series:
        refuse("dt.day_name", locale=(None, locale))
        names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        return self._named_by(self.dayofweek, names, 0)

    def month_name(self, locale: Optional[str] = None) -> Series:
        import calendar

        refuse("dt.month_name", locale=(None, locale))
        return self._named_by(self.month, list(calendar.month_name)[1:], 1)

    def _named_by(self, numbers: Series, names: Any, first: int) -> Series:
        return replaced_by(numbers, dict(enumerate(names, first)), "string")

    def floor(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """The last multiple of a span before."""
        _plain_zones("dt.floor", ambiguous, nonexistent)
        return self._part("floor", self._e.type, _span(freq))

    def normalize(self) -> Series:
        """Midnight of the day."""
        return self._part("floor", self._e.type, "1D")

    def ceil(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """The next multiple of a span after."""
        _plain_zones("dt.ceil", ambiguous, nonexistent)
        from ..times import parse_span

        low = X.Call("dt.floor", (self._e, X.Literal(_span(freq))), self._e.type, method=True)
        span = X.Literal(parse_span(_span(freq)))
        high = X.Cast(X.arithmetic("+", low, span), self._e.type)
        return self._series._with(X.choose(X.comparison("==", low, self._e), self._e, high))

    def round(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        raise not_there("dt.round", "use dt.floor or dt.ceil")

    def strftime(self, date_format: str) -> Series:
        """The moments as text, each different one written once."""
        return mapped(self._series, lambda v: v.strftime(date_format), "string", False)

    @property
    def tz(self) -> Any:
        zone = T.zone_of(self._e.type) if "[" in self._e.type else None
        if zone is None:
            return None
        import datetime

        if zone == "UTC":
            return datetime.timezone.utc
        import zoneinfo

        return zoneinfo.ZoneInfo(zone)

    def tz_convert(self, tz: Any) -> Series:
        """The same moments in another zone."""
        if T.zone_of(self._e.type) is None:
            raise TypeError("Cannot convert tz-naive timestamps, use tz_localize to localize")
        unit = T.unit_of(self._e.type)
        if tz is None:
            return self._series._with(X.Cast(X.Cast(self._e, f"timestamp[{unit}, UTC]"), f"timestamp[{unit}]"))
        return self._series._with(X.Cast(self._e, f"timestamp[{unit}, {tz}]"))

    def tz_localize(self, tz: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """Moments without a zone, in this one."""
        _plain_zones("dt.tz_localize", ambiguous, nonexistent)
        unit = T.unit_of(self._e.type)
        if T.zone_of(self._e.type) is not None:
            if tz is not None:
                raise TypeError("Already tz-aware, use tz_convert to convert.")
            raise not_there("tz_localize(None)", "use tz_convert(None), which gives the moments in UTC")
        if str(tz) != "UTC":
            raise not_there(f"tz_localize({tz!r})", "localize to UTC and convert from there")
        return self._series._with(X.Cast(self._e, f"timestamp[{unit}, UTC]"))

    @property
    def unit(self) -> str:
        return T.unit_of(self._e.type)

    def as_unit(self, unit: str) -> Series:
        zone = T.zone_of(self._e.type)
        return self._series._with(X.Cast(self._e, f"timestamp[{unit}, {zone}]" if zone else f"timestamp[{unit}]"))


def _span(freq: Any) -> str:
    if not isinstance(freq, str):
        seconds = getattr(freq, "total_seconds", None)
        if seconds is None:
            raise not_there("a frequency that is no text", "write it as '5min'")
        return f"{int(seconds() * 1e6)}us"
    return freq if freq[:1].isdigit() else f"1{freq}"


class SpanMethods(_Methods):
    """Parts of spans of time."""

    def total_seconds(self) -> Series:
        return self._part("total_seconds", "float64")

    def _seconds(self) -> X.Expression:
        return X.Call("dt.total_seconds", (self._e,), "float64", method=True)

    @property
    def days(self) -> Series:
        days = X.Call("floor", (X.Binary("/", self._seconds(), X.Literal(86400.0), "float64"),), "float64")
        return self._series._with(X.Cast(days, "int64"))

    @property
    def seconds(self) -> Series:
        whole = X.Call("floor", (self._seconds(),), "float64")
        return self._series._with(X.Cast(X.Binary("%", whole, X.Literal(86400.0), "float64"), "int32"))


def _plain_zones(what: str, ambiguous: Any, nonexistent: Any) -> None:
    refuse(what, ambiguous=("raise", ambiguous), nonexistent=("raise", nonexistent))
