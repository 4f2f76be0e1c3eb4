"""Networks that cannot be right are refused, in words that say what to type instead."""

from __future__ import annotations

import numpy as np

from marginlib import contagion
from marginlib.contagion import FundRules, LimitedBanks, TargetingBanks
from marginlib.contagion.fire_sales import bounded_impact
from marginlib.contagion.targeting import vulnerability
from tests.refusals import Refusals, refused

NONE = np.zeros((2, 2))
TARGETING = TargetingBanks([100, 100], 9, np.eye(2), 1e-4)
LIMITED = LimitedBanks([[80, 0], [40, 40]], 20, [5, 10], limit=20)
CALM = contagion.linear_distress(NONE, [1, 1], [0, 0])
RULES = FundRules(20, 0.2, 1)
RNG = np.random.default_rng(1)
BAD: Refusals = {
    "half a member": (
        lambda: contagion.bilateral_exposure(2.5, 3),
        "members must be a whole number",
    ),
    "more cleared than there are": (
        lambda: contagion.cleared_exposure(3, 2, cleared=3),
        "cleared must not exceed the classes",
    ),
    "classes without end": (
        lambda: contagion.simulated_exposures(members=3, classes=1e300, draws=9, rng=RNG),  # type: ignore[arg-type]
        "classes must be at most 1,000,000,000",
    ),
    "a seed for a generator": (
        lambda: contagion.simulated_exposures(members=3, classes=2, draws=9, rng=1),  # type: ignore[arg-type]
        "rng must be a numpy Generator",
    ),
    "targeting banks for limited ones": (
        lambda: contagion.fire_sale(TARGETING, 1_000),  # type: ignore[arg-type]
        "banks must be LimitedBanks .*; got TargetingBanks",
    ),
    "limited banks for targeting ones": (
        lambda: contagion.total_price_move(LIMITED, [0, 0]),  # type: ignore[arg-type]
        "got LimitedBanks",
    ),
    "more kinds than a table holds": (
        lambda: contagion.mean_offspring(1e4, RULES),
        "diversification must be at most 200",
    ),
    "a row of debts": (
        lambda: contagion.clearing_payments([1, 2], [1, 1]),
        "owed must be a square table",
    ),
    "a debt to oneself": (
        lambda: contagion.clearing_payments([[1, 0], [0, 0]], [1, 1]),
        r"owed\[0, 0\] must be 0 between a bank and itself",
    ),
    "a negative debt": (
        lambda: contagion.clearing_payments(NONE - 1, [1, 1]),
        "owed.* must not be negative",
    ),
    "three for two": (
        lambda: contagion.clearing_payments(NONE, [1, 1, 1]),
        r"outside must hold one value for each bank, so its shape must end in 2; got shape \(3,\)",
    ),
    "a recovery in per cent": (
        lambda: contagion.clearing_payments(NONE, [1, 1], recovery=40),
        r"recovery must be a fraction; got 40, did you mean 0.4\?",
    ),
    "recoveries that do not fit": (
        lambda: contagion.clearing_payments(np.zeros((2, 2, 2)), [1, 1], recovery=[1, 1, 1]),
        "do not fit together: owed",
    ),
    "no equity": (lambda: contagion.linear_distress(NONE, [1, 0], [0, 0]), r"equity\[1\] must be"),
    "a shock in per cent": (
        lambda: contagion.single_hit_distress(NONE, [1, 1], [5, 0]),
        r"shock\[0\] must be a fraction; got 5, did you mean 0.05\?",
    ),
    "half a round": (
        lambda: contagion.linear_distress(NONE, [1, 1], [0, 0], rounds=0),
        "rounds must be a whole number, at least 1; got 0",
    ),
    "no value": (lambda: contagion.debt_rank(CALM, [0, 0]), "value must add up to more than 0"),
    "no square": (lambda: contagion.spectral_radius([1, 2]), "table must be a square table"),
    "weights above one": (
        lambda: TargetingBanks([100], 9, [[0.6, 0.6]], 1e-4),
        r"the sum of weights\[0\] must not exceed 1; got 1.2",
    ),
    "a row of weights": (lambda: TargetingBanks([100], 9, [1], 1e-4), "weights must be a table"),
    "banks that do not fit": (
        lambda: TargetingBanks([100, 1, 1], 9, np.eye(2), 1e-4),
        "assets must hold one value for each bank",
    ),
    "impacts that do not fit": (
        lambda: TargetingBanks([100, 1], 9, np.eye(2), [1, 1, 1]),
        "impact must hold one value for each asset",
    ),
    "a fall of more than all": (
        lambda: vulnerability(TARGETING, [-5, 0]),
        r"shock\[0\] must not be below -1, all of the price; got -5",
    ),
    "a negative number of rounds": (
        lambda: contagion.price_rounds(TARGETING, [0, 0], -1),
        "rounds must be a whole number, at least 0; got -1",
    ),
    "a row of holdings": (lambda: LimitedBanks([1, 2], 0, [1], 20), "marketable must be a table"),
    "a rate for a limit": (
        lambda: LimitedBanks([[1]], 0, [1], 0.05),
        r"limit must be at least 1; got 0.05, did you mean 20\?",
    ),
    "a target above the limit": (
        lambda: LimitedBanks([[1]], 0, [1], 20, 25),
        r"target\[0\] must not exceed the limit; got 25",
    ),
    "a fall in per cent": (
        lambda: contagion.shocked_banks(LIMITED, 5),
        "fall must be a fraction; got 5",
    ),
    "rounds of sales": (
        lambda: contagion.fire_sale(LIMITED, 1_000, rounds=0),
        "rounds must be a whole number, at least 1; got 0",
    ),
    "no depth": (lambda: contagion.fire_sale(LIMITED, 0), "depth must be positive"),
    "no bound": (lambda: bounded_impact(1, 1, 0), "bound must be positive"),
    "a row to overlap": (
        lambda: contagion.liquidity_weighted_overlap([1, 2], 5),
        "marketable must be a table",
    ),
    "a fund of nothing": (
        lambda: contagion.sales_feedback([0, 0], [1, 1], 10, 1),
        r"the value of the holdings\[0\] must be positive",
    ),
    "a fund in one number": (
        lambda: contagion.sales_feedback(5, 1, 10, 1),
        "one value for each asset",
    ),
    "a row of covariances": (
        lambda: contagion.volatilities_of([1, 2]),
        "covariance must be a square",
    ),
    "a negative variance": (
        lambda: contagion.correlations_of([[-1, 0], [0, 1]]),
        r"the variance\[0\] must not be negative",
    ),
    "a fall that leaves nothing": (
        lambda: contagion.impact_coefficient(0.1, 1.0),
        "fall must be below 1",
    ),
    "all in cash": (lambda: FundRules(20, 1, 1), "cash must be below 1"),
    "many leverages": (
        lambda: FundRules([1, 2], 0, 1),  # type: ignore[arg-type]
        "leverage must be one number",
    ),
    "a seed to draw": (
        lambda: contagion.draw_holdings(funds=2, assets=2, diversification=1, rng=1),  # type: ignore[arg-type]
        "rng must be a numpy Generator",
    ),
    "no funds": (
        lambda: contagion.draw_holdings(funds=0, assets=2, diversification=1, rng=RNG),
        "funds must be a whole number, at least 1",
    ),
    "more than there are": (
        lambda: contagion.draw_holdings(funds=2, assets=2, diversification=3, rng=RNG),
        "diversification must not exceed the 2 assets; got 3",
    ),
    "many diversifications": (
        lambda: contagion.mean_offspring([1, 2], RULES),  # type: ignore[arg-type]
        r"diversification must be one number; got shape \(2,\)",
    ),
    "an asset before the first": (
        lambda: contagion.wipe_out_asset(np.eye(2), RULES, -1),
        "asset must be a whole number, at least 0; got -1",
    ),
    "an asset that is not there": (
        lambda: contagion.wipe_out_asset(np.eye(2), RULES, 2),
        "asset must be a place from 0 to 1; got 2",
    ),
    "a row of a fund": (
        lambda: contagion.wipe_out_asset([1, 0], RULES, 0),
        "holdings must be a table",
    ),
    "amounts for shares": (
        lambda: contagion.wipe_out_asset([[50, 50]], RULES, 0),
        r"the sum of holdings\[0\] must be 1, or 0 for a fund that holds none; got 100",
    ),
}
test_bad_input_is_refused = refused(BAD)
