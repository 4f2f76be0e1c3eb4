"""Initial margin on uncleared trades: the standard schedule and the model on sensitivities."""

from __future__ import annotations

from typing import Any

from marginlib.margin.uncleared import simm, standard_schedule
from tests.reference import Answer, adapter

SIDES = {"call": "collect", "secured": "collect", "post": "post", "pledgor": "post"}
CURVES = {"curve": "Risk_IRCurve", "inflation": "Risk_Inflation", "xccy": "Risk_XCcyBasis"}
COLUMNS = {
    "product": "product_class",
    "type": "risk_type",
    "qualifier": "qualifier",
    "bucket": "bucket",
    "label1": "label1",
    "label2": "label2",
    "usd": "amount_usd",
}


def on_schedule(trades: list[dict[str, Any]], side: str) -> standard_schedule.ScheduleMargin:
    return standard_schedule.initial_margin(
        [trade["notional"] for trade in trades],
        [trade["rate"] for trade in trades],
        [trade["pv"] or 0 for trade in trades],
        side=SIDES[side],
    )


@adapter
def umr_schedule(trades: list[dict[str, Any]], side: str = "call") -> Answer:
    need = on_schedule(trades, side)
    return {
        "gross_im": need.gross,
        "gross_rc": need.gross_replacement_cost,
        "net_rc": need.net_replacement_cost,
        "ngr": need.net_to_gross_ratio,
        "schedule_im": need.margin,
    }


@adapter
def umr(trades: list[dict[str, Any]], side: str) -> Answer:
    # The source shows what the pledgor owes as a negative number.
    need = on_schedule(trades, side).margin
    return {"im": -need if side == "pledgor" else need}


def on_sensitivities(records: list[dict[str, Any]], **options: Any) -> simm.InitialMargin:
    return simm.initial_margin(records, simm.Parameters.published("2.5"), **options)


@adapter
def simm25(
    sens: list[dict[str, Any]],
    multipliers: dict[str, float] | None = None,
    notional_factors: dict[str, float] | None = None,
    notionals: dict[str, list[float]] | None = None,
    fixed: list[float] | None = None,
) -> Answer:
    records = [{COLUMNS[name]: cell for name, cell in each.items()} for each in sens]
    extra = simm.AddOns(multipliers or {}, notional_factors or {}, notionals or {}, fixed or [])
    need = on_sensitivities(records, add_ons=extra)
    return {
        "margin": need.total,
        "delta": need.alone("delta"),
        "vega": need.alone("vega"),
        "curvature": need.alone("curvature"),
        "base_corr": need.alone("base_correlation"),
        "add_on": need.add_on,
    }


@adapter
def simm_eq_delta(sens: list[dict[str, Any]]) -> Answer:
    records = [
        {
            "product_class": "Equity",
            "risk_type": "Risk_Equity",
            "qualifier": each["name"],
            "bucket": each["bucket"],
            "amount_usd": each["amount"],
        }
        for each in sens
    ]
    return {"margin": on_sensitivities(records).total}


@adapter
def simm_fx_delta(sens: list[dict[str, Any]], calc_ccy: str) -> Answer:
    records = [
        {
            "product_class": "RatesFX",
            "risk_type": "Risk_FX",
            "qualifier": each["ccy"],
            "amount_usd": each["amount"],
        }
        for each in sens
    ]
    return {"margin": on_sensitivities(records, calculation_currency=calc_ccy).total}


@adapter
def simm_ir_delta(sens: list[dict[str, Any]]) -> Answer:
    records = [
        {
            "product_class": "RatesFX",
            "risk_type": CURVES[each["type"]],
            "qualifier": each["ccy"],
            "label1": each["tenor"],
            "label2": each["curve"],
            "amount_usd": each["amount"],
        }
        for each in sens
    ]
    return {"margin": on_sensitivities(records).total}


@adapter
def simm_addon(notionals: list[dict[str, float]]) -> Answer:
    names = [f"product {place}" for place in range(len(notionals))]
    extra = simm.AddOns(
        notional_factors={
            name: each["factor_pct"] / 100 for name, each in zip(names, notionals, strict=True)
        },
        notionals={name: [each["amount"]] for name, each in zip(names, notionals, strict=True)},
    )
    return {"margin": on_sensitivities([], add_ons=extra).total}
