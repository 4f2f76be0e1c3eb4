"""Replays: by hand where they can be, against the engine's plain rounds, and in directions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError, cascade, events, impact, instruments, margin, market
from marginlib.events import replays
from marginlib.events.replays.crypto_day import CryptoDayReplay
from marginlib.events.replays.october import OctoberReplay
from marginlib.feedback import BITMEX_2019_LONG, LogNormal, draw_crowd

LOW_OF_THE_NIGHT = 3858  # of 13 March 2020
THIN = LogNormal(median=3, spread=0.7, least=1)


def seeded() -> np.random.Generator:
    return np.random.default_rng(1)


def october(depth: Any = 2.0, trigger: Any = 0.05, **given: Any) -> OctoberReplay:
    asked = {"leverage": THIN, "count": 2_000, "rng": seeded(), **given}
    return replays.october_2025(depth, trigger, **asked)


def thursday(depth: Any, **given: Any) -> CryptoDayReplay:
    return replays.black_thursday_2020(depth, **{"count": 2_000, "rng": seeded(), **given})


class TestNasdaq:
    def test_the_size_that_explains_the_loss_pays_as_was_stated(self) -> None:
        size = replays.nasdaq_2018(1).size_needed
        result = replays.nasdaq_2018(size)
        assert float(result.settlement["skin in the game"].paid) == pytest.approx(7)
        assert float(result.settlement["survivors"].paid) == pytest.approx(107)
        assert float(result.fund_used) == pytest.approx(107 / 166)
        assert float(size) == pytest.approx(114 / 1.56)

    def test_selling_at_a_cost_needs_a_smaller_position(self) -> None:
        needed = replays.nasdaq_2018(10, selling_cost=[0, 1.56, 4]).size_needed
        assert needed[0] == pytest.approx(2 * needed[1])
        assert (np.diff(needed) < 0).all()

    def test_margin_for_the_move_costs_nobody_anything(self) -> None:
        result = replays.nasdaq_2018([1, 1_000], covered=5.56)
        assert result.settlement["margin"].paid.tolist() == result.loss.tolist()
        assert result.fund_used.tolist() == [0, 0]
        assert np.isinf(result.size_needed)

    def test_what_no_layer_pays_is_left(self) -> None:
        result = replays.nasdaq_2018(200)
        assert float(result.settlement.left) == pytest.approx(200 * 1.56 - 7 - 166)
        assert float(result.fund_used) == 1

    def test_it_says_how_far_the_tail_was_missed(self) -> None:
        assert "17 times the normal one. It was 1.39 times" in replays.nasdaq_2018(1).disagreement


class TestNickel:
    def test_calls_add_up_to_the_whole_rise(self) -> None:
        result = replays.nickel_2022([0, 50, 100])
        assert result.calls.sum(axis=-1) == pytest.approx(
            np.array([0, 50, 100]) * (101_365 - 27_080) / 1e6
        )
        assert result.unseen == pytest.approx(0.33 * result.calls.sum(axis=-1))

    def test_the_implied_position_makes_the_calls(self) -> None:
        implied = replays.nickel_2022(0).implied_short
        first, from_call, from_close = replays.nickel_2022(implied).calls
        assert first[1] == pytest.approx(7)
        assert from_call[2:].sum() == from_close[3] == pytest.approx(19.75)

    def test_no_one_position_explains_both_calls(self) -> None:
        """By hand: 7 bn / (42,995 - 30,000), and 19.75 bn / (101,365 - 42,995)."""
        result = replays.nickel_2022(0)
        assert result.implied_short[:2] == pytest.approx([538.7, 338.4], abs=0.1)
        assert "539 thousand" in result.disagreement
        assert "338 or 371" in result.disagreement

    def test_what_is_not_cleared_can_be_assumed(self) -> None:
        assert replays.nickel_2022(100, share_not_cleared=[0, 1]).unseen.tolist() == [
            0,
            pytest.approx(7.4285),
        ]


class TestDashForCash:
    def test_the_peak_is_a_move_of_so_many_deviations(self) -> None:
        moves = np.abs(np.random.default_rng(5).normal(size=200_000))
        found = replays.dash_for_cash_2020(0.97, jump=3).peak_in_deviations
        assert found == pytest.approx(5.6 * moves.mean(), rel=0.01)

    def test_the_rise_and_what_was_there_before_make_what_was_called(self) -> None:
        result = replays.dash_for_cash_2020([0.94, 0.97, 0.99], jump=2, days=22)
        assert result.margin_before * result.rise_in_month == pytest.approx(300)
        assert (np.diff(result.rise_next_day) < 0).all()
        assert (np.diff(result.margin_before) > 0).all()

    def test_margin_that_never_rose_cannot_explain_a_rise(self) -> None:
        assert np.isnan(replays.dash_for_cash_2020(0.97, jump=1).margin_before)

    def test_part_of_it_was_beyond_what_was_required(self) -> None:
        result = replays.dash_for_cash_2020(0.97, jump=3)
        assert result.share_not_required == pytest.approx(115 / 415)
        assert "28% of them were more than was required" in result.disagreement


class TestArchegos:
    BOOK = impact.linear_book(depth=2)

    def test_whoever_sells_later_gets_less(self) -> None:
        result = replays.archegos_2021([20, 20, 20], 0.1, self.BOOK, fall=0.1)
        assert (np.diff(result.price) < 0).all()
        assert (np.diff(result.static) > 0).all()
        assert result.at_one_price == pytest.approx(np.full(3, result.at_one_price[0]))

    def test_the_market_takes_as_much_whoever_is_first(self) -> None:
        sizes = np.array([[5.0, 10, 30], [30, 10, 5]])
        result = replays.archegos_2021(sizes, 0.0, self.BOOK, fall=0.1)
        assert result.static.sum(axis=-1) == pytest.approx(result.at_one_price.sum(axis=-1))
        assert result.static[0].sum() == pytest.approx(result.static[1].sum())

    @given(
        sizes=st.lists(st.floats(0, 20), min_size=1, max_size=5),
        rate=st.floats(0, 1),
        growth=st.floats(1, 5),
    )
    def test_margin_that_follows_loses_no_more(
        self, sizes: list[float], rate: float, growth: float
    ) -> None:
        result = replays.archegos_2021(sizes, rate, self.BOOK, fall=0.2, growth=growth)
        assert (result.dynamic <= result.static).all()
        assert (result.static >= 0).all()

    def test_what_the_market_cannot_take_has_no_price(self) -> None:
        result = replays.archegos_2021([150, 100], 0.1, self.BOOK, fall=0.1)
        assert np.isnan(result.price).tolist() == [False, True]
        assert np.isnan(result.at_one_price).all()

    def test_an_even_fall_does_not_go_with_the_known_losses(self) -> None:
        result = replays.archegos_2021([1], 0.1, self.BOOK, fall=0.1)
        assert result.even_fall == pytest.approx([19 / 120, 20 / 120])
        assert result.exposure_needed == pytest.approx([5.5 / (19 / 120 - 0.1), 82.5])
        assert re.search("8[23] to 94 of the 120 billion", result.disagreement)  # 82.5

    def test_bad_input(self) -> None:
        with pytest.raises(MarginError, match="must list dealers"):
            replays.archegos_2021(10, 0.1, self.BOOK, fall=0.1)
        with pytest.raises(MarginError, match="must list dealers"):
            replays.archegos_2021([10], 0.1, self.BOOK, fall=[0.1])  # type: ignore[arg-type]
        with pytest.raises(MarginError, match="fall must be below 1"):
            replays.archegos_2021([10], 0.1, self.BOOK, fall=1)
        with pytest.raises(MarginError, match="do not fit together"):
            replays.archegos_2021([10, 10], [0.1, 0.1, 0.1], self.BOOK, fall=0.1)


class TestCryptoDays:
    def test_the_engine_comes_to_rest_at_the_same_price(self) -> None:
        """Settle the same crowd round by round, by the plain rules."""
        day, rate = events.event("black_thursday_2020").prices("BTC"), 0.005
        result = thursday(0.05, count=500)
        high = market.at(instruments.inverse(["BTC"]), [day.high])
        crowd = draw_crowd(500, high, leverage=BITMEX_2019_LONG, size=1 / 500, rng=seeded())
        book = impact.linear_book(depth=0.05 * day.high)
        rules = cascade.CascadeRules(margin.FixedRate(rate, rate), book)
        for shock, sold in [(result.shock * (1 + 1e-9), True), (result.shock * 0.99, False)]:
            begun = cascade.shock(cascade.begin(crowd, high), "BTC", -shock)
            rest = cascade.settle(begun, rules, check=True).market["BTC"]
            assert bool(rest <= LOW_OF_THE_NIGHT * (1 + 1e-9)) is sold

    def test_the_shock_and_the_sales_make_the_fall(self) -> None:
        day = events.event("black_thursday_2020").prices("BTC")
        result = thursday([0.05, 0.1, 1.0])
        pushed = 1 - 0.01 * result.sold / np.array([0.05, 0.1, 1.0])
        assert day.high * (1 - result.shock) * pushed == pytest.approx(result.rest)
        assert result.rest == pytest.approx(LOW_OF_THE_NIGHT)
        assert result.sold == pytest.approx(result.share_reached)

    def test_a_deeper_book_leaves_less_to_the_crowd(self) -> None:
        result = thursday([0.01, 0.02, 0.05, 0.2, 1, 100])
        assert (np.diff(result.gain) < 0).all()
        assert result.gain[-1] == pytest.approx(0, abs=0.001)
        assert result.multiplier * result.shock == pytest.approx(np.full(6, result.fall))

    def test_a_book_too_thin_does_not_go_with_the_day(self) -> None:
        result = thursday([0.001, 0.01, 0.1])
        assert np.isnan(result.rest[0])
        assert result.rest[1] < 4644 / 2
        assert "At 2 of 3 depths the book is too thin" in result.disagreement

    def test_leverage_that_the_fall_reaches(self) -> None:
        """By hand: an inverse long is closed at (1 + 0.005) / (1 + 1 / leverage) of its entry."""
        result = thursday(1.0, leverage=0.92)
        assert (result.share_reached, float(result.sold)) == (0, 0)
        assert thursday(1.0, leverage=0.94).share_reached == 1
        at = result.leverage_reached
        assert 1.005 / (1 + 1 / at) == pytest.approx(LOW_OF_THE_NIGHT / 7969)
        linear = replays.october_2025(1.0, 0.05, leverage=2.0, rng=seeded()).crowd
        assert 1 - linear.fall == pytest.approx((1 - 1 / linear.leverage_reached) / 0.995)

    def test_accounts_due_from_the_start_need_no_shock(self) -> None:
        result = thursday(0.01, leverage=500.0)
        assert result.gain == pytest.approx(1)


class TestOctober:
    def test_a_smaller_trigger_needs_a_larger_gain(self) -> None:
        result = october(trigger=[0.01, 0.05, 0.15])
        assert (np.diff(result.told_gain) < 0).all()
        assert result.told_multiplier == pytest.approx(1 / (1 - result.told_gain))

    def test_what_was_measured_leaves_most_of_the_fall_to_the_news(self) -> None:
        result = october()
        assert result.measured_multiplier == pytest.approx([1.24, 1.16, 1.03], abs=0.006)
        assert (result.measured_shock > 0.8 * result.fall).all()
        assert result.fall == pytest.approx(0.168, abs=0.001)

    def test_a_backstop_makes_the_book_deeper(self) -> None:
        plain, backed = october(), october(absorbed=0.63)
        assert float(backed.crowd.gain) < float(plain.crowd.gain)
        assert float(backed.crowd.gain) == pytest.approx(float(october(2 / 0.37).crowd.gain))

    def test_depth_is_what_was_left_of_it(self) -> None:
        same = replays.crypto_day.replay_day(
            events.event("october_2025").prices("BTC"), 0.04, THIN, 0.005, 2_000, seeded()
        )
        assert float(october(2.0).crowd.shock) == pytest.approx(float(same.shock))

    def test_bad_input(self) -> None:
        with pytest.raises(MarginError, match=r"must not be more than the fall, 0.168"):
            october(trigger=0.2)
        with pytest.raises(MarginError, match="trigger must be positive"):
            october(trigger=0.0)
        with pytest.raises(MarginError, match="1 - absorbed must be positive"):
            october(absorbed=1.0)
        with pytest.raises(MarginError, match="depth must be positive"):
            october(0.0)


@pytest.mark.parametrize(
    "result",
    [
        replays.nasdaq_2018(10),
        replays.dash_for_cash_2020(0.97, jump=3),
        thursday(0.1),
        replays.archegos_2021([10, 10], 0.1, impact.linear_book(depth=1), fall=0.1),
        replays.nickel_2022(100),
        october(),
    ],
)
def test_every_replay_says_where_it_disagrees(result: Any) -> None:
    assert result.disagreement.startswith("The story")
    assert result.disagreement.endswith(".")
    assert "nan" not in result.disagreement
