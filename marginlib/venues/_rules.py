"""The rules of named venues, one file each in ``rules/``, and those of your own files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from marginlib._checks import known
from marginlib.instruments import Instruments
from marginlib.venues._answers import Rules
from marginlib.venues._brackets import dates_of, symbols_of
from marginlib.venues._rule_sets import RuleSet, read

_HERE = Path(__file__).parent / "rules"


def names() -> tuple[str, ...]:
    """Return the venues and rulebooks that have rules.

    >>> "binance" in names()
    True
    """
    return tuple(_files())


def symbols(name: str) -> tuple[str, ...]:
    """Return the contracts of a venue whose brackets are here; none where it has no such tables.

    >>> symbols("hyperliquid")[:4]
    ('BTC', 'ETH', 'SOL', 'XRP')
    >>> symbols("aave")
    ()
    >>> symbols("binanse")
    Traceback (most recent call last):
    ...
    marginlib.MarginError: name 'binanse' is not known; did you mean 'binance', 'binance_coin'?
    """
    return symbols_of(known("name", name, _files()))


def dates(name: str, symbol: str | None = None) -> tuple[str, ...]:
    """Return the dates for which the rules of a venue are known, oldest first.

    With a symbol, the dates of the table of that contract.

    >>> dates("okx")
    ('2025-05-16',)
    >>> dates("binance", "BTCUSDT")
    ('2022-05-21', '2024-10-24')
    """
    rules_of = _files()[known("name", name, _files())]
    return tuple(rules_of) if symbol is None else dates_of(name, symbol)


def rule_set(name: str, as_of: str | None = None) -> RuleSet:
    """Return the rules of a venue as its file has them: what it names, and what it asks of you.

    Parameters
    ----------
    name : str
        See :func:`names`.
    as_of : str, optional
        One of :func:`dates`; the latest if not given.

    Raises
    ------
    MarginError
        If the name or the date is not known; the message has the nearest ones.

    >>> rule_set("hyperliquid").required["large"]
    'value above which a position is closed in slices [currency]'
    """
    of_venue = _files()[known("name", name, _files())]
    return of_venue[max(of_venue) if as_of is None else known("as_of", as_of, of_venue)]


def rules(
    name: str,
    as_of: str | None = None,
    instruments: Instruments | None = None,
    **given: Any,
) -> Rules:
    """Return the rules of a venue, ready for use.

    Parameters
    ----------
    name : str
        See :func:`names`.
    as_of : str, optional
        One of :func:`dates`; the latest if not given.
    instruments : Instruments, optional
        Needed where a parameter is given by name, as in ``{"BTC": 0.05, "ETH": 0.10}``.
    **given
        What the venue sets for each market, or the trader chooses: see
        ``rule_set(name).required`` and ``.optional``.

    Raises
    ------
    MarginError
        If a parameter is missing, not asked for, or wrong.

    Half of what is bought on margin must be there; 4,000 of 8,000.

    >>> from marginlib import accounts, instruments, market
    >>> now = market.at(instruments.shares(["ACME"]), [80])
    >>> broker = rules("reg_t")
    >>> float(broker.model(accounts.Accounts(0, [100]), now).initial)
    4000.0

    What a venue sets for each asset has to be given, by name if the instruments are given too:

    >>> coins = instruments.cash(["ETH", "BTC"])
    >>> rules("aave", threshold=0.8)
    Traceback (most recent call last):
    ...
    marginlib.MarginError: aave.toml needs loan_to_value (loan-to-value ratio of each collateral
    [fraction]), incentive (1 + liquidation bonus of the collateral); pass them by name
    >>> lender = rules("aave", instruments=coins, loan_to_value=0.7, incentive=1.05,
    ...                threshold={"ETH": 0.83, "BTC": 0.78})
    >>> rich = market.at(coins, [2_000, 60_000])
    >>> round(float(lender.model(accounts.Accounts(0, [1, 0]), rich).maintenance), 6)
    340.0
    """
    return rule_set(name, as_of).build(instruments, **given)


def load_rules(path: str | Path, instruments: Instruments | None = None, **given: Any) -> Rules:
    """Return the rules of your own file.

    Parameters
    ----------
    path : path
        A TOML file of the form that the page about venues describes. A value that ends in
        ``.csv`` is the name of a file beside it.
    instruments, **given
        As in :func:`rules`.

    Raises
    ------
    MarginError
        If anything in the file cannot be right; the message names the file and the line.
    """
    return read(Path(path)).build(instruments, **given)


@cache
def _files() -> dict[str, dict[str, RuleSet]]:
    return read_folder(_HERE)


def read_folder(folder: Path) -> dict[str, dict[str, RuleSet]]:
    """Return every rule set of a folder by name and date.

    The newest rules are in ``name.toml``, older ones in ``name@2024-10-24.toml``.
    """
    found: dict[str, dict[str, RuleSet]] = {}
    for path in sorted(folder.glob("*.toml")):
        one = read(path)
        found.setdefault(path.stem.split("@")[0], {})[one.head["as_of"]] = one
    return {name: dict(sorted(dates.items())) for name, dates in found.items()}
