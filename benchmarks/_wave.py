"""A sine and its frequency: the first figure of most notebooks with a slider."""

from __future__ import annotations

import numpy as np

import livefig

from ._figure import Answer, Subject

TIMES = (0.0, 6.0)
HEIGHTS = (-1.2, 1.2)


def wave(tenths: int, points: int = 201) -> Answer:
    """Return a wave.

    Parameters
    ----------
    tenths
        Frequency in tenths of a radian a second.
    """
    frequency = tenths / 10
    time = np.linspace(*TIMES, points)
    down = np.pi / frequency
    label = f"Frequency {frequency:.1f}, down again at {down:.2f}"
    return Answer(((time, np.sin(frequency * time)),), label, down)


WAVE = Subject(
    name="wave",
    answer=wave,
    sliders={"tenths": range(10, 87)},
    start={"tenths": 10},
    lines={"wave": livefig.BLUE},
    titles=("Time [s]", "Height [m]"),
    limits=(TIMES, HEIGHTS),
    label_place=(0.2, 1.05),
    reading=("Down again at", "s"),
    alt="A sine against time.",
    caption="A higher frequency brings it down earlier.",
)
"""Moved by one slider, 77 states."""
