"""What must hold for every account, market and rule, not only for examples."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marginlib import market
from marginlib.accounts import Accounts, deposit, equity, isolate, open_accounts, trade
from marginlib.instruments import Instruments, cash, inverse, join, linear
from marginlib.liquidation import bankruptcy_price, liquidation_price, margin_call, status
from marginlib.liquidation.prices import _closed_form, _search
from marginlib.margin import (
    ClosingFee,
    FixedRate,
    Model,
    Tiered,
    headroom,
    largest_position,
    on_entry,
)
from marginlib.margin.asking import lines
from marginlib.margin.schedule import Schedule
from marginlib.market import Market

BOOKS = [
    linear(["BTC", "ETH"], size=[1, 0.1]),
    inverse(["BTC", "ETH"], size=[100, 10]),
    join(linear(["BTC"]), cash(["ETH"])),
]
rates = st.floats(0.001, 0.5)
prices = st.floats(0.01, 1e5)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Return a continuous table of one to six brackets."""
    steps = draw(st.lists(st.floats(1.0, 1e6), max_size=5))
    rate = sorted(draw(st.lists(rates, min_size=len(steps) + 1, max_size=len(steps) + 1)))
    return Schedule.continuous(np.cumsum([0.0, *steps]), rate)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    book: Instruments = draw(st.sampled_from(BOOKS))
    return market.at(book, draw(st.lists(prices, min_size=2, max_size=2)))


@st.composite
def rules(draw: st.DrawFn, now: Market) -> Model:
    """Return a model whose lines have rates below one."""
    kind = draw(st.sampled_from(["fixed", "tiered", "fee", "entry", "scaled"]))
    if kind == "fixed":
        low = draw(st.lists(rates, min_size=2, max_size=2))
        return FixedRate([2 * rate for rate in low], low)
    table = draw(schedules())
    tiers = Tiered(table, [table, draw(schedules())])
    fee = ClosingFee(draw(st.floats(0, 0.01)))
    if kind == "entry":
        return on_entry(tiers, market.moved(now, draw(st.floats(-0.5, 0.5)))) + fee
    if kind == "scaled":
        return draw(st.floats(0.1, 1.5)) * (tiers + fee)
    return tiers + fee if kind == "fee" else tiers


@st.composite
def people(draw: st.DrawFn, now: Market, count: int = 3) -> Accounts:
    """Return accounts with positions of one to a million in the ledger's currency."""
    size = st.floats(1.0, 1e6)
    signed = st.builds(lambda amount, sign: amount * sign, size, st.sampled_from([-1, 0, 1]))
    value = draw(st.lists(signed, min_size=2 * count, max_size=2 * count))
    collateral = draw(st.lists(size, min_size=count, max_size=count))
    held = np.reshape(value, (count, 2)) / np.abs(now.value)
    held = np.where(now.instruments.is_cash, np.abs(held), held)  # rates do not cover debts
    return open_accounts(collateral, held, now)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Accounts, Market, Model]:
    now = draw(markets())
    return draw(people(now)), now, draw(rules(now))


@given(situations())
def test_at_the_liquidation_price_equity_equals_maintenance(situation) -> None:
    accounts, now, rule = situation
    price = liquidation_price(accounts, now, rule, "BTC")
    found = np.isfinite(price)
    there = market.with_price(now, "BTC", np.where(found, price, 1.0))
    # Sums of large amounts that cancel carry the rounding of their largest part.
    scale = np.abs(accounts.cash) + np.abs(accounts.quantity * there.value).sum(axis=-1)
    off = np.abs(headroom(accounts, there, rule)) / scale
    assert (off[found] < 1e-12).all()


@given(situations())
def test_no_liquidation_price_means_that_no_price_changes_anything(situation) -> None:
    accounts, now, rule = situation
    none = np.isnan(liquidation_price(accounts, now, rule, "BTC"))
    grid = market.with_price(now, "BTC", now["BTC"] * np.geomspace(1e-3, 1e3, 61)[:, None])
    safe = headroom(accounts, grid, rule) >= 0
    assert (safe.all(axis=0) | ~safe.any(axis=0))[none].all()


@settings(max_examples=60)
@given(situations())
def test_closed_form_equals_search(situation) -> None:
    accounts, now, rule = situation
    moving = lines(rule, accounts, now, now.instruments.index("BTC"))
    exact = _closed_form(accounts, now, moving, "BTC")
    searched = _search(accounts, now, rule, "BTC")
    reachable = np.abs(np.log(exact / now["BTC"])) < 13
    near = np.isfinite(exact) & reachable
    # Where the price hardly moves the account, its rounding is what the search sees.
    held = np.maximum(np.abs(accounts.quantity[..., 0] * now.value[..., 0]), 1e-300)
    scale = (np.abs(accounts.cash) + np.abs(accounts.quantity * now.value).sum(axis=-1)) / held
    assert (np.abs(searched / exact - 1) <= 1e-8 * (1 + scale))[near].all()
    assert np.isnan(searched[np.isnan(exact)]).all()


@given(situations())
def test_a_row_of_a_batch_is_the_single_account(situation) -> None:
    accounts, now, rule = situation
    need = rule(accounts, now)
    answers = [
        (need.initial, lambda one: rule(one, now).initial),
        (need.maintenance, lambda one: rule(one, now).maintenance),
        (equity(accounts, now), lambda one: equity(one, now)),
        (status(accounts, now, rule), lambda one: status(one, now, rule)),
        (margin_call(accounts, now, rule), lambda one: margin_call(one, now, rule)),
        (bankruptcy_price(accounts, now, "ETH"), lambda one: bankruptcy_price(one, now, "ETH")),
        (
            liquidation_price(accounts, now, rule, "BTC"),
            lambda one: liquidation_price(one, now, rule, "BTC"),
        ),
    ]
    for batch, question in answers:
        np.testing.assert_array_max_ulp(np.array([question(one) for one in accounts]), batch, 4)


@given(schedules(), st.floats(0, 1e8), st.floats(0, 1e6))
def test_a_requirement_is_non_negative_continuous_and_grows(table, size, more) -> None:
    low, high = table.requirement([size, size + more])
    assert 0 <= low <= high
    # Never steeper than the highest rate: that is what continuous means here.
    assert high - low <= table.rate[-1] * more + 1e-9 * (1 + high)


@given(schedules(), st.floats(0, 1e8))
def test_the_largest_notional_is_the_inverse(table, money) -> None:
    largest = table.largest_notional(money)
    assert abs(table.requirement(largest) - money) <= 1e-9 * (1 + money)


@given(schedules(), st.floats(1, 100), st.floats(0, 1e8))
def test_leverage_takes_the_larger_requirement(table, leverage, size) -> None:
    assume(leverage <= table.maximum_leverage)
    expected = max(size / leverage, float(table.requirement(size)))
    assert abs(table.at_leverage(leverage).requirement(size) - expected) <= 1e-9 * (1 + expected)


@given(situations(), st.floats(0, 1e6))
def test_more_collateral_never_brings_liquidation_nearer(situation, amount) -> None:
    accounts, now, rule = situation
    safe = headroom(accounts, now, rule) > 0
    before = liquidation_price(accounts, now, rule, "BTC")
    after = liquidation_price(deposit(accounts, amount), now, rule, "BTC")
    # No liquidation price at all is as far as it gets.
    distance_before, distance_after = (
        np.where(np.isnan(price), np.inf, np.abs(price / now["BTC"] - 1))
        for price in (before, after)
    )
    assert (distance_after >= distance_before * (1 - 1e-9) - 1e-9)[safe].all()


@given(markets(), st.lists(st.floats(-100, 100), min_size=8, max_size=8), st.permutations(range(4)))
def test_equity_does_not_depend_on_the_path_of_trades(now, amounts, order) -> None:
    trades = np.reshape(amounts, (4, 2))
    empty = open_accounts(1_000, [0, 0], now)
    together = trade(empty, now, trades.sum(axis=0))
    in_turn = empty
    for step in order:
        in_turn = trade(in_turn, now, trades[step])
    later = market.moved(now, [0.3, -0.2])
    scale = 1_000 + np.abs(trades * later.value).sum() + np.abs(trades * now.value).sum()
    assert abs(equity(together, later) - equity(in_turn, later)) <= 1e-12 * scale


@given(situations(), st.floats(0, 0.5), st.floats(-0.9, 2.0))
def test_isolating_makes_no_money(situation, share, move) -> None:
    accounts, now, _ = situation
    margin = share * equity(accounts, now)[:, None] * now.instruments.is_margined
    positions, wallet = isolate(accounts, now, margin)
    later = market.moved(now, move)
    split = Market(now.instruments, later.price)
    total = equity(positions, split).sum(axis=-1) + equity(wallet, split)
    scale = np.abs(accounts.cash) + np.abs(accounts.quantity * later.value).sum(axis=-1)
    assert (np.abs(total - equity(accounts, later)) <= 1e-11 * scale).all()


@given(situations(), st.sampled_from([1, -1]), st.floats(0, 0.01))
def test_the_largest_position_can_be_opened_and_no_larger(situation, side, fee) -> None:
    accounts, now, rule = situation
    largest = largest_position(accounts, now, rule, "BTC", fee=fee, side=side)

    def fits(quantity: np.ndarray) -> np.ndarray:
        after = trade(accounts, now, quantity[:, None] * [1, 0], fee)
        return equity(after, now) >= rule(after, now).initial

    opened = np.isfinite(largest) & (largest != 0)
    quantity = np.where(opened, largest, 0.0)
    assert fits(quantity)[opened].all()
    assert not fits(quantity * (1 + 1e-6))[opened].any()


@given(situations())
def test_a_call_is_due_exactly_below_maintenance(situation) -> None:
    accounts, now, rule = situation
    called = margin_call(accounts, now, rule, "maintenance") > 0
    assert (called == (headroom(accounts, now, rule) < 0)).all()
