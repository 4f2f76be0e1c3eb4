"""The figure of job e: an option before expiry, which everyone draws from the same numbers.

Two lines (a call and a put against the price), a marker line (the price one standard deviation
down), and a label that says the settings and that price.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import ndtr

from marginlib import explore

SIZE = (4.6, 3.0)  # inches
DOTS_PER_INCH = 100
SPOT = 100.0
PRICES = (60.0, 140.0)
VALUES = (0.0, 65.0)
LABEL_PLACE = (62.0, 60.0)


class Answer(NamedTuple):
    """What the figure shows at one state."""

    price: np.ndarray
    call: np.ndarray
    put: np.ndarray
    marker: float
    label: str


Curves = Callable[..., Answer]


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
    marker = SPOT * float(np.exp(-volatility / 100 * np.sqrt(days / 365)))
    label = f"Strike {strike}, {volatility} %, {days} days: {marker:.2f}"
    return Answer(price, call, put, marker, label)


def drawn(figure: Figure, answer: Answer) -> tuple[Axes, list[Any]]:
    """Draw an answer; return the axes, and the two lines, the marker and the label."""
    axes = figure.subplots()
    lines = [
        *axes.plot(answer.price, answer.call, color=explore.BLUE, label="call"),
        *axes.plot(answer.price, answer.put, color=explore.RED, label="put"),
    ]
    marker = axes.axvline(answer.marker, color=explore.GREY)
    label = axes.text(*LABEL_PLACE, answer.label)
    axes.set(xlim=PRICES, ylim=VALUES, xlabel="Price [USD]", ylabel="Value [USD]")
    return axes, [*lines, marker, label]


def picture(answer: Answer) -> Figure:
    """Return a new figure of an answer."""
    figure = Figure(figsize=SIZE, dpi=DOTS_PER_INCH)
    drawn(figure, answer)
    return figure


def our_explorer(
    curves: Curves, controls: Mapping[str, range], start: Mapping[str, int], points: int
) -> explore.Explorer:
    """Return the figure as an explorer.

    Parameters
    ----------
    curves
        :func:`option` or :func:`noise`.
    controls
        Values of each slider.
    start
        Where they stand at first.
    points
        Points of each line.
    """
    import ipywidgets

    figure = Figure(figsize=SIZE, dpi=DOTS_PER_INCH)
    _, (call, put, marker, label) = drawn(figure, curves(**start, points=points))

    def update(**values: int) -> dict[str, float]:
        answer = curves(**values, points=points)
        call.set_ydata(answer.call)
        put.set_ydata(answer.put)
        marker.set_xdata([answer.marker, answer.marker])
        label.set_text(answer.label)
        return {"down": answer.marker}

    sliders = {
        name: ipywidgets.IntSlider(start[name], stops[0], stops[-1], stops.step, description=name)
        for name, stops in controls.items()
    }
    return explore.explorer(
        figure, update, name="option", alt="Value of a call and of a put against the price.",
        caption="Volatility lifts both.",
        readouts={"down": explore.Readout("One deviation down", ".2f", "USD")}, **sliders,
    )  # fmt: skip
