"""Steps until rest and along a path, against plain rounds on plain numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib.cascade import CascadeRules, begin, record, rounds, run, settle, shock
from marginlib.cascade.record import AGGREGATES
from marginlib.cascade.state import State, moved

RULE = ml.margin.FixedRate(initial=0.10, maintenance=0.05)
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [100])
LAWS: dict[str, Callable[[float], ml.impact.Curve]] = {
    "linear": lambda size: ml.impact.linear_book(depth=size / 10),
    "square root": lambda size: ml.impact.square_root_law(volume=size, volatility=0.2),
    "exponential": lambda size: ml.impact.Exponential(depth=3 * size),
    "book": lambda size: ml.impact.OrderBook([0.01, 0.05, 0.4], [size / 9, size / 5, 9 * size]),
}


def drawn(seed: int, count: int = 30) -> ml.accounts.Accounts:
    """Return longs and shorts of leverage 2 to 19."""
    rng = np.random.default_rng(seed)
    quantity = rng.lognormal(size=count) * rng.choice([1, 1, 1, -1], size=count)
    return ml.accounts.open_accounts(
        np.abs(quantity) * 100 / rng.uniform(2, 19, count), quantity[:, None], MARKET
    )


def plain_rounds(
    threshold: np.ndarray, quantity: np.ndarray, law: ml.impact.Curve, price: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return price, who is closed and at what price, by asking everyone again and again."""
    now, closed, filled = price, np.zeros(len(quantity), bool), np.full(len(quantity), np.nan)
    while True:
        due = ~closed & np.where(quantity > 0, now <= threshold, now >= threshold)
        if not due.any():
            return now, closed, filled
        before, after = -quantity[closed].sum(), -quantity[closed | due].sum()
        filled[due] = price * (1 + law.average_between(before, after))
        closed, now = closed | due, float(law.last_price(price, after))


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), change=st.floats(-0.4, 0.4))
def test_one_market_rests_where_plain_rounds_do(
    law: Callable[[float], ml.impact.Curve], seed: int, change: float
) -> None:
    crowd = drawn(seed)
    quantity = crowd.quantity[:, 0]
    impact = law(np.abs(quantity).sum())
    # An account with equity E at the entry price P is due at (P - E/q) / (1 -+ 5 %).
    own = ml.accounts.equity(crowd, MARKET)
    threshold = (100 - own / quantity) / (1 - 0.05 * np.sign(quantity))
    price, closed, filled = plain_rounds(threshold, quantity, impact, 100 * (1 + change))
    rest = settle(
        shock(begin(crowd, MARKET), "BTC", change), CascadeRules(RULE, impact), check=True
    )
    assert float(rest.market["BTC"]) == pytest.approx(price, rel=1e-12)
    assert rest.liquidated.tolist() == closed.tolist()
    cash = np.where(closed, crowd.cash + quantity * filled, crowd.cash)
    assert rest.accounts.cash == pytest.approx(cash, rel=1e-9, abs=1e-6)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), change=st.floats(-0.4, -0.02))
def test_the_price_rests_at_the_first_fixed_point_a_falling_price_meets(
    seed: int, change: float
) -> None:
    crowd = drawn(seed)
    crowd = crowd[crowd.quantity[:, 0] > 0]
    quantity, depth = crowd.quantity[:, 0], crowd.quantity.sum() / 10
    threshold = ml.liquidation.liquidation_price(crowd, MARKET, RULE, "BTC")
    start = 100 * (1 + change)
    rest = settle(
        shock(begin(crowd, MARKET), "BTC", change), CascadeRules(RULE, ml.impact.linear_book(depth))
    ).market["BTC"]

    def after(price: float) -> float:
        return start * (1 - 0.01 * quantity[threshold >= price].sum() / depth)

    assert after(float(rest)) == pytest.approx(float(rest), rel=1e-12)
    above = np.append(threshold[(threshold > rest) & (threshold <= start)], start)
    assert all(after(price) < price or np.isclose(price, rest) for price in above)


def test_many_markets_are_the_same_as_one_by_one() -> None:
    crowd, changes, depths = drawn(3), np.array([-0.03, -0.1, -0.2]), np.array([4.0, 9.0])
    table = CascadeRules(RULE, ml.impact.linear_book(depth=depths[:, None, None]), losses=())
    state = begin(crowd, MARKET, fund=50)
    many = settle(shock(state, "BTC", changes), table, check=True)
    assert many.market.shape == (2, 3)
    assert many.accounts.shape == (2, 3, 30)
    for row, column in np.ndindex(2, 3):
        rules = CascadeRules(RULE, ml.impact.linear_book(depth=depths[row]))
        one = settle(shock(state, "BTC", changes[column]), rules)
        place = row, column
        assert many.market["BTC"][place] == pytest.approx(float(one.market["BTC"]), rel=1e-13)
        assert many.liquidated[place].tolist() == one.liquidated.tolist()
        assert many.fund.balance[place] == pytest.approx(float(one.fund.balance))
        assert many.unpaid[place] == pytest.approx(float(one.unpaid))


def test_one_account_of_a_crowd_is_the_same_as_alone_where_it_moves_no_price() -> None:
    crowd, rules = drawn(8), CascadeRules(RULE, ml.impact.linear_book(depth=1e15))
    whole = settle(shock(begin(crowd, MARKET), "BTC", -0.15), rules)
    for row in range(30):
        alone = settle(shock(begin(crowd[row : row + 1], MARKET), "BTC", -0.15), rules)
        assert alone.accounts.cash[0] == pytest.approx(whole.accounts.cash[row])
        assert alone.liquidated[0] == whole.liquidated[row]


def test_several_markets_and_one_purse() -> None:
    # A fall of BTC alone closes the ETH of those who hold both, and ETH falls.
    two = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [100, 10])
    crowd = ml.accounts.open_accounts([200, 15], [[10, 50], [0, 20]], two)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=[10, 10]))
    rest = settle(shock(begin(crowd, two), "BTC", -0.15), rules, check=True)
    assert rest.market.price.tolist() == pytest.approx([85 * 0.99, 10 * (1 - 0.07)])
    assert rest.liquidated.tolist() == [True, True]


def test_the_gain_of_each_round_is_its_volume_over_the_last() -> None:
    crowd = ml.accounts.open_accounts([60, 65, 500], [[10], [5], [1]], MARKET)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=1.5))
    states = list(rounds(shock(begin(crowd, MARKET), "BTC", -0.02), rules))
    assert [int(state.last.closed) for state in states] == [1, 1, 0]
    volumes = [float(state.last.volume) for state in states]
    assert np.isnan(states[0].last.gain)
    assert float(states[1].last.gain) == pytest.approx(volumes[1] / volumes[0])
    assert float(states[2].last.gain) == 0


def test_a_path_is_the_moves_one_after_the_other() -> None:
    crowd, rules = drawn(5), CascadeRules(RULE, ml.impact.linear_book(depth=5.0))
    moves = np.array([-0.05, 0.01, -0.1])
    state = begin(crowd, MARKET)
    for change in moves:
        state = settle(moved(state, change), rules)
    path = run(begin(crowd, MARKET), rules, moves, until_rest=True, check=True)
    assert path.state.accounts.cash.tolist() == state.accounts.cash.tolist()
    assert path.history["price"].shape == (4, 1)
    assert path.history["price"][-1].tolist() == state.market.price.tolist()
    each = run(begin(crowd, MARKET), rules, moves[:, None], until_rest=True)
    assert each.history["price"].tolist() == path.history["price"].tolist()


def test_rounds_after_a_move_are_recorded_as_one() -> None:
    crowd = ml.accounts.open_accounts([60, 65, 500], [[10], [5], [1]], MARKET)
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=1.5))
    each = list(rounds(shock(begin(crowd, MARKET), "BTC", -0.02), rules))
    path = run(
        begin(crowd, MARKET),
        rules,
        [-0.02, 0.0],
        record=("flow", "volume", "closed", "gain"),
        until_rest=True,
    )
    total = sum(float(state.last.volume) for state in each)
    assert path.history["closed"].tolist() == [0, 2, 0]
    assert path.history["flow"][:, 0].tolist() == [0, -15, 0]
    assert path.history["volume"] == pytest.approx([0, total, 0])
    gain = path.history["gain"]
    assert float(each[0].last.volume) / (1 - gain[1]) == pytest.approx(total)
    assert np.isnan(gain[[0, 2]]).all()


def test_a_transient_impact_lets_the_price_come_back() -> None:
    crowd = ml.accounts.open_accounts([60.0], [[10]], MARKET)
    law = ml.impact.Transient(ml.impact.linear_book(depth=2), half_life=1, lasting=0.2)
    path = run(begin(crowd, MARKET), CascadeRules(RULE, law), [-0.02, 0, 0, 0], check=True)
    off = np.array([0.0, 0.05, 0.03, 0.02, 0.015])
    assert path.history["price"][1:, 0] == pytest.approx(98 * (1 - off[1:]))


def test_what_is_recorded() -> None:
    def largest(state: State) -> float:
        return float(state.accounts.cash.max())

    every = tuple(AGGREGATES)
    crowd, rules = drawn(1), CascadeRules(RULE, ml.impact.linear_book(depth=5.0))
    path = run(begin(crowd, MARKET, fund=5), rules, [-0.1, 0], record=(*every, largest))
    assert set(path.history) == {*every, "largest"}
    assert all(len(kept) == 3 for kept in path.history.values())
    assert path.history["liquidated"][-1] == path.state.liquidated.sum()
    assert path.history["equity"][-1] == pytest.approx(path.state.equity.sum())
    assert path.history["bankrupt"][-1] == (path.state.equity < 0).sum()
    many = run(begin(crowd, MARKET), rules, [[[-0.1], [-0.2]]], record=["price", "bankrupt"])
    assert many.history["bankrupt"][-1].tolist() == (many.state.equity < 0).sum(axis=-1).tolist()
    assert many.history["price"].shape == (2, 2, 1)  # one market at first, two afterwards
    assert record([], ["price"]) == {}


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_a_settled_crowd_stays_settled(seed: int) -> None:
    rules = CascadeRules(RULE, ml.impact.linear_book(depth=10.0))
    rest = settle(shock(begin(drawn(seed), MARKET), "BTC", -0.1), rules)
    again = settle(rest, rules)
    assert again.accounts.cash.tolist() == rest.accounts.cash.tolist()
    assert again.market.price.tolist() == rest.market.price.tolist()
