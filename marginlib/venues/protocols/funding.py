"""Funding that a perpetual contract is about to charge, set aside before it is due."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, numbers, positive, refuse, together
from marginlib._fields import NonNegative, Numbers, checked
from marginlib.accounts import Accounts
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.lines import Lines
from marginlib.margin.model import Charge
from marginlib.margin.requirement import Requirement
from marginlib.market import Market


def funding_payment(
    contract: ArrayLike,
    index: ArrayLike,
    interest: ArrayLike,
    years: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
) -> FloatArray:
    """Return what one contract held long pays for a funding period, negative if it receives.

    The premium of the contract over the index is paid, with an interest on the index that the
    clamp keeps small against it: ``contract - index + clip((1 + years x interest) x index -
    contract, lower x index, upper x index)``.

    Parameters
    ----------
    contract, index : float or array
        Time-weighted average prices of the contract and of its index [quote currency].
    interest : float or array
        Interest rate [1 / year].
    years : float or array
        Length of the period [years].
    lower, upper : float or array
        Bounds of the interest part, lower not above upper [fraction of the index].

    Source: Vega protocol, 0019-MCAL-028 to 030.

    >>> float(funding_payment(1_700, 1_600, interest=0.05, years=0.002, lower=-0.05, upper=0.9))
    20.0
    """
    own, spot = positive("contract", contract), positive("index", index)
    rate, time = numbers("interest", interest), non_negative("years", years)
    low, high = numbers("lower", lower), numbers("upper", upper)
    together(contract=own, index=spot, interest=rate, years=time, lower=low, upper=high)
    refuse("lower", low, low > high, "must not be above upper")
    return np.asarray(own - spot + np.clip((1 + time * rate) * spot - own, low * spot, high * spot))


@checked
class FundingMargin(Charge):
    """A share of the funding that positions are about to pay; what they receive does not count.

    Parameters
    ----------
    payment : float or array of shape (I,)
        What one contract held long pays [currency]; see :func:`funding_payment`.
    factor : float
        Share that is set aside [fraction].

    Source: Vega protocol, 0019-MCAL-028 to 030.

    >>> from marginlib import accounts, instruments, market
    >>> prices = market.at(instruments.linear(["X"]), [1_700])
    >>> rule = FundingMargin(payment=20, factor=0.5)
    >>> [float(rule(accounts.Accounts(0, [held]), prices).maintenance) for held in (1, -1)]
    [10.0, 0.0]
    """

    payment: Numbers
    factor: NonNegative

    covered_kinds = CONTRACTS

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...); initial is the same."""
        due = accounts.quantity * market.instruments.is_margined * self.payment
        need = (self.factor * np.maximum(0.0, due)).sum(axis=-1) + np.zeros(market.shape)
        return Requirement(need, need)

    def lines(self, accounts: Accounts, market: Market, index: int) -> Lines:
        """Return a flat line: the payment does not move with the price."""
        return Lines.flat(self.requirement(accounts, market).maintenance)
