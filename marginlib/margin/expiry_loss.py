r"""What options on one thing can cost at most when they expire.

At expiry an option is worth what it is in the money by, so the payoff of many options is a line
with a kink at every strike. Its lowest point is at zero, at a strike, or, if more calls were sold
than bought, nowhere: then the loss grows with the price for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, non_negative, numbers, positive, together
from marginlib.accounts import Accounts
from marginlib.margin.requirement import Model, Requirement
from marginlib.margin.short_options import ShortOptions
from marginlib.market import Market


def payoff(price: ArrayLike, strike: ArrayLike, is_call: ArrayLike) -> FloatArray:
    """Return what one unit of each option pays at expiry, shape (..., O) [currency].

    Parameters
    ----------
    price : float or array of shape (..., 1) or (..., O)
        Price of the underlying at expiry [currency].
    strike : array of shape (O,)
        Strikes [currency].
    is_call : array of bool, shape (O,)

    >>> payoff(120, strike=[100, 150], is_call=[True, False]).tolist()
    [20.0, 30.0]
    """
    settled, level = non_negative("price", price), positive("strike", strike)
    return np.maximum(np.where(is_call, settled - level, level - settled), 0.0)


def worst_payoff(strike: ArrayLike, is_call: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return the lowest payoff at zero and at every strike, and never more than 0.

    Above the highest strike the payoff rises or falls with the net number of calls, which this
    leaves out; see :func:`net_calls`.

    Parameters
    ----------
    strike : array of shape (O,)
        Strikes of options with one underlying and one expiry [currency].
    is_call : array of bool, shape (O,)
    quantity : array of shape (..., O)
        Units of the underlying, positive if bought [units].

    Returns
    -------
    array of shape (...)
        Zero or below [currency].

    A put spread can lose the distance of its strikes:

    >>> float(worst_payoff([95, 100], [False, False], [1, -1]))
    -5.0
    """
    level, held = positive("strike", strike), numbers("quantity", quantity)
    call = np.asarray(is_call, dtype=bool)
    together(strike=level.shape, is_call=call.shape, quantity=held.shape[-1:])
    at = np.append(np.unique(level), 0.0)[:, None]
    paid: FloatArray = held @ payoff(at, level, call).T
    return np.asarray(np.minimum(paid.min(axis=-1), 0.0))


def net_calls(is_call: ArrayLike, quantity: ArrayLike) -> FloatArray:
    """Return calls bought less calls sold, shape (...) [units]: the slope of the payoff far up.

    >>> float(net_calls([True, True, False], [1, -3, 5]))
    -2.0
    """
    held = numbers("quantity", quantity)
    return np.asarray((held * np.asarray(is_call, dtype=bool)).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class ExpiryLoss(Model):
    """For each expiry, the worst payoff or each option by itself: whichever asks for less.

    Options that expire together are a group. A group needs either the sum of what its options need
    by themselves, or its worst payoff at expiry plus a charge for every call that was sold without
    one bought against it. Bought options count in the payoff and nowhere else.

    Parameters
    ----------
    isolated : ShortOptions
        What each option needs by itself.
    unpaired_initial, unpaired_maintenance : float
        Charge for a net call sold, as a multiple of the forward [times].

    Where the values of options allow a profit without risk, the worst payoff may be better than
    the value; the requirement of an account then stops at 0.

    Source: Derive's standard manager, derivexyz/v2-core at 7736900d,
    src/risk-managers/StandardManager.sol, read 2026-11-22.

    A put spread sold, worth 1.5 today: it can lose 5, so 3.5 must be there on top.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin.short_options import ShortOptionRate
    >>> book = instruments.join(
    ...     instruments.cash(["X"]),
    ...     instruments.options(["95 P", "100 P"], "X", [95, 100], expiry=0, is_call=False),
    ... )
    >>> now = market.at(book, [98.5], volatility=[0.5, 0.5])
    >>> alone = ShortOptions(ShortOptionRate(0.15, 0.10), ShortOptionRate(minimum=0.075))
    >>> float(ExpiryLoss(alone, 1.2, 1.1)(Accounts(0, [0, 1, -1]), now).initial)
    3.5
    """

    isolated: ShortOptions
    unpaired_initial: float
    unpaired_maintenance: float

    fits_any_account = True

    def __post_init__(self) -> None:
        non_negative("unpaired_initial", self.unpaired_initial)
        non_negative("unpaired_maintenance", self.unpaired_maintenance)

    def __call__(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        options, terms = market.instruments.options, market.instruments.option_terms
        if terms.is_inverse.any():
            raise MarginError(
                "a put paid in coin has no worst payoff, because the coin may fall to nothing; "
                "use ShortOptions"
            )
        alone = self.isolated.each(accounts, market)
        held = accounts.quantity[..., options]
        worth, units = held * market.value[..., options], held * terms.size
        initial = np.zeros(together(accounts=accounts.shape, market=market.shape))
        maintenance = initial.copy()
        for group in _expiries(market):
            strike, is_call = terms.strike[group], terms.is_call[group]
            # The loss is counted from nothing, equity from what the options are worth today.
            joint = worth[..., group].sum(axis=-1) - worst_payoff(
                strike, is_call, units[..., group]
            )
            bare = np.maximum(-net_calls(is_call, units[..., group]), 0.0)
            charge = bare * market.forward[..., group[0]]
            initial += np.minimum(
                alone.initial[..., group].sum(axis=-1), joint + self.unpaired_initial * charge
            )
            maintenance += np.minimum(
                alone.maintenance[..., group].sum(axis=-1),
                joint + self.unpaired_maintenance * charge,
            )
        return Requirement(np.maximum(initial, 0.0), np.maximum(maintenance, 0.0))


def _expiries(market: Market) -> Iterator[NDArray[np.intp]]:
    """Yield the places of the options that have the same underlying and the same expiry."""
    terms = market.instruments.option_terms
    groups: dict[tuple[int, float], list[int]] = {}
    for place, key in enumerate(zip(terms.underlying.tolist(), terms.expiry.tolist(), strict=True)):
        groups.setdefault(key, []).append(place)
    for places in groups.values():
        yield np.array(places)
