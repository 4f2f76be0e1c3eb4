r"""Prices that never were: two crypto assets, simulated to behave as such do.

Volatility follows a GARCH recursion with Student shocks, and is shared by both assets; the second
moves with the first as far as their correlation goes, and is more volatile by a constant factor.
What the numbers are made to agree with, on daily prices of Bitcoin 2015 to 2026 and Ether 2017 to
2026: a volatility of 67.9 % a year, a day in a hundred that loses 10.7 % or more, an excess
kurtosis of 13.5, peaks of exponentially weighted margin of 14, 6.5 and 3.3 times the trough (decay
0.94, 0.97 and 0.99), and a correlation of 0.78. Each of these lies between the tenth and the
ninetieth of a hundred simulated histories as long. On five days of stress, the second fell 1.24
times as far as the first.
"""

from __future__ import annotations

import numpy as np

from marginlib._checks import FloatArray, whole
from marginlib.calibration._series import date
from marginlib.calibration.daily_prices import Prices
from marginlib.calibration.garch import Garch, standard_shocks

NAMES = ("BTC simulated", "ETH simulated")
# Square root of the average variance. Half of all histories have 67.9 % or more, which is below it,
# because the average owes much to a few wild ones.
VOLATILITY = 0.72  # [1 / square root of a year]
REACTION, PERSISTENCE = 0.10, 0.87
DEGREES_OF_FREEDOM = 4.0
CORRELATION = 0.782
SECOND_TO_FIRST = 1.24
DAYS_A_YEAR = 365


def simulated_crypto(
    days: int, *, rng: np.random.Generator, first_day: str = "2015-01-01"
) -> Prices:
    """Return simulated daily prices of two crypto assets, labelled as simulated.

    Parameters
    ----------
    days : int
        Number of days, at least 2.
    rng : numpy.random.Generator
        Source of randomness; the same seed gives the same prices.
    first_day : str
        Date of the first, as 2024-01-31.

    Returns
    -------
    Prices
        Each starts at 100 [currency].

    >>> prices = simulated_crypto(3, rng=np.random.default_rng(1))
    >>> prices.is_simulated, prices.names, prices.price[0].tolist()
    (True, ('BTC simulated', 'ETH simulated'), [100.0, 100.0])
    """
    length = whole("days", days, least=2)
    logarithms = np.zeros((length, 2))
    np.cumsum(_returns(length - 1, rng), axis=0, out=logarithms[1:])
    return Prices(
        date("first_day", first_day) + np.arange(length),
        NAMES,
        100 * np.exp(logarithms),
        source="simulated: no such prices were ever traded",
        is_simulated=True,
    )


def _returns(steps: int, rng: np.random.Generator) -> FloatArray:
    variance = VOLATILITY**2 / DAYS_A_YEAR
    model = Garch(variance * (1 - REACTION - PERSISTENCE), REACTION, PERSISTENCE)
    first, volatility = model.simulate(
        paths=1, steps=steps, degrees_of_freedom=DEGREES_OF_FREEDOM, rng=rng
    )
    own = volatility * standard_shocks(first.shape, DEGREES_OF_FREEDOM, rng)
    second = CORRELATION * first + np.sqrt(1 - CORRELATION**2) * own
    return np.concatenate([first, SECOND_TO_FIRST * second], axis=1)
