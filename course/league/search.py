"""Is there a design that wins everything? Many are tried on the practice days, the best on others.

``python -m course.league.search --tries 2000 --hidden FILE`` tries as many designs: a quarter drawn
at random, a quarter of a coarse grid, and half by an optimiser that changes the best ones a little.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course.league.designs import CLOSING, LOSSES, MOST_KEPT, Bracket, Design
from course.league.hidden import read_hidden
from course.league.scoring import score
from course.league.world import World, practice

HERE = Path(__file__).parent
FINALISTS = 40  # of each way of searching, that are tried on hidden days too


class Found(NamedTuple):
    """A design, what it has on the practice days, and with which numbers."""

    how: str
    design: Design
    points: float
    numbers: tuple[float, ...]  # fund, needless, taken, idle


def grid() -> Iterator[Design]:
    """Yield a coarse grid of designs with one or two brackets."""
    rates, shares, cuts, funds = (
        (0.03, 0.06, 0.12, 0.25, 0.5),
        (0.5, 0.9),
        (0.0, 0.3),
        (0, 0.02, 0.05),
    )
    for rate, part, cut, fund, closing, losses, times in itertools.product(
        rates, shares, cuts, funds, CLOSING, LOSSES, (1, 2)
    ):
        last = min(times * rate, 1.0)
        brackets = [Bracket(0.0, rate, part * rate), Bracket(200_000.0, last, part * last)]
        yield Design("grid", fund, 0.002, cut, closing, losses, tuple(brackets[:times]))


def drawn(rng: np.random.Generator) -> Design:
    """Return a design drawn at random over everything that may be handed in."""
    count = int(rng.integers(1, 6))
    floors = [0.0, *np.sort(np.exp(rng.uniform(np.log(3e4), np.log(2e6), count - 1)))]
    initial = np.minimum(np.exp(rng.uniform(np.log(0.01), np.log(0.6))) * np.cumprod(
        [1.0, *rng.uniform(1, 2.5, count - 1)]), 1.0)  # fmt: skip
    part = rng.uniform(0.2, MOST_KEPT)
    return Design(
        "random",
        fund=float(rng.choice([0, rng.uniform(0, 0.15)])),
        fee=float(rng.choice([0, rng.uniform(0, 0.03)])),
        haircut=float(rng.choice([0, rng.uniform(0, 0.8)])),
        closing=str(rng.choice(CLOSING)),
        losses=str(rng.choice(LOSSES)),
        brackets=tuple(map(Bracket, floors, initial.tolist(), (part * initial).tolist())),
    )


def changed(design: Design, rng: np.random.Generator) -> Design:
    """Return a design a little different from another one."""
    brackets, least = [], [0.0, 0.005, 0.0]
    for old in design.brackets:
        floor, initial = old.floor * rng.lognormal(0, 0.2), old.initial * rng.lognormal(0, 0.2)
        part = np.clip(old.maintenance / old.initial + rng.normal(0, 0.1), 0, MOST_KEPT)
        initial = min(max(initial, least[1]), 1.0)
        floor = max(floor, least[0] + 1_000) if brackets else 0.0
        least = [floor, initial, min(max(part * initial, least[2]), MOST_KEPT * initial)]
        brackets.append(Bracket(*map(float, least)))
    return replace(
        design,
        name="optimiser",
        fund=float(np.clip(design.fund + rng.normal(0, 0.01), 0, 0.5)),
        fee=float(np.clip(design.fee + rng.normal(0, 0.002), 0, 0.05)),
        haircut=float(np.clip(design.haircut + rng.normal(0, 0.1), 0, 1)),
        closing=str(rng.choice([design.closing] * 4 + list(CLOSING))),
        losses=str(rng.choice([design.losses] * 4 + list(LOSSES))),
        brackets=tuple(brackets),
    )


def search(tries: int, seed: int = 1, workers: int = 2) -> list[Found]:
    """Return all designs that were tried on the practice days."""
    rng = np.random.default_rng(seed)
    every = list(grid())
    chosen = rng.permutation(len(every))[: tries // 4]
    first = [every[place] for place in chosen] + [drawn(rng) for _ in range(tries // 4)]
    with ProcessPoolExecutor(workers) as pool:
        found = _tried(pool, first)
        while len(found) < tries:
            best = sorted(found, key=lambda one: -one.points)[:12]
            step = min(max(tries // 40, 4), tries - len(found))
            parents = rng.integers(len(best), size=step)
            found += _tried(pool, [changed(best[place].design, rng) for place in parents])
    return found


def finals(found: Sequence[Found], hidden: World) -> dict[str, list[tuple[float, float]]]:
    """Return practice and hidden points, for each way of searching: its best, and others."""
    table = {}
    for how in dict.fromkeys(one.how for one in found):
        own = sorted((one for one in found if one.how == how), key=lambda one: -one.points)
        some = own[:5] + own[5 :: max((len(own) - 5) // (FINALISTS - 5), 1)]
        table[how] = [(one.points, float(score(one.design, hidden).points.mean())) for one in some]
    return table


def _tried(pool: ProcessPoolExecutor, designs: Sequence[Design]) -> list[Found]:
    numbers = pool.map(_practised, designs, chunksize=4)
    return [
        Found(design.name, design, each[-1], each[:-1])
        for design, each in zip(designs, numbers, strict=True)
    ]


def _practised(design: Design) -> tuple[float, ...]:
    return tuple(float(values.mean()) for values in score(design, _practice()))


@cache
def _practice() -> World:
    return practice()


def main() -> None:
    """Print the points of what was tried, and of the best on hidden days."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=2_000)
    parser.add_argument("--hidden", type=Path, default=HERE / "hidden_example.toml")
    given = parser.parse_args()
    found = search(given.tries)
    for how, pairs in finals(found, read_hidden(given.hidden)).items():
        points = np.array([one.points for one in found if one.how == how])
        parts = np.percentile(points, [0, 10, 50, 90, 100])
        print(f"{how:<10}{len(points):5} tried; points, tenths 0 1 5 9 10:", parts.round(1))
        practised, unseen = np.array(pairs).T
        print(
            f"{'':10}its best five on hidden days:",
            unseen[:5].round(1),
            "of",
            practised[:5].round(1),
        )
        print(
            f"{'':10}on hidden days, of {len(pairs)}:",
            unseen.min().round(1),
            "to",
            unseen.max().round(1),
        )
    best = max(found, key=lambda one: one.points)
    numbers = np.array([one.numbers for one in found])
    print("the best:", best.design)
    print(
        "its numbers:", np.round(best.numbers, 4), "the least found:", numbers.min(axis=0).round(4)
    )


if __name__ == "__main__":
    main()
