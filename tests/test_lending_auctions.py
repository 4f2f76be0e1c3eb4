"""Dutch auctions of collateral and of whole accounts."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import instruments, lending, market
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.margin import FixedRate, headroom


def test_prices_fall_in_steps_or_in_straight_lines() -> None:
    assert lending.stair_step([0, 9.9, 10, 25], 0.9, 10, first=100).tolist() == pytest.approx(
        [100, 100, 90, 81]
    )
    # From 300 down to 200 in a minute, then to 50 in two.
    line = lending.linear_phases([0, 30, 60, 120, 180, 1e6], [300, 200, 50], [60, 120])
    assert line.tolist() == [300, 250, 200, 125, 50, 50]


def test_room_is_the_tightest_of_the_limits() -> None:
    assert lending.auction_room([[80, 1_000], [80, 50], [80, 90]], [10, 20]).tolist() == [
        70,
        30,
        70,
    ]
    assert float(lending.auction_room([80, 90], [85, 0])) == 0


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
    lot = lending.put_up(40, 100, price=4, room=room, dust=20, penalty=1.1, markup=1.25)
    assert float(lot.target) == pytest.approx(target)
    assert float(lot.debt_left) == pytest.approx(left)
    assert float(lot.collateral_left) == pytest.approx(0.4 * left)
    assert float(lot.amount) == pytest.approx(40 - 0.4 * left)
    assert float(lot.price) == 5


@pytest.mark.parametrize("rate", [1.01, 1.02, 1.03, 1.07, 1.1, 1.23, 1.37])
def test_rounding_does_not_decide_what_is_dust(rate: float) -> None:
    lot = lending.put_up(40, 100, price=4, room=80 * rate, dust=20 * rate, rate=rate)
    assert float(lot.debt_left) == pytest.approx(20)


def test_a_purchase_is_cut_down_or_refused_to_leave_enough() -> None:
    cut = lending.take(110, 40, price=5, amount=18, least_left=22)
    assert (float(cut.paid), float(cut.bought), float(cut.target_left)) == (88, 17.6, 22)
    # Only 22 are left to be raised: less than all of it cannot be bought.
    refused = lending.take(22, 22.4, price=5, amount=1, least_left=22)
    assert (float(refused.paid), float(refused.bought)) == (0, 0)
    assert (float(refused.target_left), float(refused.lot_left)) == (22, 22.4)
    whole = lending.take(22, 22.4, price=5, amount=4.4, least_left=22)
    assert (float(whole.paid), float(whole.returned)) == pytest.approx((22, 18))


@pytest.mark.parametrize("price", [3.7, 1.3, 0.7, 7.1, 2.9])
def test_who_asks_for_just_the_target_gets_it(price: float) -> None:
    taken = lending.take(60, 100, price, amount=60 / price, least_left=22)
    assert float(taken.paid) == 60
    assert float(taken.target_left) == 0


def test_a_lot_sold_out_short_of_its_target_leaves_bad_debt() -> None:
    taken = lending.take(110, 40, price=2.5, amount=1_000, least_left=22)
    assert (float(taken.paid), float(taken.bought), float(taken.bad_debt)) == (100, 40, 10)
    assert (float(taken.target_left), float(taken.lot_left), float(taken.returned)) == (0, 0, 0)


def test_without_debt_nothing_is_put_up_and_for_nothing_all_can_be_had() -> None:
    lot = lending.put_up([40, 40], [0, 100], price=4, room=1_000)
    assert lot.amount.tolist() == [0, 40]
    assert lot.collateral_left.tolist() == [40, 0]
    free = lending.take(110, 40, price=0, amount=[10, 40])
    assert free.bought.tolist() == [10, 40]
    assert free.paid.tolist() == [0, 0]
    assert free.bad_debt.tolist() == [0, 110]


def test_the_last_of_the_lot_that_just_pays_the_target() -> None:
    taken = lending.take(100, 40, price=2.5, amount=40)
    assert (float(taken.paid), float(taken.bought)) == (100, 40)
    assert (float(taken.bad_debt), float(taken.returned)) == (0, 0)


# Derive, test/auction/unit-tests/InsolventAuction.t.sol, v2-core@7736900d (2026-01-21): an account
# with a mark to market of -100 and a maintenance margin of -300, in an auction of ten minutes.
@pytest.mark.parametrize(("elapsed", "share", "paid"), [(0, 1, 100), (12, 0.5, 52), (300, 1, 200)])
def test_a_bidder_is_paid_for_an_insolvent_account(
    elapsed: float, share: float, paid: float
) -> None:
    price = lending.insolvent_price(-100, -300, elapsed, duration=600)
    assert float(-price * share) == pytest.approx(paid)


def test_an_insolvent_auction_starts_at_zero_and_ends_where_the_account_recovers() -> None:
    assert float(lending.insolvent_price(100, -300, 0, 600)) == 0
    assert float(lending.insolvent_price(-100, 100, 300, 600)) == 0


def test_a_safe_account_sells_nothing_and_one_without_equity_has_no_answer() -> None:
    # With a requirement of 100 and a tenth more, 110 of equity are just enough.
    assert float(lending.largest_share(110, 10, 0.1, 0.9)) == 0
    assert float(lending.largest_share(109, 9, 0.1, 0.9)) > 0
    assert np.isnan(lending.largest_share(-1, -101, 0.1, 0.9))
    assert np.isnan(lending.bid(50, -100, 0.1, 0.9, reserved=60).paid)


@pytest.mark.parametrize("level", [1.0, 0.9, 0.5, 0.0])
def test_the_largest_share_brings_an_account_just_back_to_its_buffer(level: float) -> None:
    entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    account = open_accounts(collateral=5_000, quantity=[2, -10], market=entry)
    bidder = open_accounts(collateral=50_000, quantity=[0, 0], market=entry)
    now, rule = market.moved(entry, [-0.06, 0.02]), FixedRate(0.1, 0.05)

    def spare(who: Accounts) -> float:
        return float(lending.buffer_margin(equity(who, now), headroom(who, now, rule), buffer=0.15))

    assert spare(account) < 0
    offer = lending.bid(equity(account, now), headroom(account, now, rule), 0.15, level)
    sold, bought = lending.sell_share(account, bidder, offer.share, offer.paid)
    assert 0 < float(offer.share) <= 1
    assert spare(sold) == pytest.approx(0, abs=1e-8)
    assert float(equity(bought, now)) >= 50_000 - 1e-8  # the discount is the bidder's
    assert float(sold.cash + bought.cash) == pytest.approx(float(account.cash + bidder.cash))


def test_a_second_bid_leaves_the_cash_of_the_first_alone() -> None:
    entry = market.at(instruments.linear(["BTC"]), [20_000])
    account = open_accounts(collateral=2_000, quantity=[2], market=entry)
    empty = Accounts(0, [0])
    now, rule = market.moved(entry, -0.01), FixedRate(0.1, 0.05)

    def bid(who: Accounts, share: float, reserved: float) -> lending.Bid:
        own, spare = equity(who, now), headroom(who, now, rule)
        return lending.bid(own, spare, 0.15, 0.8, share, reserved)

    first = bid(account, 0.1, 0.0)
    once, _ = lending.sell_share(account, empty, first.share, first.paid)
    rest = bid(once, 1.0, float(first.paid))
    twice, _ = lending.sell_share(once, empty, rest.share, rest.paid, reserved=first.paid)
    at_once = bid(account, 1.0, 0.0)
    alone, _ = lending.sell_share(account, empty, at_once.share, at_once.paid)
    # Selling in two steps at one price is selling once.
    assert twice.quantity == pytest.approx(alone.quantity)
    assert float(twice.cash) == pytest.approx(float(alone.cash))
