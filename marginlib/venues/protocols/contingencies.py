r"""Additions to the initial margin for days on which prices themselves cannot be trusted.

Both are a share of the underlying's price for every unit at risk: contracts on both sides, options
that were sold (those bought can only lose what they are worth), and what is held as collateral
where that is asked for.
"""

from __future__ import annotations

import numpy as np

from marginlib._checks import FloatArray, hold, last_axis, together
from marginlib._fields import Fraction, NonNegative, checked
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin.model import Charge
from marginlib.margin.requirement import Requirement
from marginlib.market import Market


@checked
class LowConfidence(Charge):
    r"""A charge on what is priced by a feed that is not sure of itself.

    A feed publishes a confidence from 0 to 1 with its price. Where the lowest confidence c of the
    feeds behind an instrument is under the threshold, every unit at risk is charged
    :math:`(1 - c) \cdot \text{factor} \cdot S`, with S the price of the underlying.

    Parameters
    ----------
    confidence : array of shape (I,) or (F, I)
        Confidence in each instrument's price; several rows for several feeds behind it, of which
        the lowest counts [fraction].
    threshold : float or array of shape (I,)
        Confidence from which nothing is charged [fraction].
    factor : float or array of shape (I,)
        Charge at no confidence at all, as a share of the underlying's price [times].
    bought : bool
        Whether options that were bought are charged too; otherwise only those sold.

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/StandardManager.sol, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.linear(["ETH"]), [1_500])
    >>> unsure = LowConfidence([[0.9], [0.3]], threshold=0.4, factor=0.4)
    >>> round(float(unsure(Accounts(0, [-2]), now).initial), 6)
    840.0
    """

    confidence: Fraction
    threshold: Fraction
    factor: NonNegative
    bought: bool = False

    def __post_init__(self) -> None:
        rows = np.atleast_1d(self.confidence)
        hold(self, confidence=rows.reshape(-1, rows.shape[-1]).min(axis=0))
        together(confidence=self.confidence, threshold=self.threshold, factor=self.factor)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the charge for each account, shape (...), in the initial margin only."""
        last_axis("confidence", self.confidence, market.instruments.names)
        doubt = np.where(self.confidence < self.threshold, 1 - self.confidence, 0.0)
        instruments = market.instruments
        units = units_at_risk(accounts, instruments)
        owned = instruments.is_cash | (instruments.is_option & self.bought)
        units = units + np.maximum(accounts.quantity, 0.0) * owned
        return _initial_only(units * unit_exposure(market) @ (doubt * self.factor))


@checked
class Depeg(Charge):
    r"""A charge while the stable coin that the ledger counts in is worth less than it should be.

    Under the threshold, every contract and every option sold is charged
    :math:`(\text{threshold} - \text{price}) \cdot \text{factor} \cdot S`.

    Parameters
    ----------
    price : float or array of shape (...)
        Price of the stable coin [units of what it stands for].
    threshold : float
        Price from which nothing is charged [the same].
    factor : float
        Charge for each unit of shortfall, as a multiple of the underlying's price [times].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/StandardManager.sol, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.linear(["ETH"]), [1_500])
    >>> round(float(Depeg(0.93, threshold=0.98, factor=1.2)(Accounts(0, [1]), now).initial), 6)
    90.0
    """

    price: NonNegative
    threshold: NonNegative
    factor: NonNegative

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether the stable coin has one price for all."""
        return not self.price.shape

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the charge for each account, shape (...), in the initial margin only."""
        rate = np.maximum(self.threshold - self.price, 0.0) * self.factor
        exposed = units_at_risk(accounts, market.instruments) * unit_exposure(market)
        return _initial_only(rate * exposed.sum(axis=-1))


def units_at_risk(accounts: Accounts, instruments: Instruments) -> FloatArray:
    """Return contracts held on either side and options sold, shape (..., I) [contracts]."""
    contracts = np.abs(accounts.quantity) * instruments.is_margined
    return np.asarray(contracts + np.maximum(-accounts.quantity, 0.0) * instruments.is_option)


def unit_exposure(market: Market) -> FloatArray:
    """Return what the underlying of one contract is worth, shape (..., I) [currency].

    Linear contracts, shares and options count the price of what they are on, if it is in the list;
    an option on a future counts what the future is on, or else the future.
    """
    book = market.instruments
    names = book.names
    place = [
        next((names.index(thing) for thing in (last, one.underlying) if thing in names), own)
        for own, (one, last) in enumerate(zip(book.each, book.underlyings, strict=True))
    ]
    exposure: FloatArray = market.price[..., place] * book.sizes
    for own, one in enumerate(book.each):
        if one.kind in ("inverse", "quanto"):
            exposure[..., own] = np.abs(market.value[..., own])
        elif one.kind == "inverse_option":
            exposure[..., own] = one.size  # the ledger counts in the underlying itself
    return exposure


def _initial_only(amount: FloatArray) -> Requirement:
    return Requirement(amount, np.zeros_like(amount))
