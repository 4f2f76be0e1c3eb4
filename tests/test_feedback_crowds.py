"""Crowds: their leverage, sizes, sides, holdings and collateral."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import marginlib as ml
from marginlib.feedback import (
    BITMEX_2019_LONG,
    BITMEX_2019_SHORT,
    LogNormal,
    Pareto,
    draw_crowd,
    holdings_overlap,
)
from marginlib.feedback.crowds.distributions import Beta

INSTRUMENTS = ml.instruments.join(
    ml.instruments.linear(["BTC", "ETH", "SOL"]), ml.instruments.cash(["coin"])
)
MARKET = ml.market.at(INSTRUMENTS, [20_000, 1_500, 30, 20_000])
ONE = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
SHARES = np.linspace(0.005, 0.995, 199)
seeds = st.integers(0, 2**32 - 1)


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# ---- distributions


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (LogNormal(median=10, spread=0.7), stats.lognorm(s=0.7, scale=10)),
        (Pareto(least=100, exponent=1.3), stats.pareto(1.3, scale=100)),
        (
            Beta(mean=30, concentration=3, least=10, most=110),
            stats.beta(0.6, 2.4, loc=10, scale=100),
        ),
    ],
)
def test_distributions_are_scipy_s(
    ours: ml.feedback.crowds.Distribution, theirs: stats.rv_frozen
) -> None:
    np.testing.assert_allclose(ours.ppf(SHARES), theirs.ppf(SHARES), rtol=1e-9)


@pytest.mark.parametrize(
    ("bounded", "whole"),
    [
        (LogNormal(10, 1.5, least=4, most=40), stats.lognorm(s=1.5, scale=10)),
        (Pareto(4, 0.8, most=40), stats.pareto(0.8, scale=4)),
    ],
)
def test_what_is_out_of_bounds_is_left_out(
    bounded: ml.feedback.crowds.Distribution, whole: stats.rv_frozen
) -> None:
    values = np.asarray(bounded.ppf(SHARES))
    inside = whole.cdf(40) - whole.cdf(4)
    np.testing.assert_allclose((whole.cdf(values) - whole.cdf(4)) / inside, SHARES, rtol=1e-9)
    assert np.asarray(bounded.ppf(np.array([0.0, 1.0]))).tolist() == pytest.approx([4, 40])


@pytest.mark.parametrize(
    ("distribution", "four_fifths", "mean"),
    [(BITMEX_2019_LONG, 54, (29 + 22) / 2), (BITMEX_2019_SHORT, 47, (26 + 30) / 2)],
)
def test_bitmex_as_published(distribution: Beta, four_fifths: float, mean: float) -> None:
    every = distribution.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert distribution.ppf(np.array(0.8)) == pytest.approx(four_fifths, abs=1e-3)
    assert every.mean() == pytest.approx(mean, rel=1e-3)
    assert every.min() >= 1
    assert every.max() <= 100


# ---- crowds


@given(seed=seeds, share_long=st.floats(0, 1), alike=st.floats(0, 1), coins=st.floats(0, 1))
def test_every_account_has_the_leverage_and_size_it_drew(
    seed: int, share_long: float, alike: float, coins: float
) -> None:
    size = Pareto(100, 1.2)
    leverage = LogNormal(10, 0.7, least=1, most=100)
    crowd = draw_crowd(
        20,
        MARKET,
        leverage=leverage,
        size=size,
        share_long=share_long,
        alike=alike,
        collateral={"coin": coins},
        rng=seeded(seed),
    )
    places = seeded(seed).random((5, 20))
    notional = ml.accounts.notional(crowd, MARKET).sum(axis=-1)
    np.testing.assert_allclose(notional, size.ppf(places[1]))
    np.testing.assert_allclose(ml.accounts.leverage(crowd, MARKET), leverage.ppf(places[0]))
    held = crowd.quantity[:, 3] * 20_000
    np.testing.assert_allclose(held, coins * ml.accounts.equity(crowd, MARKET), atol=1e-9)
    is_long = (crowd.quantity[:, :3] >= 0).all(axis=-1)
    assert (is_long == (places[2] < share_long)).all()


def test_the_same_seed_gives_each_account_the_same_place() -> None:
    one, other = (
        draw_crowd(100, ONE, leverage=LogNormal(median, 0.5), size=1_000, rng=seeded())
        for median in (5, 10)
    )
    np.testing.assert_allclose(2 * ml.accounts.leverage(one, ONE), ml.accounts.leverage(other, ONE))


def test_distributions_of_scipy_and_plain_arrays_will_do() -> None:
    crowd = draw_crowd(
        5_000, ONE, leverage=stats.lognorm(s=0.5, scale=8), size=np.arange(1, 5_001), rng=seeded()
    )
    assert np.median(ml.accounts.leverage(crowd, ONE)) == pytest.approx(8, rel=0.05)
    np.testing.assert_allclose(crowd.quantity[:, 0] * 20_000, np.arange(1, 5_001))


@given(seed=seeds, alike=st.floats(0, 1))
def test_balanced_crowds_have_a_short_for_every_long(seed: int, alike: float) -> None:
    crowd = draw_crowd(
        60,
        MARKET,
        leverage=10,
        size=LogNormal(1_000, 1),
        share_long=0.5,
        balanced=True,
        alike=alike,
        rng=seeded(seed),
    )
    open_interest = np.abs(crowd.quantity).sum(axis=0)
    assert (np.abs(crowd.quantity.sum(axis=0)) <= 1e-12 * open_interest).all()
    np.testing.assert_allclose(ml.accounts.leverage(crowd, MARKET), 10)


def test_a_coin_margined_crowd_is_long_with_positive_quantities() -> None:
    market = ml.market.at(ml.instruments.inverse(["BTCUSD"], size=100), [25_000])
    crowd = draw_crowd(1, market, leverage=4, size=0.4, rng=seeded())
    assert crowd.quantity.tolist() == [[100.0]]
    assert ml.accounts.equity(crowd, market).tolist() == pytest.approx([0.1])


def test_accounts_open_along_a_path_of_prices() -> None:
    path = ml.market.at(ml.instruments.linear(["BTC"]), [[10_000], [20_000]])
    crowd = draw_crowd(1_000, path, leverage=4, size=10_000, rng=seeded())
    early = crowd.quantity[:, 0] == 1
    assert 400 < early.sum() < 600
    assert crowd.quantity[~early, 0].tolist() == [0.5] * int((~early).sum())
    assert np.unique(crowd.cash).tolist() == [-7_500.0]  # 2,500 paid in, 10,000 worth bought


@pytest.mark.parametrize("alike", [0, 0.4, 1])
def test_overlap_is_what_was_asked_for(alike: float) -> None:
    holdings = {"BTC": 0.5, "ETH": 0.3, "SOL": 0.2}
    crowd = draw_crowd(
        4_000, MARKET, leverage=5, size=1_000, holdings=holdings, alike=alike, rng=seeded()
    )
    total = ml.accounts.notional(crowd, MARKET).sum(axis=0)
    assert (total / total.sum()).tolist() == pytest.approx([0.5, 0.3, 0.2, 0], abs=0.02)
    assert holdings_overlap(crowd, MARKET) == pytest.approx(alike + (1 - alike) * 0.38, abs=0.01)


def test_overlap_counts_every_pair_of_those_who_hold_something() -> None:
    quantity = seeded().normal(size=(6, 4)) * [1, 10, 500, 0]
    crowd = ml.accounts.Accounts(0, np.concatenate([quantity, np.zeros((2, 4))]))
    value = np.abs(quantity * MARKET.value)
    share = value / value.sum(axis=-1, keepdims=True)
    pairs = [np.minimum(share[i], share[j]).sum() for i in range(6) for j in range(i)]
    assert holdings_overlap(crowd, MARKET) == pytest.approx(np.mean(pairs))
    assert np.isnan(holdings_overlap(crowd[:1], MARKET))
    with pytest.raises(ml.MarginError, match=r"shape \(N,\)"):
        holdings_overlap(crowd[0], MARKET)
