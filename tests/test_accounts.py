from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import MarginError, market
from marginlib.accounts import (
    Accounts,
    deposit,
    equity,
    funding,
    isolate,
    leverage,
    notional,
    open_accounts,
    position_value,
    profit,
    trade,
)
from marginlib.accounts.ledger import notional_of
from marginlib.instruments import cash, inverse, join, linear, options, shares

MIXED = join(linear(["BTC", "ETH"], size=[1, 0.1]), cash(["SOL"]))
PRICES = market.at(MIXED, [20_000, 1_500, 30])


def test_opening_leaves_the_equity_at_the_collateral() -> None:
    ana = open_accounts(collateral=2_000, quantity=[1, -3, 5], market=PRICES)
    assert equity(ana, PRICES) == pytest.approx(2_000)
    assert ana.cash == pytest.approx(2_000 - 20_000 + 450 - 150)


def test_what_collateral_is_worth_counts_as_equity_but_not_as_notional() -> None:
    ana = open_accounts(collateral=2_000, quantity=[1, -3, 5], market=PRICES)
    assert position_value(ana, PRICES) == pytest.approx([20_000, -450, 150])
    assert notional(ana, PRICES) == pytest.approx([20_000, 450, 0])
    assert [float(notional_of(ana, PRICES, i)) for i in range(3)] == pytest.approx([20_000, 450, 0])
    assert leverage(ana, PRICES) == pytest.approx(20_450 / 2_000)


def test_equity_follows_the_price_of_each_kind() -> None:
    ana = open_accounts(collateral=2_000, quantity=[1, -3, 5], market=PRICES)
    later = market.at(MIXED, [20_100, 1_600, 29])
    assert profit(ana, later, PRICES) == pytest.approx([100, -30, -5])
    assert equity(ana, later) == pytest.approx(2_065)


def test_an_inverse_account_counts_in_coin() -> None:
    entry = market.at(inverse(["BTCUSD"], size=100), [20_000])
    ana = open_accounts(collateral=0.01, quantity=[10], market=entry)
    later = market.with_price(entry, "BTCUSD", 25_000)
    assert equity(ana, later) == pytest.approx(0.01 + 1_000 * (1 / 20_000 - 1 / 25_000))
    assert leverage(ana, entry) == pytest.approx(5)


def test_the_fee_is_charged_on_both_sides_of_a_trade() -> None:
    ana = open_accounts(collateral=2_000, quantity=[0, 0, 0], market=PRICES)
    bought = trade(ana, PRICES, [1, -3, 0], fee=0.001)
    assert equity(bought, PRICES) == pytest.approx(2_000 - 20 - 0.45)
    assert equity(trade(ana, PRICES, [1, 0, 0], fee=-0.0001), PRICES) == pytest.approx(2_002)


def test_one_type_for_one_and_for_many() -> None:
    crowd = open_accounts(collateral=[1_000, 2_000], quantity=[[1, 0, 0], [0, 1, 0]], market=PRICES)
    assert crowd.shape == (2,)
    assert len(crowd) == 2
    assert crowd[1].shape == ()
    assert crowd[1].quantity.tolist() == [0, 1, 0]
    assert crowd[:1].shape == (1,)
    assert crowd[np.array([True, False])].shape == (1,)
    assert [float(equity(account, PRICES)) for account in crowd] == pytest.approx([1_000, 2_000])


def test_rows_never_reach_into_the_instruments() -> None:
    grid = Accounts(np.zeros((2, 4)), np.arange(24.0).reshape(2, 4, 3))
    assert grid[1, 2].quantity.tolist() == [18, 19, 20]
    assert grid[..., 2].shape == (2,)
    with pytest.raises(IndexError):
        grid[0, 0, 0]


def test_a_single_account_has_no_rows() -> None:
    ana = Accounts(0, [1, 2, 3])
    with pytest.raises(TypeError, match="no length"):
        len(ana)
    with pytest.raises(TypeError, match="no rows"):
        ana[0]


def test_what_an_account_holds_stays() -> None:
    ana = Accounts(0, [1, 2, 3])
    with pytest.raises(FrozenInstanceError):
        ana.cash = 1  # type: ignore[assignment, misc]
    assert repr(ana) == "Accounts(cash=array(0.), quantity=array([1., 2., 3.]))"


def test_accounts_and_markets_broadcast() -> None:
    ana = open_accounts(collateral=2_000, quantity=[1, 0, 0], market=PRICES)
    grid = market.with_price(PRICES, "BTC", [19_000, 20_000, 21_000])
    assert equity(ana, grid) == pytest.approx([1_000, 2_000, 3_000])
    crowd = open_accounts(collateral=[[1.0], [2.0]], quantity=[0, 0, 0], market=PRICES)
    assert equity(crowd, grid).shape == (2, 3)


def test_deposits_move_cash_only() -> None:
    ana = deposit(Accounts(100, [1]), [50, -20])
    assert ana.cash.tolist() == [150, 80]
    assert ana.quantity.tolist() == [[1], [1]]


def test_leverage_has_no_answer_without_equity() -> None:
    assert np.isnan(leverage(Accounts(-20_000, [1, 0, 0]), PRICES))


def test_isolating_gives_each_position_its_own_account() -> None:
    ana = open_accounts(collateral=3_000, quantity=[1, -3, 5], market=PRICES)
    positions, wallet = isolate(ana, PRICES, margin=[1_000, 500, 0])
    assert positions.shape == (3,)
    assert equity(positions, PRICES) == pytest.approx([1_000, 500, 0])
    assert positions.quantity.tolist() == [[1, 0, 0], [0, -3, 0], [0, 0, 0]]
    assert wallet.quantity.tolist() == [0, 0, 5]
    assert equity(wallet, PRICES) == pytest.approx(1_500)


def test_isolating_gives_no_more_than_there_is() -> None:
    ana = open_accounts(collateral=1_000, quantity=[1, 0, 0], market=PRICES)
    with pytest.raises(MarginError, match="adds up to more than the equity"):
        isolate(ana, PRICES, margin=[1_001, 0, 0])
    with pytest.raises(MarginError, match=r"margin\[2\] must be 0 for what is held as collateral"):
        isolate(ana, PRICES, margin=[1, 0, 1])


amounts = st.floats(-1e6, 1e6)
rarely = settings(max_examples=100)


def test_options_and_cash_have_no_notional_and_shares_have() -> None:
    book = join(
        cash(["EUR"]),
        shares(["ACME"]),
        options(["call"], "ACME", strike=40, expiry=0.5, is_call=True, size=100),
    )
    now = market.at(book, [1.1, 42.0], [0.2], rate=0.1)
    ana = open_accounts(collateral=10_000, quantity=[100, -50, 2], market=now)
    assert notional(ana, now) == pytest.approx([0, 2_100, 0])
    assert equity(ana, now) == pytest.approx(10_000)
    assert position_value(ana, now)[2] == pytest.approx(200 * now["call"])
    # A borrowed coin is a negative quantity: what it costs to give back is a debt.
    debtor = Accounts(5_000, [-1_000, 0, 0])
    assert equity(debtor, now) == pytest.approx(3_900)


def test_longs_pay_shorts_in_coin_too() -> None:
    entry = market.at(inverse(["BTCUSD"], size=100), [20_000])
    crowd = open_accounts(collateral=[0.1, 0.1], quantity=[[10], [-10]], market=entry)
    paid = funding(crowd, entry, rate=[0.001])
    assert equity(paid, entry) == pytest.approx([0.1 - 0.001 * 0.05, 0.1 + 0.001 * 0.05])


@rarely
@given(
    st.lists(amounts, min_size=12, max_size=12),
    st.lists(st.floats(-0.01, 0.01), min_size=3, max_size=3),
)
def test_funding_conserves_money(held, rates) -> None:
    quantity = np.reshape(held, (4, 3)) / [20_000, 150, 30]
    quantity[-1] = -quantity[:-1].sum(axis=0)  # a short for every long
    crowd = open_accounts(np.full(4, 1e6), quantity, PRICES)
    after = funding(crowd, PRICES, rates)
    moved = np.abs(quantity * PRICES.value).sum()
    assert abs((after.cash - crowd.cash).sum()) <= 1e-14 * (moved + np.abs(crowd.cash).sum())
    assert (after.quantity == crowd.quantity).all()
    # What is held as collateral neither pays nor receives.
    assert (funding(crowd, PRICES, [0, 0, 0.01]).cash == crowd.cash).all()


@rarely
@given(
    st.lists(amounts, min_size=3, max_size=3),
    st.sampled_from([None, [], ["BTC"], ["ETH"], ["BTC", "ETH"]]),
    st.floats(0, 0.5),
    st.floats(-0.5, 1.0),
)
def test_isolating_makes_and_loses_nothing(held, names, share, move) -> None:
    quantity = np.array(held) / [20_000, 150, 30]
    ana = open_accounts(collateral=1e6, quantity=quantity, market=PRICES)
    apart = [name in (["BTC", "ETH"] if names is None else names) for name in MIXED.names]
    margin = share * 1e6 * np.array(apart)
    positions, wallet = isolate(ana, PRICES, margin, isolated=names)
    assert equity(positions, PRICES) == pytest.approx(margin, abs=1e-6)
    assert (wallet.quantity == quantity * ~np.array(apart)).all()
    pooled = positions.quantity.sum(axis=0)
    again = Accounts(positions.cash.sum() + wallet.cash, pooled + wallet.quantity)
    assert again.quantity == pytest.approx(quantity)
    later = market.moved(PRICES, move)
    assert equity(again, later) == pytest.approx(float(equity(ana, later)), abs=1e-6)


def test_an_option_can_be_isolated() -> None:
    book = join(cash(["X"]), options(["call"], "X", strike=100, expiry=1, is_call=True))
    now = market.at(book, [100], [0.2])
    writer = open_accounts(collateral=50, quantity=[1, -1], market=now)
    positions, wallet = isolate(writer, now, margin=[0, 20], isolated=["call"])
    assert equity(positions, now) == pytest.approx([0, 20])
    assert positions.quantity.tolist() == [[0, 0], [0, -1]]
    assert wallet.quantity.tolist() == [1, 0]
    assert equity(wallet, now) == pytest.approx(30)


def test_coins_are_paid_in_and_not_bought() -> None:
    book = join(linear(["PERP"]), cash(["BTC", "ETH"]), shares(["ACME"]))
    now = market.at(book, [20_000, 20_000, 1_500, 42])
    ben = open_accounts(
        100, {"PERP": -1, "BTC": 0, "ETH": 0, "ACME": 0}, now, {"BTC": 1, "ACME": 2}
    )
    assert ben.quantity.tolist() == [-1, 1, 0, 2]
    assert float(ben.cash) == 20_100
    assert float(equity(ben, now)) == 100 + 20_000 + 84
    crowd = deposit(open_accounts([1, 2], [0, 0, 0, 0], now), coins={"ETH": [3, -1]}, market=now)
    assert crowd.cash.tolist() == [1, 2]
    assert crowd.quantity[:, 2].tolist() == [3, -1]
    assert deposit(open_accounts(0, [0] * 4, now), [1, 2], {"ETH": 1}, now).shape == (2,)
