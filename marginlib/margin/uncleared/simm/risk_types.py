"""The vocabulary of the Common Risk Interchange Format: what a sensitivity may be sensitive to."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Measure: TypeAlias = Literal["delta", "vega", "base_correlation"]

PRODUCT_CLASSES = ("RatesFX", "Credit", "Equity", "Commodity")
TENORS = ("2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y")
CREDIT_TENORS = ("1y", "2y", "3y", "5y", "10y")
SUB_CURVES = ("OIS", "Libor1m", "Libor3m", "Libor6m", "Libor12m", "Prime", "Municipal")


class RiskType(NamedTuple):
    """What a record of one risk type holds in its columns.

    ``qualifier`` is a currency, a pair of currencies, or the name of an issuer, share, index or
    commodity. ``label1`` lists the tenors allowed, and is empty where the column is not read.
    ``label2`` lists the words allowed, is empty where the column is not read, and None where any
    word will do.
    """

    risk_class: str
    measure: Measure
    qualifier: Literal["currency", "pair", "name"]
    has_bucket: bool = False
    label1: tuple[str, ...] = ()
    label2: tuple[str, ...] | None = ()


RISK_TYPES = {
    "Risk_IRCurve": RiskType(
        "interest_rate", "delta", "currency", label1=TENORS, label2=SUB_CURVES
    ),
    "Risk_Inflation": RiskType("interest_rate", "delta", "currency"),
    "Risk_XCcyBasis": RiskType("interest_rate", "delta", "currency"),
    "Risk_IRVol": RiskType("interest_rate", "vega", "currency", label1=TENORS),
    "Risk_InflationVol": RiskType("interest_rate", "vega", "currency", label1=TENORS),
    "Risk_CreditQ": RiskType("credit_qualifying", "delta", "name", True, CREDIT_TENORS, None),
    "Risk_CreditVol": RiskType("credit_qualifying", "vega", "name", True, CREDIT_TENORS, None),
    "Risk_BaseCorr": RiskType("credit_qualifying", "base_correlation", "name"),
    "Risk_CreditNonQ": RiskType(
        "credit_non_qualifying", "delta", "name", True, CREDIT_TENORS, None
    ),
    "Risk_CreditVolNonQ": RiskType(
        "credit_non_qualifying", "vega", "name", True, CREDIT_TENORS, None
    ),
    "Risk_Equity": RiskType("equity", "delta", "name", True),
    "Risk_EquityVol": RiskType("equity", "vega", "name", True, TENORS),
    "Risk_Commodity": RiskType("commodity", "delta", "name", True),
    "Risk_CommodityVol": RiskType("commodity", "vega", "name", True, TENORS),
    "Risk_FX": RiskType("foreign_exchange", "delta", "currency"),
    "Risk_FXVol": RiskType("foreign_exchange", "vega", "pair", label1=TENORS),
}

_DAYS = {"w": 7.0, "m": 365 / 12, "y": 365.0}


def calendar_days(tenor: str) -> float:
    """Return the length of a tenor [calendar days].

    >>> calendar_days("2w"), calendar_days("6m"), calendar_days("10y")
    (14.0, 182.5, 3650.0)
    """
    return float(tenor[:-1]) * _DAYS[tenor[-1]]
