from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError
from marginlib.instruments import cash, inverse, join, linear, options, quanto, shares
from marginlib.instruments.listing import Instrument
from marginlib.instruments.unit_values import unit_price, unit_value


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


def test_a_quanto_contract_pays_its_multiplier_for_each_point() -> None:
    contract = quanto(["ETHUSD"], multiplier=1e-6)
    assert contract.currency == "BTC"
    assert unit_value(contract, [[1_500], [1_600]]) == pytest.approx(np.array([[0.0015], [0.0016]]))


def test_each_kind_is_told_apart() -> None:
    book = join(
        linear(["future"]),
        inverse(["inverse"], currency="USD"),
        quanto(["quanto"], 1, currency="USD"),
        shares(["share"]),
        cash(["coin"]),
        options(["call"], "coin", strike=10, expiry=1, is_call=True),
    )
    assert book.kinds == ("linear", "inverse", "quanto", "share", "cash", "option")
    assert book.is_margined.tolist() == [True, True, True, True, False, False]
    assert book.is_inverse.tolist() == [False, True, False, False, False, False]
    assert book.is_cash.tolist() == [False, False, False, False, True, False]
    assert book.is_option.tolist() == [False, False, False, False, False, True]
    assert book.quoted.tolist() == [0, 1, 2, 3, 4]
    assert book.options.tolist() == [5]


def test_mixed_kinds_keep_their_own_values() -> None:
    book = join(inverse(["A"], size=100), quanto(["B"], 2), cash(["C"], currency="BTC"))
    assert unit_value(book, [50.0, 3.0, 7.0]).tolist() == [-2.0, 6.0, 7.0]


def test_contracts_on_one_thing_share_its_name() -> None:
    book = join(
        options(["put"], "BTC-JUN", strike=1, expiry=1, is_call=False),
        linear(["BTC", "BTC-JUN"], underlying="BTC"),
        linear(["X", "Y"], underlying=["BTC", "ETH"]),
        shares(["ACME"]),
    )
    assert book.underlyings == ("BTC", "BTC", "BTC", "BTC", "ETH", "ACME")


def test_terms_of_options_are_columns() -> None:
    book = join(
        options(["a", "b"], ["X", "Y"], [10, 20], 0.5, [True, False], size=[1, 100]),
        cash(["Y", "X"]),
        options(["c"], "X", 30, 0.25, False),
    )
    terms = book.option_terms
    assert terms.strike.tolist() == [10, 20, 30]
    assert terms.expiry.tolist() == [0.5, 0.5, 0.25]
    assert terms.size.tolist() == [1, 100, 1]
    assert terms.is_call.tolist() == [True, False, False]
    assert terms.underlying.tolist() == [1, 0, 1]
    assert book.quoted.tolist() == [2, 3]


def test_a_record_equals_its_like_though_it_has_no_strike() -> None:
    assert Instrument("A", "linear") == Instrument("A", "linear", strike=float("nan"))
    assert len({Instrument("A", "linear"), Instrument("A", "linear")}) == 1
    assert Instrument("A", "linear") != Instrument("A", "cash")
    call = options(["A"], "X", strike=10, expiry=1, is_call=True)
    assert call != options(["A"], "X", strike=11, expiry=1, is_call=True)
    assert call == options(["A"], "X", strike=10, expiry=1, is_call=True)


def test_a_long_list_is_made_in_no_time() -> None:
    names = [f"call {strike}" for strike in range(1, 20_001)]
    book = join(cash(["X"]), options(names, "X", np.arange(1, 20_001), 1.0, True))
    assert book.option_terms.underlying.sum() == 0
    assert book.option_terms.strike[-1] == 20_000


def test_only_contracts_need_margin() -> None:
    assert join(linear(["A"]), cash(["B"])).is_margined.tolist() == [True, False]
