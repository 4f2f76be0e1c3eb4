"""What must be there: to open, and to stay open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import non_negative
from marginlib._fields import NonNegative, checked
from marginlib.accounts import Accounts
from marginlib.market import Market


@checked
class Requirement:
    """What must be there to open (initial) and to stay open (maintenance).

    Parameters
    ----------
    initial, maintenance : array of shape (...)
        Requirements of each account, zero or more [currency].

    >>> both = Requirement(10.0, 5.0) + Requirement(1.0, 1.0)
    >>> float(both.initial), float((2 * both).maintenance)
    (11.0, 12.0)
    """

    initial: NonNegative
    maintenance: NonNegative

    def __add__(self, other: Requirement) -> Requirement:
        return Requirement(self.initial + other.initial, self.maintenance + other.maintenance)

    def __mul__(self, factor: ArrayLike) -> Requirement:
        scale = non_negative("factor", factor)
        return Requirement(self.initial * scale, self.maintenance * scale)

    __rmul__ = __mul__

    def at_least(self, other: Requirement) -> Requirement:
        """Return the larger of two requirements, each of its two parts by itself.

        >>> float(Requirement(10.0, 5.0).at_least(Requirement(8.0, 6.0)).maintenance)
        6.0
        """
        return Requirement(
            np.maximum(self.initial, other.initial), np.maximum(self.maintenance, other.maintenance)
        )


MarginModel: TypeAlias = Callable[[Accounts, Market], Requirement]
