"""What cannot be right is refused at once, in words that say what to type instead."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest

import marginlib
from marginlib import MarginError, accounts, calibration, instruments, margin, market, scenarios
from marginlib._kinds import _arguments, _is_integer
from marginlib.calibration.procyclicality.measures import largest_rise
from tests.refusals import refused_in

TWO = instruments.linear(["BTC", "ETH"])
NOW = market.at(TWO, [20_000, 1_500])

test_mistake_is_named = refused_in("library")


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


def test_every_door_refuses_accounts_of_other_instruments_than_the_market_has() -> None:
    one = market.at(instruments.linear(["BTC"]), [20_000])
    strangers = [(accounts.Accounts(0, [1, 1]), one), (accounts.Accounts(0, [1]), NOW)]
    looked_at = 0
    for room in (getattr(marginlib, name) for name in marginlib.__all__):
        for name in getattr(room, "__all__", []):
            door = getattr(room, name)
            inside = getattr(door, "__wrapped__", None)
            if inside is None or isinstance(door, type):
                continue
            asked = _arguments(inside, sys.modules[inside.__module__])
            held = [one.name for one in asked if "Accounts" in one.classes]
            markets = [one.name for one in asked if "Market" in one.classes]
            for (account, now), one_held, place in product(strangers, held, markets):
                with pytest.raises(MarginError, match="one value for each instrument"):
                    door(**{one_held: account, place: now})
                looked_at += 1
    assert looked_at > 80
