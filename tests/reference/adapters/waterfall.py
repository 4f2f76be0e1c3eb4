"""Who pays: closing, fees, insurance funds, deleveraging and shared losses."""

from __future__ import annotations

import numpy as np

import marginlib as ml
from marginlib.accounts import Accounts, equity, position_value, trade
from marginlib.margin import FixedRate, headroom, weighted_collateral
from marginlib.market import Market
from marginlib.venues.protocols.closing_orders import fillable_price, orders_kept
from marginlib.venues.protocols.collateral_sale import SecuredDebt, price_band, sell_collateral
from marginlib.venues.protocols.fee_rates import liquidation_fee, ramped_fee, solvent_fee_rate
from marginlib.venues.protocols.stability_pool import (
    composite_debt,
    offset_and_redistribute,
    per_stake,
)
from marginlib.venues.protocols.transfers import collateralisation_price, transfer_pro_rata
from marginlib.waterfall import (
    bankruptcy_value,
    deleverage_queue,
    loss_factor,
    queue_order,
    share_by_gains,
    split_residual,
    venue_shortfall,
    withhold,
)
from tests.reference import Answer, adapter

# What these systems fix for everyone, so that their cases do not repeat it.
LIQUIDATOR_COLLATERAL_RATE = 0.005  # Liquity v1: half a per cent of the collateral
LIQUIDATION_RESERVE = 200.0  # Liquity v1 [LUSD]
FEE_GRACE, FEE_SLOPE = 1_500, 1e-6  # Drift v2 [slots], [fraction / slot]

Positions = list[dict[str, float]]


def book(usdc: float, positions: Positions) -> tuple[Accounts, Market, FixedRate]:
    instruments = ml.instruments.linear([f"X{place}" for place in range(len(positions))])
    market = ml.market.at(instruments, [position["oracle"] for position in positions])
    rates = [position["mmf"] for position in positions]
    return Accounts(usdc, [p["qty"] for p in positions]), market, FixedRate(rates, rates)


def bankruptcy_of(usdc: float, positions: Positions, close: int, delta_qty: float) -> float:
    account, market, rule = book(usdc, positions)
    closing = [delta_qty if place == close else 0 for place in range(len(positions))]
    closed = Accounts(0, [-quantity for quantity in closing])
    value = bankruptcy_value(
        position_value(closed, market)[close],
        equity(account, market),
        rule(account, market).maintenance,
        rule(trade(account, market, closing), market).maintenance,
    )
    return float(value)


@adapter
def dydx_bankruptcy(usdc: float, positions: Positions, close: int, delta_qty: float) -> Answer:
    return {"bankruptcy_value": bankruptcy_of(usdc, positions, close, delta_qty)}


@adapter
def dydx_fillable(
    usdc: float,
    positions: Positions,
    close: int,
    bankruptcy_adjustment: float,
    spread_to_mmr: float,
) -> Answer:
    account, market, rule = book(usdc, positions)
    quantity = positions[close]["qty"]
    alone = Accounts(0, [quantity if place == close else 0 for place in range(len(positions))])
    price = fillable_price(
        positions[close]["oracle"],
        quantity,
        equity(account, market),
        rule(account, market).maintenance,
        rule(alone, market).maintenance,
        bankruptcy_adjustment,
        spread_to_mmr,
    )
    return {"fillable_price": price}


@adapter
def dydx_insurance(
    usdc: float,
    positions: Positions,
    fill_price: float,
    max_fee: float,
    close: int = 0,
    delta_qty: float | None = None,
) -> Answer:
    sold = positions[close]["qty"] if delta_qty is None else -delta_qty
    filled = ml.market.at(ml.instruments.linear(["X"]), [fill_price])
    proceeds = position_value(Accounts(0, [sold]), filled)[0]
    least = bankruptcy_of(usdc, positions, close, -sold)
    return {"insurance_delta": split_residual(proceeds, least, "capped", max_fee).fund}


@adapter
def p1_threshold(margin: float, position: float) -> Answer:
    return {
        "border_price": collateralisation_price(margin, position, 1.1),
        "underwater_price": collateralisation_price(margin, position),
    }


@adapter
def p1_transfer(
    maker_margin: float,
    maker_position: float,
    taker_margin: float,
    taker_position: float,
    amount: float,
) -> Answer:
    after = transfer_pro_rata(maker_margin, maker_position, taker_margin, taker_position, amount)
    return {
        "maker": [after.margin, after.position],
        "taker": [after.taker_margin, after.taker_position],
    }


@adapter
def adl_queue(size: float, bankruptcy_price: float, accounts: list[dict[str, float]]) -> Answer:
    score = [account["score"] for account in accounts]
    held = [account["qty"] for account in accounts]
    # Those who are deleveraged hold the opposite of what failed.
    result = deleverage_queue(-size, bankruptcy_price, held, score)
    fills = [[accounts[k]["id"], result.closed[k]] for k in queue_order(score) if result.closed[k]]
    return {"fills": fills, "price": result.price}


@adapter
def adl_order_cancel(position: float, offsetting: list[dict[str, float]]) -> Answer:
    sizes = [order["size"] for order in offsetting]
    kept = orders_kept(position, sizes, [order["price"] for order in offsetting])
    return {"remaining": np.sum(kept)}


@adapter
def social_loss_factor(
    balance: float,
    upnl: float,
    insurance: float,
    total_balance: float,
    withdraw: float,
    total_only: bool = False,
) -> Answer:
    shortfall = venue_shortfall([balance], [upnl], insurance)
    factor = loss_factor(shortfall, total_balance, with_shortfall=not total_only)
    return {
        "exchange_bankruptcy": shortfall,
        "factor": factor,
        "charged": withhold(withdraw, factor).taken,
    }


@adapter
def loss_share(loss: float, gains: list[float]) -> Answer:
    return {"haircuts": share_by_gains(loss, gains, unit=1).paid}


@adapter
def liquity_debt(debt: float) -> Answer:
    return {"composite_debt": composite_debt(debt, LIQUIDATION_RESERVE)}


@adapter
def liquity_gas(coll: float) -> Answer:
    return {"coll_gas_comp": liquidation_fee(coll, LIQUIDATOR_COLLATERAL_RATE)}


@adapter
def liquity_liq(coll: float, debt: float, stability_pool: float, stakes: float) -> Answer:
    parts = offset_and_redistribute(coll, debt, stability_pool, LIQUIDATOR_COLLATERAL_RATE)
    share = per_stake(parts, stakes)
    return {
        "debt_offset": parts.debt_offset,
        "coll_to_pool": parts.collateral_to_pool,
        "debt_redistributed": parts.debt_redistributed,
        "coll_redistributed": parts.collateral_redistributed,
        "debt_per_stake": share.debt,
        "coll_per_stake": share.collateral,
    }


@adapter
def drift_perp_if_fee(
    shortage: float,
    margin_ratio: float,
    liq_fee: float,
    base: float,
    oracle: float,
    max_if_fee: float,
) -> Answer:
    return {"if_fee": solvent_fee_rate(max_if_fee, margin_ratio, liq_fee, shortage, base, oracle)}


@adapter
def drift_liq_fee(base: float, max: float, slots: float) -> Answer:
    return {"fee": ramped_fee(base, max, slots, FEE_GRACE, FEE_SLOPE)}


@adapter
def marginfi_liq(
    asset_qty: float,
    asset_price: float,
    asset_weight: float,
    liab_qty: float,
    liab_price: float,
    conf: float,
    liquidate_qty: float,
    liquidator_fee: float,
    insurance_fee: float,
) -> Answer:
    low, high = price_band(asset_price, conf).low, price_band(liab_price, conf).high
    loan = SecuredDebt(asset_qty, liab_qty)
    sale = sell_collateral(loan, liquidate_qty, low, high, liquidator_fee, insurance_fee)
    market = ml.market.at(ml.instruments.cash(["ASSET", "LIABILITY"]), [asset_price, liab_price])
    rule = weighted_collateral(asset_weight, band=conf)
    before, after = (
        headroom(Accounts(0, [each.collateral, -each.debt]), market, rule)
        for each in (loan, sale.loan)
    )
    return {
        "health_before": before,
        "liquidator_pays": sale.paid,
        "liquidatee_receives": sale.repaid,
        "insurance": sale.fund,
        "health_after": after,
    }
