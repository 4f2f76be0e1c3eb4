"""What closing policies share: what can be closed, and walking down a path until it is enough.

A path runs from nothing closed to all of it. A policy that stops looks for its first point at which
the account is well enough; where there is none, it closes all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, known, positive, together
from marginlib.accounts import Accounts, equity
from marginlib.liquidation.fees import Fee, fee_on
from marginlib.margin import MarginModel
from marginlib.market import Market

#: A point on the path, shape (...), to the share of each position that is closed, shape (..., I).
Path = Callable[[FloatArray], FloatArray]
_HALVINGS = 50  # of the interval in which the account becomes well enough


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
    """

    requirement: Literal["initial", "maintenance"] = "initial"
    ratio: float = 1.0

    def __post_init__(self) -> None:
        known("requirement", self.requirement, ("initial", "maintenance"))
        positive("ratio", self.ratio)

    def is_met(self, accounts: Accounts, market: Market, model: MarginModel) -> NDArray[np.bool_]:
        """Tell which accounts are well enough, shape (...)."""
        need = getattr(model(accounts, market), self.requirement)
        return np.asarray(need <= self.ratio * equity(accounts, market))

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
            return self.is_met(_after(accounts, market, model, fee, trades), market, model)

        shape = together(accounts=accounts.shape, market=market.shape)
        return traded(_first_enough(is_enough, stops, between, shape))


def closable(accounts: Accounts, market: Market) -> FloatArray:
    """Return the trades that close everything but collateral, shape (..., I) [contracts]."""
    shape = together(accounts=accounts.shape, market=market.shape)
    held = np.broadcast_to(accounts.quantity, (*shape, accounts.quantity.shape[-1]))
    owned = market.instruments.is_cash & (held > 0)
    return np.asarray(np.where(owned | (held == 0), 0.0, -held))


def _after(
    accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee, traded: FloatArray
) -> Accounts:
    """Return the accounts after the trades and what they cost."""
    paid = fee_on(fee, accounts, market, model, traded)
    cost = np.einsum("...i,...i->...", traded, market.value) + paid
    return Accounts(accounts.cash - cost, accounts.quantity + traded)


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
    for _ in range(_HALVINGS):
        middle = (before + point) / 2
        enough = is_enough(middle)
        before = np.where(enough, before, middle)
        point = np.where(searched & enough, middle, point)
    return point
