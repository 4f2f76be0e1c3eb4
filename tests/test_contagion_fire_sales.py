"""Losses through common holdings: banks that target a leverage, and banks that have a limit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import NotSettled
from marginlib.contagion import (
    LimitedBanks,
    TargetingBanks,
    fire_sale,
    liquidity_weighted_overlap,
    price_rounds,
    shocked_banks,
    spectral_radius,
    total_price_move,
)
from marginlib.contagion.fire_sales import bounded_impact
from marginlib.contagion.targeting import vulnerability

SEEDS = st.integers(0, 10_000)


def targeting(seed: int, impact: float = 1e-5) -> TargetingBanks:
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(3), size=4) * 0.9
    return TargetingBanks(rng.uniform(50, 150, 4), rng.uniform(3, 20, 4), weights, impact)


@given(seed=SEEDS)
def test_the_parts_of_vulnerability_add_up(seed: int) -> None:
    banks = targeting(seed)
    found = vulnerability(banks, [-0.02, 0.0, -0.01])
    assert found.systemicness.sum() == pytest.approx(float(found.aggregate))
    lost = (found.indirect * banks.equity).sum()
    assert lost / banks.equity.sum() == pytest.approx(float(found.aggregate))
    assert found.second == pytest.approx(banks.passed_on @ [-0.02, 0.0, -0.01])


@given(seed=SEEDS)
def test_vulnerability_is_the_product_of_matrices_in_the_paper(seed: int) -> None:
    banks, shock = targeting(seed), np.array([-0.02, 0.01, -0.01])
    assets, debts = np.diag(banks.assets), np.diag(banks.debt_to_equity)
    held, moves = banks.weights, np.eye(3) * banks.impact
    lost = assets @ held @ moves @ held.T @ debts @ assets @ held @ shock
    found = vulnerability(banks, shock)
    assert found.aggregate == pytest.approx(-lost.sum() / banks.equity.sum())
    assert found.direct == pytest.approx(-(assets @ held @ shock).sum() / banks.equity.sum())
    assert found.indirect == pytest.approx(-lost / banks.equity)


@given(seed=SEEDS)
def test_rounds_add_up_to_the_total(seed: int) -> None:
    banks = targeting(seed)
    moved = price_rounds(banks, [-0.02, 0.0, 0.0], 200)
    assert moved[-1] == pytest.approx(total_price_move(banks, [-0.02, 0.0, 0.0]))
    assert moved[1] - moved[0] == pytest.approx(vulnerability(banks, [-0.02, 0, 0]).second)


def test_banks_that_share_nothing_hurt_only_themselves() -> None:
    banks = TargetingBanks([100, 100], 9, np.eye(2), 1e-4)
    found = vulnerability(banks, [-0.01, 0])
    assert found.indirect[1] == 0
    assert found.systemicness[1] == 0
    assert total_price_move(banks, [-0.01, 0])[1] == 0


def test_where_a_round_is_no_smaller_than_the_last_nothing_rests() -> None:
    banks = TargetingBanks([100], 10, [[1]], 0.001)
    assert spectral_radius(banks.passed_on) == pytest.approx(1)
    with pytest.raises(NotSettled, match="spectral radius is") as caught:
        total_price_move(TargetingBanks([100], 10, [[1]], 0.0011), [-0.01])
    assert caught.value.last == pytest.approx(-0.01 * (1.1**11 - 1) / 0.1)


def test_targeting_banks_may_come_many_at_once() -> None:
    impact = np.array([1e-6, 1e-5, 2e-5])[:, None]
    weights = np.random.default_rng(1).dirichlet(np.ones(3), size=4)
    many = TargetingBanks([50, 60, 70, 80], 9, weights, impact * np.ones(3))
    shock = [-0.01, 0.0, -0.02]
    for place, each in enumerate(impact):
        alone = TargetingBanks([50, 60, 70, 80], 9, weights, each)
        assert total_price_move(many, shock)[place] == pytest.approx(total_price_move(alone, shock))
        assert price_rounds(many, shock, 2)[:, place] == pytest.approx(
            price_rounds(alone, shock, 2)
        )
        for one, other in zip(vulnerability(many, shock), vulnerability(alone, shock), strict=True):
            assert np.broadcast_to(one, (3, *other.shape))[place] == pytest.approx(other)


@given(seed=SEEDS)
def test_at_their_limit_small_losses_make_limited_banks_targeting_ones(seed: int) -> None:
    same, tiny = targeting(seed), np.array([1e-6, 0, 0.5e-6])
    weights = same.weights / same.weights.sum(axis=1, keepdims=True)
    same = TargetingBanks(same.assets, same.debt_to_equity, weights, 1e-5)
    banks = LimitedBanks(
        same.assets[:, None] * weights, 0, same.equity, limit=1 + same.debt_to_equity
    )
    found = fire_sale(shocked_banks(banks, tiny), 1e5, shortfall=1.0)
    wanted = vulnerability(same, -tiny)
    assert found.sold[0].sum(axis=0) == pytest.approx(wanted.sold, rel=2e-4)
    assert found.price[1] - 1 == pytest.approx(wanted.second, rel=2e-4)
    lost = (found.equity[0] - found.equity[1]) / same.equity
    assert lost == pytest.approx(wanted.indirect, rel=2e-4)
    # And in all rounds, but for what is too little to be sold.
    by_sales = total_price_move(same, -tiny) + tiny
    assert found.price[-1] - 1 == pytest.approx(by_sales, rel=0.01)


def limited(seed: int, equity: float = 1.0) -> LimitedBanks:
    rng = np.random.default_rng(seed)
    marketable = rng.uniform(0, 40, (5, 3))
    own = equity * (marketable.sum(axis=1) + 20) / rng.uniform(10, 24, 5)
    return LimitedBanks(marketable, 20, own, limit=25, target=22)


@given(seed=SEEDS, fall=st.floats(0, 0.08), shortfall=st.floats(0, 1))
def test_nobody_above_the_limit_has_anything_left_to_sell(
    seed: int, fall: float, shortfall: float
) -> None:
    found = fire_sale(shocked_banks(limited(seed), fall), 2_000, shortfall=shortfall)
    left = found.marketable[-1].sum(axis=-1)
    above = (20 + left) > 25 * np.maximum(found.equity[-1], 0) * (1 + 1e-9)
    assert np.all(left[above] == 0)
    assert np.all(found.banks.insolvent | found.banks.illiquid_only == above)
    assert not np.any(found.banks.insolvent & found.banks.illiquid_only)
    assert np.all(np.diff(found.price, axis=0) <= 0)
    assert np.all(found.price > 0)
    assert np.all(np.diff(found.equity, axis=0) <= 1e-9)


def share_sold(banks: LimitedBanks) -> np.ndarray:
    """Return what share of its marketable assets each bank sells at once."""
    sold = fire_sale(banks, 1e15).sold
    first = sold[0] if len(sold) else np.zeros(banks.marketable.shape)
    return first.sum(axis=-1) / banks.marketable.sum(axis=-1)


@given(seed=SEEDS)
def test_what_is_sold_is_what_the_formula_says(seed: int) -> None:
    hit = shocked_banks(limited(seed), 0.02)
    share = share_sold(hit)
    # A bank that sells a part, without impact, is left at its target.
    some = (share > 0) & (share < 1)
    left = hit.illiquid + hit.marketable.sum(axis=-1) * (1 - share)
    assert left[some] == pytest.approx(22 * hit.equity[some])
    within = hit.leverage <= 25
    assert np.all(share[within] == 0)


def test_below_the_limit_a_loss_goes_no_further() -> None:
    banks = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=25)
    found = fire_sale(shocked_banks(banks, [0.005, 0]), 1_000)
    assert found.sold.shape == (0, 2, 2)
    assert found.price.tolist() == [[1, 1]]
    assert found.equity.tolist() == [[4.6, 9.8]]


def test_illiquid_is_not_insolvent() -> None:
    # The first sells its 10 and still holds 90 on 3.95: solvent, above 20. The second loses all.
    banks = LimitedBanks([[10.0], [90.0]], [90, 10], [4, 1], limit=20)
    found = fire_sale(shocked_banks(banks, [0.02]), 1e9)
    assert found.banks.illiquid_only.tolist() == [True, False]
    assert found.banks.insolvent.tolist() == [False, True]
    assert found.marketable[-1].tolist() == [[0], [0]]
    assert np.isnan(found.banks.leverage[1])


def test_losses_of_what_cannot_be_sold_make_sales_of_what_can() -> None:
    banks = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=20)
    hit = shocked_banks(banks, 0, [0.05, 0])
    assert hit.equity.tolist() == [4, 10]
    assert share_sold(hit) == pytest.approx([1 - 61 / 80, 0])


def test_sales_bear_the_part_of_the_fall_that_is_said() -> None:
    hit = shocked_banks(LimitedBanks([[80.0]], 20, [5], limit=20, target=18), 0.01)
    none, all_of_it = (fire_sale(hit, 1e3, shortfall=part, rounds=1_000) for part in (0, 1))
    sold = none.sold[0].sum()
    fall = float(bounded_impact(sold, 1e3))
    assert none.equity[0] - none.equity[1] == pytest.approx((79.2 - sold) * fall)
    assert all_of_it.equity[0] - all_of_it.equity[1] == pytest.approx(79.2 * fall)


@given(sold=st.floats(0, 1e6), depth=st.floats(1, 1e6), bound=st.floats(0.01, 1))
def test_impact_is_linear_at_first_and_bounded(sold: float, depth: float, bound: float) -> None:
    found = float(bounded_impact(sold, depth, bound))
    assert 0 <= found <= bound
    assert found <= sold / depth * (1 + 1e-12)
    assert float(bounded_impact(1e-9 * depth, depth, bound)) == pytest.approx(1e-9, rel=1e-6)


@given(seed=SEEDS)
def test_overlap_is_what_small_sales_of_one_cost_another(seed: int) -> None:
    banks = limited(seed)
    overlap = liquidity_weighted_overlap(banks.marketable, [1e3, 2e3, 4e3])
    assert overlap == pytest.approx(overlap.T)
    small = 1e-6
    fall = bounded_impact(small * banks.marketable[2], [1e3, 2e3, 4e3])
    assert banks.marketable @ fall == pytest.approx(small * overlap[:, 2], rel=1e-6)


def test_one_depth_serves_all_markets() -> None:
    overlap = liquidity_weighted_overlap([[80, 0], [40, 40]], 1_000)
    assert overlap == pytest.approx(np.array([[6.4, 3.2], [3.2, 3.2]]))


def test_many_systems_rest_each_in_its_own_round() -> None:
    banks = limited(3)
    falls = np.array([0.0, 0.005, 0.02, 0.06])[:, None]
    found = fire_sale(shocked_banks(banks, falls), 2_000)
    for place, fall in enumerate(falls):
        alone = fire_sale(shocked_banks(banks, fall), 2_000)
        count = len(alone.price)
        assert found.price[:count, place] == pytest.approx(alone.price)
        assert found.price[-1, place] == pytest.approx(alone.price[-1])
        assert found.banks.equity[place] == pytest.approx(alone.banks.equity)


def test_many_markets_at_once_are_each_by_itself() -> None:
    hit, depths = shocked_banks(limited(3), 0.02), np.array([500.0, 2_000.0, 50_000.0])[:, None]
    parts = np.array([0.0, 0.5, 1.0])
    found = fire_sale(hit, depths, bound=[0.3, 0.4, 0.5], shortfall=parts)
    for place, (depth, part) in enumerate(zip(depths, parts, strict=True)):
        alone = fire_sale(hit, depth, bound=[0.3, 0.4, 0.5], shortfall=part)
        assert found.price[-1, place] == pytest.approx(alone.price[-1])
        assert found.equity[-1, place] == pytest.approx(alone.equity[-1])


def test_sales_without_end_say_how_far_they_got() -> None:
    hit = shocked_banks(LimitedBanks([[100.0]], 0, [5], limit=20), 0.001)
    with pytest.raises(NotSettled, match="still sell after 2 rounds") as caught:
        fire_sale(hit, 4_000, rounds=2)
    assert caught.value.last.sold.shape == (2, 1, 1)  # type: ignore[attr-defined]
