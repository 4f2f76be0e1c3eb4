"""What closing policies share: what can be closed, and walking down a path until it is enough.

A path runs from nothing closed to all of it. A policy that stops looks for its first point at which
the account is well enough; where there is none, it closes all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._bisection import bisection
from marginlib._checks import FloatArray, known, positive, together
from marginlib.accounts import Accounts, equity
from marginlib.liquidation.fees import Fee, fee_on
from marginlib.margin import MarginModel
from marginlib.market import Market

#: A point on the path, shape (...), to the share of each position that is closed, shape (..., I).
Path = Callable[[FloatArray], FloatArray]


class ClosingPolicy(ABC):
    """What the policies of this module share."""

    #: Whether it holds nothing that belongs to particular accounts of a batch.
    fits_any_account: bool = True

    @abstractmethod
    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return the quantity to trade, shape (..., I) [contracts]; ``fee`` is what it costs."""


@dataclass(frozen=True)
class StoppingPolicy(ClosingPolicy):
    """A policy that stops once the requirement is down to a share of the equity.

    Parameters
    ----------
    requirement : {"initial", "maintenance"}
        The requirement that is compared with equity.
    ratio : float
        Requirement over equity at which it stops [fraction]: 1 restores the requirement, 0.9 ends
        with a margin ratio of at most 90 %, and 1 / 1.25 with a health of at least 1.25.
    equality_is_safe : bool
        Whether it may stop where the two are equal, or must go beyond; as the venue is asked in
        :func:`marginlib.liquidation.status`.
    """

    requirement: Literal["initial", "maintenance"] = "initial"
    ratio: float = 1.0
    equality_is_safe: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        known("requirement", self.requirement, ("initial", "maintenance"))
        positive("ratio", self.ratio)

    def is_met(self, accounts: Accounts, market: Market, model: MarginModel) -> NDArray[np.bool_]:
        """Tell which accounts are well enough, shape (...)."""
        need = getattr(model(accounts, market), self.requirement)
        most = self.ratio * equity(accounts, market)
        # An account that needs nothing and has nothing is well enough either way.
        equal = (need == most) & (self.equality_is_safe | (need == 0))
        return np.asarray((need < most) | equal)

    def walk(
        self,
        accounts: Accounts,
        market: Market,
        model: MarginModel,
        fee: float | Fee,
        path: Path,
        stops: FloatArray,
        between: bool,
    ) -> FloatArray:
        """Return the trades that lead to the first point of the path that is well enough.

        The path is looked at in its ``stops``, the first of which is where the account is now; and
        if ``between``, also between the last one that is not well enough and the first that is.
        """
        everything = closable(accounts, market)

        def traded(point: FloatArray) -> FloatArray:
            return np.asarray(path(point) * everything + 0.0)  # which turns -0 into 0

        def is_enough(point: FloatArray) -> NDArray[np.bool_]:
            trades = traded(point)
            paid = fee_on(fee, accounts, market, model, trades)
            return self.is_met(traded_at(accounts, market, trades, paid), market, model)

        shape = together(accounts=accounts, market=market)
        return traded(_first_enough(is_enough, stops, between, shape))


def closable(accounts: Accounts, market: Market) -> FloatArray:
    """Return the trades that close everything but collateral, shape (..., I) [contracts]."""
    shape = together(accounts=accounts, market=market)
    held = np.broadcast_to(accounts.quantity, (*shape, accounts.quantity.shape[-1]))
    owned = market.instruments.is_cash & (held > 0)
    return np.asarray(np.where(owned | (held == 0), 0.0, -held))


def traded_at(
    accounts: Accounts, market: Market, traded: FloatArray, paid: ArrayLike = 0.0
) -> Accounts:
    """Return the accounts after trades at these prices, and what they cost beside."""
    received = -np.einsum("...i,...i->...", traded, market.value)
    return Accounts(accounts.cash + received - paid, accounts.quantity + traded)


def _first_enough(
    is_enough: Callable[[FloatArray], NDArray[np.bool_]],
    stops: FloatArray,
    between: bool,
    shape: tuple[int, ...],
) -> FloatArray:
    """Return the first point of the path that is enough, shape (...); its end where none is."""
    before, point = np.full(shape, stops[0]), np.full(shape, stops[0])
    found = is_enough(point)
    at_once = found
    for stop in stops[1:]:
        if found.all():
            break
        before, point = np.where(found, before, point), np.where(found, point, stop)
        found = found | is_enough(point)
    searched = found & ~at_once
    if not between or not searched.any():
        return point
    _, first = bisection(lambda at: ~is_enough(at), before, point)
    return np.where(searched, first, point)
