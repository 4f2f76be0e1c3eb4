"""Where one market comes to rest: every way to compute it is the same as the engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.cascade import forced_flow, prepare, rest, staircase
from marginlib.cascade.one_market import Prepared, Thresholds
from marginlib.cascade.one_question import rest_once
from marginlib.cascade.price_path import rest_along
from marginlib.cascade.state import State
from marginlib.impact.power import PowerImpact
from marginlib.instruments.unit_values import unit_value

PRICE = 100.0
MARKET = ml.market.at(ml.instruments.linear(["X"]), [PRICE])
RULE = ml.margin.FixedRate(initial=0.02, maintenance=0.01)
LAWS: dict[str, Callable[[float], ml.impact.Curve]] = {
    "linear": ml.impact.linear_book,
    "square root": lambda depth: ml.impact.square_root_law(volume=100 * depth, volatility=0.1),
    "exponential": lambda depth: ml.impact.Exponential(100 * depth),
    "book": lambda depth: ml.impact.OrderBook([0.005, 0.01, 0.1, 0.5], [0.5 * depth] * 3 + [1e9]),
}
seeds = st.integers(0, 2**32 - 1)
laws = st.sampled_from(sorted(LAWS))


def engine(crowd: ml.accounts.Accounts, impact: ml.impact.Curve, shocked: float) -> list[State]:
    """Return the states after each round of the readable engine, the last with nobody due."""
    start = ml.cascade.shock(ml.cascade.begin(crowd, MARKET), "X", shocked / PRICE - 1)
    rules = ml.cascade.CascadeRules(RULE, impact, ml.liquidation.CloseAll())
    return list(ml.cascade.rounds(start, rules, check=True))


def account_by_account(ready: Prepared, impact: ml.impact.Curve, shocked: float) -> int:
    """Walk down the sorted longs one by one, and return how many were closed."""
    sold, price = 0.0, shocked
    for count, (level, size) in enumerate(
        zip(ready.longs.side.price, ready.longs.side.quantity, strict=True)
    ):
        if level < price:
            return count
        sold += size
        price = float(impact.last_price(shocked, -sold))
    return len(ready.longs.side.price)


def crowd_of(seed: int, count: int = 60, share_long: float = 1.0) -> ml.accounts.Accounts:
    return ml.feedback.draw_crowd(
        count,
        MARKET,
        leverage=ml.feedback.LogNormal(median=8, spread=0.7, least=1.5, most=45),
        size=ml.feedback.LogNormal(median=100, spread=1),
        share_long=share_long,
        rng=np.random.default_rng(seed),
    )


def ready_of(crowd: ml.accounts.Accounts) -> Prepared:
    return prepare(crowd, MARKET, RULE, "X")


@settings(max_examples=150)
@given(
    seed=seeds,
    count=st.integers(1, 120),
    share_long=st.sampled_from([0.0, 0.5, 1.0]),
    law=laws,
)
def test_all_ways_agree_with_the_engine(seed: int, count: int, share_long: float, law: str) -> None:
    # Drawn with the seed, because hypothesis likes simple numbers, at which little happens.
    drawn = np.random.default_rng(seed)
    crowd, shock = (
        crowd_of(seed, count, share_long),
        drawn.choice([-1, 1]) * drawn.uniform(0.02, 0.2),
    )
    impact, shocked = LAWS[law](count * 10 ** drawn.uniform(-2, -0.5)), PRICE * (1 + shock)
    ready = ready_of(crowd)
    after = rest(ready, impact, shocked)
    once = rest_once(ready.thresholds, impact, shocked)
    steps = staircase(ready, impact, shocked)
    try:
        states = engine(crowd, impact, shocked)
    except ml.NotSettled:
        assert np.isnan(
            [after.price, once.price, steps.price[-1], steps.left, steps.shortfall]
        ).all()
        return
    last = states[-1]
    for found in (after, once):
        assert found.closed == last.liquidated.sum()
        assert found.price == pytest.approx(float(last.market["X"]), rel=1e-9)
        assert found.quantity == pytest.approx(-float(last.others.quantity[0]), rel=1e-9)
    assert steps.closed.tolist() == [int(state.last.closed) for state in states[:-1]]
    prices = [float(state.market["X"]) for state in states[:-1]]
    assert steps.price.tolist() == pytest.approx([shocked, *prices], rel=1e-9)
    cash = last.accounts.cash[last.liquidated]
    assert steps.left == pytest.approx(np.maximum(cash, 0).sum(), rel=1e-7, abs=1e-6)
    assert steps.shortfall == pytest.approx(float(last.unpaid), rel=1e-7, abs=1e-6)
    if shock < 0:
        assert account_by_account(ready, impact, shocked) == after.closed


@settings(max_examples=30)
@given(
    levels=st.lists(st.integers(50, 99), min_size=1, max_size=30),
    shocked=st.integers(50, 99),
    slope=st.sampled_from([0.25, 0.5, 1.0]),
)
def test_ties_are_closed_together(levels: list[int], shocked: int, slope: float) -> None:
    # Bankrupt at the level and liquidated below it: one contract each, and prices that are exact.
    side = ml.cascade.one_market.Side(
        1, np.array(levels, float), np.ones(len(levels)), np.arange(len(levels))
    )
    none = ml.cascade.one_market.Side(-1, np.zeros(0), np.zeros(0), np.zeros(0, dtype=int))
    queue = ml.cascade.one_market.Queue
    found = Thresholds(side, none, np.zeros(len(levels)), MARKET.instruments)
    ready = Prepared(queue(side), queue(none), found)
    impact = PowerImpact(scale=slope / shocked, size=1, exponent=1)
    sold = 0
    while (more := sum(level > shocked - slope * sold for level in levels)) > sold:
        sold = more
    for after in (rest(ready, impact, shocked), rest_once(found, impact, shocked)):
        assert after.price == pytest.approx(shocked - slope * sold)
        assert after.closed == sold


@settings(max_examples=30)
@given(seed=seeds, law=st.sampled_from(["linear", "square root", "exponential"]))
def test_many_questions_at_once_are_the_same_one_by_one(seed: int, law: str) -> None:
    ready = ready_of(crowd_of(seed, share_long=0.5))
    depth, price = np.array([2.0, 20, 200]), PRICE * (1 + np.array([-0.2, -0.05, 0, 0.03, 0.2]))
    table = rest(ready, LAWS[law](depth[:, None]), price)
    for i, j in np.ndindex(3, 5):
        one = rest(ready, LAWS[law](depth[i]), price[j])
        assert table.closed[i, j] == one.closed
        np.testing.assert_array_equal(table.price[i, j], one.price)
        np.testing.assert_array_equal(table.quantity[i, j], one.quantity)


def test_the_band_in_which_it_rests_is_walked_exactly() -> None:
    # Far more accounts than bands, so that every band holds many of them.
    crowd = crowd_of(seed=3, count=50_000)
    ready = ready_of(crowd)
    total = crowd.quantity.sum()
    for depth in np.geomspace(0.02, 2, 40) * total:
        impact = ml.impact.linear_book(depth)
        exact, once = rest(ready, impact, 96.0), rest_once(ready.thresholds, impact, 96.0)
        assert exact.closed == once.closed
        assert exact.price == pytest.approx(once.price, rel=1e-12)


def flow_of(state: State) -> np.ndarray:
    """Return what the crowd has traded since the beginning."""
    return -state.others.quantity[..., 0]


@settings(max_examples=60)
@given(seed=seeds, share_long=st.sampled_from([0.5, 1.0, 0.0]), law=laws)
def test_a_path_is_a_shock_at_each_step(seed: int, share_long: float, law: str) -> None:
    crowd = crowd_of(seed, 60, share_long)
    impact = LAWS[law](60 * 10 ** np.random.default_rng(seed + 1).uniform(-1.5, 0))
    returns = np.random.default_rng(seed).normal(0, 0.02, 40)
    path = PRICE * np.exp(np.cumsum(returns))
    start, rules = ml.cascade.begin(crowd, MARKET), ml.cascade.CascadeRules(RULE, impact)
    try:
        expected = ml.cascade.run(
            start,
            rules,
            path / np.append(PRICE, path[:-1]) - 1,
            record=("price", "liquidated", flow_of),
            until_rest=True,
        ).history
    except ml.NotSettled:
        assert np.isnan(rest_along(ready_of(crowd), impact, path).price).any()
        return
    found = rest_along(ready_of(crowd), impact, path)
    assert found.closed.tolist() == expected["liquidated"][1:].tolist()
    np.testing.assert_allclose(found.price, expected["price"][1:, 0], rtol=1e-9)
    np.testing.assert_allclose(found.quantity, expected["flow_of"][1:], rtol=1e-9, atol=1e-9)


def test_what_one_side_sold_keeps_the_price_from_the_other() -> None:
    # The long is closed below 90 / 0.99, and its sale takes 1 % off: at 110 the price is 108.90,
    # just below the 110 / 1.01 at which the short is closed; at 111 it is 109.89.
    crowd = ml.accounts.open_accounts([10, 10], [[1], [-1]], MARKET)
    found = rest_along(ready_of(crowd), ml.impact.linear_book(depth=1), [90, 110, 111])
    assert found.closed.tolist() == [1, 1, 2]
    assert found.price.tolist() == pytest.approx([89.1, 108.9, 111])


# ---- money, gain and supply


@pytest.mark.parametrize("kind", ["linear", "inverse", "quanto"])
def test_what_is_kept_and_owed_is_what_was_there_and_what_was_paid(kind: str) -> None:
    listed = {
        "linear": ml.instruments.linear(["X"], size=0.01),
        "inverse": ml.instruments.inverse(["X"], size=10),
        "quanto": ml.instruments.quanto(["X"], multiplier=1e-4),
    }[kind]
    coin = ml.instruments.cash(["coin"], currency=listed.currency)
    market = ml.market.at(ml.instruments.join(listed, coin), [PRICE, 3.0])
    crowd = ml.feedback.draw_crowd(
        500,
        market,
        leverage=np.resize([5, 20, 50], 500),
        size=1.0,
        share_long=0.5,
        collateral={"coin": 0.5},
        rng=np.random.default_rng(5),
    )
    ready = prepare(crowd, market, RULE, "X")
    total = np.abs(crowd.quantity[:, 0]).sum()
    for price, queue in [(97.0, ready.longs), (103.0, ready.shorts)]:
        steps = staircase(ready, ml.impact.linear_book(total), price)
        value = unit_value(listed, steps.fill[:, None])[:, 0]
        closed = queue.side.account[: steps.closed.sum()]
        others = crowd.cash[closed] + 3.0 * crowd.quantity[closed, 1]
        received = -(steps.quantity * value).sum()
        assert steps.left - steps.shortfall == pytest.approx(others.sum() + received)
        assert steps.shortfall > 0
        at_once = unit_value(listed, [price])[0]
        assert steps.slippage == pytest.approx((steps.quantity * (value - at_once)).sum())
        assert steps.slippage > 0


def test_nobody_is_due() -> None:
    ready = ready_of(crowd_of(1))
    steps = staircase(ready, ml.impact.linear_book(10), PRICE)
    assert steps.price.tolist() == [PRICE]
    assert (steps.left, steps.shortfall, steps.slippage) == (0, 0, 0)
    assert steps.gain.shape == (0,)
    after = rest_once(ready.thresholds, ml.impact.linear_book(10), PRICE)
    assert (float(after.price), int(after.closed), float(after.quantity)) == (PRICE, 0, 0)


def test_nobody_can_be_liquidated() -> None:
    rich = ml.accounts.open_accounts([500, 500], [[1], [0]], MARKET)
    ready = ready_of(rich)
    assert len(ready.longs.side.price) == len(ready.shorts.side.price) == 0
    assert rest(ready, ml.impact.linear_book(1), 1e-3).closed == 0


def test_the_staircase_of_a_constant_gain_is_a_geometric_series() -> None:
    # One contract is reached for every 0.1 of the price, and one contract moves it by 0.05.
    levels = 99.95 - 0.1 * np.arange(900)
    collateral = 100 - levels * (1 - 0.01)
    crowd = ml.accounts.open_accounts(collateral, np.ones((900, 1)), MARKET)
    ready = ready_of(crowd)
    impact = PowerImpact(scale=0.05 / 90, size=1, exponent=1)
    steps = staircase(ready, impact, 90.0)
    assert steps.quantity[0] == -100
    assert steps.gain[:2].tolist() == [0.5, 0.5]
    assert steps.price[-1] == pytest.approx(80, abs=0.1)  # 10 / (1 - 0.5) below 100


def test_the_supply_crosses_the_depth_where_the_cascade_rests() -> None:
    ready = ready_of(crowd_of(7, 400))
    impact = ml.impact.linear_book(depth=300)
    after = rest(ready, impact, 93.0)
    assert forced_flow(ready, after.price) == after.quantity < 0
    above = np.linspace(float(after.price) + 1e-6, 93.0, 500)
    assert (impact.last_price(93.0, forced_flow(ready, above)) < above).all()


# ---- refusals


def test_bad_questions_are_refused() -> None:
    one = ml.accounts.open_accounts([2.0], [[1]], MARKET)
    due = ml.accounts.Accounts([-99.5, 100.5], [[1.0], [-1.0]])
    impact = ml.impact.linear_book(1)
    refused = pytest.raises(ml.MarginError, match="longs and shorts are due at once")
    for ask in (rest, staircase, rest_along):
        with refused:
            ask(ready_of(due), impact, [PRICE] if ask is rest_along else PRICE)
    with refused:
        rest_once(ready_of(due).thresholds, impact, PRICE)
    passing = ml.impact.Transient(impact, half_life=1)
    for ask in (rest, staircase):
        with pytest.raises(ml.MarginError, match="impact must be permanent"):
            ask(ready_of(one), passing, 90.0)
    for bad in [(impact, [90.0, 91.0]), (ml.impact.linear_book([1, 2]), 90.0)]:
        with pytest.raises(ml.MarginError, match="use rest for many"):
            staircase(ready_of(one), *bad)
        with pytest.raises(ml.MarginError, match="use rest for many"):
            rest_once(ready_of(one).thresholds, *bad)
    with pytest.raises(ml.MarginError, match=r"prices must have shape \(T,\)"):
        rest_along(ready_of(one), impact, 90.0)
    with pytest.raises(ml.MarginError, match="price must be positive"):
        rest(ready_of(one), impact, 0.0)


def test_bad_crowds_are_refused() -> None:
    two = ml.market.at(
        ml.instruments.join(ml.instruments.linear(["X", "Y"]), ml.instruments.cash(["coin"])),
        [100, 100, 100],
    )
    crowd = ml.accounts.Accounts([0.0], [[1, 1, 1]])
    with pytest.raises(ml.MarginError, match="must hold no other positions than in 'X'"):
        prepare(crowd, two, RULE, "X")
    with pytest.raises(ml.MarginError, match="'coin' must be traded on margin"):
        prepare(crowd, two, RULE, "coin")
    with pytest.raises(ml.MarginError, match=r"shape \(N,\)"):
        prepare(crowd[0], two, RULE, "X")
