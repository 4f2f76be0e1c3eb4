r"""How much pooling saves, and when the saving is gone.

Positions that are margined together need less than each by itself, for two reasons: a loss on one
is met by spare cash of another, and moves that partly cancel are known to cancel. The saving is

.. math:: 1 - \frac{\text{requirement of the portfolio}}
                   {\text{sum of the requirements of its positions alone}} .

Where margin is a multiple of the standard deviation, it follows from the correlations alone. The
same algebra tells whether a clearing house lowers the exposure of its members (Duffie and Zhu):
clearing one class of contracts nets it over all members, and takes it out of the netting with each
of them.
"""

from marginlib.efficiency.clearing import (
    Exposures,
    bilateral_exposure,
    cleared_exposure,
    fewest_members,
    simulated_exposures,
    smallest_cleared_share,
)
from marginlib.efficiency.pooling import (
    correlated_saving,
    equicorrelated_saving,
    equicorrelation,
    saving,
)

__all__ = [
    "Exposures",
    "bilateral_exposure",
    "cleared_exposure",
    "correlated_saving",
    "equicorrelated_saving",
    "equicorrelation",
    "fewest_members",
    "saving",
    "simulated_exposures",
    "smallest_cleared_share",
]
