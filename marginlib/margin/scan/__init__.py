"""Margin that looks at joint moves: the worst loss of a whole account over many scenarios.

A scenario moves all prices and volatilities at once. An account is valued in each, which gives its
*risk array*, and the worst of these losses is the heart of the requirement. Charges for what the
scenarios do not see are added, and floors put under the sum.

Ana is long a coin and has sold a call on it. Where does that hurt?

>>> import marginlib as ml
>>> from marginlib.margin.scan import ScenarioScan, price_volatility_matrix, risk_array
>>> call = ml.instruments.options(["CALL"], "BTC", strike=22_000, expiry=0.1, is_call=True)
>>> book = ml.instruments.join(ml.instruments.linear(["BTC"]), call)
>>> now = ml.market.at(book, price=[20_000], volatility=[0.6])
>>> ana = ml.accounts.open_accounts(collateral=5_000, quantity=[1, -1], market=now)
>>> table = price_volatility_matrix([-0.16, 0, 0.16], volatility=[-0.25, 0, 0.5])
>>> print(risk_array(ana, now, table))
price -16 %, volatility -25 %     -2,448.01
price -16 %                       -2,544.64
price -16 %, volatility +50 %     -2,917.56  worst
price 0 %, volatility -25 %          334.45
price 0 %                              0.00
price 0 %, volatility +50 %         -724.78
price +16 %, volatility -25 %      2,012.55
price +16 %                        1,608.18
price +16 %, volatility +50 %        781.09
>>> float(ScenarioScan(table)(ana, now).initial.round(2))
2917.56
"""

from marginlib.margin.scan.floors import ContractMinimum, MinimumDelta
from marginlib.margin.scan.grids import equidistant, price_volatility_matrix, span_scenarios
from marginlib.margin.scan.risk_array import published_risk_array, risk_array, value_changes
from marginlib.margin.scan.scan import ScenarioScan, each_apart
from marginlib.margin.scan.scenarios import Scenarios
from marginlib.margin.scan.spreads import CalendarCharge, Spread, SpreadCredit

__all__ = [
    "CalendarCharge",
    "ContractMinimum",
    "MinimumDelta",
    "ScenarioScan",
    "Scenarios",
    "Spread",
    "SpreadCredit",
    "each_apart",
    "equidistant",
    "price_volatility_matrix",
    "published_risk_array",
    "risk_array",
    "span_scenarios",
    "value_changes",
]
