"""Margin of options, of strategies, of shares, and caps on leverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import marginlib as ml
from marginlib import black, venues
from marginlib.accounts import Accounts, deposit, equity, open_accounts, trade
from marginlib.liquidation import liquidation_price
from marginlib.margin import (
    FixedRate,
    Haircut,
    Model,
    ShareMargin,
    ShortOptionRate,
    ShortOptions,
    free_margin,
    headroom,
    options_apart,
)
from marginlib.margin.short_options import out_of_the_money
from marginlib.margin.strategies import (
    BROAD_INDEX_OPTIONS,
    EQUITY_OPTIONS,
    OptionLegs,
    cheapest_pairing,
    leveraged_option_rate,
)
from marginlib.venues.protocols.contingencies import Depeg, LowConfidence
from marginlib.venues.protocols.expiry_loss import ExpiryLoss
from marginlib.venues.protocols.option_purchase import purchase_cost
from tests.reference import Answer, adapter

YEAR = 365 * 86_400  # seconds


class Line(NamedTuple):
    """One position of an account, with the market data that belong to it."""

    instrument: ml.instruments.Instruments
    price: float  # nan for options
    entry: float
    volatility: float  # nan for all but options
    carry: float
    quantity: float
    confidence: list[float]
    threshold: float


def lines_of(market: dict[str, Any], params: dict[str, float]) -> Iterator[Line]:
    """Yield the coin, the perpetual and the options of one coin's market."""
    name, spot, sure = market["name"], market["spot"], market["spot_conf"]
    coin = ml.instruments.cash([name])
    held = market.get("base", 0.0)
    yield Line(coin, spot, 0, np.nan, 0, held, [sure] * 3, params["base_threshold"])
    perpetual = ml.instruments.linear([f"{name} perpetual"], underlying=name)
    price, feeds = market.get("perp_price", spot), [sure, market["perp_conf"], sure]
    entry, held = market.get("perp_entry", price), market.get("perp", 0.0)
    yield Line(perpetual, price, entry, np.nan, 0, held, feeds, params["perp_threshold"])
    for expiry in market.get("expiries", []):
        years = expiry["sec"] / YEAR
        carry = np.log(expiry["forward"] / spot) / years
        feeds = [sure, expiry["fwd_conf"], expiry["vol_conf"]]
        for option in expiry["options"]:
            label = f"{name} {expiry['sec']} {option['strike']} {option['call']}"
            contract = ml.instruments.options(
                [label], name, option["strike"], years, option["call"]
            )
            threshold = params["option_threshold"]
            amount, volatility = option["amount"], option["vol"]
            yield Line(contract, np.nan, 0, volatility, carry, amount, feeds, threshold)


@adapter
def derive_srm(
    cash: float, stable: float, markets: list[dict[str, Any]], params: dict[str, float]
) -> Answer:
    lines = [line for market in markets for line in lines_of(market, params)]
    instruments = ml.instruments.join(*(line.instrument for line in lines))
    quoted = [line for line in lines if not np.isnan(line.price)]
    volatility = [line.volatility for line in lines if np.isnan(line.price)]
    carry = [line.carry for line in lines if np.isnan(line.price)]
    now = ml.market.at(instruments, [line.price for line in quoted], volatility, carry=carry)
    opened = ml.market.at(
        instruments, [line.entry or line.price for line in quoted], volatility, carry=carry
    )
    quantity = np.array([line.quantity for line in lines])
    contracts = quantity * instruments.is_margined
    account = trade(Accounts(cash, quantity - contracts), opened, contracts)
    account = deposit(account, sum(market.get("funding", 0.0) for market in markets))
    rule = standard_margin(params, stable, lines)
    return {
        "im": free_margin(account, now, rule),
        "mm": headroom(account, now, rule),
        "mtm": equity(account, now),
    }


def standard_margin(params: dict[str, float], stable: float, lines: list[Line]) -> Model:
    alone = ShortOptions(
        initial=ShortOptionRate(params["max_spot"], params["min_spot"]),
        maintenance=ShortOptionRate(minimum=params["mm_call"]),
        put_maintenance=ShortOptionRate(minimum=params["mm_put"], mark=params["mm_put_mtm"]),
        put_floor=params["mm_offset"],
    )
    confidence = np.transpose([line.confidence for line in lines])
    threshold = [line.threshold for line in lines]
    weight = params["base_factor"]
    return (
        FixedRate(params["im_perp"], params["mm_perp"])
        + ExpiryLoss(alone, params["unpaired_im"], params["unpaired_mm"])
        + Haircut(1 - weight * params["base_im_scale"], 1 - weight)
        + LowConfidence(confidence, threshold, params["oc_factor"])
        + Depeg(stable, params["depeg_threshold"], params["depeg_factor"])
    )


@adapter
def bybit_option_buy(
    index: float, size: float, price: float, fee_rate: float, fee_cap: float
) -> Answer:
    cost = purchase_cost(price, size, index, fee_rate, fee_cap)
    return {"premium": cost.premium, "fee": cost.fee, "cost": cost.total}


@adapter
def bybit_option_mm(
    index: float, mark: float, mm_factor: float, liq_fee: float, size: float, margin_balance: float
) -> Answer:
    # The source does not say which call it is, and the rule does not ask: one struck at the index.
    book = ml.instruments.join(
        ml.instruments.cash(["index"]),
        ml.instruments.options(["call"], "index", index, expiry=1, is_call=True),
    )
    volatility = black.black_volatility(mark, index, index, 1, True)
    now = ml.market.at(book, [index], [volatility])
    staying = ShortOptionRate(minimum=mm_factor, mark=mm_factor, fee=liq_fee)
    seen = options_apart(Accounts(margin_balance, [0, -size]), now, ShortOptions(staying, staying))
    return {"position_mm": seen.requirement.maintenance, "account_mm_rate": seen.ratio}


@adapter
def otm_amount(underlying: float, strike: float, call: bool) -> Answer:
    return {"otm": out_of_the_money(underlying, strike, call)}


@adapter
def premium(price: float, qty: float, multiplier: float) -> Answer:
    return {"premium": purchase_cost(price, qty * multiplier).premium}


@adapter
def leverage_cap(leverage: float) -> Answer:
    rates = {cap.rate for cap in venues.leverage_caps("EU") if cap.leverage == leverage}
    (rate,) = rates
    return {"initial_margin_pct": 100 * rate}


OPTION_CLASSES = {
    "equity": EQUITY_OPTIONS,
    "narrow": EQUITY_OPTIONS,
    "broad": BROAD_INDEX_OPTIONS,
}


@adapter
def cboe(
    strategy: str, S: float, legs: list[dict[str, Any]], leverage_factor: float, **more: str
) -> Answer:
    rate = leveraged_option_rate(OPTION_CLASSES[more["class"]], leverage_factor)
    strike = [leg["k"] for leg in legs]
    is_call = [leg["type"] == "call" for leg in legs]
    quantity = [leg["q"] for leg in legs]
    price = [leg["px"] for leg in legs]
    above = rate.above_premium(S, strike, is_call, price)
    found = cheapest_pairing(OptionLegs(S, strike, is_call, quantity, price, above))
    # The sources print the whole need where options were only sold, else what must be deposited.
    return {"margin": found.need if max(quantity) < 0 else found.deposit}


@adapter
def reg_t(
    maint: float = 0.0,
    loan: float = 0.0,
    credit: float = 0.0,
    price_qty: float = 0.0,
    rate: float = 0.0,
) -> Answer:
    # The whole holding counts as one unit, so that its price is its value.
    held = -1 if credit or rate > 1 else 1
    now = ml.market.at(ml.instruments.linear(["X"]), [price_qty or loan + credit])
    if not price_qty:
        account = Accounts(credit - loan, [held])
        return {"call_value": liquidation_price(account, now, FixedRate(0.5, maint), "X")}
    shares = ml.market.at(ml.instruments.shares(["X"]), [price_qty])
    rule = ShareMargin(short_initial=rate) if held < 0 else ShareMargin(initial=rate)
    need = rule(Accounts(0, [held]), shares).initial
    # What is printed for a sale is all that must be in the account, its proceeds included.
    return {"margin": open_accounts(need, [held], shares).cash if held < 0 else need}


@adapter
def reg_t_excess(mv: float, loan: float) -> Answer:
    now = ml.market.at(ml.instruments.shares(["X"]), [mv])
    account = Accounts(-loan, [1])
    return {"equity": equity(account, now), "excess": free_margin(account, now, ShareMargin())}
