"""Large batches a block at a time, so that memory holds one block's workings and not all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from marginlib._checks import FloatArray
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel
from marginlib.margin.asking import fits_any_account
from marginlib.market import Market

# Accounts taken together: enough that starting a block costs nothing, and few enough that its
# workings, some dozens of columns of 256 kB, are small beside the accounts themselves.
BLOCK = 32_768


def in_blocks(
    question: Callable[[Accounts], FloatArray],
    accounts: Accounts,
    market: Market,
    model: MarginModel,
) -> FloatArray:
    """Return ``question(accounts)``, asked of some accounts at a time where that is the same.

    The answer has the shape of the accounts, with any axes of its own in front. It is the same
    for a block as for all where there is one market and the model fits any account.
    """
    if accounts.cash.size <= BLOCK or market.shape or not fits_any_account(model):
        return question(accounts)
    cash = accounts.cash.reshape(-1)
    quantity = accounts.quantity.reshape(cash.size, -1)
    parts = (slice(start, start + BLOCK) for start in range(0, cash.size, BLOCK))
    answer = np.concatenate([question(Accounts(cash[p], quantity[p])) for p in parts], axis=-1)
    return answer.reshape(*answer.shape[:-1], *accounts.shape)
