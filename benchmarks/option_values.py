"""Job c: a hundred thousand options valued in sixteen scenarios of price and volatility.

This is the scan on which risk-based margin stands: the price of the underlying moves by up to
16 per cent, the volatilities go up or down by a quarter, and every option is valued again. The
values are compared before anything is timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

import marginlib as ml

OPTIONS = 100_000
MOVES = np.linspace(-0.16, 0.16, 8)
VOLATILITY_MOVES = (-0.25, 0.25)
PRICE = 20_000.0
INTEREST = 0.04

Job = Callable[[], np.ndarray]


class Book:
    """The options, as plain arrays, and the sixteen scenarios."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self.strike = PRICE * np.exp(rng.normal(0, 0.3, count))
        self.years = rng.uniform(0.02, 1.0, count)
        self.volatility = rng.uniform(0.3, 1.2, count)
        self.is_call = rng.random(count) < 0.5
        grid = [(move, bump) for move in MOVES for bump in VOLATILITY_MOVES]
        self.move, self.bump = np.array(grid).T

    def forwards(self) -> np.ndarray:
        """Forward prices, shape (16, 1): the options are on one future."""
        return PRICE * (1 + self.move[:, None])

    def volatilities(self) -> np.ndarray:
        """Volatilities, shape (16, O)."""
        return self.volatility * (1 + self.bump[:, None])


def ours(book: Book) -> np.ndarray:
    """Answer with the library's formula, in one call."""
    discount = np.exp(-INTEREST * book.years)
    return ml.black.black_value(
        book.forwards(), book.strike, book.years, book.volatilities(), book.is_call, discount
    )


def quantlib_loop(book: Book) -> Job:
    """Return a loop over QuantLib's `blackFormula`, option by option."""
    import QuantLib as ql

    kinds = [ql.Option.Call if call else ql.Option.Put for call in book.is_call.tolist()]
    strikes = book.strike.tolist()

    def job() -> np.ndarray:
        discount = np.exp(-INTEREST * book.years).tolist()
        spread = (book.volatilities() * np.sqrt(book.years)).tolist()
        formula = ql.blackFormula
        values = [
            [
                formula(*terms)
                for terms in zip(kinds, strikes, [forward] * len(kinds), row, discount, strict=True)
            ]
            for forward, row in zip(book.forwards()[:, 0].tolist(), spread, strict=True)
        ]
        return np.array(values)

    return job


def whole_arrays(book: Book) -> Job:
    """Return the formula as one types it with numpy, on whole arrays."""

    def job() -> np.ndarray:
        forward, strike = book.forwards(), book.strike
        spread = book.volatilities() * np.sqrt(book.years)
        upper = np.log(forward / strike) / spread + spread / 2
        sign = np.where(book.is_call, 1.0, -1.0)
        tail = forward * ndtr(sign * upper) - strike * ndtr(sign * (upper - spread))
        return np.exp(-INTEREST * book.years) * sign * tail

    return job


def seconds(job: Job) -> float:
    """Return the time of one run [s]."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def rows() -> list[dict[str, object]]:
    """Return one row for each peer."""
    book = Book(OPTIONS, np.random.default_rng(7))
    peers: list[tuple[str, Callable[[Book], Job], float | None]] = [
        ("QuantLib blackFormula, one by one", quantlib_loop, 12.0),
        ("numpy with scipy's ndtr", whole_arrays, None),
    ]
    result = []
    for name, prepare, goal in peers:
        try:
            job = prepare(book)
        except ImportError:
            print(f"{name}: not installed here, so job c goes without it")
            continue
        np.testing.assert_allclose(job(), ours(book), rtol=1e-9, atol=1e-9 * PRICE)
        # Turn about, so that a busy moment of the machine hits both.
        runs = [
            (seconds(job), min(seconds(lambda: ours(book)) for _ in range(3))) for _ in range(5)
        ]
        peer_seconds, our_seconds = (min(column) for column in zip(*runs, strict=True))
        result.append(
            {
                "job": "c",
                "size": f"{len(book.move)} scenarios x {OPTIONS:,} options",
                "peer": name,
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
