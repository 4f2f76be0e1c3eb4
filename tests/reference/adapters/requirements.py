"""Haircuts, order margin, margin levels and rates that scale with size or with the market."""

from __future__ import annotations

from typing import Any

import numpy as np

import marginlib as ml
from marginlib import margin
from marginlib.accounts import Accounts, equity, open_accounts, profit
from marginlib.margin import FixedRate, Haircut, netting
from marginlib.venues.protocols import (
    by_size,
    charges,
    full_collateral,
    funding,
    order_margin,
    orders,
    risk_factors,
    scaling,
    settlement_haircut,
    weights,
)
from marginlib.venues.protocols import levels as margin_levels
from marginlib.venues.protocols.orders import Orders, open_size
from tests.reference import Answer, adapter

BASIS_POINTS = 10_000  # in one
MILLIONTHS = 1_000_000  # in one


def one_linear(price: float) -> ml.market.Market:
    return ml.market.at(ml.instruments.linear(["X"]), [price])


def coins(prices: list[float]) -> ml.market.Market:
    return ml.market.at(ml.instruments.cash([f"COIN{n}" for n in range(len(prices))]), prices)


@adapter
def flat_haircut(assets: list[dict[str, Any]]) -> Answer:
    market = coins([asset["price"] for asset in assets])
    account = Accounts(0, [asset["qty"] for asset in assets])
    values = margin.counted_value(account, market, Haircut([a["haircut"] for a in assets]))
    return {"values": values.tolist(), "total": values.sum()}


@adapter
def tiered_haircut(floors: list[float], ratio: list[float], qty: float, price: float) -> Answer:
    market = coins([price])
    rule = Haircut(margin.TieredHaircut(floors, ratio, by="quantity"))
    return {"collateral_usd": margin.counted_value(Accounts(0, [qty]), market, rule)[0]}


@adapter
def drift_asset_weight(base_weight: float, imf: float, size: float) -> Answer:
    weight = margin.size_discount(base_weight / BASIS_POINTS, imf, size)
    return {"weight_bps": weight * BASIS_POINTS}


@adapter
def drift_liab_weight(base_weight: float, imf: float, size: float) -> Answer:
    weight = weights.size_premium(base_weight / BASIS_POINTS, imf, size)
    return {"weight_bps": weight * BASIS_POINTS}


@adapter
def drift_scaled_weight(
    base_weight: float, total_deposits: float, price: float, scale_start: float
) -> Answer:
    weight = margin.pool_discount(base_weight / BASIS_POINTS, total_deposits * price, scale_start)
    return {"weight_bps": scaling.round_down(weight * BASIS_POINTS, 1)}


@adapter
def drift_perp_im(base: float, oracle: float, mr: float, imf: float) -> Answer:
    rule = by_size.SizePremiumRate(initial=mr, maintenance=mr, factor=imf)
    need = rule(Accounts(0, [base]), one_linear(oracle))
    return {"margin_requirement": need.initial}


@adapter
def mango_health(
    tokens: list[dict[str, float]], perps: tuple[dict[str, float], ...] = ()
) -> Answer:
    # The first token settles the perps, so it is the ledger; the others are held beside it.
    settle, others = tokens[0], tokens[1:]
    names = [f"COIN{n}" for n in range(len(others))]
    contracts = [f"PERP{n}" for n in range(len(perps))]
    book = ml.instruments.cash(names)
    prices = [token["price"] for token in others]
    held = [token["balance"] for token in others]
    if perps:
        book = ml.instruments.join(ml.instruments.linear(contracts), book)
        prices = [perp["lot_value"] for perp in perps] + prices
        held = [perp["base_lots"] for perp in perps] + held
    market = ml.market.at(book, prices)
    account = Accounts(settle["balance"] + sum(perp["quote"] for perp in perps), held)
    rule = settlement_haircut.SettlementHaircut(
        _perps(perps, len(others)), asset_weight(settle), debt_initial=debt_weight(settle)
    )
    if others:
        fully = [0.0] * len(perps)
        rule = rule + Haircut(
            [*fully, *map(asset_weight, others)], debt_initial=[*fully, *map(debt_weight, others)]
        )
    return {"health": margin.free_margin(account, market, rule)}


def asset_weight(token: dict[str, float]) -> margin.HaircutRule:
    start = token.get("scale_start", np.inf)
    return weights.PoolDiscount(token.get("deposits_native", 0), start, token["aw"])


def debt_weight(token: dict[str, float]) -> margin.HaircutRule:
    start = token.get("bscale_start", np.inf)
    return weights.PoolPremium(token.get("borrows_native", 0), start, token["lw"])


def _perps(perps: tuple[dict[str, float], ...], coins_beside: int) -> margin.Model:
    """Return what perps need, and how much of the profit that is left counts."""

    def column(key: str, beside: float) -> list[float]:
        return [perp[key] for perp in perps] + [beside] * coins_beside

    rates = risk_factors.RiskFactors(
        long=1 - np.array(column("aw", 1)), short=np.array(column("lw", 1)) - 1
    )
    bought = [-perp["quote"] / perp["base_lots"] for perp in perps] + [0.0] * coins_beside
    unsettled = 1 - np.array(column("overall", 1))
    return rates + margin.ProfitHaircut(bought, unsettled, after=rates)


@adapter
def lognormal_es_rf(risk_aversion: float, tau: float, mu: float, sigma: float) -> Answer:
    factors = ml.scenarios.lognormal_shortfall(risk_aversion, tau, sigma, mu)
    return {"rf_short": factors.short, "rf_long": factors.long}


@adapter
def vega_margin(
    mark: float,
    rf_long: float,
    rf_short: float,
    slippage: float,
    position: float = 0.0,
    orders: float = 0.0,
    search_factor: float | None = None,
    initial_factor: float | None = None,
    release_factor: float | None = None,
    integer_levels: bool = False,
) -> Answer:
    sent = Orders(buy=[max(orders, 0)], sell=[max(-orders, 0)])
    rule = risk_factors.RiskFactors(rf_long, rf_short, slippage, sent)
    # A level that the source does not print is put on the one before it.
    search = search_factor or 1.0
    initial = initial_factor or search
    release = release_factor or initial
    levels = margin_levels.MarginLevels(rule, search, initial, release, whole_units=integer_levels)
    return levels.levels(Accounts(0, [position]), one_linear(mark))._asdict()


@adapter
def vega_funding_payment(
    s_twap: float,
    f_twap: float,
    interest_rate: float,
    delta_t: float,
    clamp_lower: float,
    clamp_upper: float,
    margin_funding_factor: float,
    futures_margin: float,
    position: float,
) -> Answer:
    payment = funding.funding_payment(
        f_twap, s_twap, interest_rate, delta_t, clamp_lower, clamp_upper
    )
    rule = margin.FixedCharge(futures_margin) + funding.FundingMargin(
        payment, margin_funding_factor
    )
    need = rule(Accounts(0, [position]), one_linear(f_twap))
    return {"funding_payment": payment, "margin": need.maintenance}


@adapter
def vega_isolated(price: float, size: float, margin_factor: float) -> Answer:
    rule = order_margin.OrderMargin(Orders(buy=[size], sell=[0], buy_price=[price]), margin_factor)
    return {"margin": rule(Accounts(0, [0]), one_linear(price)).initial}


@adapter
def fully_collateralised(
    max_price: float,
    position: float = 0.0,
    entry: float | None = None,
    buys: tuple[dict[str, float], ...] = (),
    sells: tuple[dict[str, float], ...] = (),
) -> Answer:
    # What an account without a position paid does not matter.
    market = one_linear(max_price if entry is None else entry)
    sent = [("X", order["size"], order["price"]) for order in buys]
    sent += [("X", -order["size"], order["price"]) for order in sells]
    rule = full_collateral.FullCollateral(max_price, orders.orders_of(market.instruments, sent))
    return {"margin": rule(Accounts(0, [position]), market).initial}


@adapter
def dydx_imf(
    base_imf_ppm: int, open_interest: float, lower_cap: float, upper_cap: float, notional: float
) -> Answer:
    rate = scaling.open_interest_rate(
        base_imf_ppm / MILLIONTHS, open_interest, lower_cap, upper_cap
    )
    rule = charges.RoundedUp(FixedRate(rate, 0), initial=1, maintenance=1)
    need = rule(Accounts(0, [1]), one_linear(notional))
    return {"effective_imf_ppm": rate * MILLIONTHS, "im": need.initial}


@adapter
def dydx_mmf(im_ppm: int, maintenance_fraction_ppm: int) -> Answer:
    rate = scaling.maintenance_rate(
        im_ppm / MILLIONTHS, maintenance_fraction_ppm / MILLIONTHS, step=1 / MILLIONTHS
    )
    return {"mm_ppm": np.rint(rate * MILLIONTHS)}


@adapter
def dydx_liquidatable(usdc: float, positions: list[dict[str, float]]) -> Answer:
    # A subaccount without positions still needs a market to be asked about.
    held = positions or [{"qty": 0, "oracle": 1, "mmf": 0}]
    names = [f"PERP{n}" for n in range(len(held))]
    market = ml.market.at(ml.instruments.linear(names), [one["oracle"] for one in held])
    account = Accounts(usdc, [one["qty"] for one in held])
    rates = [one["mmf"] for one in held]
    # Who has no position needs no margin, whatever is owed.
    need = FixedRate(rates, rates)(account, market).maintenance
    below = (need > 0) & (equity(account, market) < need)
    return {"liquidatable": bool(below)}


@adapter
def snx_account(collateral: float, positions: list[dict[str, Any]]) -> Answer:
    names = [one["name"] for one in positions]
    size = [one["size"] for one in positions]
    book = ml.instruments.linear(names)
    fills = scaling.fill_price(
        [one["open_price"] for one in positions],
        size,
        skew=0,
        skew_scale=[one["skew_scale"] for one in positions],
    )
    entry = ml.market.at(book, fills)
    market = ml.market.at(book, [one["price"] for one in positions])
    account = open_accounts(collateral=collateral, quantity=size, market=entry)
    gained = profit(account, market, entry).tolist()
    return {
        "pnl": dict(zip(names, gained, strict=True)),
        "available_margin": equity(account, market),
    }


@adapter
def perennial_util(maker: float, long: float, short: float, efficiency_limit: float) -> Answer:
    return {"utilization": scaling.utilisation(maker, long, short, efficiency_limit)}


@adapter
def gmx_v1(
    side: str,
    size: float,
    collateral: float,
    avg: float,
    price: float,
    margin_fee: float,
    liq_fee: float,
    max_leverage: float,
) -> Answer:
    # Sizes are dollars at entry, so one contract is what a dollar bought then.
    book = ml.instruments.linear(["X"], size=1 / avg)
    entry, market = ml.market.at(book, [avg]), ml.market.at(book, [price])
    held = [size if side == "long" else -size]
    account = open_accounts(collateral=collateral, quantity=held, market=entry)
    no_profit = margin.ProfitHaircut(entry.value, initial=1)
    keep = margin.on_entry(margin.ClosingFee(margin_fee), entry) + margin.FixedCharge(liq_fee)
    most = margin.on_entry(FixedRate(1 / max_leverage, 1 / max_leverage), entry)
    return {
        "delta": np.abs(profit(account, market, entry)[0]),
        "state": int(margin_levels.next_step(account, market, keep + no_profit, most + no_profit)),
    }


@adapter
def paradex_imr(
    position: float, buy_orders: float, sell_orders: float, imf: float, mark: float
) -> Answer:
    account, orders = Accounts(0, [position]), Orders([buy_orders], [sell_orders])
    size = open_size(account, orders)
    rule = order_margin.LargerSide(FixedRate(imf, imf / 2), orders)
    return {
        "buy_open": size.buy[0],
        "sell_open": size.sell[0],
        "net_imr": rule(account, one_linear(mark)).initial,
    }


@adapter
def paradex_min_delta(deltas: list[float], unhedged: float, hedged: float, spot: float) -> Answer:
    names = [f"POSITION{n}" for n in range(len(deltas))]
    book = ml.instruments.linear(names, underlying="X")
    account, count = Accounts(0, deltas), [1.0] * len(deltas)
    legs = netting.long_and_short(account, ml.market.at(book, count))
    rule = margin.Netted(unhedged, unhedged, hedged=hedged / unhedged)
    return {
        "net_delta": legs.net[0],
        "gross_delta": legs.gross[0],
        "hedged_delta": legs.hedged[0],
        "requirement": rule(account, ml.market.at(book, [spot] * len(deltas))).initial,
    }
