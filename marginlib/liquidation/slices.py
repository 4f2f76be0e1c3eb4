"""Limits on how much is closed at one time: a first slice, and a most for each window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, known, non_negative
from marginlib.accounts import Accounts
from marginlib.liquidation.closing import CloseAll
from marginlib.liquidation.fees import Fee
from marginlib.liquidation.policy import ClosingPolicy
from marginlib.margin import MarginModel
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class SliceFirst(ClosingPolicy):
    """A slice of each large position first; for a while after that, another rule.

    Parameters
    ----------
    share : float
        Part of a large position that is closed first [fraction].
    above : float
        Value above which a position is large [currency]; others are closed whole.
    cooldown : float
        How long the other rule holds after a slice [years].
    meanwhile : {"all", "nothing"}
        The other rule: what is left is closed whole, or the account is left alone.
    last : float or array of shape (...)
        When each account was last sliced [years, as the market's time]; see :meth:`after`.

    Source: Hyperliquid, announcement of partial liquidations and "Liquidations": 20 % of positions
    above 100,000 USDC, and whole positions in the 30 seconds after that (read in 2026).

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana, rule = Accounts(-195_000, [10]), FixedRate(initial=0.10, maintenance=0.05)
    >>> policy = SliceFirst(share=0.2, above=100_000, cooldown=1e-6)
    >>> slice_ = policy(ana, now, rule)
    >>> slice_.tolist()
    [-2.0]
    >>> left = Accounts(-155_000, [8])
    >>> policy.after(ana, now, slice_)(left, now, rule).tolist()
    [-8.0]
    """

    share: float
    above: float
    cooldown: float
    meanwhile: Literal["all", "nothing"] = "all"
    last: ArrayLike = -np.inf

    def __post_init__(self) -> None:
        fraction("share", self.share)
        non_negative("above", self.above)
        non_negative("cooldown", self.cooldown)
        known("meanwhile", self.meanwhile, ("all", "nothing"))
        if np.isnan(np.asarray(self.last, dtype=np.float64)).any():
            raise MarginError("last must be times; got nan, did you mean -inf for never?")

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether no account has a time of its own."""
        return not np.ndim(self.last)

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus the slice of large positions, and minus the whole of others."""
        whole = CloseAll()(accounts, market, model)
        is_large = np.abs(whole * market.value) > self.above
        first = np.where(is_large, self.share * whole, whole)
        passed = market.time - np.asarray(self.last, dtype=np.float64)
        cooling = np.asarray(passed < self.cooldown)[..., None]
        return np.where(cooling, whole if self.meanwhile == "all" else 0.0, first)

    def after(self, accounts: Accounts, market: Market, traded: FloatArray) -> SliceFirst:
        """Return the policy with the time noted for each account that lost a slice only.

        Parameters
        ----------
        accounts : Accounts
            The accounts before the trades.
        market : Market
            Its time is when the trades were done.
        traded : array of shape (..., I)
            Quantity traded [contracts].
        """
        sliced = ((traded != 0) & (np.abs(traded) < np.abs(accounts.quantity))).any(axis=-1)
        return replace(self, last=np.where(sliced, market.time, self.last))


@dataclass(frozen=True, eq=False)
class AtMost(ClosingPolicy):
    """Another policy, but no more than so much of each instrument at one time.

    Parameters
    ----------
    quantity : float or array of shape (I,) or (..., I)
        The most that is traded of each instrument [contracts]; see
        ``venues.protocols.closing_sizes.window_capacity``.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC"]), [20_000])
    >>> AtMost(CloseAll(), quantity=3)(Accounts(0, [10]), now, FixedRate(0.10, 0.05)).tolist()
    [-3.0]
    """

    policy: ClosingPolicy
    quantity: ArrayLike

    def __post_init__(self) -> None:
        non_negative("quantity", self.quantity)

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether the limit is the same for all, and the inner policy fits any account."""
        return np.ndim(self.quantity) <= 1 and self.policy.fits_any_account

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return the trades of the inner policy, cut to the limit."""
        most = np.asarray(self.quantity, dtype=np.float64)
        return np.asarray(np.clip(self.policy(accounts, market, model, fee), -most, most))
