from __future__ import annotations

import numpy as np
import pytest

from marginlib.scenarios import random_walks, touch_probability


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
