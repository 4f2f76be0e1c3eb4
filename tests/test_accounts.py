from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import (
    Accounts,
    deposit,
    equity,
    isolate,
    leverage,
    notional,
    notional_of,
    open_accounts,
    position_value,
    profit,
    trade,
)
from marginlib.instruments import cash, inverse, join, linear

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
