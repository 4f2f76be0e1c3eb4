"""What policies close, and what liquidation does to accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marginlib import MarginError, NotSettled, market
from marginlib.accounts import Accounts, equity, notional, open_accounts
from marginlib.instruments import cash, join, linear, options
from marginlib.liquidation import (
    AtMost,
    CloseAll,
    CloseShare,
    LargestFirst,
    ReduceTo,
    RequirementFee,
    SliceFirst,
    Status,
    TierByTier,
    liquidate,
    status,
    unwind,
)
from marginlib.margin import FixedRate, Requirement, Tiered, margin_ratio
from marginlib.margin.schedule import Schedule

PAIR = market.at(linear(["BTC", "ETH"]), [20_000, 1_500])
LOWER = market.at(PAIR.instruments, [18_000, 1_400])
RULE = FixedRate(initial=0.10, maintenance=0.05)
TABLE = Schedule.continuous([0, 1e4, 5e4, 2e5], [0.01, 0.02, 0.05, 0.2])
JUMPS = Schedule.stepped([0, 1e4, 5e4, 2e5], [0.01, 0.02, 0.05, 0.2])
SECOND = 1 / (365 * 86_400)  # [years]


def test_all_means_positions_and_debts_but_not_collateral() -> None:
    book = join(
        linear(["BTC"]),
        cash(["ETH", "SOL"]),
        options(["C"], "ETH", strike=2_000, expiry=1, is_call=True),
    )
    now = market.at(book, [20_000, 1_500, 30], volatility=[0.6])
    held = Accounts(0, [1, 5, -10, -2])
    assert CloseAll()(held, now, RULE).tolist() == [-1, 0, 10, 2]
    assert CloseShare(0.25)(held, now, RULE).tolist() == [-0.25, 0, 2.5, 0.5]


def test_down_to_a_requirement_by_hand() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)  # 500 is left at the lower prices, of 32,000
    assert ReduceTo("initial")(ana, LOWER, RULE) / ana.quantity == pytest.approx(
        [-(1 - 5_000 / 32_000)] * 2
    )
    for policy, most in [(ReduceTo("maintenance", 0.9), 0.9), (ReduceTo("maintenance", 0.5), 0.5)]:
        left = liquidate(ana, LOWER, RULE, policy).accounts
        assert margin_ratio(left, LOWER, RULE) == pytest.approx(most)


def test_a_multiple_of_the_least() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)  # 500 is left, which carries 10,000 of 32,000
    rich = open_accounts(4_975, [1, 10], PAIR)  # 1,975 is left, which carries 39,500
    least = ReduceTo("initial")(rich, LOWER, RULE) / rich.quantity
    assert least == pytest.approx([-(1 - 19_750 / 32_000)] * 2)
    twice = ReduceTo("initial", times=2)(rich, LOWER, RULE) / rich.quantity
    assert twice == pytest.approx(2 * least)
    assert ReduceTo("initial", times=4)(ana, LOWER, RULE).tolist() == [-1, -10]
    assert not ReduceTo("maintenance", times=4)(rich, LOWER, RULE).any()


def test_only_some_positions_are_reduced() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    traded = ReduceTo("maintenance", only=["ETH"])(ana, LOWER, RULE)
    # 500 carries 10,000, and bitcoin alone is 18,000: all ether goes, and it is not enough.
    assert traded.tolist() == [0, -10]
    rich = open_accounts(4_200, [1, 10], PAIR)  # 1,200 carries 24,000
    assert ReduceTo("maintenance", only=["ETH"])(rich, LOWER, RULE) == pytest.approx(
        [0, -8_000 / 1_400]
    )


def test_shrinking_by_the_ratio_would_be_wrong_under_tiers() -> None:
    rule = Tiered(TABLE, TABLE)
    ana = open_accounts(6_000, [8, 0], PAIR)  # 160,000 needs 6,200
    share = -ReduceTo("maintenance")(ana, PAIR, rule)[0] / 8
    # 0.05 N - 1,600 = 6,000 at N = 152,000.
    assert share == pytest.approx(1 - 152_000 / 160_000)
    assert share != pytest.approx(1 - 6_000 / 6_200, rel=0.1)


def test_multiples_of_a_step_and_an_uneven_one() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    for step, expected in [(0.2, 1.0), (0.1, 0.9), (0.3, 0.9), (0.16, 0.96), (1.0, 1.0)]:
        traded = ReduceTo("initial", step=step)(ana, LOWER, RULE)  # 84.375 % would do
        assert traded == pytest.approx([-expected, -10 * expected])


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("notional", [-1, 0]),  # 18,000 against 14,000
        ("requirement", [0, -10]),  # 900 against 1,400
        ("loss", [-1, 0]),  # 2,000 against 1,000
    ],
)
def test_the_largest_goes_first(by, expected) -> None:
    ana = open_accounts(4_400, [1, 10], PAIR)
    rule = FixedRate([0.05, 0.10], [0.05, 0.10])
    policy = LargestFirst("maintenance", by=by, whole=True, entry=PAIR)
    assert policy(ana, LOWER, rule).tolist() == expected


def test_the_largest_loss_is_not_the_largest_position() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    now = market.at(PAIR.instruments, [19_900, 1_200])
    policy = LargestFirst("initial", by="loss", whole=True, entry=PAIR)
    traded = policy(ana, now, RULE)
    assert traded[1] == -10
    partly = replace(policy, whole=False)(ana, now, RULE)
    # 400 carries 4,000: ether is gone, and bitcoin for all but that.
    assert partly == pytest.approx([-(1 - 4_000 / 19_900), -10])


def test_tiers_are_stepped_down_one_at_a_time() -> None:
    rule = Tiered(JUMPS, JUMPS)
    policy = TierByTier("maintenance", schedule=JUMPS)
    for collateral, left in [(30_000, 210_000), (9_000, 200_000), (2_000, 50_000), (900, 10_000)]:
        ana = open_accounts(collateral, [10.5, 0], PAIR)
        after = Accounts(ana.cash, ana.quantity + policy(ana, PAIR, rule))
        # 20 % of 210,000, 5 % of 200,000, 2 % of 50,000, 1 % of 10,000
        expected = {30_000: 200_000, 9_000: 50_000, 2_000: 50_000, 900: 10_000}[collateral]
        assert notional(after, PAIR)[0] == pytest.approx(expected), left


def test_a_position_in_the_lowest_tier_is_closed_whole() -> None:
    ana = open_accounts(50, [0.4, 0], PAIR)  # 1 % of 8,000 is 80
    rule = Tiered(JUMPS, JUMPS)
    assert TierByTier("maintenance", schedule=[JUMPS] * 2)(ana, PAIR, rule).tolist() == [-0.4, 0]


def test_a_position_in_the_highest_tier_is_closed_whole_where_no_tier_will_do() -> None:
    ana = open_accounts(50, [10.5, 0], PAIR)  # 1 % of 10,000 is more
    rule = Tiered(JUMPS, JUMPS)
    assert TierByTier("maintenance", schedule=JUMPS)(ana, PAIR, rule).tolist() == [-10.5, 0]


def test_a_limit_fits_any_account_where_it_is_one_for_all_and_its_policy_fits() -> None:
    for_all, for_each = AtMost(CloseAll(), [1, 10]), AtMost(CloseAll(), [[1, 10], [2, 20]])
    assert for_all.fits_any_account
    assert not for_each.fits_any_account
    assert not AtMost(for_each, 3).fits_any_account


def test_slice_then_the_rest() -> None:
    now = market.Market(PAIR.instruments, PAIR.price, time=1.0)
    crowd = Accounts([-190_000.0, -190_000.0], [[10, 0], [1, 100]])
    policy = SliceFirst(share=0.2, above=100_000, cooldown=30 * SECOND)
    first = policy(crowd, now, RULE)
    assert first.tolist() == [[-2, 0], [-1, -20]]
    noted = policy.after(crowd, now, first)
    left = Accounts(crowd.cash, crowd.quantity + first)
    soon = market.later(now, 29 * SECOND)
    late = market.later(now, 31 * SECOND)
    assert noted(left, soon, RULE).tolist() == [[-8, 0], [0, -80]]
    assert noted(left, late, RULE) == pytest.approx(np.array([[-1.6, 0], [0, -16]]))
    waiting = replace(noted, meanwhile="nothing")
    assert not waiting(left, soon, RULE).any()
    # Whoever was closed whole, or not at all, has not been sliced.
    whole = CloseAll()(crowd, now, RULE)
    assert np.isneginf(policy.after(crowd, now, whole).last).all()
    assert np.isneginf(policy.after(crowd, now, 0 * whole).last).all()


def test_no_more_is_closed_than_fits_a_window() -> None:
    now = market.at(linear(["OP"]), [1])
    due = Accounts([-150.0, -30.0], [[150], [30]])
    done = liquidate(due, now, FixedRate(1, 1), AtMost(CloseAll(), 100))
    assert done.accounts.quantity[:, 0].tolist() == [50, 0]


def test_the_fee_on_what_the_positions_needed() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    done = liquidate(ana, LOWER, RULE, CloseShare(0.5), RequirementFee(0.5))
    assert done.fee == pytest.approx(0.5 * 0.5 * 0.05 * 32_000)
    assert done.share == pytest.approx([0.5, 0.5])
    assert np.isnan(liquidate(Accounts(-1, [0, 1]), PAIR, RULE, CloseAll()).share[0])


def test_only_accounts_that_are_due_are_touched() -> None:
    crowd = open_accounts([3_500, 5_000, 2_000], [1, 10], PAIR)
    stand = status(crowd, LOWER, RULE).tolist()
    assert stand == [Status.LIQUIDATION, Status.RESTRICTED, Status.BANKRUPT]
    done = liquidate(crowd, LOWER, RULE, CloseAll(), fee=0.01)
    assert done.traded.tolist() == [[-1, -10], [0, 0], [-1, -10]]
    assert done.fee == pytest.approx([320, 0, 320])
    assert equity(done.accounts, LOWER) == pytest.approx([180, 2_000, -1_320])


def test_a_policy_may_be_a_function_that_reduces() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    done = liquidate(ana, LOWER, RULE, lambda accounts, now, model: [-0.5, 0])
    assert done.accounts.quantity.tolist() == [0.5, 10]
    for wrong in ([0.5, 0], [-2, 0]):
        with pytest.raises(MarginError, match="must only reduce what is held"):
            liquidate(ana, LOWER, RULE, lambda accounts, now, model, wrong=wrong: wrong)


def test_liquidation_at_many_markets() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    markets = market.with_price(LOWER, "BTC", [18_000, 17_900, 20_000])
    done = liquidate(ana, markets, RULE, ReduceTo("maintenance"))
    assert done.traded.shape == (3, 2)
    for row, price in enumerate([18_000, 17_900, 20_000]):
        single = liquidate(
            ana, market.with_price(LOWER, "BTC", price), RULE, ReduceTo("maintenance")
        )
        np.testing.assert_allclose(done.traded[row], single.traded, rtol=1e-12)


def test_unwinding_goes_on_until_nothing_is_due() -> None:
    crowd = open_accounts([3_500, 5_000, 1_000], [1, 10], PAIR)
    done = unwind(crowd, LOWER, RULE, AtMost(CloseAll(), [0.3, 3]), fee=0.001)
    assert (status(done.accounts, LOWER, RULE) != Status.LIQUIDATION).all()
    assert done.accounts.quantity[0] == pytest.approx([0.1, 1])
    assert done.accounts.quantity[2] == pytest.approx([0, 0])  # bankrupt, and all closed
    total = done.accounts.quantity + done.taken.quantity
    assert total == pytest.approx(crowd.quantity)
    with pytest.raises(NotSettled, match="after 5 more rounds") as raised:
        unwind(crowd[2], LOWER, RULE, CloseShare(0.5), rounds=5)
    assert raised.value.last.accounts.quantity[0] == pytest.approx(0.5**6)


def test_unwinding_what_is_well_does_nothing() -> None:
    well = open_accounts(9_000, [1, 10], PAIR)
    done = unwind(well, LOWER, RULE, CloseAll(), fee=0.01, rounds=1)
    assert not done.traded.any()
    assert done.fee == 0
    assert done.accounts.cash == well.cash


def test_a_million_accounts_are_the_same_accounts_one_by_one() -> None:
    rng = np.random.default_rng(4)
    count = 1_000_000
    held = np.exp(rng.normal(0, 2, (count, 1))) * rng.normal(size=(count, 2)) * [1, 15]
    crowd = open_accounts(rng.uniform(0, 0.2, count) * (np.abs(held) @ PAIR.price), held, PAIR)
    rule = Tiered(TABLE, TABLE)
    policy = LargestFirst("initial", by="requirement")
    done = liquidate(crowd, LOWER, rule, policy, fee=0.005)
    touched = np.flatnonzero(done.fee)
    assert 10_000 < len(touched) < 400_000
    for row in [*touched[:20], *range(20)]:
        single = liquidate(crowd[row], LOWER, rule, policy, fee=0.005)
        np.testing.assert_allclose(done.traded[row], single.traded, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(done.fee[row], single.fee, rtol=1e-9)


def test_bad_questions() -> None:
    ana = open_accounts(3_500, [1, 10], PAIR)
    with pytest.raises(MarginError, match="schedule must be one table or 2"):
        TierByTier(schedule=[JUMPS])(ana, PAIR, RULE)
    with pytest.raises(MarginError, match="instrument 'BCT' is not known; did you mean 'BTC'"):
        ReduceTo(only=["BCT"])(ana, PAIR, RULE)
    for wrong, hint in [
        ("maintenance", r"got 'maintenance', did you mean ReduceTo\(\"maintenance\"\)\?"),
        ("all", r"got 'all', did you mean ReduceTo\(\"initial\"\)\?"),
        (CloseAll, r"did you mean CloseAll\(...\)\?"),
    ]:
        with pytest.raises(MarginError, match=hint):
            liquidate(ana, LOWER, RULE, wrong)
    with pytest.raises(MarginError, match="fee must be a fraction"):
        liquidate(ana, LOWER, RULE, CloseAll(), fee=5)


def test_what_needs_nothing_is_left_alone() -> None:
    def nothing(accounts: Accounts, now: market.Market) -> Requirement:
        free = np.zeros(equity(accounts, now).shape)
        return Requirement(free, free)

    ana = open_accounts(3_500, [1, 10], PAIR)
    assert not ReduceTo("initial")(ana, LOWER, nothing).any()
    assert not liquidate(ana, LOWER, nothing, CloseAll()).traded.any()
