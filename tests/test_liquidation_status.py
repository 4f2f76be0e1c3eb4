"""Where accounts stand, and the table of how they get from one state to another."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, deposit, equity, open_accounts, trade
from marginlib.instruments import cash, inverse, join, linear, options, shares
from marginlib.liquidation import (
    CloseAll,
    CloseShare,
    ReduceTo,
    Status,
    liquidate,
    margin_call,
    status,
    transitions,
    unwind,
)
from marginlib.margin import FixedRate, Requirement, on_entry

ENTRY = market.at(linear(["BTC"]), [20_000])
RULE = FixedRate(initial=0.10, maintenance=0.05)
LONG = open_accounts(collateral=2_000, quantity=[1], market=ENTRY)


def tenth_of_short_options(accounts: Accounts, now: market.Market) -> Requirement:
    """Ask for the options sold, and a tenth of what they are on."""
    sold = np.maximum(-accounts.quantity, 0.0) * now.instruments.is_option
    need = (sold * (now.price + now["X"][..., None] / 10)).sum(axis=-1)
    return Requirement(need, need)


def test_at_maintenance_or_only_below_it() -> None:
    at_the_line = market.with_price(ENTRY, "BTC", 19_000)
    flat = on_entry(RULE, ENTRY)
    assert status(LONG, at_the_line, flat) == Status.RESTRICTED
    assert status(LONG, at_the_line, flat, equality_is_safe=False) == Status.LIQUIDATION
    below = market.with_price(ENTRY, "BTC", 18_999)
    assert status(LONG, below, flat) == Status.LIQUIDATION


def test_equality_means_one_thing() -> None:
    at_the_line = market.with_price(ENTRY, "BTC", 19_000)
    flat = on_entry(RULE, ENTRY)
    for safe in (True, False):
        due = status(LONG, at_the_line, flat, equality_is_safe=safe) >= Status.LIQUIDATION
        assert bool(due) == (not safe)
        called = margin_call(LONG, at_the_line, flat, equality_is_safe=safe)
        assert float(called) == (0 if safe else 1_000)
        done = liquidate(LONG, at_the_line, flat, CloseAll(), equality_is_safe=safe)
        assert done.traded.any() == (not safe)
        policy = ReduceTo("maintenance", equality_is_safe=safe)
        assert policy.is_met(LONG, at_the_line, flat) == safe
    # An account that needs and has nothing is well enough either way.
    assert ReduceTo("maintenance", equality_is_safe=False).is_met(Accounts(0, [0]), ENTRY, RULE)
    assert not ReduceTo("maintenance", equality_is_safe=False).is_met(
        Accounts(-1, [0]), ENTRY, RULE
    )
    assert margin_call(Accounts(0, [0]), ENTRY, RULE, equality_is_safe=False) == 0


@pytest.mark.parametrize("safe", [True, False])
def test_what_was_reduced_to_maintenance_is_due_no_more(safe: bool) -> None:
    crowd = open_accounts(np.linspace(1_530, 2_449, 40), [1], ENTRY)
    now = market.with_price(ENTRY, "BTC", 18_500)
    policy = ReduceTo("maintenance", equality_is_safe=safe)
    done = unwind(crowd, now, RULE, policy, fee=0.001, equality_is_safe=safe)
    assert done.traded.any(axis=-1).sum() > 30
    assert (status(done.accounts, now, RULE, safe) < Status.LIQUIDATION).all()


def test_needing_nothing_is_never_liquidation() -> None:
    # dYdX's condition: the requirement must be above zero.
    for safe in (True, False):
        assert status(Accounts(0, [0]), ENTRY, RULE, safe) == Status.HEALTHY
        free = FixedRate(0.1, 0)
        worth_nothing = Accounts(-20_000, [1])
        assert status(worth_nothing, ENTRY, free, safe) == Status.RESTRICTED


def test_an_account_with_short_options_only_can_be_liquidated() -> None:
    book = join(cash(["X"]), options(["P"], "X", strike=100, expiry=0, is_call=False))
    prices = market.at(book, [[110], [100], [85], [60]], volatility=[0])
    # 30 less what the put is worth, against that and a tenth of the price.
    sold = Accounts(30, [0, -1])
    expected = ["HEALTHY", "HEALTHY", "LIQUIDATION", "BANKRUPT"]
    found = status(sold, prices, tenth_of_short_options)
    assert [Status(code).name for code in found] == expected


def test_short_shares_can_be_liquidated() -> None:
    entry = market.at(shares(["ACME"]), [100])
    bob = open_accounts(50, [-1], entry)
    rule = FixedRate(0.5, 0.3)
    later = market.with_price(entry, "ACME", [114, 116])  # 36 of 34.2, 34 of 34.8
    assert status(bob, later, rule).tolist() == [Status.RESTRICTED, Status.LIQUIDATION]


def test_a_borrowed_coin_can_be_called_but_not_one_that_is_owned() -> None:
    coins = cash(["ETH"])
    now = market.at(coins, [1_500])

    def whole_value(accounts: Accounts, at: market.Market) -> Requirement:
        """Count nothing of a coin that is held, and twice a coin that is owed."""
        need = np.abs(accounts.quantity * at.value).sum(axis=-1)
        return Requirement(need, need)

    # Worth 1,500, and all of it is needed: but there is nothing to close.
    assert status(Accounts(0, [1]), now, whole_value) == Status.HEALTHY
    assert status(Accounts(2_999, [-1]), now, whole_value) == Status.LIQUIDATION
    assert status(Accounts(-1, [1]), now, whole_value) == Status.LIQUIDATION


def test_inverse_positions_have_negative_values_and_positive_size() -> None:
    entry = market.at(inverse(["BTCUSD"], size=100), [20_000])
    ana = open_accounts(0.0101, [20], entry)
    lower = market.with_price(entry, "BTCUSD", [20_000, 19_500, 18_500, 16_000])
    expected = [Status.HEALTHY, Status.RESTRICTED, Status.LIQUIDATION, Status.BANKRUPT]
    assert status(ana, lower, FixedRate(0.10, 0.05)).tolist() == expected


def test_the_table_names_each_move_once() -> None:
    for table in (transitions(), transitions(False, partial=False, warning=0.8)):
        moves = [(row.state, row.event, row.next_state) for row in table]
        assert len(set(moves)) == len(moves)
        assert {row.state for row in table} == set(Status)


def test_the_table_says_which_rule_is_meant() -> None:
    said = {row.next_state: row.condition for row in transitions()}
    assert said[Status.LIQUIDATION] == "0 <= equity < maintenance"
    assert said[Status.RESTRICTED] == "maintenance <= equity < initial"
    other = {row.next_state: row.condition for row in transitions(equality_is_safe=False)}
    assert other[Status.LIQUIDATION] == "0 <= equity <= maintenance"
    assert other[Status.RESTRICTED] == "maintenance < equity < initial"
    assert not [row for row in transitions(partial=False) if row.event == "the venue closes part"]
    assert [row.action for row in transitions(warning=0.8)].count("a warning is sent") == 2
    healthy = {row.event: row.action for row in transitions() if row.next_state is Status.HEALTHY}
    assert healthy["the venue closes all"] == "what is left is returned"
    assert healthy["the loss is paid"] == "the empty account is closed"
    assert healthy["the owner reduces"] == "positions may be opened"
    with pytest.raises(MarginError, match="warning must be a fraction between 0 and 1; got 80"):
        transitions(warning=80)


def test_every_move_of_real_accounts_is_in_the_table_and_every_row_happens() -> None:
    rng = np.random.default_rng(11)
    size = rng.uniform(0.2, 3, 40_000)[:, None] * rng.choice([-1, 1], (40_000, 1))
    crowd = open_accounts(2_000, size, ENTRY)
    before = market.Market(ENTRY.instruments, 20_000 * np.exp(rng.normal(0, 0.06, (40_000, 1))))
    start = status(crowd, before, RULE)
    seen: set[tuple[Status, str, Status]] = set()

    def note(event: str, who: np.ndarray, after: np.ndarray, start: np.ndarray = start) -> None:
        pairs = zip(start[who].tolist(), after[who].tolist(), strict=True)
        seen.update((Status(first), event, Status(second)) for first, second in pairs)

    after = market.Market(ENTRY.instruments, 20_000 * np.exp(rng.normal(0, 0.06, (40_000, 1))))
    change = equity(crowd, after) - equity(crowd, before)
    note("equity falls", change < 0, status(crowd, after, RULE))
    note("equity rises", change > 0, status(crowd, after, RULE))
    paid = deposit(crowd, rng.uniform(0, 3_000, 40_000))
    note("equity rises", np.ones(40_000, bool), status(paid, before, RULE))
    reduced = trade(crowd, before, -crowd.quantity * rng.uniform(0, 1, (40_000, 1)))
    note("the owner reduces", start == Status.RESTRICTED, status(reduced, before, RULE))
    in_trouble = start == Status.LIQUIDATION
    for share in (0.1, 0.5, 0.8):
        part = liquidate(crowd, before, RULE, CloseShare(share), fee=0.02)
        note("the venue closes part", in_trouble, status(part.accounts, before, RULE))
    whole = liquidate(crowd, before, RULE, CloseAll(), fee=0.02)
    done = status(whole.accounts, before, RULE)
    note("the venue closes all", start >= Status.LIQUIDATION, done)
    settled = deposit(whole.accounts, np.maximum(-equity(whole.accounts, before), 0.0))
    note("the loss is paid", done == Status.BANKRUPT, status(settled, before, RULE), done)

    table = {(row.state, row.event, row.next_state) for row in transitions()}
    stays = {move for move in seen if move[0] == move[2]}
    assert seen - stays <= table
    assert table <= seen
