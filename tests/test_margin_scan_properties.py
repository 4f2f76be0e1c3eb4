"""What must hold for any book and any scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marginlib import instruments, market
from marginlib.accounts import Accounts
from marginlib.margin import AtLeast, Model
from marginlib.margin.scan import (
    ContractMinimum,
    Scenarios,
    ScenarioScan,
    each_apart,
    equidistant,
    price_volatility_matrix,
    risk_array,
    span_scenarios,
)
from marginlib.venues.protocols.factors import Factors
from marginlib.venues.protocols.portfolio_charges import (
    BasisContingency,
    GrossContracts,
    NakedShorts,
)
from marginlib.venues.protocols.scenario_table import ScenarioTable
from marginlib.venues.protocols.static_discount import StaticDiscount
from marginlib.venues.protocols.volatility_shocks import SkewShock, VolatilityShock

FUTURES = instruments.linear(["A", "B"], size=[1, 10])
OPTIONS = instruments.options(
    ["near call", "near put", "far call"],
    ["A", "A", "B"],
    strike=[105, 95, 22],
    expiry=[0.1, 0.1, 0.4],
    is_call=[True, False, True],
)
BOOK = instruments.join(FUTURES, OPTIONS)
NOW = market.at(BOOK, [100, 20], [0.3, 0.4, 0.5], rate=0.03, carry=0.0)
COUNT = len(BOOK)
TABLE = ScenarioTable(
    [(-0.1, "up", 1), (0.1, "down", 1), (0.5, "up", 0.1), (0, "tilt", 1), (0, "wings", 1)],
    VolatilityShock(0.5, 0.25, short_power=0.3, long_power=0.13, floor=0.4),
    SkewShock((0.15, 0), (0.1, 0), width=4, least_width=0.01, volatility=0.6),
)
DISCOUNT = StaticDiscount(long=(0.95, 1, 0.08), short=(1.04, 0.5, 0.08))
SPAN = span_scenarios(0.06, 0.25, extreme_multiple=2, extreme_weight=0.35)
COHERENT: dict[str, Model] = {
    "one list": ScenarioScan(SPAN),
    "underlyings apart": ScenarioScan(SPAN, groups=each_apart(BOOK)),
    "partial offset": ScenarioScan(equidistant(0.15, 0.15), gain_offset=0.9),
    "matrix": ScenarioScan(price_volatility_matrix([-0.16, 0, 0.16], [-0.25, 0.5])),
    "discounted table": ScenarioScan(TABLE, discount=DISCOUNT),
    "with contingencies": Factors(
        AtLeast(
            ScenarioScan(TABLE, discount=DISCOUNT),
            BasisContingency(Scenarios([-0.05, 0.05]), 0.5, 2),
        ),
        maintenance=0.8,
    )
    + GrossContracts(0.02, 0.015)
    + NakedShorts(0.005, 0.003),
    "floor": AtLeast(ScenarioScan(SPAN), ContractMinimum(0.1)),
}
# Every model is asked the same, so a few examples of each are enough.
rarely = settings(max_examples=25)
often = settings(max_examples=100)
MODELS = pytest.mark.parametrize("model", COHERENT.values(), ids=COHERENT)
quantities = arrays(np.float64, COUNT, elements=st.floats(-100, 100, allow_subnormal=False))


def need(model: Model, quantity: np.ndarray) -> float:
    return float(model(Accounts(0, quantity), NOW).initial)


@MODELS
@rarely
@given(first=quantities, second=quantities)
def test_two_books_together_never_need_more(
    model: Model, first: np.ndarray, second: np.ndarray
) -> None:
    apart = need(model, first) + need(model, second)
    assert need(model, first + second) <= apart + 1e-9 * (1 + apart)


@MODELS
@rarely
@given(quantity=quantities, size=st.floats(0, 50))
def test_a_book_of_another_size_needs_in_proportion(
    model: Model, quantity: np.ndarray, size: float
) -> None:
    assert need(model, size * quantity) == pytest.approx(size * need(model, quantity), abs=1e-7)


@MODELS
@rarely
@given(quantity=quantities)
def test_requirements_are_never_negative_and_nothing_needs_nothing(
    model: Model, quantity: np.ndarray
) -> None:
    assert need(model, quantity) >= 0
    assert need(model, np.zeros(COUNT)) == 0


@MODELS
@rarely
@given(rows=arrays(np.float64, (4, COUNT), elements=st.floats(-100, 100)))
def test_a_row_of_a_batch_is_the_account_by_itself(model: Model, rows: np.ndarray) -> None:
    together = model(Accounts(np.zeros(4), rows), NOW)
    alone = [model(Accounts(0, row), NOW) for row in rows]
    initial = np.array([one.initial for one in alone])
    maintenance = np.array([one.maintenance for one in alone])
    assert together.initial == pytest.approx(initial, abs=1e-8)
    assert together.maintenance == pytest.approx(maintenance, abs=1e-8)


@MODELS
@rarely
@given(quantity=quantities)
def test_a_market_of_a_batch_is_the_market_by_itself(model: Model, quantity: np.ndarray) -> None:
    prices = np.array([80.0, 100.0, 125.0])
    many = model(Accounts(0, quantity), market.with_price(NOW, "A", prices)).initial
    markets = [market.with_price(NOW, "A", price) for price in prices]
    each = np.array([model(Accounts(0, quantity), one).initial for one in markets])
    assert many == pytest.approx(each, abs=1e-7)


@rarely
@given(quantity=quantities, order=st.permutations(range(COUNT)))
def test_the_order_of_instruments_does_not_matter(quantity: np.ndarray, order: list[int]) -> None:
    book = instruments.Instruments(tuple(BOOK.each[place] for place in order), BOOK.currency)
    own = dict(zip("AB", [100.0, 20.0], strict=True))
    spread = dict(zip(OPTIONS.names, [0.3, 0.4, 0.5], strict=True))
    turned = market.at(
        book,
        [own[name] for name in book.names if name in own],
        [spread[name] for name in book.names if name in spread],
        rate=0.03,
        carry=0.0,
    )
    for model in COHERENT.values():
        found = model(Accounts(0, quantity[list(order)]), turned).initial
        assert float(found) == pytest.approx(need(model, quantity), rel=1e-9, abs=1e-7)


@often
@given(quantity=quantities, order=st.permutations(range(len(SPAN))))
def test_the_order_of_scenarios_does_not_matter(quantity: np.ndarray, order: list[int]) -> None:
    picked = Scenarios(SPAN.price[order], SPAN.volatility[order], SPAN.weight[order])
    found = need(ScenarioScan(picked), quantity)
    assert found == pytest.approx(need(ScenarioScan(SPAN), quantity), rel=1e-12, abs=1e-12)


@often
@given(quantity=quantities)
def test_another_scenario_never_lowers_the_requirement(quantity: np.ndarray) -> None:
    more = SPAN + Scenarios([0.4], weight=[0.2])
    before = need(ScenarioScan(SPAN), quantity)
    assert need(ScenarioScan(more), quantity) >= before - 1e-9 * (1 + before)


@often
@given(quantity=quantities, offset=st.floats(0, 1))
def test_a_smaller_offset_never_lowers_the_requirement(quantity: np.ndarray, offset: float) -> None:
    full = need(ScenarioScan(SPAN), quantity)
    assert need(ScenarioScan(SPAN, gain_offset=offset), quantity) >= full - 1e-9 * (1 + full)


@often
@given(quantity=quantities)
def test_what_was_bought_needs_at_most_what_it_is_worth(quantity: np.ndarray) -> None:
    bought = np.abs(quantity) * BOOK.is_option
    worth = float(bought @ NOW.value)
    assert need(ScenarioScan(SPAN), bought) <= worth + 1e-9 * (1 + worth)


def test_the_worst_loss_of_the_array_is_that_of_a_loop_over_markets() -> None:
    rng = np.random.default_rng(5)
    account = Accounts(0, rng.normal(size=COUNT))
    table = price_volatility_matrix([-0.2, 0.0, 0.3], [-0.3, 0.6])
    base = account.quantity @ NOW.value
    slow = [
        account.quantity @ market.moved(NOW, move, bump).value - base
        for move in (-0.2, 0.0, 0.3)
        for bump in (-0.3, 0.6)
    ]
    assert risk_array(account, NOW, table).profit == pytest.approx(slow)
