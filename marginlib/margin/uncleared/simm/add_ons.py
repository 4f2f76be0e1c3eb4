"""Add-ons: what two parties agree on top, or a supervisor demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, known, non_negative, numbers, refuse
from marginlib.margin.uncleared.simm.risk_types import PRODUCT_CLASSES


@dataclass(frozen=True)
class AddOns:
    """Multipliers, shares of notional and fixed amounts.

    Parameters
    ----------
    multipliers : mapping from product class to float
        The margin of the product class counts this many times, 1 or more [times].
    notional_factors : mapping from product to float
        Share of the notional of a product that is added [fraction].
    notionals : mapping from product to array of shape (n,)
        Notionals of its trades, whose sizes count; a product without a factor adds nothing [USD].
    fixed : array of shape (n,)
        Amounts added as they are [USD].

    >>> import numpy as np
    >>> extra = AddOns(multipliers={"Credit": 1.5}, notional_factors={"Alpha": 0.125},
    ...                notionals={"Alpha": [80_000_000]}, fixed=[10_000_000])
    >>> float(extra.margin({"Credit": np.array(2_000_000.0)}))
    21000000.0
    """

    multipliers: Mapping[str, float] = field(default_factory=dict)
    notional_factors: Mapping[str, float] = field(default_factory=dict)
    notionals: Mapping[str, ArrayLike] = field(default_factory=dict)
    fixed: ArrayLike = ()

    def __post_init__(self) -> None:
        """Check all four parts."""
        for product, times in self.multipliers.items():
            name = f"multipliers[{known('multipliers', product, PRODUCT_CLASSES)!r}]"
            factor = numbers(name, times)
            refuse(name, factor, factor < 1, "must be at least 1")
        for product, share in self.notional_factors.items():
            name = f"notional_factors[{product!r}]"
            factor = non_negative(name, share)
            refuse(name, factor, factor > 1, "must be a fraction", hint=lambda bad: bad / 100)
            if product not in self.notionals:
                raise MarginError(f"{name} must have its notionals; got none for {product!r}")
        for product, amounts in self.notionals.items():
            numbers(f"notionals[{product!r}]", amounts)
        numbers("fixed", self.fixed)

    def margin(self, product_margins: Mapping[str, FloatArray]) -> FloatArray:
        """Return all add-ons to the margins of the product classes, shape (...) [USD]."""
        multiplied = sum(
            (self.multipliers.get(product, 1.0) - 1.0) * margin
            for product, margin in product_margins.items()
        )
        of_notional = sum(
            share * np.abs(np.asarray(self.notionals[product], dtype=np.float64)).sum()
            for product, share in self.notional_factors.items()
        )
        return np.asarray(multiplied + of_notional + np.sum(np.asarray(self.fixed, dtype=float)))
