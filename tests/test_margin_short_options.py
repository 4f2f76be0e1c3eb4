"""Options sold: by themselves, by their worst payoff, and with charges for bad prices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib import MarginError
from marginlib.accounts import Accounts, equity
from marginlib.instruments import cash, inverse, join, linear, options
from marginlib.margin import ShortOptionRate, ShortOptions, free_margin, headroom, options_apart
from marginlib.margin.expiry import net_calls, payoff, worst_payoff
from marginlib.margin.premiums import option_value
from marginlib.venues.protocols.contingencies import Depeg, LowConfidence
from marginlib.venues.protocols.expiry_loss import ExpiryLoss
from marginlib.venues.protocols.option_purchase import purchase_cost

many = settings(max_examples=100)

ALONE = ShortOptions(
    ShortOptionRate(0.15, 0.10),
    ShortOptionRate(minimum=0.075),
    put_maintenance=ShortOptionRate(minimum=0.075, mark=0.075),
    put_floor=1.05,
)
TOGETHER = ExpiryLoss(ALONE, unpaired_initial=1.2, unpaired_maintenance=1.1)
STRIKES = [80, 90, 100, 110, 120]


def market(spot: float = 100.0, strikes: list[float] = STRIKES) -> ml.market.Market:
    """Return a coin with a call and a put at each strike, of two expiries."""
    names = [f"{k} {c} {t}" for t in (0.1, 0.5) for c in "CP" for k in strikes]
    book = join(
        cash(["X"]),
        options(
            names,
            "X",
            list(strikes) * 4,
            expiry=np.repeat([0.1, 0.5], 2 * len(strikes)),
            is_call=np.tile(np.repeat([True, False], len(strikes)), 2),
        ),
    )
    return ml.market.at(book, [spot], np.full(len(names), 0.6))


NOW = market()
COUNT = len(NOW.instruments.options)
holdings = st.lists(st.integers(-5, 5), min_size=COUNT, max_size=COUNT).map(np.array)


def account(held: np.ndarray, money: float = 0.0) -> Accounts:
    held = np.asarray(held, dtype=float)
    return Accounts(money, np.concatenate([np.zeros((*held.shape[:-1], 1)), held], axis=-1))


# One option by itself


@pytest.mark.parametrize(
    ("rate", "spot", "strike", "is_call", "premium", "expected"),
    [
        # 20 % of 26.38 less 3.62 is 1.66, so 10 % of the price, 2.638, is asked.
        (ShortOptionRate(0.20, 0.10, put_base="strike"), 26.38, 30, True, 0.05, 2.638),
        # In the money there is nothing to take off.
        (ShortOptionRate(0.20, 0.10, put_base="strike"), 128.5, 120, True, 8.4, 25.7),
        # The minimum of a put on its strike is the larger one here.
        (ShortOptionRate(0.20, 0.10, put_base="strike"), 95, 80, False, 2, 8),
        (ShortOptionRate(0.20, 0.10), 95, 80, False, 2, 9.5),
        (ShortOptionRate(0.20, 0.10, put_base="underlying and premium"), 95, 80, False, 2, 9.7),
        # 3 % of the index, 3 % of the mark, and 0.2 % for closing out.
        (ShortOptionRate(minimum=0.03, mark=0.03, fee=0.002), 30_000, 20_000, True, 300, 960),
        (ShortOptionRate(minimum=0.03, mark=0.03, fee=0.002), 100, 400, False, 300, 9.2),
    ],
)
def test_what_comes_on_top_of_the_premium(rate, spot, strike, is_call, premium, expected) -> None:
    assert float(rate.above_premium(spot, strike, is_call, premium)) == pytest.approx(expected)


def test_a_put_has_rates_and_a_floor_of_its_own() -> None:
    book = join(cash(["X"]), options(["put"], "X", 300, expiry=0, is_call=False))
    now = ml.market.at(book, [100], [0.5])  # worth 200
    need = ALONE(Accounts(0, [0, -1]), now)
    assert float(need.maintenance) == pytest.approx(15)  # 7.5 % of the premium, not of 100
    assert float(need.initial) == pytest.approx(1.05 * 215 - 200)


def test_no_floor_is_held_unless_it_is_asked_for() -> None:
    low = ShortOptionRate(minimum=0.05), ShortOptionRate(minimum=0.1)
    sold = account([-1] + [0] * (COUNT - 1))
    assert ShortOptions(*low)(sold, NOW).initial < ShortOptions(*low)(sold, NOW).maintenance


def test_rates_may_differ_between_options() -> None:
    book = join(cash(["X"]), options(["a", "b"], "X", 100, expiry=0, is_call=True))
    now = ml.market.at(book, [100], [0.5, 0.5])
    rate = ShortOptionRate([0.15, 0.30], 0.10)
    each = ShortOptions(rate, rate).each(Accounts(0, [0, -1, -1]), now)
    assert each.initial.tolist() == [15, 30]


def test_an_inverse_option_needs_coin() -> None:
    book = join(
        inverse(["BTC"], size=10, currency="BTC"),
        options(["C"], "BTC", 60_000, expiry=0.1, is_call=True, currency="BTC", inverse=True),
    )
    now = ml.market.at(book, [50_000], [0.6])
    need = ALONE(Accounts(0, [0, -2]), now)
    # 20 % out of the money leaves the minimum: 0.10 and 0.075 coin for each of two contracts.
    assert float(need.initial) == pytest.approx(0.20)
    assert float(need.maintenance) == pytest.approx(0.15)


def test_nothing_may_be_borrowed_on_an_option_bought() -> None:
    held = account(np.eye(COUNT)[3])
    assert float(free_margin(held, NOW, ALONE)) == pytest.approx(0)
    assert float(ShortOptions(ALONE.initial, ALONE.initial, long=0.75)(held, NOW).initial) == (
        pytest.approx(0.75 * float(option_value(held, NOW)))
    )


def test_bybits_bear_put_spread_with_its_value_apart_and_inside() -> None:
    # The venue prints 2,315 and 938. Its index and prices follow from them: a tenth, or 3.2 %, of
    # 20,250 and 290 for the put sold. The strikes do not matter as long as that minimum holds.
    spot, strikes, prices = 20_250, [20_000, 19_000], [750.0, 290.0]
    book = join(cash(["BTC"]), options(["20", "19"], "BTC", strikes, 0.1, is_call=False))
    volatility = [
        float(ml.black.black_volatility(price, spot, strike, 0.1, False))
        for price, strike in zip(prices, strikes, strict=True)
    ]
    now = ml.market.at(book, [spot], volatility)
    spread, rules = Accounts(5_000, [0, 1, -1]), ml.venues.rules("bybit_options", instruments=book)
    inside = rules.model(spread, now)
    assert (float(inside.initial), float(inside.maintenance)) == pytest.approx((2_775, 1_398))
    apart = options_apart(spread, now, rules.model)
    assert float(apart.requirement.initial) == pytest.approx(2_315)
    assert float(apart.requirement.maintenance) == pytest.approx(938)
    free = float(ml.margin.free_margin(spread, now, rules.model))
    assert float(apart.balance - apart.requirement.initial) == pytest.approx(free)


def test_without_options_nothing_is_needed() -> None:
    now = ml.market.at(cash(["X"]), [100])
    for model in (ALONE, TOGETHER):
        assert model(Accounts([0, 1], [[1], [2]]), now).initial.tolist() == [0, 0]


@many
@given(st.floats(60, 150), st.floats(-30, 30))
def test_a_call_mirrors_a_put(spot, away) -> None:
    """With equal rates, a call and a put as far out of the money need the same on top."""
    rate = ShortOptionRate(0.15, 0.10)
    call = rate.above_premium(spot, spot + away, True, 0)
    assert float(call) == pytest.approx(float(rate.above_premium(spot, spot - away, False, 0)))


@many
@given(holdings, st.floats(60, 150), st.integers(1, 9))
def test_options_by_themselves_scale_and_add_up(held, spot, times) -> None:
    now = market(spot)
    one, more = ALONE(account(held), now), ALONE(account(times * held), now)
    assert float(more.initial) == pytest.approx(times * float(one.initial))
    apart = ALONE(account(np.diag(held)), now)
    assert float(apart.maintenance.sum()) == pytest.approx(float(one.maintenance))


@many
@given(holdings, st.floats(60, 150))
def test_maintenance_is_at_most_initial(held, spot) -> None:
    for model in (ALONE, TOGETHER):
        need = model(account(held), market(spot))
        assert float(need.maintenance) <= float(need.initial) + 1e-9


# Options left out of the balance


@many
@given(holdings, st.floats(0, 10_000))
def test_what_is_free_does_not_depend_on_where_options_are_counted(held, money) -> None:
    mine = account(held, money)
    seen = options_apart(mine, NOW, ALONE)
    assert float(seen.balance) == pytest.approx(money)
    free = seen.balance - seen.requirement.initial
    assert float(free) == pytest.approx(float(free_margin(mine, NOW, ALONE)), abs=1e-9)


def test_the_ratio_is_infinite_without_a_balance() -> None:
    seen = options_apart(account(-np.eye(COUNT)[0], money=0), NOW, ALONE)
    assert np.isinf(seen.ratio)


# The worst payoff


def test_payoffs_by_hand() -> None:
    strike, is_call = [90, 110], [True, False]
    assert payoff(100, strike, is_call).tolist() == [10, 10]
    assert payoff([[0], [200]], strike, is_call).tolist() == [[0, 110], [110, 0]]
    # A strangle sold loses most where the price falls to nothing, or beyond the grid.
    assert float(worst_payoff([110, 90], [True, False], [-1, -1])) == -90
    assert float(net_calls([True, False], [-1, -1])) == -1
    # A box is worth the distance of its strikes whatever happens.
    box = [1, -1, -1, 1]
    assert float(worst_payoff([90, 110, 90, 110], [True, True, False, False], box)) == 0
    assert float(worst_payoff([90, 110, 90, 110], [True, True, False, False], -np.array(box))) == (
        -20
    )


@many
@given(holdings, st.floats(0, 300))
def test_no_price_is_worse_than_the_worst_if_calls_are_paired(held, price) -> None:
    strike, is_call = NOW.instruments.option_terms.strike, NOW.instruments.option_terms.is_call
    paid = float(payoff(price, strike, is_call) @ held)
    bare = min(float(net_calls(is_call, held)), 0.0) * max(price - 120, 0.0)
    assert paid >= float(worst_payoff(strike, is_call, held)) + bare - 1e-9


def test_a_ratio_spread_pays_for_its_unpaired_calls() -> None:
    book = join(cash(["X"]), options(["a", "b"], "X", [100, 110], expiry=0, is_call=True))
    now = ml.market.at(book, [105], [0.5, 0.5])  # worth 5 and 0
    need = ExpiryLoss(ALONE, 0.5, 0.1)(Accounts(0, [0, 10, -11]), now)
    # Worst at expiry: nothing at 100 and below. One call is bare, at a forward of 105.
    assert float(need.initial) == pytest.approx(50 + 0.5 * 105)
    assert float(need.maintenance) == pytest.approx(50 + 0.1 * 105)


@many
@given(holdings, st.floats(60, 150))
def test_the_worst_payoff_never_asks_for_more_than_each_by_itself(held, spot) -> None:
    now = market(spot)
    joint, alone = TOGETHER(account(held), now), ALONE(account(held), now)
    assert float(joint.initial) <= float(alone.initial) + 1e-9
    assert float(joint.maintenance) <= float(alone.maintenance) + 1e-9


@many
@given(holdings, st.integers(0, COUNT - 1), st.integers(1, 5), st.floats(60, 150))
def test_buying_an_option_for_nothing_never_hurts(held, leg, more, spot) -> None:
    now = market(spot)
    gift = np.array(held)
    gift[leg] += more
    before = float(headroom(account(held), now, TOGETHER))
    assert float(headroom(account(gift), now, TOGETHER)) >= before - 1e-9


@many
@given(st.lists(holdings, min_size=1, max_size=5), st.floats(60, 150))
def test_a_row_of_a_batch_is_the_single_account(rows, spot) -> None:
    now = market(spot)
    for model in (ALONE, TOGETHER, Depeg(0.9, 0.98, 1.2)):
        batch = model(account(np.array(rows)), now)
        for place, held in enumerate(rows):
            one = model(account(held), now)
            assert float(batch.initial[place]) == pytest.approx(float(one.initial), abs=1e-9)
            assert float(batch.maintenance[place]) == pytest.approx(
                float(one.maintenance), abs=1e-9
            )


@many
@given(holdings, st.integers(1, 7), st.permutations(range(COUNT)))
def test_worst_payoffs_scale_and_do_not_depend_on_the_order(held, times, order) -> None:
    terms = NOW.instruments.option_terms
    place = list(order)
    one = float(worst_payoff(terms.strike, terms.is_call, held))
    turned = worst_payoff(terms.strike[place], terms.is_call[place], times * held[place])
    assert float(turned) == pytest.approx(times * one)


def test_many_markets_at_once() -> None:
    held = account(-np.eye(COUNT)[[0, 7]])
    grid = ml.market.moved(NOW, np.array([[[-0.1]], [[0.0]], [[0.1]]]))
    found = TOGETHER(held, grid)
    assert found.initial.shape == (3, 2)
    for row, move in enumerate((-0.1, 0.0, 0.1)):
        single = TOGETHER(held, ml.market.moved(NOW, move))
        np.testing.assert_allclose(found.initial[row], single.initial)


def test_a_put_paid_in_coin_has_no_worst_payoff() -> None:
    book = join(
        inverse(["BTC"], size=10, currency="BTC"),
        options(["P"], "BTC", 60_000, expiry=0.1, is_call=False, currency="BTC", inverse=True),
    )
    now = ml.market.at(book, [50_000], [0.6])
    with pytest.raises(MarginError, match="ExpiryLoss does not cover 'P', an option paid in coin"):
        TOGETHER(Accounts(0, [0, -1]), now)


# Prices that cannot be trusted


def test_low_confidence_charges_contracts_short_options_and_collateral() -> None:
    book = join(
        cash(["X"]),
        linear(["P"], size=2, underlying="X"),
        options(["C"], "X", 100, expiry=1, is_call=True, size=3),
    )
    now = ml.market.at(book, [100, 105], [0.5])
    unsure = LowConfidence([0.3, 0.3, 0.3], threshold=0.4, factor=0.5)
    # 0.7 x 0.5 of 100 for every unit: the perpetual counts the price of what it is on.
    for quantity, units in [([1, 0, 0], 1), ([0, -1, 0], 2), ([0, 0, -1], 3), ([0, 0, 5], 0)]:
        need = unsure(Accounts(0, quantity), now)
        assert float(need.initial) == pytest.approx(35 * units)
        assert float(need.maintenance) == 0
    assert float(LowConfidence([0.4] * 3, 0.4, 0.5)(Accounts(0, [1, 1, -1]), now).initial) == 0


def test_contracts_of_other_kinds_count_their_value() -> None:
    now = ml.market.at(inverse(["BTC"], size=100), [25_000])
    assert float(Depeg(0.5, 1, 1)(Accounts(0, [-10]), now).initial) == pytest.approx(0.02)


@many
@given(st.floats(0, 2), st.floats(0, 2))
def test_a_deeper_depeg_never_charges_less(one, other) -> None:
    held = account(-np.ones(COUNT))
    low, high = sorted((one, other))
    deep, flat = (Depeg(price, 0.98, 1.2)(held, NOW).initial for price in (low, high))
    assert float(deep) >= float(flat) >= 0
    assert (float(flat) == 0) == (high >= 0.98)


# What an option costs


def test_the_fee_is_capped_by_the_premium() -> None:
    cost = purchase_cost([3_500, 8], 1, underlying=42_000, fee=0.0003, fee_cap=0.125)
    assert cost.fee.tolist() == pytest.approx([12.6, 1.0])
    assert cost.total.tolist() == pytest.approx([3_512.6, 9.0])


def test_equity_counts_options_at_their_value() -> None:
    """What the ledger means by a requirement on top of the premium."""
    sold = ml.accounts.open_accounts(50, np.append(0.0, -np.eye(COUNT)[2]), NOW)
    assert float(equity(sold, NOW)) == pytest.approx(50)
    assert float(sold.cash) == pytest.approx(50 + float(NOW.value[3]))
