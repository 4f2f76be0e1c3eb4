"""Where several markets come to rest: matrix and vector are the same as the engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.cascade import prepare_pooled, rest_pooled
from marginlib.cascade.state import State, moved

NAMES = ["A", "B", "C"]
MARKET = ml.market.at(ml.instruments.linear(NAMES, size=[1, 10, 0.1]), [100, 5, 2_000])
RULE = ml.margin.FixedRate(initial=[0.05, 0.04, 0.1], maintenance=[0.02, 0.01, 0.05])
DEPTH = np.array([3.0, 6, 1.5])  # contracts, for each unit of depth
LAWS: dict[str, Callable[[float], ml.impact.Curve]] = {
    "linear": lambda depth: ml.impact.linear_book(depth * DEPTH),
    "square root": lambda depth: ml.impact.square_root_law(
        volume=300 * depth * DEPTH, volatility=0.1
    ),
    "exponential": lambda depth: ml.impact.Exponential(100 * depth * DEPTH),
}
seeds = st.integers(0, 2**32 - 1)


def crowd_of(seed: int, count: int, share_long: float, alike: float) -> ml.accounts.Accounts:
    return ml.feedback.draw_crowd(
        count,
        MARKET,
        leverage=ml.feedback.LogNormal(median=6, spread=0.6, most=15),
        size=ml.feedback.LogNormal(median=200, spread=1),
        share_long=share_long,
        alike=alike,
        rng=np.random.default_rng(seed),
    )


def hedged(seed: int, count: int) -> ml.accounts.Accounts:
    """Long in some instruments and short in others."""
    rng = np.random.default_rng(seed)
    value = rng.normal(size=(count, 3)) * rng.integers(0, 2, size=(count, 3))
    collateral = np.abs(value).sum(axis=-1) * rng.uniform(0.08, 0.5, count)
    return ml.accounts.open_accounts(100 * collateral, 100 * value / MARKET.value, MARKET)


def engine(
    crowd: ml.accounts.Accounts, impact: ml.impact.Curve, price: np.ndarray, rule: ml.margin.Model
) -> list[State]:
    """Return the states after each round of the readable engine."""
    start = moved(ml.cascade.begin(crowd, MARKET), price / MARKET.price - 1)
    return [start, *ml.cascade.rounds(start, ml.cascade.CascadeRules(rule, impact), check=True)]


class Charge(ml.margin.Model):
    """A charge on every account that does not depend on prices."""

    def requirement(
        self, accounts: ml.accounts.Accounts, market: ml.market.Market
    ) -> ml.margin.Requirement:
        charge = np.full(accounts.shape, 3.0)
        return ml.margin.Requirement(charge, charge)

    def value_rates(self, accounts: ml.accounts.Accounts, market: ml.market.Market) -> np.ndarray:
        return np.zeros(len(market.instruments))


@settings(max_examples=120)
@given(
    seed=seeds,
    count=st.integers(5, 120),
    share_long=st.sampled_from([0.0, 0.6, 1.0]),
    alike=st.floats(0, 1),
    is_hedged=st.booleans(),
    law=st.sampled_from(sorted(LAWS)),
    has_charge=st.booleans(),
)
def test_matrix_and_vector_agree_with_the_engine(
    seed: int,
    count: int,
    share_long: float,
    alike: float,
    is_hedged: bool,
    law: str,
    has_charge: bool,
) -> None:
    crowd = hedged(seed, count) if is_hedged else crowd_of(seed, count, share_long, alike)
    # Drawn with the seed, because hypothesis likes simple numbers, at which little happens.
    drawn = np.random.default_rng(seed)
    impact = LAWS[law](count * 10 ** drawn.uniform(-3.5, -1))
    price = MARKET.price * (1 + drawn.uniform(-0.3, 0.1, 3))
    rule = RULE + Charge() if has_charge else RULE
    pool = prepare_pooled(crowd, MARKET, rule)
    try:
        *_, last, nobody_due = engine(crowd, impact, price, rule)
    except ml.NotSettled as too_much:
        with pytest.raises(ml.NotSettled, match="no price above zero") as same:
            rest_pooled(pool, impact, price)
        np.testing.assert_allclose(same.value.last.price, too_much.last.market.price)
        closed = crowd.quantity.any(axis=-1) & ~too_much.last.accounts.quantity.any(axis=-1)
        np.testing.assert_array_equal(same.value.last.closed, closed)
        return
    found = rest_pooled(pool, impact, price)
    np.testing.assert_allclose(found.price, last.market.price, rtol=1e-9)
    np.testing.assert_array_equal(found.closed, last.liquidated)
    np.testing.assert_allclose(found.quantity, -last.others.quantity, atol=1e-9)
    cash = last.accounts.cash[found.closed]
    assert found.left == pytest.approx(np.maximum(cash, 0).sum(), rel=1e-9, abs=1e-7)
    assert found.shortfall == pytest.approx(float(last.unpaid), rel=1e-9, abs=1e-7)
    assert found.rounds == nobody_due.clock - 1


def test_one_market_is_a_pool_of_one() -> None:
    market = ml.market.at(ml.instruments.inverse(["X"], size=10), [100])
    crowd = ml.feedback.draw_crowd(
        300,
        market,
        leverage=ml.feedback.LogNormal(8, 0.7, most=45),
        size=ml.feedback.LogNormal(1, 1),
        rng=np.random.default_rng(2),
    )
    rule = ml.margin.FixedRate(0.02, 0.01)
    impact = ml.impact.linear_book(0.3 * crowd.quantity.sum())
    pooled = rest_pooled(prepare_pooled(crowd, market, rule), impact, [92.0])
    steps = ml.cascade.staircase(ml.cascade.prepare(crowd, market, rule, "X"), impact, 92.0)
    assert pooled.price[0] == pytest.approx(steps.price[-1])
    assert (pooled.closed.sum(), pooled.rounds) == (steps.closed.sum(), len(steps.closed))
    assert pooled.left == pytest.approx(steps.left)
    assert pooled.shortfall == pytest.approx(steps.shortfall) != 0


def test_a_function_has_no_rates() -> None:
    def charge(accounts: ml.accounts.Accounts, market: ml.market.Market) -> ml.margin.Requirement:
        return ml.margin.Requirement(np.full(accounts.shape, 3.0), np.full(accounts.shape, 3.0))

    with pytest.raises(ml.MarginError, match="model must have fixed rates"):
        prepare_pooled(hedged(1, 5), MARKET, charge)


@pytest.mark.parametrize("nothing", [[], [[0, 0, 0]]])
def test_who_holds_nothing_is_never_due(nothing: list[list[float]]) -> None:
    quantity = np.reshape(np.array(nothing, float), (-1, 3))
    crowd = ml.accounts.Accounts(np.zeros(len(quantity)), quantity)
    found = rest_pooled(prepare_pooled(crowd, MARKET, RULE), LAWS["linear"](1.0), MARKET.price)
    assert (found.rounds, found.left, found.shortfall) == (0, 0, 0)
    assert found.closed.tolist() == [False] * len(quantity)


def test_what_does_not_fit_is_refused() -> None:
    crowd, pool = hedged(1, 5), prepare_pooled(hedged(1, 5), MARKET, RULE)
    with pytest.raises(ml.MarginError, match=r"shape \(N,\)"):
        prepare_pooled(crowd[0], MARKET, RULE)
    with pytest.raises(ml.MarginError, match="one value for each instrument"):
        prepare_pooled(ml.accounts.Accounts([0], [[1, 1]]), MARKET, RULE)
    coins = ml.market.at(
        ml.instruments.join(ml.instruments.linear(["A"]), ml.instruments.cash(["C"])), [100, 100]
    )
    with pytest.raises(ml.MarginError, match="no coins and no options"):
        prepare_pooled(ml.accounts.Accounts([0], [[1, 1]]), coins, RULE)
    with pytest.raises(ml.MarginError, match="one value for each instrument"):
        rest_pooled(pool, LAWS["linear"](1.0), [1, 2])
    with pytest.raises(ml.MarginError, match=r"price must have shape \(I,\)"):
        rest_pooled(pool, LAWS["linear"](1.0), [[1, 2, 3]])
    with pytest.raises(ml.MarginError, match="impact must be permanent"):
        rest_pooled(pool, ml.impact.Transient(LAWS["linear"](1.0), half_life=1), MARKET.price)
