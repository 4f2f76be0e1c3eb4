r"""What can be held, and what one unit of it is worth.

Every kind shares one ledger, because each has a *value of one unit* in the ledger's currency:

==============  =====================  ==========================================================
kind            value at price P       example
==============  =====================  ==========================================================
linear          size x P               BTC perpetual settled in USD, ``size`` in BTC per contract
inverse         -size / P              BTC perpetual settled in BTC, ``size`` in USD per contract
quanto          size x P               ETH future settled in BTC, ``size`` in BTC per point
share           P                      a share held on margin, or sold short
cash            P                      a coin or a bond held as collateral, paid in full
option          size x P               a call whose premium is paid in the currency of the strike
inverse option  size x P               a call on BTC whose premium is paid in BTC
==============  =====================  ==========================================================

The minus sign of the inverse contract makes a long position gain when the price rises: from entry
:math:`E` to :math:`P` the value of one contract moves by ``size / E - size / P``. The price of an
option is not quoted but computed, from the price and the volatility of what it is on; see
:mod:`marginlib.market`.
"""

from marginlib.instruments.contracts import cash, inverse, join, linear, options, quanto, shares
from marginlib.instruments.listing import Instruments

__all__ = [
    "Instruments",
    "cash",
    "inverse",
    "join",
    "linear",
    "options",
    "quanto",
    "shares",
]
