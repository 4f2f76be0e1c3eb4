"""Who pays, in cases that can be checked by hand, and input that is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import marginlib as ml
from marginlib import MarginError
from marginlib import waterfall as wf
from marginlib.accounts import Accounts, equity, open_accounts, position_value, trade
from marginlib.margin import Tiered
from marginlib.margin.schedule import Schedule
from marginlib.waterfall.allocation import in_order

TWO = ml.instruments.linear(["BTC", "ETH"])


class TestAllocation:
    def test_equal_weights_with_limits_fill_like_water(self) -> None:
        assert_allclose(wf.pro_rata(60, [1, 1, 1], limit=[10, 20, 100]), [10, 20, 30])

    def test_no_more_is_shared_than_can_be_borne(self) -> None:
        assert_array_equal(wf.pro_rata(1_000, [1, 2], limit=[10, 20]), [10, 20])

    def test_who_has_no_weight_bears_nothing(self) -> None:
        assert_array_equal(wf.pro_rata(10, [0, 1, 0]), [0, 10, 0])
        assert_array_equal(wf.pro_rata(10, [0, 0]), [0, 0])

    def test_a_whole_share_is_not_cut_by_rounding(self) -> None:
        # 6 / 21 x 7 is 2, but 6 / 21 is not a number of 64 bits.
        assert_array_equal(wf.pro_rata(6, [7, 14], unit=1, residue="last"), [2, 4])

    @pytest.mark.parametrize(("residue", "expected"), [("largest", [5, 2, 3]), ("last", [4, 2, 4])])
    def test_who_bears_the_residue(self, residue: str, expected: list[float]) -> None:
        # Cut down, the shares are 4, 2 and 3 of 10: one is left over.
        assert_array_equal(wf.pro_rata(10, [45, 25, 30], unit=1, residue=residue), expected)

    def test_the_residue_respects_limits(self) -> None:
        share = wf.pro_rata(20, [7, 7, 7, 1], limit=[7, 7, 7, 1], unit=1, residue="last")
        assert_array_equal(share, [6, 6, 7, 1])

    def test_in_order(self) -> None:
        assert_array_equal(in_order([0, 15, 99], [10, 10]), [[0, 0], [10, 5], [10, 10]])


class TestFees:
    @pytest.mark.parametrize(
        ("rule", "fee", "fund", "trader"),
        [("returned", None, 0, 100), ("kept", None, 100, 0), ("capped", 0.01, 51, 49)],
    )
    def test_who_has_what_is_better_than_bankruptcy(
        self, rule: str, fee: float | None, fund: float, trader: float
    ) -> None:
        better = wf.split_residual(5_100, 5_000, rule, fee)
        assert (better.fund, better.trader) == (fund, trader)
        worse = wf.split_residual(4_900, 5_000, rule, fee)
        assert (worse.fund, worse.trader) == (-100, 0)


class TestCloseout:
    def test_closing_at_the_bankruptcy_value_leaves_the_rest_as_well_covered(self) -> None:
        entry = ml.market.at(TWO, [20_000, 1_500])
        ana = open_accounts(collateral=3_000, quantity=[1, -10], market=entry)
        table = Schedule.continuous([0, 5_000], [0.05, 0.1])
        rule = Tiered(table, table)  # not proportional to size
        closing = np.array([-0.4, 0])
        after = trade(ana, entry, closing)
        least = wf.bankruptcy_value(
            position_value(Accounts(0, -closing), entry).sum(),
            equity(ana, entry),
            rule(ana, entry).maintenance,
            rule(after, entry).maintenance,
        )
        closed = Accounts(ana.cash + least, after.quantity)
        ratio = [equity(who, entry) / rule(who, entry).maintenance for who in (ana, closed)]
        assert_allclose(ratio[1], ratio[0])
        assert not np.isclose(equity(closed, entry), equity(ana, entry))

    def test_without_maintenance_there_is_no_answer(self) -> None:
        assert np.isnan(wf.bankruptcy_value(100, 10, 0, 0))


class TestInsuranceFund:
    def test_a_claim_has_a_limit(self) -> None:
        fund = wf.InsuranceFund(1_000, largest_claim=300)
        paid, left, _ = fund.absorb([200, 400])
        assert_array_equal(paid, [200, 300])
        assert_array_equal(left, [0, 100])

    def test_fees_fill_it_and_losses_empty_it(self) -> None:
        fund = wf.InsuranceFund(10).receive(5)
        assert float(fund.after(7).balance) == 8
        assert float(fund.after(100).balance) == 0


class TestDeleveraging:
    # Source: BitMEX, "Auto-Deleveraging Further Information".
    HELD = (10, 10, 20, 30, 20, 10)
    SCORE = (3, 6, 1, 4, 5, 2)

    def test_the_queue_is_closed_from_its_head(self) -> None:
        result = wf.deleverage_queue(-45, 650, self.HELD, self.SCORE)
        assert_array_equal(result.closed, [0, 10, 0, 15, 20, 0])
        assert float(result.left) == 0

    def test_what_finds_nobody_is_left(self) -> None:
        result = wf.deleverage_queue(-130, 650, self.HELD, self.SCORE)
        assert_array_equal(result.closed, self.HELD)
        assert float(result.left) == 30

    def test_the_same_side_is_passed_over(self) -> None:
        result = wf.deleverage_queue(5, 650, [10, -10, 0], [9, 1, 5])
        assert_array_equal(result.closed, [0, 5, 0])

    def test_a_limit_on_each_position(self) -> None:
        result = wf.deleverage_queue(-20, 650, self.HELD, self.SCORE, largest_part=0.5)
        assert_array_equal(result.closed, [0, 5, 0, 5, 10, 0])

    def test_who_has_no_score_comes_last(self) -> None:
        result = wf.deleverage_queue(-15, 650, [10, 10], [np.nan, -5])
        assert_array_equal(result.closed, [5, 10])

    def test_pro_rata_to_profit_passes_on_what_the_first_cannot_close(self) -> None:
        result = wf.deleverage_pro_rata(-30, 650, [10, 20, 30], weight=[300, 100, 0])
        assert_array_equal(result.closed, [10, 20, 0])
        assert float(result.left) == 0
        none = wf.deleverage_pro_rata(-30, 650, [10, 20, 30], weight=[-1, -1, 0])
        assert float(none.left) == 30

    def test_score_of_long_and_short(self) -> None:
        # Both have gained a fifth, and can lose a tenth of what the position is worth now.
        long = wf.deleveraging_score(1_000, 1_200, 1_080)
        short = wf.deleveraging_score(-1_000, -800, -880)
        assert_allclose([long, short], [0.2 * 10, 0.2 * 10])

    def test_leverage_moves_winners_up_and_losers_down(self) -> None:
        leverage_10, leverage_20 = [900, 450], [950, 475]
        winner, loser = (
            wf.deleveraging_score([800, 1_000], [1_000, 500], which)
            for which in (leverage_10, leverage_20)
        )
        assert winner[0] < loser[0]
        assert winner[1] < loser[1] < 0  # a loss divided by more is less of a loss

    def test_no_margin_left_is_no_score(self) -> None:
        assert np.isnan(wf.deleveraging_score(1_000, 900, 950))
        assert np.isnan(wf.deleveraging_score(0, 0, 0))

    def test_both_sides_of_a_deleveraging_are_one_trade(self) -> None:
        entry = ml.market.at(ml.instruments.linear(["X"]), [700])
        mark = ml.market.with_price(entry, "X", 640)
        failed = open_accounts(1_000, [20], entry)  # bankrupt at 650
        others = open_accounts([500, 2_000, 900], [[-5], [-25], [3]], entry)
        before = equity(failed, mark) + equity(others, mark).sum()
        result = wf.deleverage_queue(20, 650, others.quantity[:, 0], [1, 2, 9])
        at_bankruptcy = ml.market.with_price(entry, "X", float(result.price))
        closed = trade(failed, at_bankruptcy, [-result.closed.sum()])
        # They held the opposite, so that they buy back.
        relieved = trade(others, at_bankruptcy, result.closed[:, None])
        assert_array_equal(relieved.quantity[:, 0], [-5, -5, 3])
        assert float(equity(closed, mark)) == 0
        assert_allclose(equity(closed, mark) + equity(relieved, mark).sum(), before)
        given_up = wf.profit_given_up(result, 20, 640)
        assert_allclose(equity(others, mark) - equity(relieved, mark), given_up)


class TestSocialised:
    def test_pay_outs_are_cut_down_and_the_last_has_the_rest(self) -> None:
        # Source: Vega protocol, commit a50750cc, features 0002-STTL cases 2 and 4. Exact, though
        # the published cases are compared within one unit.
        assert_array_equal(wf.share_by_gains(5_445, [2_000, 6_000], unit=1).paid, [1_362, 4_083])
        assert_array_equal(wf.share_by_gains(99, [7_200, 800], unit=1).paid, [90, 9])

    def test_more_than_all_gains_is_left(self) -> None:
        for unit in (None, 1):
            shared = wf.share_by_gains(100, [20, -50, 30], unit)
            assert_array_equal(shared.paid, [20, 0, 30])
            assert float(shared.left) == 50

    def test_shortfall_counts_no_winners(self) -> None:
        assert float(wf.venue_shortfall([10, 10, 10], [-30, 500, -15], 7)) == 18
        assert float(wf.venue_shortfall([10], [-12], 7)) == 0

    def test_no_shortfall_takes_nothing(self) -> None:
        assert float(wf.loss_factor(0, 4_000)) == 0
        assert np.isnan(wf.loss_factor(0, 0))
        assert float(wf.loss_factor(500, 100, with_shortfall=False)) == 1


class TestWaterfall:
    HOUSE = wf.clearing_house_waterfall(70, 10, 5, survivors=[20, 40], assessment_multiple=2)

    @pytest.mark.parametrize(
        ("loss", "paid", "left"),
        [
            (0, [0, 0, 0, 0, 0], 0),
            (75, [70, 5, 0, 0, 0], 0),
            (85, [70, 10, 5, 0, 0], 0),
            (115, [70, 10, 5, 30, 0], 0),
            (265, [70, 10, 5, 60, 120], 0),
            (300, [70, 10, 5, 60, 120], 35),
        ],
    )
    def test_a_clearing_house(self, loss: float, paid: list[float], left: float) -> None:
        result = self.HOUSE.absorb(loss)
        assert [float(result[name].paid) for name in result.payers] == paid
        assert float(result.left) == left
        assert float(result.paid) == sum(paid)

    def test_survivors_pay_pro_rata(self) -> None:
        result = self.HOUSE.absorb(205)
        assert_allclose(result["survivors"].each, [20, 40])
        assert_allclose(result["assessments"].each, [20, 40])

    def test_an_exchange(self) -> None:
        queue = wf.DeleveragingQueue(8, 100, 90, held=[-2, -3, 4], score=[1, 2, 9])
        house = wf.exchange_waterfall(wf.InsuranceFund(20), queue, gains=[30, 60])
        result = house.absorb([10, 45, 80, 200])
        assert_allclose(result["insurance fund"].paid, [10, 20, 20, 20])
        assert_allclose(
            result["deleveraging"].each, [[0, 0, 0], [0, 25, 0], [20, 30, 0], [20, 30, 0]]
        )
        assert_allclose(result["socialised loss"].paid, [0, 0, 10, 90])
        assert_allclose(result.left, [0, 0, 0, 40])

    def test_deleveraging_closes_no_more_than_failed(self) -> None:
        layer = wf.DeleveragingQueue(-3, 100, 110, held=[10], score=[1])
        paid, left, _ = layer.absorb(50)
        assert (float(paid), float(left)) == (30, 20)

    def test_deleveraging_at_the_market_saves_nothing(self) -> None:
        paid, left, _ = wf.DeleveragingQueue(3, 100, 100, held=[-10], score=[1]).absorb(50)
        assert (float(paid), float(left)) == (0, 50)

    def test_a_layer_that_makes_money_is_refused(self) -> None:
        class Generous:
            name = "generous"

            def absorb(self, loss: float) -> wf.Absorbed:
                return wf.Absorbed(np.asarray(loss), np.asarray(loss))

        class Greedy:
            name = "greedy"

            def absorb(self, loss: float) -> wf.Absorbed:
                return wf.Absorbed(2 * np.asarray(loss), -np.asarray(loss))

        for layer, words in [(Generous(), "must pay and leave exactly"), (Greedy(), "negative")]:
            with pytest.raises(MarginError, match=words):
                wf.Waterfall([layer]).absorb(10.0)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "negative amount": (lambda: wf.pro_rata(-1, [1]), "amount must not be negative; got -1"),
    "one weight": (lambda: wf.pro_rata(1, 5), r"weight must hold one .* did you mean \[5\]\?"),
    "negative weight": (lambda: wf.pro_rata(1, [1, -2]), r"weight\[1\] must not be negative"),
    "shapes": (lambda: wf.pro_rata(1, [1, 2], limit=[1, 2, 3]), "do not fit together"),
    "residue": (
        lambda: wf.pro_rata(1, [1], residue="first"),
        "residue 'first' is not known; choose from 'largest', 'last'",
    ),
    "no unit": (lambda: wf.pro_rata(1, [1], unit=0), "unit must be positive"),
    "fee without rule": (
        lambda: wf.split_residual(1, 1, "kept", 0.01),
        "largest_fee belongs to the rule 'capped'",
    ),
    "rule without fee": (lambda: wf.split_residual(1, 1, "capped"), "got rule 'capped' and"),
    "unknown rule": (
        lambda: wf.split_residual(1, 1, "keep"),
        "did you mean 'kept'",
    ),
    "maintenance grows": (
        lambda: wf.bankruptcy_value(1, 1, 5, 6),
        "maintenance_after must not exceed maintenance; got 6",
    ),
    "fund in debt": (lambda: wf.InsuranceFund(-1), "balance must not be negative"),
    "one change": (lambda: wf.fund_path(1, 5), "change must hold one value for each step"),
    "everyone on the same side": (
        lambda: wf.deleverage_queue(10, 100, held=[4, 4, 6], score=[1, 2, 3]),
        r"held\[0\] must have someone on the other side of the position, which is long; got 4, "
        r"did you mean -4\?",
    ),
    "everyone on the same side of a layer": (
        lambda: wf.DeleveragingQueue(-3, 100, 110, held=[-10], score=[1]),
        r"other side of the position, which is short; got -10, did you mean 10\?",
    ),
    "a score in words": (
        lambda: wf.queue_order(["first"]),
        "score must be a number or an array of numbers",
    ),
    "no steps": (lambda: wf.queue_fraction([1], [1], steps=0), "steps must be a whole number"),
    "one score": (lambda: wf.queue_order(5), "score must hold one value for each person"),
    "one balance": (
        lambda: wf.venue_shortfall(1, 1, 1),
        "balance must hold one value for each account",
    ),
    "better than bankruptcy": (
        lambda: wf.DeleveragingQueue(8, 100, 110, [-1], [1]),
        "market_price must not be better than the bankruptcy price.*got 110",
    ),
    "names twice": (
        lambda: wf.Waterfall([wf.Resource("a", 1), wf.Resource("a", 2)]),
        r"layers with different names; got \['a', 'a'\]",
    ),
    "no layers": (lambda: wf.Waterfall([]), "needs layers"),
    "unknown payer": (
        lambda: wf.Waterfall([wf.Resource("margin", 1)]).absorb(1)["Margin"],
        "did you mean 'margin'",
    ),
    "negative loss": (
        lambda: wf.Waterfall([wf.Resource("margin", 1)]).absorb(-1),
        "loss must not be negative",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD.keys())
def test_bad_input_says_what_to_type(call: Callable[[], object], words: str) -> None:
    with pytest.raises(MarginError, match=words):
        call()
