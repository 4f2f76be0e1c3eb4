"""Images, heat maps, contours, arrows and stream lines."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import (
    Dropdown,
    FloatLogSlider,
    FloatRangeSlider,
    FloatSlider,
    IntSlider,
    Play,
    ToggleButtons,
)
from matplotlib.colors import BoundaryNorm, LogNorm
from matplotlib.tri import Triangulation

from .entry import Figure

ROWS, COLUMNS = np.mgrid[0:200, 0:300]
CELLS = (np.sin(COLUMNS / 9 + np.sin(ROWS / 14)) + np.cos(ROWS / 7 - COLUMNS / 40) + 2)[
    :120, :160
] / 4
SKY = np.clip(1 - ROWS / 150, 0, 1)
HILL = ROWS - 25 * np.sin(COLUMNS / 45) > 120
PHOTOGRAPH = np.clip(
    np.stack(
        [
            np.where(HILL, 0.25 + ROWS / 800, 0.75 - 0.35 * SKY),
            np.where(HILL, 0.50 - ROWS / 800, 0.65 - 0.10 * SKY),
            np.where(HILL, 0.15, 0.60 + 0.30 * SKY),
        ],
        axis=2,
    )
    + np.random.default_rng(20).normal(0, 0.02, (200, 300, 3)),
    0,
    1,
)
X, Y = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))
SOUP = np.random.default_rng(21).random((30, 40)) < 0.3
CLOUD = np.random.default_rng(22).normal(size=(2, 1500))
SCATTERED = np.random.default_rng(23).uniform(-2, 2, (2, 120))
MARKS = np.random.default_rng(24).integers(0, 100, (5, 6))
ANSWERS = np.random.default_rng(25).normal(size=(7, 60))
SALES = np.random.default_rng(26).poisson(4, 364)


def peaks(x, y, shift=0.0):
    return np.exp(-((x - shift) ** 2) - y**2) - np.exp(-((x + shift) ** 2) - (y - 1) ** 2)


def image_threshold(ax, threshold):
    white = np.greater(CELLS, threshold)
    ax.imshow(white, cmap="gray")
    ax.set_title(f"{white.mean():.0%} white")
    ax.set_axis_off()


def heat_map(ax, time):
    wave_numbers = np.arange(1, 6)
    x = np.linspace(0, np.pi, 40)
    modes = np.sin(np.outer(wave_numbers, x)) * np.exp(-(wave_numbers**2) * time)[:, np.newaxis]
    heat = modes.sum(axis=0)[:, np.newaxis] * modes.sum(axis=0)
    image = ax.imshow(heat, cmap="inferno", origin="lower", extent=(0, 1, 0, 1), vmin=0, vmax=12)
    ax.figure.colorbar(image, ax=ax, label="temperature")


def contour(ax, shift, filled):
    if filled:
        ax.contourf(X, Y, peaks(X, Y, shift), 11, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.contour(X, Y, peaks(X, Y, shift), 11, colors="black", linewidths=0.7)
    ax.set_aspect("equal")


def quiver(ax, twist):
    x, y = np.meshgrid(np.linspace(-2, 2, 13), np.linspace(-2, 2, 13))
    turn = np.deg2rad(twist)
    u = x * np.cos(turn) - y * np.sin(turn)
    v = x * np.sin(turn) + y * np.cos(turn)
    arrows = ax.quiver(x, y, u, v, np.hypot(u, v), cmap="cool")
    ax.quiverkey(arrows, 0.9, 1.04, 2, "2 m/s", labelpos="E")
    ax.set_aspect("equal")


def stream_lines(ax, strength):
    x, y = np.meshgrid(np.linspace(-3, 3, 20), np.linspace(-3, 3, 20))
    u = 1 - strength * y / (x**2 + y**2 + 0.5)
    v = strength * x / (x**2 + y**2 + 0.5)
    ax.streamplot(x, y, u, v, density=0.4, color="steelblue", linewidth=1.2)
    ax.set(xlim=(-3, 3), ylim=(-3, 3))


def photograph(ax, brightness):
    ax.imshow(np.clip(PHOTOGRAPH * brightness, 0, 1))
    ax.set(xticks=[], yticks=[])


def mesh(ax, frequency):
    x = np.linspace(0, 1, 31) ** 2 * 10
    y = np.linspace(0, 5, 16)
    colours = np.sin(frequency * x[:-1]) * np.cos(y[:-1, np.newaxis])
    ax.pcolormesh(x, y, colours, cmap="PiYG", vmin=-1, vmax=1)


def game_of_life(generation):
    board = SOUP
    for _ in range(generation):
        neighbours = sum(
            np.roll(board, (down, right), (0, 1)).astype(int)
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
            if (down, right) != (0, 0)
        )
        board = (neighbours == 3) | (board & (neighbours == 2))
    plt.imshow(board, cmap="binary")
    plt.title(f"generation {generation}, {board.sum()} alive")
    plt.xticks([])
    plt.yticks([])


def mandelbrot(ax, zoom):
    span = 1.5 / zoom
    real = np.linspace(-0.7436 - span, -0.7436 + span, 150)
    imaginary = np.linspace(0.1318 - span, 0.1318 + span, 150)
    c = real + 1j * imaginary[:, np.newaxis]
    z = np.zeros_like(c)
    count = np.zeros(c.shape, dtype=int)
    for _ in range(40):
        inside = np.abs(z) < 2
        z[inside] = z[inside] ** 2 + c[inside]
        count += inside
    ax.imshow(
        count, extent=(real[0], real[-1], imaginary[0], imaginary[-1]), cmap="magma", origin="lower"
    )
    ax.tick_params(axis="x", rotation=30)


def annotated_heat_map(ax, bonus):
    marks = np.minimum(MARKS + bonus, 100)
    image = ax.imshow(marks, cmap="YlGnBu", vmin=0, vmax=100)
    for (row, column), mark in np.ndenumerate(marks):
        red, green, blue, _ = image.cmap(image.norm(mark))
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        colour = "black" if luminance > 0.5 else "white"
        ax.text(column, row, mark, ha="center", va="center", color=colour)
    ax.set_xticks(range(6), ["Ann", "Bob", "Cem", "Dora", "Emil", "Fay"], rotation=45)
    ax.set_yticks(range(5), ["art", "law", "maths", "music", "Latin"])


def shaded_triangles(ax, wave):
    radius, angle = np.meshgrid(np.linspace(0.2, 1, 8), np.linspace(0, 2 * np.pi, 24))
    x, y = (radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel()
    mesh = Triangulation(x, y)
    hole = np.hypot(x[mesh.triangles].mean(axis=1), y[mesh.triangles].mean(axis=1)) < 0.2
    mesh.set_mask(hole)
    ax.tripcolor(mesh, np.cos(wave * np.hypot(x, y)), shading="gouraud", cmap="viridis")
    ax.set_aspect("equal")


def triangle_contours(ax, levels):
    x, y = SCATTERED
    ax.tricontourf(x, y, peaks(x, y, 0.5), levels=levels, cmap="RdBu_r")
    ax.tricontour(x, y, peaks(x, y, 0.5), levels=levels, colors="k", linewidths=0.5)
    ax.plot(x, y, "ko", markersize=2)


def triangulation(ax, count):
    x, y = SCATTERED[:, :count]
    ax.triplot(x, y, "o-", color="darkgreen", markersize=4, linewidth=0.8)
    ax.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), title=f"{count} points")


def hatched_contours(ax, shift):
    ax.contourf(
        X,
        Y,
        peaks(X, Y, shift),
        levels=[-1, -0.4, -0.1, 0.1, 0.4, 1],
        colors=["#a6611a", "#dfc27d", "#f5f5f5", "#80cdc1", "#018571"],
        hatches=["//", "\\\\", "", ".", "*"],
    )


def labelled_contours(ax, slope):
    lines = ax.contour(X, Y, X**2 + slope * Y**2, levels=[1, 2, 4, 6, 8], cmap="winter")
    ax.clabel(lines, fontsize=9, fmt="%g m")


def wind_barbs(axes, speed):
    x, y = np.meshgrid(np.linspace(-2, 2, 6), np.linspace(-2, 2, 6))
    axes.barbs(x, y, speed * np.cos(y), speed * np.sin(x), length=7, pivot="middle")
    axes.set(xlim=(-2.6, 2.6), ylim=(-2.6, 2.6))


def phase_portrait(ax, damping, start):
    angle, velocity = np.meshgrid(np.linspace(-4, 4, 17), np.linspace(-3, 3, 13))
    force = -np.sin(angle) - damping * velocity
    length = np.hypot(velocity, force) + 1e-9
    ax.quiver(angle, velocity, velocity / length, force / length, color="0.7", pivot="mid")
    path = [(start, 0.0)]
    for _ in range(400):
        place, pace = path[-1]
        pace += 0.05 * (-np.sin(place) - damping * pace)
        path.append((place + 0.05 * pace, pace))
    ax.plot(*np.transpose(path), color="tab:red")
    ax.set(xlabel="angle", ylabel="velocity")


def hexagons(ax, size):
    tiles = ax.hexbin(*CLOUD, gridsize=size, cmap="Blues", mincnt=1)
    ax.figure.colorbar(tiles, ax=ax, label="count")


def square_bins(bins, correlation):
    x, y = CLOUD
    plt.hist2d(x, y + correlation * x, bins=bins, cmap="hot")
    plt.colorbar(label="count")


def overlay(ax, opacity):
    ax.imshow(PHOTOGRAPH[::2, ::2], extent=(0, 15, 0, 10))
    warmth = np.exp(-((X - 0.5) ** 2) - Y**2)
    ax.imshow(warmth, cmap="jet", alpha=opacity, extent=(0, 15, 0, 10), interpolation="bilinear")
    ax.set_title(f"alpha {opacity:.1f}")


def colour_limits(ax, limits):
    low, high = limits
    image = ax.imshow(X * Y / 3, cmap="coolwarm", vmin=low, vmax=high, extent=(-3, 3, -3, 3))
    ax.figure.colorbar(image, ax=ax, extend="both")


def log_mesh(fig, exponent):
    ax = fig.add_subplot()
    period = np.geomspace(1, 100, 25)
    strain = np.geomspace(0.1, 10, 19)
    response = strain[:-1, np.newaxis] ** exponent * period[:-1]
    cells = ax.pcolormesh(period, strain, response, norm=LogNorm(1e-2, 1e2), cmap="cividis")
    ax.set(xscale="log", yscale="log", xlabel="period", ylabel="strain")
    fig.colorbar(cells).minorticks_off()


def calendar(ax, smoothing):
    busy = np.convolve(SALES, np.ones(smoothing) / smoothing, mode="same").reshape(52, 7)
    ax.pcolormesh(busy.T, cmap="Greens", edgecolors="white", linewidth=1)
    ax.set_yticks(np.arange(7) + 0.5, list("MTWTFSS"))
    ax.set_xticks(np.arange(12) * 52 / 12 + 2, list("JFMAMJJASOND"))
    ax.invert_yaxis()
    ax.set_aspect("equal")
    ax.tick_params(length=0)


def correlation_matrix(ax, common):
    answers = ANSWERS + common * ANSWERS[:1]
    correlation = np.corrcoef(answers)
    correlation[np.triu_indices(7, 1)] = np.nan
    image = ax.imshow(correlation, cmap="bwr")
    image.set_clim(-1, 1)
    ax.set_xticks(range(7), [f"q{k}" for k in range(1, 8)])
    ax.set_yticks(range(7), [f"q{k}" for k in range(1, 8)])
    ax.spines[:].set_visible(False)
    ax.figure.colorbar(image, ax=ax, shrink=0.7)


def colour_maps(cmap, reverse):
    ramp = np.linspace(0, 1, 256)
    plt.subplot(2, 1, 1)
    plt.imshow([ramp], aspect="auto", cmap=cmap + "_r" * reverse)
    plt.axis("off")
    plt.subplot(2, 1, 2)
    plt.imshow(peaks(X, Y, 1.0), cmap=cmap + "_r" * reverse)
    plt.axis("off")


def missing_pixels(ax, ceiling):
    values = np.ma.masked_greater(peaks(X, Y, 1.0), ceiling)
    cmap = plt.get_cmap("summer").with_extremes(bad="red")
    ax.imshow(values, cmap=cmap, vmin=-1, vmax=1, interpolation="nearest")


def spectrogram(ax, rate):
    time = np.arange(4096) / 1024
    signal = np.sin(2 * np.pi * (50 + rate * time) * time)
    ax.specgram(signal, NFFT=256, Fs=1024, noverlap=128, cmap="magma", vmin=-120, vmax=-20)
    ax.set(xlabel="seconds", ylabel="hertz")


def stepped_colours(ax, steps):
    norm = BoundaryNorm(np.linspace(-1, 1, steps + 1), ncolors=256)
    image = ax.imshow(np.sin(X) * np.cos(Y), norm=norm, cmap="Spectral")
    ax.figure.colorbar(image, ax=ax, orientation="horizontal", format="%.2f")


def interpolation(fig, method):
    small = np.random.default_rng(27).random((5, 5))
    left, right = fig.subplots(1, 2)
    left.imshow(small, cmap="gray", interpolation="nearest")
    right.imshow(small, cmap="gray", interpolation=method)
    left.set_title("as it is")
    right.set_title(method)


def chessboard(ax, square):
    board = np.indices((8, 8)).sum(axis=0) % 2
    ax.matshow(board, cmap="binary", alpha=0.4)
    row, column = divmod(square, 8)
    ax.text(column, row, "♞", ha="center", va="center", fontsize=28)
    ax.set_xticks(range(8), list("abcdefgh"))
    ax.set_yticks(range(8), range(8, 0, -1))


FIGURES = [
    Figure("image-threshold", image_threshold, {"threshold": (0.0, 1.0, 0.05)}, "GALLERY 4"),
    Figure("heat-map", heat_map, {"time": (0.0, 0.38, 0.02)}, "GALLERY 5"),
    Figure("contour", contour, {"shift": (0.0, 2.0, 0.25), "filled": True}, "GALLERY 6"),
    Figure("quiver", quiver, {"twist": IntSlider(value=90, min=0, max=345, step=15)}, "GALLERY 9"),
    Figure("stream-lines", stream_lines, {"strength": (0.0, 4.0, 0.5)}, "GALLERY 10"),
    Figure("photograph", photograph, {"brightness": (0.2, 2.0, 0.2)}, "GALLERY 22"),
    Figure("pcolormesh", mesh, {"frequency": (0.2, 3.0, 0.2)}, "GALLERY 23"),
    Figure(
        "game-of-life",
        game_of_life,
        {"generation": Play(min=0, max=30, interval=200)},
        "GALLERY 29",
    ),
    Figure(
        "mandelbrot",
        mandelbrot,
        {"zoom": FloatLogSlider(value=1, base=2, min=0, max=8, step=1)},
        "GALLERY 30",
    ),
    Figure(
        "annotated-heat-map",
        annotated_heat_map,
        {"bonus": (0, 50, 5)},
        "matplotlib gallery: annotated heat map",
    ),
    Figure(
        "shaded-triangles", shaded_triangles, {"wave": (1, 10)}, "matplotlib gallery: tripcolor"
    ),
    Figure(
        "triangle-contours",
        triangle_contours,
        {"levels": (3, 12)},
        "matplotlib gallery: tricontour",
    ),
    Figure(
        "triangulation",
        triangulation,
        {"count": IntSlider(value=20, min=5, max=115, step=10)},
        "matplotlib gallery: triplot",
    ),
    Figure(
        "hatched-contours",
        hatched_contours,
        {"shift": (0.0, 2.0, 0.25)},
        "matplotlib gallery: contourf hatching",
    ),
    Figure(
        "labelled-contours",
        labelled_contours,
        {"slope": (0.5, 3.0, 0.25)},
        "matplotlib gallery: contour labels",
    ),
    Figure("wind-barbs", wind_barbs, {"speed": (5, 65, 10)}, "matplotlib gallery: barbs"),
    Figure(
        "phase-portrait",
        phase_portrait,
        {"damping": [0.0, 0.1, 0.3, 1.0], "start": (0.5, 3.0, 0.5)},
        "matplotlib gallery: quiver",
    ),
    Figure(
        "hexagons",
        hexagons,
        {"size": [6, 8, 10, 12, 15, 18, 22, 26]},
        "matplotlib gallery: hexagonal bins",
    ),
    Figure(
        "square-bins",
        square_bins,
        {"bins": [10, 20, 40], "correlation": (-2, 2)},
        "matplotlib gallery: 2-D histogram",
    ),
    Figure(
        "overlay",
        overlay,
        {"opacity": (0.0, 1.0, 0.1)},
        "matplotlib gallery: blend transparency of images",
    ),
    Figure(
        "colour-limits",
        colour_limits,
        {"limits": FloatRangeSlider(value=(-2, 2), min=-3, max=3, step=1)},
        "matplotlib gallery: colour bar with extensions",
    ),
    Figure(
        "log-mesh",
        log_mesh,
        {"exponent": FloatSlider(value=1, min=-1, max=1, step=0.25)},
        "matplotlib gallery: colour map normalisations",
    ),
    Figure(
        "calendar",
        calendar,
        {"smoothing": [1, 3, 5, 7, 9, 15, 21, 31]},
        "matplotlib gallery: calendar heat map",
        {"figsize": (9, 2)},
    ),
    Figure(
        "correlation-matrix",
        correlation_matrix,
        {"common": (0.0, 2.0, 0.25)},
        "seaborn gallery: diagonal correlation matrix",
    ),
    Figure(
        "colour-maps",
        colour_maps,
        {
            "cmap": Dropdown(options=["viridis", "gray", "hsv", "tab10", "terrain"]),
            "reverse": False,
        },
        "matplotlib gallery: colour map reference",
    ),
    Figure(
        "missing-pixels",
        missing_pixels,
        {"ceiling": (0.0, 1.0, 0.1)},
        "matplotlib gallery: masked images",
    ),
    Figure("spectrogram", spectrogram, {"rate": (0, 90, 10)}, "matplotlib gallery: spectrogram"),
    Figure(
        "stepped-colours",
        stepped_colours,
        {"steps": (2, 12)},
        "matplotlib gallery: discrete colour bar",
    ),
    Figure(
        "interpolation",
        interpolation,
        {
            "method": ToggleButtons(
                options=[
                    "nearest",
                    "bilinear",
                    "bicubic",
                    "spline16",
                    "hanning",
                    "gaussian",
                    "sinc",
                    "lanczos",
                ]
            )
        },
        "matplotlib gallery: interpolations for images",
    ),
    Figure("chessboard", chessboard, {"square": (0, 63, 3)}, "matplotlib gallery: matshow"),
]
