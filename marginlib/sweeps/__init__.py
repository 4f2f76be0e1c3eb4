"""The same question asked many times: on one machine or on a cluster, with the same answers.

A sweep calls one function with many sets of parameters. What is random draws from a generator of
its own for every call, made from the place of the call in the list, so that the answers depend
neither on who works on them nor on the order in which they are done.

Who works is any :class:`concurrent.futures.Executor`. Python brings one for threads and one for
processes; a Dask cluster gives one with ``client.get_executor()``. To spread work over machines, to
start again what died with one of them: that is their business, and none of it is done here.

>>> import numpy as np
>>> def flips(count, rng):
...     return int(rng.integers(0, 2, size=count).sum())
>>> tosses = grid(count=[10, 1_000])
>>> alone = sweep(flips, tosses, rng=np.random.default_rng(1))
>>> from concurrent.futures import ThreadPoolExecutor
>>> with ThreadPoolExecutor(2) as pool:
...     alone == sweep(flips, tosses, rng=np.random.default_rng(1), executor=pool)
True
"""

from marginlib.sweeps.grids import Grid, arrange, grid
from marginlib.sweeps.running import sweep

__all__ = ["Grid", "arrange", "grid", "sweep"]
