"""Funds with random portfolios, and when their failures spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib.contagion import (
    FundRules,
    contagion_leverage,
    draw_holdings,
    impact_coefficient,
    mean_offspring,
    spectral_radius,
    wipe_out_asset,
)

RULES = FundRules(leverage=20, cash=0.2, impact=1.0536)


def loss_by_failure(holdings: np.ndarray, impact: float) -> np.ndarray:
    """Return what each fund loses if another (column) alone fails and sells all it holds."""
    held = np.asarray(holdings)
    share = held / np.maximum(held.sum(axis=0), 1e-300)
    return held @ -np.expm1(-impact * share).T * (1 - np.eye(len(held)))


def offspring(holdings: np.ndarray, rules: FundRules) -> np.ndarray:
    """Tell whom each fund (column) takes along if it alone fails."""
    return loss_by_failure(holdings, rules.impact) > rules.bearable


@given(seed=st.integers(0, 1_000), leverage=st.floats(1, 60), mu=st.floats(0.5, 8))
def test_failures_only_grow_and_rest_where_nobody_else_fails(
    seed: int, leverage: float, mu: float
) -> None:
    rules = FundRules(leverage, 0.2, 1.0536)
    held = draw_holdings(funds=20, assets=20, diversification=mu, rng=np.random.default_rng(seed))
    found = wipe_out_asset(held, rules, 0)
    assert np.all(np.diff(found.price, axis=0) <= 1e-15)
    lost, failed = held @ (1 - found.price[-1]), ~np.isnan(found.failed_round)
    assert np.all(lost[~failed] <= rules.bearable)
    assert np.all(lost[failed] > rules.bearable)
    assert found.failed == failed.mean()
    rounds = found.failed_round[failed]
    assert set(rounds) == set(range(1, len(found.price)))


def test_more_leverage_never_helps() -> None:
    held = draw_holdings(funds=60, assets=60, diversification=3, rng=np.random.default_rng(8))
    failed = [
        float(wipe_out_asset(held, FundRules(lev, 0.2, 1.0536), 5).failed) for lev in (1, 5, 15, 40)
    ]
    assert np.all(np.diff(failed) >= 0)
    assert failed[0] < failed[-1]


def test_losses_that_many_make_together_count() -> None:
    # Two funds fail; either alone would take a third of C's asset, both take two thirds.
    held = [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]]
    rules = FundRules(leverage=4.5, cash=0, impact=1.0536)
    assert not offspring(held, rules)[2].any()
    assert wipe_out_asset(held, rules, 0).failed_round.tolist() == [1, 1, 2]


def test_a_fund_that_holds_nothing_never_fails() -> None:
    found = wipe_out_asset([[1.0, 0.0], [0.0, 0.0]], RULES, 0)
    assert found.failed_round[0] == 1
    assert np.isnan(found.failed_round[1])


def test_holdings_are_as_diverse_as_asked() -> None:
    held = draw_holdings(funds=400, assets=400, diversification=4, rng=np.random.default_rng(1))
    assert (held > 0).sum(axis=1).mean() == pytest.approx(4, abs=0.3)
    invested = held.sum(axis=1)
    assert np.all(np.isclose(invested, 1) | (invested == 0))


def test_a_ring_of_funds_fails_at_a_leverage_in_closed_form() -> None:
    # Fund i holds assets i and i + 1, and each asset has two holders: half of it is sold.
    held = (np.eye(12) + np.roll(np.eye(12), 1, axis=1)) / 2
    lost = 0.5 * -np.expm1(-1.0536 / 2)
    assert loss_by_failure(held, 1.0536).max() == pytest.approx(lost)
    critical = 1 / (0.8 * lost)
    below, above = (offspring(held, FundRules(critical * f, 0.2, 1.0536)) for f in (0.999, 1.001))
    assert not below.any()
    assert above.sum(axis=0).tolist() == [2] * 12
    # All fail by the end, from one wiped out.
    assert wipe_out_asset(held, FundRules(critical * 1.001, 0.2, 1.0536), 3).failed == 1


@pytest.mark.parametrize(("mu", "per_asset"), [(0.5, 1.0), (3, 0.5), (1.2, 2.0)])
def test_where_every_fall_kills_failures_spread_as_links_do(mu: float, per_asset: float) -> None:
    # Then only the network matters: funds reached from a fund, by its other assets, are mu squared
    # times the number of funds for each asset.
    rules = FundRules(1e9, 0, 1)
    radius = spectral_radius(mean_offspring(mu, rules, per_asset))
    assert radius == pytest.approx(mu**2 * per_asset, rel=1e-6)


@pytest.mark.parametrize(("mu", "leverage"), [(2.0, 20), (4.0, 40), (6.0, 40)])
def test_offspring_on_average_are_those_of_drawn_funds(mu: float, leverage: float) -> None:
    rules, rng = FundRules(leverage, 0.2, 1.0536), np.random.default_rng(9)
    made, funds = np.zeros(60), np.zeros(60)
    for _ in range(10):
        held = draw_holdings(funds=400, assets=400, diversification=mu, rng=rng)
        kind = (held > 0).sum(axis=1)
        made += np.bincount(kind, offspring(held, rules).sum(axis=0), 60)
        funds += np.bincount(kind, minlength=60)
    kinds = np.arange(2, 7)
    # The first fund to fail takes others along through all its assets, not all but one.
    wanted = mean_offspring(mu, rules).sum(axis=0)[kinds - 1] * kinds / (kinds - 1)
    # Within a fifth: the table replaces other holders by their mean, and no two assets are shared.
    assert made[kinds] / funds[kinds] == pytest.approx(wanted, rel=0.2)


@pytest.mark.parametrize("mu", [1.5, 4.0])
def test_the_critical_leverage_divides_what_dies_out_from_what_spreads(mu: float) -> None:
    critical = contagion_leverage(mu, 0.2, 1.0536)
    below, above = (
        spectral_radius(mean_offspring(mu, FundRules(critical * f, 0.2, 1.0536)))
        for f in (0.9999, 1.0001)
    )
    assert below <= 1 < above


def test_funds_that_hardly_touch_are_safe_at_any_leverage() -> None:
    assert contagion_leverage(0.5, 0.2, 1.0536) == np.inf


def test_where_any_sale_takes_all_of_a_price_only_the_number_of_holdings_matters() -> None:
    # With k holdings a fund loses 1 / k. Of funds with 2 that are reached, each reaches 0.448 of
    # them, 2 P(2) for a mean of 3; with those of 3 holdings 6 P(3) more, which makes 1.79.
    assert contagion_leverage(3, 0.0, 1e9) == pytest.approx(3, rel=1e-5)
    assert contagion_leverage(3, 0.2, 1e9) == pytest.approx(3.75, rel=1e-5)


def test_ten_percent_for_ten_percent() -> None:
    assert np.exp(-impact_coefficient([0.1, 0.5], [0.1, 0.3]) * [0.1, 0.5]) == pytest.approx(
        [0.9, 0.7]
    )
