from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError
from marginlib.instruments import cash, inverse, join, linear, unit_price, unit_value


def test_each_kind_has_its_value() -> None:
    book = join(linear(["BTC"], size=0.1), cash(["ETH"]))
    assert unit_value(book, [20_000, 1_500]).tolist() == [2_000, 1_500]
    assert unit_value(inverse(["BTCUSD"], size=100), [20_000]).tolist() == [-0.005]


def test_a_long_inverse_contract_gains_when_the_price_rises() -> None:
    contract = inverse(["BTCUSD"], size=100)
    gain = unit_value(contract, [25_000]) - unit_value(contract, [20_000])
    assert gain == pytest.approx(100 / 20_000 - 100 / 25_000)


@pytest.mark.parametrize("instruments", [linear(["X"], 0.1), inverse(["X"], 100), cash(["X"])])
def test_price_and_value_undo_each_other(instruments) -> None:
    prices = np.array([0.5, 20.0, 30_000.0])
    values = unit_value(instruments, prices[:, None])[:, 0]
    assert unit_price(instruments, "X", values) == pytest.approx(prices)


def test_a_value_that_no_price_gives_has_no_price() -> None:
    assert np.isnan(unit_price(linear(["X"]), "X", [-1.0, 0.0])).all()
    assert np.isnan(unit_price(inverse(["X"]), "X", [1.0, 0.0])).all()


def test_sizes_may_differ() -> None:
    assert linear(["A", "B"], size=[1, 10]).sizes == (1.0, 10.0)


def test_instruments_compare_by_content() -> None:
    assert linear(["A"]) == linear(["A"])
    assert linear(["A"]) != linear(["A"], size=2)


def test_different_currencies_do_not_join() -> None:
    with pytest.raises(MarginError, match="settled in USD and in BTC: one ledger"):
        join(linear(["BTC"]), inverse(["BTCUSD"]))


def test_only_contracts_need_margin() -> None:
    assert join(linear(["A"]), cash(["B"])).is_margined.tolist() == [True, False]
