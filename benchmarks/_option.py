"""An option before expiry: a call, a put, and the price one standard deviation down."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

import livefig

from ._figure import Answer, Subject

SPOT = 100.0
PRICES = (60.0, 140.0)
VALUES = (0.0, 65.0)


def option(volatility: int, days: int, strike: int = 100, points: int = 121) -> Answer:
    """Return values by the formula of Black and Scholes without interest.

    Parameters
    ----------
    volatility
        Percent a year.
    days
        Time to expiry.
    """
    price = np.linspace(*PRICES, points)
    deviation = volatility / 100 * np.sqrt(days / 365)
    upper = np.log(price / strike) / deviation + deviation / 2
    call = price * ndtr(upper) - strike * ndtr(upper - deviation)
    return _answer(price, call, call - price + strike, volatility, days, strike)


def noise(volatility: int, days: int, strike: int = 100, points: int = 121) -> Answer:
    """Return curves without any order: the worst case for a table of states."""
    rng = np.random.default_rng([volatility, days, strike])
    call, put = rng.uniform(*VALUES, size=(2, points))
    return _answer(np.linspace(*PRICES, points), call, put, volatility, days, strike)


def _answer(
    price: np.ndarray, call: np.ndarray, put: np.ndarray, volatility: int, days: int, strike: int
) -> Answer:
    down = SPOT * float(np.exp(-volatility / 100 * np.sqrt(days / 365)))
    marker = np.array([down, down]), np.array(VALUES)
    label = f"Strike {strike}, {volatility} %, {days} days: {down:.2f}"
    return Answer(((price, call), (price, put), marker), label, down)


TWO = Subject(
    name="option",
    answer=option,
    sliders={"volatility": range(10, 51, 2), "days": range(5, 106, 5)},
    start={"volatility": 30, "days": 55},
    lines={"call": livefig.BLUE, "put": livefig.RED, "down": livefig.GREY},
    titles=("Price [USD]", "Value [USD]"),
    limits=(PRICES, VALUES),
    label_place=(62.0, 60.0),
    reading=("One deviation down", "USD"),
    alt="Value of a call and of a put against the price.",
    caption="Volatility lifts both.",
)
"""Moved by two sliders, 441 states."""

THREE = TWO._replace(
    sliders={"volatility": range(10, 59, 2), "days": range(10, 101, 10),
             "strike": range(90, 109, 2)},
    start={"volatility": 30, "days": 50, "strike": 100},
)  # fmt: skip
"""Moved by three sliders, 2,500 states."""

NOISE = THREE._replace(answer=noise)
