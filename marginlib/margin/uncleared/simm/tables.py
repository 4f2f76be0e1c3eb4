"""Reading a file of parameters: every value is checked, and an error names its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from marginlib._checks import FloatArray, MarginError, numbers


class Table:
    """One table of a parameter file, with its place in it."""

    def __init__(self, place: str, content: Mapping[str, Any]) -> None:
        self.place, self._content = place, content

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def value(self, key: str) -> Any:
        """Return what is at ``key``, which must be there."""
        if key not in self._content:
            raise MarginError(f"{self.place} must have {key!r}")
        return self._content[key]

    def table(self, key: str) -> Table:
        """Return the table inside this one."""
        return Table(f"{self.place}.{key}", self.value(key))

    def tables(self) -> Iterator[Table]:
        """Yield all tables inside this one."""
        for key in self._content:
            yield self.table(key)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words."""
        return tuple(str(word) for word in self.value(key))

    def number(self, key: str) -> float:
        """Return one number."""
        return float(self._array(key, ()))

    def numbers(self, key: str, count: int) -> FloatArray:
        """Return a list of ``count`` numbers."""
        return self._array(key, (count,))

    def symmetric(self, key: str, size: int) -> FloatArray:
        """Return a matrix of ``size`` rows and columns that equals its own transpose."""
        matrix = self._array(key, (size, size))
        if not np.array_equal(matrix, matrix.T):
            row, column = np.argwhere(matrix != matrix.T)[0]
            raise MarginError(
                f"{self.place}.{key} must be symmetric; [{row}, {column}] is "
                f"{matrix[row, column]:g} and [{column}, {row}] is {matrix[column, row]:g}"
            )
        return matrix

    def _array(self, key: str, shape: tuple[int, ...]) -> FloatArray:
        array = numbers(f"{self.place}.{key}", self.value(key))
        if array.shape != shape:
            raise MarginError(f"{self.place}.{key} must have shape {shape}; got {array.shape}")
        return array
