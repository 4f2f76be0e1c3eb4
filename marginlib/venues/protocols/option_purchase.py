"""What an option costs that is bought: its price and a fee."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive


class PurchaseCost(NamedTuple):
    """What an option costs that is bought; each part has the shape of the arguments."""

    premium: FloatArray  # [currency]
    fee: FloatArray  # [currency]

    @property
    def total(self) -> FloatArray:
        """Premium and fee together [currency]."""
        return self.premium + self.fee


def purchase_cost(
    price: ArrayLike,
    quantity: ArrayLike,
    underlying: ArrayLike = 1.0,
    fee: ArrayLike = 0.0,
    fee_cap: ArrayLike = 1.0,
) -> PurchaseCost:
    """Return premium and fee of options bought, with the fee capped at a share of the premium.

    Parameters
    ----------
    price : float or array
        Price of the option, per unit of the underlying [currency].
    quantity : float or array
        Units of the underlying: contracts times their size.
    underlying : float or array
        Price of the underlying, which the fee is a share of [currency].
    fee : float or array
        Fee, as a share of the underlying's price [fraction].
    fee_cap : float or array
        Largest fee, as a share of the option's price [fraction].

    Source: Bybit, options fees, help article 5526069204377.

    >>> cost = purchase_cost(3_500, 0.3, underlying=42_000, fee=0.0003, fee_cap=0.125)
    >>> float(cost.premium), round(float(cost.fee), 2), round(float(cost.total), 2)
    (1050.0, 3.78, 1053.78)
    """
    each, units = non_negative("price", price), non_negative("quantity", quantity)
    charged = fraction("fee", fee) * positive("underlying", underlying)
    capped = np.minimum(charged, fraction("fee_cap", fee_cap) * each)
    return PurchaseCost(each * units, capped * units)
