"""Cone programmes: written with CVXPY, solved by Clarabel, which few readers have installed."""

from __future__ import annotations

import warnings
from typing import Any

from marginlib._checks import NotSettled
from marginlib.calibration._optional import optional

_EXACT = 1e-8


def modelling() -> Any:
    """Return CVXPY, once it is sure that Clarabel is there as well."""
    optional("clarabel", "cones")
    return optional("cvxpy", "cones")


def solve(problem: Any, wanted: Any) -> None:
    """Solve a programme that has an answer.

    Raises
    ------
    NotSettled
        If the solver stops before it is sure; ``last`` holds what it had by then.
    """
    cvxpy = modelling()
    tolerances = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), _EXACT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is refused here
        try:
            problem.solve(solver=cvxpy.CLARABEL, **tolerances)
        except cvxpy.SolverError:
            problem = None
    if problem is None or problem.status != cvxpy.OPTIMAL:
        raise NotSettled(
            "the search stopped before it could prove its answer; give amounts in units that are "
            "closer to each other, and leave out what is too small to matter",
            wanted.value,
        )
