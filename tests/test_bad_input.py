"""What cannot be right is refused at once, in words that say what to type instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

import marginlib
from marginlib import (
    MarginError,
    accounts,
    calibration,
    cascade,
    impact,
    instruments,
    liquidation,
    margin,
    market,
    scenarios,
    waterfall,
)
from marginlib._kinds import _arguments, _is_integer
from marginlib.calibration.procyclicality.measures import largest_rise
from marginlib.instruments.listing import Instrument
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
    "negative price": (
        lambda: market.with_price(NOW, "BTC", -1),
        r"price\[0\] must be positive; got -1; list .* as linear\(..., below_zero=True\)",
    ),
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
        lambda: Instrument("A", "liner"),
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
        lambda: Instrument("A", "option", expiry=1.0),
        "strike must be finite; got nan",
    ),
    "an option that never expires": (
        lambda: Instrument("A", "option", strike=1.0),
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
    "a strike below zero on what cannot fall there": (
        lambda: market.at(
            instruments.join(
                instruments.shares(["X"]), instruments.options(["C"], "X", -1, 1, is_call=True)
            ),
            [1],
            [0.2],
        ),
        "strike of 'C' must be positive; got -1",
    ),
    "a share below zero": (
        lambda: market.at(instruments.shares(["X"]), [-1]),
        r"price\[0\] must not be negative; got -1",
    ),
    "an inverse contract at zero": (
        lambda: market.at(instruments.inverse(["X"]), [0]),
        r"price\[0\] must be positive; got 0",
    ),
    "a share that may fall below zero": (
        lambda: Instrument("A", "share", below_zero=True),
        "below_zero is for linear contracts; 'A' is share",
    ),
    "an option valued from nothing": (
        lambda: market.with_price(OPTION_MARKET, "ACME", 0),
        "price of 'ACME' must be positive where the option 'call' is valued from it: give 'call' "
        r"a quote, or list 'ACME' as linear\(..., below_zero=True\)",
    ),
    "neither volatility nor quote": (
        lambda: market.at(CALL_AND_SHARE, [42], quote=[np.nan]),
        "option 'call' must have a volatility or a quote; got neither",
    ),
    "a quote of nothing": (
        lambda: market.at(TWO, [20_000, 1_500], quote=[0.5]),
        "quote is for options, and there is none in this list",
    ),
    "a negative quote": (
        lambda: market.at(CALL_AND_SHARE, [42], quote=[-1]),
        r"quote\[0\] must not be negative",
    ),
    "a price that is text": (
        lambda: market.at(TWO, ["1", "2"]),
        r"price must be a number or an array of numbers; got \['1', '2'\], which is text",
    ),
    "a price in bytes": (lambda: market.at(TWO, [b"1", b"2"]), "which are bytes"),
    "a complex price": (lambda: market.at(TWO, [1j, 2]), "which are complex numbers"),
    "a date for a price": (
        lambda: market.at(TWO, np.array(["2020-01-01"] * 2, dtype="datetime64[D]")),
        "which are dates",
    ),
    "a price that no float holds": (lambda: market.at(TWO, [10**400, 1]), "price must be below"),
    "a masked price": (
        lambda: market.at(TWO, np.ma.array([1.0, 2.0], mask=[False, True])),
        "price must not be masked",
    ),
    "nothing for a price": (lambda: market.at(TWO, [None, 1]), r"got \[None, 1\]"),
    "a long list of bad prices": (
        lambda: market.at(TWO, ["dear"] * 200_000),
        r"got \['dear', 'dear', 'dear', 'dear', 'dear', 'dear', \.\.\.\], which is text$",
    ),
    "prices of other things": (
        lambda: market.at(TWO, {"BTC": 1, "SOL": 2}),
        r"price must have the labels BTC, ETH; got \['BTC', 'SOL'\]",
    ),
    "text for a truth": (
        lambda: instruments.options(["C"], "X", 1, 1, is_call="False"),
        "is_call must be True or False; got 'False'",
    ),
    "text for a switch": (
        lambda: instruments.linear(["A"], below_zero="no"),
        r"below_zero must be True or False in linear\(.*\); got 'no'",
    ),
    "a list where instruments are due": (
        lambda: market.at(["BTC"], [1]),
        r"""instruments must be Instruments, such as instruments.linear\(\["BTC"\]\), """
        r"in at\(instruments, price, .*\); got \['BTC'\]",
    ),
    "accounts and market swapped": (
        lambda: accounts.equity(NOW, ANA),
        r"accounts must be Accounts, such as .* in equity\(accounts, market\); got Market",
    ),
    "accounts and market of a rule swapped": (
        lambda: RULE(NOW, ANA),
        r"accounts must be Accounts, .*; got Market",
    ),
    "a number where a model is due": (
        lambda: liquidation.liquidation_price(ANA, NOW, 0.05, "BTC"),
        r"model must be a margin model, such as margin.FixedRate\(.*; got 0.05",
    ),
    "a model that was not made": (
        lambda: liquidation.liquidation_price(ANA, NOW, margin.FixedRate, "BTC"),
        "model must be a margin model",
    ),
    "coins without a market": (
        lambda: accounts.deposit(ANA, coins={"ETH": 1}),
        r"market must be given with coins: deposit\(accounts, coins=, market=\)",
    ),
    "a future that is paid in": (
        lambda: accounts.open_accounts(0, [0, 0], NOW, coins={"ETH": 1}),
        "coins must be held as collateral, listed as cash or shares; 'ETH' is linear: open it with",
    ),
    "more paths than there can be": (
        lambda: scenarios.random_walks(
            paths=1e300, steps=2, volatility=0.1, rng=np.random.default_rng(1)
        ),
        r"paths must be at most 1,000,000,000; got 1e\+300",
    ),
    "half an axis": (
        lambda: accounts.merge(accounts.Accounts([1, 2], [[1], [2]]), axis=0.5),
        "axis must be a whole number",
    ),
    "a volatility that is no number": (
        lambda: scenarios.touch_probability(0.1, np.nan),
        "volatility must be finite; got nan",
    ),
    "a distance in text": (
        lambda: scenarios.touch_probability("0.1", 0.1),
        "distance must be a number or an array of numbers",
    ),
    "a fee that is none": (
        lambda: cascade.CascadeRules(RULE, impact.linear_book(1), fee=np.nan),
        "fee must be finite; got nan",
    ),
    "a score in text": (
        lambda: waterfall.deleverage_queue(1, 1, [-1], score=["high"]),
        "score must be a number or an array of numbers",
    ),
    "rates in text": (
        lambda: calibration.peak_to_trough(["0.1", "0.2"]),
        "margin must be a number or an array of numbers",
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


def test_what_is_held_is_a_copy_that_nobody_writes_to() -> None:
    given = np.array([20_000.0, 1_500.0])
    made = [
        (market.at(TWO, given), lambda one: one.price),
        (accounts.Accounts(0, given), lambda one: one.quantity),
        (margin.FixedRate(given / 1e6, 0), lambda one: one.initial * 1e6),
        (market.at(TWO, np.broadcast_to(given, (3, 2))), lambda one: one.price[1]),
    ]
    given[0] = -1
    for thing, held in made:
        assert held(thing).tolist() == pytest.approx([20_000, 1_500])
    with pytest.raises(ValueError, match="read-only"):
        made[0][0].price[0] = 1


def test_what_is_held_already_is_not_copied_again() -> None:
    now = market.at(TWO, np.full((5, 2), 7.0))
    assert np.shares_memory(market.later(now, 1).price, now.price)
    crowd = accounts.Accounts(np.zeros(5), np.ones((5, 2)))
    assert np.shares_memory(accounts.Accounts(crowd.cash, crowd.quantity).quantity, crowd.quantity)
    assert np.shares_memory(crowd[1:3].quantity, crowd.quantity)


def test_labels_are_put_into_order_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    for prices in ({"ETH": 2.0, "BTC": 1.0}, pandas.Series({"ETH": 2.0, "BTC": 1.0})):
        assert market.at(TWO, prices).price.tolist() == [1, 2]
    days = pandas.DataFrame({"ETH": [2.0, 3.0], "BTC": [1.0, 5.0]})
    assert market.at(TWO, days).price.tolist() == [[1, 2], [5, 3]]
    assert market.at(TWO, pandas.Series([1.0, 2.0])).price.tolist() == [1, 2]
    held = pandas.Series({"ETH": 0, "BTC": 1})
    assert accounts.open_accounts(5_000, held, NOW).quantity.tolist() == [1, 0]
    assert market.moved(NOW, pandas.Series({"ETH": 0.0, "BTC": 1.0})).price.tolist() == [4e4, 1_500]
    with pytest.raises(
        MarginError, match=r"initial has the labels \['ETH', 'BTC'\], which nothing"
    ):
        margin.FixedRate(pandas.Series({"ETH": 0.2, "BTC": 0.1}), 0.05)


def test_a_whole_number_may_be_written_as_a_float() -> None:
    walks = scenarios.random_walks(
        paths=1e1, steps=2.0, volatility=0.1, rng=np.random.default_rng(1)
    )
    assert walks.shape == (10, 3)
    returns = np.linspace(-0.1, 0.1, 11)
    assert np.array_equal(
        calibration.historical_rate(returns, 5.0, level=0.9).value_at_risk,
        calibration.historical_rate(returns, window=5, level=0.9).value_at_risk,
        equal_nan=True,
    )
    with pytest.raises(MarginError, match=r"days must be a whole number, at least 1; got 1\.5"):
        largest_rise([0.1, 0.2, 0.3], days=1.5)


def test_every_door_names_the_argument_that_is_of_the_wrong_kind() -> None:
    """Whatever a public function or class asks for by kind, it says so of anything else."""
    looked_at = 0
    for room in (getattr(marginlib, name) for name in marginlib.__all__):
        for name in getattr(room, "__all__", []):
            thing = getattr(room, name)
            doors = [thing] if not isinstance(thing, type) else [thing.__init__, thing.__call__]
            for door in doors:
                inside = getattr(door, "__wrapped__", None)
                if inside is None:
                    continue
                itself = [None] if isinstance(thing, type) else []
                for argument in _arguments(inside, sys.modules[inside.__module__]):
                    if argument.fits is _is_integer:
                        continue
                    told = rf"^{argument.name} must be .*; got <object"
                    with pytest.raises(MarginError, match=told):
                        door(*itself, **{argument.name: object()})
                    looked_at += 1
    assert looked_at > 350
