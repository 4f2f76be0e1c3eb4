"""Job d: value at risk and expected shortfall of a rolling window, for a thousand series.

Everyone answers, for each day and series, the same two questions about the last 500 days: which
loss was exceeded in one day of a hundred, and what was lost on average on those days. The answers
are compared before anything is timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from marginlib.calibration.rolling import rolling_tail_risk

DAYS, SERIES = 5_040, 1_000
WINDOW, LEVEL = 500, 0.99
PEER_SERIES = 20  # each series costs the peers the same; they are timed on these

Answer = tuple[np.ndarray, np.ndarray]


def losses(rng: np.random.Generator) -> np.ndarray:
    """Return daily losses with fat tails."""
    return 0.01 * rng.standard_t(4, size=(DAYS, SERIES))


def ours(lost: np.ndarray) -> Answer:
    """Answer with the library."""
    tail = rolling_tail_risk(lost, WINDOW, LEVEL)
    return tail.value_at_risk, tail.shortfall


def pandas_apply() -> Callable[[np.ndarray], Answer]:
    """Return the answer by a function applied to each window."""
    import pandas

    kept = round((1 - LEVEL) * WINDOW)

    def at_risk(window: np.ndarray) -> float:
        return float(np.quantile(window, LEVEL))

    def shortfall(window: np.ndarray) -> float:
        return float(np.partition(window, -kept)[-kept:].mean())

    def job(lost: np.ndarray) -> Answer:
        rolling = pandas.DataFrame(lost).rolling(WINDOW)
        measures = (rolling.apply(measure, raw=True) for measure in (at_risk, shortfall))
        first, second = (measure.to_numpy()[WINDOW - 1 :] for measure in measures)
        return first, second

    return job


def pandas_quantile() -> Callable[[np.ndarray], Answer]:
    """Return the answer with the quantile that pandas has built in; the shortfall is applied."""
    import pandas

    kept = round((1 - LEVEL) * WINDOW)

    def job(lost: np.ndarray) -> Answer:
        rolling = pandas.DataFrame(lost).rolling(WINDOW)
        applied = rolling.apply(lambda window: np.partition(window, -kept)[-kept:].mean(), raw=True)
        built_in = rolling.quantile(LEVEL)
        return built_in.to_numpy()[WINDOW - 1 :], applied.to_numpy()[WINDOW - 1 :]

    return job


def numpy_windows(lost: np.ndarray) -> Answer:
    """Answer with a view of all windows, each partly sorted."""
    kept = round((1 - LEVEL) * WINDOW)
    windows = np.lib.stride_tricks.sliding_window_view(lost, WINDOW, axis=0)
    top = np.sort(np.partition(windows, -kept - 1, axis=-1)[..., -kept - 1 :], axis=-1)
    share = (1 - LEVEL) * (WINDOW - 1) - (kept - 1)
    return top[..., 1] + share * (top[..., 0] - top[..., 1]), top[..., 1:].mean(axis=-1)


def seconds(job: Callable[[np.ndarray], Answer], lost: np.ndarray) -> float:
    """Return how long one run takes [s]."""
    start = time.perf_counter()
    job(lost)
    return time.perf_counter() - start


def rows() -> list[dict[str, object]]:
    """Return one row for each peer."""
    lost = losses(np.random.default_rng(7))
    few = np.ascontiguousarray(lost[:, :PEER_SERIES])
    peers: list[tuple[str, Callable[[np.ndarray], Answer], float | None]] = [
        ("numpy windows with partition", numpy_windows, None)
    ]
    try:
        peers.append(("pandas rolling.apply", pandas_apply(), 50.0))
        peers.append(("pandas rolling.quantile, apply", pandas_quantile(), 50.0))
    except ImportError:
        print("pandas is not installed here: job d goes without it")
    result = []
    for name, job, goal in peers:
        for found, expected in zip(job(few), ours(few), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-9)
        # Turn about, so that a busy moment of the machine hits both.
        runs = [(seconds(job, few), seconds(ours, lost)) for _ in range(3)]
        peer_seconds = SERIES / PEER_SERIES * min(run[0] for run in runs)
        our_seconds = min(run[1] for run in runs)
        result.append(
            {
                "job": "d",
                "size": f"{DAYS:,} days x {SERIES:,} series, {WINDOW} days",
                "peer": f"{name} ({PEER_SERIES} series, times {SERIES // PEER_SERIES})",
                "peer_seconds": peer_seconds,
                "our_seconds": our_seconds,
                "ratio": peer_seconds / our_seconds,
                "goal": goal,
            }
        )
    return result


if __name__ == "__main__":
    for row in rows():
        print(row)
