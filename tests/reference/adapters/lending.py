"""Loans against collateral: health, liquidation, absorption, and the auctions that follow."""

from __future__ import annotations

from typing import Any

import marginlib as ml
from marginlib import lending
from marginlib.accounts import Accounts
from marginlib.lending import CloseFactor
from marginlib.market import Market
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
    health = float(lending.health_factor(account, market, liq_threshold))
    return {"health_factor": -1 if health == float("inf") else health}


@adapter
def aave_liq_price(debt: float, liq_threshold: float, collateral_units: float) -> Answer:
    market = ml.market.at(ml.instruments.cash(["X"]), [1])
    account = Accounts(-debt, [collateral_units])
    return {"liq_price": lending.liquidation_price(account, market, liq_threshold, "X")}


@adapter
def compound2_liquidity(supply: list[Coin], borrow: tuple[Coin, ...] = ()) -> Answer:
    account, market, factor = loan(supply, list(borrow), "cf")
    return {
        "liquidity": lending.liquidity(account, market, factor),
        "shortfall": lending.shortfall(account, market, factor),
    }


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
    return {"max_debt": lending.borrowing_power(account, market, factor)}


@adapter
def compound2_seize(
    exchange_rate: float,
    borrow_price: float,
    collateral_price: float,
    incentive: float,
    repay: float,
) -> Answer:
    tokens = lending.seized_amount(repay, borrow_price, collateral_price, incentive, exchange_rate)
    return {"seize_tokens": tokens}


@adapter
def comet_liquidatable(debt: float, collateral: list[Coin]) -> Answer:
    owed = [{"amount": debt, "price": 1.0}]
    account, market, factor = loan(collateral, owed, "liquidate_cf")
    return {"liquidatable": bool(lending.is_liquidatable(account, market, factor))}


@adapter
def comet_quote(
    base_amount: float,
    base_price: float,
    price: float,
    store_front_factor: float,
    liquidation_factor: float,
) -> Answer:
    bought = lending.store_front_quote(
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
    health = lending.health_factor(account, market, ltv)
    discount = lending.discount_of_health(health, max_discount)
    allowed = lending.largest_repayment(
        account, market, ltv, CloseFactor(share=1), "DEBT", "X", equality_is_safe=False
    )
    incentive = lending.incentive_of_discount(discount)
    terms = lending.seizure(account, market, "DEBT", "X", allowed, incentive)
    return {"health": health, "max_repay": terms.repaid, "max_yield": terms.seized}


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
    room = lending.auction_room([hole, Hole], [dirt, Dirt])
    lot = lending.put_up(ink, art, price, room, dust, penalty=chop, markup=buf, rate=rate)
    return {
        "tab": lot.target,
        "lot": lot.amount,
        "top": lot.price,
        "ink_left": lot.collateral_left,
        "art_left": lot.debt_left,
    }


@adapter
def maker_kick_fee(tip: float, chip: float, tab: float) -> Answer:
    return {"keeper_fee": lending.keeper_reward(tab, tip, chip)}


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
    price = lending.stair_step(elapsed, cut, step, first=top)
    taken = lending.take(tab, lot, price, amt, least_left=chost)
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
    level = lending.linear_phases(elapsed, [start, cutoff, 0], [fast_len, slow_len])
    if mtm is None or mm is None:
        return {"price_fraction": level}
    offer = lending.bid(mtm, mm, buffer, level, bid, reserved)
    return {
        "price_fraction": level,
        "bid_price": offer.price,
        "max_fraction": lending.largest_share(mtm, mm, buffer, level, reserved),
        "cash_from_bidder": offer.paid,
    }
