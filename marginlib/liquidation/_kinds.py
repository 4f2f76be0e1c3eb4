"""The wrong kind of thing is refused, in words that say what to type instead."""

from __future__ import annotations

from marginlib._checks import MarginError
from marginlib.accounts import Accounts
from marginlib.market import Market


def refuse_wrong_kinds(accounts: object, market: object, model: object = None) -> None:
    """Refuse what is no account, no market, or no margin model; None stands for no model."""
    if isinstance(accounts, Market) and isinstance(market, Accounts):
        raise MarginError("accounts and market are the wrong way round; accounts come first")
    if not isinstance(accounts, Accounts):
        raise MarginError(
            f"accounts must be made by accounts.open_accounts or accounts.Accounts; "
            f"got {_said(accounts)}"
        )
    if not isinstance(market, Market):
        raise MarginError(f"market must be made by market.at; got {_said(market)}")
    if model is not None and (isinstance(model, type) or not callable(model)):
        raise MarginError(
            "model must be a margin model, such as margin.FixedRate(0.10, 0.05), or "
            f"margin.weighted_collateral(0.80) for a loan; got {_said(model)}"
        )


def refuse_wrong_policy(policy: object) -> None:
    """Refuse a word, or a class, where a closing policy is due, and say what to type."""
    if callable(policy) and not isinstance(policy, type):
        return
    word = policy if policy in ("initial", "maintenance") else "initial"
    hint = f"{policy.__name__}(...)" if isinstance(policy, type) else f'ReduceTo("{word}")'
    raise MarginError(
        f"policy must be a closing policy or a function; got {policy!r}, did you mean {hint}?"
    )


def _said(thing: object) -> str:
    short = isinstance(thing, str | int | float | type)
    return repr(thing) if short else f"a {type(thing).__name__}"
