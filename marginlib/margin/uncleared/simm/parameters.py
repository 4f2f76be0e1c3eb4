"""The parameters of one version of the model, read from a file."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path

from marginlib._checks import FloatArray, MarginError, known
from marginlib.margin.uncleared.simm.base_correlation import BaseCorrelation
from marginlib.margin.uncleared.simm.bucketed import Bucketed
from marginlib.margin.uncleared.simm.foreign_exchange import ForeignExchange
from marginlib.margin.uncleared.simm.interest_rate import InterestRate
from marginlib.margin.uncleared.simm.risk_class import RiskClass
from marginlib.margin.uncleared.simm.tables import Table

_PUBLISHED = {"2.5": Path(__file__).with_name("parameters_2_5.toml")}


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights, thresholds, volatility ratios and correlations of one version.

    Build it with :meth:`published` or :meth:`read`.

    Parameters
    ----------
    version : str
        Name of the version.
    effective : datetime.date
        First day it is used.
    calendar_days : float
        Margin period of risk: 14 for ten business days [calendar days].
    risk_classes : tuple of str
        The C risk classes, in the order of the correlations.
    risk_class_correlation : array of shape (C, C)
        Correlations between risk classes.
    base_correlation : BaseCorrelation
        The rule for base correlations, which belong to the class of qualifying credit.
    """

    version: str
    effective: datetime.date
    calendar_days: float
    risk_classes: tuple[str, ...]
    risk_class_correlation: FloatArray
    base_correlation: BaseCorrelation
    _file: Table

    @classmethod
    def published(cls, version: str) -> Parameters:
        """Return a published version.

        The parameters belong to ISDA; using them for anything but study needs its licence.

        Source: ISDA SIMM Methodology, version 2.5, effective 2022-12-03.

        >>> Parameters.published("2.5").effective.isoformat()
        '2022-12-03'
        """
        return _published(known("version", version, _PUBLISHED))

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Parameters:
        """Return the parameters in a file laid out like that of version 2.5.

        Published numbers were compared for a margin period of risk of ten business days only.

        Raises
        ------
        MarginError
            If something is missing or has the wrong size; it names the place in the file.
        """
        try:
            content = tomllib.loads(Path(path).read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise MarginError(f"{Path(path).name} must be a TOML file: {error}") from None
        file = Table(Path(path).name, content)
        between = file.table("risk_class_correlation")
        classes = between.words("classes")
        parameters = cls(
            version=str(file.value("version")),
            effective=file.value("effective"),
            # Five business days are seven calendar days.
            calendar_days=file.number("horizon") * 7 / 5,
            risk_classes=classes,
            risk_class_correlation=between.symmetric("matrix", len(classes)),
            base_correlation=BaseCorrelation.read(file.table("base_correlation")),
            _file=file,
        )
        parameters.rules("USD")  # reads every table, so that a slip is found here
        return parameters

    def rules(self, calculation_currency: str) -> dict[str, RiskClass]:
        """Return the rule of each risk class, seen from the currency that margin is computed in."""
        rules: dict[str, RiskClass] = {}
        for name in self.risk_classes:
            table = self._file.table(name)
            if name == "interest_rate":
                rules[name] = InterestRate.read(table)
            elif name == "foreign_exchange":
                rules[name] = ForeignExchange.read(table, calculation_currency, self.calendar_days)
            else:
                rules[name] = Bucketed.read(table, self.calendar_days)
        return rules


@cache
def _published(version: str) -> Parameters:
    return Parameters.read(_PUBLISHED[version])
