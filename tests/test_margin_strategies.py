"""Strategy margin: options that cover each other, and shares that cover them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marginlib as ml
from marginlib import MarginError
from marginlib.accounts import Accounts, open_accounts
from marginlib.instruments import cash, inverse, join, options, shares
from marginlib.margin import ShareMargin, StrategyMargin
from marginlib.margin.expiry import worst_payoff
from marginlib.margin.strategies import (
    BROAD_INDEX_OPTIONS,
    EQUITY_OPTIONS,
    BrokerPractice,
    OptionLegs,
    cheapest_pairing,
    leveraged_option_rate,
)
from marginlib.margin.strategies.pairing import Pairing
from marginlib.margin.strategies.ways import known_ways
from marginlib.venues.protocols.charges import MinimumEquity

some = settings(max_examples=60)

SPOT = 100.0


def worth(strike: float, is_call: bool, years: float) -> float:
    return float(ml.black.black_value(SPOT, strike, years, 0.4, is_call))


def legs_of(
    rows: list[tuple[float, bool, float, float]], held: float = 0.0, maintenance: bool = True
) -> OptionLegs:
    """Return the legs of (strike, is_call, quantity, years), options at their model value."""
    strike, is_call, quantity, years = (list(column) for column in zip(*rows, strict=True))
    premium = [worth(k, c, t) for k, c, _, t in rows]
    above = EQUITY_OPTIONS.above_premium(SPOT, strike, is_call, premium)
    bought, sold = ShareMargin().per_share(SPOT)
    need = bought if held > 0 else sold
    each = need.maintenance if maintenance else need.initial
    return OptionLegs(
        SPOT, strike, is_call, quantity, premium, above, years, shares=held, share_need=float(each)
    )


def names(found: Pairing) -> list[str]:
    return sorted(part.name for part in found.parts)


leg = st.tuples(
    st.sampled_from([80.0, 90.0, 100.0, 110.0, 120.0]),
    st.booleans(),
    st.sampled_from([-3, -2, -1, 1, 2, 3]),
    st.sampled_from([0.1, 0.3, 1.0]),
)
books = st.lists(leg, min_size=1, max_size=5)
share_lots = st.sampled_from([-300.0, -100.0, 0.0, 150.0, 300.0])


# Strategies by hand; the published cases hold many more


def test_a_butterfly_needs_no_more_than_what_it_cost() -> None:
    found = cheapest_pairing(
        legs_of([(90, True, 1, 0.1), (100, True, -2, 0.1), (110, True, 1, 0.1)])
    )
    cost = worth(90, True, 0.1) - 2 * worth(100, True, 0.1) + worth(110, True, 0.1)
    assert found.need == 0
    assert found.deposit == pytest.approx(100 * cost)


def test_an_option_bought_that_dies_first_covers_nothing() -> None:
    early = cheapest_pairing(legs_of([(100, True, -1, 0.3), (100, True, 1, 0.1)]))
    late = cheapest_pairing(legs_of([(100, True, -1, 0.1), (100, True, 1, 0.3)]))
    assert names(early) == ["naked"]
    assert names(late) == ["spread"]
    assert late.need == 0


def test_expiries_are_paired_so_that_each_long_covers_one_that_ends_before() -> None:
    found = cheapest_pairing(
        legs_of(
            [(100, True, -1, 0.1), (100, True, 1, 0.1), (110, True, -1, 0.3), (105, True, 1, 1.0)]
        )
    )
    assert names(found) == ["spread", "spread"]
    assert found.need == 0


def test_a_ratio_spread_is_a_spread_and_a_naked_call() -> None:
    found = cheapest_pairing(legs_of([(105, True, 1, 0.1), (110, True, -2, 0.1)]))
    alone = cheapest_pairing(legs_of([(110, True, -1, 0.1)]))
    assert names(found) == ["naked", "spread"]
    assert found.need == pytest.approx(alone.need)


def test_a_spread_need_not_be_taken_where_naked_is_cheaper() -> None:
    # 10 % of the strike and a small premium are less than the distance of 60.
    found = cheapest_pairing(legs_of([(80, False, -1, 0.1), (20, False, 1, 0.1)]))
    assert names(found) == ["naked"]


def test_a_strangle_needs_the_larger_side_and_the_other_premium() -> None:
    found = cheapest_pairing(legs_of([(110, True, -2, 0.1), (90, False, -1, 0.1)]))
    call, put = (110, True), (90, False)
    full = {side: worth(*side, 0.1) for side in (call, put)}
    # Both are 10 away, so the call's 10 % of 100 is the larger by base, and 10 % of 90 the put's.
    naked_call, naked_put = full[call] + 10, full[put] + 10
    larger = max(naked_call + full[put], naked_put + full[call])
    assert names(found) == ["naked", "strangle"]
    assert found.need == pytest.approx(100 * (larger + naked_call))


@pytest.mark.parametrize(("strikes", "sizes"), [((110, 60), [100, 10]), ((140, 90), [10, 100])])
def test_contracts_of_two_sizes_are_no_strangle(
    strikes: tuple[float, float], sizes: list[float]
) -> None:
    # The small contract's premium is so little that a strangle of the large one would be cheaper.
    legs = legs_of([(strikes[0], True, -1, 0.1), (strikes[1], False, -1, 0.1)])
    assert names(cheapest_pairing(legs)) == ["strangle"]
    assert names(cheapest_pairing(replace(legs, size=sizes))) == ["naked", "naked"]


def test_a_covered_call_adds_what_it_is_in_the_money_by() -> None:
    out = cheapest_pairing(legs_of([(110, True, -1, 0.1)], held=100))
    inside = cheapest_pairing(legs_of([(90, True, -1, 0.1)], held=100))
    assert names(out) == names(inside) == ["covered", "shares"]
    assert out.need == 2_500
    assert inside.need == pytest.approx(0.25 * 90 * 100 + 1_000)  # no more than the strike
    opening = cheapest_pairing(legs_of([(90, True, -1, 0.1)], held=100), maintenance=False)
    assert opening.need == 2_500 + 1_000


SPY = {"premium": 112, "above_premium": 0, "size": 100}


def test_a_covered_call_far_in_the_money_stays_at_its_strike() -> None:
    legs = OptionLegs(410, [300], [True], [-1], **SPY, shares=100, share_need=0.25 * 410)
    assert cheapest_pairing(legs).need == pytest.approx(18_500)
    assert cheapest_pairing(legs, maintenance=False).need == pytest.approx(10_250 + 11_000)
    # A call out of the money, and a put that shares sold short cover, need what they needed.
    out = OptionLegs(410, [420], [True], [-1], 1, 500, shares=100, share_need=102.5)
    put = OptionLegs(410, [420], [False], [-1], 11, 500, shares=-100, share_need=123)
    assert cheapest_pairing(out).need == pytest.approx(10_250)
    assert cheapest_pairing(put).need == pytest.approx(12_300 + 1_000)


@pytest.mark.parametrize(
    ("strike", "seen"), [(200, 53_714), (300, 38_756), (400, 23_752), (500, 20_939)]
)
def test_a_broker_takes_covered_shares_at_the_strike_to_open(strike: float, seen: float) -> None:
    # Two covered calls on SPY at 418.77, at a quarter: what one broker showed, rounded as it does.
    legs = OptionLegs(418.77, [strike], [True], [-2], 1, 500, shares=200, share_need=0.25 * 418.77)
    practice = BrokerPractice(shares_at_strike_to_open=True)
    found = cheapest_pairing(legs, maintenance=False, practice=practice)
    assert found.need == pytest.approx(seen, rel=8e-4)
    plain = cheapest_pairing(legs, maintenance=False).need
    assert plain == pytest.approx(200 * (max(418.77 - strike, 0) + 0.25 * 418.77))


def test_a_short_box_needs_what_closing_it_costs() -> None:
    # Sold for 9.9 where 10 will be due, between 95 and 105: a call spread and a put spread.
    strike, is_call, quantity = [95, 105, 95, 105], [True, True, False, False], [-1, 1, 1, -1]
    box = OptionLegs(100, strike, is_call, quantity, [7.95, 3, 3, 7.95], [20, 0, 0, 20])
    assert cheapest_pairing(box).need == 1_000
    practice = BrokerPractice(box_closing_share=1.02)
    assert cheapest_pairing(box, practice=practice).need == pytest.approx(1.02 * 990)
    assert cheapest_pairing(box, practice=BrokerPractice(box_closing_share=1)).need == 1_000
    condor = OptionLegs(100, strike, is_call, [1, -1, 1, -1], [7.95, 3, 3, 7.95], [0, 20, 0, 20])
    spread = cheapest_pairing(condor, practice=practice).need
    assert spread == cheapest_pairing(condor).need  # no box: what it pays depends on the price


def test_a_short_collar_stays_as_protected_shares_and_a_naked_put() -> None:
    above = EQUITY_OPTIONS.above_premium(524.62, [534, 514], [True, False], [5, 3])
    legs = OptionLegs(
        524.62, [534, 514], [True, False], [1, -1], [5, 3], above, shares=-100, share_need=262.31
    )
    protected, naked = 53.4 + 9.38, 0.2 * 524.62 - 10.62
    stay = cheapest_pairing(legs)
    assert names(stay) == ["naked", "protected", "shares"]
    assert (
        stay.need == pytest.approx(100 * (protected + naked + 3)) == pytest.approx(15_708.4 + 300)
    )
    assert cheapest_pairing(legs, maintenance=False).need == pytest.approx(26_231)


def test_a_covered_put_mirrors_a_covered_call() -> None:
    out = cheapest_pairing(legs_of([(90, False, -1, 0.1)], held=-100))
    inside = cheapest_pairing(legs_of([(110, False, -1, 0.1)], held=-100))
    assert out.need == 3_000
    assert inside.need == 3_000 + 1_000


def test_shares_cover_only_as_many_calls_as_they_can_deliver() -> None:
    found = cheapest_pairing(legs_of([(110, True, -2, 0.1)], held=150))
    assert names(found) == ["covered", "naked", "shares"]


def test_a_protective_put_lets_shares_need_less_to_stay_and_not_to_open() -> None:
    rows = [(95.0, False, 1.0, 0.1)]
    staying = cheapest_pairing(legs_of(rows, held=100))
    assert staying.need == pytest.approx(100 * (9.5 + 5))
    opening = cheapest_pairing(legs_of(rows, held=100, maintenance=False), maintenance=False)
    assert opening.need == 5_000


def test_a_protective_call_mirrors_it() -> None:
    found = cheapest_pairing(legs_of([(105, True, 1, 0.1)], held=-100))
    assert found.need == pytest.approx(100 * (10.5 + 5))


def test_a_collar_and_a_conversion() -> None:
    collar = cheapest_pairing(legs_of([(90, False, 1, 0.1), (110, True, -1, 0.1)], held=100))
    assert names(collar) == ["collar", "shares"]
    assert collar.need == pytest.approx(100 * (9 + 10))
    conversion = cheapest_pairing(legs_of([(90, False, 1, 0.1), (90, True, -1, 0.1)], held=100))
    assert names(conversion) == ["conversion", "shares"]
    assert conversion.need == pytest.approx(100 * (9 + 10))
    reverse = cheapest_pairing(legs_of([(110, True, 1, 0.1), (110, False, -1, 0.1)], held=-100))
    assert reverse.need == pytest.approx(100 * (11 + 10))


def test_a_long_dated_option_needs_three_quarters_of_its_price() -> None:
    found = cheapest_pairing(legs_of([(100, True, 2, 1.0)]))
    assert found.deposit == pytest.approx(0.75 * 200 * worth(100, True, 1.0))
    short_dated = cheapest_pairing(legs_of([(100, True, 2, 0.3)]))
    assert short_dated.deposit == pytest.approx(200 * worth(100, True, 0.3))


def test_half_contracts_may_be_split() -> None:
    found = cheapest_pairing(legs_of([(105, True, 0.5, 0.1), (110, True, -1.25, 0.1)]))
    alone = cheapest_pairing(legs_of([(110, True, -1, 0.1)]))
    assert found.need == pytest.approx(0.75 * alone.need)


# What holds for any legs


@some
@given(books, share_lots)
def test_everything_sold_is_in_a_strategy_and_nothing_is_used_twice(rows, held) -> None:
    legs = legs_of(rows, held)
    used = np.zeros(len(rows) + 1)
    for part in cheapest_pairing(legs).parts:
        for row, amount in part.uses.items():
            used[row] += amount if part.name != "shares" else 0.0
    sold = legs.quantity < 0
    np.testing.assert_allclose(used[:-1][sold], legs.quantity[sold])
    assert (used[:-1][~sold] <= legs.quantity[~sold] + 1e-9).all()
    assert abs(used[-1]) <= abs(held) + 1e-9


@some
@given(books)
def test_no_pairing_needs_more_than_every_option_by_itself(rows) -> None:
    legs = legs_of(rows)
    naked = sum(-legs.quantity[i] * 100 * legs.naked(i) for i in legs.sold)
    assert cheapest_pairing(legs).need <= naked + 1e-6


@some
@given(books)
def test_no_pairing_costs_less_than_the_worst_that_can_happen(rows) -> None:
    """With all calls sold paired by spreads alone, the need covers the joint loss at expiry."""
    legs = legs_of([(k, c, q, 0.1) for k, c, q, _ in rows])
    found = cheapest_pairing(legs)
    if set(names(found)) <= {"spread"}:
        strike, is_call, held = legs.strike, legs.is_call, legs.quantity * 100
        assert found.need >= -float(worst_payoff(strike, is_call, held)) - 1e-6


@some
@given(books, share_lots, st.randoms(use_true_random=False))
def test_the_order_of_legs_does_not_matter(rows, held, random) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = cheapest_pairing(legs_of(rows, held)), cheapest_pairing(legs_of(mixed, held))
    assert one.need == pytest.approx(other.need, abs=1e-6)


@some
@given(books, share_lots, st.integers(2, 4))
def test_a_larger_book_needs_at_most_in_proportion(rows, held, times) -> None:
    """Never more, because the same pairing fits; sometimes less, with more contracts to pair."""
    more = [(k, c, q * times, t) for k, c, q, t in rows]
    one, many = cheapest_pairing(legs_of(rows, held)), cheapest_pairing(legs_of(more, held * times))
    assert many.need <= times * one.need + 1e-6


@some
@given(books, leg, share_lots)
def test_an_option_bought_never_raises_the_need(rows, gift, held) -> None:
    strike, is_call, quantity, years = gift
    with_gift = [*rows, (strike, is_call, abs(quantity), years)]
    before, after = (
        cheapest_pairing(legs_of(rows, held)),
        cheapest_pairing(legs_of(with_gift, held)),
    )
    assert after.need <= before.need + 1e-6


def test_the_cheapest_of_all_pairings_of_small_books_is_found() -> None:
    """Against trying every way to pair two calls sold with two bought, of any expiries."""
    sold = [(100.0, 0.1), (105.0, 0.3)]
    for bought in itertools.product([90.0, 100.0, 110.0], [0.1, 0.3], [95.0, 115.0], [0.1, 0.3]):
        first, second = bought[:2], bought[2:]
        rows = [(k, True, -1, t) for k, t in sold] + [(k, True, 1, t) for k, t in (first, second)]
        legs = legs_of(rows)
        best = np.inf
        for covers in itertools.permutations([2, 3, None, None], 2):
            total = 0.0
            for short, long in enumerate(covers):
                alone = 100 * legs.naked(short)
                if long is None or legs.years[long] < legs.years[short]:
                    total += alone
                else:
                    total += 100 * max(legs.strike[long] - legs.strike[short], 0.0)
            best = min(best, total)
        # Joint spreads may need less than pairs, where the gain of one pays for the other.
        assert cheapest_pairing(legs).need <= best + 1e-6
        assert cheapest_pairing(legs).need >= 0


# Whole accounts


BOOK = join(
    shares(["X", "Y"]),
    options(
        ["c", "p", "q"], "X", [110, 90, 80], expiry=0.1, is_call=[True, False, False], size=100
    ),
)
NOW = ml.market.at(BOOK, [SPOT, 40], [0.4, 0.4, 0.4])


@some
@given(
    st.lists(
        st.tuples(
            st.sampled_from([-100, 0, 100]),
            st.sampled_from([-50, 0, 50]),
            *[st.integers(-2, 2)] * 3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_row_of_a_batch_is_the_single_account(rows) -> None:
    rule = StrategyMargin()
    batch = rule(Accounts(0, rows), NOW)
    for place, row in enumerate(rows):
        one = rule(Accounts(0, row), NOW)
        assert float(batch.initial[place]) == float(one.initial)
        assert float(batch.maintenance[place]) == float(one.maintenance)
        assert float(one.maintenance) <= float(one.initial) + 1e-9


def test_underlyings_do_not_help_each_other() -> None:
    rule = StrategyMargin()
    covered = rule(Accounts(0, [100, 0, -1, 0, 0]), NOW)
    other = rule(Accounts(0, [0, 250, -1, 0, 0]), NOW)
    naked = rule(Accounts(0, [0, 0, -1, 0, 0]), NOW)
    alone = rule(Accounts(0, [0, 250, 0, 0, 0]), NOW)
    assert float(covered.maintenance) < 2_500
    assert float(other.maintenance) == pytest.approx(
        float(naked.maintenance) + float(alone.maintenance)
    )
    found = rule.pairings(Accounts(0, [100, 0, -1, 0, 0]), NOW)
    assert {name: names(pairing) for name, pairing in found.items()} == {"X": ["covered", "shares"]}


def test_opening_at_the_requirement_leaves_nothing_free() -> None:
    rule = StrategyMargin()
    quantity = [0, 0, 0, -1, 1]
    need = rule(Accounts(0, quantity), NOW).initial
    spread = open_accounts(need, quantity, NOW)
    # What is in the account is the premium received and the deposit: the width of the spread.
    assert float(spread.cash) == pytest.approx(1_000)


def test_coins_held_in_full_cover_calls() -> None:
    book = join(cash(["X"]), options(["c"], "X", 110, expiry=0.1, is_call=True))
    now = ml.market.at(book, [SPOT], [0.4])
    assert float(StrategyMargin()(Accounts(0, [1, -1]), now).initial) == 0
    assert float(StrategyMargin()(Accounts(0, [0, -1]), now).initial) == pytest.approx(10)


def test_broad_indices_and_leveraged_funds_have_rates_of_their_own() -> None:
    assert float(BROAD_INDEX_OPTIONS.above_premium(SPOT, SPOT, True, 3)) == pytest.approx(15)
    fund = leveraged_option_rate(EQUITY_OPTIONS, 3)
    assert float(fund.above_premium(390.7, 400, False, 15.5)) == pytest.approx(0.6 * 390.7)
    assert float(leveraged_option_rate(EQUITY_OPTIONS, 9).standard) == 1


def test_the_minimum_is_asked_of_those_who_borrow_or_sell_short() -> None:
    rule = MinimumEquity(StrategyMargin(), 2_000)
    need = rule(Accounts(0, [[0, 0, 0, -1, 1], [0, 0, 0, 0, 0], [10, 0, 0, 0, 0]]), NOW)
    assert need.initial.tolist() == [2_000, 0, 1_000]
    assert float(need.maintenance[0]) < 2_000


def test_strategies_are_for_options_paid_in_money() -> None:
    book = join(
        inverse(["BTC"], size=10, currency="BTC"),
        options(["C"], "BTC", 60_000, expiry=0.1, is_call=True, currency="BTC", inverse=True),
    )
    now = ml.market.at(book, [50_000], [0.6])
    with pytest.raises(
        MarginError, match="StrategyMargin does not cover 'C', an option paid in coin"
    ):
        StrategyMargin()(Accounts(0, [0, -1]), now)


def test_ways_are_listed_for_whoever_wants_to_see_them() -> None:
    legs = legs_of([(110, True, -1, 0.1), (90, False, 1, 0.1)], held=100)
    assert {way.name for way in known_ways(legs)} == {"naked", "covered", "protected", "collar"}
    assert {way.name for way in known_ways(legs, maintenance=False)} == {"naked", "covered"}
