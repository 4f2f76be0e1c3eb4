"""One step of a cascade, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import marginlib as ml
from marginlib.cascade import AutoDeleveraging, CascadeRules, SocialisedLoss, begin, shock, step
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.state import State
from marginlib.cascade.step import NotConserved

RULE = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
DEEP = ml.impact.linear_book(depth=1e12)
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [100])


def crowd(collateral: list[float], quantity: list[float]) -> ml.accounts.Accounts:
    return ml.accounts.open_accounts(collateral, np.array(quantity)[:, None], MARKET)


def test_all_orders_are_filled_at_the_average_and_the_next_price_is_the_last_one() -> None:
    # Two accounts sell 10 together into a book of 10 per per cent: from 90 to 89.1, 89.55 on
    # average. The short of the third is not reached.
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=10))
    state = shock(begin(crowd([48, 32, 500], [6, 4, -5]), MARKET), "BTC", -0.10)
    after = step(state, rules, check=True)
    assert float(after.market["BTC"]) == pytest.approx(89.1)
    assert after.accounts.quantity[:, 0].tolist() == [0, 0, -5]
    assert after.accounts.cash == pytest.approx([48 - 6 * 10.45, 32 - 4 * 10.45, 1_000])
    assert after.others.quantity.tolist() == [10]
    assert float(after.others.cash) == pytest.approx(-895.5)
    assert after.last.due.tolist() == after.last.closed.tolist() == 2
    assert after.last.flow.tolist() == [-10]
    assert float(after.last.volume) == pytest.approx(895.5)
    assert np.isnan(after.last.gain)
    assert after.liquidated.tolist() == [True, True, False]
    assert after.clock == 1


def test_nothing_happens_where_nobody_is_due() -> None:
    state = shock(begin(crowd([48, 500], [6, -5]), MARKET, fund=7), "BTC", -0.01)
    after = step(state, CascadeRules(RULE, ml.impact.linear_book(depth=1)), check=True)
    assert after.market.price.tolist() == state.market.price.tolist()
    assert after.accounts.cash.tolist() == state.accounts.cash.tolist()
    assert after.last.due == 0
    assert after.last.volume == 0


def test_longs_and_shorts_that_are_closed_together_meet_at_one_price() -> None:
    # The long sells 6 and the short buys 4 back, so the market takes 2.
    two = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [100, 100])
    accounts = ml.accounts.open_accounts([48, 20], [[6, 0], [-4, 40]], two)
    state = shock(shock(begin(accounts, two), "BTC", -0.08), "ETH", -0.05)
    after = step(state, CascadeRules(RULE, ml.impact.linear_book(depth=[1, 1e12])), check=True)
    assert after.last.closed == 2
    assert after.last.flow.tolist() == [-2, -40]
    assert after.market.price == pytest.approx([92 * 0.98, 95])
    assert after.accounts.cash == pytest.approx(
        [48 - 6 * (100 - 92 * 0.99), 20 + 4 * (100 - 92 * 0.99) - 40 * 5]
    )


def test_fees_go_to_the_fund() -> None:
    state = shock(begin(crowd([48], [6]), MARKET, fund=10), "BTC", -0.04)
    after = step(state, CascadeRules(RULE, DEEP, fee=0.01), check=True)
    assert float(after.fund.balance) == pytest.approx(10 + 0.01 * 576)
    assert float(after.accounts.cash[0]) == pytest.approx(48 - 24 - 5.76)
    assert after.accounts.quantity.tolist() == [[0]]


def test_an_option_is_closed_at_its_value_and_moves_no_price() -> None:
    book = ml.instruments.join(
        ml.instruments.linear(["BTC"]),
        ml.instruments.options(["put"], "BTC", strike=100, expiry=1, is_call=False),
    )
    now = ml.market.at(book, [100], volatility=[0.5])
    accounts = ml.accounts.Accounts([35.0], [[0.0, -1.0]])

    def one_tenth(
        accounts: ml.accounts.Accounts, market: ml.market.Market
    ) -> ml.margin.Requirement:
        size = np.abs(accounts.quantity * market.price[..., :1]).sum(axis=-1)
        return ml.margin.Requirement(size / 5, size / 10)

    state = shock(begin(accounts, now), "BTC", -0.25)
    after = step(state, CascadeRules(one_tenth, ml.impact.linear_book(depth=1)), check=True)
    assert after.accounts.quantity.tolist() == [[0, 0]]
    assert after.market.price.tolist() == state.market.price.tolist()
    assert after.accounts.cash[0] == pytest.approx(35 - state.market["put"])
    with pytest.raises(ml.MarginError, match="shock its underlying"):
        shock(state, "put", 0.1)


def test_a_bankrupt_account_pays_with_its_collateral_last() -> None:
    # Two coins of 100 stand behind a long of ten, with no money but a debt.
    book = ml.instruments.join(ml.instruments.linear(["BTC"]), ml.instruments.cash(["COIN"]))
    now = ml.market.at(book, [100, 100])
    accounts = ml.accounts.open_accounts([100], [[10, 1]], now)
    rules = CascadeRules(RULE, DEEP)
    state = begin(accounts, now)
    state = step(shock(state, "BTC", -0.12), rules, check=True)
    assert state.accounts.quantity.tolist() == [[0, 1]]
    assert float(state.unpaid) == 0  # not known before the coin is sold
    state = step(state, rules, check=True)
    assert state.accounts.quantity.tolist() == [[0, 0]]
    assert float(state.unpaid) == pytest.approx(20)


def test_an_account_with_something_left_keeps_its_collateral() -> None:
    book = ml.instruments.join(ml.instruments.linear(["BTC"]), ml.instruments.cash(["COIN"]))
    state = begin(ml.accounts.Accounts([-50.0], [[0, 1]]), ml.market.at(book, [100, 100]))
    rules = CascadeRules(lambda *_: ml.margin.Requirement([60.0], [60.0]), DEEP)
    assert step(state, rules, check=True).accounts.quantity.tolist() == [[0, 1]]


def bankrupt(fund: float = 0.0) -> State:
    """Return one long that lacks 10 after a fall by 2 %, and two shorts that gained 20 each."""
    return shock(begin(crowd([10, 500, 200], [10, -10, -10]), MARKET, fund), "BTC", -0.02)


def test_the_fund_pays_first_and_what_it_cannot_pay_stays_a_debt() -> None:
    rich, poor = (step(bankrupt(fund), CascadeRules(RULE, DEEP), check=True) for fund in (25, 4))
    assert float(rich.fund.balance) == pytest.approx(15)
    assert float(rich.unpaid) == 0
    assert rich.accounts.cash[0] == pytest.approx(0, abs=1e-9)
    assert float(poor.fund.balance) == 0
    assert float(poor.unpaid) == pytest.approx(6)


@pytest.mark.parametrize(
    ("by", "paid"), [("gains", [3, 3]), ("size", [3, 3]), ("equity", [6 * 52 / 74, 6 * 22 / 74])]
)
def test_what_the_fund_cannot_pay_is_shared(by: str, paid: list[float]) -> None:
    after = step(bankrupt(4), CascadeRules(RULE, DEEP, losses=[SocialisedLoss(by)]), check=True)
    assert float(after.unpaid) == pytest.approx(0, abs=1e-9)
    assert after.equity == pytest.approx([0, 520 - paid[0], 220 - paid[1]], abs=1e-6)


def test_nobody_pays_more_than_he_gained() -> None:
    state = shock(begin(crowd([100, 500], [100, -10]), MARKET), "BTC", -0.05)
    after = step(state, CascadeRules(RULE, DEEP, losses=[SocialisedLoss("gains")]), check=True)
    assert after.equity == pytest.approx([-350, 500])  # 50 of the 400 is all that was gained
    assert float(after.unpaid) == pytest.approx(350)


def test_deleveraging_by_size_closes_both_shorts_at_the_bankruptcy_price() -> None:
    after = step(
        bankrupt(), CascadeRules(RULE, DEEP, losses=[AutoDeleveraging("size")]), check=True
    )
    # The long is bankrupt at 99: both shorts, in at 100, are closed at it for 5 contracts each.
    assert after.accounts.quantity[:, 0].tolist() == [0, -5, -5]
    assert after.equity == pytest.approx([0, 500 + 5 + 10, 200 + 5 + 10])
    assert after.others.quantity.tolist() == [0]
    assert after.last.flow.tolist() == [0]
    assert after.last.closed == 1
    assert after.liquidated.tolist() == [True, False, False]


def test_deleveraging_by_queue_takes_the_highest_gain_on_equity_first() -> None:
    after = step(
        bankrupt(4), CascadeRules(RULE, DEEP, losses=[AutoDeleveraging("queue")]), check=True
    )
    assert after.accounts.quantity[:, 0].tolist() == [0, -10, 0]
    assert after.equity == pytest.approx([0, 520, 220 - 6])
    assert float(after.fund.balance) == 0


def test_the_fund_carries_what_it_can_before_anyone_is_deleveraged() -> None:
    after = step(bankrupt(11), CascadeRules(RULE, DEEP, losses=[AutoDeleveraging()]), check=True)
    assert after.accounts.quantity[:, 0].tolist() == [0, -10, -10]
    assert float(after.fund.balance) == pytest.approx(1)


def test_shorts_are_deleveraged_against_longs_and_the_rest_goes_to_the_market() -> None:
    accounts = crowd([10, 500], [-10, 4])
    state = shock(begin(accounts, MARKET), "BTC", 0.02)
    after = step(state, CascadeRules(RULE, DEEP, losses=[AutoDeleveraging()]), check=True)
    assert after.accounts.quantity[:, 0].tolist() == [0, 0]
    assert after.others.quantity.tolist() == pytest.approx([-6])
    assert after.equity == pytest.approx([-6, 500 + 8 - 4])  # four tenths of what it lacked


def test_a_rule_that_makes_money_is_found_out() -> None:
    class Gift(LossRule):
        def pay(self, state: State) -> State:
            return replace(state, accounts=ml.accounts.deposit(state.accounts, 1.0))

    rules = CascadeRules(RULE, DEEP, losses=[Gift()])
    with pytest.raises(NotConserved, match="made or lost money"):
        step(bankrupt(), rules, check=True)
    assert step(bankrupt(), rules).clock == 1
