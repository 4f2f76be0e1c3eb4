"""GARCH fitted to returns by maximum likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import MarginError
from marginlib.calibration._optional import optional
from marginlib.calibration._series import series
from marginlib.calibration.volatility import Garch

LEAST_DAYS = 250


def fit_garch(returns: ArrayLike) -> Garch:
    """Return the GARCH(1, 1) that makes a series of returns most likely.

    The fit looks at all the days it is given. For rates without hindsight, fit to the days before
    the first rate.

    Parameters
    ----------
    returns : array of shape (T,)
        Daily returns of one series, the oldest first [fraction]; at least 250 of them.

    Raises
    ------
    ModuleNotFoundError
        If ``arch`` is not installed; it says what to type.
    MarginError
        If there are too few days, or if the search for the maximum came to no end.

    Source: fitted by the package ``arch`` (K. Sheppard), normal likelihood, mean zero.

    >>> fit_garch([0.01, -0.02])
    Traceback (most recent call last):
    ...
    marginlib.MarginError: returns must hold at least 250 days on its first axis; got shape (2,)
    """
    daily = series("returns", returns, least=LEAST_DAYS)
    if daily.ndim != 1:
        raise MarginError(f"returns must be one series; got shape {daily.shape}, so fit each alone")
    spread = float(daily.std())
    if spread == 0:
        raise MarginError("returns must not all be the same, for there is nothing to fit")
    # The search works best with numbers of the order of one.
    model = optional("arch", "data").arch_model(
        np.array(daily / spread), mean="Zero", vol="GARCH", p=1, q=1, rescale=False
    )
    fitted = model.fit(disp="off", show_warning=False)
    if fitted.convergence_flag != 0:
        raise MarginError(f"the fit came to no end: {fitted.optimization_result.message}")
    constant, reaction, persistence = (
        float(fitted.params[name]) for name in ("omega", "alpha[1]", "beta[1]")
    )
    return Garch(constant * spread**2, reaction, persistence)
