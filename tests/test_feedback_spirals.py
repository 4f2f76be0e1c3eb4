"""Where a market that lives on borrowed money rests, and how it answers to losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marginlib.feedback import (
    FundedMarket,
    amplification,
    price_response,
    spiral_equilibria,
    spiral_gain,
)
from marginlib.feedback.spirals import margin_at, next_price, position_at

TERMS = {
    "value": 100,
    "supply": 20,
    "depth": 2,
    "margin": 8,
    "margin_response": 0.5,
    "inherited": 12,
    "cash": -1_035,
}


def market(**changes: Any) -> FundedMarket:
    return FundedMarket(**(TERMS | changes))


@st.composite
def markets(draw: st.DrawFn) -> FundedMarket:
    supply, margin = draw(st.floats(1, 40)), draw(st.floats(1, 30))
    depth = draw(st.floats(supply / 90, 5))
    steepest = 0.95 * margin * depth / supply
    response, inherited = draw(st.floats(-min(1, steepest), 3)), draw(st.floats(-10, 40))
    # The wealth at the value, as a part of what the whole supply needs.
    wealth = draw(st.floats(-0.3, 1.3)) * margin * supply
    return FundedMarket(100, supply, depth, margin, response, inherited, wealth - inherited * 100)


@given(markets())
def test_an_equilibrium_is_a_price_that_the_next_round_leaves_alone(found: FundedMarket) -> None:
    prices = spiral_equilibria(found)
    rests = prices[np.isfinite(prices)]
    assert 1 <= len(rests) <= 3
    assert np.all(np.diff(rests) <= 0)
    slopes = np.abs(spiral_gain(found, rests).total) + 1
    assert np.all(np.abs(next_price(found, rests) - rests) <= 1e-7 * slopes)


@given(markets())
def test_none_is_missed(found: FundedMarket) -> None:
    price = np.linspace(found.lowest_price, found.value, 5_001)
    moves = next_price(found, price) - price
    moves[np.abs(moves) < 1e-9] = 0  # where each price stays, the sign is that of the rounding
    crossed = np.flatnonzero(moves[1:] * moves[:-1] < 0)
    rests = spiral_equilibria(found)
    for place in crossed:
        inside = (rests >= price[place] - 1e-9) & (rests <= price[place + 1] + 1e-9)
        assert inside.any()


@given(markets())
def test_the_gain_is_the_slope_of_the_next_price(found: FundedMarket) -> None:
    for price in spiral_equilibria(found):
        inside = found.lowest_price + 1e-3 < price < found.value - 1e-3
        if np.isfinite(price) and inside:
            sides = next_price(found, price + np.array([-1e-5, 1e-5]))
            slope = (sides[1] - sides[0]) / 2e-5
            assert slope == pytest.approx(float(spiral_gain(found, price).total), abs=1e-4)


@given(markets())
def test_the_response_is_that_of_the_equilibrium(found: FundedMarket) -> None:
    price = (
        spiral_equilibria(found)[-1]
        if np.isfinite(spiral_equilibria(found)[-1])
        else spiral_equilibria(found)[0]
    )
    inside = found.lowest_price + 0.1 < price < found.value - 0.1
    assume(inside and spiral_gain(found, price).total < 0.8)
    terms = (found.value, found.supply, found.depth, found.margin)
    rest = (found.margin_response, found.inherited)
    richer = FundedMarket(*terms, *rest, found.cash + 1e-4)
    shifted = spiral_equilibria(richer)
    moved = shifted[np.nanargmin(np.abs(shifted - price))] - price
    assert moved / 1e-4 == pytest.approx(float(price_response(found, price)), rel=1e-2)


def test_without_spirals_a_loss_moves_the_price_by_margin_and_depth_alone() -> None:
    calm = market(margin_response=0, inherited=0, cash=120)
    assert float(spiral_equilibria(calm)[0]) == pytest.approx(100 - 2.5)
    assert float(price_response(calm, 97.5)) == pytest.approx(1 / 16)
    spiralling = market(inherited=3, cash=-168)
    alone = 1 / (10 * 2)
    gain = spiral_gain(spiralling, 96).total
    assert price_response(spiralling, 96) == pytest.approx(float(alone * amplification(gain)))


def test_in_a_fragile_market_a_small_loss_is_a_large_fall() -> None:
    fragile = market(cash=[-1_035, -1_039.9, -1_040.1])
    highest = spiral_equilibria(fragile)[:, 0]
    assert highest[:2].tolist() == [100, 100]
    assert highest[2] == pytest.approx(94, abs=0.1)
    # 99 is the edge between the two; there the rounds run away instead of settling.
    assert spiral_gain(market(), 99).total > 1
    assert np.isposinf(price_response(market(), 99))
    above, below = 99.1, 98.9
    for _ in range(500):
        above, below = (float(next_price(market(), price)) for price in (above, below))
    assert above == pytest.approx(100)
    assert below == pytest.approx(95)


def test_an_informed_financier_calms() -> None:
    assert spiral_gain(market(margin_response=-0.5), 95).margin < 0
    assert market(margin_response=-0.5).lowest_price == 90
    assert float(margin_at(market(margin_response=-0.5), 96)) == 6
    assert float(position_at(market(), 96)) == 12


def test_the_ruined_hold_nothing() -> None:
    ruined = market(cash=-1_200, inherited=5)
    assert spiral_equilibria(ruined)[0] == 90
    assert np.isnan(spiral_equilibria(ruined)[1:]).all()
    assert float(next_price(ruined, 99)) == 90


def test_many_markets_are_each_like_one() -> None:
    cash = np.linspace(-1_060, -1_020, 6).reshape(2, 3)
    together = spiral_equilibria(market(cash=cash))
    assert together.shape == (2, 3, 3)
    for place in np.ndindex(2, 3):
        alone = spiral_equilibria(market(cash=cash[place]))
        assert np.array_equal(together[place], alone, equal_nan=True)
