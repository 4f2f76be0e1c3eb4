"""Job b: forced sales that move a price until it rests, in crowds of up to a million accounts.

Mesa is what one would write an agent-based model with in Python, and rounds with a mask are what
one would write in numpy. All start from the liquidation prices, except for our readable engine, and
count and price are compared before anything is timed. Where Mesa would take minutes it answers for
a smaller crowd, drawn in the same way, in a market as much smaller, and its time is multiplied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import mesa
import numpy as np

import marginlib as ml
from marginlib.cascade.one_market import Prepared
from marginlib.cascade.one_question import rest_once
from marginlib.cascade.price_path import rest_along

ENTRY = 20_000.0
MARKET = ml.market.at(ml.instruments.linear(["BTC"]), [ENTRY])
RULE = ml.margin.FixedRate(initial=0.01, maintenance=0.005)
SHOCKED = 0.95 * ENTRY
DEPTH, DEEPER = 0.122, 0.3  # share of the open interest within one per cent; and for the path
MANY = 1_000_000
STEPS, WALKERS = 1_000, 100_000

NAMES = ["BTC", "ETH", "SOL", "XRP", "DOGE"]
PRICES = np.array([20_000.0, 1_500.0, 30.0, 0.5, 0.1])
POOL_MARKET = ml.market.at(ml.instruments.linear(NAMES), PRICES)
POOL_RULE = ml.margin.FixedRate(initial=0.02, maintenance=0.01)
POOLED, POOL_DEPTH = 100_000, 0.03
POOL_SHOCKED = PRICES * [0.9, 0.95, 1, 1, 1]

Answer = tuple[int, np.ndarray]  # accounts closed and the price, or prices, at rest
Job = Callable[[], Answer]


class Crowd(NamedTuple):
    """Accounts in a market, with their levels in the order of the accounts, as plain arrays."""

    ready: Prepared
    level: np.ndarray
    size: np.ndarray
    impact: ml.impact.Curve
    slope: float  # of the price, for each contract


def crowd(count: int, depth: float = DEPTH) -> Crowd:
    """Return a crowd of longs, and a market in proportion to it."""
    accounts = ml.feedback.draw_crowd(
        count,
        MARKET,
        leverage=ml.feedback.LogNormal(median=10, spread=0.7, least=1.5, most=100),
        size=ml.feedback.LogNormal(median=5_000, spread=1.5),
        rng=np.random.default_rng(7),
    )
    ready = ml.cascade.prepare(accounts, MARKET, RULE, "BTC")
    longs = ready.thresholds.longs
    contracts = depth * float(longs.quantity.sum())
    impact = ml.impact.linear_book(contracts)
    return Crowd(ready, longs.price, longs.quantity, impact, 0.01 / contracts)


# ---- one market


class Trader(mesa.Agent):
    """A long account that is closed when the price reaches its level."""

    def __init__(self, model: mesa.Model, level: float, size: float) -> None:
        super().__init__(model)
        self.level, self.size = level, size

    def step(self) -> None:
        if self.model.price <= self.level:
            self.model.sold += self.size
            self.model.closed += 1
            self.remove()


class OneMarket(mesa.Model):
    """A market whose price falls with all that was sold."""

    def __init__(self, people: Crowd) -> None:
        super().__init__(seed=1)
        self.slope = people.slope
        self.sold, self.closed = 0.0, 0
        for level, size in zip(people.level.tolist(), people.size.tolist(), strict=True):
            Trader(self, level, size)

    def settle(self, outside: float) -> None:
        before = -1
        while self.closed > before:
            before = self.closed
            self.price = outside * (1 - self.slope * self.sold)
            self.agents.do("step")


def mesa_shock(people: Crowd) -> Job:
    """Return one shock in Mesa; the agents are made before the clock starts."""
    market = OneMarket(people)

    def job() -> Answer:
        market.settle(SHOCKED)
        return market.closed, np.array(market.price)

    return job


def mesa_path(people: Crowd, path: np.ndarray) -> Job:
    """Return a whole path in Mesa."""
    market = OneMarket(people)

    def job() -> Answer:
        for outside in path.tolist():
            market.settle(outside)
        return market.closed, np.array(market.price)

    return job


def numpy_rounds(people: Crowd) -> Job:
    """Return one shock as rounds over whole arrays, with a mask."""

    def job() -> Answer:
        price, before = SHOCKED, -1
        while True:
            due = people.level >= price
            count = int(np.count_nonzero(due))
            if count == before:
                return count, np.array(price)
            before = count
            price = SHOCKED * (1 - people.slope * people.size[due].sum())

    return job


def cold(people: Crowd) -> Job:
    """Return one shock with nothing prepared."""

    def job() -> Answer:
        after = rest_once(people.ready.thresholds, people.impact, SHOCKED)
        return int(after.closed), after.price

    return job


def prepared(people: Crowd) -> Job:
    """Return one shock to a crowd that was put in order before."""

    def job() -> Answer:
        after = ml.cascade.rest(people.ready, people.impact, SHOCKED)
        return int(after.closed), after.price

    return job


def engine(people: Crowd) -> Job:
    """Return one shock in the readable engine, which knows no levels."""
    side = people.ready.thresholds.longs
    other = people.ready.thresholds.other[side.account]
    accounts = ml.accounts.Accounts(other, side.quantity[:, None])
    start = ml.cascade.shock(ml.cascade.begin(accounts, MARKET), "BTC", SHOCKED / ENTRY - 1)
    rules = ml.cascade.CascadeRules(RULE, people.impact)

    def job() -> Answer:
        last = ml.cascade.settle(start, rules)
        return int(last.liquidated.sum()), last.market["BTC"]

    return job


def slider(people: Crowd) -> float:
    """Return the longest that any of many moves of two sliders takes, shock and depth [s]."""
    total, slowest = people.size.sum(), 0.0
    for shock in np.linspace(0.01, 0.2, 20):
        for depth in np.geomspace(0.03, 1, 10):
            impact = ml.impact.linear_book(depth * total)

            def job(impact: ml.impact.Curve = impact, shock: float = shock) -> Answer:
                after = ml.cascade.rest(people.ready, impact, ENTRY * (1 - shock))
                return int(after.closed), after.price

            slowest = max(slowest, best_time(job, 5))
    return slowest


def table(people: Crowd) -> Job:
    """Return 21 shocks under 21 depths."""
    impact = ml.impact.linear_book(np.geomspace(0.03, 1, 21)[:, None] * people.size.sum())
    shocks = ENTRY * (1 - np.linspace(0, 0.2, 21))

    def job() -> Answer:
        after = ml.cascade.rest(people.ready, impact, shocks)
        return int(after.closed.sum()), after.price

    return job


def walk(people: Crowd, path: np.ndarray) -> Job:
    """Return a whole path at once."""

    def job() -> Answer:
        after = rest_along(people.ready, people.impact, path)
        return int(after.closed[-1]), after.price[-1]

    return job


# ---- several markets


class Owner(mesa.Agent):
    """A cross-margined account that is closed when its equity is down to maintenance."""

    def __init__(self, model: mesa.Model, cash: float, quantity: list[float]) -> None:
        super().__init__(model)
        self.cash, self.quantity = cash, quantity

    def step(self) -> None:
        equity, maintenance = self.cash, 0.0
        for quantity, price in zip(self.quantity, self.model.prices, strict=True):
            value = quantity * price
            equity += value
            maintenance += 0.01 * abs(value)
        if equity <= maintenance:
            for index, quantity in enumerate(self.quantity):
                self.model.sold[index] += quantity
            self.model.closed += 1
            self.remove()


class Markets(mesa.Model):
    """Several markets, each of which falls with what was sold in it."""

    def __init__(self, accounts: ml.accounts.Accounts, depth: np.ndarray) -> None:
        super().__init__(seed=1)
        self.slope = 0.01 / depth
        self.sold, self.closed = [0.0] * len(depth), 0
        for cash, quantity in zip(accounts.cash.tolist(), accounts.quantity.tolist(), strict=True):
            Owner(self, cash, quantity)

    def settle(self, outside: np.ndarray) -> None:
        before = -1
        while self.closed > before:
            before = self.closed
            self.prices = (outside * (1 - self.slope * self.sold)).tolist()
            self.agents.do("step")


def pooled_crowd() -> ml.accounts.Accounts:
    """Return cross-margined longs whose holdings are half alike."""
    return ml.feedback.draw_crowd(
        POOLED,
        POOL_MARKET,
        leverage=ml.feedback.LogNormal(median=6, spread=0.6, least=1.2, most=50),
        size=ml.feedback.LogNormal(median=5_000, spread=1.5),
        alike=0.5,
        rng=np.random.default_rng(7),
    )


def mesa_pooled(accounts: ml.accounts.Accounts, depth: np.ndarray) -> Job:
    """Return one shock to several markets in Mesa."""
    markets = Markets(accounts, depth)

    def job() -> Answer:
        markets.settle(POOL_SHOCKED)
        return markets.closed, np.array(markets.prices)

    return job


def numpy_pooled(accounts: ml.accounts.Accounts, depth: np.ndarray) -> Job:
    """Return one shock to several markets as rounds over whole arrays."""

    def job() -> Answer:
        prices, before = POOL_SHOCKED, -1
        while True:
            value = accounts.quantity * prices
            equity = accounts.cash + value.sum(axis=1)
            due = equity <= 0.01 * np.abs(value).sum(axis=1)
            count = int(np.count_nonzero(due))
            if count == before:
                return count, prices
            before = count
            sold = accounts.quantity[due].sum(axis=0)
            prices = POOL_SHOCKED * (1 - 0.01 * sold / depth)

    return job


def pooled(accounts: ml.accounts.Accounts, depth: np.ndarray) -> Job:
    """Return one shock to several markets, prepared before."""
    pool = ml.cascade.prepare_pooled(accounts, POOL_MARKET, POOL_RULE)
    impact = ml.impact.linear_book(depth)

    def job() -> Answer:
        after = ml.cascade.rest_pooled(pool, impact, POOL_SHOCKED)
        return int(after.closed.sum()), after.price

    return job


# ---- timing


def seconds(job: Job) -> float:
    """Return the time of one run [s]."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def best_time(job: Job, repeats: int) -> float:
    """Return the shortest of some runs [s]."""
    return min(seconds(job) for _ in range(repeats))


def timed(make_peer: Callable[[], Job], ours: Job, turns: int) -> tuple[float, float]:
    """Return the best time of a peer, made anew for each run, and ours, turn about [s].

    Turn about, so that a busy moment of the machine hits both.
    """
    runs = [(seconds(make_peer()), best_time(ours, 10)) for _ in range(turns)]
    return min(run[0] for run in runs), min(run[1] for run in runs)


def agree(one: Answer, other: Answer) -> None:
    """Stop unless count and price are the same."""
    if one[0] != other[0]:
        raise RuntimeError(f"{one[0]} and {other[0]} accounts were closed")
    np.testing.assert_allclose(one[1], other[1], rtol=1e-9)


def row(
    size: str, peer: str, peer_seconds: float, our_seconds: float, goal: float | None
) -> dict[str, object]:
    return {
        "job": "b",
        "size": size,
        "peer": peer,
        "peer_seconds": peer_seconds,
        "our_seconds": our_seconds,
        "ratio": peer_seconds / our_seconds,
        "goal": goal,
    }


def one_shock_rows(many: Crowd, few: Crowd) -> list[dict[str, object]]:
    """One shock: nothing prepared, prepared, and moved by sliders."""
    for people in (many, few):
        for job in (cold(people), prepared(people), engine(people)):
            agree(numpy_rounds(people)(), job())
    agree(mesa_shock(few)(), cold(few)())
    share = numpy_rounds(many)()[0] / MANY
    size = f"one shock, {MANY:,} accounts, {share:.0%} closed"
    scale = MANY / len(few.level)
    mesa_name = f"Mesa ({len(few.level):,} accounts, times {scale:g})"
    rows = []
    for kind, ours, goals in [
        ("cold", cold(many), (1_000.0, None, None)),
        ("sorted", prepared(many), (None, None, None)),
    ]:
        theirs, own = timed(lambda: mesa_shock(few), ours, 3)
        rows.append(row(f"{size}, {kind}", mesa_name, scale * theirs, own, goals[0]))
        theirs, own = timed(lambda: numpy_rounds(many), ours, 5)
        rows.append(row(f"{size}, {kind}", "numpy rounds with a mask", theirs, own, goals[1]))
        theirs, own = timed(lambda: engine(many), ours, 1)
        rows.append(row(f"{size}, {kind}", "our readable engine", theirs, own, goals[2]))
    rows.append(row(f"slowest move of a slider, {MANY:,}", "1 ms", 1e-3, slider(many), 1.0))
    own = best_time(table(many), 5)
    return [*rows, row(f"441 shocks x depths, {MANY:,}", "half a second", 0.5, own, 1.0)]


def path_rows() -> list[dict[str, object]]:
    """A path of prices."""
    path = ENTRY * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.001, STEPS)))
    many, walkers, few = (crowd(count, DEEPER) for count in (MANY, WALKERS, WALKERS // 10))
    agree(mesa_path(few, path)(), walk(few, path)())
    scale = WALKERS / len(few.level)
    theirs, own = timed(lambda: mesa_path(few, path), walk(walkers, path), 3)
    share = walk(walkers, path)()[0] / WALKERS
    size = f"path of {STEPS:,} steps, {WALKERS:,} accounts, {share:.0%} closed"
    name = f"Mesa ({len(few.level):,} accounts, times {scale:g})"
    tenfold = best_time(walk(many, path), 10)
    return [
        row(size, name, scale * theirs, own, 5_000.0),
        row(f"path of {STEPS:,} steps, {MANY:,} accounts", "ours, a tenth", own, tenfold, 0.5),
    ]


def pooled_rows() -> list[dict[str, object]]:
    """One shock to cross-margined accounts in several markets."""
    accounts = pooled_crowd()
    depth = POOL_DEPTH * accounts.quantity.sum(axis=0)
    ours = pooled(accounts, depth)
    expected = mesa_pooled(accounts, depth)()
    agree(expected, ours())
    agree(expected, numpy_pooled(accounts, depth)())
    size = f"{POOLED:,} accounts x {len(NAMES)} assets, {expected[0] / POOLED:.0%} closed"
    peers = [
        ("Mesa", lambda: mesa_pooled(accounts, depth), 3, 100.0),
        ("numpy rounds with a mask", lambda: numpy_pooled(accounts, depth), 10, None),
    ]
    return [row(size, name, *timed(make, ours, turns), goal) for name, make, turns, goal in peers]


def rows() -> list[dict[str, object]]:
    """Return one row for each peer."""
    return [
        *one_shock_rows(crowd(MANY), crowd(MANY // 10)),
        *path_rows(),
        *pooled_rows(),
    ]


if __name__ == "__main__":
    for each in rows():
        print(each)
