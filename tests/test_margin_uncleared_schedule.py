from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError
from marginlib.margin.uncleared import exchange, standard_schedule

TRADE = st.tuples(
    st.floats(-1e6, 1e6), st.sampled_from([0.01, 0.02, 0.06, 0.15]), st.floats(-1e4, 1e4)
)
TRADES = st.lists(TRADE, min_size=1, max_size=6)


def margin(trades: list[tuple[float, float, float]], **options: object) -> float:
    notional, rate, value = np.array(trades).T
    return float(standard_schedule.initial_margin(notional, rate, value, **options).margin)  # type: ignore[arg-type]


def test_rates_by_class_and_duration() -> None:
    found = standard_schedule.rates(
        ["commodity", "credit", "credit", "credit", "equity", "foreign_exchange", "other"],
        [1, 1, 2, 5, 9, 9, 9],
    )
    assert found.tolist() == [0.15, 0.02, 0.05, 0.10, 0.15, 0.06, 0.15]
    assert standard_schedule.rates("interest_rate", [0, 1.99, 2, 4.99, 5, 30]).tolist() == [
        0.01,
        0.01,
        0.02,
        0.02,
        0.04,
        0.04,
    ]


def test_cross_currency_swaps_are_a_class_of_the_united_states_only() -> None:
    found = standard_schedule.rates("cross_currency_swap", [1, 3, 7], united_states=True)
    assert found.tolist() == [0.01, 0.02, 0.04]
    with pytest.raises(MarginError, match="asset_class 'cross_currency_swap' is not known"):
        standard_schedule.rates("cross_currency_swap", 1)


def test_durations_of_many_portfolios() -> None:
    found = standard_schedule.rates(["credit", "equity"], [[1, 1], [3, 3], [6, 6]])
    assert found.tolist() == [[0.02, 0.15], [0.05, 0.15], [0.10, 0.15]]


def test_without_a_positive_value_the_ratio_is_chosen() -> None:
    losing = [(1000.0, 0.01, -5.0)]
    assert margin(losing) == pytest.approx(10)
    assert margin(losing, empty_ratio=0.0) == pytest.approx(4)


def test_the_ratio_is_that_of_the_collecting_side() -> None:
    trades = [(1000.0, 0.02, 10.0), (500.0, 0.06, -6.0), (200.0, 0.15, 4.0)]
    opposite = [(n, r, -v) for n, r, v in trades]
    assert margin(trades, side="post") == margin(opposite) == pytest.approx(0.4 * 80)


@given(TRADES)
def test_netting_never_takes_more_than_sixty_per_cent(
    trades: list[tuple[float, float, float]],
) -> None:
    gross = sum(abs(n) * r for n, r, _ in trades)
    for side in ("collect", "post"):
        found = margin(trades, side=side)
        assert 0.4 * gross * (1 - 1e-12) <= found <= gross * (1 + 1e-12)


@given(TRADES, st.floats(0.1, 100), st.randoms())
def test_scaling_and_order(
    trades: list[tuple[float, float, float]], times: float, shuffler: object
) -> None:
    whole = margin(trades)
    assert margin([(times * n, r, v) for n, r, v in trades]) == pytest.approx(times * whole)
    shuffled = list(trades)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert margin(shuffled) == pytest.approx(whole)


def test_a_batch_is_its_rows() -> None:
    rng = np.random.default_rng(5)
    notional, value = rng.normal(size=(7, 4)) * 1e6, rng.normal(size=(7, 4)) * 1e4
    rate = np.array([0.01, 0.02, 0.06, 0.15])
    batch = standard_schedule.initial_margin(notional, rate, value).margin
    rows = [
        standard_schedule.initial_margin(n, rate, v).margin
        for n, v in zip(notional, value, strict=True)
    ]
    assert batch.tolist() == np.array(rows).tolist()


def test_bad_rates() -> None:
    with pytest.raises(MarginError, match=r"asset_class\[1\] 'equities' .* mean 'equity'"):
        standard_schedule.rates(["credit", "equities"], 1)
    with pytest.raises(MarginError, match="duration must not be negative"):
        standard_schedule.rates("credit", -1)
    with pytest.raises(MarginError, match="do not fit together"):
        standard_schedule.rates(["credit", "equity"], [1, 2, 3])


def test_below_the_threshold_nothing_is_held() -> None:
    assert exchange.to_hold([20, 50, 51], threshold=50).tolist() == [0, 0, 1]


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e7))
def test_after_a_transfer_all_is_held_or_the_gap_is_small(
    due: float, held: float, minimum: float
) -> None:
    moved = float(exchange.transfer(due, held, minimum))
    if moved:
        assert held + moved == pytest.approx(due, rel=1e-12, abs=1e-6)
        assert abs(moved) > minimum
    else:
        assert abs(due - held) <= minimum


def test_bad_transfer() -> None:
    with pytest.raises(MarginError, match="threshold must not be negative"):
        exchange.to_hold(1, -1)
    with pytest.raises(MarginError, match="minimum must not be negative"):
        exchange.transfer(1, 0, -1)
