"""`Series.str`: methods of text, the engine's where it has them, else Python's once for each different text."""

from __future__ import annotations

import re
from typing import Any, Callable, List, Optional

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..applying import mapped
from ..frame import DataFrame
from ..missing import absent, not_there, refuse
from ..series import Series


class TextMethods:
    """Methods of each text of a series; missing texts stay missing."""

    def __init__(self, series: Series) -> None:
        type_ = series._expr.type
        if not T.is_text(type_) and type_ != "null" and not type_.startswith("list"):
            raise AttributeError("Can only use .str accessor with string values, not " + T.dtype_name(type_))
        self._series = series
        self._e = series._expr if type_ != "null" else X.Cast(series._expr, "string")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("Series.str", name)

    def _call(self, name: str, type_: str = "string", *arguments: Any, **words: Any) -> Series:
        lifted = tuple(X.Literal(a) for a in arguments)
        e = X.Call(f"str.{name}", (self._e, *lifted), type_, tuple(words.items()), method=True)
        return self._series._with(e)

    def _mapped(self, change: Callable[[str], Any], type_: str = "string") -> Series:
        series = self._series._with(self._e)
        return mapped(series, change, type_, False)

    def _test(self, e: X.Expression, na: Any) -> Series:
        """A test, which is false of missing texts unless `na` says otherwise."""
        missing = False if na is None or V.is_missing(na) else bool(na)
        return self._series._with(X.Call("fillna", (e, X.Literal(missing)), "bool"))

    def lower(self) -> Series:
        return self._call("lower")

    def upper(self) -> Series:
        return self._call("upper")

    def len(self) -> Series:
        if self._e.type.startswith("list"):
            return mapped_lists(self._series, len)
        return self._call("len", "int64")

    def strip(self, to_strip: Optional[str] = None) -> Series:
        return self._call("strip", "string", *([] if to_strip is None else [to_strip]))

    def lstrip(self, to_strip: Optional[str] = None) -> Series:
        return self._call("lstrip", "string", *([] if to_strip is None else [to_strip]))

    def rstrip(self, to_strip: Optional[str] = None) -> Series:
        return self._call("rstrip", "string", *([] if to_strip is None else [to_strip]))

    def contains(self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, regex: bool = True) -> Series:
        """Whether each text contains a pattern."""
        if hasattr(pat, "pattern"):
            flags |= pat.flags & ~re.UNICODE
            pat = pat.pattern
        if regex and (flags & ~re.IGNORECASE or _is_beyond(pat)):
            compiled = re.compile(pat, flags if case else flags | re.IGNORECASE)
            return self._test(self._mapped(lambda s: compiled.search(s) is not None, "bool")._expr, na)
        words: List[Any] = []
        if not case or flags & re.IGNORECASE:
            words.append(("case", False))
        if not regex:
            words.append(("regex", False))
        e = X.Call("str.contains", (self._e, X.Literal(pat)), "bool", tuple(words), method=True)
        return self._test(e, na)

    def startswith(self, pat: Any, na: Any = None) -> Series:
        return self._affix("startswith", pat, na)

    def endswith(self, pat: Any, na: Any = None) -> Series:
        return self._affix("endswith", pat, na)

    def _affix(self, name: str, pat: Any, na: Any) -> Series:
        if not isinstance(pat, (str, tuple)):
            raise TypeError(f"expected a string or tuple, not {type(pat).__name__}")
        e: Optional[X.Expression] = None
        for one in (pat,) if isinstance(pat, str) else pat:
            test = X.Call(f"str.{name}", (self._e, X.Literal(one)), "bool", method=True)
            e = test if e is None else X.Binary("or", e, test, "bool")
        return self._test(e if e is not None else X.Literal(False), na)

    def match(self, pat: str, case: bool = True, flags: int = 0, na: Any = None) -> Series:
        """Whether each text begins with a regular expression."""
        compiled = re.compile(pat, flags if case else flags | re.IGNORECASE)
        return self._test(self._mapped(lambda s: compiled.match(s) is not None, "bool")._expr, na)

    def fullmatch(self, pat: str, case: bool = True, flags: int = 0, na: Any = None) -> Series:
        compiled = re.compile(pat, flags if case else flags | re.IGNORECASE)
        return self._test(self._mapped(lambda s: compiled.fullmatch(s) is not None, "bool")._expr, na)

    def slice(self, start: Optional[int] = None, stop: Optional[int] = None, step: Optional[int] = None) -> Series:
        """A part of each text."""
        if step not in (None, 1):
            part = slice(start, stop, step)
            return self._mapped(lambda s: s[part])
        words = {k: v for k, v in (("start", start), ("stop", stop)) if v is not None}
        return self._call("slice", "string", **words)

    def get(self, i: Any) -> Series:
        """A character of each text."""
        if self._e.type.startswith("list"):
            return mapped_lists(self._series, lambda v: v[i] if -len(v) <= i < len(v) else None)
        return self._call("get", "string", i)

    def __getitem__(self, key: Any) -> Series:
        if isinstance(key, slice):
            return self.slice(key.start, key.stop, key.step)
        return self.get(key)

    def replace(self, pat: Any, repl: Any = None, n: int = -1, case: Optional[bool] = None, flags: int = 0, regex: bool = False) -> Series:
        """Occurrences of a text, or of a regular expression, replaced."""
        if isinstance(pat, dict):
            result = self._series
            for old, new in pat.items():
                result = result.str.replace(old, new, n, case, flags, regex)
            return result
        if repl is None:
            raise ValueError("Cannot call replace with None repl")
        if not regex and not hasattr(pat, "pattern") and not callable(repl) and case in (None, True):
            return self._call("replace", "string", pat, repl, **({} if n == -1 else {"n": n}))
        if case is False:
            flags |= re.IGNORECASE
        compiled = pat if hasattr(pat, "pattern") else re.compile(pat if regex else re.escape(pat), flags)
        return self._mapped(lambda s: compiled.sub(repl, s, count=max(n, 0)))

    def cat(self, others: Any = None, sep: str = "", na_rep: Any = None, join: str = "left") -> Any:
        """The texts joined: all to one, or each with another series' text."""
        refuse("str.cat", join=("left", join))
        if others is None:
            texts = [t if not V.is_missing(t) else na_rep for t in self._series.tolist()]
            return (sep or "").join(t for t in texts if t is not None)
        held = others if isinstance(others, list) else [others]
        result = self._series
        if na_rep is not None:
            result = result.fillna(na_rep)
        for other in held:
            if not isinstance(other, Series):
                raise not_there("str.cat with lists", "make them a series")
            right = other.fillna(na_rep) if na_rep is not None else other
            result = result + (sep or "") + right
        return result._named(self._series._name)

    def split(self, pat: Optional[str] = None, *, n: int = -1, expand: bool = False, regex: Any = None) -> Any:
        """Each text in parts: a list, or columns with `expand`."""
        if regex or (regex is None and pat is not None and len(pat) > 1 and regex is not False):
            compiled = re.compile(pat or r"\s+")
            change: Callable[[str], List[str]] = lambda s: compiled.split(s, maxsplit=max(n, 0))
        else:
            change = lambda s: s.split(pat, n if n > 0 else -1)
        return self._parts(change, expand)

    def rsplit(self, pat: Optional[str] = None, *, n: int = -1, expand: bool = False) -> Any:
        return self._parts(lambda s: s.rsplit(pat, n if n > 0 else -1), expand)

    def partition(self, sep: str = " ", expand: bool = True) -> Any:
        return self._parts(lambda s: list(s.partition(sep)), expand)

    def rpartition(self, sep: str = " ", expand: bool = True) -> Any:
        return self._parts(lambda s: list(s.rpartition(sep)), expand)

    def _parts(self, change: Callable[[str], List[str]], expand: bool) -> Any:
        texts = self._series._computed().values(0)
        known = {t: change(t) for t in set(texts) if t is not None}
        if not expand:
            return self._series._like([None if t is None else known[t] for t in texts])._named(self._series._name)
        width = max((len(p) for p in known.values()), default=1)
        table = {
            i: [None if t is None or len(known[t]) <= i else known[t][i] for t in texts] for i in range(width)
        }
        frame = DataFrame({k: Series(v, dtype="str") for k, v in table.items()})
        return frame if self._series._levels.is_range and self._series._levels.start == 0 else frame.set_axis(self._series.index)

    def extract(self, pat: str, flags: int = 0, expand: bool = True) -> Any:
        """The groups of a regular expression in each text, as columns."""
        compiled = re.compile(pat, flags)
        if not compiled.groups:
            raise ValueError("pattern contains no capture groups")
        names = {i - 1: name for name, i in compiled.groupindex.items()}
        labels: List[Any] = [names.get(i, i) for i in range(compiled.groups)]
        made = []
        for i in range(compiled.groups):
            def take(text: str, i: int = i) -> Any:
                found = compiled.search(text)
                return found.group(i + 1) if found else None

            made.append(self._mapped(take))
        if not expand and len(made) == 1:
            return made[0]
        frame = made[0].to_frame(labels[0])
        for label, series in zip(labels[1:], made[1:]):
            frame[label] = series
        return frame

    def findall(self, pat: str, flags: int = 0) -> Series:
        compiled = re.compile(pat, flags)
        texts = self._series._computed().values(0)
        return self._series._like([None if t is None else compiled.findall(t) for t in texts])._named(self._series._name)

    def count(self, pat: str, flags: int = 0) -> Series:
        """How often a regular expression occurs in each text."""
        compiled = re.compile(pat, flags)
        return self._mapped(lambda s: len(compiled.findall(s)), "int64")

    def find(self, sub: str, start: int = 0, end: Optional[int] = None) -> Series:
        return self._mapped(lambda s: s.find(sub, start, end), "int64")

    def rfind(self, sub: str, start: int = 0, end: Optional[int] = None) -> Series:
        return self._mapped(lambda s: s.rfind(sub, start, end), "int64")

    def title(self) -> Series:
        return self._mapped(str.title)

    def capitalize(self) -> Series:
        return self._mapped(str.capitalize)

    def swapcase(self) -> Series:
        return self._mapped(str.swapcase)

    def casefold(self) -> Series:
        return self._mapped(str.casefold)

    def zfill(self, width: int) -> Series:
        return self._mapped(lambda s: s.zfill(width))

    def pad(self, width: int, side: str = "left", fillchar: str = " ") -> Series:
        """The texts made this wide."""
        change = {"left": str.rjust, "right": str.ljust, "both": str.center}[side]
        return self._mapped(lambda s: change(s, width, fillchar))

    def center(self, width: int, fillchar: str = " ") -> Series:
        return self.pad(width, "both", fillchar)

    def ljust(self, width: int, fillchar: str = " ") -> Series:
        return self.pad(width, "right", fillchar)

    def rjust(self, width: int, fillchar: str = " ") -> Series:
        return self.pad(width, "left", fillchar)

    def repeat(self, repeats: int) -> Series:
        return self._mapped(lambda s: s * repeats)

    def removeprefix(self, prefix: str) -> Series:
        return self._mapped(lambda s: s[len(prefix) :] if s.startswith(prefix) else s)

    def removesuffix(self, suffix: str) -> Series:
        return self._mapped(lambda s: s[: -len(suffix)] if suffix and s.endswith(suffix) else s)

    def join(self, sep: str) -> Series:
        if self._e.type.startswith("list"):
            return mapped_lists(self._series, lambda v: sep.join(v))
        return self._mapped(lambda s: sep.join(s))

    def normalize(self, form: Any) -> Series:
        import unicodedata

        return self._mapped(lambda s: unicodedata.normalize(form, s))

    def get_dummies(self, sep: str = "|", dtype: Any = None) -> DataFrame:
        """A column for each word between separators."""
        refuse("str.get_dummies", dtype=(None, dtype))
        texts = self._series._computed().values(0)
        words = sorted({w for t in texts if t for w in t.split(sep) if w})
        made = {w: [int(t is not None and w in t.split(sep)) for t in texts] for w in words}
        return DataFrame(made, index=self._series.index)

    def _is(self, test: Callable[[str], bool]) -> Series:
        return self._test(self._mapped(test, "bool")._expr, None)

    def isdigit(self) -> Series:
        return self._is(str.isdigit)

    def isnumeric(self) -> Series:
        return self._is(str.isnumeric)

    def isdecimal(self) -> Series:
        return self._is(str.isdecimal)

    def isalpha(self) -> Series:
        return self._is(str.isalpha)

    def isalnum(self) -> Series:
        return self._is(str.isalnum)

    def isspace(self) -> Series:
        return self._is(str.isspace)

    def islower(self) -> Series:
        return self._is(str.islower)

    def isupper(self) -> Series:
        return self._is(str.isupper)

    def istitle(self) -> Series:
        return self._is(str.istitle)


def mapped_lists(series: Series, change: Callable[[Any], Any]) -> Series:
    """A function of each list."""
    return series._like([None if v is None else change(v) for v in series._computed().values(0)])._named(series._name)


def _is_beyond(pattern: str) -> bool:
    """Whether a pattern has what the engine's regular expressions may read in another way than Python's."""
    return bool(re.search(r"[\[\](){}*+?|\\^$.]", pattern)) and not re.fullmatch(r"[\w \-:/,;=@#%&!~'\"<>]*", pattern)
