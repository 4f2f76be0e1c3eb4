"""Lines, and what is filled between them."""

from __future__ import annotations

from math import factorial

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import (
    Dropdown,
    FloatLogSlider,
    FloatSlider,
    IntSlider,
    Play,
    RadioButtons,
    SelectionSlider,
)
from matplotlib.collections import LineCollection

from .entry import Figure

TIME = np.linspace(0, 10, 200)
NOISY = np.sin(TIME) + np.random.default_rng(1).normal(0, 0.3, TIME.size)
SPIKES = np.random.default_rng(2).exponential(1, (6, 60))
HARVESTS = np.random.default_rng(3).uniform(1, 4, (4, 12)).cumsum(axis=1)
SERIES = np.random.default_rng(4).normal(size=(5, 60)).cumsum(axis=1)
CITIES = {
    "Aldville": {1990: 31, 2000: 44, 2010: 52, 2020: 50},
    "Brookton": {1990: 48, 2000: 41, 2010: 39, 2020: 43},
    "Castrum": {1990: 22, 2000: 27, 2010: 45, 2020: 61},
    "Dunmere": {1990: 58, 2000: 57, 2010: 30, 2020: 26},
}


def sine(ax, frequency, amplitude):
    ax.plot(TIME, amplitude * np.sin(frequency * TIME))
    ax.set(xlabel="time", ylabel="height", ylim=(-3.2, 3.2))
    ax.set_title(f"{amplitude:.2f} sin({frequency} t)")


def band(ax, window, width):
    kernel = np.ones(window) / window
    mean = np.convolve(NOISY, kernel, mode="same")
    deviation = np.sqrt(np.convolve((NOISY - mean) ** 2, kernel, mode="same"))
    ax.plot(TIME, NOISY, ".", color="0.6", markersize=3)
    ax.plot(TIME, mean, color="tab:red")
    ax.fill_between(TIME, mean - width * deviation, mean + width * deviation, alpha=0.25)
    ax.set_title(f"Mean of {window} and {width:g} deviations")


def fourier_series(ax, terms, shape):
    position = np.linspace(-np.pi, np.pi, 400)
    total = np.zeros_like(position)
    for k in range(1, terms + 1):
        if shape == "square":
            total += 4 / np.pi * np.sin((2 * k - 1) * position) / (2 * k - 1)
        else:
            total -= 2 / np.pi * (-1) ** k * np.sin(k * position) / k
    target = np.sign(position) if shape == "square" else position / np.pi
    ax.plot(position, target, color="0.7", linewidth=3, label=shape)
    ax.plot(position, total, label=f"{terms} terms")
    ax.set_ylim(-1.4, 1.4)
    ax.legend(loc="upper left")


def area_stack(ax, baseline, months):
    ax.stackplot(
        np.arange(months),
        HARVESTS[:, :months],
        baseline=baseline,
        labels=["oats", "rye", "barley", "wheat"],
        alpha=0.8,
    )
    ax.legend(loc="upper left")
    ax.set_xlabel("month")


def random_walk(seed, steps):
    walk = np.random.default_rng(seed).choice([-1, 1], (3, steps)).cumsum(axis=1)
    plt.plot(walk.T)
    plt.axhline(0, color="black", linewidth=0.8)
    plt.xlabel("step")
    plt.title(f"Three walks from seed {seed}")


def spirograph(inner, pen):
    angle = np.linspace(0, 2 * np.pi * inner, 900)
    outer = 10
    ratio = (outer - inner) / inner
    across = (outer - inner) * np.cos(angle) + pen * np.cos(ratio * angle)
    up = (outer - inner) * np.sin(angle) - pen * np.sin(ratio * angle)
    plt.plot(across, up, color="purple", linewidth=1)
    plt.axis("equal")
    plt.axis("off")


def stem(ax, decay):
    n = np.arange(24)
    markers, stalks, base = ax.stem(n, decay**n * np.cos(n))
    markers.set_color("tab:orange")
    stalks.set_linewidth(1)
    base.set_color("0.5")
    ax.set_ylim(-1.1, 1.1)


def step_line(ax, where, filled):
    hours = np.arange(0, 24, 2)
    load = np.array([3, 2, 2, 5, 8, 9, 7, 8, 10, 9, 6, 4])
    ax.step(hours, load, where=where, color="teal")
    ax.plot(hours, load, "o--", color="0.7", zorder=0)
    if filled:
        ax.fill_between(hours, load, step=where, color="teal", alpha=0.3)
    ax.set(xlabel="hour", ylabel="load", ylim=(0, 11))


def event_plot(ax, rate):
    times = [row[row < 10] for row in (SPIKES / rate).cumsum(axis=1)]
    ax.eventplot(times, colors=[f"C{k}" for k in range(6)], linelengths=0.7)
    ax.set(xlim=(0, 10), xlabel="time", ylabel="neuron")
    ax.set_title(f"{sum(map(len, times))} spikes")


def fill_where(ax, level):
    height = np.sin(TIME) + 0.5 * np.sin(3.1 * TIME)
    ax.plot(TIME, height, color="black")
    ax.axhline(level, color="black", linestyle=":")
    ax.fill_between(TIME, height, level, where=height > level, interpolate=True, color="#2a9d8f")
    ax.fill_between(TIME, height, level, where=height < level, interpolate=True, color="#e76f51")


def gradient_area(ax, sharpness):
    height = np.exp(-((TIME - 5) ** 2) / sharpness) + 0.1 * np.cos(2 * TIME) + 0.15
    area = ax.fill_between(TIME, height, facecolor="none", edgecolor="navy")
    shades = ax.imshow(
        np.linspace(0, 1, 256)[:, np.newaxis],
        cmap="Blues",
        extent=(0, 10, 0, 1.4),
        origin="lower",
        aspect="auto",
    )
    shades.set_clip_path(area.get_paths()[0], transform=ax.transData)
    ax.set(xlim=(0, 10), ylim=(0, 1.4))


def line_styles(linestyle, marker, width):
    x = np.linspace(0, 10, 21)
    plt.plot(x, np.cos(x), linestyle=linestyle, marker=marker, linewidth=width, markersize=9)
    plt.plot(x, np.sin(x), linestyle=linestyle, marker=marker, linewidth=width, mfc="white")
    plt.grid(True)


def dense_lines(axes, rate, damping):
    t = np.linspace(0, 1, 2000)
    envelope = np.exp(-damping * t)
    axes.plot(t, envelope * np.sin(2 * np.pi * (4 + rate * t) * t), linewidth=0.8)
    axes.plot(t, envelope, "k--", linewidth=0.8)
    axes.set(xlim=(0, 1), ylim=(-1.05, 1.05))


def coloured_line(ax, cmap, turns):
    angle = np.linspace(0, 2 * np.pi * turns, 300)
    spiral = np.column_stack([angle * np.cos(angle), angle * np.sin(angle)])
    pieces = LineCollection(np.stack([spiral[:-1], spiral[1:]], axis=1), cmap=cmap, linewidths=3)
    pieces.set_array(angle[:-1])
    ax.add_collection(pieces)
    ax.autoscale()
    ax.set_aspect("equal")
    ax.figure.colorbar(pieces, ax=ax, label="angle")


def gaps_in_line(ax, limit):
    height = np.tan(TIME)
    height[np.abs(height) > limit] = np.nan
    ax.plot(TIME, height, linewidth=2)
    for pole in np.arange(0.5, 3.5) * np.pi:
        ax.axvline(pole, color="tab:red", linestyle="-.", linewidth=1)
    ax.set_ylim(-limit, limit)


def tangent(ax, function, point):
    x = np.linspace(-3, 3, 121)
    slope = (function(point + 1e-5) - function(point - 1e-5)) / 2e-5
    ax.plot(x, function(x))
    ax.axline((point, function(point)), slope=slope, color="crimson")
    ax.plot(point, function(point), "o", color="crimson")
    ax.text(0.02, 0.95, f"slope {slope:.2f}", transform=ax.transAxes, va="top")
    ax.set(xlim=(-3, 3), ylim=(-2, 4))


def slope_chart(ax, first, last):
    for name, share in CITIES.items():
        rising = share[last] >= share[first]
        ax.plot([0, 1], [share[first], share[last]], "o-", color="green" if rising else "firebrick")
        ax.text(-0.04, share[first], f"{name} {share[first]}", ha="right", va="center")
        ax.text(1.04, share[last], f"{share[last]}", ha="left", va="center")
    ax.set_xticks([0, 1], [str(first), str(last)])
    ax.set(xlim=(-0.5, 1.3), ylim=(15, 65), yticks=[])
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)


def taylor(degree):
    x = np.linspace(-6, 6, 241)
    sum_of_terms = sum((-1) ** (n // 2) * x**n / factorial(n) for n in range(1, degree + 1, 2))
    plt.plot(x, np.sin(x), label=r"$\sin x$")
    plt.plot(x, sum_of_terms, label=rf"$\sum_{{n \leq {degree}}} (-1)^k \frac{{x^n}}{{n!}}$")
    plt.ylim(-2.5, 2.5)
    plt.legend(loc="lower right", fontsize="large")


def sparklines(fig, day):
    for row, (ax, series) in enumerate(zip(fig.subplots(5, 1), SERIES, strict=True)):
        ax.plot(series[:day], color="0.3", linewidth=1)
        ax.plot(day - 1, series[day - 1], "o", color="red", markersize=4)
        ax.set_xlim(0, 62)
        ax.set_axis_off()
        ax.set_title(f"share {row + 1}: {series[day - 1]:+.1f}", loc="left", fontsize=8, pad=1)


FIGURES = [
    Figure("sine", sine, {"frequency": (1, 7), "amplitude": (0.5, 3.0, 0.25)}, "GALLERY 1"),
    Figure("band", band, {"window": [5, 9, 15, 25], "width": (0.5, 3.0, 0.5)}, "GALLERY 15"),
    Figure(
        "fourier-series",
        fourier_series,
        {"terms": (1, 15), "shape": ["square", "sawtooth"]},
        "GALLERY 27",
    ),
    Figure(
        "area-stack",
        area_stack,
        {"baseline": ["zero", "sym", "wiggle"], "months": (4, 12)},
        "GALLERY 24",
    ),
    Figure(
        "random-walk",
        random_walk,
        {"seed": (0, 9), "steps": {"short": 50, "long": 500}},
        "matplotlib gallery: simple plot",
    ),
    Figure(
        "spirograph",
        spirograph,
        {
            "inner": SelectionSlider(options=[1, 3, 4, 6, 7, 9], value=7),
            "pen": FloatSlider(value=2, min=0.5, max=3.5, step=0.5),
        },
        "matplotlib gallery: equal axis aspect",
        {"figsize": (5, 5)},
    ),
    Figure("stem", stem, {"decay": (0.80, 1.0, 0.02)}, "matplotlib gallery: stem plot"),
    Figure(
        "step-line",
        step_line,
        {"where": RadioButtons(options=["pre", "mid", "post"]), "filled": True},
        "matplotlib gallery: step demo",
    ),
    Figure("event-plot", event_plot, {"rate": (0.5, 4.0, 0.5)}, "matplotlib gallery: eventplot"),
    Figure("fill-where", fill_where, {"level": (-1.4, 1.4, 0.2)}, "matplotlib gallery: fill where"),
    Figure(
        "gradient-area",
        gradient_area,
        {"sharpness": FloatLogSlider(value=1, base=10, min=-1, max=1, step=0.25)},
        "matplotlib gallery: clip an image by a path",
    ),
    Figure(
        "line-styles",
        line_styles,
        {
            "linestyle": Dropdown(options=["-", "--", ":", "-."]),
            "marker": Dropdown(options={"circle": "o", "square": "s", "star": "*", "none": ""}),
            "width": (1, 5, 2),
        },
        "matplotlib gallery: linestyles",
    ),
    Figure(
        "dense-lines",
        dense_lines,
        {"rate": (0, 40, 8), "damping": (0.0, 3.0, 1.0)},
        "matplotlib gallery: many points",
        {"figsize": (8, 3)},
    ),
    Figure(
        "coloured-line",
        coloured_line,
        {"cmap": ["viridis", "plasma", "twilight"], "turns": (1, 6)},
        "matplotlib gallery: multicolored lines",
    ),
    Figure(
        "gaps-in-line",
        gaps_in_line,
        {"limit": [2, 4, 6, 8, 10, 15, 20, 40]},
        "matplotlib gallery: masked and NaN values",
    ),
    Figure(
        "tangent",
        tangent,
        {
            "function": {"sine": np.sin, "exponential": np.exp, "square": np.square},
            "point": (-2.0, 2.0, 0.25),
        },
        "matplotlib gallery: infinite lines",
    ),
    Figure(
        "slope-chart",
        slope_chart,
        {"first": [1990, 2000, 2010], "last": [2020, 2010, 2000]},
        "matplotlib gallery: text beside lines",
    ),
    Figure(
        "taylor",
        taylor,
        {"degree": IntSlider(value=5, min=1, max=15, step=2)},
        "matplotlib gallery: mathtext in a legend",
    ),
    Figure(
        "sparklines",
        sparklines,
        {"day": Play(value=20, min=5, max=60, step=5, interval=300)},
        "seaborn gallery: small multiple time series",
    ),
]
