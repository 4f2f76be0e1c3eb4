"""Figures of real events against arithmetic that others did with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from marginlib import events

Inputs = dict[str, Any]


def ev01(inputs: Inputs) -> Any:
    october = events.event("october_2025")
    fast = october["liquidated_cascade"].value / (october["cascade_minutes"].value / 60)
    slow = october["liquidated_before"].value / october["hours_before"].value
    return [fast, slow, fast / slow]


def ev02(inputs: Inputs) -> Any:
    cash = events.event("dash_for_cash_2020")
    times = cash["variation_margin_peak"].value / cash["variation_margin_usual"].value
    return [times, cash["initial_margin_rise"].value + cash["excess_collateral_rise"].value]


def ev03(inputs: Inputs) -> Any:
    nickel = events.event("nickel_2022")
    return nickel["price_peak"].value / nickel["price_before"].value - 1


def ev04(inputs: Inputs) -> Any:
    aas = events.event("nasdaq_2018")
    move, used = aas["spread_move"].value, aas["default_fund_used"].value
    return [
        move / aas["covered_move"].value,
        move / aas["largest_before"].value,
        aas["junior_capital"].value + used,
        used / aas["default_fund"].value,
    ]


def ev05(inputs: Inputs) -> Any:
    archegos = events.event("archegos_2021")
    equity = archegos["equity"]
    return archegos["gross_exposure"].value / np.array([equity.high, equity.low])


def ev06(inputs: Inputs) -> Any:
    october = events.event("october_2025")
    closed, excess = 1_000 * october["deleveraged"].value, october["deleveraging_excess"]
    minutes = october["deleveraging_minutes"].value
    return [closed / minutes, excess.low / closed, excess.high / closed]


def cr01(inputs: Inputs) -> Any:
    days = [day for name in events.event_names() for day in events.event(name).days]
    falls = {(day.name, str(day.day)): day.fall for day in days}
    return [falls[coin, day] for coin in ("BTC", "ETH") for day in inputs["days"]]
