"""What no design decides: who comes, what the days bring, and how deep the book is.

As in the chapter: 500 accounts that want one bitcoin perpetual and bring dollars and ether. A crowd
is a seed, which also draws how bold it is and how many are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import marginlib as ml
from marginlib import cascade, events, feedback
from marginlib.accounts import Accounts, equity, position_value
from marginlib.impact import Curve

BOOK = ml.instruments.join(ml.instruments.linear(["BTC"]), ml.instruments.cash(["ETH"]))
ENTRY = ml.market.at(BOOK, [20_000, 1_250])
DEPTH = 0.1  # of all contracts asked for, within 1 % of the price [fraction]
CALM = 4  # hours after the day


@dataclass(frozen=True)
class Day:
    """A day of 24 hours, of which one brings a part of the move at once."""

    bitcoin: float  # simple return from its beginning to its end [fraction]
    ether: float
    hour: int = 12  # the one that brings a part at once
    gap: float = 0.5  # that part of the logarithmic move [fraction]
    back: float = 0.0  # part of the move that is taken back in four hours after it [fraction]


class World(NamedTuple):
    """Crowds and days, ready to be tried together: crowds (C, 1, N), days (D)."""

    asked: Accounts
    moves: np.ndarray  # (T, 1, D, 2)
    impact: Curve
    wanted: np.ndarray  # (C, 1): contracts asked for [USD]
    foresight: np.ndarray  # (C,): of all positions, carried by their owners' money [fraction]


def draw_crowd(seed: int) -> Accounts:
    """Return a crowd of 500 accounts, shape (N,)."""
    rng = np.random.default_rng(seed)
    median, share_long = rng.uniform(3, 8), rng.uniform(0.35, 0.65)
    ether = rng.choice([0, 0.5, 1], size=500, p=[0.6, 0.2, 0.2])  # share of the collateral
    return feedback.draw_crowd(
        500,
        ENTRY,
        leverage=feedback.LogNormal(median=median, spread=1.0, least=1, most=100),
        size=feedback.Pareto(least=20_000, exponent=1.3, most=2_000_000),
        share_long=share_long,
        balanced=True,
        holdings={"BTC": 1.0},
        collateral={"ETH": ether},
        rng=rng,
    )


def world(seeds: Sequence[int], days: Sequence[Day]) -> World:
    """Return the crowds of these seeds, each to be taken through each of these days."""
    crowds = [draw_crowd(seed) for seed in seeds]
    asked = Accounts(
        np.stack([crowd.cash for crowd in crowds])[:, None],
        np.stack([crowd.quantity for crowd in crowds])[:, None],
    )
    wanted = cascade.open_interest(asked, ENTRY)
    moves = np.stack([moves_of(day) for day in days], axis=1)[:, None]
    return World(asked, moves, depth_of(wanted), wanted, foresight(asked, moves))


def foresight(asked: Accounts, moves: np.ndarray) -> np.ndarray:
    """Return what a venue would admit that knows each day: shape (C,), mean of the days [fraction].

    It cuts each position to what its owner's own money carries through that day, so nobody is
    closed, no fund is needed, and nothing is taken from anybody. No design can know as much.
    """
    size, ether = np.moveaxis(position_value(asked, ENTRY), -1, 0)
    own = equity(asked, ENTRY)
    bitcoin, coin = np.moveaxis(np.cumprod(1 + moves, axis=0) - 1, -1, 0)[..., None]
    loss = np.maximum(-bitcoin * size, 1e-9)  # USD, if all of the position stayed open
    carried = np.clip((own + coin * ether) / loss, 0, 1).min(axis=0)
    admitted = (carried * np.abs(size)).sum(axis=-1) / np.abs(size).sum(axis=-1)
    return np.asarray(admitted.mean(axis=-1))


def depth_of(wanted: np.ndarray) -> Curve:
    """Return how prices answer to forced sales: ether's do not."""
    within = np.stack([DEPTH * wanted / 20_000, np.full(wanted.shape, 1e9)], axis=-1)
    return ml.impact.Transient(ml.impact.linear_book(within), half_life=1, lasting=0.25)


def moves_of(day: Day) -> np.ndarray:
    """Return the returns of bitcoin and ether in each hour, shape (T, 2)."""
    move = np.log1p([day.bitcoin, day.ether])
    part = np.full((24, 1), (1 - day.gap) / 23)
    part[day.hour - 1] = day.gap
    after = np.tile(-day.back * move / CALM, (CALM, 1))
    return np.asarray(np.expm1(np.concatenate([part * move, after])))


def practice_days() -> tuple[Day, ...]:
    """Return the three falls of the chapter, and the rises that are their mirror images."""
    names = ("black_thursday_2020", "may_2021", "october_2025")
    falls = [[events.event(name).prices(coin).fall for coin in ("BTC", "ETH")] for name in names]
    rises = [[1 / (1 + fall) - 1 for fall in pair] for pair in falls]
    return tuple(Day(*pair) for pair in falls + rises)


PRACTICE_SEEDS = (2025, 2026)


def practice() -> World:
    """Return the world that everybody may practise on."""
    return world(PRACTICE_SEEDS, practice_days())
