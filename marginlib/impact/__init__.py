"""How a price answers to a trade: buying makes dearer, selling makes cheaper.

Every law here is a :class:`Curve`: how far the price stands from where it would be, for the total
flow. :func:`linear` and :func:`square_root` are powers of it, :class:`Bounded` and
:class:`Exponential` leave a price above zero whatever is sold, an :class:`OrderBook` has as much at
each level as is said. :class:`Transient` and :class:`Refilled` let another law pass with time, and
:class:`Cross` lets what is sold of one instrument move others. A :class:`Pressure` is what a market
remembers between two trades.
"""

from marginlib.impact.cross import Cross
from marginlib.impact.curve import Curve
from marginlib.impact.exponential import Bounded, Exponential
from marginlib.impact.memory import Refilled, Transient
from marginlib.impact.order_book import OrderBook
from marginlib.impact.power import Impact, linear, square_root
from marginlib.impact.pressure import Pressure, Traded, at_rest, price, trade, wait

__all__ = [
    "Bounded",
    "Cross",
    "Curve",
    "Exponential",
    "Impact",
    "OrderBook",
    "Pressure",
    "Refilled",
    "Traded",
    "Transient",
    "at_rest",
    "linear",
    "price",
    "square_root",
    "trade",
    "wait",
]
