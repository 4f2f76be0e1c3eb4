r"""Shares bought with borrowed money, and shares sold short: the rules of the United States.

Regulation T says what must be paid in when a position is opened; the brokers' own rule says what
must stay. Both speak of a *short* in another way than of a long: "150 % of the value" counts the
proceeds of the sale, which stay in the account, so what the seller adds is 50 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import MarginError, fraction, non_negative, positive
from marginlib.accounts import Accounts
from marginlib.margin.model import Model
from marginlib.margin.requirement import Requirement
from marginlib.market import Market


@dataclass(frozen=True, eq=False)
class ShareMargin(Model):
    """Shares on margin, long and short, with a minimum in money for each cheap share sold short.

    Parameters
    ----------
    initial : float
        Share of the value that a buyer pays in [fraction].
    short_initial : float
        What must be in the account of a short seller, the proceeds of the sale included, as a
        multiple of the value [times], at least 1.
    maintenance, short_maintenance : float
        Share of the value that must stay, long and short [fraction].
    cheap : float
        Price under which a share sold short must be margined in full [currency].
    short_minimum, cheap_minimum : float
        Least maintenance for a share sold short, at and above that price and below it [currency
        per share].
    leverage : float or array of shape (I,)
        How many times an index a fund moves, 1 for other shares: maintenance is multiplied by it,
        up to the whole value [times].

    Source: 12 CFR 220.12(a), (c)(1) (50 % and 150 %). FINRA Regulatory Notice 11-15 (25 % and 30 %,
    Rule 4210(c)). The minima of 5.00 and 2.50 dollars a share are those that brokers print
    (tastytrade, protective call, read 2026-11-22); the rule's own text was not read. Leveraged
    funds: FINRA Regulatory Notice 09-53.

    Selling short for 25,500 leaves 38,250 in the account; buying for 9,238 takes 4,619.

    >>> from marginlib import accounts, instruments, market
    >>> now = market.at(instruments.shares(["ACME"]), [255])
    >>> float(ShareMargin()(Accounts(0, [-100]), now).initial)
    12750.0
    >>> float(accounts.open_accounts(12_750, [-100], now).cash)
    38250.0
    """

    initial: float = 0.50
    short_initial: float = 1.50
    maintenance: float = 0.25
    short_maintenance: float = 0.30
    cheap: float = 5.00
    short_minimum: float = 5.00
    cheap_minimum: float = 2.50
    leverage: ArrayLike = 1.0

    covered_kinds = ("share",)
    fits_any_account = True

    def __post_init__(self) -> None:
        for name in ("initial", "maintenance", "short_maintenance"):
            fraction(name, getattr(self, name))
        if not self.short_initial >= 1:
            raise MarginError(
                "short_initial must be at least 1, because it counts the proceeds of the sale; "
                f"got {self.short_initial:g}, did you mean {1 + self.short_initial:g}?"
            )
        for name in ("cheap", "short_minimum", "cheap_minimum"):
            non_negative(name, getattr(self, name))
        positive("leverage", self.leverage)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        each = self.each(accounts, market)
        return Requirement(each.initial.sum(axis=-1), each.maintenance.sum(axis=-1))

    def each(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each share held or sold short, shape (..., I) [currency]."""
        is_share = np.array([kind == "share" for kind in market.instruments.kinds])
        bought, sold = self.per_share(np.where(is_share, market.price, 1.0))
        long = np.maximum(accounts.quantity, 0.0) * is_share
        short = np.maximum(-accounts.quantity, 0.0) * is_share
        return Requirement(
            long * bought.initial + short * sold.initial,
            long * bought.maintenance + short * sold.maintenance,
        )

    def per_share(self, price: ArrayLike) -> tuple[Requirement, Requirement]:
        """Return what one share bought, and one sold short, needs at a price [currency]."""
        value = positive("price", price)
        times = positive("leverage", self.leverage)
        share = np.minimum(self.short_maintenance * times, 1.0) * value
        staying = np.where(
            value < self.cheap,
            np.maximum(value, self.cheap_minimum),
            np.maximum(share, self.short_minimum),
        )
        kept = np.minimum(self.maintenance * times, 1.0) * value
        # The rule asks initially for the larger of Regulation T and maintenance.
        bought = Requirement(np.maximum(self.initial * value, kept), kept)
        sold = Requirement(np.maximum((self.short_initial - 1) * value, staying), staying)
        return bought, sold
