"""Charges for what a scan does not see: gross positions, naked shorts, a basis that widens.

A scan lets a long and a short of the same thing cancel. These charges look at what is left of the
book when the cancelling fails: when the legs cannot be closed at the same time, when forwards of
two expiries part, when an option that seems worthless is called. A *roll shock*, a rate on the
gross notional of futures, is a :class:`marginlib.margin.FixedRate`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marginlib._fields import NonNegative, checked, default
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin import Requirement
from marginlib.margin.coverage import CONTRACTS
from marginlib.margin.model import Charge
from marginlib.margin.scan.expiries import expiries
from marginlib.margin.scan.risk_array import profit_after
from marginlib.margin.scan.scan import ScenarioRule, scenarios_in
from marginlib.margin.scan.scenarios import moved_by
from marginlib.market import Market
from marginlib.venues.protocols.contingencies import unit_exposure


@checked
class GrossContracts(Charge):
    """A share of the underlying's price for every contract, long or short; options excepted.

    Parameters
    ----------
    initial, maintenance : float or array of shape (I,)
        Rates on the price of the underlying, if it is in the list, or else the contract's own
        [fraction]. Either may be larger.

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> legs = instruments.linear(["BTC-PERP", "BTC-JUN"], underlying="BTC")
    >>> now = market.at(legs, [20_000, 21_000])
    >>> float(GrossContracts(0.02, 0.01)(Accounts(0, [1, -1]), now).maintenance)
    410.0
    """

    initial: NonNegative
    maintenance: NonNegative

    covered_kinds = CONTRACTS

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        gross = np.abs(accounts.quantity) * market.instruments.is_margined * unit_exposure(market)
        return Requirement(
            (gross * self.initial).sum(axis=-1), (gross * self.maintenance).sum(axis=-1)
        )


@checked
class NakedShorts(Charge):
    """A share of the underlying's price for every option sold that no option bought stands behind.

    Calls and puts of one strike and expiry net against each other: a call bought and a put sold at
    the same strike are a forward.

    Parameters
    ----------
    initial, maintenance : float
        Rates on the price of the underlying [fraction].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.

    >>> from marginlib import instruments, market
    >>> pair = instruments.options(["call", "put"], "X", 100, 1, is_call=[True, False])
    >>> now = market.at(instruments.join(instruments.cash(["X"]), pair), [100], [0.2, 0.2])
    >>> float(NakedShorts(0.005, 0.003)(Accounts(0, [0, 2, -5]), now).initial)
    1.5
    """

    initial: NonNegative
    maintenance: NonNegative

    covered_kinds = ("option", "inverse_option")

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        exposure = unit_exposure(market)
        amount = np.zeros(np.broadcast_shapes(accounts.shape, market.shape))
        for places in _same_strike(market.instruments):
            net = (accounts.quantity[..., places] * exposure[..., places]).sum(axis=-1)
            amount = amount + np.maximum(0.0, -net)
        return Requirement(amount * self.initial, amount * self.maintenance)


@checked
class BasisContingency(Charge):
    r"""Each expiry's own worst loss, because forwards of different expiries need not move as one.

    An expiry that is T years away counts its worst loss times :math:`b + y T`; gains count nothing.

    Parameters
    ----------
    scenarios : Scenarios, or function of a market that returns them
        Usually a small fall and a small rise of every forward.
    base, per_year : float
        The b and y above [times; times / year].

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRMLib_2.sol, read 2026-11-22.
    """

    scenarios: ScenarioRule
    base: NonNegative
    per_year: NonNegative = default(0.0)

    covered_kinds = ("option", "inverse_option")

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        moves = scenarios_in(self.scenarios, market)
        after = moved_by(market, moves).value
        total = np.zeros(np.broadcast_shapes(accounts.shape, market.shape))
        for options in expiries(market.instruments):
            mask = np.zeros(len(market.instruments))
            mask[market.instruments.options[options]] = 1.0
            profit = profit_after(accounts.quantity * mask, market, after, moves)
            factor = self.base + self.per_year * market.years[..., options[0]]
            total = total + np.maximum(0.0, -profit.min(axis=-1)) * factor
        return Requirement(total, total)


def _same_strike(instruments: Instruments) -> list[NDArray[np.intp]]:
    """Return the places, among all instruments, of options of one expiry and strike."""
    groups = []
    for options in expiries(instruments):
        strike = instruments.option_terms.strike[options]
        places = instruments.options[options]
        groups += [places[strike == level] for level in np.unique(strike)]
    return groups
