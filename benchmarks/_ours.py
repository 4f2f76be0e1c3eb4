"""A subject as an explorer, both ways: its artists kept, or the whole drawn anew in each state."""

from __future__ import annotations

from typing import Any

import livefig

from ._figure import DOTS_PER_INCH, SIZE, Subject, changed, drawn, empty


def kept(subject: Subject, budget: livefig.Budget | None = None, **fixed: Any) -> livefig.Explorer:
    """Return an explorer whose function only sets the data of artists.

    Parameters
    ----------
    fixed
        Other arguments for the subject's answer.
    """
    figure = empty()
    artists = drawn(figure.subplots(), subject, subject.answer(**subject.start, **fixed))

    def update(**values: int) -> dict[str, float]:
        answer = subject.answer(**values, **fixed)
        changed(artists, answer)
        return {"number": answer.number}

    return livefig.explorer(figure, update, budget=budget, **words(subject))


def whole(subject: Subject) -> livefig.Explorer:
    """Return an explorer made of a plain plotting function by the decorator."""

    @livefig.figure(figsize=SIZE, dpi=DOTS_PER_INCH, **words(subject))
    def draw(ax: Any, **values: int) -> dict[str, float]:
        answer = subject.answer(**values)
        drawn(ax, subject, answer)
        return {"number": answer.number}

    return draw


def words(subject: Subject) -> dict[str, Any]:
    """Return what both ways are told: names, texts and sliders."""
    import ipywidgets

    label, unit = subject.reading
    sliders = {
        name: ipywidgets.IntSlider(
            subject.start[name], stops[0], stops[-1], stops.step, description=name
        )
        for name, stops in subject.sliders.items()
    }
    return {
        "name": subject.name, "alt": subject.alt, "caption": subject.caption,
        "readouts": {"number": livefig.Readout(label, ".2f", unit)}, "controls": sliders,
    }  # fmt: skip
