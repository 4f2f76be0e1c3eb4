"""What venues close, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import marginlib as ml
from marginlib.accounts import Accounts, equity, open_accounts
from marginlib.liquidation import (
    AtMost,
    CloseAll,
    CloseShare,
    ReduceTo,
    RequirementFee,
    liquidate,
    restoring_quantity,
)
from marginlib.margin import FixedRate, margin_ratio
from marginlib.venues.protocols.closing_sizes import restoring_transfer, window_capacity
from tests.reference import Answer, adapter


@adapter
def drift_base_to_cover(
    shortage: float,
    margin_ratio: float,
    liq_fee: float,
    if_fee: float,
    oracle: float,
    quote_oracle: float = 1.0,
) -> Answer:
    size = restoring_quantity(shortage, oracle, margin_ratio, liq_fee, if_fee, quote_oracle)
    return {"base_amount": size}


@adapter
def drift_liability_transfer(
    shortage: float,
    asset_weight: float,
    asset_mult: float,
    liab_weight: float,
    liab_mult: float,
    if_fee: float,
    liab_price: float,
) -> Answer:
    taken = restoring_transfer(
        shortage, liab_price, asset_weight, liab_weight, asset_mult, liab_mult, if_fee
    )
    return {"liability_transfer": taken}


@adapter
def snx_max_liq(
    maker_fee: float,
    taker_fee: float,
    skew_scale: float,
    window_s: float,
    multiplier: float,
    size: float,
) -> Answer:
    most = window_capacity(maker_fee, taker_fee, skew_scale, window_s, multiplier)
    market = ml.market.at(ml.instruments.linear(["X"]), [1.0])
    due = Accounts(cash=[-size], quantity=[[size]])
    done = liquidate(due, market, FixedRate(1, 1), AtMost(CloseAll(), most))
    return {"max_liquidatable": most, "remaining": done.accounts.quantity[0, 0]}


@adapter
def paradex_liq(collateral: float, fee: float, positions: Sequence[dict[str, float]]) -> Answer:
    instruments = ml.instruments.linear([f"X{place}" for place in range(len(positions))])
    entry = ml.market.at(instruments, [each["entry"] for each in positions])
    market = ml.market.at(instruments, [each["mark"] for each in positions])
    account = open_accounts(collateral, [each["size"] for each in positions], entry)
    rates = [each["mmf"] for each in positions]
    rule, penalty = FixedRate(rates, rates), RequirementFee(fee)
    rows = []
    for share in (0.2, 0.4, 0.6, 0.8):
        done = liquidate(account, market, rule, CloseShare(share), penalty)
        rows.append(
            [
                rule(done.accounts, market).maintenance,
                done.fee,
                equity(done.accounts, market),
                margin_ratio(done.accounts, market, rule),
            ]
        )
    chosen = liquidate(account, market, rule, ReduceTo("maintenance", 0.9, step=0.2), penalty)
    return {
        "rows": rows,
        "share": chosen.share[0],
        "penalty": chosen.fee,
        # At entry prices nothing is gained or lost: what is there is collateral.
        "collateral_after": equity(chosen.accounts, entry),
    }
