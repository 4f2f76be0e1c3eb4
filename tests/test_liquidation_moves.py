"""Liquidation prices on both sides, along joint moves and on surfaces; search and closed form."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, market
from marginlib.accounts import Accounts, equity, notional, open_accounts
from marginlib.instruments import cash, inverse, join, linear, options, quanto
from marginlib.liquidation import (
    _blocks,
    along,
    bankruptcy_price,
    frontier,
    liquidation_price,
    liquidation_prices,
    surface,
)
from marginlib.liquidation._search import nearest
from marginlib.liquidation.prices import _ends_of_safety, _search_both
from marginlib.margin import (
    ClosingFee,
    FixedRate,
    Model,
    Requirement,
    ShortOptionRate,
    ShortOptions,
    Tiered,
    headroom,
    on_entry,
)
from marginlib.margin.lines import Lines
from marginlib.margin.schedule import Schedule

ONE = linear(["BTC"])
ENTRY = market.at(ONE, [20_000])
RULE = FixedRate(initial=0.10, maintenance=0.05)
TWO = linear(["BTC", "ETH"])
PAIR = market.at(TWO, [20_000, 1_500])


def nothing(accounts: Accounts, now: market.Market) -> Requirement:
    free = np.zeros(equity(accounts, now).shape)
    return Requirement(free, free)


def strangle(volatility: float, years: float) -> market.Market:
    legs = options(["C", "P"], "X", strike=[110, 90], expiry=years, is_call=[True, False])
    return market.at(join(cash(["X"]), legs), [100], volatility=[volatility] * 2)


class LinesByHand(Model):
    """Any lines, and the maintenance that they stand for."""

    def __init__(self, rate, deduction, constant=0.0) -> None:
        self.parts = Lines(np.asarray(rate), np.asarray(deduction), np.asarray(constant))

    def requirement(self, accounts: Accounts, now: market.Market) -> Requirement:
        need = self.parts.maintenance(notional(accounts, now)[..., 0])
        return Requirement(need, need)

    def lines(self, accounts: Accounts, now: market.Market, index: int) -> Lines:
        return self.parts


NO_RATE = ShortOptionRate()
FREE_OPTIONS = ShortOptions(NO_RATE, NO_RATE, long=0)


def test_a_long_has_one_price_below_and_a_short_one_above() -> None:
    both = open_accounts(2_000, [[1], [-1], [0]], ENTRY)
    below, above = liquidation_prices(both, ENTRY, RULE, "BTC")
    assert below == pytest.approx([18_000 / 0.95, np.nan, np.nan], nan_ok=True)
    assert above == pytest.approx([np.nan, 22_000 / 1.05, np.nan], nan_ok=True)


def test_an_account_already_below_is_saved_above() -> None:
    now = market.with_price(ENTRY, "BTC", 18_500)
    long = open_accounts(2_000, [1], ENTRY)
    below, above = liquidation_prices(long, now, RULE, "BTC")
    assert np.isnan(below)
    assert above == pytest.approx(18_000 / 0.95)


@pytest.mark.parametrize(("cash_held", "low", "high"), [(30, 70, 130), (10, 90, 110)])
def test_options_sold_have_two_prices(cash_held: float, low: float, high: float) -> None:
    legs = options(["C", "P"], "X", strike=100, expiry=0, is_call=[True, False])
    now = market.at(join(cash(["X"]), legs), [100], volatility=[0, 0])
    sold = Accounts(cash_held, [0, -1, -1])
    below, above = liquidation_prices(sold, now, nothing, "X")
    assert below == pytest.approx(low)
    assert above == pytest.approx(high)
    assert bankruptcy_price(sold, now, "X") == pytest.approx(high)  # nearer in per cent


def test_which_of_two_prices_is_nearer_does_not_hang_on_the_rest_of_the_batch() -> None:
    below = np.array([85.0, -50, -50, 90, np.nan, 85])
    above = np.array([116, 120, 300, 112, 2, np.nan])
    found = nearest(below, above, np.array(100.0))  # 16 % up is less than 15 % down, in logarithms
    assert found.tolist() == [116, 120, -50, 90, 2, 85]


def test_options_bought_have_none() -> None:
    now = strangle(0.6, 0.25)
    held = Accounts(0, [0, 1, 2])
    assert np.isnan(liquidation_price(held, now, RULE + FREE_OPTIONS, "X"))
    assert np.isnan(liquidation_prices(held, now, nothing, "X")).all()


def test_at_both_prices_of_a_strangle_nothing_is_left() -> None:
    now = strangle(0.6, 0.25)
    sold = Accounts([40.0, 80.0], [[0, -1, -2], [0.2, -3, -1]])
    for price in liquidation_prices(sold, now, nothing, "X"):
        there = market.with_price(now, "X", price)
        assert equity(sold, there) == pytest.approx([0, 0], abs=1e-9)
    below, above = liquidation_prices(sold, now, nothing, "X")
    assert (below < 100).all()
    assert (above > 100).all()


def test_an_option_hedged_by_its_underlying_is_not_frozen() -> None:
    # A call sold against the coin itself cannot be brought down by a rise.
    legs = options(["C"], "X", strike=100, expiry=0, is_call=True)
    now = market.at(join(linear(["X"]), legs), [100], volatility=[0])
    covered = open_accounts(20, [1, -1], now)
    assert liquidation_price(covered, now, RULE + FREE_OPTIONS, "X") == pytest.approx(80 / 0.95)
    assert np.isnan(liquidation_prices(covered, now, nothing, "X").above)


def test_inverse_options() -> None:
    legs = options(["P"], "BTC", strike=20_000, expiry=0, is_call=False, currency="BTC", inverse=1)
    now = market.at(join(inverse(["BTC"]), legs), [20_000], volatility=[0])
    # A put sold costs 20,000 / P - 1 coins, and half a coin is there.
    sold = Accounts(0.5, [0, -1])
    assert liquidation_price(sold, now, nothing, "BTC") == pytest.approx(20_000 / 1.5)


def test_the_price_of_an_option_is_not_asked_for() -> None:
    now = strangle(0.6, 0.25)
    for question in (
        lambda: liquidation_price(Accounts(1, [0, -1, 0]), now, RULE, "C"),
        lambda: liquidation_prices(Accounts(1, [0, -1, 0]), now, RULE, "C"),
        lambda: bankruptcy_price(Accounts(1, [0, -1, 0]), now, "C"),
    ):
        with pytest.raises(MarginError, match=r"'C' is an option, .* ask for the price of 'X'"):
            question()


def test_rates_of_one_and_more_have_a_closed_form_too() -> None:
    # Up to 15,000 a rate of 0.5, beyond it 2.5: safe from 6,000 to 20,333.33 for the long.
    steep = LinesByHand([0.5, 2.5], [0, 30_000])
    long = Accounts(-3_000, [1])
    below, above = liquidation_prices(long, market.at(ONE, [10_000]), steep, "BTC")
    assert below == pytest.approx(6_000)
    assert above == pytest.approx(27_000 / 1.5)
    nearer = liquidation_price(long, market.at(ONE, [15_000]), steep, "BTC")
    assert nearer == pytest.approx(18_000)
    # From above both lie below.
    below, above = liquidation_prices(long, market.at(ONE, [30_000]), steep, "BTC")
    assert below == pytest.approx(18_000)
    assert np.isnan(above)


def test_a_line_as_steep_as_the_position() -> None:
    exactly = LinesByHand([1.0], [0])
    safe, unsafe = Accounts(1, [1]), Accounts(-1, [1])
    assert np.isnan(liquidation_price(safe, ENTRY, exactly, "BTC"))
    assert np.isnan(liquidation_price(unsafe, ENTRY, exactly, "BTC"))
    short = Accounts(40_000, [-1])
    assert liquidation_price(short, ENTRY, exactly, "BTC") == pytest.approx(20_000)


def test_below_zero_closed_form_equals_search() -> None:
    oil = linear(["CL"], size=1_000, below_zero=True)
    now = market.at(oil, [10.0])
    crowd = open_accounts([12_000, 12_000, 30_000], [[1], [-1], [1]], now)
    # A twentieth of the notional, which is never negative: 1,000 (p + 2) = 50 |p| and so on.
    below, above = liquidation_prices(crowd, now, RULE, "CL")
    assert below == pytest.approx([-2 / 1.05, np.nan, -20 / 1.05], nan_ok=True)
    assert above == pytest.approx([np.nan, 22 / 1.05, np.nan], nan_ok=True)
    searched = _search_both(crowd, now, RULE, "CL")
    np.testing.assert_allclose(searched, [below, above], rtol=1e-9)
    assert np.isfinite(liquidation_prices(crowd, now, LinesByHand([0], [0]), "CL")).any()
    with pytest.raises(MarginError, match="must not be negative where 'CL' may fall below"):
        liquidation_prices(crowd, now, LinesByHand([-0.1], [0]), "CL")


def test_lines_may_belong_to_each_account() -> None:
    each = LinesByHand(np.array([[0.05, 0.05], [0.10, 0.20]]), np.array([[0, 0], [500, 1e5]]))
    pair = open_accounts(2_000, [[1], [-1]], ENTRY)
    # max(0.05 N, 0.10 N - 500) for the long: the second counts; the first for the short.
    expected = [17_500 / 0.90, 22_000 / 1.05]
    assert liquidation_price(pair, ENTRY, each, "BTC") == pytest.approx(expected)
    below, above = liquidation_prices(pair, ENTRY, each, "BTC")
    assert below[0] == pytest.approx(expected[0])
    assert above[1] == pytest.approx(expected[1])


def test_closed_form_equals_search_for_lines_of_all_steepness() -> None:
    rng = np.random.default_rng(5)
    found = 0
    for kind in (linear(["BTC"], size=0.1), inverse(["BTC"], size=100)):
        now = market.at(kind, [20_000])
        for _ in range(40):
            rate = np.sort(rng.uniform(0, 3, 4))
            floor = np.cumsum([0, *rng.uniform(0.3, 1, 3)])
            deduction = np.cumsum(floor * np.diff(rate, prepend=rate[0]))
            model = LinesByHand(rate, deduction)
            held = rng.normal(size=(50, 1)) / now.value
            crowd = open_accounts(rng.uniform(-0.5, 2, 50), held, now)
            exact = np.array(liquidation_prices(crowd, now, model, "BTC"))
            searched = _search_both(crowd, now, model, "BTC")
            # Beyond a factor of a million the search gives up, and two crossings within one of its
            # steps are missed by it.
            low, high = np.log(_ends_of_safety(crowd, now, model.parts, "BTC") / 20_000)
            apart = ~(high - low < 0.02 + 0.2 * np.abs(low))
            usual = apart & ~(np.abs(np.log(exact / 20_000)) > 13)
            found += np.isfinite(exact[usual]).sum()
            expected, answer = (np.where(usual, each, np.nan) for each in (exact, searched))
            np.testing.assert_allclose(answer, expected, rtol=1e-9)
    assert found > 2_000


def test_a_search_ends_on_a_boundary() -> None:
    rng = np.random.default_rng(9)
    table = Schedule.stepped([0, 1e4, 5e4, 2e5], [0.01, 0.05, 0.2, 0.5])
    rule = Tiered(table, table)
    crowd = open_accounts(rng.uniform(0, 2e4, 500), rng.normal(size=(500, 2)) * [4, 50], PAIR)
    for name in ("BTC", "ETH"):
        for price in liquidation_prices(crowd, PAIR, rule, name):
            held = np.isfinite(price)
            assert held.sum() > 50
            price = np.where(held, price, 1.0)
            sides = [
                headroom(
                    crowd, market.with_price(PAIR, name, np.where(held, price * near, 1)), rule
                )
                for near in (1 - 1e-12, 1 + 1e-12)
            ]
            scale = 1e-9 * np.abs(crowd.quantity * PAIR.value).sum(axis=-1)
            changes = np.sign(sides[0]) != np.sign(sides[1])
            touches = np.abs(sides[0]) < scale
            assert (changes | touches)[held].all()


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    table = Schedule.continuous([0, 1e4, 5e4], [0.01, 0.05, 0.2])
    crowd = open_accounts(rng.uniform(0, 2e4, (7, 11)), rng.normal(size=(7, 11, 2)) * [4, 50], PAIR)
    stepped = Schedule.stepped([0, 1e4], [0.01, 0.05])
    rules = [Tiered(table, table), Tiered(stepped, stepped)]

    def answers() -> list[np.ndarray]:
        each = []
        for rule in rules:
            each += [liquidation_price(crowd, PAIR, rule, "ETH")]
            each += [np.array(liquidation_prices(crowd, PAIR, rule, "ETH"))]
            each += [np.array(along(crowd, PAIR, rule, [1, 0.5]))]
        return each

    whole = answers()
    monkeypatch.setattr(_blocks, "BLOCK", 10)
    for one, other in zip(whole, answers(), strict=True):
        assert one.shape[-2:] == (7, 11)
        np.testing.assert_array_equal(one, other)


def test_a_model_of_particular_accounts_is_not_cut_into_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates = np.linspace(0.01, 0.1, 40)

    def each_its_own(accounts: Accounts, now: market.Market) -> Requirement:
        need = rates * notional(accounts, now)[..., 0]
        return Requirement(need, need)

    crowd = open_accounts(np.full(40, 2_000.0), [1], ENTRY)
    monkeypatch.setattr(_blocks, "BLOCK", 10)
    price = liquidation_price(crowd, ENTRY, each_its_own, "BTC")
    assert price == pytest.approx(18_000 / (1 - rates))


def test_along_one_price_is_the_liquidation_price() -> None:
    crowd = open_accounts(5_000, [[1, 10], [-1, 10], [1, -10]], PAIR)
    for direction in ([1, 0], [0.5, 0], [-2, 0]):
        below, above = liquidation_prices(crowd, PAIR, RULE, "BTC")
        down, up = along(crowd, PAIR, RULE, direction)
        if direction[0] < 0:
            down, up = up, down
        assert 20_000 * (1 + down * direction[0]) == pytest.approx(below, nan_ok=True)
        assert 20_000 * (1 + up * direction[0]) == pytest.approx(above, nan_ok=True)


def test_along_a_joint_move_by_hand() -> None:
    ana = open_accounts(5_000, [1, 10], PAIR)
    # Ether falls twice as far: 5,000 + 50,000 t is left, 5 % of 35,000 + 50,000 t is needed.
    assert along(ana, PAIR, RULE, [1, 2]).down == pytest.approx(-3_250 / 47_500)
    # A spread does not mind a joint move, only its maintenance of 5 % of 35,000 (1 + t) does.
    spread = open_accounts(5_000, [1, -20_000 / 1_500], PAIR)
    down, up = along(spread, PAIR, RULE, 1)
    assert np.isnan(down)
    assert up == pytest.approx(5_000 / 2_000 - 1)
    # Bitcoin up, ether down by as much.
    assert along(spread, PAIR, RULE, [1, -1]).down == pytest.approx(-3_000 / 40_000)


def test_along_in_closed_form_equals_search() -> None:
    rng = np.random.default_rng(8)
    book = join(linear(["A", "B"], size=[1, 10]), cash(["C"]), quanto(["D"], 0.5, currency="USD"))
    now = market.at(book, [20_000, 1_500, 30, 100])
    value = rng.normal(size=(300, 4)) * [1e5, 1e5, 3e4, 1e5]
    value[:, 2] = np.abs(value[:, 2])  # rates do not cover debts
    crowd = open_accounts(rng.uniform(-1e4, 1e5, 300), value / now.value, now)
    rule = FixedRate([0.1, 0.2, 0.3, 0.4], [0.05, 0.1, 0.2, 0.3]) + 2 * ClosingFee(0.001)
    found = 0
    for model in (rule, rule + on_entry(RULE, now)):
        for direction in (1, [1, 0, 0, 0], [1, 0.5, -2, 0], [-0.2, -1, 0, -3]):
            exact = np.array(along(crowd, now, model, direction))
            searched = np.array(along(crowd, now, lambda who, at, m=model: m(who, at), direction))
            # Beyond a factor of a million, and within a millionth of zero, the search gives up.
            near = ~(np.isfinite(exact) & np.isnan(searched))
            assert near.mean() > 0.99
            found += np.isfinite(exact).sum()
            np.testing.assert_allclose(
                np.where(near, searched, 0), np.where(near, exact, 0), rtol=1e-8, atol=1e-12
            )
    assert found > 2_000


def test_along_searches_where_values_bend() -> None:
    # 0.02 - 2,000 (1/P - 1/20,000) = 0.05 x 2,000 / P, and the linear one does not move.
    mixed = join(inverse(["X"], size=100), linear(["Y"], currency="BTC"))
    now = market.at(mixed, [20_000, 1])
    ana = open_accounts(0.02, [20, 0.0], now)
    down = along(ana, now, RULE, 1).down
    assert 20_000 * (1 + down) == pytest.approx(2_000 * 1.05 / 0.12)


def test_along_moves_options_too() -> None:
    now = strangle(0.6, 0.25)
    sold = Accounts(40, [0, -1, -2])
    below, above = liquidation_prices(sold, now, nothing, "X")
    down, up = along(sold, now, nothing, 1)
    assert 100 * (1 + down) == pytest.approx(below)
    assert 100 * (1 + up) == pytest.approx(above)


def test_along_for_many_markets() -> None:
    ana = open_accounts(5_000, [1, 10], PAIR)
    markets = market.with_price(PAIR, "BTC", [20_000, 21_000])
    down = along(ana, markets, RULE, 1).down
    assert down == pytest.approx([-3_250 / 33_250, -(6_000 - 1_800) / (36_000 - 1_800)])


def test_surface_and_frontier() -> None:
    crowd = open_accounts([5_000, 6_000, 7_000], [1, 10], PAIR)
    bitcoin, ether = [18_000, 20_000], [1_400, 1_500, 1_600]
    grid = surface(crowd, PAIR, RULE, "BTC", bitcoin, "ETH", ether)
    assert grid.shape == (3, 2, 3)
    assert grid[1, 0, 2] == pytest.approx(6_000 - 2_000 + 1_000 - 0.05 * (18_000 + 16_000))
    line = frontier(crowd, PAIR, RULE, "BTC", bitcoin, "ETH")
    assert line.shape == (3, 2)
    for place, price in np.ndenumerate(line):
        row, column = place
        at_line = surface(crowd[row], PAIR, RULE, "BTC", bitcoin, "ETH", [price])
        assert at_line[column, 0] == pytest.approx(0, abs=1e-9)
