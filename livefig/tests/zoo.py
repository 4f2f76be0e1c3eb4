"""One figure with every kind of artist and one of every kind of control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ipywidgets import (
    Checkbox,
    Dropdown,
    FloatLogSlider,
    FloatSlider,
    IntSlider,
    Play,
    ToggleButtons,
)
from matplotlib.figure import Figure

import livefig

X = np.linspace(0, 10, 41)


def zoo(name: str = "zoo", **fewer: Any) -> livefig.Explorer:
    """Return an explorer whose every part moves, with other controls than its own where given."""
    figure, update, controls, told = parts()
    return livefig.explorer(figure, update, name=name, **told, **{**controls, **fewer})


def parts() -> tuple[Figure, Callable[..., Any], dict[str, Any], dict[str, Any]]:
    """Return a figure, what updates it, its controls, and what is told of it."""
    figure, (top, bottom) = livefig.subplots(2, 1, height=5.0)
    (line,) = top.plot(X, np.sin(X), color=livefig.BLUE, label="Wave")
    (dashed,) = top.plot(X, np.cos(X), "--", color="#aa00aa")
    (dots,) = top.plot(X[::5], X[::5] * 0, "o", color=livefig.GREEN)
    fill = top.fill_between(X, 0, np.sin(X), color=livefig.BLUE, alpha=0.2)
    upright = top.axvline(3, color=livefig.RED)
    span = top.axvspan(1, 2, color=livefig.PALE)
    levels = top.hlines([0.5, -0.5], 0, 10, color=livefig.GREY)
    note = top.annotate("top", (2, 1), (5, 1.4), arrowprops={"arrowstyle": "->"})
    title = top.set_title("start")
    top.set(xlim=(0, 10), ylim=(-2, 2))
    bars = bottom.bar([1, 10, 100], [1, 2, 3], width=[0.5, 5, 50], color=livefig.ORANGE)
    scatter = bottom.scatter([1, 10, 100], [3, 2, 1], s=[20, 60, 120], c=["r", "g", "b"])
    cells = bottom.pcolormesh([200, 400, 800], [0, 2, 4], [[0.0, 1.0], [2.0, 3.0]], vmin=0, vmax=6)
    words = bottom.text(2, 3.5, "here", ha="right", rotation=20, weight="bold")
    hidden = bottom.text(600, 3.5, "", visible=False)
    bottom.set(xscale="log", xlim=(0.5, 1000), ylim=(0, 4))
    bottom.set_xticks([1, 10, 100], ["1", "10", "100"])

    def update(speed, place, size, shape, mood, shown, step):
        wave = np.where(step > X, np.sin(speed * X), np.nan)
        line.set_ydata(wave)
        dashed.set_data(X[: 5 + step], np.cos(X[: 5 + step]))
        dots.set_ydata(np.sin(X[::5] + step))
        fill.set_data(X, 0 * X, np.sin(speed * X))
        upright.set_xdata([place, place])
        span.set_x(place)
        levels.set_segments([[(0, place / 10), (10, place / 10)]])
        note.set_position((place, 1.4))
        note.xy = (place, 0)
        note.stale = True
        title.set_text(f"at {place:,.2f}, {mood}")
        for bar, height in zip(bars, [1, 2, 3], strict=True):
            bar.set_height(height * size / 10)
            bar.set_facecolor({"calm": livefig.ORANGE, "wild": "#00aabb"}[mood])
        scatter.set_offsets(np.c_[[1, 10, size], [3, 2, place / 5]])
        cells.set_array(np.array([[0.0, 1.0], [2.0, 3.0 + step / 4]]))
        words.set_text(f"−{size:,.1f}" if shape == "down" else f"{size:,.1f} up")
        words.set_color(livefig.RED if shape == "down" else livefig.INK)
        hidden.set_visible(shown)
        hidden.set_text("shown" if shown else "")
        height = size * place - 500 + 1 / 64
        return {"height": height, "mood_now": mood, "gone": np.nan if shown else step}

    controls = {
        "speed": FloatSlider(value=1, min=0.5, max=1.5, step=0.5, description="Speed [Hz]"),
        "place": IntSlider(value=3, min=1, max=9, step=2, description="Place"),
        "size": FloatLogSlider(value=10, base=10, min=0, max=2, step=1, readout_format=".0f"),
        "shape": ToggleButtons(options=["up", "down"], description="Direction"),
        "mood": Dropdown(options=["calm", "wild"], description="Mood"),
        "shown": Checkbox(value=False, description="Show the hidden text"),
        "step": Play(value=2, min=0, max=6, step=2, interval=60, description="Step"),
    }
    told = {
        "alt": "Two panels of moving things.",
        "caption": "Everything moves.",
        "readouts": {
            "height": livefig.Readout("Height", ",.1f", "m"),
            "mood_now": livefig.Readout("Mood"),
            "gone": livefig.Readout("Gone", ".0f", none="nothing"),
        },
        "presets": {"Wild": {"mood": "wild", "place": 9}},
        "drag": {"place": (upright, "x")},
        "ghosts": [line],
    }
    return figure, update, controls, told
