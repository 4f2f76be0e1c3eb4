"""What models made of others pass on: leverage, closed forms, whom they fit."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, liquidation, margin, market
from marginlib.accounts import Accounts, open_accounts
from marginlib.instruments import linear
from marginlib.margin import MarginModel, at_leverage, scan
from marginlib.margin.asking import lines, value_rates
from marginlib.margin.model import Model, Wrapped
from marginlib.venues.protocols.charges import Minimum, MinimumEquity, RoundedUp
from marginlib.venues.protocols.factors import Factors
from marginlib.venues.protocols.levels import MarginLevels
from marginlib.venues.protocols.order_margin import LargerSide, WorseFill
from marginlib.venues.protocols.orders import Orders
from marginlib.venues.protocols.settlement_haircut import SettlementHaircut

NOW = market.at(linear(["BTC"]), [20_000])
ANA = open_accounts(collateral=5_000, quantity=[1], market=NOW)
RATES = margin.FixedRate(0.01, 0.005)
NO_ORDERS = Orders([0], [0])
MOVES = scan.ScenarioScan(scan.Scenarios([-0.1, 0.1]))

# Around a rate of one per cent: 200 before, and 4,000 for who chose to trade at five times.
WRAPPERS = {
    "twice": (2 * RATES, 4_000),
    "at least": (margin.AtLeast(RATES, margin.FixedCharge(1)), 4_000),
    "factors": (Factors(RATES, initial=1.5, maintenance=2), 4_000),
    "minimum equity": (MinimumEquity(RATES, 100), 4_000),
    "minimum": (Minimum(RATES, 1), 4_000),
    "rounded": (RoundedUp(RATES, 1, 1), 4_000),
    "on entry": (margin.on_entry(RATES, NOW), 4_000),
    "larger side": (LargerSide(RATES, NO_ORDERS), 4_000),
    "worse fill": (WorseFill(RATES, NO_ORDERS), 4_000),
    "settlement haircut": (SettlementHaircut(RATES, 0), 4_000),
    "with a fee": (RATES + margin.ClosingFee(0.01, initial=True), 4_200),
    # A profit of 5,000, of which what the position needs comes first: half of the rest is cut.
    "with profit": (RATES + margin.ProfitHaircut([15_000], 0.5, after=RATES), 4_500),
    "with a haircut": (RATES + margin.Haircut(0.1), 4_000),
    "wrapped twice": (margin.AtLeast(2 * RATES, margin.FixedCharge(1)), 4_000),
}


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_chosen_leverage_reaches_what_is_inside(name: str) -> None:
    rule, expected = WRAPPERS[name]
    chosen = at_leverage(rule, 5)(ANA, NOW)
    assert float(chosen.initial) == pytest.approx(expected)
    assert float(chosen.maintenance) == float(rule(ANA, NOW).maintenance)


NO_LEVERAGE: dict[str, MarginModel] = {
    "levels of maintenance": MarginLevels(RATES, 1.1, 1.2, 1.4),
    "a credit for spreads": scan.SpreadCredit(RATES, [], {}),
    "a scan": MOVES,
    "a scan and a rate": MOVES + RATES,
    "a scan, doubled": 2 * MOVES,
    "a fee": margin.ClosingFee(0.001),
    "fees": margin.ClosingFee(0.001) + margin.FixedCharge(1),
    "a haircut": margin.Haircut(0.1),
    "shares": margin.ShareMargin(),
    "money": margin.MoneyPerContract(200, 100),
    "profit": margin.ProfitHaircut([0], 0.5),
    "a function": RATES + (lambda accounts, market: margin.Requirement(1, 1)),
}


@pytest.mark.parametrize("name", NO_LEVERAGE)
def test_a_leverage_that_cannot_be_honoured_is_an_error(name: str) -> None:
    with pytest.raises(MarginError, match="has no leverage to choose; use FixedRate"):
        at_leverage(NO_LEVERAGE[name], 5)


def test_a_venue_that_asks_for_more_than_the_choice_still_gets_it() -> None:
    with pytest.raises(MarginError, match="leverage must be at most 100 here; got 200"):
        at_leverage(3 * margin.FixedRate(0.01, 0.005), 200 / 3)


MULTIPLES = {
    "twice": (2 * RATES, 2),
    "factors": (Factors(RATES, initial=3, maintenance=1.5), 1.5),
    "levels": (MarginLevels(RATES, 1.1, 1.2, 1.4), 1),
    "minimum equity": (MinimumEquity(RATES, 1e6), 1),
    "sum": (RATES + RATES, 2),
}


@pytest.mark.parametrize("name", MULTIPLES)
def test_closed_forms_pass_through_what_multiplies(name: str) -> None:
    rule, factor = MULTIPLES[name]
    rates, line = value_rates(rule, ANA, NOW), lines(rule, ANA, NOW, 0)
    assert rates is not None
    assert line is not None
    assert rates.tolist() == pytest.approx([factor * 0.005])
    assert line.rate.tolist() == pytest.approx([factor * 0.005])
    price = liquidation.liquidation_price(ANA, NOW, rule, "BTC")
    assert float(price) == pytest.approx(15_000 / (1 - factor * 0.005))


def test_closed_forms_stop_where_maintenance_is_changed_otherwise() -> None:
    for rule in (RoundedUp(RATES, 1, 1), margin.AtLeast(RATES, RATES), 2 * RoundedUp(RATES, 1, 1)):
        assert lines(rule, ANA, NOW, 0) is None
        assert value_rates(rule, ANA, NOW) is None


class Doubled(Wrapped):
    """The least that a model of a reader's own, made of another, must say."""

    def __init__(self, model: MarginModel) -> None:
        self.model = model

    def requirement(self, accounts: Accounts, market: market.Market) -> margin.Requirement:
        return margin.Requirement(1, 1) + self.model(accounts, market)


class Own(Model):
    """A model of a reader's own that covers shares."""

    covered_kinds = ("share",)

    def requirement(self, accounts: Accounts, market: market.Market) -> margin.Requirement:
        return margin.Requirement(np.ones(accounts.shape), np.ones(accounts.shape))


def test_a_model_of_ones_own_has_the_rest_given() -> None:
    assert Doubled(RATES).fits_any_account
    assert not Doubled(lambda accounts, market: RATES(accounts, market)).fits_any_account
    assert Doubled(RATES).covers(NOW.instruments).tolist() == [True]
    assert float(Doubled(RATES)(ANA, NOW).initial) == 201
    with pytest.raises(MarginError, match="Own does not cover 'BTC', a contract"):
        Own()(ANA, NOW)
