"""What options are worth, where they are counted, and what buying one costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, fraction, non_negative, positive
from marginlib.accounts import Accounts, equity
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.market import Market


class OptionsApart(NamedTuple):
    """An account as a venue shows it that leaves options out of the balance."""

    balance: FloatArray  # equity without the value of options, shape (...) [currency]
    requirement: Requirement  # with the value of options, shape (...) [currency]

    @property
    def ratio(self) -> FloatArray:
        """Maintenance over balance, shape (...) [fraction]; infinite where no balance is left."""
        left = np.where(self.balance > 0, self.balance, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.requirement.maintenance / left)


def options_apart(accounts: Accounts, market: Market, model: MarginModel) -> OptionsApart:
    """Return balance and requirement with the value of all options moved from one to the other.

    What is free or missing is the same: only the two printed numbers differ. Where a requirement
    would fall below zero, because options that were bought are worth more than is asked, it is 0.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import ShortOptionRate, ShortOptions
    >>> book = instruments.join(
    ...     instruments.cash(["BTC"]),
    ...     instruments.options(["C"], "BTC", strike=29_700, expiry=0, is_call=True),
    ... )
    >>> now = market.at(book, [30_000], volatility=[0.5])  # expiring, so worth 300
    >>> rule = ShortOptions(ShortOptionRate(0.15, 0.10), ShortOptionRate(minimum=0.03, fee=0.002))
    >>> seen = options_apart(Accounts(10_000, [0, -1]), now, rule)
    >>> float(seen.balance), float(seen.requirement.maintenance), float(seen.ratio)
    (10000.0, 1260.0, 0.126)
    """
    worth = option_value(accounts, market)
    need = model(accounts, market)
    requirement = Requirement(
        np.maximum(need.initial - worth, 0.0), np.maximum(need.maintenance - worth, 0.0)
    )
    return OptionsApart(equity(accounts, market) - worth, requirement)


def option_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what all options are worth, bought less sold, shape (...) [currency]."""
    options = market.instruments.options
    held = accounts.quantity[..., options] * market.value[..., options]
    return np.asarray(held.sum(axis=-1))


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
