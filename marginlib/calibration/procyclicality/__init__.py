"""How much margin rises when it hurts, what tames it, and what that costs.

A margin that follows volatility is low for years and called up within days, when everyone is short
of money. The measures here are of the margin rates of an unchanged portfolio; the tools turn one
series of rates into another. Days come first, the oldest first, and the first days may be ``nan``,
where there was no answer yet.

Exponentially weighted margin on eleven years of simulated crypto prices, by decay: peak to trough,
largest rises within 1, 5 and 30 days, and average rate. The longer the memory, the less it swings,
and the more it costs.

>>> import numpy as np
>>> from marginlib import calibration
>>> returns = calibration.simulated_crypto(4_000, rng=np.random.default_rng(1)).returns[:, 0]
>>> for decay in (0.94, 0.97, 0.99):
...     volatility = calibration.ewma_volatility(returns, decay, warm_up=250)
...     told = calibration.procyclicality_measures(
...         calibration.parametric_rate(volatility, level=0.99).value_at_risk
...     )
...     swing, cost = told.peak_to_trough.round(1), told.average.round(4)
...     print(decay, swing, told.largest_rise.round(2).tolist(), cost)
0.94 7.7 [2.97, 3.02, 3.46] 0.0774
0.97 5.1 [1.52, 1.66, 1.9] 0.0793
0.99 3.1 [0.55, 0.65, 0.73] 0.082
"""
