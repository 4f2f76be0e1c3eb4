"""Prices when optimists borrow, held against a population of agents that trade one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib.feedback import expected_payoff, leverage_cycle
from marginlib.feedback.leverage_cycle import LeverageCycle, one_period

BELIEFS = (np.arange(200_000) + 0.5) / 200_000
economies = st.tuples(st.floats(0.2, 5), st.floats(0, 0.98), st.floats(0.02, 20))


def demand(price: float, up: float, down: float, cash: float, loan: float) -> float:
    """Return what all agents hold together if each does the best for itself."""
    thinks_it_cheap = BELIEFS * up + (1 - BELIEFS) * down > price
    # Who buys sells nothing, and pays cash and loan on all that it then holds.
    each = (cash + price) / (price - loan)
    return float((thinks_it_cheap * each).mean())


@given(economies, st.floats(0, 1))
def test_at_the_price_agents_hold_all_there_is(
    economy: tuple[float, float, float], part: float
) -> None:
    up, down, cash = economy[0], economy[0] * economy[1], economy[2]
    loan = part * down
    price, buyer = (float(each) for each in one_period(up, down, cash, loan))
    assert down <= price <= up
    assert 0 <= buyer <= 1
    # The marginal agent holds what is left, which at one agent's size is a rounding.
    one_agent = (cash + price) / (price - loan) / len(BELIEFS)
    assert demand(price, up, down, cash, loan) == pytest.approx(1, abs=2 * one_agent)


@given(economies)
def test_borrowing_lifts_the_price_and_the_marginal_buyer(
    economy: tuple[float, float, float],
) -> None:
    up, down, cash = economy[0], economy[0] * economy[1], economy[2]
    price, buyer = one_period(up, down, cash, np.linspace(0, down, 5))
    assert np.all(np.diff(price) >= 0)
    assert np.all(np.diff(buyer) >= 0)


@given(economies)
def test_both_markets_clear_and_the_marginal_buyer_does_not_care(
    economy: tuple[float, float, float],
) -> None:
    up, down, cash = economy[0], economy[0] * economy[1], economy[2]
    found = leverage_cycle(up, down, cash)
    price, after, buyer, buyer_after = (float(each) for each in found[:4])
    assert down <= after <= price <= up * (1 + 1e-9)
    assert buyer_after <= buyer <= 1 + 1e-9
    # At the start: cash of the buyers and their loans pay for what the others sell.
    assert price * buyer == pytest.approx((1 - buyer) * cash + after, rel=1e-6)
    # After bad news the others share all cash and assets, and the optimists among them buy.
    share = (buyer - buyer_after) / buyer
    assert after * (1 - share) == pytest.approx(share * cash + down, rel=1e-6)
    now = buyer * (up - after) / (price - after)
    later = buyer + (1 - buyer) * buyer * (up - down) / (after - down)
    assert now == pytest.approx(later, rel=1e-4)


def test_the_fall_exceeds_what_anyone_has_learned() -> None:
    found = leverage_cycle()
    belief = np.linspace(0, 1, 1_001)
    learned = expected_payoff(belief, periods=2) - expected_payoff(belief, periods=1)
    assert learned.max() == pytest.approx(0.2)
    assert found.price - found.price_after > 1.25 * learned.max()


def test_a_safer_asset_is_lent_on_more_and_falls_less() -> None:
    found = leverage_cycle(down=np.linspace(0, 0.9, 10))
    assert isinstance(found, LeverageCycle)
    assert np.all(np.diff(found.loan_to_value) > 0)
    assert np.all(np.diff(found.crash) < 0)
    assert found.loan_to_value_after[0] == 0
    assert found.crash == pytest.approx(1 - found.loan_to_value)


def test_scale_does_not_matter() -> None:
    one, ten = leverage_cycle(1, 0.2, 1), leverage_cycle(10, 2, 10)
    assert ten.price == pytest.approx(10 * float(one.price))
    assert ten.buyer == pytest.approx(float(one.buyer))
