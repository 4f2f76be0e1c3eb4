"""Job c: the sixteen scenarios of a scan, for ten thousand accounts in a thousand options.

Everyone answers the same question for each account: the worst of its sixteen losses. The library
values every option once in each scenario, and multiplies all quantities by all value changes in one
product of matrices. The answers are compared before anything is timed, and the most memory that
each answer takes beyond the accounts themselves is measured too.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from operator import mul
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

import marginlib as ml

ACCOUNTS, OPTIONS = 10_000, 1_000
FEW_ACCOUNTS = 500  # plain Python and the largest array are measured on these and multiplied
PRICE = 20_000.0
SCENARIOS = ml.margin.scan.span_scenarios(0.16, 0.25, extreme_multiple=2, extreme_weight=0.35)


class Book(NamedTuple):
    """The options, all on one future, and who holds how many of them."""

    strike: np.ndarray
    years: np.ndarray
    volatility: np.ndarray
    is_call: np.ndarray
    quantity: np.ndarray  # accounts by instruments, of which the future comes first


Job = Callable[[Book], np.ndarray]


def book(rng: np.random.Generator) -> Book:
    """Return accounts that hold a little of everything."""
    return Book(
        PRICE * np.exp(rng.normal(0, 0.3, OPTIONS)),
        rng.uniform(0.02, 1.0, OPTIONS),
        rng.uniform(0.3, 1.2, OPTIONS),
        rng.random(OPTIONS) < 0.5,
        rng.normal(size=(ACCOUNTS, 1 + OPTIONS)),
    )


def ours(held: Book) -> np.ndarray:
    """Answer with the library, from plain arrays to requirements."""
    names = [f"option {place}" for place in range(OPTIONS)]
    options = ml.instruments.options(names, "BTC", held.strike, held.years, held.is_call)
    instruments = ml.instruments.join(ml.instruments.linear(["BTC"]), options)
    market = ml.market.at(instruments, [PRICE], held.volatility, carry=0.0)
    accounts = ml.accounts.Accounts(0, held.quantity)
    return ml.margin.scan.ScenarioScan(SCENARIOS)(accounts, market).initial


def changes(held: Book) -> np.ndarray:
    """Return how one unit of each instrument changes in each scenario, shape (16, I)."""
    price = PRICE * (1 + np.insert(SCENARIOS.price[:, 0], 0, 0.0))[:, None]
    bump = np.insert(SCENARIOS.volatility[:, 0], 0, 0.0)[:, None]
    spread = held.volatility * (1 + bump) * np.sqrt(held.years)
    upper = np.log(price / held.strike) / spread + spread / 2
    sign = np.where(held.is_call, 1.0, -1.0)
    options = sign * (price * ndtr(sign * upper) - held.strike * ndtr(sign * (upper - spread)))
    value = np.concatenate([price, options], axis=1)
    return (value[1:] - value[0]) * SCENARIOS.weight[:, None]


def scenario_by_scenario(held: Book) -> np.ndarray:
    """Answer with numpy, one scenario after the other."""
    worst = np.zeros(len(held.quantity))
    for change in changes(held):
        worst = np.maximum(worst, -(held.quantity @ change))
    return worst


def every_product(held: Book) -> np.ndarray:
    """Answer with numpy, all accounts, scenarios and instruments in one array."""
    profit = (held.quantity[:, None, :] * changes(held)).sum(axis=-1)
    return np.maximum(0.0, -profit.min(axis=-1))


def plain_python(held: Book) -> np.ndarray:
    """Answer account by account, instrument by instrument; numpy only values the options."""
    table = changes(held).tolist()
    rows = held.quantity.tolist()
    losses = (max(-sum(map(mul, row, change)) for change in table) for row in rows)
    return np.array([max(0.0, loss) for loss in losses])


def seconds(job: Job, held: Book) -> float:
    """Return the time of one run [s]."""
    start = time.perf_counter()
    job(held)
    return time.perf_counter() - start


def peak_memory(job: Job, held: Book) -> float:
    """Return the most memory that one run takes beyond what there was before it [bytes]."""
    tracemalloc.start()
    job(held)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak)


def rows() -> list[dict[str, object]]:
    """Return one row for each peer, and one for the memory of those that work with arrays."""
    held = book(np.random.default_rng(7))
    few = held._replace(quantity=held.quantity[:FEW_ACCOUNTS])
    scale = ACCOUNTS / FEW_ACCOUNTS
    times = f" ({FEW_ACCOUNTS:,} accounts, times {scale:g})"
    size = f"{len(SCENARIOS)} scenarios x {ACCOUNTS:,} accounts x {OPTIONS:,} options"
    peers: list[tuple[str, Job, Book, float, float | None]] = [
        ("sum per account in Python" + times, plain_python, few, scale, 100.0),
        ("numpy, every product in one array" + times, every_product, few, scale, None),
        ("numpy, scenario by scenario", scenario_by_scenario, held, 1.0, None),
    ]
    result: list[dict[str, object]] = []
    for name, job, theirs, factor, goal in peers:
        expected = ours(held)[: len(theirs.quantity)]
        np.testing.assert_allclose(job(theirs), expected, rtol=1e-9, atol=1e-6)
        # Turn about, so that a busy moment of the machine hits both.
        runs = [(seconds(job, theirs), seconds(ours, held)) for _ in range(4)]
        theirs_best, our_seconds = (min(column) for column in zip(*runs, strict=True))
        result.append(
            {
                "job": "c",
                "size": size,
                "peer": name,
                "peer_seconds": factor * theirs_best,
                "our_seconds": our_seconds,
                "ratio": factor * theirs_best / our_seconds,
                "goal": goal,
            }
        )
    our_bytes = peak_memory(ours, held)
    for name, job, theirs, factor, _ in peers[1:]:
        peer_bytes = factor * peak_memory(job, theirs)
        result.append(
            {
                "job": "c",
                "size": f"{size}: memory",
                "peer": name,
                "peer_bytes": peer_bytes,
                "our_bytes": our_bytes,
                "ratio": peer_bytes / our_bytes,
                "goal": None,
            }
        )
    return result


if __name__ == "__main__":
    for row in rows():
        print(row)
