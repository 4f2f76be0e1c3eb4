"""Job g: the cheapest collateral out of fifty assets for twenty venues.

Haircuts, costs and concentration limits differ from venue to venue. The peer is the same programme
as one types it for scipy, with a full table; both must find the same cost. The other row compares
ours with the second that a desk will wait for a new answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

from marginlib.optimisation import cheapest_collateral

ASSETS, VENUES = 50, 20
PATIENCE = 1.0  # seconds

Problem = dict[str, np.ndarray]
Job = Callable[[], float]


def problem(rng: np.random.Generator) -> Problem:
    """Return random holdings and rules; every asset is accepted by most venues."""
    return {
        "available": rng.uniform(0, 1e6, ASSETS),
        "requirement": rng.uniform(0, 0.5e6, VENUES),
        "haircut": rng.choice([0.01, 0.05, 0.1, 0.3, 1.0], (ASSETS, VENUES)),
        "cost": rng.uniform(0, 0.1, (ASSETS, VENUES)),
        "limit": rng.uniform(0.1, 1, (ASSETS, VENUES)),
    }


def full_table(given: Problem) -> Job:
    """Return the programme as it stands on paper, with every zero written out."""

    def job() -> float:
        counted = 1 - given["haircut"]
        table = np.zeros((VENUES + ASSETS, ASSETS, VENUES))
        for venue in range(VENUES):
            table[venue, :, venue] = -counted[:, venue]
        for asset in range(ASSETS):
            table[VENUES + asset, asset] = 1
        most = given["limit"] * given["requirement"] / np.maximum(counted, 1e-12)
        bounds = np.stack([np.zeros(most.size), most.ravel()], axis=-1)
        limits = np.concatenate([-given["requirement"], given["available"]])
        found = linprog(
            given["cost"].ravel(), A_ub=table.reshape(len(limits), -1), b_ub=limits, bounds=bounds
        )
        return float(found.fun)

    return job


def seconds(job: Job) -> float:
    """Return the time of one run [s]."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def rows() -> list[dict[str, object]]:
    """Return one row for each peer."""
    given = problem(np.random.default_rng(7))

    def ours() -> float:
        return cheapest_collateral(**given).cost

    plain = full_table(given)
    np.testing.assert_allclose(plain(), ours(), rtol=1e-6)
    # Turn about, so that a busy moment of the machine hits both.
    runs = [(seconds(plain), seconds(ours)) for _ in range(5)]
    peer_seconds, our_seconds = (min(column) for column in zip(*runs, strict=True))
    size = f"{ASSETS} assets x {VENUES} venues"
    peers = [("scipy linprog, full table", peer_seconds, None), ("one second", PATIENCE, 1.0)]
    return [
        {
            "job": "g",
            "size": size,
            "peer": name,
            "peer_seconds": theirs,
            "our_seconds": our_seconds,
            "ratio": theirs / our_seconds,
            "goal": goal,
        }
        for name, theirs, goal in peers
    ]


if __name__ == "__main__":
    for row in rows():
        print(row)
