"""What cannot be right is refused at once, in words that say what to type instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from marginlib import MarginError, accounts, instruments, liquidation, margin, market, scenarios
from marginlib.margin.schedule import Schedule

TWO = instruments.linear(["BTC", "ETH"])
NOW = market.at(TWO, [20_000, 1_500])
ANA = accounts.open_accounts(collateral=5_000, quantity=[1, 0], market=NOW)
RULE = margin.FixedRate(0.1, 0.05)
CALL = instruments.options(["call"], "ACME", strike=40, expiry=0.5, is_call=True)
CALL_AND_SHARE = instruments.join(CALL, instruments.shares(["ACME"]))
OPTION_MARKET = market.at(CALL_AND_SHARE, price=[42], volatility=[0.2])
TABLE = Schedule.stepped([0, 100], [0.1, 0.2])

CASES: dict[str, tuple[Callable[[], object], str]] = {
    "percent": (
        lambda: margin.FixedRate(5, 1),
        r"initial must be a fraction; got 5, did you mean 0.05\?",
    ),
    "percent in an array": (
        lambda: margin.FixedRate([0.1, 10], 0.05),
        r"initial\[1\] must be a fraction; got 10, did you mean 0.1\?",
    ),
    "negative rate": (lambda: margin.ClosingFee(-0.1), "rate must not be negative; got -0.1"),
    "maintenance above initial": (
        lambda: margin.FixedRate(0.05, 0.1),
        "maintenance must not exceed initial; got 0.1",
    ),
    "maintenance above initial somewhere": (
        lambda: margin.FixedRate([0.2, 0.05], 0.1),
        r"maintenance\[1\] must not exceed initial",
    ),
    "rates for other instruments": (
        lambda: margin.FixedRate([0.1, 0.1, 0.1], 0.05)(ANA, NOW),
        r"initial must be one rate or 2, one for each instrument \(BTC, ETH\); got shape \(3,\)",
    ),
    "schedules for other instruments": (
        lambda: margin.Tiered([TABLE], TABLE)(ANA, NOW),
        r"initial must be one schedule or 2, .*\(BTC, ETH\); got 1",
    ),
    "leverages for other instruments": (
        lambda: margin.at_leverage(margin.Tiered([TABLE] * 2, TABLE), [2, 2, 2]),
        r"do not fit together: leverage \(3,\), initial \(2,\)",
    ),
    "negative factor": (lambda: RULE * -1, "factor must not be negative"),
    "a rate for a leverage": (
        lambda: margin.at_leverage(RULE, 0.1),
        r"leverage must be at least 1; got 0.1, did you mean 10\?",
    ),
    "no leverage": (lambda: margin.at_leverage(RULE, 0), "leverage must be positive"),
    "too much leverage": (
        lambda: margin.at_leverage(RULE, 20),
        "leverage must be at most 10 here; got 20",
    ),
    "too much leverage for one": (
        lambda: margin.at_leverage(margin.FixedRate([0.1, 0.2], 0.05), 8),
        "leverage must be at most 5 here; got 8",
    ),
    "too much leverage for the table": (lambda: TABLE.at_leverage(11), "at most 10 here; got 11"),
    "zero price": (lambda: market.at(TWO, [20_000, 0]), r"price\[1\] must be positive; got 0"),
    "negative price": (lambda: market.with_price(NOW, "BTC", -1), "price must be positive; got -1"),
    "nan price": (lambda: market.at(TWO, [np.nan, 1]), r"price\[0\] must be finite; got nan"),
    "infinite cash": (lambda: accounts.Accounts(np.inf, [0, 0]), "cash must be finite; got inf"),
    "missing price": (
        lambda: market.at(TWO, [20_000]),
        r"price must hold one value for each instrument \(BTC, ETH\) on its last axis, "
        r"so its shape must end in 2; got shape \(1,\)",
    ),
    "text for a price": (
        lambda: market.at(TWO, ["dear", "cheap"]),
        r"price must be a number or an array of numbers; got \['dear', 'cheap'\]",
    ),
    "a fall below zero": (lambda: market.moved(NOW, [-1, 0]), r"returns\[0\] must be above -1"),
    "returns that do not fit": (
        lambda: market.moved(NOW, [0.1, 0.1, 0.1]),
        r"do not fit together: returns \(3,\), price \(2,\)",
    ),
    "quantity for other instruments": (
        lambda: accounts.open_accounts(collateral=1, quantity=[1], market=NOW),
        r"quantity must hold one value for each instrument \(BTC, ETH\)",
    ),
    "one quantity for an account": (
        lambda: accounts.Accounts(1, 2),
        "quantity must hold one value for each instrument; got one number",
    ),
    "accounts that do not fit": (
        lambda: accounts.Accounts([1, 2], [[1], [2], [3]]),
        r"do not fit together: cash \(2,\), quantity \(3,\)",
    ),
    "accounts of another market": (
        lambda: accounts.equity(accounts.Accounts(1, [1, 2, 3]), NOW),
        r"shape must end in 2; got shape \(3,\)",
    ),
    "a fee in percent": (
        lambda: accounts.trade(ANA, NOW, [1, 0], fee=5),
        r"fee must be a fraction; got 5, did you mean 0.05\?",
    ),
    "negative margin for a position": (
        lambda: accounts.isolate(ANA, NOW, [-1, 0]),
        r"margin\[0\] must not be negative",
    ),
    "an unknown instrument": (
        lambda: liquidation.liquidation_price(ANA, NOW, RULE, "BTCC"),
        r"instrument 'BTCC' is not known; did you mean 'BTC'\?",
    ),
    "an instrument in small letters": (lambda: NOW["eth"], r"did you mean 'ETH'\?"),
    "nothing like it": (lambda: NOW["wheat"], "'wheat' is not known; choose from 'BTC', 'ETH'"),
    "an unknown target of a call": (
        partial(liquidation.margin_call, ANA, NOW, RULE, "maintainance"),
        r"restore 'maintainance' is not known; did you mean 'maintenance'\?",
    ),
    "a side that is no side": (
        lambda: margin.largest_position(ANA, NOW, RULE, "BTC", side=2),
        r"side must be 1 \(buy\) or -1 \(sell\); got 2",
    ),
    "brackets out of order": (
        lambda: Schedule.continuous([0, 200, 100], [0.1, 0.2, 0.3]),
        r"floor\[2\] must be above the floor before it, brackets in order; got 100",
    ),
    "brackets that do not begin at zero": (
        lambda: Schedule.stepped([100, 200], [0.1, 0.2]),
        r"floor\[0\] must start at 0; got 100",
    ),
    "falling rates": (
        lambda: Schedule.stepped([0, 100], [0.2, 0.1]),
        r"rate\[1\] must not be below the rate of the bracket before it; got 0.1",
    ),
    "a bracket without a rate": (
        lambda: Schedule.stepped([0, 100], [0, 0.1]),
        r"rate\[0\] must be above 0",
    ),
    "bracket rates in percent": (
        lambda: Schedule.continuous([0, 100], [0.5, 2]),
        r"rate\[1\] must be a fraction; got 2, did you mean 0.02\?",
    ),
    "columns of different length": (
        lambda: Schedule.continuous([0, 100], [0.1]),
        r"must be columns of one length; got shapes \(2,\), \(1,\) and \(2,\)",
    ),
    "no brackets": (lambda: Schedule.stepped([], []), "must be columns of one length"),
    "a deduction in the first bracket": (
        lambda: Schedule([0, 100], [0.1, 0.2], [5, 15]),
        r"deduction\[0\] must be 0 in the first bracket",
    ),
    "a jump": (
        lambda: Schedule([0, 100, 200], [0.1, 0.2, 0.3], [0, 10, 31]),
        r"deduction\[2\] must make the requirement continuous; got 31, .*jump by -1 at 200: "
        r"the deduction should be 30, or use Schedule.stepped",
    ),
    "a forgotten deduction": (
        lambda: Schedule.published([0, 100], [0.1, 0.2], [0, 0]),
        r"deduction\[1\] .*should be 10",
    ),
    "a negative size": (lambda: TABLE.requirement([1, -1]), r"notional\[1\] must not be negative"),
    "one name instead of a list": (
        lambda: instruments.linear("BTC"),
        r"names must be a list of names; got 'BTC', did you mean \['BTC'\]\?",
    ),
    "no names": (lambda: instruments.linear([]), "at least one name"),
    "a name twice": (
        lambda: instruments.join(TWO, instruments.cash(["ETH"])),
        "names must all be different; got 'ETH' more than once",
    ),
    "sizes that do not fit": (
        lambda: instruments.linear(["BTC"], size=[1, 2]),
        r"size must be one number or 1; got shape \(2,\)",
    ),
    "a contract of nothing": (lambda: instruments.linear(["BTC"], size=0), "must be positive"),
    "an unknown kind": (
        lambda: instruments.Instrument("A", "liner"),
        "kind 'liner' is not known; did you mean 'linear'",
    ),
    "an underlying for each of other names": (
        lambda: instruments.linear(["A", "B"], underlying=["X"]),
        "underlying must be one name or 2; got 1 names",
    ),
    "a multiplier of nothing": (
        lambda: instruments.quanto(["A"], multiplier=0),
        "multiplier must be positive; got 0",
    ),
    "an option without a strike": (
        lambda: instruments.Instrument("A", "option", expiry=1.0),
        "strike must be finite; got nan",
    ),
    "an option that never expires": (
        lambda: instruments.Instrument("A", "option", strike=1.0),
        "expiry must be finite; got inf",
    ),
    "strikes that do not fit": (
        lambda: instruments.options(["A"], "X", [1, 2], 1, True),
        r"strike must be one number or 1; got shape \(2,\)",
    ),
    "an option on nothing": (
        lambda: market.at(CALL, [], [0.5]),
        "option 'call' is on 'ACME', which is not in the list; join it",
    ),
    "an option on an inverse contract": (
        lambda: market.at(
            instruments.join(instruments.inverse(["ACME"], currency="USD"), CALL), [1], [0.5]
        ),
        "option 'call' must be on something of kind linear or share or cash.*'ACME' is inverse",
    ),
    "an option without volatility": (
        lambda: market.at(CALL_AND_SHARE, [42]),
        r"volatility must be given, one for each option \(call\)",
    ),
    "volatility of nothing": (
        lambda: market.at(TWO, [20_000, 1_500], volatility=[0.5]),
        "volatility is for options, and there is none in this list",
    ),
    "a price for an option": (
        lambda: market.at(CALL_AND_SHARE, [42, 4], [0.5]),
        r"price must hold one value for each instrument \(ACME\)",
    ),
    "setting the price of an option": (
        lambda: market.with_price(OPTION_MARKET, "call", 5),
        "'call' is an option, so its price is computed: set the price of 'ACME'",
    ),
    "a volatility that falls below zero": (
        lambda: market.moved(OPTION_MARKET, 0, -1.5),
        "volatility must not be below -1",
    ),
    "time that runs backward": (
        lambda: market.later(OPTION_MARKET, -1),
        "years must not be negative",
    ),
    "funding in per cent": (
        lambda: accounts.funding(ANA, NOW, 1.5),
        r"rate must be a fraction; got 1.5, did you mean 0.015\?",
    ),
    "a negative transfer": (
        lambda: accounts.transfer(ANA, ANA, -5),
        "amount must not be negative",
    ),
    "an axis that is not there": (
        lambda: accounts.merge(ANA),
        "axis must be one of the 0 axes of the accounts; got -1",
    ),
    "margin for a pooled position": (
        lambda: accounts.isolate(ANA, NOW, [0, 1], isolated=["BTC"]),
        r"margin\[1\] must be 0 for a position that is not isolated",
    ),
    "one name to isolate": (
        lambda: accounts.isolate(ANA, NOW, 0, isolated="BTC"),
        r"isolated must be a list of names; got 'BTC', did you mean \['BTC'\]\?",
    ),
    "collateral to isolate": (
        lambda: accounts.isolate(
            accounts.Accounts(1, [1]), market.at(instruments.cash(["X"]), [1]), 0, isolated=["X"]
        ),
        "isolated must name positions; 'X' is held as collateral",
    ),
    "no volatility": (lambda: scenarios.touch_probability(0.1, 0), "volatility must be positive"),
    "half a path": (
        lambda: scenarios.random_walks(
            paths=1.5, steps=2, volatility=0.1, rng=np.random.default_rng(1)
        ),
        "paths must be a whole number, at least 1; got 1.5",
    ),
    "a seed for a generator": (
        lambda: scenarios.random_walks(paths=1, steps=2, volatility=0.1, rng=1),
        r"rng must be a numpy Generator, np.random.default_rng\(1\); got 1",
    ),
}


@pytest.mark.parametrize(("mistake", "message"), CASES.values(), ids=CASES)
def test_mistake_is_named(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        mistake()


def test_a_margin_error_is_a_value_error() -> None:
    assert issubclass(MarginError, ValueError)
