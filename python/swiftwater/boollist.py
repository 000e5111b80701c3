"""What comparing the labels of an index gives."""

from __future__ import annotations

from typing import Iterable, List


class BoolList(List[bool]):
    """True or false for each label; combines with others and chooses columns, without NumPy."""

    def all(self) -> bool:
        return all(self)

    def any(self) -> bool:
        return any(self)

    def sum(self) -> int:
        return sum(self)

    def tolist(self) -> List[bool]:
        return list(self)

    def __invert__(self) -> "BoolList":
        return BoolList(not b for b in self)

    def __and__(self, other: Iterable[bool]) -> "BoolList":
        return BoolList(a and bool(b) for a, b in zip(self, other))

    def __or__(self, other: Iterable[bool]) -> "BoolList":
        return BoolList(a or bool(b) for a, b in zip(self, other))
