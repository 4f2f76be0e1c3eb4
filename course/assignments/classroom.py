"""What every assignment uses: numbers of one's own, and checks that say where to look.

This file lies beside each assignment, for students and for the grader. It needs nothing installed.

>>> mine = values("maintenance_margin", "s1234567")
>>> mine == values("maintenance_margin", "s1234567"), mine == values("maintenance_margin", "s7")
(True, False)
>>> expect(20_000, 2_000, "USD", {"that is the notional: margin is a part of it": 20_000})
Traceback (most recent call last):
    ...
course.assignments.classroom.LookAgain: 20,000 USD: that is the notional: margin is a part of it.
"""

from __future__ import annotations

import inspect
import math
import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# A teacher gives each class a word of its own, so that last year's answers are not this year's.
CLASS = "example"

PRICES = range(18_000, 22_001, 50)
QUANTITIES = [0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0]
STAKES = [number / 1000 for number in range(90, 161, 5)]  # money paid in, of the notional
FALLS = [number / 1000 for number in range(20, 71, 5)]
MAINTENANCE = [0.02, 0.025, 0.03, 0.04, 0.05]

DRAWN: dict[str, dict[str, Sequence[float]]] = {
    "initial_margin": {
        "price": PRICES,
        "quantity": QUANTITIES,
        "rate": [0.04, 0.05, 0.08, 0.125],
        "leverage": [3, 4, 5, 6, 8],
        "floor": range(50_000, 100_001, 5_000),
        "higher_rate": [0.15, 0.2, 0.25],
        "money": range(14_000, 24_001, 250),
    },
    "maintenance_margin": {
        "entry": PRICES,
        "quantity": QUANTITIES,
        "stake": STAKES,
        "rate": MAINTENANCE,
        "initial_rate": [0.08, 0.10, 0.12],
        "fall": FALLS,
    },
    "liquidation": {
        "entry": PRICES,
        "quantity": QUANTITIES,
        "stake": STAKES,
        "gap": [0.005, 0.01, 0.02, 0.03, 0.05],
        "fund": range(50, 501, 25),
        "rate": [0.06, 0.08, 0.1],
        "fee": [0.0025, 0.005, 0.01],
    },
    "isolated_vs_cross": {
        "entry": PRICES,
        "quantity": QUANTITIES,
        "stake": STAKES,
        "spare": range(1_500, 4_001, 125),
        "rate": MAINTENANCE,
        "fall": FALLS,
    },
    "cross_margin_trading": {
        "bitcoin": PRICES,
        "ether": range(900, 1_501, 25),
        "bitcoins": [1.0, 1.5, 2.0, 2.5, 3.0],
        "ethers": [-12.0, -8.0, -5.0, -3.0, 4.0, 6.0, 10.0],
        "money": range(9_000, 14_001, 250),
        "rate": MAINTENANCE,
    },
    "cross_margin_efficiency": {
        "first": range(20_000, 60_001, 2_500),
        "second": [-45_000, -30_000, -25_000, -15_000, 15_000, 25_000, 35_000],
        "first_volatility": [0.02, 0.03, 0.04, 0.05],
        "second_volatility": [0.025, 0.035, 0.045, 0.06],
        "correlation": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        "multiple": [2.33, 2.58, 3.0],
    },
    "calibration": {
        "volatility": [number / 1000 for number in range(10, 51, 2)],
        "level": [0.98, 0.99, 0.995],
        "horizon": [2, 3, 5, 10],
        "seed": range(10_000),
        "window": range(200, 301, 25),
    },
    "procyclicality": {
        "seed": range(10_000),
        "decay": [0.94, 0.95, 0.96, 0.97, 0.98],
        "calm": [0.02, 0.025, 0.03],
        "stress": [0.05, 0.06, 0.08],
        "buffer": [0.2, 0.25, 0.3],
        "days": [3, 5, 10],
    },
    "legal": {
        "price": range(80, 201),
        "shares": range(50, 401, 10),
        "leverage": [2, 5, 10, 20, 30],
        "volatility": [number / 1000 for number in range(10, 41, 2)],
        "fall": FALLS,
    },
    "contagion": {
        "owed_first": range(50, 131),
        "owed_second": range(60, 121),
        "outside_first": range(20, 111),
        "outside_second": range(5, 41),
        "sold": [number / 100 for number in range(10, 61, 5)],
        "depth": range(200, 601, 20),
        "holding": range(40, 161, 5),
    },
    "feedback_loops": {
        "gain": [number / 100 for number in range(20, 91, 5)],
        "first": [number / 100 for number in range(1, 9)],
        "rounds": range(3, 9),
        "forced": range(10, 61, 2),
        "depth": range(70, 161, 5),
    },
    "risk_management": {
        "money": range(2_000, 12_001, 250),
        "risked": [0.005, 0.01, 0.015, 0.02],
        "stop": [0.02, 0.03, 0.04, 0.05],
        "gap": [0.01, 0.02, 0.04, 0.06],
        "growth": [number / 100 for number in range(20, 61, 5)],
        "volatility": [0.5, 0.6, 0.7, 0.8],
        "part": [0.25, 0.4, 0.5, 0.75],
        "kept": [0.5, 0.6, 0.7, 0.8],
    },
}


UNNAMED = "type your student number here"
"""Stands in each sheet until a student has typed a number."""


class LookAgain(AssertionError):
    """An answer is not right, and this is where to look."""


def values(topic: str, student: str | int) -> dict[str, float]:
    """Return the numbers of one student, by name: the same whenever they are asked for.

    Without a student number the sheet still runs, and says that its numbers are nobody's.
    """
    number = str(student).strip()
    if number in ("", UNNAMED):
        print("Nobody's numbers: type your student number between the quotes, and run this again.")
    drawn = random.Random(f"{CLASS}, {topic}, {number}")
    return {name: drawn.choice(among) for name, among in DRAWN[topic].items()}


def others(topic: str, number: int = 5) -> Iterator[dict[str, float]]:
    """Yield the numbers of students whom nobody knows beforehand, for hidden tests."""
    for _ in range(number):
        yield values(topic, secrets.token_hex(8))


def ask(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Return what a student's function says to the numbers that it asks for, by name."""
    if not callable(function):
        raise LookAgain("The function of this question is missing: run its cell first.")
    names = inspect.signature(function).parameters
    unknown = [name for name in names if name not in given]
    if unknown:
        raise LookAgain(f"Keep the arguments as they were given: nobody knows {unknown[0]!r}.")
    return function(**{name: given[name] for name in names})


def expect(
    answer: Any, right: float | str, unit: str = "", mistakes: Mapping[str, float] | None = None
) -> None:
    """Accept the right answer; for any other, say what it looks like.

    Parameters
    ----------
    answer : Any
        What a student's function has returned.
    right : float or str
        Numbers count as right within one in a million, or half a cent.
    unit : str
        Of the answer, for the message.
    mistakes : dict of str to float, optional
        The answers that well-known mistakes lead to, by what is to be said to them.

    Raises
    ------
    LookAgain
        If the answer is not right. The message never tells the right one.
    """
    if answer is None or answer is ...:
        raise LookAgain("Nothing comes back yet: end the function with `return` and your answer.")
    if isinstance(right, str):
        if answer != right:
            raise LookAgain(f"{answer!r} is not what happens here.")
        return
    number = as_number(answer)
    shown = f"{number:,.6g}" if abs(number) < 1_000 else f"{number:,.2f}".removesuffix(".00")
    shown = f"{shown} {unit}".strip()
    if math.isnan(number):
        raise LookAgain(
            "The answer is not a number (nan): something is divided by zero, or missing."
        )
    if close(number, right):
        return
    for said, wrong in (mistakes or {}).items():
        if close(number, wrong) and not close(wrong, right):
            raise LookAgain(f"{shown}: {said}.")
    if close(number, -right):
        raise LookAgain(f"{shown}: the size is right and the sign is turned.")
    if close(number, 100 * right) or close(100 * number, right):
        raise LookAgain(f"{shown}: off by a hundred. Rates are fractions here: 5 % is 0.05.")
    if right and number and close(number, 1 / right):
        raise LookAgain(f"{shown}: upside down. Swap what is divided and what it is divided by.")
    raise LookAgain(f"{shown} is too {'large' if number > right else 'small'}.")


def as_number(answer: Any) -> float:
    """Return an answer as a number, or say what else it is."""
    if isinstance(answer, (bool, str)):
        raise LookAgain(f"A number is asked for, and {answer!r} is none.")
    try:
        return float(answer)
    except (TypeError, ValueError):
        raise LookAgain(f"One number is asked for, not {type(answer).__name__}.") from None


def close(one: float, other: float) -> bool:
    """Return whether two numbers are the same but for rounding."""
    cent = 0.005 if abs(other) > 100 else 0.0
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=max(cent, 1e-9))
