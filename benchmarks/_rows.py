"""Rows of the table about pages: ours beside a peer, or beside a limit of our own."""

from __future__ import annotations

from collections.abc import Mapping

from ._browser import Measured

Row = dict[str, object]

MEASURES = ("build", "page", "page, gzip", "first answer", "script of a move",
            "counted script of a move", "main thread of a move")  # fmt: skip


def amount(measured: Measured, measure: str) -> float:
    """Return one measure of a page [s or bytes]."""
    if measure.endswith("of a move"):
        script, counted, main_thread = measured.move
        return {"script": script, "counted script": counted, "main thread": main_thread}[
            measure.removesuffix(" of a move")
        ]
    return {
        "build": measured.build, "page": measured.raw, "page, gzip": measured.packed,
        "first answer": measured.first_answer,
    }[measure]  # fmt: skip


def against_peer(
    states: str, peer: str, theirs: Measured, ours: Measured,
    goals: Mapping[str, float] | None = None,
) -> list[Row]:  # fmt: skip
    """Return a row for each measure.

    Parameters
    ----------
    states
        What was done, in words.
    goals
        By measure, how many times ours is to be less.
    """
    return [
        row(
            f"{states}: {measure}", peer, amount(theirs, measure), amount(ours, measure),
            (goals or {}).get(measure), "bytes" if measure.startswith("page") else "seconds",
        )
        for measure in MEASURES
    ]  # fmt: skip


def against_limit(
    states: str, measure: str, limit: float, ours: float, beyond: str = "", more: float = 0.0
) -> Row:
    """Return a row in which the peer is a limit of our own: a ratio of one is just within it.

    Parameters
    ----------
    beyond, more
        What the limit comes on top of, in words and in its own amount.
    """
    unit = "bytes" if measure.startswith(("page", "states")) else "seconds"
    if unit == "bytes":
        words = f"{limit / 1000:,.0f} kB"
    else:
        words = f"{limit:g} s" if limit >= 0.1 else f"{1000 * limit:g} ms"
    named = f"(our limit: {beyond} + {words})" if beyond else f"(our limit: {words})"
    return row(f"{states}: {measure}", named, limit + more, ours, 1.0, unit)


def row(
    size: str, peer: str, theirs: float, ours: float, goal: float | None, unit: str = "seconds"
) -> Row:
    """Return one row."""
    return {
        "job": "e",
        "size": size,
        "peer": peer,
        f"peer_{unit}": theirs,
        f"our_{unit}": ours,
        "ratio": theirs / ours,
        "goal": goal,
    }
