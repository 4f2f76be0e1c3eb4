"""Margin by scenarios: published risk arrays, a risk matrix, and a table with contingencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import marginlib as ml
from marginlib.accounts import Accounts, deposit, trade
from marginlib.margin import AtLeast, FixedRate, Haircut, Model, Requirement, free_margin, headroom
from marginlib.margin.scan import ScenarioScan, equidistant, published_risk_array
from marginlib.venues.protocols.contingencies import LowConfidence
from marginlib.venues.protocols.factors import Factors, depeg_factor
from marginlib.venues.protocols.portfolio_charges import (
    BasisContingency,
    GrossContracts,
    NakedShorts,
)
from marginlib.venues.protocols.scenario_table import ScenarioTable
from marginlib.venues.protocols.static_discount import StaticDiscount
from marginlib.venues.protocols.volatility_shocks import SkewShock, VolatilityShock
from tests.reference import Answer, adapter

DAY = 1 / 365  # years
YEAR = 365 * 86_400  # seconds
DIRECTIONS = {"None": "none", "Up": "up", "Down": "down", "LINEAR": "tilt", "ABS": "wings"}


@adapter
def span_scan(positions: list[dict[str, Any]]) -> Answer:
    quantity = [position["q"] for position in positions]
    arrays = [position["array"] for position in positions]
    return {"scan_risk": published_risk_array(quantity, arrays).worst_loss}


@adapter
def deribit_pme(
    positions: dict[str, float],
    price_range: float,
    buckets: int,
    pnl_offset: float,
    min_annualised_move: float,
    mm_factor: float,
    mmp_margin: float = 0.0,
    open_orders_margin: float = 0.0,
) -> Answer:
    # Sizes are in coin and no price is given, so a contract is worth one coin.
    book = ml.instruments.inverse(list(positions), underlying="coin")
    market = ml.market.at(book, np.ones(len(positions)))
    account = Accounts(0, list(positions.values()))
    scan = ScenarioScan(equidistant(price_range, price_range, points=2 * buckets), pnl_offset)
    roll = FixedRate(min_annualised_move, min_annualised_move)

    def rounded(accounts: Accounts, market: ml.market.Market) -> Requirement:
        loss = np.round(scan(accounts, market).initial, 9)
        return Requirement(loss, loss)

    matrix = rounded + roll
    need = Factors(matrix, maintenance=mm_factor)(account, market)
    need = need + Requirement(mmp_margin + open_orders_margin, 0.0)
    return {
        "aggregated_vector": scan.risk_arrays(account, market)["all"].profit,
        "worst_case": scan(account, market).initial,
        "roll_shock": roll(account, market).initial,
        "risk_matrix_margin": matrix(account, market).initial,
        "initial_margin": need.initial,
        "maintenance_margin": need.maintenance,
    }


class Line(NamedTuple):
    """One position of an account, with the market data and parameters that belong to it."""

    instrument: ml.instruments.Instruments
    quantity: float
    feeds: tuple[float, float, float] = (1.0, 1.0, 1.0)  # how sure they are of the price
    price: float = np.nan  # nan for options
    beta: float = 1.0
    volatility: float = np.nan  # nan for all but options
    rate: float = 0.0
    haircuts: tuple[float, float] = (0.0, 0.0)  # maintenance, and what initial adds

    @property
    def is_option(self) -> bool:
        return bool(self.instrument.is_option[0])

    @property
    def is_future(self) -> bool:
        return bool(self.instrument.is_margined[0])


def lines_of(market: dict[str, Any], stable: float) -> Iterator[Line]:
    """Yield the coin, the perpetual, the collateral, the forwards and the options of a market."""
    sure, spot = market["spot_conf"], market["spot"]
    yield Line(ml.instruments.cash(["coin"]), 0, price=spot)
    held = market["perp"]
    # What the feed of the perpetual says matters to whoever holds it.
    perpetual_feed = market["perp_conf"] if held else 1.0
    perpetual = ml.instruments.linear(["perpetual"], underlying="coin")
    price = market["perp_price"] if held else spot
    yield Line(perpetual, held, (sure, perpetual_feed, 1.0), price)
    for asset in market["collaterals"]:
        yield Line(
            ml.instruments.cash([f"collateral {asset['name']}"]),
            asset["amount"],
            (sure, asset["conf"], 1.0),
            asset["price"] / stable,  # the ledger counts in the stable coin
            beta=float(asset["risk_cancelling"]),
            haircuts=(asset["mm_haircut"], asset["im_haircut"]),
        )
    for expiry in market["expiries"]:
        forward = f"forward {expiry['sec']}"
        future = ml.instruments.linear([forward], underlying="coin")
        yield Line(future, 0, price=expiry["forward"])
        for option in expiry["options"]:
            name = f"{expiry['sec']} {option['strike']} {option['call']}"
            terms = (option["strike"], expiry["sec"] / YEAR, option["call"])
            yield Line(
                ml.instruments.options([name], forward, *terms),
                option["amount"],
                (sure, perpetual_feed, expiry["conf"]),
                volatility=option["vol"],
                rate=max(expiry["rate"], 0.0),  # a rate below zero is read as none
            )


def portfolio_rule(
    lines: list[Line], scenarios: list[Any], stable: float, params: dict[str, float]
) -> tuple[Model, Model]:
    """Return the scan with its floor, and the whole rule."""
    p = params
    shock = VolatilityShock(
        p["vol_up"],
        p["vol_down"],
        p["short_power"],
        p["long_power"],
        floor=p["min_vol_up"],
        least_years=p["dte_floor_days"] * DAY,
    )
    skew = SkewShock(
        tilt=(p["lin_cap"], p["lin_cbase"]),
        wings=(p["abs_cap"], p["abs_cbase"]),
        width=p["width"],
        least_width=p["min_kstar"],
        volatility=p["vol_static"],
        volatility_slope=p["vol_scale"],
    )
    discount = StaticDiscount(
        long=(p["disc_long"], p["long_mult"], p["long_add"]),
        short=(p["disc_short"], p["short_mult"], p["short_add"]),
    )
    beta = [line.beta for line in lines if not line.is_option]
    half_hour = 1_800 / YEAR
    rows = [(price - 1, DIRECTIONS[way], weight) for price, way, weight in scenarios]
    table = ScenarioTable(rows, shock, skew, beta, half_hour)
    either = [(p["basis_up"] - 1, "none", 1.0), (p["basis_dn"] - 1, "none", 1.0)]
    basis = BasisContingency(
        ScenarioTable(either, beta=beta, averaging_window=half_hour),
        p["basis_add"],
        p["basis_mult"],
    )
    scan = AtLeast(ScenarioScan(table, discount=discount), floor=basis)
    depegged = depeg_factor(stable, p["peg_threshold"], p["peg_factor"], base=p["im_factor"])
    always, opening = np.array([line.haircuts for line in lines]).T
    feeds = np.transpose([line.feeds for line in lines])
    rule = (
        Factors(scan, initial=depegged, maintenance=p["mm_factor"])
        + GrossContracts(p["mm_perp"], p["mm_perp"])
        + GrossContracts(p["im_perp"], 0)
        + NakedShorts(p["mm_option"], p["mm_option"])
        + NakedShorts(p["im_option"], 0)
        + Haircut(always)
        + Haircut(opening, 0.0)
        + LowConfidence(feeds, p["conf_threshold"], p["conf_margin"], bought=True)
    )
    return scan, rule


@adapter
def derive_pmrm2(
    cash: float,
    perp_value: float,
    stable: float,
    scenarios: list[Any],
    params: dict[str, float],
    **market: Any,
) -> Answer:
    lines = list(lines_of(market, stable))
    options = [line for line in lines if line.is_option]
    now = ml.market.at(
        ml.instruments.join(*(line.instrument for line in lines)),
        [line.price for line in lines if not line.is_option],
        [line.volatility for line in options] or None,
        rate=[line.rate for line in options] or 0.0,
        carry=0.0,
    )
    futures = [line.quantity if line.is_future else 0.0 for line in lines]
    others = [0.0 if line.is_future else line.quantity for line in lines]
    # The perpetual is bought at its price of now: what it gained before is paid in.
    account = deposit(trade(Accounts(cash, others), now, futures), perp_value)
    scan, rule = portfolio_rule(lines, scenarios, stable, params)
    return {
        "im": free_margin(account, now, rule),
        "mm": headroom(account, now, rule),
        "worst_scenario_pnl": -scan(account, now).initial,
    }
