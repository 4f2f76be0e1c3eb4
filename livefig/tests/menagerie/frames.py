"""What is around the marks: limits, scales, ticks, legends, colour bars, panels and styles."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import (
    Checkbox,
    Dropdown,
    FloatLogSlider,
    FloatSlider,
    IntRangeSlider,
    IntSlider,
    RadioButtons,
    SelectionSlider,
    ToggleButtons,
)
from matplotlib.ticker import (
    EngFormatter,
    FuncFormatter,
    LogLocator,
    MultipleLocator,
    NullFormatter,
    PercentFormatter,
)

from .entry import Figure

X = np.linspace(0, 10, 200)
RNG = np.random.default_rng(50)
WEATHER = 12 - 10 * np.cos(np.arange(365) * 2 * np.pi / 365) + RNG.normal(0, 2, 365)
RAIN = RNG.gamma(2, 20, 12)
PETALS = RNG.normal([[5.0, 1.4, 3.4]], [[0.4, 0.2, 0.4]], (60, 3)) + np.repeat(
    [[0, 0, 0], [1, 2.8, -0.6]], 30, axis=0
)
OUTLIERS = np.where(np.arange(30) == 7, 0.95, RNG.random(30) * 0.2)
TIPS = RNG.gamma(4, 1, (4, 40))


def growing_legend(ax, curves, place):
    for power in range(1, curves + 1):
        ax.plot(X / 10, (X / 10) ** power, label=f"power {power}")
    ax.legend(loc=place, title=f"{curves} curves" if curves > 1 else "one curve")


def twin_axes(ax, lag):
    months = np.arange(12)
    ax.bar(months, RAIN, color="lightsteelblue")
    ax.set_ylabel("rain in mm", color="steelblue")
    other = ax.twinx()
    other.plot(months, np.roll(WEATHER[15::31], lag), "o-", color="firebrick")
    other.set_ylabel("degrees", color="firebrick")
    other.tick_params(axis="y", labelcolor="firebrick")


def scale_switch(ax, scale, rate):
    ax.plot(X, np.exp(rate * X), color="darkgreen")
    ax.plot(X, 1 + X**2, color="darkorange")
    ax.set_yscale(scale)
    ax.grid(True, which="both", alpha=0.4)


def moving_limits(ax, centre, width):
    x = np.linspace(0, 10, 800)
    y = np.sin(x) + 0.1 * np.sin(40 * x)
    ax.plot(x, y)
    near = np.abs(x - centre) <= width / 2
    ax.set_xlim(centre - width / 2, centre + width / 2)
    ax.set_ylim(y[near].min() - 0.05, y[near].max() + 0.05)


def highlighted_span(ax, window):
    first, last = window
    ax.plot(WEATHER, color="0.7", linewidth=0.8)
    ax.plot(np.arange(first, last + 1), WEATHER[first : last + 1], color="tab:red")
    ax.axvspan(first, last, color="tab:red", alpha=0.1)
    ax.set_title(f"mean {WEATHER[first : last + 1].mean():.1f}")


def inset_zoom(ax, corner, size):
    image = np.sin(X[:, np.newaxis] * 2) + np.cos(X * 3) + np.sin(np.outer(X, X) / 3)
    ax.imshow(image, extent=(0, 10, 0, 10), origin="lower", cmap="bone")
    inset = ax.inset_axes([0.55, 0.55, 0.43, 0.43], xticks=[], yticks=[])
    inset.imshow(image, extent=(0, 10, 0, 10), origin="lower", cmap="bone")
    inset.set(xlim=(corner, corner + size), ylim=(corner, corner + size))
    ax.indicate_inset_zoom(inset, edgecolor="red")


def panels(fig, count, constrained):
    if constrained:
        fig.set_layout_engine("constrained")
    for k, ax in enumerate(fig.subplots(1, count, sharey=True, squeeze=False)[0]):
        ax.plot(X, np.sin((k + 1) * X))
        ax.set_title(f"mode {k + 1}")
    fig.supxlabel("position")


def constrained_layout(fig, size):
    fig.set_layout_engine("constrained")
    left, right = fig.subplots(1, 2)
    left.plot(X, X**2)
    left.set_ylabel("a label\nof two lines", fontsize=size)
    left.set_title("left", fontsize=size)
    image = right.imshow(np.outer(X, X), cmap="PuRd")
    fig.colorbar(image, ax=right, location="bottom", label="product")


def shared_axes(fig, phase, rows):
    for k, ax in enumerate(fig.subplots(rows, 1, sharex=True, sharey=True, squeeze=False)[:, 0]):
        ax.plot(X, np.sin(X + k * phase))
        ax.label_outer()
        ax.text(0.99, 0.9, f"{k * phase:.1f} rad", transform=ax.transAxes, ha="right", va="top")
    fig.subplots_adjust(hspace=0)


def tick_formatters(ax, kind):
    formatter = {
        "percent": PercentFormatter(xmax=1),
        "engineering": EngFormatter(unit="Hz"),
        "pi": FuncFormatter(lambda value, position: rf"${value:g}\pi$"),
        "money": "€{x:,.2f}",
        "plain": "{x:.3f}",
    }[kind]
    ax.plot(X, 0.1 * X**0.5)
    ax.yaxis.set_major_formatter(formatter)


def changing_ticks(ax, step, length):
    ax.plot(X, np.sqrt(X))
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.xaxis.set_minor_locator(MultipleLocator(step / 5))
    ax.tick_params(axis="x", which="major", length=length, direction="inout", width=2)
    ax.tick_params(axis="x", which="minor", length=length / 2, color="red")


def broken_axis(fig, gap):
    above, below = fig.subplots(2, 1, sharex=True)
    fig.subplots_adjust(hspace=0.06)
    for ax in (above, below):
        ax.plot(OUTLIERS, "o-")
    above.set_ylim(gap, 1)
    below.set_ylim(0, 0.25)
    above.spines.bottom.set_visible(False)
    above.tick_params(bottom=False)
    below.spines.top.set_visible(False)
    slash = {"marker": [(-1, -0.6), (1, 0.6)], "markersize": 10, "color": "k", "clip_on": False}
    above.plot([0, 1], [0, 0], transform=above.transAxes, linestyle="none", **slash)
    below.plot([0, 1], [1, 1], transform=below.transAxes, linestyle="none", **slash)


def facet_grid(fig, bins):
    axes = fig.subplots(2, 2, sharex=True, sharey=True)
    for k, ax in enumerate(axes.flat):
        ax.hist(TIPS[k], bins=bins, range=(0, 12), color=f"C{k}")
        ax.set_title(f"{['lunch', 'dinner'][k // 2]}, {['cash', 'card'][k % 2]}", fontsize=9)
    axes[0, 0].locator_params(nbins=4)
    fig.suptitle(f"Tips in {bins} bins")


def log_log(exponent):
    x = np.geomspace(1, 100, 50)
    plt.loglog(x, x**exponent, "k-", x, 3 * x ** (exponent / 2), "r--")
    ax = plt.gca()
    ax.xaxis.set_minor_locator(LogLocator(subs=range(2, 10)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(True, which="minor", linewidth=0.3)
    ax.grid(True, which="major")


def symmetric_log(ax, threshold):
    x = np.linspace(-50, 50, 401)
    ax.plot(x, x**3)
    ax.set_yscale("symlog", linthresh=threshold)
    ax.axhspan(-threshold, threshold, color="khaki", alpha=0.5)


def dates(ax, month, days):
    start = np.datetime64(f"2023-{month:02d}-01")
    ax.plot(start + np.arange(days), WEATHER[(month - 1) * 30 : (month - 1) * 30 + days])
    ax.set_ylabel("degrees")
    ax.tick_params(axis="x", rotation=40)
    ax.set_title(str(start))


def categories(ax, count):
    animals = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu"][:count]
    ax.plot(animals, np.arange(count) ** 2 % 7, "D--")
    ax.scatter(animals, [3] * count, marker="x", color="red")


def secondary_axis(ax, slope):
    celsius = np.linspace(-20, 40, 50)
    ax.plot(celsius, slope * celsius + 50)
    ax.set_xlabel("°C")
    fahrenheit = ax.secondary_xaxis(
        "top", functions=(lambda c: 1.8 * c + 32, lambda f: (f - 32) / 1.8)
    )
    fahrenheit.set_xlabel("°F")


def subfigures(fig, share):
    left, right = fig.subfigures(1, 2, width_ratios=(share, 1 - share))
    left.set_facecolor("#eef5ff")
    left.suptitle("one")
    left.subplots().plot(X, np.cos(X))
    right.suptitle("two")
    for k, ax in enumerate(right.subplots(2, 1)):
        ax.bar(range(4), [k + 1, 3, 2, 4], color="slateblue")


def moved_spines(ax, origin):
    x = np.linspace(-3, 3, 100)
    ax.plot(x, x**3 / 3 - x)
    ax.spines[["left", "bottom"]].set_position(("data", origin))
    ax.spines[["top", "right"]].set_visible(False)
    ax.plot(1, origin, ">k", transform=ax.get_yaxis_transform(), clip_on=False)
    ax.set(xlim=(-3, 3), ylim=(-3, 3))


def grid_on_or_off(grid, axis):
    plt.plot(X, np.sin(X) ** 2, lw=3)
    if grid:
        plt.grid(axis=axis, linestyle="--", color="gray")


def turned_axes(ax, upside_down, backwards):
    ax.fill_between(X, np.sqrt(X) * 50, 0, color="sienna", alpha=0.5)
    ax.set(xlabel="distance", ylabel="depth", xlim=(0, 10), ylim=(0, 200))
    if upside_down:
        ax.invert_yaxis()
    if backwards:
        ax.invert_xaxis()
        ax.yaxis.tick_right()


def equal_aspect(ax, aspect, eccentricity):
    angle = np.linspace(0, 2 * np.pi, 100)
    ax.plot(3 * np.cos(angle), 3 * np.sqrt(1 - eccentricity**2) * np.sin(angle))
    ax.set_aspect(aspect)


def dark_style(waves):
    with plt.style.context("dark_background"):
        _, ax = plt.subplots(figsize=(6, 4))
        for k in range(waves):
            ax.plot(X, np.sin(X + k / 2) * (waves - k))
        ax.set_title("at night")


def grey_style(bins):
    with plt.style.context("ggplot"):
        plt.hist(PETALS[:, 1], bins=bins)
        plt.xlabel("petal length")


def titles_of_figure(fig, size):
    fig.suptitle("Everything has a title", fontsize=size, weight="bold")
    fig.supxlabel("along")
    fig.supylabel("up")
    for ax in fig.subplots(2, 2).flat:
        ax.plot(X, np.sin(size * X / 10))
        ax.label_outer()
        ax.set_title("small", loc="right", fontsize=7, style="italic")


def pair_grid(bins):
    names = ["sepal", "petal", "width"]
    fig, axes = plt.subplots(3, 3, figsize=(5, 5))
    for row in range(3):
        for column in range(3):
            ax = axes[row, column]
            if row == column:
                ax.hist(PETALS[:, row], bins=bins, color="0.5")
                ax.set_title(names[row], fontsize=8)
            else:
                ax.scatter(PETALS[:, column], PETALS[:, row], s=5, c=np.arange(60) // 30)
            ax.set(xticks=[], yticks=[])
    fig.tight_layout()


def colour_bar(ax, location, levels):
    heights = np.sin(X[:100, np.newaxis]) * np.cos(X[:60])
    bands = ax.contourf(heights, levels=levels, cmap="ocean")
    ax.figure.colorbar(bands, ax=ax, location=location, label="height")


def legend_outside(fig, columns):
    ax = fig.add_subplot()
    for k in range(6):
        ax.plot(X, np.exp(-X / (k + 1)), label=f"half-life {k + 1}")
    fig.subplots_adjust(bottom=0.3)
    fig.legend(loc="lower center", ncols=columns, frameon=False)


FIGURES = [
    Figure(
        "growing-legend",
        growing_legend,
        {"curves": (1, 7), "place": ["upper left", "lower right", "center"]},
        "GALLERY 17",
    ),
    Figure("twin-axes", twin_axes, {"lag": (0, 11)}, "GALLERY 18"),
    Figure(
        "scale-switch",
        scale_switch,
        {"scale": ToggleButtons(options=["linear", "log"]), "rate": (0.1, 1.0, 0.1)},
        "GALLERY 19",
    ),
    Figure(
        "moving-limits",
        moving_limits,
        {
            "centre": FloatSlider(value=5, min=1, max=9, step=1),
            "width": FloatLogSlider(value=8, base=2, min=-1, max=3, step=1),
        },
        "GALLERY 20",
    ),
    Figure(
        "highlighted-span",
        highlighted_span,
        {"window": IntRangeSlider(value=(90, 210), min=0, max=360, step=30)},
        "matplotlib gallery: span selector",
    ),
    Figure(
        "inset-zoom",
        inset_zoom,
        {"corner": (0.0, 4.0, 1.0), "size": [0.5, 1, 1.5]},
        "matplotlib gallery: zoom inset",
    ),
    Figure(
        "panels",
        panels,
        {"count": (1, 3), "constrained": False},
        "matplotlib gallery: multiple subplots",
        {"figsize": (8, 3)},
    ),
    Figure(
        "constrained-layout",
        constrained_layout,
        {"size": (8, 24, 4)},
        "matplotlib gallery: constrained layout",
    ),
    Figure(
        "shared-axes",
        shared_axes,
        {"phase": (0.0, 3.0, 0.5), "rows": [2, 3]},
        "matplotlib gallery: shared axes",
    ),
    Figure(
        "tick-formatters",
        tick_formatters,
        {"kind": Dropdown(options=["percent", "engineering", "pi", "money", "plain"])},
        "matplotlib gallery: tick formatters",
    ),
    Figure(
        "changing-ticks",
        changing_ticks,
        {"step": [0.5, 1, 2, 2.5, 5], "length": (4, 16, 4)},
        "matplotlib gallery: tick locators",
    ),
    Figure(
        "broken-axis", broken_axis, {"gap": (0.5, 0.9, 0.05)}, "matplotlib gallery: broken axis"
    ),
    Figure("facet-grid", facet_grid, {"bins": (4, 20, 4)}, "seaborn gallery: facetting histograms"),
    Figure("log-log", log_log, {"exponent": (-2.0, 2.0, 0.5)}, "matplotlib gallery: log demo"),
    Figure(
        "symmetric-log",
        symmetric_log,
        {"threshold": SelectionSlider(options=[1, 10, 100, 1000, 10_000], value=100)},
        "matplotlib gallery: symlog",
    ),
    Figure(
        "dates",
        dates,
        {"month": (1, 9), "days": [10, 30, 90]},
        "matplotlib gallery: date tick labels",
    ),
    Figure(
        "categories", categories, {"count": (2, 7)}, "matplotlib gallery: categorical variables"
    ),
    Figure(
        "secondary-axis",
        secondary_axis,
        {"slope": (-2.0, 2.0, 0.5)},
        "matplotlib gallery: secondary axis",
    ),
    Figure(
        "subfigures",
        subfigures,
        {"share": (0.3, 0.7, 0.1)},
        "matplotlib gallery: subfigures",
        {"figsize": (8, 4)},
    ),
    Figure(
        "moved-spines",
        moved_spines,
        {"origin": (-2.0, 2.0, 0.5)},
        "matplotlib gallery: centred spines",
    ),
    Figure(
        "grid-on-or-off",
        grid_on_or_off,
        {"grid": Checkbox(value=True), "axis": RadioButtons(options=["both", "x", "y"])},
        "matplotlib gallery: grids",
    ),
    Figure(
        "turned-axes",
        turned_axes,
        {"upside_down": True, "backwards": False},
        "matplotlib gallery: inverted axes",
    ),
    Figure(
        "equal-aspect",
        equal_aspect,
        {
            "aspect": {"auto": "auto", "equal": "equal", "half": 0.5},
            "eccentricity": [0, 0.3, 0.6, 0.9],
        },
        "matplotlib gallery: equal axis aspect ratio",
    ),
    Figure("dark-style", dark_style, {"waves": (1, 7)}, "matplotlib gallery: dark background"),
    Figure(
        "grey-style",
        grey_style,
        {"bins": IntSlider(value=12, min=4, max=30, step=2)},
        "matplotlib gallery: ggplot style",
    ),
    Figure(
        "titles-of-figure",
        titles_of_figure,
        {"size": (8, 24, 4)},
        "matplotlib gallery: figure labels",
    ),
    Figure("pair-grid", pair_grid, {"bins": (4, 16, 4)}, "seaborn gallery: scatter plot matrix"),
    Figure(
        "colour-bar",
        colour_bar,
        {"location": ["right", "left", "top", "bottom"], "levels": [5, 10, 20]},
        "matplotlib gallery: placing colour bars",
    ),
    Figure(
        "legend-outside",
        legend_outside,
        {"columns": [1, 2, 3, 6]},
        "matplotlib gallery: figure legend",
    ),
]
