"""Three dimensions."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import Dropdown, IntSlider, SelectionSlider

from .entry import Figure

X, Y = np.meshgrid(np.linspace(-3, 3, 30), np.linspace(-3, 3, 30))
RADIUS = np.hypot(X, Y)
CLOUD = np.random.default_rng(30).normal(size=(3, 150))
CITY = np.random.default_rng(31).uniform(1, 6, (4, 4))


def turning_surface(fig, azimuth):
    ax = fig.add_subplot(projection="3d")
    ax.plot_surface(X, Y, np.cos(2 * RADIUS) * np.exp(-RADIUS / 2), cmap="viridis")
    ax.view_init(elev=30, azim=azimuth)


def scatter_in_space(fig, azimuth, elevation):
    ax = fig.add_subplot(projection="3d")
    x, y, z = CLOUD
    ax.scatter(x, y, z, c=x + y + z, cmap="plasma", s=15)
    ax.set(xlabel="length", ylabel="width", zlabel="height")
    ax.view_init(elev=elevation, azim=azimuth)


def wire_frame(figure, waves):
    ax = figure.add_subplot(projection="3d")
    ax.plot_wireframe(X, Y, np.sin(waves * RADIUS), rstride=2, cstride=2, linewidth=0.8)
    ax.set_zlim(-2, 2)


def bars_in_space(azimuth):
    ax = plt.axes(projection="3d")
    x, y = np.meshgrid(range(4), range(4))
    colours = plt.get_cmap("autumn")(CITY.ravel() / 6)
    ax.bar3d(x.ravel(), y.ravel(), 0, 0.7, 0.7, CITY.ravel(), color=colours)
    ax.view_init(elev=35, azim=azimuth)


def curve_in_space(knots, turns):
    ax = plt.figure(figsize=(5, 5)).add_subplot(projection="3d")
    t = np.linspace(0, 2 * np.pi, 400)
    ring = 2 + np.cos(turns * t)
    ax.plot(ring * np.cos(knots * t), ring * np.sin(knots * t), np.sin(turns * t), color="crimson")
    ax.set_title(f"{knots} by {turns}")


def contours_in_space(fig, direction, level):
    ax = fig.add_subplot(projection="3d")
    height = np.exp(-((X - 1) ** 2) - Y**2) - np.exp(-((X + 1) ** 2) - Y**2)
    ax.contour(X, Y, height, cmap="coolwarm")
    ax.contourf(X, Y, height, zdir=direction, offset=level, cmap="coolwarm", alpha=0.6)
    ax.set(xlim=(-4, 4), ylim=(-4, 4), zlim=(-3, 3))


def stems_in_space(fig, count):
    ax = fig.add_subplot(projection="3d")
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ax.stem(np.cos(angle), np.sin(angle), 1 + np.cos(2 * angle))
    ax.set_zlim(0, 2)


def triangles_in_space(fig, roll):
    ax = fig.add_subplot(projection="3d")
    x, y = CLOUD[:2]
    ax.plot_trisurf(x, y, np.sin(x) * y, cmap="Spectral", edgecolor="gray", linewidth=0.2)
    ax.view_init(elev=40, azim=-60, roll=roll)
    ax.set_axis_off()


def blocks(fig, size):
    ax = fig.add_subplot(projection="3d")
    i, j, k = np.indices((4, 4, 4))
    ax.voxels(i + j + k < size, facecolors="#1f77b4a0", edgecolor="k")
    ax.set(xlim=(0, 4), ylim=(0, 4), zlim=(0, 4))


FIGURES = [
    Figure(
        "turning-surface",
        turning_surface,
        {"azimuth": IntSlider(value=-60, min=-180, max=170, step=10)},
        "GALLERY 7",
    ),
    Figure(
        "scatter-in-space",
        scatter_in_space,
        {"azimuth": (0, 330, 30), "elevation": [10, 30, 60]},
        "GALLERY 26",
    ),
    Figure(
        "wire-frame", wire_frame, {"waves": (0.5, 3.0, 0.25)}, "matplotlib gallery: 3-D wire frame"
    ),
    Figure(
        "bars-in-space", bars_in_space, {"azimuth": (-90, 90, 15)}, "matplotlib gallery: 3-D bars"
    ),
    Figure(
        "curve-in-space",
        curve_in_space,
        {"knots": (1, 4), "turns": (1, 5)},
        "matplotlib gallery: parametric curve",
    ),
    Figure(
        "contours-in-space",
        contours_in_space,
        {"direction": Dropdown(options=["x", "y", "z"]), "level": (-3, 3, 2)},
        "matplotlib gallery: contour profiles onto walls",
    ),
    Figure(
        "stems-in-space",
        stems_in_space,
        {"count": SelectionSlider(options=range(4, 24, 2))},
        "matplotlib gallery: 3-D stem",
    ),
    Figure(
        "triangles-in-space",
        triangles_in_space,
        {"roll": (0, 90, 10)},
        "matplotlib gallery: triangular 3-D surfaces",
    ),
    Figure("blocks", blocks, {"size": (1, 8)}, "matplotlib gallery: 3-D voxels"),
]
