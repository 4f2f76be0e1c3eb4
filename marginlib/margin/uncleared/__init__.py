"""Initial margin on trades that no clearing house stands behind.

:mod:`~marginlib.margin.uncleared.standard_schedule` is the table in the law: a rate for each kind
of trade. :mod:`~marginlib.margin.uncleared.simm` is the model that the industry agreed on instead;
using it for anything but study needs a licence from ISDA.
:mod:`~marginlib.margin.uncleared.exchange` says how much of a requirement changes hands.
"""

from marginlib.margin.uncleared import exchange, simm, standard_schedule

__all__ = ["exchange", "simm", "standard_schedule"]
