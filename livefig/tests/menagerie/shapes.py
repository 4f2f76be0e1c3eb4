"""Patches, pies, polygons, polar axes, words, tables and networks."""

from __future__ import annotations

import matplotlib.patheffects as path_effects
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import (
    Dropdown,
    FloatSlider,
    IntSlider,
    RadioButtons,
    SelectionSlider,
    ToggleButtons,
)
from matplotlib.collections import PolyCollection
from matplotlib.patches import (
    Circle,
    Ellipse,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Polygon,
    Rectangle,
    Wedge,
)
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from .entry import Figure

PLACES = np.random.default_rng(40).uniform(-1, 1, (14, 2))
SKILLS = {"Ada": [8, 6, 9, 4, 7], "Ben": [5, 9, 4, 8, 6], "Cleo": [7, 7, 6, 6, 9]}
WIND = np.random.default_rng(41).gamma(3, 1.5, (12, 16))


def polar(petals, offset):
    angle = np.linspace(0, 2 * np.pi, 400)
    ax = plt.subplot(projection="polar")
    ax.plot(angle, np.abs(np.cos(petals * angle / 2)) + offset, color="deeppink")
    ax.set_rmax(2.2)
    ax.set_rticks([0.5, 1, 1.5, 2])


def pie(ax, first, pulled_out):
    shares = [first, 30, 20, 10]
    explode = [0.15 if pulled_out else 0, 0, 0, 0]
    names = ["cats", "dogs", "birds", "fish"]
    ax.pie(shares, explode=explode, labels=names, autopct="%1.0f%%", shadow=True, startangle=90)


def network(ax, reach):
    separation = np.hypot(*(PLACES[:, np.newaxis] - PLACES).T)
    for a, b in np.argwhere(np.triu(separation < reach, 1)):
        ax.plot(*PLACES[[a, b]].T, color="0.6", zorder=1)
    degree = (separation < reach).sum(axis=0) - 1
    ax.scatter(*PLACES.T, s=120 + 60 * degree, c=degree, cmap="Oranges", edgecolor="k", zorder=2)
    for number, (x, y) in enumerate(PLACES):
        ax.annotate(str(number), (x, y), ha="center", va="center", fontsize=8)
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
    ax.axis("off")


def donut(ax, done):
    ax.add_patch(Wedge((0, 0), 1, 0, 360, width=0.3, color="gainsboro"))
    ax.add_patch(Wedge((0, 0), 1, 90 - 3.6 * done, 90, width=0.3, color="mediumseagreen"))
    ax.text(0, 0, f"{done} %", ha="center", va="center", fontsize=24, weight="bold")
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    ax.axis("off")


def nested_pie(ax, share):
    inner = np.array([[60, 32], [37, 40], [29, 10]], dtype=float)
    inner[0, 0] = share
    cmap = plt.get_cmap("tab20c")
    ring = {"width": 0.3, "edgecolor": "white"}
    ax.pie(inner.sum(axis=1), radius=1, colors=cmap([0, 4, 8]), wedgeprops=ring)
    ax.pie(inner.ravel(), radius=0.7, colors=cmap([1, 2, 5, 6, 9, 10]), wedgeprops=ring)


def radar(fig, person, filled):
    ax = fig.add_subplot(projection="polar")
    angle = np.linspace(0, 2 * np.pi, 6)
    scores = [*SKILLS[person], SKILLS[person][0]]
    ax.plot(angle, scores, "o-", linewidth=2)
    if filled:
        ax.fill(angle, scores, alpha=0.25)
    ax.set_xticks(angle[:-1], ["speed", "strength", "skill", "calm", "luck"])
    ax.set_ylim(0, 10)
    ax.set_title(person)


def wind_rose(fig, month):
    ax = fig.add_subplot(projection="polar", theta_offset=np.pi / 2)
    ax.set_theta_direction(-1)
    angle = np.arange(16) * np.pi / 8
    speed = WIND[month - 1]
    ax.bar(angle, speed, width=0.35, color=plt.get_cmap("viridis")(speed / 12), edgecolor="k")
    ax.set_ylim(0, 12)
    ax.set_thetagrids(range(0, 360, 90), ["N", "E", "S", "W"])


def flows(ax, first):
    left, right = 0.0, 0.0
    for share, colour in ((first, "#e9c46a"), (70 - first, "#2a9d8f"), (30, "#e76f51")):
        target = right + (15 if colour == "#e76f51" else 0)
        corners = [(0, left), (0.5, left), (0.5, target), (1, target), (1, target + share)]
        corners += [(0.5, target + share), (0.5, left + share), (0, left + share), (0, left)]
        codes = [Path.MOVETO] + [Path.CURVE4] * 3 + [Path.LINETO] + [Path.CURVE4] * 3
        ax.add_patch(PathPatch(Path(corners, [*codes, Path.CLOSEPOLY]), fc=colour, alpha=0.7))
        ax.text(0.02, left + share / 2, f"{share}", va="center")
        left, right = left + share, target + share
    ax.set(xlim=(0, 1), ylim=(0, 120))
    ax.set_axis_off()


def tree_map(ax, largest):
    sizes = np.array([largest, 25, 15, 10, 6, 4], dtype=float)
    sizes /= sizes.sum()
    x, y, width, height = 0.0, 0.0, 1.0, 1.0
    for k, name in enumerate(["rent", "food", "fun", "bus", "phone", "misc"]):
        part = sizes[k] / sizes[k:].sum()
        across, up = (width * part, height) if width > height else (width, height * part)
        ax.add_patch(Rectangle((x, y), across, up, fc=f"C{k}", ec="white", lw=2))
        ax.text(x + across / 2, y + up / 2, name, color="white", ha="center", va="center")
        if width > height:
            x, width = x + across, width - across
        else:
            y, height = y + up, height - up
    ax.axis("off")


def ellipses(ax, tilt):
    for k in range(8):
        ax.add_patch(
            Ellipse((k, np.sin(k)), 2.2, 0.6, angle=tilt + 20 * k, alpha=0.5, fc=f"C{k}", ec="k")
        )
    ax.set(xlim=(-2, 9), ylim=(-3, 3), aspect="equal")


def many_polygons(ax, sides):
    corners = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    unit = np.column_stack([np.sin(corners), np.cos(corners)])
    x, y = np.meshgrid(range(6), range(4))
    centres = np.column_stack([x.ravel(), y.ravel()])
    tiles = PolyCollection(
        centres[:, np.newaxis] + 0.45 * unit, array=x.ravel() * y.ravel(), cmap="YlOrBr", ec="k"
    )
    ax.add_collection(tiles)
    ax.autoscale_view()
    ax.set_aspect("equal")


def table_below(ax, year):
    losses = np.array([[66, 174, 75], [58, 381, 139], [89, 80, 69]]) + 10 * (year - 2000)
    hazards = ["wind", "flood", "quake"]
    bottom = np.zeros(3)
    for row, colour in zip(losses, ["lightblue", "royalblue", "peru"], strict=True):
        ax.bar(np.arange(3) + 0.5, row, 0.5, bottom=bottom, color=colour)
        bottom += row
    ax.table(
        cellText=[[str(value) for value in row] for row in losses],
        rowLabels=["small", "large", "rare"],
        colLabels=hazards,
        loc="bottom",
    )
    ax.set(xlim=(0, 3), xticks=[], ylim=(0, 900))
    ax.figure.subplots_adjust(left=0.2, bottom=0.25)


def arrows_and_boxes(ax, bend, style):
    places = {"draft": (0.15, 0.7), "review": (0.75, 0.75), "print": (0.5, 0.2)}
    for word, (x, y) in places.items():
        ax.text(x, y, word, ha="center", bbox={"boxstyle": style, "fc": "lightyellow", "pad": 0.6})
    for start, end in (("draft", "review"), ("review", "print"), ("print", "draft")):
        ax.add_patch(
            FancyArrowPatch(
                places[start],
                places[end],
                connectionstyle=f"arc3,rad={bend}",
                arrowstyle="-|>",
                mutation_scale=18,
                shrinkA=30,
                shrinkB=30,
            )
        )
    ax.axis("off")


def pointing(ax, target):
    x = np.linspace(0, 5, 200)
    ax.plot(x, np.cos(2 * np.pi * x))
    ax.annotate(
        "crest" if target % 2 == 0 else "trough",
        xy=(target / 2, np.cos(np.pi * target)),
        xytext=(0.5, 0.92),
        textcoords="axes fraction",
        bbox={"boxstyle": "round4", "fc": "w"},
        arrowprops={"arrowstyle": "fancy", "connectionstyle": "angle3", "fc": "0.6"},
    )
    ax.set_ylim(-1.5, 2.5)


def mathematics(ax, power):
    x = np.linspace(0, 2, 80)
    ax.plot(x, x**power)
    ax.set_title(rf"$\int_0^1 x^{{{power}}}\,\mathrm{{d}}x = \frac{{1}}{{{power + 1}}}$", pad=14)
    ax.set_xlabel(r"$\alpha_{i,j} \in \mathbb{R}$")
    ax.text(0.2, 0.6, r"$\sqrt[3]{\beta^2 + \hat{\gamma}}$", fontsize=20, transform=ax.transAxes)


def fonts(ax, family, style):
    for row, weight in enumerate(["normal", "bold"]):
        ax.text(
            0.1,
            0.7 - row / 3,
            f"Sphinx of black quartz ({weight})",
            family=family,
            style=style,
            weight=weight,
            fontsize=14,
        )
    ax.set(xticks=[], yticks=[])


def turned_text(ax, rotation, word):
    ax.text(0.5, 0.5, word, rotation=rotation, ha="center", va="center", fontsize=30)
    ax.plot(0.5, 0.5, "r+", markersize=20)
    ax.set(xlim=(0, 1), ylim=(0, 1))


def outlined(width):
    plt.imshow(np.add.outer(np.arange(20), np.arange(30)), cmap="gray")
    stroke = path_effects.withStroke(linewidth=width, foreground="white")
    plt.text(15, 7, "outlined", fontsize=32, ha="center", path_effects=[stroke])
    shadow = [path_effects.SimpleLineShadow((3, -3)), path_effects.Normal()]
    plt.plot([3, 10, 18, 26], [15, 12, 16, 11], linewidth=5, path_effects=shadow)


def order_of_drawing(ax, red_on):
    x = np.linspace(0, 6, 100)
    ax.plot(x, np.sin(x), color="blue", linewidth=14, zorder=2)
    ax.plot(x, np.cos(x), color="red", linewidth=14, zorder=red_on)
    ax.add_patch(Rectangle((2, -0.5), 2, 1, color="gold", zorder=2.5))


def round_picture(ax, radius):
    image = ax.imshow(np.hypot(*np.mgrid[-1:1:80j, -1.5:1.5:120j]) % 0.3, cmap="prism")
    image.set_clip_path(Circle((60, 40), radius, transform=ax.transData))
    ax.axis("off")


def gantt(ax, delay):
    jobs = {"dig": [(0, 4)], "build": [(4 + delay, 6), (12 + delay, 3)], "paint": [(16 + delay, 4)]}
    for row, spans in enumerate(jobs.values()):
        ax.broken_barh(spans, (row - 0.3, 0.6), facecolors=f"C{row}", hatch="/" * row)
    ax.set_yticks(range(3), list(jobs))
    ax.axvspan(18, 20, color="red", alpha=0.15)
    ax.set_xlim(0, 30)
    ax.invert_yaxis()


def unit_circle(fig, degrees):
    left, right = fig.subplots(1, 2)
    angle = np.deg2rad(degrees)
    left.add_patch(Circle((0, 0), 1, fill=False))
    left.annotate("", (np.cos(angle), np.sin(angle)), (0, 0), arrowprops={"arrowstyle": "->"})
    left.plot([np.cos(angle)] * 2, [0, np.sin(angle)], "r", lw=3)
    left.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
    sweep = np.linspace(0, angle, 100)
    right.plot(np.rad2deg(sweep), np.sin(sweep), "r")
    right.set(xlim=(0, 360), ylim=(-1.2, 1.2), xticks=range(0, 361, 90))


def turned_square(ax, angle, stretch):
    move = Affine2D().scale(stretch, 1).rotate_deg(angle)
    corners = move.transform([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    ax.add_patch(Polygon(corners, fc="thistle", ec="indigo", lw=2, joinstyle="round"))
    ax.arrow(0, 0, *corners[2] * 0.8, width=0.05, color="indigo", length_includes_head=True)
    ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
    ax.grid(True, linestyle=":")


def overlapping_circles(ax, distance, alpha):
    for k, colour in enumerate(["red", "lime", "blue"]):
        turn = 2 * np.pi * k / 3 + np.pi / 2
        centre = (distance * np.cos(turn), distance * np.sin(turn))
        ax.add_patch(Circle(centre, 1, color=colour, alpha=alpha))
    ax.add_patch(FancyBboxPatch((-2.1, -2), 4.2, 4.2, boxstyle="round,pad=0.1", fill=False))
    ax.set(xlim=(-2.5, 2.5), ylim=(-2.5, 2.5), aspect="equal")
    ax.set_axis_off()


FIGURES = [
    Figure("polar", polar, {"petals": (1, 10), "offset": (0.0, 1.0, 0.5)}, "GALLERY 8"),
    Figure("pie", pie, {"first": (10, 90, 10), "pulled_out": False}, "GALLERY 13"),
    Figure("network", network, {"reach": (0.2, 1.4, 0.1)}, "GALLERY 16"),
    Figure(
        "donut",
        donut,
        {"done": IntSlider(value=40, min=0, max=100, step=5)},
        "matplotlib gallery: donut",
        {"figsize": (4, 4)},
    ),
    Figure("nested-pie", nested_pie, {"share": (10, 100, 10)}, "matplotlib gallery: nested pie"),
    Figure(
        "radar",
        radar,
        {"person": RadioButtons(options=list(SKILLS)), "filled": True},
        "matplotlib gallery: radar chart",
    ),
    Figure("wind-rose", wind_rose, {"month": (1, 12)}, "matplotlib gallery: bars on polar axes"),
    Figure("flows", flows, {"first": (5, 65, 5)}, "matplotlib gallery: Sankey"),
    Figure("tree-map", tree_map, {"largest": (10, 100, 10)}, "matplotlib gallery: rectangles"),
    Figure("ellipses", ellipses, {"tilt": (0, 170, 10)}, "matplotlib gallery: ellipses"),
    Figure(
        "many-polygons",
        many_polygons,
        {"sides": (3, 10)},
        "matplotlib gallery: polygon collections",
    ),
    Figure("table-below", table_below, {"year": (2000, 2009)}, "matplotlib gallery: table"),
    Figure(
        "arrows-and-boxes",
        arrows_and_boxes,
        {"bend": (-0.4, 0.4, 0.2), "style": ["round", "sawtooth", "larrow", "circle"]},
        "matplotlib gallery: fancy boxes and arrows",
    ),
    Figure("pointing", pointing, {"target": (0, 10)}, "matplotlib gallery: annotations"),
    Figure("mathematics", mathematics, {"power": (1, 9)}, "matplotlib gallery: mathtext"),
    Figure(
        "fonts",
        fonts,
        {
            "family": Dropdown(options=["serif", "sans-serif", "monospace"]),
            "style": ToggleButtons(options=["normal", "italic", "oblique"]),
        },
        "matplotlib gallery: fonts",
    ),
    Figure(
        "turned-text",
        turned_text,
        {"rotation": (0, 345, 15), "word": ["turn", "gyrate"]},
        "matplotlib gallery: text rotation",
    ),
    Figure("outlined", outlined, {"width": (0, 8)}, "matplotlib gallery: path effects"),
    Figure(
        "order-of-drawing",
        order_of_drawing,
        {"red_on": (1.0, 3.0, 0.5)},
        "matplotlib gallery: zorder",
    ),
    Figure(
        "round-picture",
        round_picture,
        {"radius": (5, 60, 5)},
        "matplotlib gallery: clip an image by a patch",
    ),
    Figure("gantt", gantt, {"delay": (0, 9)}, "matplotlib gallery: broken bars"),
    Figure(
        "unit-circle",
        unit_circle,
        {"degrees": SelectionSlider(options=range(0, 361, 15))},
        "matplotlib gallery: unit circle",
        {"figsize": (8, 4)},
    ),
    Figure(
        "turned-square",
        turned_square,
        {"angle": (0, 85, 5), "stretch": FloatSlider(value=1, min=0.5, max=2, step=0.5)},
        "matplotlib gallery: affine transforms",
    ),
    Figure(
        "overlapping-circles",
        overlapping_circles,
        {"distance": (0.0, 1.2, 0.3), "alpha": (0.25, 1.0, 0.25)},
        "matplotlib gallery: alpha of patches",
    ),
]
