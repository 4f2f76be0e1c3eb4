"""What must hold for every loan, liquidation and auction, not only for examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import instruments, lending, market
from marginlib.accounts import Accounts, equity
from marginlib.lending import CloseFactor
from marginlib.market import Market

COINS = instruments.cash(["ETH", "BTC", "DAI"], currency="USD")
NONE = Accounts(0, [0, 0, 0])
often = settings(deadline=None, max_examples=150, derandomize=True)

prices = st.floats(0.01, 1e5)
amounts = st.floats(0.001, 1e5)
signed = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 3))
fractions = st.floats(0.0, 0.95)
incentives = st.floats(1.0, 1.4)
markets = st.lists(prices, min_size=3, max_size=3).map(lambda each: market.at(COINS, each))
factors = st.lists(fractions, min_size=3, max_size=3)


@st.composite
def books(draw: st.DrawFn) -> Accounts:
    """Return five accounts of any coins held and owed."""
    return Accounts(
        draw(arrays(float, 5, elements=signed)), draw(arrays(float, (5, 3), elements=signed))
    )


@st.composite
def loans(draw: st.DrawFn) -> Accounts:
    """Return a loan of DAI against ETH and BTC."""
    return Accounts(0, [draw(amounts), draw(amounts), -draw(amounts)])


@st.composite
def struggling(draw: st.DrawFn) -> tuple[Accounts, Market, list[float]]:
    """Return a loan near its liquidation, with prices and thresholds."""
    now, weight = draw(markets), [draw(st.floats(0.3, 0.95)), draw(st.floats(0.3, 0.95)), 0.0]
    both = Accounts(0, np.array([draw(st.floats(0.0, 1.0)), 1.0, 0.0]) * 1e4 / now.price)
    owed = lending.borrowing_power(both, now, weight) / draw(st.floats(0.5, 1.1))
    return Accounts(0, both.quantity - [0, 0, float(owed / now["DAI"])]), now, weight


@often
@given(books(), markets, factors)
def test_health_is_below_one_exactly_where_the_collateral_does_not_carry_the_debt(
    book: Accounts, now: Market, weight: list[float]
) -> None:
    power, owed = lending.borrowing_power(book, now, weight), lending.debt_value(book, now)
    sick = lending.health_factor(book, now, weight) < 1
    np.testing.assert_array_equal(sick, power < owed)
    np.testing.assert_array_equal(sick, lending.shortfall(book, now, weight) > 0)
    np.testing.assert_array_equal(sick, lending.is_liquidatable(book, now, weight))
    assert not (lending.liquidity(book, now, weight) * lending.shortfall(book, now, weight)).any()


@often
@given(books(), markets, factors)
def test_a_batch_is_its_accounts_one_by_one(
    book: Accounts, now: Market, weight: list[float]
) -> None:
    for question in (lending.health_factor, lending.borrowing_power, lending.shortfall):
        batch = question(book, now, weight)
        np.testing.assert_array_equal(batch, [question(row, now, weight) for row in book])
    batch = lending.liquidation_price(book, now, weight, "ETH")
    alone = [lending.liquidation_price(row, now, weight, "ETH") for row in book]
    np.testing.assert_array_equal(batch, alone)
    collected = lending.absorb(book, NONE, now, weight)
    for row, one in enumerate(book):
        single = lending.absorb(one, NONE, now, weight)
        assert single.borrower.cash == collected.borrower.cash[row]
        assert single.loss == collected.loss[row]


@often
@given(books(), markets, factors, st.permutations(range(3)))
def test_the_order_of_coins_does_not_matter(
    book: Accounts, now: Market, weight: list[float], order: list[int]
) -> None:
    names = [COINS.names[place] for place in order]
    shuffled = market.at(instruments.cash(names), now.price[order])
    other = Accounts(book.cash, book.quantity[:, order])
    np.testing.assert_allclose(
        lending.health_factor(other, shuffled, np.asarray(weight)[order]),
        lending.health_factor(book, now, weight),
        rtol=1e-12,
    )


@often
@given(books(), markets, factors, st.sampled_from([0.25, 2.0, 1024.0]))
def test_health_does_not_depend_on_size_nor_on_the_unit_of_account(
    book: Accounts, now: Market, weight: list[float], times: float
) -> None:
    before = lending.health_factor(book, now, weight)
    larger = Accounts(times * book.cash, times * book.quantity)
    np.testing.assert_array_equal(lending.health_factor(larger, now, weight), before)
    dearer, paid = market.at(COINS, times * now.price), Accounts(times * book.cash, book.quantity)
    np.testing.assert_array_equal(lending.health_factor(paid, dearer, weight), before)


@often
@given(loans(), markets, factors, st.floats(1.0, 3.0))
def test_health_rises_with_collateral_and_falls_with_the_price_of_the_debt(
    loan: Accounts, now: Market, weight: list[float], times: float
) -> None:
    before = lending.health_factor(loan, now, weight)
    up = market.with_price(now, "ETH", times * now["ETH"])
    down = market.with_price(now, "DAI", times * now["DAI"])
    assert lending.health_factor(loan, up, weight) >= before
    assert lending.health_factor(loan, down, weight) <= before


@often
@given(books(), markets, factors, st.sampled_from(COINS.names))
def test_health_is_one_at_the_liquidation_price(
    book: Accounts, now: Market, weight: list[float], coin: str
) -> None:
    price = lending.liquidation_price(book, now, weight, coin)
    for one, at in zip(book, price, strict=True):
        if np.isnan(at):
            continue
        then = market.with_price(now, coin, at)
        power, owed = lending.borrowing_power(one, then, weight), lending.debt_value(one, then)
        assert float(power) == pytest.approx(float(owed), rel=1e-9)


@often
@given(loans(), markets, factors, st.floats(0, 2), incentives, fractions, st.booleans())
def test_a_liquidation_conserves_every_coin_and_flips_none(
    loan: Accounts,
    now: Market,
    weight: list[float],
    part: float,
    incentive: float,
    fee: float,
    dust: bool,
) -> None:
    offered = part * -loan.quantity[2]
    least = 1_000 if dust else 0
    terms = lending.seizure(loan, now, "DAI", "BTC", offered, incentive, fee, least)
    liquidator = Accounts(10, [1, 2, 3e5])
    after = lending.liquidate(loan, liquidator, now, "DAI", "BTC", terms)
    held = after.borrower.quantity + after.liquidator.quantity + after.lender.quantity
    np.testing.assert_allclose(held, loan.quantity + liquidator.quantity, rtol=1e-13, atol=1e-9)
    assert float(after.borrower.cash + after.liquidator.cash + after.lender.cash) == 10
    assert after.borrower.quantity[2] <= 0 <= after.borrower.quantity[1]
    assert 0 <= terms.fee <= terms.seized
    gained = terms.seized * now["BTC"]
    assert float(gained) == pytest.approx(float(terms.repaid * now["DAI"] * incentive))
    left = np.abs(after.borrower.quantity[[1, 2]]) * now.price[[1, 2]]
    assert terms.repaid == 0 or (left >= least * (1 - 1e-9)).all() or (left == 0).any()


@often
@given(struggling(), incentives, st.floats(0.01, 0.9))
def test_a_liquidation_improves_health_just_above_the_toxic_zone(
    case: tuple[Accounts, Market, list[float]], incentive: float, part: float
) -> None:
    loan, now, weight = case
    before = lending.health_factor(loan, now, weight)
    line = lending.toxic_below(weight[1], incentive)
    assume(abs(before - line) > 1e-6)
    terms = lending.seizure(loan, now, "DAI", "BTC", part * -loan.quantity[2], incentive)
    after = lending.liquidate(loan, NONE, now, "DAI", "BTC", terms).borrower
    change = lending.health_factor(after, now, weight) - before
    assert (change > 0) == (before > line)


@often
@given(amounts, amounts, markets, st.floats(0.05, 0.95), incentives)
def test_a_single_collateral_in_the_toxic_zone_leaves_bad_debt(
    held: float, owed: float, now: Market, threshold: float, incentive: float
) -> None:
    loan = Accounts(0, [held, 0, -owed])
    health = lending.health_factor(loan, now, threshold)
    line = lending.toxic_below(threshold, incentive)
    assume(abs(health - line) > 1e-9 * line)
    terms = lending.seizure(loan, now, "DAI", "ETH", owed, incentive)
    after = lending.liquidate(loan, NONE, now, "DAI", "ETH", terms).borrower
    assert (lending.bad_debt(after, now) > 0) == (health < line)


@often
@given(struggling(), incentives, st.floats(1.0, 1.3))
def test_repaying_to_a_target_reaches_it(
    case: tuple[Accounts, Market, list[float]], incentive: float, target: float
) -> None:
    loan, now, weight = case
    before = lending.health_factor(loan, now, weight)
    repaid = lending.repayment_to_health(loan, now, weight, "DAI", "BTC", incentive, target)
    if before >= target:
        assert repaid == 0
    elif np.isnan(repaid):
        # Not even all that this collateral can pay for, or all that is owed, gets there.
        most = lending.seizure(loan, now, "DAI", "BTC", -loan.quantity[2], incentive)
        after = lending.liquidate(loan, NONE, now, "DAI", "BTC", most).borrower
        assert lending.health_factor(after, now, weight) <= target * (1 + 1e-9)
    else:
        terms = lending.seizure(loan, now, "DAI", "BTC", repaid, incentive)
        after = lending.liquidate(loan, NONE, now, "DAI", "BTC", terms).borrower
        power, owed = lending.borrowing_power(after, now, weight), lending.debt_value(after, now)
        # The last digits of the collateral are noise to a debt that is nearly repaid.
        assert float(power) == pytest.approx(float(target * owed), rel=1e-9, abs=1e-7)


@often
@given(loans(), markets, factors, fractions, st.booleans())
def test_a_close_factor_opens_only_loans_that_failed(
    loan: Accounts, now: Market, weight: list[float], share: float, of_all: bool
) -> None:
    rule = CloseFactor(share, of_all_debt=of_all, full_at=0.5, small=100)
    most = lending.largest_repayment(loan, now, weight, rule, "DAI", "ETH")
    failed = lending.health_factor(loan, now, weight) < 1
    assert 0 <= most <= -loan.quantity[2]
    assert (most > 0) <= failed
    assert most >= (share * -loan.quantity[2]) * (1 - 1e-12) * failed


@often
@given(books(), books(), markets, factors)
def test_absorption_conserves_every_coin_and_leaves_no_debt(
    book: Accounts, lenders: Accounts, now: Market, weight: list[float]
) -> None:
    after = lending.absorb(book, lenders, now, weight)
    np.testing.assert_array_equal(after.borrower.quantity, 0)
    np.testing.assert_array_equal(lending.debt_value(after.borrower, now), 0)
    np.testing.assert_allclose(after.lender.quantity, book.quantity + lenders.quantity)
    total = after.borrower.cash + after.lender.cash
    np.testing.assert_allclose(total, book.cash + lenders.cash, atol=1e-4, rtol=1e-12)
    # What the lender loses on the deal is the loss, less the collateral's part that was not paid.
    np.testing.assert_array_equal(after.loss, lending.shortfall(book, now, weight))


@often
@given(books(), markets, st.floats(0, 1e4))
def test_a_write_off_only_moves_debt(book: Accounts, now: Market, least: float) -> None:
    lenders = Accounts(np.zeros(5), np.zeros(3))
    after = lending.write_off(book, lenders, now, least)
    np.testing.assert_allclose(
        equity(after.borrower, now) + equity(after.lender, now), equity(book, now), atol=1e-3
    )
    assert (after.lender.quantity <= 0).all()
    freed = after.loss > 0
    assert not lending.collateral_value(book, now)[freed].any()
    assert (lending.debt_value(book, now)[freed] >= least).all()


@often
@given(amounts, amounts, prices, st.floats(0, 2e5), st.floats(0, 1e4), st.floats(1, 1.5))
def test_a_lot_is_within_the_room_unless_the_rest_would_be_dust(
    collateral: float, debt: float, price: float, room: float, dust: float, penalty: float
) -> None:
    lot = lending.put_up(collateral, debt, price, room, dust, penalty)
    assert float(lot.amount + lot.collateral_left) == pytest.approx(collateral)
    assert float(lot.target) == pytest.approx((debt - float(lot.debt_left)) * penalty, abs=1e-9)
    assert lot.debt_left == 0 or lot.target <= room * (1 + 1e-12)
    if 0 < lot.debt_left < debt:
        assert min(lot.debt_left, debt - lot.debt_left) >= dust * (1 - 1e-9)
    assert lot.target <= (room + dust * penalty) * (1 + 1e-12)


@often
@given(amounts, amounts, prices, st.lists(amounts, min_size=1, max_size=4), st.floats(0, 1e4))
def test_an_auction_conserves_lot_and_target_from_buyer_to_buyer(
    target: float, lot: float, price: float, wanted: list[float], least: float
) -> None:
    due, stock = target, lot
    paid = bought = returned = bad = 0.0
    for amount in wanted:
        taken = lending.take(due, stock, price, amount, least)
        assert taken.bought <= amount * (1 + 1e-12)
        assert float(taken.paid) == pytest.approx(float(taken.bought) * price, rel=1e-9)
        assert (
            taken.bought == 0 or taken.target_left == 0 or taken.target_left >= least * (1 - 1e-9)
        )
        paid, bought = paid + float(taken.paid), bought + float(taken.bought)
        returned, bad = returned + float(taken.returned), bad + float(taken.bad_debt)
        due, stock = float(taken.target_left), float(taken.lot_left)
        if stock == 0 or due == 0:
            break
    assert paid + due + bad == pytest.approx(target)
    assert bought + stock + returned == pytest.approx(lot)
    assert returned == 0 or bad == 0


@often
@given(st.lists(st.floats(0, 1e4), min_size=2, max_size=6), fractions, st.floats(1, 600))
def test_auction_prices_never_rise(times: list[float], cut: float, step: float) -> None:
    later = np.sort(times)
    assert (np.diff(lending.stair_step(later, cut, step)) <= 0).all()
    assert (np.diff(lending.linear_phases(later, [1, cut, 0], [step, 10 * step])) <= 1e-15).all()


@often
@given(st.floats(1, 1e5), st.floats(0, 1e5), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.9))
def test_a_cheaper_bid_takes_a_larger_share(
    own: float, requirement: float, buffer: float, level: float, part: float
) -> None:
    dear = lending.largest_share(own, own - requirement, buffer, level)
    cheap = lending.largest_share(own, own - requirement, buffer, level * part)
    assert 0 <= dear <= cheap <= 1 or level == 0


@often
@given(books(), books(), arrays(float, 5, elements=st.floats(0, 1)), signed)
def test_a_share_of_an_account_only_changes_hands(
    sellers: Accounts, bidders: Accounts, share: np.ndarray, paid: float
) -> None:
    sold, bought = lending.sell_share(sellers, bidders, share, paid)
    np.testing.assert_allclose(sold.cash + bought.cash, sellers.cash + bidders.cash, atol=1e-9)
    np.testing.assert_allclose(
        sold.quantity + bought.quantity, sellers.quantity + bidders.quantity, atol=1e-9
    )
    np.testing.assert_allclose(sold.quantity, (1 - share)[:, None] * sellers.quantity, atol=1e-9)
