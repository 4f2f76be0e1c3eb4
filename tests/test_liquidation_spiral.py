"""Liquidations that move the price that they depend on: a spiral that ends or does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError, NotSettled, instruments, market
from marginlib.accounts import Accounts
from marginlib.impact import linear_book, square_root_law
from marginlib.liquidation import (
    CloseFactor,
    bad_debt,
    health_factor,
    liquidation_spiral,
    toxic_loan_to_value,
)
from marginlib.liquidation.loans import collateral_value
from marginlib.liquidation.spiral import LoanSpiral
from marginlib.margin import weighted_collateral
from marginlib.market import Market, with_price
from marginlib.venues.protocols.incentives import eligible_drop, exhausted_drop, loan_to_value_after

SPIRALLING = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])


def spiral(
    debt: object = 8_200.0,
    depth: object = 10.0,
    incentive: float = 1.05,
    share: float = 0.5,
    weight: float = 0.8,
    **terms: Any,
) -> LoanSpiral:
    loan, book = Accounts(-np.asarray(debt, dtype=float), [10]), linear_book(depth)  # type: ignore[arg-type]
    policy, rule = CloseFactor(share, "USD", "ETH"), weighted_collateral(weight)
    return liquidation_spiral(loan, SPIRALLING, rule, policy, incentive, book, **terms)


@given(ratio=st.floats(0.3, 1.2), repaid=st.floats(0.01, 0.5), incentive=st.floats(1, 1.3))
def test_a_liquidation_raises_the_loan_to_value_only_above_the_line(
    ratio: float, repaid: float, incentive: float
) -> None:
    after = float(loan_to_value_after(ratio, repaid, incentive))
    line = float(toxic_loan_to_value(incentive))
    if abs(ratio - line) > 1e-9:
        assert (after > ratio) == (ratio > line)


@given(threshold=st.floats(0.1, 1), incentive=st.floats(1, 1.3))
def test_the_line_is_that_of_health(threshold: float, incentive: float) -> None:
    health = threshold * incentive
    assert threshold / health == pytest.approx(float(toxic_loan_to_value(incentive)))


@given(health=st.floats(1, 3), threshold=st.floats(0.3, 0.95), incentive=st.floats(1, 1.2))
def test_the_two_drops_are_where_health_and_collateral_say_so(
    health: float, threshold: float, incentive: float
) -> None:
    loan = Accounts(-10_000 * threshold / health, [10])

    def at(drop: float) -> Market:
        return with_price(SPIRALLING, "ETH", 1_000 * (1 - drop))

    first = at(float(eligible_drop(health)))
    assert float(health_factor(loan, first, weighted_collateral(threshold))) == pytest.approx(1)
    last = at(float(exhausted_drop(health, threshold, incentive)))
    assert float(bad_debt(loan, last, incentive)) == pytest.approx(0, abs=1e-8)
    worth = float(collateral_value(loan, last))
    assert worth == pytest.approx(incentive * 10_000 * threshold / health)


@pytest.mark.parametrize("depth", [0.2, 0.5, 2.0, 10.0])
def test_depth_is_slippage(depth: float) -> None:
    # 10 ETH in a book of depth within 1 %: selling depth / 0.01 would take the whole price.
    line = float(toxic_loan_to_value(1.05, slippage=1 + 10 / (100 * depth)))
    for side, worsens in [(0.999, False), (1.001, True)]:
        with pytest.raises(NotSettled) as stopped:
            spiral(10_000 * line * side, depth, share=1e-5, weight=line * 0.5, most_rounds=1)
        before, after = stopped.value.last.loan_to_value  # type: ignore[attr-defined]
        assert (after > before) == worsens


def test_a_spiral_is_what_a_loop_by_hand_gives() -> None:
    debt, held, sold, price = 8_200.0, 10.0, 0.0, 1_000.0
    prices, health = [price], [held * price * 0.8 / debt]
    while health[-1] < 1:
        repaid = 0.5 * debt
        seized = repaid * 1.05 / price
        debt, held, sold = debt - repaid, held - seized, sold + seized
        price = 1_000 * (1 - 0.01 * sold / 0.3)
        prices.append(price)
        health.append(held * price * 0.8 / debt)
    found = spiral(depth=0.3)
    assert found.price == pytest.approx(np.array(prices))
    assert found.health == pytest.approx(np.array(health))
    assert len(prices) == 4
    assert found.recovers


def test_a_safe_loan_is_left_alone() -> None:
    found = spiral(debt=7_000)
    assert found.price.tolist() == [1_000]
    assert found.recovers


def test_thin_markets_end_in_bad_debt() -> None:
    found = spiral(depth=[10.0, 0.3, 0.25, 0.2])
    assert found.recovers.tolist() == [True, True, False, False]
    assert np.all(np.diff(found.bad_debt[-1]) >= 0)
    assert np.all(np.diff(found.price, axis=0) <= 0)
    assert found.price[-1, 2] == pytest.approx(600)  # all ten are sold
    assert np.array_equal(found.health[-1] == 0, ~found.recovers)


def test_other_laws_of_impact_will_do() -> None:
    loan, policy = Accounts([-8_200.0, -9_000.0], [10]), CloseFactor(0.5, "USD", "ETH")
    root = square_root_law(volume=100, volatility=0.05)
    for law in (root, linear_book(depth=100)):
        found = liquidation_spiral(loan, SPIRALLING, weighted_collateral(0.8), policy, 1.05, law)
        assert found.health.shape[1:] == (2,)
        assert np.all(found.price[-1] < 1_000)


def test_a_spiral_that_takes_too_long_says_so() -> None:
    with pytest.raises(NotSettled, match="after 2 rounds") as stopped:
        spiral(debt=9_900, share=0.01, most_rounds=2)
    assert stopped.value.last.price.shape == (3,)  # type: ignore[attr-defined]


def test_bad_input_is_refused() -> None:
    with pytest.raises(MarginError, match="impact must leave a price above zero"):
        spiral(depth=0.04)
    with pytest.raises(MarginError, match="most_rounds must be a whole number"):
        spiral(most_rounds=0.5)
