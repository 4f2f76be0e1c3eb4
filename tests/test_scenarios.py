from __future__ import annotations

import numpy as np
import pytest

from marginlib._checks import MarginError
from marginlib.scenarios import price_paths, random_walks, touch_probability


# Four per cent a day, one per cent maintenance: how far is liquidation, how often is it touched?
@pytest.mark.parametrize(
    ("leverage", "away", "chance"), [(10, 0.091, 0.023), (20, 0.040, 0.31), (50, 0.010, 0.80)]
)
def test_liquidation_in_ordinary_days(leverage: float, away: float, chance: float) -> None:
    distance = 1 - (1 - 1 / leverage) / (1 - 0.01)
    assert distance == pytest.approx(away, abs=6e-4)
    assert touch_probability(-distance, 0.04) == pytest.approx(chance, abs=6e-3)


def test_limits() -> None:
    assert touch_probability(0, 0.04) == 1
    assert touch_probability(10, 0.04) < 1e-100
    assert np.isnan(touch_probability(np.nan, 0.04))
    assert touch_probability(0.1, 0.04) == touch_probability(-0.1, 0.04)
    assert touch_probability(0.1, 0.04, horizon=4) == touch_probability(0.05, 0.04)


def test_walks_have_the_volatility_they_were_asked_for() -> None:
    walks = random_walks(
        paths=20_000, steps=24, volatility=0.04, horizon=2, rng=np.random.default_rng(5)
    )
    assert walks.shape == (20_000, 25)
    assert walks[:, -1].mean() == pytest.approx(1, abs=2e-3)
    assert walks[:, -1].std() == pytest.approx(0.04 * np.sqrt(2), rel=0.02)


def test_watching_now_and_then_touches_less_often_and_nearly_as_often_when_close() -> None:
    walks = random_walks(paths=20_000, steps=1_000, volatility=0.04, rng=np.random.default_rng(6))
    exact = float(touch_probability(0.04, 0.04))
    watched = {every: (walks[:, ::every] <= 0.96).any(axis=1).mean() for every in (1, 100)}
    assert watched[100] < watched[1] < exact
    assert watched[1] == pytest.approx(exact, abs=0.02)


def test_the_same_seed_gives_the_same_paths() -> None:
    one, two = (
        random_walks(paths=2, steps=3, volatility=0.1, rng=np.random.default_rng(9)) for _ in "ab"
    )
    assert (one == two).all()


def test_prices_have_the_volatility_and_correlation_they_were_asked_for() -> None:
    correlation = np.array([[1, 0.8, 0], [0.8, 1, -0.3], [0, -0.3, 1]])
    prices = price_paths(
        paths=20_000,
        steps=5,
        volatility=[0.04, 0.05, 0.1],
        correlation=correlation,
        horizon=10,
        rng=np.random.default_rng(3),
    )
    assert prices.shape == (20_000, 6, 3)
    assert (prices[:, 0] == 1).all()
    assert (prices > 0).all()
    last = prices[:, -1]
    np.testing.assert_allclose(last.mean(axis=0), 1, atol=0.01)  # no drift
    np.testing.assert_allclose(
        np.log(last).std(axis=0), np.array([0.04, 0.05, 0.1]) * np.sqrt(10), rtol=0.02
    )
    np.testing.assert_allclose(np.corrcoef(np.log(last).T), correlation, atol=0.02)


def test_one_correlation_stands_for_every_pair_and_a_price_without_volatility_stays() -> None:
    def drawn(correlation: object) -> np.ndarray:
        return price_paths(
            paths=4,
            steps=3,
            volatility=[0.1, 0.0],
            correlation=correlation,  # type: ignore[arg-type]
            rng=np.random.default_rng(1),
        )

    assert (drawn(0.5) == drawn([[1, 0.5], [0.5, 1]])).all()
    assert (drawn(0.5)[..., 1] == 1).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"volatility": 0.1}, "one value for each price"),
        ({"volatility": [0.1, -0.1]}, "volatility"),
        ({"correlation": [[1.0]]}, "shape"),
        ({"correlation": [[1, 0.5], [0.4, 1]]}, "symmetric"),
        ({"correlation": [[2, 0.5], [0.5, 1]]}, "diagonal"),
        ({"correlation": 1.2}, "contradict"),
        ({"correlation": -0.6, "volatility": [0.1] * 3}, "contradict"),
        ({"paths": 0}, "paths"),
        ({"rng": 1}, "default_rng"),
    ],
)
def test_impossible_prices_are_refused(change: dict[str, object], told: str) -> None:
    given = {
        "paths": 2,
        "steps": 2,
        "volatility": [0.1, 0.1],
        "correlation": 0.5,
        "rng": np.random.default_rng(1),
    }
    with pytest.raises(MarginError, match=told):
        price_paths(**(given | change))  # type: ignore[arg-type]
