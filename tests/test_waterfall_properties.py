"""Money is never made: what holds for every loss, every order of payers and every rule."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from marginlib import waterfall as wf
from marginlib.waterfall.allocation import in_order
from marginlib.waterfall.layers import Layer

PEOPLE = 5
money = st.one_of(st.just(0.0), st.floats(1e-3, 1e9))
some = st.floats(1e-3, 1e9)
signed = st.builds(lambda size, side: side * size, money, st.sampled_from([-1.0, 1.0]))
fractions = st.one_of(st.just(0.0), st.floats(1e-6, 1))


def many(values: st.SearchStrategy[float], count: int = PEOPLE) -> st.SearchStrategy[np.ndarray]:
    return st.lists(values, min_size=count, max_size=count).map(np.array)


def assert_same_money(found: float, expected: float) -> None:
    """Compare two amounts to a few units in the last place."""
    assert abs(found - expected) <= 4 * np.spacing(abs(expected)), (found, expected)


class TestSharing:
    @given(money, many(money))
    def test_shares_add_up_and_follow_the_weights(self, amount: float, weight: np.ndarray) -> None:
        share = wf.pro_rata(amount, weight)
        assert (share >= 0).all()
        if weight.sum() > 0:
            assert_same_money(math.fsum(share), amount)
            assert_allclose(share, amount * weight / weight.sum(), rtol=1e-12)
        else:
            assert not share.any()

    @given(money, many(money), many(money))
    def test_limits_hold_and_what_they_cut_goes_to_the_others(
        self, amount: float, weight: np.ndarray, limit: np.ndarray
    ) -> None:
        share = wf.pro_rata(amount, weight, limit)
        bearable = np.where(weight > 0, limit, 0.0)
        assert (share <= bearable).all()
        assert_same_money(math.fsum(share), min(amount, bearable.sum()))
        # Whoever is not full pays the same for each unit of weight, and nobody pays more.
        level = share[weight > 0] / weight[weight > 0]
        free = (share < bearable * (1 - 1e-9))[weight > 0]
        if free.any():
            assert_allclose(level[free], level.max(), rtol=1e-6)

    @given(st.integers(0, 10**6), many(st.integers(0, 1000)), st.sampled_from(["largest", "last"]))
    def test_units_are_whole_and_nothing_is_lost(
        self, amount: int, weight: np.ndarray, residue: str
    ) -> None:
        share = wf.pro_rata(amount, weight, unit=1, residue=residue)
        assert_array_equal(share, np.round(share))
        assert share.sum() == (amount if weight.any() else 0)
        exact = amount * weight / max(weight.sum(), 1)
        assert (share >= np.floor(exact)).all()
        assert np.count_nonzero(share >= exact + 1) <= 1  # one person has the residue

    @given(money, many(money), many(some), st.permutations(range(PEOPLE)))
    def test_the_order_of_the_list_does_not_matter(
        self, amount: float, weight: np.ndarray, limit: np.ndarray, order: list[int]
    ) -> None:
        there = wf.pro_rata(amount, weight[order], limit[order])
        assert_allclose(there, wf.pro_rata(amount, weight, limit)[order], rtol=1e-9, atol=1e-9)

    @given(many(money, 3), st.lists(many(money), min_size=3, max_size=3), many(some))
    def test_many_at_once_are_the_same_as_one_by_one(
        self, amount: np.ndarray, weight: list[np.ndarray], limit: np.ndarray
    ) -> None:
        together = wf.pro_rata(amount, np.array(weight), limit)
        for row in range(3):
            assert_array_equal(together[row], wf.pro_rata(amount[row], weight[row], limit))

    @given(money, many(money))
    def test_in_order_nobody_pays_before_the_one_ahead_is_empty(
        self, amount: float, available: np.ndarray
    ) -> None:
        taken = in_order(amount, available)
        assert ((taken >= 0) & (taken <= available)).all()
        assert_allclose(taken.sum(), min(amount, available.sum()), rtol=1e-14)
        started = np.flatnonzero(taken)
        if started.size:
            assert_array_equal(taken[: started[-1]], available[: started[-1]])


class TestSharedLosses:
    @given(money, many(signed))
    def test_gains_pay_and_only_gains(self, loss: float, gains: np.ndarray) -> None:
        paid, left = wf.share_by_gains(loss, gains)
        assert ((paid >= 0) & (paid <= np.maximum(gains, 0))).all()
        assert_same_money(math.fsum([*paid, left]), loss)

    @given(st.integers(0, 10**6), many(st.integers(-(10**5), 10**5)))
    def test_in_whole_units_the_sum_is_exact(self, loss: int, gains: np.ndarray) -> None:
        paid, left = wf.share_by_gains(loss, gains, unit=1)
        assert_array_equal(paid, np.round(paid))
        assert ((paid >= 0) & (paid <= np.maximum(gains, 0))).all()
        assert paid.sum() + left == loss

    @given(money, fractions)
    def test_a_haircut_makes_two_parts(self, amount: float, factor: float) -> None:
        taken, received = wf.withhold(amount, factor)
        assert_same_money(float(taken + received), amount)

    @given(many(money), many(signed), money)
    def test_the_stated_rule_takes_no_more_than_its_example(
        self, balance: np.ndarray, profit: np.ndarray, fund: float
    ) -> None:
        shortfall = wf.venue_shortfall(balance, profit, fund)
        stated = wf.loss_factor(shortfall, balance.sum())
        example = wf.loss_factor(shortfall, balance.sum(), with_shortfall=False)
        if balance.any():
            assert 0 <= stated <= example <= 1


class TestFund:
    @given(money, many(signed, 8))
    def test_a_path_is_the_fund_step_by_step(self, balance: float, change: np.ndarray) -> None:
        path = wf.fund_path(balance, change)
        assert (path.balance >= 0).all()
        assert (path.unpaid >= 0).all()
        fund = wf.InsuranceFund(balance)
        size = balance + np.abs(change).sum()
        for step, amount in enumerate(change):
            left = fund.absorb(max(-amount, 0)).left
            fund = fund.receive(amount) if amount > 0 else fund.after(-amount)
            assert_allclose(path.balance[step], fund.balance, atol=1e-12 * size)
            assert_allclose(path.unpaid[step], left, atol=1e-12 * size)

    @given(many(signed), money)
    def test_residual_rules_share_the_same_money(self, proceeds: np.ndarray, least: float) -> None:
        splits = [
            wf.split_residual(proceeds, least, "returned"),
            wf.split_residual(proceeds, least, "capped", 0.02),
            wf.split_residual(proceeds, least, "kept"),
        ]
        for split in splits:
            assert (split.trader >= 0).all()
            assert_allclose(split.fund + split.trader, proceeds - least, rtol=1e-15)
        assert (np.diff([split.fund for split in splits], axis=0) >= 0).all()


class TestCloseout:
    @given(signed, some, st.floats(0.01, 1), st.floats(0, 0.9), fractions)
    def test_parts_closed_one_by_one_bring_what_the_whole_does(
        self, own: float, value: float, rate: float, first: float, second: float
    ) -> None:
        maintenance = rate * value
        sizes = np.array([1.0, 1 - first, (1 - first) * second])
        needs = sizes * maintenance
        at_once = wf.bankruptcy_value((sizes[0] - sizes[2]) * value, own, needs[0], needs[2])
        one = wf.bankruptcy_value((sizes[0] - sizes[1]) * value, own, needs[0], needs[1])
        left = own + one - (sizes[0] - sizes[1]) * value
        two = wf.bankruptcy_value((sizes[1] - sizes[2]) * value, left, needs[1], needs[2])
        assert_allclose(one + two, at_once, rtol=0, atol=1e-12 * (abs(own) + value))


class TestDeleveraging:
    @given(signed, many(signed), many(st.floats(-10, 10)), fractions)
    def test_no_position_flips_or_grows(
        self, quantity: float, held: np.ndarray, score: np.ndarray, part: float
    ) -> None:
        # As a batch of one, in which a position may find nobody.
        ask = [quantity], 100, [held]
        for batch in [
            wf.deleverage_queue(*ask, [score], largest_part=part),
            wf.deleverage_pro_rata(*ask, largest_part=part),
            wf.deleverage_pro_rata(*ask, weight=[score], largest_part=part),
        ]:
            result = batch._replace(closed=batch.closed[0], left=batch.left[0])
            assert (result.closed >= 0).all()
            assert (result.closed <= np.abs(held) * part).all()
            assert not result.closed[quantity * held >= 0].any()
            whole = math.fsum([*result.closed, result.left])
            assert_allclose(whole, abs(quantity), rtol=1e-14)

    @given(some, many(some), st.permutations([1.0, 2.0, 3.0, 4.0, 5.0]), st.permutations(range(5)))
    def test_the_queue_does_not_depend_on_the_list(
        self, size: float, held: np.ndarray, score: list[float], order: list[int]
    ) -> None:
        rank = np.array(score)
        here = wf.deleverage_queue(-size, 100, held, rank).closed
        assert_array_equal(
            wf.deleverage_queue(-size, 100, held[order], rank[order]).closed, here[order]
        )

    @given(many(some, 3), many(some), st.lists(many(st.floats(-9, 9)), min_size=3, max_size=3))
    def test_many_queues_at_once(
        self, size: np.ndarray, held: np.ndarray, score: list[np.ndarray]
    ) -> None:
        together = wf.deleverage_queue(-size, 100, held, np.array(score))
        for row in range(3):
            alone = wf.deleverage_queue(-size[row], 100, held, score[row])
            assert_array_equal(together.closed[row], alone.closed)
            assert together.left[row] == alone.left


class TestWaterfall:
    @given(money, many(money, 3), many(money), money, st.permutations(range(4)))
    def test_all_that_is_paid_and_left_is_the_loss(
        self,
        loss: float,
        amounts: np.ndarray,
        gains: np.ndarray,
        fund: float,
        order: list[int],
    ) -> None:
        layers: list[Layer] = [
            wf.InsuranceFund(fund, largest_claim=amounts[0]),
            wf.Resource("margin", amounts[1]),
            wf.Contributions("gains", gains),
            wf.DeleveragingQueue(4, 100, 90, [-1, -2, 3], [1, 2, 3]),
        ]
        result = wf.Waterfall([layers[place] for place in order]).absorb(loss)
        paid = [float(result[name].paid) for name in result.payers]
        assert min(paid) >= 0
        assert float(result.left) >= 0
        assert_same_money(math.fsum([*paid, float(result.left)]), loss)
        for name in ("gains", "deleveraging"):
            assert_allclose(result[name].each.sum(), result[name].paid, rtol=1e-12, atol=1e-12)
        # Who stands first changes who pays, not how much is paid.
        unchanged = wf.Waterfall(layers).absorb(loss)
        assert_allclose(result.left, unchanged.left, rtol=1e-9, atol=1e-9 * loss)

    @given(many(money, 4), money, money, money, many(money), st.floats(0, 3))
    def test_a_clearing_house_takes_its_layers_in_order(
        self,
        losses: np.ndarray,
        margin: float,
        contribution: float,
        skin: float,
        survivors: np.ndarray,
        multiple: float,
    ) -> None:
        house = wf.clearing_house_waterfall(margin, contribution, skin, survivors, multiple)
        result = house.absorb(losses)
        full = [margin, contribution, skin, survivors.sum(), (survivors * multiple).sum()]
        gap = losses.copy()
        for name, most in zip(result.payers, full, strict=True):
            assert_allclose(result[name].paid, np.minimum(gap, most), rtol=1e-12, atol=1e-12)
            gap = np.maximum(gap - most, 0)
        assert (result["survivors"].each <= survivors).all()
        assert (result["assessments"].each <= survivors * multiple).all()

    @given(money, money, many(money))
    def test_a_larger_loss_is_never_cheaper_for_anyone(
        self, loss: float, more: float, gains: np.ndarray
    ) -> None:
        house = wf.Waterfall([wf.Resource("fund", 1_000), wf.Contributions("gains", gains)])
        small, large = house.absorb(loss), house.absorb(loss + more)
        for name in small.payers:
            assert small[name].paid <= large[name].paid
        one, other = small["gains"].each, large["gains"].each
        assert (one <= other + 1e-12 * (gains + 1)).all()
        assert small.left <= large.left
