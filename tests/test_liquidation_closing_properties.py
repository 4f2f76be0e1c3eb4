"""What holds for any closing policy, and any account that is due."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import market
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.instruments import Instruments, cash, inverse, join, linear
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
)
from marginlib.margin import FixedRate, Tiered
from marginlib.margin.schedule import Schedule

RULE = FixedRate(initial=0.10, maintenance=0.05)
TABLE = Schedule.continuous([0, 1e4, 5e4, 2e5], [0.01, 0.02, 0.05, 0.2])
JUMPS = Schedule.stepped([0, 1e4, 5e4, 2e5], [0.01, 0.02, 0.05, 0.2])
BOOKS = [
    market.at(linear(["A", "B", "C"], size=[1, 0.1, 10]), [20_000, 1_500, 30]),
    market.at(inverse(["A", "B", "C"], size=[100, 10, 1]), [20_000, 1_500, 30]),
    market.at(join(linear(["A", "B"]), cash(["C"])), [20_000, 1_500, 30]),
]
sizes = st.floats(-1e5, 1e5).filter(lambda size: abs(size) > 1)


@st.composite
def policies(draw: st.DrawFn, now: market.Market, stopping: bool):
    when = draw(st.sampled_from(["initial", "maintenance"])), draw(st.floats(0.3, 1.0))
    entry = market.moved(now, [0.1, -0.1, 0.2])
    stop = [
        ReduceTo(*when),
        ReduceTo(*when, step=0.2),
        LargestFirst(*when, by="notional"),
        LargestFirst(*when, by="requirement", whole=True),
        LargestFirst(*when, by="loss", entry=entry),
        TierByTier(*when, schedule=JUMPS),
    ]
    others = [
        CloseAll(),
        CloseShare(0.3),
        ReduceTo(*when, only=["A", "C"]),
        SliceFirst(0.2, above=3e4, cooldown=1e-6),
        AtMost(ReduceTo(*when), [1, 10, 100]),
    ]
    return draw(st.sampled_from(stop if stopping else stop + others))


@st.composite
def troubled(draw: st.DrawFn, stopping: bool = False):
    """Return accounts of all kinds, a market, a model and a policy."""
    now = draw(st.sampled_from(BOOKS))
    value = np.reshape(draw(st.lists(sizes, min_size=9, max_size=9)), (3, 3))
    own = draw(st.lists(st.floats(-0.02, 0.2), min_size=3, max_size=3))
    value = np.where(now.instruments.is_cash, np.abs(value), value)  # rates do not cover debts
    crowd = open_accounts(own * np.abs(value).sum(axis=-1), value / np.abs(now.value), now)
    model = draw(
        st.sampled_from([RULE, Tiered(TABLE, TABLE), Tiered(JUMPS.at_leverage(20), JUMPS)])
    )
    return crowd, now, model, draw(policies(now, stopping))


@given(troubled(), st.floats(0, 0.05))
def test_policies_only_reduce(situation, fee) -> None:
    crowd, now, model, policy = situation
    traded = policy(crowd, now, model, fee)
    assert (traded * crowd.quantity <= 0).all()
    assert (np.abs(traded) <= np.abs(crowd.quantity)).all()
    assert not traded[..., now.instruments.is_cash & (crowd.quantity > 0).all(axis=0)].any()


@given(troubled(stopping=True), st.sampled_from([0.0, 0.001, 0.02, RequirementFee(0.3)]))
def test_a_policy_that_stops_ends_at_its_target_wherever_closing_all_would(situation, fee) -> None:
    crowd, now, model, policy = situation
    due = status(crowd, now, model) >= Status.LIQUIDATION
    done = liquidate(crowd, now, model, policy, fee).accounts
    closed = liquidate(crowd, now, model, CloseAll(), fee).accounts
    # The last bit of a sum may be on either side of the target.
    scale = 1e-12 * np.abs(crowd.quantity * now.value).sum(axis=-1)
    well = policy.is_met(Accounts(done.cash + scale, done.quantity), now, model)
    assert well[due & policy.is_met(closed, now, model)].all()


@given(troubled(), st.floats(0.3, 1.0))
def test_reducing_stops_as_soon_as_it_may(situation, ratio) -> None:
    crowd, now, model, _ = situation
    policy = ReduceTo("maintenance", ratio)
    traded = policy(crowd, now, model)
    share = np.max(traded / -crowd.quantity, axis=-1)
    less = 0.999 * traded
    after = Accounts(crowd.cash - np.einsum("...i,i->...", less, now.value), crowd.quantity + less)
    assert not policy.is_met(after, now, model)[(share > 0) & (share < 1)].any()


@given(troubled(), st.sampled_from([0.0, 0.02, RequirementFee(0.3)]))
def test_money_and_positions_are_conserved(situation, fee) -> None:
    crowd, now, model, policy = situation
    done = liquidate(crowd, now, model, policy, fee)
    np.testing.assert_array_equal(done.accounts.quantity, crowd.quantity + done.traded)
    np.testing.assert_array_equal(done.taken.quantity, -done.traded)
    scale = np.abs(crowd.cash) + np.abs(crowd.quantity * now.value).sum(axis=-1)
    total = done.accounts.cash + done.taken.cash + done.fee
    assert (np.abs(total - crowd.cash) <= 1e-15 * 8 * scale).all()
    worth = equity(done.accounts, now) + equity(done.taken, now) + done.fee
    assert (np.abs(worth - equity(crowd, now)) <= 1e-14 * scale).all()
    assert (done.fee >= 0).all()


@settings(max_examples=60)
@given(troubled(), st.permutations(range(3)))
def test_accounts_in_any_order_and_by_themselves_give_the_same(situation, order) -> None:
    crowd, now, model, policy = situation
    traded = policy(crowd, now, model, 0.01)
    for row in range(3):
        np.testing.assert_allclose(policy(crowd[row], now, model, 0.01), traded[row], rtol=1e-9)
    shuffled = policy(crowd[list(order)], now, model, 0.01)
    np.testing.assert_allclose(shuffled, traded[list(order)], rtol=1e-9)


@settings(max_examples=60)
@given(troubled(), st.permutations(range(3)), st.data())
def test_instruments_in_any_order_give_the_same(situation, order, data) -> None:
    crowd, now, model, _ = situation
    policy = data.draw(
        st.sampled_from(
            [
                ReduceTo("initial"),
                ReduceTo("initial", step=0.2, only=["A"]),
                LargestFirst(by="notional"),
                LargestFirst(by="requirement"),
                TierByTier(schedule=JUMPS),
                SliceFirst(0.2, above=3e4, cooldown=1e-6),
            ]
        )
    )
    # Of two positions of one size the first in the list goes first: here no two are of one size.
    crowd = Accounts(crowd.cash, crowd.quantity * [1, 1.01, 1.03])
    places = list(order)
    book = Instruments(tuple(now.instruments.each[place] for place in places), "USD")
    other = market.at(book, now.price[places])
    traded = policy(crowd, now, model, 0.01)
    again = policy(Accounts(crowd.cash, crowd.quantity[:, places]), other, model, 0.01)
    np.testing.assert_allclose(again, traded[:, places], rtol=1e-6, atol=1e-9)
