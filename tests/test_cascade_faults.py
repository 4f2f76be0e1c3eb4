"""What happens where nothing good can."""

from __future__ import annotations

import numpy as np
import pytest

import marginlib as ml
from marginlib.cascade import (
    AutoDeleveraging,
    CascadeRules,
    SocialisedLoss,
    begin,
    rounds,
    run,
    settle,
    shock,
    step,
)
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.state import State

RULE = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [100])


def crowd(collateral: list[float], quantity: list[float]) -> ml.accounts.Accounts:
    return ml.accounts.open_accounts(collateral, np.array(quantity)[:, None], MARKET)


def shocked(change: float = -0.06, fund: float = 0.0) -> State:
    return shock(begin(crowd([100, 105], [10, 10]), MARKET, fund), "BTC", change)


def test_a_market_too_thin_for_the_crowd_ends_in_the_last_state_that_had_a_price() -> None:
    # One is closed at 94.70 into a book of 20 down to nothing; the second finds nobody.
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=0.19))
    with pytest.raises(ml.NotSettled, match="more 'BTC' is traded than the market takes") as caught:
        settle(shocked(-0.053), rules)
    last = caught.value.last
    assert isinstance(last, State)
    assert last.accounts.quantity[:, 0].tolist() == [0, 10]
    assert float(last.market["BTC"]) == pytest.approx(94.7 * (1 - 10 / 19))
    assert last.clock == 1


def test_a_cascade_that_explodes_can_be_looked_at_round_by_round() -> None:
    steps = rounds(shocked(-0.053), CascadeRules(RULE, ml.impact.linear_book(depth=0.19)))
    assert int(next(steps).last.closed) == 1
    with pytest.raises(ml.NotSettled):
        next(steps)


def test_no_depth_is_refused_and_an_empty_book_has_no_price() -> None:
    with pytest.raises(ml.MarginError, match="depth must be positive"):
        ml.impact.linear_book(depth=0)
    empty = ml.impact.OrderBook([0.01, 0.02], bids=[0, 0])
    with pytest.raises(ml.NotSettled, match="traded than the market takes") as caught:
        settle(shocked(), CascadeRules(RULE, empty))
    assert caught.value.last.accounts.quantity.tolist() == [[10], [10]]  # type: ignore[attr-defined]
    assert settle(shocked(-0.01), CascadeRules(RULE, empty)).last.due == 0  # nobody has to sell


def test_shorts_that_find_nobody_to_sell_are_told_too() -> None:
    book = ml.impact.OrderBook([0.01, 0.02], bids=[50, 50], asks=[3, 3])
    state = shock(begin(crowd([60], [-10]), MARKET), "BTC", 0.05)
    with pytest.raises(ml.NotSettled, match="more 'BTC' is traded than the market takes"):
        settle(state, CascadeRules(RULE, book))


def test_depth_that_goes_away_under_what_was_sold_is_told() -> None:
    state = step(shocked(), CascadeRules(RULE, ml.impact.linear_book(depth=1)))
    with pytest.raises(ml.NotSettled, match="traded than the market takes") as caught:
        step(state, CascadeRules(RULE, ml.impact.linear_book(depth=0.1)))
    assert caught.value.last.clock == 1  # type: ignore[attr-defined]


def test_a_policy_that_never_ends_is_told() -> None:
    half = CascadeRules(RULE, ml.impact.linear_book(depth=1e9), ml.liquidation.CloseShare(0.5))
    with pytest.raises(ml.NotSettled, match="still due after 40 steps") as caught:
        settle(shocked(-0.2), half, limit=40)
    assert caught.value.last.clock == 40  # type: ignore[attr-defined]
    with pytest.raises(ml.NotSettled, match="still due after 3 steps"):
        run(begin(shocked().accounts, MARKET), half, [-0.2], until_rest=True, limit=3)


@pytest.mark.parametrize(
    "losses", [[], [SocialisedLoss()], [AutoDeleveraging(), SocialisedLoss("size")]]
)
def test_an_empty_crowd_is_at_rest(losses: list[LossRule]) -> None:
    nobody = ml.accounts.Accounts(np.zeros(0), np.zeros((0, 1)))
    state = shock(begin(nobody, MARKET, fund=5), "BTC", -0.5)
    rest = settle(
        state, CascadeRules(RULE, ml.impact.linear_book(depth=1), losses=losses), check=True
    )
    assert rest.clock == 1
    assert float(rest.market["BTC"]) == 50
    assert rest.last.due == 0
    assert float(rest.fund.balance) == 5
    assert rest.accounts.shape == (0,)


@pytest.mark.parametrize("by", ["gains", "size", "equity"])
def test_where_all_are_bankrupt_nobody_is_left_to_pay(by: str) -> None:
    rules = CascadeRules(
        RULE, ml.impact.linear_book(depth=100), losses=[AutoDeleveraging(), SocialisedLoss(by)]
    )
    rest = settle(shocked(-0.3, fund=30), rules, check=True)
    assert rest.accounts.quantity.tolist() == [[0], [0]]
    assert (rest.equity < 0).all()
    assert float(rest.fund.balance) == 0
    # 20 contracts go for 69.93 on average: 601.40 are lost, of which 205 and 30 were there.
    assert float(rest.unpaid) == pytest.approx(20 * (100 - 70 * 0.999) - 205 - 30)


def test_an_empty_fund_pays_nothing_and_breaks_nothing() -> None:
    rest = settle(shocked(-0.3), CascadeRules(RULE, ml.impact.linear_book(depth=100)), check=True)
    assert float(rest.fund.balance) == 0
    assert float(rest.unpaid) == pytest.approx(20 * (100 - 70 * 0.999) - 205)


def test_debts_are_paid_later_if_the_fund_has_money_again() -> None:
    # The second account is closed a step later, and its fee pays some of the debt of the first.
    state = shock(begin(crowd([60, 230], [10, 10]), MARKET), "BTC", -0.08)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=0.8), fee=0.05)
    first = step(state, rules, check=True)
    second = step(first, rules, check=True)
    assert float(first.unpaid) > 0
    assert int(second.last.closed) == 1
    assert float(second.fund.balance) == 0
    assert float(second.accounts.cash[0]) > float(first.accounts.cash[0])
