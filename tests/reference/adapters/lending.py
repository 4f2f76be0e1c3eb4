"""Loans against collateral: health, liquidation, absorption, and the auctions that follow."""

from __future__ import annotations

from typing import Any

import marginlib as ml
from marginlib.accounts import Accounts
from marginlib.liquidation import (
    CloseFactor,
    LiquidationIncentive,
    health_factor,
    liquidate,
    liquidation_price,
)
from marginlib.margin import free_margin, weighted_collateral
from marginlib.market import Market
from marginlib.venues.protocols import (
    absorption,
    account_auctions,
    auctions,
    falling_prices,
    incentives,
)
from tests.reference import Answer, adapter

Coin = dict[str, float]


def loan(supply: list[Coin], debts: list[Coin], factor: str) -> tuple[Accounts, Market, list[Any]]:
    """Return an account of coins supplied and owed, their prices, and the factor of each."""
    coins = [*supply, *debts, {"amount": 0.0, "price": 1.0}]
    names = [f"COIN{place}" for place in range(len(coins))]
    market = ml.market.at(ml.instruments.cash(names), [coin["price"] for coin in coins])
    held = [coin["amount"] for coin in supply] + [-coin["amount"] for coin in debts] + [0.0]
    return Accounts(0, held), market, [coin.get(factor, 0.0) for coin in coins]


@adapter
def aave_hf(collateral: float, debt: float, liq_threshold: float) -> Answer:
    market = ml.market.at(ml.instruments.cash(["X"]), [1])
    account = Accounts(-debt, [collateral])
    health = float(health_factor(account, market, weighted_collateral(liq_threshold)))
    return {"health_factor": -1 if health == float("inf") else health}


@adapter
def aave_liq_price(debt: float, liq_threshold: float, collateral_units: float) -> Answer:
    market = ml.market.at(ml.instruments.cash(["X"]), [1])
    account = Accounts(-debt, [collateral_units])
    return {
        "liq_price": liquidation_price(account, market, weighted_collateral(liq_threshold), "X")
    }


@adapter
def compound2_liquidity(supply: list[Coin], borrow: tuple[Coin, ...] = ()) -> Answer:
    account, market, factor = loan(supply, list(borrow), "cf")
    spare = float(free_margin(account, market, weighted_collateral(factor)))
    return {"liquidity": max(spare, 0.0), "shortfall": max(-spare, 0.0)}


@adapter
def morpho_liquidation(collateral: float, debt: float, lltv: float) -> Answer:
    rules = ml.venues.rules("morpho_blue", lltv=lltv)
    market = ml.market.at(ml.instruments.cash(["X", "LOAN"]), [1, 1])
    account = Accounts(0, [collateral, -debt])
    done = rules.liquidate(account, market, debt="LOAN", collateral="X")
    due = float(done.traded[1]) > 0
    return {"is_liquidatable": due, "incentive": -done.traded[0] / done.traded[1]}


@adapter
def morpho_max_debt(supply: list[Coin]) -> Answer:
    account, market, factor = loan(supply, [], "lltv")
    return {"max_debt": free_margin(account, market, weighted_collateral(factor))}


@adapter
def compound2_seize(
    exchange_rate: float,
    borrow_price: float,
    collateral_price: float,
    incentive: float,
    repay: float,
) -> Answer:
    prices = borrow_price, collateral_price
    return {"seize_tokens": incentives.seized_amount(repay, *prices, incentive, exchange_rate)}


@adapter
def comet_liquidatable(debt: float, collateral: list[Coin]) -> Answer:
    owed = [{"amount": debt, "price": 1.0}]
    account, market, factor = loan(collateral, owed, "liquidate_cf")
    return {"liquidatable": bool(health_factor(account, market, weighted_collateral(factor)) < 1)}


@adapter
def comet_quote(
    base_amount: float,
    base_price: float,
    price: float,
    store_front_factor: float,
    liquidation_factor: float,
) -> Answer:
    bought = absorption.store_front_quote(
        base_amount, base_price, price, store_front_factor, liquidation_factor
    )
    return {"collateral_out": bought}


@adapter
def euler_liq(
    collateral: float,
    collateral_price: float,
    ltv: float,
    debt: float,
    debt_price: float,
    max_discount: float,
) -> Answer:
    market = ml.market.at(ml.instruments.cash(["X", "DEBT"]), [collateral_price, debt_price])
    account = Accounts(0, [collateral, -debt])
    rule = weighted_collateral(ltv)
    health = health_factor(account, market, rule)
    discount = incentives.discount_of_health(health, max_discount)
    fee = LiquidationIncentive(float(incentives.incentive_of_discount(discount)))
    policy = CloseFactor(1.0, debt="DEBT", collateral="X")
    done = liquidate(account, market, rule, policy, fee, equality_is_safe=False)
    return {"health": health, "max_repay": done.traded[1], "max_yield": -done.traded[0]}


@adapter
def maker_bark(
    ink: float,
    art: float,
    chop: float,
    hole: float,
    Hole: float,
    dust: float,
    price: float,
    buf: float,
    rate: float = 1.0,
    dirt: float = 0.0,
    Dirt: float = 0.0,
) -> Answer:
    room = auctions.auction_room([hole, Hole], [dirt, Dirt])
    lot = auctions.put_up(ink, art, price, room, dust, penalty=chop, markup=buf, rate=rate)
    return {
        "tab": lot.target,
        "lot": lot.amount,
        "top": lot.price,
        "ink_left": lot.collateral_left,
        "art_left": lot.debt_left,
    }


@adapter
def maker_kick_fee(tip: float, chip: float, tab: float) -> Answer:
    return {"keeper_fee": auctions.keeper_reward(tab, tip, chip)}


@adapter
def maker_take(
    tab: float,
    lot: float,
    top: float,
    cut: float,
    step: float,
    elapsed: float,
    chost: float,
    amt: float,
) -> Answer:
    price = falling_prices.stair_step(elapsed, cut, step, first=top)
    taken = auctions.take(tab, lot, price, amt, least_left=chost)
    return {
        "price": price,
        "paid": taken.paid,
        "bought": taken.bought,
        "tab_left": taken.target_left,
        "lot_left": taken.lot_left,
        "returned": taken.returned,
    }


@adapter
def derive_auction(
    start: float,
    cutoff: float,
    fast_len: float,
    slow_len: float,
    elapsed: float,
    mtm: float | None = None,
    mm: float | None = None,
    buffer: float = 0.0,
    bid: float = 1.0,
    reserved: float = 0.0,
) -> Answer:
    level = falling_prices.linear_phases(elapsed, [start, cutoff, 0], [fast_len, slow_len])
    if mtm is None or mm is None:
        return {"price_fraction": level}
    offer = account_auctions.bid(mtm, mm, buffer, level, bid, reserved)
    return {
        "price_fraction": level,
        "bid_price": offer.price,
        "max_fraction": account_auctions.largest_share(mtm, mm, buffer, level, reserved),
        "cash_from_bidder": offer.paid,
    }
