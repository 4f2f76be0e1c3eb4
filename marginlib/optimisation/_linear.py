"""Linear programmes, solved by HiGHS, and the proof that the answer is the best one.

For every programme *minimise cost . x, where table @ x <= most and 0 <= x <= upper*, any prices of
the rows that are not negative give a bound that no x can beat. An answer is returned only if its
own prices prove it; anything else is refused in the words of whoever asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog  # type: ignore[attr-defined]
from scipy.sparse import block_array, csr_array

from marginlib._checks import FloatArray, MarginError, non_negative

_INFEASIBLE = 2  # as linprog numbers its endings
_EXACT = 1e-9  # by which the solver may break a row, of numbers near 1
_SAME = 1e-6  # share of the value by which an answer and its bound may differ


class Optimum(NamedTuple):
    """The best x, its cost, and what one more unit of each row's limit would save."""

    x: FloatArray
    value: float
    price: FloatArray  # nan where x must be whole


def minimise(
    cost: FloatArray,
    table: FloatArray | csr_array,
    most: FloatArray,
    upper: FloatArray,
    whole: NDArray[np.bool_] | None = None,
) -> Optimum | None:
    """Return the best x of a programme whose numbers are near 1, or None where no x will do."""
    found = linprog(  # type: ignore[no-untyped-call]
        cost,
        A_ub=table,
        b_ub=most,
        bounds=np.column_stack([np.zeros(len(cost)), upper]),
        integrality=None if whole is None else whole.astype(int),
        method="highs",
        options={
            "primal_feasibility_tolerance": _EXACT,
            "dual_feasibility_tolerance": _EXACT,
            "mip_rel_gap": _EXACT,
        },
    )
    if found.status == _INFEASIBLE:
        return None
    if found.x is None:
        raise too_far_apart()
    x = np.clip(found.x, 0.0, upper)
    if whole is not None and whole.any():  # then the solver searched, and there are no prices
        x = np.where(whole, np.round(x), x)
        return Optimum(x, float(cost @ x), np.full(len(most), np.nan))
    value = float(cost @ x)
    price = np.maximum(0.0, -found.ineqlin.marginals)
    bound = lower_bound(cost, table, most, upper, price)
    if np.max(table @ x - most, initial=0.0) > _SAME or value - bound > _SAME * (1 + abs(value)):
        raise too_far_apart()
    return Optimum(x, value, price)


def possible(found: Optimum | None) -> Optimum:
    """Return an answer that there must be; where there is none, the solver lost its way."""
    if found is None:
        raise too_far_apart()
    return found


def lower_bound(
    cost: FloatArray,
    table: FloatArray | csr_array,
    most: FloatArray,
    upper: FloatArray,
    price: FloatArray,
) -> float:
    """Return what no x can cost less than, given any prices of the rows that are not negative."""
    reduced = cost + table.T @ price
    reduced[np.abs(reduced) <= 1e-7] = 0.0  # as exact as the solver is
    worst = np.where(reduced < 0, reduced * np.where(reduced < 0, upper, 0.0), 0.0)
    return float(worst.sum() - price @ most)


def stacked(blocks: list[list[FloatArray | csr_array | None]]) -> csr_array:
    """Return one table of several; None stands for zeros."""
    each = [[None if one is None else csr_array(one) for one in row] for row in blocks]  # type: ignore[no-untyped-call]
    return csr_array(block_array(each))  # type: ignore[no-untyped-call]


def limits(name: str, value: ArrayLike) -> FloatArray:
    """Return limits, zero or more, where an infinite one is none."""
    given = np.asarray(value)
    none = given == np.inf
    if not np.any(none):
        return non_negative(name, value)
    return np.where(none, np.inf, non_negative(name, np.where(none, 0.0, given)))


def refuse_scale(name: str, amounts: FloatArray, largest: float = 1e9) -> None:
    """Refuse amounts of which some are so small beside others that no sum would show them."""
    sizes = np.abs(amounts[(amounts != 0) & np.isfinite(amounts)])
    if sizes.size and sizes.max() > largest * sizes.min():
        raise MarginError(
            f"{name} must not hold amounts as different as {sizes.min():g} and {sizes.max():g}; "
            "give all in the same unit, and 0 for what is too small to matter"
        )


def too_far_apart() -> MarginError:
    """Return what to say of a programme that the solver gave up."""
    return MarginError(
        "the amounts are too different in size to be weighed against each other; give all in the "
        "same unit, and 0 for what is too small to matter"
    )
