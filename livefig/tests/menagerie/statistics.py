"""What a course on statistics draws."""

from __future__ import annotations

from math import erf, sqrt

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import (
    Checkbox,
    Dropdown,
    FloatLogSlider,
    FloatSlider,
    IntRangeSlider,
    IntSlider,
    Play,
    SelectionSlider,
    ToggleButtons,
)

from .entry import Figure

HEIGHTS = np.random.default_rng(10).normal(170, 9, 600)
DOSE = np.sort(np.random.default_rng(11).uniform(0, 10, 40))
RESPONSE = np.sin(DOSE) + 0.3 * DOSE + np.random.default_rng(12).normal(0, 0.4, 40)
GROUPS = np.random.default_rng(13).normal(size=(5, 80))
DRAWS = np.random.default_rng(14).normal(size=(8, 100))
TEAMS = {"Rovers": 3.1, "United": 4.0, "Athletic": 2.2, "Wanderers": 3.6, "City": 1.5}
POINTS = np.random.default_rng(15).uniform(0.2, 1.8, (5, 25)).cumsum(axis=1)
PRICES = 100 + np.random.default_rng(16).normal(0, 1.2, (40, 8)).cumsum().reshape(40, 8)
BIMODAL = np.concatenate([HEIGHTS[:60] / 10 - 18, HEIGHTS[60:100] / 10 - 14])


def histogram(ax, bins):
    ax.hist(HEIGHTS, bins=bins, edgecolor="white")
    ax.set(xlabel="height in cm", ylabel="people", title=f"{bins} bins")


def regression(ax, degree):
    fit = np.polynomial.Polynomial.fit(DOSE, RESPONSE, degree)
    error = RESPONSE - fit(DOSE)
    ax.scatter(DOSE, RESPONSE, color="black", s=18)
    ax.plot(*fit.linspace(200), color="tab:orange", linewidth=2)
    ax.vlines(DOSE, RESPONSE, fit(DOSE), color="tab:orange", linewidth=0.7)
    ax.set(xlabel="dose", ylabel="response", ylim=(-1.5, 4.5))
    ax.set_title(f"degree {degree}, mean square {np.mean(error**2):.3f}")


def box_plot(ax, spread, notched):
    samples = [k / 2 + spread * (1 + k / 4) * group for k, group in enumerate(GROUPS)]
    boxes = ax.boxplot(samples, notch=notched, patch_artist=True)
    for k, box in enumerate(boxes["boxes"]):
        box.set_facecolor(plt.get_cmap("Pastel1")(k))
    ax.set_xticks(range(1, 6), ["Mon", "Tue", "Wed", "Thu", "Fri"])


def violin(ax, skew, points):
    samples = [np.exp(skew * group) for group in GROUPS[:3]]
    bodies = ax.violinplot(samples, points=points, showmedians=True)
    for body in bodies["bodies"]:
        body.set(facecolor="orchid", edgecolor="black", alpha=0.8)
    ax.set_xticks([1, 2, 3], ["A", "B", "C"])


def error_bars(ax, size):
    means = DRAWS[:, :size].mean(axis=1)
    errors = DRAWS[:, :size].std(axis=1) / np.sqrt(size)
    ax.errorbar(range(8), means, yerr=1.96 * errors, fmt="s", capsize=5, ecolor="gray")
    ax.axhline(0, linestyle="--", color="red")
    ax.set(ylim=(-2, 2), title=f"Means of {size}")


def normal_tail(ax, cut, two_sided):
    x = np.linspace(-4, 4, 321)
    density = np.exp(-(x**2) / 2) / sqrt(2 * np.pi)
    area = (1 - erf(cut / sqrt(2))) / 2
    ax.plot(x, density, color="navy")
    ax.fill_between(x, density, where=x >= cut, color="navy", alpha=0.4)
    if two_sided:
        ax.fill_between(x, density, where=x <= -cut, color="navy", alpha=0.4)
        area *= 2
    ax.annotate(
        f"p = {area:.3f}", (cut, 0.03), (2.2, 0.25), arrowprops={"arrowstyle": "->"}, fontsize=12
    )
    ax.set_ylim(0, 0.45)


def race_of_bars(ax, week):
    score = dict(zip(TEAMS, POINTS[:, week], strict=True))
    order = sorted(score, key=score.get)
    colours = dict(zip(TEAMS, ["gold", "tomato", "skyblue", "plum", "yellowgreen"], strict=True))
    bars = ax.barh(order, [score[team] for team in order], color=[colours[t] for t in order])
    ax.bar_label(bars, fmt="%.1f", padding=3)
    ax.set_title(f"Week {week + 1}")
    ax.margins(x=0.15)


def hatched_bars(ax, hatch, height):
    bars = ax.bar(["a", "b", "c"], [height, 3, 5], color="white", edgecolor="black")
    for bar, pattern in zip(bars, [hatch, "//", ".."], strict=True):
        bar.set_hatch(pattern)
    ax.set_ylim(0, 8)


def stacked_bars(ax, year, labels):
    shares = np.array([[40, 30, 20], [35, 40, 30], [25, 30, 50]]) + (year - 2020) * np.array(
        [[-2], [0], [2]]
    )
    bottom = np.zeros(3)
    for name, share in zip(["coal", "gas", "wind"], shares, strict=True):
        bars = ax.bar(["north", "south", "islands"], share, bottom=bottom, label=name)
        bottom += share
        if labels:
            ax.bar_label(bars, label_type="center", color="white")
    ax.legend(loc="upper center", ncols=3)
    ax.set(ylim=(0, 140), title=str(year))


def grouped_bars(groups):
    width = 0.8 / groups
    for k in range(groups):
        heights = np.abs(GROUPS[k, :4]) + 1
        bars = plt.bar(np.arange(4) + k * width, heights, width, label=f"group {k + 1}")
        plt.bar_label(bars, fmt="%.1f", fontsize=7)
    plt.xticks(np.arange(4) + 0.4 - width / 2, ["spring", "summer", "autumn", "winter"])
    plt.legend(loc="upper right")
    plt.ylim(0, 5)


def lollipop(ax, sort, count):
    names = np.array(["fig", "plum", "pear", "kiwi", "lime", "apple", "grape", "mango"])[:count]
    prices = np.array([3.2, 1.1, 2.4, 0.8, 1.6, 2.0, 3.9, 2.9])[:count]
    order = np.argsort(prices) if sort else np.arange(count)
    ax.hlines(range(count), 0, prices[order], color="skyblue", linewidth=3)
    ax.plot(prices[order], range(count), "o", color="navy", markersize=9)
    ax.set_yticks(range(count), names[order])
    ax.set_xlim(0, 4.5)


def density_and_rug(ax, bandwidth):
    x = np.linspace(-5, 6, 250)
    bumps = np.exp(-(((x[:, np.newaxis] - BIMODAL) / bandwidth) ** 2) / 2)
    density = bumps.sum(axis=1) / (BIMODAL.size * bandwidth * sqrt(2 * np.pi))
    ax.fill_between(x, density, alpha=0.3)
    ax.plot(x, density)
    ax.plot(BIMODAL, np.full(BIMODAL.size, -0.01), "|", color="black", alpha=0.6)
    ax.set_ylim(bottom=-0.02)


def strip_plot(ax, jitter, overlay):
    rng = np.random.default_rng(17)
    for k, group in enumerate(GROUPS[:4]):
        sideways = k + rng.uniform(-jitter, jitter, group.size)
        ax.scatter(sideways, group * (1 + k / 3), s=12, alpha=0.6)
        if overlay:
            ax.hlines(group.mean(), k - 0.35, k + 0.35, color="black", linewidth=3)
    ax.set_xticks(range(4), ["thin", "fair", "thick", "dense"])


def split_violin(ax, shift):
    for side, sample, colour in ((-1, GROUPS[0], "C0"), (1, GROUPS[1] * 1.4 + shift, "C1")):
        (body,) = ax.violinplot(sample, positions=[0], showextrema=False)["bodies"]
        outline = body.get_paths()[0].vertices
        outline[:, 0] = np.clip(side * outline[:, 0], 0, None) * side
        body.set(facecolor=colour, alpha=0.9)
    ax.set(xlim=(-0.35, 0.35), ylim=(-5, 7), xticks=[])


def joint_plot(fig, correlation):
    axes = fig.subplot_mosaic(
        [["top", "."], ["main", "side"]], width_ratios=(4, 1), height_ratios=(1, 4)
    )
    x = DRAWS[:4].ravel()
    y = correlation * x + sqrt(1 - correlation**2) * DRAWS[4:].ravel()
    axes["main"].scatter(x, y, s=10, alpha=0.5)
    axes["top"].hist(x, bins=20)
    axes["side"].hist(y, bins=20, orientation="horizontal")
    axes["main"].set(xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), xlabel=f"r = {correlation:.1f}")
    axes["top"].set_axis_off()
    axes["side"].set_axis_off()


def residual_plot(figure, degree):
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    fit = np.polynomial.Polynomial.fit(DOSE, RESPONSE, degree)
    above.plot(DOSE, RESPONSE, "o", *fit.linspace(100), "-")
    below.stem(DOSE, RESPONSE - fit(DOSE), basefmt="k-", markerfmt="C3.")
    below.set(ylim=(-2, 2), ylabel="residual", xlabel="dose")


def cumulative_steps(ax, size, complementary):
    ax.ecdf(DRAWS.ravel()[:size], complementary=complementary, label=f"{size} draws")
    x = np.linspace(-3, 3, 100)
    normal = np.array([(1 + erf(value / sqrt(2))) / 2 for value in x])
    ax.plot(x, 1 - normal if complementary else normal, "k--", label="normal")
    ax.legend(loc="center left")
    ax.set_xlim(-3, 3)


def quantile_plot(ax, freedom):
    rng = np.random.default_rng(18)
    levels = np.linspace(0.01, 0.99, 60)
    normal = np.quantile(rng.normal(size=4000), levels)
    student = np.quantile(rng.standard_t(freedom, 4000), levels)
    ax.plot(normal, student, "o", mfc="none")
    ax.axline((0, 0), slope=1, color="black", linestyle="--")
    ax.set(xlabel="normal quantiles", ylabel=f"t with {freedom:.1f} degrees of freedom")
    ax.set_ylim(-6, 6)


def step_histogram(kind, logarithmic):
    plt.hist(
        [HEIGHTS[:300], HEIGHTS[300:500] + 8, HEIGHTS[500:] - 8],
        bins=18,
        histtype=kind,
        log=logarithmic,
        label=["day", "evening", "night"],
    )
    plt.legend()


def ridge_lines(ax, overlap):
    x = np.linspace(-4, 8, 160)
    for k in reversed(range(8)):
        ridge = np.exp(-((x - k / 2) ** 2)) + 0.5 * np.exp(-((x - k + 2) ** 2) / 0.5)
        base = k
        ax.fill_between(x, base, base + overlap * ridge, color=plt.get_cmap("magma")(k / 8))
        ax.plot(x, base + overlap * ridge, color="white", linewidth=1.5)
    ax.set_yticks(range(8), [f"{1950 + 10 * k}s" for k in range(8)])
    ax.set_frame_on(False)


def waterfall(ax, quarters):
    changes = np.array([40, 25, -15, 30, -22, -10, 18, 9])[:quarters]
    ends = changes.cumsum()
    colours = np.where(changes > 0, "seagreen", "indianred")
    ax.bar(range(quarters), changes, bottom=ends - changes, color=colours)
    for k in range(quarters - 1):
        ax.plot([k - 0.4, k + 1.4], [ends[k], ends[k]], color="black", linewidth=0.7)
    ax.bar(quarters, ends[-1], color="steelblue")
    ax.set_xticks(range(quarters + 1), [f"Q{k + 1}" for k in range(quarters)] + ["Sum"])


def dumbbell(ax, year):
    before = np.array([52, 61, 47, 70, 66])
    after = before + (year - 2000) * np.array([0.8, 0.2, 1.1, -0.3, 0.5])
    ax.hlines(range(5), before, after, color="0.7", linewidth=4, zorder=1)
    ax.scatter(before, range(5), s=80, color="tab:blue", label="2000", zorder=2)
    ax.scatter(after, range(5), s=80, color="tab:red", label=str(year), zorder=2)
    ax.set_yticks(range(5), list(TEAMS))
    ax.set_xlim(40, 80)
    ax.legend()


def candlesticks(ax, days):
    first, last = days
    for day in range(first, last + 1):
        price = PRICES[day]
        colour = "green" if price[-1] >= price[0] else "red"
        ax.vlines(day, price.min(), price.max(), color=colour, linewidth=1)
        ax.bar(day, price[-1] - price[0], 0.7, bottom=price[0], color=colour)
    ax.set(xlabel="day", ylabel="price", xlim=(first - 1, last + 1))


def population_pyramid(ax, growth):
    ages = np.arange(0, 100, 10)
    men = np.exp(-growth * ages / 10) * (1 - (ages / 105) ** 4) * 10
    women = np.exp(-growth * ages / 10) * (1 - (ages / 115) ** 4) * 10
    ax.barh(ages, -men, 8, color="cornflowerblue", label="men")
    ax.barh(ages, women, 8, color="salmon", label="women")
    ax.xaxis.set_major_formatter(lambda value, position: f"{abs(value):g}")
    ax.legend()


FIGURES = [
    Figure(
        "histogram", histogram, {"bins": IntSlider(value=20, min=5, max=60, step=5)}, "GALLERY 3"
    ),
    Figure("regression", regression, {"degree": (1, 9)}, "GALLERY 2"),
    Figure("box-plot", box_plot, {"spread": (0.25, 2.0, 0.25), "notched": False}, "GALLERY 12"),
    Figure("violin", violin, {"skew": (0.1, 0.8, 0.1), "points": [20, 100]}, "GALLERY 25"),
    Figure(
        "error-bars",
        error_bars,
        {"size": SelectionSlider(options=[2, 4, 9, 16, 25, 36, 49, 64, 81, 100])},
        "GALLERY 14",
    ),
    Figure(
        "normal-tail",
        normal_tail,
        {"cut": (0.0, 3.0, 0.2), "two_sided": Checkbox(value=True)},
        "GALLERY 28",
    ),
    Figure(
        "race-of-bars",
        race_of_bars,
        {"week": Play(value=0, min=0, max=24, interval=400)},
        "GALLERY 11",
    ),
    Figure(
        "hatched-bars",
        hatched_bars,
        {"hatch": Dropdown(options=["x", "o", "*", "--", "+"]), "height": (1, 7, 2)},
        "matplotlib gallery: hatch styles",
    ),
    Figure(
        "stacked-bars",
        stacked_bars,
        {"year": (2016, 2025), "labels": True},
        "matplotlib gallery: bar labels",
    ),
    Figure("grouped-bars", grouped_bars, {"groups": (1, 5)}, "matplotlib gallery: grouped bars"),
    Figure("lollipop", lollipop, {"sort": False, "count": (3, 8)}, "matplotlib gallery: lollipop"),
    Figure(
        "density-and-rug",
        density_and_rug,
        {"bandwidth": FloatLogSlider(value=0.3, base=10, min=-1, max=0.2, step=0.1)},
        "seaborn gallery: density with rug",
    ),
    Figure(
        "strip-plot",
        strip_plot,
        {"jitter": (0.0, 0.4, 0.1), "overlay": False},
        "seaborn gallery: strip plot",
    ),
    Figure(
        "split-violin",
        split_violin,
        {"shift": (-2.0, 4.0, 0.5)},
        "seaborn gallery: grouped violins split",
    ),
    Figure(
        "joint-plot",
        joint_plot,
        {"correlation": (-0.9, 0.9, 0.2)},
        "seaborn gallery: joint plot",
        {"figsize": (5, 5)},
    ),
    Figure("residual-plot", residual_plot, {"degree": (1, 8)}, "seaborn gallery: residuals"),
    Figure(
        "cumulative-steps",
        cumulative_steps,
        {"size": [5, 10, 30, 100, 300, 800], "complementary": False},
        "matplotlib gallery: cumulative distributions",
    ),
    Figure(
        "quantile-plot",
        quantile_plot,
        {"freedom": FloatLogSlider(value=4, base=2, min=1, max=6, step=0.5)},
        "seaborn gallery: quantiles",
    ),
    Figure(
        "step-histogram",
        step_histogram,
        {
            "kind": ToggleButtons(options=["bar", "barstacked", "step", "stepfilled"]),
            "logarithmic": False,
        },
        "matplotlib gallery: histogram types",
    ),
    Figure(
        "ridge-lines",
        ridge_lines,
        {"overlap": FloatSlider(value=2, min=0.5, max=3, step=0.25)},
        "seaborn gallery: overlapping densities",
    ),
    Figure("waterfall", waterfall, {"quarters": (1, 8)}, "matplotlib gallery: floating bars"),
    Figure(
        "dumbbell",
        dumbbell,
        {"year": IntSlider(value=2010, min=2002, max=2020, step=2)},
        "seaborn gallery: dot plot",
    ),
    Figure(
        "candlesticks",
        candlesticks,
        {"days": IntRangeSlider(value=(5, 20), min=0, max=35, step=5)},
        "matplotlib gallery: finance work",
    ),
    Figure(
        "population-pyramid",
        population_pyramid,
        {"growth": (-0.2, 0.5, 0.1)},
        "matplotlib gallery: bars on both sides",
    ),
]
