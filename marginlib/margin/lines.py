"""Maintenance as straight lines in the size of one position, from which prices can be solved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from marginlib._checks import FloatArray


class Lines(NamedTuple):
    """Maintenance of whole accounts while the price of one instrument moves alone.

    With N the absolute value of the position in that instrument, the maintenance is
    ``constant + max over k of (rate[k] * N - deduction[k])``. This is all that an exact
    liquidation price asks of a model. A rate is negative where the requirement shrinks as the
    position grows, and may be above 1.
    """

    rate: FloatArray  # (K,) or (K, ...) where accounts differ [fraction]
    deduction: FloatArray  # the same shape [currency]
    constant: FloatArray  # () or (...): what the price does not move [currency]

    @classmethod
    def flat(cls, constant: FloatArray) -> Lines:
        """Return the lines of a requirement that the price does not move at all."""
        return cls(np.zeros(1), np.zeros(1), constant)

    def __add__(self, other: object) -> Lines:
        """Return the lines of a sum: its maximum is the largest of all sums of pairs."""
        if not isinstance(other, Lines):
            return NotImplemented
        return Lines(
            _all_pairs(self.rate, other.rate),
            _all_pairs(self.deduction, other.deduction),
            np.asarray(self.constant + other.constant),
        )

    def scaled(self, factor: float) -> Lines:
        """Return the lines of ``factor`` times the maintenance, zero or more."""
        return Lines(*(factor * part for part in self))

    def maintenance(self, size: FloatArray) -> FloatArray:
        """Return the maintenance when the position is worth ``size``, shape (...) [currency]."""
        each = (rate * size - off for rate, off in zip(self.rate, self.deduction, strict=True))
        top = next(each)
        for line in each:
            top = np.maximum(top, line)
        return np.asarray(self.constant + top)


def _all_pairs(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return every sum of an entry of ``first`` and one of ``second``, along the first axis."""
    return np.array([one + other for one in first for other in second])
