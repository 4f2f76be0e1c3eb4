"""Dutch auctions of collateral and of whole accounts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import MarginError, instruments, market
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.margin import FixedRate, headroom
from marginlib.venues.protocols import account_auctions, auctions, falling_prices


def test_prices_fall_in_steps_or_in_straight_lines() -> None:
    assert falling_prices.stair_step(
        [0, 9.9, 10, 25], 0.9, 10, first=100
    ).tolist() == pytest.approx([100, 100, 90, 81])
    # From 300 down to 200 in a minute, then to 50 in two.
    line = falling_prices.linear_phases([0, 30, 60, 120, 180, 1e6], [300, 200, 50], [60, 120])
    assert line.tolist() == [300, 250, 200, 125, 50, 50]


def test_room_is_the_tightest_of_the_limits() -> None:
    assert auctions.auction_room([[80, 1_000], [80, 50], [80, 90]], [10, 20]).tolist() == [
        70,
        30,
        70,
    ]
    assert float(auctions.auction_room([80, 90], [85, 0])) == 0


@pytest.mark.parametrize(
    ("room", "target", "left"),
    [
        pytest.param(1_000, 110, 0, id="room for all"),
        pytest.param(88, 88, 20, id="part, leaving just no dust"),
        pytest.param(88.1, 110, 0, id="the rest would be dust, so all goes"),
        pytest.param(22, 22, 80, id="part, itself just not dust"),
        pytest.param(21.9, 0, 100, id="the part would be dust, so none goes"),
        pytest.param(0, 0, 100, id="no room"),
    ],
)
def test_what_is_put_up(room: float, target: float, left: float) -> None:
    lot = auctions.put_up(40, 100, price=4, room=room, dust=20, penalty=1.1, markup=1.25)
    assert float(lot.target) == pytest.approx(target)
    assert float(lot.debt_left) == pytest.approx(left)
    assert float(lot.collateral_left) == pytest.approx(0.4 * left)
    assert float(lot.amount) == pytest.approx(40 - 0.4 * left)
    assert float(lot.price) == 5


@pytest.mark.parametrize("rate", [1.01, 1.02, 1.03, 1.07, 1.1, 1.23, 1.37])
def test_rounding_does_not_decide_what_is_dust(rate: float) -> None:
    lot = auctions.put_up(40, 100, price=4, room=80 * rate, dust=20 * rate, rate=rate)
    assert float(lot.debt_left) == pytest.approx(20)


def test_a_purchase_is_cut_down_or_refused_to_leave_enough() -> None:
    cut = auctions.take(110, 40, price=5, amount=18, least_left=22)
    assert (float(cut.paid), float(cut.bought), float(cut.target_left)) == (88, 17.6, 22)
    # Only 22 are left to be raised: less than all of it cannot be bought.
    refused = auctions.take(22, 22.4, price=5, amount=1, least_left=22)
    assert (float(refused.paid), float(refused.bought)) == (0, 0)
    assert (float(refused.target_left), float(refused.lot_left)) == (22, 22.4)
    whole = auctions.take(22, 22.4, price=5, amount=4.4, least_left=22)
    assert (float(whole.paid), float(whole.returned)) == pytest.approx((22, 18))


@pytest.mark.parametrize("price", [3.7, 1.3, 0.7, 7.1, 2.9])
def test_who_asks_for_just_the_target_gets_it(price: float) -> None:
    taken = auctions.take(60, 100, price, amount=60 / price, least_left=22)
    assert float(taken.paid) == 60
    assert float(taken.target_left) == 0


def test_a_lot_sold_out_short_of_its_target_leaves_bad_debt() -> None:
    taken = auctions.take(110, 40, price=2.5, amount=1_000, least_left=22)
    assert (float(taken.paid), float(taken.bought), float(taken.bad_debt)) == (100, 40, 10)
    assert (float(taken.target_left), float(taken.lot_left), float(taken.returned)) == (0, 0, 0)


def test_without_debt_nothing_is_put_up_and_for_nothing_all_can_be_had() -> None:
    lot = auctions.put_up([40, 40], [0, 100], price=4, room=1_000)
    assert lot.amount.tolist() == [0, 40]
    assert lot.collateral_left.tolist() == [40, 0]
    free = auctions.take(110, 40, price=0, amount=[10, 40])
    assert free.bought.tolist() == [10, 40]
    assert free.paid.tolist() == [0, 0]
    assert free.bad_debt.tolist() == [0, 110]


def test_the_last_of_the_lot_that_just_pays_the_target() -> None:
    taken = auctions.take(100, 40, price=2.5, amount=40)
    assert (float(taken.paid), float(taken.bought)) == (100, 40)
    assert (float(taken.bad_debt), float(taken.returned)) == (0, 0)


# Derive, test/auction/unit-tests/InsolventAuction.t.sol, v2-core@7736900d (2026-01-21): an account
# with a mark to market of -100 and a maintenance margin of -300, in an auction of ten minutes.
@pytest.mark.parametrize(("elapsed", "share", "paid"), [(0, 1, 100), (12, 0.5, 52), (300, 1, 200)])
def test_a_bidder_is_paid_for_an_insolvent_account(
    elapsed: float, share: float, paid: float
) -> None:
    price = account_auctions.insolvent_price(-100, -300, elapsed, duration=600)
    assert float(-price * share) == pytest.approx(paid)


def test_an_insolvent_auction_starts_at_zero_and_ends_where_the_account_recovers() -> None:
    assert float(account_auctions.insolvent_price(100, -300, 0, 600)) == 0
    assert float(account_auctions.insolvent_price(-100, 100, 300, 600)) == 0


def test_a_safe_account_sells_nothing_and_one_without_equity_has_no_answer() -> None:
    # With a requirement of 100 and a tenth more, 110 of equity are just enough.
    assert float(account_auctions.largest_share(110, 10, 0.1, 0.9)) == 0
    assert float(account_auctions.largest_share(109, 9, 0.1, 0.9)) > 0
    assert np.isnan(account_auctions.largest_share(-1, -101, 0.1, 0.9))
    assert np.isnan(account_auctions.bid(50, -100, 0.1, 0.9, reserved=60).paid)


@pytest.mark.parametrize("level", [1.0, 0.9, 0.5, 0.0])
def test_the_largest_share_brings_an_account_just_back_to_its_buffer(level: float) -> None:
    entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    account = open_accounts(collateral=5_000, quantity=[2, -10], market=entry)
    bidder = open_accounts(collateral=50_000, quantity=[0, 0], market=entry)
    now, rule = market.moved(entry, [-0.06, 0.02]), FixedRate(0.1, 0.05)

    def spare(who: Accounts) -> float:
        return float(
            account_auctions.buffer_margin(equity(who, now), headroom(who, now, rule), buffer=0.15)
        )

    assert spare(account) < 0
    offer = account_auctions.bid(equity(account, now), headroom(account, now, rule), 0.15, level)
    sold, bought = account_auctions.sell_share(account, bidder, offer.share, offer.paid)
    assert 0 < float(offer.share) <= 1
    assert spare(sold) == pytest.approx(0, abs=1e-8)
    assert float(equity(bought, now)) >= 50_000 - 1e-8  # the discount is the bidder's
    assert float(sold.cash + bought.cash) == pytest.approx(float(account.cash + bidder.cash))


def test_a_second_bid_leaves_the_cash_of_the_first_alone() -> None:
    entry = market.at(instruments.linear(["BTC"]), [20_000])
    account = open_accounts(collateral=2_000, quantity=[2], market=entry)
    empty = Accounts(0, [0])
    now, rule = market.moved(entry, -0.01), FixedRate(0.1, 0.05)

    def bid(who: Accounts, share: float, reserved: float) -> account_auctions.Bid:
        own, spare = equity(who, now), headroom(who, now, rule)
        return account_auctions.bid(own, spare, 0.15, 0.8, share, reserved)

    first = bid(account, 0.1, 0.0)
    once, _ = account_auctions.sell_share(account, empty, first.share, first.paid)
    rest = bid(once, 1.0, float(first.paid))
    twice, _ = account_auctions.sell_share(once, empty, rest.share, rest.paid, reserved=first.paid)
    at_once = bid(account, 1.0, 0.0)
    alone, _ = account_auctions.sell_share(account, empty, at_once.share, at_once.paid)
    # Selling in two steps at one price is selling once.
    assert twice.quantity == pytest.approx(alone.quantity)
    assert float(twice.cash) == pytest.approx(float(alone.cash))


amounts = st.floats(0.001, 1e5)
prices = st.floats(0.01, 1e5)
fractions = st.floats(0.0, 0.95)
signed = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 3))
often = settings(max_examples=150)


@st.composite
def books(draw: st.DrawFn) -> Accounts:
    """Return five accounts of any coins held and owed."""
    return Accounts(
        draw(arrays(float, 5, elements=signed)), draw(arrays(float, (5, 3), elements=signed))
    )


@often
@given(amounts, amounts, prices, st.floats(0, 2e5), st.floats(0, 1e4), st.floats(1, 1.5))
def test_a_lot_is_within_the_room_unless_the_rest_would_be_dust(
    collateral: float, debt: float, price: float, room: float, dust: float, penalty: float
) -> None:
    lot = auctions.put_up(collateral, debt, price, room, dust, penalty)
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
        taken = auctions.take(due, stock, price, amount, least)
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
    assert (np.diff(falling_prices.stair_step(later, cut, step)) <= 0).all()
    assert (
        np.diff(falling_prices.linear_phases(later, [1, cut, 0], [step, 10 * step])) <= 1e-15
    ).all()


@often
@given(st.floats(1, 1e5), st.floats(0, 1e5), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.9))
def test_a_cheaper_bid_takes_a_larger_share(
    own: float, requirement: float, buffer: float, level: float, part: float
) -> None:
    dear = account_auctions.largest_share(own, own - requirement, buffer, level)
    cheap = account_auctions.largest_share(own, own - requirement, buffer, level * part)
    assert 0 <= dear <= cheap <= 1 or level == 0


@often
@given(books(), books(), arrays(float, 5, elements=st.floats(0, 1)), signed)
def test_a_share_of_an_account_only_changes_hands(
    sellers: Accounts, bidders: Accounts, share: np.ndarray, paid: float
) -> None:
    sold, bought = account_auctions.sell_share(sellers, bidders, share, paid)
    np.testing.assert_allclose(sold.cash + bought.cash, sellers.cash + bidders.cash, atol=1e-9)
    np.testing.assert_allclose(
        sold.quantity + bought.quantity, sellers.quantity + bidders.quantity, atol=1e-9
    )
    np.testing.assert_allclose(sold.quantity, (1 - share)[:, None] * sellers.quantity, atol=1e-9)


LOAN = Accounts(0, [1, -1_000])
BAD: dict[str, tuple[Callable[[], object], str]] = {
    "a penalty for a multiple": (
        lambda: auctions.put_up(40, 100, 4, room=80, penalty=0.13),
        r"penalty must be at least 1; got 0.13, did you mean 1.13\?",
    ),
    "phases without an end": (
        lambda: falling_prices.linear_phases(0, [1, 0.8], [600, 7_200]),
        r"levels must hold one value more than durations.*\(2,\) and \(2,\)",
    ),
    "time before the start": (
        lambda: falling_prices.stair_step(-1, 0.99, 90),
        "elapsed must not be negative",
    ),
    "a cut in per cent": (
        lambda: falling_prices.stair_step(1, 99, 90),
        r"cut must be a fraction; got 99, did you mean 0.99\?",
    ),
    "one limit that is no list": (
        lambda: auctions.auction_room(80),
        r"limit must hold the limits on its last axis; got one number, type \[...\]",
    ),
    "limits that do not fit": (
        lambda: auctions.auction_room([80, 90], [1, 2, 3]),
        r"do not fit together: limit \(2,\), outstanding \(3,\)",
    ),
    "a debt below zero": (lambda: auctions.put_up(40, -1, 4, 80), "debt must not be negative"),
    "a price below zero": (lambda: auctions.take(110, 40, -1, 1), "price must not be negative"),
    "a share in per cent": (
        lambda: account_auctions.sell_share(LOAN, LOAN, 10, 1),
        r"share must be a fraction; got 10, did you mean 0.1\?",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_says_what_to_type(call: Callable[[], object], words: str) -> None:
    with pytest.raises(MarginError, match=words):
        call()
