from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtri

from marginlib._checks import MarginError
from marginlib.scenarios import lognormal_shortfall


@pytest.mark.parametrize("level", [1e-8, 1e-6, 0.01, 0.1, 0.6])
@pytest.mark.parametrize(
    ("years", "volatility", "drift"), [(0.1, 1, 0), (1, 1, 0), (0.5, 0.4, 0.3)]
)
def test_the_closed_form_is_the_average_over_the_worst_outcomes(
    level: float, years: float, volatility: float, drift: float
) -> None:
    # The median of a log-normal price lies below its mean by half the variance.
    spread = volatility * np.sqrt(years)
    centre = drift * years - spread**2 / 2
    edge = ndtri(level)

    def price(z: float) -> float:
        """Return the price at z standard deviations, times how likely that is."""
        return np.exp(centre + spread * z - z**2 / 2) / np.sqrt(2 * np.pi)

    low = quad(price, -40, edge, epsabs=0, epsrel=1e-12)[0] / level
    high = quad(price, -edge, 40, epsabs=0, epsrel=1e-12)[0] / level
    found = lognormal_shortfall(level, years, volatility, drift)
    assert float(found.long) == pytest.approx(max(0, 1 - low), abs=1e-9)
    assert float(found.short) == pytest.approx(max(0, high - 1), rel=1e-9)


def test_more_volatility_more_time_and_a_rarer_loss_all_cost_more() -> None:
    for changed in ({"volatility": [0.5, 1, 2]}, {"years": [0.1, 0.2, 9]}, {"level": [0.1, 0.01]}):
        given = {"level": 0.01, "years": 0.1, "volatility": 1.0} | changed
        found = lognormal_shortfall(**given)
        assert (np.diff(found.long) > 0).all()
        assert (np.diff(found.short) > 0).all()


def test_a_long_position_cannot_lose_more_than_all_and_a_short_one_can() -> None:
    found = lognormal_shortfall(1e-6, years=0.1, volatility=50)
    assert float(found.long) == pytest.approx(1)
    assert float(found.short) == pytest.approx(999_999)


def test_nothing_is_lost_where_even_bad_outcomes_gain() -> None:
    found = lognormal_shortfall(0.5, years=1, volatility=0.01, drift=1)
    assert float(found.long) == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"level": 5}, "level must be below 1; got 5, did you mean 0.05"),
        ({"level": 0}, "level must be positive"),
        ({"years": 0}, "years must be positive"),
        ({"volatility": -1}, "volatility must be positive"),
        ({"years": [1, 2], "volatility": [1, 2, 3]}, "do not fit together"),
    ],
)
def test_bad_input_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        lognormal_shortfall(**({"level": 0.01, "years": 0.1, "volatility": 1} | given))
