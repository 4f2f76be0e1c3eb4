"""What must hold for every haircut, netting rule, order rule and scaled rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marginlib import market
from marginlib.accounts import Accounts, equity, isolate, notional, open_accounts
from marginlib.instruments import Instruments, cash, inverse, join, linear
from marginlib.liquidation import liquidation_price
from marginlib.liquidation.prices import _search
from marginlib.margin import (
    FixedCharge,
    FixedRate,
    Haircut,
    Model,
    Netted,
    ProfitHaircut,
    Tiered,
    TieredHaircut,
    by_position,
    counted_value,
    headroom,
    weighted_collateral,
)
from marginlib.margin.haircut_rules import HaircutPerAsset
from marginlib.margin.schedule import Schedule
from marginlib.venues.protocols.by_size import BySize, SizePremiumRate, SkewRate
from marginlib.venues.protocols.charges import ClampedCharge, Minimum, RoundedUp
from marginlib.venues.protocols.full_collateral import FullCollateral
from marginlib.venues.protocols.funding import FundingMargin
from marginlib.venues.protocols.levels import MarginLevels
from marginlib.venues.protocols.order_margin import LargerSide, OrderMargin, WorseFill
from marginlib.venues.protocols.orders import Orders
from marginlib.venues.protocols.risk_factors import RiskFactors
from marginlib.venues.protocols.settlement_haircut import SettlementHaircut
from marginlib.venues.protocols.weights import PoolDiscount, PoolPremium, SizeDiscount, SizePremium

BOOK = join(
    linear(["PERP", "JUN"], underlying="BTC"), linear(["ALT"], size=10), cash(["BTC", "USDT"])
)
NOW = market.at(BOOK, [20_000, 21_000, 25, 20_000, 1])
ENTRY = market.at(BOOK, [19_000, 22_000, 20, 1, 1])
TABLE = Schedule.continuous([0, 30_000, 90_000], [0.01, 0.05, 0.2])
ORDERS = Orders([2, 0, 30, 0, 0], [1, 3, 0, 0, 0], [19_500, 1, 24, 1, 1], [20_500, 21_500, 1, 1, 1])
BIDS = Orders([2, 0, 30, 0, 0], [1, 3, 0, 0, 0])
RATES = FixedRate([0.1, 0.2, 0.3, 0, 0], [0.05, 0.1, 0.2, 0, 0])

MODELS: dict[str, Model] = {
    "haircut": Haircut([0, 0, 0, 0.1, 0.02], 0.01, debt_initial=0.3, band=0.01),
    "tiers": Haircut(TieredHaircut([0, 50_000, 90_000], [1, 0.8, 0.1])),
    "tiers of coins": Haircut(TieredHaircut([0, 2, 5], [0.98, 0.9, 0], by="quantity")),
    "size": Haircut(SizeDiscount(0.1, 0.9), debt_initial=SizePremium(0.1, 1.1)),
    "pool": Haircut(PoolDiscount(90, 1e6, 0.9), debt_initial=PoolPremium(90, 1e6, 1.1)),
    "profit": ProfitHaircut(ENTRY.value, 0.5),
    "large profit": ProfitHaircut(ENTRY.value, SizeDiscount(0.01)),
    "net profit": ProfitHaircut(ENTRY.value, 0.5, net=True),
    "profit after": RATES + ProfitHaircut(ENTRY.value, 0.5, after=RATES),
    "settled": SettlementHaircut(RATES, 0.2, 0.1, debt_initial=0.3),
    "netted": Netted(0.1, 0.05),
    "partly netted": Netted([0.1, 0.2, 0.3, 0, 0], 0.05, hedged=0.3),
    "netted tiers": Netted(TABLE, TABLE, hedged=0.7),
    "larger side": LargerSide(RATES, ORDERS, maintenance=True),
    "order margin": OrderMargin(ORDERS, 0.1, maintenance=True),
    "worse fill": WorseFill(RATES, ORDERS),
    "contracts": BySize((TABLE,) * 5, (TABLE,) * 5, [0.01, 0.01, 1, 1, 1]),
    "size premium": SizePremiumRate(0.1, 0.05, 0.01),
    "skew": SkewRate([100, 100, 9_000, 1, 1], 0.5, 0.02, 0.5),
    "fixed charge": FixedCharge(5, initial=True),
    "minimum": Minimum(Tiered(TABLE, TABLE), 500, 300),
    "clamped": ClampedCharge(0.01, 20, 500),
    "rounded": RoundedUp(RATES, 10, 0.5),
    "risk factors": RiskFactors(0.1, 0.3, 0.05, ORDERS),
    "levels": MarginLevels(RiskFactors(0.1, 0.3), 1.1, 1.2, 1.4),
    "funding": FundingMargin([2, -3, 1, 0, 0], 0.5),
    "paid in full": FullCollateral([60_000, 60_000, 90, 1, 1]),
}
quick = settings(max_examples=12)
searching = settings(quick, max_examples=3)  # of many accounts each, for the same price
each_model = pytest.mark.parametrize("rule", MODELS.values(), ids=MODELS)
quantities = st.lists(st.floats(-10, 10).map(lambda x: round(x, 3)), min_size=5, max_size=5).map(
    np.array
)


@st.composite
def people(draw: st.DrawFn, count: int = 4) -> Accounts:
    """Return accounts with debts and assets, long and short."""
    money = draw(st.lists(st.floats(-1e5, 1e5), min_size=count, max_size=count))
    return Accounts(money, np.array([draw(quantities) for _ in range(count)]))


def covered(rule: Model, held: Accounts) -> Accounts:
    """Return the accounts without what the rule does not cover."""
    return Accounts(held.cash, np.where(rule.covers(BOOK), held.quantity, 0.0))


@each_model
@quick
@given(held=people())
def test_a_row_of_a_batch_is_the_account_by_itself(rule: Model, held: Accounts) -> None:
    held = covered(rule, held)
    together = rule(held, NOW)
    for row, alone in enumerate(held):
        need = rule(alone, NOW)
        assert float(need.initial) == pytest.approx(together.initial[row], rel=1e-12, abs=1e-9)
        assert float(need.maintenance) == pytest.approx(
            together.maintenance[row], rel=1e-12, abs=1e-9
        )


@each_model
def test_many_markets_give_what_each_gives(rule: Model) -> None:
    held = covered(rule, Accounts([0, 50_000], [[1, -2, 30, 2, -500], [-1, 2, -30, -1, 500]]))
    moves = np.array([-0.5, 0, 0.7])[:, None, None] * np.array([1, 1, 0.5, 1, 0])
    together = rule(held, market.moved(NOW, moves))
    assert together.maintenance.shape == together.initial.shape == (3, 2)
    for row, move in enumerate(moves):
        need = rule(held, market.moved(NOW, move[0]))
        np.testing.assert_allclose(need.initial, together.initial[row], rtol=1e-12)
        np.testing.assert_allclose(need.maintenance, together.maintenance[row], rtol=1e-12)


# Who has paid in full is always at the limit and never below it, so there is no such price.
LIMITED = [name for name in MODELS if name != "paid in full"]


@pytest.mark.parametrize("name", LIMITED)
@searching
@given(held=people(count=30), asked=st.sampled_from(BOOK.names))
def test_at_a_liquidation_price_equity_is_the_requirement(
    name: str, held: Accounts, asked: str
) -> None:
    rule = MODELS[name]
    held = covered(rule, held)
    price = liquidation_price(held, NOW, rule, asked)
    there = market.with_price(NOW, asked, np.where(np.isfinite(price), price, 1.0))
    # Orders and charges are of the size of a hundred thousand, so rounding is of that size too.
    scale = 1e5 + np.abs(held.cash) + np.abs(held.quantity * there.value).sum(axis=-1)
    off = np.abs(headroom(held, there, rule))[np.isfinite(price)]
    # Where a requirement jumps there is no equality, only a change of sides: rounding jumps.
    allowed = 0.5 if name == "rounded" else 1e-10 * scale[np.isfinite(price)]
    assert (off <= allowed).all()


LINED = ["haircut", "tiers", "settled", "net profit", "partly netted", "netted tiers", "minimum"]


@pytest.mark.parametrize("name", LINED)
@searching
@given(held=people(count=30), asked=st.sampled_from(BOOK.names))
def test_closed_forms_are_the_nearest_crossings(name: str, held: Accounts, asked: str) -> None:
    rule = MODELS[name]
    held = covered(rule, held)
    own, need = equity(held, NOW), rule(held, NOW).maintenance
    # Far enough from the limit, and with enough held, that the search's first step crosses nothing.
    clear = np.abs(own - need) > 0.05 * np.abs(held.quantity * NOW.value).sum(axis=-1)
    found, searched = (
        liquidation_price(held, NOW, rule, asked),
        _search(held, NOW, rule, asked),
    )
    both = clear & np.isfinite(found) & np.isfinite(searched)
    np.testing.assert_allclose(found[both], searched[both], rtol=1e-9)


def reordered(order: np.ndarray) -> Instruments:
    return Instruments(tuple(BOOK.each[place] for place in order), BOOK.currency)


@quick
@given(held=people(count=2), order=st.permutations(range(5)))
def test_the_order_of_instruments_does_not_matter(held: Accounts, order: list[int]) -> None:
    place = np.array(order)
    same = market.at(reordered(place), NOW.price[place])
    moved = Accounts(held.cash, held.quantity[:, place])
    haircut, discount = np.array([0, 0, 0, 0.1, 0.02]), TieredHaircut([0, 50_000], [1, 0.5])
    netted, full = Netted(TABLE, 0.05), FixedRate(0.1, 0.1)
    entry, bids = ENTRY.value[place], Orders(BIDS.buy[place], BIDS.sell[place])
    pairs = [
        (Haircut(haircut, debt_initial=0.3), Haircut(haircut[place], debt_initial=0.3)),
        (Haircut(discount), Haircut(discount)),
        (netted, netted),
        (ProfitHaircut(ENTRY.value, 0.5, net=True), ProfitHaircut(entry, 0.5, net=True)),
        (WorseFill(full, BIDS), WorseFill(full, bids)),
    ]
    for rule, other in pairs:
        mine, theirs = rule.requirement(held, NOW), other.requirement(moved, same)
        np.testing.assert_allclose(mine.initial, theirs.initial, rtol=1e-12, atol=1e-6)


LINEAR = ["haircut", "netted", "partly netted", "profit", "net profit", "settled", "levels"]


@pytest.mark.parametrize("name", LINEAR)
@quick
@given(held=people(count=2), factor=st.floats(0.01, 100))
def test_rules_without_tiers_scale_with_the_account(
    name: str, held: Accounts, factor: float
) -> None:
    rule = MODELS[name]
    held = covered(rule, held)
    larger = Accounts(factor * held.cash, factor * held.quantity)
    np.testing.assert_allclose(
        rule(larger, NOW).maintenance, factor * rule(held, NOW).maintenance, rtol=1e-9, atol=1e-6
    )


GROWING = ["tiers", "tiers of coins", "size", "netted tiers", "contracts", "size premium", "skew"]


@pytest.mark.parametrize("name", GROWING)
@quick
@given(held=people(count=2), factor=st.floats(1, 100))
def test_rules_against_size_grow_at_least_as_fast_as_the_account(
    name: str, held: Accounts, factor: float
) -> None:
    rule = MODELS[name]
    held = covered(rule, held)
    larger = Accounts(factor * held.cash, factor * held.quantity)
    asked, least = rule(larger, NOW).maintenance, factor * rule(held, NOW).maintenance
    assert (asked >= least * (1 - 1e-9) - 1e-6).all()


RULES = [
    TieredHaircut([0, 50_000, 90_000], [0.95, 0.8, 0.1]),
    TieredHaircut([0, 2, 5], [0.98, 0.9, 0], by="quantity"),
    SizeDiscount(0.1, 0.9),
    PoolDiscount(90, 1e6, 0.9),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@quick
@given(amount=st.floats(0.001, 50), more=st.floats(1, 10))
def test_a_haircut_never_falls_with_the_amount_and_never_exceeds_it(rule, amount, more) -> None:
    held, value = np.array([amount, amount * more]), np.full(2, 20_000.0)
    rate = np.broadcast_to(rule.rate(held, value), 2)
    assert 0 <= rate[0] <= rate[1] + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize("edge", [2.5, 4.5])
def test_tiers_do_not_jump(edge: float) -> None:
    ladder = HaircutPerAsset((TieredHaircut([0, 50_000, 90_000], [0.95, 0.8, 0.1]),))
    lost = [
        float((ladder.rate(np.array([size]), np.array([20_000.0])) * size * 20_000)[0])
        for size in (edge * (1 - 1e-12), edge, edge * (1 + 1e-12))
    ]
    assert lost[2] - lost[0] < 1e-6


@quick
@given(held=people())
def test_what_counts_lies_between_nothing_and_the_value_of_an_asset(held: Accounts) -> None:
    rule = weighted_collateral(0.8, liability_initial=1.2, band=0.02)
    value = held.quantity * NOW.value * BOOK.is_cash
    counted = counted_value(held, NOW, rule) * BOOK.is_cash
    assert (counted <= value + 1e-9).all()
    assert (counted[value > 0] >= 0).all()
    assert (counted[value < 0] >= 1.3 * value[value < 0]).all()


@quick
@given(held=people(count=2), rate=st.floats(0.01, 0.5), hedged=st.floats(0, 2))
def test_netting_lies_between_the_net_and_the_gross(held, rate: float, hedged: float) -> None:
    held = covered(RATES, held)
    net, some, gross = (
        Netted(rate, rate, hedged=share)(held, NOW).initial for share in (0, hedged, 2)
    )
    assert (net <= some + 1e-9).all()
    assert (some <= gross + 1e-9).all()
    np.testing.assert_allclose(gross, FixedRate(rate, rate)(held, NOW).initial, rtol=1e-12)


SEPARATE = [RATES, Netted(0.1, 0.05), Netted(0.1, 0.05, hedged=0.3), MODELS["size premium"]]


@pytest.mark.parametrize("rule", SEPARATE, ids=["rates", "netted", "partly netted", "size premium"])
@quick
@given(held=quantities)
def test_isolating_every_position_never_needs_less(rule: Model, held: np.ndarray) -> None:
    account = open_accounts(1e9, np.where(rule.covers(BOOK), held, 0.0), NOW)
    positions, _ = isolate(account, NOW, margin=1e6 * BOOK.is_margined)
    apart, pooled = rule(positions, NOW), rule(account, NOW)
    assert apart.initial.sum() >= float(pooled.initial) * (1 - 1e-12) - 1e-9
    assert apart.maintenance.sum() >= float(pooled.maintenance) * (1 - 1e-12) - 1e-9


@quick
@given(held=people())
def test_positions_of_a_rate_add_up_to_the_account(held: Accounts) -> None:
    for rule in (RATES, MODELS["contracts"], MODELS["haircut"], MODELS["minimum"]):
        mine = covered(rule, held)
        each = by_position(rule, mine, NOW).maintenance.sum(axis=-1)
        np.testing.assert_allclose(each, rule(mine, NOW).maintenance, rtol=1e-12, atol=1e-9)


def test_collateral_shared_pro_rata_may_liquidate_what_was_safe_together() -> None:
    # A small position has a minimum that its share of the collateral, by notional, does not reach.
    rule = Minimum(FixedRate(0.1, 0.05), 100)
    account = open_accounts(1_500, [1, 0, -0.4, 0, 0], NOW)
    assert float(headroom(account, NOW, rule)) == pytest.approx(1_500 - 1_000 - 100)
    size = notional(account, NOW)
    positions, _ = isolate(account, NOW, margin=1_500 * size / size.sum())
    assert (headroom(positions, NOW, rule) < 0).tolist() == [False, False, True, False, False]
    # By maintenance it does: then all positions have the margin ratio of the whole account.
    need = by_position(rule, account, NOW).maintenance
    positions, _ = isolate(account, NOW, margin=1_500 * need / need.sum())
    assert (headroom(positions, NOW, rule) >= 0).all()


def test_tiers_on_a_group_make_isolating_cheaper() -> None:
    # Two longs on one underlying fill the cheap bracket twice if each is looked at alone.
    rule, account = MODELS["netted tiers"], open_accounts(1e6, [3, 3, 0, 0, 0], NOW)
    positions, _ = isolate(account, NOW, margin=1e5 * BOOK.is_margined)
    assert rule(positions, NOW).initial.sum() < float(rule(account, NOW).initial)


@quick
@given(held=people(count=2), more=quantities)
def test_more_orders_never_need_less(held: Accounts, more: np.ndarray) -> None:
    few = Orders(np.abs(more), np.abs(more[::-1]))
    many = Orders(2 * few.buy, 3 * few.sell)
    for make in (
        lambda orders: LargerSide(RATES, orders),
        lambda orders: OrderMargin(orders, 0.1),
        lambda orders: WorseFill(RATES, orders),
        lambda orders: RiskFactors(0.1, 0.3, 0.05, orders),
    ):
        mine = covered(RATES, held)
        assert (make(few)(mine, NOW).initial <= make(many)(mine, NOW).initial + 1e-6).all()


@quick
@given(held=st.floats(-1_000, 1_000).map(round), price=st.floats(1_000, 60_000))
def test_inverse_and_linear_contracts_are_netted_alike(held: int, price: float) -> None:
    coin = market.at(inverse(["PERP", "JUN"], size=100, underlying="BTC"), [price, price])
    need = Netted(0.1, 0.05)(Accounts(1, [held, -300]), coin).initial
    larger = max(abs(held), 300) if held > 0 else abs(held) + 300
    assert float(need) == pytest.approx(0.1 * larger * 100 / price)
