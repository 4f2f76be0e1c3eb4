"""The stress test of a venue: what its rules admit, and what three days do to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib import cascade, feedback, margin
from marginlib.liquidation import CloseShare

BOOK = ml.instruments.join(ml.instruments.linear(["BTC"]), ml.instruments.cash(["ETH"]))
ENTRY = ml.market.at(BOOK, [100, 10])
THIN = ml.impact.linear_book([500, 1e9])
DAYS = np.array([[[-0.05, -0.10], [-0.02, 0.0]], [[-0.30, -0.20], [-0.01, 0.0]], [[0.0, 0.0]] * 2])


def crowd(count: int = 60) -> ml.accounts.Accounts:
    rng = np.random.default_rng(7)
    return feedback.draw_crowd(
        count,
        ENTRY,
        leverage=feedback.LogNormal(8, 1.0, least=1, most=100),
        size=feedback.Pareto(100, 1.5, most=10_000),
        share_long=0.5,
        balanced=True,
        holdings={"BTC": 1.0},
        collateral={"ETH": rng.choice([0.0, 1.0], count)},
        rng=rng,
    )


def rules(rate: float, cut: float = 0.2, **more: object) -> cascade.CascadeRules:
    model = margin.FixedRate(rate, rate / 2) + margin.Haircut([0, cut])
    return cascade.CascadeRules(model, THIN, fee=0.002, **more)


def test_what_is_admitted_is_the_largest_position_that_may_be_opened() -> None:
    entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    table = ml.margin.Schedule.continuous([0, 2_000, 10_000], [0.05, 0.10, 0.20])
    model = margin.Tiered(table, table)
    money = np.array([50.0, 400, 3_000])
    asked = ml.accounts.open_accounts(money, [[500.0], [500], [-500]], entry)
    got = cascade.admitted(asked, entry, model).quantity[:, 0]
    empty = ml.accounts.open_accounts(money, [[0.0]] * 3, entry)
    for place, side in enumerate([1, 1, -1]):
        most = margin.largest_position(empty[place], entry, model, "BTC", side=side)
        assert got[place] == pytest.approx(float(most))


def test_what_fits_is_admitted_whole() -> None:
    asked = crowd()
    free = cascade.admitted(asked, ENTRY, margin.FixedRate(0.0, 0.0))
    assert np.array_equal(free.quantity, asked.quantity)
    assert np.array_equal(free.cash, asked.cash)


@settings(max_examples=25)
@given(rate=st.floats(0.01, 0.9), cut=st.floats(0, 0.9))
def test_admission_keeps_equity_and_coins_and_the_requirement(rate: float, cut: float) -> None:
    asked, model = crowd(), rules(rate, cut).model
    got = cascade.admitted(asked, ENTRY, model)
    own = ml.accounts.equity(asked, ENTRY)
    assert ml.accounts.equity(got, ENTRY) == pytest.approx(own)
    assert np.array_equal(got.quantity[:, 1], asked.quantity[:, 1])
    assert (np.abs(got.quantity) <= np.abs(asked.quantity)).all()
    opened = got.quantity[:, 0] != 0
    assert (model(got, ENTRY).initial[opened] <= own[opened]).all()


def test_an_account_with_nothing_that_counts_is_not_admitted() -> None:
    asked = ml.accounts.Accounts([[-900.0]], [[[10.0, 0.0]]])  # 100 of equity, all of it cut
    model = margin.FixedRate(0.05, 0.05) + margin.FixedCharge(200, True)
    assert cascade.admitted(asked, ENTRY, model).quantity.tolist() == [[[0.0, 0.0]]]


def test_the_larger_side_of_each_instrument_is_the_open_interest() -> None:
    entry = ml.market.at(ml.instruments.linear(["A", "B"]), [10, 1])
    held = ml.accounts.Accounts([0.0, 0.0], [[3.0, -50.0], [-1.0, 20.0]])
    assert cascade.open_interest(held, entry) == 30 + 50


def test_a_crowd_of_designs_is_each_of_them() -> None:
    asked, rates = crowd(), np.array([0.02, 0.10, 0.30])

    def model(accounts: ml.accounts.Accounts, market: ml.market.Market) -> margin.Requirement:
        each = rates[:, None, None]
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        cut = margin.Haircut([0, 0.2]).requirement(accounts, market).maintenance
        return margin.Requirement(each * size + cut, each / 2 * size + cut)

    shape = (len(rates), 1, len(asked.cash))
    many = ml.accounts.Accounts(
        np.broadcast_to(asked.cash, shape), np.broadcast_to(asked.quantity, (*shape, 2))
    )
    law = cascade.CascadeRules(model, THIN, fee=0.002)
    together = cascade.stress_test(many, ENTRY, law, DAYS.swapaxes(0, 1))
    for place, rate in enumerate(rates):
        alone = cascade.stress_test(asked, ENTRY, rules(rate), DAYS.swapaxes(0, 1))
        for name in ("fund_needed", "unpaid", "idle"):
            got, wanted = getattr(together, name)[place], getattr(alone, name)
            assert got == pytest.approx(wanted, abs=1e-9), name
        assert together.closed[:, place] == pytest.approx(alone.closed)


@settings(max_examples=25)
@given(fund=st.floats(0, 5_000), rate=st.sampled_from([0.01, 0.05, 0.2]), day=st.integers(0, 2))
def test_a_fund_as_large_as_needed_leaves_nothing_unpaid(
    fund: float, rate: float, day: int
) -> None:
    asked = crowd()
    got = cascade.stress_test(asked, ENTRY, rules(rate), DAYS[day], fund)
    bare = cascade.stress_test(asked, ENTRY, rules(rate), DAYS[day])
    size = cascade.open_interest(cascade.admitted(asked, ENTRY, rules(rate).model), ENTRY)
    assert got.fund_needed == pytest.approx(float(bare.fund_needed), abs=1e-9)
    short = got.missing[-1] * size - fund  # what is missing at the end, and the fund has not
    assert got.unpaid <= max(float(short), 0) + 1e-6
    if fund > got.fund_needed * size:
        assert got.unpaid == pytest.approx(0)


def test_a_quiet_day_costs_nothing_but_what_was_turned_away() -> None:
    got = cascade.stress_test(crowd(), ENTRY, rules(0.10), DAYS[2])
    assert got.closed.max() == got.fund_needed == got.unpaid == 0
    assert got.idle == pytest.approx(1 - got.admitted)
    assert 0 < got.admitted < 1


def test_idle_capital_counts_the_fund() -> None:
    got = cascade.stress_test(crowd(), ENTRY, rules(0.01), DAYS[1])
    assert got.fund_needed > 0
    assert got.idle > 1 - got.admitted


def test_slower_closing_closes_less_and_needs_more() -> None:
    path = np.repeat([[-0.03, -0.03]], 8, axis=0)
    fast = cascade.stress_test(crowd(), ENTRY, rules(0.05), path)
    slow = cascade.stress_test(crowd(), ENTRY, rules(0.05, policy=CloseShare(0.25)), path)
    assert slow.closed[-1] < fast.closed[-1]
    assert slow.fund_needed > fast.fund_needed


def test_longs_and_shorts_count_alike() -> None:
    """Turning the longs away is no way to have everyone: the larger side alone is not asked."""
    entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    asked = ml.accounts.open_accounts([10.0, 10.0], [[1.0], [-1.0]], entry)

    def one_sided(accounts: ml.accounts.Accounts, market: ml.market.Market) -> margin.Requirement:
        rate = np.where(accounts.quantity[..., 0] > 0, 0.5, 0.01)
        need = rate * ml.accounts.notional(accounts, market)[..., 0]
        return margin.Requirement(need, need / 2)

    law = cascade.CascadeRules(one_sided, ml.impact.linear_book(1e9))
    got = cascade.stress_test(asked, entry, law, [0.0])
    assert got.admitted == pytest.approx((0.2 + 1) / 2)
    assert got.idle == pytest.approx(0.4)


def test_what_is_taken_is_fee_slippage_and_the_losses_of_others() -> None:
    entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    asked = ml.accounts.open_accounts([10.0, 50.0], [[1.0], [-1.0]], entry)
    model, book = margin.FixedRate(0.10, 0.05), ml.impact.linear_book(1.0)  # 1 contract is 1 %
    calm = cascade.stress_test(asked, entry, cascade.CascadeRules(model, book, fee=0.01), [-0.06])
    fill = 94 * 0.995
    assert 60 * calm.taken == pytest.approx(94 - fill + 0.01 * fill)
    deep = ml.impact.linear_book(1e9)
    shared = cascade.CascadeRules(model, deep, losses=[cascade.SocialisedLoss()])
    for fund, others in [(0.0, 6.0), (4.0, 2.0), (9.0, 0.0)]:
        gap = cascade.stress_test(asked, entry, shared, [-0.16], fund)
        assert 60 * gap.taken == pytest.approx(others)
        assert gap.fund_needed == pytest.approx(0.06)
        assert gap.unpaid == pytest.approx(0)
        assert gap.idle == pytest.approx(fund / (60 + fund))
        unshared = cascade.CascadeRules(model, deep)  # nobody pays, and the winner goes without
        assert 60 * cascade.stress_test(asked, entry, unshared, [-0.16], fund).taken == (
            pytest.approx(others)
        )


def test_a_winner_closed_by_force_was_closed_needlessly() -> None:
    entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    asked = ml.accounts.open_accounts([10.0, 50.0], [[1.0], [-1.0]], entry)
    deep = ml.impact.linear_book(1e9)
    law = cascade.CascadeRules(margin.FixedRate(0.10, 0.05), deep)
    handed = cascade.CascadeRules(law.model, deep, losses=[cascade.AutoDeleveraging()])
    assert cascade.stress_test(asked, entry, law, [-0.16]).needless == 0  # it was bankrupt
    assert cascade.stress_test(asked, entry, handed, [-0.16]).needless == pytest.approx(0.5)
    assert cascade.stress_test(asked, entry, handed, [-0.16]).fund_needed == pytest.approx(0.06)
    assert cascade.stress_test(asked, entry, law, [-0.06, 0.05]).needless == pytest.approx(0.5)


def test_who_lost_a_part_needlessly_counts_for_that_part() -> None:
    entry = ml.market.at(ml.instruments.linear(["BTC"]), [100])
    asked = ml.accounts.open_accounts([40.0, 200.0], [[4.0], [-4.0]], entry)
    deep = ml.impact.linear_book(1e9)
    law = cascade.CascadeRules(margin.FixedRate(0.10, 0.05), deep, policy=CloseShare(0.25))
    assert cascade.stress_test(asked, entry, law, [-0.06, 0.05]).needless == pytest.approx(1 / 8)


@settings(max_examples=15)
@given(rate=st.sampled_from([0.02, 0.1, 0.3]), fund=st.floats(0, 5_000), side=st.booleans())
def test_losses_change_who_pays_and_not_what_is_missing(
    rate: float, fund: float, side: bool
) -> None:
    moves = DAYS[1] if side else 1 / (1 + DAYS[1]) - 1
    bare = cascade.stress_test(crowd(), ENTRY, rules(rate), moves, fund)
    law = rules(rate, losses=[cascade.SocialisedLoss("equity")])
    shared = cascade.stress_test(crowd(), ENTRY, law, moves, fund)
    assert shared.fund_needed == pytest.approx(float(bare.fund_needed), rel=0.1, abs=1e-3)
    assert shared.taken >= bare.taken - 1e-9
    assert 0 <= shared.needless <= 1
    assert 0 <= shared.taken <= 1


def test_bad_input_is_refused() -> None:
    many = ml.market.at(BOOK, [[100, 10], [90, 9]])
    with pytest.raises(ml.MarginError, match="one set of prices"):
        cascade.stress_test(crowd(), many, rules(0.1), DAYS[0])
    with pytest.raises(ml.MarginError, match="fund must not be negative"):
        cascade.stress_test(crowd(), ENTRY, rules(0.1), DAYS[0], fund=-1)
