"""Perpetuals: what funding makes of their price."""

from __future__ import annotations

from typing import Any

from marginlib.accounts.perpetual import perpetual_price

Inputs = dict[str, Any]


def pf01(inputs: Inputs) -> Any:
    return perpetual_price(
        1, inputs["kappa"], inputs["iota"], quote_rate=inputs["r_a"], base_rate=inputs["r_b"]
    )
