"""The worst payoff of each expiry, or each option by itself: whichever asks for less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import non_negative, together
from marginlib.accounts import Accounts
from marginlib.margin.expiry import net_calls, worst_payoff
from marginlib.margin.model import Model
from marginlib.margin.requirement import Requirement
from marginlib.margin.short_options import ShortOptions
from marginlib.market import Market


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

    A put paid in coin has no worst payoff, because the coin may fall to nothing, so options paid in
    coin are not covered. Where the values of options allow a profit without risk, the worst payoff
    may be better than the value; the requirement of an account then stops at 0.

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

    covered_kinds = ("option",)
    is_beside_leverage = True
    fits_any_account = True

    def __post_init__(self) -> None:
        non_negative("unpaired_initial", self.unpaired_initial)
        non_negative("unpaired_maintenance", self.unpaired_maintenance)

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        options, terms = market.instruments.options, market.instruments.option_terms
        alone = self.isolated.each(accounts, market)
        held = accounts.quantity[..., options]
        worth, units = held * market.value[..., options], held * terms.size
        initial = np.zeros(together(accounts=accounts, market=market))
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
