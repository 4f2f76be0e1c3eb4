"""Prices and sizes on the grid that a venue trades on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, known, numbers, numbers_or_none, positive, together
from marginlib._fields import Positive, checked, default
from marginlib.accounts import Accounts
from marginlib.liquidation import ClosingPolicy
from marginlib.liquidation.execution import Policy
from marginlib.liquidation.fees import Fee
from marginlib.margin import MarginModel
from marginlib.market import Market

Rounding = Literal["nearest", "down", "up"]

_ROUNDED: dict[str, np.ufunc] = {"nearest": np.rint, "down": np.floor, "up": np.ceil}
# What a float cannot tell from a whole number of steps is one: 0.3 is three steps of 0.1.
_NEAR = 1e-9


@checked
class Ticks:
    """The smallest steps of price and size.

    Parameters
    ----------
    price : float or array of shape (I,)
        Smallest step of the price [quote currency].
    size : float or array of shape (I,)
        Smallest step of the quantity [contracts].

    >>> steps = Ticks(price=0.5, size=0.001)
    >>> float(steps.rounded_price(18_947.37)), float(steps.rounded_price(18_947.37, "down"))
    (18947.5, 18947.0)
    >>> steps.rounded_size([0.81079, -0.81079]).tolist()
    [0.81, -0.81]
    """

    price: Positive
    size: Positive = default(1.0)

    def rounded_price(self, price: ArrayLike, rounding: Rounding = "nearest") -> FloatArray:
        """Return prices on the grid, of the same shape; ``nan`` stays ``nan``.

        Parameters
        ----------
        price : float or array of shape (...) or (..., I)
            Prices [quote currency].
        rounding : {"nearest", "down", "up"}
        """
        return on_grid(numbers_or_none("price", price), self.price, rounding)

    def rounded_size(self, quantity: ArrayLike, rounding: Rounding = "down") -> FloatArray:
        """Return quantities on the grid; ``"down"`` is towards zero, for either side.

        Parameters
        ----------
        quantity : float or array of shape (..., I)
            Quantities [contracts].
        rounding : {"nearest", "down", "up"}
        """
        held = numbers("quantity", quantity)
        return np.asarray(np.sign(held) * on_grid(np.abs(held), self.size, rounding) + 0.0)


@dataclass(frozen=True, eq=False)
class InLots(ClosingPolicy):
    """Another policy, in whole steps of size: at least what it trades, at most what is held."""

    policy: Policy
    size: FloatArray

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether the inner policy fits any account."""
        return isinstance(self.policy, ClosingPolicy) and self.policy.fits_any_account

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return the trades of the inner policy, rounded up to whole steps."""
        if isinstance(self.policy, ClosingPolicy):
            traded = self.policy(accounts, market, model, fee)
        else:
            traded = self.policy(accounts, market, model)
        held = np.abs(accounts.quantity)
        return np.asarray(np.clip(Ticks(1.0, self.size).rounded_size(traded, "up"), -held, held))


def on_grid(value: ArrayLike, step: ArrayLike, rounding: Rounding) -> FloatArray:
    """Return ``value`` as a whole number of steps; ``nan`` stays."""
    size, each = np.asarray(value, dtype=np.float64), positive("step", step)
    together(value=size, step=each)
    count = size / each
    whole = np.round(count)
    rounded = _ROUNDED[known("rounding", rounding, _ROUNDED)](count)
    count = np.where(np.abs(count - whole) <= _NEAR * np.maximum(np.abs(whole), 1), whole, rounded)
    # Dividing by a whole number of steps in one keeps the digits that people write.
    per_one = np.round(1 / each)
    exact = (per_one > 0) & (np.abs(per_one * each - 1) <= _NEAR)
    return np.asarray(np.where(exact, count / np.where(exact, per_one, 1.0), count * each))
