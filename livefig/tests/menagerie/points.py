"""Points: to drag, to count, to colour and to move."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import Dropdown, FloatRangeSlider, IntSlider, Play

from livefig import GuessPoint, Time, unfold

from .entry import Figure

MANY = np.random.default_rng(60).normal(size=(3, 1000))
TOWNS = np.random.default_rng(61).uniform(0, 10, (2, 25))
PEOPLE = np.random.default_rng(62).lognormal(3, 1, 25)
BLOBS = np.concatenate(
    [
        np.random.default_rng(63 + k).normal(place, 0.6, (40, 2))
        for k, place in enumerate([(0, 0), (3, 1), (1, 3)])
    ]
)
START, PACE = np.random.default_rng(66).uniform(-1, 1, (2, 40, 2))
SECONDS = np.arange(29) / 10
OIL = np.random.default_rng(67).normal([0.3, 0.1], 0.5, (30, 2)).cumsum(axis=0)


def draggable_points(ax, left, left_height, middle, middle_height, right, right_height):
    places = [left, middle, right]
    heights = [left_height, middle_height, right_height]
    x = np.linspace(0, 10, 120)
    ax.plot(x, np.polyval(np.polyfit(places, heights, 2), x))
    ax.plot(places, heights, "o", color="tab:red", markersize=10)
    ax.set(xlim=(0, 10), ylim=(-2, 12))


def line_through_two(ax, x, y):
    ax.axline((2, 3), (x, y), color="0.5")
    ax.plot([2, x], [3, y], "o", markersize=9)
    ax.set_title(f"slope {(y - 3) / (x - 2):.2f}")
    ax.set(xlim=(0, 10), ylim=(0, 10))


def slope_of_towns(ax, towns):
    x, y = TOWNS[:, :towns]
    slope, height = np.polyfit(x, y, 1)
    ax.plot(x, y, "o", color="0.5")
    ax.plot([0, 10], [height, height + 10 * slope], color="tab:red", gid="line")
    ax.set(xlim=(0, 10), ylim=(-5, 15))
    return {"at_the_edge": height + 10 * slope}


def a_thousand_points(ax, cmap, angle):
    x, y, z = MANY
    turn = np.deg2rad(angle)
    dots = ax.scatter(x * np.cos(turn) + z * np.sin(turn), y, c=z, cmap=cmap, s=8)
    ax.figure.colorbar(dots)
    ax.set(xlim=(-4, 4), ylim=(-4, 4))


def bubbles(ax, scale):
    bubble = ax.scatter(*TOWNS, s=scale * PEOPLE, alpha=0.5, c=PEOPLE, cmap="Set2", edgecolors="k")
    handles, labels = bubble.legend_elements("sizes", num=3, func=lambda size: size / scale)
    ax.legend(handles, labels, title="people", loc="upper right", labelspacing=2)
    ax.set(xlim=(-1, 13), ylim=(-1, 11))


def overlapping_marks(alpha, size):
    x, y, _ = MANY[:, :300]
    plt.scatter(x, y, s=size, alpha=alpha, color="crimson", linewidths=0)
    plt.title(f"alpha {alpha:.1f}")


def markers(ax, marker, fill):
    x = np.arange(8)
    ax.plot(
        x,
        x % 3,
        marker=marker,
        fillstyle=fill,
        markersize=18,
        linestyle="none",
        color="tab:blue",
        markerfacecoloralt="lightgray",
        markeredgecolor="black",
    )
    ax.margins(0.15)


def clusters(ax, groups, step):
    centres = BLOBS[:: 120 // groups][:groups].copy()
    for _ in range(step + 1):
        nearest = np.linalg.norm(BLOBS[:, np.newaxis] - centres, axis=2).argmin(axis=1)
        old = centres.copy()
        for k in range(groups):
            centres[k] = BLOBS[nearest == k].mean(axis=0)
    ax.scatter(*BLOBS.T, c=nearest, cmap="Set1", s=20)
    ax.scatter(*old.T, marker="X", s=150, color="black")


def points_in_range(ax, kept):
    low, high = kept
    x, y, z = MANY[:, :200]
    inside = (low <= x) & (x <= high)
    ax.scatter(x[~inside], y[~inside], color="lightgray", s=15)
    ax.scatter(x[inside], y[inside], c=z[inside], s=30, edgecolors="black", vmin=-3, vmax=3)
    ax.axvline(low, linestyle=":")
    ax.axvline(high, linestyle=":")
    ax.set_title(f"{inside.sum()} points kept")


def connected_scatter(ax, year):
    ax.plot(*OIL[: year - 1989].T, "o-", color="peru", markersize=4)
    ax.annotate(str(year), OIL[year - 1990], (6, 6), textcoords="offset points", weight="bold")


def gas(ax, time):
    place = np.abs((START + PACE * time / 10 + 1) % 4 - 2) - 1
    ax.plot(*place.T, "o", color="teal")
    ax.quiver(*place.T, *PACE.T, scale=25, width=0.003)
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[], aspect="equal")


def heights(angle):
    rise = 14 * np.sin(np.radians(angle)) * SECONDS
    return np.clip(rise - 4.9 * SECONDS**2, 0, None)


def flight(angle):
    height = heights(angle)
    top, landed = int(height.argmax()), int(np.argmin(height[1:])) + 1
    return {top: f"highest, at {height[top]:.1f} m", landed: "it lands"}


def thrown_ball(ax, now, angle):
    height = heights(angle)
    aloft = np.minimum(SECONDS, SECONDS[int(np.argmin(height[1:])) + 1])
    distance = 14 * np.cos(np.radians(angle)) * aloft
    (path,) = ax.plot(distance, height, ".-")
    unfold(path, now)
    ax.plot(distance[now], height[now], "o", color="tab:orange", markersize=9)
    ax.set(xlim=(0, 22), ylim=(0, 10), xlabel="m", ylabel="m")


FIGURES = [
    Figure(
        "draggable-points",
        draggable_points,
        {
            "left": (0, 2),
            "left_height": (0, 10, 5),
            "middle": (4, 6),
            "middle_height": (0, 10, 5),
            "right": (8, 10),
            "right_height": (0, 10, 5),
        },
        "GALLERY 21",
    ),
    Figure(
        "line-through-two",
        line_through_two,
        {"x": (3, 9), "y": (0, 9)},
        "matplotlib gallery: infinite lines",
    ),
    Figure(
        "a-thousand-points",
        a_thousand_points,
        {"cmap": Dropdown(options=["viridis", "coolwarm"]), "angle": (0, 90, 15)},
        "matplotlib gallery: scatter with colours by value",
    ),
    Figure(
        "bubbles", bubbles, {"scale": (1, 8)}, "matplotlib gallery: scatter with a legend of sizes"
    ),
    Figure(
        "overlapping-marks",
        overlapping_marks,
        {"alpha": (0.1, 1.0, 0.3), "size": [20, 80, 300]},
        "matplotlib gallery: transparent markers",
    ),
    Figure(
        "markers",
        markers,
        {
            "marker": Dropdown(options=["o", "s", "^", "D", "p", "h"]),
            "fill": ["full", "left", "bottom", "none"],
        },
        "matplotlib gallery: marker reference",
    ),
    Figure(
        "clusters",
        clusters,
        {"groups": [2, 3, 4], "step": Play(min=0, max=6, interval=600)},
        "seaborn gallery: scatter with several meanings",
    ),
    Figure(
        "points-in-range",
        points_in_range,
        {"kept": FloatRangeSlider(value=(-1, 1), min=-3, max=3, step=0.5)},
        "matplotlib gallery: range slider",
    ),
    Figure(
        "connected-scatter",
        connected_scatter,
        {"year": IntSlider(2000, 1990, 2019)},
        "matplotlib gallery: arrows along a path",
    ),
    Figure(
        "gas",
        gas,
        {"time": Play(min=0, max=40, step=2, interval=100)},
        "matplotlib gallery: animated scatter",
    ),
    Figure(
        "thrown-ball",
        thrown_ball,
        {
            "now": Time([f"{tenths / 10} s" for tenths in range(29)], events=flight, interval=60),
            "angle": (30, 75, 15),
        },
        "PhET simulations: projectile motion",
    ),
    Figure(
        "guess-the-slope",
        slope_of_towns,
        {"towns": (5, 25, 5)},
        "seaborn gallery: linear regression with marginal distributions",
        {
            "guess": GuessPoint(
                "How high is the line through these points at the right edge?",
                readout="at_the_edge",
                at="shown",
                waits=["line"],
                axis="y",
            ),
        },
    ),
]
