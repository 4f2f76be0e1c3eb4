r"""Hawkes processes: events in time, each of which makes others likelier for a while.

Events come at the rate

.. math:: \lambda(t) = \mu + \sum_{t_i < t} n \, \beta \, e^{-\beta (t - t_i)} ,

of which :math:`\mu` is news from outside. Each event sets off :math:`n` others on average, the
*branching ratio*, after an average delay of :math:`1 / \beta`.

Sources: A. G. Hawkes, "Spectra of some self-exciting and mutually exciting point processes",
Biometrika 58(1), 1971. Filimonov and Sornette (2012, arXiv:1201.3572) fit it to prices to tell how
much of trading answers to trading; Hardiman, Bercot and Bouchaud (2013, arXiv:1302.1405) find that
what comes out depends on the kernel. An exponential one forgets fast, and where markets remember
for longer its :math:`n` comes out too low.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    NotSettled,
    generator,
    numbers,
    one_number,
    positive,
    refuse,
)
from marginlib.feedback.branching import subcritical

_MOST_EVENTS = 1e8


@dataclass(frozen=True)
class Hawkes:
    """Events that set off others, with an exponential memory.

    Parameters
    ----------
    base_rate : float
        Rate of events that nothing in the market sets off, μ [1 / time].
    ratio : float
        Branching ratio n. A fit to few events may find 1 or more; such a process cannot go on.
    decay : float
        How fast an event is forgotten, β [1 / time].

    >>> float(Hawkes(base_rate=2, ratio=0.6, decay=10).mean_rate)
    5.0
    """

    base_rate: float
    ratio: float
    decay: float

    def __post_init__(self) -> None:
        positive("base_rate", self.base_rate)
        positive("decay", self.decay)
        ratio = numbers("ratio", self.ratio)
        refuse("ratio", ratio, ratio < 0, "must not be negative")

    @property
    def mean_rate(self) -> float:
        """Rate of all events in the long run [1 / time]; infinite where the ratio is 1 or more."""
        return self.base_rate / (1 - self.ratio) if self.ratio < 1 else math.inf


def simulate_hawkes(process: Hawkes, duration: float, *, rng: np.random.Generator) -> FloatArray:
    """Return the times of events from a quiet start, in order, shape (K,) [time].

    Parameters
    ----------
    process : Hawkes
        Its ratio must be below 1.
    duration : float
        How long it is watched [time].
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same events.

    Generation by generation: news first, then what news set off, then what these set off. Because
    nothing happened before time 0, the first few delays are a little quieter than the rest.

    >>> times = simulate_hawkes(Hawkes(2, 0.6, 10), duration=1_000, rng=np.random.default_rng(1))
    >>> bool(abs(len(times) / 1_000 - 5) < 0.5)
    True
    """
    source, ratio = generator(rng), float(subcritical(process.ratio))
    length = one_number("duration", positive("duration", duration))
    if process.base_rate * length > _MOST_EVENTS:
        raise MarginError(
            f"duration must be shorter: it holds {process.base_rate * length:g} events"
        )
    latest = source.uniform(0, length, size=source.poisson(process.base_rate * length))
    generations = [latest]
    while latest.size:
        children = np.repeat(latest, source.poisson(ratio, size=latest.size))
        children = children + source.exponential(1 / process.decay, size=children.size)
        latest = children[children < length]
        generations.append(latest)
    return np.sort(np.concatenate(generations))


def log_likelihood(process: Hawkes, times: ArrayLike, duration: float) -> float:
    r"""Return the log likelihood of events, from a quiet start.

    .. math:: \sum_i \log \lambda(t_i) - \int_0^T \lambda(t) \, dt

    Parameters
    ----------
    times : array of shape (K,)
        When they happened, in order [time].
    duration : float
        How long was watched, T [time].

    Source: Y. Ogata, "The asymptotic behaviour of maximum likelihood estimators for stationary
    point processes", Annals of the Institute of Statistical Mathematics 30, 1978.

    One event in one unit of time, at a rate of 1 when it happens, sets off next to none within it:

    >>> round(log_likelihood(Hawkes(base_rate=1, ratio=0.5, decay=2), [0.5], duration=1), 6)
    -1.31606
    """
    when, length = _events(times, duration)
    rates = process.base_rate + process.ratio * process.decay * _memory(process.decay, when)
    expected = process.base_rate * length
    expected -= process.ratio * float(np.expm1(-process.decay * (length - when)).sum())
    return float(np.log(rates).sum()) - expected


def fit_hawkes(times: ArrayLike, duration: float) -> Hawkes:
    """Return the process under which events are most likely.

    Parameters
    ----------
    times : array of shape (K,)
        When they happened, in order [time]; ten at least.
    duration : float
        How long was watched [time].

    Raises
    ------
    NotSettled
        Where the search comes to no end; ``last`` is the process that it had reached.

    >>> true = Hawkes(base_rate=1, ratio=0.5, decay=5)
    >>> times = simulate_hawkes(true, duration=2_000, rng=np.random.default_rng(2))
    >>> bool(abs(fit_hawkes(times, duration=2_000).ratio - 0.5) < 0.05)
    True
    """
    when, length = _events(times, duration)
    if when.size < 10:
        raise MarginError(f"times must hold ten events or more to fit a process; got {when.size}")
    rate = when.size / length

    def process_of(logarithms: FloatArray) -> Hawkes:
        base, ratio, decay = np.exp(logarithms)
        return Hawkes(float(base), float(ratio), float(decay))

    def unlikely(logarithms: FloatArray) -> float:
        return -log_likelihood(process_of(logarithms), when, length) / when.size

    # All three are above zero, so their logarithms are free; the start is half of each kind.
    start = np.log([rate / 2, 0.5, rate])
    widest = np.log([[1e-6 * rate, 10 * rate], [1e-6, 10], [1e-3 / length, 1e6 * rate]])
    search: Any = scipy.optimize.minimize  # publishes no types
    found = search(unlikely, start, method="L-BFGS-B", bounds=widest)
    if not found.success:
        raise NotSettled(f"the search for a process stopped: {found.message}", process_of(found.x))
    return process_of(found.x)


def _memory(decay: float, times: FloatArray) -> FloatArray:
    """Return what each event still feels of those before it, shape (K,)."""
    kept = np.exp(-decay * np.diff(times)).tolist()
    felt, last = [0.0], 0.0
    for factor in kept:
        last = factor * (1 + last)
        felt.append(last)
    return np.asarray(felt)


def _events(times: ArrayLike, duration: float) -> tuple[FloatArray, float]:
    when, length = numbers("times", times), one_number("duration", positive("duration", duration))
    if when.ndim != 1 or not when.size or np.any(np.diff(when) < 0):
        raise MarginError("times must be a list of times in order, one at least; use np.sort")
    refuse("times", when, (when < 0) | (when > length), "must be from 0 to duration")
    return when, length
