r"""Shares bought with borrowed money, and shares sold short: the rules of the United States.

Regulation T says what must be paid in when a position is opened; the brokers' own rule says what
must stay. Both speak of a *short* in another way than of a long: "150 % of the value" counts the
proceeds of the sale, which stay in the account, so what the seller adds is 50 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, numbers, positive
from marginlib.accounts import Accounts, position_value
from marginlib.margin.questions import free_margin
from marginlib.margin.requirement import MarginModel, Model, Requirement, fits_any_account
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

    Other instruments are not charged.

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

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
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


@dataclass(frozen=True, eq=False)
class MinimumEquity(Model):
    """A model, and the least equity that any account needs to borrow or to sell short.

    Nobody has to pay in more than what is bought costs, so the minimum of an account that only
    bought things is at most their value. The minimum is asked initially; maintenance stays as it
    is.

    Parameters
    ----------
    model : margin model
    amount : float
        Least equity [currency].

    Source: Cboe Margin Manual, April 2000, introduction (2,000 dollars). The exception for what is
    bought is that of FINRA Rule 4210(b), whose text was not read.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.shares(["ACME"]), [30])
    >>> rule = MinimumEquity(ShareMargin(), 2_000)
    >>> rule(Accounts(0, [[100], [50], [-50], [0]]), now).initial.tolist()
    [2000.0, 1500.0, 2000.0, 0.0]
    """

    model: MarginModel
    amount: float

    def __post_init__(self) -> None:
        non_negative("amount", self.amount)

    @property
    def fits_any_account(self) -> bool:
        """Whether the inner model does."""
        return fits_any_account(self.model)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        need = self.model(accounts, market)
        value = position_value(accounts, market)
        cost = np.where((value < 0).any(axis=-1), np.inf, value.sum(axis=-1))
        least = np.where(need.initial > 0, np.minimum(self.amount, cost), 0.0)
        return Requirement(np.maximum(need.initial, least), need.maintenance)


def buying_power(
    accounts: Accounts, market: Market, model: MarginModel, rate: float = 0.50
) -> FloatArray:
    """Return the value of further shares that can be bought, shape (...) [currency].

    Parameters
    ----------
    accounts : Accounts
    market : Market
    model : margin model
        What the account needs initially now.
    rate : float
        Initial rate of what is bought [fraction].

    Stock worth 30,000 with a loan of 12,000: equity is 18,000 and 3,000 of it is in excess.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.shares(["ACME"]), [300])
    >>> float(buying_power(Accounts(-12_000, [100]), now, ShareMargin()))
    6000.0
    """
    share = positive("rate", fraction("rate", rate))
    return np.asarray(np.maximum(free_margin(accounts, market, model), 0.0) / share)


def special_memorandum_account(before: ArrayLike, excess: ArrayLike) -> FloatArray:
    """Return the line of credit that a gain leaves behind, shape (...) [currency].

    It rises with the excess of equity over the initial requirement and does not fall when that
    falls: it is used up by withdrawals and purchases only.

    Parameters
    ----------
    before : float or array
        The line before today's prices [currency].
    excess : float or array
        Equity less the initial requirement, :func:`marginlib.margin.free_margin` [currency].

    Source: 12 CFR 220.5; as explained in "Special Memorandum Account (SMA) Calculations on the
    Series 7 Exam", dummies.com, read 2026-11-22.

    >>> special_memorandum_account(before=[0, 4_000], excess=[3_000, -500]).tolist()
    [3000.0, 4000.0]
    """
    line = non_negative("before", before)
    return np.maximum(line, numbers("excess", excess))
