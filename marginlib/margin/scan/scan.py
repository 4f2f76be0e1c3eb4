"""Scenario scan: the requirement is the worst loss over a list of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from marginlib._checks import FloatArray, MarginError, last_axis
from marginlib._fields import OneFraction, checked, default
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin import Model, Requirement
from marginlib.margin.scan.expiries import Discount
from marginlib.margin.scan.risk_array import RiskArray, profit_after, risk_array
from marginlib.margin.scan.scenarios import Scenarios, moved_by
from marginlib.market import Market

ScenarioRule = Scenarios | Callable[[Market], Scenarios]


@checked
class ScenarioScan(Model):
    """The worst loss of an account over a list of scenarios, both to open and to stay open.

    Everything on one underlying is a *class*, and nets in full in each scenario. Classes net within
    their *product group*, where a share of the gains of one class counts against the losses of
    another. Every group stands for its own worst scenario, and these losses add up. Where no
    scenario loses anything, the requirement is 0; it is never negative.

    Parameters
    ----------
    scenarios : Scenarios, or function of a market that returns them
        A function where the moves depend on the time to expiry or on strikes.
    gain_offset : float
        Share of a class's gain that counts against losses of others [fraction]. At less than 1
        the gain of a class that stands alone shrinks too, which changes no requirement.
    groups : mapping of str to str
        Product group of each underlying; see :func:`each_apart`. All are one group where nothing
        is said, so that every scenario is one for the whole market.
    discount : Discount
        How options are marked down after the move.

    The scan is the whole account's, so there is no line for a single position: liquidation prices
    are searched for. Clearing houses take the net value of options off the requirement; here
    options count at their value in equity, so that has been done already. Use ``Factors`` for a
    maintenance that is a share of the initial requirement, and add contingencies with ``+``.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin.scan import each_apart, equidistant
    >>> book = instruments.linear(["BTC-PERP", "BTC-JUN", "ETH"], underlying=["BTC", "BTC", "ETH"])
    >>> now = market.at(book, [20_000, 20_400, 1_500])
    >>> ana = accounts.open_accounts(collateral=5_000, quantity=[1, -1, -10], market=now)
    >>> scan = ScenarioScan(equidistant(0.15, 0.15))  # 400 x 15 % on the spread, 15,000 x 15 %
    >>> float(scan(ana, now).initial.round(6))
    2310.0
    """

    scenarios: ScenarioRule
    gain_offset: OneFraction = default(1.0)
    groups: Mapping[str, str] | None = None
    discount: Discount | None = None

    fits_any_account = True

    def requirement(self, accounts: Accounts, market: Market) -> Requirement:
        """Return the requirement of each account, shape (...)."""
        loss = sum(array.worst_loss for array in self.risk_arrays(accounts, market).values())
        return Requirement(loss, loss)

    def risk_arrays(self, accounts: Accounts, market: Market) -> dict[str, RiskArray]:
        """Return the risk array of each product group, whose worst losses add up.

        Gains of classes have been cut by the offset. The name of a single group is "all".
        """
        scenarios = scenarios_in(self.scenarios, market)
        if self.gain_offset == 1 and self.groups is None:
            return {"all": risk_array(accounts, market, scenarios, self.discount)}
        last_axis("quantity", accounts.quantity, market.instruments.names)
        after = moved_by(market, scenarios).value
        total: dict[str, FloatArray] = {}
        for name in dict.fromkeys(market.instruments.underlyings):
            mask = np.array([one == name for one in market.instruments.underlyings])
            held = accounts.quantity * mask
            profit = profit_after(held, market, after, scenarios, self.discount)
            counted = np.where(profit > 0, self.gain_offset * profit, profit)
            group = self._group_of(name)
            total[group] = total.get(group, 0.0) + counted
        return {
            group: RiskArray(scenarios.labels, profit, scenarios.grid)
            for group, profit in total.items()
        }

    def _group_of(self, underlying: str) -> str:
        if self.groups is None:
            return "all"
        if underlying not in self.groups:
            raise MarginError(
                f"groups must name a product group for {underlying!r}; write "
                f"each_apart(instruments) | {{...}} to keep all others by themselves"
            )
        return self.groups[underlying]


def scenarios_in(rule: ScenarioRule, market: Market) -> Scenarios:
    """Return the scenarios for this market."""
    return rule if isinstance(rule, Scenarios) else rule(market)


def each_apart(instruments: Instruments) -> dict[str, str]:
    """Return groups in which every underlying stands for itself.

    >>> from marginlib import instruments
    >>> each_apart(instruments.linear(["A-JUN", "A-SEP", "B"], underlying=["A", "A", "B"]))
    {'A': 'A', 'B': 'B'}
    """
    return {name: name for name in instruments.underlyings}
