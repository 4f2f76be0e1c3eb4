from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from marginlib import accounts, instruments, liquidation, margin, market
from marginlib.liquidation import Fate, gapping_paths, live_through
from marginlib.liquidation.survival import GappingPaths
from marginlib.scenarios import touch_probability

ENTRY = market.at(instruments.linear(["BTC"]), [20_000])
RULE = margin.FixedRate(initial=0.10, maintenance=0.05)
LONG = accounts.open_accounts(collateral=2_000, quantity=[1], market=ENTRY)
SHORT = accounts.open_accounts(collateral=2_000, quantity=[-1], market=ENTRY)
LINE = 18_000 / 0.95


def path(*prices: float, gap: bool) -> GappingPaths:
    """Return one path, all of whose moves are gaps, or none."""
    ends = np.array([prices])
    low, high = np.minimum(ends[:, 1:], ends[:, :-1]), np.maximum(ends[:, 1:], ends[:, :-1])
    return GappingPaths(ends, low, high, np.full(len(prices) - 1, gap))


def week(seed: int = 7, **asked: float) -> GappingPaths:
    told = {"paths": 4_000, "steps": 42, "volatility": 0.04, "horizon": 7} | asked
    return gapping_paths(**told, rng=np.random.default_rng(seed))


def test_a_smooth_fall_is_left_at_the_stop_or_at_the_line() -> None:
    fall = path(1, 0.98, 0.80, gap=False)
    stopped = live_through(LONG, ENTRY, RULE, "BTC", fall, stop=19_000)
    assert (stopped.fate[0], stopped.price[0]) == (Fate.STOPPED, 19_000)
    assert (stopped.moment[0], stopped.equity[0]) == (2, 1_000)
    taken = live_through(LONG, ENTRY, RULE, "BTC", fall)
    assert taken.fate[0] == Fate.LIQUIDATED
    assert taken.price[0] == pytest.approx(LINE)
    assert taken.equity[0] == pytest.approx(0.05 * LINE)


def test_behind_a_gap_a_stop_and_the_venue_fill_alike() -> None:
    gap = path(1, 0.98, 0.80, gap=True)
    for stop in (None, 19_000):
        lived = live_through(LONG, ENTRY, RULE, "BTC", gap, stop)
        assert (lived.price[0], lived.equity[0]) == (16_000, -2_000)


def test_a_stop_beyond_the_line_never_acts() -> None:
    lived = live_through(LONG, ENTRY, RULE, "BTC", path(1, 0.9, gap=False), stop=18_500)
    assert lived.fate[0] == Fate.LIQUIDATED


def test_to_touch_ones_stop_is_to_leave_and_to_touch_the_line_is_not() -> None:
    half = margin.FixedRate(initial=0.5, maintenance=0.5)
    held = accounts.open_accounts(collateral=12_500, quantity=[1], market=ENTRY)
    fall = path(1, 0.75, 1, gap=False)  # to 15,000, where 7,500 are left and asked for
    assert live_through(held, ENTRY, half, "BTC", fall).fate[0] == Fate.HELD
    assert live_through(held, ENTRY, half, "BTC", fall, stop=15_000).fate[0] == Fate.STOPPED


def test_what_comes_back_after_the_stop_is_of_no_use() -> None:
    lived = live_through(LONG, ENTRY, RULE, "BTC", path(1, 0.96, 1.2, gap=False), stop=19_400)
    assert lived.equity[0] == 1_400


def test_a_quiet_path_is_held_to_its_end() -> None:
    lived = live_through(LONG, ENTRY, RULE, "BTC", path(1, 1.01, 0.99, gap=True), stop=19_000)
    assert (lived.fate[0], lived.price[0], lived.moment[0]) == (Fate.HELD, 19_800, 2)
    assert lived.equity[0] == 1_800


def test_a_short_is_the_mirror_image() -> None:
    lived = live_through(SHORT, ENTRY, RULE, "BTC", path(1, 1.03, gap=False), stop=20_500)
    assert (lived.fate[0], lived.equity[0]) == (Fate.STOPPED, 1_500)
    taken = live_through(SHORT, ENTRY, RULE, "BTC", path(1, 1.2, gap=False))
    assert taken.price[0] == pytest.approx(22_000 / 1.05)


def test_without_leverage_there_is_no_line() -> None:
    rich = accounts.open_accounts(collateral=20_000, quantity=[1], market=ENTRY)
    assert np.isnan(liquidation.liquidation_price(rich, ENTRY, RULE, "BTC"))
    lived = live_through(rich, ENTRY, RULE, "BTC", path(1, 0.01, gap=False))
    assert (lived.fate[0], lived.equity[0]) == (Fate.HELD, 200)
    stopped = live_through(rich, ENTRY, RULE, "BTC", path(1, 0.01, gap=False), stop=10_000)
    assert (stopped.fate[0], stopped.equity[0]) == (Fate.STOPPED, 10_000)


def test_other_positions_stand_still() -> None:
    pair = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_250])
    both = accounts.open_accounts(collateral=3_000, quantity=[1, -8], market=pair)
    lived = live_through(both, pair, RULE, "BTC", path(1, 0.95, gap=False))
    assert (lived.fate[0], lived.equity[0]) == (Fate.HELD, 2_000)


@pytest.mark.parametrize("gap_share", [0.0, 0.4, 1.0])
def test_paths_have_the_volatility_that_was_asked_for_and_no_drift(gap_share: float) -> None:
    paths = week(paths=40_000, gap_share=gap_share, gap_frequency=0.5)
    ends = paths.prices[:, -1]
    assert paths.prices.shape == (40_000, 85)
    assert ends.mean() == pytest.approx(1, abs=2e-3)
    assert np.log(ends).std() == pytest.approx(0.04 * np.sqrt(7), rel=0.02)


def test_the_variance_is_split_as_asked() -> None:
    paths = week(paths=20_000, gap_share=0.3)
    moves = np.diff(np.log(paths.prices), axis=1)
    assert moves[:, paths.is_gap].var() / (
        moves[:, paths.is_gap].var() + moves[:, ~paths.is_gap].var()
    ) == pytest.approx(0.3, abs=0.02)


def test_without_a_share_no_gap_has_a_size() -> None:
    paths = week()
    assert (paths.prices[:, 2::2] == paths.prices[:, 1::2]).all()


@pytest.mark.parametrize("steps", [1, 7])
def test_smooth_paths_meet_a_line_as_often_as_the_exact_law_says(steps: int) -> None:
    """A logarithm with the drift of a fair price touches a line below with this chance."""
    paths = week(steps=steps, paths=40_000)
    spread, line = 0.04 * np.sqrt(7), np.log(0.95)
    exact = ndtr((line + spread**2 / 2) / spread) + 0.95**-1 * ndtr((line - spread**2 / 2) / spread)
    assert exact == pytest.approx(float(touch_probability(0.05, 0.04, 7)), abs=0.03)
    assert (paths.low <= 0.95).any(axis=1).mean() == pytest.approx(exact, abs=0.01)


def test_extremes_lie_beyond_the_ends_and_gaps_have_no_others() -> None:
    paths = week(paths=200, gap_share=0.5)
    lower = np.minimum(paths.prices[:, 1:], paths.prices[:, :-1])
    upper = np.maximum(paths.prices[:, 1:], paths.prices[:, :-1])
    np.testing.assert_allclose(paths.low[:, paths.is_gap], lower[:, paths.is_gap])
    np.testing.assert_allclose(paths.high[:, paths.is_gap], upper[:, paths.is_gap])
    assert (paths.low < lower)[:, ~paths.is_gap].all()
    assert (paths.high > upper)[:, ~paths.is_gap].all()


@given(
    stop=st.floats(19_050, 19_990),
    share=st.floats(0, 1),
    seed=st.integers(0, 1_000),
)
def test_a_fill_is_never_better_than_the_stop_and_is_the_stop_where_there_are_no_gaps(
    stop: float, share: float, seed: int
) -> None:
    paths = week(seed, paths=50, gap_share=share)
    lived = live_through(LONG, ENTRY, RULE, "BTC", paths, stop)
    out = lived.fate == Fate.STOPPED
    assert (lived.price[out] <= stop).all()
    assert not (paths.low[~out] < stop / 20_000).any()
    np.testing.assert_allclose(lived.equity, 2_000 + lived.price - 20_000)
    if share == 0:
        assert (lived.price[out] == stop).all()


def test_a_stop_does_not_change_the_average() -> None:
    """Prices are fair, so no rule for leaving gains or loses, however bad its fills."""
    paths = week(paths=40_000, gap_share=0.4)
    for account, stop in [(LONG, None), (LONG, 19_700), (LONG, 19_000), (SHORT, 20_500)]:
        lived = live_through(account, ENTRY, RULE, "BTC", paths, stop)
        error = lived.equity.std() / np.sqrt(lived.equity.size)
        assert lived.equity.mean() == pytest.approx(2_000, abs=4 * error)
