"""Job a: margin and liquidation price of a million accounts under a table of ten brackets.

Everyone answers the same question for each account: the initial and the maintenance requirement
of its three positions, and the price of the first instrument at which it is liquidated. The answers
are compared before anything is timed. Large batches work in blocks; how much memory a whole process
takes for them is measured too.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import marginlib as ml
from marginlib.margin.schedule import Schedule

ACCOUNTS = 1_000_000
PYTHON_ACCOUNTS = 100_000  # plain Python is timed on these and its time multiplied
PRICES = [20_000.0, 1_500.0, 30.0]

# The BTCUSDT brackets of Binance USD-M as of July 2025.
FLOORS = [0, 50e3, 250e3, 1e6, 10e6, 20e6, 50e6, 100e6, 200e6, 300e6]
RATES = [0.004, 0.005, 0.01, 0.025, 0.05, 0.1, 0.125, 0.15, 0.25, 0.5]
LEVERAGE = 20.0

MANY_ACCOUNTS = 10_000_000  # whose answers must fit into the limit
MEMORY_LIMIT = 4e9  # [bytes]


class Answer(NamedTuple):
    """Initial and maintenance requirement, and liquidation price, of each account."""

    initial: np.ndarray
    maintenance: np.ndarray
    price: np.ndarray


class Crowd(NamedTuple):
    """The accounts, as plain arrays."""

    cash: np.ndarray
    quantity: np.ndarray


def crowd(count: int, rng: np.random.Generator) -> Crowd:
    """Return accounts of all sizes, long and short, most of them well above maintenance."""
    size = np.exp(rng.normal(np.log(50_000), 2.0, size=(count, 1)))
    quantity = size * rng.normal(size=(count, 3)) / PRICES
    collateral = size[:, 0] * rng.uniform(0.2, 2.0, size=count)
    return Crowd(collateral - quantity @ np.array(PRICES), quantity)


def ours(people: Crowd) -> Answer:
    """Answer with the library."""
    market = ml.market.at(ml.instruments.linear(["BTC", "ETH", "SOL"]), PRICES)
    accounts = ml.accounts.Accounts(people.cash, people.quantity)
    table = Schedule.continuous(FLOORS, RATES)
    rule = ml.margin.Tiered(initial=table.at_leverage(LEVERAGE), maintenance=table)
    need = rule(accounts, market)
    price = ml.liquidation.liquidation_price(accounts, market, rule, "BTC")
    return Answer(need.initial, need.maintenance, price)


def tables() -> tuple[tuple[list[float], list[float], list[float]], ...]:
    """Return floors, rates and deductions of the two requirements."""
    maintenance = Schedule.continuous(FLOORS, RATES)
    both = (maintenance.at_leverage(LEVERAGE), maintenance)
    return tuple((t.floor.tolist(), t.rate.tolist(), t.deduction.tolist()) for t in both)


def plain_python(people: Crowd) -> Answer:
    """Answer account by account, with the formula of the book typed as it is printed."""
    opening, staying = (list(zip(*table[1:], strict=True)) for table in tables())

    def requirement(lines: list[tuple[float, float]], size: float) -> float:
        return max(rate * size - deduction for rate, deduction in lines)

    def liquidation_price(cash: float, quantity: list[float]) -> float:
        held = [q * p for q, p in zip(quantity[1:], PRICES[1:], strict=True)]
        gap = sum(requirement(staying, abs(value)) for value in held) - cash - sum(held)
        side = 1 if quantity[0] > 0 else -1
        value = max((gap - deduction) / (1 - side * rate) for rate, deduction in staying)
        return value / quantity[0] if side * value > 0 else float("nan")

    initial, maintenance, price = [], [], []
    for cash, quantity in zip(people.cash.tolist(), people.quantity.tolist(), strict=True):
        sizes = [abs(q * p) for q, p in zip(quantity, PRICES, strict=True)]
        initial.append(sum(requirement(opening, size) for size in sizes))
        maintenance.append(sum(requirement(staying, size) for size in sizes))
        price.append(liquidation_price(cash, quantity))
    return Answer(np.array(initial), np.array(maintenance), np.array(price))


def numpy_searchsorted(people: Crowd) -> Answer:
    """Answer with whole arrays: `searchsorted` finds each bracket, for the price as well."""
    opening, staying = ([np.array(column) for column in table] for table in tables())
    floors, rates, deductions = staying

    def requirement(table: list[np.ndarray], size: np.ndarray) -> np.ndarray:
        bracket = np.maximum(np.searchsorted(table[0], size) - 1, 0)
        return table[1][bracket] * size - table[2][bracket]

    value = people.quantity * PRICES
    size = np.abs(value)
    initial, maintenance = requirement(opening, size), requirement(staying, size)
    gap = maintenance[:, 1:].sum(axis=1) - people.cash - value[:, 1:].sum(axis=1)
    price = np.empty(len(gap))
    for side, chosen in [(1, value[:, 0] > 0), (-1, value[:, 0] < 0)]:
        # The gap at which each bracket begins, so that one look-up finds the bracket of the price.
        starts = side * (floors * (1 - side * rates) + side * deductions)
        bracket = np.searchsorted(side * starts, side * gap[chosen]) - 1
        there = (gap[chosen] - deductions[bracket]) / (1 - side * rates[bracket])
        price[chosen] = np.where(bracket >= 0, there / people.quantity[chosen, 0], np.nan)
    return Answer(initial.sum(axis=1), maintenance.sum(axis=1), price)


def numba_loop() -> Callable[[Crowd], Answer]:
    """Return the plain loop compiled by numba."""
    import numba

    opening, staying = (tuple(np.array(column) for column in table) for table in tables())
    prices = np.array(PRICES)

    @numba.njit
    def requirement(table, size):
        floor, rate, deduction = table
        bracket = 0
        while bracket + 1 < len(floor) and size > floor[bracket + 1]:
            bracket += 1
        return rate[bracket] * size - deduction[bracket]

    @numba.njit
    def loop(cash, quantity, opening, staying):
        count = len(cash)
        initial, maintenance, price = np.zeros(count), np.zeros(count), np.full(count, np.nan)
        floor, rate, deduction = staying
        for i in range(count):
            gap = -cash[i]
            for j in range(quantity.shape[1]):
                value = quantity[i, j] * prices[j]
                need = requirement(staying, abs(value))
                initial[i] += requirement(opening, abs(value))
                maintenance[i] += need
                if j > 0:
                    gap += need - value
            side = 1.0 if quantity[i, 0] > 0 else -1.0
            for k in range(len(floor)):
                value = (gap - deduction[k]) / (1 - side * rate[k])
                end = floor[k + 1] if k + 1 < len(floor) else np.inf
                if floor[k] < side * value <= end:
                    price[i] = value / quantity[i, 0]
                    break
        return initial, maintenance, price

    return lambda people: Answer(*loop(people.cash, people.quantity, opening, staying))


def best_time(job: Callable[[Crowd], Answer], people: Crowd, repeats: int) -> float:
    """Return the shortest of some runs [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        job(people)
        times.append(time.perf_counter() - start)
    return min(times)


def rows() -> list[dict[str, object]]:
    """Return one row for each peer."""
    people = crowd(ACCOUNTS, np.random.default_rng(7))
    few = Crowd(people.cash[:PYTHON_ACCOUNTS], people.quantity[:PYTHON_ACCOUNTS])
    scale = ACCOUNTS / PYTHON_ACCOUNTS
    python_name = f"formula per account in Python ({PYTHON_ACCOUNTS:,} accounts, times {scale:g})"
    peers: list[tuple[str, Callable[[Crowd], Answer], Crowd, float, float | None]] = [
        (python_name, plain_python, few, scale, 100.0),
        ("numpy with searchsorted", numpy_searchsorted, people, 1.0, 2.0),
    ]
    try:
        peers.append(("numba", numba_loop(), people, 1.0, None))
    except ImportError:
        print("numba is not installed here: job a goes without it")

    result = []
    for name, job, theirs, scale, goal in peers:
        for found, expected in zip(job(theirs), ours(theirs), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-6)
        # Turn about, so that a busy moment of the machine hits both.
        runs = [(best_time(job, theirs, 1), best_time(ours, people, 3)) for _ in range(4)]
        peer_seconds = scale * min(run[0] for run in runs)
        our_seconds = min(run[1] for run in runs)
        result.append(
            {
                "job": "a",
                "size": f"{ACCOUNTS:,} accounts x 3 positions, {len(FLOORS)} brackets",
                "peer": name,
                "peer_seconds": peer_seconds,
                "our_seconds": our_seconds,
                "ratio": peer_seconds / our_seconds,
                "goal": goal,
            }
        )
    return [*result, memory_row()]


def memory_row() -> dict[str, object]:
    """Return the peak memory of a process that does nothing else, beside our limit."""
    with multiprocessing.get_context("spawn").Pool(1) as fresh:
        peak = fresh.apply(peak_memory, (MANY_ACCOUNTS,))
    return {
        "job": "a",
        "size": f"{MANY_ACCOUNTS:,} accounts x 3 positions, {len(FLOORS)} brackets: memory",
        "peer": f"(our limit: {MEMORY_LIMIT / 1e9:g} GB)",
        "peer_bytes": MEMORY_LIMIT,
        "our_bytes": peak,
        "ratio": MEMORY_LIMIT / peak,
        "goal": 1.0,
    }


def peak_memory(count: int) -> float:
    """Return the most memory that this process has held after answering [bytes]."""
    import resource  # not on Windows

    rng = np.random.default_rng(7)
    people = Crowd(np.empty(count), np.empty((count, 3)))
    for start in range(0, count, 100_000):
        part = slice(start, start + 100_000)
        people.cash[part], people.quantity[part] = crowd(len(people.cash[part]), rng)
    accounts = ml.accounts.Accounts(people.cash, people.quantity)
    market = ml.market.at(ml.instruments.linear(["BTC", "ETH", "SOL"]), PRICES)
    table = Schedule.continuous(FLOORS, RATES)
    rule = ml.margin.Tiered(initial=table.at_leverage(LEVERAGE), maintenance=table)
    need = rule(accounts, market)
    price = ml.liquidation.liquidation_price(accounts, market, rule, "BTC")
    if not len(need.initial) == len(price) == count:
        raise RuntimeError("some accounts have no answer")
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


if __name__ == "__main__":
    for row in rows():
        print(row)
