"""Rate-based requirements and liquidation prices of exchanges and brokers."""

from __future__ import annotations

from typing import Any

import marginlib as ml
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.liquidation import bankruptcy_price, liquidation_price
from marginlib.margin import ClosingFee, FixedRate, Tiered, at_leverage, free_margin, on_entry
from marginlib.margin.schedule import Schedule
from tests.reference import Answer, adapter


def signed(side: str, qty: float) -> float:
    return qty if side == "long" else -qty


def one_linear(price: float) -> ml.market.Market:
    return ml.market.at(ml.instruments.linear(["X"]), [price])


def bracket_in_force(mmr: float, cum: float) -> Schedule:
    """Return a table whose upper bracket is the given one; below it a bracket of half the rate."""
    if cum == 0:
        return Schedule.continuous([0], [mmr])
    return Schedule.published([0, cum / (mmr / 2)], [mmr / 2, mmr], [0, cum])


@adapter
def bracket_cum(floors: list[float], mmr: list[float], notional: float | None = None) -> Answer:
    table = Schedule.continuous(floors, mmr)
    if notional is None:
        return {"cum": table.deduction.tolist()}
    rate = float(table.rate_at(notional))
    return {"mmr": rate, "cum_at": rate * notional - float(table.requirement(notional))}


@adapter
def bracket_step(floor_n: float, mmr_n: float, mmr_prev: float, cum_prev: float) -> Answer:
    before = bracket_in_force(mmr_prev, cum_prev)
    table = Schedule.continuous([*before.floor, floor_n], [*before.rate, mmr_n])
    return {"cum_n": table.deduction[-1]}


@adapter
def progressive_mm(floors: list[float], mmr: list[float], notional: float) -> Answer:
    return {"mm": Schedule.continuous(floors, mmr).requirement(notional)}


@adapter
def inverse_mm(
    contracts: float, contract_usd: float, mark: float, mmr: float, cum: float
) -> Answer:
    market = ml.market.at(ml.instruments.inverse(["X"], size=contract_usd), [mark])
    account = open_accounts(collateral=1, quantity=[contracts], market=market)
    table = bracket_in_force(mmr, cum)
    return {
        "notional_coin": ml.accounts.notional(account, market)[0],
        "mm_coin": Tiered(table, table)(account, market).maintenance,
    }


@adapter
def binance_liq(
    side: str,
    qty: float,
    entry: float,
    wallet: float,
    mmr: float,
    cum: float,
    leverage: float | None = None,
    buffer: float = 0.0,
    other_positions: tuple[dict[str, Any], ...] = (),
) -> Answer:
    names = ["X", *(f"OTHER{place}" for place in range(len(other_positions)))]
    instruments = ml.instruments.linear(names)
    opened = ml.market.at(instruments, [entry, *(other["entry"] for other in other_positions)])
    marked = ml.market.at(instruments, [entry, *(other["mark"] for other in other_positions)])
    held = [signed(side, qty), *(signed(o["side"], o["qty"]) for o in other_positions)]
    tables = [bracket_in_force(mmr, cum)]
    tables += [bracket_in_force(other["mmr"], other["cum"]) for other in other_positions]
    account = open_accounts(collateral=wallet, quantity=held, market=opened)
    price = liquidation_price(account, marked, Tiered(tables, tables), "X")
    return {"liq_price": price + buffer * (entry - price)}


@adapter
def bybit_isolated(side: str, qty: float, entry: float, leverage: float, mmr: float) -> Answer:
    market = one_linear(entry)
    rule = on_entry(at_leverage(FixedRate(initial=mmr, maintenance=mmr), leverage), market)
    held = [signed(side, qty)]
    need = rule(Accounts(0, held), market)
    account = open_accounts(collateral=need.initial, quantity=held, market=market)
    return {
        "liq_price": liquidation_price(account, market, rule, "X"),
        "initial_margin": need.initial,
        "maintenance_margin": need.maintenance,
    }


@adapter
def bybit_inverse_cross_2020(
    side: str,
    contracts_usd: float,
    entry: float,
    balance_coin: float,
    mmr: float,
    taker_fee: float,
) -> Answer:
    market = ml.market.at(ml.instruments.inverse(["X"]), [entry])
    account = open_accounts(
        collateral=balance_coin, quantity=[signed(side, contracts_usd)], market=market
    )
    # The fee is taken at the price where nothing but the fee is left, and then kept.
    fee = ClosingFee(taker_fee)
    last = ml.market.with_price(market, "X", liquidation_price(account, market, fee, "X"))
    rule = on_entry(FixedRate(initial=mmr, maintenance=mmr), market) + on_entry(fee, last)
    return {"liq_price": liquidation_price(account, market, rule, "X")}


@adapter
def feeaware_liq(
    side: str,
    qty: float,
    entry: float,
    leverage: float,
    margin: float,
    mmr: float,
    taker_fee: float,
) -> Answer:
    market = one_linear(entry)
    account = open_accounts(collateral=margin, quantity=[signed(side, qty)], market=market)
    rule = at_leverage(FixedRate(mmr, mmr), leverage) + ClosingFee(taker_fee)
    return {"liq_price": liquidation_price(account, market, rule, "X")}


@adapter
def hyperliquid_liq(
    asset: str,
    side: str,
    qty: float,
    entry: float,
    margin: float,
    leverage: float,
    max_leverage: float,
) -> Answer:
    market = ml.market.at(ml.instruments.linear([asset]), [entry])
    account = open_accounts(collateral=margin, quantity=[signed(side, qty)], market=market)
    rule = at_leverage(FixedRate(1 / max_leverage, 1 / (2 * max_leverage)), leverage)
    return {"liq_price": liquidation_price(account, market, rule, asset)}


@adapter
def bitmex_cross_linear(
    side: str, qty: float, entry: float, wallet: float, imr: float, mmr: float
) -> Answer:
    market = one_linear(entry)
    account = open_accounts(collateral=wallet, quantity=[signed(side, qty)], market=market)
    rule = on_entry(FixedRate(imr, mmr), market)
    need = rule(account, market)
    return {
        "initial_margin": need.initial,
        "maintenance_margin": need.maintenance,
        "liq_price": liquidation_price(account, market, rule, "X"),
        "bankruptcy_price": bankruptcy_price(account, market, "X"),
        "available": free_margin(account, market, rule),
    }


@adapter
def kraken_inverse(
    contracts: float, contract_usd: float, entry: float, margin: float, imr: float, mmr: float
) -> Answer:
    market = ml.market.at(ml.instruments.inverse(["X"], size=contract_usd), [entry])
    account = open_accounts(collateral=margin, quantity=[contracts], market=market)
    rule = FixedRate(imr, mmr)
    need = rule(account, market)
    return {
        "value": ml.accounts.notional(account, market)[0],
        "initial_margin": need.initial,
        "maintenance_margin": need.maintenance,
        "liq_price": liquidation_price(account, market, rule, "X"),
        "bankruptcy_price": bankruptcy_price(account, market, "X"),
    }


@adapter
def btse_initial(qty: float, price: float, leverage: float, taker_fee: float) -> Answer:
    market = one_linear(price)
    rule = FixedRate(1 / leverage, 0) + 2 * ClosingFee(taker_fee, initial=True)
    return {"initial_margin": rule(Accounts(0, [qty]), market).initial}


@adapter
def nautilus(
    qty: float,
    price: float,
    rate: float,
    leverage: float,
    multiplier: float = 1.0,
    inverse: bool = False,
    quote_for_inverse: bool = False,
) -> Answer:
    kind = ml.instruments.inverse if inverse else ml.instruments.linear
    market = ml.market.at(kind(["X"]), [price])
    rule = FixedRate(rate, rate) * (multiplier / leverage)
    margin = rule(Accounts(0, [qty]), market).initial
    return {"margin": margin * price if quote_for_inverse else margin}


@adapter
def fx_margin(qty: float, price: float, leverage: float, margin_init: float) -> Answer:
    return {"initial_margin": nautilus(qty, price, margin_init, leverage)["margin"]}


@adapter
def linear_account(collateral: float, size: float, entry: float, mark: float, imf: float) -> Answer:
    account = open_accounts(collateral=collateral, quantity=[size], market=one_linear(entry))
    market, rule = one_linear(mark), FixedRate(imf, imf / 2)
    return {
        "imr": rule(account, market).initial,
        "account_value": equity(account, market),
        "ok": bool(free_margin(account, market, rule) >= 0),
    }
