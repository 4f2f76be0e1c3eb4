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
        assert_array_equal(wf.in_order([0, 15, 99], [10, 10]), [[0, 0], [10, 5], [10, 10]])


class TestFees:
    @pytest.mark.parametrize(
        ("change", "rate"),
        [
            ({}, 0.019),
            ({"shortage": 1}, 0.03705),
            ({"shortage": 1_000}, 0.0),
            ({"liquidator_fee": 0.1}, 0.0),
            ({"price": 0}, 0.0),
            ({"quantity": 0}, 0.0),
            ({"quantity": -10}, 0.019),
            ({"largest": 0.01}, 0.01),
        ],
    )
    def test_fee_that_leaves_the_account_solvent(
        self, change: dict[str, float], rate: float
    ) -> None:
        # Source: Drift protocol-v2, commit 0ae3e3b1, tests of calculate_perp_if_fee.
        usual = {
            "largest": 0.05,
            "margin_rate": 0.05,
            "liquidator_fee": 0.01,
            "shortage": 20,
            "quantity": 10,
            "price": 100,
        }
        assert_allclose(wf.solvent_fee_rate(**(usual | change)), rate, atol=1e-12)

    def test_fee_ramp_begins_at_the_end_of_the_grace(self) -> None:
        fee = wf.ramped_fee(0.02, 0.05, [1_499, 1_500, 29_999, 40_000], grace=1_500, slope=1e-6)
        assert_allclose(fee, [0.02, 0.0215, 0.049999, 0.05])

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
        assert np.isnan(wf.fillable_price(100, 1, 10, 0, 0, 1, 0.1))
        assert np.isnan(wf.fillable_price(100, 0, 10, 5, 0, 1, 0.1))

    def test_fillable_price_gives_way_from_the_mark_to_the_spread(self) -> None:
        price = wf.fillable_price(100, [1, -1], [[20], [10], [5], [0], [-9]], 10, 10, 1, 0.1)
        assert_allclose(price[:, 0], [100, 100, 99.5, 99, 99])
        assert_allclose(price[:, 1], [100, 100, 100.5, 101, 101])

    def test_collateralisation_price_of_a_short_position(self) -> None:
        # 1,500 owned is 1.1 times 10 x 136.36 owed.
        assert_allclose(wf.collateralisation_price(1_500, -10, 1.1), 1_500 / 11)

    @pytest.mark.parametrize(("margin", "position"), [(500, 10), (-500, -10), (-5, 0), (0, 0)])
    def test_what_owes_nothing_has_no_bankruptcy_price(
        self, margin: float, position: float
    ) -> None:
        assert np.isnan(wf.collateralisation_price(margin, position))

    def test_a_liquidator_may_go_on_holding(self) -> None:
        after = wf.transfer_pro_rata(-500, 10, 1_000, 0, 10)
        assert tuple(map(float, after)) == (0, 0, 500, 10)


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

    def test_orders_of_a_short_position(self) -> None:
        kept = wf.orders_kept(-5, size=[3, 3, 2], price=[100, 90, 95])
        assert_array_equal(kept, [3, 0, 2])

    def test_all_orders_go_where_nothing_is_held(self) -> None:
        assert_array_equal(wf.orders_kept(0, [1, 2], [10, 11]), [0, 0])


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

    def test_a_loss_without_positions_is_left(self) -> None:
        shared = wf.share_by_open_interest(100, [0, 0])
        assert_array_equal(shared.paid, [0, 0])
        assert float(shared.left) == 100
        assert np.isnan(wf.funding_index_step(100, 0))

    def test_funding_index(self) -> None:
        # Source: Drift protocol-v2, commit 0ae3e3b1: 9090910000 in units of 1e-9, steps of 1e-5.
        assert_allclose(wf.funding_index_step(100, 11, unit=1e-5), 9.09091, rtol=0, atol=1e-12)
        assert_allclose(wf.funding_index_step(100, 11) * [7, 4], [700 / 11, 400 / 11])

    def test_deposit_index(self) -> None:
        # Source: Drift protocol-v2, commit 0ae3e3b1: the index falls by 0.0916666667.
        assert_allclose(1 - wf.cut_deposit_index(1, 11, 120), 0.0916666667, rtol=0, atol=1e-9)
        assert float(wf.cut_deposit_index(1.111, 0, 0)) == 1.111
        assert float(wf.cut_deposit_index(2, 50, 50)) == 0

    def test_shortfall_counts_no_winners(self) -> None:
        assert float(wf.venue_shortfall([10, 10, 10], [-30, 500, -15], 7)) == 18
        assert float(wf.venue_shortfall([10], [-12], 7)) == 0

    def test_no_shortfall_takes_nothing(self) -> None:
        assert float(wf.loss_factor(0, 4_000)) == 0
        assert np.isnan(wf.loss_factor(0, 0))
        assert float(wf.loss_factor(500, 100, with_shortfall=False)) == 1


class TestRedistribution:
    def test_the_pool_takes_all_it_can(self) -> None:
        parts = wf.offset_and_redistribute(21, 2_000, [0, 390, 5_000], 0.005)
        assert_allclose(parts.liquidator, 0.105)
        assert_allclose(parts.debt_offset, [0, 390, 2_000])
        assert_allclose(parts.collateral_to_pool, [0, 4.074525, 20.895])

    def test_a_debt_cancelled_in_full_leaves_not_one_unit_in_the_last_place(self) -> None:
        # Here 47,930,191 x debt / debt is more than 47,930,191 in 64-bit numbers.
        parts = wf.offset_and_redistribute(47_930_191, 46_980_823.25, 46_980_824)
        assert float(parts.collateral_to_pool) == 47_930_191
        assert float(parts.collateral_redistributed) == 0

    def test_a_loan_without_debt_loses_only_the_fee(self) -> None:
        parts = wf.offset_and_redistribute(10, 0, 100, 0.005)
        assert float(parts.surplus) == 9.95
        assert float(parts.collateral_redistributed) == 0

    def test_nobody_left_to_take_it(self) -> None:
        share = wf.per_stake(wf.offset_and_redistribute(10, 100, 0), stakes=0)
        assert np.isnan(share.debt)
        assert np.isnan(share.collateral)

    def test_the_cap_returns_the_rest(self) -> None:
        # Source: Liquity v1, commit 39f1f7f8: seized 1.1 x 250 / 100 coins, of which 0.5% is paid.
        parts = wf.offset_with_cap(3, 250, 100, cap=1.1, liquidator_rate=0.005)
        assert_allclose(parts.collateral_to_pool, 2.75 * 0.995)
        assert_allclose(parts.surplus, 0.25)


class TestWaterfall:
    HOUSE = wf.clearing_house(70, 10, 5, survivors=[20, 40], assessment_multiple=2)

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
        queue = wf.Deleveraging(8, 100, 90, held=[-2, -3, 4], score=[1, 2, 9])
        house = wf.exchange(wf.InsuranceFund(20), queue, gains=[30, 60])
        result = house.absorb([10, 45, 80, 200])
        assert_allclose(result["insurance fund"].paid, [10, 20, 20, 20])
        assert_allclose(
            result["deleveraging"].each, [[0, 0, 0], [0, 25, 0], [20, 30, 0], [20, 30, 0]]
        )
        assert_allclose(result["socialised loss"].paid, [0, 0, 10, 90])
        assert_allclose(result.left, [0, 0, 0, 40])

    def test_deleveraging_closes_no_more_than_failed(self) -> None:
        layer = wf.Deleveraging(-3, 100, 110, held=[10], score=[1])
        paid, left, _ = layer.absorb(50)
        assert (float(paid), float(left)) == (30, 20)

    def test_deleveraging_at_the_market_saves_nothing(self) -> None:
        paid, left, _ = wf.Deleveraging(3, 100, 100, held=[-10], score=[1]).absorb(50)
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
    "percent": (lambda: wf.liquidation_fee(100, 5), r"rate must be a fraction.*mean 0.05\?"),
    "fee without rule": (
        lambda: wf.split_residual(1, 1, "kept", 0.01),
        "largest_fee belongs to the rule 'capped'",
    ),
    "rule without fee": (lambda: wf.split_residual(1, 1, "capped"), "got rule 'capped' and"),
    "unknown rule": (
        lambda: wf.split_residual(1, 1, "keep"),
        "did you mean 'kept'",
    ),
    "ramp downhill": (
        lambda: wf.ramped_fee(0.05, 0.02, 1, 0, 0),
        "base must be at most largest; got base 0.05, largest 0.02",
    ),
    "maintenance grows": (
        lambda: wf.bankruptcy_value(1, 1, 5, 6),
        "maintenance_after must not exceed maintenance; got 6",
    ),
    "ratio below one": (
        lambda: wf.collateralisation_price(-1, 1, 0.1),
        r"ratio must be at least 1; got 0.1, did you mean 1.1\?",
    ),
    "too much transferred": (
        lambda: wf.transfer_pro_rata(-500, 10, 0, 0, 11),
        "amount must be at most the position; got 11",
    ),
    "taker would flip": (
        lambda: wf.transfer_pro_rata(-500, 10, 0, -5, 6, reduce_only=True),
        "amount must be at most what the taker holds against it; got 6",
    ),
    "taker on the same side": (
        lambda: wf.transfer_pro_rata(-500, 10, 0, 5, 5, reduce_only=True),
        "what the taker holds against it",
    ),
    "fund in debt": (lambda: wf.InsuranceFund(-1), "balance must not be negative"),
    "one change": (lambda: wf.fund_path(1, 5), "change must hold one value for each step"),
    "no steps": (lambda: wf.queue_fraction([1], [1], steps=0), "steps must be a whole number"),
    "one score": (lambda: wf.queue_order(5), "score must hold one value for each person"),
    "loss above deposits": (
        lambda: wf.cut_deposit_index(1, 11, 10),
        "loss must be at most the deposits; got 11",
    ),
    "one balance": (
        lambda: wf.venue_shortfall(1, 1, 1),
        "balance must hold one value for each account",
    ),
    "sells what is not there": (
        lambda: wf.sell_collateral(wf.SecuredDebt(1, 5), 2, 1, 1, 0, 0),
        "quantity must be at most the collateral; got 2",
    ),
    "repays too much": (
        lambda: wf.sell_collateral(wf.SecuredDebt(2, 1), 2, 1, 1, 0, 0),
        "quantity must not repay more than the debt; got 2",
    ),
    "discounts above the price": (
        lambda: wf.sell_collateral(wf.SecuredDebt(2, 1), 2, 1, 1, 0.6, 0.6),
        "must be at most 1 together",
    ),
    "better than bankruptcy": (
        lambda: wf.Deleveraging(8, 100, 110, [-1], [1]),
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
