"""A market of noise traders and leveraged funds: what clears it, and what leverage does to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from marginlib import MarginError
from marginlib.feedback import LeveragedFunds, clearing_price, simulate_funds
from marginlib.feedback.leveraged_funds import FundPaths


def run(steps: int, seed: int, **terms: object) -> FundPaths:
    funds = LeveragedFunds(**terms)  # type: ignore[arg-type]
    return simulate_funds(funds, steps, rng=np.random.default_rng(seed))


def returns(path: FundPaths) -> np.ndarray:
    return np.diff(np.log(path.price), axis=0)


def excess_kurtosis(sample: np.ndarray) -> np.ndarray:
    scaled = (sample - sample.mean(axis=0)) / sample.std(axis=0)
    return np.asarray((scaled**4).mean(axis=0) - 3)


@given(
    spending=st.floats(1, 3_000),
    wealth=st.lists(st.floats(0, 500), min_size=3, max_size=3),
    cap=st.floats(0.1, 30),
    aggression=st.lists(st.floats(0.5, 80), min_size=3, max_size=3),
)
def test_the_market_clears_where_a_search_finds_it(
    spending: float, wealth: list[float], cap: float, aggression: list[float]
) -> None:
    def unsold(price: float) -> float:
        exposure = np.minimum(np.array(aggression) * max(1 - price, 0), cap)
        return float(1_000 * price - spending - (np.array(wealth) * exposure).sum())

    found = float(clearing_price(spending, wealth, cap, aggression))
    assert found == pytest.approx(brentq(unsold, 1e-12, 10, xtol=1e-13), rel=1e-9)


def test_funds_and_noise_traders_hold_all_of_the_supply() -> None:
    path = run(500, seed=3, largest_leverage=[1.0, 10.0, 40.0])
    rng = np.random.default_rng(3)
    noise, off = 0.035 * rng.normal(size=500), 0.0
    for step, push in enumerate(noise):
        off = 0.99 * off + push
        held_by_noise = 1_000 * np.exp(off) / path.price[step]
        assert held_by_noise + path.holding[step] == pytest.approx(1_000)


def test_without_leverage_the_price_is_what_noise_traders_make_it() -> None:
    path = run(5_000, seed=1, largest_leverage=1e-9)
    assert excess_kurtosis(returns(path)) == pytest.approx(0, abs=0.2)
    assert path.price.shape == (5_000,)


def test_no_fund_exceeds_its_cap() -> None:
    path = run(2_000, seed=2, largest_leverage=5.0, aggression=[40])
    before = np.concatenate([[2.0], path.wealth[:-1]])
    assert np.all(path.holding * path.price <= 5 * before * (1 + 1e-12))
    assert (path.holding * path.price > 4.99 * before).any()


def test_wealth_moves_with_what_was_held() -> None:
    path = run(300, seed=2, largest_leverage=3.0, aggression=[10], inflow=0.0, wealth=5.0)
    gain = path.holding[:-1] * np.diff(path.price)
    moved = np.diff(path.wealth)
    assert moved == pytest.approx(gain)
    assert np.ptp(path.wealth) > 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_leverage_fattens_the_tails_and_calms_the_rest(seed: int) -> None:
    moves = returns(run(8_000, seed=seed, largest_leverage=[1.0, 5.0, 10.0]))
    tails = excess_kurtosis(moves)
    assert tails[0] < 0.15
    assert tails[0] + 0.1 < tails[1] < tails[2]
    assert np.all(np.diff(moves.std(axis=0)) < 0)


def test_lenders_who_look_at_volatility_lower_the_cap() -> None:
    path = run(2_000, seed=4, largest_leverage=[10.0, 10.0, 0.5], volatility_response=[0, 100, 100])
    assert np.all(path.cap[:, 0] == 10)
    assert path.cap[:, 1].min() < 9
    assert path.cap[:, 1].max() <= 10
    assert np.all(path.cap[:, 2] == 0.5)
    variance = returns(path)[:, 1][99 - 10 : 99].var()
    assert path.cap[100, 1] == pytest.approx(10 / (1 + 100 * variance))


def test_the_same_seed_gives_the_same_paths() -> None:
    first, second = (run(50, seed=9, largest_leverage=4.0) for _ in range(2))
    assert np.array_equal(first.price, second.price)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "no leverage": (lambda: LeveragedFunds(0), "largest_leverage must be positive; got 0"),
    "a window of one": (lambda: LeveragedFunds(5, window=1), "window must be a whole number"),
    "no way back": (lambda: LeveragedFunds(5, persistence=1), "persistence must be below 1"),
    "one aggression": (lambda: LeveragedFunds(5, aggression=7), "aggression must be a list"),
    "no step": (lambda: run(0, seed=1, largest_leverage=5), "steps must be a whole number"),
    "a seed": (
        lambda: simulate_funds(LeveragedFunds(5), 10, rng=1),  # type: ignore[arg-type]
        "rng must be a numpy Generator",
    ),
    "funds": (lambda: clearing_price(9, [1, 2, 3], 2, [5, 6]), "wealth must hold one number for"),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()
